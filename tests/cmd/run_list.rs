// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::Site;
use serde_json::Value;

#[test]
fn nothing_was_done_yet() {
    let site = Site::small();
    let ended = site.flr(["run", "list"]);
    assert_eq!(ended, crate::site::Ended::default());
}

/// Newest first, one line for each run; dry runs and runs with nothing to do are none.
#[test]
fn runs_newest_first() {
    let site = Site::small();
    let build = "bash-5.3.0-1.fc43";
    site.agreed(["koji", "untag-build", "f43", build]);
    site.agreed(["koji", "untag-build", "f43", build]);
    site.flr(["koji", "tag-build", "f43", build, "--dry-run"]);
    site.agreed(["koji", "tag-build", "f43", build]);
    let ended = site.flr(["run", "list"]);
    let words: Vec<Vec<&str>> = ended.lines().iter().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(words.len(), 2, "{}", ended.stdout);
    assert_eq!(words[0][3..], ["done", "1/1", "koji", "tag-build"]);
    assert_eq!(words[1][3..], ["done", "1/1", "koji", "untag-build"]);
    assert_eq!(ended.calls, [""; 0]);

    let ended = site.flr(["run", "list", "--command", "koji untag-build", "--json"]);
    let line = ended.document();
    assert_eq!(line["run"], words[1][0]);
    let fields: Vec<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        fields,
        ["caller", "changes", "command", "profile", "reached", "run", "state", "time", "undoes", "undone_by"]
    );
    for (option, value, rows) in [
        ("--since", "2020-01-01", 2),
        ("--since", "2999-01-01T00:00:00Z", 0),
        ("--user", line["caller"].as_str().unwrap(), 2),
        ("--user", "nobody-at-all", 0),
        ("--command", "koji", 0),
    ] {
        assert_eq!(site.flr(["run", "list", option, value]).lines().len(), rows, "{option} {value}");
    }
}

/// What was taken back stands no longer, and the list says so.
#[test]
fn what_was_undone_is_told() {
    let site = Site::small();
    site.agreed(["koji", "untag-build", "f43", "bash-5.3.0-1.fc43"]);
    assert_eq!(site.last_undone().code, 0);
    let ended = site.flr(["run", "list"]);
    let rows: Vec<Vec<&str>> = ended.lines().iter().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0][5..], ["run", "undo", rows[1][0]]);
    assert_eq!(rows[1][5..], ["koji", "untag-build,", "undone", "by", rows[0][0]]);
}

/// A journal that is damaged is told, and hides no other.
#[test]
fn a_damaged_journal_is_told() {
    let site = Site::small();
    site.agreed(["koji", "untag-build", "f43", "bash-5.3.0-1.fc43"]);
    std::fs::write(site.path().join("state/flr/runs/20200101-000000-0000.jsonl"), "no journal\n").unwrap();
    let ended = site.flr(["run", "list", "--json"]);
    assert_eq!(ended.code, 10);
    assert_eq!(serde_json::from_str::<Value>(&ended.stdout).unwrap()["command"], "koji untag-build");
    assert!(ended.stderr.contains("20200101-000000-0000"), "{}", ended.stderr);
    assert!(ended.stderr.ends_with("flr: 1 journal cannot be read\n"), "{}", ended.stderr);
}

/// Nobody else may read what was done, with which names.
#[test]
fn the_state_is_the_callers_own() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::small();
    site.agreed(["koji", "untag-build", "f43", "bash-5.3.0-1.fc43"]);
    for path in ["state/flr", "state/flr/runs"] {
        let mode = std::fs::metadata(site.path().join(path)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{path}");
    }
}
