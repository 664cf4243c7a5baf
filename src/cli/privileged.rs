// SPDX-License-Identifier: GPL-3.0-or-later
//! Privileged mode: the narrow surface that sudo's rules can trust.
//!
//! Its parser knows only what can be granted, and of that neither hub nor login nor consent. Before
//! it sees a word, the process has been made safe, the caller is known and his grant is read; before
//! any service is asked, the words have been judged and the intent is on disk.

use super::{Asker, Context, change, koji, list, release, run, signals, words};
use crate::access::check::Understood;
use crate::access::door::Door;
use crate::access::reception::{Guest, receive};
use crate::access::settings::{Places, Settings};
use crate::access::{Access, Caller, Grantee, Parts, Sudo, table};
use crate::error::Kind;
use crate::output::{Complaint, complain};
use crate::pipeline::Stop;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

/// Use a service account's credentials, as far as your grant goes
///
/// Your administrators have granted you some of these commands; flr access explain USER tells which.
/// Nobody is asked: a plan that needs a yes is only made if the grant says that none is needed.
#[derive(Debug, Parser)]
#[command(
    name = "flr",
    version,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
struct Flr {
    #[command(subcommand)]
    group: Group,
}

#[derive(Debug, clap::Subcommand)]
enum Group {
    /// Look at the koji hub and change it
    #[command(subcommand, arg_required_else_help = true)]
    Koji(koji::Granted),
    /// Tell what releases there are and whether they are as they should be
    #[command(subcommand, arg_required_else_help = true)]
    Release(release::Granted),
    /// List, show, resume and undo your own runs
    #[command(subcommand, arg_required_else_help = true)]
    Run(run::Granted),
}

/// A list on standard input is no longer, and has come after so long.
const LIST: list::Bounds = list::Bounds { bytes: 4 * 1024 * 1024, patience: Some(Duration::from_secs(60)) };

/// Every command that can be granted.
pub fn grantable() -> Vec<table::Command> {
    koji::GRANTABLE.iter().chain(release::GRANTABLE).chain(&run::GRANTABLE).copied().collect()
}

/// The tree of commands, for tests.
pub fn command() -> clap::Command {
    Flr::command()
}

/// Runs the command that `args` (program name first) ask for, if it is granted.
pub fn main(args: Vec<OsString>, door: &Door, settings: &Settings, sudo: &Sudo) -> ExitCode {
    let places = Places::of_this_machine();
    match receive(door, settings, sudo, &places, &grantable(), args) {
        Ok(guest) => serve(guest, &places),
        Err(error) => {
            complain(Complaint::Failed(&error.what, error.hint.as_deref()));
            ExitCode::from(error.kind.exit_code())
        }
    }
}

/// Understands what the guest says, does it as far as it is granted, and records how it ended.
fn serve(guest: Guest, places: &Places) -> ExitCode {
    list::narrow(LIST);
    let Guest { who, grant, account, settings, log, words } = guest;
    let state = places.state(&account.name);
    let parsed = parse(&words);
    let spoken = parsed.as_ref().map(|spoken| (spoken.command.clone(), spoken.options.clone())).unwrap_or_default();
    let caller = Caller::granted(&who.name, state.clone());
    let parts = Parts {
        who,
        grant,
        state,
        log,
        argv: words.iter().skip(1).cloned().collect(),
        command: spoken.0,
        options: spoken.1,
    };
    let access = Access::Granted(Box::new(Grantee::new(parts)));
    // From here on a signal is a wish: nothing ends before it is recorded.
    let stop = Stop::new();
    let asker = Asker { caller, access, account: Some(settings), stop: Some(stop.clone()) };
    let mut context = Context::new(asker);
    let code = match signals::heed(&stop, None) {
        Ok(()) => obey(parsed, &words, &mut context),
        Err(error) => context.failed(&error.into()),
    };
    end(context, code)
}

fn obey(parsed: Result<Spoken, Box<clap::Error>>, words: &[String], context: &mut Context) -> u8 {
    let spoken = match parsed {
        Ok(spoken) => spoken,
        Err(error) if !error.use_stderr() => {
            context.out.text(&error.to_string());
            return 0;
        }
        Err(error) => {
            let text = error.to_string();
            change::misspoken(&command(), words, &text, context);
            complain(Complaint::Clap(&text));
            context.reason = text.lines().next().unwrap_or_default().to_owned();
            return Kind::Usage.exit_code();
        }
    };
    mention_unfinished(context);
    let ended = match spoken.flr.group {
        Group::Koji(command) => koji::granted(command, context),
        Group::Release(command) => release::granted(command, context),
        Group::Run(command) => run::granted(command, context),
    };
    ended.unwrap_or_else(|error| context.failed(&error))
}

/// A crash between intent and result is somebody's to look into.
fn mention_unfinished(context: &Context) {
    let Access::Granted(grantee) = &context.asker.access else {
        return;
    };
    match grantee.unfinished() {
        Ok(runs) => {
            for run in runs {
                complain(Complaint::Note(&format!(
                    "run {run} of yours has no end in the audit log: flr run show {run}"
                )));
            }
        }
        Err(error) => complain(Complaint::Note(&error.what)),
    }
}

/// Records the end; if that cannot be done, everybody who listens is told.
fn end(context: Context, code: u8) -> ExitCode {
    let Context { asker, out, unshown, reason } = context;
    let mut code = words::ended(out, code, unshown);
    if let Access::Granted(grantee) = &asker.access
        && let Err(error) = grantee.end(code, &reason, asker.stop.as_ref().is_some_and(Stop::is_set))
    {
        // What stands in its way may have been said already.
        if reason != error.what {
            complain(Complaint::Failed(&format!("the end of this run is not recorded: {}", error.what), None));
        }
        code = if grantee.has_acted() { Kind::Partial.exit_code() } else { Kind::Unsafe.exit_code() };
    }
    ExitCode::from(code)
}

/// Why words are not understood.
#[derive(Debug)]
pub enum Unheard {
    /// They ask for help, which everybody gets who has a grant.
    Help,
    /// They are no command's, in clap's words.
    Words(String),
    /// A list in them cannot be used.
    List(anyhow::Error),
}

/// What `words` (program name first) ask for in privileged mode, without doing anything. Lists on
/// standard input are left alone.
pub fn understood(words: &[String]) -> Result<Understood, Unheard> {
    list::leave_alone();
    let Spoken { flr, command, options } = parse(words).map_err(|error| match error.use_stderr() {
        true => Unheard::Words(error.to_string()),
        false => Unheard::Help,
    })?;
    let dimensions = match flr.group {
        Group::Koji(command) => koji::about(command),
        Group::Release(command) => release::about(command),
        Group::Run(command) => run::about(command),
    };
    Ok(Understood { command, options, dimensions: dimensions.map_err(Unheard::List)? })
}

/// What was said, as far as the parser goes.
struct Spoken {
    flr: Flr,
    /// `koji block-pkg`.
    command: String,
    /// The options that are about what is shown, and `--dry-run`.
    options: BTreeSet<String>,
}

fn parse(words: &[String]) -> Result<Spoken, Box<clap::Error>> {
    let mut tree = Flr::command();
    let matches = tree.try_get_matches_from_mut(words)?;
    let flr = Flr::from_arg_matches(&matches).map_err(|error| error.format(&mut tree))?;
    let (mut names, mut leaf): (Vec<&str>, &ArgMatches) = (Vec::new(), &matches);
    while let Some((name, inner)) = leaf.subcommand() {
        names.push(name);
        leaf = inner;
    }
    let set = |id: &str| matches!(leaf.try_get_one::<bool>(id), Ok(Some(true)));
    let options = [("dry_run", "--dry-run"), ("json", "--json")];
    let options = options.iter().filter(|(id, _)| set(id)).map(|(_, name)| (*name).to_owned()).collect();
    Ok(Spoken { flr, command: names.join(" "), options })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_sound() {
        command().debug_assert();
    }

    /// What stands in the table can be said, and what can be said stands in the table.
    #[test]
    fn the_parser_and_the_table_know_the_same_commands_and_options() {
        let mut said = BTreeSet::new();
        for group in command().get_subcommands() {
            for leaf in group.get_subcommands() {
                said.insert(format!("{} {}", group.get_name(), leaf.get_name()));
            }
        }
        let table = grantable();
        assert_eq!(said, table.iter().map(|command| command.name.to_owned()).collect());
        for command in table {
            let (group, leaf) = command.name.split_once(' ').unwrap();
            let tree = self::command();
            let leaf = tree.find_subcommand(group).unwrap().find_subcommand(leaf).unwrap();
            let long = |arg: &clap::Arg| arg.get_long().map(|long| format!("--{long}"));
            let options: BTreeSet<String> = leaf.get_arguments().filter_map(long).collect();
            let mut listed: BTreeSet<String> = command.options.iter().map(|option| option.name.to_owned()).collect();
            listed.extend(table::own_options(command.class).iter().map(|option| (*option).to_owned()));
            // What a command must be told is a dimension of its own, and the build tag of create-side-target is
            // one of its tags; run list shows his own only.
            let must = leaf.get_arguments().filter(|arg| arg.is_required_set()).filter_map(long);
            let own = ["--build-tag", "--user", "--command"].map(str::to_owned);
            let required: BTreeSet<String> = must.chain(own).collect();
            let stray: Vec<_> = options.difference(&listed).filter(|option| !required.contains(*option)).collect();
            assert!(stray.is_empty(), "{}: {stray:?}", command.name);
            let unheard: Vec<_> = listed.difference(&options).collect();
            assert!(unheard.is_empty(), "{}: {unheard:?}", command.name);
            assert_eq!(
                leaf.get_positionals().next().is_some() || !command.options.is_empty(),
                command.takes_arguments,
                "{}",
                command.name
            );
        }
    }

    #[test]
    fn dangerous_options_do_not_exist() {
        let refused = [
            "koji tag-build f43 bash-1-1 --yes",
            "koji tag-build f43 bash-1-1 --profile practice",
            "koji tag-build f43 bash-1-1 --keytab /etc/k --principal x",
            "koji tag-build f43 bash-1-1 --user kim",
            "koji tag-build f43 bash-1-1 --password-file /etc/shadow",
            "koji tag-build f43 bash-1-1 --cert /etc/x.pem",
            "koji list-tagged f43 --profile x",
            "koji whoami --profile x",
            "koji call getTag f43",
            "koji tag-build f43 bash-1-1 --dry",
            "koji tag-build f43 bash-1-1 --json=1",
            "koji tag-build f43 bash-1-1 --json --json",
            "koji tag",
            "run undo r-1 --yes",
            "practice serve",
            "access list",
            "--profile x koji list-tagged f43",
        ];
        for line in refused {
            let words: Vec<String> = std::iter::once("flr").chain(line.split(' ')).map(str::to_owned).collect();
            assert!(parse(&words).is_err_and(|error| error.use_stderr()), "{line}");
        }
        let words: Vec<String> =
            "flr koji tag-build f43 bash-1-1 --dry-run --json".split(' ').map(str::to_owned).collect();
        let spoken = parse(&words).unwrap();
        assert_eq!(spoken.command, "koji tag-build");
        assert_eq!(spoken.options, BTreeSet::from(["--dry-run".to_owned(), "--json".to_owned()]));
    }
}
