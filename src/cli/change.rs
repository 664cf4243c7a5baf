// SPDX-License-Identifier: GPL-3.0-or-later
//! The road of changing commands, from words to a report.

use super::Asker;
use super::connect::Connection;
use super::options::{Applies, Consent, Does, Grantable, Login};
use super::release::{self, AppliesOfRelease, Own, Sources, Whose};
use super::{Context, distgit, words};
use crate::access::{Access, Dimensions};
use crate::error::Kind;
use crate::ops::release::NamesRelease;
use crate::output::{Answer, Complaint, Terminal, complain, human, json};
use crate::pipeline::{Operation, Pace, Readers, Report, Road, Stop, Store, Ui};
use crate::release::Lookup;
use crate::{Error, koji};
use std::sync::Arc;

/// The words of a changing command: of those who act for themselves, or in privileged mode.
pub trait Words {
    /// The command's own.
    type Args;

    /// What they say.
    fn said(self, asker: &Asker) -> Said<Self::Args>;
}

/// What the words of a changing command say.
pub struct Said<A> {
    /// The command's own words.
    pub args: A,
    /// Whether it may be done.
    pub consent: Consent,
    /// The hub's profile.
    pub profile: String,
    /// How to log in.
    pub login: Login,
    /// The Bodhi to ask, if it was named.
    pub bodhi: Option<String>,
}

impl<A: clap::Args> Words for Applies<A> {
    type Args = A;

    fn said(self, _: &Asker) -> Said<A> {
        let Self { args, consent, hub, login } = self;
        Said { args, consent, profile: hub.profile, login, bodhi: None }
    }
}

impl<A: clap::Args> Words for AppliesOfRelease<A> {
    type Args = A;

    fn said(self, asker: &Asker) -> Said<A> {
        let Said { args: Own { args, bodhi }, consent, profile, login, .. } = self.words.said(asker);
        Said { args, consent, profile, login, bodhi }
    }
}

/// At the hub of the account, and its Bodhi.
impl<A: Grantable> Words for Does<A> {
    type Args = A;

    fn said(self, asker: &Asker) -> Said<A> {
        let consent = self.consent();
        Said { args: self.args, consent, profile: asker.profile(), login: Login::default(), bodhi: None }
    }
}

/// Runs a changing command; its exit code.
pub fn change<W, O>(words: W, context: &mut Context) -> anyhow::Result<u8>
where
    W: Words,
    O: Operation + TryFrom<W::Args>,
    O::Error: Into<anyhow::Error>,
{
    Ok(walk(words, context, O::dimensions, |request: O, _, _| Ok(request)))
}

/// Runs a changing command that names a release; its exit code.
pub fn change_release<W, N>(words: W, context: &mut Context) -> anyhow::Result<u8>
where
    W: Words,
    N: NamesRelease + TryFrom<W::Args>,
    N::Error: Into<anyhow::Error>,
{
    Ok(walk(words, context, N::dimensions, |named: N, koji, whose| {
        let sources = Sources::of(whose)?;
        let known = sources.releases(koji)?;
        release::note(&known);
        let named = named.informed(&known, &sources.layouts, &|lists| distgit::open(whose, lists))?;
        named.resolve(&known, &sources.layouts, koji)
    }))
}

/// `about`: what the words ask for is about, as typed. `resolve`: what that means, which may have to be looked up.
fn walk<W, T, O>(
    words: W,
    context: &mut Context,
    about: impl FnOnce(&T) -> Dimensions,
    resolve: impl FnOnce(T, &dyn koji::Reader, &Whose<'_>) -> crate::Result<O>,
) -> u8
where
    W: Words,
    T: TryFrom<W::Args>,
    T::Error: Into<anyhow::Error>,
    O: Operation,
{
    let Said { args, consent, profile, login, bodhi } = words.said(&context.asker);
    // A list on standard input is read before: until it is there, a signal is the end.
    let asked = T::try_from(args).map_err(Into::into);
    let report = asked.and_then(|asked| {
        let walk = Walk::new(&context.asker, consent)?;
        // As typed, before anything is looked at, the hub's profile included. The road judges what becomes of it.
        context.asker.access.allow(O::NAME, &about(&asked))?;
        walk.at(&profile, &login, |road| {
            let asker = &context.asker;
            let whose = Whose {
                caller: &asker.caller,
                profile: &profile,
                bodhi: bodhi.as_deref(),
                granted: matches!(asker.access, Access::Granted(_)),
                stop: &walk.stop,
            };
            let request = resolve(asked, road.readers.koji, &whose)?;
            Ok(road.run(&request, consent.dry_run))
        })
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
