// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{Case, refused};
use super::site::Site;
use serde_json::{Value, json};

fn add(tag: &str, package: &str, owner: &str) -> Value {
    json!({
        "system": "koji", "kind": "add-package", "tag": tag, "package": package, "owner": owner,
        "text": format!("add package {package} to {tag}, owner {owner}"),
    })
}

#[test]
fn a_dry_run_a_run_and_a_second_run() {
    let site = Site::small();
    let reads = ["getTag", "getUser", "multiCall listPackages listPackages listPackages"];
    Case {
        args: &["koji", "add-pkg", "f43", "nano", "bash", "micro", "--owner", "maria"],
        planned: json!([add("f43", "nano", "maria"), add("f43", "micro", "maria")]),
        left_out: &[["bash", "already listed in f43"]],
        // The hub answers with faults for packages it has never seen: was it that?
        reads: &[&reads[..], &["getTag", "multiCall getPackage getPackage"]].concat(),
        writes: &["multiCall packageListAdd packageListAdd"],
        left_out_then: &[
            ["nano", "already listed in f43"],
            ["bash", "already listed in f43"],
            ["micro", "already listed in f43"],
        ],
        reads_then: &reads,
    }
    .holds_at(&site);
}

#[test]
fn inherited_ones_are_left_alone() {
    let site = Site::small();
    let ended =
        super::changing::agreed(&site, &["koji", "add-pkg", "f43-updates", "bash", "coreutils", "--owner", "maria"]);
    let told = super::changing::document(&ended, 0, &["getTag", "getUser", "multiCall listPackages listPackages"]);
    assert_eq!(
        told["skipped"],
        json!([
            {"subject": "bash", "why": "already listed in f43-updates, inherited from f43"},
            {"subject": "coreutils", "why": "already listed in f43-updates, inherited from f43 with owner jan"},
        ])
    );
    assert_eq!(told["changed"], false);
}

#[test]
fn what_cannot_be_added() {
    let site = Site::small();
    refused(
        &site,
        &["koji", "add-pkg", "f43", "python2.7", "coreutils", "--owner", "maria"],
        &["getTag", "getUser", "multiCall listPackages listPackages"],
        &[
            ["python2.7", "it is blocked in f43; unblock-pkg takes the block away"],
            ["coreutils", "already listed in f43 with owner jan; add-pkg does not change the owner of an entry"],
        ],
    );
    refused(
        &site,
        &["koji", "add-pkg", "f99", "nano", "--owner", "tom"],
        &["getTag", "getUser"],
        &[["f99", "the hub has no such tag"], ["tom", "the hub has no such user"]],
    );
}
