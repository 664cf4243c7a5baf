// SPDX-License-Identifier: GPL-3.0-or-later
//! The road of changing commands, from words to a report.

use super::connect::Connection;
use super::list::BadItems;
use super::options::{Applies, Consent, Login};
use super::{Context, signals, words};
use crate::Error;
use crate::access::{Access, Caller};
use crate::error::Kind;
use crate::output::{Answer, Complaint, Stdout, Terminal, complain, human, json};
use crate::pipeline::{Operation, Pace, Readers, Report, Road, Stop, Store, Ui};
use std::sync::Arc;

/// Runs a changing command; its exit code.
pub fn change<A, O>(words: Applies<A>, context: &mut Context) -> anyhow::Result<u8>
where
    A: clap::Args,
    O: Operation + TryFrom<A>,
    O::Error: Into<anyhow::Error>,
{
    let Applies { args, consent, hub, login } = words;
    let report = Walk::new(&context.caller, consent).and_then(|walk| {
        let request = O::try_from(args).map_err(Into::into)?;
        walk.at(&hub.profile, &login, |road| road.run(&request, consent.dry_run))
    });
    Ok(told(O::NAME, report, consent, context))
}

/// Shows what became of `command`, also if it did not get as far as the road; the exit code.
pub fn told(command: &str, report: anyhow::Result<Report>, consent: Consent, context: &mut Context) -> u8 {
    match report {
        Ok(report) => {
            show(&report, consent, &mut context.out);
            if report.changed && !report.dry_run {
                context.unshown = Kind::Partial;
            }
            report.exit_code()
        }
        Err(error) => {
            if consent.json {
                let report = early(command, &error, consent);
                context.out.line(json::document(&report));
            }
            words::failed(&error)
        }
    }
}

/// The report of a command that failed before it was on the road.
fn early(command: &str, error: &anyhow::Error, consent: Consent) -> Report {
    let sentence = match error.downcast_ref::<BadItems>() {
        Some(bad) => bad.sentence(),
        None => format!("{error:#}"),
    };
    Report {
        failed: true,
        stopped: Some(Error::new(words::kind_of(error), sentence.clone())),
        msg: sentence,
        ..Report::new(command, consent.dry_run)
    }
}

fn show(report: &Report, consent: Consent, out: &mut Stdout) {
    for note in &report.notes {
        complain(Complaint::Note(note));
    }
    if consent.json {
        out.line(json::document(report));
    } else {
        for line in human::report(report) {
            out.line(line);
        }
        if !report.failed {
            out.line(crate::output::escape(&report.msg));
        }
    }
    // What was done is told before what to do about it.
    out.flush();
    let hint = report.hint.as_deref();
    match (&report.run, hint) {
        _ if report.failed => complain(Complaint::Failed(&report.msg, hint)),
        (Some(run), None) if !consent.json && !report.done.is_empty() => {
            complain(Complaint::Hint(&format!("this was run {run}; `flr run undo {run}` takes it back")));
        }
        (_, Some(hint)) => complain(Complaint::Hint(hint)),
        _ => {}
    }
}

/// What all changing commands take with them on the road.
pub struct Walk<'a> {
    caller: &'a Caller,
    ui: Arc<Terminal>,
    stop: Stop,
    /// The journals of earlier runs, and of this one.
    pub store: Store,
}

impl<'a> Walk<'a> {
    /// From here on Ctrl-C is heeded.
    pub fn new(caller: &'a Caller, consent: Consent) -> anyhow::Result<Self> {
        let stop = Stop::new();
        signals::heed(&stop, Kind::Partial)?;
        let answer = if consent.yes { Answer::Yes } else { Answer::Ask };
        Ok(Self {
            caller,
            ui: Arc::new(Terminal::new(answer, caller.dumb_terminal)),
            stop,
            store: Store::at(caller.state_dir()?),
        })
    }

    /// Walks at the hub of `profile`.
    pub fn at(&self, profile: &str, login: &Login, walk: impl FnOnce(&Road<'_>) -> Report) -> anyhow::Result<Report> {
        let ui = Arc::clone(&self.ui);
        let notices = Arc::new(move |text: &str| ui.note(text));
        let connection = Connection::open(profile, login, self.caller, &self.stop, notices)?;
        let road = Road {
            readers: Readers { koji: connection.hub() },
            writers: &connection,
            access: &Access::Personal,
            store: &self.store,
            ui: &*self.ui,
            stop: self.stop.clone(),
            caller: self.caller.name.clone(),
            profile: profile.to_owned(),
            pace: Pace { task_poll: connection.profile().poll_interval, ..Pace::default() },
        };
        let report = walk(&road);
        self.ui.finished();
        Ok(report)
    }
}
