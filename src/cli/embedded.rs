// SPDX-License-Identifier: GPL-3.0-or-later
//! The practice hub, started in this process when a command uses its profile.

use super::connect::PasswordFrom;
use super::options::Login;
use crate::access::Caller;
use crate::koji::profile::{Auth, Profile};
use crate::output::{Complaint, complain};
use crate::practice::{Options, PASSWORD, Seed, Server, Site, USER};
use crate::{Error, Result};
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The name of its profile.
pub const PROFILE: &str = "practice";

/// A hub that lives as long as the command.
#[derive(Debug)]
pub struct Embedded {
    server: Server,
}

impl Embedded {
    /// Starts it on the caller's own state, with a few packages in it if it is new.
    pub fn start(caller: &Caller, login: &Login) -> Result<Self> {
        if login.keytab.is_some() || login.cert.is_some() {
            return Err(Error::usage("the practice hub knows neither Kerberos nor certificates")
                .hint(format!("log in as {USER}, which is the default, or with --user NAME")));
        }
        let dir = dir(caller, None)?;
        fill_if_new(&dir)?;
        Ok(Self { server: Server::start(&dir, Options::default())? })
    }

    /// Where it is, and as whom to log in.
    pub fn profile(&self, login: &Login) -> Result<Profile> {
        let user = login.user.as_ref().map_or(USER, |user| user.as_str());
        Ok(Profile { auth: Auth::Password { user: Some(user.to_owned()) }, ..self.server.profile()? })
    }
}

/// Every user's password at the practice hub is known, unless a file holds another one.
pub fn password(login: &Login) -> PasswordFrom {
    match (&login.password_file, &login.user) {
        (Some(file), _) => PasswordFrom::File(file.clone()),
        (None, Some(user)) => PasswordFrom::Known(format!("{user}-pw")),
        (None, None) => PasswordFrom::Known(PASSWORD.to_owned()),
    }
}

/// Where the hub's state is: `named`, or a directory of the caller's own, made if it is missing.
pub fn dir(caller: &Caller, named: Option<PathBuf>) -> Result<PathBuf> {
    let dir = match named {
        Some(dir) => dir,
        None => caller.state_dir()?.join("practice"),
    };
    let made = DirBuilder::new().recursive(true).mode(0o700).create(&dir);
    made.map_err(|e| Error::failed(format!("cannot make the directory {}: {e}", dir.display())))?;
    Ok(dir)
}

/// Puts a few packages into a hub that is empty.
pub fn fill_if_new(dir: &Path) -> Result<()> {
    let mut site = Site::open(dir)?;
    if site.is_seeded()? {
        return Ok(());
    }
    match site.seed(Seed::Small) {
        Ok(report) => {
            complain(Complaint::Note(&format!(
                "the practice hub in {} is new: it now has {} packages, {} builds, {} tags",
                dir.display(),
                report.packages,
                report.builds,
                report.tags
            )));
            Ok(())
        }
        // Another flr was faster.
        Err(_) if site.is_seeded()? => Ok(()),
        Err(error) => Err(error),
    }
}
