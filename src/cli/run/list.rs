// SPDX-License-Identifier: GPL-3.0-or-later
use crate::Error;
use crate::access::Dimensions;
use crate::access::table::{Class, Command, CommandOption};
use crate::cli::Context;
use crate::cli::moment::Since;
use crate::cli::options::Grantable;
use crate::names::{EventId, RunId};
use crate::output::{Complaint, Rows, complain};
use crate::pipeline::{RunRecord, Standing};
use jiff::Timestamp;
use serde::Serialize;

/// List what flr has done, newest first
///
/// The columns are run, when it began (UTC), who ran it, how it stands (running, interrupted, done,
/// failed, unsettled), how many of its changes are made, and the command, with the run that it takes
/// back or that has taken it back. JSON fields: run, time, caller, command, profile, state, changes,
/// reached, undoes, undone_by.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only runs since then: a date, 2026-11-21, or a time, 2026-11-21T21:30:00Z
    #[arg(long, value_name = "WHEN")]
    pub since: Option<Since>,
    /// Only runs of this command, as in "koji tag-build"
    #[arg(long, value_name = "COMMAND")]
    pub command: Option<String>,
    /// Only runs of this user
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// Print one JSON object a line
    #[arg(long)]
    pub json: bool,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "run list",
        class: Class::Read,
        does: "list its own runs",
        dimensions: &[],
        effects: &[],
        // A command's name holds a blank, which no argument may here.
        options: &[CommandOption { name: "--since", does: "since a time", dimension: None, effects: &[] }],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(self.words())
    }
}

impl Args {
    fn words(&self) -> Dimensions {
        Dimensions::new()
            .option("--since", self.since.is_some())
            .option("--command", self.command.is_some())
            .option("--user", self.user.is_some())
    }

    fn wants(&self, record: &RunRecord) -> bool {
        let begin = &record.begin;
        let since = self.since.is_none_or(|Since(since)| {
            // A time that cannot be read is rather shown than hidden.
            let began = begin.time.parse::<Timestamp>();
            began.map_or(true, |began| began >= since)
        });
        since
            && self.command.as_ref().is_none_or(|c| *c == begin.command)
            && self.user.as_ref().is_none_or(|u| *u == begin.caller)
    }
}

/// What `--json` shows of a run.
#[derive(Debug, Serialize)]
struct Line<'a> {
    run: &'a RunId,
    time: &'a str,
    caller: &'a str,
    command: &'a str,
    profile: &'a str,
    state: &'static str,
    changes: usize,
    reached: usize,
    undoes: Option<&'a RunId>,
    undone_by: Option<&'a RunId>,
}

/// One row for each run; a journal that cannot be read is told on standard error.
pub fn show(args: Args, context: &mut Context) -> anyhow::Result<u8> {
    context.asker.access.allow(Args::GRANT.name, &args.words())?;
    let mut records = context.asker.store()?.list()?;
    // Names tell runs of one second in no order; the hub's events do.
    records.sort_by_key(|record| match record {
        Ok(record) => (record.begin.time.clone(), record.begin.since),
        Err(_) => (String::new(), EventId(0)),
    });
    let mut unreadable = 0;
    let names = ["run", "time", "caller", "state", "changes", "command"];
    let mut rows = Rows::new(&mut context.out, args.json, names);
    for record in records.iter().rev() {
        let record = match record {
            Ok(record) if args.wants(record) => record,
            Ok(_) => continue,
            Err(error) => {
                unreadable += 1;
                complain(Complaint::Note(&error.what));
                continue;
            }
        };
        let begin = &record.begin;
        let line = Line {
            run: &begin.run,
            time: &begin.time,
            caller: &begin.caller,
            command: &begin.command,
            profile: &begin.profile,
            state: record.state(),
            changes: record.steps.len(),
            reached: record.steps_that(Standing::is_reached).len(),
            undoes: begin.undoes.as_ref(),
            undone_by: record.undone_by.as_ref(),
        };
        let changes = format!("{}/{}", line.reached, line.changes);
        let command = match (line.undoes, line.undone_by) {
            (Some(run), None) => format!("{} {run}", line.command),
            (None, Some(by)) => format!("{}, undone by {by}", line.command),
            (Some(run), Some(by)) => format!("{} {run}, undone by {by}", line.command),
            (None, None) => line.command.to_owned(),
        };
        let cells = [line.run.as_str(), line.time, line.caller, line.state, &changes, &command];
        rows.add(&line, cells);
    }
    rows.end();
    match unreadable {
        0 => Ok(0),
        n => Err(Error::failed(format!("{} cannot be read", crate::output::human::count(n, "journal"))).into()),
    }
}
