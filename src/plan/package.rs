// SPDX-License-Identifier: GPL-3.0-or-later
//! Every change to the package lists of tags.

use super::{Key, Reversal};
use crate::koji::PackageEntry;
use crate::names::{PackageName, TagName, UserName};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One change to the entry of a package on the list of a tag.
#[allow(missing_docs, reason = "the fields are called what the hub calls them")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum PackageChange {
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
}

impl PackageChange {
    /// A tag's list is changed from one side. What may create a package's name is the hub's, not the tag's.
    pub fn key(&self) -> Key {
        match self {
            Self::AddPackage { .. } => Key::package_names(),
            Self::BlockPackage { tag, .. }
            | Self::UnblockPackage { tag, .. }
            | Self::SetPackage { tag, .. }
            | Self::SetOwner { tag, .. }
            | Self::RestorePackage { tag, .. }
            | Self::RemovePackage { tag, .. } => Key::package_list(tag),
        }
    }

    /// The tag it changes.
    pub fn tag(&self) -> &TagName {
        match self {
            Self::AddPackage { tag, .. }
            | Self::BlockPackage { tag, .. }
            | Self::UnblockPackage { tag, .. }
            | Self::SetPackage { tag, .. }
            | Self::SetOwner { tag, .. }
            | Self::RestorePackage { tag, .. }
            | Self::RemovePackage { tag, .. } => tag,
        }
    }

    /// The package.
    pub fn package(&self) -> &PackageName {
        match self {
            Self::AddPackage { package, .. }
            | Self::BlockPackage { package, .. }
            | Self::UnblockPackage { package, .. }
            | Self::SetPackage { package, .. }
            | Self::SetOwner { package, .. }
            | Self::RestorePackage { package, .. }
            | Self::RemovePackage { package, .. } => package,
        }
    }

    /// What a person calls the thing that is changed.
    pub fn subject(&self) -> String {
        self.package().to_string()
    }

    /// How it can be taken back.
    pub fn reversal(&self) -> Reversal {
        match self {
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
        }
    }
}

impl fmt::Display for PackageChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddPackage { tag, package, owner } => write!(f, "add package {package} to {tag}, owner {owner}"),
            Self::BlockPackage { tag, package, .. } => write!(f, "block package {package} in {tag}"),
            Self::UnblockPackage { tag, package, .. } => write!(f, "unblock package {package} in {tag}"),
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
            Self::RestorePackage { tag, package, .. } => write!(f, "restore the entry of package {package} in {tag}"),
            Self::RemovePackage { tag, package, .. } => write!(f, "remove the entry of package {package} from {tag}"),
        }
    }
}
