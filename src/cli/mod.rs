// SPDX-License-Identifier: GPL-3.0-or-later
//! The commands: words in, an operation or an answer out.
//!
//! `flr koji move-builds` is `cli/koji/move_builds.rs` (words) and `ops/koji/move_builds.rs`
//! (meaning). Only this room knows clap, and nobody knows this room.

/// The end of a command's long help: examples, and what its exit codes mean.
macro_rules! examples {
    (reads, $examples:literal) => {
        concat!(
            "Examples:\n",
            $examples,
            "\n\nExit codes:\n\
             \x20 0   the answer is shown\n\
             \x20 2   the words of the command are wrong\n\
             \x20 7   the answer is no\n\
             \x20 10  failed, or the hub does not know something that was named\n\
             \x20 75  the hub is away, or it is not over yet: try again later"
        )
    };
    (access, $examples:literal, $codes:literal) => {
        concat!("Examples:\n", $examples, "\n\nExit codes:\n", $codes)
    };
    (changes, $examples:literal) => {
        concat!(
            "Examples:\n",
            $examples,
            "\n\nExit codes:\n\
             \x20 0   the state is as asked, changed or not\n\
             \x20 2   the words of the command are wrong\n\
             \x20 3   not permitted\n\
             \x20 4   not confirmed: nobody said yes\n\
             \x20 5   stopped or failed after some changes, or nobody can say yet\n\
             \x20 6   refused: this machine is not set up safely\n\
             \x20 10  failed, nothing was changed\n\
             \x20 75  the hub is away, nothing was changed: try again later"
        )
    };
}

pub mod access;
mod change;
#[macro_use]
mod commands;
mod connect;
mod distgit;
mod draft;
#[cfg(feature = "practice")]
mod embedded;
mod forms;
pub mod koji;
pub mod list;
pub mod moment;
pub mod options;
pub mod pages;
#[cfg(feature = "practice")]
pub mod practice;
mod privileged;
mod read;
pub mod release;
pub mod run;
mod signals;
mod words;

use crate::access::door::Door;
use crate::access::reception::worded;
use crate::access::settings::{AccountSettings, Places, Settings};
use crate::access::{Access, Caller, Sudo, account, process};
use crate::error::Kind;
use crate::output::{Complaint, Stdout, complain, human};
use crate::pipeline::{Stop, Store};
use clap::{CommandFactory, Parser};
use std::ffi::OsString;
use std::process::ExitCode;

/// Operate koji: see what would change, change it, resume it, take it back
///
/// Every changing command reads the present state, shows its plan, asks, applies it in batches and
/// keeps a record; with --dry-run it stops after the plan. Running it again changes nothing.
///
/// Options come after the command. Lists of builds, packages and tasks may come from standard
/// input: give - for the list.
#[derive(Debug, Parser)]
#[command(
    name = "flr",
    version,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true,
    after_long_help = EXIT_CODES,
)]
struct Flr {
    #[command(subcommand)]
    group: Group,
}

const EXIT_CODES: &str = "\
Exit codes:
  0   the state is as asked, changed or not
  2   the words of the command are wrong
  3   not permitted
  4   not confirmed
  5   stopped or failed after some changes, or nobody can say yet
  6   refused: this machine is not set up safely
  7   the answer of a reading command is no
  10  failed, nothing was changed
  75  not now, nothing was changed: try again later";

#[derive(Debug, clap::Subcommand)]
enum Group {
    /// Look at a koji hub and change it
    #[command(subcommand, arg_required_else_help = true)]
    Koji(koji::Command),
    /// Tell what releases there are and whether they are as they should be
    #[command(subcommand, arg_required_else_help = true)]
    Release(release::Command),
    /// List, show, resume and undo what flr has done
    #[command(subcommand, arg_required_else_help = true)]
    Run(run::Command),
    /// Who may do what here, and what they did
    #[command(subcommand, arg_required_else_help = true)]
    Access(access::Command),
    /// Serve and fill the embedded practice hub
    #[cfg(feature = "practice")]
    #[command(subcommand, arg_required_else_help = true)]
    Practice(practice::Command),
}

/// What every command gets: who asks, and the door to standard output.
#[derive(Debug)]
pub struct Context {
    /// Who started flr, and what he may do.
    pub asker: Asker,
    /// Where the result goes.
    pub out: Stdout,
    /// What it is if the result cannot be shown: more than a failure if something was changed.
    pub unshown: Kind,
    /// Why the command did not do its work, or what it did, in one sentence: for the audit log.
    pub reason: String,
}

impl Context {
    fn new(asker: Asker) -> Self {
        Self { asker, out: Stdout::new(), unshown: Kind::Failed, reason: String::new() }
    }

    /// Says on standard error why the command failed; its exit code.
    pub fn failed(&mut self, error: &anyhow::Error) -> u8 {
        self.reason = words::sentence(error);
        words::failed(error)
    }
}

/// Who started flr, what he may do, and with whose credentials.
#[derive(Debug)]
pub struct Asker {
    /// Who it is.
    pub caller: Caller,
    /// What he may do.
    pub access: Access,
    /// In privileged mode, the account whose credentials are used.
    pub account: Option<AccountSettings>,
    /// The wish to stop, if signals are heeded from the beginning.
    pub stop: Option<Stop>,
}

impl Asker {
    /// The journals that he may see.
    pub fn store(&self) -> crate::Result<Store> {
        let store = Store::at(self.caller.state_dir()?);
        Ok(match &self.access {
            Access::Personal => store,
            Access::Granted(_) => store.only(&self.caller.name),
        })
    }

    /// Heeds signals, unless they are heeded already; the wish to stop. `at_once`: what it means to
    /// insist.
    pub fn heed_signals(&self, at_once: Kind) -> crate::Result<Stop> {
        match &self.stop {
            Some(stop) => Ok(stop.clone()),
            None => {
                let stop = Stop::new();
                signals::heed(&stop, Some(at_once))?;
                Ok(stop)
            }
        }
    }

    /// The koji profile of the account.
    pub fn profile(&self) -> String {
        self.account.as_ref().map(|account| account.profile.clone()).unwrap_or_default()
    }
}

/// The whole tree of commands, for completions and manual pages.
pub fn command() -> clap::Command {
    Flr::command()
}

/// Every command that can be granted, as it is to whoever grants it.
pub fn grantable() -> Vec<crate::access::table::Command> {
    privileged::grantable()
}

/// What each of these commands looks like.
pub fn forms() -> Vec<crate::access::sudoers::Form> {
    forms::forms()
}

/// The tree of commands in privileged mode.
pub fn privileged_command() -> clap::Command {
    privileged::command()
}

/// Runs the command that `args` (program name first) ask for.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    // `flr access` is for administrators: it looks at grants and uses none.
    if args.get(1).is_some_and(|word| word == "access") {
        return personal(args);
    }
    let sudo = Sudo::of_this_process();
    match door(&sudo) {
        Ok((Door::Personal, _)) => personal(args),
        Ok((door, Some(settings))) => privileged::main(args, &door, &settings, &sudo),
        Ok((_, None)) => ExitCode::from(Kind::Unsafe.exit_code()),
        Err(error) => {
            let error = worded(error);
            complain(Complaint::Failed(&error.what, error.hint.as_deref()));
            ExitCode::from(error.kind.exit_code())
        }
    }
}

/// By which door the caller came in, and the machine's settings.
fn door(sudo: &Sudo) -> crate::Result<(Door, Option<Settings>)> {
    let settings = Settings::load(&Places::of_this_machine())?;
    let euid = process::effective_uid();
    let name = match &settings {
        Some(_) => account::name_of(euid),
        None => None,
    };
    let door = Door::of(euid, name.as_deref(), sudo, settings.as_ref())?;
    Ok((door, settings))
}

fn personal(args: Vec<OsString>) -> ExitCode {
    let asker = Asker { caller: Caller::of_this_process(), access: Access::Personal, account: None, stop: None };
    let mut context = Context::new(asker);
    let words: Vec<String> = args.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let code = match parse(args) {
        Ok(flr) => dispatch(flr, &mut context),
        Err(Words::Help(text)) => {
            context.out.text(&text);
            0
        }
        Err(Words::Wrong(text)) => {
            change::misspoken(&command(), &words, &text, &mut context);
            complain(Complaint::Clap(&text));
            Kind::Usage.exit_code()
        }
        Err(Words::Unreadable(items)) => {
            let what = format!("{} cannot be used", human::count(items.len(), "argument"));
            change::misspoken(&command(), &words, &format!("{what}: {}", items.join("; ")), &mut context);
            complain(Complaint::Items(&what, &items));
            Kind::Usage.exit_code()
        }
    };
    ExitCode::from(words::ended(context.out, code, context.unshown))
}

/// Why there is no command to run.
enum Words {
    /// The help or the version was asked for.
    Help(String),
    /// They are wrong, in clap's words.
    Wrong(String),
    /// Some cannot be looked at; one line for each.
    Unreadable(Vec<String>),
}

fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Flr, Words> {
    let args = words::checked(args).map_err(Words::Unreadable)?;
    Flr::try_parse_from(args).map_err(|error| {
        let text = error.to_string();
        if error.use_stderr() { Words::Wrong(text) } else { Words::Help(text) }
    })
}

fn dispatch(flr: Flr, context: &mut Context) -> u8 {
    let ended = match flr.group {
        Group::Koji(command) => koji::dispatch(command, context),
        Group::Release(command) => release::dispatch(command, context),
        Group::Run(command) => run::dispatch(command, context),
        Group::Access(command) => access::dispatch(command, context),
        #[cfg(feature = "practice")]
        Group::Practice(command) => practice::dispatch(command, context),
    };
    ended.unwrap_or_else(|error| context.failed(&error))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_tree_is_sound() {
        super::command().debug_assert();
    }
}
