// SPDX-License-Identifier: GPL-3.0-or-later
//! Lists the builds that koji calls tagged.

use crate::Result;
use crate::access::Dimensions;
use crate::koji::{Inherit, Tagged, TaggedBuild};
use crate::pipeline::{Question, Readers};

/// What koji calls tagged; for showing only, because koji hides builds of packages that are blocked
/// or not listed.
#[derive(Debug, Clone)]
pub struct ListTagged(pub Tagged);

impl Question for ListTagged {
    const NAME: &'static str = "koji list-tagged";
    /// Newest tagging first.
    type Answer = Vec<TaggedBuild>;

    fn dimensions(&self) -> Dimensions {
        let Self(query) = self;
        Dimensions::new()
            .tag(&query.tag)
            .packages(&query.package)
            .events(&query.event)
            .types(&query.kind)
            .option("--latest", query.latest)
            .option("--inherit", query.inherit == Inherit::Inherited)
            .option("--event", query.event.is_some())
            .option("--package", query.package.is_some())
            .option("--type", query.kind.is_some())
    }

    fn ask(&self, services: &Readers<'_>) -> Result<Self::Answer> {
        services.koji.tagged(&self.0)
    }
}
