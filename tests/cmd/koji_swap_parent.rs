// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{Case, agreed, refused};
use super::site::Site;
use flr::practice::{Misbehaviour, What, When};
use serde_json::{Value, json};

const READS: [&str; 3] = ["multiCall getTag getTag getTag", "multiCall getInheritanceData", "getFullInheritance"];

fn id(site: &Site, tag: &str) -> Value {
    site.admin("getTag", json!([tag]))["id"].clone()
}

/// A tag with two parents, the second one with conditions.
fn eln() -> Site {
    let site = Site::small();
    site.admin("createTag", json!(["eln"]));
    let plain = |parent: &str, priority: i64| {
        json!({
            "parent_id": id(&site, parent), "priority": priority, "maxdepth": null, "intransitive": false,
            "noconfig": false, "pkg_filter": "",
        })
    };
    let mut f43 = plain("f43", 10);
    f43["maxdepth"] = json!(2);
    f43["intransitive"] = json!(true);
    f43["noconfig"] = json!(true);
    site.admin("setInheritanceData", json!(["eln", [plain("f43-build", 20), f43, plain("f43-empty", 5)]]));
    site
}

#[test]
fn a_dry_run_a_run_a_second_run_and_back() {
    let site = eln();
    let before = site.state();
    let link = |parent: &str| {
        json!({
            "parent": parent, "parent_id": id(&site, parent), "priority": 10, "maxdepth": 2, "intransitive": true,
            "noconfig": true, "pkg_filter": "",
        })
    };
    Case {
        args: &["koji", "swap-parent", "eln", "f43", "f44"],
        planned: json!([{
            "system": "koji", "kind": "edit-inheritance", "tag": "eln", "unlink": [link("f43")],
            "link": [link("f44")], "text": "make eln inherit from f44 instead of f43",
        }]),
        left_out: &[],
        reads: &READS,
        // One call: taken out and put in by two, the tag has no parent for a moment.
        writes: &["multiCall setInheritanceData"],
        left_out_then: &[["eln", "already inherits from f44 and not from f43"]],
        reads_then: &READS,
    }
    .holds_at(&site);
    let parents = site.admin("getInheritanceData", json!(["eln"]));
    let order: Vec<_> = parents.as_array().unwrap().iter().map(|link| link["name"].as_str().unwrap()).collect();
    assert_eq!(order, ["f43-empty", "f44", "f43-build"]);

    let undone = site.last_undone();
    assert_eq!(undone.document()["done"][0]["text"], "make eln inherit from f43 instead of f44");
    assert_eq!(site.state(), before);
}

#[test]
fn a_lost_answer_is_settled() {
    for what in [What::DropAfter, What::DropBefore] {
        let site = eln();
        site.hub.misbehave(Misbehaviour::new(When::Writing(1), what));
        let ended = agreed(&site, &["koji", "swap-parent", "eln", "f43", "f44"]);
        assert!(site.hub.pending_rules().is_empty());
        let told = ended.document();
        assert_eq!((ended.code, told["done"].as_array().unwrap().len()), (0, 1), "{told}");
    }
}

/// Somebody changes another parent meanwhile: that is no reason to leave ours, nor touched by it.
#[test]
fn undo_touches_only_its_own_links() {
    let site = eln();
    let report = agreed(&site, &["koji", "swap-parent", "eln", "f43", "f44"]).document();
    let gone = json!({"parent_id": id(&site, "f43-empty"), "delete link": true});
    site.admin("setInheritanceData", json!(["eln", [gone]]));
    assert_eq!(site.undone(&report).code, 0);
    let parents = site.admin("getInheritanceData", json!(["eln"]));
    let order: Vec<_> = parents.as_array().unwrap().iter().map(|link| link["name"].as_str().unwrap()).collect();
    assert_eq!(order, ["f43", "f43-build"]);
}

#[test]
fn undo_leaves_a_link_that_others_have_changed() {
    let site = eln();
    let report = agreed(&site, &["koji", "swap-parent", "eln", "f43", "f44"]).document();
    let changed = json!({
        "parent_id": id(&site, "f44"), "priority": 11, "maxdepth": null, "intransitive": false, "noconfig": false,
        "pkg_filter": "",
    });
    site.admin("setInheritanceData", json!(["eln", [changed]]));
    let undone = site.undone(&report).document();
    assert_eq!(undone["changed"], false);
    assert!(undone["skipped"][0]["why"].as_str().unwrap().starts_with("admin has changed it since"), "{undone}");
}

#[test]
fn what_cannot_be_swapped() {
    let site = eln();
    refused(
        &site,
        &["koji", "swap-parent", "f43", "f42", "f43-build"],
        &READS,
        &[["f43", "f43-build inherits from it: that would be a loop"]],
    );
    refused(
        &site,
        &["koji", "swap-parent", "f43-updates", "f42", "f44"],
        &READS,
        &[["f43-updates", "it does not inherit from f42"]],
    );
    refused(
        &site,
        &["koji", "swap-parent", "eln", "f43", "f43-build"],
        &READS,
        &[["eln", "it inherits from f43 and, with priority 20, from f43-build as well"]],
    );
    let ended = agreed(&site, &["koji", "swap-parent", "eln", "f43", "f43"]);
    assert_eq!((ended.code, ended.calls.len()), (2, 0));
}
