// SPDX-License-Identifier: GPL-3.0-or-later
//! Every question of [`Reader`], asked of a real hub.

use super::encode::Ask;
use super::hub::Hub;
use super::wire::{Called, Event, FromWire, Happened, History, JustTag, List, Listed, One, OwnedTask, fold_entries};
use super::{
    Belongings, Build, BuildQuery, BuildRecord, BuildRpms, ExternalRepo, Fault, Group, HistoryEvent, HistoryQuery,
    Inherit, Owned, PackageEntry, Parent, ParentLink, Reader, Repo, RepoRequest, Rows, Rpm, RpmQuery, SideTag, Tag,
    TagHistory, TagRow, TagSettings, Tagged, TaggedBuild, Target, TargetHistory, TargetQuery, Task, TaskQuery,
    TaskResult, User, Version, wire,
};
use crate::names::{BuildId, BuildType, EventId, Nvr, PackageName, TagName, TargetName, TaskId, UserName};
use crate::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};

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
    fn list_of<T: FromWire>(&self, tag: &TagName, ask: Ask) -> Result<Vec<T>> {
        let method = ask.method().to_owned();
        match self.ask::<List<T>>(ask)? {
            Ok(list) => self.all(&method, list),
            Err(fault) => Err(self.blamed(&method, &fault, Some(tag), None)),
        }
    }

    fn list_packages(tag: &TagName, package: Option<&PackageName>, inherit: Inherit) -> Ask {
        Ask::new("listPackages")
            .named("tagID", tag.as_str())
            .maybe("pkgID", package.map(PackageName::as_str))
            .named("inherited", inherit == Inherit::Inherited)
            .named("with_blocked", true)
    }

    /// An error that names the tag, or all the packages, that the hub does not know.
    fn all_known(&self, tag: &TagName, packages: &[PackageName]) -> Result<()> {
        if self.tag(tag)?.is_none() {
            return Err(self.unknown("tag", &[tag.as_str()]));
        }
        let names: Vec<&PackageName> = packages.iter().collect();
        let known = self.knows_packages(&names)?;
        let unknown = |(package, known): (&'_ PackageName, bool)| (!known).then(|| package.to_string());
        let unknown: Vec<String> = packages.iter().zip(known).filter_map(unknown).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let unknown: Vec<&str> = unknown.iter().map(String::as_str).collect();
        Err(self.unknown("package", &unknown))
    }

    /// Each task, its owner a number still.
    fn owned_tasks(&self, ids: &[TaskId]) -> Result<Vec<Option<OwnedTask>>> {
        let asks = ids.iter().map(|id| Ask::new("getTaskInfo").arg(id.0).named("request", true));
        let mut tasks = Vec::with_capacity(ids.len());
        for (answer, id) in self.get_all(asks)?.into_iter().zip(ids) {
            let task: Option<One<OwnedTask>> =
                answer.map_err(|fault| self.faulted(&format!("getTaskInfo of {id}"), &fault))?;
            tasks.push(self.one("getTaskInfo", task)?);
        }
        Ok(tasks)
    }

    /// The names of `owners`, asked for once in the life of a hub.
    fn owner_names(&self, owners: &[u64]) -> Result<Vec<Option<String>>> {
        let mut known = match self.owners.lock() {
            Ok(known) => known,
            Err(poisoned) => poisoned.into_inner(),
        };
        let mut new: Vec<u64> = owners.to_vec();
        new.retain(|owner| !known.contains_key(owner));
        new.sort_unstable();
        new.dedup();
        let asks = new.iter().map(|owner| Ask::new("getUser").arg(*owner));
        for (owner, answer) in new.iter().zip(self.get_all::<Option<Called>>(asks)?) {
            let user = answer.map_err(|fault| self.faulted("getUser", &fault))?;
            let name = user.map(|user| user.name);
            known.insert(*owner, name);
        }
        Ok(owners.iter().map(|owner| known.get(owner).cloned().flatten()).collect())
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

    fn external_repo_urls(&self) -> Result<BTreeMap<String, String>> {
        self.external_repos_there()
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
        const METHOD: &str = "queryHistory";
        let ask = Ask::new(METHOD)
            .named("tables", ["tag_listing"].as_slice())
            .named("tag", tag.as_str())
            .maybe("package", which.package.as_ref().map(PackageName::as_str))
            .maybe("active", which.active_only.then_some(true))
            .maybe("afterEvent", which.after.map(|event| event.0));
        let history = match self.ask::<History<TagRow, Listed>>(ask)? {
            Ok(history) => history,
            Err(fault) => {
                return Err(self.blamed(METHOD, &fault, Some(tag), which.package.as_ref()));
            }
        };
        let mut rows = self.all(METHOD, history.tag_listing)?;
        rows.sort_by_key(|row| (row.created, row.id));
        Ok(rows)
    }

    fn package_rows(&self, tag: &TagName, packages: &[PackageName]) -> Result<Vec<Vec<TagRow>>> {
        const METHOD: &str = "queryHistory";
        let asks = packages.iter().map(|package| {
            Ask::new(METHOD)
                .named("tables", ["tag_listing"].as_slice())
                .named("tag", tag.as_str())
                .named("package", package.as_str())
                .named("active", true)
        });
        let answers = self.get_all::<History<TagRow, Listed>>(asks)?;
        let doubtful = |(package, answer): (&PackageName, &Result<_, Fault>)| match answer {
            Err(fault) if fault.code == Fault::GENERIC => Some(package.clone()),
            _ => None,
        };
        let doubtful: Vec<_> = packages.iter().zip(&answers).filter_map(doubtful).collect();
        if !doubtful.is_empty() {
            self.all_known(tag, &doubtful)?;
        }
        answers
            .into_iter()
            .map(|answer| {
                let history = answer.map_err(|fault| self.faulted(METHOD, &fault))?;
                let mut rows = self.all(METHOD, history.tag_listing)?;
                rows.sort_by_key(|row| (row.created, row.id));
                Ok(rows)
            })
            .collect()
    }

    fn package_lists(&self, tags: &[TagName]) -> Result<Vec<Vec<PackageEntry>>> {
        self.package_lists_of(tags)
    }

    fn package_list(&self, tag: &TagName, inherit: Inherit) -> Result<Vec<PackageEntry>> {
        let mut list: Vec<PackageEntry> = self.list_of(tag, Self::list_packages(tag, None, inherit))?;
        list.sort();
        Ok(list)
    }

    fn package_list_at(&self, tag: &TagName, event: EventId) -> Result<Vec<PackageEntry>> {
        let ask = Self::list_packages(tag, None, Inherit::Inherited).named("event", event.0);
        let mut list = self.all("listPackages", self.get(ask)?)?;
        list.sort();
        Ok(list)
    }

    fn package_entries(
        &self,
        tag: &TagName,
        packages: &[PackageName],
        inherit: Inherit,
    ) -> Result<Vec<Option<PackageEntry>>> {
        const METHOD: &str = "listPackages";
        let asks = packages.iter().map(|package| Self::list_packages(tag, Some(package), inherit));
        let answers = self.get_all::<List<PackageEntry>>(asks)?;
        let mut doubtful: Vec<(&PackageName, Fault)> = Vec::new();
        let mut entries = Vec::with_capacity(packages.len());
        for (answer, package) in answers.into_iter().zip(packages) {
            entries.push(match answer {
                Ok(list) => {
                    let mut list = self.all(METHOD, list)?;
                    list.retain(|entry| entry.package == *package);
                    list.into_iter().next()
                }
                Err(fault) => {
                    doubtful.push((package, fault));
                    None
                }
            });
        }
        if let Some((_, fault)) = doubtful.first() {
            if self.tag(tag)?.is_none() {
                return Err(self.unknown("tag", &[tag.as_str()]));
            }
            let names: Vec<&PackageName> = doubtful.iter().map(|(name, _)| *name).collect();
            if self.knows_packages(&names)?.contains(&true) {
                return Err(self.faulted(METHOD, fault));
            }
        } else if packages.is_empty() && self.tag(tag)?.is_none() {
            return Err(self.unknown("tag", &[tag.as_str()]));
        }
        Ok(entries)
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
        const METHOD: &str = "queryHistory";
        // Package lists know no builds.
        let tables: &[&str] = match query.build {
            Some(_) => &["tag_listing"],
            None => &["tag_listing", "tag_packages"],
        };
        let ask = Ask::new(METHOD)
            .named("tables", tables)
            .maybe("tag", query.tag.as_ref().map(TagName::as_str))
            .maybe("package", query.package.as_ref().map(PackageName::as_str))
            .maybe("build", query.build.as_ref().map(Nvr::as_str))
            .maybe("afterEvent", query.after.map(|event| event.0));
        let history = match self.ask::<History<Happened, Listed>>(ask)? {
            Ok(history) => history,
            Err(fault) => {
                if let Some(nvr) = &query.build
                    && fault.code == Fault::GENERIC
                    && self.builds(std::slice::from_ref(nvr))?.iter().all(Option::is_none)
                {
                    return Err(self.unknown("build", &[nvr.as_str()]));
                }
                let (tag, package) = (query.tag.as_ref(), query.package.as_ref());
                return Err(self.blamed(METHOD, &fault, tag, package));
            }
        };
        let builds = self.all(METHOD, history.tag_listing)?;
        let packages = self.all(METHOD, history.tag_packages)?;
        let mut events: Vec<HistoryEvent> = builds
            .into_iter()
            .flat_map(|row| row.0)
            .chain(packages.into_iter().flat_map(|row| row.0))
            // A row that was revoked after the event was often created before it.
            .filter(|event| query.after.is_none_or(|after| event.event > after))
            .collect();
        // Of a retagging, which has one number, the end comes before the new beginning.
        events.sort_by_key(|event| (event.event, event.kind != super::HistoryKind::Untagged));
        Ok(fold_entries(events))
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
        Ok(self.owned_tasks(ids)?.into_iter().map(|owned| owned.map(|owned| owned.task)).collect())
    }

    fn tasks(&self, ids: &[TaskId]) -> Result<Vec<Option<Task>>> {
        let tasks = self.owned_tasks(ids)?;
        let owners: Vec<u64> = tasks.iter().flatten().filter_map(|t| t.owner).collect();
        let mut names = self.owner_names(&owners)?.into_iter();
        Ok(tasks
            .into_iter()
            .map(|owned| {
                let OwnedTask { mut task, owner } = owned?;
                task.owner = owner.and_then(|_| names.next().flatten());
                Some(task)
            })
            .collect())
    }

    fn build_list(&self, query: &BuildQuery) -> Result<Vec<BuildRecord>> {
        self.builds_listed(query)
    }

    fn builds_of(&self, packages: &[PackageName], query: &BuildQuery) -> Result<Vec<Vec<BuildRecord>>> {
        self.package_builds(packages, query)
    }

    fn task_list(&self, query: &TaskQuery) -> Result<Vec<Task>> {
        self.tasks_listed(query)
    }

    fn task_result(&self, id: TaskId) -> Result<TaskResult> {
        let ask = Ask::new("getTaskResult").arg(id.0).named("raise_fault", false);
        match self.ask(ask)? {
            Ok(value) => Ok(wire::task_result(value)),
            Err(fault) => Err(self.faulted(&format!("getTaskResult of {id}"), &fault)),
        }
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
