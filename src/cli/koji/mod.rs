// SPDX-License-Identifier: GPL-3.0-or-later
//! `flr koji`: one file and, in the table at the end, one line for each command.

#![allow(missing_docs, reason = "the fields are the command's own words, with their help")]

pub mod activate_updates;
pub mod add_pkg;
pub mod block_pkg;
pub mod build_info;
pub mod call;
pub mod cancel_builds;
pub mod check_latest;
pub mod clone_tag;
pub mod compare_tags;
pub mod create_release_tags;
pub mod create_side_target;
pub mod edit_tag;
pub mod find_block;
pub mod latest_build;
pub mod list_failures;
pub mod list_ftbfs;
pub mod list_history;
pub mod list_inheritance;
pub mod list_pkgs;
pub mod list_retired;
pub mod list_sidetags;
pub mod list_signing_queue;
pub mod list_tagged;
pub mod list_tags;
pub mod list_targets;
pub mod list_unbuilt;
pub mod list_unsigned;
pub mod lock_tag;
pub mod mass_tag;
pub mod move_builds;
pub mod prune_signed;
pub mod prune_tag;
pub mod rebuild_plan;
pub mod rebuild_status;
pub mod remove_sidetags;
pub mod remove_targets;
pub mod retag_latest;
pub mod retrigger_signing;
pub mod set_compose_tag;
pub mod set_target;
pub mod submit_build;
pub mod submit_builds;
pub mod swap_parent;
pub mod sync_owners;
pub mod tag_build;
pub mod taginfo;
pub mod task_info;
pub mod unblock_pkg;
pub mod unlock_tag;
pub mod untag_build;
pub mod wait_repo;
pub mod watch_task;
pub mod whoami;
pub mod write_signed;

use super::Context;
use super::change;
use super::options::{Applies, Asks, Does, Grantable, LogsIn, Shows};
use super::read::{self, read};
use super::release::{AppliesOfRelease, Own};
use crate::access::{Dimensions, table};
use crate::ops::koji as ops;
use crate::ops::release::NamesRelease;
use crate::pipeline::Operation;

commands! {
    // Looking: tags and targets.
    // koji's own word has no dash.
    #[command(name = "taginfo")]
    shows TagInfo(taginfo),
    shows ListInheritance(list_inheritance),
    shows ListHistory(list_history),
    shows ListTargets(list_targets),
    #[command(name = "list-sidetags")]
    shows ListSideTags(list_sidetags),

    // Looking: builds.
    shows ListTagged(list_tagged),
    shows LatestBuild(latest_build),
    shows ListTags(list_tags),
    shows BuildInfo(build_info),
    shows CheckLatest(check_latest),
    shows CompareTags(compare_tags as OwnArgs),

    // Looking: packages.
    shows ListPkgs(list_pkgs),
    shows_of_release ListRetired(list_retired as OwnArgs),
    shows_of_release FindBlock(find_block),

    // Looking: mass rebuild.
    shows_of_release RebuildPlan(rebuild_plan as OwnArgs),
    shows_of_release RebuildStatus(rebuild_status),
    shows_of_release ListUnbuilt(list_unbuilt as OwnArgs),
    shows_of_release ListFailures(list_failures as OwnArgs),
    shows_of_release ListFtbfs(list_ftbfs as OwnArgs),

    // Looking: signatures.
    shows ListUnsigned(list_unsigned),
    shows_of_release ListSigningQueue(list_signing_queue),

    // Looking: tasks and the login.
    shows TaskInfo(task_info),
    shows WatchTask(watch_task),
    logs_in Whoami(whoami),

    // Changing: tags and targets.
    applies_of_release CreateReleaseTags(create_release_tags as OwnArgs) by ReleaseTags,
    applies CloneTag(clone_tag) by CloneTag,
    applies EditTag(edit_tag) by EditTag,
    applies LockTag(lock_tag) by LockTag,
    applies UnlockTag(unlock_tag) by UnlockTag,
    applies SwapParent(swap_parent) by SwapParent,
    applies SetTarget(set_target) by SetTarget,
    applies_of_release RemoveTargets(remove_targets as OwnArgs) by RemoveTargetsOf,
    applies CreateSideTarget(create_side_target) by CreateSideTarget,
    #[command(name = "remove-sidetags")]
    applies RemoveSideTags(remove_sidetags) by RemoveSideTags,
    applies_of_release ActivateUpdates(activate_updates as OwnArgs) by ActivateUpdatesOf,
    waits WaitRepo(wait_repo),

    // Changing: builds.
    applies TagBuild(tag_build) by TagBuilds,
    applies UntagBuild(untag_build) by UntagBuilds,
    applies MoveBuilds(move_builds) by MoveBuilds,
    applies RetagLatest(retag_latest) by RetagLatest,
    applies PruneTag(prune_tag) by PruneTag,
    applies_of_release SetComposeTag(set_compose_tag) by ComposeOf,

    // Changing: packages.
    applies AddPkg(add_pkg) by AddPackages,
    applies BlockPkg(block_pkg) by BlockPackages,
    applies UnblockPkg(unblock_pkg) by UnblockPackages,
    applies_of_release SyncOwners(sync_owners as OwnArgs) by OwnersOf,

    // Changing: mass rebuild.
    applies SubmitBuild(submit_build) by SubmitBuild,
    applies SubmitBuilds(submit_builds) by SubmitBuilds,
    applies CancelBuilds(cancel_builds) by CancelBuilds,
    applies MassTag(mass_tag) by MassTag,

    // Changing: signatures.
    applies RetriggerSigning(retrigger_signing) by RetriggerSigning,
    applies WriteSigned(write_signed) by WriteSigned,
    applies PruneSigned(prune_signed) by PruneSigned,
}
