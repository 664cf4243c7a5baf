// SPDX-License-Identifier: GPL-3.0-or-later
//! The road in privileged mode: what has been judged and written down before anything is asked of a
//! hub or written to it. Real log, real journal, real hub; only sudo is missing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(feature = "practice")]

mod bench;
mod by_name;

use bench::{BUILD, Bench, TAG, records, tag_builds};
use flr::access::Dimensions;
use flr::access::audit::{Body, Event, Record};
use flr::koji;
use flr::names::{Nvr, TagName};
use flr::ops::koji::{BlockPackages, TagBuilds, UntagBuilds};
use flr::pipeline::{Desk, Operation, Readers, Road, Store, Writers};
use flr::plan::{BuildChange, BuildRef, Plan};
use flr::practice::{Misbehaviour, What, When};
use flr::{Error, Result};
use nix::fcntl::{Flock, FlockArg};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

#[test]
fn every_step_is_written_down_and_the_journal_agrees() {
    let bench = Bench::new();
    let access = bench.access("koji tag-build", &[]);
    let report = bench.run(&access, &tag_builds(TAG, &[BUILD]), false);
    assert_eq!((report.exit_code(), report.done.len()), (0, 1), "{report:?}");
    assert_eq!(bench.events(), ["intent tag", "plan tag", "change tag", "result tag"]);
    let records = bench.records();
    let run = report.run.clone().unwrap();
    for record in &records {
        assert_eq!(record.body.run.as_ref(), Some(&run));
        assert_eq!(record.body.ticket.as_deref(), Some("infra 12345"));
        assert_eq!(record.body.caller.name, "loopabull_x");
    }
    let intent = records[0].seq;
    assert!(records[1..].iter().all(|record| record.body.intent == Some(intent)));
    assert_eq!(records[1].body.plan_sha, report.plan_sha);
    assert_eq!(records[1].body.changes, Some(1));
    assert_eq!(records[2].body.outcomes.unwrap().done, 1);
    assert_eq!(records[2].body.principal.as_deref(), Some("practice"));
    assert_eq!((records[3].body.code, records[3].body.reason.as_deref()), (Some(0), Some("1 done")));
    let journal = bench.store().show(&run).unwrap();
    assert_eq!(
        (journal.begin.plan_sha.as_str(), journal.begin.caller.as_str()),
        (report.plan_sha.as_deref().unwrap(), "loopabull_x")
    );
}

#[test]
fn a_dry_run_prints_the_digest_that_a_run_records_and_takes_nothing_from_the_grant() {
    let bench = Bench::new();
    for _ in 0..5 {
        let dry = bench.run(&bench.access("koji tag-build", &["--dry-run"]), &tag_builds(TAG, &[BUILD]), true);
        assert_eq!((dry.exit_code(), dry.run.clone()), (0, None));
    }
    assert!(!bench.methods().iter().any(|method| method == "login"));
    assert!(!bench.state().join("counters").exists() && bench.store().list().unwrap().is_empty());
    let real = bench.run(&bench.access("koji tag-build", &[]), &tag_builds(TAG, &[BUILD]), false);
    let plans: Vec<Record> = bench.records().into_iter().filter(|record| record.body.event == Event::Plan).collect();
    assert_eq!(plans.len(), 6);
    assert!(plans.iter().all(|plan| plan.body.plan_sha == real.plan_sha));
}

#[test]
fn words_beyond_the_grant_reach_no_service() {
    let bench = Bench::new();
    let refused = |command: &str, request: &TagBuilds, what: &str| {
        let report = bench.run(&bench.access(command, &[]), request, false);
        assert_eq!((report.exit_code(), report.msg.as_str()), (3, what));
    };
    refused(
        "koji tag-build",
        &tag_builds("f43-override", &[BUILD]),
        "loopabull_x may not use koji tag-build for the tag f43-override",
    );
    refused(
        "koji tag-build",
        &tag_builds(TAG, &[BUILD, "zsh-5.9-1.fc43"]),
        "loopabull_x may not use koji tag-build for the package zsh",
    );
    assert_eq!(bench.methods(), Vec::<String>::new());
    assert_eq!(bench.events(), ["deny tag", "deny tag"]);
}

/// A request whose words say one thing and whose plan does another: an alias that has moved, a hub
/// that answers with another name, an operation with a mistake in it.
#[derive(Debug, Serialize, Deserialize)]
struct Liar {
    says: TagName,
    does: TagName,
    build: Nvr,
    twice: bool,
}

impl Operation for Liar {
    const NAME: &'static str = "koji tag-build";
    type Seen = u64;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new().tag(&self.says).builds([&self.build])
    }

    fn observe(&self, services: &Readers<'_>) -> Result<u64> {
        let build = services.koji.builds(std::slice::from_ref(&self.build))?.pop().flatten();
        build.map(|build| build.id.0).ok_or_else(|| Error::failed("no such build"))
    }

    fn plan(&self, id: &u64) -> Result<Plan> {
        let mut plan = Plan::default();
        let build = BuildRef { nvr: self.build.clone(), id: flr::names::BuildId(*id) };
        for _ in 0..=usize::from(self.twice) {
            plan.push(BuildChange::UntagBuild { tag: self.does.clone(), build: build.clone() });
        }
        Ok(plan)
    }
}

#[test]
fn a_plan_beyond_the_grant_is_not_applied_whatever_the_words_were() {
    let bench = Bench::new();
    let before = bench.tagged("f43-updates-candidate");
    let liar = Liar {
        says: TAG.parse().unwrap(),
        does: "f43-updates-candidate".parse().unwrap(),
        build: BUILD.parse().unwrap(),
        twice: false,
    };
    let report = bench.run(&bench.access("koji tag-build", &[]), &liar, false);
    assert_eq!(
        (report.exit_code(), report.msg.as_str()),
        (3, "loopabull_x may not untag builds with koji tag-build: untag bash-5.3.0-2.fc43 from f43-updates-candidate")
    );
    assert_eq!(report.hint.as_deref(), Some("the grant tag covers tag builds; see: flr access explain loopabull_x"));
    assert!(!bench.methods().iter().any(|method| method == "login"));
    assert_eq!(bench.tagged("f43-updates-candidate"), before);
    assert_eq!(bench.events(), ["intent tag", "result tag"]);
    assert!(bench.store().list().unwrap().is_empty(), "no journal for what is not begun");
}

/// As of a release, whose tags its layout names.
#[test]
fn tags_that_only_the_plan_names_are_one_runs_at_a_time() {
    #[derive(Serialize, Deserialize)]
    struct Unsaid(TagBuilds);
    impl Operation for Unsaid {
        const NAME: &'static str = TagBuilds::NAME;
        type Seen = <TagBuilds as Operation>::Seen;
        fn dimensions(&self) -> Dimensions {
            Dimensions::new()
        }
        fn observe(&self, services: &Readers<'_>) -> Result<Self::Seen> {
            self.0.observe(services)
        }
        fn plan(&self, seen: &Self::Seen) -> Result<Plan> {
            Operation::plan(&self.0, seen)
        }
    }
    let bench = Bench::new();
    let lock = bench.state().join("locks").join(TAG);
    let dry = bench.run(&bench.access("koji tag-build", &["--dry-run"]), &Unsaid(tag_builds(TAG, &[BUILD])), true);
    assert_eq!((dry.exit_code(), lock.exists()), (0, false));
    let access = bench.access("koji tag-build", &[]);
    let report = bench.run(&access, &Unsaid(tag_builds(TAG, &[BUILD])), false);
    assert_eq!((report.exit_code(), report.done.len()), (0, 1), "{report:?}");
    let is_free = || Flock::lock(fs::File::open(&lock).unwrap(), FlockArg::LockExclusiveNonblock).is_ok();
    assert!(!is_free(), "it is held until the process ends");
    drop(access);
    assert!(is_free());
}

#[test]
fn what_block_pkg_untags_counts_as_well() {
    let bench = Bench::new();
    let tag = "f43-updates-candidate";
    let request = BlockPackages {
        tag: tag.parse().unwrap(),
        packages: vec!["coreutils".parse().unwrap()],
        untag: true,
        unblock_in: None,
    };
    assert_eq!(bench.tagged(tag).iter().filter(|nvr| nvr.starts_with("coreutils-")).count(), 3);
    let report = bench.run(&bench.access("koji block-pkg", &[]), &request, false);
    assert_eq!(
        (report.exit_code(), report.msg.as_str()),
        (3, "loopabull_x may not make 4 changes in one run of koji block-pkg")
    );
    assert_eq!(bench.tagged(tag).iter().filter(|nvr| nvr.starts_with("coreutils-")).count(), 3);
}

#[test]
fn a_day_has_so_many_changes_and_a_failed_run_gives_none_back() {
    let bench = Bench::new();
    let fails = |n| Misbehaviour::new(When::Change(n), What::Fail { code: 1004, text: "policy violation".into() });
    bench.server.misbehave(fails(1));
    let two = tag_builds(TAG, &["coreutils-9.7-2.fc43", BUILD]);
    let first = bench.run(&bench.access("koji tag-build", &[]), &two, false);
    assert_eq!((first.exit_code(), first.failures.len()), (5, 1), "{first:?}");
    let more = tag_builds(TAG, &[BUILD, "coreutils-9.7-3.fc43"]);
    let second = bench.run(&bench.access("koji tag-build", &[]), &more, false);
    assert_eq!(second.exit_code(), 3, "{second:?}");
    assert!(second.msg.contains("2 of 3 are used"), "{}", second.msg);
    let third = bench.run(&bench.access("koji tag-build", &[]), &tag_builds(TAG, &[BUILD]), false);
    assert_eq!(third.exit_code(), 0, "{third:?}");
}

#[test]
fn without_a_yes_in_the_grant_plans_can_only_be_looked_at() {
    let bench = Bench::new();
    bench.run(&bench.access("koji tag-build", &[]), &tag_builds(TAG, &[BUILD]), false);
    let request = UntagBuilds { tag: TAG.parse().unwrap(), builds: vec![BUILD.parse().unwrap()] };
    let dry = bench.run(&bench.access("koji untag-build", &["--dry-run"]), &request, true);
    assert_eq!((dry.exit_code(), dry.planned.len()), (0, 1));
    let real = bench.run(&bench.access("koji untag-build", &[]), &request, false);
    assert_eq!(real.exit_code(), 4, "{real:?}");
    assert_eq!(bench.tagged(TAG).last().map(String::as_str), Some(BUILD));
}

/// Looks at the audit log whenever the hub is read or logged in to.
struct Watched<'a> {
    desk: Desk<'a>,
    log: PathBuf,
    at_login: Mutex<Vec<Vec<Event>>>,
}

impl Writers for Watched<'_> {
    fn koji(&self) -> Result<Box<dyn koji::Writer>> {
        let events = records(&self.log).iter().map(|record| record.body.event).collect();
        self.at_login.lock().unwrap().push(events);
        self.desk.koji()
    }
}

#[test]
fn nobody_logs_in_before_intent_and_plan_are_on_disk() {
    thread_local!(static AT_OBSERVE: RefCell<Vec<Event>> = const { RefCell::new(Vec::new()) });

    #[derive(Serialize, Deserialize)]
    struct Looks {
        log: PathBuf,
        inner: TagBuilds,
    }
    impl Operation for Looks {
        const NAME: &'static str = TagBuilds::NAME;
        type Seen = <TagBuilds as Operation>::Seen;
        fn dimensions(&self) -> Dimensions {
            self.inner.dimensions_of()
        }
        fn observe(&self, services: &Readers<'_>) -> Result<Self::Seen> {
            let events = records(&self.log).iter().map(|record| record.body.event).collect();
            AT_OBSERVE.with(|seen| *seen.borrow_mut() = events);
            self.inner.observe(services)
        }
        fn plan(&self, seen: &Self::Seen) -> Result<Plan> {
            Operation::plan(&self.inner, seen)
        }
    }
    trait DimensionsOf {
        fn dimensions_of(&self) -> Dimensions;
    }
    impl DimensionsOf for TagBuilds {
        fn dimensions_of(&self) -> Dimensions {
            Operation::dimensions(self)
        }
    }

    let bench = Bench::new();
    let writers = Watched { desk: bench.desk(), log: bench.log_path(), at_login: Mutex::default() };
    let (access, desk, store) = (bench.access("koji tag-build", &[]), bench.desk(), bench.store());
    let road = Road { access: &access, writers: &writers, ..Road::new(&desk, &store) };
    let report = road.run(&Looks { log: bench.log_path(), inner: tag_builds(TAG, &[BUILD]) }, false);
    assert_eq!(report.exit_code(), 0, "{report:?}");
    AT_OBSERVE.with(|seen| assert_eq!(*seen.borrow(), [Event::Intent]));
    assert_eq!(*writers.at_login.lock().unwrap(), [[Event::Intent, Event::Plan]]);
}

/// A log that somebody else keeps locked, is gone, or is damaged: nothing may be done.
#[test]
fn what_cannot_be_recorded_is_not_done() {
    let bench = Bench::new();
    let access = bench.access("koji tag-build", &[]);
    fs::write(bench.log_path(), "{\"this\": \"is no record\"}\n").unwrap();
    let (desk, store) = (bench.desk(), bench.store());
    let report = Road { access: &access, ..Road::new(&desk, &store) }.run(&tag_builds(TAG, &[BUILD]), false);
    assert_eq!(report.exit_code(), 6, "{report:?}");
    assert!(report.msg.contains("nothing was done"), "{}", report.msg);
    assert_eq!(bench.methods(), Vec::<String>::new());
}

#[test]
fn a_run_is_resumed_and_taken_back_by_its_own_caller_as_far_as_the_grant_goes() {
    let bench = Bench::new();
    let report = bench.run(&bench.access("koji tag-build", &[]), &tag_builds(TAG, &[BUILD]), false);
    let run = report.run.unwrap();
    let (desk, mine) = (bench.desk(), bench.store());
    let others = Store::at(&bench.state()).only("loopabull_y");
    let access = bench.access("run resume", &[]);
    let nothing = Road { access: &access, ..Road::new(&desk, &mine) }.resume(&run, false);
    assert_eq!((nothing.exit_code(), nothing.done.len()), (0, 0), "{nothing:?}");
    let hidden = Road { access: &access, ..Road::new(&desk, &others) }.undo(&run, false);
    assert_eq!((hidden.exit_code(), hidden.msg), (10, format!("there is no run {run}")));
    assert!(others.list().unwrap().is_empty());
    // A process ends, and its locks with it.
    drop(access);
    let access = bench.access("run undo", &[]);
    let undone = Road { access: &access, ..Road::new(&desk, &mine) }.undo(&run, false);
    assert_eq!((undone.exit_code(), undone.done.len()), (0, 1), "{undone:?}");
    assert!(!bench.tagged(TAG).contains(&BUILD.to_owned()));
    let intents: Vec<Body> =
        bench.records().into_iter().map(|record| record.body).filter(|body| body.event == Event::Intent).collect();
    assert_eq!(intents[2].targets, [format!("run {run}")]);
    assert_eq!(intents[2].grant.as_deref(), Some("undo"));

    drop(access);
    // coreutils is granted for tagging, not for taking back.
    let other = bench.run(&bench.access("koji tag-build", &[]), &tag_builds(TAG, &["coreutils-9.7-2.fc43"]), false);
    let access = bench.access("run undo", &[]);
    let refused = Road { access: &access, ..Road::new(&desk, &mine) }.undo(&other.run.unwrap(), false);
    assert_eq!(
        (refused.exit_code(), refused.msg.as_str()),
        (3, "loopabull_x may not use run undo for the package coreutils")
    );
}
