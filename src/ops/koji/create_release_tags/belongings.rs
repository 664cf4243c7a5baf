// SPDX-License-Identifier: GPL-3.0-or-later
//! The groups of a tag, and what it draws from elsewhere.

use super::{Making, UNKNOWN};
use crate::koji::{Group, GroupSettings, RepoLink};
use crate::names::TagName;
use crate::ops::release::observed::SeenTag;
use crate::plan::{GroupChange, RepoChange};
use crate::release::layout::TagShape;

impl Making<'_> {
    /// Adds the groups that are missing: those of the tag that plays the same part in the older release, else
    /// empty ones. A copy has those of its source.
    pub(super) fn groups(&mut self, shape: &TagShape) {
        let tag = &shape.name;
        let source = self.source_of(tag).and_then(|source| self.now(source));
        let now: &[Group] = self.now(tag).or(source).map_or(&[], |seen| &seen.groups);
        let theirs = self.request.groups_from.get(tag).and_then(|other| self.now(other));
        let after = self.made.get(tag).copied();
        let lacks = |name: &&String| !now.iter().any(|group| group.name == **name) && !self.inherits_group(shape, name);
        let missing: Vec<&String> = shape.groups.iter().filter(lacks).collect();
        for name in missing {
            let (tag, group) = (tag.clone(), name.clone());
            let like = theirs.and_then(|seen| seen.groups.iter().find(|group| group.name == *name));
            let settings = like.map_or_else(|| GroupSettings::named(name), |like| like.settings.clone());
            self.plan.push_after(after, GroupChange::AddGroup { tag, group, settings, before: None });
            for package in like.map_or(&[][..], |like| &like.packages) {
                let (tag, group, package) = (shape.name.clone(), name.clone(), package.clone());
                self.plan.push_after(after, GroupChange::AddGroupPackage { tag, group, package, before: None });
            }
            if like.is_none_or(|like| like.packages.is_empty()) {
                self.plan.leave_out(format!("packages of group {name} in {}", shape.name), "nothing says which");
            }
        }
        let own = self.now(tag).map_or(&[][..], |seen| &seen.groups);
        for group in own.iter().filter(|group| !shape.groups.contains(&group.name)) {
            match self.request.prune {
                true => {
                    let (tag, name, before) = (tag.clone(), group.name.clone(), group.settings.clone());
                    self.plan.push(GroupChange::RemoveGroup { tag, group: name, before });
                }
                false => self.plan.leave_out(format!("group {} of {tag}", group.name), UNKNOWN),
            }
        }
    }

    /// Whether a tag inherits a group, or will. A hub gives no tag of its own what it inherits exactly so.
    fn inherits_group(&self, shape: &TagShape, name: &str) -> bool {
        let inherited = |seen: &SeenTag| {
            seen.inherited_groups.contains(name) && seen.parents.iter().all(|link| self.stays(shape, link))
        };
        self.now(&shape.name).is_some_and(inherited) || shape.parents.iter().any(|link| self.has_group(&link.tag, name))
    }

    fn has_group(&self, tag: &TagName, name: &str) -> bool {
        let source = self.source_of(tag).and_then(|source| self.now(source));
        let own = |seen: &SeenTag| seen.groups.iter().any(|group| group.name == name);
        if self.now(tag).is_some_and(own) || source.is_some_and(own) {
            return true;
        }
        match self.request.tags.iter().find(|shape| shape.name == *tag) {
            Some(shape) => shape.groups.contains(name) || self.inherits_group(shape, name),
            None => self.now(tag).is_some_and(|seen| seen.inherited_groups.contains(name)),
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
            if let (Some(url), Some(found)) = (&shape.url, found)
                && *url != found.url
            {
                let why = format!("it leads to {}, not to {url}: that is the hub's, not the tag's", found.url);
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
