// SPDX-License-Identifier: GPL-3.0-or-later
use super::site::Site;
use serde_json::{Value, json};

/// However many packages the tag has.
const READS: [&str; 2] = ["queryHistory", "listPackages"];

#[test]
fn a_tag_whose_order_is_that_of_versions() {
    let site = Site::small();
    let ended = site.flr(["koji", "check-latest", "f43"]);
    assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (0, "", ""));
    assert_eq!(ended.calls, READS);
}

#[test]
fn an_older_build_that_was_tagged_later_is_found() {
    let site = Site::small();
    for nvr in ["coreutils-9.7-4.fc43", "coreutils-9.7-3.fc43"] {
        site.admin("tagBuildBypass", json!(["f43", nvr]));
    }
    let ended = site.flr(["koji", "check-latest", "f43"]);
    assert_eq!(ended.code, 7);
    let row = ["coreutils", "coreutils-9.7-3.fc43", "f43", "coreutils-9.7-4.fc43", "f43"];
    assert_eq!(ended.lines()[0].split_whitespace().collect::<Vec<_>>(), row);
    assert_eq!(
        ended.stderr,
        "flr: the latest build in f43 is not the newest: 1 package\n\
         hint: flr koji retag-latest makes the newest build the latest\n"
    );
    let ended = site.flr(["koji", "check-latest", "f43", "--json"]);
    let line: Value = serde_json::from_str(&ended.stdout).unwrap();
    let expected = json!({
        "package": row[0], "latest": row[1], "latest_tag": row[2], "highest": row[3], "highest_tag": row[4],
    });
    assert_eq!((ended.code, line), (7, expected));

    // What it finds is what retag-latest takes.
    let args = ["koji", "retag-latest", "f43", row[3]];
    assert_eq!(site.agreed(args).code, 0);
    assert_eq!(site.flr(["koji", "check-latest", "f43"]).code, 0);
}

#[test]
fn newer_builds_in_parents_are_hidden_too() {
    let site = Site::small();
    site.admin("tagBuildBypass", json!(["f43-updates", "bash-5.3.1-1.fc43"]));
    site.admin("tagBuildBypass", json!(["f43-override", "bash-5.3.0-1.fc43"]));
    assert_eq!(site.flr(["koji", "check-latest", "f43-override"]).code, 0);
    let ended = site.flr(["koji", "check-latest", "f43-override", "--parents"]);
    assert_eq!(ended.code, 7);
    let row = ["bash", "bash-5.3.0-1.fc43", "f43-override", "bash-5.3.1-1.fc43", "f43-updates"];
    assert_eq!(ended.lines()[0].split_whitespace().collect::<Vec<_>>(), row);
    // Tagging anew would not help.
    assert_eq!(ended.stderr, "flr: the latest build in f43-override is not the newest: 1 package\n");
    let parents = ["queryHistory", "queryHistory", "queryHistory"];
    assert_eq!(ended.calls, [&READS[..], &["getFullInheritance"], &parents].concat());
}

#[test]
fn an_unknown_tag() {
    let ended = Site::small().flr(["koji", "check-latest", "f99"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (10, ""));
    assert_eq!(ended.stderr, "flr: no such tag at HUB: f99\n");
}
