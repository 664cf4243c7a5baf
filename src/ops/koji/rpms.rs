// SPDX-License-Identifier: GPL-3.0-or-later
//! Rpms that a request is about: those of a tag, or of builds that it names.

use super::builds::unfinished;
use super::{Named, not_empty};
use crate::access::Dimensions;
use crate::koji::{BuildRpms, Inherit, Reader, RpmQuery};
use crate::names::{Nvr, TagName, TagOrBuild};
use crate::plan::Plan;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whose rpms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum RpmsOf {
    /// Of what koji calls tagged.
    Tag {
        /// The tag.
        tag: TagName,
        /// Also what it inherits.
        inherit: bool,
        /// Only the latest build of each package.
        latest: bool,
    },
    /// Of these builds.
    Builds(Vec<Nvr>),
}

/// The rpms of what a request names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rpms {
    /// Builds with their rpms: of a tag in koji's order, else in the order of the request.
    pub builds: Vec<BuildRpms>,
    /// Builds that are named and have none, with the reason.
    pub(super) without: BTreeMap<Nvr, String>,
}

impl RpmsOf {
    /// What the words mean: one tag, or builds. Builds are neither inherited nor the latest.
    ///
    /// # Errors
    /// Several tags, a tag among builds, or builds with what is said of a tag.
    pub fn named(words: Vec<TagOrBuild>, inherit: bool, latest: bool) -> Result<Self> {
        let (mut tags, mut builds) = (Vec::new(), Vec::new());
        for word in words {
            match word {
                TagOrBuild::Tag(tag) => tags.push(tag),
                TagOrBuild::Build(build) => builds.push(build),
            }
        }
        let names = |tags: &[TagName]| tags.iter().map(TagName::as_str).collect::<Vec<_>>().join(", ");
        match (tags.as_slice(), builds.is_empty()) {
            ([tag], true) => Ok(Self::Tag { tag: tag.clone(), inherit, latest }),
            ([], _) if inherit || latest => {
                Err(Error::usage("--inherit and --latest are about a tag, and builds are named"))
            }
            ([], _) => Ok(Self::Builds(builds)),
            (tags, true) => Err(Error::usage(format!("one tag at a time: {}", names(tags)))),
            (tags, false) => {
                Err(Error::usage(format!("either a tag or builds, and among the builds there is {}", names(tags)))
                    .hint("what looks like a build has a version and a release that begin with a digit"))
            }
        }
    }

    /// The names in it.
    pub(super) fn dimensions(&self) -> Dimensions {
        match self {
            Self::Tag { tag, inherit, latest } => {
                Dimensions::new().tag(tag).option("--inherit", *inherit).option("--latest", *latest)
            }
            Self::Builds(builds) => Dimensions::new().builds(builds),
        }
    }

    /// Refuses a request about nothing.
    pub(super) fn makes_sense(&self) -> Result<()> {
        match self {
            Self::Tag { .. } => Ok(()),
            Self::Builds(builds) => not_empty(builds, "builds"),
        }
    }

    /// The beginning of a plan: what is named twice is left out, and what has no rpms by what `seen` says
    /// is refused.
    pub(super) fn plan(&self, seen: &Rpms) -> Result<Plan> {
        self.makes_sense()?;
        let mut plan = match self {
            Self::Tag { .. } => Plan::default(),
            Self::Builds(named) => Named::new(named).plan(),
        };
        for (nvr, why) in &seen.without {
            plan.refuse(nvr, why.as_str());
        }
        Ok(plan)
    }

    /// A tag is read in one call, whatever its size; builds in multicalls of a bounded size. Never is one
    /// multicall made of a whole release.
    pub(super) fn read(&self, koji: &dyn Reader) -> Result<Rpms> {
        self.makes_sense()?;
        let named = match self {
            Self::Tag { tag, inherit, latest } => {
                let inherit = if *inherit { Inherit::Inherited } else { Inherit::Direct };
                let builds = koji.tagged_rpms(&RpmQuery { tag: tag.clone(), inherit, latest: *latest })?;
                return Ok(Rpms { builds, without: BTreeMap::new() });
            }
            Self::Builds(named) => Named::new(named).cloned(),
        };
        let (mut there, mut without) = (Vec::new(), BTreeMap::new());
        for (nvr, build) in named.iter().zip(koji.builds(&named)?) {
            match build.map(|build| (build.id, unfinished(build.state))) {
                None => drop(without.insert(nvr.clone(), "the hub has no such build".to_owned())),
                Some((_, Some(word))) => drop(without.insert(nvr.clone(), format!("the build is {word}"))),
                Some((id, None)) => there.push((id, nvr.clone())),
            }
        }
        let ids: Vec<_> = there.iter().map(|(id, _)| *id).collect();
        let rpms = if ids.is_empty() { Vec::new() } else { koji.rpms_of(&ids)? };
        let builds = there.into_iter().zip(rpms).map(|((id, nvr), rpms)| BuildRpms { id, nvr, rpms }).collect();
        Ok(Rpms { builds, without })
    }
}
