// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{agreed, run};
use super::site::{Ended, LOGIN, Site};
use flr::practice::{Misbehaviour, What, When};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

const TARGET: &str = "f43-candidate";

/// A source whose commit begins so; the rest tells packages apart.
pub fn source(package: &str, commit: &str) -> String {
    format!("git+https://src.example.test/rpms/{package}.git#{commit:0<40}")
}

fn good(package: &str) -> String {
    source(package, "1")
}

/// The tasks that were submitted, by source: numbers and states. Those of the seed have no options.
pub fn submitted(site: &Site) -> BTreeMap<String, Vec<(u64, i64)>> {
    let tasks = site.admin("listTasks", json!([{"method": "build", "decode": true}]));
    let mut by_source: BTreeMap<String, Vec<(u64, i64)>> = BTreeMap::new();
    for task in tasks.as_array().unwrap().iter().filter(|task| task["request"].as_array().unwrap().len() > 2) {
        let source = task["request"][0].as_str().unwrap().to_owned();
        by_source.entry(source).or_default().push((task["id"].as_u64().unwrap(), task["state"].as_i64().unwrap()));
    }
    by_source
}

/// Waits until something about the submitted tasks holds.
#[track_caller]
pub fn wait_until(site: &Site, holds: impl Fn(&BTreeMap<String, Vec<(u64, i64)>>) -> bool) {
    let begin = Instant::now();
    while !holds(&submitted(site)) {
        assert!(begin.elapsed() < Duration::from_secs(60), "{:?}", submitted(site));
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn all_over(tasks: &BTreeMap<String, Vec<(u64, i64)>>) -> bool {
    tasks.values().flatten().all(|(_, state)| [2, 3, 5].contains(state))
}

fn submit(site: &Site, sources: &[String], options: &[&str]) -> Ended {
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    agreed(site, &[&["koji", "submit-builds", TARGET], &sources[..], options].concat())
}

#[test]
fn sources_are_built_each_once() {
    let site = Site::small();
    let sources = [good("bash"), good("rpm"), good("bash")];
    let words: Vec<&str> = sources.iter().map(String::as_str).collect();
    let dry = run(&site, &[&["koji", "submit-builds", TARGET], &words[..]].concat(), &["--dry-run"]);
    assert_eq!(dry.document()["planned"][0]["text"], format!("build {} for {TARGET}", sources[0]));
    assert!(submitted(&site).is_empty() && !dry.calls.iter().any(|call| call == "login"));
    let ended = submit(&site, &sources, &["--background", "--fail-fast"]);
    let report = ended.document();
    assert_eq!((ended.code, report["done"].as_array().unwrap().len()), (0, 2), "{report}");
    // The tasks are in the report, and of the class that waits.
    let tasks = submitted(&site);
    for made in report["tasks"].as_array().unwrap() {
        assert_eq!(tasks[made["subject"].as_str().unwrap()][0].0, made["task"].as_u64().unwrap());
        let task = site.admin("getTaskInfo", json!([made["task"], true]));
        assert_eq!((&task["priority"], &task["request"][2]), (&json!(25), &json!({"fail_fast": true})));
    }
    let again = submit(&site, &sources, &[]).document();
    assert_eq!((&again["changed"], &again["failed"]), (&json!(false), &json!(false)), "{again}");
    wait_until(&site, all_over);
    let again = submit(&site, &sources, &[]).document();
    assert_eq!(again["skipped"][1]["why"], "bash-5.3.1-2.fc43 was built from it");
    assert_eq!(again["changed"], false);
    assert_eq!(submitted(&site).values().map(Vec::len).sum::<usize>(), 2);
    assert!(site.tagged("f43-updates-candidate").contains(&"bash-5.3.1-2.fc43".to_owned()));
}

#[test]
fn what_failed_waits_for_a_word() {
    let site = Site::small();
    let sources = [good("bash"), source("rpm", "bad"), source("perl", "dead")];
    submit(&site, &sources, &[]);
    wait_until(&site, all_over);
    let (rpm, perl) = (submitted(&site)[&sources[1]][0].0, submitted(&site)[&sources[2]][0].0);
    let again = submit(&site, &sources, &[]);
    let why = |task: u64| json!(format!("task {task} failed; --again builds it anew"));
    let told = again.document();
    assert_eq!((again.code, &told["skipped"][1]["why"], &told["skipped"][2]["why"]), (0, &why(rpm), &why(perl)));
    let told = submit(&site, &sources, &["--again"]).document();
    assert_eq!(told["done"].as_array().unwrap().len(), 2, "{told}");
    assert_eq!(submitted(&site)[&sources[0]].len(), 1);
}

/// Two copies of a request that builds make two tasks; so there never are two.
#[test]
fn a_lost_answer_makes_no_second_task() {
    for what in [What::DropBefore, What::DropAfter, What::HalfAnswer, What::HttpBefore(502), What::HttpAfter(502)] {
        let site = Site::small();
        site.hub.misbehave(Misbehaviour::new(When::Method { name: "build".into(), nth: 1 }, what.clone()));
        let sources = [good("bash"), good("rpm")];
        let ended = submit(&site, &sources, &[]);
        assert!(site.hub.pending_rules().is_empty());
        let told = ended.document();
        assert_eq!((ended.code, told["done"].as_array().unwrap().len()), (0, 2), "{what:?}: {told}");
        assert_eq!(told["tasks"].as_array().unwrap().len(), 2, "{what:?}: {told}");
        let tasks = submitted(&site);
        assert_eq!(tasks.len(), 2);
        assert!(tasks.values().all(|tasks| tasks.len() == 1), "{what:?}: {tasks:?}");
    }
}

/// The script's clone is there after a failed submission, so its next run drops the package; without the
/// clone it is bumped and built twice.
#[test]
fn submit_builds_resumed_neither_drops_nor_doubles_a_package() {
    // Killed while the hub has committed and not answered, and while it has not even committed.
    for what in [What::DelayAnswer(1500), What::DelayCommit(1500)] {
        let site = Site::small();
        let sources: Vec<String> = ["bash", "rpm", "perl", "kernel", "glibc"].map(good).into();
        site.hub.misbehave(Misbehaviour::new(When::Method { name: "build".into(), nth: 3 }, what.clone()));
        let mut command = site.command();
        // Four wait at the most: one in each request.
        command.args(["koji", "submit-builds", TARGET, "--queue-depth", "4", "--yes"]).args(&sources).args(LOGIN);
        let mut child = command.stdin(Stdio::null()).spawn().unwrap();
        let begin = Instant::now();
        let sent = || {
            site.hub.calls().iter().flat_map(|call| call.members.clone()).filter(|(name, _)| name == "build").count()
        };
        while sent() < 3 {
            assert!(begin.elapsed() < Duration::from_secs(60));
            std::thread::sleep(Duration::from_millis(10));
        }
        kill(Pid::from_raw(child.id() as i32), Signal::SIGKILL).unwrap();
        child.wait().unwrap();
        site.calls();
        let runs = site.flr(["run", "list", "--json"]).document();
        assert_eq!(runs["state"], "interrupted");
        let name = runs["run"].as_str().unwrap();
        let ended = site.agreed(["run", "resume", name, "--json"]);
        assert_eq!(ended.code, 0, "{what:?}: {ended:?}");
        let tasks = submitted(&site);
        assert_eq!(tasks.keys().cloned().collect::<Vec<_>>(), {
            let mut sources = sources.clone();
            sources.sort();
            sources
        });
        assert!(tasks.values().all(|tasks| tasks.len() == 1), "{what:?}: {tasks:?}");
        // And the tasks of all are on record, that of the lost answer too.
        let undone = site.agreed(["run", "undo", name, "--dry-run", "--json"]).document();
        assert!(!undone.to_string().contains("not recorded"), "{undone}");
    }
}

#[test]
fn what_was_submitted_is_taken_back_while_it_waits_or_runs() {
    let site = Site::with_task_delay(Duration::from_secs(3));
    let ended = submit(&site, &[good("bash"), good("rpm")], &[]).document();
    wait_until(&site, |tasks| tasks.values().flatten().all(|(_, state)| *state == 1));
    let undone = site.undone(&ended);
    assert_eq!(undone.code, 0, "{undone:?}");
    assert!(submitted(&site).values().flatten().all(|(_, state)| *state == 3));
    let builds = site.admin("listBuilds", json!([{"state": 0, "createdAfter": "2026-01-01", "__starstar": true}]));
    assert_eq!(builds, json!([]));
    let again = site.undone(&ended).document();
    assert_eq!((&again["changed"], &again["failed"]), (&json!(false), &json!(false)), "{again}");
}

#[test]
fn every_source_that_is_none_is_named() {
    let site = Site::small();
    let list = format!("{}\ngit+https://src.example.test/rpms/rpm.git#main\nbash\n", good("bash"));
    let ended = site.fed(["koji", "submit-builds", TARGET, "-", "--dry-run"], list.as_bytes());
    assert_eq!((ended.code, ended.calls.len()), (2, 0), "{ended:?}");
    assert!(ended.stderr.contains("line 2") && ended.stderr.contains("line 3"), "{}", ended.stderr);
    let refused = submit(&site, &[good("nosuch"), good("python2.7"), good("norsuch"), good("bash")], &[]);
    let told = refused.document();
    assert_eq!((refused.code, told["skipped"].as_array().unwrap().len()), (10, 3), "{told}");
    assert!(submitted(&site).is_empty());
    // A package that was retired since the list was made holds nobody up.
    let passed = submit(&site, &[good("python2.7"), good("bash")], &[]);
    let told = passed.document();
    assert_eq!((passed.code, &told["skipped"][0]["why"]), (0, &json!("package python2.7 is blocked in f43")), "{told}");
    assert_eq!(submitted(&site).into_keys().collect::<Vec<_>>(), [good("bash")]);
    let none: Value = agreed(&site, &["koji", "submit-builds", "f99", &good("bash")]).document();
    assert_eq!(none["skipped"][0], json!({"subject": "f99", "why": "the hub has no such target"}));
}

/// Starts submitting, each source in a request of its own or so.
fn begun(site: &Site, sources: &[String], options: &[&str]) -> Child {
    let mut command = site.command();
    command.args(["koji", "submit-builds", TARGET, "--yes"]).args(options).args(sources).args(LOGIN);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

fn said(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// A build's own task is taken at once, and waits for tasks of its own that no builder takes.
#[test]
fn no_more_builds_wait_for_a_builder_than_the_queue_is_deep() {
    let site = Site::small();
    let hub = rusqlite::Connection::open(site.path().join("hub/hub.sqlite")).unwrap();
    // The practice builder takes neither what has no options nor parts of builds.
    let make = |state: i64, method: &str, request: Value, parent: Option<i64>| {
        let sql = "INSERT INTO task (id, state, create_time, start_time, owner, parent, method, request) \
             SELECT max(id) + 1, ?, max(create_time), max(create_time), max(owner), ?, ?, ? FROM task";
        hub.execute(sql, (state, parent, method, request.to_string())).unwrap();
        hub.last_insert_rowid()
    };
    let waits = make(0, "build", json!([source("kernel", "5"), TARGET]), None);
    let taken = make(1, "build", json!([source("glibc", "5"), TARGET]), None);
    make(0, "buildArch", json!([]), Some(taken));
    make(0, "buildArch", json!([]), Some(taken));
    // Neither what runs in all its parts nor what is for another target waits.
    let runs = make(1, "build", json!([source("python", "5"), TARGET]), None);
    make(1, "buildArch", json!([]), Some(runs));
    make(0, "build", json!([source("perl", "5"), "f42-candidate"]), None);
    let child = begun(&site, &[good("bash"), good("rpm")], &["--queue-depth", "2"]);
    std::thread::sleep(Duration::from_millis(1500));
    let ours = |tasks: &BTreeMap<String, Vec<(u64, i64)>>| tasks.keys().filter(|source| source.contains("#1")).count();
    assert_eq!(ours(&submitted(&site)), 0, "two wait, and two may");
    site.admin("cancelTask", json!([waits]));
    wait_until(&site, |tasks| ours(tasks) == 2);
    let (code, said) = said(child);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("2 builds wait for a builder, the next 1 would make them more than 2: waiting too"),
        "{said}"
    );
}

#[test]
fn no_more_are_submitted_than_the_rate_says() {
    let site = Site::small();
    let sources: Vec<String> = (0..12).map(|number| source("bash", &format!("1{number:02}"))).collect();
    let child = begun(&site, &sources, &["--rate", "1"]);
    wait_until(&site, |tasks| tasks.len() == 1);
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(submitted(&site).len(), 1, "the next one has a minute");
    kill(Pid::from_raw(child.id() as i32), Signal::SIGINT).unwrap();
    let (code, said) = said(child);
    assert_eq!((code, submitted(&site).len()), (Some(5), 1), "{said}");
    for bad in ["0", "-1", "1.5", "x"] {
        let word = format!("--rate={bad}");
        let ended = run(&site, &["koji", "submit-builds", TARGET, &good("bash"), &word], &["--dry-run"]);
        assert_eq!(ended.code, 2);
        assert!(ended.stderr.contains("it is not a number from 1 on"), "{}", ended.stderr);
    }
}
