// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{Case, agreed, build_change, refused, run};
use super::site::Site;
use flr::practice::{Misbehaviour, What, When};
use serde_json::{Value, json};

const FROM: &str = "f43-updates-candidate";
const TO: &str = "f43-pending";

fn moves(site: &Site, nvrs: &[&str]) -> Vec<Value> {
    nvrs.iter()
        .flat_map(|nvr| [build_change(site, "tag-build", TO, nvr), build_change(site, "untag-build", FROM, nvr)])
        .collect()
}

#[test]
fn a_dry_run_a_run_and_a_second_run() {
    let site = Site::small();
    let (second, fourth) = ("coreutils-9.7-2.fc43", "coreutils-9.7-4.fc43");
    let then = format!("already in {TO} and not in {FROM}");
    Case {
        args: &["koji", "move-builds", FROM, TO, second, fourth],
        planned: json!(moves(&site, &[second, fourth])),
        left_out: &[],
        reads: &[
            "getTag",
            "getTag",
            "multiCall getBuild getBuild",
            "multiCall listTags listTags",
            "multiCall queryHistory",
            "multiCall listPackages",
        ],
        // Each is tagged before it is untagged, and before the next of its package is tagged.
        writes: &[
            "multiCall tagBuildBypass",
            "multiCall tagBuildBypass untagBuildBypass",
            "multiCall untagBuildBypass",
        ],
        left_out_then: &[[second, &then], [fourth, &then]],
        reads_then: &["getTag", "getTag", "multiCall getBuild getBuild", "multiCall listTags listTags"],
    }
    .holds_at(&site);
    assert_eq!(site.tagged(TO), [second, fourth]);
    assert_eq!(site.tagged(FROM), ["coreutils-9.7-3.fc43", "zlib-ng-2.2.5-3.fc43"]);
}

#[test]
fn a_build_that_cannot_be_tagged_stays_where_it_is() {
    let site = Site::small();
    let (coreutils, zlib) = ("coreutils-9.7-4.fc43", "zlib-ng-2.2.5-3.fc43");
    site.hub.misbehave(Misbehaviour::new(
        When::Change(1),
        What::Fail { code: 1004, text: "policy violation (tag)".into() },
    ));
    let ended = agreed(&site, &["koji", "move-builds", FROM, TO, coreutils, zlib]);
    assert!(site.hub.pending_rules().is_empty());
    assert_eq!(ended.code, 5);
    let told: Value = serde_json::from_str(&ended.stdout).unwrap();
    let [fails, stays, tags, leaves] = moves(&site, &[coreutils, zlib]).try_into().unwrap();
    assert_eq!(told["done"], json!([tags, leaves]));
    assert_eq!(told["failures"], json!([{"change": fails, "why": "hub fault 1004: policy violation (tag)"}]));
    assert_eq!(told["skipped"][0]["subject"], stays["text"]);
    assert_eq!(site.tagged(TO), [zlib]);
    assert!(site.tagged(FROM).contains(&coreutils.to_owned()));

    // Running it again finishes the work.
    let again = agreed(&site, &["koji", "move-builds", FROM, TO, coreutils, zlib]);
    let told = again.document();
    assert_eq!(again.code, 0);
    assert_eq!(told["done"], json!(moves(&site, &[coreutils])));
    assert_eq!(site.tagged(TO), [zlib, coreutils]);
}

/// Who has no permission `tag` asks the builders: one task tags and untags.
#[test]
fn without_the_permission_a_task_moves() {
    let site = Site::small();
    std::fs::write(site.path().join("password"), "nobody-pw\n").unwrap();
    let (to, nvr) = ("f43-override", "coreutils-9.7-4.fc43");
    let login = ["--user", "nobody", "--password-file", "password", "--yes"];
    let ended = run(&site, &["koji", "move-builds", FROM, to, nvr], &login);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(
        ended.document()["done"],
        json!([build_change(&site, "tag-build", to, nvr), build_change(&site, "untag-build", FROM, nvr),])
    );
    assert!(ended.calls.contains(&"multiCall moveBuild".to_owned()));
    assert!(!ended.calls.iter().any(|call| call.contains("untagBuild")));
    assert_eq!(site.tagged(to), [nvr]);
    assert!(!site.tagged(FROM).contains(&nvr.to_owned()));
}

#[test]
fn what_cannot_be_moved() {
    let site = Site::small();
    refused(
        &site,
        &["koji", "move-builds", FROM, TO, "bash-5.3.0-1.fc43", "bash-9-9.fc43"],
        &["getTag", "getTag", "multiCall getBuild getBuild", "multiCall listTags"],
        &[
            ["bash-5.3.0-1.fc43", "neither in f43-updates-candidate nor in f43-pending"],
            ["bash-9-9.fc43", "the hub has no such build"],
        ],
    );
    refused(
        &site,
        &["koji", "move-builds", "f42", TO, "bash-5.3.0-1.fc42"],
        &[
            "getTag",
            "getTag",
            "multiCall getBuild",
            "multiCall listTags",
            "multiCall queryHistory",
            "multiCall listPackages",
        ],
        &[["bash-5.3.0-1.fc42", "f42 is locked"]],
    );
}

#[test]
fn from_a_tag_into_itself() {
    let site = Site::small();
    let ended = site.agreed(["koji", "move-builds", TO, TO, "bash-5.3.0-1.fc43"]);
    assert_eq!(ended.code, 2);
    assert_eq!(ended.stdout, "");
    assert_eq!(ended.stderr, "flr: f43-pending is both the tag to leave and the tag to enter\n");
    assert!(ended.calls.is_empty());
}
