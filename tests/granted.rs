// SPDX-License-Identifier: GPL-3.0-or-later
//! The road in privileged mode: what has been judged and written down before anything is asked of a
//! hub or written to it. Real log, real journal, real hub; only sudo is missing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(feature = "practice")]

use flr::access::audit::{Account, AuditLog, Body, Event, Record, Syslog};
use flr::access::door::Who;
use flr::access::grant::Grant;
use flr::access::{Access, Dimensions, Grantee, Parts};
use flr::koji::{self, Hub, Login, Reader, Rows};
use flr::names::{Nvr, PermissionName, TagName};
use flr::ops::koji::edit_tag::Wish;
use flr::ops::koji::wait_repo::RepoWanted;
use flr::ops::koji::{
    BlockPackages, EditTag, How, SetTarget, SubmitBuilds, SwapParent, SyncOwners, TagBuilds, UntagBuilds,
};
use flr::pipeline::{Desk, Operation, Readers, Report, Road, Store, Throttle, Writers};
use flr::plan::{BuildRef, KojiChange, Plan};
use flr::practice::{self, Misbehaviour, Options, Seed, Server, Site, What, When};
use flr::{Error, Result};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tempfile::TempDir;

const TAG: &str = "f43-updates";
const BUILD: &str = "bash-5.3.0-2.fc43";

const GRANT: &str = r#"
version = 1
user = "loopabull_x"
run_as = "flr-koji"
hosts = ["kojihost"]
ticket = "infra 12345"
owner = "releng"
expires = 2027-04-01T00:00:00Z
[[allow]]
id = "tag"
command = "koji tag-build"
tags = ["f43-updates"]
packages = ["bash", "coreutils"]
options = ["--dry-run"]
per_run = 2
per_day = 3
confirm = "not needed"
[[allow]]
id = "block"
command = "koji block-pkg"
tags = ["f43-updates-candidate"]
packages = "any"
options = ["--dry-run", "--untag"]
per_run = 3
per_day = 100
confirm = "not needed"
[[allow]]
id = "look"
command = "koji untag-build"
tags = ["f43-updates"]
packages = "any"
options = ["--dry-run"]
per_run = 1
per_day = 1
[[allow]]
id = "undo"
command = "run undo"
tags = ["f43-updates"]
packages = ["bash"]
targets = []
per_run = 9
per_day = 9
confirm = "not needed"
[[allow]]
id = "unmake"
command = "run undo"
tags = ["f44-build", "f44-updates-candidate"]
packages = []
targets = ["rawhide"]
per_run = 9
per_day = 9
confirm = "not needed"
[[allow]]
id = "swap"
command = "koji swap-parent"
tags = ["f43-override", "f43-updates", "f43"]
options = ["--dry-run"]
per_run = 1
per_day = 9
confirm = "not needed"
[[allow]]
id = "rawhide"
command = "koji set-target"
tags = ["f44-build", "f44-updates-candidate"]
targets = ["rawhide", "f44"]
options = ["--dry-run"]
per_run = 1
per_day = 9
confirm = "not needed"
[[allow]]
id = "macros"
command = "koji edit-tag"
tags = ["f44-build"]
options = ["--dry-run", "--extra"]
per_run = 2
per_day = 9
confirm = "not needed"
[[allow]]
id = "owners"
command = "koji sync-owners"
releases = ["f43"]
tags = ["f43"]
packages = ["bash", "fresh", "glibc"]
owners = ["jan", "maria"]
options = ["--dry-run"]
per_run = 2
per_day = 9
confirm = "not needed"
[[allow]]
id = "repo"
command = "koji wait-repo"
tags = ["f43-build"]
options = ["--dry-run"]
confirm = "not needed"
[[allow]]
id = "rebuild"
command = "koji submit-builds"
packages = ["bash"]
targets = ["f43-candidate"]
per_run = 2
confirm = "not needed"
[[allow]]
id = "again"
command = "run resume"
confirm = "not needed"
"#;

struct Bench {
    dir: TempDir,
    server: Server,
    hub: Hub,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Site::open(dir.path()).unwrap().seed(Seed::Small).unwrap();
        let server = Server::start(dir.path(), Options::default()).unwrap();
        let hub = Hub::new(server.profile().unwrap()).unwrap();
        let log = dir.path().join("log");
        fs::create_dir(&log).unwrap();
        fs::create_dir(dir.path().join("state")).unwrap();
        fs::set_permissions(&log, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(log.join("flr-koji.jsonl"), "").unwrap();
        fs::set_permissions(log.join("flr-koji.jsonl"), fs::Permissions::from_mode(0o600)).unwrap();
        Self { dir, server, hub }
    }

    fn log_path(&self) -> PathBuf {
        self.dir.path().join("log/flr-koji.jsonl")
    }

    fn state(&self) -> PathBuf {
        self.dir.path().join("state")
    }

    /// Somebody who says `words`, by the clauses of [`GRANT`].
    fn access(&self, command: &str, options: &[&str]) -> Access {
        let account = Account { name: "flr-koji".into(), uid: uid(), gid: gid() };
        let who = Who { uid: 1001, name: "loopabull_x".into(), login_uid: None, session: None };
        Access::Granted(Box::new(Grantee::new(Parts {
            who,
            grant: Grant::parse(GRANT, &flr::cli::grantable()).unwrap(),
            state: self.state(),
            log: AuditLog::open(&self.log_path(), account, Syslog::Off).unwrap(),
            argv: command.split(' ').map(str::to_owned).collect(),
            command: command.to_owned(),
            options: options.iter().map(|option| (*option).to_owned()).collect(),
        })))
    }

    fn records(&self) -> Vec<Record> {
        records(&self.log_path())
    }

    /// `intent tag`, `plan tag`, …: event and clause of each record.
    fn events(&self) -> Vec<String> {
        let told =
            |record: &Record| format!("{} {}", record.body.event.as_str(), record.body.grant.as_deref().unwrap_or("-"));
        self.records().iter().map(told).collect()
    }

    fn methods(&self) -> Vec<String> {
        self.server.calls().iter().map(|call| call.method.clone()).collect()
    }

    fn tagged(&self, tag: &str) -> Vec<String> {
        let rows = Rows { active_only: true, ..Rows::default() };
        self.hub.tag_rows(&tag.parse().unwrap(), &rows).unwrap().iter().map(|row| row.nvr.to_string()).collect()
    }

    fn run<O: Operation>(&self, access: &Access, request: &O, dry_run: bool) -> Report {
        let desk = self.desk();
        let store = self.store();
        let report = Road { access, caller: "loopabull_x".into(), ..Road::new(&desk, &store) }.run(request, dry_run);
        end(access, report.exit_code(), &report.msg);
        report
    }

    fn desk(&self) -> Desk<'_> {
        let login = Login { user: Some(practice::USER), password: Some(practice::PASSWORD) };
        Desk { hub: &self.hub, login }
    }

    fn store(&self) -> Store {
        Store::at(&self.state()).only("loopabull_x")
    }
}

fn end(access: &Access, code: u8, reason: &str) {
    let Access::Granted(grantee) = access else { panic!("no grant") };
    grantee.end(code, reason, false).unwrap();
}

fn records(log: &Path) -> Vec<Record> {
    let text = fs::read_to_string(log).unwrap();
    text.lines().map(|line| Record::read(line.as_bytes()).unwrap()).collect()
}

fn uid() -> u32 {
    nix::unistd::Uid::effective().as_raw()
}

fn gid() -> u32 {
    nix::unistd::Gid::effective().as_raw()
}

fn tag_builds(tag: &str, builds: &[&str]) -> TagBuilds {
    TagBuilds { tag: tag.parse().unwrap(), builds: builds.iter().map(|nvr| nvr.parse().unwrap()).collect() }
}

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
            plan.push(KojiChange::UntagBuild { tag: self.does.clone(), build: build.clone() });
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

/// dist-git says who owns what; whom the grant does not name gets nothing, however the list reads.
#[test]
fn owners_are_judged_by_name() {
    let bench = Bench::new();
    let sync = |release: &str, tag: &str, owners: &[(&str, &str)]| {
        let request = SyncOwners {
            release: release.parse().unwrap(),
            tag: tag.parse().unwrap(),
            namespace: "rpms".into(),
            only: Vec::new(),
            owners: owners.iter().map(|(name, owner)| (name.parse().unwrap(), owner.parse().unwrap())).collect(),
            without: [].into(),
            adds: true,
            retired: [].into(),
        };
        bench.run(&bench.access("koji sync-owners", &["--dry-run"]), &request, true)
    };
    let planned = sync("f43", "f43", &[("bash", "jan"), ("fresh", "maria")]);
    assert_eq!((planned.exit_code(), planned.planned.len()), (0, 2), "{planned:?}");
    for (owners, what) in [
        (&[("bash", "kim")][..], "set the owner of package bash in f43 to kim: the owner kim"),
        (&[("fresh", "releng")], "add package fresh to f43, owner releng: the owner releng"),
        (&[("rpm", "maria")], "set the owner of package rpm in f43 to maria: the package rpm"),
    ] {
        let refused = sync("f43", "f43", owners);
        assert_eq!((refused.exit_code(), refused.msg), (3, format!("loopabull_x may not {what} is not granted")));
    }
    let refused = sync("f44", "f43", &[("bash", "jan")]);
    assert_eq!(refused.msg, "loopabull_x may not use koji sync-owners for the release f44");
    let refused = sync("f43", "f44", &[("bash", "jan")]);
    assert_eq!(refused.msg, "loopabull_x may not use koji sync-owners for the tag f44");
}

/// What is done to a target is taken back by whoever is granted to take back what is done to it, and by
/// nobody else.
#[test]
fn a_target_is_taken_back_as_far_as_the_grant_goes() {
    let bench = Bench::new();
    bench.server.run_as("admin", "grantPermission", vec!["practice".into(), "target".into()]).unwrap();
    let set = |name: &str| {
        let request = SetTarget {
            name: name.parse().unwrap(),
            build_tag: "f44-build".parse().unwrap(),
            dest_tag: "f44-build".parse().unwrap(),
        };
        let report = bench.run(&bench.access("koji set-target", &[]), &request, false);
        assert_eq!((report.exit_code(), report.done.len()), (0, 1), "{report:?}");
        report.run.unwrap()
    };
    let (desk, mine) = (bench.desk(), bench.store());
    let undo = |run| {
        let access = bench.access("run undo", &[]);
        Road { access: &access, ..Road::new(&desk, &mine) }.undo(run, false)
    };
    let (granted, other) = (set("rawhide"), set("f44"));
    let undone = undo(&granted);
    assert_eq!((undone.exit_code(), undone.done.len()), (0, 1), "{undone:?}");
    let refused = undo(&other);
    assert_eq!((refused.exit_code(), refused.msg.as_str()), (3, "loopabull_x may not use run undo for the target f44"));
}

/// Whoever may ask for a repository of one tag makes the hub work for no other.
#[test]
fn a_repository_is_asked_for_as_far_as_the_grant_goes() {
    let bench = Bench::new();
    let ask = |tag: &str| {
        let wanted = RepoWanted { tag: tag.parse().unwrap(), builds: BTreeSet::new(), request: true };
        let request = wanted.resolve(&Readers { koji: &bench.hub }).unwrap();
        bench.run(&bench.access("koji wait-repo", &[]), &request, false)
    };
    let asked = ask("f43-build");
    assert_eq!((asked.exit_code(), asked.done.len()), (0, 1), "{asked:?}");
    let refused = ask("f44-build");
    assert_eq!(
        (refused.exit_code(), refused.msg.as_str()),
        (3, "loopabull_x may not use koji wait-repo for the tag f44-build")
    );
}

/// A source is a package's, wherever its repository is, and it is built for a target.
#[test]
fn sources_are_judged_by_package_and_target() {
    let bench = Bench::new();
    let submit = |package: &str, target: &str| {
        let source = format!("git+https://src.example.test/rpms/{package}.git#{:0<40}", "7");
        let request = SubmitBuilds {
            target: target.parse().unwrap(),
            sources: vec![source.parse().unwrap()],
            how: How::default(),
            throttle: Throttle::default(),
        };
        bench.run(&bench.access("koji submit-builds", &[]), &request, false)
    };
    for (package, target, why) in [
        ("bash", "f43", "the target f43"),
        ("perl", "f43-candidate", "the package perl"),
        ("bash-completion", "f43-candidate", "the package bash-completion"),
    ] {
        let refused = submit(package, target);
        assert_eq!((refused.exit_code(), bench.methods().len()), (3, 0), "{refused:?}");
        assert_eq!(refused.msg, format!("loopabull_x may not use koji submit-builds for {why}"));
    }
    let submitted = submit("bash", "f43-candidate");
    assert_eq!((submitted.exit_code(), submitted.done.len()), (0, 1), "{submitted:?}");
    // The task is what the audit log points to.
    let task = submitted.tasks[0].task;
    let targets: Vec<String> = bench.records().into_iter().flat_map(|record| record.body.targets).collect();
    assert!(targets.contains(&format!("task {task}")), "{targets:?}");
}

/// Every tag that a change lets in must be granted: the parent as well as the child, and of a target
/// the name besides its tags. What is refused by its words asks the hub nothing.
#[test]
fn parents_targets_and_settings_are_judged_by_name() {
    let bench = Bench::new();
    let swap = |child: &str, old: &str, new: &str| {
        let request =
            SwapParent { child: child.parse().unwrap(), old: old.parse().unwrap(), new: new.parse().unwrap() };
        bench.run(&bench.access("koji swap-parent", &[]), &request, false)
    };
    let refused = swap("f43-override", "f43-updates", "f44");
    assert_eq!((refused.exit_code(), bench.methods().len()), (3, 0), "{refused:?}");
    assert_eq!(refused.msg, "loopabull_x may not use koji swap-parent for the tag f44");
    let swapped = swap("f43-override", "f43-updates", "f43");
    assert_eq!((swapped.exit_code(), swapped.done.len()), (0, 1), "{swapped:?}");

    let target = |name: &str| {
        let request = SetTarget {
            name: name.parse().unwrap(),
            build_tag: "f44-build".parse().unwrap(),
            dest_tag: "f44-updates-candidate".parse().unwrap(),
        };
        bench.run(&bench.access("koji set-target", &["--dry-run"]), &request, true)
    };
    assert_eq!(target("f43").msg, "loopabull_x may not use koji set-target for the target f43");
    let planned = target("rawhide");
    assert_eq!((planned.exit_code(), planned.planned.len()), (0, 1), "{planned:?}");

    let edit = |options: &[&str], perm: Wish<PermissionName>| {
        let request = EditTag {
            tag: "f44-build".parse().unwrap(),
            perm,
            arches: Wish::Keep,
            extra: [("rpm.macro.eln".to_owned(), 150.into())].into(),
            remove_extra: BTreeSet::new(),
        };
        bench.run(&bench.access("koji edit-tag", &[options, &["--dry-run"]].concat()), &request, true)
    };
    assert_eq!(edit(&["--extra"], Wish::Keep).planned.len(), 1);
    let refused = edit(&["--extra", "--perm"], Wish::To("autosign".parse().unwrap()));
    assert_eq!((refused.exit_code(), refused.msg.as_str()), (3, "loopabull_x may not use --perm with koji edit-tag"));
    // Words that hide what is planned do not help: the change itself is judged.
    let refused = edit(&["--extra"], Wish::To("autosign".parse().unwrap()));
    assert_eq!(refused.exit_code(), 3, "{refused:?}");
}
