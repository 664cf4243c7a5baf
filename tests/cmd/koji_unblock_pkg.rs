// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{Case, refused};
use super::site::Site;
use serde_json::{Value, json};

fn unblock(tag: &str) -> Value {
    json!({
        "system": "koji", "kind": "unblock-package", "tag": tag, "package": "python2.7",
        "before": {
            "package": "python2.7", "tag": "f43", "owner": "maria", "blocked": true,
            "extra_arches": null,
        },
        "text": format!("unblock package python2.7 in {tag}"),
    })
}

#[test]
fn a_dry_run_a_run_and_a_second_run() {
    let site = Site::small();
    let reads = ["getTag", "multiCall listPackages listPackages"];
    Case {
        args: &["koji", "unblock-pkg", "f43", "bash", "python2.7"],
        planned: json!([unblock("f43")]),
        left_out: &[["bash", "not blocked in f43"]],
        reads: &reads,
        writes: &["multiCall packageListUnblock"],
        left_out_then: &[["bash", "not blocked in f43"], ["python2.7", "not blocked in f43"]],
        reads_then: &reads,
    }
    .holds_at(&site);
}

#[test]
fn an_inherited_block_is_overridden() {
    let site = Site::small();
    let reads = ["getTag", "multiCall listPackages"];
    Case {
        args: &["koji", "unblock-pkg", "f43-updates", "python2.7"],
        planned: json!([unblock("f43-updates")]),
        left_out: &[],
        reads: &reads,
        writes: &["multiCall packageListUnblock"],
        left_out_then: &[["python2.7", "not blocked in f43-updates"]],
        reads_then: &reads,
    }
    .holds_at(&site);
}

#[test]
fn what_cannot_be_unblocked() {
    let site = Site::small();
    refused(
        &site,
        &["koji", "unblock-pkg", "f43", "nodejs16", "nano"],
        &["getTag", "multiCall listPackages listPackages", "getTag", "multiCall getPackage"],
        &[
            ["nodejs16", "not listed in f43, so nothing to unblock"],
            ["nano", "not listed in f43, so nothing to unblock"],
        ],
    );
}
