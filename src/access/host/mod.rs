// SPDX-License-Identifier: GPL-3.0-or-later
//! Whether a machine is set up so that a grant is all that a user can do: `flr access audit`.
//!
//! One file for each theme. What cannot be read is a finding, never silence; what another root
//! cannot tell (versions, what programs say) is listed as not looked at.

mod accounts;
mod binary;
mod defaults;
mod files;
mod finding;
mod fragments;
mod grants;
mod keys;
mod log;
mod machine;
mod people;
mod policy;
mod rules;
mod sudo;
mod users;

pub use finding::{Finding, Id};
pub use machine::{Here, Machine, Ran, There, run};

use super::grant::Grant;
use super::settings::{Places, Settings};
use super::sudoers::Form;
use super::table::Command;
use jiff::Timestamp;
use people::{People, Person};
use policy::{Place, Policy};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What is looked at, and with whose help.
pub struct Scene<'a> {
    /// Where the files are.
    pub places: &'a Places,
    /// What only the running machine, or its file system, knows.
    pub machine: &'a dyn Machine,
    /// Every command that can be granted.
    pub commands: &'a [Command],
    /// What they look like.
    pub forms: &'a [Form],
    /// When.
    pub now: Timestamp,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// In the order of looking.
    pub findings: Vec<Finding>,
    /// What was not looked at, and why.
    pub unseen: Vec<String>,
}

/// Looks at everything.
pub fn audit(scene: &Scene<'_>) -> Found {
    let mut audit = Audit::new(scene);
    grants::settings(&mut audit);
    grants::look(&mut audit);
    sudo::look(&mut audit);
    fragments::look(&mut audit);
    rules::look(&mut audit);
    defaults::look(&mut audit);
    accounts::look(&mut audit);
    users::look(&mut audit);
    binary::look(&mut audit);
    log::look(&mut audit);
    Found { findings: audit.findings, unseen: audit.unseen }
}

/// A file among the grants.
struct GrantFile {
    user: String,
    grant: Option<Grant>,
}

/// What is known so far.
struct Audit<'a> {
    scene: &'a Scene<'a>,
    findings: Vec<Finding>,
    unseen: Vec<String>,
    /// Files and directories whose owner and mode were looked at.
    looked: BTreeSet<PathBuf>,
    people: People,
    settings: Option<Settings>,
    grants: Vec<GrantFile>,
    policy: Policy,
    /// Fragments that are exactly what their grants make.
    sound: BTreeSet<String>,
}

impl<'a> Audit<'a> {
    fn new(scene: &'a Scene<'a>) -> Self {
        Self {
            scene,
            findings: Vec::new(),
            unseen: Vec::new(),
            looked: BTreeSet::new(),
            people: People::default(),
            settings: None,
            grants: Vec::new(),
            policy: Policy::default(),
            sound: BTreeSet::new(),
        }
    }

    /// Adds a finding, unless another source has told the same.
    fn find(&mut self, id: Id, place: &Place, why: impl Into<String>, cure: impl Into<String>) {
        let (why, cure) = (why.into(), cure.into());
        // What a program tells has no place of its own: a file's finding says more.
        let told = !place.file.starts_with('/');
        let here = |found: &Finding| (&found.file, found.line) == (&place.file, place.line);
        let again = |found: &Finding| found.id == id && found.why == why && (told || here(found));
        if !self.findings.iter().any(again) {
            self.findings.push(Finding { id, file: place.file.clone(), line: place.line, why, cure });
        }
    }

    /// The same for a whole file.
    fn find_at(&mut self, id: Id, file: &str, why: impl Into<String>, cure: impl Into<String>) {
        self.find(id, &Place { file: file.to_owned(), line: None }, why, cure);
    }

    fn unread(&mut self, place: &Place, why: impl Into<String>) {
        self.find(Id::Unread, place, why, "look at it by hand, or run this as root");
    }

    fn granted(&self) -> Vec<Person> {
        self.grants.iter().filter_map(|file| self.people.named(&file.user).cloned()).collect()
    }

    /// The service accounts: those of the settings, and those that grants speak of.
    fn accounts(&self) -> BTreeSet<String> {
        let of_settings = self.settings.iter().flat_map(|settings| settings.accounts.keys().cloned());
        let of_grants = self.grants.iter().filter_map(|file| file.grant.as_ref()).map(|grant| grant.run_as.clone());
        of_settings.chain(of_grants).collect()
    }

    /// The accounts that exist.
    fn account_people(&self) -> Vec<Person> {
        self.accounts().iter().filter_map(|name| self.people.named(name).cloned()).collect()
    }
}

#[cfg(test)]
mod flaws;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tree;
