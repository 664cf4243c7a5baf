// SPDX-License-Identifier: GPL-3.0-or-later
//! The questions of [`Reader`](super::Reader) about how tags and targets are set up.

use super::encode::Ask;
use super::hub::Hub;
use super::settings::{ExternalRepo, Group, ParentLink, TagSettings, Target, TargetQuery};
use super::wire::{FromWire, List, One};
use super::{Fault, PackageEntry};
use crate::Result;
use crate::names::{TagName, TargetName};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A repository by itself, as `listExternalRepos` has it.
#[derive(Deserialize)]
struct Place {
    name: String,
    url: String,
}

impl Hub {
    pub(super) fn settings_of(&self, tags: &[TagName]) -> Result<Vec<Option<TagSettings>>> {
        const METHOD: &str = "getTag";
        let asks = tags.iter().map(|tag| Ask::new(METHOD).arg(tag.as_str()));
        let answers = self.get_all::<Option<One<TagSettings>>>(asks)?;
        let found = |(answer, tag): (Result<_, Fault>, &TagName)| match answer {
            Ok(found) => self.one(METHOD, found),
            Err(fault) => Err(self.faulted(&format!("{METHOD} of {tag}"), &fault)),
        };
        answers.into_iter().zip(tags).map(found).collect()
    }

    pub(super) fn parents_of(&self, tags: &[TagName]) -> Result<Vec<Vec<ParentLink>>> {
        self.lists_of(tags, |tag| Ask::new("getInheritanceData").arg(tag))
    }

    pub(super) fn groups_of(&self, tags: &[TagName]) -> Result<Vec<Vec<Group>>> {
        let mut all: Vec<Vec<Group>> =
            self.lists_of(tags, |tag| Ask::new("getTagGroups").arg(tag).named("inherit", false))?;
        for groups in &mut all {
            groups.sort_by(|a, b| a.name.cmp(&b.name));
        }
        Ok(all)
    }

    pub(super) fn external_repos_of(&self, tags: &[TagName]) -> Result<Vec<Vec<ExternalRepo>>> {
        self.lists_of(tags, |tag| Ask::new("getTagExternalRepos").named("tag_info", tag))
    }

    pub(super) fn external_repos_there(&self) -> Result<BTreeMap<String, String>> {
        let repos: Vec<Place> = self.get(Ask::new("listExternalRepos"))?;
        Ok(repos.into_iter().map(|repo| (repo.name, repo.url)).collect())
    }

    pub(super) fn package_lists_of(&self, tags: &[TagName]) -> Result<Vec<Vec<PackageEntry>>> {
        let ask = |tag: &str| Ask::new("listPackages").named("tagID", tag).named("inherited", false);
        self.lists_of(tags, |tag| ask(tag).named("with_blocked", true))
    }

    /// A list about each tag. Tags that the hub does not know are an error naming all of them.
    fn lists_of<T: FromWire>(&self, tags: &[TagName], ask: impl Fn(&str) -> Ask) -> Result<Vec<Vec<T>>> {
        let method = ask("").method().to_owned();
        let answers = self.get_all::<List<T>>(tags.iter().map(|tag| ask(tag.as_str())))?;
        let doubtful = |(tag, answer): (&TagName, &Result<_, Fault>)| match answer {
            Err(fault) if fault.code == Fault::GENERIC => Some(tag.clone()),
            _ => None,
        };
        let doubtful: Vec<TagName> = tags.iter().zip(&answers).filter_map(doubtful).collect();
        let found = self.settings_of(&doubtful)?;
        let unknown: Vec<&str> =
            doubtful.iter().zip(found).filter(|(_, found)| found.is_none()).map(|(tag, _)| tag.as_str()).collect();
        if !unknown.is_empty() {
            return Err(self.unknown("tag", &unknown));
        }
        let listed = |(answer, tag): (Result<_, Fault>, &TagName)| match answer {
            Ok(list) => self.all(&method, list),
            Err(fault) => Err(self.faulted(&format!("{method} of {tag}"), &fault)),
        };
        answers.into_iter().zip(tags).map(listed).collect()
    }

    /// koji takes numbers of tags only, so names are looked up first.
    pub(super) fn targets_of(&self, query: &TargetQuery) -> Result<Vec<Target>> {
        const METHOD: &str = "getBuildTargets";
        let named: Vec<TagName> = query.build_tag.iter().chain(&query.dest_tag).cloned().collect();
        let found = self.settings_of(&named)?;
        let unknown: Vec<&str> =
            named.iter().zip(&found).filter(|(_, found)| found.is_none()).map(|(tag, _)| tag.as_str()).collect();
        if !unknown.is_empty() {
            return Err(self.unknown("tag", &unknown));
        }
        let mut ids = found.into_iter().flatten().map(|tag| tag.id);
        let build_tag = query.build_tag.as_ref().and_then(|_| ids.next());
        let dest_tag = query.dest_tag.as_ref().and_then(|_| ids.next());
        let ask = Ask::new(METHOD).maybe("buildTagID", build_tag).maybe("destTagID", dest_tag);
        let mut targets = self.all(METHOD, self.get::<List<Target>>(ask)?)?;
        targets.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(targets)
    }

    pub(super) fn targets_named(&self, names: &[TargetName]) -> Result<Vec<Option<Target>>> {
        const METHOD: &str = "getBuildTarget";
        let asks = names.iter().map(|name| Ask::new(METHOD).arg(name.as_str()));
        let answers = self.get_all::<Option<One<Target>>>(asks)?;
        let found = |(answer, name): (Result<_, Fault>, &TargetName)| -> Result<_> {
            match answer {
                Ok(found) => self.one(METHOD, found),
                Err(fault) => Err(self.faulted(&format!("{METHOD} of {name}"), &fault)),
            }
        };
        answers.into_iter().zip(names).map(found).collect()
    }
}
