// SPDX-License-Identifier: GPL-3.0-or-later
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
    let tasks = builds.iter().enumerate().filter_map(|(number, (_, task, _))| Some((StepId(number), TaskId((*task)?))));
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
