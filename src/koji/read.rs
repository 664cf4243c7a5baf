// SPDX-License-Identifier: GPL-3.0-or-later
//! Every question of [`Reader`], asked of a real hub.

use super::encode::Ask;
use super::hub::Hub;
use super::wire::{Called, Event, FromWire, JustTag, List, One};
use super::{
    Belongings, Build, BuildQuery, BuildRecord, BuildRpms, ExternalRepo, Fault, Group, HistoryEvent, HistoryQuery,
    Inherit, Owned, PackageEntry, Parent, ParentLink, Reader, Repo, RepoRequest, Rows, Rpm, RpmQuery, SideTag,
    SignedCopy, Tag, TagHistory, TagRow, TagSettings, Tagged, TaggedBuild, Target, TargetHistory, TargetQuery, Task,
    TaskQuery, TaskResult, User, Version,
};
use crate::names::{BuildId, BuildType, EventId, Nvr, PackageName, ScmUrl, TagName, TargetName, TaskId, UserName};
use crate::{Error, Result};
use std::collections::BTreeSet;

/// Calls that open or close sessions. A session opened by a raw call would never be closed.
const SESSION_CALLS: [&str; 5] = ["login", "sslLogin", "krbLogin", "subsession", "logout"];

impl Hub {
    /// The list, unless it holds something that is no name.
    pub(super) fn all<T>(&self, method: &str, list: List<T>) -> Result<Vec<T>> {
        list.all().map_err(|why| self.misnamed(method, &why))
    }

    pub(super) fn one<T>(&self, method: &str, one: Option<One<T>>) -> Result<Option<T>> {
        one.map(|one| one.0.map_err(|why| self.misnamed(method, &why))).transpose()
    }

    /// A list about `tag`; if the hub does not know the tag the error says so.
    pub(super) fn list_of<T: FromWire>(&self, tag: &TagName, ask: Ask) -> Result<Vec<T>> {
        let method = ask.method().to_owned();
        match self.ask::<List<T>>(ask)? {
            Ok(list) => self.all(&method, list),
            Err(fault) => Err(self.blamed(&method, &fault, Some(tag), None)),
        }
    }
}

impl Reader for Hub {
    fn tag(&self, tag: &TagName) -> Result<Option<Tag>> {
        let found = self.get(Ask::new("getTag").arg(tag.as_str()))?;
        self.one("getTag", found)
    }

    fn tags_like(&self, pattern: &str) -> Result<Vec<Tag>> {
        const METHOD: &str = "listTags";
        let ask = Ask::new(METHOD).named("pattern", pattern);
        let mut tags = self.all(METHOD, self.get::<List<Tag>>(ask)?)?;
        tags.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(tags)
    }

    fn inheritance(&self, tag: &TagName) -> Result<Vec<Parent>> {
        self.list_of(tag, Ask::new("getFullInheritance").arg(tag.as_str()))
    }

    fn descendants(&self, tag: &TagName) -> Result<Vec<Parent>> {
        self.list_of(tag, Ask::new("getFullInheritance").arg(tag.as_str()).named("reverse", true))
    }

    fn settings(&self, tags: &[TagName]) -> Result<Vec<Option<TagSettings>>> {
        self.settings_of(tags)
    }

    fn parents(&self, tags: &[TagName]) -> Result<Vec<Vec<ParentLink>>> {
        self.parents_of(tags)
    }

    fn groups(&self, tags: &[TagName]) -> Result<Vec<Vec<Group>>> {
        self.groups_of(tags)
    }

    fn group_list(&self, tag: &TagName, event: Option<EventId>) -> Result<Vec<Group>> {
        self.group_list_of(tag, event)
    }

    fn belongings(&self, tags: &[TagName]) -> Result<Vec<Belongings>> {
        self.belongings_of(tags)
    }

    fn external_repos(&self, tags: &[TagName]) -> Result<Vec<Vec<ExternalRepo>>> {
        self.external_repos_of(tags)
    }

    fn targets(&self, query: &TargetQuery) -> Result<Vec<Target>> {
        self.targets_of(query)
    }

    fn targets_by_name(&self, names: &[TargetName]) -> Result<Vec<Option<Target>>> {
        self.targets_named(names)
    }

    fn side_tags(&self, base: Option<&TagName>) -> Result<Vec<SideTag>> {
        const METHOD: &str = "listSideTags";
        let ask = Ask::new(METHOD).maybe("basetag", base.map(TagName::as_str));
        match self.ask::<List<SideTag>>(ask)? {
            Ok(list) => self.all(METHOD, list),
            Err(fault) => Err(self.blamed(METHOD, &fault, base, None)),
        }
    }

    fn rows_of(&self, tags: &[TagName]) -> Result<Vec<Vec<TagRow>>> {
        self.rows_of_tags(tags, false)
    }

    fn active_rows_of(&self, tags: &[TagName]) -> Result<Vec<Vec<TagRow>>> {
        self.rows_of_tags(tags, true)
    }

    fn tagged_rpms(&self, query: &RpmQuery) -> Result<Vec<BuildRpms>> {
        self.rpms_in(query)
    }

    fn rpms_of(&self, builds: &[BuildId]) -> Result<Vec<Vec<Rpm>>> {
        self.rpms_of_builds(builds)
    }

    fn signed_copies(&self, copies: &[SignedCopy]) -> Result<Vec<Option<u64>>> {
        self.sizes_of(copies)
    }

    fn hub_time(&self) -> Result<f64> {
        let event: Event = self.get(Ask::new("getLastEvent"))?;
        event.ts.ok_or_else(|| self.misnamed("getLastEvent", "an event without its time"))
    }

    fn builds(&self, nvrs: &[Nvr]) -> Result<Vec<Option<Build>>> {
        let asks = nvrs.iter().map(|nvr| Ask::new("getBuild").arg(nvr.as_str()));
        self.get_all::<Option<One<Build>>>(asks)?
            .into_iter()
            .zip(nvrs)
            .map(|(answer, nvr)| match answer {
                Ok(build) => self.one("getBuild", build),
                Err(fault) => Err(self.faulted(&format!("getBuild of {nvr}"), &fault)),
            })
            .collect()
    }

    fn tags_of(&self, nvrs: &[Nvr]) -> Result<Vec<Vec<TagName>>> {
        let asks = nvrs.iter().map(|nvr| Ask::new("listTags").named("build", nvr.as_str()));
        let answers = self.get_all::<List<JustTag>>(asks)?;
        let doubtful: Vec<Nvr> = nvrs
            .iter()
            .zip(&answers)
            .filter(|(_, answer)| matches!(answer, Err(fault) if fault.code == Fault::GENERIC))
            .map(|(nvr, _)| nvr.clone())
            .collect();
        let found = self.builds(&doubtful)?;
        let unknown: Vec<&str> =
            doubtful.iter().zip(found).filter(|(_, build)| build.is_none()).map(|(nvr, _)| nvr.as_str()).collect();
        if !unknown.is_empty() {
            return Err(self.unknown("build", &unknown));
        }
        answers
            .into_iter()
            .zip(nvrs)
            .map(|(answer, nvr)| {
                let tags = answer.map_err(|fault| self.faulted(&format!("listTags of {nvr}"), &fault))?;
                let tags = self.all("listTags", tags)?;
                Ok(tags.into_iter().map(|tag| tag.0).collect())
            })
            .collect()
    }

    fn tag_rows(&self, tag: &TagName, which: &Rows) -> Result<Vec<TagRow>> {
        self.rows_in_tag(tag, which)
    }

    fn package_rows(&self, tag: &TagName, packages: &[PackageName]) -> Result<Vec<Vec<TagRow>>> {
        self.rows_of_packages(tag, packages)
    }

    fn package_lists(&self, tags: &[TagName]) -> Result<Vec<Vec<PackageEntry>>> {
        self.package_lists_of(tags)
    }

    fn package_list(&self, tag: &TagName, inherit: Inherit) -> Result<Vec<PackageEntry>> {
        self.packages_in(tag, inherit)
    }

    fn package_list_at(&self, tag: &TagName, event: EventId) -> Result<Vec<PackageEntry>> {
        self.packages_in_at(tag, event)
    }

    fn package_entries(
        &self,
        tag: &TagName,
        packages: &[PackageName],
        inherit: Inherit,
    ) -> Result<Vec<Option<PackageEntry>>> {
        self.entries_of(tag, packages, inherit)
    }

    fn package_chains(&self, tags: &[TagName], package: &PackageName) -> Result<Vec<Option<Vec<PackageEntry>>>> {
        self.chains_of(tags, package)
    }

    fn inheritances(&self, tags: &[TagName]) -> Result<Vec<Option<Vec<Parent>>>> {
        self.inheritances_of(tags)
    }

    fn tagged(&self, query: &Tagged) -> Result<Vec<TaggedBuild>> {
        let ask = Ask::new("listTagged")
            .arg(query.tag.as_str())
            .maybe("event", query.event.map(|event| event.0))
            .named("inherit", query.inherit == Inherit::Inherited)
            .named("latest", query.latest)
            .maybe("package", query.package.as_ref().map(PackageName::as_str))
            .maybe("type", query.kind.as_ref().map(BuildType::as_str));
        let method = ask.method().to_owned();
        match self.ask::<List<TaggedBuild>>(ask)? {
            Ok(list) => self.all(&method, list),
            // A tag that is gone may well have existed at the event.
            Err(fault) if query.event.is_some() => Err(self.faulted(&method, &fault)),
            Err(fault) => Err(self.blamed(&method, &fault, Some(&query.tag), None)),
        }
    }

    fn history(&self, query: &HistoryQuery) -> Result<Vec<HistoryEvent>> {
        self.history_of(query)
    }

    fn owners_since(&self, tag: &TagName, event: EventId) -> Result<Vec<Version<Owned>>> {
        self.owners_of(tag, event)
    }

    fn tag_histories(&self, tags: &[TagName]) -> Result<Vec<TagHistory>> {
        self.histories_of(tags)
    }

    fn target_histories(&self, targets: &[TargetName]) -> Result<Vec<TargetHistory>> {
        self.histories_of_targets(targets)
    }

    fn methods(&self) -> Result<BTreeSet<String>> {
        self.method_names()
    }

    fn repo(&self, tag: &TagName) -> Result<Option<Repo>> {
        self.repo_of(tag)
    }

    fn repo_since(&self, tag: &TagName, event: EventId) -> Result<Option<Repo>> {
        self.repo_of_since(tag, event)
    }

    fn repo_requests(&self, tag: u64, event: EventId) -> Result<Vec<RepoRequest>> {
        self.repo_requests_of(tag, event)
    }

    fn last_change(&self, tag: &TagName) -> Result<EventId> {
        self.last_change_of(tag)
    }

    fn changed_since(&self, event: EventId, tags: &[u64]) -> Result<bool> {
        self.have_changed_since(event, tags)
    }

    fn permissions(&self) -> Result<BTreeSet<String>> {
        let known: Vec<Called> = self.get(Ask::new("getAllPerms"))?;
        Ok(known.into_iter().map(|permission| permission.name).collect())
    }

    fn event_time(&self, event: EventId) -> Result<f64> {
        self.time_of(event)
    }

    fn last_event(&self) -> Result<EventId> {
        let event: Event = self.get(Ask::new("getLastEvent"))?;
        Ok(EventId(event.id))
    }

    fn user(&self, name: &UserName) -> Result<Option<User>> {
        let found = self.get(Ask::new("getUser").arg(name.as_str()))?;
        self.one("getUser", found)
    }

    fn users(&self, names: &[UserName]) -> Result<Vec<Option<User>>> {
        self.users_named(names)
    }

    fn tasks_of_anybody(&self, ids: &[TaskId]) -> Result<Vec<Option<Task>>> {
        self.tasks_without_owners(ids)
    }

    fn tasks(&self, ids: &[TaskId]) -> Result<Vec<Option<Task>>> {
        self.tasks_of(ids)
    }

    fn build_list(&self, query: &BuildQuery) -> Result<Vec<BuildRecord>> {
        self.builds_listed(query)
    }

    fn builds_of(&self, packages: &[PackageName], query: &BuildQuery) -> Result<Vec<Vec<BuildRecord>>> {
        self.package_builds(packages, query)
    }

    fn builds_from(&self, sources: &[ScmUrl]) -> Result<Vec<Vec<BuildRecord>>> {
        self.source_builds(sources)
    }

    fn task_list(&self, query: &TaskQuery) -> Result<Vec<Task>> {
        self.tasks_listed(query)
    }

    fn held_up(&self, tasks: &[TaskId]) -> Result<BTreeSet<TaskId>> {
        self.parents_of_free(tasks)
    }

    fn task_result(&self, id: TaskId) -> Result<TaskResult> {
        self.result_of(id)
    }

    fn call(&self, method: &str, args: &[serde_json::Value]) -> Result<serde_json::Value> {
        let named = |call: &&&str| **call == method || args.iter().any(|arg| names(arg, call));
        if let Some(bad) = SESSION_CALLS.iter().find(named) {
            return Err(Error::usage(format!("{bad} is not a call that only reads")));
        }
        let mut ask = Ask::new(method);
        for arg in args {
            ask = ask.json(arg)?;
        }
        self.get(ask)
    }
}

/// Whether a call inside `arg`, as in a multicall, is one of `method`.
fn names(arg: &serde_json::Value, method: &str) -> bool {
    use serde_json::Value;
    match arg {
        Value::Array(items) => items.iter().any(|item| names(item, method)),
        Value::Object(members) => {
            members.get("methodName").and_then(Value::as_str) == Some(method)
                || members.values().any(|value| names(value, method))
        }
        _ => false,
    }
}
