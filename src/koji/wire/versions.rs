// SPDX-License-Identifier: GPL-3.0-or-later
//! Rows of `queryHistory` about how tags are set up.

use super::super::versions::{Extra, TagConfig, TagHistory, Version};
use super::{FromWire, List};
use crate::names::EventId;
use serde::Deserialize;

/// When a row begins and ends, and who did that.
#[derive(Deserialize)]
struct Span {
    create_event: u64,
    creator_name: Option<String>,
    revoke_event: Option<u64>,
    revoker_name: Option<String>,
}

impl Span {
    fn of<T>(self, value: T) -> Version<T> {
        Version {
            value,
            created: EventId(self.create_event),
            creator: self.creator_name.unwrap_or_default(),
            revoked: self.revoke_event.map(EventId),
            revoker: self.revoker_name,
        }
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

/// The tables about a tag.
#[derive(Deserialize)]
pub(in crate::koji) struct TagVersions {
    tag_config: List<Version<TagConfig>>,
    tag_extra: List<Version<(String, Extra)>>,
}

/// A hub does not order rows.
pub(in crate::koji) fn one_tag(versions: TagVersions) -> Result<TagHistory, String> {
    let mut config = versions.tag_config.all()?;
    config.sort_by_key(|version| version.created);
    let mut extra = versions.tag_extra.all()?;
    extra.sort_by_key(|version| version.created);
    Ok(TagHistory { config, extra })
}
