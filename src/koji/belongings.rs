// SPDX-License-Identifier: GPL-3.0-or-later
//! The groups of tags and what they draw from elsewhere, as they were and are: rows that a hub ends and begins.

use super::encode::Ask;
use super::hub::Hub;
use super::settings::{Group, GroupPackage, GroupSettings, RepoLink};
use super::versions::{Present, Version, last};
use super::wire::List;
use crate::Result;
use crate::names::{EventId, TagName};

/// A tag's own entry for a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupEntry {
    /// The group's name.
    pub name: String,
    /// Whether the tag keeps it out, also where it inherits it.
    pub blocked: bool,
    /// What it is set to.
    pub settings: GroupSettings,
}

/// A tag's own entry for a package in a group, whether the tag has the group or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupPackageEntry {
    /// The group's name.
    pub group: String,
    /// Whether the tag keeps it out, also where it inherits it.
    pub blocked: bool,
    /// The package.
    pub package: GroupPackage,
}

/// All that a tag's groups and external repositories were and are, each list oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Belongings {
    /// Its entries for groups.
    pub groups: Vec<Version<GroupEntry>>,
    /// Its entries for packages in groups.
    pub packages: Vec<Version<GroupPackageEntry>>,
    /// Its links to external repositories.
    pub repos: Vec<Version<RepoLink>>,
}

impl Belongings {
    /// The tag's own entry for a group, and who made or ended it.
    pub fn group(&self, name: &str) -> Present<Option<&GroupEntry>> {
        last(self.groups.iter().filter(|version| version.value.name == name))
    }

    /// The tag's own entry for a package in a group, and who made or ended it.
    pub fn package(&self, group: &str, name: &str) -> Present<Option<&GroupPackageEntry>> {
        let that = |entry: &GroupPackageEntry| entry.group == group && entry.package.name == name;
        last(self.packages.iter().filter(|version| that(&version.value)))
    }

    /// The link to an external repository, and who made or ended it.
    pub fn repo(&self, name: &str) -> Present<Option<&RepoLink>> {
        last(self.repos.iter().filter(|version| version.value.name == name))
    }
}

impl Hub {
    /// koji: see [`Reader::group_list`](super::Reader::group_list).
    pub(super) fn group_list_of(&self, tag: &TagName, event: Option<EventId>) -> Result<Vec<Group>> {
        const METHOD: &str = "getTagGroups";
        let ask = Ask::new(METHOD).arg(tag.as_str()).maybe("event", event.map(|event| event.0));
        let answer = self.get::<List<Group>>(ask)?;
        let mut groups = self.all(METHOD, answer)?;
        groups.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(groups)
    }
}
