// SPDX-License-Identifier: GPL-3.0-or-later
//! `flr koji`: one file for each command.

#![allow(missing_docs, reason = "the fields are the command's own words, with their help")]

pub mod add_pkg;
pub mod block_pkg;
pub mod build_info;
pub mod call;
pub mod clone_tag;
pub mod create_side_target;
pub mod edit_tag;
pub mod latest_build;
pub mod list_history;
pub mod list_inheritance;
pub mod list_pkgs;
pub mod list_sidetags;
pub mod list_tagged;
pub mod list_tags;
pub mod list_targets;
pub mod lock_tag;
pub mod mass_tag;
pub mod move_builds;
pub mod remove_sidetags;
pub mod set_target;
pub mod swap_parent;
pub mod tag_build;
pub mod taginfo;
pub mod task_info;
pub mod unblock_pkg;
pub mod unlock_tag;
pub mod untag_build;
pub mod watch_task;
pub mod whoami;

use super::Context;
use super::change::change;
use super::options::{Applies, LogsIn, Shows};
use super::read::read;
use crate::ops::koji as ops;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    ListTagged(Shows<list_tagged::Args>),
    LatestBuild(Shows<latest_build::Args>),
    BuildInfo(Shows<build_info::Args>),
    ListTags(Shows<list_tags::Args>),
    ListPkgs(Shows<list_pkgs::Args>),
    ListHistory(Shows<list_history::Args>),
    // koji's own word has no dash.
    #[command(name = "taginfo")]
    TagInfo(Shows<taginfo::Args>),
    ListInheritance(Shows<list_inheritance::Args>),
    ListTargets(Shows<list_targets::Args>),
    #[command(name = "list-sidetags")]
    ListSideTags(Shows<list_sidetags::Args>),
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
    LockTag(Applies<lock_tag::Args>),
    UnlockTag(Applies<unlock_tag::Args>),
    EditTag(Applies<edit_tag::Args>),
    CloneTag(Applies<clone_tag::Args>),
    CreateSideTarget(Applies<create_side_target::Args>),
    #[command(name = "remove-sidetags")]
    RemoveSideTags(Applies<remove_sidetags::Args>),
    SetTarget(Applies<set_target::Args>),
    SwapParent(Applies<swap_parent::Args>),
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
        Command::TagInfo(words) => read(words, context),
        Command::ListInheritance(words) => read(words, context),
        Command::ListTargets(words) => read(words, context),
        Command::ListSideTags(words) => read(words, context),
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
        Command::LockTag(words) => change::<_, ops::LockTag>(words, context),
        Command::UnlockTag(words) => change::<_, ops::UnlockTag>(words, context),
        Command::EditTag(words) => change::<_, ops::EditTag>(words, context),
        Command::CloneTag(words) => change::<_, ops::CloneTag>(words, context),
        Command::CreateSideTarget(words) => change::<_, ops::CreateSideTarget>(words, context),
        Command::RemoveSideTags(words) => change::<_, ops::RemoveSideTags>(words, context),
        Command::SetTarget(words) => change::<_, ops::SetTarget>(words, context),
        Command::SwapParent(words) => change::<_, ops::SwapParent>(words, context),
    }
}
