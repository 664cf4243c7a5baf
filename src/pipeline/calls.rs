// SPDX-License-Identifier: GPL-3.0-or-later
//! Which call makes which change.

use super::numbers::Numbers;
use crate::koji::{Call, ParentLink, TagEdit};
use crate::plan::{
    GroupChange, KojiChange, NewTag, RepoChange, RequestChange, SigningChange, TagChange, TargetChange, TaskChange,
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
    moved_from: Option<&KojiChange>,
    numbers: &Numbers,
) -> Result<Call, String> {
    Ok(match (change.clone(), how) {
        (KojiChange::TagBuild { tag, build }, Tagging::Direct) => {
            Call::TagBuildBypass { tag, build: build.id, force: false }
        }
        (KojiChange::TagBuild { tag, build }, Tagging::Tasks) => match moved_from {
            Some(KojiChange::UntagBuild { tag: from, .. }) => {
                Call::MoveBuild { from: from.clone(), to: tag, build: build.id }
            }
            Some(_) | None => Call::TagBuild { tag, build: build.id },
        },
        (KojiChange::UntagBuild { tag, build }, Tagging::Direct) => Call::UntagBuildBypass { tag, build: build.id },
        (KojiChange::UntagBuild { tag, build }, Tagging::Tasks) => Call::UntagBuild { tag, build: build.id },
        (KojiChange::RetagBuild { tag, build }, Tagging::Direct) => {
            Call::TagBuildBypass { tag, build: build.id, force: true }
        }
        (KojiChange::RetagBuild { .. }, Tagging::Tasks) => {
            return Err("tagging a build anew that is in the tag needs the permission `tag`".into());
        }
        (KojiChange::AddPackage { tag, package, owner }, _) => {
            Call::PackageListAdd { tag, package, owner: Some(owner), block: None, extra_arches: None, force: false }
        }
        (KojiChange::BlockPackage { tag, package, .. }, _) => Call::PackageListBlock { tag, package },
        (KojiChange::UnblockPackage { tag, package, .. }, _) => Call::PackageListUnblock { tag, package },
        (KojiChange::RestorePackage { tag, package, entry }, _) => Call::PackageListAdd {
            tag,
            package,
            owner: entry.owner,
            block: Some(entry.blocked),
            extra_arches: entry.extra_arches,
            // Without it the hub keeps a blocked package blocked.
            force: true,
        },
        (KojiChange::SetPackage { tag, package, entry, before }, _) => Call::PackageListAdd {
            tag,
            package,
            // Without it the hub keeps a blocked package blocked, and wants an owner.
            force: before.is_some() || entry.owner.is_none(),
            owner: entry.owner,
            block: Some(entry.blocked),
            extra_arches: entry.extra_arches,
        },
        (KojiChange::SetOwner { tag, package, owner, .. }, _) => Call::PackageListSetOwner { tag, package, owner },
        (KojiChange::RemovePackage { tag, package, .. }, _) => Call::PackageListRemove { tag, package },
        (KojiChange::Tag(change), _) => tag_call(change, numbers)?,
        (KojiChange::Group(change), _) => group_call(change),
        (KojiChange::Repo(change), _) => repo_call(change),
        (KojiChange::Target(change), _) => target_call(change),
        (KojiChange::Request(RequestChange::RequestRepo { tag, min_event }), _) => Call::RequestRepo { tag, min_event },
        (KojiChange::Signing(SigningChange::WriteSigned { rpm, key, .. }), _) => Call::WriteSigned { rpm: rpm.id, key },
        (KojiChange::Signing(SigningChange::RemoveSigned { .. }), _) => return Err("no call removes a file".into()),
        (KojiChange::Task(change), _) => task_call(change),
    })
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
