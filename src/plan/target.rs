// SPDX-License-Identifier: GPL-3.0-or-later
//! Every change to a build target.

use super::{Key, Reversal};
use crate::koji::TargetTags;
use crate::names::TargetName;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One change to a target.
#[allow(missing_docs, reason = "the fields are called what the hub calls them")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum TargetChange {
    /// There is such a target, and there was none.
    CreateTarget { target: TargetName, tags: TargetTags },
    /// The target has other tags.
    EditTarget { target: TargetName, tags: TargetTags, before: TargetTags },
    /// There is no such target.
    DeleteTarget { target: TargetName, before: TargetTags },
}

impl TargetChange {
    /// A target is there after its tags.
    pub fn key(&self) -> Key {
        Key::structure()
    }

    /// The target it changes.
    pub fn target(&self) -> &TargetName {
        match self {
            Self::CreateTarget { target, .. } | Self::EditTarget { target, .. } | Self::DeleteTarget { target, .. } => {
                target
            }
        }
    }

    /// The tags that the target then has, or had.
    pub fn tags(&self) -> &TargetTags {
        match self {
            Self::CreateTarget { tags, .. } | Self::EditTarget { tags, .. } => tags,
            Self::DeleteTarget { before, .. } => before,
        }
    }

    /// What a person calls the thing that is changed.
    pub fn subject(&self) -> String {
        self.target().to_string()
    }

    /// How it can be taken back: a target that is made anew is the same one again.
    pub fn reversal(&self) -> Reversal {
        match self {
            Self::CreateTarget { .. } | Self::EditTarget { .. } | Self::DeleteTarget { .. } => Reversal::Exact,
        }
    }

    /// The change that takes this one back.
    pub fn inverse(&self) -> Self {
        match self.clone() {
            Self::CreateTarget { target, tags } => Self::DeleteTarget { target, before: tags },
            Self::EditTarget { target, tags, before } => Self::EditTarget { target, tags: before, before: tags },
            Self::DeleteTarget { target, before } => Self::CreateTarget { target, tags: before },
        }
    }
}

impl fmt::Display for TargetChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateTarget { target, tags } => write!(f, "create target {target}: {tags}"),
            Self::EditTarget { target, tags, .. } => write!(f, "set target {target}: {tags}"),
            Self::DeleteTarget { target, .. } => write!(f, "delete target {target}"),
        }
    }
}
