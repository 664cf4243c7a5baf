// SPDX-License-Identifier: GPL-3.0-or-later
//! Rows of `queryHistory`.

use super::super::facts::{HistoryEvent, HistoryKind, TagRow};
use super::{FromWire, List, build_state, id, name, nvr};
use crate::names::{BuildId, EventId, PackageName};
use serde::Deserialize;
use std::collections::HashMap;

/// `queryHistory`'s answer; tables that were not asked for are missing.
#[derive(Debug, Deserialize)]
#[serde(bound = "B: FromWire, P: FromWire")]
pub(in crate::koji) struct History<B, P> {
    #[serde(default)]
    pub tag_listing: List<B>,
    #[serde(default)]
    pub tag_packages: List<P>,
}

#[derive(Deserialize)]
pub(in crate::koji) struct TagRowWire {
    build_id: u64,
    #[serde(rename = "build.state")]
    state: i64,
    name: String,
    version: String,
    release: String,
    epoch: Option<u64>,
    #[serde(rename = "tag.name")]
    tag: String,
    active: Option<bool>,
    create_event: u64,
    create_ts: Option<f64>,
    creator_name: Option<String>,
    revoke_event: Option<u64>,
    revoke_ts: Option<f64>,
    revoker_name: Option<String>,
}

impl FromWire for TagRow {
    type Wire = TagRowWire;

    fn from_wire(wire: TagRowWire) -> Result<Self, String> {
        let nvr = nvr(&wire.name, &wire.version, &wire.release)?;
        Ok(Self {
            id: BuildId(id(wire.build_id, "build id")?),
            state: build_state(wire.state, nvr.as_str())?,
            nvr,
            epoch: wire.epoch,
            created: EventId(wire.create_event),
            creator: wire.creator_name.unwrap_or_default(),
            revoked: wire.revoke_event.map(EventId),
            revoker: wire.revoker_name,
            changed_at: wire.revoke_ts.or(wire.create_ts).unwrap_or_default(),
        })
    }
}

/// What a row of a history tells: that something began, and maybe that it ended.
#[derive(Debug)]
pub(in crate::koji) struct Happened(pub Vec<HistoryEvent>);

impl FromWire for Happened {
    type Wire = TagRowWire;

    fn from_wire(wire: TagRowWire) -> Result<Self, String> {
        let subject = nvr(&wire.name, &wire.version, &wire.release)?.to_string();
        let active = wire.active.unwrap_or_default();
        let mut events = vec![HistoryEvent {
            event: EventId(wire.create_event),
            at: wire.create_ts.unwrap_or_default(),
            kind: HistoryKind::Tagged,
            tag: name(&wire.tag)?,
            subject: subject.clone(),
            by: wire.creator_name,
            active,
        }];
        if let Some(event) = wire.revoke_event {
            events.push(HistoryEvent {
                event: EventId(event),
                at: wire.revoke_ts.unwrap_or_default(),
                kind: HistoryKind::Untagged,
                tag: name(&wire.tag)?,
                subject,
                by: wire.revoker_name,
                active: false,
            });
        }
        Ok(Self(events))
    }
}

/// The same for rows of package lists.
#[derive(Debug)]
pub(in crate::koji) struct Listed(pub Vec<HistoryEvent>);

#[derive(Deserialize)]
pub(in crate::koji) struct ListedWire {
    #[serde(rename = "package.name")]
    package: String,
    #[serde(rename = "tag.name")]
    tag: String,
    blocked: bool,
    active: Option<bool>,
    create_event: u64,
    create_ts: Option<f64>,
    creator_name: Option<String>,
    revoke_event: Option<u64>,
    revoke_ts: Option<f64>,
    revoker_name: Option<String>,
}

impl FromWire for Listed {
    type Wire = ListedWire;

    fn from_wire(wire: ListedWire) -> Result<Self, String> {
        let subject = name::<PackageName>(&wire.package)?.to_string();
        let (began, ended) = if wire.blocked {
            (HistoryKind::PackageBlocked, HistoryKind::PackageUnblocked)
        } else {
            (HistoryKind::PackageAdded, HistoryKind::PackageRemoved)
        };
        let mut events = vec![HistoryEvent {
            event: EventId(wire.create_event),
            at: wire.create_ts.unwrap_or_default(),
            kind: began,
            tag: name(&wire.tag)?,
            subject: subject.clone(),
            by: wire.creator_name,
            active: wire.active.unwrap_or_default(),
        }];
        if let Some(event) = wire.revoke_event {
            events.push(HistoryEvent {
                event: EventId(event),
                at: wire.revoke_ts.unwrap_or_default(),
                kind: ended,
                tag: name(&wire.tag)?,
                subject,
                by: wire.revoker_name,
                active: false,
            });
        }
        Ok(Self(events))
    }
}

/// One thing for each change of a package list.
///
/// A hub changes an entry by ending its row and beginning another under the same event. Told row by
/// row, every block would be a removal as well, and every unblock an addition.
pub(in crate::koji) fn fold_entries(events: Vec<HistoryEvent>) -> Vec<HistoryEvent> {
    let mut folded: Vec<HistoryEvent> = Vec::with_capacity(events.len());
    let mut seen: HashMap<_, usize> = HashMap::new();
    for event in events {
        if !event.kind.is_of_package_list() {
            folded.push(event);
            continue;
        }
        let key = (event.event, event.tag.clone(), event.subject.clone());
        if let Some(other) = seen.get(&key).and_then(|at| folded.get_mut(*at)) {
            other.kind = both(other.kind, event.kind);
            other.active |= event.active;
        } else {
            seen.insert(key, folded.len());
            folded.push(event);
        }
    }
    folded
}

/// What the end of one row and the beginning of another, in either order, are together.
fn both(one: HistoryKind, other: HistoryKind) -> HistoryKind {
    use HistoryKind::{PackageAdded, PackageBlocked, PackageChanged, PackageRemoved, PackageUnblocked};
    match (one, other) {
        (PackageRemoved, PackageBlocked) | (PackageBlocked, PackageRemoved) => PackageBlocked,
        (PackageUnblocked, PackageAdded) | (PackageAdded, PackageUnblocked) => PackageUnblocked,
        // Blocked or not as before: other arches.
        _ => PackageChanged,
    }
}
