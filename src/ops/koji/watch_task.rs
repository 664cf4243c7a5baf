// SPDX-License-Identifier: GPL-3.0-or-later
//! Follows tasks until all of them are over.

use super::task_info::{TaskInfo, Tasks};
use crate::Result;
use crate::access::Dimensions;
use crate::koji::{Fault, Task, TaskState};
use crate::names::TaskId;
use crate::pipeline::{Question, Readers};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Tasks that are followed, and how each was when it was looked at last.
#[derive(Debug, Clone, Default)]
pub struct WatchTask {
    seen: RefCell<BTreeMap<TaskId, Option<TaskState>>>,
}

impl WatchTask {
    /// Follows `tasks`; nothing is known of them yet.
    pub fn new(tasks: &[TaskId]) -> Self {
        Self { seen: RefCell::new(tasks.iter().map(|id| (*id, None)).collect()) }
    }

    /// Those that are not over, as far as is known.
    pub fn running(&self) -> Vec<TaskId> {
        let seen = self.seen.borrow();
        let running =
            |(id, state): (&TaskId, &Option<TaskState>)| (!state.is_some_and(TaskState::is_over)).then_some(*id);
        seen.iter().filter_map(running).collect()
    }

    /// Those that ended otherwise than well.
    pub fn ended_badly(&self) -> Vec<TaskId> {
        let seen = self.seen.borrow();
        let bad = |(id, state): (&TaskId, &Option<TaskState>)| {
            let bad = matches!(state, Some(TaskState::Failed | TaskState::Canceled));
            bad.then_some(*id)
        };
        seen.iter().filter_map(bad).collect()
    }
}

/// What is new since the last look.
#[derive(Debug, Clone, Default)]
pub struct News {
    /// Tasks whose state has changed; for one that failed, its fault.
    pub changed: Vec<(Task, Option<Fault>)>,
    /// Numbers the hub does not know. They are not followed any further.
    pub unknown: Vec<TaskId>,
}

impl Question for WatchTask {
    const NAME: &'static str = "koji watch-task";
    type Answer = News;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new().tasks(self.seen.borrow().keys())
    }

    /// Looks once at those that are not over.
    fn ask(&self, services: &Readers<'_>) -> Result<News> {
        let Tasks { known, unknown } = TaskInfo { tasks: self.running() }.ask(services)?;
        let mut seen = self.seen.borrow_mut();
        for id in &unknown {
            seen.remove(id);
        }
        let changed = known
            .into_iter()
            .filter(|(task, _)| seen.insert(task.id, Some(task.state)) != Some(Some(task.state)))
            .collect();
        Ok(News { changed, unknown })
    }
}
