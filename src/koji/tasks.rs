// SPDX-License-Identifier: GPL-3.0-or-later
//! Tasks by their numbers.

use super::encode::Ask;
use super::hub::Hub;
use super::wire::{self, Called, One, OwnedTask};
use super::{Task, TaskResult};
use crate::Result;
use crate::names::TaskId;

impl Hub {
    pub(super) fn tasks_without_owners(&self, ids: &[TaskId]) -> Result<Vec<Option<Task>>> {
        Ok(self.owned_tasks(ids)?.into_iter().map(|owned| owned.map(|owned| owned.task)).collect())
    }

    pub(super) fn tasks_of(&self, ids: &[TaskId]) -> Result<Vec<Option<Task>>> {
        let tasks = self.owned_tasks(ids)?;
        let owners: Vec<u64> = tasks.iter().flatten().filter_map(|t| t.owner).collect();
        let mut names = self.owner_names(&owners)?.into_iter();
        Ok(tasks
            .into_iter()
            .map(|owned| {
                let OwnedTask { mut task, owner } = owned?;
                task.owner = owner.and_then(|_| names.next().flatten());
                Some(task)
            })
            .collect())
    }

    pub(super) fn result_of(&self, id: TaskId) -> Result<TaskResult> {
        let ask = Ask::new("getTaskResult").arg(id.0).named("raise_fault", false);
        match self.ask(ask)? {
            Ok(value) => Ok(wire::task_result(value)),
            Err(fault) => Err(self.faulted(&format!("getTaskResult of {id}"), &fault)),
        }
    }

    /// Each task, its owner a number still.
    fn owned_tasks(&self, ids: &[TaskId]) -> Result<Vec<Option<OwnedTask>>> {
        let asks = ids.iter().map(|id| Ask::new("getTaskInfo").arg(id.0).named("request", true));
        let mut tasks = Vec::with_capacity(ids.len());
        for (answer, id) in self.get_all(asks)?.into_iter().zip(ids) {
            let task: Option<One<OwnedTask>> =
                answer.map_err(|fault| self.faulted(&format!("getTaskInfo of {id}"), &fault))?;
            tasks.push(self.one("getTaskInfo", task)?);
        }
        Ok(tasks)
    }

    /// The names of `owners`, asked for once in the life of a hub.
    fn owner_names(&self, owners: &[u64]) -> Result<Vec<Option<String>>> {
        let mut known = match self.owners.lock() {
            Ok(known) => known,
            Err(poisoned) => poisoned.into_inner(),
        };
        let mut new: Vec<u64> = owners.to_vec();
        new.retain(|owner| !known.contains_key(owner));
        new.sort_unstable();
        new.dedup();
        let asks = new.iter().map(|owner| Ask::new("getUser").arg(*owner));
        for (owner, answer) in new.iter().zip(self.get_all::<Option<Called>>(asks)?) {
            let user = answer.map_err(|fault| self.faulted("getUser", &fault))?;
            let name = user.map(|user| user.name);
            known.insert(*owner, name);
        }
        Ok(owners.iter().map(|owner| known.get(owner).cloned().flatten()).collect())
    }
}
