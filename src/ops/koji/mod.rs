// SPDX-License-Identifier: GPL-3.0-or-later
//! Operations on a koji hub.
//!
//! What the changing ones share: a request names a state, so what is there already is left out and
//! a second run does nothing. What cannot be done as asked is refused item by item, all items at
//! once. Whether a build is in a tag is read from the tag's rows, never from `listTagged`, which
//! hides builds whose package is blocked or not listed.

mod activate_updates;
mod add_pkg;
mod block_pkg;
pub mod build_info;
mod builds;
mod call;
mod cancel_builds;
mod check_latest;
mod clone_groups;
pub mod clone_tag;
pub mod compare_tags;
pub mod create_release_tags;
mod create_side_target;
pub mod edit_tag;
mod entering;
pub mod find_block;
mod gating;
pub mod latest_build;
pub mod list_failures;
pub mod list_ftbfs;
mod list_history;
pub mod list_inheritance;
pub mod list_pkgs;
pub mod list_retired;
pub mod list_sidetags;
pub mod list_signing_queue;
mod list_tagged;
pub mod list_tags;
mod list_targets;
pub mod list_unsigned;
mod lock_tag;
mod mass_tag;
mod move_builds;
mod of_release;
mod prune_signed;
mod prune_tag;
pub mod rebuild_plan;
pub mod rebuild_status;
mod remove_sidetags;
mod remove_targets;
mod retag_latest;
mod retrigger_signing;
pub mod rpms;
mod set_compose_tag;
mod set_target;
mod submission;
mod submit_build;
mod submit_builds;
mod swap_parent;
mod sync_owners;
mod tag_build;
pub mod taginfo;
pub mod task_info;
mod unblock_pkg;
mod unlock_tag;
mod untag_build;
mod users;
pub mod wait_repo;
pub mod watch_task;
mod write_signed;

#[cfg(test)]
mod convergence;
#[cfg(test)]
mod hub;
#[cfg(test)]
mod releases;

pub use activate_updates::{ActivateUpdates, ActivateUpdatesOf};
pub use add_pkg::AddPackages;
pub use block_pkg::BlockPackages;
pub use build_info::BuildInfo;
pub use call::CallMethod;
pub use cancel_builds::CancelBuilds;
pub use check_latest::{CheckLatest, Hidden};
pub use clone_tag::CloneTag;
pub use compare_tags::CompareTags;
pub use create_release_tags::{CreateReleaseTags, ReleaseTags};
pub use create_side_target::CreateSideTarget;
pub use edit_tag::EditTag;
pub use find_block::FindBlock;
pub use gating::Gating;
pub use latest_build::LatestBuild;
pub use list_failures::ListFailures;
pub use list_ftbfs::ListFtbfs;
pub use list_history::ListHistory;
pub use list_inheritance::ListInheritance;
pub use list_pkgs::ListPackages;
pub use list_retired::ListRetired;
pub use list_sidetags::ListSideTags;
pub use list_signing_queue::ListSigningQueue;
pub use list_tagged::ListTagged;
pub use list_tags::ListTags;
pub use list_targets::ListTargets;
pub use list_unsigned::ListUnsigned;
pub use lock_tag::LockTag;
pub use mass_tag::MassTag;
pub use move_builds::MoveBuilds;
pub use prune_signed::PruneSigned;
pub use prune_tag::PruneTag;
pub use rebuild_plan::{ListUnbuilt, RebuildPlan, What};
pub use rebuild_status::RebuildStatus;
pub use remove_sidetags::RemoveSideTags;
pub use remove_targets::{RemoveTargets, RemoveTargetsOf};
pub use retag_latest::RetagLatest;
pub use retrigger_signing::RetriggerSigning;
pub use set_compose_tag::{ComposeOf, SetComposeTag};
pub use set_target::SetTarget;
pub use submission::How;
pub use submit_build::SubmitBuild;
pub use submit_builds::SubmitBuilds;
pub use swap_parent::SwapParent;
pub use sync_owners::{OwnersOf, SyncOwners};
pub use tag_build::TagBuilds;
pub use taginfo::TagInfo;
pub use task_info::TaskInfo;
pub use unblock_pkg::UnblockPackages;
pub use unlock_tag::UnlockTag;
pub use untag_build::UntagBuilds;
pub use wait_repo::WaitRepo;
pub use watch_task::WatchTask;
pub use write_signed::WriteSigned;

use crate::bodhi::Record;
use crate::koji::{Reader, Tag};
use crate::names::TagName;
use crate::plan::Plan;
use crate::{Error, Result};
use std::collections::BTreeSet;
use std::fmt::Display;

/// Up to this many things are looked up one by one, in one multicall; for more, the whole tag is
/// read once.
const FEW: usize = 200;

/// The items of a list in their order, each once, and those that were named again.
struct Named<'a, T> {
    once: Vec<&'a T>,
    again: Vec<&'a T>,
}

impl<'a, T: Ord + Clone + Display> Named<'a, T> {
    fn new(items: &'a [T]) -> Self {
        let mut met = BTreeSet::new();
        let (once, again) = items.iter().partition(|item| met.insert(*item));
        Self { once, again }
    }

    /// The same of a list that must name something: `what` there is to name.
    fn some(items: &'a [T], what: &str) -> Result<Self> {
        not_empty(items, what)?;
        Ok(Self::new(items))
    }

    fn cloned(&self) -> Vec<T> {
        self.once.iter().copied().cloned().collect()
    }

    fn set(&self) -> BTreeSet<T> {
        self.once.iter().copied().cloned().collect()
    }

    /// A plan that says what is named more than once.
    fn plan(&self) -> Plan {
        let mut plan = Plan::default();
        let again: BTreeSet<_> = self.again.iter().collect();
        for item in again {
            plan.leave_out(item, "it is named more than once; once is enough");
        }
        plan
    }
}

/// Refuses a request for nothing.
fn not_empty<T>(items: &[T], what: &str) -> Result<()> {
    if items.is_empty() {
        return Err(Error::usage(format!("no {what} are named")));
    }
    Ok(())
}

/// The tag that everything of a release inherits from.
fn base_tag(release: &Record) -> Result<TagName> {
    let none = || Error::failed(format!("{} has no dist_tag, so nobody knows its packages", release.name));
    release.dist_tag.clone().ok_or_else(none)
}

/// Refuses the tag as a whole if there is none of that name.
fn exists<'a, T>(plan: &mut Plan, name: &TagName, tag: Option<&'a T>) -> Option<&'a T> {
    if tag.is_none() {
        plan.refuse(name, "the hub has no such tag");
    }
    tag
}

/// Fails if there is no tag of that name. For answers with nothing in them: of a tag that was deleted a hub
/// tells the package list, the inheritance and what is in it as of an empty one.
fn is_there(koji: &dyn Reader, name: &TagName) -> Result<()> {
    match koji.tag(name)? {
        Some(_) => Ok(()),
        None => Err(Error::failed(format!("the hub has no tag {name}"))
            .hint(format!("it was deleted; `flr koji list-history {name}` tells what was in it"))),
    }
}

/// Why nothing can be tagged into `tag` or untagged from it. Asked only where there is something to
/// do: of a locked tag that is as asked, nothing is refused.
fn unlocked(tag: &Tag) -> Result<(), String> {
    if tag.locked {
        return Err(format!("{} is locked", tag.name));
    }
    Ok(())
}
