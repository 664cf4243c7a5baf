// SPDX-License-Identifier: GPL-3.0-or-later
//! Rows of `queryHistory` about the groups and external repositories of tags.

use super::super::belongings::{Belongings, GroupEntry, GroupPackageEntry};
use super::super::settings::RepoLink;
use super::super::versions::Version;
use super::settings::{GroupPackageWire, GroupSettingsWire};
use super::versions::Span;
use super::{FromWire, List};
use serde::Deserialize;

#[derive(Deserialize)]
pub(in crate::koji) struct GroupEntryWire {
    #[serde(flatten)]
    span: Span,
    #[serde(rename = "group.name")]
    name: String,
    blocked: Option<bool>,
    #[serde(flatten)]
    settings: GroupSettingsWire,
}

impl FromWire for Version<GroupEntry> {
    type Wire = GroupEntryWire;

    fn from_wire(wire: GroupEntryWire) -> Result<Self, String> {
        let GroupEntryWire { span, name, blocked, settings } = wire;
        let settings = settings.of(&name);
        Ok(span.of(GroupEntry { name, blocked: blocked.unwrap_or_default(), settings }))
    }
}

#[derive(Deserialize)]
pub(in crate::koji) struct GroupPackageEntryWire {
    #[serde(flatten)]
    span: Span,
    #[serde(rename = "group.name")]
    group: String,
    blocked: Option<bool>,
    #[serde(flatten)]
    package: GroupPackageWire,
}

impl FromWire for Version<GroupPackageEntry> {
    type Wire = GroupPackageEntryWire;

    fn from_wire(wire: GroupPackageEntryWire) -> Result<Self, String> {
        let GroupPackageEntryWire { span, group, blocked, package } = wire;
        Ok(span.of(GroupPackageEntry { group, blocked: blocked.unwrap_or_default(), package: package.into() }))
    }
}

#[derive(Deserialize)]
pub(in crate::koji) struct RepoLinkWire {
    #[serde(flatten)]
    span: Span,
    #[serde(rename = "external_repo.name")]
    name: String,
    priority: i64,
    merge_mode: Option<String>,
    /// Missing at hubs older than 1.28.
    #[serde(default)]
    arches: Option<String>,
}

impl FromWire for Version<RepoLink> {
    type Wire = RepoLinkWire;

    fn from_wire(wire: RepoLinkWire) -> Result<Self, String> {
        let RepoLinkWire { span, name, priority, merge_mode, arches } = wire;
        let merge_mode = merge_mode.unwrap_or_else(|| "koji".to_owned());
        Ok(span.of(RepoLink { name, priority, merge_mode, arches }))
    }
}

/// The tables about groups and external repositories.
#[derive(Deserialize)]
pub(in crate::koji) struct BelongingVersions {
    group_config: List<Version<GroupEntry>>,
    group_package_listing: List<Version<GroupPackageEntry>>,
    tag_external_repos: List<Version<RepoLink>>,
}

/// A hub does not order rows.
pub(in crate::koji) fn belongings(versions: BelongingVersions) -> Result<Belongings, String> {
    fn sorted<T>(list: List<Version<T>>) -> Result<Vec<Version<T>>, String>
    where
        Version<T>: FromWire,
    {
        let mut versions = list.all()?;
        versions.sort_by_key(|version| (version.created, version.revoked.is_none()));
        Ok(versions)
    }
    Ok(Belongings {
        groups: sorted(versions.group_config)?,
        packages: sorted(versions.group_package_listing)?,
        repos: sorted(versions.tag_external_repos)?,
    })
}
