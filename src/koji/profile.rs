// SPDX-License-Identifier: GPL-3.0-or-later
//! Where a hub is and how to log in to it, from koji's own configuration files.

use super::ini::{Merged, Value};
use crate::error::Kind;
use crate::{Error, Result};
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

/// One hub, as koji's configuration files describe it.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The section it comes from.
    pub name: String,
    /// Where the hub answers: `https://…/kojihub`.
    pub server: Url,
    /// How to log in.
    pub auth: Auth,
    /// A CA bundle (PEM) to trust instead of the system's.
    pub serverca: Option<PathBuf>,
    /// Do not check the hub's certificate.
    pub no_ssl_verify: bool,
    /// Bound on one call, answer included.
    pub timeout: Duration,
    /// Bound on a login call.
    pub auth_timeout: Duration,
    /// How often a call is tried again when the hub cannot be reached.
    pub max_retries: u32,
    /// Pause between two tries.
    pub retry_interval: Duration,
    /// Pause between two looks at a task.
    pub poll_interval: Duration,
    /// The hub's web pages.
    pub weburl: Option<String>,
    /// Where the hub's files are.
    pub topurl: Option<String>,
    /// Where they are mounted, if they are.
    pub topdir: PathBuf,
}

/// How to log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auth {
    /// Not at all: reading only.
    Anonymous,
    /// By user name and password; over https or to loopback only.
    Password {
        /// The user's name, if it is known already.
        user: Option<String>,
    },
    /// By TLS client certificate: one PEM file with key and certificate.
    Certificate(PathBuf),
    /// By Kerberos, through GSSAPI.
    Kerberos(KerberosFrom),
}

/// Where the Kerberos credentials come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KerberosFrom {
    /// The user's ticket cache, or the one named (`FILE:/…`, `KCM:…`).
    Cache(Option<String>),
    /// A keytab and the principal in it, as a credential store of its own.
    Keytab {
        /// The keytab.
        keytab: PathBuf,
        /// The principal.
        principal: String,
    },
}

/// Where koji's configuration files are.
#[derive(Debug, Clone, Copy)]
pub struct Places<'a> {
    /// The machine's: `koji.conf.d/*.conf` and `koji.conf` in here. `/etc`.
    pub etc: &'a Path,
    /// The user's home: `.koji/config.d/*.conf` and `.koji/config` in here. `None`: nobody's, and a
    /// path that begins with `~` is an error.
    pub home: Option<&'a Path>,
}

/// What the command line says; it wins over the files. Options that name two ways to log in are an
/// error, and so is half of keytab and principal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Log in as this user, by password.
    pub user: Option<String>,
    /// Log in by Kerberos as this principal, which has a key in the keytab.
    pub principal: Option<String>,
    /// The keytab.
    pub keytab: Option<PathBuf>,
    /// Log in by this TLS client certificate.
    pub cert: Option<PathBuf>,
}

/// What the files can name in `authtype`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AuthType {
    None,
    Password,
    Certificate,
    Kerberos,
}

impl Profile {
    /// The profile `name` from koji's own files, in koji's order, later ones winning key by key:
    /// `koji.conf.d/*.conf`, `koji.conf`, `~/.koji/config.d/*.conf`, `~/.koji/config`.
    ///
    /// Keys that flr has no use for are ignored, as koji ignores those it does not know (`user` and
    /// `password` among them: the command line names the user, nothing stores the password). A value
    /// that makes no sense is an error naming file, line, section and key; so is a file that cannot
    /// be read. A name that no file has: an error with those that exist. The profile `practice`
    /// is built in and never read from a file.
    pub fn load(name: &str, places: Places<'_>, overrides: &Overrides) -> Result<Self> {
        let mut files = Merged::default();
        for place in ["koji.conf.d", "koji.conf"] {
            files.add(&places.etc.join(place))?;
        }
        for place in [".koji/config.d", ".koji/config"] {
            if let Some(home) = places.home {
                files.add(&home.join(place))?;
            }
        }
        if !files.sections().any(|section| section == name) {
            return Err(no_such_profile(name, places, &files));
        }
        let section = Section { name, places, files: &files };
        Ok(Self {
            name: name.to_owned(),
            server: section.server()?,
            auth: section.auth(overrides)?,
            serverca: section.path_or_if_there("serverca", ".koji/serverca.crt")?,
            no_ssl_verify: section.boolean("no_ssl_verify")?,
            timeout: section.seconds("timeout", 12 * 60 * 60, 1)?,
            auth_timeout: section.seconds("auth_timeout", 60, 1)?,
            max_retries: section.number("max_retries", 30, 0)?,
            retry_interval: section.seconds("retry_interval", 20, 0)?,
            poll_interval: section.seconds("poll_interval", 6, 1)?,
            weburl: section.text("weburl")?,
            topurl: section.text("topurl")?,
            topdir: section.path("topdir")?.unwrap_or_else(|| "/mnt/koji".into()),
        })
    }
}

/// One section, `[DEFAULT]` behind it.
struct Section<'a> {
    name: &'a str,
    places: Places<'a>,
    files: &'a Merged,
}

impl Section<'_> {
    fn get(&self, key: &str) -> Result<Option<Value>> {
        self.files.get(self.name, key)
    }

    /// An empty value is as good as none.
    fn text(&self, key: &str) -> Result<Option<String>> {
        Ok(self.get(key)?.map(|value| value.text).filter(|text| !text.is_empty()))
    }

    fn server(&self) -> Result<Url> {
        // koji's own default.
        let Some(value) = self.get("server")? else {
            return Url::parse("http://localhost/kojihub").map_err(|why| Error::failed(why.to_string()));
        };
        // A name and password in there must not reach an error text.
        let shown = if value.text.contains('@') { "the value".to_owned() } else { format!("\"{}\"", value.text) };
        let bad = |why: &str| Error::failed(format!("{}: {shown} {why}", value.origin));
        let hub = "https://HOST/kojihub";
        let url = Url::parse(&value.text).map_err(|why| bad(&format!("is no URL ({why})")).hint(hub_hint(hub)))?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(bad("is no http or https URL").hint(hub_hint(hub)));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("holds a user name or a password").hint("name the user with --user"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(bad("has something behind the path").hint(hub_hint(hub)));
        }
        Ok(url)
    }

    /// As Python's `getboolean`.
    fn boolean(&self, key: &str) -> Result<bool> {
        let Some(value) = self.get(key)? else {
            return Ok(false);
        };
        match value.text.to_lowercase().as_str() {
            "1" | "yes" | "true" | "on" => Ok(true),
            "0" | "no" | "false" | "off" => Ok(false),
            _ => Err(value.bad("neither yes nor no", "yes, true, on, 1, no, false, off or 0")),
        }
    }

    fn number(&self, key: &str, default: u32, least: u32) -> Result<u32> {
        let Some(value) = self.get(key)? else {
            return Ok(default);
        };
        let number = value.text.parse::<u32>().ok().filter(|number| *number >= least);
        number.ok_or_else(|| {
            value.bad("not a number flr can use", &format!("a whole number from {least} to {}", u32::MAX))
        })
    }

    fn seconds(&self, key: &str, default: u32, least: u32) -> Result<Duration> {
        let seconds = self.number(key, default, least)?;
        Ok(Duration::from_secs(seconds.into()))
    }

    /// A path, `~` expanded. An empty value is as good as none.
    fn path(&self, key: &str) -> Result<Option<PathBuf>> {
        let Some(value) = self.get(key)?.filter(|value| !value.text.is_empty()) else {
            return Ok(None);
        };
        expand(&value.text, self.places.home)
            .map(Some)
            .ok_or_else(|| value.bad("in a home, and there is none", "a path that begins with /"))
    }

    /// The path of `key`; if no file has the key, `fallback` in the home, if that is there.
    fn path_or_if_there(&self, key: &str, fallback: &str) -> Result<Option<PathBuf>> {
        if self.get(key)?.is_some() {
            return self.path(key);
        }
        let fallback = self.places.home.map(|home| home.join(fallback));
        Ok(fallback.filter(|path| path.exists()))
    }

    fn auth_type(&self) -> Result<Option<AuthType>> {
        let Some(value) = self.get("authtype")? else {
            return Ok(None);
        };
        match value.text.as_str() {
            "noauth" => Ok(Some(AuthType::None)),
            "password" => Ok(Some(AuthType::Password)),
            "ssl" => Ok(Some(AuthType::Certificate)),
            "kerberos" => Ok(Some(AuthType::Kerberos)),
            _ => Err(value.bad("no way to log in", "noauth, ssl, password or kerberos")),
        }
    }

    /// What the command line asks for; else `authtype`; else the certificate, if it is there, else
    /// Kerberos (a user, which koji looks at in between, is known from the command line only).
    fn auth(&self, overrides: &Overrides) -> Result<Auth> {
        let cert = self.path_or_if_there("cert", ".koji/client.crt")?;
        let asked = self.files_and(overrides)?;
        if let Some(auth) = asked {
            // The file's values are looked at even so: a bad one is not to surprise another day.
            self.auth_type()?;
            return Ok(auth);
        }
        match self.auth_type()? {
            Some(AuthType::None) => Ok(Auth::Anonymous),
            Some(AuthType::Password) => Ok(Auth::Password { user: None }),
            Some(AuthType::Certificate) => self.certificate(cert),
            Some(AuthType::Kerberos) => self.kerberos(),
            None => match cert.filter(|cert| cert.is_file()) {
                Some(cert) => Ok(Auth::Certificate(cert)),
                None => self.kerberos(),
            },
        }
    }

    /// The way to log in that the command line names, a missing half of keytab and principal taken
    /// from the files.
    fn files_and(&self, overrides: &Overrides) -> Result<Option<Auth>> {
        let Overrides { user, principal, keytab, cert } = overrides;
        let kerberos = principal.is_some() || keytab.is_some();
        let named = [("--user", user.is_some()), ("--keytab and --principal", kerberos), ("--cert", cert.is_some())];
        let named: Vec<_> = named.into_iter().filter_map(|(name, is)| is.then_some(name)).collect();
        if named.len() > 1 {
            let named = named.join(", ");
            return Err(Error::usage(format!("{named} are different ways to log in")).hint("choose one"));
        }
        if let Some(user) = user {
            return Ok(Some(Auth::Password { user: Some(user.clone()) }));
        }
        if let Some(cert) = cert {
            return Ok(Some(Auth::Certificate(cert.clone())));
        }
        if !kerberos {
            return Ok(None);
        }
        let keytab = match keytab {
            Some(keytab) => Some(keytab.clone()),
            None => self.path("keytab")?,
        };
        let principal = match principal {
            Some(principal) => Some(principal.clone()),
            None => self.text("principal")?,
        };
        match (keytab, principal) {
            (Some(keytab), Some(principal)) => Ok(Some(Auth::Kerberos(KerberosFrom::Keytab { keytab, principal }))),
            (Some(keytab), None) => Err(Error::usage(format!("no principal for the keytab {}", keytab.display()))
                .hint("name it with --principal")),
            (None, _) => Err(Error::usage("a principal without a keytab")
                .hint("name the keytab with --keytab, or kinit as that principal and leave it out")),
        }
    }

    fn certificate(&self, cert: Option<PathBuf>) -> Result<Auth> {
        let fallback = || self.places.home.map(|home| home.join(".koji/client.crt"));
        // A file that is missing is told when it is needed: reading does not need it.
        cert.or_else(fallback).map(Auth::Certificate).ok_or_else(|| {
            Error::failed(format!("profile {} logs in by certificate and names none", self.name))
                .hint("set cert in that section, or pass --cert")
        })
    }

    /// As koji: the keytab counts only with a principal.
    fn kerberos(&self) -> Result<Auth> {
        let from = match (self.path("keytab")?, self.text("principal")?) {
            (Some(keytab), Some(principal)) => KerberosFrom::Keytab { keytab, principal },
            _ => KerberosFrom::Cache(None),
        };
        Ok(Auth::Kerberos(from))
    }
}

impl Value {
    fn bad(&self, what: &str, good: &str) -> Error {
        Error::failed(format!("{}: \"{}\" is {what}", self.origin, self.text)).hint(format!("write {good}"))
    }
}

fn hub_hint(form: &str) -> String {
    format!("a hub's address looks like {form}")
}

/// `~` and `~user` at the beginning, as Python's `expanduser`: an unknown user's stays as it is.
/// `None` if there is no home to put in.
fn expand(text: &str, home: Option<&Path>) -> Option<PathBuf> {
    let Some(rest) = text.strip_prefix('~') else {
        return Some(PathBuf::from(text));
    };
    let (user, rest) = rest.split_once('/').unwrap_or((rest, ""));
    let home = if user.is_empty() {
        home?.to_owned()
    } else {
        match nix::unistd::User::from_name(user) {
            Ok(Some(user)) => user.dir,
            _ => return Some(PathBuf::from(text)),
        }
    };
    Some(if rest.is_empty() { home } else { home.join(rest.trim_start_matches('/')) })
}

fn no_such_profile(name: &str, places: Places<'_>, files: &Merged) -> Error {
    let read: Vec<_> = files.files().iter().map(|file| file.display().to_string()).collect();
    let known: Vec<_> = files.sections().collect();
    let what = if read.is_empty() {
        let home = places.home.map(|home| format!(", {}", home.join(".koji").display()));
        let etc = places.etc.display();
        format!("no koji profile {name}: there is no configuration file in {etc}{}", home.unwrap_or_default())
    } else {
        format!("no koji profile {name} in {}", read.join(", "))
    };
    let error = Error::new(Kind::Usage, what);
    if known.is_empty() {
        error.hint("write a section of that name with server = https://HOST/kojihub, or use --profile practice")
    } else {
        error.hint(format!("profiles: {}", known.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::expand;
    use std::path::Path;

    #[test]
    fn homes_are_put_in_as_python_does() {
        let home = Path::new("/h");
        for (text, path) in [
            ("~", "/h"),
            ("~/a/b", "/h/a/b"),
            ("/~/a", "/~/a"),
            ("a~", "a~"),
            ("~no-such-user-here/x", "~no-such-user-here/x"),
            ("~root/x", "/root/x"),
        ] {
            assert_eq!(expand(text, Some(home)), Some(path.into()), "{text}");
        }
        assert_eq!(expand("~/a", None), None);
        assert_eq!(expand("/a", None), Some("/a".into()));
    }
}
