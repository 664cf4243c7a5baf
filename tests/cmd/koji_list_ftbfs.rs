// SPDX-License-Identifier: GPL-3.0-or-later
use crate::koji_list_failures::{list, site};
use serde_json::{Value, json};
use std::fs;

#[test]
fn what_was_built_once_and_not_since() {
    let (site, bodhi) = site();
    let ftbfs = |words: &[&str]| list(&site, &bodhi, "list-ftbfs", words);
    // Everything in f43 was built after its first tag was made, and before the year was over.
    let since_itself = ftbfs(&["--since", "f43"]);
    assert_eq!((since_itself.code, since_itself.stdout.as_str(), since_itself.stderr.as_str()), (0, "", ""));
    let ended = ftbfs(&["--since", "2026-01-01", "--json"]);
    let lines: Vec<Value> = ended.lines().into_iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut packages: Vec<&str> = lines.iter().map(|line| line["package"].as_str().unwrap()).collect();
    packages.sort_unstable();
    // Neither the blocked one nor the one that is not listed, and no image.
    let expected = "bash coreutils dnf5 firefox glibc gnome-shell kernel openssl perl python3.14 rpm zlib-ng";
    assert_eq!(packages.join(" "), expected);
    let owners: Vec<&Value> = lines.iter().map(|line| &line["owner"]).collect();
    assert!(owners.is_sorted_by_key(|owner| (owner.is_null(), owner.as_str())), "{owners:?}");
    let bash = lines.iter().find(|line| line["package"] == "bash").unwrap();
    let build = site.admin("getBuild", json!(["bash-5.3.0-1.fc43"]));
    assert_eq!(bash["build"], "bash-5.3.0-1.fc43");
    assert_eq!(
        (&bash["build_id"], &bash["failed_build"], &bash["since"]),
        (&build["build_id"], &json!(null), &json!("2026-01-01T00:00:00Z"))
    );
    assert_eq!(
        ended.calls,
        [
            "getBuildTargets",
            "getLastEvent",
            "listPackages",
            "listTagged",
            &format!("multiCall{}", " listBuilds".repeat(12))
        ]
    );
}

/// Between the old build and now: a build that failed is told, one that is only in a candidate tag counts.
#[test]
fn attempts_since() {
    let (site, bodhi) = site();
    let second = |nvr: &str| {
        site.admin("getBuild", json!([nvr]))["creation_time"].as_str().unwrap()[..19].replace(' ', "T") + "Z"
    };
    let before = |nvr: &str| {
        let words = ["--since", &second(nvr), "--json"].map(str::to_owned);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ended = list(&site, &bodhi, "list-ftbfs", &words);
        let lines: Vec<Value> = ended.lines().into_iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        lines
    };
    let since_failure = before("rpm-6.0.0-7.fc43");
    let rpm = since_failure.iter().find(|line| line["package"] == "rpm").unwrap();
    assert_eq!((&rpm["build"], &rpm["failed_build"]), (&json!("rpm-5.99.92-1.fc43"), &json!("rpm-6.0.0-7.fc43")));
    assert!(rpm["failed_task"].is_u64());
    let since_candidate = before("coreutils-9.7-3.fc43");
    assert!(!since_candidate.iter().any(|line| line["package"] == "coreutils"), "{since_candidate:?}");
}

#[test]
fn since_when_nobody_knows() {
    let (site, bodhi) = site();
    let ended = list(&site, &bodhi, "list-ftbfs", &["--since", "f99"]);
    assert_eq!(ended.code, 10);
    assert!(ended.stderr.starts_with("flr: there is no release f99\n"), "{}", ended.stderr);
    let ended = list(&site, &bodhi, "list-ftbfs", &["--since", "f45"]);
    let said = "flr: nobody knows when F45 began\nhint: give a time instead\n";
    assert_eq!((ended.code, ended.stderr.as_str()), (10, said));
}

#[test]
fn pages() {
    let (site, bodhi) = site();
    let dir = site.path().join("www");
    fs::create_dir(&dir).unwrap();
    let words = ["--since", "2026-01-01", "--html", dir.to_str().unwrap()];
    let ended = list(&site, &bodhi, "list-ftbfs", &words);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, ""));
    assert!(ended.stderr.contains("12 packages of F43 built once and not since; written to "), "{}", ended.stderr);
    let text = fs::read_to_string(dir.join("owners.html")).unwrap();
    // The owner whose name no terminal should be given.
    assert!(!text.contains(['\u{9b}', '\u{202e}']));
    assert_eq!(text.matches("<tr><th scope=\"row\">").count(), 12);
}
