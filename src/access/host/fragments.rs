// SPDX-License-Identifier: GPL-3.0-or-later
//! The fragments in sudo's directory against the grants.

use super::policy::{Place, Rule, What, covers};
use super::{Audit, Id};
use crate::access::grant::Grant;
use crate::access::sudoers::{self, Fragment, Style};
use std::os::unix::fs::MetadataExt;

const DIRECTORY: &str = "/etc/sudoers.d";

pub(super) fn look(audit: &mut Audit<'_>) {
    ignored(audit);
    let users: Vec<(String, Option<Grant>)> =
        audit.grants.iter().map(|file| (file.user.clone(), file.grant.clone())).collect();
    for (user, grant) in &users {
        let path = format!("{DIRECTORY}/{}", sudoers::file_name(user));
        if !audit.policy.files.iter().any(|file| file.to_str() == Some(&path)) {
            missing(audit, &path, user);
            continue;
        }
        mode(audit, &path);
        if let Some(grant) = grant {
            compare(audit, &path, grant);
        }
    }
    orphans(audit, &users.into_iter().map(|(user, _)| user).collect::<Vec<_>>());
    order(audit);
}

/// Files that somebody meant to be rules.
fn ignored(audit: &mut Audit<'_>) {
    for (path, why) in audit.policy.ignored.clone() {
        let Some(path) = path.to_str() else {
            continue;
        };
        let text = super::policy::content(&audit.scene.places.at(path)).unwrap_or_default();
        let ours = |user: &str| text.contains(user);
        let about_us = path.contains("flr")
            || text.contains("/flr")
            || audit.accounts().iter().any(|account| ours(account))
            || audit.grants.iter().any(|file| ours(&file.user));
        if about_us {
            let cure = "remove it, or give it a name without dot and tilde";
            audit.find_at(Id::FragmentIgnored, path, format!("sudo passes over it: {why}"), cure);
        }
    }
}

fn missing(audit: &mut Audit<'_>, path: &str, user: &str) {
    if audit.stat(path).is_some() {
        let why = format!("no include leads to {DIRECTORY}: sudo does not read it");
        return audit.find_at(
            Id::FragmentIgnored,
            path,
            why,
            format!("put \"@includedir {DIRECTORY}\" last in /etc/sudoers"),
        );
    }
    let why = format!("{user} has a grant and no fragment: sudo lets him run nothing of it");
    audit.find_at(Id::FragmentMissing, path, why, format!("flr access sudoers {user}, or remove the grant"));
}

fn mode(audit: &mut Audit<'_>, path: &str) {
    if let Some(found) = audit.stat(path)
        && found.is_file()
        && found.mode() & 0o7777 != 0o440
    {
        let why = format!("its mode is {:04o}, not 0440", found.mode() & 0o7777);
        audit.find_at(Id::FragmentMode, path, why, format!("chmod 0440 {path}"));
    }
}

fn compare(audit: &mut Audit<'_>, path: &str, grant: &Grant) {
    let Ok(text) = super::policy::content(&audit.scene.places.at(path)) else {
        return;
    };
    let cure = format!("write it anew: flr access sudoers {}", grant.user);
    let read = match Fragment::read(&text) {
        Ok(read) => read,
        Err(why) => {
            let why = format!("it is not what flr access sudoers wrote: {why}");
            return audit.find_at(Id::FragmentDrift, path, why, cure);
        }
    };
    // A grant without its account is a finding of its own; there is nothing to compare with.
    let Some(settings) = &audit.settings else {
        return;
    };
    let should = match sudoers::fragment(grant, settings, &style(&read), audit.scene.forms) {
        Ok(should) => should,
        Err(error) => {
            let why = format!("the grant makes no fragment like this one: {}", error.what);
            return audit.find_at(Id::FragmentDrift, path, why, cure);
        }
    };
    if should == text {
        audit.sound.insert(path.to_owned());
        return;
    }
    let first = should.lines().zip(text.lines()).position(|(a, b)| a != b);
    let line = first.unwrap_or_else(|| should.lines().count().min(text.lines().count()));
    let why = match line {
        0 => "it was made from another version of the grant".to_owned(),
        _ => "it is not what the grant makes now".to_owned(),
    };
    audit.find(Id::FragmentDrift, &Place { file: path.to_owned(), line: Some(line + 1) }, why, cure);
}

/// How a fragment was written.
pub(super) fn style(read: &Fragment) -> Style {
    let commands = || read.rules.iter().flat_map(|rule| &rule.commands);
    Style {
        as_root: read.rules.iter().all(|rule| rule.run_as == "root"),
        tighten: commands().any(|command| command.contains(" ^")),
        binary: commands().next().and_then(|command| command.split(' ').next()).unwrap_or(sudoers::BINARY).to_owned(),
    }
}

fn orphans(audit: &mut Audit<'_>, users: &[String]) {
    for path in audit.policy.files.clone() {
        let Some(path) = path.to_str().map(str::to_owned) else {
            continue;
        };
        let name = path.rsplit('/').next().unwrap_or_default();
        let by_name = sudoers::user_of(name).map(str::to_owned);
        let text = super::policy::content(&audit.scene.places.at(&path)).unwrap_or_default();
        let by_text = text.strip_prefix("# grant ").and_then(|rest| rest.split(',').next()).map(str::to_owned);
        let cure = format!("remove {path}, or restore the grant");
        match (by_name, by_text) {
            (Some(user), _) if !users.contains(&user) => {
                audit.find_at(Id::FragmentOrphan, &path, format!("{user} has no grant"), cure);
            }
            (None, Some(user)) => {
                let why = format!("it was written for {user}, and is not called {}", sudoers::file_name(&user));
                audit.find_at(Id::FragmentOrphan, &path, why, cure);
            }
            _ => {}
        }
    }
}

/// Rules after a fragment that cover what it speaks of: the last match wins.
fn order(audit: &mut Audit<'_>) {
    let accounts = audit.account_people();
    for user in audit.granted() {
        let path = format!("{DIRECTORY}/{}", sudoers::file_name(&user.name));
        let rules = audit.policy.rules.clone();
        let Some(last) = rules.iter().filter(|rule| rule.place.file == path).map(|rule| rule.order).max() else {
            continue;
        };
        let account_is_meant = |rule: &Rule| match rule.run_as.is_empty() {
            true => false,
            false => {
                accounts.iter().any(|account| account.is_in(&rule.run_as))
                    || covers(&rule.run_as, |what| matches!(what, What::All))
            }
        };
        for rule in rules.iter().filter(|rule| rule.order > last && rule.order != usize::MAX) {
            let fits = rule.command == "ALL" || super::rules::may_be_flr(rule, sudoers::BINARY);
            if fits && user.is_in(&rule.users) && account_is_meant(rule) {
                let why = format!("this later rule wins over {path}: {} may run {}", user.name, rule.command);
                let cure = "remove it, or put it into a file that is read before the fragments";
                audit.find(Id::FragmentOrder, &rule.place, why, cure);
            }
        }
    }
}
