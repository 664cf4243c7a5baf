// SPDX-License-Identifier: GPL-3.0-or-later
//! All grants of a machine, those that are void as well: who may do what, asked backwards.

use super::grant::{Allow, Grant};
use super::settings::Places;
use super::table::Command;
use crate::error::Kind;
use crate::{Error, Result};
use jiff::{SignedDuration, Timestamp};
use std::path::PathBuf;

/// A file among the grants.
#[derive(Debug)]
pub struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// Its name without `.toml`: the user.
    pub user: String,
    /// What it grants; otherwise why it grants nothing.
    pub grant: Result<Grant>,
}

/// What is looked for. What is not said is anything.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Clauses for this command.
    pub command: Option<String>,
    /// Clauses that cover this tag.
    pub tag: Option<String>,
    /// Grants for this account.
    pub account: Option<String>,
    /// Grants that have ended by then.
    pub ends_by: Option<Timestamp>,
}

/// Every file among the grants, by name. No directory: none.
///
/// # Errors
/// The directory cannot be read.
pub fn all(places: &Places, commands: &[Command], now: Timestamp) -> Result<Vec<Found>> {
    let dir = places.grants();
    let unreadable =
        |e: std::io::Error| Error::new(Kind::Unsafe, format!("cannot read the grants in {}: {e}", dir.display()));
    let entries = match std::fs::read_dir(&dir) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(unreadable(e)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.map_err(unreadable)?.path());
    }
    paths.sort();
    Ok(paths.into_iter().map(|path| found(path, places, commands, now)).collect())
}

fn found(path: PathBuf, places: &Places, commands: &[Command], now: Timestamp) -> Found {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let user = name.strip_suffix(".toml").unwrap_or(&name).to_owned();
    let void = |why: &str| Err(Error::new(Kind::Unsafe, format!("the file {} grants nothing: {why}", path.display())));
    let grant = match name.strip_suffix(".toml") {
        None => void("its name does not end in .toml"),
        Some(user) => match Grant::load(places, user, commands, now) {
            Ok(Some(grant)) => Ok(grant),
            Ok(None) => void("its name is no user's"),
            Err(error) => Err(error),
        },
    };
    Found { path, user, grant }
}

impl Wanted {
    /// The clauses that are wanted; none, if it is not this grant.
    pub fn clauses<'a>(&self, grant: &'a Grant) -> Vec<&'a Allow> {
        let not = |wanted: &Option<String>, is: &str| wanted.as_ref().is_some_and(|wanted| wanted != is);
        if not(&self.account, &grant.run_as) || self.ends_by.is_some_and(|by| grant.expires > by) {
            return Vec::new();
        }
        let covers = |clause: &Allow, tag: &str| {
            clause.values.iter().any(|(dimension, values)| dimension.is_of_tags() && values.cover(tag))
        };
        let clauses = grant.allow.iter().filter(|clause| !not(&self.command, clause.command.name));
        clauses.filter(|clause| self.tag.as_ref().is_none_or(|tag| covers(clause, tag))).collect()
    }
}

/// So many days from `now`.
pub fn in_days(now: Timestamp, days: u32) -> Timestamp {
    let later = now.checked_add(SignedDuration::from_hours(24 * i64::from(days)));
    later.unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::grant::{TABLE, example};

    #[test]
    fn who_can_touch_a_tag_and_what_ends_soon() {
        let grant = example();
        let ids = |wanted: Wanted| wanted.clauses(&grant).iter().map(|clause| clause.id.as_str()).collect::<Vec<_>>();
        let text = |text: &str| Some(text.to_owned());
        let at = |time: &str| Some(time.parse().unwrap());
        let any = Wanted::default;
        assert_eq!(ids(any()), ["block", "move", "look"]);
        assert_eq!(ids(Wanted { tag: text("f43"), ..any() }), ["block", "move", "look"]);
        assert_eq!(ids(Wanted { tag: text("f43-pending"), ..any() }), ["move", "look"]);
        assert_eq!(ids(Wanted { tag: text("f42"), ..any() }), ["look"]);
        assert_eq!(ids(Wanted { command: text("koji block-pkg"), tag: text("f43"), ..any() }), ["block"]);
        assert_eq!(ids(Wanted { command: text("koji block"), ..any() }), [""; 0]);
        assert_eq!(ids(Wanted { account: text("flr-bodhi"), ..any() }), [""; 0]);
        assert_eq!(ids(Wanted { ends_by: at("2027-03-31T23:59:59Z"), ..any() }), [""; 0]);
        assert_eq!(ids(Wanted { ends_by: at("2027-04-01T00:00:00Z"), ..any() }).len(), 3);
        let now: Timestamp = "2026-11-27T12:00:00Z".parse().unwrap();
        assert_eq!(in_days(now, 30), "2026-12-27T12:00:00Z".parse().unwrap());
        assert_eq!(in_days(now, u32::MAX), Timestamp::MAX);
    }

    /// No file is passed over.
    #[test]
    fn void_files_are_told() {
        let dir = tempfile::tempdir().unwrap();
        let mut places = Places::below(dir.path());
        places.owner = crate::access::process::effective_uid();
        let now = "2026-11-27T12:00:00Z".parse().unwrap();
        assert!(all(&places, &TABLE, now).unwrap().is_empty());
        std::fs::create_dir_all(places.grants()).unwrap();
        for name in ["a.toml", "b.toml~", "B.toml"] {
            std::fs::write(places.grants().join(name), "version = 1\n").unwrap();
        }
        let found = all(&places, &TABLE, now).unwrap();
        let users: Vec<&str> = found.iter().map(|found| found.user.as_str()).collect();
        assert_eq!(users, ["B", "a", "b.toml~"]);
        assert!(found.iter().all(|found| found.grant.is_err()));
        let said = |n: usize| found[n].grant.as_ref().unwrap_err().what.clone();
        assert!(said(0).ends_with("B.toml grants nothing: its name is no user's"), "{}", said(0));
        assert!(said(2).ends_with("b.toml~ grants nothing: its name does not end in .toml"), "{}", said(2));
    }
}
