// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::Site;

/// What the hub knows is shown, what it does not know is named, all of it.
#[test]
fn builds_that_are_known_and_not() {
    let site = Site::small();
    let ended = site.flr(["koji", "build-info", "no-1-1", "bash-5.3.0-1.fc43", "rpm-6.0.0-7.fc43", "nor-1-1"]);
    assert_eq!(ended.code, 10);
    assert_eq!(ended.stderr, "flr: the hub has no build no-1-1, nor-1-1\n");
    assert_eq!(ended.calls, ["multiCall getBuild getBuild getBuild getBuild"]);
    let words: Vec<Vec<&str>> = ended.lines().iter().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!((words[0][0], words[0][2], words[0][3]), ("bash-5.3.0-1.fc43", "complete", "maria"));
    assert_eq!((words[1][0], words[1][2], words[1][3]), ("rpm-6.0.0-7.fc43", "failed", "maria"));
    assert_eq!(words[0].len(), 8);
    assert_eq!(words.len(), 2);
}

/// Escape codes and newlines in a source are harmless, and JSON keeps them.
#[test]
fn hostile_text_of_the_hub_cannot_act() {
    let site = Site::small();
    let nvr = "zlib-ng-2.2.5-3.fc43";
    let text = site.flr(["koji", "build-info", nvr]).stdout;
    assert!(!text.trim_end().contains(|c: char| c.is_control()), "{text:?}");
    assert!(
        text.ends_with("git+https://src.example.test/\\u{1b}]0;owned\\u{7}\\u{1b}[2Jrpms/zlib-ng.git\\u{a}#0123\n")
    );
    let ended = site.flr(["koji", "build-info", nvr, "--json"]);
    assert!(!ended.stdout.trim_end().contains(|c: char| c.is_control()));
    let line = ended.document();
    assert_eq!(line["source"], "git+https://src.example.test/\u{1b}]0;owned\u{7}\u{1b}[2Jrpms/zlib-ng.git\n#0123");
    assert_eq!((&line["state"], &line["volume"]), (&"complete".into(), &"DEFAULT".into()));
    let completed = line["completed"].as_str().unwrap();
    assert!(completed.ends_with('Z') && completed.contains('T'), "{completed}");
    let fields: Vec<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["build_id", "completed", "epoch", "nvr", "owner", "source", "state", "task_id", "volume"]);
}
