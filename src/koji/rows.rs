// SPDX-License-Identifier: GPL-3.0-or-later
//! The rows of the hub's history: what is and was in tags and on their lists.

use super::encode::Ask;
use super::hub::Hub;
use super::wire::{Happened, History, Listed, fold_entries};
use super::{Fault, HistoryEvent, HistoryKind, HistoryQuery, Reader, Rows, TagRow};
use crate::Result;
use crate::names::{Nvr, PackageName, TagName};

impl Hub {
    pub(super) fn rows_in_tag(&self, tag: &TagName, which: &Rows) -> Result<Vec<TagRow>> {
        const METHOD: &str = "queryHistory";
        let ask = Ask::new(METHOD)
            .named("tables", ["tag_listing"].as_slice())
            .named("tag", tag.as_str())
            .maybe("package", which.package.as_ref().map(PackageName::as_str))
            .maybe("active", which.active_only.then_some(true))
            .maybe("afterEvent", which.after.map(|event| event.0));
        let history = match self.ask::<History<TagRow, Listed>>(ask)? {
            Ok(history) => history,
            Err(fault) => {
                return Err(self.blamed(METHOD, &fault, Some(tag), which.package.as_ref()));
            }
        };
        let mut rows = self.all(METHOD, history.tag_listing)?;
        rows.sort_by_key(|row| (row.created, row.id));
        Ok(rows)
    }

    pub(super) fn rows_of_packages(&self, tag: &TagName, packages: &[PackageName]) -> Result<Vec<Vec<TagRow>>> {
        const METHOD: &str = "queryHistory";
        let asks = packages.iter().map(|package| {
            Ask::new(METHOD)
                .named("tables", ["tag_listing"].as_slice())
                .named("tag", tag.as_str())
                .named("package", package.as_str())
                .named("active", true)
        });
        let answers = self.get_all::<History<TagRow, Listed>>(asks)?;
        let doubtful = |(package, answer): (&PackageName, &Result<_, Fault>)| match answer {
            Err(fault) if fault.code == Fault::GENERIC => Some(package.clone()),
            _ => None,
        };
        let doubtful: Vec<_> = packages.iter().zip(&answers).filter_map(doubtful).collect();
        if !doubtful.is_empty() {
            self.all_known(tag, &doubtful)?;
        }
        answers
            .into_iter()
            .map(|answer| {
                let history = answer.map_err(|fault| self.faulted(METHOD, &fault))?;
                let mut rows = self.all(METHOD, history.tag_listing)?;
                rows.sort_by_key(|row| (row.created, row.id));
                Ok(rows)
            })
            .collect()
    }

    pub(super) fn history_of(&self, query: &HistoryQuery) -> Result<Vec<HistoryEvent>> {
        const METHOD: &str = "queryHistory";
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
