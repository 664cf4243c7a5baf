// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub refuses, is away, or says nothing: every changing command meets it.

use super::ground::{Ground, source, texts};
use super::samples::{FILES, Place, Sample, by_command, is_changing};
use super::site::{LOGIN, run};
use flr::practice::{Misbehaviour, What, When};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Checks each command that calls what changes the hub, on a hub of its own; some at once, as most of the time
/// is waiting.
fn each(check: impl Fn(&str, &Sample, &Ground) + Sync) {
    let mut all = Vec::new();
    for (name, (command, samples)) in by_command() {
        all.extend(
            samples
                .into_iter()
                .filter(|sample| is_changing(&command) && sample.takes != FILES)
                .map(|sample| (name.clone(), sample)),
        );
    }
    std::thread::scope(|scope| {
        for some in all.chunks(all.len().div_ceil(4)) {
            let check = &check;
            scope.spawn(move || some.iter().for_each(|(name, sample)| check(name, sample, &Ground::new(sample.place))));
        }
    });
}

fn happens(ground: &Ground, when: When, what: What) {
    ground.site.hub.misbehave(Misbehaviour::new(when, what));
}

/// Faults of single calls were never read: all was counted as done, and logged as blocked.
#[test]
fn errors_stop_and_are_told() {
    each(|name, sample, ground| {
        happens(ground, When::Change(1), What::Fail { code: 1000, text: "not today".into() });
        let ended = ground.agreed(sample);
        assert!(ground.site.hub.pending_rules().is_empty(), "{name}");
        let report: Value = serde_json::from_str(&ended.stdout).unwrap();
        assert!([5, 10].contains(&ended.code), "{name}: {ended:?}");
        assert_eq!(report["failed"], true, "{name}: {report}");
        assert!(report["failures"].to_string().contains("hub fault 1000: not today"), "{name}: {report}");
        let (planned, done) = (texts(&report["planned"]), texts(&report["done"]));
        assert!(done.is_subset(&planned) && done != planned, "{name}: {report}");
        assert!(ended.stderr.starts_with("flr: "), "{name}: {}", ended.stderr);
    });
}

/// After an error half of the tags were there, and a second run failed at each of them.
#[test]
fn a_run_that_broke_off_goes_on() {
    each(|name, sample, ground| {
        happens(ground, When::Change(1), What::Fail { code: 1000, text: "not today".into() });
        let broken: Value = serde_json::from_str(&ground.agreed(sample).stdout).unwrap();
        let words = format!("run resume {} --yes --json", broken["run"].as_str().unwrap());
        let ended = ground.flr(&words, &LOGIN);
        assert_eq!(ended.code, 0, "{name}: {ended:?}");
        let resumed = ended.document();
        let both: BTreeSet<&str> = &texts(&broken["done"]) | &texts(&resumed["done"]);
        let planned = texts(&broken["planned"]);
        assert!(both.is_superset(&planned), "{name}: {broken} {resumed}");
        // What came before its turn is put in its place.
        let more: Vec<&&str> = both.difference(&planned).collect();
        assert!(more.iter().all(|text| text.ends_with(" again")), "{name}: {more:?}");
    });
}

/// The answer is lost, koji's client sends the call again, and "already tagged" is told as a failure.
#[test]
fn a_lost_answer_is_no_failure_and_no_second_build() {
    each(|name, sample, ground| {
        let tasks = ground.moment().1;
        happens(ground, When::Writing(1), What::DropAfter);
        let ended = ground.agreed(sample);
        assert!(ground.site.hub.pending_rules().is_empty(), "{name}");
        assert_eq!(ended.code, 0, "{name}: {ended:?}");
        assert!(!ended.stderr.contains("failed"), "{name}: {}", ended.stderr);
        let report = ended.document();
        assert_eq!((&report["done"], &report["already"]), (&report["planned"], &json!([])), "{name}: {report}");
        if name.starts_with("koji submit-build") {
            let begun = ground.site.admin("listTasks", json!([{"method": "build"}, {"order": "-id", "limit": 2}]));
            let own = begun.as_array().unwrap().iter().filter(|task| task["owner"] == begun[0]["owner"]);
            assert_eq!(own.count(), 1, "{name}: {begun}");
            assert!(ground.moment().1 > tasks, "{name}");
        }
    });
}

/// The tasks for a source, however they ended.
fn tasks_of(ground: &Ground, source: &str) -> usize {
    let tasks = ground.site.admin("listTasks", json!([{"method": "build", "decode": true}]));
    tasks.as_array().unwrap().iter().filter(|task| task["request"][0] == source).count()
}

/// The clone was there: the next run dropped the package; without it the package was bumped and built twice.
#[test]
fn a_stopped_mass_rebuild_goes_on() {
    let sources = ["bash", "rpm", "perl"].map(source);
    let words = format!("koji submit-builds f43-candidate {} --queue-depth 1", sources.join(" "));
    // The hub refuses one; the hub has taken it, and flr is killed before it knows.
    for killed in [false, true] {
        let ground = Ground::new(Place::Small);
        let nth = When::Method { name: "build".into(), nth: 2 };
        if killed {
            happens(&ground, nth, What::DelayAnswer(3000));
            let mut command = ground.site.command();
            command.args(words.split(' ')).args(LOGIN).arg("--yes").stdin(Stdio::null());
            let mut child = command.spawn().unwrap();
            let begin = Instant::now();
            while tasks_of(&ground, &sources[1]) == 0 {
                assert!(begin.elapsed() < Duration::from_secs(60));
                std::thread::sleep(Duration::from_millis(10));
            }
            child.kill().unwrap();
            child.wait().unwrap();
        } else {
            happens(&ground, When::Change(2), What::Fail { code: 1000, text: "not today".into() });
            assert_eq!(ground.flr(&words, &[&LOGIN[..], &["--yes"]].concat()).code, 5);
        }
        // Whoever knows nothing of the first run gives the same words again.
        let ended = ground.flr(&words, &[&LOGIN[..], &["--yes", "--json"]].concat());
        assert_eq!(ended.code, 0, "{ended:?}");
        assert_eq!(sources.each_ref().map(|source| tasks_of(&ground, source)), [1, 1, 1], "{ended:?}");
    }
}

/// The script went on after a failed step: after a failed creation it deleted.
#[test]
fn nothing_is_taken_away_after_a_failed_step() {
    let ground = Ground::new(Place::Small);
    let before = ground.site.tagged("f43-updates-candidate");
    happens(&ground, When::Change(1), What::Fail { code: 1004, text: "policy violation (tag)".into() });
    let words = "koji move-builds f43-updates-candidate f43-override coreutils-9.7-2.fc43 --yes";
    let ended = ground.flr(words, &LOGIN);
    assert_eq!(ended.code, 10, "{ended:?}");
    assert_eq!(ground.site.tagged("f43-updates-candidate"), before);
}

/// With the hub away a loop went through all tags, said nothing of it, and ended well.
#[test]
fn a_hub_that_is_away_is_no_success() {
    let mut commands = Vec::new();
    let Ground { site, .. } = Ground::new(Place::Small);
    for words in ["koji list-pkgs f43", "koji lock-tag f43 --yes", "koji mass-tag f43-rebuild f43 --dry-run"] {
        let mut command = site.command();
        command.args(words.split(' '));
        commands.push(command);
    }
    drop(site.hub);
    for mut command in commands {
        let (code, stdout, stderr) = run(&mut command, b"");
        assert_eq!((code, stdout.as_str()), (75, ""), "{command:?}: {stderr}");
        assert!(stderr.starts_with("flr: "), "{command:?}: {stderr}");
    }
}

/// The copy that was there already lost whatever the source had not.
#[test]
fn a_copy_takes_nothing_away() {
    let ground = Ground::new(Place::Small);
    let tag = "f43-updates-candidate";
    let before = ground.site.tagged(tag);
    let ended = ground.flr(&format!("koji clone-tag f43 {tag} --yes"), &LOGIN);
    assert_eq!(ended.code, 0, "{ended:?}");
    let after = ground.site.tagged(tag);
    assert!(after.len() > before.len() && before.iter().all(|build| after.contains(build)), "{before:?} {after:?}");
}
