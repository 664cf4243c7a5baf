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
        let query = TaskQuery {
            method: Some("build".to_owned()),
            created_after: Some(after),
            topmost: true,
            ..TaskQuery::default()
        };
        for task in koji.task_list(&query)? {
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
    let request = BuildRequest::of(task).filter(|request| !request.scratch)?;
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
mod tests {
    use super::super::hub::{Hub, names};
    use super::super::of_release::tests::Only;
    use super::*;
    use crate::names::EventId;
    use crate::pipeline::journal::Begin;
    use crate::plan::{Plan, StepId};
    use serde_json::json;

    fn source(package: &str) -> String {
        format!("git+https://src.example.test/rpms/{package}.git#0123456789012345678901234567890123456789")
    }

    fn hub() -> Hub {
        let hub = Hub::new().tag("f43").tag("f43-build").tag("f43-updates-candidate").tag("f43-rebuild").tag("f42");
        hub.target("f43-candidate", "f43-build", "f43-updates-candidate")
            .target("f43-rebuild", "f43-build", "f43-rebuild")
            .target("f42", "f42", "f42")
    }

    fn built(hub: Hub, task: u64, package: &str, target: &str, state: TaskState) -> Hub {
        hub.task(task, "build", state, json!([source(package), target, {}]))
    }

    /// A run that was to submit a build of each package for `target`; each with its task and how it stands.
    fn run(name: &str, target: &str, builds: &[(&str, Option<u64>, Standing)]) -> RunRecord {
        let mut plan = Plan::default();
        for (package, ..) in builds {
            plan.push(KojiChange::Task(TaskChange::SubmitBuild {
                source: source(package).parse().unwrap(),
                target: target.parse().unwrap(),
                background: true,
                fail_fast: true,
                before: None,
            }));
        }
        let tasks =
            builds.iter().enumerate().filter_map(|(number, (_, task, _))| Some((StepId(number), TaskId((*task)?))));
        RunRecord {
            steps: plan.steps().to_vec(),
            standing: builds.iter().map(|(_, _, standing)| standing.clone()).collect(),
            tasks: tasks.collect(),
            begin: Begin {
                v: 1,
                run: name.parse().unwrap(),
                time: "2025-07-23T10:00:00Z".into(),
                caller: "kim".into(),
                flr: "0".into(),
                command: "koji submit-builds".into(),
                profile: "koji".into(),
                request: json!({}),
                plan,
                plan_sha: String::new(),
                since: EventId(100),
                undoes: None,
            },
            since: EventId(100),
            sessions: Vec::new(),
            undone_by: None,
            resumed: Vec::new(),
            end: None,
            live: false,
        }
    }

    fn done() -> Standing {
        Standing::Ended(Outcome::Done)
    }

    fn which(release: Option<&str>, targets: &[&str], since: Option<f64>) -> Which {
        let release = release.map(|release| release.parse().unwrap());
        Which { release, targets: names(targets).into_iter().collect(), run: None, since }
    }

    fn first() -> RunRecord {
        let failed = Standing::Ended(Outcome::Failed { why: "no".into() });
        let already = Standing::Ended(Outcome::Already { why: "task 9 does".into() });
        run(
            "20250723-100000-0001",
            "f43-rebuild",
            &[
                ("bash", Some(1), done()),
                ("zsh", Some(2), done()),
                ("perl", Some(3), done()),
                ("rpm", Some(4), done()),
                ("dnf5", Some(5), done()),
                ("glibc", Some(6), done()),
                ("gcc", None, Standing::NotSent),
                ("make", None, Standing::InFlight),
                ("binutils", None, failed),
                ("kernel", None, already),
            ],
        )
    }

    fn begun() -> Hub {
        let states = [TaskState::Free, TaskState::Open, TaskState::Closed, TaskState::Failed, TaskState::Canceled];
        states.into_iter().zip(1..).fold(hub(), |hub, (state, task)| built(hub, task, "x", "f43-rebuild", state))
    }

    #[test]
    fn each_build_stands_somewhere() {
        let hub = begun();
        let question = RebuildStatus::new(which(Some("f43"), &[], None), &Only, &[]);
        question.read(vec![first(), run("20250723-110000-0001", "f42", &[("bash", Some(77), done())])]);
        let status = question.ask(&Readers { koji: &hub }).unwrap();
        let expected = Counts {
            planned: Some(10),
            submitted: 6,
            waiting: 1,
            refused: 1,
            already: 1,
            free: 1,
            building: 1,
            done: 1,
            failed: 1,
            canceled: 1,
            unknown: 2,
        };
        assert_eq!(status.counts, expected);
        assert_eq!((status.counts.over(), status.counts.total()), (7, 10));
        assert_eq!(status.runs, ["20250723-100000-0001".parse::<RunId>().unwrap()]);
        assert!(status.goes_on);
        assert_eq!(hub.calls(), ["getBuildTargets", "getBuildTarget x3", "getTaskInfo x6"]);
        // What is over is not looked at again, and the release neither.
        question.ask(&Readers { koji: &hub }).unwrap();
        assert_eq!(hub.calls()[3..], ["getTaskInfo x3"]);
    }

    /// A run that was stopped, and another that did the rest.
    #[test]
    fn a_build_that_several_runs_were_to_submit_counts_once() {
        let hub = begun();
        let stopped = run(
            "20250723-100000-0001",
            "f43-rebuild",
            &[("bash", Some(5), done()), ("zsh", None, Standing::NotSent), ("perl", Some(3), done())],
        );
        let skipped = Standing::Ended(Outcome::Skipped { why: "stopped".into() });
        let rest = run(
            "20250723-110000-0001",
            "f43-rebuild",
            &[("bash", Some(3), done()), ("zsh", Some(4), done()), ("perl", None, skipped)],
        );
        let question = RebuildStatus::new(which(None, &["f43-rebuild"], None), &Only, &[]);
        question.read(vec![stopped, rest]);
        let status = question.ask(&Readers { koji: &hub }).unwrap();
        let expected = Counts { planned: Some(3), submitted: 3, done: 2, failed: 1, ..Counts::default() };
        assert_eq!(status.counts, expected);
        assert!(!status.goes_on);
    }

    #[test]
    fn a_live_run_goes_on_until_all_is_submitted() {
        let hub = begun();
        let question = RebuildStatus::new(which(None, &["f43-rebuild"], None), &Only, &[]);
        let builds = [("bash", Some(3), done()), ("zsh", None, Standing::NotSent)];
        let stopped = run("20250723-100000-0001", "f43-rebuild", &builds);
        let live = RunRecord { live: true, ..stopped.clone() };
        for (run, goes_on) in [(live, true), (stopped, false)] {
            question.read(vec![run]);
            assert_eq!(question.ask(&Readers { koji: &hub }).unwrap().goes_on, goes_on);
        }
    }

    #[test]
    fn without_runs_the_hubs_tasks_are_counted() {
        let mut hub = built(hub(), 1, "bash", "f43-rebuild", TaskState::Failed);
        hub = built(hub, 2, "bash", "f43-rebuild", TaskState::Closed);
        hub = built(hub, 3, "zsh", "f43-candidate", TaskState::Open);
        hub = built(hub, 4, "perl", "f42", TaskState::Open);
        hub = hub.task(5, "build", TaskState::Open, json!([source("rpm"), "f43-rebuild", {"scratch": true}]));
        hub = hub.task(6, "build", TaskState::Open, json!("odd"));
        let question = RebuildStatus::new(which(Some("f43"), &[], Some(100.0)), &Only, &[]);
        let status = question.ask(&Readers { koji: &hub }).unwrap();
        assert_eq!(status.counts, Counts { submitted: 2, building: 1, done: 1, ..Counts::default() });
        assert!(status.goes_on && status.runs.is_empty());
    }

    #[test]
    fn a_rebuild_that_nobody_began_is_named() {
        for (which, said) in [
            (which(Some("f43"), &[], None), "no run here submitted builds for F43"),
            (which(None, &["f43-rebuild"], None), "no run here submitted builds for f43-rebuild"),
        ] {
            let question = RebuildStatus::new(which, &Only, &[]);
            assert_eq!(question.ask(&Readers { koji: &hub() }).unwrap_err().what, said);
        }
    }
}
