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

/// The hub calls it otherwise since, and knows it by its number.
#[test]
fn a_draft_that_was_promoted_since_is_the_same_build() {
    let site = Site::small();
    let release = |to: &str| {
        let hub = rusqlite::Connection::open(site.path().join("hub/hub.sqlite")).unwrap();
        let sql = format!(
            "UPDATE build SET release = {to} WHERE version = '5.3.0' AND release LIKE '2.fc43%' \
             AND pkg_id = (SELECT id FROM package WHERE name = 'bash')"
        );
        assert_eq!(hub.execute(&sql, []).unwrap(), 1);
    };
    release("release || ',draft_' || id");
    let listed = site.flr(["koji", "list-tagged", "f43-rebuild"]).stdout;
    let draft = listed.split_whitespace().find(|word| word.contains(",draft_")).unwrap().to_owned();
    let done = site.agreed(["koji", "tag-build", "f43-updates-candidate", &draft, "--json"]);
    assert_eq!((done.code, site.tagged("f43-updates-candidate").contains(&draft)), (0, true), "{done:?}");
    release("'2.fc43'");
    let undone = site.undone(&done.document());
    assert_eq!(undone.code, 0, "{undone:?}");
    assert!(!site.tagged("f43-updates-candidate").iter().any(|nvr| nvr.starts_with("bash-5.3.0-2.fc43")));
}
