// SPDX-License-Identifier: GPL-3.0-or-later
//! Repositories and requests for them, field by field.

use super::super::repos::{Repo, RepoRequest};
use super::{FromWire, id};
use crate::names::{EventId, TaskId};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

#[derive(Deserialize)]
pub(in crate::koji) struct RepoWire {
    id: u64,
    create_event: u64,
}

impl FromWire for Repo {
    type Wire = RepoWire;

    fn from_wire(wire: RepoWire) -> Result<Self, String> {
        Ok(Self { id: id(wire.id, "repository id")?, event: EventId(id(wire.create_event, "event")?) })
    }
}

#[derive(Deserialize)]
pub(in crate::koji) struct RepoRequestWire {
    id: u64,
    owner_name: Option<String>,
    /// None, where the request is for one event alone.
    min_event: Option<u64>,
    #[serde(default)]
    opts: Option<BTreeMap<String, IgnoredAny>>,
    active: bool,
    task_id: Option<u64>,
    task_state: Option<i64>,
    tries: Option<u64>,
    repo_id: Option<u64>,
}

/// Nothing, where the request has options of its own: what comes of it is given only to those who ask for
/// the same.
impl FromWire for Option<RepoRequest> {
    type Wire = RepoRequestWire;

    fn from_wire(wire: RepoRequestWire) -> Result<Self, String> {
        if wire.opts.is_some_and(|opts| !opts.is_empty()) {
            return Ok(None);
        }
        let state = |task| wire.task_state.map(|state| super::task_state(task, state)).transpose();
        let task = match wire.task_id {
            Some(task) => Some((TaskId(id(task, "task id")?), state(task)?)),
            None => None,
        };
        Ok(Some(RepoRequest {
            id: id(wire.id, "request id")?,
            owner: wire.owner_name,
            min_event: EventId(id(wire.min_event.unwrap_or_default(), "event")?),
            active: wire.active,
            task,
            tries: wire.tries.unwrap_or_default(),
            repo: wire.repo_id.map(|repo| id(repo, "repository id")).transpose()?,
        }))
    }
}
