// SPDX-License-Identifier: GPL-3.0-or-later
//! The calls that planning may make.

use super::*;
use crate::koji::Reader;

fn step(name: TagName, depth: u32) -> Parent {
    let pkg_filter = String::new();
    Parent { name, depth, priority: 0, maxdepth: None, intransitive: false, noconfig: false, pkg_filter }
}

impl Reader for Hub {
    fn tag(&self, tag: &TagName) -> Result<Option<Tag>> {
        self.log(format!("getTag {tag}"));
        Ok(self.tags.get(tag).cloned())
    }

    fn inheritance(&self, tag: &TagName) -> Result<Vec<Parent>> {
        self.log(format!("getFullInheritance {tag}"));
        self.must_have(tag)?;
        let parents = match self.parents.get(tag) {
            Some(parents) => parents.clone(),
            None => self.above(tag),
        };
        Ok(parents.into_iter().zip(1..).map(|(name, depth)| step(name, depth)).collect())
    }

    fn descendants(&self, _tag: &TagName) -> Result<Vec<Parent>> {
        panic!("no plan needs what is below a tag")
    }

    fn settings(&self, tags: &[TagName]) -> Result<Vec<Option<TagSettings>>> {
        let names: Vec<&str> = tags.iter().map(TagName::as_str).collect();
        self.log(format!("getTag of {}", names.join(" ")));
        let settings = |name: &TagName| {
            let tag = self.tags.get(name)?;
            let extra = self.extra.iter().filter(|((of, _), _)| of == name);
            let value = |((_, key), value): (&(TagName, String), &Extra)| match value {
                Extra::Value(value) => Some((key.clone(), value.clone())),
                Extra::Unset | Extra::Blocked => None,
            };
            Some(TagSettings {
                id: tag.id,
                name: name.clone(),
                locked: tag.locked,
                perm: tag.perm.clone(),
                arches: Some(tag.arches.clone()),
                extra: extra.filter_map(value).collect(),
            })
        };
        Ok(tags.iter().map(settings).collect())
    }

    fn parents(&self, tags: &[TagName]) -> Result<Vec<Vec<ParentLink>>> {
        let names: Vec<&str> = tags.iter().map(TagName::as_str).collect();
        self.log(format!("getInheritanceData of {}", names.join(" ")));
        let links = |tag: &TagName| {
            self.must_have(tag)?;
            let mut links = self.links.get(tag).cloned().unwrap_or_default();
            links.sort_by_key(|link| link.priority);
            Ok(links)
        };
        tags.iter().map(links).collect()
    }

    fn groups(&self, tags: &[TagName]) -> Result<Vec<Vec<Group>>> {
        let names: Vec<&str> = tags.iter().map(TagName::as_str).collect();
        self.log(format!("getTagGroups of {}", names.join(" ")));
        tags.iter().map(|tag| self.own_groups(tag)).collect()
    }

    fn group_list(&self, tag: &TagName, event: Option<EventId>) -> Result<Vec<Group>> {
        self.log(format!("getTagGroups {tag}"));
        assert_eq!(event, None, "this hub has no past");
        self.groups_that_count(tag)
    }

    fn belongings(&self, tags: &[TagName]) -> Result<Vec<Belongings>> {
        let names: Vec<&str> = tags.iter().map(TagName::as_str).collect();
        self.log(format!("queryHistory of groups of {}", names.join(" ")));
        Ok(tags.iter().map(|tag| self.belongings_of(tag)).collect())
    }

    fn external_repos(&self, tags: &[TagName]) -> Result<Vec<Vec<ExternalRepo>>> {
        let names: Vec<&str> = tags.iter().map(TagName::as_str).collect();
        self.log(format!("getTagExternalRepos of {}", names.join(" ")));
        tags.iter().map(|tag| self.own_repos(tag)).collect()
    }

    fn external_repo_urls(&self) -> Result<BTreeMap<String, String>> {
        self.log("listExternalRepos");
        Ok(self.repos_there())
    }

    fn targets(&self, query: &TargetQuery) -> Result<Vec<Target>> {
        self.log("getBuildTargets");
        assert_eq!(*query, TargetQuery::default());
        let names: Vec<TargetName> = self.targets.keys().cloned().collect();
        Ok(self.targets_by_name(&names)?.into_iter().flatten().collect())
    }

    fn side_tags(&self, base: Option<&TagName>) -> Result<Vec<SideTag>> {
        self.log("listSideTags");
        let side = self.tags.values().filter(|tag| self.extra_of(&tag.name, "sidetag") == Extra::Value(true.into()));
        let of_base =
            |tag: &&Tag| base.is_none_or(|base| self.links_of(&tag.name).iter().any(|link| link.parent == *base));
        let tag = |tag: &Tag| SideTag { id: tag.id, name: tag.name.clone(), owner: Some(word("kim")) };
        Ok(side.filter(of_base).map(tag).collect())
    }

    fn rows_of(&self, tags: &[TagName]) -> Result<Vec<Vec<TagRow>>> {
        self.log(format!("queryHistory x{}", tags.len()));
        Ok(tags.iter().map(|tag| self.rows_of(tag)).collect())
    }

    fn active_rows_of(&self, tags: &[TagName]) -> Result<Vec<Vec<TagRow>>> {
        self.log(format!("queryHistory x{}", tags.len()));
        let rows = |tag: &TagName| self.must_have(tag).map(|()| self.rows_of(tag));
        tags.iter().map(rows).collect()
    }

    fn tagged_rpms(&self, query: &RpmQuery) -> Result<Vec<BuildRpms>> {
        self.log(format!("listTaggedRPMS {}", query.tag));
        assert_eq!((query.inherit, query.latest), (Inherit::Direct, false), "this hub knows no more");
        self.must_have(&query.tag)?;
        let listing = self.listing(&query.tag);
        let shown = |row: &TagRow| listing.get(&row.nvr.package()).is_some_and(|entry| !entry.blocked);
        let rows = self.rows_of(&query.tag).into_iter().filter(shown);
        let rpms = |nvr: &Nvr| self.rpms.get(nvr).cloned().unwrap_or_default();
        Ok(rows.map(|row| BuildRpms { id: row.id, rpms: rpms(&row.nvr), nvr: row.nvr }).collect())
    }

    fn rpms_of(&self, builds: &[BuildId]) -> Result<Vec<Vec<Rpm>>> {
        self.log(format!("listRPMs x{}", builds.len()));
        let of = |id: &BuildId| self.rpms.values().find(|rpms| rpms.iter().any(|rpm| rpm.build == *id));
        Ok(builds.iter().map(|id| of(id).cloned().unwrap_or_default()).collect())
    }

    fn signed_copies(&self, copies: &[SignedCopy]) -> Result<Vec<Option<u64>>> {
        self.log(format!("files x{}", copies.len()));
        let size = |copy: &SignedCopy| self.copies.iter().find(|(there, _)| there == copy).map(|(_, bytes)| *bytes);
        Ok(copies.iter().map(size).collect())
    }

    /// Ten days after everything.
    fn hub_time(&self) -> Result<f64> {
        self.log("getLastEvent");
        Ok(864_000.0)
    }

    fn tags_like(&self, pattern: &str) -> Result<Vec<Tag>> {
        panic!("no plan looks for tags like {pattern}")
    }

    fn targets_by_name(&self, names: &[TargetName]) -> Result<Vec<Option<Target>>> {
        self.log(format!("getBuildTarget x{}", names.len()));
        let target = |name: &TargetName| {
            let TargetTags { build_tag, dest_tag } = self.targets.get(name)?.clone();
            Some(Target { id: 1, name: name.clone(), build_tag, dest_tag })
        };
        Ok(names.iter().map(target).collect())
    }

    fn package_lists(&self, _tags: &[TagName]) -> Result<Vec<Vec<PackageEntry>>> {
        panic!("no plan needs several package lists")
    }

    /// Nothing was ever otherwise than it is, but for what `was` says.
    fn target_histories(&self, targets: &[TargetName]) -> Result<Vec<TargetHistory>> {
        self.log(format!("queryHistory of {} targets", targets.len()));
        let history = |name: &TargetName| {
            let was: Vec<_> = self.bygone.iter().filter(|(of, _)| of == name).map(|(_, was)| was.clone()).collect();
            let began = was.last().map_or(0.0, |was| was.began + 1e6);
            let now = self.targets.get(name).cloned().map(|tags| Version { began, ..version(tags) });
            was.into_iter().chain(now).collect()
        };
        Ok(targets.iter().map(history).collect())
    }

    fn builds(&self, nvrs: &[Nvr]) -> Result<Vec<Option<Build>>> {
        self.log(format!("getBuild x{}", nvrs.len()));
        Ok(nvrs.iter().map(|nvr| self.builds.get(nvr).cloned()).collect())
    }

    fn tags_of(&self, nvrs: &[Nvr]) -> Result<Vec<Vec<TagName>>> {
        self.log(format!("listTags x{}", nvrs.len()));
        let tags = |nvr: &Nvr| {
            let known = self.builds.contains_key(nvr) || self.attempts.iter().any(|build| build.nvr == *nvr);
            if !known {
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

    fn package_list_at(&self, _tag: &TagName, _event: EventId) -> Result<Vec<PackageEntry>> {
        panic!("this hub has no past")
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

    fn users(&self, names: &[UserName]) -> Result<Vec<Option<User>>> {
        self.log(format!("getUser x{}", names.len()));
        let user = |name: &UserName| self.users.contains(name).then(|| User { id: 1, name: name.clone() });
        Ok(names.iter().map(user).collect())
    }

    fn package_chains(&self, tags: &[TagName], package: &PackageName) -> Result<Vec<Option<Vec<PackageEntry>>>> {
        self.log(format!("listPackages {package} in {}", tags.len()));
        if !self.entries.iter().any(|entry| entry.package == *package) {
            return Err(Error::failed(format!("hub fault 1000: no such package {package}")));
        }
        let chain = |tag: &TagName| {
            self.tags.get(tag)?;
            let along = std::iter::once(tag).chain(self.parents.get(tag).into_iter().flatten());
            let own = |tag: &TagName| {
                let tag = tag.clone();
                self.entries.iter().filter(move |entry| entry.tag == tag && entry.package == *package)
            };
            Some(along.flat_map(own).cloned().collect())
        };
        Ok(tags.iter().map(chain).collect())
    }

    fn inheritances(&self, tags: &[TagName]) -> Result<Vec<Option<Vec<Parent>>>> {
        self.log(format!("getFullInheritance x{}", tags.len()));
        let above = |tag: &TagName| {
            self.tags.get(tag)?;
            let parents = self.parents.get(tag).cloned().unwrap_or_default();
            Some(parents.into_iter().zip(1..).map(|(name, depth)| step(name, depth)).collect())
        };
        Ok(tags.iter().map(above).collect())
    }

    fn user(&self, name: &UserName) -> Result<Option<User>> {
        self.log(format!("getUser {name}"));
        let known = self.users.contains(name);
        let name = name.clone();
        Ok(known.then_some(User { id: 1, name }))
    }

    fn tagged(&self, query: &Tagged) -> Result<Vec<TaggedBuild>> {
        let Tagged { tag, event: None, inherit: Inherit::Inherited, latest: true, package, kind: None } = query else {
            panic!("listTagged hides builds: what a repository would hold may be asked, and no more")
        };
        if let Some(package) = package {
            return self.latest_of(tag, package);
        }
        let packages: BTreeSet<PackageName> = self.rows.iter().map(|(_, row)| row.nvr.package()).collect();
        let mut latest = Vec::new();
        for package in &packages {
            latest.extend(self.latest_of(tag, package)?);
        }
        Ok(latest)
    }

    fn history(&self, _query: &HistoryQuery) -> Result<Vec<HistoryEvent>> {
        panic!("no plan needs the whole history")
    }

    fn tag_histories(&self, tags: &[TagName]) -> Result<Vec<TagHistory>> {
        let names: Vec<&str> = tags.iter().map(TagName::as_str).collect();
        self.log(format!("queryHistory of {}", names.join(" ")));
        let holds = |tag: &TagName| {
            let Some(now) = self.tags.get(tag) else { return TagHistory::default() };
            let arches = Some(now.arches.clone());
            let config = TagConfig { locked: now.locked, perm: now.perm.clone(), arches };
            let extra = self.extra.iter().filter(|((of, _), value)| of == tag && **value != Extra::Unset);
            TagHistory {
                config: vec![version(config)],
                extra: extra.map(|((_, key), value)| version((key.clone(), value.clone()))).collect(),
                parents: self.links_of(tag).iter().cloned().map(version).collect(),
                ..TagHistory::default()
            }
        };
        Ok(tags.iter().map(holds).collect())
    }

    fn owners_since(&self, _tag: &TagName, _event: EventId) -> Result<Vec<Version<Owned>>> {
        panic!("no plan needs who owned packages")
    }

    fn methods(&self) -> Result<BTreeSet<String>> {
        Ok(self.all_methods())
    }

    fn repo(&self, tag: &TagName) -> Result<Option<Repo>> {
        self.ready_repo(tag, None)
    }

    fn repo_since(&self, tag: &TagName, event: EventId) -> Result<Option<Repo>> {
        self.ready_repo(tag, Some(event))
    }

    fn repo_requests(&self, tag: u64, event: EventId) -> Result<Vec<RepoRequest>> {
        Ok(self.queue(tag, event))
    }

    fn last_change(&self, tag: &TagName) -> Result<EventId> {
        self.last_tagging(tag)
    }

    fn changed_since(&self, event: EventId, tags: &[u64]) -> Result<bool> {
        Ok(self.any_tagging_since(event, tags))
    }

    fn permissions(&self) -> Result<BTreeSet<String>> {
        self.log("getAllPerms");
        Ok(self.permissions.clone())
    }

    fn event_time(&self, _event: EventId) -> Result<f64> {
        panic!("no plan needs the time of an event")
    }

    fn last_event(&self) -> Result<EventId> {
        self.log("getLastEvent");
        Ok(EventId(self.events + 100))
    }

    fn tasks_of_anybody(&self, ids: &[TaskId]) -> Result<Vec<Option<Task>>> {
        self.tasks(ids)
    }

    fn tasks(&self, ids: &[TaskId]) -> Result<Vec<Option<Task>>> {
        self.log(format!("getTaskInfo x{}", ids.len()));
        Ok(ids.iter().map(|id| self.tasks.iter().find(|task| task.id == *id).cloned()).collect())
    }

    fn build_list(&self, query: &BuildQuery) -> Result<Vec<BuildRecord>> {
        self.log("listBuilds");
        assert_eq!(query.kind, None, "kinds are not known here");
        let fits = |build: &&BuildRecord| {
            query.state.is_none_or(|state| build.state == state)
                && query.created_after.is_none_or(|after| build.created > after)
        };
        Ok(self.attempts.iter().filter(fits).cloned().collect())
    }

    fn builds_of(&self, packages: &[PackageName], query: &BuildQuery) -> Result<Vec<Vec<BuildRecord>>> {
        self.log(format!("listBuilds x{}", packages.len()));
        assert_eq!(query.kind, None, "kinds are not known here");
        let fits = |build: &&BuildRecord| {
            query.state.is_none_or(|state| build.state == state)
                && query.created_after.is_none_or(|after| build.created > after)
        };
        let of = |package: &PackageName| {
            let builds = self.attempts.iter().filter(|build| build.nvr.package() == *package);
            builds.filter(fits).cloned().collect()
        };
        Ok(packages.iter().map(of).collect())
    }

    fn builds_from(&self, sources: &[ScmUrl]) -> Result<Vec<Vec<BuildRecord>>> {
        self.log(format!("listBuilds from x{}", sources.len()));
        let from = |source: &ScmUrl| {
            let builds = self.attempts.iter().filter(|build| build.source.as_deref() == Some(source.as_str()));
            builds.filter(|build| build.nvr.package() == *source.package()).cloned().collect()
        };
        Ok(sources.iter().map(from).collect())
    }

    /// Every task was made in time, by nobody in particular and by no other task.
    fn task_list(&self, query: &TaskQuery) -> Result<Vec<Task>> {
        let states: Vec<String> = query.states.iter().map(|state| format!("{state:?}").to_lowercase()).collect();
        self.log(format!("listTasks {}", states.join(" ")));
        let fits = |task: &&Task| {
            query.method.as_ref().is_none_or(|method| task.method == *method)
                && (query.states.is_empty() || query.states.contains(&task.state))
        };
        Ok(self.tasks.iter().filter(fits).cloned().collect())
    }

    fn held_up(&self, _tasks: &[TaskId]) -> Result<BTreeSet<TaskId>> {
        panic!("no plan minds who waits for a builder")
    }

    fn task_result(&self, id: TaskId) -> Result<TaskResult> {
        self.log(format!("getTaskResult {id}"));
        Ok(TaskResult::Fault(Fault { code: 1000, text: "no space".into() }))
    }

    fn call(&self, method: &str, _args: &[serde_json::Value]) -> Result<serde_json::Value> {
        panic!("no plan calls {method}")
    }
}
