// SPDX-License-Identifier: GPL-3.0-or-later
use super::bodhi::{Bodhi, recorded};
use super::changing::{Case, agreed, refused};
use super::release_check::{check, plant, tree};
use super::site::Site;
use flr::practice::{Misbehaviour, What, When};
use flr::release::Role;
use serde_json::{Value, json};

const FOUR: [&str; 4] = ["f47-updates-candidate", "f47-updates-testing", "f47-updates-pending", "f47-override"];

const READS: [&str; 4] = [
    "multiCall getTag getTag getTag getTag getTag getTag",
    "multiCall getInheritanceData getInheritanceData getInheritanceData getInheritanceData",
    "getFullInheritance",
    "getAllPerms",
];

/// Fedora 47 has just been branched: the small hub has an f44 of its own.
fn branched() -> (Site, Bodhi) {
    let (site, bodhi) = (Site::small(), Bodhi::with(recorded()));
    bodhi.change(|releases| {
        releases[6] = serde_json::from_str(&releases[6].to_string().replace("44", "47")).unwrap();
        releases[6]["composed_by_bodhi"] = json!(false);
    });
    plant(&site, &tree("47", "before-activation", Role::Branched));
    (site, bodhi)
}

fn words<'a>(bodhi: &'a Bodhi, release: &'a str) -> [&'a str; 5] {
    ["koji", "activate-updates", release, "--bodhi", &bodhi.url]
}

fn link(site: &Site, parent: &str, priority: i64) -> Value {
    json!({
        "parent": parent, "parent_id": site.admin("getTag", json!([parent]))["id"], "priority": priority,
        "maxdepth": null, "intransitive": false, "noconfig": false, "pkg_filter": "",
    })
}

/// The lines that `release check` shows of parents and permissions.
fn drift(site: &Site, bodhi: &Bodhi) -> Vec<String> {
    let ended = check(site, bodhi, &["f47", "--phase", "after-activation", "--part", "rpm"]);
    let lines = ended.lines().into_iter().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| line.contains(" parents ") || line.contains(" perm ")).collect()
}

#[test]
fn a_dry_run_a_run_a_second_run_and_back() {
    let (site, bodhi) = branched();
    let before = site.state();
    let swapped = |tag: &&str| {
        json!({
            "system": "koji", "kind": "edit-inheritance", "tag": tag, "unlink": [link(&site, "f47", 0)],
            "link": [link(&site, "f47-updates", 0)], "text": format!("make {tag} inherit from f47-updates instead of f47"),
        })
    };
    let mut planned: Vec<Value> = FOUR.iter().map(swapped).collect();
    planned.push(json!({
        "system": "koji", "kind": "set-tag-permission", "tag": "f47", "perm": "admin", "before": null,
        "text": "set the permission of f47 to admin",
    }));
    let already = |tag| [tag, "already inherits from f47-updates@0"];
    Case {
        args: &words(&bodhi, "branched"),
        planned: json!(planned),
        left_out: &[],
        reads: &READS,
        writes: &["multiCall setInheritanceData setInheritanceData setInheritanceData setInheritanceData editTag2"],
        left_out_then: &[
            already(FOUR[0]),
            already(FOUR[1]),
            already(FOUR[2]),
            already(FOUR[3]),
            ["f47", "its permission is already admin"],
        ],
        reads_then: &READS,
    }
    .holds_at(&site);
    assert_eq!(drift(&site, &bodhi), [""; 0]);

    let undone = site.last_undone();
    assert_eq!((undone.code, undone.document()["done"].as_array().unwrap().len()), (0, 5), "{undone:?}");
    assert_eq!(site.state(), before);
}

/// A skipped line of the nine is noticed days later: here one that fails is named at once, the others are
/// done, and the same words finish it.
#[test]
fn nothing_stops_half_way_without_a_word() {
    let (site, bodhi) = branched();
    site.hub.misbehave(Misbehaviour::new(When::Change(3), What::Fail { code: 1000, text: "no".into() }));
    let ended = agreed(&site, &words(&bodhi, "f47"));
    let told = ended.document();
    assert_eq!((ended.code, told["done"].as_array().unwrap().len()), (5, 4), "{told}");
    assert_eq!(told["failures"][0]["change"]["tag"], "f47-updates-pending");
    assert_eq!(told["failures"][0]["why"], "hub fault 1000: no");
    assert_eq!(drift(&site, &bodhi), ["tag f47-updates-pending parents f47-updates@0 f47@0"]);

    let again = agreed(&site, &words(&bodhi, "f47"));
    let done = again.document();
    assert_eq!((again.code, done["done"].as_array().unwrap().len()), (0, 1), "{done}");
    assert_eq!(done["skipped"].as_array().unwrap().len(), 4);
    assert_eq!(drift(&site, &bodhi), [""; 0]);
}

/// The run that stopped is resumed from what it recorded: no Bodhi is asked again.
#[test]
fn a_run_is_resumed_without_bodhi() {
    let (site, bodhi) = branched();
    site.hub.misbehave(Misbehaviour::new(When::Change(1), What::Fail { code: 1000, text: "no".into() }));
    let run = agreed(&site, &words(&bodhi, "f47")).document()["run"].as_str().unwrap().to_owned();
    bodhi.go_away();
    let resumed = site.agreed(["run", "resume", &run, "--json"]);
    assert_eq!((resumed.code, &resumed.document()["done"][0]["tag"]), (0, &json!(FOUR[0])), "{resumed:?}");
}

/// Whoever changed it had a reason: all of that is named, and nothing is changed.
#[test]
fn what_is_neither_as_before_nor_as_after() {
    let (site, bodhi) = branched();
    let gone = json!({"parent_id": link(&site, "f47", 0)["parent_id"], "delete link": true});
    site.admin("setInheritanceData", json!([FOUR[1], [gone, link(&site, "f43", 0)]]));
    site.admin("setInheritanceData", json!([FOUR[3], [link(&site, "f43", 1)]]));
    site.admin("editTag2", json!(["f47", {"perm": "autosign", "__starstar": true}]));
    let neither = "neither from f47@0 as before activation nor from f47-updates@0 as after it";
    refused(
        &site,
        &words(&bodhi, "f47"),
        &READS,
        &[
            [FOUR[1], &format!("inherits from f43@0, {neither}")],
            [FOUR[3], &format!("inherits from f47@0,f43@1, {neither}")],
            ["f47", "its permission is autosign, neither none as before activation nor admin as after it"],
        ],
    );
}

#[test]
fn a_lost_answer_is_settled() {
    for what in [What::DropAfter, What::DropBefore] {
        let (site, bodhi) = branched();
        site.hub.misbehave(Misbehaviour::new(When::Writing(1), what));
        let ended = agreed(&site, &words(&bodhi, "f47"));
        assert!(site.hub.pending_rules().is_empty());
        let told = ended.document();
        assert_eq!((ended.code, told["done"].as_array().unwrap().len()), (0, 5), "{told}");
    }
}

#[test]
fn what_is_never_activated() {
    let (site, bodhi) = branched();
    for (release, why) in [
        ("rawhide", "F45 is rawhide, whose updates are never activated"),
        ("f41", "F41 is at its end"),
        ("epel9", "the layout epel of EPEL-9 knows no activation of updates"),
        ("f46", "there is no release f46"),
    ] {
        let ended = agreed(&site, &words(&bodhi, release));
        let told = ended.document();
        assert_eq!((ended.code, told["msg"].as_str().unwrap(), ended.calls.len()), (10, why, 0), "{told}");
    }
}
