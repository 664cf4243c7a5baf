// SPDX-License-Identifier: GPL-3.0-or-later
//! Tags that a run made: whether they can be deleted again, and all that the run put into them with
//! them.

use super::copied::Copied;
use super::undo::UndoRun;
use crate::Result;
use crate::koji::{Belongings, PackageEntry, Reader, TagHistory, TagRow, Target, TargetQuery, Version};
use crate::names::{BuildId, PackageName, TagName, TargetName};
use crate::plan::{KojiChange, TagChange};
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

/// All that hangs on one tag.
struct Hangs<'a> {
    history: &'a TagHistory,
    belongings: Belongings,
    rows: Vec<TagRow>,
    packages: Vec<PackageEntry>,
    /// All targets of the hub.
    targets: &'a [Target],
}

impl UndoRun {
    /// The tags it made.
    fn made(&self) -> BTreeSet<&TagName> {
        let made = self.done.iter().filter_map(|change| match change {
            KojiChange::Tag(TagChange::CreateTag { tag, .. } | TagChange::SnapshotTag { tag, .. }) => Some(tag),
            _ => None,
        });
        made.collect()
    }

    /// Looks at each tag that the run made. `histories`: of these tags and others.
    pub(super) fn created(&self, histories: &BTreeMap<TagName, TagHistory>, koji: &dyn Reader) -> Result<Created> {
        let there = |tag: &&TagName| histories.get(*tag).is_some_and(|history| history.now().is_some());
        let tags: Vec<TagName> = self.made().into_iter().filter(there).cloned().collect();
        if tags.is_empty() {
            return Ok(Created::new());
        }
        let targets = koji.targets(&TargetQuery::default())?;
        let contents = koji.belongings(&tags)?.into_iter().zip(koji.rows_of(&tags)?).zip(koji.package_lists(&tags)?);
        let mut created = Created::new();
        for (tag, ((belongings, rows), packages)) in tags.into_iter().zip(contents) {
            let Some(history) = histories.get(&tag) else { continue };
            let copied = self.copied(&tag, history, koji)?;
            let hangs = Hangs { history, belongings, rows, packages, targets: &targets };
            let foreign = self.foreign(&tag, &hangs, &copied);
            created.insert(tag, foreign);
        }
        keep_parents(&mut created, histories);
        Ok(created)
    }

    fn own(&self, tag: &TagName) -> Own<'_> {
        let mut own = Own::default();
        for change in &self.done {
            match change {
                KojiChange::Build(change) if change.tag() == tag => drop(own.builds.insert(change.build().id)),
                KojiChange::Package(change) if change.tag() == tag => drop(own.packages.insert(change.package())),
                KojiChange::Tag(TagChange::EditInheritance { tag: child, link, .. }) => {
                    if child == tag {
                        own.parents.extend(link.iter().map(|link| &link.parent));
                    } else if link.iter().any(|link| link.parent == *tag) {
                        own.children.insert(child);
                    }
                }
                KojiChange::Target(change) => drop(own.targets.insert(change.target())),
                KojiChange::Group(change) if change.tag() == tag => {
                    own.groups.insert((change.group(), change.package()));
                }
                KojiChange::Repo(change) if change.tag() == tag => drop(own.repos.insert(change.repo())),
                KojiChange::Build(_)
                | KojiChange::Package(_)
                | KojiChange::Tag(_)
                | KojiChange::Group(_)
                | KojiChange::Repo(_)
                | KojiChange::Request(_)
                | KojiChange::Signing(_)
                | KojiChange::Task(_) => {}
            }
        }
        own
    }

    /// A later run of the same user is not this run: what it put there is not in the plan.
    fn foreign(&self, tag: &TagName, hangs: &Hangs<'_>, copied: &Copied) -> Vec<String> {
        let own = self.own(tag);
        let Hangs { history, belongings, rows, packages, targets } = hangs;
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
        for version in &belongings.groups {
            let group = version.value.name.as_str();
            let ours = own.groups.contains(&(group, None)) || copied.group(group, None);
            of_others(format!("group {group}"), version.active(), &version.creator, version.created, ours);
        }
        for version in &belongings.packages {
            let (group, package) = (version.value.group.as_str(), version.value.package.name.as_str());
            let ours = own.groups.contains(&(group, Some(package))) || copied.group(group, Some(package));
            let what = format!("{package} in group {group}");
            of_others(what, version.active(), &version.creator, version.created, ours);
        }
        for version in &belongings.repos {
            let ours = own.repos.contains(version.value.name.as_str());
            let what = format!("external repo {}", version.value.name);
            of_others(what, version.active(), &version.creator, version.created, ours);
        }
        for row in rows.iter().filter(|row| row.active()) {
            let ours = own.builds.contains(&row.id) || copied.builds.contains(&row.id);
            of_others(format!("build {}", row.nvr), true, &row.creator, row.created, ours);
        }
        for entry in packages {
            if !own.packages.contains(&entry.package) && !copied.packages.contains(&entry.package) {
                foreign.push(format!("package {}", entry.package));
            }
        }
        for target in *targets {
            let with_it = target.build_tag == *tag || target.dest_tag == *tag;
            if with_it && !own.targets.contains(&target.name) {
                foreign.push(format!("target {}", target.name));
            }
        }
        foreign
    }
}

/// What a tag that stays inherits from stays as well: whoever builds from it draws on all of that.
fn keep_parents(created: &mut Created, histories: &BTreeMap<TagName, TagHistory>) {
    let mut staying: Vec<TagName> =
        created.iter().filter(|(_, foreign)| !foreign.is_empty()).map(|(tag, _)| tag.clone()).collect();
    while let Some(tag) = staying.pop() {
        let links = histories.get(&tag).into_iter().flat_map(|history| &history.parents);
        for link in links.filter(|link| link.active()) {
            if let Some(foreign) = created.get_mut(&link.value.parent).filter(|foreign| foreign.is_empty()) {
                foreign.push(format!("child {tag}, which stays"));
                staying.push(link.value.parent.clone());
            }
        }
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
