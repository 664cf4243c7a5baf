// SPDX-License-Identifier: GPL-3.0-or-later
//! What came into a tag with the copying that made it: what its source had in that event.

use super::undo::UndoRun;
use crate::Result;
use crate::koji::{Group, Reader, Rows, TagHistory};
use crate::names::{BuildId, EventId, PackageName, TagName};
use crate::plan::{KojiChange, TagChange};
use std::collections::BTreeSet;

/// The contents of a copy. A later run of the same user is told from it by these alone.
#[derive(Debug, Default)]
pub(super) struct Copied {
    pub builds: BTreeSet<BuildId>,
    pub packages: BTreeSet<PackageName>,
    pub groups: Vec<Group>,
}

impl Copied {
    fn of(source: &TagName, event: EventId, koji: &dyn Reader) -> Result<Self> {
        let now = koji.tag_rows(source, &Rows { active_only: true, ..Rows::default() })?;
        let since = koji.tag_rows(source, &Rows { after: Some(event), ..Rows::default() })?;
        let held = now.into_iter().chain(since.into_iter().filter(|row| !row.active()));
        let builds = held.filter(|row| row.created <= event).map(|row| row.id).collect();
        let packages = koji.package_list_at(source, event)?.into_iter().map(|entry| entry.package).collect();
        Ok(Self { builds, packages, groups: koji.group_list(source, Some(event))? })
    }

    /// Whether it came with a group, or with a package in one.
    pub fn group(&self, group: &str, package: Option<&str>) -> bool {
        let came = self.groups.iter().find(|came| came.name == group);
        came.is_some_and(|came| package.is_none_or(|package| came.packages.iter().any(|came| came.name == package)))
    }
}

impl UndoRun {
    /// What came into `tag` with its making; nothing, if it was not made as a copy.
    pub(super) fn copied(&self, tag: &TagName, history: &TagHistory, koji: &dyn Reader) -> Result<Copied> {
        let copy = self.done.iter().find_map(|change| match change {
            KojiChange::Tag(TagChange::SnapshotTag { tag: of, source, event, .. }) if of == tag => {
                Some((source, event.or_else(|| history.made().map(|(event, _)| event))?))
            }
            _ => None,
        });
        copy.map_or_else(|| Ok(Copied::default()), |(source, event)| Copied::of(source, event, koji))
    }
}
