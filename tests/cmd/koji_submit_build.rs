// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::agreed;
use super::koji_submit_builds::{source, submitted, wait_until};
use super::site::Site;
use serde_json::json;

#[test]
fn one_source_is_built_once() {
    let site = Site::small();
    let bash = source("bash", "2");
    let args = ["koji", "submit-build", &bash, "f43-candidate"];
    let human = site.agreed(args);
    let task = submitted(&site)[&bash][0].0;
    assert_eq!(human.code, 0, "{human:?}");
    assert!(human.stdout.contains(&format!("task: {task}: {bash}\n")), "{}", human.stdout);
    let again = agreed(&site, &args).document();
    assert_eq!(again["changed"], false);
    wait_until(&site, |tasks| tasks[&bash][0].1 == 2);
    let again = agreed(&site, &args).document();
    assert_eq!(again["skipped"][0]["why"], "bash-5.3.1-2.fc43 was built from it");
    assert_eq!(submitted(&site)[&bash].len(), 1);
}

#[test]
fn one_that_failed_is_refused_until_it_is_wanted_again() {
    let site = Site::small();
    let bash = source("bash", "bad");
    let args = ["koji", "submit-build", &bash, "f43-candidate"];
    assert_eq!(agreed(&site, &args).code, 0);
    wait_until(&site, |tasks| tasks[&bash][0].1 == 5);
    let failed = submitted(&site)[&bash][0].0;
    let refused = agreed(&site, &args);
    let why = json!(format!("task {failed} failed; --again builds it anew"));
    assert_eq!((refused.code, &refused.document()["skipped"][0]["why"]), (10, &why));
    let again = agreed(&site, &[&args[..], &["--again"]].concat());
    assert_eq!((again.code, submitted(&site)[&bash].len()), (0, 2), "{again:?}");
}
