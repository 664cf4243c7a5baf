// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{Case, agreed, refused, run};
use super::site::Site;
use flr::practice::{Misbehaviour, What, When};
use serde_json::{Value, json};

/// Targets need a permission of their own.
fn site() -> Site {
    let site = Site::small();
    site.admin("grantPermission", json!(["practice", "target"]));
    site
}

fn tags(build_tag: &str, dest_tag: &str) -> Value {
    json!({"build_tag": build_tag, "dest_tag": dest_tag})
}

const READS: [&str; 2] = ["multiCall getBuildTarget", "multiCall getTag getTag getTag"];

#[test]
fn a_target_is_made_and_undo_deletes_it() {
    let site = site();
    let before = site.state();
    Case {
        args: &["koji", "set-target", "rawhide", "--build-tag", "f44-build", "--dest-tag", "f44-updates-candidate"],
        planned: json!([{
            "system": "koji", "kind": "create-target", "target": "rawhide",
            "tags": tags("f44-build", "f44-updates-candidate"),
            "text": "create target rawhide: from f44-build to f44-updates-candidate",
        }]),
        left_out: &[],
        reads: &READS,
        writes: &["multiCall createBuildTarget"],
        left_out_then: &[["rawhide", "already from f44-build to f44-updates-candidate"]],
        reads_then: &READS,
    }
    .holds_at(&site);
    let undone = site.last_undone();
    assert_eq!(undone.document()["done"][0]["text"], "delete target rawhide");
    assert_eq!(site.state(), before);
    // The undoing of the undoing makes the same target again.
    let again = site.undone(&undone.document());
    assert_eq!(again.document()["done"][0]["kind"], "create-target");
    assert_eq!(site.admin("getBuildTarget", json!(["rawhide"]))["dest_tag_name"], "f44-updates-candidate");
}

#[test]
fn a_target_is_changed_and_changed_back() {
    let site = site();
    let before = site.state();
    let report = agreed(&site, &["koji", "set-target", "f43", "--build-tag", "f44-build", "--dest-tag", "f43-updates"])
        .document();
    assert_eq!(
        report["done"],
        json!([{
            "system": "koji", "kind": "edit-target", "target": "f43",
            "tags": tags("f44-build", "f43-updates"), "before": tags("f43-build", "f43-updates-candidate"),
            "text": "set target f43: from f44-build to f43-updates",
        }])
    );
    assert_eq!(site.undone(&report).code, 0);
    assert_eq!(site.state(), before);
}

/// Its answer is lost; the hub says "exists" to the second copy. It is our work all the same.
#[test]
fn a_lost_answer_is_settled() {
    for what in [What::DropAfter, What::DropBefore] {
        let site = site();
        site.hub.misbehave(Misbehaviour::new(When::Writing(1), what));
        let args = ["koji", "set-target", "new", "--build-tag", "f44-build", "--dest-tag", "f44"];
        let ended = agreed(&site, &args);
        assert!(site.hub.pending_rules().is_empty());
        let told = ended.document();
        assert_eq!((ended.code, told["done"].as_array().unwrap().len()), (0, 1), "{told}");
    }
}

#[test]
fn undo_leaves_a_target_that_others_have_changed() {
    let site = site();
    let args = ["koji", "set-target", "new", "--build-tag", "f44-build", "--dest-tag", "f44"];
    let report = agreed(&site, &args).document();
    site.admin("editBuildTarget", json!(["new", "new", "f43-build", "f43"]));
    let undone = site.undone(&report).document();
    assert_eq!(undone["changed"], false);
    assert!(undone["skipped"][0]["why"].as_str().unwrap().starts_with("admin has changed it since"), "{undone}");
}

#[test]
fn what_cannot_be_set() {
    let site = site();
    refused(
        &site,
        &["koji", "set-target", "x", "--build-tag", "f99-build", "--dest-tag", "f99"],
        &READS,
        &[["f99-build", "the hub has no such tag"], ["f99", "the hub has no such tag"]],
    );
    site.admin("createTag", json!(["f43-build-side-7", {"extra": {"sidetag": true}, "__starstar": true}]));
    site.admin("createBuildTarget", json!(["f43-build-side-7", "f43-build-side-7", "f43-build-side-7"]));
    refused(
        &site,
        &["koji", "set-target", "f43-build-side-7", "--build-tag", "f43-build", "--dest-tag", "f43"],
        &READS,
        &[["f43-build-side-7", "it belongs to the side tag of that name, which could not be removed any more"]],
    );
    let ended = run(&site, &["koji", "set-target", "x", "--build-tag", "f43-build"], &["--dry-run"]);
    assert_eq!((ended.code, ended.calls.len()), (2, 0));
}

#[test]
fn without_the_permission_the_hub_says_so() {
    let site = Site::small();
    let ended = agreed(&site, &["koji", "set-target", "x", "--build-tag", "f44-build", "--dest-tag", "f44"]);
    let told = ended.document();
    assert_eq!(ended.code, 10, "{told}");
    assert_eq!(told["failures"][0]["why"], "hub fault 1004: target permission required (logged in as practice)");
}
