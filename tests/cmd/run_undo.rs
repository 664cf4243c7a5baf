// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::Site;
use serde_json::json;

/// The order of builds is restored, the undoing is a run of its own, and both know each other.
#[test]
fn an_untagging_is_taken_back() {
    let site = Site::small();
    let tag = "f43-updates-candidate";
    let before = site.tagged(tag);
    let document = site.agreed(["koji", "untag-build", tag, "coreutils-9.7-2.fc43", "--json"]).document();
    let run = document["run"].as_str().unwrap();
    assert_ne!(site.tagged(tag), before);

    let ended = site.agreed(["run", "undo", run, "--json"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let undone = ended.document();
    assert_eq!(undone["command"], "run undo");
    let of = |package: &str| -> Vec<String> {
        site.tagged(tag).into_iter().filter(|build| build.starts_with(package)).collect()
    };
    assert_eq!(of("coreutils"), ["coreutils-9.7-3.fc43", "coreutils-9.7-2.fc43", "coreutils-9.7-4.fc43"]);
    let shown = site.flr(["run", "show", run, "--json"]).document();
    assert_eq!(shown["undone_by"], undone["run"]);
    let shown = site.flr(["run", "show", undone["run"].as_str().unwrap(), "--json"]).document();
    assert_eq!(shown["undoes"], json!(run));
}

/// A question is asked before anything is taken back, too.
#[test]
fn undo_needs_a_yes() {
    let site = Site::small();
    let run = site.agreed(["koji", "untag-build", "f43", "bash-5.3.0-1.fc43", "--json"]).document()["run"].clone();
    let ended = site.logged_in(["run", "undo", run.as_str().unwrap()]);
    assert_eq!(ended.code, 4, "{ended:?}");
    assert!(ended.stderr.contains("  tag bash-5.3.0-1.fc43 into f43\n"), "{}", ended.stderr);
    assert!(ended.stderr.ends_with("hint: pass --yes, or --dry-run to see the plan\n"));
    assert!(!ended.calls.iter().any(|call| call == "login"));
}
