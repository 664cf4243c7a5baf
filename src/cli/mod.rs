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

mod change;
mod connect;
#[cfg(feature = "practice")]
mod embedded;
pub mod koji;
pub mod list;
pub mod options;
#[cfg(feature = "practice")]
pub mod practice;
mod read;
pub mod release;
pub mod run;
mod signals;
mod words;

use crate::access::Caller;
use crate::error::Kind;
use crate::output::{Complaint, Stdout, complain, human};
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
    /// Serve and fill the embedded practice hub
    #[cfg(feature = "practice")]
    #[command(subcommand, arg_required_else_help = true)]
    Practice(practice::Command),
}

/// What every command gets: who asks, and the door to standard output.
#[derive(Debug)]
pub struct Context {
    /// Who started flr.
    pub caller: Caller,
    /// Where the result goes.
    pub out: Stdout,
    /// What it is if the result cannot be shown: more than a failure if something was changed.
    pub unshown: Kind,
}

/// The whole tree of commands, for completions and manual pages.
pub fn command() -> clap::Command {
    Flr::command()
}

/// Runs the command that `args` (program name first) ask for.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut context = Context { caller: Caller::of_this_process(), out: Stdout::new(), unshown: Kind::Failed };
    let code = match parse(args) {
        Ok(flr) => dispatch(flr, &mut context),
        Err(Words::Help(text)) => {
            context.out.text(&text);
            0
        }
        Err(Words::Wrong(text)) => {
            complain(Complaint::Clap(&text));
            Kind::Usage.exit_code()
        }
        Err(Words::Unreadable(items)) => {
            let what = format!("{} cannot be used", human::count(items.len(), "argument"));
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
        #[cfg(feature = "practice")]
        Group::Practice(command) => practice::dispatch(command, context),
    };
    ended.unwrap_or_else(|error| words::failed(&error))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_tree_is_sound() {
        super::command().debug_assert();
    }
}
