// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{Case, agreed, refused};
use super::site::Site;
use flr::practice::{Misbehaviour, What, When};
use serde_json::json;

#[test]
fn a_dry_run_a_run_and_a_second_run() {
    let site = Site::small();
    let before = site.state();
    Case {
        args: &["koji", "lock-tag", "f43"],
        planned: json!([{"system": "koji", "kind": "lock-tag", "tag": "f43", "text": "lock tag f43"}]),
        left_out: &[],
        reads: &["getTag"],
        writes: &["multiCall editTag2"],
        left_out_then: &[["f43", "already locked"]],
        reads_then: &["getTag"],
    }
    .holds_at(&site);
    assert_eq!(site.admin("getTag", json!(["f43"]))["locked"], true);
    let undone = site.last_undone();
    assert_eq!(undone.code, 0, "{undone:?}");
    assert_eq!(undone.document()["done"][0]["text"], "unlock tag f43");
    assert_eq!(site.state(), before);
}

#[test]
fn a_tag_that_is_not_there() {
    let site = Site::small();
    refused(&site, &["koji", "lock-tag", "f99"], &["getTag"], &[["f99", "the hub has no such tag"]]);
}

/// The answer is lost after the hub has locked the tag.
#[test]
fn a_lost_answer_is_read_back() {
    let site = Site::small();
    site.hub.misbehave(Misbehaviour::new(When::Writing(1), What::DropAfter));
    let ended = agreed(&site, &["koji", "lock-tag", "f43"]);
    assert!(site.hub.pending_rules().is_empty());
    let told = ended.document();
    assert_eq!((ended.code, &told["changed"], told["done"].as_array().unwrap().len()), (0, &json!(true), 1), "{told}");
    assert!(ended.calls.contains(&"multiCall queryHistory".to_owned()), "{:?}", ended.calls);
}

/// Somebody else has the same thought at the same time: it is not our work, and undo leaves it.
#[test]
fn what_somebody_else_did_meanwhile_is_theirs() {
    let site = Site::small();
    site.hub.misbehave(Misbehaviour::new(
        When::Writing(1),
        What::Meanwhile {
            user: "admin".into(),
            calls: vec![("editTag2".into(), vec![json!("f43"), json!({"locked": true, "__starstar": true})])],
        },
    ));
    let ended = agreed(&site, &["koji", "lock-tag", "f43"]);
    assert_eq!(ended.code, 0);
    let report = ended.document();
    // The hub answers "done" to a lock that is there; undo asks the rows.
    let undone = site.undone(&report).document();
    assert_eq!(undone["done"], json!([]));
    assert!(
        undone["skipped"][0]["why"].as_str().unwrap().starts_with("admin has made it so anew, in event "),
        "{undone}"
    );
    assert_eq!(site.admin("getTag", json!(["f43"]))["locked"], true);
}

#[test]
fn without_the_permission_nothing_is_changed() {
    let site = Site::small();
    site.admin("revokePermission", json!(["practice", "tag"]));
    let ended = agreed(&site, &["koji", "lock-tag", "f43"]);
    let told = ended.document();
    assert_eq!(ended.code, 10, "{told}");
    assert_eq!(told["failures"][0]["why"], "hub fault 1004: tag permission required (logged in as practice)");
    assert_eq!(site.admin("getTag", json!(["f43"]))["locked"], false);
}
