// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{agreed, refused, run, written};
use super::site::Site;
use flr::practice::{Misbehaviour, What, When};
use serde_json::{Value, json};

const HISTORIES: &str = "multiCall queryHistory queryHistory";

fn texts(changes: &Value) -> Vec<&str> {
    changes.as_array().unwrap().iter().map(|change| change["text"].as_str().unwrap()).collect()
}

/// What koji shows of a tag: packages that are not blocked, and builds, latest first.
fn shown(site: &Site, tag: &str) -> (Value, Value) {
    let listed = site.admin("listPackages", json!([{"tagID": tag, "inherited": true, "__starstar": true}]));
    let entry = |entry: &Value| {
        // One owner's name can be sent to no hub: the copy belongs to whoever made it.
        let owner = entry["owner_name"].as_str().unwrap();
        let owner = if owner.contains(char::is_control) { "practice" } else { owner };
        json!([entry["package_name"], owner, entry["blocked"], entry["extra_arches"]])
    };
    let mut listed: Vec<Value> = listed.as_array().unwrap().iter().map(entry).collect();
    listed.sort_by_key(Value::to_string);
    let builds = site.admin("listTagged", json!([tag, {"latest": true, "__starstar": true}]));
    let mut builds: Vec<Value> = builds.as_array().unwrap().iter().map(|build| build["nvr"].clone()).collect();
    builds.sort_by_key(Value::to_string);
    (listed.into(), builds.into())
}

#[test]
fn a_milestone_is_copied_and_deleted_again() {
    let site = Site::small();
    let before = site.state();
    let args = ["koji", "clone-tag", "f43", "f43-Beta"];
    let dry = run(&site, &args, &["--dry-run"]);
    let planned = dry.document();
    assert_eq!((dry.code, &planned["changed"]), (0, &json!(true)));
    assert_eq!(texts(&planned["planned"])[0], "create tag f43-Beta");
    assert_eq!(site.state(), before);

    let ended = agreed(&site, &args);
    let report = ended.document();
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{report}");
    assert_eq!((&report["plan_sha"], &report["done"]), (&planned["plan_sha"], &planned["planned"]));
    let reads = [HISTORIES, "getTag", "listPackages", "queryHistory", "getTagGroups", "multiCall getTagExternalRepos"];
    // First the tag, then the list, then the builds: one request each.
    let lists = format!("multiCall{}", " packageListAdd".repeat(14));
    let builds = format!("multiCall{}", " tagBuildBypass".repeat(13));
    assert_eq!(ended.calls, written(&reads, &["multiCall createTag", &lists, &builds]));
    assert_eq!(shown(&site, "f43-Beta"), shown(&site, "f43"));
    let tag = site.admin("getTag", json!(["f43-Beta"]));
    assert_eq!(
        (&tag["arches"], &tag["extra"], &tag["locked"]),
        (&json!("x86_64 aarch64 ppc64le s390x"), &json!({"mock.package_manager": "dnf5"}), &json!(false))
    );
    // What koji hides, and what is not copied, is told.
    let skipped: Vec<&str> =
        report["skipped"].as_array().unwrap().iter().map(|item| item["subject"].as_str().unwrap()).collect();
    assert_eq!(skipped, ["inheritance of f43", "nodejs16-16.20.2-9.fc43", "python2.7-2.7.18-40.fc42"]);

    let again = agreed(&site, &args);
    assert_eq!((again.code, &again.document()["changed"]), (0, &json!(false)));

    // One call takes the tag away with all that was put into it.
    let undone = site.undone(&report);
    assert_eq!((undone.code, texts(&undone.document()["done"])), (0, vec!["delete tag f43-Beta"]));
    assert_eq!(site.state(), before);
    let back = site.undone(&undone.document()).document();
    assert_eq!(texts(&back["done"]), ["create tag f43-Beta"]);
}

/// Somebody has tagged a build into the copy: what is the run's own goes, the tag stays.
#[test]
fn undo_keeps_a_tag_that_others_use() {
    let site = Site::small();
    let report = agreed(&site, &["koji", "clone-tag", "f43-rebuild", "copy"]).document();
    site.admin("packageListAdd", json!(["copy", "dnf5", "maria", {"force": true, "__starstar": true}]));
    site.admin("tagBuildBypass", json!(["copy", "dnf5-5.2.16.0-1.fc42"]));
    let undone = site.undone(&report);
    let told = undone.document();
    let kept = &told["skipped"][0];
    assert_eq!(kept["subject"], "create tag copy");
    let why = kept["why"].as_str().unwrap();
    assert!(why.starts_with("others have put something into it: build dnf5-5.2.16.0-1.fc42 (admin, event "), "{why}");
    assert_eq!(site.tagged("copy"), ["dnf5-5.2.16.0-1.fc42"]);
}

/// The destination has builds of its own: they stay, older than those of the source.
#[test]
fn what_the_source_lacks_stays() {
    let site = Site::small();
    site.admin("createTag", json!(["copy"]));
    for (package, nvr) in [("coreutils", "coreutils-9.7-4.fc43"), ("rpm", "rpm-6.0.0-1.fc44")] {
        site.admin("packageListAdd", json!(["copy", package, "maria"]));
        site.admin("tagBuildBypass", json!(["copy", nvr]));
    }
    let before = site.state();
    let report = agreed(&site, &["koji", "clone-tag", "f43-updates-candidate", "copy", "--all-builds"]).document();
    assert_eq!(report["failed"], false, "{report}");
    let of = |package: &str| -> Vec<String> {
        site.tagged("copy").into_iter().filter(|nvr| nvr.starts_with(package)).collect()
    };
    assert_eq!(of("rpm"), ["rpm-6.0.0-1.fc44"]);
    let source: Vec<String> =
        site.tagged("f43-updates-candidate").into_iter().filter(|nvr| nvr.starts_with("coreutils")).collect();
    assert_eq!(of("coreutils"), source);
    assert!(source.len() > 1);
    // The hub's policy lets nobody take packages off a list; all else is as it was.
    let undone = site.undone(&report).document();
    let refused = undone["failures"].as_array().unwrap();
    assert!(refused.iter().all(|failure| failure["change"]["kind"] == "remove-package"), "{undone}");
    let (after, before) = (site.state(), before);
    assert_eq!((&after["copy"]["builds"], &after["copy"]["tag"]), (&before["copy"]["builds"], &before["copy"]["tag"]));
}

#[test]
fn a_tag_as_it_was() {
    let site = Site::small();
    let event = site.admin("getLastEvent", json!([]))["id"].clone();
    let before = shown(&site, "f43");
    site.admin("untagBuildBypass", json!(["f43", "bash-5.3.0-1.fc43"]));
    site.admin("packageListBlock", json!(["f43", "glibc"]));
    site.admin("editTag2", json!(["f43", {"arches": "x86_64", "extra": {"new": 1}, "__starstar": true}]));
    let number = event.to_string();
    let ended = agreed(&site, &["koji", "clone-tag", "f43", "then", "--event", &number]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(shown(&site, "then"), before);
    let tag = site.admin("getTag", json!(["then"]));
    assert_eq!(
        (&tag["arches"], &tag["extra"]),
        (&json!("x86_64 aarch64 ppc64le s390x"), &json!({"mock.package_manager": "dnf5"}))
    );
}

/// Every answer of the run is lost once. The hub says "exists" and "already tagged" to second copies.
#[test]
fn lost_answers_are_settled() {
    for at in 1..=3 {
        for what in [What::DropAfter, What::DropBefore] {
            let site = Site::small();
            site.hub.misbehave(Misbehaviour::new(When::Writing(at), what));
            let ended = agreed(&site, &["koji", "clone-tag", "f43", "f43-Beta"]);
            assert!(site.hub.pending_rules().is_empty());
            let told = ended.document();
            assert_eq!((ended.code, told["done"].as_array().unwrap().len()), (0, 28), "{told}");
            assert_eq!(shown(&site, "f43-Beta"), shown(&site, "f43"));
        }
    }
}

#[test]
fn pruned_it_is_the_source() {
    let site = Site::small();
    let args = ["koji", "clone-tag", "f43", "f43-rebuild", "--prune"];
    let ended = agreed(&site, &args);
    let report = ended.document();
    assert_eq!(ended.code, 0, "{report}");
    let builds = |tag: &str| -> Vec<Value> { shown(&site, tag).1.as_array().unwrap().clone() };
    assert_eq!(builds("f43-rebuild"), builds("f43"));
    assert_eq!(agreed(&site, &args).document()["changed"], false);
}

#[test]
fn what_cannot_be_copied() {
    let site = Site::small();
    refused(
        &site,
        &["koji", "clone-tag", "f99", "x"],
        &[HISTORIES, "getTag", "getTag"],
        &[["f99", "the hub has no such tag"]],
    );
    let ended = agreed(&site, &["koji", "clone-tag", "f43", "f43"]);
    assert_eq!((ended.code, ended.calls.len()), (2, 0));
    let ended = run(&site, &["koji", "clone-tag", "f43", "x", "--event", "1"], &["--dry-run"]);
    assert_eq!(
        (ended.code, &ended.document()["skipped"][0]["why"]),
        (10, &json!("the hub has no such tag in event 1"))
    );
}

/// One entry fails, and with it the builds that wait for it; then the hub goes away before the builds.
/// Each time the run is taken up where it stopped, and taken back as a whole.
#[test]
fn a_copy_that_stopped_is_finished_and_taken_back() {
    let fail = What::Fail { code: 1000, text: "not today".into() };
    for (when, what) in [(When::Change(5), fail), (When::Writing(3), What::Offline("for an hour".into()))] {
        let site = Site::small();
        let before = site.state();
        site.hub.misbehave(Misbehaviour::new(when, what));
        let ended = agreed(&site, &["koji", "clone-tag", "f43", "f43-Beta"]);
        let report = ended.document();
        assert_eq!((ended.code, &report["failed"]), (5, &json!(true)), "{report}");
        assert_ne!(shown(&site, "f43-Beta"), shown(&site, "f43"));
        let run = report["run"].as_str().unwrap();
        let resumed = site.agreed(["run", "resume", run, "--json"]);
        assert_eq!(resumed.code, 0, "{resumed:?}");
        assert_eq!(shown(&site, "f43-Beta"), shown(&site, "f43"));
        let undone = site.undone(&report);
        assert_eq!((undone.code, texts(&undone.document()["done"])), (0, vec!["delete tag f43-Beta"]));
        assert_eq!(site.state(), before);
    }
}

/// The tag's own groups: names, settings and packages.
fn groups(site: &Site, tag: &str) -> Value {
    let mut groups = site.groups(tag);
    for group in groups.as_array_mut().unwrap() {
        assert!(group["tag_id"].take().is_number());
        group["packagelist"].as_array_mut().unwrap().iter_mut().for_each(|package| package["tag_id"] = Value::Null);
    }
    groups
}

/// A build tag is nothing without its groups. Every answer may be lost.
#[test]
fn groups_are_copied_with_their_packages() {
    let rules = [(1, What::DropAfter), (2, What::DropAfter), (2, What::DropBefore), (3, What::DropAfter)];
    for rule in [None].into_iter().chain(rules.map(Some)) {
        let site = Site::small();
        site.admin(
            "groupPackageListAdd",
            json!(["f43-build", "build", "gdb", {"type": "optional", "__starstar": true}]),
        );
        site.admin("groupListAdd", json!(["f43-build", "build", {"description": "all it takes", "__starstar": true}]));
        let before = site.state();
        if let Some((at, what)) = rule {
            site.hub.misbehave(Misbehaviour::new(When::Writing(at), what));
        }
        let args = ["koji", "clone-tag", "f43-build", "copy"];
        let ended = agreed(&site, &args);
        let report = ended.document();
        assert_eq!((ended.code, &report["failed"]), (0, &json!(false)), "{report}");
        assert!(site.hub.pending_rules().is_empty());
        assert_eq!(groups(&site, "copy"), groups(&site, "f43-build"));
        let done = texts(&report["done"]);
        for text in
            ["add group build to copy", "add gdb to group build in copy, optional", "add group srpm-build to copy"]
        {
            assert!(done.contains(&text), "{text} in {done:?}");
        }
        let skipped: Vec<&Value> = report["skipped"].as_array().unwrap().iter().map(|item| &item["subject"]).collect();
        assert!(skipped.contains(&&json!("external repositories of f43-build")), "{skipped:?}");
        assert_eq!(agreed(&site, &args).document()["changed"], false);
        let undone = site.undone(&report);
        assert_eq!((undone.code, texts(&undone.document()["done"])), (0, vec!["delete tag copy"]));
        assert_eq!(site.state(), before);
    }
}

/// The copy is there and has groups of its own.
#[test]
fn groups_are_added_to_a_tag_and_taken_back_one_by_one() {
    let site = Site::small();
    site.admin("createTag", json!(["copy"]));
    site.admin("groupListAdd", json!(["copy", "build", {"description": "own", "__starstar": true}]));
    site.admin("groupListAdd", json!(["copy", "extra"]));
    for (group, package) in [("build", "bash"), ("build", "vim"), ("extra", "emacs")] {
        site.admin("groupPackageListAdd", json!(["copy", group, package]));
    }
    let before = site.state()["copy"]["groups"].clone();
    let args = ["koji", "clone-tag", "f43-build", "copy", "--prune"];
    let ended = agreed(&site, &args);
    let report = ended.document();
    assert_eq!(ended.code, 0, "{report}");
    let done = texts(&report["done"]);
    for text in [
        "change the settings of group build in copy",
        "add coreutils to group build in copy",
        "remove vim from group build in copy",
        "remove emacs from group extra in copy",
        "remove group extra from copy",
    ] {
        assert!(done.contains(&text), "{text} in {done:?}");
    }
    assert_eq!(groups(&site, "copy"), groups(&site, "f43-build"));
    assert_eq!(agreed(&site, &args).document()["changed"], false);
    site.undone(&report);
    assert_eq!(site.state()["copy"]["groups"], before);
}

/// A group that somebody put into the copy keeps it from being deleted.
#[test]
fn a_group_of_others_keeps_the_copy() {
    let site = Site::small();
    let report = agreed(&site, &["koji", "clone-tag", "f43-build", "copy"]).document();
    site.admin("groupListAdd", json!(["copy", "theirs"]));
    site.admin("groupPackageListAdd", json!(["copy", "build", "vim"]));
    site.admin("addExternalRepoToTag", json!(["copy", "f43-bootstrap", 5]));
    let told = site.undone(&report).document();
    let why = told["skipped"].as_array().unwrap().iter().find(|item| item["subject"] == "create tag copy").unwrap();
    let why = why["why"].as_str().unwrap();
    for what in ["group theirs (admin, ", "vim in group build (admin, ", "external repo f43-bootstrap (admin, "] {
        assert!(why.contains(what), "{why}");
    }
    // Of the run's own groups the one stays that a package of others is in.
    let left: Vec<Value> =
        groups(&site, "copy").as_array().unwrap().iter().map(|group| group["name"].clone()).collect();
    assert_eq!(left, ["build", "theirs"]);
}
