// SPDX-License-Identifier: GPL-3.0-or-later
//! Every change to a koji hub.

use super::{
    GroupChange, Key, RepoChange, RequestChange, Reversal, SigningChange, TagChange, TargetChange, TaskChange,
};
use crate::koji::PackageEntry;
use crate::names::{BuildId, Nvr, PackageName, TagName, UserName};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A build by both of its names: people read the NVR, the hub is told the number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BuildRef {
    /// Its name.
    pub nvr: Nvr,
    /// Its number.
    pub id: BuildId,
}

impl fmt::Display for BuildRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.nvr, f)
    }
}

/// One change to a hub.
#[allow(missing_docs, reason = "the fields are called what the hub calls them")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum KojiChange {
    /// The build is in the tag, as the newest of its package.
    TagBuild { tag: TagName, build: BuildRef },
    /// The build is not in the tag.
    UntagBuild { tag: TagName, build: BuildRef },
    /// The build, which is in the tag, becomes the newest of its package there. Only ever planned
    /// for the sake of an order: one that another change of the same plan disturbs, that of the tag
    /// which is copied, or the one that was asked for.
    RetagBuild { tag: TagName, build: BuildRef },
    /// The tag has an entry of its own for the package.
    AddPackage { tag: TagName, package: PackageName, owner: UserName },
    /// The package is blocked. `before`: the entry that counted, own or inherited.
    BlockPackage { tag: TagName, package: PackageName, before: PackageEntry },
    /// The package is not blocked. `before`: the blocked entry that counted, own or inherited.
    UnblockPackage { tag: TagName, package: PackageName, before: PackageEntry },
    /// The tag's own entry is exactly `entry`. `before`: the entry that counted, own or inherited.
    SetPackage { tag: TagName, package: PackageName, entry: PackageEntry, before: Option<PackageEntry> },
    /// The tag's own entry, `before`, has another owner; whether it is blocked is not touched.
    SetOwner { tag: TagName, package: PackageName, owner: UserName, before: PackageEntry },
    /// The tag's own entry is exactly `entry` again. Only planned by undo.
    RestorePackage { tag: TagName, package: PackageName, entry: PackageEntry },
    /// The tag has no entry of its own for the package. Only planned by undo.
    /// `before`: that entry.
    RemovePackage { tag: TagName, package: PackageName, before: PackageEntry },
    /// How a tag is set up.
    #[serde(untagged)]
    Tag(TagChange),
    /// A group of packages in a tag.
    #[serde(untagged)]
    Group(GroupChange),
    /// What a tag draws from elsewhere.
    #[serde(untagged)]
    Repo(RepoChange),
    /// A build target.
    #[serde(untagged)]
    Target(TargetChange),
    /// A request for a repository.
    #[serde(untagged)]
    Request(RequestChange),
    /// A signed rpm.
    #[serde(untagged)]
    Signing(SigningChange),
    /// What is to be built.
    #[serde(untagged)]
    Task(TaskChange),
}

/// What a change is about, for those who treat the kinds apart.
#[derive(Debug, Clone, Copy)]
pub enum About<'a> {
    /// A build in a tag.
    Build(&'a TagName, &'a BuildRef),
    /// A package on the list of a tag.
    Listing(&'a TagName, &'a PackageName),
    /// How a tag is set up.
    Tag(&'a TagChange),
    /// A group of packages in a tag.
    Group(&'a GroupChange),
    /// What a tag draws from elsewhere.
    Repo(&'a RepoChange),
    /// A build target.
    Target(&'a TargetChange),
    /// A request for a repository.
    Request(&'a RequestChange),
    /// A signed rpm.
    Signing(&'a SigningChange),
    /// What is to be built.
    Task(&'a TaskChange),
}

impl KojiChange {
    /// What it is about.
    pub fn about(&self) -> About<'_> {
        match self {
            Self::TagBuild { tag, build } | Self::UntagBuild { tag, build } | Self::RetagBuild { tag, build } => {
                About::Build(tag, build)
            }
            Self::AddPackage { tag, package, .. }
            | Self::BlockPackage { tag, package, .. }
            | Self::UnblockPackage { tag, package, .. }
            | Self::SetPackage { tag, package, .. }
            | Self::SetOwner { tag, package, .. }
            | Self::RestorePackage { tag, package, .. }
            | Self::RemovePackage { tag, package, .. } => About::Listing(tag, package),
            Self::Tag(change) => About::Tag(change),
            Self::Group(change) => About::Group(change),
            Self::Repo(change) => About::Repo(change),
            Self::Target(change) => About::Target(change),
            Self::Request(change) => About::Request(change),
            Self::Signing(change) => About::Signing(change),
            Self::Task(change) => About::Task(change),
        }
    }

    /// Changes with the same key never race.
    pub fn key(&self) -> Key {
        match self {
            Self::TagBuild { tag, build } | Self::UntagBuild { tag, build } | Self::RetagBuild { tag, build } => {
                Key::tagging(tag, build.nvr.name())
            }
            Self::BlockPackage { tag, .. }
            | Self::UnblockPackage { tag, .. }
            | Self::SetPackage { tag, .. }
            | Self::SetOwner { tag, .. }
            | Self::RestorePackage { tag, .. }
            | Self::RemovePackage { tag, .. } => Key::package_list(tag),
            // It may create the package's name, which is the hub's, not the tag's.
            Self::AddPackage { .. } => Key::package_names(),
            Self::Tag(change) => change.key(),
            Self::Group(change) => change.key(),
            Self::Repo(change) => change.key(),
            Self::Target(change) => change.key(),
            Self::Request(change) => change.key(),
            Self::Signing(change) => change.key(),
            Self::Task(change) => change.key(),
        }
    }

    /// How much of a batch it fills. A file is written while the hub is waited for, so few of them go
    /// together: whoever stops a run waits for the batch.
    pub fn share(&self) -> usize {
        match self.about() {
            About::Signing(SigningChange::WriteSigned { .. }) => 10,
            About::Signing(SigningChange::RemoveSigned { .. }) => 1,
            About::Build(..)
            | About::Listing(..)
            | About::Tag(_)
            | About::Group(_)
            | About::Repo(_)
            | About::Target(_)
            | About::Request(_)
            | About::Task(_) => 1,
        }
    }

    /// The room that it gives back on the hub's disks, in bytes.
    pub fn frees(&self) -> u64 {
        match self {
            Self::Signing(SigningChange::RemoveSigned { bytes, .. }) => *bytes,
            _ => 0,
        }
    }

    /// Whether the hub can be asked if it holds. If not, only the answer to its call tells, and it is made
    /// again until there is one.
    pub fn can_be_read_back(&self) -> bool {
        match self.about() {
            About::Signing(SigningChange::WriteSigned { .. }) => false,
            About::Signing(SigningChange::RemoveSigned { .. }) => true,
            About::Build(..)
            | About::Listing(..)
            | About::Tag(_)
            | About::Group(_)
            | About::Repo(_)
            | About::Target(_)
            | About::Request(_)
            | About::Task(_) => true,
        }
    }

    /// The tags it changes, or leads builds from and to.
    pub fn tags(&self) -> Vec<&TagName> {
        match self.about() {
            About::Build(tag, _) | About::Listing(tag, _) => vec![tag],
            About::Tag(change) => vec![change.tag()],
            About::Group(change) => vec![change.tag()],
            About::Repo(change) => vec![change.tag()],
            About::Target(change) => vec![&change.tags().build_tag, &change.tags().dest_tag],
            About::Request(change) => vec![change.tag()],
            About::Signing(_) | About::Task(_) => Vec::new(),
        }
    }

    /// Where it happens: the name of a tag, of a target, or the id of a key.
    pub fn place(&self) -> &str {
        match self.about() {
            About::Build(tag, _) | About::Listing(tag, _) => tag.as_str(),
            About::Tag(change) => change.tag().as_str(),
            About::Group(change) => change.tag().as_str(),
            About::Repo(change) => change.tag().as_str(),
            About::Target(change) => change.target().as_str(),
            About::Request(change) => change.tag().as_str(),
            About::Signing(change) => change.sigkey().as_str(),
            About::Task(change) => change.target().as_str(),
        }
    }

    /// The build it changes the tags of, if it does.
    pub fn build(&self) -> Option<&BuildRef> {
        match self.about() {
            About::Build(_, build) => Some(build),
            About::Listing(..)
            | About::Tag(_)
            | About::Group(_)
            | About::Repo(_)
            | About::Target(_)
            | About::Request(_)
            | About::Signing(_)
            | About::Task(_) => None,
        }
    }

    /// What a person calls the thing that is changed: the build, the package, the tag.
    pub fn subject(&self) -> String {
        match self.about() {
            About::Build(_, build) => build.to_string(),
            About::Listing(_, package) => package.to_string(),
            About::Tag(change) => change.subject(),
            About::Group(change) => change.subject(),
            About::Repo(change) => change.subject(),
            About::Target(change) => change.target().to_string(),
            About::Request(change) => change.tag().to_string(),
            About::Signing(change) => change.rpm().nvra.to_string(),
            About::Task(change) => change.subject(),
        }
    }

    /// How it can be taken back.
    pub fn reversal(&self) -> Reversal {
        match self {
            Self::TagBuild { .. } | Self::RetagBuild { .. } => Reversal::Exact,
            Self::UntagBuild { .. } => Reversal::ConsequencesRemain(
                "the build is tagged again, and newer builds of the package are tagged anew after it to keep their order",
            ),
            Self::AddPackage { .. } => Reversal::MayBeRefused(
                "taking a package off a list is often denied by the hub's policy; the package's name stays for ever",
            ),
            Self::BlockPackage { .. } | Self::SetOwner { .. } | Self::RestorePackage { .. } => Reversal::Exact,
            Self::UnblockPackage { tag, before, .. } if before.tag == *tag => Reversal::Exact,
            Self::UnblockPackage { .. } => Reversal::MayBeRefused(
                "the block is inherited: taking the tag's own entry away is often denied by the hub's policy",
            ),
            Self::SetPackage { tag, before: Some(before), .. } if before.tag == *tag => Reversal::Exact,
            Self::SetPackage { .. } => {
                Reversal::MayBeRefused("taking a package off a list is often denied by the hub's policy")
            }
            Self::RemovePackage { .. } => {
                Reversal::ConsequencesRemain("the package is put on the list again under a new event")
            }
            Self::Tag(change) => change.reversal(),
            Self::Group(change) => change.reversal(),
            Self::Repo(change) => change.reversal(),
            Self::Target(change) => change.reversal(),
            Self::Request(change) => change.reversal(),
            Self::Signing(change) => change.reversal(),
            Self::Task(change) => change.reversal(),
        }
    }
}

/// Those that are told apart further.
macro_rules! kinds {
    ($($variant:ident($kind:ident)),*) => { $(impl From<$kind> for KojiChange {
        fn from(change: $kind) -> Self {
            Self::$variant(change)
        }
    })* };
}

kinds!(
    Group(GroupChange),
    Repo(RepoChange),
    Request(RequestChange),
    Signing(SigningChange),
    Tag(TagChange),
    Target(TargetChange),
    Task(TaskChange)
);

impl fmt::Display for KojiChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TagBuild { tag, build } => write!(f, "tag {build} into {tag}"),
            Self::UntagBuild { tag, build } => write!(f, "untag {build} from {tag}"),
            Self::RetagBuild { tag, build } => {
                write!(f, "make {build} the newest of its package in {tag} again")
            }
            Self::AddPackage { tag, package, owner } => write!(f, "add package {package} to {tag}, owner {owner}"),
            Self::BlockPackage { tag, package, .. } => {
                write!(f, "block package {package} in {tag}")
            }
            Self::UnblockPackage { tag, package, .. } => {
                write!(f, "unblock package {package} in {tag}")
            }
            Self::SetPackage { tag, package, entry, .. } => {
                let blocked = if entry.blocked { ", blocked" } else { "" };
                match &entry.owner {
                    Some(owner) => write!(f, "list package {package} in {tag}, owner {owner}{blocked}"),
                    None => write!(f, "list package {package} in {tag}, owned by whoever runs this{blocked}"),
                }
            }
            Self::SetOwner { tag, package, owner, .. } => {
                write!(f, "set the owner of package {package} in {tag} to {owner}")
            }
            Self::RestorePackage { tag, package, .. } => {
                write!(f, "restore the entry of package {package} in {tag}")
            }
            Self::RemovePackage { tag, package, .. } => {
                write!(f, "remove the entry of package {package} from {tag}")
            }
            Self::Tag(change) => change.fmt(f),
            Self::Group(change) => change.fmt(f),
            Self::Repo(change) => change.fmt(f),
            Self::Target(change) => change.fmt(f),
            Self::Request(change) => change.fmt(f),
            Self::Signing(change) => change.fmt(f),
            Self::Task(change) => change.fmt(f),
        }
    }
}
