// SPDX-License-Identifier: GPL-3.0-or-later
use super::bodhi::{Bodhi, recorded};
use super::changing::{Case, build_change, refused, run};
use super::site::{LOGIN, Site};
use flr::practice::{Misbehaviour, What, When};
use serde_json::{Value, json};

const TAG: &str = "f43-compose";
const OLD: [&str; 3] = ["bash-5.3.0-1.fc43", "kernel-6.16.7-1.fc43", "rpm-5.99.92-1.fc43"];

/// A hub that has the tag, with three builds of an earlier candidate in it.
fn site() -> (Site, Bodhi) {
    let site = Site::small();
    site.admin("createTag", json!([TAG, {"parent": "f43", "__starstar": true}]));
    for nvr in OLD {
        site.admin("tagBuildBypass", json!([TAG, nvr]));
    }
    (site, Bodhi::with(recorded()))
}

fn args<'a>(bodhi: &'a Bodhi, rest: &[&'a str]) -> Vec<&'a str> {
    [&["koji", "set-compose-tag", "f43", "--bodhi", &bodhi.url], rest].concat()
}

fn retag(site: &Site, nvr: &str) -> Value {
    let mut change = build_change(site, "tag-build", TAG, nvr);
    change["kind"] = "retag-build".into();
    change["text"] = format!("make {nvr} the newest of its package in {TAG} again").into();
    change
}

/// Which tag it is, is read from the layout: koji is not asked.
#[test]
fn a_dry_run_a_run_a_second_run_and_back() {
    let (site, bodhi) = site();
    let before = (site.tagged(TAG), site.state());
    let wanted = ["bash-5.3.0-1.fc43", "zlib-ng-2.2.5-1.fc43", "bash-5.3.1-1.fc43", "kernel-6.16.7-1.fc43"];
    let in_place = |nvr| [nvr, "in its place in f43-compose already"];
    Case {
        args: &args(&bodhi, &wanted),
        planned: json!([
            build_change(&site, "tag-build", TAG, "zlib-ng-2.2.5-1.fc43"),
            build_change(&site, "tag-build", TAG, "bash-5.3.1-1.fc43"),
            retag(&site, "kernel-6.16.7-1.fc43"),
            build_change(&site, "untag-build", TAG, "rpm-5.99.92-1.fc43"),
        ]),
        left_out: &[in_place("bash-5.3.0-1.fc43")],
        reads: &[
            "getTag",
            "queryHistory",
            "multiCall listPackages listPackages listPackages",
            "multiCall getBuild getBuild",
        ],
        // One request, in the order that was asked for: not in that of packages.
        writes: &["multiCall tagBuildBypass tagBuildBypass tagBuildBypass untagBuildBypass"],
        left_out_then: &wanted.map(in_place),
        reads_then: &["getTag", "queryHistory", "multiCall listPackages listPackages listPackages"],
    }
    .holds_at(&site);
    assert_eq!(site.tagged(TAG), wanted);
    let undone = site.last_undone();
    assert_eq!(undone.code, 0, "{undone:?}");
    assert_eq!((site.tagged(TAG), site.state()), before);
}

#[test]
fn leftovers_of_a_beta_are_cleared() {
    let (site, bodhi) = site();
    let ended = super::changing::agreed(&site, &args(&bodhi, &["--clear"]));
    assert_eq!((ended.code, ended.document()["msg"].clone()), (0, json!("3 done")));
    assert!(site.tagged(TAG).is_empty());
    let again = super::changing::agreed(&site, &args(&bodhi, &["--clear"]));
    assert_eq!((again.code, &again.document()["changed"]), (0, &json!(false)));
    assert_eq!(site.undone(&ended.document()).code, 0);
    assert_eq!(site.tagged(TAG), OLD);
}

/// A list from a ticket; the two ways to say nothing are not the same.
#[test]
fn a_list_is_never_empty_by_mistake() {
    let (site, bodhi) = site();
    let fed = |rest: &[&str], stdin: &[u8]| {
        let mut command = site.command();
        command.args(args(&bodhi, rest)).args(["--dry-run"]);
        site.ended(command, stdin)
    };
    let read = fed(&["-"], b"# RC 1.2\r\nkernel-6.16.7-1.fc43, bash-5.3.0-1.fc43\r\n");
    let planned = [
        "would: make bash-5.3.0-1.fc43 the newest of its package in f43-compose again",
        "would: untag rpm-5.99.92-1.fc43 from f43-compose",
        "skipped: kernel-6.16.7-1.fc43: in its place in f43-compose already",
    ];
    assert_eq!(read.lines()[..3], planned, "{read:?}");
    for (rest, stdin) in [(&["-"][..], &b"# nothing\n"[..]), (&[], b""), (&["--clear", "bash-5.3.0-1.fc43"], b"")] {
        let ended = fed(rest, stdin);
        assert_eq!((ended.code, ended.calls.len()), (2, 0), "{rest:?}");
    }
}

#[test]
fn every_build_that_cannot_be_composed_is_named() {
    let (site, bodhi) = site();
    refused(
        &site,
        &args(
            &bodhi,
            &[
                "rpm-6.0.0-9.fc43",
                "rpm-6.0.0-8.fc43",
                "nope-1-1",
                "python2.7-2.7.18-40.fc42",
                "nodejs16-16.20.2-9.fc43",
            ],
        ),
        &[
            "getTag",
            "queryHistory",
            "multiCall listPackages listPackages listPackages listPackages",
            // The hub has never heard of the package either.
            "getTag",
            "multiCall getPackage",
            "multiCall getBuild getBuild getBuild getBuild getBuild",
        ],
        &[
            ["rpm-6.0.0-9.fc43", "the build is still building; only complete builds can be tagged"],
            ["rpm-6.0.0-8.fc43", "the build is deleted; only complete builds can be tagged"],
            ["nope-1-1", "the hub has no such build"],
            ["python2.7-2.7.18-40.fc42", "package python2.7 is blocked in f43"],
            ["nodejs16-16.20.2-9.fc43", "package nodejs16 is not listed in f43-compose"],
        ],
    );
    assert_eq!(site.tagged(TAG), OLD);
}

#[test]
fn a_release_without_a_compose_tag() {
    let (site, bodhi) = site();
    let of = |release: &str| {
        let words = ["koji", "set-compose-tag", release, "--bodhi", &bodhi.url, "--clear"];
        let ended = run(&site, &words, &[&LOGIN[..], &["--yes"]].concat());
        (ended.code, ended.document()["msg"].as_str().unwrap().to_owned(), ended.calls)
    };
    assert_eq!(of("epel9"), (10, "no tag of the layout epel is for composes".into(), Vec::new()));
    assert_eq!(of("f43f"), (10, "no layout says which tag F43F is composed from".into(), Vec::new()));
    let (code, said, calls) = of("f42");
    assert_eq!((code, calls), (10, vec!["getTag".to_owned()]));
    assert!(said.ends_with("f42-compose: the hub has no such tag"), "{said}");
}

#[test]
fn a_lost_answer_is_settled_and_the_order_is_right() {
    for what in [What::DropAfter, What::DropBefore] {
        let (site, bodhi) = site();
        site.hub.misbehave(Misbehaviour::new(When::Writing(1), what));
        let wanted = ["zlib-ng-2.2.5-1.fc43", "kernel-6.16.7-1.fc43", "bash-5.3.0-1.fc43"];
        let ended = super::changing::agreed(&site, &args(&bodhi, &wanted));
        assert!(site.hub.pending_rules().is_empty());
        assert_eq!((ended.code, &ended.document()["msg"]), (0, &json!("4 done")), "{ended:?}");
        assert_eq!(site.tagged(TAG), wanted);
    }
}
