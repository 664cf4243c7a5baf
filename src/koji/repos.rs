// SPDX-License-Identifier: GPL-3.0-or-later
//! Repositories that build roots are made from, and requests for them.

use super::encode::Ask;
use super::facts::TaskState;
use super::hub::Hub;
use super::wire::{List, One};
use crate::Result;
use crate::names::{EventId, TagName, TaskId};
use serde::Serialize;
use std::collections::BTreeSet;

/// A repository that is ready to be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repo {
    /// Its number.
    pub id: u64,
    /// It holds the tag as it was at this event.
    pub event: EventId,
}

/// A request for a repository; the hub forgets it some time after it has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepoRequest {
    /// Its number.
    pub id: u64,
    /// Who asked first.
    pub owner: Option<String>,
    /// The tag as of this event or later.
    pub min_event: EventId,
    /// It is waiting or being worked on.
    pub active: bool,
    /// The task that makes the repository; it changes when one has failed and another try is made.
    pub task: Option<(TaskId, Option<TaskState>)>,
    /// How many tasks there were.
    pub tries: u64,
    /// The repository.
    pub repo: Option<u64>,
}

/// What a request is asked for by `repo.queryQueue`.
const REQUEST: [&str; 9] =
    ["id", "owner_name", "min_event", "opts", "active", "task_id", "task_state", "tries", "repo_id"];

impl Hub {
    pub(super) fn method_names(&self) -> Result<BTreeSet<String>> {
        self.get(Ask::new("system.listMethods"))
    }

    pub(super) fn repo_of(&self, tag: &TagName) -> Result<Option<Repo>> {
        self.repo_by(tag, Ask::new("getRepo").arg(tag.as_str()))
    }

    pub(super) fn repo_of_since(&self, tag: &TagName, event: EventId) -> Result<Option<Repo>> {
        self.repo_by(tag, Ask::new("repo.get").arg(tag.as_str()).named("min_event", event.0))
    }

    fn repo_by(&self, tag: &TagName, ask: Ask) -> Result<Option<Repo>> {
        let method = ask.method().to_owned();
        match self.ask::<Option<One<Repo>>>(ask)? {
            Ok(repo) => self.one(&method, repo),
            Err(fault) => Err(self.blamed(&method, &fault, Some(tag), None)),
        }
    }

    pub(super) fn repo_requests_of(&self, tag: u64, event: EventId) -> Result<Vec<RepoRequest>> {
        const METHOD: &str = "repo.queryQueue";
        let clauses = serde_json::json!([["tag_id", "=", tag], ["min_event", ">=", event.0]]);
        let ask = Ask::new(METHOD).json(&clauses)?.json(&serde_json::json!(REQUEST))?;
        let requests = self.all(METHOD, self.get::<List<Option<RepoRequest>>>(ask)?)?;
        let mut requests: Vec<RepoRequest> = requests.into_iter().flatten().collect();
        requests.sort_by_key(|request| request.id);
        Ok(requests)
    }

    pub(super) fn last_change_of(&self, tag: &TagName) -> Result<EventId> {
        const METHOD: &str = "tagLastChangeEvent";
        match self.ask::<u64>(Ask::new(METHOD).arg(tag.as_str()))? {
            Ok(event) => Ok(EventId(event)),
            Err(fault) => Err(self.blamed(METHOD, &fault, Some(tag), None)),
        }
    }

    pub(super) fn have_changed_since(&self, event: EventId, tags: &[u64]) -> Result<bool> {
        let ask = Ask::new("tagChangedSinceEvent").arg(event.0).json(&serde_json::json!(tags))?;
        self.get(ask)
    }
}
