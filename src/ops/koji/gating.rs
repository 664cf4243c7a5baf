// SPDX-License-Identifier: GPL-3.0-or-later
//! Where builds wait on their way to a tag.

use crate::Result;
use crate::names::TagName;
use crate::release::layout::Layout;
use serde::{Deserialize, Serialize};

/// The tags where builds wait for another one: to be signed, tested or pushed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gating {
    /// Those that the layout of the tag's release has; a hub may lack some. None, if the tag is no
    /// release's.
    OfRelease(Vec<TagName>),
    /// These, and all of them must be there.
    Named(Vec<TagName>),
    /// Whatever waits does not count.
    Ignored,
}

/// Older journals do not say.
impl Default for Gating {
    fn default() -> Self {
        Self::OfRelease(Vec::new())
    }
}

impl Gating {
    /// Where builds wait for `destination`, as the first layout says that has such a tag.
    ///
    /// # Errors
    /// That layout makes no sense for the release.
    pub fn of_release(destination: &TagName, layouts: &[Layout]) -> Result<Self> {
        for layout in layouts {
            if let Some(tags) = layout.gating_tags(destination)? {
                return Ok(Self::OfRelease(tags));
            }
        }
        Ok(Self::default())
    }

    /// All of them.
    pub(super) fn tags(&self) -> &[TagName] {
        match self {
            Self::OfRelease(tags) | Self::Named(tags) => tags,
            Self::Ignored => &[],
        }
    }

    /// Those that somebody has named.
    pub(super) fn named(&self) -> &[TagName] {
        match self {
            Self::Named(tags) => tags,
            Self::OfRelease(_) | Self::Ignored => &[],
        }
    }
}
