// SPDX-License-Identifier: GPL-3.0-or-later
//! Every change to how a tag is set up.

use super::{Key, Reversal};
use crate::koji::{Extra, ParentLink};
use crate::names::{EventId, TagName, UserName};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// What a new tag is set to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTag {
    /// The permission that tagging needs, by name.
    pub perm: Option<String>,
    /// Architectures, separated by blanks.
    pub arches: Option<String>,
    /// Further settings.
    pub extra: BTreeMap<String, Value>,
}

/// One change to a tag itself. Each changes one thing, and knows how it was before.
#[allow(missing_docs, reason = "the fields are called what the hub calls them")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum TagChange {
    /// Nothing can be tagged into the tag or untagged from it.
    LockTag { tag: TagName },
    /// The tag is not locked.
    UnlockTag { tag: TagName },
    /// Tagging needs this permission besides the usual ones.
    SetTagPermission { tag: TagName, perm: Option<String>, before: Option<String> },
    /// Build roots and repositories are made for these architectures.
    SetTagArches { tag: TagName, arches: Option<String>, before: Option<String> },
    /// A further setting is as `to` says.
    SetTagExtra { tag: TagName, key: String, to: Extra, before: Extra },
    /// The tag inherits through the links `link` and not through those of `unlink`; one that changes
    /// stands in both, as it was and as it is to be.
    EditInheritance { tag: TagName, unlink: Vec<ParentLink>, link: Vec<ParentLink> },
    /// There is such a tag, set to this, and there was none.
    CreateTag { tag: TagName, settings: NewTag },
    /// There is such a tag, and there was none: with the settings, packages, newest builds and groups that
    /// `source` has, inherited packages too, or had at `event`. `settings` and `locked`: what it was set to.
    SnapshotTag { tag: TagName, source: TagName, event: Option<EventId>, settings: NewTag, locked: bool },
    /// There is no such tag. Only planned by undo, of one that nothing foreign hangs on. `before`: what
    /// it was set to when it was made.
    DeleteTag { tag: TagName, before: NewTag },
    /// There is no such side tag, and not its target.
    RemoveSideTag { tag: TagName, owner: Option<UserName> },
}

impl TagChange {
    /// All that shapes tags and targets stays in plan order: a parent is there before its child,
    /// and what a tag is set to is not written from two sides.
    pub fn key(&self) -> Key {
        Key::structure()
    }

    /// The tag it changes.
    pub fn tag(&self) -> &TagName {
        match self {
            Self::LockTag { tag }
            | Self::UnlockTag { tag }
            | Self::SetTagPermission { tag, .. }
            | Self::SetTagArches { tag, .. }
            | Self::SetTagExtra { tag, .. }
            | Self::EditInheritance { tag, .. }
            | Self::CreateTag { tag, .. }
            | Self::SnapshotTag { tag, .. }
            | Self::DeleteTag { tag, .. }
            | Self::RemoveSideTag { tag, .. } => tag,
        }
    }

    /// What a person calls the thing that is changed.
    pub fn subject(&self) -> String {
        match self {
            Self::LockTag { tag }
            | Self::UnlockTag { tag }
            | Self::EditInheritance { tag, .. }
            | Self::CreateTag { tag, .. }
            | Self::SnapshotTag { tag, .. }
            | Self::DeleteTag { tag, .. }
            | Self::RemoveSideTag { tag, .. } => tag.to_string(),
            Self::SetTagPermission { .. } => "permission".into(),
            Self::SetTagArches { .. } => "arches".into(),
            Self::SetTagExtra { key, .. } => format!("extra {key}"),
        }
    }

    /// How it can be taken back.
    pub fn reversal(&self) -> Reversal {
        match self {
            Self::LockTag { .. }
            | Self::UnlockTag { .. }
            | Self::SetTagPermission { .. }
            | Self::SetTagArches { .. }
            | Self::SetTagExtra { .. }
            | Self::EditInheritance { .. } => Reversal::Exact,
            Self::CreateTag { .. } | Self::SnapshotTag { .. } => Reversal::MayBeRefused(
                "a tag that others have put something into stays; its name and number stay for ever",
            ),
            Self::RemoveSideTag { .. } => Reversal::None,
            Self::DeleteTag { .. } => Reversal::ConsequencesRemain("the tag is made again, empty"),
        }
    }

    /// The change that takes this one back, if one does.
    pub fn inverse(&self) -> Option<Self> {
        Some(match self.clone() {
            Self::LockTag { tag } => Self::UnlockTag { tag },
            Self::UnlockTag { tag } => Self::LockTag { tag },
            Self::SetTagPermission { tag, perm, before } => Self::SetTagPermission { tag, perm: before, before: perm },
            Self::SetTagArches { tag, arches, before } => Self::SetTagArches { tag, arches: before, before: arches },
            Self::SetTagExtra { tag, key, to, before } => Self::SetTagExtra { tag, key, to: before, before: to },
            Self::EditInheritance { tag, unlink, link } => Self::EditInheritance { tag, unlink: link, link: unlink },
            Self::CreateTag { tag, settings } | Self::SnapshotTag { tag, settings, .. } => {
                Self::DeleteTag { tag, before: settings }
            }
            Self::DeleteTag { tag, before } => Self::CreateTag { tag, settings: before },
            Self::RemoveSideTag { .. } => return None,
        })
    }
}

impl fmt::Display for TagChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LockTag { tag } => write!(f, "lock tag {tag}"),
            Self::UnlockTag { tag } => write!(f, "unlock tag {tag}"),
            Self::SetTagPermission { tag, perm: Some(perm), .. } => write!(f, "set the permission of {tag} to {perm}"),
            Self::SetTagPermission { tag, perm: None, .. } => write!(f, "take the permission of {tag} away"),
            Self::SetTagArches { tag, arches: Some(arches), .. } => {
                write!(f, "set the arches of {tag} to \"{arches}\"")
            }
            Self::SetTagArches { tag, arches: None, .. } => write!(f, "take the arches of {tag} away"),
            Self::SetTagExtra { tag, key, to: Extra::Value(value), .. } => {
                write!(f, "set extra {key} of {tag} to {value}")
            }
            Self::SetTagExtra { tag, key, to: Extra::Unset, .. } => write!(f, "remove extra {key} from {tag}"),
            Self::SetTagExtra { tag, key, to: Extra::Blocked, .. } => write!(f, "block extra {key} in {tag}"),
            Self::CreateTag { tag, .. } => write!(f, "create tag {tag}"),
            Self::SnapshotTag { tag, source, event: None, .. } => write!(f, "create tag {tag} as a copy of {source}"),
            Self::SnapshotTag { tag, source, event: Some(event), .. } => {
                write!(f, "create tag {tag} as a copy of {source} in event {event}")
            }
            Self::RemoveSideTag { tag, owner: Some(owner) } => write!(f, "remove side tag {tag} of {owner}"),
            Self::RemoveSideTag { tag, owner: None } => write!(f, "remove side tag {tag}"),
            Self::DeleteTag { tag, .. } => write!(f, "delete tag {tag}"),
            Self::EditInheritance { tag, unlink, link } => match (unlink.as_slice(), link.as_slice()) {
                ([old], [new]) if old.parent == new.parent => {
                    write!(f, "change how {tag} inherits from {}: {}", new.parent, Through(new))
                }
                ([old], [new]) => write!(f, "make {tag} inherit from {} instead of {}", new.parent, old.parent),
                ([], [new]) => write!(f, "make {tag} inherit from {}, {}", new.parent, Through(new)),
                ([old], []) => write!(f, "make {tag} inherit no more from {}", old.parent),
                _ => {
                    write!(f, "change the inheritance of {tag}:")?;
                    let mut gone = unlink.iter().filter(|old| !link.iter().any(|new| new.parent == old.parent));
                    gone.try_for_each(|old| write!(f, " -{}", old.parent))?;
                    link.iter().try_for_each(|new| write!(f, " +{} ({})", new.parent, Through(new)))
                }
            },
        }
    }
}

/// The conditions of a link.
struct Through<'a>(&'a ParentLink);

impl fmt::Display for Through<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ParentLink { priority, maxdepth, intransitive, noconfig, pkg_filter, .. } = self.0;
        write!(f, "priority {priority}")?;
        if let Some(depth) = maxdepth {
            write!(f, ", at most {depth} deep")?;
        }
        if *intransitive {
            f.write_str(", intransitive")?;
        }
        if *noconfig {
            f.write_str(", without settings")?;
        }
        if !pkg_filter.is_empty() {
            write!(f, ", packages {pkg_filter}")?;
        }
        Ok(())
    }
}
