// SPDX-License-Identifier: GPL-3.0-or-later
use super::bodhi::{Bodhi, recorded};
use super::koji_submit_builds::{source, submitted, wait_until};
use super::site::{Ended, Site};
use serde_json::{Value, json};
use std::fs;

/// The commands of a rebuild for the seed's own rebuild target.
pub fn ask(site: &Site, bodhi: &Bodhi, command: &str, more: &[&str]) -> Ended {
    let mut flr = site.command();
    flr.args(["koji", command, "f43", "--since", "2025-02-01", "--target", "f43-rebuild", "--bodhi", &bodhi.url])
        .args(more);
    site.ended(flr, b"")
}

const UNBUILT: [&str; 7] =
    ["Fedora-Server-dvd", "coreutils", "firefox", "gnome-shell", "openssl", "python3.14", "zlib-ng"];

#[test]
fn what_is_to_be_rebuilt_one_a_line() {
    let (site, bodhi) = (Site::small(), Bodhi::with(recorded()));
    let ended = ask(&site, &bodhi, "rebuild-plan", &[]);
    assert_eq!((ended.code, ended.lines(), ended.stderr.as_str()), (0, UNBUILT.to_vec(), ""));
    // So many requests; for more tasks one more in every two hundred.
    let requests: Vec<&str> = ended.calls.iter().map(|call| call.split(' ').next().unwrap()).collect();
    assert_eq!(
        requests,
        [
            "getBuildTargets",
            "getLastEvent",
            "listPackages",
            "listBuilds",
            "multiCall",
            "multiCall",
            "listTasks",
            "listTasks"
        ]
    );
    // Other targets of the release count where nothing is named.
    let mut flr = site.command();
    flr.args(["koji", "rebuild-plan", "f43", "--since", "2025-02-01", "--bodhi", &bodhi.url]);
    assert_eq!(site.ended(flr, b"").stdout, "");
    let later = ["koji", "rebuild-plan", "f43", "--since", "2026-01-01", "--bodhi", &bodhi.url];
    let mut flr = site.command();
    flr.args(later);
    // A task for rpm has been running since before.
    let all = site.ended(flr, b"");
    assert_eq!((all.lines().len(), all.lines().contains(&"rpm")), (12, false));
}

#[test]
fn every_other_package_has_a_reason() {
    let (site, bodhi) = (Site::small(), Bodhi::with(recorded()));
    let skip = site.path().join("skip.txt");
    fs::write(&skip, "# not now\nopenssl, firefox\nnever-seen\n").unwrap();
    let ended = ask(&site, &bodhi, "rebuild-plan", &["--skip-file", "skip.txt", "--skip", "zlib-ng", "--left-out"]);
    assert_eq!(ended.stderr, "flr: to be skipped, and not on the list of f43: never-seen\n");
    let rows = ended.lines().into_iter().map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        [words[0].to_owned(), words[1].to_owned(), words[2..].join(" ")]
    });
    let rows: Vec<[String; 3]> = rows.collect();
    assert_eq!(rows[0], ["bash", "built", "bash-5.3.0-2.fc43 was built for f43-rebuild"]);
    let of = |name: &str| rows.iter().find(|row| row[0] == name).unwrap()[1..].to_vec();
    assert_eq!(of("python2.7"), ["blocked", "it is blocked in f43"]);
    assert_eq!(of("openssl"), ["skipped", "it is to be skipped"]);
    assert_eq!(of("zlib-ng"), ["skipped", "it is to be skipped"]);
    let json = ask(&site, &bodhi, "rebuild-plan", &["--json"]);
    let rows: Vec<Value> = json.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.iter().filter(|row| row["rebuild"] == true).count(), UNBUILT.len());
    let mut bash = rows.iter().find(|row| row["package"] == "bash").unwrap().clone();
    assert!(bash["task"].take().is_number());
    assert_eq!(
        bash,
        json!({
            "release": "F43", "package": "bash", "owner": "maria", "standing": "built", "rebuild": false,
            "why": "bash-5.3.0-2.fc43 was built for f43-rebuild", "build": "bash-5.3.0-2.fc43", "task": null,
        })
    );
}

/// What waits has no build yet, and what failed before there was a source package never has one.
#[test]
fn a_plan_made_in_the_middle_of_a_rebuild_submits_nothing_twice() {
    let (site, bodhi) = (Site::with_task_delay(std::time::Duration::from_secs(2)), Bodhi::with(recorded()));
    let (openssl, firefox) = (source("openssl", "4"), source("firefox", "dead"));
    for one in [&openssl, &firefox] {
        site.hub.run_as("practice", "build", vec![json!(one), json!("f43-rebuild")]).unwrap();
    }
    let standing = |name: &str| {
        let ended = ask(&site, &bodhi, "rebuild-plan", &["--json"]);
        let rows: Vec<Value> = ended.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        rows.iter().find(|row| row["package"] == name).unwrap()["standing"].clone()
    };
    assert_eq!(standing("openssl"), "submitted");
    wait_until(&site, |tasks| tasks[&openssl][0].1 == 2 && tasks[&firefox][0].1 == 5);
    assert_eq!((standing("openssl"), standing("firefox")), (json!("built"), json!("failed")));
    assert_eq!(submitted(&site).len(), 2);
}

#[test]
fn what_makes_no_sense_is_said() {
    let (site, bodhi) = (Site::small(), Bodhi::with(recorded()));
    let ended = ask(&site, &bodhi, "rebuild-plan", &["--accept-target", "f43-rebiuld"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (10, "flr: the hub has no target f43-rebiuld\n"));
    let ended = ask(&site, &bodhi, "list-unbuilt", &["--skip", "-", "--skip-file", "-"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (2, "flr: - stands for standard input and is given twice\n"));
    let ended = ask(&site, &bodhi, "rebuild-plan", &["--skip-file", "no-such-file"]);
    assert_eq!((ended.code, ended.calls.len()), (2, 0), "{ended:?}");
}
