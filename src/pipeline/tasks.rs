// SPDX-License-Identifier: GPL-3.0-or-later
//! Changes that the hub makes by tasks: waiting until they are over, and how they ended.

use super::Outcome;
use super::apply::Apply;
use super::send::Settled;
use super::settle::Found;
use crate::Result;
use crate::koji::{TaskResult, TaskState};
use crate::names::TaskId;
use crate::plan::StepId;

impl Apply<'_> {
    /// Waits until tasks are over. A wish to stop ends the waiting, not the tasks.
    pub(super) fn wait_for(&self, tasks: &[(StepId, TaskId)]) -> Result<Settled> {
        let first = tasks.first().map_or(0, |(_, task)| task.0);
        self.road.ui.note(&format!("waiting for {} task(s), the first is {first}", tasks.len()));
        let (mut open, mut failed, mut settled) = (tasks.to_vec(), Vec::new(), Vec::new());
        let unsettled = |open: Vec<(StepId, TaskId)>, what: &str| {
            let why = move |task| format!("task {task} {what}");
            open.into_iter().map(move |(id, task)| (id, Outcome::Unsettled { why: why(task) })).collect::<Settled>()
        };
        while !open.is_empty() {
            let ids: Vec<TaskId> = open.iter().map(|(_, task)| *task).collect();
            let seen = match self.road.readers.koji.tasks(&ids) {
                Ok(seen) => seen,
                Err(error) => {
                    settled.extend(unsettled(open, &format!("could not be watched: {error}")));
                    break;
                }
            };
            let mut still = Vec::new();
            for ((id, task), seen) in open.into_iter().zip(seen) {
                match seen.map(|task| task.state) {
                    Some(TaskState::Closed) => settled.extend(self.both_halves(id)),
                    Some(TaskState::Canceled | TaskState::Failed) => failed.push((id, task)),
                    Some(TaskState::Free | TaskState::Open | TaskState::Assigned) => still.push((id, task)),
                    None => settled.extend(unsettled(vec![(id, task)], "is not known to the hub any more")),
                }
            }
            open = still;
            if !open.is_empty() && !self.road.stop.sleep(self.road.pace.task_poll) {
                settled.extend(unsettled(open, "is still waiting or running"));
                break;
            }
        }
        settled.extend(self.judge_failed(failed)?);
        Ok(settled)
    }

    /// A task fails too where the build is in the tag already, maybe by an earlier task of ours whose
    /// number was lost when flr was killed.
    fn judge_failed(&self, failed: Vec<(StepId, TaskId)>) -> Result<Settled> {
        if failed.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<StepId> = failed.iter().map(|(id, _)| *id).collect();
        let found = self.look(&ids)?;
        let outcome = |(id, task), found: Found| {
            (id, found.reached().unwrap_or_else(|| Outcome::Failed { why: self.reason(task) }))
        };
        Ok(failed.into_iter().zip(found).map(|(failed, found)| outcome(failed, found)).collect())
    }

    /// A move's task has done the untagging too.
    fn both_halves(&self, id: StepId) -> Settled {
        std::iter::once(id).chain(self.other_half(id)).map(|id| (id, Outcome::Done)).collect()
    }

    fn reason(&self, task: TaskId) -> String {
        match self.road.readers.koji.task_result(task) {
            Ok(TaskResult::Fault(fault)) => format!("task {task} failed: {fault}"),
            Ok(TaskResult::Value(_)) => format!("task {task} failed and does not say why"),
            Err(error) => format!("task {task} failed, and its reason cannot be read: {error}"),
        }
    }
}
