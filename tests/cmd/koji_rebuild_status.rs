// SPDX-License-Identifier: GPL-3.0-or-later
use crate::changing::agreed;
use crate::koji_list_failures::{list, site};
use crate::koji_submit_builds::source;
use crate::site::{Site, run_and_signal};
use crate::terminal::play_in;
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use std::time::Duration;

#[test]
fn the_hubs_tasks_are_counted() {
    let (site, bodhi) = site();
    let ended = list(&site, &bodhi, "rebuild-status", &["--since", "2025-01-01", "--target", "f43-rebuild"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!(ended.stdout, "submitted  6\nfree       0\nbuilding   0\ndone       6\nfailed     0\ncanceled   0\n");
    let ended = list(&site, &bodhi, "rebuild-status", &["--since", "2025-01-01", "--json"]);
    let line: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&line["release"], &line["planned"], &line["goes_on"]), (&json!("F43"), &json!(null), &json!(false)));
    assert_eq!(line["targets"], json!(["f43", "f43-candidate", "f43-rebuild"]));
    let sum: u64 = ["free", "building", "done", "failed", "canceled", "unknown"]
        .iter()
        .map(|name| line[name].as_u64().unwrap())
        .sum();
    assert_eq!(line["submitted"], sum);
}

/// What a run submitted is followed by its record, by release or by name; of another run nothing is seen.
#[test]
fn what_runs_submitted() {
    let (site, bodhi) = site();
    let sources = [source("bash", "1"), source("rpm", "bad"), source("perl", "dead"), source("glibc", "1")];
    let words: Vec<&str> = sources.iter().map(String::as_str).collect();
    let ended = agreed(&site, &[&["koji", "submit-builds", "f43-rebuild"], &words[..]].concat());
    let run = ended.document()["run"].as_str().unwrap().to_owned();
    let watched = list(&site, &bodhi, "rebuild-status", &["--watch"]);
    assert_eq!((watched.code, watched.stderr.as_str()), (7, "flr: over, and 2 builds not made: failed 2\n"));
    let last = *watched.lines().last().unwrap();
    assert_eq!(last, "planned 4, submitted 4, waiting 0, free 0, building 0, done 2, failed 2, canceled 0");
    let ended = site.flr(["koji", "rebuild-status", "--run", &run, "--json"]);
    let counts = "\"planned\":4,\"submitted\":4,\"waiting\":0,\"refused\":0,\"already\":0,\"free\":0,\"building\":0,\"done\":2,\"failed\":2,\"canceled\":0,\"unknown\":0";
    let line = format!("{{\"release\":null,\"targets\":[],\"runs\":[\"{run}\"],{counts},\"goes_on\":false}}\n");
    assert_eq!((ended.code, ended.stdout), (0, line));
    assert_eq!(ended.calls, ["multiCall getTaskInfo getTaskInfo getTaskInfo getTaskInfo", "multiCall getUser"]);
    // Of another target nothing was submitted.
    let ended = site.flr(["koji", "rebuild-status", "--target", "f43-candidate"]);
    assert_eq!(ended.code, 10, "{ended:?}");
    // Canceled ones are told as such.
    let slow = Site::with_task_delay(Duration::from_secs(30));
    let ended = agreed(&slow, &["koji", "submit-builds", "f43-rebuild", &source("bash", "1")]);
    let task = ended.document()["tasks"][0]["task"].clone();
    slow.admin("cancelTask", json!([task]));
    let ended = slow.flr(["koji", "rebuild-status", "--target", "f43-rebuild"]);
    let expected = "planned    1\nsubmitted  1\nwaiting    0\nfree       0\nbuilding   0\ndone       0\nfailed     0\ncanceled   1\n";
    assert_eq!((ended.code, ended.stdout.as_str()), (0, expected));
}

/// Ctrl-C leaves the builds alone, and says where they are.
#[test]
fn interrupted() {
    let site = Site::with_task_delay(Duration::from_secs(30));
    agreed(&site, &["koji", "submit-builds", "f43-rebuild", &source("bash", "1")]);
    let mut command = site.command();
    command.args(["koji", "rebuild-status", "--target", "f43-rebuild", "--watch"]);
    let (code, stdout, stderr) = run_and_signal(&mut command, "planned 1", Signal::SIGINT);
    assert_eq!(code, 75, "{stderr}");
    assert!(stdout.starts_with("planned 1, submitted 1, waiting 0, "), "{stdout}");
    assert!(
        stderr.starts_with("flr: not over: planned 1, ")
            && stderr.ends_with("hint: the same command goes on watching\n"),
        "{stderr}"
    );
}

/// On a terminal it is a table that is drawn again, and stands at the end.
#[test]
fn on_a_terminal() {
    let site = Site::with_task_delay(Duration::from_millis(1500));
    agreed(&site, &["koji", "submit-builds", "f43-rebuild", &source("bash", "1")]);
    let args = ["koji", "rebuild-status", "--target", "f43-rebuild", "--watch"];
    let played = play_in(site.path(), &args, &[], json!({"columns": 40}));
    assert_eq!(played.code, 0, "{}", played.seen);
    for shown in ["░ 0/1", "planned    1 ", "building   1 ", "done       1 "] {
        assert!(played.seen.contains(shown), "{shown} {:?}", played.seen);
    }
    // A bar and eight counts, each in a line of its own: drawn over, none is left behind.
    assert!(played.seen.contains("\u{1b}[8A") && !played.seen.contains("\u{1b}[9A"), "{:?}", played.seen);
    assert!(played.seen.contains("\r\u{1b}[2K") && played.restored, "{:?}", played.seen);
    assert!(played.seen.ends_with("done       1\r\nfailed     0\r\ncanceled   0\r\n"), "{:?}", played.seen);
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
