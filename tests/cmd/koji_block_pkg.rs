// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{Case, agreed, build_change, refused, written};
use super::site::Site;
use flr::practice::{Misbehaviour, What, When};
use serde_json::{Value, json};

fn block(tag: &str, package: &str, owner: &str) -> Value {
    json!({
        "system": "koji", "kind": "block-package", "tag": tag, "package": package,
        "before": {
            "package": package, "tag": "f43", "owner": owner, "blocked": false,
            "extra_arches": null,
        },
        "text": format!("block package {package} in {tag}"),
    })
}

#[test]
fn a_dry_run_a_run_and_a_second_run() {
    let site = Site::small();
    let reads = ["getTag", "multiCall listPackages listPackages listPackages"];
    Case {
        args: &["koji", "block-pkg", "f43", "bash", "python2.7", "glibc"],
        planned: json!([block("f43", "bash", "maria"), block("f43", "glibc", "jan")]),
        left_out: &[["python2.7", "already blocked in f43"]],
        reads: &reads,
        writes: &["multiCall packageListBlock packageListBlock"],
        left_out_then: &[
            ["bash", "already blocked in f43"],
            ["python2.7", "already blocked in f43"],
            ["glibc", "already blocked in f43"],
        ],
        reads_then: &reads,
    }
    .holds_at(&site);
    assert!(site.tagged("f43").contains(&"bash-5.3.0-1.fc43".to_owned()));
}

#[test]
fn an_inherited_package_is_blocked_in_the_tag_itself() {
    let site = Site::small();
    let reads = ["getTag", "multiCall listPackages"];
    Case {
        args: &["koji", "block-pkg", "f43-updates", "bash"],
        planned: json!([block("f43-updates", "bash", "maria")]),
        left_out: &[],
        reads: &reads,
        writes: &["multiCall packageListBlock"],
        left_out_then: &[["bash", "already blocked in f43-updates"]],
        reads_then: &reads,
    }
    .holds_at(&site);
    let ended = site.flr(["koji", "block-pkg", "f43", "bash", "--dry-run"]);
    assert_eq!(ended.stdout, "would: block package bash in f43\nwould make 1 change\n");
}

#[test]
fn with_untag_no_build_is_left() {
    let site = Site::small();
    let bash = build_change(&site, "untag-build", "f43", "bash-5.3.0-1.fc43");
    let hidden = build_change(&site, "untag-build", "f43", "python2.7-2.7.18-40.fc42");
    let args = ["koji", "block-pkg", "f43", "bash", "python2.7", "--untag"];
    let reads = ["getTag", "multiCall listPackages listPackages", "multiCall queryHistory queryHistory"];
    let ended = agreed(&site, &args);
    let told = ended.document();
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!(told["done"], json!([block("f43", "bash", "maria"), bash, hidden]));
    // It looks again afterwards: somebody may have tagged a build meanwhile.
    let mut calls = written(&reads, &["multiCall untagBuildBypass packageListBlock", "multiCall untagBuildBypass"]);
    calls.extend(reads.map(str::to_owned));
    assert_eq!(ended.calls, calls);
    let left = site.tagged("f43");
    assert!(!left.iter().any(|nvr| nvr.starts_with("bash-") || nvr.starts_with("python2.7-")));

    let again = agreed(&site, &args);
    assert_eq!(again.calls, reads);
    assert_eq!(again.document()["changed"], false);
}

/// Somebody tags a build while its package is being blocked.
#[test]
fn a_build_that_comes_in_meanwhile_leaves_as_well() {
    let site = Site::small();
    site.hub.misbehave(Misbehaviour::new(
        When::Writing(1),
        What::Meanwhile {
            user: "bodhi".into(),
            calls: vec![("tagBuildBypass".into(), vec![json!("f43"), json!("bash-5.3.1-1.fc43")])],
        },
    ));
    let ended = agreed(&site, &["koji", "block-pkg", "f43", "bash", "--untag"]);
    assert!(site.hub.pending_rules().is_empty());
    let told = ended.document();
    assert_eq!(ended.code, 0, "{told}");
    assert_eq!(ended.stderr, "flr: somebody added to the work meanwhile: 1 more change(s)\n");
    assert_eq!(
        told["done"],
        json!([
            block("f43", "bash", "maria"),
            build_change(&site, "untag-build", "f43", "bash-5.3.0-1.fc43"),
            build_change(&site, "untag-build", "f43", "bash-5.3.1-1.fc43"),
        ])
    );
    assert!(!site.tagged("f43").iter().any(|nvr| nvr.starts_with("bash-")));
}

#[test]
fn what_cannot_be_blocked() {
    let site = Site::small();
    refused(
        &site,
        &["koji", "block-pkg", "f43", "nodejs16", "bash", "nano"],
        &["getTag", "multiCall listPackages listPackages listPackages", "getTag", "multiCall getPackage"],
        &[["nodejs16", "not listed in f43, so nothing to block"], ["nano", "not listed in f43, so nothing to block"]],
    );
    refused(
        &site,
        &["koji", "block-pkg", "f42", "bash", "--untag"],
        &["getTag", "multiCall listPackages", "multiCall queryHistory"],
        &[["bash-5.3.0-1.fc42", "f42 is locked"]],
    );
}
