// SPDX-License-Identifier: GPL-3.0-or-later
//! The road, walked by a program: what is asked, what is written, what is not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(feature = "practice")]

use flr::access::Dimensions;
use flr::error::Kind;
use flr::koji::{Group, GroupPackage, GroupSettings, Hub, Login, Reader, RepoLink, Rows, SessionId, Writer};
use flr::names::{Nvr, TagName};
use flr::ops::koji::{SetComposeTag, TagBuilds, UntagBuilds};
use flr::pipeline::{Desk, Operation, Outcome, Pace, Readers, Report, Road, Stop, Store, Ui, Writers};
use flr::plan::{GroupChange, KojiChange, Plan, RepoChange};
use flr::practice::{self, Misbehaviour, Options, Seed, Server, Site, What, When};
use flr::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Mutex;
use std::time::Duration;
use tempfile::TempDir;

const TAG: &str = "f43-updates";
const BUILD: &str = "bash-5.3.0-2.fc43";

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
        Self { dir, server, hub }
    }

    fn desk(&self) -> Desk<'_> {
        let login = Login { user: Some(practice::USER), password: Some(practice::PASSWORD) };
        Desk { hub: &self.hub, login }
    }

    fn store(&self) -> Store {
        Store::at(&self.dir.path().join("state"))
    }

    /// The builds in `TAG`, in order.
    fn tagged(&self) -> Vec<String> {
        let rows = Rows { active_only: true, ..Rows::default() };
        let rows = self.hub.tag_rows(&tag(), &rows).unwrap();
        rows.iter().map(|row| row.nvr.to_string()).collect()
    }

    /// Every method that was called, members of multicalls too.
    fn methods(&self) -> Vec<String> {
        let calls = self.server.calls();
        let names = |call: &practice::LoggedCall| {
            let members: Vec<String> = call.members.iter().map(|(name, _)| name.clone()).collect();
            std::iter::once(call.method.clone()).chain(members)
        };
        calls.iter().flat_map(names).collect()
    }

    fn wrote(&self) -> bool {
        let writing = ["login", "tagBuildBypass", "untagBuildBypass", "tagBuild", "untagBuild"];
        self.methods().iter().any(|method| writing.contains(&method.as_str()))
    }
}

fn tag() -> TagName {
    TAG.parse().unwrap()
}

fn request(builds: &[&str]) -> TagBuilds {
    let builds: Vec<Nvr> = builds.iter().map(|nvr| nvr.parse().unwrap()).collect();
    TagBuilds { tag: tag(), builds }
}

/// A person: does something before each answer, and remembers what was asked.
struct Person<'a> {
    before_answering: Box<dyn Fn(usize) -> Result<()> + Sync + 'a>,
    asked: Mutex<Vec<(String, bool)>>,
}

impl<'a> Person<'a> {
    fn who(before_answering: impl Fn(usize) -> Result<()> + Sync + 'a) -> Self {
        Self { before_answering: Box::new(before_answering), asked: Mutex::default() }
    }

    fn asked(&self) -> Vec<(String, bool)> {
        self.asked.lock().unwrap().clone()
    }
}

impl Ui for Person<'_> {
    fn confirm(&self, plan: &Plan, again: bool) -> Result<()> {
        let steps: Vec<String> = plan.steps().iter().map(|s| s.change.to_string()).collect();
        let mut asked = self.asked.lock().unwrap();
        asked.push((steps.join(", "), again));
        (self.before_answering)(asked.len())
    }

    fn progress(&self, _settled: usize, _total: usize) {}

    fn note(&self, _text: &str) {}

    fn finished(&self) {}
}

/// Somebody who looks again however short the wait was.
fn impatient() -> Pace {
    Pace { patience: Duration::ZERO, ..Pace::default() }
}

#[test]
fn a_dry_run_neither_logs_in_nor_writes_nor_asks_nor_records() {
    let bench = Bench::new();
    let (desk, store) = (bench.desk(), bench.store());
    let person = Person::who(|_| panic!("nobody is to be asked"));
    let road = Road { ui: &person, ..Road::new(&desk, &store) };
    let dry = road.run(&request(&[BUILD]), true);
    assert_eq!((dry.exit_code(), dry.changed, dry.run.clone()), (0, true, None));
    assert_eq!(dry.msg, "would make 1 change");
    assert!(!bench.wrote(), "{:?}", bench.methods());
    assert!(!bench.dir.path().join("state").exists());

    let real = Road::new(&desk, &store).run(&request(&[BUILD]), false);
    assert_eq!(real.plan_sha, dry.plan_sha);
    assert_eq!(store.show(&real.run.unwrap()).unwrap().begin.plan_sha, dry.plan_sha.unwrap());
}

#[test]
fn a_no_changes_nothing() {
    let bench = Bench::new();
    let (desk, store) = (bench.desk(), bench.store());
    let person = Person::who(|_| Err(Error::new(Kind::NotConfirmed, "no")));
    let road = Road { ui: &person, ..Road::new(&desk, &store) };
    let report = road.run(&request(&[BUILD]), false);
    assert_eq!((report.exit_code(), report.changed, report.failed), (4, false, true));
    assert!(!bench.wrote() && store.list().unwrap().is_empty());
}

#[test]
fn after_a_long_silence_the_plan_is_made_again() {
    let bench = Bench::new();
    let (desk, store) = (bench.desk(), bench.store());
    let person = Person::who(|time| {
        if time == 1 {
            bench.server.run_as("kim", "tagBuildBypass", vec![json!(TAG), json!(BUILD)])?;
        }
        Ok(())
    });
    let road = Road { ui: &person, pace: impatient(), ..Road::new(&desk, &store) };
    let report = road.run(&request(&[BUILD, "glibc-2.42-2.fc43"]), false);
    assert_eq!(
        person.asked(),
        [
            (format!("tag {BUILD} into {TAG}, tag glibc-2.42-2.fc43 into {TAG}"), false),
            (format!("tag glibc-2.42-2.fc43 into {TAG}"), true)
        ]
    );
    assert_eq!((report.exit_code(), report.done.len(), report.planned.len()), (0, 1, 1));
    assert_eq!(bench.tagged().len(), 2);
}

#[test]
fn what_somebody_else_did_meanwhile_needs_no_second_question() {
    let bench = Bench::new();
    let (desk, store) = (bench.desk(), bench.store());
    let person =
        Person::who(|_| bench.server.run_as("kim", "tagBuildBypass", vec![json!(TAG), json!(BUILD)]).map(drop));
    let road = Road { ui: &person, pace: impatient(), ..Road::new(&desk, &store) };
    let report = road.run(&request(&[BUILD]), false);
    assert_eq!((report.exit_code(), report.changed, person.asked().len()), (0, false, 1));
    assert!(store.list().unwrap().is_empty());
}

#[test]
fn a_wish_to_stop_before_the_first_batch_leaves_nothing_behind() {
    let bench = Bench::new();
    let (desk, store) = (bench.desk(), bench.store());
    let stop = Stop::new();
    let person = Person::who(|_| {
        stop.set();
        Ok(())
    });
    let road = Road { ui: &person, stop: stop.clone(), ..Road::new(&desk, &store) };
    let report = road.run(&request(&[BUILD]), false);
    assert_eq!((report.exit_code(), report.changed), (10, false), "{report:?}");
    assert!(bench.tagged().is_empty());

    let resumed = Road::new(&desk, &store).resume(&report.run.unwrap(), false);
    assert_eq!((resumed.exit_code(), resumed.done.len()), (0, 1), "{resumed:?}");
}

#[test]
fn no_journal_no_login() {
    let bench = Bench::new();
    let (desk, store) = (bench.desk(), Store::at(std::path::Path::new("/proc/no/such/place")));
    let report = Road::new(&desk, &store).run(&request(&[BUILD]), false);
    assert_eq!((report.exit_code(), report.changed), (10, false));
    assert!(report.msg.starts_with("cannot make the state directory"), "{}", report.msg);
    assert!(!bench.wrote(), "{:?}", bench.methods());
}

/// Logs in, and takes the connection away before the first batch.
struct Cut<'a>(&'a Desk<'a>);

impl Writers for Cut<'_> {
    fn koji(&self) -> Result<Box<dyn Writer>> {
        Err(Error::not_now(format!("the hub of {} is away", self.0.hub.profile().name)))
    }
}

#[test]
fn a_login_that_fails_changes_nothing_and_can_be_resumed() {
    let bench = Bench::new();
    let (desk, store) = (bench.desk(), bench.store());
    let cut = Cut(&desk);
    let road = Road { writers: &cut, ..Road::new(&desk, &store) };
    let report = road.run(&request(&[BUILD]), false);
    assert_eq!((report.exit_code(), report.changed), (75, false), "{report:?}");
    let run = report.run.unwrap();
    assert_eq!(store.show(&run).unwrap().state(), "failed");
    assert_eq!(Road::new(&desk, &store).resume(&run, false).exit_code(), 0);
    assert_eq!(bench.tagged(), [BUILD]);
}

#[test]
fn a_run_is_resumed_only_at_its_own_hub() {
    let bench = Bench::new();
    let (desk, store) = (bench.desk(), bench.store());
    let run = Road::new(&desk, &store).run(&request(&[BUILD]), false).run.unwrap();
    let elsewhere = Road { profile: "stg".into(), ..Road::new(&desk, &store) };
    for report in [elsewhere.resume(&run, false), elsewhere.undo(&run, false)] {
        assert_eq!(report.exit_code(), 2);
        assert_eq!(report.msg, format!("run {run} was made at the hub of profile practice, not stg"));
    }
    assert_eq!(bench.tagged(), [BUILD]);
}

#[test]
fn undo_of_undo_of_undo() {
    let bench = Bench::new();
    let (desk, store) = (bench.desk(), bench.store());
    let road = Road::new(&desk, &store);
    let ok = |report: Report| {
        assert_eq!(report.exit_code(), 0, "{report:?}");
        report.run
    };
    ok(road.run(&request(&["coreutils-9.7-3.fc43", "coreutils-9.7-4.fc43"]), false));
    let before = bench.tagged();
    let untag = UntagBuilds { tag: tag(), builds: vec!["coreutils-9.7-3.fc43".parse().unwrap()] };
    let first = ok(road.run(&untag, false)).unwrap();
    let second = ok(road.undo(&first, false)).unwrap();
    assert_eq!(bench.tagged(), before);
    let third = ok(road.undo(&second, false)).unwrap();
    assert_eq!(bench.tagged(), ["coreutils-9.7-4.fc43"]);
    ok(road.undo(&third, false));
    assert_eq!(bench.tagged(), before);
    assert_eq!(store.show(&first).unwrap().undone_by, Some(second));
}

/// What a journal keeps of a session is worth nothing to a thief.
#[test]
fn a_journal_holds_no_key_and_no_password() {
    let bench = Bench::new();
    let (desk, store) = (bench.desk(), bench.store());
    let run = Road::new(&desk, &store).run(&request(&[BUILD]), false).run.unwrap();
    let record = store.show(&run).unwrap();
    assert!(matches!(record.sessions.as_slice(), [(SessionId(_), user)] if user.as_str() == practice::USER));
    let text = std::fs::read_to_string(bench.dir.path().join(format!("state/runs/{run}.jsonl"))).unwrap();
    assert!(!text.contains(practice::PASSWORD) && !text.contains("key"), "{text}");
}

/// Plans what it holds, whatever is there.
#[derive(Serialize, Deserialize)]
struct Fixed(Vec<KojiChange>);

impl Operation for Fixed {
    const NAME: &'static str = "koji fixed";
    type Seen = ();

    fn dimensions(&self) -> Dimensions {
        Dimensions::new()
    }

    fn observe(&self, _: &Readers<'_>) -> Result<()> {
        Ok(())
    }

    fn plan(&self, (): &()) -> Result<Plan> {
        let mut plan = Plan::default();
        self.0.iter().for_each(|change| {
            let _ = plan.push(change.clone());
        });
        Ok(plan)
    }
}

/// Every kind of change to groups and external repositories, each as the practice hub allows it.
fn belongings(bench: &Bench) -> Fixed {
    let [plain, build]: [TagName; 2] = ["f43", "f43-build"].map(|name| name.parse().unwrap());
    let tag = || build.clone();
    let groups = bench.hub.groups(&[tag()]).unwrap().remove(0);
    let [own, srpm]: [Group; 2] = groups.try_into().unwrap();
    let settings = GroupSettings { display_name: "Build root".into(), ..own.settings.clone() };
    let link = RepoLink::from(&bench.hub.external_repos(&[tag()]).unwrap()[0][0]);
    let optional = GroupPackage { kind: "optional".into(), ..own.packages[0].clone() };
    let new = || (plain.clone(), "build".to_owned());
    let add = |name: &str| {
        let (tag, group) = new();
        KojiChange::from(GroupChange::AddGroupPackage { tag, group, package: GroupPackage::named(name), before: None })
    };
    let (of, group) = new();
    Fixed(vec![
        GroupChange::AddGroup { tag: of, group, settings: GroupSettings::named("build"), before: None }.into(),
        add("gcc"),
        add("make"),
        RepoChange::AddExternalRepo { tag: plain.clone(), repo: RepoLink { priority: 9, ..link.clone() } }.into(),
        GroupChange::AddGroup { tag: tag(), group: own.name.clone(), settings, before: Some(own.settings.clone()) }
            .into(),
        GroupChange::AddGroupPackage {
            tag: tag(),
            group: own.name.clone(),
            package: optional,
            before: Some(own.packages[0].clone()),
        }
        .into(),
        GroupChange::RemoveGroupPackage { tag: tag(), group: own.name, before: own.packages[1].clone() }.into(),
        GroupChange::RemoveGroup { tag: tag(), group: srpm.name, before: srpm.settings }.into(),
        RepoChange::EditExternalRepo { tag: tag(), repo: RepoLink { priority: 7, ..link.clone() }, before: link }
            .into(),
    ])
}

/// The groups and repositories of the tags that are changed.
fn standing(bench: &Bench) -> String {
    let tags = ["f43", "f43-build"].map(|name| name.parse().unwrap());
    format!("{:?} {:?}", bench.hub.groups(&tags).unwrap(), bench.hub.external_repos(&tags).unwrap())
}

/// Every answer may be lost: what is there is the run's own, by the hub's rows, and is taken back.
#[test]
fn groups_and_external_repos_settle_and_are_taken_back() {
    for what in [None, Some(What::DropBefore), Some(What::DropAfter)] {
        let bench = Bench::new();
        let (desk, store) = (bench.desk(), bench.store());
        let (before, request) = (standing(&bench), belongings(&bench));
        if let Some(what) = what {
            bench.server.misbehave(Misbehaviour::new(When::Writing(1), what));
        }
        let road = Road::new(&desk, &store);
        let report = road.run(&request, false);
        assert_eq!((report.exit_code(), report.done.len()), (0, 9), "{report:?}");
        assert!(bench.server.pending_rules().is_empty());
        let after = standing(&bench);
        let plain = &bench.hub.groups(&["f43".parse().unwrap()]).unwrap()[0][0];
        assert_eq!(plain.packages, ["gcc", "make"].map(GroupPackage::named));

        let undone = road.undo(report.run.as_ref().unwrap(), false);
        assert_eq!((undone.exit_code(), undone.done.len()), (0, 9), "{undone:?}");
        assert_eq!(standing(&bench), before);
        let again = road.undo(undone.run.as_ref().unwrap(), false);
        assert_eq!((again.exit_code(), standing(&bench)), (0, after), "{again:?}");
    }
}

/// Somebody was faster, or has changed it since: his stays his.
#[test]
fn what_others_did_to_groups_and_external_repos_is_theirs() {
    let bench = Bench::new();
    let (desk, store) = (bench.desk(), bench.store());
    let request = belongings(&bench);
    let admin = |method: &str, params: serde_json::Value| {
        let params = params.as_array().unwrap().clone();
        bench.server.run_as("admin", method, params).unwrap()
    };
    admin("addExternalRepoToTag", json!(["f43", "f43-bootstrap", 9, "bare"]));
    admin("groupListRemove", json!(["f43-build", "srpm-build"]));
    let road = Road::new(&desk, &store);
    let report = road.run(&request, false);
    assert_eq!((report.exit_code(), report.done.len(), report.already.len()), (0, 7, 2), "{report:?}");
    let whose = store.show(report.run.as_ref().unwrap()).unwrap().standing;
    for at in [3, 7] {
        let flr::pipeline::Standing::Ended(Outcome::Already { why }) = &whose[at] else { panic!("{:?}", whose[at]) };
        assert!(why.starts_with("by admin in event "), "{why}");
    }
    admin("groupPackageListAdd", json!(["f43", "build", "make", {"type": "optional", "__starstar": true}]));
    admin("groupPackageListRemove", json!(["f43", "build", "gcc"]));
    admin("editTagExternalRepo", json!(["f43-build", "f43-bootstrap", 11]));
    let undone = road.undo(report.run.as_ref().unwrap(), false);
    assert_eq!(undone.done.len(), 3, "{undone:?}");
    let told: Vec<String> = undone.skipped.iter().map(|item| format!("{}: {}", item.subject, item.why)).collect();
    let (group, since) = told.split_last().unwrap();
    assert!(
        since.len() == 3 && since.iter().all(|text| text.contains("admin has changed it since, in event ")),
        "{told:?}"
    );
    // The package is his now, and it would go with the group.
    assert!(group.starts_with("add group build to f43: others have put something into it: make (admin, "), "{told:?}");
}

/// Builders carry out what is sent together in any order: what is to be in order goes one by one.
#[test]
fn an_order_holds_also_if_tasks_tag() {
    let bench = Bench::new();
    let login = Login { user: Some("nobody"), password: Some("nobody-pw") };
    let desk = Desk { hub: &bench.hub, login };
    let store = bench.store();
    let pace = Pace { task_poll: Duration::from_millis(20), ..Pace::default() };
    let road = Road { pace, ..Road::new(&desk, &store) };
    let builds = ["zlib-ng-2.2.5-1.fc43", "bash-5.3.1-1.fc43", "bash-5.3.0-1.fc43"];
    let request = SetComposeTag {
        release: "f43".parse().unwrap(),
        tag: "f43-override".parse().unwrap(),
        builds: builds.map(|nvr| nvr.parse().unwrap()).to_vec(),
    };
    let report = road.run(&request, false);
    assert_eq!(report.exit_code(), 0, "{}", report.msg);
    let rows = Rows { active_only: true, ..Rows::default() };
    let rows = bench.hub.tag_rows(&request.tag, &rows).unwrap();
    assert_eq!(rows.iter().map(|row| row.nvr.as_str()).collect::<Vec<_>>(), builds);
    let sent = bench.server.calls();
    let sent = sent.iter().filter(|call| call.members.iter().any(|(name, _)| name == "tagBuild"));
    assert_eq!(sent.map(|call| call.members.len()).collect::<Vec<_>>(), [1, 1, 1]);
}

/// A group without its entry would hide what somebody else has put into it.
#[test]
fn a_group_that_others_use_stays() {
    let bench = Bench::new();
    let (desk, store) = (bench.desk(), bench.store());
    let road = Road::new(&desk, &store);
    let report = road.run(&Fixed(belongings(&bench).0[..3].to_vec()), false);
    let vim = vec![json!("f43"), json!("build"), json!("vim")];
    bench.server.run_as("admin", "groupPackageListAdd", vim).unwrap();
    let undone = road.undo(report.run.as_ref().unwrap(), false);
    let told: Vec<String> = undone.failures.iter().map(|failure| format!("{failure:?}")).collect();
    let told = [told, undone.skipped.iter().map(|item| format!("{}: {}", item.subject, item.why)).collect()].concat();
    assert!(told.len() == 1 && told[0].contains("others have put something into it: vim (admin, event "), "{told:?}");
    let group = &bench.hub.groups(&["f43".parse().unwrap()]).unwrap()[0][0];
    assert_eq!(group.packages, [GroupPackage::named("vim")]);
}
