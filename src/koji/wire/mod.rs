// SPDX-License-Identifier: GPL-3.0-or-later
//! What a hub sends, field by field, and the one place where it becomes flr's own types.

mod belongings;
mod history;
mod repos;
mod rpms;
mod settings;
mod shapes;
mod versions;
mod work;

pub(in crate::koji) use belongings::{BelongingVersions, belongings};
pub(in crate::koji) use history::{Happened, History, Listed, fold_entries};
pub(in crate::koji) use rpms::{Signature, TaggedRpms};
pub(in crate::koji) use shapes::{FromWire, List, Member, One};
pub(in crate::koji) use versions::{Owners, TagVersions, TargetVersions, one_tag, one_target};
pub(in crate::koji) use work::{Child, ListedTask};

use super::facts::{Build, BuildState, PackageEntry, Parent, Tag, TaggedBuild, Task, TaskResult, TaskState, User};
use super::{Fault, SessionId};
use crate::names::{BuildId, EventId, NameError, Nvr, TaskId, UserName};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::de::Deserializer;
use std::str::FromStr;
use zeroize::Zeroizing;

fn name<T: FromStr<Err = NameError>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|e: NameError| e.to_string())
}

/// A user, whatever they are called, as long as the hub could be told it again.
fn user(text: &str) -> Result<UserName, String> {
    UserName::of_hub(text).map_err(|e| e.to_string())
}

fn task_state(task: u64, state: i64) -> Result<TaskState, String> {
    Ok(match state {
        0 => TaskState::Free,
        1 => TaskState::Open,
        2 => TaskState::Closed,
        3 => TaskState::Canceled,
        4 => TaskState::Assigned,
        5 => TaskState::Failed,
        other => return Err(format!("task {task} has the unknown state {other}")),
    })
}

fn id(number: u64, what: &str) -> Result<u64, String> {
    i64::try_from(number).map(|_| number).map_err(|_| format!("{what} {number} is too large"))
}

/// A time that the hub wrote as text, as seconds since 1970; old hubs leave the offset away and mean UTC.
pub(in crate::koji) fn seconds(text: &str) -> Option<f64> {
    let stamp = text.parse::<Timestamp>().ok().or_else(|| {
        let local: DateTime = text.parse().ok()?;
        Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp())
    })?;
    // The microseconds of any year that jiff knows are exact enough for the hub's own six digits.
    Some(stamp.as_duration().as_secs_f64())
}

/// An NVR from its parts, which must be what it falls into again.
fn nvr(name: &str, version: &str, release: &str) -> Result<Nvr, String> {
    let text = format!("{name}-{version}-{release}");
    let nvr: Nvr = self::name(&text)?;
    if nvr.name() != name || nvr.version() != version {
        return Err(format!("\"{text}\" does not fall into the name, version and release it has"));
    }
    Ok(nvr)
}

#[derive(Deserialize)]
pub(in crate::koji) struct TagWire {
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
pub(in crate::koji) struct JustTag(pub crate::names::TagName);

#[derive(Deserialize)]
pub(in crate::koji) struct JustTagWire {
    name: String,
}

impl FromWire for JustTag {
    type Wire = JustTagWire;

    fn from_wire(wire: JustTagWire) -> Result<Self, String> {
        name(&wire.name).map(Self)
    }
}

#[derive(Deserialize)]
pub(in crate::koji) struct ParentWire {
    name: String,
    currdepth: u32,
    priority: i64,
    maxdepth: Option<i64>,
    intransitive: bool,
    noconfig: bool,
    pkg_filter: Option<String>,
}

impl FromWire for Parent {
    type Wire = ParentWire;

    fn from_wire(wire: ParentWire) -> Result<Self, String> {
        Ok(Self {
            name: name(&wire.name)?,
            depth: wire.currdepth,
            priority: wire.priority,
            maxdepth: wire.maxdepth,
            intransitive: wire.intransitive,
            noconfig: wire.noconfig,
            pkg_filter: wire.pkg_filter.unwrap_or_default(),
        })
    }
}

#[derive(Deserialize)]
pub(in crate::koji) struct BuildWire {
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
pub(in crate::koji) struct TaggedWire {
    build_id: u64,
    nvr: String,
    epoch: Option<u64>,
    tag_name: String,
    owner_name: Option<String>,
    create_event: u64,
    #[serde(default)]
    creation_time: Option<String>,
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
            begun: wire.creation_time.as_deref().and_then(seconds),
        })
    }
}

#[derive(Deserialize)]
pub(in crate::koji) struct PackageWire {
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
            // One user with a strange name must not make a whole list unreadable.
            owner: wire.owner_name.and_then(|owner| user(&owner).ok()),
            blocked: wire.blocked,
            extra_arches: wire.extra_arches,
        })
    }
}

/// `getLastEvent`.
#[derive(Debug, Deserialize)]
pub(in crate::koji) struct Event {
    pub id: u64,
    /// Its time; who only wants the number does without.
    pub ts: Option<f64>,
}

#[derive(Deserialize)]
pub(in crate::koji) struct UserWire {
    id: u64,
    name: String,
}

impl FromWire for User {
    type Wire = UserWire;

    fn from_wire(wire: UserWire) -> Result<Self, String> {
        Ok(Self { id: wire.id, name: user(&wire.name)? })
    }
}

/// What a user is called, to be shown.
#[derive(Debug, Deserialize)]
pub(in crate::koji) struct Called {
    pub name: String,
}

/// A task whose owner is still a number.
#[derive(Debug)]
pub(in crate::koji) struct OwnedTask {
    pub task: Task,
    pub owner: Option<u64>,
}

#[derive(Deserialize)]
pub(in crate::koji) struct TaskWire {
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
            state: task_state(wire.id, wire.state)?,
            id: TaskId(id(wire.id, "task id")?),
            method: wire.method,
            owner: None,
            arch: wire.arch.unwrap_or_default(),
            request: wire.request,
            created: wire.create_time,
            completed: wire.completion_time,
        };
        Ok(Self { task, owner: wire.owner })
    }
}

/// `getTaskResult(raise_fault=false)`: a fault is a struct like any other.
pub(in crate::koji) fn task_result(value: serde_json::Value) -> TaskResult {
    let code = value.get("faultCode").and_then(serde_json::Value::as_i64);
    let text = value.get("faultString").and_then(serde_json::Value::as_str);
    match (code, text) {
        (Some(code), Some(text)) => TaskResult::Fault(Fault { code, text: text.to_owned() }),
        _ => TaskResult::Value(value),
    }
}

/// A session's key. Never shown, wiped when it goes.
#[derive(Clone)]
pub(in crate::koji) struct SessionKey(pub Zeroizing<String>);

impl<'de> Deserialize<'de> for SessionKey {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|key| Self(Zeroizing::new(key)))
    }
}

/// The answer to every kind of login.
#[derive(Deserialize)]
pub(in crate::koji) struct LoginAnswer {
    #[serde(rename = "session-id")]
    pub id: SessionId,
    #[serde(rename = "session-key")]
    pub key: SessionKey,
    /// Missing at hubs older than 1.30: they want the session in the address.
    #[serde(rename = "header-auth", default)]
    pub headers: Option<bool>,
}
