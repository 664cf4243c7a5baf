// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{agreed, refused, run};
use super::site::Site;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

const KEY: &str = "31645531";

const BASH: [&str; 5] = ["koji", "prune-signed", "bash-5.3.0-1.fc43", "--key", KEY];

/// The hub has written copies of all that is signed in f43.
fn site() -> Site {
    let site = Site::small();
    site.admin("grantPermission", json!(["practice", "sign"]));
    agreed(&site, &["koji", "write-signed", "f43", "--key", KEY]);
    assert_eq!(copies(&site).len(), 52);
    site
}

/// The signed copies that are there, as paths below the package store.
fn copies(site: &Site) -> Vec<PathBuf> {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
            match entry.file_type().unwrap().is_dir() {
                true => walk(&entry.path(), found),
                false => found.push(entry.path()),
            }
        }
    }
    let (store, mut found) = (site.path().join("hub/topdir/packages"), Vec::new());
    walk(&store, &mut found);
    let mut below: Vec<PathBuf> = found.iter().map(|path| path.strip_prefix(&store).unwrap().to_owned()).collect();
    below.sort();
    below
}

fn count(report: &Value, list: &str) -> usize {
    report[list].as_array().unwrap().len()
}

fn is_of_bash(path: &Path) -> bool {
    path.starts_with("bash/5.3.0/1.fc43")
}

/// The old script deleted by a part of the path, without looking first, and nobody could take it back.
#[test]
fn copies_go_and_are_written_again_by_undo() {
    let site = site();
    let all = copies(&site);
    let dry = run(&site, &BASH, &["--dry-run"]);
    let planned = dry.document();
    assert_eq!((dry.code, count(&planned, "planned")), (0, 5));
    assert_eq!(
        dry.calls,
        ["multiCall getBuild", "multiCall listRPMs", &format!("multiCall{}", " queryRPMSigs".repeat(5))]
    );
    let bytes = format!("bash-5.3.0-1.fc43.src signed with {KEY}\n").len();
    let first = &planned["planned"][0];
    assert_eq!(
        [&first["kind"], &first["key"], &first["bytes"], &first["text"]],
        [
            &json!("remove-signed"),
            &json!(KEY),
            &json!(bytes),
            &json!("remove the copy of bash-5.3.0-1.fc43.src signed with 31645531")
        ]
    );
    assert_eq!(copies(&site), all);
    let shown = site.flr([BASH[0], BASH[1], BASH[2], BASH[3], BASH[4], "--dry-run"]).stdout;
    assert!(shown.contains("undo of 5 changes may be refused: the hub writes a copy anew"), "{shown}");
    assert!(shown.contains("\nwould give back 228 B\n"), "{shown}");

    let ended = agreed(&site, &BASH);
    let report = ended.document();
    assert_eq!((ended.code, count(&report, "done")), (0, 5), "{report}");
    // The hub has no part in it, but to say who does it.
    assert_eq!(ended.calls[3..], ["getLastEvent", "login", "getLoggedInUser", "logout"], "{:?}", ended.calls);
    let left: Vec<PathBuf> = all.iter().filter(|path| !is_of_bash(path)).cloned().collect();
    assert_eq!(copies(&site), left);
    assert!(!site.path().join("hub/topdir/packages/bash/5.3.0/1.fc43/data/signed").join(KEY).exists());

    let again = agreed(&site, &BASH).document();
    assert_eq!((&again["changed"], count(&again, "skipped")), (&json!(false), 1), "{again}");
    assert_eq!(again["skipped"][0]["why"], "it has no copy signed with 31645531");

    let undone = site.undone(&report);
    assert_eq!((undone.code, count(&undone.document(), "done")), (0, 5), "{undone:?}");
    assert_eq!(copies(&site), all);
    let twice = site.undone(&report).document();
    assert_eq!((&twice["changed"], &twice["skipped"][0]["why"]), (&json!(false), &json!("it has been written again")));
}

/// A newer release inherits what it has not rebuilt.
#[test]
fn what_a_tag_would_take_is_protected() {
    let site = site();
    let ended = agreed(&site, &["koji", "prune-signed", "f43", "--key", KEY, "--protect", "f43-updates"]);
    let report = ended.document();
    assert_eq!((ended.code, &report["changed"]), (0, &json!(false)), "{report}");
    let why = |nvr: &str| {
        let skipped = report["skipped"].as_array().unwrap();
        skipped.iter().find(|item| item["subject"] == nvr).map(|item| item["why"].clone())
    };
    assert_eq!(why("bash-5.3.0-1.fc43"), Some(json!("f43-updates has it, and is protected")), "{report}");
    assert_eq!(copies(&site).len(), 52);
}

/// koji hides builds whose package is blocked; their files stay for ever if nobody looks.
#[test]
fn what_koji_hides_is_removed_too() {
    let site = site();
    site.admin("packageListBlock", json!(["f43", "bash"]));
    let report = agreed(&site, &["koji", "prune-signed", "f43", "--key", KEY]).document();
    assert_eq!((count(&report, "done"), copies(&site).len()), (52, 0), "{report}");
}

/// flr was killed when three of five were gone: which, only the disk tells.
#[test]
fn a_run_that_was_killed_goes_on() {
    let site = site();
    let all = copies(&site);
    let report = agreed(&site, &BASH).document();
    let run = report["run"].as_str().unwrap();
    let journal = site.path().join(format!("state/flr/runs/{run}.jsonl"));
    let lines = fs::read_to_string(&journal).unwrap();
    let outcomes = lines.find("{\"record\":\"outcomes\"").unwrap();
    fs::write(&journal, &lines[..outcomes]).unwrap();
    for path in all.iter().filter(|path| is_of_bash(path)).take(2) {
        let path = site.path().join("hub/topdir/packages").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, b"still there").unwrap();
    }
    let resumed = site.agreed(["run", "resume", run, "--json"]);
    let told = resumed.document();
    assert_eq!((resumed.code, count(&told, "done")), (0, 2), "{resumed:?}");
    assert!(resumed.stderr.contains("3 of them happened, 2 did not"), "{}", resumed.stderr);
    assert_eq!(copies(&site).len(), all.len() - 5);
    let undone = site.undone(&report);
    assert_eq!((undone.code, copies(&site)), (0, all), "{undone:?}");
}

#[test]
fn what_is_no_file_stops_the_plan() {
    let site = site();
    // Even root cannot: in place of a file there is a directory.
    let path = site.path().join("hub/topdir/packages/bash/5.3.0/1.fc43/data/signed").join(KEY).join("src");
    let file = path.join("bash-5.3.0-1.fc43.src.rpm");
    let ended = agreed(&site, &BASH);
    assert_eq!(ended.code, 0);
    fs::create_dir_all(&file).unwrap();
    let refused = site.flr([BASH[0], BASH[1], BASH[2], BASH[3], BASH[4], "--dry-run"]);
    assert_eq!(refused.code, 10);
    assert!(refused.stderr.contains("/src/bash-5.3.0-1.fc43.src.rpm is no regular file"), "{}", refused.stderr);
    assert!(file.is_dir());
}

#[test]
fn a_store_that_is_not_mounted_is_told() {
    let site = site();
    fs::rename(site.path().join("hub/topdir/packages"), site.path().join("hub/topdir/away")).unwrap();
    let ended = site.flr([BASH[0], BASH[1], BASH[2], BASH[3], BASH[4], "--dry-run"]);
    let topdir = site.path().join("hub/topdir");
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (
            10,
            format!(
                "flr: the hub's files are not at {}: packages is not there\nhint: run this where they are mounted, \
                 and name the place as topdir in koji's configuration\n",
                topdir.display()
            )
            .as_str()
        )
    );
}

#[test]
fn a_mistyped_key_and_a_protected_tag_are_refused() {
    let site = site();
    let ended = agreed(&site, &["koji", "prune-signed", "f43", "--key", KEY, "--protect", "f43"]);
    assert_eq!((ended.code, ended.calls.len()), (2, 0), "{ended:?}");
    refused(
        &site,
        &["koji", "prune-signed", "no-1-1", "--key", KEY],
        &["multiCall getBuild"],
        &[["no-1-1", "the hub has no such build"]],
    );
    let ended = agreed(&site, &["koji", "prune-signed", "f43", "--key", "DEADBEEF"]);
    assert!(ended.stderr.contains("f43: none of the 70 rpms is signed with deadbeef"), "{}", ended.stderr);
    assert_eq!(ended.code, 10);
}
