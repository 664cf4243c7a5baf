// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::Dimensions;
use crate::access::table::{Class, Command};
use crate::cli::Context;
use crate::cli::options::Grantable;
use crate::names::{EventId, RunId};
use crate::output::{Stdout, escape, json};
use crate::pipeline::{Outcome, RunRecord, Standing};
use serde::Serialize;
use serde_json::Value;

/// Show what one run did
///
/// Of each change it shows how it ended: done, already, failed, skipped, unsettled; or that it is
/// in flight (sent, and nothing is recorded of what became of it) or was not sent. JSON fields: run,
/// time, caller, flr, command, profile, request, plan_sha, since, state, ended, exit, msg, resumed,
/// undoes, undone_by, steps [{change, standing, why}].
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Run to show
    #[arg(value_name = "ID")]
    pub run: RunId,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "run show",
        class: Class::Read,
        does: "look at a run of its own",
        dimensions: &[],
        effects: &[],
        options: &[],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(Dimensions::new())
    }
}

/// What `--json` shows of a run.
#[derive(Debug, Serialize)]
struct Document<'a> {
    run: &'a RunId,
    time: &'a str,
    caller: &'a str,
    flr: &'a str,
    command: &'a str,
    profile: &'a str,
    request: &'a Value,
    plan_sha: &'a str,
    since: EventId,
    state: &'static str,
    ended: Option<&'a str>,
    exit: Option<u8>,
    msg: Option<&'a str>,
    resumed: &'a [String],
    undoes: Option<&'a RunId>,
    undone_by: Option<&'a RunId>,
    steps: Vec<StepLine<'a>>,
}

#[derive(Debug, Serialize)]
struct StepLine<'a> {
    change: json::Worded<'a>,
    standing: &'static str,
    why: Option<&'a str>,
}

/// Shows the run; the exit code.
pub fn show(args: &Args, context: &mut Context) -> anyhow::Result<u8> {
    context.asker.access.allow(Args::GRANT.name, &Dimensions::new())?;
    let record = context.asker.store()?.show(&args.run)?;
    let document = Document::of(&record);
    if args.json {
        context.out.line(json::line(&document));
    } else {
        document.print(&mut context.out);
    }
    Ok(0)
}

impl<'a> Document<'a> {
    fn of(record: &'a RunRecord) -> Self {
        let begin = &record.begin;
        let end = record.end.as_ref();
        let step = |(step, standing): (&'a crate::plan::Step, &'a Standing)| {
            let (standing, why) = told(standing);
            StepLine { change: json::Worded::from(&step.change), standing, why }
        };
        Self {
            run: &begin.run,
            time: &begin.time,
            caller: &begin.caller,
            flr: &begin.flr,
            command: &begin.command,
            profile: &begin.profile,
            request: &begin.request,
            plan_sha: &begin.plan_sha,
            since: begin.since,
            state: record.state(),
            ended: end.map(|(time, _, _)| time.as_str()),
            exit: end.map(|(_, exit, _)| *exit),
            msg: end.map(|(_, _, msg)| msg.as_str()),
            resumed: &record.resumed,
            undoes: begin.undoes.as_ref(),
            undone_by: record.undone_by.as_ref(),
            steps: record.steps.iter().zip(&record.standing).map(step).collect(),
        }
    }

    fn print(&self, out: &mut Stdout) {
        let mut line = |name: &str, value: &str| {
            if !value.is_empty() {
                out.line(format_args!("{name:<10}{}", escape(value)));
            }
        };
        let run = |run: Option<&RunId>| run.map(RunId::to_string).unwrap_or_default();
        line("run", self.run.as_str());
        line("command", self.command);
        line("request", &shortened(&json::line(self.request)));
        line("caller", self.caller);
        line("profile", self.profile);
        line("began", self.time);
        line("resumed", &self.resumed.join(", "));
        line("state", self.state);
        line("ended", self.ended.unwrap_or_default());
        line("exit", &self.exit.map(|n| n.to_string()).unwrap_or_default());
        line("msg", self.msg.unwrap_or_default());
        line("undoes", &run(self.undoes));
        line("undone by", &run(self.undone_by));
        for step in &self.steps {
            let (standing, text) = (step.standing, escape(step.change.text()));
            match step.why {
                None => out.line(format_args!("{standing}: {text}")),
                Some(why) => out.line(format_args!("{standing}: {text}: {}", escape(why))),
            }
        }
    }
}

/// Characters of a request that are shown before what became of it.
const SHOWN: usize = 300;

/// A release's whole layout or 24,000 builds may be in it.
fn shortened(request: &str) -> String {
    match request.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… (all of it with --json)", request.get(..end).unwrap_or_default()),
        None => request.to_owned(),
    }
}

fn told(standing: &Standing) -> (&'static str, Option<&str>) {
    match standing {
        Standing::NotSent => ("not sent", None),
        Standing::InFlight => ("in flight", None),
        Standing::Ended(outcome) => match outcome {
            Outcome::Done => ("done", None),
            Outcome::Already { why } => ("already", Some(why)),
            Outcome::Failed { why } => ("failed", Some(why)),
            Outcome::Skipped { why } => ("skipped", Some(why)),
            Outcome::Unsettled { why } => ("unsettled", Some(why)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What became of the run is not to scroll away.
    #[test]
    fn a_long_request_is_cut() {
        assert_eq!(shortened("{}"), "{}");
        let whole = "é".repeat(SHOWN);
        assert_eq!(shortened(&whole), whole);
        assert_eq!(shortened(&format!("{whole}é")), format!("{whole}… (all of it with --json)"));
    }
}
