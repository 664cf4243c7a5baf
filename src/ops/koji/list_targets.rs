// SPDX-License-Identifier: GPL-3.0-or-later
//! Lists build targets.

use crate::Result;
use crate::access::Dimensions;
use crate::koji::{Target, TargetQuery};
use crate::names::TagName;
use crate::pipeline::{Question, Readers};

/// The targets that build from `build_tag` and whose builds go to `dest_tag`; all where neither is
/// named.
#[derive(Debug, Clone, Default)]
pub struct ListTargets {
    /// The tag that build roots are made from.
    pub build_tag: Option<TagName>,
    /// The tag that finished builds go to.
    pub dest_tag: Option<TagName>,
}

impl Question for ListTargets {
    const NAME: &'static str = "koji list-targets";
    /// In the order of names.
    type Answer = Vec<Target>;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new()
            .tags(&self.build_tag)
            .tags(&self.dest_tag)
            .option("--build-tag", self.build_tag.is_some())
            .option("--dest-tag", self.dest_tag.is_some())
    }

    fn ask(&self, services: &Readers<'_>) -> Result<Vec<Target>> {
        let query = TargetQuery { build_tag: self.build_tag.clone(), dest_tag: self.dest_tag.clone() };
        services.koji.targets(&query)
    }
}
