// SPDX-License-Identifier: GPL-3.0-or-later
//! The road of changing commands, from words to a report.

use super::Asker;
use super::connect::Connection;
use super::options::{Applies, Consent, Does, Grantable, Login};
use super::release::{self, Own, Sources, Whose};
use super::{Context, distgit, words};
use crate::Error;
use crate::access::Access;
use crate::error::Kind;
use crate::ops::release::NamesRelease;
use crate::output::{Answer, Complaint, Terminal, complain, human, json};
use crate::pipeline::{Operation, Pace, Readers, Report, Road, Stop, Store, Ui};
use crate::release::Lookup;
use std::sync::Arc;

/// Runs a changing command; its exit code.
pub fn change<A, O>(words: Applies<A>, context: &mut Context) -> anyhow::Result<u8>
where
    A: clap::Args,
    O: Operation + TryFrom<A>,
    O::Error: Into<anyhow::Error>,
{
    let Applies { args, consent, hub, login } = words;
    Ok(walk::<A, O>(args, consent, &hub.profile, &login, context))
}

/// The same in privileged mode, at the hub of the account.
pub fn granted<A, O>(words: Does<A>, context: &mut Context) -> anyhow::Result<u8>
where
    A: Grantable,
    O: Operation + TryFrom<A>,
    O::Error: Into<anyhow::Error>,
{
    let consent = words.consent();
    let profile = context.asker.profile();
    Ok(walk::<A, O>(words.args, consent, &profile, &Login::default(), context))
}

/// Runs a changing command that names a release; its exit code.
pub fn change_release<A, N>(words: Applies<Own<A>>, context: &mut Context) -> anyhow::Result<u8>
where
    A: clap::Args,
    N: NamesRelease + TryFrom<A>,
    N::Error: Into<anyhow::Error>,
{
    let Applies { args: Own { args, bodhi }, consent, hub, login } = words;
    Ok(walk_release::<A, N>(args, bodhi.as_deref(), consent, &hub.profile, &login, context))
}

/// The same in privileged mode, at the hub of the account and its Bodhi.
pub fn granted_release<A, N>(words: Does<A>, context: &mut Context) -> anyhow::Result<u8>
where
    A: Grantable,
    N: NamesRelease + TryFrom<A>,
    N::Error: Into<anyhow::Error>,
{
    let consent = words.consent();
    let profile = context.asker.profile();
    Ok(walk_release::<A, N>(words.args, None, consent, &profile, &Login::default(), context))
}

fn walk_release<A, N>(
    args: A,
    bodhi: Option<&str>,
    consent: Consent,
    profile: &str,
    login: &Login,
    context: &mut Context,
) -> u8
where
    N: NamesRelease + TryFrom<A>,
    N::Error: Into<anyhow::Error>,
{
    // A list on standard input is read before: until it is there, a signal is the end.
    let named = N::try_from(args).map_err(Into::into);
    let report = named.and_then(|named| {
        let walk = Walk::new(&context.asker, consent)?;
        // As typed, before Bodhi or the hub is asked anything. The road judges what became of it.
        context.asker.access.allow(N::Request::NAME, &named.dimensions())?;
        walk.at(profile, login, |road| {
            let asker = &context.asker;
            let whose = Whose {
                caller: &asker.caller,
                profile,
                bodhi,
                granted: matches!(asker.access, Access::Granted(_)),
                stop: &walk.stop,
            };
            let sources = Sources::of(&whose)?;
            let known = sources.releases(road.readers.koji)?;
            release::note(&known);
            let named = named.informed(&known, &sources.layouts, &|lists| distgit::open(&whose, lists))?;
            let request = named.resolve(&known, &sources.layouts, road.readers.koji)?;
            Ok(road.run(&request, consent.dry_run))
        })
    });
    told(N::Request::NAME, report, consent, context)
}

fn walk<A, O>(args: A, consent: Consent, profile: &str, login: &Login, context: &mut Context) -> u8
where
    O: Operation + TryFrom<A>,
    O::Error: Into<anyhow::Error>,
{
    // A list on standard input is read before: until it is there, a signal is the end.
    let request = O::try_from(args).map_err(Into::into);
    let report = request.and_then(|request| {
        let walk = Walk::new(&context.asker, consent)?;
        // Before anything is looked at, the hub's profile included. The road judges again.
        context.asker.access.allow(O::NAME, &Operation::dimensions(&request))?;
        walk.at(profile, login, |road| Ok(road.run(&request, consent.dry_run)))
    });
    told(O::NAME, report, consent, context)
}

/// Shows what became of `command`, also if it did not get as far as the road; the exit code.
pub fn told(command: &str, report: anyhow::Result<Report>, consent: Consent, context: &mut Context) -> u8 {
    match report {
        Ok(report) => {
            show(&report, consent, context);
            if report.changed && !report.dry_run {
                context.unshown = Kind::Partial;
            }
            context.reason.clone_from(&report.msg);
            report.exit_code()
        }
        Err(error) => {
            if consent.json {
                let report = early(command, &error, consent);
                context.out.line(json::document(&report));
            }
            context.failed(&error)
        }
    }
}

/// The report of a command that failed before it was on the road.
fn early(command: &str, error: &anyhow::Error, consent: Consent) -> Report {
    let sentence = words::sentence(error);
    Report {
        failed: true,
        stopped: Some(Error::new(words::kind_of(error), sentence.clone())),
        msg: sentence,
        ..Report::new(command, consent.dry_run)
    }
}

/// Prints the document of a changing command whose words are wrong, if they ask for one. `tree`: the
/// commands there are; `said`: what is wrong, in clap's words or ours.
pub fn misspoken(tree: &clap::Command, words: &[String], said: &str, context: &mut Context) {
    let path = || {
        let group = tree.find_subcommand(words.get(1)?)?;
        let command = group.find_subcommand(words.get(2)?)?;
        let changes = command.get_arguments().any(|arg| arg.get_id() == "dry_run");
        changes.then(|| format!("{} {}", group.get_name(), command.get_name()))
    };
    let asks = |option: &str| words.iter().take_while(|word| *word != "--").any(|word| word == option);
    if let Some(command) = path().filter(|_| asks("--json")) {
        let consent = Consent { json: true, dry_run: asks("--dry-run"), yes: asks("--yes") };
        let lines = said.lines().map(str::trim).take_while(|line| !line.is_empty());
        let sentence = lines.collect::<Vec<_>>().join(" ");
        let error = Error::usage(sentence.strip_prefix("error: ").unwrap_or(&sentence));
        context.out.line(json::document(&early(&command, &error.into(), consent)));
    }
}

fn show(report: &Report, consent: Consent, context: &mut Context) {
    // Whether it may be taken back is for the grant to say.
    let own = matches!(context.asker.access, Access::Personal);
    let out = &mut context.out;
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
        (Some(run), None) if own && !consent.json && report.can_be_taken_back() => {
            complain(Complaint::Hint(&format!("this was run {run}; `flr run undo {run}` takes it back")));
        }
        (_, Some(hint)) => complain(Complaint::Hint(hint)),
        _ => {}
    }
}

/// What all changing commands take with them on the road.
pub struct Walk<'a> {
    asker: &'a Asker,
    ui: Arc<Terminal>,
    stop: Stop,
    /// The journals of earlier runs, and of this one.
    pub store: Store,
}

impl<'a> Walk<'a> {
    /// From here on Ctrl-C is heeded.
    pub fn new(asker: &'a Asker, consent: Consent) -> anyhow::Result<Self> {
        let stop = asker.heed_signals(Kind::Failed)?;
        let caller = &asker.caller;
        let answer = if consent.yes { Answer::Yes } else { Answer::Ask };
        Ok(Self { asker, ui: Arc::new(Terminal::new(answer, caller.dumb_terminal)), stop, store: asker.store()? })
    }

    /// Walks at the hub of `profile`.
    pub fn at(
        &self,
        profile: &str,
        login: &Login,
        walk: impl FnOnce(&Road<'_>) -> anyhow::Result<Report>,
    ) -> anyhow::Result<Report> {
        let ui = Arc::clone(&self.ui);
        let notices = Arc::new(move |text: &str| ui.note(text));
        let connection = Connection::open(profile, login, self.asker, &self.stop, notices)?;
        let road = Road {
            readers: Readers { koji: connection.hub() },
            writers: &connection,
            access: &self.asker.access,
            store: &self.store,
            ui: &*self.ui,
            stop: self.stop.clone(),
            caller: self.asker.caller.name.clone(),
            profile: profile.to_owned(),
            pace: Pace { task_poll: connection.profile().poll_interval, ..Pace::default() },
        };
        let report = walk(&road);
        self.ui.finished();
        report
    }
}
