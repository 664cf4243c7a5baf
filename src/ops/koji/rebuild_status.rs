// SPDX-License-Identifier: GPL-3.0-or-later
//! Counts how far a rebuild is.

use super::of_release::OfRelease;
use crate::access::Dimensions;
use crate::koji::{BuildRequest, Reader, Task, TaskQuery, TaskState};
use crate::names::{PackageName, ReleaseAlias, RunId, TargetName, TaskId};
use crate::pipeline::{Outcome, Question, Readers, RunRecord, Standing};
use crate::plan::{Change, KojiChange, TaskChange};
use crate::release::layout::Layout;
use crate::release::{Known, Lookup};
use crate::{Error, Result};
use serde::Serialize;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// The hub's clock and its lists may be so far apart.
const OVERLAP: f64 = 60.0;

/// Which rebuild.
#[derive(Debug, Clone, Default)]
pub struct Which {
    /// All that is built for this release.
    pub release: Option<ReleaseAlias>,
    /// Only what is built for these targets.
    pub targets: BTreeSet<TargetName>,
    /// Only what this run submitted.
    pub run: Option<RunId>,
    /// Not what runs submitted, but the tasks that the hub was given since then by anybody: seconds since
    /// 1970, UTC.
    pub since: Option<f64>,
}

/// How far is it? Asked again and again, it looks only at what was not over.
pub struct RebuildStatus<'a> {
    /// Which rebuild.
    pub which: Which,
    /// Who knows the releases.
    pub directory: &'a dyn Lookup,
    /// The layouts.
    pub layouts: &'a [Layout],
    seen: RefCell<Seen>,
}

#[derive(Default)]
struct Seen {
    about: Option<About>,
    runs: Vec<RunRecord>,
    /// State by task; `None`: the hub does not know it.
    tasks: BTreeMap<TaskId, Option<TaskState>>,
    /// The newest task of each package, where tasks are counted and not what runs submitted.
    newest: BTreeMap<(PackageName, TargetName), TaskId>,
    /// The hub's time when its tasks were listed last.
    listed: Option<f64>,
}

/// What the words meant.
#[derive(Debug, Clone)]
pub struct About {
    /// The release, if one was named.
    pub release: Option<String>,
    /// The targets; none: all that the run built for.
    pub targets: BTreeSet<TargetName>,
    /// Where the release is known from.
    pub known: Option<Known>,
}

/// How many builds are where. Each is in one count but for `planned` and `submitted`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// All that runs were to submit; `None` if only tasks are counted.
    pub planned: Option<usize>,
    /// Those with a task.
    pub submitted: usize,
    /// Planned, and not submitted yet.
    pub waiting: usize,
    /// Planned, and refused by the hub or left out by the run.
    pub refused: usize,
    /// Planned, and somebody else's task was there already.
    pub already: usize,
    /// Submitted; no builder has taken it.
    pub free: usize,
    /// A builder is at it.
    pub building: usize,
    /// Built.
    pub done: usize,
    /// Failed.
    pub failed: usize,
    /// Canceled.
    pub canceled: usize,
    /// The hub does not know the task, or nobody can say whether there is one.
    pub unknown: usize,
}

impl Counts {
    /// What will not change any more without somebody's doing.
    pub fn over(&self) -> usize {
        self.refused + self.already + self.done + self.failed + self.canceled + self.unknown
    }

    /// What is counted in all.
    pub fn total(&self) -> usize {
        self.over() + self.waiting + self.free + self.building
    }

    fn add(&mut self, state: Option<TaskState>) {
        self.submitted += 1;
        let count = match state {
            None => &mut self.unknown,
            Some(TaskState::Free) => &mut self.free,
            Some(TaskState::Open | TaskState::Assigned) => &mut self.building,
            Some(TaskState::Closed) => &mut self.done,
            Some(TaskState::Failed) => &mut self.failed,
            Some(TaskState::Canceled) => &mut self.canceled,
        };
        *count += 1;
    }
}

/// The answer.
#[derive(Debug)]
pub struct Status {
    /// What it is about.
    pub about: About,
    /// The runs whose builds are counted.
    pub runs: Vec<RunId>,
    /// The counts.
    pub counts: Counts,
    /// Builds wait or run, or a run is still at submitting them.
    pub goes_on: bool,
}

impl Question for RebuildStatus<'_> {
    const NAME: &'static str = "koji rebuild-status";
    type Answer = Status;

    fn dimensions(&self) -> Dimensions {
        self.which.dimensions()
    }

    fn ask(&self, services: &Readers<'_>) -> Result<Status> {
        let mut seen = self.seen.borrow_mut();
        let about = match &seen.about {
            Some(about) => about.clone(),
            None => seen.about.insert(self.find(services.koji)?).clone(),
        };
        match self.which.since {
            Some(since) => seen.look_at_tasks(&about, since, services.koji),
            None => seen.look_at_runs(about, &self.which, services.koji),
        }
    }
}

impl<'a> RebuildStatus<'a> {
    /// Nothing is known yet.
    pub fn new(which: Which, directory: &'a dyn Lookup, layouts: &'a [Layout]) -> Self {
        Self { which, directory, layouts, seen: RefCell::default() }
    }

    /// What the journals say now, oldest run first.
    pub fn read(&self, runs: Vec<RunRecord>) {
        self.seen.borrow_mut().runs = runs;
    }

    fn find(&self, koji: &dyn Reader) -> Result<About> {
        let targets = &self.which.targets;
        let Some(alias) = &self.which.release else {
            return Ok(About { release: None, targets: targets.clone(), known: None });
        };
        let known = self.directory.releases(koji)?;
        let release = known.find(alias, self.layouts)?.clone();
        let targets = OfRelease::find(&release, targets, koji)?.targets;
        Ok(About { release: Some(release.name), targets, known: Some(known) })
    }
}

impl Which {
    /// What such a request is about. A run is one of the caller's own.
    pub fn dimensions(&self) -> Dimensions {
        let about = Dimensions::new()
            .releases(&self.release)
            .option("--target", !self.targets.is_empty())
            .option("--run", self.run.is_some())
            .option("--since", self.since.is_some());
        self.targets.iter().fold(about, Dimensions::target)
    }

    fn wants(&self, run: &RunRecord) -> bool {
        self.run.as_ref().is_none_or(|wanted| *wanted == run.begin.run)
    }
}

impl Seen {
    /// What runs submitted. A build that several runs were to submit counts once, by its last task.
    fn look_at_runs(&mut self, about: About, which: &Which, koji: &dyn Reader) -> Result<Status> {
        let mut builds: BTreeMap<(&str, &TargetName), (&Standing, Option<TaskId>)> = BTreeMap::new();
        let (mut runs, mut submitting) = (Vec::new(), false);
        for run in self.runs.iter().filter(|run| which.wants(run)) {
            let (mut open, mut met) = (false, false);
            for ((number, step), standing) in run.steps.iter().enumerate().zip(&run.standing) {
                let Change::Koji(KojiChange::Task(TaskChange::SubmitBuild { source, target, .. })) = &step.change
                else {
                    continue;
                };
                if !about.targets.is_empty() && !about.targets.contains(target) {
                    continue;
                }
                met = true;
                open |= *standing == Standing::NotSent;
                let task = run.tasks.get(&crate::plan::StepId(number)).copied();
                let slot = builds.entry((source.as_str(), target)).or_insert((standing, task));
                if task.is_some() || slot.1.is_none() {
                    *slot = (standing, task);
                }
            }
            if met {
                runs.push(run.begin.run.clone());
            }
            submitting |= run.live && open;
        }
        if runs.is_empty() {
            return Err(nothing_submitted(&about, which));
        }
        let tasks: Vec<TaskId> = builds.values().filter_map(|(_, task)| *task).collect();
        let mut counts = Counts { planned: Some(builds.len()), ..Counts::default() };
        let states = look(&mut self.tasks, &tasks, koji)?;
        for (standing, task) in builds.values() {
            match (task, standing) {
                (Some(task), _) => counts.add(states.get(task).copied().flatten()),
                (None, Standing::NotSent) => counts.waiting += 1,
                (None, Standing::Ended(Outcome::Already { .. })) => counts.already += 1,
                (None, Standing::Ended(Outcome::Failed { .. } | Outcome::Skipped { .. })) => counts.refused += 1,
                (None, _) => counts.unknown += 1,
            }
        }
        let goes_on = counts.free + counts.building > 0 || submitting;
        Ok(Status { about, runs, counts, goes_on })
    }

    /// The tasks that the hub was given. A package that was submitted again counts by its last task.
    fn look_at_tasks(&mut self, about: &About, since: f64, koji: &dyn Reader) -> Result<Status> {
        let now = koji.hub_time()?;
        let after = self.listed.map_or(since, |last| (last - OVERLAP).max(since));
        for task in koji.task_list(&TaskQuery::since("build", after))? {
            if let Some(build) = build_of(&task, &about.targets) {
                let newest = self.newest.entry(build).or_insert(task.id);
                *newest = task.id.max(*newest);
                self.tasks.insert(task.id, Some(task.state));
            }
        }
        self.listed = Some(now);
        let tasks: Vec<TaskId> = self.newest.values().copied().collect();
        let mut counts = Counts::default();
        let states = look(&mut self.tasks, &tasks, koji)?;
        for task in &tasks {
            counts.add(states.get(task).copied().flatten());
        }
        let goes_on = counts.free + counts.building > 0;
        Ok(Status { about: about.clone(), runs: Vec::new(), counts, goes_on })
    }
}

/// What a task builds, if that is for one of the targets and to be kept.
fn build_of(task: &Task, targets: &BTreeSet<TargetName>) -> Option<(PackageName, TargetName)> {
    let request = BuildRequest::of(task).filter(BuildRequest::is_kept)?;
    let target: TargetName = request.target.as_deref()?.parse().ok()?;
    targets.contains(&target).then_some(())?;
    Some((request.package()?, target))
}

/// Looks at those of `tasks` that were not over, and says how all of them are.
fn look<'s>(
    seen: &'s mut BTreeMap<TaskId, Option<TaskState>>,
    tasks: &[TaskId],
    koji: &dyn Reader,
) -> Result<&'s BTreeMap<TaskId, Option<TaskState>>> {
    let over = |task: &TaskId| matches!(seen.get(task), Some(Some(state)) if state.is_over());
    let running: Vec<TaskId> = tasks.iter().copied().filter(|task| !over(task)).collect();
    let found = koji.tasks(&running)?;
    seen.extend(running.into_iter().zip(found.into_iter().map(|task| task.map(|task| task.state))));
    Ok(seen)
}

fn nothing_submitted(about: &About, which: &Which) -> Error {
    let what = match (&which.run, &about.release) {
        (Some(run), _) => return Error::failed(format!("the run {run} submitted no builds of this")),
        (None, Some(release)) => release.clone(),
        (None, None) => about.targets.iter().map(TargetName::as_str).collect::<Vec<_>>().join(", "),
    };
    Error::failed(format!("no run here submitted builds for {what}"))
        .hint("with --since TIME the tasks are counted that the hub was given")
}

#[cfg(test)]
mod tests;
