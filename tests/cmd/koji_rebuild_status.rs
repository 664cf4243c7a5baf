// SPDX-License-Identifier: GPL-3.0-or-later
use crate::koji_list_failures::{list, site};
use crate::site::Site;
use serde_json::{Value, json};

#[test]
fn the_hubs_tasks_are_counted() {
    let (site, bodhi) = site();
    let ended = list(&site, &bodhi, "rebuild-status", &["--since", "2025-01-01", "--target", "f43-rebuild"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!(ended.stdout, "submitted  6\nfree       0\nbuilding   0\ndone       6\nfailed     0\ncanceled   0\n");
    let ended = list(&site, &bodhi, "rebuild-status", &["--since", "2025-01-01", "--json"]);
    let line: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&line["release"], &line["planned"], &line["goes_on"]), (&json!("F43"), &json!(null), &json!(true)));
    assert_eq!(line["targets"], json!(["f43", "f43-candidate", "f43-rebuild"]));
    let sum: u64 = ["free", "building", "done", "failed", "canceled", "unknown"]
        .iter()
        .map(|name| line[name].as_u64().unwrap())
        .sum();
    assert_eq!(line["submitted"], sum);
}

/// Without a release nobody has to ask Bodhi; all is over, so nothing is waited for.
#[test]
fn watching_what_is_over() {
    let site = Site::small();
    let args = ["koji", "rebuild-status", "--target", "f43-rebuild", "--since", "2025-01-01", "--watch"];
    let ended = site.flr(args);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!(ended.stdout, "submitted 6, free 0, building 0, done 6, failed 0, canceled 0\n");
    assert_eq!(ended.calls[..2], ["getLastEvent", "listTasks"]);
}

#[test]
fn nothing_was_submitted() {
    let (site, bodhi) = site();
    let ended = list(&site, &bodhi, "rebuild-status", &[]);
    let hint = "hint: with --since TIME the tasks are counted that the hub was given\n";
    assert_eq!((ended.code, ended.stderr), (10, format!("flr: no run here submitted builds for F43\n{hint}")));
    let ended = site.flr(["koji", "rebuild-status", "--run", "20250723-100000-0001"]);
    assert_eq!(ended.code, 10);
    assert!(ended.stderr.starts_with("flr: there is no run 20250723-100000-0001\n"), "{}", ended.stderr);
    let ended = site.flr(["koji", "rebuild-status"]);
    assert_eq!(ended.code, 2, "{}", ended.stderr);
}
