// SPDX-License-Identifier: GPL-3.0-or-later
//! Lists the packages of a release that were built once and not since a time.

use super::builds::Listing;
use super::of_release::{OfRelease, by_owner};
use crate::access::Dimensions;
use crate::koji::{BuildQuery, BuildRecord, BuildState, Inherit, Reader, Tagged, TaggedBuild};
use crate::names::{BuildId, BuildType, Nvr, PackageName, ReleaseAlias, TaskId, UserName};
use crate::pipeline::{Question, Readers};
use crate::release::layout::Layout;
use crate::release::{Known, Lookup};
use crate::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};

/// From when on a package should have been built.
#[derive(Debug, Clone, PartialEq)]
pub enum From {
    /// From this time on: seconds since 1970, UTC.
    Time(f64),
    /// From the making of this release's first tag on.
    Release(ReleaseAlias),
}

/// What was built once, and not since?
pub struct ListFtbfs<'a> {
    /// The release.
    pub release: ReleaseAlias,
    /// Since when.
    pub since: From,
    /// Who knows the releases.
    pub directory: &'a dyn Lookup,
    /// The layouts.
    pub layouts: &'a [Layout],
}

/// A package that was not built since.
#[derive(Debug, Clone, PartialEq)]
pub struct Unbuilt {
    /// The package.
    pub package: PackageName,
    /// Whose it is in the release.
    pub owner: Option<UserName>,
    /// Its newest build.
    pub build: Nvr,
    /// The number of that.
    pub id: BuildId,
    /// When that was begun, seconds since 1970, UTC.
    pub built: f64,
    /// The last attempt since, if it failed and was for the release.
    pub failed: Option<Attempt>,
}

/// A build that failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Attempt {
    /// Its name.
    pub build: Nvr,
    /// Its task.
    pub task: TaskId,
    /// When it was begun, seconds since 1970, UTC.
    pub begun: f64,
}

/// What was found.
#[derive(Debug)]
pub struct Ftbfs {
    /// The release.
    pub release: String,
    /// Since when: seconds since 1970, UTC.
    pub since: f64,
    /// The release that this was the beginning of.
    pub since_release: Option<String>,
    /// By owner, those of nobody last, then by package.
    pub packages: Vec<Unbuilt>,
    /// What time it was for the hub, seconds since 1970, UTC.
    pub seen: f64,
    /// Where the releases are known from.
    pub known: Known,
}

impl Question for ListFtbfs<'_> {
    const NAME: &'static str = "koji list-ftbfs";
    type Answer = Ftbfs;

    fn dimensions(&self) -> Dimensions {
        Self::about(&self.release)
    }

    fn ask(&self, services: &Readers<'_>) -> Result<Ftbfs> {
        let koji = services.koji;
        let known = self.directory.releases(koji)?;
        let release = known.find(&self.release, self.layouts)?.clone();
        let (since, since_release) = match &self.since {
            From::Time(time) => (*time, None),
            From::Release(alias) => {
                let other = known.find(alias, self.layouts)?;
                (begun(koji, other)?, Some(other.name.clone()))
            }
        };
        let of = OfRelease::find(&release, &BTreeSet::new(), koji)?;
        let seen = koji.hub_time()?;
        let mut old = old(koji, &of, since)?;
        let packages: Vec<PackageName> = old.keys().cloned().collect();
        let query = BuildQuery { created_after: Some(since), ..BuildQuery::default() };
        let attempts = koji.builds_of(&packages, &query)?;
        let telling = |build: &&BuildRecord| matches!(build.state, BuildState::Complete | BuildState::Failed);
        let telling: Vec<&BuildRecord> = attempts.iter().flatten().filter(telling).collect();
        let own = of.own(koji, &telling)?;
        for build in telling.into_iter().filter(|build| own.contains(&build.nvr)) {
            let package = build.nvr.package();
            if build.state == BuildState::Complete {
                old.remove(&package);
            } else if let (Some(unbuilt), Some(task)) = (old.get_mut(&package), build.task)
                && unbuilt.failed.as_ref().is_none_or(|last| last.begun <= build.created)
            {
                unbuilt.failed = Some(Attempt { build: build.nvr.clone(), task, begun: build.created });
            }
        }
        let mut packages: Vec<Unbuilt> = old.into_values().collect();
        by_owner(&mut packages, |unbuilt| unbuilt.owner.as_ref());
        Ok(Ftbfs { release: release.name, since, since_release, packages, seen, known })
    }
}

impl ListFtbfs<'_> {
    /// What such a request is about.
    pub fn about(release: &ReleaseAlias) -> Dimensions {
        Dimensions::new().releases([release]).option("--since", true)
    }
}

/// When a release began: when the tag that it is made of was made.
fn begun(koji: &dyn Reader, release: &crate::bodhi::Record) -> Result<f64> {
    let unknown = || Error::failed(format!("nobody knows when {} began", release.name)).hint("give a time instead");
    let tag = release.dist_tag.as_ref().ok_or_else(unknown)?;
    let histories = koji.tag_histories(std::slice::from_ref(tag))?;
    histories.first().and_then(|history| history.made()).map(|(_, time)| time).ok_or_else(unknown)
}

/// The packages whose newest build, of those that count in the release, is older than `since`.
fn old(koji: &dyn Reader, of: &OfRelease, since: f64) -> Result<BTreeMap<PackageName, Unbuilt>> {
    let listing = Listing::whole(koji, &of.base)?;
    let kind = "rpm".parse::<BuildType>().ok();
    let tagged = koji.tagged(&Tagged { kind, ..Tagged::latest(of.newest.clone(), Inherit::Inherited) })?;
    let unbuilt = |build: TaggedBuild| {
        let package = build.nvr.package();
        let entry = listing.entry(&package).filter(|entry| !entry.blocked)?;
        let built = build.begun?;
        let owner = entry.owner.clone();
        (built < since).then(|| {
            let TaggedBuild { nvr: build, id, .. } = build;
            (package.clone(), Unbuilt { package, owner, build, id, built, failed: None })
        })
    };
    Ok(tagged.into_iter().filter_map(unbuilt).collect())
}
