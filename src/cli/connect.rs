// SPDX-License-Identifier: GPL-3.0-or-later
//! From a profile's name to a hub that can be read, and written to when somebody logs in.

use super::Asker;
#[cfg(feature = "practice")]
use super::embedded::{self, Embedded};
use super::options::Login;
use crate::access::guarded;
use crate::access::settings::AccountSettings;
use crate::error::Kind;
use crate::koji::profile::{Auth, Overrides, Places, Profile};
use crate::koji::{self, Hub, Notices, Writer};
use crate::output::ask_password;
use crate::pipeline::{Stop, Writers};
use crate::{Error, Result};
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

/// Nobody's password is longer.
const MAX_PASSWORD: u64 = 4096;

/// A hub, and what a login at it needs. Nothing is sent before the first question.
#[derive(Debug)]
pub struct Connection {
    hub: Hub,
    password: Password,
    stop: Stop,
    // Last, so that the client is gone before its hub is.
    #[cfg(feature = "practice")]
    _practice: Option<Embedded>,
}

impl Connection {
    /// The hub of profile `name`, with the command line's words about the login.
    pub fn open(name: &str, login: &Login, asker: &Asker, stop: &Stop, notices: Notices) -> Result<Self> {
        let options = koji::Options { notices, stop: stop.flag(), ..koji::Options::default() };
        if let Some(account) = &asker.account {
            return Self::of_account(account, options, stop);
        }
        let caller = &asker.caller;
        #[cfg(feature = "practice")]
        if name == embedded::PROFILE {
            let embedded = Embedded::start(caller, login)?;
            return Ok(Self {
                hub: Hub::with(embedded.profile(login)?, options)?,
                password: Password::new(embedded::password(login)),
                stop: stop.clone(),
                _practice: Some(embedded),
            });
        }
        let places = Places { etc: Path::new("/etc"), home: caller.home.as_deref() };
        let overrides = Overrides {
            user: login.user.as_ref().map(|user| user.as_str().to_owned()),
            principal: login.principal.clone(),
            keytab: login.keytab.clone(),
            cert: login.cert.clone(),
        };
        let profile = Profile::load(name, places, &overrides)?;
        Ok(Self {
            hub: Hub::with(profile, options)?,
            password: Password::new(match &login.password_file {
                Some(file) => PasswordFrom::File(file.clone()),
                None => PasswordFrom::Person,
            }),
            stop: stop.clone(),
            #[cfg(feature = "practice")]
            _practice: None,
        })
    }

    /// The hub of the account: its profile from root's files, its own credential, and nothing that
    /// could weaken either.
    fn of_account(account: &AccountSettings, options: koji::Options, stop: &Stop) -> Result<Self> {
        let etc = Path::new("/etc");
        roots_configuration(etc)?;
        let places = Places { etc, home: None };
        let overrides = Overrides {
            user: None,
            principal: account.principal.clone(),
            keytab: account.keytab.clone(),
            cert: account.cert.clone(),
        };
        // Neither chosen nor written by the caller: whatever is wrong with it is the machine's.
        let profile = Profile::load(&account.profile, places, &overrides).map_err(|e| {
            Error::new(Kind::Unsafe, format!("refused: {}", e.what)).hint("an administrator must mend /etc/koji.conf")
        })?;
        let unsafe_profile = |why: &str| {
            let what = format!("refused: the profile {} {why}", profile.name);
            Err(Error::new(Kind::Unsafe, what)
                .hint("/etc/koji.conf must name the hub by https, with its certificate checked"))
        };
        if profile.server.scheme() != "https" {
            return unsafe_profile("has no https address");
        }
        if profile.no_ssl_verify {
            return unsafe_profile("does not check the hub's certificate");
        }
        if let Some(file) = &profile.serverca {
            guarded::is_roots(file)?;
        }
        Ok(Self {
            hub: Hub::with(profile, koji::Options { direct: true, ..options })?,
            password: Password::new(PasswordFrom::Nobody),
            stop: stop.clone(),
            #[cfg(feature = "practice")]
            _practice: None,
        })
    }

    /// The hub, for reading.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// The hub's profile.
    pub fn profile(&self) -> &Profile {
        self.hub.profile()
    }
}

impl Writers for Connection {
    fn koji(&self) -> Result<Box<dyn Writer>> {
        let profile = self.profile();
        let Auth::Password { user } = &profile.auth else {
            return self.hub.login(koji::Login::default());
        };
        let Some(user) = user else {
            return Err(Error::usage(format!("profile {} logs in by password, and no user is named", profile.name))
                .hint("pass --user NAME"));
        };
        let host = profile.server.host_str().unwrap_or_default();
        let password = self.password.get(user, host, &self.stop)?;
        self.hub.login(koji::Login { user: Some(user), password: Some(&password) })
    }
}

/// Whoever can write koji's configuration chooses the hub, and whom to trust.
fn roots_configuration(etc: &Path) -> Result<()> {
    guarded::is_roots(&etc.join("koji.conf"))?;
    let dir = etc.join("koji.conf.d");
    if guarded::is_roots(&dir)? {
        let unread =
            |e: std::io::Error| Error::new(Kind::Unsafe, format!("refused: {} cannot be read: {e}", dir.display()));
        for entry in std::fs::read_dir(&dir).map_err(unread)? {
            guarded::is_roots(&entry.map_err(unread)?.path())?;
        }
    }
    Ok(())
}

/// Where a password comes from. Never from the command line or the environment.
#[derive(Debug)]
pub enum PasswordFrom {
    /// Built in: the practice hub's.
    #[cfg(feature = "practice")]
    Known(String),
    /// A file that only its owner can read.
    File(PathBuf),
    /// Whoever sits at the terminal.
    Person,
    /// There is none, and nobody is asked.
    Nobody,
}

/// A password that is fetched when it is needed, once: a second session needs it again.
struct Password {
    from: PasswordFrom,
    known: Mutex<Option<Zeroizing<String>>>,
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Password").field("from", &self.from).finish_non_exhaustive()
    }
}

impl Password {
    fn new(from: PasswordFrom) -> Self {
        Self { from, known: Mutex::default() }
    }

    fn get(&self, user: &str, host: &str, stop: &Stop) -> Result<Zeroizing<String>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(password) = &*known {
            return Ok(password.clone());
        }
        let password = match &self.from {
            #[cfg(feature = "practice")]
            PasswordFrom::Known(password) => Zeroizing::new(password.clone()),
            PasswordFrom::File(file) => read_password(file)?,
            PasswordFrom::Person => ask_password(user, host, stop)?,
            PasswordFrom::Nobody => return Err(Error::failed("this account has no password")),
        };
        *known = Some(password.clone());
        Ok(password)
    }
}

/// The first line of a file that nobody but its owner can touch.
fn read_password(path: &Path) -> Result<Zeroizing<String>> {
    let shown = path.display();
    let unread = |e: std::io::Error| Error::failed(format!("cannot read the password from {shown}: {e}"));
    let file = File::open(path).map_err(unread)?;
    let meta = file.metadata().map_err(unread)?;
    if meta.is_file() && meta.mode() & 0o077 != 0 {
        let what = format!("the password in {shown} can be read by others (mode {:03o})", meta.mode() & 0o777);
        return Err(Error::new(Kind::Unsafe, what).hint(format!("chmod 600 {shown}, and change the password")));
    }
    let mut text = Zeroizing::new(String::with_capacity(MAX_PASSWORD as usize + 1));
    file.take(MAX_PASSWORD + 1).read_to_string(&mut text).map_err(unread)?;
    if text.len() as u64 > MAX_PASSWORD {
        return Err(Error::failed(format!("{shown} is longer than a password can be")));
    }
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(Error::failed(format!("there is no password in {shown}")));
    }
    Ok(Zeroizing::new(line.to_owned()))
}
