// SPDX-License-Identifier: GPL-3.0-or-later
//! Ctrl-C while the hub works.

use crate::site::{LOGIN, Site};
use flr::practice::{Misbehaviour, What, When};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

const BUILD: &str = "bash-5.3.0-1.fc43";

/// flr, waiting for a hub that takes its time to commit.
fn waiting(site: &Site, delay: u64) -> (Child, Pid) {
    site.hub.misbehave(Misbehaviour::new(When::Writing(1), What::DelayCommit(delay)));
    let mut command = site.command();
    command.args(["koji", "untag-build", "f43", BUILD, "--yes", "--json"]).args(LOGIN);
    let child = command.stdin(Stdio::null()).spawn().unwrap();
    let end = Instant::now() + Duration::from_secs(20);
    // The change itself shows in the log of calls only when it is answered.
    while site.hub.pending_rules().iter().any(|rule| rule.when == When::Writing(1)) {
        assert!(Instant::now() < end, "nothing was written");
        std::thread::sleep(Duration::from_millis(20));
    }
    let pid = Pid::from_raw(child.id() as i32);
    (child, pid)
}

/// The first one waits for the answer that is on its way, so that nothing is unsettled.
#[test]
fn the_first_one_stops_at_the_next_safe_point() {
    let site = Site::small();
    let (child, pid) = waiting(&site, 1500);
    kill(pid, Signal::SIGINT).unwrap();
    let output = child.wait_with_output().unwrap();
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["done"].as_array().unwrap().len(), 1, "{document}");
    assert_eq!(document["unsettled"], serde_json::json!([]));
    assert!(!site.tagged("f43").iter().any(|build| build == BUILD));
}

/// The second one does not wait, and the journal tells the truth: sent, and nobody knows more.
#[test]
fn the_second_one_ends_at_once() {
    let site = Site::small();
    let (child, pid) = waiting(&site, 5000);
    kill(pid, Signal::SIGINT).unwrap();
    std::thread::sleep(Duration::from_millis(600));
    let second = Instant::now();
    kill(pid, Signal::SIGTERM).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(second.elapsed() < Duration::from_secs(2));
    assert_eq!(output.status.code(), Some(5));
    let run = site.flr(["run", "list", "--json"]).document();
    assert_eq!(run["state"], "interrupted");
    let shown = site.flr(["run", "show", run["run"].as_str().unwrap(), "--json"]).document();
    assert_eq!(shown["steps"][0]["standing"], "in flight");
}

/// flr, waiting for the first answer of a hub that takes its time.
fn reading(site: &Site, delay: u64, words: &[&str]) -> (Child, Pid) {
    site.hub.misbehave(Misbehaviour::new(When::Request(1), What::DelayAnswer(delay)));
    let mut command = site.command();
    command.args(["koji", "untag-build", "f43", BUILD]).args(words).args(LOGIN);
    let child = command.stdin(Stdio::null()).spawn().unwrap();
    let end = Instant::now() + Duration::from_secs(20);
    while !site.hub.pending_rules().is_empty() {
        assert!(Instant::now() < end, "nothing was asked");
        std::thread::sleep(Duration::from_millis(20));
    }
    let pid = Pid::from_raw(child.id() as i32);
    (child, pid)
}

/// Whoever wishes to stop while the hub is still read is asked nothing, and nothing is begun.
#[test]
fn before_anything_is_begun_nothing_begins() {
    let site = Site::small();
    let (child, pid) = reading(&site, 1500, &["--yes", "--json"]);
    kill(pid, Signal::SIGINT).unwrap();
    let output = child.wait_with_output().unwrap();
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &document["run"]), (Some(10), &serde_json::Value::Null), "{document}");
    assert_eq!(document["msg"], "stopped by request, nothing was changed");
    assert!(site.tagged("f43").iter().any(|build| build == BUILD));
    assert_eq!(site.flr(["run", "list"]).stdout, "");
    assert!(!site.calls().iter().any(|call| call.contains("login")));
}

/// Nor has anything been changed when somebody insists then.
#[test]
fn who_insists_before_anything_is_begun_has_changed_nothing() {
    let site = Site::small();
    let (child, pid) = reading(&site, 5000, &["--yes"]);
    kill(pid, Signal::SIGINT).unwrap();
    std::thread::sleep(Duration::from_millis(600));
    kill(pid, Signal::SIGINT).unwrap();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(10));
}

/// A list that nobody ends is waited for only as long as nobody minds.
#[test]
fn a_list_is_waited_for_until_a_signal() {
    let site = Site::small();
    let mut command = site.command();
    command.args(["koji", "untag-build", "f43", "-", "--yes"]).args(LOGIN);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(child.try_wait().unwrap(), None);
    kill(Pid::from_raw(child.id() as i32), Signal::SIGINT).unwrap();
    let held = child.stdin.take();
    let status = child.wait().unwrap();
    drop(held);
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(Signal::SIGINT as i32));
}

/// A signal that was switched off by whoever started flr stays off.
#[test]
fn nohup_is_respected() {
    let site = Site::small();
    let mut command = std::process::Command::new("nohup");
    let flr = site.command();
    command
        .arg(flr.get_program())
        .args(["practice", "serve", "--dir", "served"])
        .current_dir(site.path())
        .env("XDG_STATE_HOME", site.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take().unwrap()), &mut line).unwrap();
    let pid = Pid::from_raw(child.id() as i32);
    kill(pid, Signal::SIGHUP).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(child.try_wait().unwrap(), None, "SIGHUP ended it");
    kill(pid, Signal::SIGTERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
