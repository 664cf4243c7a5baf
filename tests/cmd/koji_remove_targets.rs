// SPDX-License-Identifier: GPL-3.0-or-later
use super::bodhi::{Bodhi, recorded};
use super::changing::{Case, agreed, refused};
use super::koji_list_sidetags::side_tag;
use super::site::Site;
use serde_json::{Value, json};

fn site() -> (Site, Bodhi) {
    let site = Site::small();
    site.admin("grantPermission", json!(["practice", "target"]));
    (site, Bodhi::with(recorded()))
}

fn deleted(target: &str, build_tag: &str, dest_tag: &str) -> Value {
    json!({
        "system": "koji", "kind": "delete-target", "target": target,
        "before": {"build_tag": build_tag, "dest_tag": dest_tag}, "text": format!("delete target {target}"),
    })
}

fn targets(site: &Site) -> Vec<String> {
    let all = site.admin("getBuildTargets", json!([]));
    all.as_array().unwrap().iter().map(|target| target["name"].as_str().unwrap().to_owned()).collect()
}

/// A list by hand knows `f43` and `f43-candidate` and misses the others.
#[test]
fn a_dry_run_a_run_a_second_run_and_back() {
    let (site, bodhi) = site();
    site.admin("createTag", json!(["f43-python"]));
    site.admin("createBuildTarget", json!(["python-3.15", "f43-python", "f43-python"]));
    let before = site.state();
    Case {
        args: &["koji", "remove-targets", "f43", "--bodhi", &bodhi.url],
        planned: json!([
            deleted("f43", "f43-build", "f43-updates-candidate"),
            deleted("f43-candidate", "f43-build", "f43-updates-candidate"),
            deleted("f43-rebuild", "f43-build", "f43-rebuild"),
            deleted("python-3.15", "f43-python", "f43-python"),
        ]),
        left_out: &[],
        reads: &["getBuildTargets", "multiCall getTag getTag getTag getTag"],
        writes: &["multiCall deleteBuildTarget deleteBuildTarget deleteBuildTarget deleteBuildTarget"],
        left_out_then: &[],
        reads_then: &["getBuildTargets"],
    }
    .holds_at(&site);
    assert_eq!(targets(&site), ["f44-candidate", "f44"]);
    let undone = site.last_undone();
    assert_eq!((undone.code, undone.document()["done"].as_array().unwrap().len()), (0, 4), "{undone:?}");
    assert_eq!(site.state(), before);
}

/// A side tag whose target is removed first can be removed by nobody any more.
#[test]
fn targets_of_side_tags_stay_and_go_with_them() {
    let (site, bodhi) = site();
    let mine = side_tag(&site, "practice", "f43-build");
    let args = ["koji", "remove-targets", "f43", "--bodhi", &bodhi.url];
    let told = agreed(&site, &args).document();
    assert_eq!(told["done"].as_array().unwrap().len(), 3, "{told}");
    let why = format!("{mine} is a user's side tag; remove-sidetags removes both");
    assert_eq!(told["skipped"], json!([{"subject": mine, "why": why}]));
    assert_eq!(agreed(&site, &["koji", "remove-sidetags", &mine]).code, 0);
    let told = agreed(&site, &args).document();
    assert_eq!((&told["changed"], &told["msg"]), (&json!(false), &json!("nothing to do")));
}

#[test]
fn some_are_kept() {
    let (site, bodhi) = site();
    let told = agreed(
        &site,
        &["koji", "remove-targets", "F43", "--keep", "f43-rebuild", "--keep", "f43", "--bodhi", &bodhi.url],
    )
    .document();
    assert_eq!(told["done"], json!([deleted("f43-candidate", "f43-build", "f43-updates-candidate")]));
    assert_eq!(targets(&site), ["f43", "f43-rebuild", "f44-candidate", "f44"]);
    // Mistyped, it would be gone.
    refused(
        &site,
        &["koji", "remove-targets", "f43", "--keep", "f43-rebulid", "--bodhi", &bodhi.url],
        &["getBuildTargets", "multiCall getTag getTag getTag"],
        &[["f43-rebulid", "F43 has no such target to keep"]],
    );
}

#[test]
fn a_target_of_two_releases_is_nobodys_to_remove() {
    let (site, bodhi) = site();
    site.admin("createBuildTarget", json!(["odd", "f43-build", "f44-updates-candidate"]));
    refused(
        &site,
        &["koji", "remove-targets", "f43", "--bodhi", &bodhi.url],
        &["getBuildTargets", "multiCall getTag getTag getTag getTag"],
        &[["odd", "f44-updates-candidate is a tag of F44; --keep leaves it"]],
    );
    let told = agreed(&site, &["koji", "remove-targets", "f43", "--keep", "odd", "--bodhi", &bodhi.url]).document();
    assert_eq!(told["done"].as_array().unwrap().len(), 3, "{told}");
}

/// One digit beside the release whose end it is, there is one that people build for.
#[test]
fn a_release_to_come_keeps_its_targets() {
    let (site, bodhi) = site();
    for (release, why) in [
        ("f44", "F44 is pending: only a release that is out can come to its end"),
        ("rawhide", "F45 is rawhide, which never ends"),
    ] {
        let ended = agreed(&site, &["koji", "remove-targets", release, "--bodhi", &bodhi.url]);
        let told = ended.document();
        assert_eq!((ended.code, told["msg"].as_str().unwrap(), ended.calls.len()), (10, why, 0), "{told}");
    }
}
