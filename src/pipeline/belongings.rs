// SPDX-License-Identifier: GPL-3.0-or-later
//! Groups of tags and what they draw from elsewhere: whether a change of that holds now, and who made it so.

use super::created::keeps;
use super::structure::Holds;
use super::undo::UndoRun;
use crate::koji::{Belongings, Present};
use crate::plan::{GroupChange, RepoChange};

impl Holds {
    /// What the rows of the tag's groups say about `change`. What it inherits exactly so gets no row: as far
    /// as these tell, it is not there.
    pub fn group(change: &GroupChange, seen: &Belongings) -> Self {
        match change {
            GroupChange::AddGroup { group, settings, .. } => {
                Self::by(seen.group(group), |own| own.is_some_and(|own| !own.blocked && own.settings == *settings))
            }
            GroupChange::RemoveGroup { group, .. } => {
                Self::by(seen.group(group), |own| own.is_none_or(|own| own.blocked))
            }
            GroupChange::AddGroupPackage { group, package, .. } => {
                Self::by(seen.package(group, &package.name), |own| {
                    own.is_some_and(|own| !own.blocked && own.package == *package)
                })
            }
            GroupChange::RemoveGroupPackage { group, before, .. } => {
                Self::by(seen.package(group, &before.name), |own| own.is_none_or(|own| own.blocked))
            }
        }
    }

    /// What the rows of the tag's links to external repositories say about `change`.
    pub fn repo(change: &RepoChange, seen: &Belongings) -> Self {
        match change {
            RepoChange::AddExternalRepo { repo, .. } | RepoChange::EditExternalRepo { repo, .. } => {
                Self::by(seen.repo(&repo.name), |own| own.is_some_and(|own| own.is_same(repo)))
            }
            RepoChange::RemoveExternalRepo { before, .. } => Self::by(seen.repo(&before.name), |own| own.is_none()),
        }
    }

    fn by<T>(present: Present<T>, reached: impl Fn(T) -> bool) -> Self {
        Self { reached: reached(present.value), by: present.by }
    }
}

impl UndoRun {
    /// Why a group that the run added stays; `None`: nobody else has put a package into it since.
    pub(super) fn keeps_group(&self, change: &GroupChange, seen: &Belongings) -> Option<String> {
        let GroupChange::AddGroup { group, before: None, .. } = change else {
            return None;
        };
        let theirs = seen.packages.iter().filter(|version| {
            let later = version.active() && version.created > self.since;
            later && version.value.group == *group && !self.is_ours(&version.creator, version.created)
        });
        let named = theirs
            .map(|version| format!("{} ({}, event {})", version.value.package.name, version.creator, version.created));
        keeps(&named.collect::<Vec<_>>())
    }
}
