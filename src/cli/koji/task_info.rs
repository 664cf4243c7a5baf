// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::Dimensions;
use crate::access::table::{Class, Command, Dimension};
use crate::cli::list;
use crate::cli::list::Entry;
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::koji::{Fault, Task, TaskState};
use crate::names::TaskId;
use crate::ops::koji::TaskInfo;
use crate::output::{Rows, when};
use crate::pipeline::Question;
use serde::Serialize;
use serde_json::Value;

/// Show tasks
///
/// The columns are task, method, state (free, assigned, open, closed, canceled, failed), owner,
/// architecture, creation and completion (UTC), and, for one that failed, the hub's words. JSON
/// fields: id, method, state, owner, arch, created, completed, request, fault {faultCode,
/// faultString}.
///
/// Tasks that the hub does not know are named on standard error, and the exit code is then 10.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji task-info 130001704"))]
pub struct Args {
    /// Tasks to show, or - to read them from standard input
    #[arg(required = true, value_name = "ID")]
    pub tasks: Vec<Entry<TaskId>>,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji task-info",
        class: Class::Read,
        does: "look at {tasks}",
        dimensions: &[Dimension::Tasks],
        effects: &[],
        options: &[],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(Question::dimensions(&TaskInfo::try_from(self)?))
    }
}

impl TryFrom<Args> for TaskInfo {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { tasks: list::read(args.tasks)? })
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let tasks = asking.ask(&TaskInfo::try_from(self)?)?;
        let names = ["task", "method", "state", "owner", "arch", "created", "completed", "fault"];
        let mut rows = Rows::new(asking.out, asking.json, names);
        for (task, fault) in &tasks.known {
            let line = Line::new(task, fault.as_ref());
            let cells = [
                &line.id.to_string(),
                line.method,
                state(line.state),
                line.owner.unwrap_or_default(),
                line.arch,
                line.created.as_deref().unwrap_or_default(),
                line.completed.as_deref().unwrap_or_default(),
                &fault.as_ref().map(Fault::to_string).unwrap_or_default(),
            ];
            rows.add(&line, cells);
        }
        rows.end();
        list::unknown("task", &tasks.unknown)
    }
}

/// What `--json` shows of a task.
#[derive(Debug, Serialize)]
pub(super) struct Line<'a> {
    id: TaskId,
    method: &'a str,
    state: TaskState,
    owner: Option<&'a str>,
    arch: &'a str,
    created: Option<String>,
    completed: Option<String>,
    request: Option<&'a Value>,
    fault: Option<&'a Fault>,
}

impl<'a> Line<'a> {
    pub(super) fn new(task: &'a Task, fault: Option<&'a Fault>) -> Self {
        Self {
            id: task.id,
            method: &task.method,
            state: task.state,
            owner: task.owner.as_deref(),
            arch: &task.arch,
            created: task.created.as_deref().map(when::written),
            completed: task.completed.as_deref().map(when::written),
            request: task.request.as_ref(),
            fault,
        }
    }
}

pub(super) fn state(state: TaskState) -> &'static str {
    match state {
        TaskState::Free => "free",
        TaskState::Open => "open",
        TaskState::Closed => "closed",
        TaskState::Canceled => "canceled",
        TaskState::Assigned => "assigned",
        TaskState::Failed => "failed",
    }
}
