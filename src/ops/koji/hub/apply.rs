// SPDX-License-Identifier: GPL-3.0-or-later
//! What comes of a plan: each change as koji makes it, or refuses to.

use super::*;
use crate::plan::{
    BuildChange, Change, KojiChange, NewTag, PackageChange, RequestChange, SigningChange, TagChange, TargetChange,
    TaskChange,
};

impl Hub {
    /// Does what the plan says, as koji would, and minds what koji minds.
    pub(in super::super) fn apply(&mut self, plan: &Plan) {
        for step in plan.steps() {
            let Change::Koji(change) = &step.change;
            match change {
                KojiChange::Build(change) => self.set_build(change),
                KojiChange::Package(change) => self.set_package(change),
                KojiChange::Tag(change) => self.set_up(change),
                KojiChange::Group(change) => self.set_group(change),
                KojiChange::Repo(change) => self.set_repo(change),
                KojiChange::Target(change) => self.set_target(change),
                KojiChange::Request(RequestChange::RequestRepo { tag, min_event }) => {
                    assert!(self.queue(self.tags[tag].id, *min_event).iter().all(|request| !request.active));
                    *self = std::mem::take(self).requested(tag.as_str(), 1, min_event.0, None);
                }
                KojiChange::Signing(change) => self.set_copy(change),
                KojiChange::Task(change) => self.work(change),
            }
        }
    }

    fn set_build(&mut self, change: &BuildChange) {
        match change {
            BuildChange::TagBuild { tag, build } => {
                assert!(!self.tags[tag].locked && !self.holds(tag, &build.nvr));
                assert_eq!(self.builds[&build.nvr].id, build.id);
                assert_eq!(self.builds[&build.nvr].state, BuildState::Complete);
                assert!(!self.listing(tag)[&build.nvr.package()].blocked);
                self.put(tag, &build.nvr);
            }
            BuildChange::UntagBuild { tag, build } => {
                assert!(!self.tags[tag].locked && self.holds(tag, &build.nvr));
                assert_eq!(self.builds[&build.nvr].id, build.id);
                self.rows.retain(|(name, row)| name != tag || row.nvr != build.nvr);
            }
            BuildChange::RetagBuild { tag, build } => {
                assert!(!self.tags[tag].locked && self.holds(tag, &build.nvr));
                self.rows.retain(|(name, row)| name != tag || row.nvr != build.nvr);
                self.put(tag, &build.nvr);
            }
        }
    }

    fn set_package(&mut self, change: &PackageChange) {
        match change {
            PackageChange::AddPackage { tag, package, owner } => {
                assert!(!self.listing(tag).contains_key(package));
                assert!(self.users.contains(owner));
                self.list(tag, package, Some(owner.clone()), false);
            }
            PackageChange::BlockPackage { tag, package, before } => {
                assert_eq!(self.listing(tag)[package], *before);
                self.list(tag, package, before.owner.clone(), true);
            }
            PackageChange::UnblockPackage { tag, package, before } => {
                assert_eq!(self.listing(tag)[package], *before);
                self.list(tag, package, before.owner.clone(), false);
            }
            PackageChange::SetPackage { tag, package, entry, before } => {
                assert_eq!(self.listing(tag).get(package), before.as_ref());
                self.list(tag, package, entry.owner.clone(), entry.blocked);
            }
            PackageChange::SetOwner { tag, package, owner, before } => {
                assert!(self.users.contains(owner));
                let own = self.entries.iter().find(|entry| entry.tag == *tag && entry.package == *package);
                assert_eq!(own, Some(before), "koji sets the owner of a tag's own entry only");
                self.list(tag, package, Some(owner.clone()), before.blocked);
            }
            other @ (PackageChange::RestorePackage { .. } | PackageChange::RemovePackage { .. }) => {
                panic!("no request plans to {other}")
            }
        }
    }

    fn set_copy(&mut self, change: &SigningChange) {
        match change {
            SigningChange::WriteSigned { build, rpm, key } => {
                let known = self.rpms[&build.nvr].iter().find(|known| known.id == rpm.id).unwrap();
                assert!(known.nvra == rpm.nvra && known.is_signed_with(*key));
            }
            SigningChange::RemoveSigned { build, rpm, key, bytes } => {
                let copy = SignedCopy { build: build.nvr.clone(), rpm: rpm.nvra.clone(), key: *key };
                let there = self.copies.len();
                self.copies.retain(|known| *known != (copy.clone(), *bytes));
                assert_eq!(self.copies.len() + 1, there, "a copy that is there");
            }
        }
    }

    fn set_up(&mut self, change: &TagChange) {
        match change {
            TagChange::LockTag { tag } => self.tags.get_mut(tag).unwrap().locked = true,
            TagChange::UnlockTag { tag } => self.tags.get_mut(tag).unwrap().locked = false,
            TagChange::SetTagPermission { tag, perm, before } => {
                assert!(perm.as_ref().is_none_or(|perm| self.permissions.contains(perm)));
                let slot = &mut self.tags.get_mut(tag).unwrap().perm;
                assert_eq!(slot, before);
                slot.clone_from(perm);
            }
            TagChange::SetTagArches { tag, arches, before } => {
                let slot = &mut self.tags.get_mut(tag).unwrap().arches;
                assert_eq!(*slot, before.clone().unwrap_or_default());
                *slot = arches.clone().unwrap_or_default();
            }
            TagChange::SetTagExtra { tag, key, to, before } => {
                let place = (tag.clone(), key.clone());
                let now = self.extra.insert(place, to.clone()).unwrap_or(Extra::Unset);
                assert_eq!(now, *before);
                assert!(!(now == Extra::Blocked && *to == Extra::Unset), "the hub refuses");
            }
            TagChange::CreateTag { tag, settings } => self.make(tag, settings, false),
            TagChange::SnapshotTag { tag, source, settings, locked, .. } => self.copy(tag, source, settings, *locked),
            TagChange::DeleteTag { .. } => panic!("no request deletes a tag"),
            TagChange::RemoveSideTag { tag, .. } => {
                let target = tag.as_str().parse().unwrap();
                assert_eq!(self.targets.remove(&target).map(|tags| tags.dest_tag).as_ref(), Some(tag));
                self.tags.remove(tag);
            }
            TagChange::EditInheritance { tag, unlink, link } => {
                for parent in link {
                    // One that the plan makes has no number in it.
                    let id = self.tags[&parent.parent].id;
                    assert!(parent.parent_id.is_none_or(|known| known == id));
                }
                let links = self.links.entry(tag.clone()).or_default();
                for old in unlink {
                    let at = links.iter().position(|link| link.is_like(old)).expect("a link that is there");
                    links.remove(at);
                }
                links.extend(link.iter().cloned());
                let priorities: BTreeSet<i64> = links.iter().map(|link| link.priority).collect();
                assert_eq!(priorities.len(), links.len(), "the hub refuses a priority twice");
            }
        }
    }

    fn make(&mut self, tag: &TagName, settings: &NewTag, locked: bool) {
        assert!(!self.tags.contains_key(tag));
        assert!(settings.perm.as_ref().is_none_or(|perm| self.permissions.contains(perm)));
        let made = Tag {
            id: self.tags.len() as u64 + 1,
            name: tag.clone(),
            locked,
            perm: settings.perm.clone(),
            arches: settings.arches.clone().unwrap_or_default(),
        };
        self.tags.insert(tag.clone(), made);
        let extra = settings.extra.iter();
        self.extra.extend(extra.map(|(key, value)| ((tag.clone(), key.clone()), Extra::Value(value.clone()))));
    }

    /// Of builds only the newest of each package.
    fn copy(&mut self, tag: &TagName, source: &TagName, settings: &NewTag, locked: bool) {
        assert_eq!(self.tags[source].locked, locked, "the hub wants force");
        self.make(tag, settings, locked);
        for (package, entry) in self.listing(source) {
            self.list(tag, &package, entry.owner, entry.blocked);
        }
        let newest: BTreeMap<_, _> = self.rows_of(source).into_iter().map(|row| (row.nvr.package(), row.nvr)).collect();
        for nvr in newest.values() {
            self.put(tag, nvr);
        }
        for Group { name, packages, .. } in self.groups_that_count(source).unwrap() {
            let packages: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
            *self = std::mem::take(self).group(tag.as_str(), &name, &packages);
        }
    }

    fn work(&mut self, change: &TaskChange) {
        match change {
            TaskChange::SubmitBuild { source, target, fail_fast, .. } => {
                let id = self.tasks.iter().map(|task| task.id.0).max().unwrap_or(1000) + 1;
                let opts = if *fail_fast { json!({"fail_fast": true}) } else { json!({}) };
                let request = json!([source.as_str(), target.as_str(), opts]);
                self.tasks.push(task(id, "build", TaskState::Free, request));
            }
            TaskChange::CancelTask { task, .. } => {
                let task = self.tasks.iter_mut().find(|one| one.id == *task).unwrap();
                assert!(!task.state.is_over());
                task.state = TaskState::Canceled;
            }
        }
    }

    fn set_target(&mut self, change: &TargetChange) {
        match change {
            TargetChange::CreateTarget { target, tags } => {
                assert!(self.tags.contains_key(&tags.build_tag) && self.tags.contains_key(&tags.dest_tag));
                assert_eq!(self.targets.insert(target.clone(), tags.clone()), None);
            }
            TargetChange::EditTarget { target, tags, before } => {
                assert!(self.tags.contains_key(&tags.build_tag) && self.tags.contains_key(&tags.dest_tag));
                assert_eq!(self.targets.insert(target.clone(), tags.clone()).as_ref(), Some(before));
            }
            TargetChange::DeleteTarget { target, before } => {
                assert_eq!(self.targets.remove(target).as_ref(), Some(before));
            }
        }
    }
}
