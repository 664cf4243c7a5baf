// SPDX-License-Identifier: GPL-3.0-or-later
//! Builds that a request names, as far as planning has to know them.

use super::FEW;
use crate::Result;
use crate::koji::{Build, BuildState, Inherit, PackageEntry, Reader, Rows, TagRow};
use crate::names::{Evr, Nvr, PackageName, TagName};
use crate::plan::BuildRef;
use std::collections::{BTreeMap, BTreeSet};

/// A build that the hub knows.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) build: BuildRef,
    pub(super) evr: Evr,
    pub(super) state: BuildState,
}

impl From<&Build> for Known {
    fn from(build: &Build) -> Self {
        Self {
            build: BuildRef { nvr: build.nvr.clone(), id: build.id },
            evr: Evr::new(build.epoch, build.nvr.version(), build.nvr.release()),
            state: build.state,
        }
    }
}

impl From<&TagRow> for BuildRef {
    fn from(row: &TagRow) -> Self {
        Self { nvr: row.nvr.clone(), id: row.id }
    }
}

impl From<&TagRow> for Known {
    fn from(row: &TagRow) -> Self {
        Self { build: BuildRef::from(row), evr: row.evr(), state: row.state }
    }
}

/// Those of `nvrs` that the hub knows.
pub(super) fn known(koji: &dyn Reader, nvrs: &[Nvr]) -> Result<BTreeMap<Nvr, Known>> {
    if nvrs.is_empty() {
        return Ok(BTreeMap::new());
    }
    let builds = koji.builds(nvrs)?;
    Ok(nvrs
        .iter()
        .cloned()
        .zip(builds)
        .filter_map(|(nvr, build)| build.map(|build| (nvr, Known::from(&build))))
        .collect())
}

/// Those of `named` that the hub knows, and what is in the tag of their packages. Few: asks for the builds, then for
/// their packages in the tag. Many: reads the tag, and asks for those builds only that are not in it.
pub(super) fn known_and_inside(
    koji: &dyn Reader,
    tag: &TagName,
    named: Vec<Nvr>,
) -> Result<(BTreeMap<Nvr, Known>, Contents)> {
    if named.len() <= FEW {
        let known = known(koji, &named)?;
        let packages = known.keys().map(Nvr::package).collect();
        return Ok((known, Contents::of(koji, tag, &packages)?));
    }
    let inside = Contents::whole(koji, tag)?;
    let (inner, outer): (Vec<Nvr>, _) = named.into_iter().partition(|nvr| inside.row(nvr).is_some());
    let rows = inner.into_iter().filter_map(|nvr| inside.row(&nvr).map(|row| (nvr, Known::from(row))));
    let mut known = known(koji, &outer)?;
    known.extend(rows);
    Ok((known, inside))
}

/// What a build in this state is instead of complete.
pub(super) fn unfinished(state: BuildState) -> Option<&'static str> {
    match state {
        BuildState::Complete => None,
        BuildState::Building => Some("still building"),
        BuildState::Deleted => Some("deleted"),
        BuildState::Failed => Some("failed"),
        BuildState::Canceled => Some("canceled"),
    }
}

/// Why a build in this state cannot be tagged; `None` if it can.
pub(super) fn unfit(state: BuildState) -> Option<String> {
    unfinished(state).map(|word| format!("the build is {word}; only complete builds can be tagged"))
}

/// The active rows of a tag itself, nothing inherited, as far as they were asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Contents(BTreeMap<PackageName, Vec<TagRow>>);

impl Contents {
    /// Of these packages, which the hub must know; one by one if they are few.
    pub(super) fn of(koji: &dyn Reader, tag: &TagName, packages: &BTreeSet<PackageName>) -> Result<Self> {
        if packages.is_empty() {
            return Ok(Self::default());
        }
        if packages.len() > FEW {
            return Self::whole(koji, tag);
        }
        let asked: Vec<_> = packages.iter().cloned().collect();
        let rows = koji.package_rows(tag, &asked)?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// Of the whole tag, in one call.
    pub(super) fn whole(koji: &dyn Reader, tag: &TagName) -> Result<Self> {
        let active = Rows { active_only: true, ..Rows::default() };
        Ok(koji.tag_rows(tag, &active)?.into_iter().collect())
    }

    /// Whether it holds nothing at all.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each package with its rows, the one tagged last at the end.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&PackageName, &[TagRow])> {
        self.0.iter().map(|(package, rows)| (package, &**rows))
    }

    /// The rows of one package, the one tagged last at the end.
    pub(super) fn rows(&self, package: &PackageName) -> &[TagRow] {
        self.0.get(package).map_or(&[], Vec::as_slice)
    }

    /// The row of this build.
    pub(super) fn row(&self, nvr: &Nvr) -> Option<&TagRow> {
        self.rows(&nvr.package()).iter().find(|row| row.nvr == *nvr)
    }

    /// The row of the highest version of a package, whatever the order of tagging.
    pub(super) fn highest(&self, package: &PackageName) -> Option<&TagRow> {
        let complete = self.rows(package).iter().filter(|row| row.state == BuildState::Complete);
        // Of a draft and the build that it is to be, the build.
        complete.max_by_key(|row| (row.evr(), !row.nvr.is_draft()))
    }
}

impl FromIterator<TagRow> for Contents {
    fn from_iter<I: IntoIterator<Item = TagRow>>(rows: I) -> Self {
        let mut packages: BTreeMap<PackageName, Vec<TagRow>> = BTreeMap::new();
        for row in rows {
            packages.entry(row.nvr.package()).or_default().push(row);
        }
        for rows in packages.values_mut() {
            rows.sort_by_key(|row| (row.created, row.id));
        }
        Self(packages)
    }
}

/// A tag's package list with what it inherits, as far as it was asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Listing(BTreeMap<PackageName, PackageEntry>);

impl Listing {
    /// Of these packages, which the hub may never have seen; one by one if they are few.
    pub(super) fn of(koji: &dyn Reader, tag: &TagName, packages: &BTreeSet<PackageName>) -> Result<Self> {
        if packages.is_empty() {
            return Ok(Self::default());
        }
        if packages.len() > FEW {
            return Self::whole(koji, tag);
        }
        let asked: Vec<_> = packages.iter().cloned().collect();
        let entries = koji.package_entries(tag, &asked, Inherit::Inherited)?;
        Ok(entries.into_iter().flatten().collect())
    }

    /// Of the whole tag, in one call.
    pub(super) fn whole(koji: &dyn Reader, tag: &TagName) -> Result<Self> {
        let entries = koji.package_list(tag, Inherit::Inherited)?;
        Ok(entries.into_iter().collect())
    }

    /// The entries that count, in the order of names.
    pub(super) fn iter(&self) -> impl Iterator<Item = &PackageEntry> {
        self.0.values()
    }

    /// The entry that counts for a package.
    pub(super) fn entry(&self, package: &PackageName) -> Option<&PackageEntry> {
        self.0.get(package)
    }

    /// Why builds of `package` are kept out of `tag`; `None` if they are not.
    pub(super) fn keeps_out(&self, tag: &TagName, package: &PackageName) -> Option<String> {
        match self.entry(package) {
            None => Some(format!("package {package} is not listed in {tag}")),
            Some(entry) if entry.blocked => Some(format!("package {package} is blocked in {}", entry.tag)),
            Some(_) => None,
        }
    }
}

impl FromIterator<PackageEntry> for Listing {
    fn from_iter<I: IntoIterator<Item = PackageEntry>>(entries: I) -> Self {
        Self(entries.into_iter().map(|entry| (entry.package.clone(), entry)).collect())
    }
}
