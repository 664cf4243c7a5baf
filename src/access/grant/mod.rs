// SPDX-License-Identifier: GPL-3.0-or-later
//! What a user may do: `/etc/flr/grants.d/USER.toml`.
//!
//! Clauses only allow. There is no deny, no order, no inheritance and no include; a request needs
//! one clause that covers it whole. A file with anything wrong in it grants nothing, to that user
//! only.

mod judge;
mod pattern;
mod window;
mod written;

pub use judge::{Asked, Refusal};
pub use pattern::{Pattern, Values};
pub use window::Window;

use super::audit::hash;
use super::guarded;
use super::settings::{Places, is_account_name, one_line};
use super::table::{Class, Command, Dimension};
use crate::error::Kind;
use crate::{Error, Result};
use jiff::{SignedDuration, Timestamp};
use pattern::Written;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::value::Datetime;

/// The version of the file that this flr reads.
const VERSION: u32 = 1;

/// A grant ends after so many days at the latest, so that somebody looks at it again.
const MOST_DAYS: i64 = 400;

/// Everything one user may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The user.
    pub user: String,
    /// The account that acts for him, which holds the credential.
    pub run_as: String,
    /// The machines on which it holds.
    pub hosts: Vec<String>,
    /// Why it was given.
    pub ticket: String,
    /// Who answers for it.
    pub owner: String,
    /// It ends then.
    pub expires: Timestamp,
    /// The clauses, in the order of the file.
    pub allow: Vec<Allow>,
    /// SHA-256 of the file as it was read, in hex.
    pub sha: String,
}

/// One clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    /// Its name in this file.
    pub id: String,
    /// What may be called.
    pub command: Command,
    /// What is granted of each dimension that the command and its granted options need.
    pub values: BTreeMap<Dimension, Values>,
    /// The options that may be used.
    pub options: BTreeSet<String>,
    /// At most so many changes in a run.
    pub per_run: Option<u64>,
    /// At most so many changes in a day, UTC.
    pub per_day: Option<u64>,
    /// The hours in which it holds; none: always.
    pub windows: Vec<Window>,
    /// Plans may be looked at, nothing changed.
    pub dry_run_only: bool,
    /// Nobody needs to say yes. Otherwise plans may be looked at, nothing changed: there is nobody
    /// to ask.
    pub confirm_not_needed: bool,
}

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    user: String,
    run_as: String,
    hosts: Vec<String>,
    ticket: String,
    owner: String,
    expires: Datetime,
    #[serde(default)]
    allow: Vec<Clause>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Clause {
    id: String,
    command: String,
    tags: Option<Written>,
    from: Option<Written>,
    to: Option<Written>,
    packages: Option<Written>,
    owners: Option<Written>,
    tasks: Option<Written>,
    events: Option<Written>,
    types: Option<Written>,
    targets: Option<Written>,
    releases: Option<Written>,
    keys: Option<Written>,
    sources: Option<Written>,
    permissions: Option<Written>,
    arches: Option<Written>,
    settings: Option<Written>,
    #[serde(default)]
    options: Vec<String>,
    per_run: Option<u64>,
    per_day: Option<u64>,
    #[serde(default)]
    windows: Vec<String>,
    #[serde(default)]
    dry_run_only: bool,
    confirm: Option<String>,
}

impl Grant {
    /// The grant of `user`; `None` if there is none.
    ///
    /// # Errors
    /// [`Kind::Unsafe`]: the file is void: somebody else could have written it, or anything in it is
    /// wrong. [`Kind::NotPermitted`]: it has expired.
    pub fn load(places: &Places, user: &str, commands: &[Command], now: Timestamp) -> Result<Option<Self>> {
        if !is_account_name(user) {
            return Ok(None);
        }
        let path = places.grant(user);
        let Some(text) = guarded::read(&path, &places.rules())? else {
            return Ok(None);
        };
        let void = |why: Vec<String>| {
            let what = format!("the grant {} is void: {}", path.display(), why.join("; "));
            Error::new(Kind::Unsafe, what).hint("nothing is granted by a file with an error in it; see flr-grants(5)")
        };
        let grant = Self::parse(&text, commands).map_err(void)?;
        if grant.user != user {
            return Err(void(vec![format!("it is for {}, by its name for {user}", grant.user)]));
        }
        grant.in_time(now).map_err(|why| void(vec![why]))?;
        Ok(Some(grant))
    }

    /// The grant of `user`, who must have one.
    ///
    /// # Errors
    /// As [`Grant::load`]. [`Kind::NotPermitted`]: there is none.
    pub fn of(places: &Places, user: &str, commands: &[Command], now: Timestamp) -> Result<Self> {
        Self::load(places, user, commands, now)?
            .ok_or_else(|| Error::new(Kind::NotPermitted, format!("nothing is granted to {user} on this machine")))
    }

    /// What a grants file says; otherwise everything that is wrong with it.
    pub fn parse(text: &str, commands: &[Command]) -> Result<Self, Vec<String>> {
        let file: File = toml::from_str(text).map_err(|e| vec![one_line(&e.to_string())])?;
        let mut wrong = Vec::new();
        if file.version != VERSION {
            wrong.push(format!("version {} is not {VERSION}", file.version));
        }
        for (key, name) in [("user", &file.user), ("run_as", &file.run_as)] {
            if !is_account_name(name) {
                wrong.push(format!("{key}: \"{name}\" is no name of an account"));
            }
        }
        if file.hosts.is_empty() {
            wrong.push("hosts: no machine is named".into());
        }
        wrong.extend(file.hosts.iter().filter(|h| !is_host(h)).map(|h| format!("hosts: \"{h}\" is no host name")));
        for (key, text) in [("ticket", &file.ticket), ("owner", &file.owner)] {
            if text.trim().is_empty() || text.len() > 200 || text.contains(char::is_control) {
                wrong.push(format!("{key} is empty, too long, or not one line"));
            }
        }
        let expires = instant(&file.expires);
        if expires.is_none() {
            wrong.push(format!(
                "expires: {} is no point in time with its zone, like 2027-04-01T00:00:00Z",
                file.expires
            ));
        }
        if file.allow.is_empty() {
            wrong.push("it allows nothing: there is no [[allow]]".into());
        }
        let mut ids = BTreeSet::new();
        let mut allow = Vec::new();
        for clause in file.allow {
            if !ids.insert(clause.id.clone()) {
                wrong.push(format!("{}: the id stands twice", clause.id));
            }
            match clause.checked(commands) {
                Ok(clause) => allow.push(clause),
                Err(why) => wrong.extend(why),
            }
        }
        let (true, Some(expires)) = (wrong.is_empty(), expires) else {
            return Err(wrong);
        };
        let sha = hash(text.as_bytes());
        let File { user, run_as, hosts, ticket, owner, .. } = file;
        Ok(Self { user, run_as, hosts, ticket, owner, expires, allow, sha })
    }

    /// Whether it ends within the longest time a grant may have.
    pub fn in_time(&self, now: Timestamp) -> Result<(), String> {
        let most = SignedDuration::from_hours(24 * MOST_DAYS);
        match self.expires.duration_since(now) > most {
            true => Err(format!("expires: {} is more than {MOST_DAYS} days ahead", self.expires)),
            false => Ok(()),
        }
    }

    /// Whether it has not ended yet, and ends within the longest time a grant may have.
    pub fn is_fresh(&self, now: Timestamp) -> Result<(), String> {
        match self.expires <= now {
            true => Err(format!("expires: {} is over", self.expires)),
            false => self.in_time(now),
        }
    }

    /// Whether it holds on the machine called `host`: its whole name, or the first part of it.
    pub fn is_of_host(&self, host: &str) -> bool {
        let short = host.split('.').next().unwrap_or_default();
        self.hosts.iter().any(|name| name == host || name == short)
    }

    /// Fine, if it holds on the machine called `host`.
    ///
    /// # Errors
    /// [`Kind::NotPermitted`]: it does not.
    pub fn holds_on(&self, host: &str) -> Result<()> {
        if self.is_of_host(host) {
            return Ok(());
        }
        let what = format!("the grant of {} does not hold on {host}", self.user);
        Err(Error::new(Kind::NotPermitted, what).hint(format!("it holds on {}", self.hosts.join(", "))))
    }

    /// The commands it speaks of, each once, in the order of the file.
    pub fn commands(&self) -> Vec<Command> {
        let mut commands: Vec<Command> = Vec::new();
        for clause in &self.allow {
            if !commands.iter().any(|command| command.name == clause.command.name) {
                commands.push(clause.command);
            }
        }
        commands
    }
}

impl Clause {
    fn checked(self, commands: &[Command]) -> Result<Allow, Vec<String>> {
        let id = self.id.clone();
        if id.is_empty() || id.len() > 64 || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) {
            return Err(vec![format!("allow: \"{id}\" is no id of a clause")]);
        }
        let Some(command) = commands.iter().find(|command| command.name == self.command).copied() else {
            return Err(vec![format!("{id}: there is no command \"{}\" that can be granted", self.command)]);
        };
        let mut wrong = Vec::new();
        let options = self.checked_options(&command, &mut wrong);
        let needed: BTreeSet<Dimension> = command
            .dimensions
            .iter()
            .copied()
            .chain(command.options.iter().filter(|o| options.contains(o.name)).filter_map(|o| o.dimension))
            .collect();
        let mut values = BTreeMap::new();
        for (dimension, written) in self.written() {
            match written {
                None if needed.contains(&dimension) => wrong.push(format!("`{}` needs `{dimension}`", command.name)),
                Some(_) if !needed.contains(&dimension) => {
                    wrong.push(format!("`{}` with these options has no `{dimension}`", command.name));
                }
                None => {}
                Some(written) => match Values::parse(dimension, written) {
                    Ok(parsed) => drop(values.insert(dimension, parsed)),
                    Err(why) => wrong.extend(why),
                },
            }
        }
        let windows: Vec<Window> = self
            .windows
            .iter()
            .filter_map(|text| text.parse().map_err(|why| wrong.push(format!("windows: {why}"))).ok())
            .collect();
        let confirm_not_needed = match self.confirm.as_deref() {
            None => false,
            Some("not needed") => true,
            Some(other) => {
                wrong.push(format!("confirm: \"{other}\" is not \"not needed\""));
                false
            }
        };
        self.check_counts(&command, confirm_not_needed, &mut wrong);
        if !wrong.is_empty() {
            return Err(wrong.into_iter().map(|why| format!("{id}: {why}")).collect());
        }
        Ok(Allow {
            id,
            command,
            values,
            options,
            per_run: self.per_run,
            per_day: self.per_day,
            windows,
            dry_run_only: self.dry_run_only,
            confirm_not_needed,
        })
    }

    fn checked_options(&self, command: &Command, wrong: &mut Vec<String>) -> BTreeSet<String> {
        let mut options = BTreeSet::new();
        for option in &self.options {
            if option == "--yes" {
                wrong.push("options: --yes is never listed; say confirm = \"not needed\"".into());
            } else if !command.has_option(option) {
                wrong.push(format!("options: `{}` has no option \"{option}\" that can be granted", command.name));
            } else if !options.insert(option.clone()) {
                wrong.push(format!("options: {option} stands twice"));
            }
        }
        options
    }

    fn check_counts(&self, command: &Command, confirm_not_needed: bool, wrong: &mut Vec<String>) {
        let class: Class = command.class;
        for (key, count) in [("per_run", self.per_run), ("per_day", self.per_day)] {
            match count {
                None if class.needs_counts() => {
                    wrong.push(format!("`{}` is of the class {class} and needs `{key}`", command.name));
                }
                Some(_) if !class.changes() => wrong.push(format!("{key}: `{}` changes nothing", command.name)),
                Some(0) => wrong.push(format!("{key} is 0; leave the clause out")),
                _ => {}
            }
        }
        if let (Some(run), Some(day)) = (self.per_run, self.per_day)
            && run > day
        {
            wrong.push(format!("per_run {run} is more than per_day {day}"));
        }
        if !class.changes() && (self.dry_run_only || confirm_not_needed) {
            wrong.push(format!("dry_run_only and confirm: `{}` changes nothing", command.name));
        }
        if self.dry_run_only && confirm_not_needed {
            wrong.push("dry_run_only: there is nothing to confirm".into());
        }
        if class.changes() && !confirm_not_needed && !self.options.iter().any(|option| option == "--dry-run") {
            wrong
                .push("nothing could be done by it: it needs confirm = \"not needed\", or the option --dry-run".into());
        }
    }

    fn written(&self) -> [(Dimension, Option<&Written>); Dimension::ALL.len()] {
        Dimension::ALL.map(|dimension| {
            let written = match dimension {
                Dimension::Tags => &self.tags,
                Dimension::From => &self.from,
                Dimension::To => &self.to,
                Dimension::Packages => &self.packages,
                Dimension::Owners => &self.owners,
                Dimension::Tasks => &self.tasks,
                Dimension::Events => &self.events,
                Dimension::Types => &self.types,
                Dimension::Targets => &self.targets,
                Dimension::Releases => &self.releases,
                Dimension::Keys => &self.keys,
                Dimension::Sources => &self.sources,
                Dimension::Permissions => &self.permissions,
                Dimension::Arches => &self.arches,
                Dimension::Settings => &self.settings,
            };
            (dimension, written.as_ref())
        })
    }
}

/// A point in time. A date, or a time without its zone, is none.
fn instant(written: &Datetime) -> Option<Timestamp> {
    written.offset?;
    written.to_string().parse().ok()
}

/// Whether `name` can be that of a machine.
pub(super) fn is_host(name: &str) -> bool {
    let label = |part: &str| {
        !part.is_empty()
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    // sudo would take it for every machine.
    name.len() <= 253 && name != "ALL" && name.split('.').all(label)
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::{TABLE, example};
