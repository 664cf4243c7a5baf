// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{Case, agreed, refused};
use super::site::Site;
use flr::practice::{Misbehaviour, What, When};
use serde_json::{Value, json};

/// Targets need a permission of their own.
fn site() -> Site {
    let site = Site::small();
    site.admin("grantPermission", json!(["practice", "target"]));
    site
}

fn planned(site: &Site) -> Value {
    let id = site.admin("getTag", json!(["f43"]))["id"].clone();
    json!([
        {
            "system": "koji", "kind": "create-tag", "tag": "f43-python",
            "settings": {"perm": null, "arches": "x86_64 aarch64 ppc64le s390x", "extra": {}},
            "text": "create tag f43-python",
        },
        {
            "system": "koji", "kind": "edit-inheritance", "tag": "f43-python", "unlink": [],
            "link": [{
                "parent": "f43", "parent_id": id, "priority": 0, "maxdepth": null, "intransitive": false,
                "noconfig": false, "pkg_filter": "",
            }],
            "text": "make f43-python inherit from f43, priority 0",
        },
        {
            "system": "koji", "kind": "create-target", "target": "f43-python",
            "tags": {"build_tag": "f43-build", "dest_tag": "f43-python"},
            "text": "create target f43-python: from f43-build to f43-python",
        },
    ])
}

const ARGS: [&str; 7] = ["koji", "create-side-target", "f43-python", "--parent", "f43", "--build-tag", "f43-build"];

#[test]
fn a_dry_run_a_run_a_second_run_and_back() {
    let site = site();
    let before = site.state();
    Case {
        args: &ARGS,
        planned: planned(&site),
        left_out: &[],
        reads: &["multiCall getTag getTag getTag", "multiCall getBuildTarget"],
        writes: &["multiCall createTag setInheritanceData createBuildTarget"],
        left_out_then: &[
            ["tag f43-python", "already inherits from f43"],
            ["target f43-python", "already from f43-build to f43-python"],
        ],
        reads_then: &["multiCall getTag getTag getTag", "multiCall getInheritanceData", "multiCall getBuildTarget"],
    }
    .holds_at(&site);
    let undone = site.last_undone();
    let texts: Vec<_> = undone.document()["done"].as_array().unwrap().iter().map(|done| done["text"].clone()).collect();
    assert_eq!(texts, ["delete target f43-python", "delete tag f43-python"]);
    assert_eq!(site.state(), before);
}

/// The run ended between the tag and its target.
#[test]
fn what_is_half_made_is_completed() {
    let site = site();
    site.admin("createTag", json!(["f43-python", null, "x86_64 aarch64 ppc64le s390x"]));
    let report = agreed(&site, &ARGS).document();
    assert_eq!(report["done"], json!(planned(&site).as_array().unwrap()[1..]));
}

#[test]
fn lost_answers_are_settled() {
    for what in [What::DropAfter, What::DropBefore] {
        let site = site();
        site.hub.misbehave(Misbehaviour::new(When::Writing(1), what));
        let ended = agreed(&site, &ARGS);
        assert!(site.hub.pending_rules().is_empty());
        let told = ended.document();
        assert_eq!((ended.code, &told["done"]), (0, &planned(&site)), "{told}");
    }
}

/// Somebody has built into it: neither the target nor the tag goes, and nothing is lost.
#[test]
fn undo_keeps_what_others_use() {
    let site = site();
    let report = agreed(&site, &ARGS).document();
    site.admin("createBuildTarget", json!(["other", "f43-python", "f43-python"]));
    let undone = site.undone(&report).document();
    let why = |at: usize| undone["skipped"][at]["why"].as_str().unwrap();
    assert_eq!(why(0), "the tag stays, and what it inherits from with it");
    assert_eq!(why(1), "others have put something into it: target other");
    assert_eq!(site.state()["f43-python"]["parents"].as_array().unwrap().len(), 1);
    assert!(site.admin("getBuildTarget", json!(["other"])).is_object());
}

#[test]
fn what_is_there_otherwise_is_refused() {
    let site = site();
    let args = ["koji", "create-side-target", "f43-rebuild", "--parent", "f44"];
    refused(
        &site,
        &args,
        &["multiCall getTag getTag getTag", "multiCall getInheritanceData", "multiCall getBuildTarget"],
        &[
            ["f43-rebuild", "it inherits from f43 and not from f44"],
            ["target f43-rebuild", "it is there, from f43-build to f43-rebuild; set-target changes it"],
        ],
    );
}
