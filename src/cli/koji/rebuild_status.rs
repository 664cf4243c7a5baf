// SPDX-License-Identifier: GPL-3.0-or-later
use crate::Error;
use crate::access::Dimensions;
use crate::access::table::{Class, Command, CommandOption, Dimension};
use crate::cli::moment::Since;
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::cli::release::{self, Sources};
use crate::error::Kind;
use crate::names::{ReleaseAlias, RunId, TargetName};
use crate::ops::koji::RebuildStatus;
use crate::ops::koji::rebuild_status::{Counts, Status, Which};
use crate::output::{Complaint, Rows, Screen, complain, human, json};
use crate::pipeline::RunRecord;
use serde::Serialize;

/// Count how far a rebuild is
///
/// Counts the builds that flr's runs on this machine were to submit (submit-builds, submit-build) for the
/// release's targets, by how their tasks are: submitted of planned, then waiting (not submitted yet), free (no builder
/// has taken it), building, done, failed, canceled; and refused by the hub, already there, unknown to the hub, if there
/// are any. A build that several runs were to submit counts once. With --since the tasks are counted that the hub was
/// given by anybody for those targets since then, of each package the last one; then nothing is planned.
///
/// With --watch it goes on until nothing waits or runs: on a terminal in a table that changes, else in a line for
/// every change; the hub is asked as often as the profile's poll_interval says. JSON fields: release, targets, runs,
/// planned, submitted, waiting, refused, already, free, building, done, failed, canceled, unknown, goes_on.
///
/// The exit code is 0; with --watch it is 7 if anything failed or was canceled or refused, and 75 after Ctrl-C.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji rebuild-status f43 --watch\n  flr koji rebuild-status --run 20261121-213007-4f1c --json\n  flr koji rebuild-status --target f43-rebuild --since 2025-07-23"))]
pub struct Args {
    /// The release
    #[arg(value_name = "REL", required_unless_present_any = ["run", "targets"])]
    pub release: Option<ReleaseAlias>,
    /// Only builds for this target (can be repeated)
    #[arg(long = "target", value_name = "TARGET")]
    pub targets: Vec<TargetName>,
    /// Only what this run was to submit
    #[arg(long, value_name = "ID", conflicts_with_all = ["release", "since"])]
    pub run: Option<RunId>,
    /// Count the hub's tasks since then: a date, 2026-11-21, or a time, 2026-11-21T21:30:00Z
    #[arg(long, value_name = "TIME")]
    pub since: Option<Since>,
    /// Go on until nothing waits or runs
    #[arg(long)]
    pub watch: bool,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji rebuild-status",
        class: Class::Read,
        does: "see how far a rebuild of {releases} is",
        dimensions: &[Dimension::Releases],
        effects: &[],
        options: &[
            CommandOption {
                name: "--target",
                does: "for {targets}",
                dimension: Some(Dimension::Targets),
                effects: &[],
            },
            CommandOption { name: "--run", does: "of a run of its own", dimension: None, effects: &[] },
            CommandOption { name: "--since", does: "by the hub's tasks", dimension: None, effects: &[] },
            CommandOption { name: "--watch", does: "until it is over", dimension: None, effects: &[] },
        ],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        let watch = self.watch;
        Ok(self.which().dimensions().option("--watch", watch))
    }
}

impl Args {
    fn which(self) -> Which {
        let Self { release, targets, run, since, watch: _ } = self;
        Which { release, targets: targets.into_iter().collect(), run, since: since.map(Since::seconds) }
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let watch = self.watch;
        if watch {
            asking.heed_signals(Kind::NotNow)?;
        }
        let sources = Sources::open(asking)?;
        let question = RebuildStatus::new(self.which(), &sources, &sources.layouts);
        question.read(runs(asking, &question.which)?);
        let status = asking.ask(&question)?;
        if let Some(known) = &status.about.known {
            release::note(known);
        }
        if watch {
            return follow(status, &question, asking);
        }
        show(&status, asking);
        Ok(0)
    }
}

/// The runs of this hub that the caller may see, oldest first. A journal that cannot be read hides no other.
fn runs(asking: &Asking<'_>, which: &Which) -> crate::Result<Vec<RunRecord>> {
    if which.since.is_some() {
        return Ok(Vec::new());
    }
    let store = asking.store()?;
    if let Some(run) = &which.run {
        return Ok(vec![store.show(run)?]);
    }
    let mut records = Vec::new();
    for record in store.list()? {
        match record {
            Ok(record) if record.begin.profile == asking.profile => records.push(record),
            Ok(_) => {}
            Err(error) => complain(Complaint::Note(&error.what)),
        }
    }
    Ok(records)
}

/// Looks again and again until nothing goes on.
fn follow(mut status: Status, question: &RebuildStatus<'_>, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
    let screen = Screen::new(asking.caller.dumb_terminal || asking.json);
    let mut told: Option<Counts> = None;
    loop {
        let counts = &status.counts;
        if told.as_ref() != Some(counts) {
            match screen.is_there() {
                true => screen.show(counts.over(), counts.total(), &rows(counts)),
                false => tell(&status, asking),
            }
            told = Some(counts.clone());
        }
        if !status.goes_on {
            break;
        }
        if asking.out.is_over() || !asking.stop.sleep(asking.poll_interval) {
            screen.end();
            let what = format!("not over: {}", words(counts));
            return Err(Error::not_now(what).hint("the same command goes on watching").into());
        }
        question.read(runs(asking, &question.which)?);
        status = match asking.ask(question) {
            Ok(status) => status,
            Err(error) => {
                screen.end();
                return Err(error.into());
            }
        };
    }
    screen.end();
    if screen.is_there() {
        show(&status, asking);
    }
    let Counts { failed, canceled, refused, .. } = status.counts;
    let bad = [("failed", failed), ("canceled", canceled), ("refused", refused)];
    let bad: Vec<_> = bad.into_iter().filter(|(_, count)| *count > 0).collect();
    if bad.is_empty() {
        return Ok(0);
    }
    let count = human::count(bad.iter().map(|(_, count)| count).sum(), "build");
    let how: Vec<String> = bad.iter().map(|(name, count)| format!("{name} {}", human::thousands(*count))).collect();
    Err(Error::new(Kind::AnswerIsNo, format!("over, and {count} not made: {}", how.join(", "))).into())
}

/// The counts in a line, those that are always told and those that are not nothing.
fn words(counts: &Counts) -> String {
    let words = rows(counts).into_iter().map(|(name, count)| format!("{name} {count}"));
    words.collect::<Vec<_>>().join(", ")
}

fn rows(counts: &Counts) -> Vec<(&'static str, usize)> {
    let mut rows: Vec<(&'static str, usize)> = counts.planned.map(|planned| ("planned", planned)).into_iter().collect();
    rows.push(("submitted", counts.submitted));
    rows.extend(counts.planned.map(|_| ("waiting", counts.waiting)));
    let Counts { free, building, done, failed, canceled, refused, already, unknown, .. } = *counts;
    rows.extend([("free", free), ("building", building), ("done", done), ("failed", failed), ("canceled", canceled)]);
    let rare = [("refused", refused), ("already", already), ("unknown", unknown)];
    rows.extend(rare.into_iter().filter(|(_, count)| *count > 0));
    rows
}

/// One line as it happens.
fn tell(status: &Status, asking: &mut Asking<'_>) {
    match asking.json {
        true => asking.out.line(json::line(&Line::of(status))),
        false => asking.out.line(words(&status.counts)),
    }
    asking.out.flush();
}

/// The table, or the one object.
fn show(status: &Status, asking: &mut Asking<'_>) {
    if asking.json {
        return tell(status, asking);
    }
    let mut table = Rows::new(asking.out, false, ["state", "builds"]);
    for (name, count) in rows(&status.counts) {
        table.add(&(), [name, &count.to_string()]);
    }
    table.end();
}

/// What `--json` shows.
#[derive(Debug, Serialize)]
struct Line<'a> {
    release: Option<&'a str>,
    targets: Vec<&'a str>,
    runs: &'a [RunId],
    #[serde(flatten)]
    counts: &'a Counts,
    goes_on: bool,
}

impl<'a> Line<'a> {
    fn of(status: &'a Status) -> Self {
        Self {
            release: status.about.release.as_deref(),
            targets: status.about.targets.iter().map(TargetName::as_str).collect(),
            runs: &status.runs,
            counts: &status.counts,
            goes_on: status.goes_on,
        }
    }
}
