// SPDX-License-Identifier: GPL-3.0-or-later
//! What people call a release, and which one they mean.

use super::layout::Layout;
use crate::bodhi::{Record, State};
use crate::names::{ReleaseAlias, plain_release};
use crate::{Error, Result};
use serde::Serialize;

/// What a release is among its like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The newest Fedora, which never ends.
    Rawhide,
    /// Split off from Rawhide and not released yet.
    Branched,
    /// Any other.
    Other,
}

/// Bodhi's prefix of the family that has a Rawhide.
const FEDORA: &str = "FEDORA";

/// The branch that Bodhi's record of Rawhide has.
const RAWHIDE: &str = "rawhide";

/// The role of `release` among `all`.
pub fn role(release: &Record, all: &[Record]) -> Role {
    if rawhide(all).is_some_and(|rawhide| rawhide.name == release.name) {
        return Role::Rawhide;
    }
    let coming = matches!(release.state, Some(State::Pending | State::Frozen));
    if release.id_prefix == FEDORA && coming { Role::Branched } else { Role::Other }
}

/// Rawhide says so by its branch; older records did not, and were the highest of those to come.
fn rawhide(all: &[Record]) -> Option<&Record> {
    let fedora = || all.iter().filter(|release| release.id_prefix == FEDORA);
    fedora().filter(|release| release.branch == RAWHIDE).max_by_key(|release| number(&release.version)).or_else(|| {
        let coming = |release: &&Record| {
            matches!(release.state, Some(State::Pending | State::Frozen))
                && release.create_automatic_updates == Some(true)
        };
        fedora().filter(coming).max_by_key(|release| number(&release.version))
    })
}

fn number(version: &str) -> Option<u32> {
    version.parse().ok()
}

/// The release that is called so.
///
/// In this order: Bodhi's own name in either case, with or without dashes (`F43`, `f43f`, `epel10.1`,
/// `EPEL-9`, `eln`); `rawhide` and `branched`; the branch of its packages (`epel10`); a Fedora's bare
/// number. Variants (flatpaks, containers) go by their own names only.
///
/// # Errors
/// None or several are called so: the error names the candidates.
pub fn find<'r>(alias: &ReleaseAlias, all: &'r [Record], layouts: &[Layout]) -> Result<&'r Record> {
    let word = alias.as_str().to_lowercase();
    let plain = plain_release(alias.as_str());
    // Of EPEL-1-0 and EPEL-10 only the exact name tells.
    if let Some(exact) = all.iter().find(|release| release.name.eq_ignore_ascii_case(alias.as_str())) {
        return Ok(exact);
    }
    match word.as_str() {
        "rawhide" => return rawhide(all).ok_or_else(|| none("no release is rawhide", all)),
        "branched" => {
            let branched: Vec<&Record> = all.iter().filter(|release| role(release, all) == Role::Branched).collect();
            return one(alias, &branched, "no release is branched now", all);
        }
        _ => {}
    }
    let called: Vec<&Record> = all.iter().filter(|release| plain_release(&release.name) == plain).collect();
    if !called.is_empty() {
        return one(alias, &called, "", all);
    }
    let described = |release: &&Record| layouts.iter().any(|layout| layout.fits(release));
    let of_branch: Vec<&Record> =
        all.iter().filter(|release| release.branch.to_lowercase() == word).filter(described).collect();
    if !of_branch.is_empty() {
        return one(alias, &of_branch, "", all);
    }
    if number(&word).is_some_and(|number| number.to_string() == word) {
        let numbered: Vec<&Record> =
            all.iter().filter(|release| release.id_prefix == FEDORA && release.version == word).collect();
        if !numbered.is_empty() {
            return one(alias, &numbered, "", all);
        }
    }
    // `epel10` while no branch is called so: one of its minor releases may be meant.
    let begin = |release: &&Record| {
        let name = plain_release(&release.name);
        name.strip_prefix(&plain).is_some_and(|rest| rest.starts_with('.'))
            || (release.version == word && described(release))
    };
    let near: Vec<&Record> = all.iter().filter(begin).collect();
    match near.is_empty() {
        true => Err(none(&format!("there is no release {alias}"), all)),
        false => Err(several(alias, &near)),
    }
}

fn one<'r>(alias: &ReleaseAlias, found: &[&'r Record], nothing: &str, all: &[Record]) -> Result<&'r Record> {
    match found {
        [] => Err(none(nothing, all)),
        [one] => Ok(one),
        several_of_them => Err(several(alias, several_of_them)),
    }
}

fn several(alias: &ReleaseAlias, found: &[&Record]) -> Error {
    Error::usage(format!("{alias} does not say which release is meant"))
        .hint(format!("one of {}", names(found.iter().copied())))
}

/// Those in use are the likeliest.
fn none(what: &str, all: &[Record]) -> Error {
    let in_use: Vec<&Record> =
        all.iter().filter(|release| !matches!(release.state, Some(State::Archived | State::Disabled))).collect();
    let error = Error::failed(what);
    match in_use.is_empty() {
        true => error,
        false => error.hint(format!("releases in use: {}", names(in_use.into_iter()))),
    }
}

fn names<'r>(releases: impl Iterator<Item = &'r Record>) -> String {
    let names: Vec<&str> = releases.map(|release| release.name.as_str()).collect();
    names.join(", ")
}
