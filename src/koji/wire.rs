// SPDX-License-Identifier: GPL-3.0-or-later
//! What a hub sends, field by field, and the one place where it becomes flr's own types.

use super::facts::{
    Build, BuildState, HistoryEvent, HistoryKind, PackageEntry, Parent, Tag, TagRow, TaggedBuild,
    Task, TaskResult, TaskState, User,
};
use super::{Fault, SessionId};
use crate::names::{BuildId, EventId, NameError, Nvr, TaskId};
use serde::de::{DeserializeOwned, Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, de};
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;
use zeroize::Zeroizing;

/// Something of flr's that is made of something the hub sends.
pub(super) trait FromWire: Sized {
    type Wire: DeserializeOwned;

    /// `Err` says which word of the hub's is not what it should be.
    fn from_wire(wire: Self::Wire) -> Result<Self, String>;
}

/// A list, made item by item while it is read. What cannot be made is noted, not dropped: one bad
/// name among 24,000 must neither hide the others' names from the message nor pass unnoticed.
#[derive(Debug)]
pub(super) struct List<T> {
    items: Vec<T>,
    bad: Vec<String>,
    bad_count: usize,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            bad: Vec::new(),
            bad_count: 0,
        }
    }
}

impl<T> List<T> {
    /// All items, or the first bad ones by name.
    pub(super) fn all(self) -> Result<Vec<T>, String> {
        const SHOWN: usize = 5;
        if self.bad_count == 0 {
            return Ok(self.items);
        }
        let rest = match self.bad_count.saturating_sub(SHOWN) {
            0 => String::new(),
            rest => format!(" and {rest} more"),
        };
        let shown: Vec<_> = self.bad.into_iter().take(SHOWN).collect();
        Err(format!("{}{rest}", shown.join("; ")))
    }
}

impl<'de, T: FromWire> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Items<T>(PhantomData<T>);

        impl<'de, T: FromWire> Visitor<'de> for Items<T> {
            type Value = List<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<List<T>, A::Error> {
                let mut list = List::default();
                while let Some(wire) = from.next_element()? {
                    match T::from_wire(wire) {
                        Ok(item) => list.items.push(item),
                        Err(why) => {
                            list.bad_count += 1;
                            if list.bad.len() < 8 {
                                list.bad.push(why);
                            }
                        }
                    }
                }
                Ok(list)
            }
        }

        from.deserialize_seq(Items(PhantomData))
    }
}

/// One thing, made like the items of a [`List`].
#[derive(Debug)]
pub(super) struct One<T>(pub Result<T, String>);

impl<'de, T: FromWire> Deserialize<'de> for One<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        T::Wire::deserialize(from).map(|wire| Self(T::from_wire(wire)))
    }
}

/// A multicall's answer to one call: a list of one, or a fault with a third member.
#[derive(Debug)]
pub(super) struct Member<T>(pub Result<T, Fault>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Member<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);

        impl<'de, T: DeserializeOwned> Visitor<'de> for Either<T> {
            type Value = Member<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of one result or a fault")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Member<T>, A::Error> {
                let none = || de::Error::invalid_length(0, &"one result");
                let value = from.next_element()?.ok_or_else(none)?;
                match from.next_element::<de::IgnoredAny>()? {
                    None => Ok(Member(Ok(value))),
                    Some(_) => Err(de::Error::invalid_length(2, &"one result")),
                }
            }

            fn visit_map<A: de::MapAccess<'de>>(self, from: A) -> Result<Member<T>, A::Error> {
                let fault = Fault::deserialize(de::value::MapAccessDeserializer::new(from))?;
                Ok(Member(Err(fault)))
            }
        }

        from.deserialize_any(Either(PhantomData))
    }
}

fn name<T: FromStr<Err = NameError>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|e: NameError| e.to_string())
}

fn id(number: u64, what: &str) -> Result<u64, String> {
    i64::try_from(number)
        .map(|_| number)
        .map_err(|_| format!("{what} {number} is too large"))
}

/// An NVR from its parts, which must be what it falls into again.
fn nvr(name: &str, version: &str, release: &str) -> Result<Nvr, String> {
    let text = format!("{name}-{version}-{release}");
    let nvr: Nvr = self::name(&text)?;
    if nvr.name() != name || nvr.version() != version {
        return Err(format!(
            "\"{}\" does not fall into the name, version and release it has",
            text.escape_debug()
        ));
    }
    Ok(nvr)
}

#[derive(Deserialize)]
pub(super) struct TagWire {
    id: u64,
    name: String,
    locked: bool,
    perm: Option<String>,
    arches: Option<String>,
}

impl FromWire for Tag {
    type Wire = TagWire;

    fn from_wire(wire: TagWire) -> Result<Self, String> {
        Ok(Self {
            id: wire.id,
            name: name(&wire.name)?,
            locked: wire.locked,
            perm: wire.perm,
            arches: wire.arches.unwrap_or_default(),
        })
    }
}

/// Only the name of a tag.
pub(super) struct JustTag(pub crate::names::TagName);

#[derive(Deserialize)]
pub(super) struct JustTagWire {
    name: String,
}

impl FromWire for JustTag {
    type Wire = JustTagWire;

    fn from_wire(wire: JustTagWire) -> Result<Self, String> {
        name(&wire.name).map(Self)
    }
}

#[derive(Deserialize)]
pub(super) struct ParentWire {
    name: String,
    currdepth: u32,
    priority: i64,
}

impl FromWire for Parent {
    type Wire = ParentWire;

    fn from_wire(wire: ParentWire) -> Result<Self, String> {
        Ok(Self {
            name: name(&wire.name)?,
            depth: wire.currdepth,
            priority: wire.priority,
        })
    }
}

#[derive(Deserialize)]
pub(super) struct BuildWire {
    id: u64,
    nvr: String,
    epoch: Option<u64>,
    state: i64,
    owner_name: Option<String>,
    task_id: Option<u64>,
    completion_time: Option<String>,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    volume_name: Option<String>,
}

/// koji numbers the states of builds.
fn build_state(number: i64, nvr: &str) -> Result<BuildState, String> {
    Ok(match number {
        0 => BuildState::Building,
        1 => BuildState::Complete,
        2 => BuildState::Deleted,
        3 => BuildState::Failed,
        4 => BuildState::Canceled,
        other => return Err(format!("{nvr} has the unknown state {other}")),
    })
}

impl FromWire for Build {
    type Wire = BuildWire;

    fn from_wire(wire: BuildWire) -> Result<Self, String> {
        Ok(Self {
            state: build_state(wire.state, &wire.nvr)?,
            id: BuildId(id(wire.id, "build id")?),
            nvr: name(&wire.nvr)?,
            epoch: wire.epoch,
            owner: wire.owner_name.unwrap_or_default(),
            task: wire.task_id.map(TaskId),
            completed: wire.completion_time,
            source: wire.source,
            volume: wire.volume_name.unwrap_or_else(|| "DEFAULT".to_owned()),
        })
    }
}

#[derive(Deserialize)]
pub(super) struct TaggedWire {
    build_id: u64,
    nvr: String,
    epoch: Option<u64>,
    tag_name: String,
    owner_name: Option<String>,
    create_event: u64,
}

impl FromWire for TaggedBuild {
    type Wire = TaggedWire;

    fn from_wire(wire: TaggedWire) -> Result<Self, String> {
        Ok(Self {
            id: BuildId(id(wire.build_id, "build id")?),
            nvr: name(&wire.nvr)?,
            epoch: wire.epoch,
            tag: name(&wire.tag_name)?,
            owner: wire.owner_name.unwrap_or_default(),
            created: EventId(wire.create_event),
        })
    }
}

#[derive(Deserialize)]
pub(super) struct PackageWire {
    package_name: String,
    tag_name: String,
    #[serde(default)]
    owner_name: Option<String>,
    blocked: bool,
    extra_arches: Option<String>,
}

impl FromWire for PackageEntry {
    type Wire = PackageWire;

    fn from_wire(wire: PackageWire) -> Result<Self, String> {
        Ok(Self {
            package: name(&wire.package_name)?,
            tag: name(&wire.tag_name)?,
            owner: wire.owner_name.as_deref().map(name).transpose()?,
            blocked: wire.blocked,
            extra_arches: wire.extra_arches,
        })
    }
}

/// `queryHistory`'s answer; tables that were not asked for are missing.
#[derive(Debug, Deserialize)]
#[serde(bound = "B: FromWire, P: FromWire")]
pub(super) struct History<B, P> {
    #[serde(default)]
    pub tag_listing: List<B>,
    #[serde(default)]
    pub tag_packages: List<P>,
}

#[derive(Deserialize)]
pub(super) struct TagRowWire {
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
pub(super) struct Happened(pub Vec<HistoryEvent>);

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
pub(super) struct Listed(pub Vec<HistoryEvent>);

#[derive(Deserialize)]
pub(super) struct ListedWire {
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
        let subject = name::<crate::names::PackageName>(&wire.package)?.to_string();
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

/// `getLastEvent`.
#[derive(Debug, Deserialize)]
pub(super) struct Event {
    pub id: u64,
}

#[derive(Deserialize)]
pub(super) struct UserWire {
    id: u64,
    name: String,
}

impl FromWire for User {
    type Wire = UserWire;

    fn from_wire(wire: UserWire) -> Result<Self, String> {
        Ok(Self {
            id: wire.id,
            name: name(&wire.name)?,
        })
    }
}

/// A task whose owner is still a number.
#[derive(Debug)]
pub(super) struct OwnedTask {
    pub task: Task,
    pub owner: Option<u64>,
}

#[derive(Deserialize)]
pub(super) struct TaskWire {
    id: u64,
    method: String,
    state: i64,
    owner: Option<u64>,
    arch: Option<String>,
    #[serde(default)]
    request: Option<serde_json::Value>,
    create_time: Option<String>,
    completion_time: Option<String>,
}

impl FromWire for OwnedTask {
    type Wire = TaskWire;

    fn from_wire(wire: TaskWire) -> Result<Self, String> {
        let task = Task {
            state: match wire.state {
                0 => TaskState::Free,
                1 => TaskState::Open,
                2 => TaskState::Closed,
                3 => TaskState::Canceled,
                4 => TaskState::Assigned,
                5 => TaskState::Failed,
                other => return Err(format!("task {} has the unknown state {other}", wire.id)),
            },
            id: TaskId(id(wire.id, "task id")?),
            method: wire.method,
            owner: None,
            arch: wire.arch.unwrap_or_default(),
            request: wire.request,
            created: wire.create_time,
            completed: wire.completion_time,
        };
        Ok(Self {
            task,
            owner: wire.owner,
        })
    }
}

/// `getTaskResult(raise_fault=false)`: a fault is a struct like any other.
pub(super) fn task_result(value: serde_json::Value) -> TaskResult {
    let code = value.get("faultCode").and_then(serde_json::Value::as_i64);
    let text = value.get("faultString").and_then(serde_json::Value::as_str);
    match (code, text) {
        (Some(code), Some(text)) => TaskResult::Fault(Fault {
            code,
            text: text.to_owned(),
        }),
        _ => TaskResult::Value(value),
    }
}

/// A session's key. Never shown, wiped when it goes.
#[derive(Clone)]
pub(super) struct SessionKey(pub Zeroizing<String>);

impl<'de> Deserialize<'de> for SessionKey {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|key| Self(Zeroizing::new(key)))
    }
}

/// The answer to every kind of login.
#[derive(Deserialize)]
pub(super) struct LoginAnswer {
    #[serde(rename = "session-id")]
    pub id: SessionId,
    #[serde(rename = "session-key")]
    pub key: SessionKey,
    /// Missing at hubs older than 1.30: they want the session in the address.
    #[serde(rename = "header-auth", default)]
    pub headers: Option<bool>,
}
