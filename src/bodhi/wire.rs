// SPDX-License-Identifier: GPL-3.0-or-later
//! What Bodhi sends, field by field, and the one place where it becomes flr's own types.

use super::facts::{Record, State, Unreadable};
use crate::names::{NameError, TagName};
use serde::Deserialize;
use serde_json::Value;

/// One page of `/releases/`. The records are looked at one by one: a bad one is that one's matter.
#[derive(Debug, Deserialize)]
pub(super) struct Page {
    pub releases: Vec<Value>,
    pub pages: u64,
    pub total: u64,
}

#[derive(Debug, Deserialize)]
#[serde(expecting = "a record")]
struct ReleaseWire {
    name: String,
    state: String,
    #[serde(default)]
    long_name: Option<String>,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    id_prefix: Option<String>,
    #[serde(default)]
    branch: Option<String>,
    #[serde(default)]
    dist_tag: Option<String>,
    #[serde(default)]
    stable_tag: Option<String>,
    #[serde(default)]
    testing_tag: Option<String>,
    #[serde(default)]
    candidate_tag: Option<String>,
    #[serde(default)]
    pending_signing_tag: Option<String>,
    #[serde(default)]
    pending_testing_tag: Option<String>,
    #[serde(default)]
    pending_stable_tag: Option<String>,
    #[serde(default)]
    override_tag: Option<String>,
    #[serde(default)]
    composed_by_bodhi: Option<bool>,
    #[serde(default)]
    create_automatic_updates: Option<bool>,
    #[serde(default)]
    package_manager: Option<String>,
    #[serde(default)]
    testing_repository: Option<String>,
    #[serde(default)]
    released_on: Option<String>,
    #[serde(default)]
    eol: Option<String>,
}

/// A record, or what is wrong with it.
pub(super) fn record(value: Value) -> Result<Record, Unreadable> {
    let name = value.get("name").and_then(Value::as_str).unwrap_or("(no name)").to_owned();
    let bad = |why: String| Unreadable { name: name.clone(), why };
    let wire: ReleaseWire = serde_json::from_value(value).map_err(|e| bad(e.to_string()))?;
    if wire.name.is_empty() {
        return Err(bad("its name is empty".to_owned()));
    }
    let tag = |field: &str, text: Option<String>| match text.filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => text.parse::<TagName>().map(Some).map_err(|e: NameError| bad(format!("{field}: {e}"))),
    };
    Ok(Record {
        dist_tag: tag("dist_tag", wire.dist_tag)?,
        stable_tag: tag("stable_tag", wire.stable_tag)?,
        testing_tag: tag("testing_tag", wire.testing_tag)?,
        candidate_tag: tag("candidate_tag", wire.candidate_tag)?,
        pending_signing_tag: tag("pending_signing_tag", wire.pending_signing_tag)?,
        pending_testing_tag: tag("pending_testing_tag", wire.pending_testing_tag)?,
        pending_stable_tag: tag("pending_stable_tag", wire.pending_stable_tag)?,
        override_tag: tag("override_tag", wire.override_tag)?,
        long_name: wire.long_name.unwrap_or_else(|| wire.name.clone()),
        name: wire.name,
        version: wire.version.unwrap_or_default(),
        id_prefix: wire.id_prefix.unwrap_or_default(),
        branch: wire.branch.unwrap_or_default(),
        state: Some(State::from(wire.state)),
        composed_by_bodhi: wire.composed_by_bodhi,
        create_automatic_updates: wire.create_automatic_updates,
        package_manager: wire.package_manager,
        testing_repository: wire.testing_repository.filter(|name| !name.is_empty()),
        released_on: wire.released_on,
        eol: wire.eol,
    })
}

/// What Bodhi says instead of an answer.
#[derive(Debug, Deserialize)]
pub(super) struct Refusal {
    errors: Vec<RefusalItem>,
}

#[derive(Debug, Deserialize)]
struct RefusalItem {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    description: Option<String>,
}

impl Refusal {
    /// The first error: those behind it follow from it.
    pub(super) fn words(&self) -> Option<String> {
        let first = self.errors.first()?;
        match (&first.name, &first.description) {
            (Some(name), Some(why)) => Some(format!("{name}: {why}")),
            (None, Some(why)) => Some(why.clone()),
            _ => None,
        }
    }
}
