// SPDX-License-Identifier: GPL-3.0-or-later
//! `flr koji`: one file and, in the table at the end, one line for each command.

#![allow(missing_docs, reason = "the fields are the command's own words, with their help")]

pub mod add_pkg;
pub mod block_pkg;
pub mod build_info;
pub mod call;
pub mod check_latest;
pub mod clone_tag;
pub mod compare_tags;
pub mod create_release_tags;
pub mod create_side_target;
pub mod edit_tag;
pub mod find_block;
pub mod latest_build;
pub mod list_history;
pub mod list_inheritance;
pub mod list_pkgs;
pub mod list_retired;
pub mod list_sidetags;
pub mod list_signing_queue;
pub mod list_tagged;
pub mod list_tags;
pub mod list_targets;
pub mod list_unsigned;
pub mod lock_tag;
pub mod mass_tag;
pub mod move_builds;
pub mod prune_tag;
pub mod remove_sidetags;
pub mod retag_latest;
pub mod retrigger_signing;
pub mod set_compose_tag;
pub mod set_target;
pub mod swap_parent;
pub mod sync_owners;
pub mod tag_build;
pub mod taginfo;
pub mod task_info;
pub mod unblock_pkg;
pub mod unlock_tag;
pub mod untag_build;
pub mod watch_task;
pub mod whoami;
pub mod write_signed;

use super::Context;
use super::change;
use super::options::{Applies, Asks, Does, Grantable, LogsIn, Shows};
use super::read::{self, read};
use super::release::Own;
use crate::access::{Dimensions, table};
use crate::ops::koji as ops;

commands! {
    shows {
        ListTagged(list_tagged),
        LatestBuild(latest_build),
        BuildInfo(build_info),
        ListTags(list_tags),
        ListPkgs(list_pkgs),
        ListHistory(list_history),
        // koji's own word has no dash.
        #[command(name = "taginfo")]
        TagInfo(taginfo),
        ListInheritance(list_inheritance),
        ListTargets(list_targets),
        #[command(name = "list-sidetags")]
        ListSideTags(list_sidetags),
        CompareTags(compare_tags as OwnArgs),
        CheckLatest(check_latest),
        ListUnsigned(list_unsigned),
        TaskInfo(task_info),
        WatchTask(watch_task),
    }
    shows_of_release {
        ListRetired(list_retired as OwnArgs),
        FindBlock(find_block),
        ListSigningQueue(list_signing_queue),
    }
    applies {
        TagBuild(tag_build) by TagBuilds,
        UntagBuild(untag_build) by UntagBuilds,
        MoveBuilds(move_builds) by MoveBuilds,
        AddPkg(add_pkg) by AddPackages,
        BlockPkg(block_pkg) by BlockPackages,
        UnblockPkg(unblock_pkg) by UnblockPackages,
        MassTag(mass_tag) by MassTag,
        LockTag(lock_tag) by LockTag,
        UnlockTag(unlock_tag) by UnlockTag,
        EditTag(edit_tag) by EditTag,
        CloneTag(clone_tag) by CloneTag,
        CreateSideTarget(create_side_target) by CreateSideTarget,
        #[command(name = "remove-sidetags")]
        RemoveSideTags(remove_sidetags) by RemoveSideTags,
        SetTarget(set_target) by SetTarget,
        SwapParent(swap_parent) by SwapParent,
        RetagLatest(retag_latest) by RetagLatest,
        PruneTag(prune_tag) by PruneTag,
        RetriggerSigning(retrigger_signing) by RetriggerSigning,
        WriteSigned(write_signed) by WriteSigned,
    }
    applies_of_release {
        CreateReleaseTags(create_release_tags as OwnArgs) by ReleaseTags,
        SyncOwners(sync_owners as OwnArgs) by OwnersOf,
        SetComposeTag(set_compose_tag) by ComposeOf,
    }
}
