// SPDX-License-Identifier: GPL-3.0-or-later
//! The machine's settings, `/etc/flr/flr.toml`: which accounts hold credentials, and what is asked
//! of whoever uses them.

use super::grant::Grant;
use super::guarded;
use crate::error::Kind;
use crate::names::UserName;
use crate::{Error, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The version of the file that this flr reads.
const VERSION: u32 = 1;

/// Everything below `/`, or below another root that is looked at instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    root: PathBuf,
    /// Who may own and write the files: root, and in tests whoever runs them.
    pub owner: u32,
}

impl Places {
    /// The machine's own places.
    pub fn of_this_machine() -> Self {
        Self::below(Path::new("/"))
    }

    /// The same places below `root`.
    pub fn below(root: &Path) -> Self {
        Self { root: root.to_owned(), owner: 0 }
    }

    /// Who can be trusted with its files.
    pub fn rules(&self) -> guarded::Rules {
        guarded::Rules { owner: self.owner, top: self.root.clone() }
    }

    /// `path`, which begins with `/`, below the root.
    pub fn at(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// Whether this is the machine's own root.
    pub fn is_this_machine(&self) -> bool {
        self.root == Path::new("/")
    }

    /// `/etc/flr/flr.toml`.
    pub fn settings(&self) -> PathBuf {
        self.at("/etc/flr/flr.toml")
    }

    /// `/etc/flr/grants.d`.
    pub fn grants(&self) -> PathBuf {
        self.at("/etc/flr/grants.d")
    }

    /// `/etc/flr/grants.d/USER.toml`.
    pub fn grant(&self, user: &str) -> PathBuf {
        self.grants().join(format!("{user}.toml"))
    }

    /// `/var/log/flr/ACCOUNT.jsonl`.
    pub fn audit_log(&self, account: &str) -> PathBuf {
        self.at("/var/log/flr").join(format!("{account}.jsonl"))
    }

    /// `/var/lib/flr/ACCOUNT`.
    pub fn state(&self, account: &str) -> PathBuf {
        self.at("/var/lib/flr").join(account)
    }
}

/// What `/etc/flr/flr.toml` says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    version: u32,
    /// How the names of automation users begin.
    #[serde(default = "prefix")]
    pub prefix: String,
    /// Whether the login uid, where the kernel knows it, must be the caller's.
    #[serde(default)]
    pub require_login_uid: bool,
    /// Whether nothing is done without the system log.
    #[serde(default = "yes")]
    pub require_syslog: bool,
    /// The accounts that hold a credential, by name.
    #[serde(default)]
    pub accounts: BTreeMap<String, AccountSettings>,
}

/// An account that holds a credential.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSettings {
    /// The hub's section in koji's configuration files; only root's files are read.
    #[serde(default = "profile")]
    pub profile: String,
    /// A keytab, 0400 and the account's own.
    pub keytab: Option<PathBuf>,
    /// The principal in it.
    pub principal: Option<String>,
    /// A TLS client certificate with its key, one PEM file.
    pub cert: Option<PathBuf>,
    /// Whether the account may run flr without sudo, as its own caller: from its crontab.
    #[serde(default)]
    pub unattended: bool,
}

fn prefix() -> String {
    "loopabull_".to_owned()
}

fn profile() -> String {
    "koji".to_owned()
}

const fn yes() -> bool {
    true
}

impl Settings {
    /// The settings; `None` if there are none: the machine grants nothing.
    ///
    /// # Errors
    /// [`Kind::Unsafe`]: somebody else could have written them, or they cannot be read.
    pub fn load(places: &Places) -> Result<Option<Self>> {
        let path = places.settings();
        // A machine that has none is nobody's business: there, flr is a program like any other,
        // whoever its directories belong to.
        if std::fs::symlink_metadata(&path).is_err_and(|e| e.kind() == std::io::ErrorKind::NotFound) {
            return Ok(None);
        }
        let Some(text) = guarded::read(&path, &places.rules())? else {
            return Ok(None);
        };
        Self::parse(&text)
            .map(Some)
            .map_err(|why| Error::new(Kind::Unsafe, format!("{} cannot be used: {why}", path.display())))
    }

    /// The account that acts for the user of `grant`.
    ///
    /// # Errors
    /// [`Kind::Unsafe`]: it is no service account.
    pub fn account_of(&self, grant: &Grant) -> Result<&AccountSettings> {
        self.accounts.get(&grant.run_as).ok_or_else(|| {
            let (user, account) = (&grant.user, &grant.run_as);
            let what = format!("the grant of {user} is for {account}, which is no service account of this machine");
            Error::new(Kind::Unsafe, what)
        })
    }

    fn parse(text: &str) -> Result<Self, String> {
        let settings: Self = toml::from_str(text).map_err(|e| one_line(&e.to_string()))?;
        if settings.version != VERSION {
            return Err(format!("version {} is not {VERSION}", settings.version));
        }
        let mut wrong = Vec::new();
        if !is_account_name(&format!("{}x", settings.prefix)) {
            wrong.push(format!("prefix: \"{}\" does not begin a user's name", settings.prefix));
        }
        for (name, account) in &settings.accounts {
            let mut bad = |why: String| wrong.push(format!("accounts.{name}: {why}"));
            if !is_account_name(name) || name == "root" {
                bad("this is no name of a service account".into());
            }
            match (&account.keytab, &account.principal, &account.cert) {
                (Some(_), Some(_), None) | (None, None, Some(_)) => {}
                _ => bad("it needs a keytab and a principal, or a cert".into()),
            }
            for path in account.keytab.iter().chain(&account.cert) {
                if !path.is_absolute() || path.components().any(|c| c == std::path::Component::ParentDir) {
                    bad(format!("{} is not a whole path", path.display()));
                }
            }
            if let Some(principal) = &account.principal
                && (principal.is_empty() || principal.contains(|c: char| c.is_whitespace() || c.is_control()))
            {
                bad("the principal is empty or holds blanks".into());
            }
            if account.profile.parse::<UserName>().is_err() || account.profile == "practice" {
                bad(format!("\"{}\" is no profile of a hub", account.profile));
            }
        }
        if wrong.is_empty() { Ok(settings) } else { Err(wrong.join("; ")) }
    }
}

/// Whether `text` can be the name of a user or group that sudo's rules may speak of.
pub fn is_account_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase() || b == b'_')
        && text.len() <= 32
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-')
}

/// What the TOML library says, which shows the line over several lines, as one line.
pub(super) fn one_line(text: &str) -> String {
    let kept = text.lines().filter(|line| {
        let line = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
        !line.starts_with('|')
    });
    let words: Vec<&str> = kept.flat_map(str::split_whitespace).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "version = 1\n[accounts.flr-koji]\nkeytab = \"/etc/flr/k\"\nprincipal = \"flr-koji/h@R\"\n";

    #[test]
    fn defaults_are_the_strict_ones() {
        let settings = Settings::parse(GOOD).unwrap();
        assert_eq!(settings.prefix, "loopabull_");
        assert!(settings.require_syslog && !settings.require_login_uid);
        let account = &settings.accounts["flr-koji"];
        assert_eq!((account.profile.as_str(), account.unattended), ("koji", false));
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let said = |text: &str| Settings::parse(text).unwrap_err();
        assert_eq!(said("version = 2"), "version 2 is not 1");
        assert_eq!(
            said(
                "version = 1\nprefix = \"Loop \"\n[accounts.root]\ncert = \"x.pem\"\n[accounts.a]\nkeytab = \"/k\"\nprofile = \"practice\"\n"
            ),
            "prefix: \"Loop \" does not begin a user's name; \
             accounts.a: it needs a keytab and a principal, or a cert; \
             accounts.a: \"practice\" is no profile of a hub; \
             accounts.root: this is no name of a service account; \
             accounts.root: x.pem is not a whole path"
        );
        let unknown = said("version = 1\nrequire_sylog = true\n");
        assert!(unknown.contains("line 2") && unknown.contains("require_sylog"), "{unknown}");
    }

    #[test]
    fn names_of_accounts() {
        for good in ["loopabull_block", "_x", "flr-koji", "a1"] {
            assert!(is_account_name(good), "{good}");
        }
        for bad in ["", "ALL", "%wheel", "#0", "!root", "a b", "-x", "1a", "a.b", "a$", &"a".repeat(33), "ä"] {
            assert!(!is_account_name(bad), "{bad}");
        }
    }
}
