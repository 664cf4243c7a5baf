// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::Site;
use flr::practice::{Misbehaviour, What, When};

/// What failed is tried again, at the hub of the first time; then there is nothing left.
#[test]
fn what_is_left_is_done() {
    let site = Site::small();
    let fail = What::Fail { code: 1000, text: "not today".into() };
    site.hub.misbehave(Misbehaviour::new(When::Change(1), fail));
    let args = ["koji", "untag-build", "f43", "bash-5.3.0-1.fc43", "rpm-5.99.92-1.fc43", "--json"];
    let document = site.agreed(args).document();
    assert_eq!(document["failures"].as_array().unwrap().len(), 1);
    let run = document["run"].as_str().unwrap();

    let dry = site.flr(["run", "resume", run, "--dry-run", "--json"]);
    assert_eq!((dry.code, dry.document()["changed"].clone()), (0, true.into()), "{dry:?}");
    assert!(!dry.calls.iter().any(|call| call == "login"), "{dry:?}");

    let ended = site.agreed(["run", "resume", run, "--json"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let resumed = ended.document();
    assert_eq!(resumed["done"][0]["text"], document["failures"][0]["change"]["text"]);
    assert_eq!(resumed["done"].as_array().unwrap().len(), 1);
    let left = site.tagged("f43");
    assert!(!left.iter().any(|build| build.starts_with("bash-") || build.starts_with("rpm-")));

    let again = site.agreed(["run", "resume", run, "--json"]);
    assert_eq!((again.code, again.document()["changed"].clone()), (0, false.into()), "{again:?}");
}

/// A run that does not exist is told as a document too.
#[test]
fn a_run_that_is_not_there() {
    let site = Site::small();
    let ended = site.flr(["run", "resume", "20200101-000000-0000", "--json"]);
    assert_eq!(ended.code, 10);
    let document = ended.document();
    assert_eq!(document["command"], "run resume");
    assert_eq!(document["msg"], "there is no run 20200101-000000-0000");
    assert_eq!(ended.calls, [""; 0]);
}
