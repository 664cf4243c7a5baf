// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{Case, agreed, build_change, refused};
use super::site::Site;
use flr::practice::{Misbehaviour, What, When};
use serde_json::json;

/// Settings of both tags and of the layout's gating tags, builds of both, the list, the inheritance,
/// builds of the parents (f42), and what waits in the gating tags that there are.
const READS: [&str; 7] = [
    "multiCall getTag getTag getTag getTag getTag getTag getTag getTag",
    "queryHistory",
    "queryHistory",
    "listPackages",
    "getFullInheritance",
    "queryHistory",
    "multiCall queryHistory queryHistory queryHistory",
];

#[test]
fn a_dry_run_a_run_and_a_second_run() {
    let site = Site::small();
    let builds = [
        "bash-5.3.0-2.fc43",
        "dnf5-5.2.16.0-2.fc43",
        "glibc-2.42-2.fc43",
        "kernel-6.16.7-2.fc43",
        "perl-5.42.0-2.fc43",
        "rpm-5.99.92-2.fc43",
    ];
    Case {
        args: &["koji", "mass-tag", "f43-rebuild", "f43"],
        planned: builds.iter().map(|nvr| build_change(&site, "tag-build", "f43", nvr)).collect(),
        left_out: &[],
        reads: &READS,
        writes: &[&format!("multiCall{}", " tagBuildBypass".repeat(6))],
        left_out_then: &builds.map(|nvr| [nvr, "already in f43"]),
        reads_then: &READS,
    }
    .holds_at(&site);
    let tagged = site.tagged("f43");
    assert_eq!(tagged[tagged.len() - 6..], builds);
}

#[test]
fn newer_builds_elsewhere_keep_builds_out() {
    let site = Site::small();
    let builds = ["glibc-2.42-2.fc43", "perl-5.42.0-2.fc43"];
    let settings = format!("{} getTag", READS[0]);
    let reads = [&[settings.as_str()], &READS[1..6], &["queryHistory"], &READS[6..]].concat();
    let left_out = [
        ["bash-5.3.0-2.fc43", "bash-5.3.3-1.fc44 in f44 is newer"],
        ["dnf5-5.2.16.0-2.fc43", "dnf5-5.2.17.0-1.fc44 in f44 is newer"],
        ["kernel-6.16.7-2.fc43", "kernel-6.17.1-1.fc44 in f44 is newer"],
        ["rpm-5.99.92-2.fc43", "rpm-6.0.0-1.fc44 in f44 is newer"],
    ];
    let then = [
        left_out[0],
        left_out[1],
        [builds[0], "already in f43"],
        left_out[2],
        [builds[1], "already in f43"],
        left_out[3],
    ];
    Case {
        args: &["koji", "mass-tag", "f43-rebuild", "f43", "--also-newer-in", "f44"],
        planned: builds.iter().map(|nvr| build_change(&site, "tag-build", "f43", nvr)).collect(),
        left_out: &left_out,
        reads: &reads,
        writes: &["multiCall tagBuildBypass tagBuildBypass"],
        left_out_then: &then,
        reads_then: &reads,
    }
    .holds_at(&site);
}

/// Nothing in the script's view of the destination shows what waits to be signed.
#[test]
fn nothing_hides_newer_builds_that_wait_in_gating() {
    let site = Site::small();
    site.admin("tagBuildBypass", json!(["f43-updates-candidate", "bash-5.3.1-1.fc43"]));
    site.admin("tagBuildBypass", json!(["f43-pending", "glibc-2.42-3.fc43"]));
    let skipped = |options: &[&str]| {
        let ended = super::changing::run(
            &site,
            &[&["koji", "mass-tag", "f43-rebuild", "f43"], options].concat(),
            &["--dry-run"],
        );
        let told = ended.document();
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
        told["skipped"].clone()
    };
    let both = json!([
        {"subject": "bash-5.3.0-2.fc43", "why": "bash-5.3.1-1.fc43 in f43-updates-candidate is newer"},
        {"subject": "glibc-2.42-2.fc43", "why": "glibc-2.42-3.fc43 in f43-pending is newer"},
    ]);
    assert_eq!(skipped(&[]), both);
    assert_eq!(skipped(&["--gating", "f43-updates-candidate"]), json!([both[0]]));
    assert_eq!(skipped(&["--no-gating"]), json!([]));
    let ended =
        super::changing::run(&site, &["koji", "mass-tag", "f43-rebuild", "f43", "--gating", "f43", "--no-gating"], &[]);
    assert_eq!(ended.code, 2);
}

/// The script throws the faults away and counts everything as tagged.
#[test]
fn builds_that_the_hub_refuses_are_not_counted_as_tagged() {
    let site = Site::small();
    let fault = What::Fail { code: 1000, text: "the hub is in a mood".into() };
    site.hub.misbehave(Misbehaviour::new(When::Change(2), fault));
    let ended = agreed(&site, &["koji", "mass-tag", "f43-rebuild", "f43"]);
    let told = ended.document();
    assert_eq!((ended.code, &told["msg"]), (5, &json!("5 done, 1 failed")), "{told}");
    assert_eq!(site.tagged("f43").iter().filter(|nvr| nvr.ends_with("-2.fc43")).count(), 5);
}

/// The latest of the candidates is 9.7-4, tagged last; f43-pending gets it once.
#[test]
fn under_an_older_build_it_is_reported_and_not_tagged_again() {
    let site = Site::small();
    for nvr in ["coreutils-9.7-4.fc43", "coreutils-9.7-3.fc43"] {
        site.hub.run_as("kim", "tagBuildBypass", vec![json!("f43-pending"), json!(nvr)]).unwrap();
    }
    let args = ["koji", "mass-tag", "f43-updates-candidate", "f43-pending"];
    let ended = super::changing::run(&site, &args, &["--dry-run"]);
    let told = ended.document();
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!(told["planned"], json!([build_change(&site, "tag-build", "f43-pending", "zlib-ng-2.2.5-3.fc43")]));
    assert_eq!(
        told["skipped"],
        json!([{
            "subject": "coreutils-9.7-4.fc43",
            "why": "already in f43-pending, but the older coreutils-9.7-3.fc43 was tagged later and is the latest there; it is not tagged again",
        }])
    );
}

#[test]
fn an_empty_source_leaves_nothing_to_do() {
    let site = Site::small();
    let ended = site.agreed(["koji", "mass-tag", "f43-empty", "f43"]);
    assert_eq!(ended.code, 0);
    assert_eq!(ended.stdout, "skipped: f43-empty: no builds are in it\nnothing to do: 1 left out\n");
    assert_eq!(ended.stderr, "");
    assert_eq!(ended.calls, [READS[0], "queryHistory"]);
}

#[test]
fn what_cannot_be_done() {
    let site = Site::small();
    refused(
        &site,
        &["koji", "mass-tag", "f98", "f99"],
        &READS[..1],
        &[["f98", "the hub has no such tag"], ["f99", "the hub has no such tag"]],
    );
    let ended = site.agreed(["koji", "mass-tag", "f43", "f43"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert_eq!(ended.stderr, "flr: f43 is both the tag to take from and the tag to bring into\n");
    assert!(ended.calls.is_empty());
}
