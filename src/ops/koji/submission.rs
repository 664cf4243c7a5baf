// SPDX-License-Identifier: GPL-3.0-or-later
//! What has become of sources that are to be built: asked for once, or never.
//!
//! A source at one commit is built once for a target. It counts as submitted while a task for it waits
//! or runs, and once a build of it is there.

use super::builds::Listing;
use crate::Result;
use crate::access::Dimensions;
use crate::koji::{BuildRequest, BuildState, Reader, Target, Task, TaskQuery, TaskState};
use crate::names::{Nvr, PackageName, ScmUrl, TargetName, TaskId};
use crate::plan::{Plan, TaskChange};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A task that failed before it had a build is only found among the tasks of so many days: the hub
/// keeps all tasks of all years, and does not find them by their source.
const DAYS: f64 = 14.0;

/// How sources are built.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct How {
    /// After everything that is not in the background.
    pub background: bool,
    /// A build ends with its first architecture that fails.
    pub fail_fast: bool,
    /// Those that failed are built anew.
    pub again: bool,
}

/// Sources and where they are to be built.
pub(super) struct Sources<'a> {
    pub sources: &'a [ScmUrl],
    pub target: &'a TargetName,
}

/// What the hub says of them.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// The target, if there is one.
    pub(super) target: Option<Target>,
    /// The package list of the tag that builds go to.
    pub(super) listing: Listing,
    /// What has become of each source for this target.
    pub(super) fates: BTreeMap<ScmUrl, Fate>,
}

/// What has become of a source.
#[derive(Debug, Clone, Default)]
pub(super) struct Fate {
    /// It was built, or is being built by that task.
    pub there: Option<There>,
    /// The last task that failed.
    pub failed: Option<TaskId>,
    /// The newest task of it that has ended.
    pub ended: Option<TaskId>,
}

/// Why nothing is to be done about it.
#[derive(Debug, Clone)]
pub(super) enum There {
    /// A task waits or runs.
    Live(TaskId, TaskState),
    /// There is a build.
    Built(Nvr),
}

impl Fate {
    fn ended(&mut self, task: TaskId, state: TaskState) {
        self.ended = self.ended.max(Some(task));
        if state == TaskState::Failed {
            self.failed = self.failed.max(Some(task));
        }
    }
}

impl Sources<'_> {
    /// Asks for the target, the package list of its tag, the tasks that wait or run and those that failed
    /// of late, and the builds: a few calls, and one member of a multicall for each source.
    pub(super) fn look(&self, koji: &dyn Reader) -> Result<Seen> {
        let mut seen = Seen {
            target: koji.targets_by_name(std::slice::from_ref(self.target))?.into_iter().flatten().next(),
            ..Seen::default()
        };
        let Some(target) = &seen.target else {
            return Ok(seen);
        };
        let packages: BTreeSet<PackageName> = self.sources.iter().map(|source| source.package().clone()).collect();
        seen.listing = Listing::of(koji, &target.dest_tag, &packages)?;
        let wanted: BTreeSet<&ScmUrl> = self.sources.iter().collect();
        let mut tasks = koji.task_list(&TaskQuery::live("build"))?;
        let of_late = TaskQuery {
            states: [TaskState::Failed, TaskState::Canceled].into(),
            ..TaskQuery::since("build", koji.hub_time()? - DAYS * 86_400.0)
        };
        tasks.extend(koji.task_list(&of_late)?);
        for task in &tasks {
            let request = self.request_of(task).filter(BuildRequest::is_kept);
            let source = request.and_then(|request| request.source?.parse::<ScmUrl>().ok());
            if let Some(source) = source.filter(|source| wanted.contains(source)) {
                let fate = seen.fates.entry(source).or_default();
                match task.state.is_over() {
                    true => fate.ended(task.id, task.state),
                    false => fate.there = Some(There::Live(task.id, task.state)),
                }
            }
        }
        let wanted: Vec<ScmUrl> = wanted.into_iter().cloned().collect();
        self.look_at_builds(koji, &wanted, &mut seen)?;
        Ok(seen)
    }

    /// What a task was asked for, if that was a build for the target, to be kept.
    fn request_of(&self, task: &Task) -> Option<BuildRequest> {
        BuildRequest::of(task)
            .filter(|request| !request.scratch && request.target.as_deref() == Some(self.target.as_str()))
    }

    /// Whoever asked for the head of a branch has built the commit that it was.
    fn look_at_builds(&self, koji: &dyn Reader, wanted: &[ScmUrl], seen: &mut Seen) -> Result<()> {
        let builds: Vec<_> = koji
            .builds_from(wanted)?
            .into_iter()
            .zip(wanted)
            .flat_map(|(builds, source)| builds.into_iter().map(move |build| (source, build)))
            .filter(|(_, build)| !build.nvr.is_draft())
            .filter_map(|(source, build)| Some((build.task?, source, build)))
            .collect();
        let tasks: Vec<TaskId> = builds.iter().map(|(task, ..)| *task).collect();
        let tasks = if tasks.is_empty() { Vec::new() } else { koji.tasks_of_anybody(&tasks)? };
        for ((id, source, build), task) in builds.into_iter().zip(tasks) {
            if task.and_then(|task| self.request_of(&task)).is_none() {
                continue; // for another target
            }
            let fate = seen.fates.entry(source.clone()).or_default();
            match build.state {
                BuildState::Complete => fate.there = Some(There::Built(build.nvr)),
                BuildState::Failed => fate.ended(id, TaskState::Failed),
                BuildState::Canceled | BuildState::Deleted => fate.ended(id, TaskState::Canceled),
                // Its task is among those that run, or has ended this moment.
                BuildState::Building => {
                    fate.there.get_or_insert(There::Live(id, TaskState::Open));
                }
            }
        }
        Ok(())
    }
}

impl How {
    pub(super) fn about(self, target: &TargetName, sources: &[ScmUrl]) -> Dimensions {
        let packages: Vec<PackageName> = sources.iter().map(|source| source.package().clone()).collect();
        Dimensions::new()
            .target(target)
            .packages(&packages)
            .sources(sources)
            .option("--background", self.background)
            .option("--fail-fast", self.fail_fast)
            .option("--again", self.again)
    }

    /// What stands against building `source`; `Ok(false)`: it is there.
    pub(super) fn decide(self, plan: &mut Plan, target: &TargetName, source: &ScmUrl, seen: &Seen) -> Decided {
        let Some(known) = &seen.target else {
            return Decided::Refused("the hub has no such target".into());
        };
        let fate = seen.fates.get(source).cloned().unwrap_or_default();
        let Fate { there, failed, ended } = fate;
        match there {
            Some(There::Live(task, state)) => {
                return Decided::There(format!("task {task} builds it already: {}", state.as_str()));
            }
            Some(There::Built(nvr)) => return Decided::There(format!("{nvr} was built from it")),
            None => {}
        }
        if let Some(why) = seen.listing.keeps_out(&known.dest_tag, source.package()) {
            // Retired since the list was made; what was never listed is a slip of the pen.
            return match seen.listing.entry(source.package()) {
                Some(_) => Decided::PassedOver(why),
                None => Decided::Refused(why),
            };
        }
        if let Some(task) = failed.filter(|_| !self.again) {
            return Decided::PassedOver(format!("task {task} failed; --again builds it anew"));
        }
        let How { background, fail_fast, .. } = self;
        let (source, target) = (source.clone(), target.clone());
        plan.push(TaskChange::SubmitBuild { source, target, background, fail_fast, before: ended });
        Decided::Planned
    }
}

/// What is to be done about a source.
pub(super) enum Decided {
    Planned,
    There(String),
    /// A list goes on without it; alone it is refused.
    PassedOver(String),
    Refused(String),
}
