// SPDX-License-Identifier: GPL-3.0-or-later
use super::bodhi::{Bodhi, recorded};
use super::site::{Ended, LOGIN, Site};
use flr::practice::{Misbehaviour, What, When};
use serde_json::{Value, json};
use std::fs;

/// F42 is out, F43 in rawhide, and of F44 nothing is known.
fn place() -> (Site, Bodhi) {
    let site = Site::cycle();
    // Targets need a permission of their own.
    site.admin("grantPermission", json!(["practice", "target"]));
    let renamed = |record: &Value, old: &str, new: &str| -> Value {
        serde_json::from_str(&record.to_string().replace(old, new)).unwrap()
    };
    let all = recorded();
    let mut eln = all[0].clone();
    eln["state"] = json!("current");
    let bodhi = Bodhi::with(vec![eln, all[1].clone(), all[3].clone(), renamed(&all[7], "45", "43")]);
    (site, bodhi)
}

fn asked(site: &Site, bodhi: &Bodhi, args: &[&str]) -> Ended {
    let mut command = site.command();
    command.args(["koji", "create-release-tags", "--json", "--bodhi", &bodhi.url]).args(args);
    site.ended(command, b"")
}

fn made(site: &Site, bodhi: &Bodhi, args: &[&str]) -> Value {
    let ended = asked(site, bodhi, &[args, &LOGIN, &["--yes"]].concat());
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{}", ended.stdout);
    ended.document()
}

/// What `flr release check` finds.
fn drift(site: &Site, bodhi: &Bodhi, args: &[&str]) -> (i32, String) {
    let mut command = site.command();
    command.args(["release", "check", "--bodhi", &bodhi.url]).args(args);
    let ended = site.ended(command, b"");
    (ended.code, ended.stdout)
}

/// F44 has its record: rawhide, as Bodhi has it from branch day on.
fn branched(bodhi: &Bodhi) {
    bodhi.change(|releases| {
        let rawhide = releases.pop().unwrap();
        releases.push(serde_json::from_str(&rawhide.to_string().replace("43", "44")).unwrap());
        releases.push(rawhide);
        releases.last_mut().unwrap()["branch"] = json!("f43");
    });
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|item| item["text"].as_str().unwrap()).collect()
}

fn skipped(report: &Value) -> Vec<String> {
    let items = report["skipped"].as_array().unwrap().iter();
    items.map(|item| format!("{}: {}", item["subject"].as_str().unwrap(), item["why"].as_str().unwrap())).collect()
}

const MOVES: [&str; 3] = [
    "rawhide: it follows f43 still; `flr koji swap-parent rawhide f43 f44` moves it",
    "target rawhide: it builds from f43-build to f43-updates-candidate still; `flr koji set-target rawhide --build-tag f44-build --dest-tag f44-updates-candidate` moves it",
    "target rawhide-container-candidate: it builds from f43-container-build to f43-container-updates-candidate still; `flr koji set-target rawhide-container-candidate --build-tag f44-container-build --dest-tag f44-container-updates-candidate` moves it",
];

const COPIED: &str = "f44: already there, and not copied again; `flr koji clone-tag f43 f44` adds to it";

/// Branch day: one tree, at most fifteen requests; then nothing is left to do, and it goes again as it came.
#[test]
fn a_tree_a_second_run_and_back() {
    let (site, bodhi) = place();
    let before = site.state();
    let args = ["f44", "--from", "f43"];
    let dry = asked(&site, &bodhi, &[&args[..], &["--dry-run"]].concat()).document();
    assert_eq!(site.state(), before);
    bodhi.seen();
    let ended = asked(&site, &bodhi, &[&args[..], &LOGIN, &["--yes"]].concat());
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{}", ended.stdout);
    let methods: Vec<&str> = ended.calls.iter().map(|call| call.split(' ').take(2).last().unwrap()).collect();
    assert_eq!(
        methods,
        [
            "getTag",
            "getInheritanceData",
            "getTagGroups",
            "getBuildTargets",
            "getAllPerms",
            "getLastEvent",
            "login",
            "getLoggedInUser",
            "snapshotTag",
            "createTag",
            "getTag",
            "setInheritanceData",
            "logout",
        ]
    );
    assert!(methods.len() + bodhi.seen().len() <= 15);
    let report = ended.document();
    assert_eq!(report["plan_sha"], dry["plan_sha"]);
    assert_eq!(report["done"], report["planned"]);
    assert_eq!(skipped(&report), MOVES);
    assert_eq!(texts(&report["done"])[0], "create tag f44 as a copy of f43");
    // The copy: packages, blocked ones too, newest builds and groups, under its own name.
    let of = |tag: &str| {
        let mut state = site.state()[tag].clone();
        state["packages"].as_array_mut().unwrap().iter_mut().for_each(|entry| {
            entry.as_object_mut().unwrap().retain(|key, _| !key.starts_with("tag"));
        });
        (state["packages"].clone(), state["builds"].clone())
    };
    assert_eq!(of("f44"), of("f43"));
    assert!(of("f44").0.as_array().unwrap().iter().any(|entry| entry["blocked"] == true));
    assert!(site.tagged("f44").contains(&"bash-5.3.0-1.fc43".to_owned()));

    let again = made(&site, &bodhi, &args);
    assert_eq!((&again["changed"], &again["planned"]), (&json!(false), &json!([])));
    assert_eq!(skipped(&again), [&[COPIED][..], &MOVES].concat());

    // What follows the newest release is drift until it is moved.
    branched(&bodhi);
    let args = ["f44", "--part", "rpm", "--part", "container"];
    assert_eq!(drift(&site, &bodhi, &args).1.lines().count(), 5);
    let moved = site.agreed(["koji", "swap-parent", "rawhide", "f43", "f44"]);
    assert_eq!(moved.code, 0);
    for (target, of) in [("rawhide", "f44"), ("rawhide-container-candidate", "f44-container")] {
        let (build, dest) = (format!("{of}-build"), format!("{of}-updates-candidate"));
        let moved = site.agreed(["koji", "set-target", target, "--build-tag", &build, "--dest-tag", &dest]);
        assert_eq!(moved.code, 0);
    }
    assert_eq!(drift(&site, &bodhi, &["f44"]), (0, String::new()));
    let nothing = made(&site, &bodhi, &["f44"]);
    assert_eq!((&nothing["changed"], skipped(&nothing)), (&json!(false), vec![]));
}

#[test]
fn a_tree_goes_again_as_it_came() {
    let (site, bodhi) = place();
    let before = site.state();
    let report = made(&site, &bodhi, &["f44", "--from", "f43"]);
    let undone = site.undone(&report);
    assert_eq!((undone.code, undone.stderr.as_str()), (0, ""), "{}", undone.stdout);
    assert!(undone.calls.len() <= 20, "{}: {:?}", undone.calls.len(), undone.calls);
    assert_eq!(site.state(), before);
    // Children go before their parents, targets before both.
    let document = undone.document();
    let done = texts(&document["done"]);
    let place = |text: &str| done.iter().position(|done| *done == text).unwrap_or_else(|| panic!("{text}: {done:?}"));
    assert!(place("delete target f44") < place("delete tag f44-build"));
    assert!(place("delete tag f44-updates-candidate") < place("delete tag f44"));
}

/// A build that somebody tagged, a package that somebody listed: the tag stays, and with it what it hangs on.
#[test]
fn a_tag_that_others_use_stays() {
    let (site, bodhi) = place();
    let report = made(&site, &bodhi, &["f44", "--from", "f43"]);
    site.admin("packageListAdd", json!(["f44", "new", "maria"]));
    let undone = site.undone(&report).document();
    assert_eq!(skipped(&undone), ["create tag f44 as a copy of f43: others have put something into it: package new"]);
    assert!(site.admin("getTag", json!(["f44"])).is_object());
    assert!(site.admin("getTag", json!(["f44-build"])).is_null());
}

/// Rawhide builds already: what it builds from keeps its parents, and those stay with it.
#[test]
fn what_a_tag_in_use_draws_on_stays() {
    let (site, bodhi) = place();
    let report = made(&site, &bodhi, &["f44", "--from", "f43"]);
    let (build, flatpak) = (site.state()["f44-build"].clone(), site.state()["f44-flatpak-app"].clone());
    site.admin("createBuildTarget", json!(["f44-rebuild", "f44-build", "f44-pending"]));
    site.admin("packageListAdd", json!(["f44-flatpak-app", "new", "maria"]));
    let undone = site.undone(&report);
    assert_eq!(undone.code, 5, "{}", undone.stdout);
    let stays = skipped(&undone.document());
    for said in [
        "create tag f44-build: others have put something into it: target f44-rebuild",
        "create tag f44-override: others have put something into it: child f44-build, which stays",
        "make f44-build inherit from f44-override, priority 0: the tag stays, and what it inherits from with it",
    ] {
        assert!(stays.iter().any(|why| why == said), "{said}: {stays:?}");
    }
    let after = site.state();
    assert_eq!(after["f44-build"]["parents"], build["parents"]);
    assert_eq!(after["f44-flatpak-app"]["parents"], flatpak["parents"]);
    assert!(site.admin("getTag", json!(["f44"])).is_object());
    assert!(site.admin("getTag", json!(["f44-infra"])).is_null());
    // And the words of a plan that cannot do all of it say so.
    let again = site.flr(["run", "undo", report["run"].as_str().unwrap(), "--dry-run"]);
    let said = again.stderr.lines().next().unwrap_or_default().to_owned();
    assert_eq!(again.code, 10);
    assert!(said.starts_with("flr: nothing of it can be done: "), "{said}");
}

/// Whatever a run that broke off has left, the next one adds the rest.
#[test]
fn what_is_half_made_is_completed() {
    let (site, bodhi) = place();
    made(&site, &bodhi, &["f44", "--from", "f43"]);
    let named = |mut value: Value| {
        value["__starstar"] = json!(true);
        value
    };
    site.admin("deleteTag", json!(["f44-openh264"]));
    site.admin("editTag2", json!(["f44-override", named(json!({"perm": null}))]));
    site.admin("editTag2", json!(["f44-build", named(json!({"arches": "x86_64", "locked": true}))]));
    site.admin("editTag2", json!(["f44", named(json!({"extra": {"mock.package_manager": "dnf"}}))]));
    site.admin("groupListRemove", json!(["f44", "build"]));
    let base = site.admin("getTag", json!(["f44"]))["id"].clone();
    site.admin("setInheritanceData", json!(["f44-compose", [{"parent_id": base, "delete link": true}]]));
    site.admin("deleteBuildTarget", json!(["f44-infra"]));
    site.admin("editBuildTarget", json!(["f44", "f44", "f44-build", "f44"]));
    let report = made(&site, &bodhi, &["f44"]);
    assert_eq!(
        texts(&report["done"]),
        [
            "create tag f44-openh264",
            "set extra mock.package_manager of f44 to \"dnf5\"",
            "set the permission of f44-override to fedora-override",
            "unlock tag f44-build",
            "set the arches of f44-build to \"aarch64 i686 ppc64le s390x x86_64\"",
            "add group build to f44",
            "make f44-compose inherit from f44, priority 0",
            "make f44-openh264 inherit from f44, priority 0",
            // They were in the group that is gone.
            "add flatpak-rpm-macros to group build in f44-flatpak-app",
            "add flatpak-runtime-config to group build in f44-flatpak-app",
            "set target f44: from f44-build to f44-updates-candidate",
            "create target f44-infra: from f44-infra-build to f44-infra-candidate",
        ]
    );
    assert_eq!(made(&site, &bodhi, &["f44"])["changed"], false);
}

#[test]
fn what_the_layout_does_not_know_stays_unless_pruned() {
    let (site, bodhi) = place();
    site.admin("createBuildTarget", json!(["f43-by-hand", "f43-build", "f43"]));
    site.admin("createTag", json!(["f43-rebuild", "f43"]));
    site.admin("createBuildTarget", json!(["f43-rebuild", "f43-build", "f43-rebuild"]));
    site.admin("groupListAdd", json!(["f43-updates", "own"]));
    let stays = made(&site, &bodhi, &["f43"]);
    let unknown = "the layout does not know it; --prune takes it away";
    assert_eq!(stays["changed"], false);
    assert_eq!(
        skipped(&stays),
        [format!("group own of f43-updates: {unknown}"), format!("target f43-by-hand: {unknown}")]
    );
    let pruned = made(&site, &bodhi, &["f43", "--prune"]);
    assert_eq!(texts(&pruned["done"]), ["remove group own from f43-updates", "delete target f43-by-hand"]);
    assert!(site.admin("getBuildTarget", json!(["f43-rebuild"])).is_object());
}

/// The hub goes away before a batch, or with its answer; what is there is not made again.
#[test]
fn a_run_that_broke_off_is_resumed() {
    let away = || What::Offline("planned outage".into());
    let cases = (1..=3).flat_map(|batch| [(batch, What::DropAfter, true), (batch, away(), false)]);
    for (batch, what, settles) in cases {
        let (site, bodhi) = place();
        let before = site.state();
        site.hub.misbehave(Misbehaviour::new(When::Writing(batch), what));
        let ended = asked(&site, &bodhi, &[&["f44", "--from", "f43", "--yes"], &LOGIN[..]].concat());
        assert!(site.hub.pending_rules().is_empty());
        let report = ended.document();
        assert_eq!(ended.code == 0, settles, "{batch}: {report}");
        if !settles {
            let resumed = site.agreed(["run", "resume", report["run"].as_str().unwrap(), "--json"]);
            assert_eq!(resumed.code, 0, "{batch}: {} {}", resumed.stdout, resumed.stderr);
            let sent: Vec<&String> = resumed.calls.iter().filter(|call| call.contains("snapshotTag")).collect();
            assert_eq!(sent.is_empty(), batch > 1, "{batch}: {:?}", resumed.calls);
        }
        branched(&bodhi);
        let args = ["f44", "--part", "infra", "--part", "flatpak", "--part", "coreos"];
        assert_eq!(drift(&site, &bodhi, &args), (0, String::new()), "{batch}");
        let undone = site.undone(&report);
        assert_eq!(undone.code, 0, "{batch}: {}", undone.stdout);
        assert_eq!(site.state(), before, "{batch}");
    }
}

#[test]
fn epel_and_eln_have_trees_too() {
    let (site, bodhi) = place();
    let before = site.state();
    let epel = made(&site, &bodhi, &["epel9"]);
    let groups =
        ["build", "srpm-build"].map(|group| format!("packages of group {group} in epel9-build: nothing says which"));
    assert_eq!(skipped(&epel), groups);
    assert_eq!(drift(&site, &bodhi, &["epel9"]).0, 0);
    // A minor release that nobody knows yet begins as a copy.
    let minor = made(&site, &bodhi, &["epel10.3", "--from", "epel9"]);
    assert_eq!(texts(&minor["done"])[0], "create tag epel10.3 as a copy of epel9");
    assert!(texts(&minor["done"]).contains(&"add group srpm-build to epel10.3-build"));
    assert_eq!(made(&site, &bodhi, &["epel10.3"])["changed"], false);
    for report in [&minor, &epel] {
        assert_eq!(site.undone(report).code, 0);
    }
    assert_eq!(site.state(), before);

    // ELN follows rawhide where rawhide is.
    assert_eq!(made(&site, &bodhi, &["eln"])["changed"], false);
    let f44 = made(&site, &bodhi, &["f44", "--from", "f43"]);
    assert_eq!(f44["changed"], true);
    assert_eq!(made(&site, &bodhi, &["eln"])["changed"], false);
    branched(&bodhi);
    let eln = made(&site, &bodhi, &["eln"]);
    assert_eq!(
        texts(&eln["done"]),
        ["make eln inherit from f44 instead of f43", "make eln-build inherit from f44-build instead of f43-build"]
    );
}

/// Whatever Bodhi does not say is not guessed, and nothing is made of a slip of the pen.
#[test]
fn what_cannot_be_made() {
    let (site, bodhi) = place();
    let refused = |args: &[&str]| {
        let ended = asked(&site, &bodhi, args);
        (ended.code, ended.document()["msg"].as_str().unwrap().to_owned())
    };
    assert_eq!(refused(&["f404"]), (10, "there is no release f404, and the next one is f44".into()));
    assert_eq!(refused(&["modular"]).0, 10);
    assert_eq!(refused(&["f44", "--only", "modular"]).0, 2);
    assert_eq!(refused(&["f44", "--from", "epel9"]).0, 2);
    let (code, msg) = refused(&["f44", "--only", "infra,coreos"]);
    assert_eq!(code, 10);
    assert!(msg.contains("f44-infra: it inherits from f44-build, and the hub has no such tag"), "{msg}");
    bodhi.go_away();
    let ended = asked(&site, &bodhi, &["f42", "--dry-run"]);
    let msg = ended.document()["msg"].as_str().unwrap().to_owned();
    assert_eq!(ended.code, 75);
    assert!(msg.contains("some of its tags are as in released"), "{msg}");
}

#[test]
fn a_layout_of_ones_own() {
    let (site, bodhi) = place();
    let text = "format = 1\nfamily = \"mine\"\nparts = [\"rpm\"]\n[release]\nid-prefix = \"FEDORA\"\nname = \"F{n}\"\n\
        base = \"f{n}\"\nversion = \"number\"\ntags = [\"f??\"]\n[[phase]]\nname = \"always\"\n\
        [[tag]]\nname = \"f{n}-mine\"\npart = \"rpm\"\nparents = [\"f{n}\"]\n";
    fs::write(site.path().join("mine.toml"), text).unwrap();
    let report = made(&site, &bodhi, &["f43", "--layout", "mine.toml"]);
    assert_eq!(texts(&report["done"]), ["create tag f43-mine", "make f43-mine inherit from f43, priority 0"]);
}
