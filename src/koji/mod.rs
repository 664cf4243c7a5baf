// SPDX-License-Identifier: GPL-3.0-or-later
//! The koji hub: what can be read ([`Reader`]), what can be written ([`Writer`]), and the client
//! that does both over XML-RPC.
//!
//! Reading is anonymous and cannot write. Writing needs a login, and only the pipeline holds a
//! [`Writer`].

pub mod belongings;
mod both;
pub mod calls;
mod encode;
pub mod facts;
pub mod gssapi;
mod http;
mod hub;
mod ini;
mod kerberos;
mod listed;
mod login;
mod negotiation;
mod package_builds;
mod package_lists;
mod patience;
pub mod profile;
mod read;
mod repos;
mod rows;
pub mod rpms;
mod session;
pub mod settings;
mod setup;
mod tasks;
pub mod topdir;
pub mod versions;
pub mod web;
mod wire;
pub mod work;
pub mod xml;

pub use belongings::*;
pub use both::tagged_in_both;
pub use calls::{Call, Fault, Reply, SendError, Sent, SessionId, TagEdit, Writer};
pub use facts::*;
pub use hub::{Hub, Options};
pub use login::Login;
pub use patience::Notices;
pub use repos::{Repo, RepoRequest};
pub use rpms::*;
pub use settings::*;
pub use topdir::SignedCopy;
pub use versions::*;
pub use work::{BuildQuery, BuildRecord, BuildRequest, TaskQuery};

use crate::Result;
use crate::names::{BuildId, EventId, Nvr, PackageName, ScmUrl, TagName, TargetName, TaskId, UserName};
use std::collections::{BTreeMap, BTreeSet};

/// Everything flr asks of a hub. Anonymous calls only: an implementation cannot change anything.
///
/// Names that the hub does not know are `None` or an [`Error`](crate::Error) naming them, as each
/// method says. A hub that is away is [`Kind::NotNow`](crate::error::Kind::NotNow).
pub trait Reader: Send + Sync {
    /// The tag, or `None` if there is none of that name.
    ///
    /// koji: `getTag(tag)`.
    fn tag(&self, tag: &TagName) -> Result<Option<Tag>>;

    /// The tags whose names match a pattern with `*` and `?`, in the order of names.
    ///
    /// koji: `listTags(pattern=)`.
    fn tags_like(&self, pattern: &str) -> Result<Vec<Tag>>;

    /// The parents of `tag` in the order koji looks through them, nearest first, `tag` itself left
    /// out. Empty if it has none.
    ///
    /// koji: `getFullInheritance(tag)`. Unknown tag: an error naming it.
    fn inheritance(&self, tag: &TagName) -> Result<Vec<Parent>>;

    /// The tags that inherit from `tag`, in the order of `getFullInheritance`, nearest first along each
    /// way down. Empty if none does.
    ///
    /// koji: `getFullInheritance(tag, reverse=true)`. Unknown tag: an error naming it.
    fn descendants(&self, tag: &TagName) -> Result<Vec<Parent>>;

    /// All that each tag itself is set to, in the order asked for; `None` where the hub knows no such
    /// tag, or only a deleted one.
    ///
    /// koji: `getTag(tag)` in multicalls of at most 200.
    fn settings(&self, tags: &[TagName]) -> Result<Vec<Option<TagSettings>>>;

    /// The links of each tag to its own parents, in the order asked for, lowest priority first.
    ///
    /// koji: `getInheritanceData(tag)` in multicalls of at most 200. Unknown tags: an error naming
    /// them all. A deleted tag is known and has no links.
    fn parents(&self, tags: &[TagName]) -> Result<Vec<Vec<ParentLink>>>;

    /// Each tag's own groups, in the order asked for and of names; blocked ones and inherited ones are
    /// left out, and so are the groups that groups need.
    ///
    /// koji: `getTagGroups(tag, inherit=false)` in multicalls of at most 200. Unknown tags: an error
    /// naming them all.
    fn groups(&self, tags: &[TagName]) -> Result<Vec<Vec<Group>>>;

    /// The groups that count in a tag, or counted at an event, inherited ones too, in the order of names;
    /// blocked ones are left out, and so are the groups that groups need.
    ///
    /// koji: `getTagGroups(tag, event=)`. Unknown tag: an error naming it; a deleted one is known.
    fn group_list(&self, tag: &TagName, event: Option<EventId>) -> Result<Vec<Group>>;

    /// The repositories of elsewhere that each tag itself draws from, in the order asked for, lowest
    /// priority first.
    ///
    /// koji: `getTagExternalRepos(tag_info=)` in multicalls of at most 200. Unknown tags: an error
    /// naming them all.
    fn external_repos(&self, tags: &[TagName]) -> Result<Vec<Vec<ExternalRepo>>>;

    /// Where the repositories of elsewhere are that the hub knows, by name, whether a tag draws from them or not.
    ///
    /// koji: `listExternalRepos()`.
    fn external_repo_urls(&self) -> Result<BTreeMap<String, String>>;

    /// The targets that match, all if nothing is asked for, in the order of names; those of side tags
    /// are among them.
    ///
    /// koji: `getTag` of the tags named, then `getBuildTargets(buildTagID=, destTagID=)`. Unknown tags:
    /// an error naming them all.
    fn targets(&self, query: &TargetQuery) -> Result<Vec<Target>>;

    /// Users' side tags, all or those that inherit from `base`.
    ///
    /// koji: `listSideTags(basetag=)`, of its plugin. Unknown base: an error naming it.
    fn side_tags(&self, base: Option<&TagName>) -> Result<Vec<SideTag>>;

    /// All rows of each tag, revoked and hidden ones too, in the order asked for; each tag's oldest
    /// create event first.
    ///
    /// koji: `queryHistory(tables=["tag_listing"], tag=)` in multicalls of at most 200. Unknown tag: an
    /// error naming it.
    fn rows_of(&self, tags: &[TagName]) -> Result<Vec<Vec<TagRow>>>;

    /// The active rows of each tag, hidden ones too, in the order asked for; each tag's oldest create
    /// event first.
    ///
    /// koji: `queryHistory(tables=["tag_listing"], tag=, active=true)` in multicalls of at most 200.
    /// Unknown tag: an error naming it.
    fn active_rows_of(&self, tags: &[TagName]) -> Result<Vec<Vec<TagRow>>>;

    /// The builds that koji calls tagged, in its order, each with its rpms in the order of numbers and the
    /// keys these are signed with. Builds whose package is blocked or not listed are missing. Rpms that koji
    /// knows only by description have no file to sign, and are left out.
    ///
    /// koji: `listTaggedRPMS(tag, inherit=, latest=, rpmsigs=true)`, one call: a whole release is 218 MB,
    /// decoded as it comes. Unknown tag: an error naming it.
    fn tagged_rpms(&self, query: &RpmQuery) -> Result<Vec<BuildRpms>>;

    /// The rpms of each build and the keys they are signed with, in the order asked for; empty for a build
    /// that has none, an image for example.
    ///
    /// koji: `listRPMs(buildID=)`, then `queryRPMSigs(rpm_id=)` of each of them, in multicalls of at most
    /// 200.
    fn rpms_of(&self, builds: &[BuildId]) -> Result<Vec<Vec<Rpm>>>;

    /// The size of each copy in bytes, in the order asked for; `None` where there is none.
    ///
    /// No call: the files themselves, where the profile's `topdir` is mounted. An error if it is not.
    fn signed_copies(&self, copies: &[SignedCopy]) -> Result<Vec<Option<u64>>>;

    /// The time of the newest event, seconds since 1970, UTC: what time it is for the hub.
    ///
    /// koji: `getLastEvent()`.
    fn hub_time(&self) -> Result<f64>;

    /// Each target by name, in the order asked for; `None` where the hub knows none.
    ///
    /// koji: `getBuildTarget(name)` in multicalls of at most 200.
    fn targets_by_name(&self, names: &[TargetName]) -> Result<Vec<Option<Target>>>;

    /// Each build by name, in the order asked for; `None` where the hub knows none.
    ///
    /// koji: `getBuild(nvr)` in multicalls of at most 200.
    fn builds(&self, nvrs: &[Nvr]) -> Result<Vec<Option<Build>>>;

    /// The tags each build is in directly, in the order asked for; also those that `listTagged`
    /// hides because the package is blocked or not listed.
    ///
    /// koji: `listTags(build=nvr)` in multicalls of at most 200. Unknown build: an error naming it.
    fn tags_of(&self, nvrs: &[Nvr]) -> Result<Vec<Vec<TagName>>>;

    /// The rows of builds in `tag`, hidden ones too, oldest create event first.
    ///
    /// koji: `queryHistory(tables=["tag_listing"], tag=, package=, active=, afterEvent=)`. Unknown
    /// tag or package: an error naming it.
    fn tag_rows(&self, tag: &TagName, which: &Rows) -> Result<Vec<TagRow>>;

    /// The active rows of each package in `tag`, in the order asked for, hidden ones too; each
    /// package's rows oldest create event first, empty if it has none there.
    ///
    /// koji: `queryHistory(tables=["tag_listing"], tag=, package=, active=true)` in multicalls of at
    /// most 200. Unknown tag or package: an error naming it.
    fn package_rows(&self, tag: &TagName, packages: &[PackageName]) -> Result<Vec<Vec<TagRow>>>;

    /// Each tag's own entries for packages, blocked ones included, in the order asked for.
    ///
    /// koji: `listPackages(tagID=, inherited=false, with_blocked=true)` in multicalls of at most 200. Unknown
    /// tags: an error naming them all.
    fn package_lists(&self, tags: &[TagName]) -> Result<Vec<Vec<PackageEntry>>>;

    /// The package list of `tag`, blocked entries included, in the order of names.
    ///
    /// koji: `listPackages(tagID=, inherited=, with_blocked=true)`. Unknown tag: an error naming it.
    fn package_list(&self, tag: &TagName, inherit: Inherit) -> Result<Vec<PackageEntry>>;

    /// The package list of `tag` as it counted at an event, inherited and blocked entries included, in
    /// the order of names.
    ///
    /// koji: `listPackages(tagID=, inherited=true, with_blocked=true, event=)`. A tag that was not there then: the
    /// hub's own error.
    fn package_list_at(&self, tag: &TagName, event: EventId) -> Result<Vec<PackageEntry>>;

    /// One package's entry as it counts in `tag`; `None` if it is not listed.
    ///
    /// koji: `listPackages(tagID=, pkgID=, inherited=, with_blocked=true)` in multicalls of at most
    /// 200, in the order asked for. Unknown tag: an error naming it; a package the hub has never
    /// seen is `None`.
    fn package_entries(
        &self,
        tag: &TagName,
        packages: &[PackageName],
        inherit: Inherit,
    ) -> Result<Vec<Option<PackageEntry>>>;

    /// The entries of `package` along the inheritance of each tag, in the order asked for: the tag's own
    /// first, then its parents', nearest first; the first one counts. Empty if nothing lists it there;
    /// `None` where the hub knows no such tag.
    ///
    /// koji: `listPackages(tagID=, pkgID=, inherited=true, with_dups=true, with_blocked=true)` in
    /// multicalls of at most 200. A package the hub has never seen: an error naming it.
    fn package_chains(&self, tags: &[TagName], package: &PackageName) -> Result<Vec<Option<Vec<PackageEntry>>>>;

    /// The parents of each tag as [`Reader::inheritance`] has them, in the order asked for; `None` where
    /// the hub knows no such tag.
    ///
    /// koji: `getFullInheritance(tag)` in multicalls of at most 200.
    fn inheritances(&self, tags: &[TagName]) -> Result<Vec<Option<Vec<Parent>>>>;

    /// What koji calls tagged, newest tagging first. For showing only: builds whose package is
    /// blocked or not listed are missing.
    ///
    /// koji: `listTagged(tag, event=, inherit=, latest=, package=, type=)`. Unknown tag: an error naming it, or
    /// with the event, at which it may have been, the hub's own.
    fn tagged(&self, query: &Tagged) -> Result<Vec<TaggedBuild>>;

    /// What happened to a tag, a package or a build, oldest first; with a build, to it alone.
    ///
    /// koji: `queryHistory(tables=["tag_listing", "tag_packages"], tag=, package=, build=, afterEvent=)`, with a
    /// build the first table only. Unknown tag, package or build: an error naming it.
    fn history(&self, query: &HistoryQuery) -> Result<Vec<HistoryEvent>>;

    /// Who owned and owns packages in `tag` by entries of its own, as far as that began or ended after the
    /// event, oldest first.
    ///
    /// koji: `queryHistory(tables=["tag_package_owners"], tag=, afterEvent=)`. Unknown tag: an error
    /// naming it.
    fn owners_since(&self, tag: &TagName, event: EventId) -> Result<Vec<Version<Owned>>>;

    /// How each tag was and is set up, in the order asked for; of one that never was, nothing.
    ///
    /// koji: `queryHistory(tables=["tag_config", "tag_extra", "tag_inheritance"], tag=)` in multicalls
    /// of at most 200.
    fn tag_histories(&self, tags: &[TagName]) -> Result<Vec<TagHistory>>;

    /// What each tag's own groups, packages in them and links to external repositories were and are, in the
    /// order asked for; of a tag that never was, nothing.
    ///
    /// koji: `queryHistory(tables=["group_config", "group_package_listing", "tag_external_repos"], tag=)` in
    /// multicalls of at most 200.
    fn belongings(&self, tags: &[TagName]) -> Result<Vec<Belongings>>;

    /// The tags each target had and has, in the order asked for; of one that never was, nothing.
    ///
    /// koji: `queryHistory(tables=["build_target_config"], build_target=)` in multicalls of at most 200.
    fn target_histories(&self, targets: &[TargetName]) -> Result<Vec<TargetHistory>>;

    /// What can be called at the hub.
    ///
    /// koji: `system.listMethods()`.
    fn methods(&self) -> Result<BTreeSet<String>>;

    /// The repository of `tag` that was made last and can be used; `None` if there is none.
    ///
    /// koji: `getRepo(tag)`. Unknown tag: an error naming it.
    fn repo(&self, tag: &TagName) -> Result<Option<Repo>>;

    /// The newest usable repository of `tag`, made as tags have it, of the event or later; `None` if there is
    /// none.
    ///
    /// koji: `repo.get(tag, min_event=)`, since 1.35. Unknown tag: an error naming it.
    fn repo_since(&self, tag: &TagName, event: EventId) -> Result<Option<Repo>>;

    /// Requests for a repository of the tag with this number, of the event or later, in the order of
    /// numbers; those with options of their own are left out. The hub forgets those that are over after some
    /// time.
    ///
    /// koji: `repo.queryQueue([["tag_id", "=", tag], ["min_event", ">=", event]], [fields])`, since 1.35.
    fn repo_requests(&self, tag: u64, event: EventId) -> Result<Vec<RepoRequest>>;

    /// The newest event that changed what can be seen in `tag`, inheritance included.
    ///
    /// koji: `tagLastChangeEvent(tag)`, since 1.35. Unknown tag: an error naming it.
    fn last_change(&self, tag: &TagName) -> Result<EventId>;

    /// Whether one of the tags with these numbers has changed after an event; its parents are not looked at.
    ///
    /// koji: `tagChangedSinceEvent(event, [tags])`.
    fn changed_since(&self, event: EventId, tags: &[u64]) -> Result<bool>;

    /// The permissions the hub knows, by name.
    ///
    /// koji: `getAllPerms()`.
    fn permissions(&self) -> Result<BTreeSet<String>>;

    /// The time of an event, seconds since 1970, UTC.
    ///
    /// koji: `getEvent(id)`. Unknown event: an error.
    fn event_time(&self, event: EventId) -> Result<f64>;

    /// The newest event.
    ///
    /// koji: `getLastEvent()`.
    fn last_event(&self) -> Result<EventId>;

    /// The user, or `None` if there is none of that name.
    ///
    /// koji: `getUser(name)`.
    fn user(&self, name: &UserName) -> Result<Option<User>>;

    /// Each user, in the order asked for; `None` where the hub knows none.
    ///
    /// koji: `getUser(name)` in multicalls of at most 200.
    fn users(&self, names: &[UserName]) -> Result<Vec<Option<User>>>;

    /// Each task, in the order asked for; `None` where the hub knows none.
    ///
    /// koji: `getTaskInfo(id, request=true)` in multicalls of at most 200; then `getUser(id)` likewise
    /// for owners that were not seen before.
    fn tasks(&self, ids: &[TaskId]) -> Result<Vec<Option<Task>>>;

    /// The same without owners, for whoever asks what many tasks were to do.
    ///
    /// koji: `getTaskInfo(id, request=true)` in multicalls of at most 200.
    fn tasks_of_anybody(&self, ids: &[TaskId]) -> Result<Vec<Option<Task>>>;

    /// The builds that match, in any state, in the order of their numbers.
    ///
    /// koji: `listBuilds(state=, createdAfter=, type=, queryOpts=)`, page by page.
    fn build_list(&self, query: &BuildQuery) -> Result<Vec<BuildRecord>>;

    /// The builds of each package that match, in the order asked for, each package's in the order of their
    /// numbers; a package the hub has never seen has none.
    ///
    /// koji: `listBuilds(packageID=name, state=, createdAfter=, type=)` in multicalls of at most 200.
    fn builds_of(&self, packages: &[PackageName], query: &BuildQuery) -> Result<Vec<Vec<BuildRecord>>>;

    /// The builds made from each source, in any state, in the order asked for, each source's in the order of
    /// their numbers; a package the hub has never seen has none.
    ///
    /// koji: `listBuilds(packageID=name, source=)` in multicalls of at most 200. The hub takes the source for a
    /// pattern; what only fits it is left out.
    fn builds_from(&self, sources: &[ScmUrl]) -> Result<Vec<Vec<BuildRecord>>>;

    /// The tasks that match, with what they were asked to do, in the order of their numbers.
    ///
    /// koji: `listTasks({method, state, owner, createdAfter, parent, decode: true}, queryOpts=)`, page
    /// by page.
    fn task_list(&self, query: &TaskQuery) -> Result<Vec<Task>>;

    /// Those of the tasks that have made one which no builder has taken yet.
    ///
    /// koji: `listTasks({parent: [id, …], state: [0]})`, at most 500 at a time.
    fn held_up(&self, tasks: &[TaskId]) -> Result<BTreeSet<TaskId>>;

    /// The result of a task that has ended, or the fault it ended with. Of one that was canceled, is not over or
    /// is not known: an error.
    ///
    /// koji: `getTaskResult(id, raise_fault=false)`.
    fn task_result(&self, id: TaskId) -> Result<TaskResult>;

    /// Any reading method by name; answers as JSON.
    ///
    /// koji: `method(*args)`. `login`, `sslLogin`, `subsession` and `logout` are refused, so that the
    /// call can only read.
    fn call(&self, method: &str, args: &[serde_json::Value]) -> Result<serde_json::Value>;
}
