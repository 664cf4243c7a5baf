// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{Case, agreed, build_change, refused};
use super::site::Site;
use flr::practice::{Misbehaviour, What, When};
use serde_json::json;

const TAG: &str = "f43-updates-candidate";
const READS: [&str; 2] = ["getTag", "queryHistory"];

/// 9.7-3, 9.7-4, 9.7-2: what was tagged last is the oldest.
fn site() -> Site {
    let site = Site::small();
    site.admin("tagBuildBypass", json!([TAG, "coreutils-9.7-2.fc43", true]));
    site
}

#[test]
fn a_dry_run_a_run_a_second_run_and_back() {
    let site = site();
    let before = site.state();
    let gone = ["coreutils-9.7-3.fc43", "coreutils-9.7-2.fc43"];
    Case {
        args: &["koji", "prune-tag", TAG],
        planned: gone.iter().map(|nvr| build_change(&site, "untag-build", TAG, nvr)).collect(),
        left_out: &[],
        reads: &READS,
        writes: &["multiCall untagBuildBypass untagBuildBypass"],
        left_out_then: &[[TAG, "no package has more than 1 complete build in it"]],
        reads_then: &READS,
    }
    .holds_at(&site);
    assert_eq!(site.tagged(TAG), ["coreutils-9.7-4.fc43", "zlib-ng-2.2.5-3.fc43"]);
    assert_eq!(site.last_undone().code, 0);
    assert_eq!(site.state(), before);
}

#[test]
fn more_may_stay_and_only_some_packages_go() {
    let site = site();
    let planned = |options: &[&str]| {
        let ended = super::changing::run(&site, &[&["koji", "prune-tag", TAG], options].concat(), &["--dry-run"]);
        let texts = ended.document()["planned"].clone();
        texts.as_array().unwrap().iter().map(|change| change["build"]["nvr"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(planned(&["--keep", "2"]), ["coreutils-9.7-2.fc43"]);
    assert_eq!(planned(&["--keep", "3"]), [""; 0]);
    assert_eq!(planned(&["--package", "zlib-ng"]), [""; 0]);
    assert_eq!(planned(&["--package", "coreutils", "--keep", "2"]), ["coreutils-9.7-2.fc43"]);
    for keep in ["0", "-1", "all"] {
        let ended = site.flr(["koji", "prune-tag", TAG, "--keep", keep]);
        assert_eq!((ended.code, ended.calls.len()), (2, 0), "{keep}");
    }
}

/// Builds that koji hides are in the tag like all others.
#[test]
fn what_is_hidden_is_pruned_too() {
    let site = site();
    site.admin("packageListBlock", json!(["f43", "coreutils"]));
    let ended = agreed(&site, &["koji", "prune-tag", TAG]);
    assert_eq!((ended.code, &ended.document()["msg"]), (0, &json!("2 done")));
    assert_eq!(site.tagged(TAG), ["coreutils-9.7-4.fc43", "zlib-ng-2.2.5-3.fc43"]);
}

/// The script loses faults.
#[test]
fn what_the_hub_refuses_is_told() {
    let site = site();
    site.hub.misbehave(Misbehaviour::new(When::Change(1), What::Fail { code: 1000, text: "not today".into() }));
    let ended = agreed(&site, &["koji", "prune-tag", TAG]);
    assert_eq!((ended.code, &ended.document()["msg"]), (5, &json!("1 done, 1 failed")), "{ended:?}");
}

#[test]
fn what_cannot_be_pruned() {
    let site = Site::small();
    refused(&site, &["koji", "prune-tag", "f99"], &["getTag"], &[["f99", "the hub has no such tag"]]);
    site.admin("editTag2", json!([TAG, {"locked": true, "__starstar": true}]));
    refused(&site, &["koji", "prune-tag", TAG], &READS, &[[TAG, "f43-updates-candidate is locked"]]);
}
