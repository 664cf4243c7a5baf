// SPDX-License-Identifier: GPL-3.0-or-later
//! Every change to the groups of a tag.

use super::{Key, Reversal};
use crate::koji::{GroupPackage, GroupSettings};
use crate::names::TagName;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One change to a group of packages in a tag. A hub keeps silent about a group, or a package in it,
/// that the tag inherits exactly so: it gets no entry of its own.
#[allow(missing_docs, reason = "the fields are called what the hub calls them")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum GroupChange {
    /// The tag has a group of its own that is set to this. `before`: what its own was set to, if it had
    /// one. Packages that a removed one left behind are in it again.
    AddGroup { tag: TagName, group: String, settings: GroupSettings, before: Option<GroupSettings> },
    /// The tag has no such group of its own. Its packages stay behind, unseen.
    RemoveGroup { tag: TagName, group: String, before: GroupSettings },
    /// The package is in the group, which the tag has. `before`: as the tag itself had it there.
    AddGroupPackage { tag: TagName, group: String, package: GroupPackage, before: Option<GroupPackage> },
    /// The tag itself has no such package in the group.
    RemoveGroupPackage { tag: TagName, group: String, before: GroupPackage },
}

impl GroupChange {
    /// A group is there after its tag, and before its packages.
    pub fn key(&self) -> Key {
        Key::structure()
    }

    /// The tag it changes.
    pub fn tag(&self) -> &TagName {
        match self {
            Self::AddGroup { tag, .. }
            | Self::RemoveGroup { tag, .. }
            | Self::AddGroupPackage { tag, .. }
            | Self::RemoveGroupPackage { tag, .. } => tag,
        }
    }

    /// The group it changes.
    pub fn group(&self) -> &str {
        match self {
            Self::AddGroup { group, .. }
            | Self::RemoveGroup { group, .. }
            | Self::AddGroupPackage { group, .. }
            | Self::RemoveGroupPackage { group, .. } => group,
        }
    }

    /// The package in the group that it is about, if it is about one.
    pub fn package(&self) -> Option<&str> {
        match self {
            Self::AddGroup { .. } | Self::RemoveGroup { .. } => None,
            Self::AddGroupPackage { package, .. } | Self::RemoveGroupPackage { before: package, .. } => {
                Some(&package.name)
            }
        }
    }

    /// What a person calls the thing that is changed.
    pub fn subject(&self) -> String {
        match self.package() {
            None => format!("group {}", self.group()),
            Some(package) => format!("{package} in group {}", self.group()),
        }
    }

    /// How it can be taken back: what is added anew is the same as before.
    pub fn reversal(&self) -> Reversal {
        match self {
            Self::AddGroup { before: None, .. } => {
                Reversal::MayBeRefused("a group that others have put packages into stays")
            }
            Self::AddGroup { before: Some(_), .. }
            | Self::RemoveGroup { .. }
            | Self::AddGroupPackage { .. }
            | Self::RemoveGroupPackage { .. } => Reversal::Exact,
        }
    }

    /// The change that takes this one back.
    pub fn inverse(&self) -> Self {
        match self.clone() {
            Self::AddGroup { tag, group, settings, before: None } => Self::RemoveGroup { tag, group, before: settings },
            Self::AddGroup { tag, group, settings, before: Some(before) } => {
                Self::AddGroup { tag, group, settings: before, before: Some(settings) }
            }
            Self::RemoveGroup { tag, group, before } => Self::AddGroup { tag, group, settings: before, before: None },
            Self::AddGroupPackage { tag, group, package, before: None } => {
                Self::RemoveGroupPackage { tag, group, before: package }
            }
            Self::AddGroupPackage { tag, group, package, before: Some(before) } => {
                Self::AddGroupPackage { tag, group, package: before, before: Some(package) }
            }
            Self::RemoveGroupPackage { tag, group, before } => {
                Self::AddGroupPackage { tag, group, package: before, before: None }
            }
        }
    }
}

impl fmt::Display for GroupChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddGroup { tag, group, before: None, .. } => write!(f, "add group {group} to {tag}"),
            Self::AddGroup { tag, group, before: Some(_), .. } => {
                write!(f, "change the settings of group {group} in {tag}")
            }
            Self::RemoveGroup { tag, group, .. } => write!(f, "remove group {group} from {tag}"),
            Self::AddGroupPackage { tag, group, package, .. } => {
                write!(f, "add {} to group {group} in {tag}", package.name)?;
                if package.kind != GroupPackage::MANDATORY {
                    write!(f, ", {}", package.kind)?;
                }
                Ok(())
            }
            Self::RemoveGroupPackage { tag, group, before } => {
                write!(f, "remove {} from group {group} in {tag}", before.name)
            }
        }
    }
}
