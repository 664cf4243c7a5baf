// SPDX-License-Identifier: GPL-3.0-or-later
//! Accidents between flr and the hub.

use crate::bench::{Bench, DESTINATION, assert_merged, assert_truth, run_id, wanted};
use flr::practice::{Misbehaviour, What, When};

/// Writing requests of the merge: the login's are not counted, 3,000 builds are 15 batches.
const FIRST: u64 = 1;
const MIDDLE: u64 = 7;
const LAST: u64 = 15;

/// The merge suffers `rule`. It ends well by itself or after `resume`; then everything is there
/// once, a second run does nothing, and undo takes everything back.
fn survives(rules: Vec<Misbehaviour>, code: &[i32]) {
    let bench = Bench::new();
    let before = bench.state(&[DESTINATION]);
    let builds = wanted(&bench);
    assert!(builds.len() >= 2900, "a merge of {} builds is no mass rebuild", builds.len());
    let shown = format!("{rules:?}");
    rules.into_iter().for_each(|rule| bench.misbehave(rule));
    let (ended, document) = bench.merge();
    assert!(code.contains(&ended), "{shown}: exit {ended}, {}", document["msg"]);
    bench.all_used();
    let run = run_id(&document);
    assert_truth(&bench, &bench.store().show(&run).unwrap());
    if ended != 0 {
        let (ended, document) = bench.flr("practice", &["run", "resume", run.as_str()]);
        assert_eq!(ended, 0, "{shown}: resume: {}", document["msg"]);
        assert_truth(&bench, &bench.store().show(&run).unwrap());
    }
    assert_merged(&bench, &builds);
    let (ended, second) = bench.merge();
    assert_eq!((ended, second["changed"].as_bool()), (0, Some(false)), "{shown}: second run");
    let (ended, undone) = bench.flr("practice", &["run", "undo", run.as_str()]);
    assert_eq!((ended, undone["changed"].as_bool()), (0, Some(true)), "{shown}: undo: {}", undone["msg"]);
    assert_eq!(bench.state(&[DESTINATION]), before, "{shown}: undo");
}

fn at(nth: u64, what: What) -> Vec<Misbehaviour> {
    vec![Misbehaviour::new(When::Writing(nth), what)]
}

macro_rules! accidents {
    ($($name:ident: $what:expr, $codes:expr;)*) => { $(
        mod $name {
            use super::*;
            #[test]
            fn in_the_first_batch() { survives(at(FIRST, $what), $codes); }
            #[test]
            fn in_between() { survives(at(MIDDLE, $what), $codes); }
            #[test]
            fn in_the_last_batch() { survives(at(LAST, $what), $codes); }
        }
    )* };
}

accidents! {
    dropped_before_running: What::DropBefore, &[0];
    dropped_after_committing: What::DropAfter, &[0];
    half_an_answer: What::HalfAnswer, &[0];
    bad_gateway_before: What::HttpBefore(502), &[0];
    bad_gateway_after: What::HttpAfter(502), &[0];
    database_cut: What::HttpBefore(500), &[0];
    html_instead_of_an_answer: What::Html, &[0];
    session_expired: What::Expire, &[0];
    session_closed: What::CloseSession, &[0];
    two_copies_at_once: What::Twice, &[0];
    slow_commit: What::DelayCommit(1500), &[0];
}

#[test]
fn an_outage_before_anything_changes_nothing() {
    let bench = Bench::new();
    let before = bench.state(&[DESTINATION]);
    bench.misbehave(Misbehaviour::new(When::Writing(1), What::Offline("planned outage".into())).times(50));
    let (code, document) = bench.merge();
    assert_eq!(code, 75, "{}", document["msg"]);
    assert_eq!(document["changed"], false);
    assert!(document["msg"].as_str().unwrap().contains("planned outage"), "{}", document["msg"]);
    assert_eq!(bench.state(&[DESTINATION]), before);
}

#[test]
fn an_outage_in_the_middle_is_resumed() {
    survives(vec![Misbehaviour::new(When::Writing(MIDDLE), What::Offline("planned outage".into())).times(6)], &[5]);
}

#[test]
fn the_nth_change_fails_and_only_that_one() {
    for nth in [2, 1500, 2990] {
        let what = What::Fail { code: 1004, text: "policy violation (tag): not today".into() };
        survives(vec![Misbehaviour::new(When::Change(nth), what)], &[5]);
    }
}

#[test]
fn a_deadlock_in_a_batch_is_redone() {
    for nth in [10, 1450] {
        survives(vec![Misbehaviour::new(When::Change(nth), What::Deadlock)], &[0]);
    }
}
