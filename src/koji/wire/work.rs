// SPDX-License-Identifier: GPL-3.0-or-later
//! Builds and tasks as lists have them.

use super::super::facts::Task;
use super::super::work::BuildRecord;
use super::{FromWire, TaskWire, build_state, id, name};
use crate::names::{BuildId, TaskId};
use serde::Deserialize;

/// Of a task only which one made it.
#[derive(Debug)]
pub(in crate::koji) struct Child {
    pub parent: Option<TaskId>,
}

#[derive(Deserialize)]
pub(in crate::koji) struct ChildWire {
    parent: Option<u64>,
}

impl FromWire for Child {
    type Wire = ChildWire;

    fn from_wire(wire: ChildWire) -> Result<Self, String> {
        Ok(Self { parent: wire.parent.map(TaskId) })
    }
}

#[derive(Deserialize)]
pub(in crate::koji) struct BuildRecordWire {
    build_id: u64,
    nvr: String,
    epoch: Option<u64>,
    state: i64,
    owner_name: Option<String>,
    task_id: Option<u64>,
    creation_ts: Option<f64>,
    completion_ts: Option<f64>,
    source: Option<String>,
}

impl FromWire for BuildRecord {
    type Wire = BuildRecordWire;

    fn from_wire(wire: BuildRecordWire) -> Result<Self, String> {
        Ok(Self {
            state: build_state(wire.state, &wire.nvr)?,
            id: BuildId(id(wire.build_id, "build id")?),
            nvr: name(&wire.nvr)?,
            epoch: wire.epoch,
            owner: wire.owner_name.unwrap_or_default(),
            task: wire.task_id.map(TaskId),
            created: wire.creation_ts.unwrap_or_default(),
            completed: wire.completion_ts,
            source: wire.source,
        })
    }
}

/// A task that comes with its owner's name.
#[derive(Debug)]
pub(in crate::koji) struct ListedTask {
    pub task: Task,
    /// When it was made, seconds since 1970, UTC.
    pub created: f64,
}

#[derive(Deserialize)]
pub(in crate::koji) struct ListedTaskWire {
    #[serde(flatten)]
    task: TaskWire,
    owner_name: Option<String>,
    create_ts: Option<f64>,
}

impl FromWire for ListedTask {
    type Wire = ListedTaskWire;

    fn from_wire(wire: ListedTaskWire) -> Result<Self, String> {
        let task = super::OwnedTask::from_wire(wire.task)?.task;
        let task = Task { owner: wire.owner_name, ..task };
        Ok(Self { task, created: wire.create_ts.unwrap_or_default() })
    }
}
