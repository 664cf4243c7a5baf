// SPDX-License-Identifier: GPL-3.0-or-later
//! Whether a build may enter a tag.
//!
//! The hub's quick call for tagging does not look at the package list, and none of its calls minds
//! that an older build becomes the latest one. So flr looks at both before anything is written.

use super::builds::{Contents, Known, Listing, unfit};
use crate::Result;
use crate::koji::Reader;
use crate::names::{Nvr, PackageName, TagName};
use crate::plan::BuildRef;
use std::collections::{BTreeMap, BTreeSet};

/// What decides it: the tag's own builds and its package list.
#[derive(Debug, Clone, Default)]
pub(super) struct Threshold {
    pub(super) inside: Contents,
    pub(super) listing: Listing,
}

impl Threshold {
    /// Reads the package list for the packages of `newcomers`.
    pub(super) fn new<'a>(
        koji: &dyn Reader,
        tag: &TagName,
        inside: Contents,
        newcomers: impl IntoIterator<Item = &'a Nvr>,
    ) -> Result<Self> {
        let packages: BTreeSet<_> = newcomers.into_iter().map(Nvr::package).collect();
        Ok(Self { listing: Listing::of(koji, tag, &packages)?, inside })
    }
}

/// Lets builds into one tag, one after the other.
///
/// A build stays out while a newer one of its package is in the tag or was let in before it:
/// tagging makes a build the latest of its package, whatever its version, and a list that was
/// sorted as text (1.10 before 1.9) must not set a tag back. The rule is the same for builds in the
/// tag and builds of the same request, so that a run which stopped half-way can be repeated. Older
/// builds named before newer ones are fine.
pub(super) struct Door<'a> {
    tag: &'a TagName,
    threshold: &'a Threshold,
    entered: BTreeMap<PackageName, &'a Known>,
}

impl<'a> Door<'a> {
    pub(super) fn new(tag: &'a TagName, threshold: &'a Threshold) -> Self {
        Self { tag, threshold, entered: BTreeMap::new() }
    }

    /// The build to tag, or why not.
    pub(super) fn enter(&mut self, newcomer: &'a Known) -> Result<BuildRef, String> {
        let package = newcomer.build.nvr.package();
        let kept_out = unfit(newcomer.state)
            .or_else(|| self.threshold.listing.keeps_out(self.tag, &package))
            .or_else(|| self.set_back(&package, newcomer));
        if let Some(why) = kept_out {
            return Err(why);
        }
        self.entered.insert(package, newcomer);
        Ok(newcomer.build.clone())
    }

    fn set_back(&self, package: &PackageName, newcomer: &Known) -> Option<String> {
        let tag = self.tag;
        if let Some(there) = self.threshold.inside.highest(package)
            && there.evr() > newcomer.evr
        {
            return Some(format!(
                "{} is newer and in {tag} already; untag it first if the older one is to be the latest",
                there.nvr
            ));
        }
        // Each one let in is at least as new as the one before, so the last one is the newest.
        let before = self.entered.get(package)?;
        (before.evr > newcomer.evr)
            .then(|| format!("{} is newer and named before it; name the newest build last", before.build))
    }
}
