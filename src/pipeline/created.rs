// SPDX-License-Identifier: GPL-3.0-or-later
//! Tags that a run made: whether they can be deleted again, and all that the run put into them with
//! them.

use super::undo::UndoRun;
use crate::Result;
use crate::koji::{Inherit, Reader, Rows, TagHistory, TargetQuery, Version};
use crate::names::{BuildId, PackageName, TagName, TargetName};
use crate::plan::{About, KojiChange, TagChange};
use std::collections::{BTreeMap, BTreeSet};

/// By tag that the run made and that is still there: what hangs on it that is not the run's. Where
/// there is nothing, the tag is deleted as a whole.
pub(super) type Created = BTreeMap<TagName, Vec<String>>;

/// What a run did with one tag that it made.
#[derive(Debug, Default)]
struct Own<'a> {
    builds: BTreeSet<BuildId>,
    packages: BTreeSet<&'a PackageName>,
    parents: BTreeSet<&'a TagName>,
    children: BTreeSet<&'a TagName>,
    groups: BTreeSet<(&'a str, Option<&'a str>)>,
    repos: BTreeSet<&'a str>,
    targets: BTreeSet<&'a TargetName>,
}

impl UndoRun {
    /// The tags it made.
    fn made(&self) -> BTreeSet<&TagName> {
        let made = self.done.iter().filter_map(|change| match change {
            KojiChange::Tag(TagChange::CreateTag { tag, .. }) => Some(tag),
            _ => None,
        });
        made.collect()
    }

    /// Looks at each tag that the run made. `histories`: of these tags and others.
    pub(super) fn created(&self, histories: &BTreeMap<TagName, TagHistory>, koji: &dyn Reader) -> Result<Created> {
        let mut created = Created::new();
        for tag in self.made() {
            match histories.get(tag) {
                Some(history) if history.now().is_some() => {
                    created.insert(tag.clone(), self.foreign(tag, history, koji)?);
                }
                _ => {}
            }
        }
        Ok(created)
    }

    fn own(&self, tag: &TagName) -> Own<'_> {
        let mut own = Own::default();
        for change in &self.done {
            match change.about() {
                About::Build(of, build) if of == tag => drop(own.builds.insert(build.id)),
                About::Listing(of, package) if of == tag => drop(own.packages.insert(package)),
                About::Tag(TagChange::EditInheritance { tag: child, link, .. }) => {
                    if child == tag {
                        own.parents.extend(link.iter().map(|link| &link.parent));
                    } else if link.iter().any(|link| link.parent == *tag) {
                        own.children.insert(child);
                    }
                }
                About::Target(change) => drop(own.targets.insert(change.target())),
                About::Group(change) if change.tag() == tag => {
                    own.groups.insert((change.group(), change.package()));
                }
                About::Repo(change) if change.tag() == tag => drop(own.repos.insert(change.repo())),
                About::Build(..)
                | About::Listing(..)
                | About::Tag(_)
                | About::Group(_)
                | About::Repo(_)
                | About::Signing(_) => {}
            }
        }
        own
    }

    /// A later run of the same user is not this run: what it put there is not in the plan.
    fn foreign(&self, tag: &TagName, history: &TagHistory, koji: &dyn Reader) -> Result<Vec<String>> {
        let own = self.own(tag);
        let mut foreign = Vec::new();
        let mut of_others = |what: String, active: bool, creator: &str, created, ours: bool| {
            if active && !(ours && self.is_ours(creator, created)) {
                foreign.push(format!("{what} ({creator}, event {created})"));
            }
        };
        for Version { creator, created, .. } in history.config.iter().filter(|version| version.active()) {
            of_others("its settings".into(), true, creator, *created, true);
        }
        for version in &history.extra {
            of_others(format!("extra {}", version.value.0), version.active(), &version.creator, version.created, true);
        }
        for version in &history.parents {
            let ours = own.parents.contains(&version.value.parent);
            let what = format!("parent {}", version.value.parent);
            of_others(what, version.active(), &version.creator, version.created, ours);
        }
        for version in &history.children {
            let ours = own.children.contains(&version.value);
            let what = format!("child {}", version.value);
            of_others(what, version.active(), &version.creator, version.created, ours);
        }
        for belongings in koji.belongings(std::slice::from_ref(tag))? {
            for version in &belongings.groups {
                let group = version.value.name.as_str();
                let ours = own.groups.contains(&(group, None));
                of_others(format!("group {group}"), version.active(), &version.creator, version.created, ours);
            }
            for version in &belongings.packages {
                let (group, package) = (version.value.group.as_str(), version.value.package.name.as_str());
                let ours = own.groups.contains(&(group, Some(package)));
                let what = format!("{package} in group {group}");
                of_others(what, version.active(), &version.creator, version.created, ours);
            }
            for version in &belongings.repos {
                let ours = own.repos.contains(version.value.name.as_str());
                let what = format!("external repo {}", version.value.name);
                of_others(what, version.active(), &version.creator, version.created, ours);
            }
        }
        for row in koji.tag_rows(tag, &Rows { active_only: true, ..Rows::default() })? {
            let ours = own.builds.contains(&row.id);
            of_others(format!("build {}", row.nvr), true, &row.creator, row.created, ours);
        }
        for entry in koji.package_list(tag, Inherit::Direct)? {
            if !own.packages.contains(&entry.package) {
                foreign.push(format!("package {}", entry.package));
            }
        }
        for target in koji.targets(&TargetQuery::default())? {
            let with_it = target.build_tag == *tag || target.dest_tag == *tag;
            if with_it && !own.targets.contains(&target.name) {
                foreign.push(format!("target {}", target.name));
            }
        }
        Ok(foreign)
    }
}

/// How many things a reason names.
const NAMED: usize = 5;

/// Why the tag stays; `None`: nothing foreign hangs on it.
pub(super) fn keeps(foreign: &[String]) -> Option<String> {
    let named: Vec<&str> = foreign.iter().take(NAMED).map(String::as_str).collect();
    let more = match foreign.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!named.is_empty()).then(|| format!("others have put something into it: {}{more}", named.join(", ")))
}
