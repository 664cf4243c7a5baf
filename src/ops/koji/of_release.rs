// SPDX-License-Identifier: GPL-3.0-or-later
//! What of a hub belongs to a release: its tags, the targets that build into it, and which builds are
//! its own.

use crate::bodhi::Record;
use crate::koji::{BuildRecord, BuildRequest, Reader, TargetQuery, Task};
use crate::names::{Nvr, TagName, TargetName, TaskId, UserName};
use crate::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};

/// A release at the hub.
#[derive(Debug, Clone)]
pub(super) struct OfRelease {
    /// The tag whose package list counts.
    pub base: TagName,
    /// Where its newest builds are.
    pub newest: TagName,
    /// Its tags, and those that its targets build into.
    pub tags: BTreeSet<TagName>,
    /// The targets whose builds are its own.
    pub targets: BTreeSet<TargetName>,
}

impl OfRelease {
    /// The targets are those `named`; else all that build from the same build roots as the targets of the
    /// release's own tags: the one of a mass rebuild too, and no side tag's.
    pub fn find(release: &Record, named: &BTreeSet<TargetName>, koji: &dyn Reader) -> Result<Self> {
        let Some(base) = release.dist_tag.clone() else {
            return Err(Error::failed(format!("nobody knows the tag that {} is made of", release.name)));
        };
        let mut tags: BTreeSet<TagName> = of_record(release).cloned().collect();
        let all = koji.targets(&TargetQuery::default())?;
        let roots: BTreeSet<&TagName> =
            all.iter().filter(|target| tags.contains(&target.dest_tag)).map(|target| &target.build_tag).collect();
        let unknown: Vec<&str> = named
            .iter()
            .filter(|name| all.iter().all(|target| target.name != **name))
            .map(TargetName::as_str)
            .collect();
        if !unknown.is_empty() {
            return Err(Error::failed(format!("the hub has no target {}", unknown.join(", "))));
        }
        let ours = all.iter().filter(|target| match named.is_empty() {
            true => roots.contains(&target.build_tag),
            false => named.contains(&target.name),
        });
        let ours: Vec<_> = ours.cloned().collect();
        tags.extend(ours.iter().map(|target| target.dest_tag.clone()));
        let targets: BTreeSet<TargetName> = ours.into_iter().map(|target| target.name).collect();
        if targets.is_empty() {
            return Err(Error::failed(format!("no target builds into {}", release.name))
                .hint("name those that count with --target"));
        }
        let newest = release.stable_tag.clone().unwrap_or_else(|| base.clone());
        Ok(Self { base, newest, tags, targets })
    }

    /// The target of each task, as far as the task says one. Tasks that the hub does not know any more are
    /// left out.
    fn targets_of(koji: &dyn Reader, tasks: &[TaskId]) -> Result<BTreeMap<TaskId, String>> {
        let known = koji.tasks_of_anybody(tasks)?.into_iter().flatten();
        Ok(known.filter_map(|task| Some((task.id, BuildRequest::of(&task)?.target?))).collect())
    }

    /// The same, where some of the tasks are known already.
    pub fn targets_with(
        koji: &dyn Reader,
        tasks: &BTreeSet<TaskId>,
        known: &[Task],
    ) -> Result<BTreeMap<TaskId, String>> {
        let wanted = known.iter().filter(|task| tasks.contains(&task.id));
        let mut targets: BTreeMap<TaskId, String> =
            wanted.filter_map(|task| Some((task.id, BuildRequest::of(task)?.target?))).collect();
        let met: BTreeSet<TaskId> = known.iter().map(|task| task.id).collect();
        let others: Vec<TaskId> = tasks.difference(&met).copied().collect();
        targets.extend(Self::targets_of(koji, &others)?);
        Ok(targets)
    }

    /// Whether the target, by its name, is one of the release's.
    pub fn has_target(&self, target: &str) -> bool {
        target.parse::<TargetName>().is_ok_and(|target| self.targets.contains(&target))
    }

    /// Those of `builds` that are the release's own: built for one of its targets or, by whatever target,
    /// in one of its tags. Side tags lose their target when they are merged, imports never had one. Drafts
    /// are nobody's yet.
    pub fn own(&self, koji: &dyn Reader, builds: &[&BuildRecord]) -> Result<BTreeSet<Nvr>> {
        let builds: Vec<&BuildRecord> = builds.iter().copied().filter(|build| !build.nvr.is_draft()).collect();
        let tasks: Vec<TaskId> = builds.iter().filter_map(|build| build.task).collect();
        let targets = Self::targets_of(koji, &tasks)?;
        let by_target = |build: &&&BuildRecord| {
            let target = build.task.and_then(|task| targets.get(&task));
            target.is_some_and(|target| self.has_target(target))
        };
        let (ours, others): (Vec<&&BuildRecord>, Vec<_>) = builds.iter().partition(by_target);
        let others: Vec<Nvr> = others.iter().map(|build| build.nvr.clone()).collect();
        let tagged = koji.tags_of(&others)?.into_iter().zip(others);
        let tagged = tagged.filter(|(tags, _)| tags.iter().any(|tag| self.tags.contains(tag)));
        Ok(ours.into_iter().map(|build| build.nvr.clone()).chain(tagged.map(|(_, nvr)| nvr)).collect())
    }
}

/// Puts `rows` in the order of owners, those of nobody last; those of one owner stay as they are.
pub(super) fn by_owner<T>(rows: &mut [T], owner: impl Fn(&T) -> Option<&UserName>) {
    rows.sort_by(|a, b| {
        let (a, b) = (owner(a), owner(b));
        (a.is_none(), a).cmp(&(b.is_none(), b))
    });
}

fn of_record(release: &Record) -> impl Iterator<Item = &TagName> {
    [
        &release.dist_tag,
        &release.stable_tag,
        &release.testing_tag,
        &release.candidate_tag,
        &release.pending_signing_tag,
        &release.pending_testing_tag,
        &release.pending_stable_tag,
        &release.override_tag,
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
pub(super) mod tests {
    use crate::Result;
    use crate::bodhi::Record;
    use crate::koji;
    use crate::release::{Known, Lookup, Source};

    /// Whoever knows one release, F43 in its Beta freeze.
    pub struct Only;

    impl Lookup for Only {
        fn releases(&self, _koji: &dyn koji::Reader) -> Result<Known> {
            let record = serde_json::json!({
                "name": "F43", "long_name": "Fedora 43", "version": "43", "id_prefix": "FEDORA", "branch": "f43",
                "state": "frozen", "dist_tag": "f43", "stable_tag": "f43", "testing_tag": "f43-updates-testing",
                "candidate_tag": "f43-updates-candidate", "pending_signing_tag": "f43-signing-pending",
                "pending_testing_tag": "f43-updates-testing-pending", "pending_stable_tag": "f43-updates-pending",
                "override_tag": "f43-override",
            });
            let releases = vec![serde_json::from_value::<Record>(record).unwrap()];
            Ok(Known { releases, unreadable: Vec::new(), source: Source::Bodhi, notes: Vec::new() })
        }
    }
}
