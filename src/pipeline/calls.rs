// SPDX-License-Identifier: GPL-3.0-or-later
//! Which call makes which change.

use super::numbers::Numbers;
use crate::koji::{Call, ParentLink, TagEdit};
use crate::names::TagName;
use crate::plan::{
    BuildChange, GroupChange, KojiChange, NewTag, PackageChange, RepoChange, RequestChange, SigningChange, TagChange,
    TargetChange, TaskChange,
};
use std::collections::BTreeSet;

/// How builds are tagged: chosen when the run has logged in, shown in the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tagging {
    /// With the `tag` permission: at once.
    Direct,
    /// Without: through tasks that builders carry out.
    Tasks,
}

impl Tagging {
    /// The way that these permissions allow.
    pub fn allowed_by(permissions: &BTreeSet<String>) -> Self {
        if permissions.contains("tag") || permissions.contains("admin") { Self::Direct } else { Self::Tasks }
    }
}

/// The call that makes `change`. `moved_from`: the build is to leave that tag once it is tagged. `numbers`: of
/// parents whose numbers were not known when it was planned.
///
/// # Errors
/// Why there is no call for it.
pub(super) fn call(
    change: &KojiChange,
    how: Tagging,
    moved_from: Option<&TagName>,
    numbers: &Numbers,
) -> Result<Call, String> {
    Ok(match change.clone() {
        KojiChange::Build(change) => build_call(change, how, moved_from)?,
        KojiChange::Package(change) => package_call(change),
        KojiChange::Tag(change) => tag_call(change, numbers)?,
        KojiChange::Group(change) => group_call(change),
        KojiChange::Repo(change) => repo_call(change),
        KojiChange::Target(change) => target_call(change),
        KojiChange::Request(RequestChange::RequestRepo { tag, min_event }) => Call::RequestRepo { tag, min_event },
        KojiChange::Signing(SigningChange::WriteSigned { rpm, key, .. }) => Call::WriteSigned { rpm: rpm.id, key },
        KojiChange::Signing(SigningChange::RemoveSigned { .. }) => return Err("no call removes a file".into()),
        KojiChange::Task(change) => task_call(change),
    })
}

fn build_call(change: BuildChange, how: Tagging, moved_from: Option<&TagName>) -> Result<Call, String> {
    Ok(match (change, how) {
        (BuildChange::TagBuild { tag, build }, Tagging::Direct) => {
            Call::TagBuildBypass { tag, build: build.id, force: false }
        }
        (BuildChange::TagBuild { tag, build }, Tagging::Tasks) => match moved_from {
            Some(from) => Call::MoveBuild { from: from.clone(), to: tag, build: build.id },
            None => Call::TagBuild { tag, build: build.id },
        },
        (BuildChange::UntagBuild { tag, build }, Tagging::Direct) => Call::UntagBuildBypass { tag, build: build.id },
        (BuildChange::UntagBuild { tag, build }, Tagging::Tasks) => Call::UntagBuild { tag, build: build.id },
        (BuildChange::RetagBuild { tag, build }, Tagging::Direct) => {
            Call::TagBuildBypass { tag, build: build.id, force: true }
        }
        (BuildChange::RetagBuild { .. }, Tagging::Tasks) => {
            return Err("tagging a build anew that is in the tag needs the permission `tag`".into());
        }
    })
}

fn package_call(change: PackageChange) -> Call {
    match change {
        PackageChange::AddPackage { tag, package, owner } => {
            Call::PackageListAdd { tag, package, owner: Some(owner), block: None, extra_arches: None, force: false }
        }
        PackageChange::BlockPackage { tag, package, .. } => Call::PackageListBlock { tag, package },
        PackageChange::UnblockPackage { tag, package, .. } => Call::PackageListUnblock { tag, package },
        PackageChange::SetPackage { tag, package, entry, before } => Call::PackageListAdd {
            tag,
            package,
            // Without it the hub keeps a blocked package blocked, and wants an owner.
            force: before.is_some() || entry.owner.is_none(),
            owner: entry.owner,
            block: Some(entry.blocked),
            extra_arches: entry.extra_arches,
        },
        PackageChange::SetOwner { tag, package, owner, .. } => Call::PackageListSetOwner { tag, package, owner },
        PackageChange::RestorePackage { tag, package, entry } => Call::PackageListAdd {
            tag,
            package,
            owner: entry.owner,
            block: Some(entry.blocked),
            extra_arches: entry.extra_arches,
            // Without it the hub keeps a blocked package blocked.
            force: true,
        },
        PackageChange::RemovePackage { tag, package, .. } => Call::PackageListRemove { tag, package },
    }
}

fn tag_call(change: TagChange, numbers: &Numbers) -> Result<Call, String> {
    Ok(match change {
        TagChange::LockTag { tag } => Call::EditTag { tag, edit: TagEdit::Locked(true) },
        TagChange::UnlockTag { tag } => Call::EditTag { tag, edit: TagEdit::Locked(false) },
        TagChange::SetTagPermission { tag, perm, .. } => Call::EditTag { tag, edit: TagEdit::Perm(perm) },
        TagChange::SetTagArches { tag, arches, .. } => Call::EditTag { tag, edit: TagEdit::Arches(arches) },
        TagChange::SetTagExtra { tag, key, to, .. } => Call::EditTag { tag, edit: TagEdit::Extra(key, to) },
        TagChange::CreateTag { tag, settings: NewTag { perm, arches, extra } } => {
            Call::CreateTag { tag, perm, arches, extra }
        }
        TagChange::SnapshotTag { tag, source, event, locked, .. } => {
            Call::SnapshotTag { tag, source, event, force: locked }
        }
        TagChange::RemoveSideTag { tag, .. } => Call::RemoveSideTag { tag },
        TagChange::DeleteTag { tag, .. } => Call::DeleteTag { tag },
        TagChange::EditInheritance { tag, unlink, link } => {
            let gone = unlink.iter().filter(|old| !link.iter().any(|new| new.parent == old.parent));
            let unlink = gone.map(|old| number(old, numbers)).collect::<Result<_, _>>()?;
            let numbered = |new: &ParentLink| {
                Ok::<_, String>(ParentLink { parent_id: Some(number(new, numbers)?), ..new.clone() })
            };
            Call::SetInheritance { tag, unlink, link: link.iter().map(numbered).collect::<Result<_, _>>()? }
        }
    })
}

fn number(link: &ParentLink, numbers: &Numbers) -> Result<u64, String> {
    let known = link.parent_id.or_else(|| numbers.get(&link.parent).copied());
    known.ok_or_else(|| format!("the hub has no tag {}", link.parent))
}

fn group_call(change: GroupChange) -> Call {
    match change {
        GroupChange::AddGroup { tag, group, settings, .. } => Call::GroupListAdd { tag, group, settings },
        GroupChange::RemoveGroup { tag, group, .. } => Call::GroupListRemove { tag, group },
        GroupChange::AddGroupPackage { tag, group, package, .. } => Call::GroupPackageListAdd { tag, group, package },
        GroupChange::RemoveGroupPackage { tag, group, before } => {
            Call::GroupPackageListRemove { tag, group, package: before.name }
        }
    }
}

fn repo_call(change: RepoChange) -> Call {
    match change {
        RepoChange::AddExternalRepo { tag, repo } => Call::AddExternalRepoToTag { tag, repo },
        RepoChange::EditExternalRepo { tag, mut repo, before } => {
            // Of nil the hub changes nothing.
            if repo.arches.is_none() && before.arches.is_some() {
                repo.arches = Some(String::new());
            }
            Call::EditTagExternalRepo { tag, repo }
        }
        RepoChange::RemoveExternalRepo { tag, before } => Call::RemoveExternalRepoFromTag { tag, repo: before.name },
    }
}

fn task_call(change: TaskChange) -> Call {
    match change {
        TaskChange::SubmitBuild { source, target, background, fail_fast, before: _ } => {
            Call::Build { source, target, background, fail_fast }
        }
        TaskChange::CancelTask { task, .. } => Call::CancelTask { task },
    }
}

fn target_call(change: TargetChange) -> Call {
    match change {
        TargetChange::CreateTarget { target, tags } => Call::CreateTarget { target, tags },
        TargetChange::EditTarget { target, tags, .. } => Call::EditTarget { target, tags },
        TargetChange::DeleteTarget { target, .. } => Call::DeleteTarget { target },
    }
}
