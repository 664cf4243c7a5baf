// SPDX-License-Identifier: GPL-3.0-or-later
//! Shows tasks.

use crate::Result;
use crate::access::Dimensions;
use crate::koji::{Fault, Task, TaskResult, TaskState};
use crate::names::TaskId;
use crate::pipeline::{Question, Readers};

/// What the hub knows of `tasks`.
#[derive(Debug, Clone)]
pub struct TaskInfo {
    /// The tasks by number.
    pub tasks: Vec<TaskId>,
}

/// The tasks in the order asked for, and the numbers the hub does not know.
#[derive(Debug, Clone, Default)]
pub struct Tasks {
    /// Each task; for one that failed, the fault it failed with.
    pub known: Vec<(Task, Option<Fault>)>,
    /// Those that it does not know.
    pub unknown: Vec<TaskId>,
}

impl Question for TaskInfo {
    const NAME: &'static str = "koji task-info";
    type Answer = Tasks;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new().tasks(&self.tasks)
    }

    fn ask(&self, services: &Readers<'_>) -> Result<Tasks> {
        let mut tasks = Tasks::default();
        let answers = services.koji.tasks(&self.tasks)?;
        for (id, answer) in self.tasks.iter().zip(answers) {
            match answer {
                Some(task) => {
                    let fault = fault_of(&task, services)?;
                    tasks.known.push((task, fault));
                }
                None => tasks.unknown.push(*id),
            }
        }
        Ok(tasks)
    }
}

/// Why the task failed. A task that was canceled has no result to ask for.
pub(super) fn fault_of(task: &Task, services: &Readers<'_>) -> Result<Option<Fault>> {
    if task.state != TaskState::Failed {
        return Ok(None);
    }
    Ok(match services.koji.task_result(task.id)? {
        TaskResult::Fault(fault) => Some(fault),
        TaskResult::Value(_) => None,
    })
}
