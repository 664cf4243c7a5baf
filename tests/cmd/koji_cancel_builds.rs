// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{agreed, run};
use super::koji_submit_builds::{source, submitted};
use super::site::Site;
use flr::practice::{Misbehaviour, What, When};
use serde_json::json;
use std::time::Duration;

/// Builds that take longer than a test, by two users for two targets.
fn busy() -> Site {
    let site = Site::with_task_delay(Duration::from_secs(30));
    for (user, package, target) in [
        ("practice", "bash", "f43-candidate"),
        ("practice", "rpm", "f43"),
        ("maria", "perl", "f43-candidate"),
        ("practice", "kernel", "f43-candidate"),
    ] {
        site.hub.run_as(user, "build", vec![json!(source(package, "3")), json!(target)]).unwrap();
    }
    site
}

fn canceled(site: &Site) -> Vec<String> {
    let tasks = submitted(site).into_iter().filter(|(_, tasks)| tasks[0].1 == 3);
    let name = |source: String| source.rsplit('/').next().unwrap().split('.').next().unwrap().to_owned();
    tasks.map(|(source, _)| name(source)).collect()
}

#[test]
fn the_builds_of_a_target_are_canceled() {
    let site = busy();
    let args = ["koji", "cancel-builds", "--target", "f43-candidate", "--owner", "practice"];
    let dry = run(&site, &args, &["--dry-run"]);
    let id = submitted(&site)[&source("bash", "3")][0].0;
    assert_eq!(dry.document()["planned"][0]["text"], format!("cancel task {id}, which builds bash for f43-candidate"));
    let human = site.flr(["koji", "cancel-builds", "--target", "f43-candidate", "--owner", "practice", "--dry-run"]);
    assert!(human.stdout.contains("2 changes cannot be undone\n"), "{}", human.stdout);
    let ended = agreed(&site, &args);
    assert_eq!((ended.code, canceled(&site)), (0, vec!["bash".to_owned(), "kernel".to_owned()]), "{ended:?}");
    let again = agreed(&site, &args).document();
    assert_eq!((&again["changed"], &again["msg"]), (&json!(false), &json!("nothing to do")));
    let undone = site.undone(&ended.document()).document();
    assert_eq!(undone["skipped"][0]["why"], "a canceled task does not begin again; submit the build anew");
}

#[test]
fn anothers_stay_and_the_rest_goes() {
    let site = busy();
    let ended = agreed(&site, &["koji", "cancel-builds", "--target", "f43-candidate"]);
    let told = ended.document();
    assert_eq!((ended.code, canceled(&site).len()), (5, 2), "{told}");
    assert_eq!(told["failures"][0]["why"], "hub fault 1004: Cannot cancel task, not owner");
}

#[test]
fn a_lost_answer_is_settled() {
    for what in [What::DropAfter, What::DropBefore] {
        let site = busy();
        site.hub.misbehave(Misbehaviour::new(When::Writing(1), what));
        let ended = agreed(&site, &["koji", "cancel-builds", "--target", "f43"]);
        assert!(site.hub.pending_rules().is_empty());
        assert_eq!((ended.code, canceled(&site)), (0, vec!["rpm".to_owned()]), "{ended:?}");
    }
}

/// The hub says yes to canceling what has ended; that it was canceled is not so.
#[test]
fn what_ends_meanwhile_was_not_canceled() {
    let site = busy();
    let id = submitted(&site)[&source("rpm", "3")][0].0;
    let calls = vec![("cancelTask".to_owned(), vec![json!(id)])];
    let what = What::Meanwhile { user: "admin".into(), calls };
    site.hub.misbehave(Misbehaviour::new(When::Writing(1), what));
    let ended = agreed(&site, &["koji", "cancel-builds", "--target", "f43", "--target", "rawhyde"]);
    assert_eq!(ended.code, 10, "a target that is none: {ended:?}");
    let ended = agreed(&site, &["koji", "cancel-builds", "--target", "f43"]);
    assert_eq!((ended.code, canceled(&site)), (0, vec!["rpm".to_owned()]), "{ended:?}");
}
