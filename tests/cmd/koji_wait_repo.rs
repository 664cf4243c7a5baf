// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{agreed, run};
use super::site::Site;
use flr::practice::{Misbehaviour, What, When};
use serde_json::{Value, json};
use std::time::Duration;

const READS: [&str; 5] =
    ["multiCall getTag", "system.listMethods", "tagLastChangeEvent", "repo.get", "repo.queryQueue"];

const WAIT: [&str; 3] = ["koji", "wait-repo", "f43-build"];

/// The event of the newest change in `f43-build` and above it.
fn newest(site: &Site) -> i64 {
    site.admin("tagLastChangeEvent", json!(["f43-build"])).as_i64().unwrap()
}

fn asked(event: i64) -> Value {
    json!({
        "system": "koji", "kind": "request-repo", "tag": "f43-build", "min_event": event,
        "text": format!("request a repository of f43-build as of event {event} or later"),
    })
}

#[test]
fn it_is_asked_for_once_and_waited_for() {
    let site = Site::small();
    let event = newest(&site);
    let dry = run(&site, &WAIT, &["--dry-run"]);
    assert_eq!((dry.code, dry.calls.as_slice()), (0, READS.map(str::to_owned).as_slice()), "{dry:?}");
    assert_eq!(dry.document()["planned"], json!([asked(event)]));

    let ended = agreed(&site, &WAIT);
    let told = ended.document();
    assert_eq!((ended.code, &told["done"]), (0, &json!([asked(event)])), "{ended:?}");
    let writes = ["getLastEvent", "login", "getLoggedInUser", "multiCall repo.request", "logout"];
    let expected: Vec<&str> = READS.into_iter().chain(writes).collect();
    assert_eq!(ended.calls[..expected.len()], expected);
    // From there on it only reads.
    assert!(ended.calls[expected.len()..].iter().all(|call| call == "repo.get" || call == "repo.queryQueue"));
    let repo = site.admin("getRepo", json!(["f43-build"]));
    assert_eq!(told["repo"], json!({"id": repo["id"], "event": repo["create_event"]}));
    assert!(repo["create_event"].as_i64().unwrap() >= event);
    assert_eq!(told["msg"], format!("repository {} of f43-build is of event {}", repo["id"], repo["create_event"]));
    assert!(ended.stderr.contains("waiting for a repository of f43-build: request 1"), "{}", ended.stderr);

    // It serves as long as the tag does not change.
    let again = agreed(&site, &WAIT);
    let told = again.document();
    assert_eq!((again.code, &told["changed"], &told["repo"]["id"]), (0, &json!(false), &repo["id"]));
    assert_eq!((again.calls.len(), again.stderr.as_str()), (5, ""), "{again:?}");
    site.admin("tagBuildBypass", json!(["f43-override", "bash-5.3.1-1.fc43"]));
    let later = agreed(&site, &WAIT).document();
    assert_eq!(
        (&later["changed"], later["repo"]["id"].as_i64()),
        (&json!(true), Some(repo["id"].as_i64().unwrap() + 1))
    );
}

/// It is not a task that somebody watches by eye: the repository must hold what was built.
#[test]
fn builds_that_it_is_to_hold() {
    let site = Site::small();
    agreed(&site, &WAIT);
    site.admin("tagBuildBypass", json!(["f43-override", "bash-5.3.1-1.fc43"]));
    let event = newest(&site);
    // A change after the build is no reason to wait longer.
    site.admin("editTag2", json!(["f43-override", {"extra": {"n": 1}, "__starstar": true}]));
    let ended = agreed(&site, &["koji", "wait-repo", "f43-build", "--build", "bash-5.3.1-1.fc43"]);
    let told = ended.document();
    assert_eq!((ended.code, &told["done"]), (0, &json!([asked(event)])), "{ended:?}");
    assert!(told["repo"]["event"].as_i64().unwrap() >= event);

    let refused = agreed(
        &site,
        &["koji", "wait-repo", "f43-build", "--build", "bash-5.3.1-9.fc43", "--build", "kernel-6.17.1-1.fc44"],
    );
    let told = refused.document();
    assert_eq!((refused.code, &told["repo"]), (10, &Value::Null));
    assert_eq!(
        told["msg"],
        "no repository of f43-build would hold what it is to hold: bash-5.3.1-9.fc43: the hub has no such build; \
         kernel-6.17.1-1.fc44: the latest there is kernel-6.16.7-1.fc43"
    );
    assert!(!refused.calls.iter().any(|call| call == "login"), "{refused:?}");
}

/// The practice hub makes none for a tag without architectures.
#[test]
fn a_repository_that_the_hub_gives_up() {
    let site = Site::with_task_delay(Duration::from_millis(10));
    let ended = agreed(&site, &["koji", "wait-repo", "f43-updates"]);
    let told = ended.document();
    let msg = told["msg"].as_str().unwrap();
    assert_eq!((ended.code, &told["failed"]), (7, &json!(true)), "{ended:?}");
    assert!(msg.starts_with("request 1 for a repository of f43-updates failed 4 times, last in task "), "{msg}");
    // The run did all that it was to do: to resume it would do nothing.
    assert!(ended.stderr.ends_with("hint: once that is mended, the same command asks anew\n"), "{}", ended.stderr);
    let why = ": hub fault 1000: this practice hub makes no repository for tag f43-updates without arches (1 done)";
    assert!(msg.ends_with(why), "{msg}");
}

#[test]
fn the_time_is_over_and_the_request_stays() {
    let site = Site::with_task_delay(Duration::from_secs(2));
    let now = |args: &[&str]| agreed(&site, &[&WAIT[..], args].concat());
    let only = now(&["--no-request", "--timeout", "0"]);
    assert_eq!((only.code, only.calls.iter().any(|call| call == "login")), (75, false), "{only:?}");
    assert_eq!(only.document()["skipped"][0]["why"], "none is asked for, as said");
    let ended = now(&["--timeout", "0"]);
    let told = ended.document();
    assert_eq!((ended.code, told["done"].as_array().unwrap().len()), (75, 1), "{ended:?}");
    assert!(ended.stderr.ends_with("hint: the same command goes on waiting\n"), "{}", ended.stderr);
    let again = now(&[]);
    let told = again.document();
    assert_eq!((again.code, &told["changed"]), (0, &json!(false)), "{again:?}");
    assert_eq!(told["skipped"][0]["why"], "practice has asked for one in request 1");
    assert!(told["repo"]["id"].is_i64());
}

#[test]
fn a_lost_answer_is_settled() {
    for what in [What::DropAfter, What::DropBefore, What::Twice] {
        let site = Site::small();
        site.hub.misbehave(Misbehaviour::new(When::Writing(1), what));
        let ended = agreed(&site, &WAIT);
        assert!(site.hub.pending_rules().is_empty());
        let told = ended.document();
        assert_eq!((ended.code, told["done"].as_array().unwrap().len()), (0, 1), "{told}");
        assert_eq!(site.admin("repo.queryQueue", json!([])).as_array().unwrap().len(), 1);
    }
}

#[test]
fn undo_leaves_it() {
    let site = Site::small();
    let human = site.flr(["koji", "wait-repo", "f43-build", "--dry-run"]);
    assert!(human.stdout.contains("1 change cannot be undone\n"), "{}", human.stdout);
    let report = agreed(&site, &WAIT).document();
    let undone = site.undone(&report).document();
    assert_eq!(undone["changed"], json!(false));
    assert_eq!(undone["skipped"][0]["why"], "nothing depends on a repository that nobody uses");
}

#[test]
fn there_must_be_such_a_tag() {
    let site = Site::small();
    let ended = agreed(&site, &["koji", "wait-repo", "f99-build"]);
    assert_eq!((ended.code, ended.document()["msg"].as_str().unwrap()), (10, "the hub has no tag f99-build"));
    let ended = agreed(&site, &[&WAIT[..], &["--timeout", "x"]].concat());
    assert_eq!((ended.code, ended.calls.len()), (2, 0));
}
