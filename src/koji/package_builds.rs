// SPDX-License-Identifier: GPL-3.0-or-later
//! The builds of some packages, where the list of all builds would be the longer way.

use super::encode::Ask;
use super::hub::Hub;
use super::wire::List;
use super::{BuildQuery, BuildRecord, BuildState};
use crate::Result;
use crate::names::{BuildType, PackageName};

impl Hub {
    /// koji: see [`Reader::builds_of`](super::Reader::builds_of).
    pub(super) fn package_builds(&self, packages: &[PackageName], query: &BuildQuery) -> Result<Vec<Vec<BuildRecord>>> {
        const METHOD: &str = "listBuilds";
        let asks = packages.iter().map(|package| {
            Ask::new(METHOD)
                .named("packageID", package.as_str())
                .maybe("state", query.state.map(BuildState::number))
                .maybe("createdAfter", query.created_after)
                .maybe("type", query.kind.as_ref().map(BuildType::as_str))
        });
        let answers = self.get_all::<List<BuildRecord>>(asks)?;
        let lists = answers.into_iter().zip(packages).map(|(answer, package)| {
            let list = answer.map_err(|fault| self.faulted(&format!("{METHOD} of {package}"), &fault))?;
            let mut builds = self.all(METHOD, list)?;
            builds.sort_by_key(|build| build.id);
            Ok(builds)
        });
        lists.collect()
    }
}
