// SPDX-License-Identifier: GPL-3.0-or-later
//! Builds that are submitted and tasks that are canceled: how fast, what became of them, what takes
//! them back.

use super::apply::Apply;
use super::settle::{Found, Settler};
use super::undo::{Back, UndoRun};
use crate::Result;
use crate::koji::{BuildRequest, Reader, Task, TaskQuery, TaskState};
use crate::names::{TargetName, TaskId};
use crate::plan::{Change, KojiChange, StepId, TaskChange};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How fast builds are submitted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Throttle {
    /// So many a minute.
    pub rate: Option<NonZeroU32>,
    /// So many builds for the target wait for a builder, at the most.
    pub queue_depth: Option<NonZeroU32>,
}

/// A minute's submissions go in so many requests, if that many are needed.
const TURNS: u32 = 6;

impl Throttle {
    /// How many go in one request, where `most` could.
    pub(super) fn batch(self, most: usize) -> usize {
        let turn = |limit: u32, parts: u32| usize::try_from(limit / parts).unwrap_or(usize::MAX).max(1);
        let by_rate = self.rate.map_or(most, |rate| turn(rate.get(), TURNS));
        let by_depth = self.queue_depth.map_or(most, |depth| turn(depth.get(), 4));
        most.min(by_rate).min(by_depth)
    }

    /// What `count` submissions take.
    fn time_of(self, count: usize) -> Duration {
        let Some(rate) = self.rate else {
            return Duration::ZERO;
        };
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        Duration::from_secs(60).saturating_mul(count) / rate.get()
    }
}

/// When the next builds may be submitted; one for all lanes.
#[derive(Debug, Default)]
pub(super) struct Turn(Mutex<Option<Instant>>);

impl Apply<'_> {
    /// Waits until `batch` may be sent; a wish to stop ends the waiting.
    ///
    /// # Errors
    /// The hub does not tell how many wait.
    pub(super) fn take_turn(&self, batch: &[StepId]) -> Result<()> {
        let targets: Vec<&TargetName> = batch.iter().filter_map(|id| self.submitted(*id)).collect();
        if targets.is_empty() {
            return Ok(());
        }
        let mut next = self.turn.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = *next
            && !self.road.stop.sleep(at.saturating_duration_since(Instant::now()))
        {
            return Ok(());
        }
        if let Some(depth) = self.throttle.queue_depth {
            let (distinct, count) = (targets.iter().copied().collect(), targets.len());
            self.wait_for_room(&distinct, count, depth)?;
        }
        *next = Some(Instant::now() + self.throttle.time_of(targets.len()));
        Ok(())
    }

    fn submitted(&self, id: StepId) -> Option<&TargetName> {
        let Change::Koji(change) = &self.steps.get(id.0)?.change;
        match change {
            KojiChange::Task(TaskChange::SubmitBuild { target, .. }) => Some(target),
            _ => None,
        }
    }

    /// Waits until `count` more builds may wait.
    fn wait_for_room(&self, targets: &BTreeSet<&TargetName>, count: usize, depth: NonZeroU32) -> Result<()> {
        let most = usize::try_from(depth.get()).unwrap_or(usize::MAX);
        let mut told = false;
        loop {
            let waiting = self.waiting(targets)?;
            if waiting.saturating_add(count) <= most {
                return Ok(());
            }
            if !std::mem::replace(&mut told, true) {
                let next = format!("the next {count} would make them more than {depth}");
                self.road.ui.note(&format!("{waiting} builds wait for a builder, {next}: waiting too"));
            }
            if !self.road.stop.sleep(self.road.pace.task_poll) {
                return Ok(());
            }
        }
    }

    /// How many builds for the targets wait for a builder: with their own task, which a builder takes soon
    /// and holds, or with one for the source package or for an architecture.
    fn waiting(&self, targets: &BTreeSet<&TargetName>) -> Result<usize> {
        let koji = self.road.readers.koji;
        let of_target = |task: &Task| {
            let target = BuildRequest::of(task).and_then(|request| request.target);
            target.is_some_and(|target| targets.iter().any(|one| one.as_str() == target))
        };
        let live = koji.task_list(&TaskQuery::live("build"))?;
        let (free, taken): (Vec<Task>, Vec<Task>) =
            live.into_iter().filter(of_target).partition(|task| task.state == TaskState::Free);
        let taken: Vec<TaskId> = taken.iter().map(|task| task.id).collect();
        Ok(free.len() + koji.held_up(&taken)?.len())
    }

    /// Whether the answer to a step's call must not be waited for: its task is what was asked for.
    pub(super) fn is_submission(&self, id: StepId) -> bool {
        self.submitted(id).is_some()
    }

    /// Whether the hub says yes to the call of a step whatever it did: it does not mind that a task has
    /// ended by itself.
    pub(super) fn is_cancellation(&self, id: StepId) -> bool {
        let step = self.steps.get(id.0).map(|step| &step.change);
        matches!(step, Some(Change::Koji(KojiChange::Task(TaskChange::CancelTask { .. }))))
    }
}

/// The task of a source for a target, as a request says it; scratch builds and drafts are none.
pub(super) fn built(task: &Task) -> Option<(String, String)> {
    let request = BuildRequest::of(task).filter(BuildRequest::is_kept)?;
    Some((request.source?, request.target?))
}

impl Settler<'_> {
    /// Changes to the work of builders.
    pub(super) fn work(&self, changes: &[(usize, &TaskChange)]) -> Result<Vec<(usize, Found)>> {
        let mut found = Vec::new();
        let mut submitted = Vec::new();
        let mut canceled = Vec::new();
        for &(i, change) in changes {
            match change {
                TaskChange::SubmitBuild { source, target, before, .. } => {
                    submitted.push((i, (source.as_str(), target.as_str()), *before));
                }
                TaskChange::CancelTask { task, .. } => canceled.push((i, *task)),
            }
        }
        if !submitted.is_empty() {
            let mine = self.own_tasks()?;
            for (i, (source, target), before) in submitted {
                let key = (source.to_owned(), target.to_owned());
                let later = mine.get(&key).into_iter().flatten().find(|task| Some(**task) > before);
                found.push((i, later.map_or(Found::Absent, |task| Found::Made(*task))));
            }
        }
        let tasks: Vec<TaskId> = canceled.iter().map(|(_, task)| *task).collect();
        let seen = if tasks.is_empty() { Vec::new() } else { self.reader.tasks(&tasks)? };
        found.extend(canceled.into_iter().zip(seen).map(|((i, _), task)| (i, ended(task.map(|task| task.state)))));
        Ok(found)
    }

    /// The `build` tasks that the user has made since the run began, by source and target, each list
    /// oldest first.
    fn own_tasks(&self) -> Result<BTreeMap<(String, String), Vec<TaskId>>> {
        let mut mine: BTreeMap<_, Vec<TaskId>> = BTreeMap::new();
        let Some(user) = self.user.map(|user| self.reader.user(user)).transpose()?.flatten() else {
            return Ok(mine);
        };
        let since = self.reader.event_time(self.since)?;
        let query = TaskQuery { owner: Some(user.id), ..TaskQuery::since("build", since) };
        for task in self.reader.task_list(&query)? {
            if let Some(key) = built(&task) {
                mine.entry(key).or_default().push(task.id);
            }
        }
        Ok(mine)
    }
}

/// koji does not tell who canceled a task. It was live when the plan was made, and nothing hangs on
/// whose it is: it cannot be taken back.
fn ended(state: Option<TaskState>) -> Found {
    match state {
        Some(TaskState::Canceled) => Found::Ours,
        Some(TaskState::Closed) => Found::Theirs { who: "it ended by itself: it was built".into() },
        Some(TaskState::Failed) => Found::Theirs { who: "it ended by itself: it failed".into() },
        Some(TaskState::Free | TaskState::Open | TaskState::Assigned) => Found::Absent,
        None => Found::Theirs { who: "the hub knows no such task any more".into() },
    }
}

impl UndoRun {
    /// The tasks it made, as they are now.
    pub(super) fn made_tasks(&self, koji: &dyn Reader) -> Result<BTreeMap<TaskId, Task>> {
        let ids: Vec<TaskId> = self.tasks.values().copied().collect();
        let seen = if ids.is_empty() { Vec::new() } else { koji.tasks(&ids)? };
        Ok(seen.into_iter().flatten().map(|task| (task.id, task)).collect())
    }

    /// What is to be done about one change to the work of builders.
    pub(super) fn take_back_work(&self, change: &TaskChange, tasks: &BTreeMap<TaskId, Task>) -> Back {
        let TaskChange::SubmitBuild { source, target, .. } = change else {
            return Back::Refuse("a canceled task does not begin again; submit the build anew".into());
        };
        let Some(&task) = self.tasks.get(&change.to_string()) else {
            return Back::Refuse("which task it was is not recorded".into());
        };
        match tasks.get(&task) {
            None => Back::Leave(format!("the hub knows no task {task} any more")),
            Some(now) if now.state.is_over() => Back::Leave(format!("task {task} has ended: {}", now.state.as_str())),
            Some(_) => {
                let (target, package) = (target.clone(), Some(source.package().clone()));
                Back::Do(TaskChange::CancelTask { task, target, package }.into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn throttle(rate: Option<u32>, queue_depth: Option<u32>) -> Throttle {
        Throttle { rate: rate.and_then(NonZeroU32::new), queue_depth: queue_depth.and_then(NonZeroU32::new) }
    }

    #[test]
    fn a_slow_rate_goes_in_small_requests() {
        let batches = |rate, depth| throttle(rate, depth).batch(200);
        assert_eq!(batches(None, None), 200);
        assert_eq!((batches(Some(1), None), batches(Some(60), None), batches(Some(6000), None)), (1, 10, 200));
        assert_eq!((batches(None, Some(1)), batches(None, Some(40)), batches(Some(60), Some(4))), (1, 10, 1));
    }

    #[test]
    fn the_time_between_requests_makes_the_rate() {
        assert_eq!(throttle(Some(60), None).time_of(10), Duration::from_secs(10));
        assert_eq!(throttle(Some(1), None).time_of(1), Duration::from_secs(60));
        assert_eq!(throttle(None, Some(7)).time_of(1000), Duration::ZERO);
    }
}
