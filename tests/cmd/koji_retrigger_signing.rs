// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{agreed, refused};
use super::site::Site;
use flr::practice::{Misbehaviour, What, When};
use serde_json::json;

const SIGNING: &str = "f43-signing-pending";
const TESTING: &str = "f43-updates-testing-pending";

fn site() -> Site {
    let site = Site::small();
    for tag in [TESTING, SIGNING] {
        site.admin("createTag", json!([tag, "f43"]));
    }
    for build in ["bash-5.3.1-1.fc43", "coreutils-9.7-3.fc43"] {
        site.admin("tagBuildBypass", json!([SIGNING, build]));
    }
    site.admin("tagBuildBypass", json!([TESTING, "coreutils-9.7-4.fc43"]));
    site
}

const BASH: [&str; 3] = ["koji", "retrigger-signing", "bash-5.3.1-1.fc43"];

#[test]
fn a_build_is_told_of_again_and_never_out_of_its_tag() {
    let site = site();
    let rows = || site.admin("queryHistory", json!([{"tables": ["tag_listing"], "tag": SIGNING, "__starstar": true}]));
    let ended = agreed(&site, &BASH);
    let told = ended.document();
    assert_eq!((ended.code, told["done"].as_array().unwrap().len()), (0, 1), "{told}");
    // One call, and one event in which it leaves and enters.
    assert_eq!(ended.calls.iter().filter(|call| call.starts_with("multiCall tag")).count(), 1);
    let of_bash = rows()["tag_listing"].as_array().unwrap().clone();
    let of_bash: Vec<_> = of_bash.iter().filter(|row| row["name"] == "bash").collect();
    let old = of_bash.iter().find(|row| row["active"].is_null()).unwrap();
    let new = of_bash.iter().find(|row| row["active"] == true).unwrap();
    assert_eq!(old["revoke_event"], new["create_event"]);
    assert_eq!(site.tagged(SIGNING), ["coreutils-9.7-3.fc43", "bash-5.3.1-1.fc43"]);
    // It is in the tag by itself: there is nothing to take back.
    let undone = site.undone(&told);
    assert_eq!((undone.code, &undone.document()["changed"]), (0, &json!(false)));
}

#[test]
fn back_from_gating() {
    let site = site();
    let ended = agreed(&site, &["koji", "retrigger-signing", "coreutils-9.7-4.fc43", "--to", SIGNING]);
    let told = ended.document();
    let texts: Vec<_> = told["done"].as_array().unwrap().iter().map(|done| done["text"].clone()).collect();
    assert_eq!(
        texts,
        [format!("tag coreutils-9.7-4.fc43 into {SIGNING}"), format!("untag coreutils-9.7-4.fc43 from {TESTING}")]
    );
    assert!(site.tagged(TESTING).is_empty() && site.tagged(SIGNING).len() == 3);
    let before = site.undone(&told);
    assert_eq!(before.code, 0, "{before:?}");
    assert_eq!((site.tagged(TESTING).len(), site.tagged(SIGNING).len()), (1, 2));
}

#[test]
fn what_waits_nowhere_is_refused_all_at_once() {
    let site = site();
    refused(
        &site,
        &["koji", "retrigger-signing", "coreutils-9.7-4.fc43", "bash-5.3.0-1.fc43", "no-1-1", "bash-5.3.1-1.fc43"],
        &["multiCall getBuild getBuild getBuild getBuild", "multiCall listTags listTags listTags", "getTag", "getTag"],
        &[
            [
                "coreutils-9.7-4.fc43",
                "it waits for gating in f43-updates-testing-pending; say with --to where it is to be signed",
            ],
            ["bash-5.3.0-1.fc43", "it waits neither for its signature nor for gating: it is in f43"],
            ["no-1-1", "the hub has no such build"],
        ],
    );
    let wrong = site.flr(["koji", "retrigger-signing", "bash-5.3.1-1.fc43", "--to", "f43", "--dry-run"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.starts_with("flr: f43 is no tag where builds wait for their signature\n"), "{}", wrong.stderr);
}

#[test]
fn a_lost_answer_is_settled() {
    for what in [What::DropAfter, What::DropBefore] {
        let site = site();
        site.hub.misbehave(Misbehaviour::new(When::Writing(1), what));
        let ended = agreed(&site, &BASH);
        let told = ended.document();
        assert_eq!((ended.code, told["done"].as_array().unwrap().len()), (0, 1), "{told}");
        assert!(site.hub.pending_rules().is_empty());
    }
}

/// Anybody may untag and tag by tasks; what a task does is not one event.
#[test]
fn it_needs_the_permission_to_tag() {
    let site = site();
    site.admin("revokePermission", json!(["practice", "tag"]));
    let ended = agreed(&site, &BASH);
    let told = ended.document();
    assert_eq!(ended.code, 10, "{told}");
    assert_eq!(told["failures"][0]["why"], "tagging a build anew that is in the tag needs the permission `tag`");
    assert_eq!(site.tagged(SIGNING), ["bash-5.3.1-1.fc43", "coreutils-9.7-3.fc43"]);
}
