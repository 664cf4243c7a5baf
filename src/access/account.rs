// SPDX-License-Identifier: GPL-3.0-or-later
//! Accounts of this machine.

use super::process::{done, refused};
use crate::Result;
use nix::unistd::{self, Gid, Uid};
use std::collections::BTreeSet;
use std::ffi::CString;

/// An account of this machine, by its account database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Its number.
    pub uid: u32,
    /// Its own group.
    pub gid: u32,
}

impl Account {
    /// The account of that name; nothing if there is none.
    ///
    /// # Errors
    /// The account database cannot be asked, or calls the account something else: some ignore case,
    /// and a grant is for one name.
    pub fn named(name: &str) -> Result<Option<Self>> {
        let asked = done(format_args!("look up account {name}"), unistd::User::from_name(name))?;
        let Some(found) = asked.map(Self::from) else {
            return Ok(None);
        };
        if found.name != name {
            let what = format!("account {name} is called {} in the account database", found.name);
            return Err(refused(what).hint("write the name as the account database does"));
        }
        Ok(Some(found))
    }

    /// The account of that number; nothing if there is none.
    ///
    /// # Errors
    /// The account database cannot be asked.
    pub fn of_uid(uid: u32) -> Result<Option<Self>> {
        let asked = done(format_args!("look up user id {uid}"), unistd::User::from_uid(Uid::from_raw(uid)))?;
        Ok(asked.map(Self::from))
    }

    /// All groups of the account, its own among them.
    pub(super) fn groups(&self) -> Result<BTreeSet<u32>> {
        let name = CString::new(self.name.as_str()).map_err(|_| refused("the account's name holds a NUL"))?;
        let asked = unistd::getgrouplist(&name, Gid::from_raw(self.gid));
        let groups = done(format_args!("look up the groups of account {}", self.name), asked)?;
        Ok(groups.into_iter().map(Gid::as_raw).chain([self.gid]).collect())
    }
}

impl From<unistd::User> for Account {
    fn from(user: unistd::User) -> Self {
        Self { name: user.name, uid: user.uid.as_raw(), gid: user.gid.as_raw() }
    }
}

/// The name of an account, if it has one.
pub fn name_of(uid: u32) -> Option<String> {
    Account::of_uid(uid).ok().flatten().map(|account| account.name)
}
