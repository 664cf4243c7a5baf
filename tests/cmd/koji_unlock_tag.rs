// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{Case, agreed};
use super::site::Site;
use serde_json::json;

#[test]
fn a_dry_run_a_run_and_a_second_run() {
    let site = Site::small();
    Case {
        args: &["koji", "unlock-tag", "f42"],
        planned: json!([{"system": "koji", "kind": "unlock-tag", "tag": "f42", "text": "unlock tag f42"}]),
        left_out: &[],
        reads: &["getTag"],
        writes: &["multiCall editTag2"],
        left_out_then: &[["f42", "not locked"]],
        reads_then: &["getTag"],
    }
    .holds_at(&site);
}

/// Between the run and its undoing somebody locks the tag: it stays locked, and nobody is told that
/// it was us.
#[test]
fn undo_leaves_what_others_have_changed_since() {
    let site = Site::small();
    let report = agreed(&site, &["koji", "unlock-tag", "f42"]).document();
    site.admin("editTag2", json!(["f42", {"locked": true, "__starstar": true}]));
    let undone = site.undone(&report);
    assert_eq!(undone.code, 0);
    let told = undone.document();
    assert_eq!(told["changed"], false);
    let why = told["skipped"][0]["why"].as_str().unwrap();
    assert!(why.starts_with("admin has changed it since, in event "), "{why}");
}
