// SPDX-License-Identifier: GPL-3.0-or-later
//! Shows the latest builds of packages in a tag.

use crate::Result;
use crate::access::Dimensions;
use crate::koji::{Inherit, Tagged, TaggedBuild};
use crate::names::{PackageName, TagName};
use crate::pipeline::{Question, Readers};
use std::collections::{BTreeMap, BTreeSet};

/// Up to so many packages are asked for one by one; for more, the tag is read once, which costs the
/// hub about as much as 150 single questions but only one request.
const FEW: usize = 20;

/// The newest build of each of `packages` in `tag` as koji sees it, inherited ones included.
#[derive(Debug, Clone)]
pub struct LatestBuild {
    /// The tag.
    pub tag: TagName,
    /// The packages; one that is named twice counts once.
    pub packages: Vec<PackageName>,
}

/// The builds in the order asked for, and the packages that have none.
#[derive(Debug, Clone, Default)]
pub struct Latest {
    /// One build for each package that has one.
    pub builds: Vec<TaggedBuild>,
    /// Packages without a build in the tag; the hub may never have heard of them.
    pub without: Vec<PackageName>,
}

impl Question for LatestBuild {
    const NAME: &'static str = "koji latest-build";
    type Answer = Latest;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new().tag(&self.tag).packages(&self.packages)
    }

    fn ask(&self, services: &Readers<'_>) -> Result<Latest> {
        let mut met = BTreeSet::new();
        let asked: Vec<_> = self.packages.iter().filter(|name| met.insert(*name)).collect();
        let query = |package| Tagged { package, ..Tagged::latest(self.tag.clone(), Inherit::Inherited) };
        let mut found = BTreeMap::new();
        let mut keep = |builds: Vec<TaggedBuild>| {
            for build in builds {
                if met.contains(&build.nvr.package()) {
                    found.entry(build.nvr.package()).or_insert(build);
                }
            }
        };
        if asked.len() <= FEW {
            for package in &asked {
                keep(services.koji.tagged(&query(Some((*package).clone())))?);
            }
        } else {
            keep(services.koji.tagged(&query(None))?);
        }
        let mut latest = Latest::default();
        for package in asked {
            match found.remove(package) {
                Some(build) => latest.builds.push(build),
                None => latest.without.push(package.clone()),
            }
        }
        Ok(latest)
    }
}
