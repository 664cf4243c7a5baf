// SPDX-License-Identifier: GPL-3.0-or-later
//! A hub in memory for plan tests: strict, it knows only the calls that planning may make, counts
//! them, and answers as koji does (faults for unknown names where koji has faults).

mod answers;
mod apply;
mod belongings;
mod releases;
mod repos;

use crate::koji::*;
use crate::names::{BuildId, EventId, Nvr, PackageName, RpmId, ScmUrl, TagName, TargetName, TaskId, UserName};
use crate::pipeline::{Operation, Readers};
use crate::plan::Plan;
use crate::{Error, Result};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

pub(super) use releases::released;

/// What the hub holds. Builds are numbered from 1 in the order they are made, taggings get events
/// from 101 in the order they happen.
#[derive(Debug, Default)]
pub(super) struct Hub {
    tags: BTreeMap<TagName, Tag>,
    parents: BTreeMap<TagName, Vec<TagName>>,
    builds: BTreeMap<Nvr, Build>,
    rows: Vec<(TagName, TagRow)>,
    entries: Vec<PackageEntry>,
    users: Vec<UserName>,
    permissions: BTreeSet<String>,
    extra: BTreeMap<(TagName, String), Extra>,
    links: BTreeMap<TagName, Vec<ParentLink>>,
    targets: BTreeMap<TargetName, TargetTags>,
    repos: repos::Repos,
    rpms: BTreeMap<Nvr, Vec<Rpm>>,
    copies: Vec<(SignedCopy, u64)>,
    belongings: BTreeMap<TagName, belongings::Belongings>,
    attempts: Vec<BuildRecord>,
    tasks: Vec<Task>,
    bygone: Vec<(TargetName, Version<TargetTags>)>,
    events: u64,
    calls: Mutex<Vec<String>>,
}

fn word<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

impl Hub {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn tag(mut self, name: &str) -> Self {
        let tag = Tag {
            id: self.tags.len() as u64 + 1,
            name: word(name),
            locked: false,
            perm: None,
            arches: "x86_64".into(),
        };
        self.tags.insert(word(name), tag);
        self
    }

    pub(super) fn locked(mut self, name: &str) -> Self {
        self = self.tag(name);
        self.tags.get_mut(&word::<TagName>(name)).unwrap().locked = true;
        self
    }

    /// `parents` in koji's order, grandparents included.
    pub(super) fn inherits(mut self, child: &str, parents: &[&str]) -> Self {
        let parents = parents.iter().map(|parent| word(parent)).collect();
        self.parents.insert(word(child), parents);
        self
    }

    pub(super) fn user(mut self, name: &str) -> Self {
        self.users.push(word(name));
        self
    }

    pub(super) fn permission(mut self, name: &str) -> Self {
        self.permissions.insert(name.to_owned());
        self
    }

    /// The permission that tagging into the tag needs.
    pub(super) fn perm(mut self, tag: &str, perm: &str) -> Self {
        self.tags.get_mut(&word::<TagName>(tag)).unwrap().perm = Some(perm.to_owned());
        self
    }

    pub(super) fn extra(mut self, tag: &str, key: &str, value: Extra) -> Self {
        self.extra.insert((word(tag), key.to_owned()), value);
        self
    }

    pub(super) fn arches(mut self, tag: &str, arches: &str) -> Self {
        self.tags.get_mut(&word::<TagName>(tag)).unwrap().arches = arches.into();
        self
    }

    /// A link of the child's own.
    pub(super) fn linked(mut self, child: &str, parent: &str, priority: i64) -> Self {
        let link = ParentLink {
            parent: word(parent),
            parent_id: Some(self.tags[&word::<TagName>(parent)].id),
            priority,
            maxdepth: None,
            intransitive: priority == 10,
            noconfig: false,
            pkg_filter: String::new(),
        };
        self.links.entry(word(child)).or_default().push(link);
        self
    }

    /// Links alone say what inherits from what.
    pub(super) fn links_only(mut self) -> Self {
        self.parents.clear();
        self
    }

    pub(super) fn target(mut self, name: &str, build_tag: &str, dest_tag: &str) -> Self {
        self.targets.insert(word(name), TargetTags { build_tag: word(build_tag), dest_tag: word(dest_tag) });
        self
    }

    /// Until `ended` the target led to that tag; what it leads to now it does since then.
    pub(super) fn led(mut self, name: &str, dest_tag: &str, ended: f64) -> Self {
        let tags = TargetTags { build_tag: word("f42-build"), dest_tag: word(dest_tag) };
        self.bygone.push((word(name), Version { began: ended - 1e6, revoked: Some(EventId(1)), ..version(tags) }));
        self
    }

    /// A complete build, with `epoch:` in front if it has one.
    pub(super) fn build(self, nvr: &str) -> Self {
        self.build_in(nvr, BuildState::Complete)
    }

    pub(super) fn build_in(mut self, nvr: &str, state: BuildState) -> Self {
        let (epoch, nvr) = match nvr.split_once(':') {
            Some((epoch, nvr)) => (Some(epoch.parse().unwrap()), nvr),
            None => (None, nvr),
        };
        let build = Build {
            id: BuildId(self.builds.len() as u64 + 1),
            nvr: word(nvr),
            epoch,
            state,
            owner: "kim".into(),
            task: None,
            completed: None,
            source: None,
            volume: "DEFAULT".into(),
        };
        self.builds.insert(word(nvr), build);
        self
    }

    /// A task with its request, numbered as given.
    pub(super) fn task(mut self, id: u64, method: &str, state: TaskState, request: serde_json::Value) -> Self {
        self.tasks.push(task(id, method, state, request));
        self
    }

    /// A build from a source by a task.
    pub(super) fn attempt_of(mut self, nvr: &str, state: BuildState, task: u64, source: &str) -> Self {
        self = self.attempt(nvr, state, Some(task), 1000.0);
        if let Some(made) = self.attempts.last_mut() {
            made.source = Some(source.to_owned());
        }
        self
    }

    /// A build begun at `created` by a task, in any state, whether or not it was tagged.
    pub(super) fn attempt(mut self, nvr: &str, state: BuildState, task: Option<u64>, created: f64) -> Self {
        self.attempts.push(BuildRecord {
            id: BuildId(self.attempts.len() as u64 + 1),
            nvr: word(nvr),
            epoch: None,
            state,
            owner: "kim".into(),
            task: task.map(TaskId),
            created,
            completed: None,
            source: None,
        });
        self
    }

    /// Builds that are tagged in this order; those that are new are made.
    pub(super) fn tagged(mut self, tag: &str, nvrs: &[&str]) -> Self {
        assert!(self.tags.contains_key(&word::<TagName>(tag)), "no tag {tag}");
        for nvr in nvrs {
            let name = nvr.split_once(':').map_or(*nvr, |(_, nvr)| nvr);
            if !self.builds.contains_key(&word::<Nvr>(name)) {
                self = self.build(nvr);
            }
            self.put(&word(tag), &word(name));
        }
        self
    }

    fn put(&mut self, tag: &TagName, nvr: &Nvr) {
        self.events += 1;
        let build = &self.builds[nvr];
        let row = TagRow {
            id: build.id,
            nvr: build.nvr.clone(),
            epoch: build.epoch,
            state: build.state,
            created: EventId(self.events + 100),
            creator: "kim".into(),
            revoked: None,
            revoker: None,
            changed_at: 0.0,
        };
        self.rows.push((tag.clone(), row));
    }

    /// The rpms of a build: architectures, and the keys as koji has them. Numbers are those of the build,
    /// ten times and more.
    pub(super) fn rpms(mut self, nvr: &str, rpms: &[(&str, &[&str])]) -> Self {
        let build = self.builds[&word::<Nvr>(nvr)].id;
        let rpm = |(at, (arch, keys)): (u64, &(&str, &[&str]))| Rpm {
            id: RpmId(build.0 * 10 + at),
            build,
            nvra: word(&format!("{nvr}.{arch}")),
            keys: keys.iter().filter(|key| !key.is_empty()).map(|key| word(key)).collect(),
        };
        self.rpms.insert(word(nvr), (0..).zip(rpms).map(rpm).collect());
        self
    }

    /// A signed copy of one of its rpms is there, of so many bytes.
    pub(super) fn written(mut self, nvr: &str, arch: &str, key: &str, bytes: u64) -> Self {
        let copy = SignedCopy { build: word(nvr), rpm: word(&format!("{nvr}.{arch}")), key: word(key) };
        self.copies.push((copy, bytes));
        self
    }

    /// Packages with an entry of the tag's own, owner kim.
    pub(super) fn listed(self, tag: &str, packages: &[&str]) -> Self {
        self.entry(tag, packages, Some("kim"), false)
    }

    pub(super) fn blocked(self, tag: &str, packages: &[&str]) -> Self {
        self.entry(tag, packages, Some("kim"), true)
    }

    pub(super) fn entry(mut self, tag: &str, packages: &[&str], owner: Option<&str>, blocked: bool) -> Self {
        self.entries.extend(packages.iter().map(|package| PackageEntry {
            package: word(package),
            tag: word(tag),
            owner: owner.map(word),
            blocked,
            extra_arches: None,
        }));
        self
    }

    /// What a further setting is.
    pub(super) fn extra_of(&self, tag: &TagName, key: &str) -> Extra {
        self.extra.get(&(tag.clone(), key.to_owned())).cloned().unwrap_or(Extra::Unset)
    }

    /// A tag as it is.
    pub(super) fn tag_of(&self, tag: &TagName) -> &Tag {
        &self.tags[tag]
    }

    fn list(&mut self, tag: &TagName, package: &PackageName, owner: Option<UserName>, blocked: bool) {
        self.entries.retain(|entry| entry.tag != *tag || entry.package != *package);
        self.entries.push(PackageEntry {
            package: package.clone(),
            tag: tag.clone(),
            owner,
            blocked,
            extra_arches: None,
        });
    }

    /// Whether the build is in the tag itself.
    pub(super) fn holds(&self, tag: &TagName, nvr: &Nvr) -> bool {
        self.rows_of(tag).iter().any(|row| row.nvr == *nvr)
    }

    /// The calls so far, in order: the method and what tells it apart.
    pub(super) fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }

    /// Observes and plans.
    pub(super) fn plan<O: Operation>(&self, operation: &O) -> Result<Plan> {
        let seen = operation.observe(&Readers { koji: self })?;
        operation.plan(&seen)
    }

    /// What comes of a request, one line for each step and each item, or the error.
    pub(super) fn text<O: Operation>(&self, operation: &O) -> String {
        match self.plan(operation) {
            Err(error) => format!("error: {error}"),
            Ok(plan) => text(&plan),
        }
    }

    /// All that a tag inherits from through links, nearest first.
    fn above(&self, tag: &TagName) -> Vec<TagName> {
        let mut above: Vec<TagName> = Vec::new();
        let mut next = vec![tag.clone()];
        while let Some(tag) = next.pop() {
            for link in self.links.get(&tag).into_iter().flatten() {
                if !above.contains(&link.parent) {
                    above.push(link.parent.clone());
                    next.push(link.parent.clone());
                }
            }
        }
        above
    }

    /// The links of a tag, and its targets.
    pub(super) fn links_of(&self, tag: &TagName) -> &[ParentLink] {
        self.links.get(tag).map_or(&[], Vec::as_slice)
    }

    pub(super) fn target_of(&self, target: &TargetName) -> Option<&TargetTags> {
        self.targets.get(target)
    }

    fn log(&self, call: impl Into<String>) {
        self.calls.lock().unwrap().push(call.into());
    }

    fn must_have(&self, tag: &TagName) -> Result<()> {
        match self.tags.contains_key(tag) {
            true => Ok(()),
            false => Err(Error::failed(format!("hub fault 1000: no such tag {tag}"))),
        }
    }

    pub(super) fn rows_of(&self, tag: &TagName) -> Vec<TagRow> {
        let rows = self.rows.iter().filter(|(name, _)| name == tag);
        rows.map(|(_, row)| row.clone()).collect()
    }

    /// The nearest entry counts.
    pub(super) fn listing(&self, tag: &TagName) -> BTreeMap<PackageName, PackageEntry> {
        let mut listing = BTreeMap::new();
        let nobody = Vec::new();
        let parents = self.parents.get(tag).unwrap_or(&nobody);
        for tag in std::iter::once(tag).chain(parents) {
            for entry in self.entries.iter().filter(|entry| entry.tag == *tag) {
                listing.entry(entry.package.clone()).or_insert_with(|| entry.clone());
            }
        }
        listing
    }
}

fn task(id: u64, method: &str, state: TaskState, request: serde_json::Value) -> Task {
    Task {
        id: TaskId(id),
        method: method.into(),
        state,
        owner: Some("kim".into()),
        arch: "noarch".into(),
        request: Some(request),
        created: None,
        completed: None,
    }
}

fn version<T>(value: T) -> Version<T> {
    Version { value, created: EventId(1), began: 0.0, creator: "kim".into(), revoked: None, revoker: None }
}

/// One line for each step (a dot before those that wait for the step with that number) and item.
pub(super) fn text(plan: &Plan) -> String {
    let mut lines = Vec::new();
    for (number, step) in plan.steps().iter().enumerate() {
        let after = step.after.map_or(String::new(), |step| format!(" (after {})", step.0));
        lines.push(format!("{number} {}{after}", step.change));
    }
    for item in plan.left_out() {
        lines.push(format!("- {}: {}", item.subject, item.why));
    }
    for item in plan.refused() {
        lines.push(format!("! {}: {}", item.subject, item.why));
    }
    lines.join("\n")
}

/// A list of names from words.
pub(super) fn names<T: std::str::FromStr<Err: std::fmt::Debug>>(texts: &[&str]) -> Vec<T> {
    texts.iter().map(|text| word(text)).collect()
}

/// Compares line by line, indentation of the expected text aside.
#[track_caller]
pub(super) fn same(what: &str, got: &str, expected: &str) {
    let expected: Vec<_> = expected.trim().lines().map(str::trim).collect();
    assert_eq!(got.lines().collect::<Vec<_>>(), expected, "{what}");
}
