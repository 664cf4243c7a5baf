// SPDX-License-Identifier: GPL-3.0-or-later
//! A hub in memory for plan tests: strict, it knows only the calls that planning may make, counts
//! them, and answers as koji does (faults for unknown names where koji has faults).

use crate::koji::*;
use crate::names::{BuildId, EventId, Nvr, PackageName, TagName, TargetName, TaskId, UserName};
use crate::pipeline::{Operation, Readers};
use crate::plan::{Change, KojiChange, Plan};
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::sync::Mutex;

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

    /// Does what the plan says, as koji would, and minds what koji minds.
    pub(super) fn apply(&mut self, plan: &Plan) {
        for step in plan.steps() {
            let Change::Koji(change) = &step.change;
            match change {
                KojiChange::TagBuild { tag, build } => {
                    assert!(!self.tags[tag].locked && !self.holds(tag, &build.nvr));
                    assert_eq!(self.builds[&build.nvr].id, build.id);
                    assert_eq!(self.builds[&build.nvr].state, BuildState::Complete);
                    assert!(!self.listing(tag)[&build.nvr.package()].blocked);
                    self.put(tag, &build.nvr);
                }
                KojiChange::UntagBuild { tag, build } => {
                    assert!(!self.tags[tag].locked && self.holds(tag, &build.nvr));
                    assert_eq!(self.builds[&build.nvr].id, build.id);
                    self.rows.retain(|(name, row)| name != tag || row.nvr != build.nvr);
                }
                KojiChange::AddPackage { tag, package, owner } => {
                    assert!(!self.listing(tag).contains_key(package));
                    assert!(self.users.contains(owner));
                    self.list(tag, package, Some(owner.clone()), false);
                }
                KojiChange::BlockPackage { tag, package, before } => {
                    assert_eq!(self.listing(tag)[package], *before);
                    self.list(tag, package, before.owner.clone(), true);
                }
                KojiChange::UnblockPackage { tag, package, before } => {
                    assert_eq!(self.listing(tag)[package], *before);
                    self.list(tag, package, before.owner.clone(), false);
                }
                other => panic!("no request plans to {other}"),
            }
        }
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

impl Reader for Hub {
    fn tag(&self, tag: &TagName) -> Result<Option<Tag>> {
        self.log(format!("getTag {tag}"));
        Ok(self.tags.get(tag).cloned())
    }

    fn inheritance(&self, tag: &TagName) -> Result<Vec<Parent>> {
        self.log(format!("getFullInheritance {tag}"));
        self.must_have(tag)?;
        let parents = self.parents.get(tag).cloned().unwrap_or_default();
        Ok(parents.into_iter().zip(1..).map(|(name, depth)| Parent { name, depth, priority: 0 }).collect())
    }

    fn tags_like(&self, pattern: &str) -> Result<Vec<Tag>> {
        panic!("no plan looks for tags like {pattern}")
    }

    fn settings(&self, _tags: &[TagName]) -> Result<Vec<Option<TagSettings>>> {
        panic!("no plan needs the settings of tags")
    }

    fn parents(&self, _tags: &[TagName]) -> Result<Vec<Vec<ParentLink>>> {
        panic!("no plan needs the links of tags")
    }

    fn groups(&self, _tags: &[TagName]) -> Result<Vec<Vec<Group>>> {
        panic!("no plan needs groups")
    }

    fn external_repos(&self, _tags: &[TagName]) -> Result<Vec<Vec<ExternalRepo>>> {
        panic!("no plan needs external repositories")
    }

    fn targets(&self, _query: &TargetQuery) -> Result<Vec<Target>> {
        panic!("no plan needs targets")
    }

    fn targets_by_name(&self, _names: &[TargetName]) -> Result<Vec<Option<Target>>> {
        panic!("no plan needs targets")
    }

    fn builds(&self, nvrs: &[Nvr]) -> Result<Vec<Option<Build>>> {
        self.log(format!("getBuild x{}", nvrs.len()));
        Ok(nvrs.iter().map(|nvr| self.builds.get(nvr).cloned()).collect())
    }

    fn tags_of(&self, nvrs: &[Nvr]) -> Result<Vec<Vec<TagName>>> {
        self.log(format!("listTags x{}", nvrs.len()));
        let tags = |nvr: &Nvr| {
            if !self.builds.contains_key(nvr) {
                return Err(Error::failed(format!("hub fault 1000: no such build {nvr}")));
            }
            let rows = self.rows.iter().filter(|(_, row)| row.nvr == *nvr);
            Ok(rows.map(|(tag, _)| tag.clone()).collect())
        };
        nvrs.iter().map(tags).collect()
    }

    fn tag_rows(&self, tag: &TagName, which: &Rows) -> Result<Vec<TagRow>> {
        self.log(format!("queryHistory {tag}"));
        let active = Rows { active_only: true, ..Rows::default() };
        assert_eq!(*which, active, "planning looks at active rows only");
        self.must_have(tag)?;
        Ok(self.rows_of(tag))
    }

    fn package_rows(&self, tag: &TagName, packages: &[PackageName]) -> Result<Vec<Vec<TagRow>>> {
        self.log(format!("queryHistory {tag} x{}", packages.len()));
        self.must_have(tag)?;
        let rows = |package: &PackageName| {
            let known = self.builds.keys().any(|nvr| nvr.package() == *package)
                || self.entries.iter().any(|entry| entry.package == *package);
            if !known {
                return Err(Error::failed(format!("hub fault 1000: no such package {package}")));
            }
            let mut rows = self.rows_of(tag);
            rows.retain(|row| row.nvr.package() == *package);
            Ok(rows)
        };
        packages.iter().map(rows).collect()
    }

    fn package_list(&self, tag: &TagName, inherit: Inherit) -> Result<Vec<PackageEntry>> {
        self.log(format!("listPackages {tag}"));
        assert_eq!(inherit, Inherit::Inherited, "the inherited list counts");
        self.must_have(tag)?;
        Ok(self.listing(tag).into_values().collect())
    }

    fn package_entries(
        &self,
        tag: &TagName,
        packages: &[PackageName],
        inherit: Inherit,
    ) -> Result<Vec<Option<PackageEntry>>> {
        self.log(format!("listPackages {tag} x{}", packages.len()));
        assert_eq!(inherit, Inherit::Inherited, "the inherited list counts");
        self.must_have(tag)?;
        let listing = self.listing(tag);
        Ok(packages.iter().map(|p| listing.get(p).cloned()).collect())
    }

    fn user(&self, name: &UserName) -> Result<Option<User>> {
        self.log(format!("getUser {name}"));
        let known = self.users.contains(name);
        let name = name.clone();
        Ok(known.then_some(User { id: 1, name }))
    }

    fn tagged(&self, _query: &Tagged) -> Result<Vec<TaggedBuild>> {
        panic!("listTagged hides builds: no plan may ask for it")
    }

    fn history(&self, _query: &HistoryQuery) -> Result<Vec<HistoryEvent>> {
        panic!("no plan needs the whole history")
    }

    fn last_event(&self) -> Result<EventId> {
        panic!("no plan needs the last event")
    }

    fn tasks(&self, _ids: &[TaskId]) -> Result<Vec<Option<Task>>> {
        panic!("no plan needs tasks")
    }

    fn task_result(&self, _id: TaskId) -> Result<TaskResult> {
        panic!("no plan needs tasks")
    }

    fn call(&self, method: &str, _args: &[serde_json::Value]) -> Result<serde_json::Value> {
        panic!("no plan calls {method}")
    }
}
