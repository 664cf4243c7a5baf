// SPDX-License-Identifier: GPL-3.0-or-later
//! `flr run`: what flr has done.

#![allow(missing_docs, reason = "the fields are the command's own words, with their help")]

pub mod list;
pub mod resume;
pub mod show;
pub mod undo;

use super::Context;
use super::change::{Walk, told};
use super::options::{Consent, Continues, Does, Grantable, Login};
use crate::access::Dimensions;
use crate::names::RunId;
use crate::pipeline::{Report, Road};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    List(list::Args),
    Show(show::Args),
    Resume(Continues<resume::Args>),
    Undo(Continues<undo::Args>),
}

/// Runs the command; its exit code.
pub fn dispatch(command: Command, context: &mut Context) -> anyhow::Result<u8> {
    match command {
        Command::List(args) => list::show(args, context),
        Command::Show(args) => show::show(&args, context),
        Command::Resume(words) => {
            let run = words.args.run.clone();
            goes_on("run resume", &run, words, context, |road, run, dry_run| road.resume(run, dry_run))
        }
        Command::Undo(words) => {
            let run = words.args.run.clone();
            goes_on("run undo", &run, words, context, |road, run, dry_run| road.undo(run, dry_run))
        }
    }
}

/// What an administrator can grant of it: a caller sees and takes up his own runs only.
#[derive(Debug, clap::Subcommand)]
pub enum Granted {
    List(list::Args),
    Show(show::Args),
    Resume(Does<resume::Args>),
    Undo(Does<undo::Args>),
}

/// The commands of [`Granted`], for whoever grants them.
pub const GRANTABLE: [crate::access::table::Command; 4] =
    [list::Args::GRANT, show::Args::GRANT, resume::Args::GRANT, undo::Args::GRANT];

/// What the command is about, without running it.
pub fn about(command: Granted) -> anyhow::Result<Dimensions> {
    match command {
        Granted::List(args) => args.dimensions(),
        Granted::Show(args) => args.dimensions(),
        Granted::Resume(words) => words.args.dimensions(),
        Granted::Undo(words) => words.args.dimensions(),
    }
}

/// Runs the command in privileged mode; its exit code.
pub fn granted(command: Granted, context: &mut Context) -> anyhow::Result<u8> {
    let login = Login::default();
    match command {
        Granted::List(args) => list::show(args, context),
        Granted::Show(args) => show::show(&args, context),
        Granted::Resume(words) => {
            let go_on = |road: &Road<'_>, run: &RunId, dry_run| road.resume(run, dry_run);
            again("run resume", &words.args.run, words.consent(), &login, context, go_on)
        }
        Granted::Undo(words) => {
            let take_back = |road: &Road<'_>, run: &RunId, dry_run| road.undo(run, dry_run);
            again("run undo", &words.args.run, words.consent(), &login, context, take_back)
        }
    }
}

/// Walks again at the hub of an earlier run; the exit code.
fn goes_on<A: clap::Args>(
    command: &str,
    run: &RunId,
    words: Continues<A>,
    context: &mut Context,
    walk_again: impl FnOnce(&Road<'_>, &RunId, bool) -> Report,
) -> anyhow::Result<u8> {
    let Continues { consent, login, .. } = words;
    again(command, run, consent, &login, context, walk_again)
}

fn again(
    command: &str,
    run: &RunId,
    consent: Consent,
    login: &Login,
    context: &mut Context,
    walk_again: impl FnOnce(&Road<'_>, &RunId, bool) -> Report,
) -> anyhow::Result<u8> {
    let report = Walk::new(&context.asker, consent).and_then(|walk| {
        let profile = walk.store.show(run)?.begin.profile;
        walk.at(&profile, login, |road| Ok(walk_again(road, run, consent.dry_run)))
    });
    Ok(told(command, report, consent, context))
}
