// SPDX-License-Identifier: GPL-3.0-or-later
//! Lists what happened to a tag.

use crate::Result;
use crate::access::Dimensions;
use crate::koji::{HistoryEvent, HistoryQuery};
use crate::pipeline::{Question, Readers};

/// What happened to builds and package lists.
#[derive(Debug, Clone)]
pub struct ListHistory(pub HistoryQuery);

impl Question for ListHistory {
    const NAME: &'static str = "koji list-history";
    /// Oldest first.
    type Answer = Vec<HistoryEvent>;

    fn dimensions(&self) -> Dimensions {
        let Self(query) = self;
        Dimensions::new()
            .tags(&query.tag)
            .packages(&query.package)
            .builds(&query.build)
            .events(&query.after)
            .option("--package", query.package.is_some())
            .option("--build", query.build.is_some())
            .option("--after", query.after.is_some())
    }

    fn ask(&self, services: &Readers<'_>) -> Result<Self::Answer> {
        services.koji.history(&self.0)
    }
}
