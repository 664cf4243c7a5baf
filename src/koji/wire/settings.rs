// SPDX-License-Identifier: GPL-3.0-or-later
//! How tags and targets are set up, field by field.

use super::super::settings::{
    ExternalRepo, Group, GroupPackage, GroupSettings, ParentLink, SideTag, TagSettings, Target,
};
use super::{FromWire, id, name};
use crate::names::UserName;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Deserialize)]
pub(in crate::koji) struct TagSettingsWire {
    id: u64,
    name: String,
    locked: bool,
    perm: Option<String>,
    arches: Option<String>,
    extra: BTreeMap<String, Value>,
}

impl FromWire for TagSettings {
    type Wire = TagSettingsWire;

    fn from_wire(wire: TagSettingsWire) -> Result<Self, String> {
        Ok(Self {
            id: id(wire.id, "tag id")?,
            name: name(&wire.name)?,
            locked: wire.locked,
            perm: wire.perm,
            arches: wire.arches,
            extra: wire.extra,
        })
    }
}

#[derive(Deserialize)]
pub(in crate::koji) struct ParentLinkWire {
    name: String,
    parent_id: u64,
    priority: i64,
    maxdepth: Option<i64>,
    intransitive: bool,
    noconfig: bool,
    pkg_filter: Option<String>,
}

impl FromWire for ParentLink {
    type Wire = ParentLinkWire;

    fn from_wire(wire: ParentLinkWire) -> Result<Self, String> {
        Ok(Self {
            parent: name(&wire.name)?,
            parent_id: Some(id(wire.parent_id, "tag id")?),
            priority: wire.priority,
            maxdepth: wire.maxdepth,
            intransitive: wire.intransitive,
            noconfig: wire.noconfig,
            pkg_filter: wire.pkg_filter.unwrap_or_default(),
        })
    }
}

#[derive(Deserialize)]
pub(in crate::koji) struct SideTagWire {
    id: u64,
    name: String,
    user_name: Option<String>,
}

impl FromWire for SideTag {
    type Wire = SideTagWire;

    fn from_wire(wire: SideTagWire) -> Result<Self, String> {
        let owner = wire.user_name.and_then(|owner| UserName::of_hub(&owner).ok());
        Ok(Self { id: id(wire.id, "tag id")?, name: name(&wire.name)?, owner })
    }
}

#[derive(Deserialize)]
pub(in crate::koji) struct TargetWire {
    id: u64,
    name: String,
    build_tag_name: String,
    dest_tag_name: String,
}

impl FromWire for Target {
    type Wire = TargetWire;

    fn from_wire(wire: TargetWire) -> Result<Self, String> {
        Ok(Self {
            id: id(wire.id, "target id")?,
            name: name(&wire.name)?,
            build_tag: name(&wire.build_tag_name)?,
            dest_tag: name(&wire.dest_tag_name)?,
        })
    }
}

#[derive(Deserialize)]
pub(in crate::koji) struct GroupWire {
    name: String,
    #[serde(flatten)]
    settings: GroupSettingsWire,
    packagelist: Vec<GroupPackageWire>,
}

/// What a tag sets a group to; rows of its history tell the same.
#[derive(Deserialize)]
pub(super) struct GroupSettingsWire {
    display_name: Option<String>,
    description: Option<String>,
    exported: Option<bool>,
    is_default: Option<bool>,
    uservisible: Option<bool>,
    langonly: Option<String>,
    biarchonly: Option<bool>,
}

impl GroupSettingsWire {
    pub(super) fn of(self, group: &str) -> GroupSettings {
        let Self { display_name, description, exported, is_default, uservisible, langonly, biarchonly } = self;
        let display_name = display_name.unwrap_or_else(|| group.to_owned());
        GroupSettings { display_name, description, exported, is_default, uservisible, langonly, biarchonly }
    }
}

#[derive(Deserialize)]
pub(super) struct GroupPackageWire {
    package: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    basearchonly: Option<bool>,
    requires: Option<String>,
}

impl From<GroupPackageWire> for GroupPackage {
    fn from(wire: GroupPackageWire) -> Self {
        let GroupPackageWire { package, kind, basearchonly, requires } = wire;
        Self { name: package, kind: kind.unwrap_or_default(), basearchonly, requires }
    }
}

impl FromWire for Group {
    type Wire = GroupWire;

    fn from_wire(wire: GroupWire) -> Result<Self, String> {
        let mut packages: Vec<_> = wire.packagelist.into_iter().map(GroupPackage::from).collect();
        packages.sort();
        Ok(Self { settings: wire.settings.of(&wire.name), name: wire.name, packages })
    }
}

#[derive(Deserialize)]
pub(in crate::koji) struct ExternalRepoWire {
    external_repo_id: u64,
    external_repo_name: String,
    url: String,
    priority: i64,
    /// Missing at hubs older than 1.16.
    #[serde(default)]
    merge_mode: Option<String>,
    /// Missing at hubs older than 1.28.
    #[serde(default)]
    arches: Option<String>,
}

impl FromWire for ExternalRepo {
    type Wire = ExternalRepoWire;

    fn from_wire(wire: ExternalRepoWire) -> Result<Self, String> {
        Ok(Self {
            id: id(wire.external_repo_id, "repository id")?,
            name: wire.external_repo_name,
            url: wire.url,
            priority: wire.priority,
            merge_mode: wire.merge_mode.unwrap_or_else(|| "koji".to_owned()),
            arches: wire.arches,
        })
    }
}
