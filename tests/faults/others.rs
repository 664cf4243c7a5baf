// SPDX-License-Identifier: GPL-3.0-or-later
//! Other people work at the same tags, and single changes are refused.

use crate::bench::{Bench, DESTINATION, SOURCE, run_id};
use flr::practice::{Misbehaviour, Options, What, When};
use serde_json::{Value, json};
use std::time::Duration;

const TAG: &str = DESTINATION;

/// Two builds of each of the first packages of the rebuild: the one in f43, the newer one in SOURCE.
fn pairs(bench: &Bench, count: usize) -> Vec<(String, String)> {
    let newer = bench.rows(SOURCE);
    let older = bench.rows("f43");
    let pair = |new: &flr::koji::TagRow| {
        let old = older.iter().find(|row| row.active() && row.nvr.name() == new.nvr.name())?;
        Some((old.nvr.to_string(), new.nvr.to_string()))
    };
    newer.iter().filter_map(pair).take(count).collect()
}

fn flr(bench: &Bench, user: &str, words: &[&str]) -> Value {
    let (code, document) = bench.flr(user, words);
    assert_eq!(code, 0, "{words:?}: {document}");
    document
}

fn undo(bench: &Bench, run: &Value) -> (i32, Value) {
    bench.flr("practice", &["run", "undo", run_id(run).as_str()])
}

fn subjects(list: &Value) -> Vec<String> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|item| format!("{}: {}", item["subject"].as_str().unwrap(), item["why"].as_str().unwrap()))
        .collect()
}

#[test]
fn a_move_whose_nth_tagging_fails_leaves_that_build_where_it_was() {
    let bench = Bench::new();
    let mut builds: Vec<String> = pairs(&bench, 10).into_iter().map(|(_, new)| new).collect();
    builds.sort();
    let before = bench.order(SOURCE).len();
    bench.misbehave(Misbehaviour::new(
        When::Change(3),
        What::Fail { code: 1004, text: "policy violation (tag): no".into() },
    ));
    let words: Vec<&str> =
        ["koji", "move-builds", SOURCE, TAG].into_iter().chain(builds.iter().map(String::as_str)).collect();
    let (code, document) = bench.flr("practice", &words);
    assert_eq!(code, 5, "{document}");
    bench.all_used();
    assert_eq!(document["done"].as_array().unwrap().len(), 18);
    assert_eq!(document["failures"].as_array().unwrap().len(), 1);
    let stayed = document["failures"][0]["change"]["build"]["nvr"].as_str().unwrap().to_owned();
    assert_eq!(document["failures"][0]["why"], "hub fault 1004: policy violation (tag): no");
    assert_eq!(
        subjects(&document["skipped"]),
        [format!("untag {stayed} from {SOURCE}: it waits for \"tag {stayed} into {TAG}\", which is not done")]
    );
    let (source, target) = (bench.order(SOURCE), bench.order(TAG));
    assert_eq!((source.len(), target.len()), (before - 9, 9));
    assert!(source.contains(&stayed) && !target.contains(&stayed));

    let (code, resumed) = bench.flr("practice", &["run", "resume", run_id(&document).as_str()]);
    assert_eq!((code, resumed["done"].as_array().unwrap().len()), (0, 2), "{resumed}");
    assert_eq!(bench.order(TAG).len(), 10);
}

#[test]
fn latest_is_latest_again_after_an_untagging_was_taken_back() {
    let bench = Bench::new();
    let (old, new) = pairs(&bench, 1).remove(0);
    flr(&bench, "kim", &["koji", "tag-build", TAG, &old, &new]);
    assert_eq!(bench.order(TAG), [old.clone(), new.clone()]);
    let run = flr(&bench, "practice", &["koji", "untag-build", TAG, &old]);
    assert_eq!(bench.order(TAG), std::slice::from_ref(&new));
    assert_eq!(undo(&bench, &run).0, 0);
    assert_eq!(bench.order(TAG), [old.clone(), new.clone()], "the newest is the newest");

    let again = undo(&bench, &run).1;
    assert_eq!(again["changed"], false, "a second undo does nothing: {again}");
    assert_eq!(bench.order(TAG), [old, new]);
}

#[test]
fn an_undo_can_be_taken_back_too() {
    let bench = Bench::new();
    let (old, new) = pairs(&bench, 1).remove(0);
    flr(&bench, "kim", &["koji", "tag-build", TAG, &old, &new]);
    let run = flr(&bench, "practice", &["koji", "untag-build", TAG, &old]);
    let undone = undo(&bench, &run).1;
    assert_eq!(undo(&bench, &undone).0, 0);
    assert_eq!(bench.order(TAG), [new]);
}

#[test]
fn what_somebody_moved_on_meanwhile_is_left_and_named() {
    let bench = Bench::new();
    let builds: Vec<String> = pairs(&bench, 3).into_iter().map(|(_, new)| new).collect();
    let run = flr(&bench, "practice", &["koji", "tag-build", TAG, &builds[0], &builds[1], &builds[2]]);
    flr(&bench, "kim", &["koji", "untag-build", TAG, &builds[0]]);
    flr(&bench, "kim", &["koji", "untag-build", TAG, &builds[1]]);
    flr(&bench, "kim", &["koji", "tag-build", TAG, &builds[1]]);
    let (code, undone) = undo(&bench, &run);
    assert_eq!(code, 5, "one of them is still there and not ours: {undone}");
    assert_eq!(bench.order(TAG), [builds[1].clone()]);
    let told = subjects(&undone["skipped"]);
    assert!(
        told.iter().any(|t| t.starts_with(&format!("tag {} into {TAG}: kim untagged it in event", builds[0]))),
        "{told:?}"
    );
    assert!(
        told.iter().any(|t| t.starts_with(&format!("tag {} into {TAG}: kim tagged it anew in event", builds[1]))),
        "{told:?}"
    );
}

#[test]
fn what_somebody_tagged_on_top_stays_on_top() {
    let bench = Bench::new();
    let (old, new) = pairs(&bench, 1).remove(0);
    flr(&bench, "kim", &["koji", "tag-build", TAG, &old]);
    let run = flr(&bench, "practice", &["koji", "untag-build", TAG, &old]);
    flr(&bench, "kim", &["koji", "tag-build", TAG, &new]);
    assert_eq!(undo(&bench, &run).0, 0);
    assert_eq!(bench.order(TAG), [old, new]);
}

#[test]
fn somebody_who_was_faster_is_believed() {
    let bench = Bench::new();
    let build = pairs(&bench, 1).remove(0).1;
    let id = bench.rows(SOURCE).iter().find(|row| row.nvr.to_string() == build).unwrap().id;
    let calls = vec![("tagBuildBypass".to_owned(), vec![json!(TAG), json!(id.0)])];
    bench.misbehave(Misbehaviour::new(When::Writing(1), What::Meanwhile { user: "kim".into(), calls }));
    let run = flr(&bench, "practice", &["koji", "tag-build", TAG, &build]);
    bench.all_used();
    assert_eq!((run["changed"].as_bool(), run["already"].as_array().unwrap().len()), (Some(false), 1), "{run}");
    let undone = undo(&bench, &run).1;
    assert_eq!(undone["changed"], false, "it is kim's: {undone}");
    assert_eq!(bench.order(TAG), [build]);
}

#[test]
fn blocking_leaves_no_build_behind_even_if_one_comes_in_between() {
    let bench = Bench::new();
    let (old, new) = pairs(&bench, 1).remove(0);
    let before = bench.state(&[TAG, "f43"]);
    let package = flr::names::Nvr::package(&new.parse().unwrap()).to_string();
    let id = bench.rows(SOURCE).iter().find(|row| row.nvr.to_string() == new).unwrap().id;
    let calls = vec![("tagBuildBypass".to_owned(), vec![json!("f43"), json!(id.0)])];
    bench.misbehave(Misbehaviour::new(When::Writing(2), What::Meanwhile { user: "kim".into(), calls }));
    let run = flr(&bench, "practice", &["koji", "block-pkg", "f43", &package, "--untag"]);
    bench.all_used();
    assert!(!bench.order("f43").iter().any(|nvr| *nvr == old || *nvr == new), "{run}");
    let (code, undone) = undo(&bench, &run);
    assert_eq!(code, 0, "{undone}");
    assert!(bench.order("f43").contains(&old));
    let after = bench.state(&[TAG, "f43"]);
    assert_eq!(after["f43 list"], before["f43 list"], "owner and arches are back");
}

/// As far as the record goes, everything was done.
#[test]
fn blocking_that_was_killed_before_it_looked_again_leaves_no_build_behind_either() {
    let bench = Bench::new();
    let (old, new) = pairs(&bench, 1).remove(0);
    let package = flr::names::Nvr::package(&new.parse().unwrap()).to_string();
    let run = run_id(&flr(&bench, "practice", &["koji", "block-pkg", "f43", &package, "--untag"]));
    let journal = bench.home().join(format!("state/flr/runs/{run}.jsonl"));
    let lines = std::fs::read_to_string(&journal).unwrap();
    let without_end = lines.trim_end().rsplit_once('\n').unwrap().0;
    std::fs::write(&journal, format!("{without_end}\n")).unwrap();
    assert_eq!(bench.store().show(&run).unwrap().state(), "interrupted");
    let id = bench.rows(SOURCE).iter().find(|row| row.nvr.to_string() == new).unwrap().id;
    bench.server.run_as("kim", "tagBuildBypass", vec![json!("f43"), json!(id.0)]).unwrap();
    let resumed = flr(&bench, "practice", &["run", "resume", run.as_str()]);
    assert!(!bench.order("f43").iter().any(|nvr| *nvr == old || *nvr == new), "{resumed}");
    assert_eq!(flr(&bench, "practice", &["run", "resume", run.as_str()])["changed"], false);
}

/// Nobody knows which builder is faster.
#[test]
fn builds_of_one_package_are_tagged_by_one_task_after_the_other() {
    let bench = Bench::new();
    let (old, new) = pairs(&bench, 1).remove(0);
    let candidate = "f43-updates-candidate";
    let before = bench.server.calls().len();
    flr(&bench, "nobody", &["koji", "tag-build", candidate, &old, &new]);
    let order = bench.order(candidate);
    assert_eq!(order[order.len() - 2..], [old, new]);
    let calls = bench.server.calls();
    let sent = calls[before..].iter().filter(|call| call.members.iter().any(|(name, _)| name == "tagBuild"));
    assert_eq!(sent.count(), 2);
}

#[test]
fn without_the_permission_tasks_do_it() {
    let bench = Bench::new();
    let builds: Vec<String> = pairs(&bench, 2).into_iter().map(|(_, new)| new).collect();
    // Where updates begin anybody may tag, by tasks.
    let (candidate, over) = ("f43-updates-candidate", "f43-override");
    let before = bench.order(candidate);
    let run = flr(&bench, "nobody", &["koji", "tag-build", candidate, &builds[0], &builds[1]]);
    let both = [before.clone(), builds.clone()].concat();
    assert_eq!(bench.order(candidate), both, "{run}");
    flr(&bench, "nobody", &["koji", "move-builds", candidate, over, &builds[1]]);
    assert_eq!(bench.order(candidate), both[..both.len() - 1]);
    assert_eq!(bench.order(over).last(), Some(&builds[1]));
    let methods: Vec<String> = bench.methods(0);
    assert!(methods.contains(&"tagBuild".to_owned()) && methods.contains(&"moveBuild".to_owned()), "{methods:?}");
    assert!(!methods.contains(&"tagBuildBypass".to_owned()));
}

#[test]
fn a_task_whose_number_was_lost_is_no_failure() {
    // Slower than the second look.
    let bench = Bench::with(Options { task_delay: Duration::from_secs(3), ..Options::default() });
    let build = pairs(&bench, 1).remove(0).1;
    let candidate = "f43-updates-candidate";
    bench.misbehave(Misbehaviour::new(When::Writing(1), What::DropAfter));
    let run = flr(&bench, "nobody", &["koji", "tag-build", candidate, &build]);
    bench.all_used();
    assert_eq!((run["done"].as_array().unwrap().len(), run["msg"].as_str()), (1, Some("1 done by tasks")), "{run}");
    assert_eq!(bench.order(candidate).iter().filter(|nvr| **nvr == build).count(), 1);
    assert_eq!(bench.methods(0).iter().filter(|method| *method == "tagBuild").count(), 3, "sent, resent, asked again");
}

#[test]
fn two_at_once_do_not_disturb_each_other() {
    let bench = Bench::new();
    let builds: Vec<String> = pairs(&bench, 12).into_iter().map(|(_, new)| new).collect();
    std::thread::scope(|scope| {
        for chunk in builds.chunks(2) {
            let bench = &bench;
            scope.spawn(move || flr(bench, "practice", &["koji", "tag-build", TAG, &chunk[0], &chunk[1]]));
        }
    });
    let mut there = bench.order(TAG);
    there.sort();
    let mut builds = builds;
    builds.sort();
    assert_eq!(there, builds);
    let runs = bench.store().list().unwrap();
    assert_eq!(runs.len(), 6);
    assert!(runs.iter().all(|run| run.as_ref().unwrap().state() == "done"));
}
