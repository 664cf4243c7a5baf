// SPDX-License-Identifier: GPL-3.0-or-later
//! What the README promises: its one command does the job, and its examples are words flr knows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(feature = "practice")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const README: &str = include_str!("../README.md");

/// The main job, from nothing: no configuration, no state, no terminal.
#[test]
fn the_one_command_does_the_main_job() {
    let line =
        README.lines().find_map(|line| line.strip_prefix("    cargo run --release -- ")).expect("a cargo run line");
    let words: Vec<_> = line.split_whitespace().collect();
    let [_, _, tag, nvr, ..] = words[..] else {
        panic!("{line}");
    };
    let home = tempfile::tempdir().unwrap();

    let first = flr(home.path(), &words);
    assert_eq!(first.status.code(), Some(0), "{first:?}");
    assert!(text(&first.stdout).contains(nvr), "{first:?}");
    let tagged = flr(home.path(), &["koji", "list-tags", nvr, "--profile", "practice", "--json"]);
    assert_eq!(tagged.status.code(), Some(0), "{tagged:?}");
    assert!(text(&tagged.stdout).contains(&format!("\"{tag}\"")), "{tagged:?}");

    // Twice is once.
    let second = flr(home.path(), &[&words[..], &["--json"]].concat());
    assert_eq!(second.status.code(), Some(0), "{second:?}");
    let report: serde_json::Value = serde_json::from_slice(&second.stdout).unwrap();
    assert_eq!(report["changed"], false);

    // And it can be taken back.
    let runs = flr(home.path(), &["run", "list", "--json"]);
    let run: serde_json::Value = serde_json::from_slice(&runs.stdout).unwrap();
    let run = run["run"].as_str().expect("one run, by name");
    let undone = flr(home.path(), &["run", "undo", run, "--yes"]);
    assert_eq!(undone.status.code(), Some(0), "{undone:?}");
    let tagged = flr(home.path(), &["koji", "list-tags", nvr, "--profile", "practice", "--json"]);
    assert!(!text(&tagged.stdout).contains(&format!("\"{tag}\"")), "{tagged:?}");
}

#[test]
fn every_example_is_known_to_the_command_line() {
    let mut seen = 0;
    for line in README.lines().filter_map(|line| line.strip_prefix("    ")) {
        let line = line.split('#').next().unwrap();
        let line = line.rsplit("| ").next().unwrap().trim();
        let line = line.replace("cargo run --release --", "flr");
        // `ID` stands for a run's name, which only a run can give.
        if !line.starts_with("flr ") || line.ends_with(" ID") {
            continue;
        }
        seen += 1;
        if let Err(error) = flr::cli::command().try_get_matches_from(line.split_whitespace()) {
            panic!("{line}\n{error}");
        }
    }
    assert!(seen >= 8, "only {seen} examples");
}

fn flr(home: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_flr"))
        .args(words)
        .env_clear()
        .env("HOME", home)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// The guide of a release cycle is commands to be typed on the day.
#[test]
fn every_command_of_the_guide_is_known_to_the_command_line() {
    let page = include_str!("../man/flr-release-cycle.7").replace("\\-", "-");
    let mut seen = BTreeSet::new();
    for line in page.lines().filter(|line| line.starts_with("flr ")) {
        let words: Vec<&str> = line.split(['<', '>']).next().unwrap().split_whitespace().collect();
        if let Err(error) = flr::cli::command().try_get_matches_from(&words) {
            panic!("{line}\n{error}");
        }
        // The practice hub is where the walk takes place.
        if words[1] != "practice" {
            seen.insert(words[2].to_owned());
        }
    }
    // Whoever rehearses it walks all of these.
    let walked = include_str!("cycle/run");
    let missing: Vec<_> = seen.iter().filter(|word| !walked.contains(&format!("\"{word}\""))).collect();
    assert!(seen.len() > 20, "{seen:?}");
    assert_eq!(missing, Vec::<&String>::new(), "the guide tells of commands that tests/cycle/run does not walk");
}
