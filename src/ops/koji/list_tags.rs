// SPDX-License-Identifier: GPL-3.0-or-later
//! Lists the tags that builds are in.

use super::build_info::BuildInfo;
use crate::Result;
use crate::access::Dimensions;
use crate::names::{Nvr, TagName};
use crate::pipeline::{Question, Readers};

/// The tags that each of `builds` is in directly, hidden ones included.
#[derive(Debug, Clone)]
pub struct ListTags {
    /// The builds by name.
    pub builds: Vec<Nvr>,
}

/// The tags of each build in the order asked for, and the builds that the hub does not know.
#[derive(Debug, Clone, Default)]
pub struct TagsOf {
    /// Each build and its tags; there may be none.
    pub tags: Vec<(Nvr, Vec<TagName>)>,
    /// Builds that the hub does not know.
    pub unknown: Vec<Nvr>,
}

impl Question for ListTags {
    const NAME: &'static str = "koji list-tags";
    type Answer = TagsOf;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new().builds(&self.builds)
    }

    /// Looks for the builds first: asked for the tags of one it does not know, the hub faults.
    fn ask(&self, services: &Readers<'_>) -> Result<TagsOf> {
        let builds = BuildInfo { builds: self.builds.clone() }.ask(services)?;
        let known: Vec<Nvr> = builds.known.into_iter().map(|build| build.nvr).collect();
        let tags = services.koji.tags_of(&known)?;
        Ok(TagsOf { tags: known.into_iter().zip(tags).collect(), unknown: builds.unknown })
    }
}
