// SPDX-License-Identifier: GPL-3.0-or-later
//! The settings and the grants.

use super::people::People;
use super::policy::Place;
use super::{Audit, GrantFile, Id};
use crate::access::grant::Grant;
use crate::access::settings::{Settings, is_account_name};
use jiff::SignedDuration;

/// A grant that ends so soon is told of.
const SOON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The accounts of the machine, and the settings.
pub(super) fn settings(audit: &mut Audit<'_>) {
    let (people, unread) = People::read(audit.scene.places);
    audit.people = people;
    for (file, why) in unread {
        audit.unread(&Place { file, line: None }, why);
    }
    let path = "/etc/flr/flr.toml";
    match Settings::load(audit.scene.places) {
        Ok(Some(settings)) => audit.settings = Some(settings),
        Ok(None) => {
            let cure = "write it, see flr-operations(7), or remove flr's grants and fragments";
            audit.find_at(Id::SettingsMissing, path, "nothing can be granted on this machine", cure);
        }
        Err(error) => {
            audit.find_at(Id::SettingsVoid, path, error.what, "correct it: until then flr refuses everybody, with 6");
        }
    }
    audit.trusted(path);
    configuration(audit);
}

/// Who can write these chooses the hub, Bodhi and dist-git's lists: runs refuse what is not root's alone.
fn configuration(audit: &mut Audit<'_>) {
    const PARTS: &str = "/etc/koji.conf.d";
    let mut files = vec!["/etc/flr/bodhi.toml".to_owned(), "/etc/flr/distgit.toml".to_owned()];
    let koji = audit.names_in(PARTS).unwrap_or_default().into_iter().map(|name| format!("{PARTS}/{name}"));
    for path in koji.chain(["/etc/koji.conf".to_owned(), PARTS.to_owned()]) {
        // A link to a file of root's is as good as the file.
        let real = std::fs::canonicalize(&path).ok().filter(|_| audit.scene.places.is_this_machine());
        files.push(real.and_then(|real| real.to_str().map(str::to_owned)).unwrap_or(path));
    }
    for path in files {
        audit.trusted(&path);
    }
}

/// Every file among the grants.
pub(super) fn look(audit: &mut Audit<'_>) {
    let directory = "/etc/flr/grants.d";
    audit.trusted(directory);
    for name in audit.names_in(directory).unwrap_or_default() {
        let path = format!("{directory}/{name}");
        audit.trusted(&path);
        match name.strip_suffix(".toml").filter(|user| is_account_name(user)) {
            Some(user) => one(audit, &path, user),
            None => audit.find_at(
                Id::GrantStray,
                &path,
                "no user's name leads to this file: it grants nothing",
                "remove it, or call it USER.toml",
            ),
        }
    }
    if audit.scene.places.is_this_machine() {
        let names = audit.accounts().into_iter().chain(audit.grants.iter().map(|file| file.user.clone()));
        for name in names.collect::<Vec<_>>() {
            audit.people.ask(&name);
        }
    }
    for user in audit.grants.iter().map(|file| file.user.clone()).collect::<Vec<_>>() {
        known(audit, &format!("{directory}/{user}.toml"), &user);
    }
}

fn one(audit: &mut Audit<'_>, path: &str, user: &str) {
    let scene = audit.scene;
    let grant = match Grant::load(scene.places, user, scene.commands, scene.now) {
        Ok(grant) => grant,
        Err(error) => {
            audit.find_at(Id::GrantVoid, path, error.what, "correct it: until then it grants nothing");
            None
        }
    };
    if let Some(grant) = &grant {
        let place = Place { file: path.to_owned(), line: line_of(audit, path, "expires") };
        let left = grant.expires.duration_since(scene.now);
        if left <= SignedDuration::ZERO {
            let why = format!("the grant of {user} has expired on {}", grant.expires);
            let cure = format!("remove it and its fragment, or let {} renew it", grant.owner);
            audit.find(Id::GrantExpired, &place, why, cure);
        } else if left <= SOON {
            let why = format!("the grant of {user} expires on {}", grant.expires);
            audit.find(Id::GrantExpires, &place, why, format!("ask {} whether it is still needed", grant.owner));
        }
        let is_named = audit.settings.as_ref().is_none_or(|settings| settings.accounts.contains_key(&grant.run_as));
        if !is_named {
            let place = Place { file: path.to_owned(), line: line_of(audit, path, "run_as") };
            let why = format!("{} is no service account of /etc/flr/flr.toml", grant.run_as);
            audit.find(Id::GrantAccount, &place, why, "correct run_as, or name the account in the settings");
        }
    }
    audit.grants.push(GrantFile { user: user.to_owned(), grant });
}

fn known(audit: &mut Audit<'_>, path: &str, user: &str) {
    if audit.people.named(user).is_none() {
        let why = format!("there is no user {user} on this machine");
        audit.find_at(Id::GrantUser, path, why, "create the user, or remove grant and fragment");
    }
    let prefix = audit.settings.as_ref().map(|settings| settings.prefix.clone());
    let is_account = audit.settings.as_ref().is_some_and(|settings| settings.accounts.contains_key(user));
    if let Some(prefix) = prefix.filter(|prefix| !user.starts_with(prefix.as_str()))
        && !is_account
    {
        let why = format!("{user} does not begin with {prefix}, as the names of automation users do");
        audit.find_at(Id::GrantUser, path, why, "grant it to an automation user, or set prefix in /etc/flr/flr.toml");
    }
}

/// The line of a key at the beginning of a line.
fn line_of(audit: &Audit<'_>, path: &str, key: &str) -> Option<usize> {
    let text = super::policy::content(&audit.scene.places.at(path)).ok()?;
    let is_key = |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
    text.lines().position(is_key).map(|at| at + 1)
}
