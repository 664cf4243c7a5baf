// SPDX-License-Identifier: GPL-3.0-or-later
//! Copies a tag as it is, or as it was.

use super::builds::{Contents, Listing};
use super::clone_groups::Groups;
use crate::access::Dimensions;
use crate::koji::{BuildState, Extra, Inherit, PackageEntry, Rows, TagHistory, TagRow};
use crate::names::{EventId, TagName};
use crate::pipeline::{Operation, Readers};
use crate::plan::{BuildChange, BuildRef, NewTag, PackageChange, Plan, StepId, TagChange};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Which builds are copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Which {
    /// Of each package the one that was tagged last.
    #[default]
    Latest,
    /// All, in their order.
    All,
}

/// `destination` is set to what `source` is set to, has the same groups, lists the same packages and holds
/// the same builds in the same order, as koji's own snapshots do: what the source's list hides, what it inherits and
/// where it inherits from are not copied, nor is a lock. What the source lacks stays, older than what
/// it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloneTag {
    /// The tag to copy.
    pub source: TagName,
    /// The copy; it is made if there is none.
    pub destination: TagName,
    /// As the source was at this event.
    pub event: Option<EventId>,
    /// Which builds.
    pub builds: Which,
    /// Whether builds leave the destination, further settings and groups go and packages are blocked there
    /// that the source lacks.
    pub prune: bool,
}

/// Both tags: how they are set up, what they list, and what they hold.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    source: Side,
    destination: Side,
    groups: Groups,
    /// What the source has and a copy has not.
    beside: Vec<&'static str>,
}

#[derive(Debug, Clone, Default)]
struct Side {
    tag: TagHistory,
    /// With what is inherited.
    list: Vec<PackageEntry>,
    rows: Vec<TagRow>,
}

impl CloneTag {
    fn makes_sense(&self) -> Result<()> {
        if self.source == self.destination {
            return Err(Error::usage(format!("{} is both the tag to copy and the copy", self.source)));
        }
        Ok(())
    }

    /// A side tag is known by its settings: a copy is none.
    fn wanted(&self, source: &TagHistory) -> NewTag {
        let mut wanted = NewTag { extra: source.extras_at(self.event), ..NewTag::default() };
        wanted.extra.retain(|key, _| !key.starts_with("sidetag"));
        if let Some(config) = source.at(self.event) {
            wanted.arches.clone_from(&config.arches);
            wanted.perm.clone_from(&config.perm);
        }
        wanted
    }

    /// Makes the tag, or sets it to what it should be.
    fn plan_settings(&self, plan: &mut Plan, seen: &Seen) -> Option<StepId> {
        let tag = self.destination.clone();
        let wanted = self.wanted(&seen.source.tag);
        let Some(now) = seen.destination.tag.now() else {
            return Some(plan.push(TagChange::CreateTag { tag, settings: wanted }));
        };
        if now.perm != wanted.perm {
            let before = now.perm.clone();
            plan.push(TagChange::SetTagPermission { tag: tag.clone(), perm: wanted.perm.clone(), before });
        }
        if !now.has_arches(wanted.arches.as_deref()) {
            let before = now.arches.clone();
            plan.push(TagChange::SetTagArches { tag: tag.clone(), arches: wanted.arches.clone(), before });
        }
        let history = &seen.destination.tag;
        for (key, value) in &wanted.extra {
            let (before, to) = (history.extra(key).value, Extra::Value(value.clone()));
            if before != to {
                plan.push(TagChange::SetTagExtra { tag: tag.clone(), key: key.clone(), to, before });
            }
        }
        let had = history.extras_at(None).into_iter().filter(|(key, _)| !wanted.extra.contains_key(key));
        for (key, value) in had.filter(|_| self.prune) {
            let (before, to) = (Extra::Value(value), Extra::Unset);
            plan.push(TagChange::SetTagExtra { tag: tag.clone(), key, to, before });
        }
        None
    }

    /// Lists a package as the source lists it. Whoever makes the copy becomes the owner where the
    /// source's cannot be named.
    fn plan_package(
        &self,
        plan: &mut Plan,
        entry: &PackageEntry,
        now: &Listing,
        made: Option<StepId>,
    ) -> Option<StepId> {
        let before = now.entry(&entry.package);
        let arches = |entry: &PackageEntry| entry.extra_arches.clone().filter(|arches| !arches.is_empty());
        let owned = |now: &PackageEntry| entry.owner.is_none() || now.owner == entry.owner;
        let same = |now: &PackageEntry| now.blocked == entry.blocked && arches(now) == arches(entry) && owned(now);
        if before.is_some_and(same) {
            return None;
        }
        let tag = self.destination.clone();
        let entry = PackageEntry { tag: tag.clone(), ..entry.clone() };
        let (package, before) = (entry.package.clone(), before.cloned());
        Some(plan.push_after(made, PackageChange::SetPackage { tag, package, entry, before }))
    }

    /// The builds of one package: what the destination has and the source has not first, then the
    /// source's in their order. What is in its place already stays there.
    fn plan_builds(&self, plan: &mut Plan, theirs: &[TagRow], ours: &[TagRow], after: Option<StepId>) {
        let tag = || self.destination.clone();
        let complete: Vec<&TagRow> = theirs.iter().filter(|row| row.state == BuildState::Complete).collect();
        let copied = match self.builds {
            Which::Latest => complete.last().copied().into_iter().collect(),
            Which::All => complete,
        };
        let (kept, extra): (Vec<&TagRow>, Vec<&TagRow>) =
            ours.iter().partition(|row| copied.iter().any(|copy| copy.id == row.id));
        let stays = if self.prune { Vec::new() } else { extra.clone() };
        let mut last = None;
        let mut in_place = true;
        for row in stays.iter().chain(&copied) {
            let here = kept.iter().chain(&stays).find(|here| here.id == row.id).map(|here| here.created);
            in_place &= here.is_some() && here > last;
            if in_place {
                last = here;
                continue;
            }
            let build = BuildRef::from(*row);
            let change = match here {
                Some(_) => BuildChange::RetagBuild { tag: tag(), build },
                None => BuildChange::TagBuild { tag: tag(), build },
            };
            plan.push_after(after, change);
        }
        for row in extra.iter().filter(|_| self.prune) {
            plan.push_after(after, BuildChange::UntagBuild { tag: tag(), build: BuildRef::from(*row) });
        }
    }
}

impl Operation for CloneTag {
    const NAME: &'static str = "koji clone-tag";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new()
            .tag(&self.source)
            .tag(&self.destination)
            .events(&self.event)
            .option("--event", self.event.is_some())
            .option("--all-builds", self.builds == Which::All)
            .option("--prune", self.prune)
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        self.makes_sense()?;
        let koji = services.koji;
        let mut tags = koji.tag_histories(&[self.source.clone(), self.destination.clone()])?.into_iter();
        let mut next = || Side { tag: tags.next().unwrap_or_default(), ..Side::default() };
        let mut seen = Seen { source: next(), destination: next(), ..Seen::default() };
        if seen.source.tag.at(self.event).is_none() {
            return Ok(seen);
        }
        (seen.source.list, seen.source.rows) = match self.event {
            None => (
                koji.package_list(&self.source, Inherit::Inherited)?,
                koji.tag_rows(&self.source, &Rows { active_only: true, ..Rows::default() })?,
            ),
            Some(event) => {
                let mut rows = koji.tag_rows(&self.source, &Rows::default())?;
                rows.retain(|row| row.created <= event && row.revoked.is_none_or(|revoked| event < revoked));
                (koji.package_list_at(&self.source, event)?, rows)
            }
        };
        if seen.destination.tag.now().is_some() {
            seen.destination.list = koji.package_list(&self.destination, Inherit::Inherited)?;
            seen.destination.rows = koji.tag_rows(&self.destination, &Rows { active_only: true, ..Rows::default() })?;
        }
        let there = seen.destination.tag.now().map(|_| &self.destination);
        seen.groups = Groups::of(&self.source, self.event, there, koji)?;
        if seen.source.tag.now().is_some() {
            let source = std::slice::from_ref(&self.source);
            let repos = koji.external_repos(source)?.into_iter().flatten().next().map(|_| "external repositories");
            seen.beside.extend(repos);
        }
        if seen.source.tag.parents_at(self.event).next().is_some() {
            seen.beside.push("inheritance");
        }
        Ok(seen)
    }

    fn plan(&self, seen: &Seen) -> Result<Plan> {
        self.makes_sense()?;
        let mut plan = Plan::default();
        if seen.source.tag.at(self.event).is_none() {
            let when = self.event.map_or(String::new(), |event| format!(" in event {event}"));
            plan.refuse(&self.source, format!("the hub has no such tag{when}"));
            return Ok(plan);
        }
        seen.beside.iter().for_each(|what| plan.leave_out(format!("{what} of {}", self.source), "not copied"));
        let made = self.plan_settings(&mut plan, seen);
        seen.groups.plan(&self.destination, self.prune, made, &mut plan);
        let now: Listing = seen.destination.list.iter().cloned().collect();
        let theirs: Listing = seen.source.list.iter().cloned().collect();
        let (from, to): (Contents, Contents) =
            (seen.source.rows.iter().cloned().collect(), seen.destination.rows.iter().cloned().collect());
        let mut listed = BTreeMap::new();
        for entry in &seen.source.list {
            listed.insert(&entry.package, self.plan_package(&mut plan, entry, &now, made));
        }
        for entry in seen.destination.list.iter().filter(|entry| self.prune && entry.tag == self.destination) {
            if theirs.entry(&entry.package).is_none() && !entry.blocked {
                let (tag, package) = (self.destination.clone(), entry.package.clone());
                plan.push(PackageChange::BlockPackage { tag, package, before: entry.clone() });
            }
        }
        let packages: BTreeSet<_> = from.iter().chain(to.iter()).map(|(package, _)| package).collect();
        let first_build = plan.steps().len();
        for package in packages {
            let hidden = theirs.keeps_out(&self.source, package);
            let copied = if hidden.is_some() { &[] } else { from.rows(package) };
            if let Some(why) = hidden {
                from.rows(package).iter().for_each(|row| plan.leave_out(&row.nvr, why.clone()));
            }
            let after = listed.get(package).copied().flatten().or(made);
            self.plan_builds(&mut plan, copied, to.rows(package), after);
        }
        if plan.steps().len() > first_build && seen.destination.tag.now().is_some_and(|now| now.locked) {
            plan.refuse(&self.destination, "it is locked, and builds would have to enter it or leave it");
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::{Hub, same};
    use super::*;

    fn hub() -> Hub {
        Hub::new()
            .tag("f42")
            .tag("f43")
            .tag("copy")
            .locked("locked")
            .permission("autosign")
            .linked("f43", "f42", 0)
            .inherits("f43", &["f42"])
            .listed("f42", &["bash"])
            .listed("f43", &["zsh", "perl"])
            .blocked("f43", &["python2"])
            .tagged("f42", &["bash-5.2-1"])
            .tagged("f43", &["zsh-5.9-1", "zsh-5.8-1", "python2-2.7-1", "bash-5.3-1", "unlisted-1-1"])
            .extra("f43", "sidetag", Extra::Value(true.into()))
            .extra("f43", "mock.dnf", Extra::Value("dnf5".into()))
    }

    fn copy(source: &str, destination: &str) -> CloneTag {
        CloneTag {
            source: source.parse().unwrap(),
            destination: destination.parse().unwrap(),
            event: None,
            builds: Which::Latest,
            prune: false,
        }
    }

    fn owned() -> Hub {
        hub().entry("f43", &["nobodys"], Some("sam"), false)
    }

    #[test]
    fn what_is_planned() {
        let table = [
            (
                "a new tag; what is hidden stays behind",
                owned(),
                copy("f43", "f43-Beta"),
                "0 create tag f43-Beta
                 1 list package bash in f43-Beta, owner kim (after 0)
                 2 list package nobodys in f43-Beta, owner sam (after 0)
                 3 list package perl in f43-Beta, owner kim (after 0)
                 4 list package python2 in f43-Beta, owner kim, blocked (after 0)
                 5 list package zsh in f43-Beta, owner kim (after 0)
                 6 tag bash-5.3-1 into f43-Beta (after 1)
                 7 tag zsh-5.8-1 into f43-Beta (after 5)
                 - inheritance of f43: not copied
                 - python2-2.7-1: package python2 is blocked in f43
                 - unlisted-1-1: package unlisted is not listed in f43",
            ),
            (
                "all builds, in their order",
                owned().listed("copy", &["zsh", "bash", "nobodys", "perl"]).tagged("copy", &["zsh-5.8-1", "zsh-6-1"]),
                CloneTag { builds: Which::All, ..copy("f43", "copy") },
                "0 set extra mock.dnf of copy to \"dnf5\"
                 1 list package nobodys in copy, owner sam
                 2 list package python2 in copy, owner kim, blocked
                 3 tag bash-5.3-1 into copy
                 4 tag zsh-5.9-1 into copy
                 5 make zsh-5.8-1 the newest of its package in copy again
                 - inheritance of f43: not copied
                 - python2-2.7-1: package python2 is blocked in f43
                 - unlisted-1-1: package unlisted is not listed in f43",
            ),
            (
                "pruned",
                owned()
                    .listed("copy", &["zsh", "vim", "unlisted"])
                    .extra("copy", "own", Extra::Value(1.into()))
                    .tagged("copy", &["zsh-5.8-1", "zsh-6-1", "vim-9-1"]),
                CloneTag { prune: true, ..copy("f43", "copy") },
                "0 set extra mock.dnf of copy to \"dnf5\"
                 1 remove extra own from copy
                 2 list package bash in copy, owner kim
                 3 list package nobodys in copy, owner sam
                 4 list package perl in copy, owner kim
                 5 list package python2 in copy, owner kim, blocked
                 6 block package unlisted in copy
                 7 block package vim in copy
                 8 tag bash-5.3-1 into copy (after 2)
                 9 untag vim-9-1 from copy
                 10 untag zsh-6-1 from copy
                 - inheritance of f43: not copied
                 - python2-2.7-1: package python2 is blocked in f43
                 - unlisted-1-1: package unlisted is not listed in f43",
            ),
            (
                "a package whose owner cannot be named",
                Hub::new().tag("f43").entry("f43", &["nobodys"], None, false).tag("copy"),
                copy("f43", "copy"),
                "0 list package nobodys in copy, owned by whoever runs this",
            ),
            (
                "repositories of elsewhere stay behind",
                Hub::new().tag("f43").external_repo("f43", "bootstrap", 5).tag("copy"),
                copy("f43", "copy"),
                "- external repositories of f43: not copied",
            ),
            (
                "into a locked tag, as far as builds go",
                Hub::new().tag("f43").locked("locked").listed("f43", &["zsh"]).tagged("f43", &["zsh-1-1"]),
                copy("f43", "locked"),
                "0 list package zsh in locked, owner kim
                 1 tag zsh-1-1 into locked (after 0)
                 ! locked: it is locked, and builds would have to enter it or leave it",
            ),
            ("no source", hub(), copy("f99", "copy"), "! f99: the hub has no such tag"),
            ("itself", hub(), copy("f43", "f43"), "error: f43 is both the tag to copy and the copy"),
        ];
        for (what, hub, request, expected) in table {
            let text = hub.text(&request);
            same(what, &text, expected);
        }
    }

    #[test]
    fn each_tag_is_read_once() {
        let hub = owned();
        let _ = hub.text(&copy("f43", "copy"));
        assert_eq!(
            hub.calls(),
            [
                "queryHistory of f43 copy",
                "listPackages f43",
                "queryHistory f43",
                "listPackages copy",
                "queryHistory copy",
                "getTagGroups f43",
                "queryHistory of groups of copy",
                "getTagGroups copy",
                "getTagExternalRepos of f43",
            ]
        );
    }
}
