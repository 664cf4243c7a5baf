// SPDX-License-Identifier: GPL-3.0-or-later
//! The groups of a tag, and what it draws from elsewhere.

use super::{Making, UNKNOWN};
use crate::koji::{Group, GroupPackage, GroupSettings, RepoLink};
use crate::names::TagName;
use crate::ops::release::observed::SeenTag;
use crate::plan::{GroupChange, RepoChange};
use crate::release::layout::TagShape;
use std::collections::{BTreeMap, BTreeSet};

impl Making<'_> {
    /// Adds the groups that are missing: those of the tag that plays the same part in the older release, else
    /// empty ones. A copy has those of its source. What the layout wants in a group is added to it.
    pub(super) fn groups(&mut self, shape: &TagShape) {
        let tag = &shape.name;
        let source = self.source_of(tag).and_then(|source| self.now(source));
        let now: &[Group] = self.now(tag).or(source).map_or(&[], |seen| &seen.groups);
        let theirs = self.request.groups_from.get(tag).and_then(|other| self.now(other));
        let after = self.made.get(tag).copied();
        for (name, wanted) in &shape.groups {
            let is_new = !now.iter().any(|group| group.name == *name) && !self.inherits(shape, name, None);
            let like = theirs.and_then(|seen| seen.groups.iter().find(|group| group.name == *name)).filter(|_| is_new);
            if is_new {
                let (tag, group) = (tag.clone(), name.clone());
                let settings = like.map_or_else(|| GroupSettings::named(name), |like| like.settings.clone());
                self.plan.push_after(after, GroupChange::AddGroup { tag, group, settings, before: None });
            }
            let mut packages: BTreeMap<&str, GroupPackage> = BTreeMap::new();
            packages.extend(like.into_iter().flat_map(|like| &like.packages).map(|p| (p.name.as_str(), p.clone())));
            let own = now.iter().filter(|group| group.name == *name).flat_map(|group| &group.packages);
            let own: BTreeSet<&str> = own.map(|package| package.name.as_str()).collect();
            for package in wanted.iter().filter(|package| !own.contains(package.as_str())) {
                if is_new || !self.inherits(shape, name, Some(package)) {
                    packages.entry(package).or_insert_with(|| GroupPackage::named(package));
                }
            }
            if is_new && packages.is_empty() {
                self.plan.leave_out(format!("packages of group {name} in {tag}"), "nothing says which");
            }
            for package in packages.into_values() {
                let (tag, group) = (tag.clone(), name.clone());
                self.plan.push_after(after, GroupChange::AddGroupPackage { tag, group, package, before: None });
            }
        }
        let own = self.now(tag).map_or(&[][..], |seen| &seen.groups);
        for group in own.iter().filter(|group| !shape.groups.contains_key(&group.name)) {
            match self.request.prune {
                true => {
                    let (tag, name, before) = (tag.clone(), group.name.clone(), group.settings.clone());
                    self.plan.push(GroupChange::RemoveGroup { tag, group: name, before });
                }
                false => self.plan.leave_out(format!("group {} of {tag}", group.name), UNKNOWN),
            }
        }
    }

    /// Whether a tag inherits a group, or the package in it, or will. A hub gives no tag of its own what it inherits
    /// exactly so.
    fn inherits(&self, shape: &TagShape, group: &str, package: Option<&str>) -> bool {
        let inherited =
            |seen: &SeenTag| counts(seen, group, package) && seen.parents.iter().all(|link| self.stays(shape, link));
        self.now(&shape.name).is_some_and(inherited)
            || shape.parents.iter().any(|link| self.has(&link.tag, group, package))
    }

    /// Whether a tag has a group, or the package in it, or will.
    fn has(&self, tag: &TagName, group: &str, package: Option<&str>) -> bool {
        let source = self.source_of(tag).and_then(|source| self.now(source));
        let own = |seen: &SeenTag| {
            let mut own = seen.groups.iter().filter(|own| own.name == group);
            own.any(|own| package.is_none_or(|package| own.packages.iter().any(|known| known.name == package)))
        };
        if self.now(tag).is_some_and(own) || source.is_some_and(own) {
            return true;
        }
        match self.request.tags.iter().find(|shape| shape.name == *tag) {
            Some(shape) => {
                let wanted = shape.groups.get(group);
                wanted.is_some_and(|wanted| package.is_none_or(|package| wanted.contains(package)))
                    || self.inherits(shape, group, package)
            }
            None => self.now(tag).is_some_and(|seen| counts(seen, group, package)),
        }
    }

    /// Links the repositories of elsewhere, if the layout says which.
    pub(super) fn repos(&mut self, shape: &TagShape) {
        let Some(wanted) = &shape.external_repos else {
            return;
        };
        let tag = &shape.name;
        let now = self.now(tag).map_or(&[][..], |seen| &seen.repos);
        let after = self.made.get(tag).copied();
        for repo in now.iter().filter(|repo| !wanted.iter().any(|shape| shape.name == repo.name)) {
            // A hub takes each priority once, so this one is replaced.
            let in_the_way = wanted.iter().any(|shape| shape.priority == repo.priority);
            match in_the_way || self.request.prune {
                true => {
                    let before = RepoLink::from(repo);
                    self.plan.push(RepoChange::RemoveExternalRepo { tag: tag.clone(), before });
                }
                false => self.plan.leave_out(format!("external repo {} of {tag}", repo.name), UNKNOWN),
            }
        }
        for shape in wanted {
            let found = now.iter().find(|repo| repo.name == shape.name);
            if let (Some(url), Some(there)) = (&shape.url, self.seen.repos.get(&shape.name))
                && url != there
            {
                let why = format!("it leads to {there}, not to {url}: that is the hub's, not the tag's");
                self.plan.leave_out(format!("external repo {}", shape.name), why);
            }
            let before = found.map(RepoLink::from);
            let arches = before.as_ref().and_then(|link| link.arches.clone());
            let (name, merge_mode) = (shape.name.clone(), shape.merge_mode.clone());
            let repo = RepoLink { name, priority: shape.priority, merge_mode, arches };
            let tag = tag.clone();
            match before {
                Some(before) if before.is_same(&repo) => {}
                Some(before) => drop(self.plan.push_after(after, RepoChange::EditExternalRepo { tag, repo, before })),
                None => drop(self.plan.push_after(after, RepoChange::AddExternalRepo { tag, repo })),
            }
        }
    }
}

/// Whether a tag inherits a group, or has the package in it.
fn counts(seen: &SeenTag, group: &str, package: Option<&str>) -> bool {
    package.map_or_else(|| seen.inherits_group(group), |package| seen.has_in_group(group, package))
}
