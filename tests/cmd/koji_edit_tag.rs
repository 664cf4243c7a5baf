// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{Case, agreed, refused, run};
use super::site::Site;
use serde_json::{Value, json};

fn extra(key: &str, to: Value, before: Value, text: &str) -> Value {
    json!({"system": "koji", "kind": "set-tag-extra", "tag": "f43", "key": key, "to": to, "before": before, "text": text})
}

#[test]
fn a_dry_run_a_run_a_second_run_and_back() {
    let site = Site::small();
    let before = site.state();
    Case {
        args: &[
            "koji",
            "edit-tag",
            "f43",
            "--perm",
            "autosign",
            "--arches",
            "x86_64,i686",
            "--extra",
            "repo.auto=true",
            "--extra",
            "mock.package_manager=dnf",
            "--extra",
            "note=two words",
            "--remove-extra",
            "gone",
        ],
        planned: json!([
            {
                "system": "koji", "kind": "set-tag-permission", "tag": "f43", "perm": "autosign", "before": null,
                "text": "set the permission of f43 to autosign",
            },
            {
                "system": "koji", "kind": "set-tag-arches", "tag": "f43", "arches": "x86_64 i686",
                "before": "x86_64 aarch64 ppc64le s390x", "text": "set the arches of f43 to \"x86_64 i686\"",
            },
            extra(
                "mock.package_manager",
                json!({"value": "dnf"}),
                json!({"value": "dnf5"}),
                "set extra mock.package_manager of f43 to \"dnf\"",
            ),
            extra("note", json!({"value": "two words"}), json!("unset"), "set extra note of f43 to \"two words\""),
            extra("repo.auto", json!({"value": true}), json!("unset"), "set extra repo.auto of f43 to true"),
        ]),
        left_out: &[["extra gone", "not set"]],
        reads: &["multiCall queryHistory", "getAllPerms"],
        writes: &["multiCall editTag2 editTag2 editTag2 editTag2 editTag2"],
        left_out_then: &[
            ["permission", "already autosign"],
            ["arches", "already x86_64 i686"],
            ["extra mock.package_manager", "already \"dnf\""],
            ["extra note", "already \"two words\""],
            ["extra repo.auto", "already true"],
            ["extra gone", "not set"],
        ],
        reads_then: &["multiCall queryHistory", "getAllPerms"],
    }
    .holds_at(&site);
    let tag = site.admin("getTag", json!(["f43"]));
    assert_eq!((&tag["perm"], &tag["arches"]), (&json!("autosign"), &json!("x86_64 i686")));
    assert_eq!(tag["extra"], json!({"mock.package_manager": "dnf", "note": "two words", "repo.auto": true}));

    let undone = site.last_undone();
    assert_eq!(undone.code, 0, "{undone:?}");
    assert_eq!(site.state(), before);
    // And the undoing is undone.
    let again = site.undone(&undone.document());
    assert_eq!(again.code, 0, "{again:?}");
    let tag_again = site.admin("getTag", json!(["f43"]));
    assert_eq!(tag_again, tag);
}

/// A block keeps a parent's setting out. It is no value, and undo puts it back.
#[test]
fn a_setting_that_is_blocked_is_blocked_again() {
    let site = Site::small();
    site.admin("editTag2", json!(["f44", {"block_extra": ["mock.package_manager"], "__starstar": true}]));
    let before = site.state();
    refused(
        &site,
        &["koji", "edit-tag", "f44", "--remove-extra", "mock.package_manager"],
        &["multiCall queryHistory"],
        &[[
            "extra mock.package_manager",
            "it is blocked in f44, and a hub does not take a block away; set it to a value first",
        ]],
    );
    let report = agreed(&site, &["koji", "edit-tag", "f44", "--extra", "mock.package_manager=dnf5"]).document();
    assert_eq!(report["done"][0]["before"], "blocked");
    assert_eq!(site.undone(&report).code, 0);
    assert_eq!(site.state(), before);
}

/// Of two settings of one run somebody has changed one since: the other goes back.
#[test]
fn undo_does_what_it_can() {
    let site = Site::small();
    let report = agreed(&site, &["koji", "edit-tag", "f43", "--perm", "autosign", "--extra", "a=1"]).document();
    site.admin("editTag2", json!(["f43", {"extra": {"a": 2}, "__starstar": true}]));
    // The lock has nothing to do with the permission, which is in the same row.
    site.admin("editTag2", json!(["f43", {"locked": true, "__starstar": true}]));
    let undone = site.undone(&report).document();
    assert_eq!(undone["done"].as_array().unwrap().len(), 1, "{undone}");
    assert_eq!(undone["done"][0]["text"], "take the permission of f43 away");
    let tag = site.admin("getTag", json!(["f43"]));
    assert_eq!((&tag["perm"], &tag["extra"]["a"], &tag["locked"]), (&Value::Null, &json!(2), &json!(true)));
}

#[test]
fn what_cannot_be_set() {
    let site = Site::small();
    refused(
        &site,
        &["koji", "edit-tag", "f43", "--perm", "autosgin"],
        &["multiCall queryHistory", "getAllPerms"],
        &[["permission", "the hub has no permission autosgin"]],
    );
    refused(
        &site,
        &["koji", "edit-tag", "f99", "--no-perm"],
        &["multiCall queryHistory", "getTag"],
        &[["f99", "the hub has no such tag"]],
    );
    for (args, why) in [
        (&["koji", "edit-tag", "f43"][..], "no setting is named"),
        (&["koji", "edit-tag", "f43", "--extra", "a=1", "--extra", "a=2"], "set more than once: extra a"),
        (&["koji", "edit-tag", "f43", "--extra", "a=1", "--remove-extra", "a"], "both set and removed: extra a"),
    ] {
        let ended = run(&site, args, &["--dry-run"]);
        assert_eq!((ended.code, ended.stderr.as_str()), (2, format!("flr: {why}\n").as_str()));
        assert!(ended.calls.is_empty());
    }
    for bad in ["a", "=1", "a=null", "a=18446744073709551615", "a=\"\\u0001\""] {
        let ended = run(&site, &["koji", "edit-tag", "f43", "--extra", bad], &["--dry-run"]);
        assert_eq!((ended.code, ended.calls.len()), (2, 0), "{bad}: {ended:?}");
    }
}
