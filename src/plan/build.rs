// SPDX-License-Identifier: GPL-3.0-or-later
//! Every change to the builds in a tag.

use super::{Key, Reversal};
use crate::names::{BuildId, Nvr, TagName};
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

/// One change to a build in a tag.
#[allow(missing_docs, reason = "the fields are called what the hub calls them")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum BuildChange {
    /// The build is in the tag, as the newest of its package.
    TagBuild { tag: TagName, build: BuildRef },
    /// The build is not in the tag.
    UntagBuild { tag: TagName, build: BuildRef },
    /// The build, which is in the tag, becomes the newest of its package there. Only ever planned
    /// for the sake of an order: one that another change of the same plan disturbs, that of the tag
    /// which is copied, or the one that was asked for.
    RetagBuild { tag: TagName, build: BuildRef },
}

impl BuildChange {
    /// koji's "latest" is the order in which the builds of a package were tagged.
    pub fn key(&self) -> Key {
        Key::tagging(self.tag(), self.build().nvr.name())
    }

    /// The tag it changes.
    pub fn tag(&self) -> &TagName {
        let (Self::TagBuild { tag, .. } | Self::UntagBuild { tag, .. } | Self::RetagBuild { tag, .. }) = self;
        tag
    }

    /// The build.
    pub fn build(&self) -> &BuildRef {
        let (Self::TagBuild { build, .. } | Self::UntagBuild { build, .. } | Self::RetagBuild { build, .. }) = self;
        build
    }

    /// What a person calls the thing that is changed.
    pub fn subject(&self) -> String {
        self.build().to_string()
    }

    /// How it can be taken back.
    pub fn reversal(&self) -> Reversal {
        match self {
            Self::TagBuild { .. } | Self::RetagBuild { .. } => Reversal::Exact,
            Self::UntagBuild { .. } => Reversal::ConsequencesRemain(
                "the build is tagged again, and newer builds of the package are tagged anew after it to keep their order",
            ),
        }
    }
}

impl fmt::Display for BuildChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TagBuild { tag, build } => write!(f, "tag {build} into {tag}"),
            Self::UntagBuild { tag, build } => write!(f, "untag {build} from {tag}"),
            Self::RetagBuild { tag, build } => {
                write!(f, "make {build} the newest of its package in {tag} again")
            }
        }
    }
}
