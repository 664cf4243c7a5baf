// SPDX-License-Identifier: GPL-3.0-or-later
//! The accounts of the machine that is looked at.

use super::policy::{Item, What, covers};
use crate::access::settings::Places;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// One account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Its name.
    pub name: String,
    /// Its number.
    pub uid: u32,
    /// Its first group.
    pub gid: u32,
    /// Where it is at home.
    pub home: PathBuf,
    /// What runs when it logs in.
    pub shell: String,
    /// The names of its groups.
    pub groups: BTreeSet<String>,
    /// The numbers of its groups.
    pub gids: BTreeSet<u32>,
    /// What stands for its password; `None`: it is kept elsewhere.
    pub password: Option<Password>,
    /// The line in `/etc/passwd`; `None`: it is kept elsewhere.
    pub line: Option<usize>,
}

/// What stands for a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Password {
    /// Nobody can log in with one.
    Locked,
    /// There is one.
    Set,
    /// None is needed.
    Empty,
}

/// All of them.
#[derive(Debug, Clone, Default)]
pub struct People {
    by_name: BTreeMap<String, Person>,
}

impl People {
    /// Reads `/etc/passwd`, `/etc/group` and `/etc/shadow`; what cannot be read.
    pub fn read(places: &Places) -> (Self, Vec<(String, String)>) {
        let mut unread = Vec::new();
        let mut text = |path: &str| match super::policy::content(&places.at(path)) {
            Ok(text) => text,
            Err(why) => {
                unread.push((path.to_owned(), why));
                String::new()
            }
        };
        let (passwd, group, shadow) = (text("/etc/passwd"), text("/etc/group"), text("/etc/shadow"));
        let shadows: BTreeMap<&str, &str> = shadow
            .lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(name, rest)| (name, rest.split(':').next().unwrap_or_default()))
            .collect();
        let mut by_name = BTreeMap::new();
        for (number, line) in passwd.lines().enumerate() {
            let fields: Vec<&str> = line.split(':').collect();
            let [name, password, uid, gid, _, home, shell] = fields[..] else {
                continue;
            };
            let (Ok(uid), Ok(gid)) = (uid.parse(), gid.parse()) else {
                continue;
            };
            let password = match password {
                "x" => shadows.get(name).map(|field| Password::of(field)),
                field => Some(Password::of(field)),
            };
            by_name.entry(name.to_owned()).or_insert(Person {
                name: name.to_owned(),
                uid,
                gid,
                home: PathBuf::from(home),
                shell: shell.to_owned(),
                groups: BTreeSet::new(),
                gids: BTreeSet::from([gid]),
                password,
                line: Some(number + 1),
            });
        }
        let mut people = Self { by_name };
        people.join(&group);
        (people, unread)
    }

    fn join(&mut self, group: &str) {
        for line in group.lines() {
            let fields: Vec<&str> = line.split(':').collect();
            let [name, _, gid, members] = fields[..] else {
                continue;
            };
            let Ok(gid) = gid.parse::<u32>() else {
                continue;
            };
            let members: Vec<&str> = members.split(',').collect();
            for person in self.by_name.values_mut() {
                if person.gid == gid || members.contains(&person.name.as_str()) {
                    person.groups.insert(name.to_owned());
                    person.gids.insert(gid);
                }
            }
        }
    }

    /// Also asks the running machine's other directories for `name`.
    pub fn ask(&mut self, name: &str) {
        use nix::unistd::{Group, User, getgrouplist};
        if self.by_name.contains_key(name) {
            return;
        }
        let Ok(Some(user)) = User::from_name(name) else {
            return;
        };
        let gids: BTreeSet<u32> = std::ffi::CString::new(name)
            .ok()
            .and_then(|name| getgrouplist(&name, user.gid).ok())
            .map_or_else(|| BTreeSet::from([user.gid.as_raw()]), |list| list.iter().map(|gid| gid.as_raw()).collect());
        let groups = gids
            .iter()
            .filter_map(|gid| Group::from_gid((*gid).into()).ok().flatten())
            .map(|group| group.name)
            .collect();
        let person = Person {
            name: user.name,
            uid: user.uid.as_raw(),
            gid: user.gid.as_raw(),
            home: user.dir,
            shell: user.shell.to_string_lossy().into_owned(),
            groups,
            gids,
            password: None,
            line: None,
        };
        self.by_name.insert(name.to_owned(), person);
    }

    /// The account of that name.
    pub fn named(&self, name: &str) -> Option<&Person> {
        self.by_name.get(name)
    }

    /// The accounts with that number.
    pub fn numbered(&self, uid: u32) -> impl Iterator<Item = &Person> {
        self.by_name.values().filter(move |person| person.uid == uid)
    }
}

impl Password {
    fn of(field: &str) -> Self {
        match field {
            "" => Self::Empty,
            locked if locked.starts_with(['!', '*']) => Self::Locked,
            _ => Self::Set,
        }
    }
}

impl Person {
    /// Whether a member of a list of sudo's means it. Nobody knows who is in a netgroup.
    pub fn is(&self, what: &What) -> bool {
        match what {
            What::All => true,
            What::Name(name) => *name == self.name,
            What::Id(id) => *id == self.uid,
            What::Group(name) => self.groups.contains(name),
            What::GroupId(id) => self.gids.contains(id),
            What::Somebody(_) => false,
        }
    }

    /// Whether a list of sudo's covers it.
    pub fn is_in(&self, list: &[Item]) -> bool {
        covers(list, |what| self.is(what))
    }
}
