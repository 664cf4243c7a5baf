// SPDX-License-Identifier: GPL-3.0-or-later
//! Says which packages of a release are still to be rebuilt, and why each other one is not.

use super::FEW;
use super::of_release::OfRelease;
use crate::Result;
use crate::access::Dimensions;
use crate::koji::{
    BuildQuery, BuildRecord, BuildRequest, BuildState, Inherit, PackageEntry, Reader, TargetHistory, Task, TaskQuery,
    TaskState,
};
use crate::names::{Nvr, PackageName, ReleaseAlias, TagName, TargetName, TaskId, UserName};
use crate::pipeline::{Question, Readers};
use crate::release::layout::Layout;
use crate::release::{Known, Lookup};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

/// A mass rebuild: what is to be built anew since when, and what counts as built.
#[derive(Debug, Clone)]
pub struct What {
    /// The release.
    pub release: ReleaseAlias,
    /// Builds begun after this count, seconds since 1970, UTC.
    pub since: f64,
    /// Builds for this target count; if neither it nor others are named, for all of the release's.
    pub target: Option<TargetName>,
    /// Builds for these count too.
    pub accepted: BTreeSet<TargetName>,
    /// Packages that are not to be rebuilt.
    pub skip: BTreeSet<PackageName>,
}

impl What {
    /// What such a request is about.
    pub fn dimensions(&self) -> Dimensions {
        let about = Dimensions::new()
            .releases([&self.release])
            .packages(&self.skip)
            .option("--since", true)
            .option("--target", self.target.is_some())
            .option("--accept-target", !self.accepted.is_empty())
            .option("--skip", !self.skip.is_empty());
        self.target.iter().chain(&self.accepted).fold(about, Dimensions::target)
    }
}

/// Which packages are to be rebuilt, and why not the others?
pub struct RebuildPlan<'a> {
    /// Of which rebuild.
    pub what: What,
    /// Whether the others are shown.
    pub left_out: bool,
    /// Who knows the releases.
    pub directory: &'a dyn Lookup,
    /// The layouts.
    pub layouts: &'a [Layout],
}

/// Which packages are still to be rebuilt?
pub struct ListUnbuilt<'a> {
    /// Of which rebuild.
    pub what: What,
    /// Who knows the releases.
    pub directory: &'a dyn Lookup,
    /// The layouts.
    pub layouts: &'a [Layout],
}

/// Where a package of a release stands in a mass rebuild.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Nothing was tried: it is to be rebuilt.
    ToRebuild,
    /// It is not to be rebuilt, by request.
    Skipped,
    /// The release has no builds of it.
    Blocked,
    /// A task for it waits or runs.
    Submitted,
    /// A build of it was made.
    Built,
    /// It was tried and failed.
    Failed,
}

impl Standing {
    /// One word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ToRebuild => "to-rebuild",
            Self::Skipped => "skipped",
            Self::Blocked => "blocked",
            Self::Submitted => "submitted",
            Self::Built => "built",
            Self::Failed => "failed",
        }
    }
}

/// A package of the release.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The package.
    pub package: PackageName,
    /// Whose it is in the release.
    pub owner: Option<UserName>,
    /// Where it stands.
    pub standing: Standing,
    /// Why; of one that is to be rebuilt, what does not count as a rebuild.
    pub why: Option<String>,
    /// The build that says so.
    pub build: Option<Nvr>,
    /// The task that says so.
    pub task: Option<TaskId>,
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// The release.
    pub release: String,
    /// The tag whose package list counts.
    pub tag: TagName,
    /// The targets whose builds count.
    pub targets: BTreeSet<TargetName>,
    /// Every package on the list, in the order of names.
    pub rows: Vec<Row>,
    /// Names to be skipped that the release does not have.
    pub not_listed: Vec<PackageName>,
    /// What time it was for the hub, seconds since 1970, UTC.
    pub seen: f64,
    /// Where the release is known from.
    pub known: Known,
}

impl What {
    /// A handful of calls, and one member of a multicall for each build that was begun since.
    fn find(&self, directory: &dyn Lookup, layouts: &[Layout], koji: &dyn Reader) -> Result<Found> {
        let known = directory.releases(koji)?;
        let release = known.find(&self.release, layouts)?.clone();
        let named: BTreeSet<TargetName> = self.target.iter().chain(&self.accepted).cloned().collect();
        let of = OfRelease::find(&release, &named, koji)?;
        let seen = koji.hub_time()?;
        let entries = koji.package_list(&of.base, Inherit::Inherited)?;
        let listed: BTreeSet<&PackageName> = entries.iter().map(|entry| &entry.package).collect();
        let not_listed = self.skip.iter().filter(|package| !listed.contains(package)).cloned().collect();
        let wanted: BTreeSet<&PackageName> = entries
            .iter()
            .filter(|entry| !entry.blocked && !self.skip.contains(&entry.package))
            .map(|entry| &entry.package)
            .collect();
        let mut tried = Tried::read(koji, &of, self.since, &wanted)?;
        let rows = entries.iter().map(|entry| self.row(entry, &mut tried)).collect();
        Ok(Found { release: release.name, tag: of.base, targets: of.targets, rows, not_listed, seen, known })
    }

    fn row(&self, entry: &PackageEntry, tried: &mut Tried) -> Row {
        let plain = |standing, why: Option<String>| Row {
            package: entry.package.clone(),
            owner: entry.owner.clone(),
            standing,
            why,
            build: None,
            task: None,
        };
        if entry.blocked {
            return plain(Standing::Blocked, Some(format!("it is blocked in {}", entry.tag)));
        }
        if self.skip.contains(&entry.package) {
            return plain(Standing::Skipped, Some("it is to be skipped".into()));
        }
        match tried.best.remove(&entry.package) {
            Some(Attempt { standing, why, build, task }) => Row { build, task, ..plain(standing, Some(why)) },
            None => plain(Standing::ToRebuild, tried.uncounted.remove(&entry.package)),
        }
    }
}

impl Question for RebuildPlan<'_> {
    const NAME: &'static str = "koji rebuild-plan";
    type Answer = Found;

    fn dimensions(&self) -> Dimensions {
        self.what.dimensions().option("--left-out", self.left_out)
    }

    fn ask(&self, services: &Readers<'_>) -> Result<Found> {
        self.what.find(self.directory, self.layouts, services.koji)
    }
}

impl Question for ListUnbuilt<'_> {
    const NAME: &'static str = "koji list-unbuilt";
    /// Only rows of packages that are to be rebuilt.
    type Answer = Found;

    fn dimensions(&self) -> Dimensions {
        self.what.dimensions()
    }

    fn ask(&self, services: &Readers<'_>) -> Result<Found> {
        let mut found = self.what.find(self.directory, self.layouts, services.koji)?;
        found.rows.retain(|row| row.standing == Standing::ToRebuild);
        Ok(found)
    }
}

/// Something that was tried for a package.
struct Attempt {
    standing: Standing,
    why: String,
    build: Option<Nvr>,
    task: Option<TaskId>,
}

impl Attempt {
    /// What was built counts before what waits, and that before what failed.
    fn rank(&self) -> u8 {
        match self.standing {
            Standing::Built => 3,
            Standing::Submitted => 2,
            Standing::Failed => 1,
            Standing::ToRebuild | Standing::Skipped | Standing::Blocked => 0,
        }
    }
}

/// What was tried since the epoch, by package.
#[derive(Default)]
struct Tried {
    best: HashMap<PackageName, Attempt>,
    /// Builds that do not count, and why.
    uncounted: HashMap<PackageName, String>,
}

impl Tried {
    fn read(koji: &dyn Reader, of: &OfRelease, since: f64, wanted: &BTreeSet<&PackageName>) -> Result<Self> {
        let mut builds = koji.build_list(&BuildQuery { created_after: Some(since), ..BuildQuery::default() })?;
        builds.retain(|build| wanted.contains(&build.nvr.package()));
        let ids: BTreeSet<TaskId> = builds.iter().filter_map(|build| build.task).collect();
        let ids: Vec<TaskId> = ids.into_iter().collect();
        let mut requests: HashMap<TaskId, Option<BuildRequest>> = HashMap::new();
        // A request may be long: of most of it nothing is kept.
        for some in ids.chunks(FEW * 10) {
            requests.extend(
                koji.tasks_of_anybody(some)?.into_iter().flatten().map(|task| (task.id, BuildRequest::of(&task))),
            );
        }
        let names: Vec<TargetName> = of.targets.iter().cloned().collect();
        let histories = names.iter().cloned().zip(koji.target_histories(&names)?).collect();
        let counts = Counts { of, histories };
        let mut tried = Self::default();
        for build in &builds {
            let request = build.task.and_then(|task| requests.get(&task)).and_then(Option::as_ref);
            tried.add_build(build, request, &counts);
        }
        // A task that waits, or failed before there was a source package, has no build.
        let mut tasks = koji.task_list(&TaskQuery::live("build"))?;
        let failed = TaskQuery { states: [TaskState::Failed].into(), ..TaskQuery::since("build", since) };
        tasks.extend(koji.task_list(&failed)?);
        for task in &tasks {
            tried.add_task(task, of);
        }
        Ok(tried)
    }

    fn add(&mut self, package: PackageName, attempt: Attempt) {
        match self.best.get(&package) {
            Some(other) if other.rank() > attempt.rank() => {}
            _ => drop(self.best.insert(package, attempt)),
        }
    }

    fn add_build(&mut self, build: &BuildRecord, request: Option<&BuildRequest>, counts: &Counts<'_>) {
        let package = build.nvr.package();
        let target = match counts.target(build, request) {
            Ok(target) => target,
            Err(why) => {
                self.uncounted.insert(package, format!("{}: {why}", build.nvr));
                return;
            }
        };
        let (standing, word) = match build.state {
            BuildState::Complete => (Standing::Built, "was built"),
            BuildState::Building => (Standing::Submitted, "is being built"),
            BuildState::Failed => (Standing::Failed, "failed"),
            // Somebody wants it built anew, or nobody has it any more.
            BuildState::Deleted | BuildState::Canceled => {
                let word = if build.state == BuildState::Deleted { "deleted" } else { "canceled" };
                self.uncounted.insert(package, format!("{} was {word}", build.nvr));
                return;
            }
        };
        let why = format!("{} {word} for {target}", build.nvr);
        self.add(package, Attempt { standing, why, build: Some(build.nvr.clone()), task: build.task });
    }

    fn add_task(&mut self, task: &Task, of: &OfRelease) {
        let Some(request) = BuildRequest::of(task).filter(BuildRequest::is_kept) else {
            return;
        };
        let target = request.target.as_deref().filter(|target| of.has_target(target));
        let (Some(package), Some(target)) = (request.package(), target) else {
            return;
        };
        // A build of it tells more.
        if self.best.get(&package).is_some_and(|attempt| attempt.task == Some(task.id)) {
            return;
        }
        let standing = if task.state == TaskState::Failed { Standing::Failed } else { Standing::Submitted };
        let why = format!("task {} for {target} is {}", task.id, task.state.as_str());
        self.add(package, Attempt { standing, why, build: None, task: Some(task.id) });
    }
}

/// What counts as a rebuild.
struct Counts<'a> {
    of: &'a OfRelease,
    histories: HashMap<TargetName, TargetHistory>,
}

impl Counts<'_> {
    /// The target that the build was for, if that is the release's.
    fn target<'r>(&self, build: &BuildRecord, request: Option<&'r BuildRequest>) -> Result<&'r str, String> {
        // What was asked for as a draft may have been promoted since.
        if build.nvr.is_draft() {
            return Err("it is a draft".into());
        }
        let Some(task) = build.task else {
            return Err("it has no task, so nobody knows for which target it was".into());
        };
        let Some(request) = request else {
            return Err(format!("task {task} does not say for which target it was"));
        };
        let Some(target) = request.target.as_deref() else {
            return Err(format!("task {task} builds for no target"));
        };
        if request.scratch {
            return Err("it is a scratch build".into());
        }
        let ours = target.parse::<TargetName>().ok().filter(|name| self.of.targets.contains(name));
        match ours {
            None => Err(format!("it was built for {target}")),
            Some(name) => match self.elsewhere(&name, build.created) {
                Some(tag) => Err(format!("it was built for {target} when that led to {tag}")),
                None => Ok(target),
            },
        }
    }

    /// Where the target led then, if that was not into the release: `rawhide` is another release's after
    /// each branching.
    fn elsewhere(&self, target: &TargetName, then: f64) -> Option<&TagName> {
        let history = self.histories.get(target)?;
        let held = history.iter().rfind(|version| version.began <= then)?;
        Some(&held.value.dest_tag).filter(|tag| !self.of.tags.contains(tag))
    }
}

#[cfg(test)]
mod tests;
