// SPDX-License-Identifier: GPL-3.0-or-later
//! `flr koji`: one file for each command.

#![allow(missing_docs, reason = "the fields are the command's own words, with their help")]

pub mod add_pkg;
pub mod block_pkg;
pub mod build_info;
pub mod call;
pub mod latest_build;
pub mod list_history;
pub mod list_pkgs;
pub mod list_tagged;
pub mod list_tags;
pub mod mass_tag;
pub mod move_builds;
pub mod tag_build;
pub mod task_info;
pub mod unblock_pkg;
pub mod untag_build;
pub mod watch_task;
pub mod whoami;

use super::Context;
use super::change::{self, change};
use super::options::{Applies, Asks, Does, Grantable, LogsIn, Shows};
use super::read::{self, read};
use crate::access::{Dimensions, table};
use crate::ops::koji as ops;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    ListTagged(Shows<list_tagged::Args>),
    LatestBuild(Shows<latest_build::Args>),
    BuildInfo(Shows<build_info::Args>),
    ListTags(Shows<list_tags::Args>),
    ListPkgs(Shows<list_pkgs::Args>),
    ListHistory(Shows<list_history::Args>),
    TaskInfo(Shows<task_info::Args>),
    WatchTask(Shows<watch_task::Args>),
    Call(Shows<call::Args>),
    Whoami(LogsIn<whoami::Args>),
    TagBuild(Applies<tag_build::Args>),
    UntagBuild(Applies<untag_build::Args>),
    MoveBuilds(Applies<move_builds::Args>),
    AddPkg(Applies<add_pkg::Args>),
    BlockPkg(Applies<block_pkg::Args>),
    UnblockPkg(Applies<unblock_pkg::Args>),
    MassTag(Applies<mass_tag::Args>),
}

/// Runs the command; its exit code.
pub fn dispatch(command: Command, context: &mut Context) -> anyhow::Result<u8> {
    match command {
        Command::ListTagged(words) => read(words, context),
        Command::LatestBuild(words) => read(words, context),
        Command::BuildInfo(words) => read(words, context),
        Command::ListTags(words) => read(words, context),
        Command::ListPkgs(words) => read(words, context),
        Command::ListHistory(words) => read(words, context),
        Command::TaskInfo(words) => read(words, context),
        Command::WatchTask(words) => read(words, context),
        Command::Call(words) => read(words, context),
        Command::Whoami(words) => whoami::show(words, context),
        Command::TagBuild(words) => change::<_, ops::TagBuilds>(words, context),
        Command::UntagBuild(words) => change::<_, ops::UntagBuilds>(words, context),
        Command::MoveBuilds(words) => change::<_, ops::MoveBuilds>(words, context),
        Command::AddPkg(words) => change::<_, ops::AddPackages>(words, context),
        Command::BlockPkg(words) => change::<_, ops::BlockPackages>(words, context),
        Command::UnblockPkg(words) => change::<_, ops::UnblockPackages>(words, context),
        Command::MassTag(words) => change::<_, ops::MassTag>(words, context),
    }
}

/// What an administrator can grant of it. `call` is not: it can read anything.
#[derive(Debug, clap::Subcommand)]
pub enum Granted {
    ListTagged(Asks<list_tagged::Args>),
    LatestBuild(Asks<latest_build::Args>),
    BuildInfo(Asks<build_info::Args>),
    ListTags(Asks<list_tags::Args>),
    ListPkgs(Asks<list_pkgs::Args>),
    ListHistory(Asks<list_history::Args>),
    TaskInfo(Asks<task_info::Args>),
    WatchTask(Asks<watch_task::Args>),
    Whoami(Asks<whoami::Args>),
    TagBuild(Does<tag_build::Args>),
    UntagBuild(Does<untag_build::Args>),
    MoveBuilds(Does<move_builds::Args>),
    AddPkg(Does<add_pkg::Args>),
    BlockPkg(Does<block_pkg::Args>),
    UnblockPkg(Does<unblock_pkg::Args>),
    MassTag(Does<mass_tag::Args>),
}

/// The commands of [`Granted`], for whoever grants them.
pub const GRANTABLE: &[table::Command] = &[
    list_tagged::Args::GRANT,
    latest_build::Args::GRANT,
    build_info::Args::GRANT,
    list_tags::Args::GRANT,
    list_pkgs::Args::GRANT,
    list_history::Args::GRANT,
    task_info::Args::GRANT,
    watch_task::Args::GRANT,
    whoami::Args::GRANT,
    tag_build::Args::GRANT,
    untag_build::Args::GRANT,
    move_builds::Args::GRANT,
    add_pkg::Args::GRANT,
    block_pkg::Args::GRANT,
    unblock_pkg::Args::GRANT,
    mass_tag::Args::GRANT,
];

/// Runs the command in privileged mode; its exit code.
pub fn granted(command: Granted, context: &mut Context) -> anyhow::Result<u8> {
    match command {
        Granted::ListTagged(words) => read::granted(words, context),
        Granted::LatestBuild(words) => read::granted(words, context),
        Granted::BuildInfo(words) => read::granted(words, context),
        Granted::ListTags(words) => read::granted(words, context),
        Granted::ListPkgs(words) => read::granted(words, context),
        Granted::ListHistory(words) => read::granted(words, context),
        Granted::TaskInfo(words) => read::granted(words, context),
        Granted::WatchTask(words) => read::granted(words, context),
        Granted::Whoami(words) => whoami::granted(words, context),
        Granted::TagBuild(words) => change::granted::<_, ops::TagBuilds>(words, context),
        Granted::UntagBuild(words) => change::granted::<_, ops::UntagBuilds>(words, context),
        Granted::MoveBuilds(words) => change::granted::<_, ops::MoveBuilds>(words, context),
        Granted::AddPkg(words) => change::granted::<_, ops::AddPackages>(words, context),
        Granted::BlockPkg(words) => change::granted::<_, ops::BlockPackages>(words, context),
        Granted::UnblockPkg(words) => change::granted::<_, ops::UnblockPackages>(words, context),
        Granted::MassTag(words) => change::granted::<_, ops::MassTag>(words, context),
    }
}

/// What the command is about, without running it.
pub fn about(command: Granted) -> anyhow::Result<Dimensions> {
    match command {
        Granted::ListTagged(words) => words.args.dimensions(),
        Granted::LatestBuild(words) => words.args.dimensions(),
        Granted::BuildInfo(words) => words.args.dimensions(),
        Granted::ListTags(words) => words.args.dimensions(),
        Granted::ListPkgs(words) => words.args.dimensions(),
        Granted::ListHistory(words) => words.args.dimensions(),
        Granted::TaskInfo(words) => words.args.dimensions(),
        Granted::WatchTask(words) => words.args.dimensions(),
        Granted::Whoami(words) => words.args.dimensions(),
        Granted::TagBuild(words) => words.args.dimensions(),
        Granted::UntagBuild(words) => words.args.dimensions(),
        Granted::MoveBuilds(words) => words.args.dimensions(),
        Granted::AddPkg(words) => words.args.dimensions(),
        Granted::BlockPkg(words) => words.args.dimensions(),
        Granted::UnblockPkg(words) => words.args.dimensions(),
        Granted::MassTag(words) => words.args.dimensions(),
    }
}
