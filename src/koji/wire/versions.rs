// SPDX-License-Identifier: GPL-3.0-or-later
//! Rows of `queryHistory` about how tags are set up.

use super::super::facts::Owned;
use super::super::settings::ParentLink;
use super::super::versions::{Extra, TagConfig, TagHistory, TargetHistory, TargetTags, Version};
use super::{FromWire, List, id, name};
use crate::names::{EventId, TagName, UserName};
use serde::Deserialize;

/// When a row begins and ends, and who did that.
#[derive(Deserialize)]
pub(super) struct Span {
    create_event: u64,
    create_ts: Option<f64>,
    creator_name: Option<String>,
    revoke_event: Option<u64>,
    revoker_name: Option<String>,
}

impl Span {
    pub(super) fn of<T>(self, value: T) -> Version<T> {
        Version {
            value,
            created: EventId(self.create_event),
            began: self.create_ts.unwrap_or_default(),
            creator: self.creator_name.unwrap_or_default(),
            revoked: self.revoke_event.map(EventId),
            revoker: self.revoker_name,
        }
    }
}

/// Who owned packages.
#[derive(Debug, Deserialize)]
pub(in crate::koji) struct Owners {
    #[serde(default)]
    pub tag_package_owners: List<Version<Owned>>,
}

#[derive(Deserialize)]
pub(in crate::koji) struct OwnedWire {
    #[serde(flatten)]
    span: Span,
    #[serde(rename = "package.name")]
    package: String,
    #[serde(rename = "owner.name")]
    owner: String,
}

impl FromWire for Version<Owned> {
    type Wire = OwnedWire;

    fn from_wire(wire: OwnedWire) -> Result<Self, String> {
        let owner = UserName::of_hub(&wire.owner).map_err(|why| why.to_string())?;
        let owned = Owned { package: name(&wire.package)?, owner };
        Ok(wire.span.of(owned))
    }
}

#[derive(Deserialize)]
pub(in crate::koji) struct ConfigWire {
    #[serde(flatten)]
    span: Span,
    locked: Option<bool>,
    #[serde(rename = "permission.name")]
    perm: Option<String>,
    arches: Option<String>,
}

impl FromWire for Version<TagConfig> {
    type Wire = ConfigWire;

    fn from_wire(wire: ConfigWire) -> Result<Self, String> {
        let ConfigWire { span, locked, perm, arches } = wire;
        Ok(span.of(TagConfig { locked: locked.unwrap_or_default(), perm, arches }))
    }
}

#[derive(Deserialize)]
pub(in crate::koji) struct ExtraWire {
    #[serde(flatten)]
    span: Span,
    key: String,
    /// As it is stored: JSON in a text, nothing if the setting is blocked.
    value: Option<String>,
}

impl FromWire for Version<(String, Extra)> {
    type Wire = ExtraWire;

    fn from_wire(wire: ExtraWire) -> Result<Self, String> {
        let value = match &wire.value {
            None => Extra::Blocked,
            Some(text) => {
                Extra::Value(serde_json::from_str(text).map_err(|_| format!("extra {} is no JSON", wire.key))?)
            }
        };
        Ok(wire.span.of((wire.key, value)))
    }
}

/// A link, with the child it belongs to.
#[derive(Deserialize)]
pub(in crate::koji) struct LinkWire {
    #[serde(flatten)]
    span: Span,
    #[serde(rename = "tag.name")]
    child: String,
    #[serde(rename = "parent.name")]
    parent: String,
    parent_id: u64,
    priority: i64,
    maxdepth: Option<i64>,
    intransitive: bool,
    noconfig: bool,
    pkg_filter: Option<String>,
}

impl FromWire for Version<(TagName, ParentLink)> {
    type Wire = LinkWire;

    fn from_wire(wire: LinkWire) -> Result<Self, String> {
        let link = ParentLink {
            parent: name(&wire.parent)?,
            parent_id: Some(id(wire.parent_id, "tag id")?),
            priority: wire.priority,
            maxdepth: wire.maxdepth,
            intransitive: wire.intransitive,
            noconfig: wire.noconfig,
            pkg_filter: wire.pkg_filter.unwrap_or_default(),
        };
        Ok(wire.span.of((name(&wire.child)?, link)))
    }
}

#[derive(Deserialize)]
pub(in crate::koji) struct TargetTagsWire {
    #[serde(flatten)]
    span: Span,
    #[serde(rename = "build_tag.name")]
    build_tag: String,
    #[serde(rename = "dest_tag.name")]
    dest_tag: String,
}

impl FromWire for Version<TargetTags> {
    type Wire = TargetTagsWire;

    fn from_wire(wire: TargetTagsWire) -> Result<Self, String> {
        let tags = TargetTags { build_tag: name(&wire.build_tag)?, dest_tag: name(&wire.dest_tag)? };
        Ok(wire.span.of(tags))
    }
}

/// The table about a target.
#[derive(Deserialize)]
pub(in crate::koji) struct TargetVersions {
    build_target_config: List<Version<TargetTags>>,
}

pub(in crate::koji) fn one_target(versions: TargetVersions) -> Result<TargetHistory, String> {
    let mut history = versions.build_target_config.all()?;
    history.sort_by_key(|version| (version.created, version.revoked.is_none()));
    Ok(history)
}

/// The tables about a tag.
#[derive(Deserialize)]
pub(in crate::koji) struct TagVersions {
    tag_config: List<Version<TagConfig>>,
    tag_extra: List<Version<(String, Extra)>>,
    tag_inheritance: List<Version<(TagName, ParentLink)>>,
}

/// A hub does not order rows, and tells those of children too.
pub(in crate::koji) fn one_tag(tag: &TagName, versions: TagVersions) -> Result<TagHistory, String> {
    let mut config = versions.tag_config.all()?;
    config.sort_by_key(|version| (version.created, version.revoked.is_none()));
    let mut extra = versions.tag_extra.all()?;
    extra.sort_by_key(|version| (version.created, version.revoked.is_none()));
    let mut links = versions.tag_inheritance.all()?;
    links.sort_by_key(|version| (version.created, version.revoked.is_none()));
    let (own, below): (Vec<_>, Vec<_>) = links.into_iter().partition(|version| version.value.0 == *tag);
    let parents = own.into_iter().map(|version| version.map(|(_, link)| link)).collect();
    let children = below.into_iter().map(|version| version.map(|(child, _)| child)).collect();
    Ok(TagHistory { config, extra, parents, children })
}
