// SPDX-License-Identifier: GPL-3.0-or-later
//! flr is killed; the hub lives on.

use crate::bench::{Bench, DESTINATION, assert_merged, assert_truth, pause, wanted};
use flr::practice::{Misbehaviour, What, When};
use std::process::Stdio;
use std::time::Instant;

/// Points spread over the life of a run, with a jitter that differs from run to run.
#[test]
fn sigkill_at_twenty_points() {
    let bench = Bench::new();
    let before = bench.state(&[DESTINATION]);
    let builds = wanted(&bench);
    let began = Instant::now();
    assert!(bench.start_merge().wait().unwrap().success());
    let whole = u64::try_from(began.elapsed().as_millis()).unwrap();
    take_back(&bench);
    for point in 0..20 {
        let jitter = u64::from(Instant::now().elapsed().subsec_nanos() % 97);
        let mut child = bench.start_merge();
        pause(whole * (point + 1) / 22 + jitter);
        child.kill().unwrap();
        child.wait().unwrap();
        let Some(record) =
            bench.last_run().filter(|record| record.begin.command == "koji mass-tag" && record.undone_by.is_none())
        else {
            assert_eq!(bench.state(&[DESTINATION]), before, "point {point}: no record, and yet a change");
            continue;
        };
        // What was sent when flr died may still run for a moment.
        settled(&bench);
        assert_truth(&bench, &bench.store().show(&record.begin.run).unwrap());
        let (code, document) = bench.flr("practice", &["run", "resume", record.begin.run.as_str()]);
        assert_eq!(code, 0, "point {point}: {document}");
        let rows = bench.rows(DESTINATION).into_iter().filter(|row| row.created > record.begin.since);
        let mut ids: Vec<_> = rows.map(|row| row.id).collect();
        ids.sort();
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "point {point}: tagged twice");
        assert_eq!(ids, builds.iter().copied().collect::<Vec<_>>(), "point {point}");
        take_back(&bench);
        assert_eq!(bench.state(&[DESTINATION]), before, "point {point}: undo");
    }
}

fn take_back(bench: &Bench) {
    let record = bench.last_run().unwrap();
    let (code, document) = bench.flr("practice", &["run", "undo", record.begin.run.as_str()]);
    assert_eq!(code, 0, "{document}");
}

fn settled(bench: &Bench) {
    let mut last = 0;
    loop {
        let now = bench.rows(DESTINATION).len();
        if now == last {
            return;
        }
        last = now;
        pause(700);
    }
}

#[test]
fn the_hub_commits_after_flr_was_killed_and_undo_is_called_at_once() {
    let bench = Bench::new();
    let before = bench.state(&[DESTINATION]);
    bench.misbehave(Misbehaviour::new(When::Writing(4), What::DelayCommit(3000)));
    let mut child = bench.start_merge();
    while !bench.server.pending_rules().is_empty() {
        pause(20);
    }
    pause(100);
    child.kill().unwrap();
    child.wait().unwrap();
    let record = bench.last_run().unwrap();
    assert_eq!(record.state(), "interrupted");
    let (code, document) = bench.flr("practice", &["run", "undo", record.begin.run.as_str()]);
    assert_eq!(code, 0, "{document}");
    assert_eq!(bench.state(&[DESTINATION]), before);
    pause(3500);
    assert_eq!(bench.state(&[DESTINATION]), before, "something came late");
}

#[test]
fn an_undo_that_was_killed_is_resumed() {
    let bench = Bench::new();
    let before = bench.state(&[DESTINATION]);
    assert!(bench.start_merge().wait().unwrap().success());
    let merge = bench.last_run().unwrap().begin.run;
    bench.misbehave(Misbehaviour::new(When::Writing(5), What::DelayCommit(1500)));
    let mut undo = bench.command("practice", &["run", "undo", merge.as_str(), "--yes", "--json"]);
    let mut child = undo.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !bench.server.pending_rules().is_empty() {
        pause(20);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let record = bench.last_run().unwrap();
    assert_eq!((record.begin.command.as_str(), record.state()), ("run undo", "interrupted"));
    let (code, document) = bench.flr("practice", &["run", "resume", record.begin.run.as_str()]);
    assert_eq!(code, 0, "{document}");
    assert_eq!(bench.state(&[DESTINATION]), before);
}

#[test]
fn ctrl_c_stops_at_a_safe_point() {
    let bench = Bench::new();
    let builds = wanted(&bench);
    bench.misbehave(Misbehaviour::new(When::Writing(3), What::DelayCommit(800)));
    let child = bench.start_merge();
    while !bench.server.pending_rules().is_empty() {
        pause(20);
    }
    nix::sys::signal::kill(
        nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap()),
        nix::sys::signal::Signal::SIGINT,
    )
    .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(5));
    let record = bench.last_run().unwrap();
    assert_eq!(record.state(), "failed");
    assert!(record.standing.iter().all(|s| !s.is_open()), "everything that was sent is settled");
    assert_truth(&bench, &record);
    let (code, document) = bench.flr("practice", &["run", "resume", record.begin.run.as_str()]);
    assert_eq!(code, 0, "{document}");
    assert_merged(&bench, &builds);
}
