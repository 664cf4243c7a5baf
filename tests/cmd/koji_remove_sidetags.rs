// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{agreed, refused, run};
use super::koji_list_sidetags::side_tag;
use super::site::Site;
use flr::practice::{Misbehaviour, What, When};
use serde_json::json;

#[test]
fn those_of_a_base_are_removed_with_their_targets() {
    let site = Site::small();
    let before = site.admin("getBuildTargets", json!([]));
    let mine = side_tag(&site, "practice", "f43-build");
    let args = ["koji", "remove-sidetags", "--base", "f43-build"];
    let dry = run(&site, &args, &["--dry-run"]);
    assert_eq!(dry.document()["planned"][0]["text"], format!("remove side tag {mine} of practice"));
    let human = site.flr(["koji", "remove-sidetags", "--base", "f43-build", "--dry-run"]);
    assert!(human.stdout.contains("1 change cannot be undone\n"), "{}", human.stdout);
    let ended = agreed(&site, &args);
    let report = ended.document();
    assert_eq!((ended.code, report["done"].as_array().unwrap().len()), (0, 1), "{report}");
    assert_eq!(site.admin("getTag", json!([mine])), json!(null));
    assert_eq!(site.admin("getBuildTargets", json!([])), before);
    let again = agreed(&site, &args).document();
    assert_eq!((&again["changed"], &again["msg"]), (&json!(false), &json!("nothing to do")));
    let undone = site.undone(&report).document();
    assert_eq!(undone["skipped"][0]["why"], "it cannot be taken back");
}

/// A shell loop over names goes on after an error and says nothing; here the other user's stays, with
/// the hub's words, and the rest is done.
#[test]
fn anothers_stays_and_the_rest_goes() {
    let site = Site::small();
    let (theirs, mine) = (side_tag(&site, "maria", "f43-build"), side_tag(&site, "practice", "f43-build"));
    let ended = agreed(&site, &["koji", "remove-sidetags", &theirs, &mine]);
    let told = ended.document();
    assert_eq!(ended.code, 5, "{told}");
    assert_eq!(told["done"][0]["tag"], json!(mine));
    assert_eq!(told["failures"][0]["why"], "hub fault 1004: This is not your sidetag");
}

#[test]
fn a_lost_answer_is_settled() {
    for what in [What::DropAfter, What::DropBefore] {
        let site = Site::small();
        let mine = side_tag(&site, "practice", "f43-build");
        site.hub.misbehave(Misbehaviour::new(When::Writing(1), what));
        let ended = agreed(&site, &["koji", "remove-sidetags", &mine]);
        assert!(site.hub.pending_rules().is_empty());
        let told = ended.document();
        assert_eq!((ended.code, told["done"].as_array().unwrap().len()), (0, 1), "{told}");
    }
}

/// Targets that were removed first leave side tags that no one can remove.
#[test]
fn one_without_its_target_is_named() {
    let site = Site::small();
    let mine = side_tag(&site, "practice", "f43-build");
    site.admin("deleteBuildTarget", json!([mine]));
    let histories = "multiCall queryHistory";
    refused(
        &site,
        &["koji", "remove-sidetags", "--base", "f43-build"],
        &["listSideTags", "getLastEvent", histories, histories, "getBuildTargets"],
        &[[&mine, "its target is gone, and the hub would not remove it"]],
    );
}

#[test]
fn something_has_to_be_named() {
    let site = Site::small();
    let ended = agreed(&site, &["koji", "remove-sidetags"]);
    assert_eq!((ended.code, ended.calls.len()), (2, 0));
    refused(
        &site,
        &["koji", "remove-sidetags", "f43"],
        &["listSideTags", "multiCall getTag"],
        &[["f43", "it is no side tag"]],
    );
}

/// A name that is misspelt is not a user without side tags.
#[test]
fn an_owner_whom_nobody_knows() {
    let site = Site::small();
    side_tag(&site, "maria", "f43-build");
    let said = "flr: the hub has no user mraia\n";
    let listed = site.flr(["koji", "list-sidetags", "--owner", "mraia"]);
    assert_eq!((listed.code, listed.stderr.as_str()), (10, said));
    let removed = site.agreed(["koji", "remove-sidetags", "--base", "f43-build", "--owner", "mraia"]);
    assert_eq!((removed.code, removed.stderr.as_str()), (10, said));
    assert_eq!(site.flr(["koji", "list-sidetags", "--owner", "jan"]).code, 0);
}
