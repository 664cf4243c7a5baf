// SPDX-License-Identifier: GPL-3.0-or-later
//! The builds of some packages or from some sources, where the list of all builds would be the longer way.

use super::encode::Ask;
use super::hub::Hub;
use super::wire::List;
use super::{BuildQuery, BuildRecord, BuildState};
use crate::Result;
use crate::names::{BuildType, PackageName, ScmUrl};

const METHOD: &str = "listBuilds";

impl Hub {
    /// koji: see [`Reader::builds_of`](super::Reader::builds_of).
    pub(super) fn package_builds(&self, packages: &[PackageName], query: &BuildQuery) -> Result<Vec<Vec<BuildRecord>>> {
        let asks = packages.iter().map(|package| {
            Ask::new(METHOD)
                .named("packageID", package.as_str())
                .maybe("state", query.state.map(BuildState::number))
                .maybe("createdAfter", query.created_after)
                .maybe("type", query.kind.as_ref().map(BuildType::as_str))
        });
        self.lists(asks, packages.iter().map(PackageName::as_str))
    }

    /// koji: see [`Reader::builds_from`](super::Reader::builds_from).
    pub(super) fn source_builds(&self, sources: &[ScmUrl]) -> Result<Vec<Vec<BuildRecord>>> {
        let asks = sources.iter().map(|source| {
            Ask::new(METHOD).named("packageID", source.package().as_str()).named("source", source.as_str())
        });
        let mut lists = self.lists(asks, sources.iter().map(ScmUrl::as_str))?;
        for (builds, source) in lists.iter_mut().zip(sources) {
            builds.retain(|build| build.source.as_deref() == Some(source.as_str()));
        }
        Ok(lists)
    }

    /// One list for each question; `names` tell which one has failed.
    fn lists<'a>(
        &self,
        asks: impl Iterator<Item = Ask>,
        names: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<Vec<BuildRecord>>> {
        let answers = self.get_all::<List<BuildRecord>>(asks)?;
        let lists = answers.into_iter().zip(names).map(|(answer, name)| {
            let list = answer.map_err(|fault| self.faulted(&format!("{METHOD} of {name}"), &fault))?;
            let mut builds = self.all(METHOD, list)?;
            builds.sort_by_key(|build| build.id);
            Ok(builds)
        });
        lists.collect()
    }
}
