// SPDX-License-Identifier: GPL-3.0-or-later
use super::task_info;
use crate::Error;
use crate::access::Dimensions;
use crate::access::table::{Class, Command, Dimension};
use crate::cli::list;
use crate::cli::list::Entry;
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::error::Kind;
use crate::koji::{Fault, Task};
use crate::names::TaskId;
use crate::ops::koji::WatchTask;
use crate::output::{escape, json};
use crate::pipeline::Question;

/// Follow tasks until all of them are over
///
/// Prints a line for every change of state: task, method, state, and, for one that failed, the
/// hub's words. JSON fields: as task-info. The hub is asked as often as the profile's poll_interval
/// says.
///
/// The exit code is 0 if all closed, 7 if any failed or was canceled,
/// and 75 after Ctrl-C: still running.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji watch-task 130001704 130001705"))]
pub struct Args {
    /// Tasks to follow, or - to read them from standard input
    #[arg(required = true, value_name = "ID")]
    pub tasks: Vec<Entry<TaskId>>,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji watch-task",
        class: Class::Read,
        does: "follow {tasks}",
        dimensions: &[Dimension::Tasks],
        effects: &[],
        options: &[],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(Question::dimensions(&WatchTask::try_from(self)?))
    }
}

impl TryFrom<Args> for WatchTask {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self::new(&list::read(args.tasks)?))
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        asking.heed_signals(Kind::NotNow)?;
        let watch = WatchTask::try_from(self)?;
        let mut unknown = Vec::new();
        loop {
            let news = asking.ask(&watch)?;
            for (task, fault) in &news.changed {
                show(task, fault.as_ref(), asking);
            }
            asking.out.flush();
            unknown.extend(news.unknown);
            let running = watch.running();
            if running.is_empty() {
                break;
            }
            if asking.out.is_over() || !asking.stop.sleep(asking.poll_interval) {
                let words: Vec<_> = running.iter().map(TaskId::to_string).collect();
                let what = format!("still running: {}", list::names(&running));
                let hint = format!("`flr koji watch-task {}` goes on", words.join(" "));
                return Err(Error::not_now(what).hint(hint).into());
            }
        }
        list::unknown("task", &unknown)?;
        let bad = watch.ended_badly();
        if bad.is_empty() {
            return Ok(0);
        }
        let what = format!("not closed: {}", list::names(&bad));
        Err(Error::new(Kind::AnswerIsNo, what).into())
    }
}

/// One line as it happens; columns that later lines would not fit are not aligned.
fn show(task: &Task, fault: Option<&Fault>, asking: &mut Asking<'_>) {
    if asking.json {
        let line = json::line(&task_info::Line::new(task, fault));
        asking.out.line(line);
        return;
    }
    let (method, state) = (escape(&task.method), task_info::state(task.state));
    match fault {
        None => asking.out.line(format_args!("{}  {method}  {state}", task.id)),
        Some(fault) => asking.out.line(format_args!("{}  {method}  {state}  {}", task.id, escape(&fault.to_string()))),
    }
}
