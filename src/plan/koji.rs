// SPDX-License-Identifier: GPL-3.0-or-later
//! Every change to a koji hub, by kinds.

use super::{
    BuildChange, GroupChange, Key, PackageChange, RepoChange, RequestChange, Reversal, SigningChange, TagChange,
    TargetChange, TaskChange,
};
use crate::names::TagName;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One change to a hub. What is recorded is the change alone: its name tells the kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum KojiChange {
    /// A build in a tag.
    Build(BuildChange),
    /// A package on the list of a tag.
    Package(PackageChange),
    /// How a tag is set up.
    Tag(TagChange),
    /// A group of packages in a tag.
    Group(GroupChange),
    /// What a tag draws from elsewhere.
    Repo(RepoChange),
    /// A build target.
    Target(TargetChange),
    /// A request for a repository.
    Request(RequestChange),
    /// A signed rpm.
    Signing(SigningChange),
    /// What is to be built.
    Task(TaskChange),
}

/// What every kind answers for itself.
macro_rules! each {
    ($koji:ident, $change:ident => $answer:expr) => {
        match $koji {
            Self::Build($change) => $answer,
            Self::Package($change) => $answer,
            Self::Tag($change) => $answer,
            Self::Group($change) => $answer,
            Self::Repo($change) => $answer,
            Self::Target($change) => $answer,
            Self::Request($change) => $answer,
            Self::Signing($change) => $answer,
            Self::Task($change) => $answer,
        }
    };
}

impl KojiChange {
    /// Changes with the same key never race.
    pub fn key(&self) -> Key {
        each!(self, change => change.key())
    }

    /// What a person calls the thing that is changed: the build, the package, the tag.
    pub fn subject(&self) -> String {
        each!(self, change => change.subject())
    }

    /// How it can be taken back.
    pub fn reversal(&self) -> Reversal {
        each!(self, change => change.reversal())
    }

    /// The tags it changes, or leads builds from and to.
    pub fn tags(&self) -> Vec<&TagName> {
        match self {
            Self::Build(change) => vec![change.tag()],
            Self::Package(change) => vec![change.tag()],
            Self::Tag(change) => vec![change.tag()],
            Self::Group(change) => vec![change.tag()],
            Self::Repo(change) => vec![change.tag()],
            Self::Target(change) => vec![&change.tags().build_tag, &change.tags().dest_tag],
            Self::Request(change) => vec![change.tag()],
            Self::Signing(_) | Self::Task(_) => Vec::new(),
        }
    }

    /// Where it happens: the name of a tag, of a target, or the id of a key.
    pub fn place(&self) -> &str {
        match self {
            Self::Build(change) => change.tag().as_str(),
            Self::Package(change) => change.tag().as_str(),
            Self::Tag(change) => change.tag().as_str(),
            Self::Group(change) => change.tag().as_str(),
            Self::Repo(change) => change.tag().as_str(),
            Self::Target(change) => change.target().as_str(),
            Self::Request(change) => change.tag().as_str(),
            Self::Signing(change) => change.sigkey().as_str(),
            Self::Task(change) => change.target().as_str(),
        }
    }

    /// How much of a batch it fills.
    pub fn share(&self) -> usize {
        self.signing().map_or(1, SigningChange::share)
    }

    /// The room that it gives back on the hub's disks, in bytes.
    pub fn frees(&self) -> u64 {
        self.signing().map_or(0, SigningChange::frees)
    }

    /// Whether the hub can be asked if it holds. If not, only the answer to its call tells, and it is made
    /// again until there is one.
    pub fn can_be_read_back(&self) -> bool {
        self.signing().is_none_or(SigningChange::can_be_read_back)
    }

    /// The change to a build in a tag, if it is one.
    pub fn build(&self) -> Option<&BuildChange> {
        match self {
            Self::Build(change) => Some(change),
            _ => None,
        }
    }

    /// The change to a signed rpm, if it is one: files are not like the rows of a database.
    pub fn signing(&self) -> Option<&SigningChange> {
        match self {
            Self::Signing(change) => Some(change),
            Self::Build(_)
            | Self::Package(_)
            | Self::Tag(_)
            | Self::Group(_)
            | Self::Repo(_)
            | Self::Target(_)
            | Self::Request(_)
            | Self::Task(_) => None,
        }
    }
}

/// Each kind of change to a hub is one.
macro_rules! kinds {
    ($($variant:ident($kind:ident)),*) => { $(impl From<$kind> for KojiChange {
        fn from(change: $kind) -> Self {
            Self::$variant(change)
        }
    })* };
}

kinds!(
    Build(BuildChange),
    Group(GroupChange),
    Package(PackageChange),
    Repo(RepoChange),
    Request(RequestChange),
    Signing(SigningChange),
    Tag(TagChange),
    Target(TargetChange),
    Task(TaskChange)
);

impl fmt::Display for KojiChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        each!(self, change => change.fmt(f))
    }
}
