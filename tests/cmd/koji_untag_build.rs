// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{Case, build_change, refused};
use super::site::Site;
use serde_json::json;

const READS: [&str; 3] = ["getTag", "multiCall getBuild", "multiCall queryHistory"];

#[test]
fn a_dry_run_a_run_and_a_second_run() {
    let site = Site::small();
    let [first, hidden, inherited] = [
        "coreutils-9.7-1.fc43",
        // koji hides it: its package is blocked.
        "python2.7-2.7.18-40.fc42",
        "coreutils-9.7-1.fc42",
    ];
    let change = |nvr| build_change(&site, "untag-build", "f43", nvr);
    let reads = ["getTag", "multiCall getBuild getBuild getBuild", "multiCall queryHistory queryHistory"];
    Case {
        args: &["koji", "untag-build", "f43", hidden, inherited, first],
        planned: json!([change(hidden), change(first)]),
        left_out: &[[inherited, "not in f43 itself"]],
        reads: &reads,
        writes: &["multiCall untagBuildBypass untagBuildBypass"],
        left_out_then: &[[hidden, "not in f43 itself"], [inherited, "not in f43 itself"], [first, "not in f43 itself"]],
        reads_then: &reads,
    }
    .holds_at(&site);
    let left = site.tagged("f43");
    assert!(!left.iter().any(|nvr| [hidden, first].contains(&nvr.as_str())));
    assert!(left.contains(&"bash-5.3.0-1.fc43".to_owned()));
}

#[test]
fn what_cannot_be_untagged() {
    let site = Site::small();
    refused(
        &site,
        &["koji", "untag-build", "f42", "bash-5.3.0-1.fc42"],
        &READS,
        &[["bash-5.3.0-1.fc42", "f42 is locked"]],
    );
    refused(
        &site,
        &["koji", "untag-build", "f43", "bash-9-9.fc43", "bsah-5.3.0-1.fc43"],
        &["getTag", "multiCall getBuild getBuild"],
        &[["bash-9-9.fc43", "the hub has no such build"], ["bsah-5.3.0-1.fc43", "the hub has no such build"]],
    );
    refused(
        &site,
        &["koji", "untag-build", "f99", "bash-5.3.0-1.fc42"],
        &["getTag"],
        &[["f99", "the hub has no such tag"]],
    );
}
