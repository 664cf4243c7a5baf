// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::{Site, run_and_signal};
use nix::sys::signal::Signal;
use serde_json::json;
use std::time::Duration;

fn tagging(site: &Site) -> String {
    site.hub.run_as("admin", "packageListAdd", vec![json!("f43-empty"), json!("bash"), json!("maria")]).unwrap();
    let args = vec![json!("f43-empty"), json!("bash-5.3.0-1.fc43")];
    site.hub.run_as("admin", "tagBuild", args).unwrap().to_string()
}

/// Every change of state is a line; all closed is yes.
#[test]
fn a_task_that_closes() {
    let site = Site::small();
    let task = tagging(&site);
    let ended = site.flr(["koji", "watch-task", &task]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let last = *ended.lines().last().unwrap();
    assert_eq!(last, format!("{task}  tagBuild  closed"));
    let lines = ended.lines();
    let mut without_repeats = lines.clone();
    without_repeats.dedup();
    assert_eq!(lines, without_repeats);
}

#[test]
fn a_task_that_fails_or_was_canceled_is_a_no() {
    let site = Site::small();
    let (first, second) = (tagging(&site), tagging(&site));
    let ended = site.flr(["koji", "watch-task", &second, &first]);
    assert_eq!(ended.code, 7);
    assert_eq!(ended.stderr, format!("flr: not closed: {second}\n"));
    assert!(
        ended.lines().iter().any(|line| line.starts_with(&format!("{second}  tagBuild  failed  hub fault"))),
        "{ended:?}"
    );
}

#[test]
fn an_unknown_task_is_named() {
    let site = Site::small();
    let ended = site.flr(["koji", "watch-task", "7", "8"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (10, "flr: the hub has no task 7, 8\n"));
}

/// Ctrl-C leaves the task running, and says so.
#[test]
fn interrupted() {
    let site = Site::with_task_delay(Duration::from_secs(4));
    let task = tagging(&site);
    let mut command = site.command();
    command.args(["koji", "watch-task", &task]);
    let (code, stdout, stderr) = run_and_signal(&mut command, "tagBuild", Signal::SIGINT);
    assert_eq!(code, 75, "{stderr}");
    assert!(stdout.starts_with(&format!("{task}  tagBuild  ")), "{stdout}");
    assert_eq!(stderr, format!("flr: still running: {task}\nhint: `flr koji watch-task {task}` goes on\n"));
}
