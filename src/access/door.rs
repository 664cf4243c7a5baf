// SPDX-License-Identifier: GPL-3.0-or-later
//! By which door somebody came in, and who he is. Decided by what the process is, never by what its
//! surroundings say.

use super::audit;
use super::caller::Sudo;
use super::settings::Settings;
use crate::error::Kind;
use crate::{Error, Result};

/// The mode of this process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Door {
    /// The caller's own credentials; nothing of sudo's is looked at.
    Personal,
    /// `sudo -u ACCOUNT flr …`: the process is the account already.
    Account {
        /// Its name.
        account: String,
    },
    /// `sudo flr …`: root, until the grant says which account to become.
    Root,
}

/// Whoever asks, in privileged mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// His number.
    pub uid: u32,
    /// His name in the account database: it chooses the grant.
    pub name: String,
    /// Who logged in, as the kernel knows it.
    pub login_uid: Option<u32>,
    /// The session that the login began, as the kernel counts them.
    pub session: Option<u32>,
}

/// What the kernel says of a login.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Login {
    /// The login uid.
    pub uid: Option<u32>,
    /// The session.
    pub session: Option<u32>,
}

impl Door {
    /// The door, by the effective account and the machine's settings.
    ///
    /// # Errors
    /// The machine is not set up: nothing can be granted.
    pub fn of(euid: u32, account: Option<&str>, sudo: &Sudo, settings: Option<&Settings>) -> Result<Self> {
        if euid == 0 {
            return match (&sudo.uid, settings) {
                (None, _) => Ok(Self::Personal),
                (Some(_), Some(_)) => Ok(Self::Root),
                (Some(_), None) => Err(refused("this machine grants nothing: there is no /etc/flr/flr.toml")
                    .hint("run flr without sudo, as yourself")),
            };
        }
        match (account, settings) {
            (Some(account), Some(settings)) if settings.accounts.contains_key(account) => {
                Ok(Self::Account { account: account.to_owned() })
            }
            // An account without a name cannot be looked up among those that hold credentials.
            (None, Some(settings)) if !settings.accounts.is_empty() => {
                Err(refused(&format!("this process runs as the number {euid}, which has no name")))
            }
            _ => Ok(Self::Personal),
        }
    }
}

impl Who {
    /// Whoever called sudo. `account`: the account this process is, if it is one already; `name_of`
    /// and `settings` are the account database's and the machine's.
    ///
    /// # Errors
    /// Nobody called it, or somebody who cannot be: root, the account itself, a number without a
    /// name, another name than sudo says, another login than it was.
    pub fn of(
        sudo: &Sudo,
        account: Option<(&str, u32)>,
        settings: &Settings,
        login: Login,
        name_of: impl Fn(u32) -> Option<String>,
    ) -> Result<Self> {
        let Some(uid) = &sudo.uid else {
            return Self::unattended(account, settings, login);
        };
        let digits = uid.to_str().filter(|text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()));
        let uid: u32 = digits
            .and_then(|text| text.parse().ok())
            .filter(|uid| *uid != u32::MAX)
            .ok_or_else(|| refused("SUDO_UID is no number of a user"))?;
        if uid == 0 {
            return Err(refused("the caller is root").hint("root runs flr as itself, from a shell without SUDO_UID"));
        }
        let name = name_of(uid).ok_or_else(|| refused(&format!("the caller, number {uid}, has no account")))?;
        if settings.accounts.contains_key(&name) || account.is_some_and(|(_, own)| own == uid) {
            return Err(refused(&format!("the caller is the service account {name} itself")));
        }
        if sudo.user.as_ref().and_then(|user| user.to_str()) != Some(name.as_str()) {
            return Err(refused(&format!("SUDO_USER is not {name}, who has the number in SUDO_UID")));
        }
        if settings.require_login_uid && login.uid.is_some_and(|login| login != uid) {
            return Err(refused(&format!("{name} is not who logged in")));
        }
        Ok(Self { uid, name, login_uid: login.uid, session: login.session })
    }

    /// As the audit log has it.
    pub fn recorded(&self) -> audit::Who {
        audit::Who {
            uid: self.uid,
            name: self.name.clone(),
            login_uid: self.login_uid,
            audit_session: self.session,
            ..audit::Who::default()
        }
    }

    /// The account's own crontab.
    fn unattended(account: Option<(&str, u32)>, settings: &Settings, login: Login) -> Result<Self> {
        let Some((name, uid)) = account else {
            return Err(refused("nobody called sudo: SUDO_UID is not set"));
        };
        if !settings.accounts.get(name).is_some_and(|account| account.unattended) {
            return Err(refused(&format!("{name} holds a credential and nobody called sudo"))
                .hint(format!("call it with sudo -u {name}, or set accounts.{name}.unattended in /etc/flr/flr.toml")));
        }
        Ok(Self { uid, name: name.to_owned(), login_uid: login.uid, session: login.session })
    }
}

fn refused(what: &str) -> Error {
    Error::new(Kind::Unsafe, format!("refused: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(more: &str) -> Settings {
        let text = format!("version = 1\n{more}[accounts.flr-koji]\nkeytab = \"/k\"\nprincipal = \"p\"\n");
        toml::from_str(&text).unwrap()
    }

    fn sudo(uid: &str, user: &str) -> Sudo {
        Sudo { uid: Some(uid.into()), user: Some(user.into()) }
    }

    #[test]
    fn the_door_is_what_the_process_is() {
        let (settings, none, called) = (settings(""), Sudo::default(), sudo("1001", "loopabull_x"));
        let door = |euid, account: Option<&str>, sudo: &Sudo, settings: Option<&Settings>| {
            Door::of(euid, account, sudo, settings).map_err(|e| e.what)
        };
        let account = Door::Account { account: "flr-koji".into() };
        assert_eq!(door(0, Some("root"), &none, Some(&settings)), Ok(Door::Personal));
        assert_eq!(door(0, Some("root"), &called, Some(&settings)), Ok(Door::Root));
        assert_eq!(door(900, Some("flr-koji"), &none, Some(&settings)), Ok(account.clone()));
        assert_eq!(door(900, Some("flr-koji"), &called, Some(&settings)), Ok(account));
        // Variables that anybody can set make nobody privileged.
        assert_eq!(door(1001, Some("kim"), &sudo("0", "root"), Some(&settings)), Ok(Door::Personal));
        assert_eq!(door(1001, Some("kim"), &none, None), Ok(Door::Personal));
        assert_eq!(
            door(0, Some("root"), &called, None),
            Err("refused: this machine grants nothing: there is no /etc/flr/flr.toml".into())
        );
        assert_eq!(
            door(77, None, &none, Some(&settings)),
            Err("refused: this process runs as the number 77, which has no name".into())
        );
    }

    #[test]
    fn who_called_sudo() {
        let plain = settings("");
        let strict = settings("require_login_uid = true\n");
        let name_of = |uid: u32| match uid {
            900 => Some("flr-koji".to_owned()),
            1001 => Some("loopabull_x".to_owned()),
            _ => None,
        };
        let own = Some(("flr-koji", 900));
        let who = |sudo: &Sudo, login: Option<u32>, settings: &Settings| {
            let login = Login { uid: login, session: None };
            Who::of(sudo, own, settings, login, name_of).map(|who| who.name).map_err(|e| e.what)
        };
        let err = |why: &str| Err(format!("refused: {why}"));
        assert_eq!(who(&sudo("1001", "loopabull_x"), Some(5), &plain), Ok("loopabull_x".into()));
        assert_eq!(who(&sudo("1001", "loopabull_x"), Some(5), &strict), err("loopabull_x is not who logged in"));
        assert_eq!(who(&sudo("1001", "loopabull_x"), Some(1001), &strict), Ok("loopabull_x".into()));
        assert_eq!(who(&sudo("1001", "loopabull_x"), None, &strict), Ok("loopabull_x".into()));
        for uid in ["", "-1", "+1001", " 1001", "1001 ", "0x3e9", "4294967295", "4294967297", "kim"] {
            assert_eq!(who(&sudo(uid, "loopabull_x"), None, &plain), err("SUDO_UID is no number of a user"), "{uid}");
        }
        assert_eq!(who(&sudo("0", "root"), None, &plain), err("the caller is root"));
        assert_eq!(who(&sudo("1002", "x"), None, &plain), err("the caller, number 1002, has no account"));
        assert_eq!(
            who(&sudo("900", "flr-koji"), None, &plain),
            err("the caller is the service account flr-koji itself")
        );
        assert_eq!(
            who(&sudo("1001", "loopabull_y"), None, &plain),
            err("SUDO_USER is not loopabull_x, who has the number in SUDO_UID")
        );
        assert_eq!(who(&Sudo::default(), None, &plain), err("flr-koji holds a credential and nobody called sudo"));
        let mut alone = plain.clone();
        alone.accounts.get_mut("flr-koji").unwrap().unattended = true;
        assert_eq!(who(&Sudo::default(), None, &alone), Ok("flr-koji".into()));
        let nobody = Who::of(&Sudo::default(), None, &alone, Login::default(), name_of);
        assert_eq!(nobody.unwrap_err().what, "refused: nobody called sudo: SUDO_UID is not set");
    }
}
