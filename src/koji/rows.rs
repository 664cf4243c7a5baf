// SPDX-License-Identifier: GPL-3.0-or-later
//! The rows of the hub's history, its `queryHistory`: what is and was in tags, on their lists, and how tags and targets
//! are and were set up.

use super::encode::Ask;
use super::hub::Hub;
use super::wire::{
    BelongingVersions, Happened, History, Listed, TagVersions, TargetVersions, belongings, fold_entries, one_tag,
    one_target,
};
use super::{
    Belongings, Fault, HistoryEvent, HistoryKind, HistoryQuery, Reader, Rows, TagHistory, TagRow, TargetHistory,
};
use crate::Result;
use crate::names::{Nvr, PackageName, TagName, TargetName};
use serde::de::DeserializeOwned;
use std::fmt::Display;

const METHOD: &str = "queryHistory";

/// Builds in a tag.
type Tagging = History<TagRow, Listed>;

/// The question for the rows of builds in a tag.
fn tagging(tag: &TagName) -> Ask {
    Ask::new(METHOD).named("tables", ["tag_listing"].as_slice()).named("tag", tag.as_str())
}

impl Hub {
    pub(super) fn rows_in_tag(&self, tag: &TagName, which: &Rows) -> Result<Vec<TagRow>> {
        let ask = tagging(tag)
            .maybe("package", which.package.as_ref().map(PackageName::as_str))
            .maybe("active", which.active_only.then_some(true))
            .maybe("afterEvent", which.after.map(|event| event.0));
        let history = self.ask::<Tagging>(ask)?;
        self.sorted(history.map_err(|fault| self.blamed(METHOD, &fault, Some(tag), which.package.as_ref()))?)
    }

    pub(super) fn rows_of_tags(&self, tags: &[TagName], active_only: bool) -> Result<Vec<Vec<TagRow>>> {
        let asks = tags.iter().map(|tag| tagging(tag).maybe("active", active_only.then_some(true)));
        let answers = self.get_all::<Tagging>(asks)?.into_iter().zip(tags);
        let rows = answers
            .map(|(answer, tag)| self.sorted(answer.map_err(|fault| self.blamed(METHOD, &fault, Some(tag), None))?));
        rows.collect()
    }

    pub(super) fn rows_of_packages(&self, tag: &TagName, packages: &[PackageName]) -> Result<Vec<Vec<TagRow>>> {
        let asks = packages.iter().map(|package| tagging(tag).named("package", package.as_str()).named("active", true));
        let answers = self.get_all::<Tagging>(asks)?;
        let doubtful = |(package, answer): (&PackageName, &Result<_, Fault>)| match answer {
            Err(fault) if fault.code == Fault::GENERIC => Some(package.clone()),
            _ => None,
        };
        let doubtful: Vec<_> = packages.iter().zip(&answers).filter_map(doubtful).collect();
        if !doubtful.is_empty() {
            self.all_known(tag, &doubtful)?;
        }
        let rows = answers.into_iter().map(|answer| self.sorted(answer.map_err(|fault| self.faulted(METHOD, &fault))?));
        rows.collect()
    }

    /// Oldest create event first.
    fn sorted(&self, history: Tagging) -> Result<Vec<TagRow>> {
        let mut rows = self.all(METHOD, history.tag_listing)?;
        rows.sort_by_key(|row| (row.created, row.id));
        Ok(rows)
    }

    pub(super) fn histories_of(&self, tags: &[TagName]) -> Result<Vec<TagHistory>> {
        self.versions_of_tags::<TagVersions, _>(tags, &["tag_config", "tag_extra", "tag_inheritance"], one_tag)
    }

    pub(super) fn belongings_of(&self, tags: &[TagName]) -> Result<Vec<Belongings>> {
        let tables = ["group_config", "group_package_listing", "tag_external_repos"];
        self.versions_of_tags::<BelongingVersions, _>(tags, &tables, |_, versions| belongings(versions))
    }

    fn versions_of_tags<W: DeserializeOwned, T: Default>(
        &self,
        tags: &[TagName],
        tables: &[&str],
        read: impl Fn(&TagName, W) -> Result<T, String>,
    ) -> Result<Vec<T>> {
        let ask = |tag: &TagName| Ask::new(METHOD).named("tables", tables).named("tag", tag.as_str());
        self.versions_of(tags, ask, read, |tag| Ok(self.tag(tag)?.is_some()))
    }

    pub(super) fn histories_of_targets(&self, targets: &[TargetName]) -> Result<Vec<TargetHistory>> {
        let tables = ["build_target_config"];
        let ask = |name: &TargetName| {
            Ask::new(METHOD).named("tables", tables.as_slice()).named("build_target", name.as_str())
        };
        let read = |_: &TargetName, versions: TargetVersions| one_target(versions);
        let is_known =
            |name: &TargetName| Ok(self.targets_by_name(std::slice::from_ref(name))?.iter().any(Option::is_some));
        self.versions_of(targets, ask, read, is_known)
    }

    /// What each of `names` was and is, in the order asked for; nothing of one that never was.
    fn versions_of<N: Display, W: DeserializeOwned, T: Default>(
        &self,
        names: &[N],
        ask: impl Fn(&N) -> Ask,
        read: impl Fn(&N, W) -> Result<T, String>,
        is_known: impl Fn(&N) -> Result<bool>,
    ) -> Result<Vec<T>> {
        let answers = self.get_all::<W>(names.iter().map(ask))?.into_iter().zip(names);
        let versions = answers.map(|(answer, name)| match answer {
            Ok(versions) => read(name, versions).map_err(|why| self.misnamed(METHOD, &why)),
            Err(fault) if fault.code == Fault::GENERIC && !is_known(name)? => Ok(T::default()),
            Err(fault) => Err(self.faulted(&format!("{METHOD} of {name}"), &fault)),
        });
        versions.collect()
    }

    pub(super) fn history_of(&self, query: &HistoryQuery) -> Result<Vec<HistoryEvent>> {
        // Package lists know no builds.
        let tables: &[&str] = match query.build {
            Some(_) => &["tag_listing"],
            None => &["tag_listing", "tag_packages"],
        };
        let ask = Ask::new(METHOD)
            .named("tables", tables)
            .maybe("tag", query.tag.as_ref().map(TagName::as_str))
            .maybe("package", query.package.as_ref().map(PackageName::as_str))
            .maybe("build", query.build.as_ref().map(Nvr::as_str))
            .maybe("afterEvent", query.after.map(|event| event.0));
        let history = match self.ask::<History<Happened, Listed>>(ask)? {
            Ok(history) => history,
            Err(fault) => {
                if let Some(nvr) = &query.build
                    && fault.code == Fault::GENERIC
                    && self.builds(std::slice::from_ref(nvr))?.iter().all(Option::is_none)
                {
                    return Err(self.unknown("build", &[nvr.as_str()]));
                }
                let (tag, package) = (query.tag.as_ref(), query.package.as_ref());
                return Err(self.blamed(METHOD, &fault, tag, package));
            }
        };
        let builds = self.all(METHOD, history.tag_listing)?;
        let packages = self.all(METHOD, history.tag_packages)?;
        let mut events: Vec<HistoryEvent> = builds
            .into_iter()
            .flat_map(|row| row.0)
            .chain(packages.into_iter().flat_map(|row| row.0))
            // A row that was revoked after the event was often created before it.
            .filter(|event| query.after.is_none_or(|after| event.event > after))
            .collect();
        // Of a retagging, which has one number, the end comes before the new beginning.
        events.sort_by_key(|event| (event.event, event.kind != HistoryKind::Untagged));
        Ok(fold_entries(events))
    }

    /// An error that names the tag, or all the packages, that the hub does not know.
    fn all_known(&self, tag: &TagName, packages: &[PackageName]) -> Result<()> {
        if self.tag(tag)?.is_none() {
            return Err(self.unknown("tag", &[tag.as_str()]));
        }
        let names: Vec<&PackageName> = packages.iter().collect();
        let known = self.knows_packages(&names)?;
        let unknown = |(package, known): (&'_ PackageName, bool)| (!known).then(|| package.to_string());
        let unknown: Vec<String> = packages.iter().zip(known).filter_map(unknown).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let unknown: Vec<&str> = unknown.iter().map(String::as_str).collect();
        Err(self.unknown("package", &unknown))
    }
}
