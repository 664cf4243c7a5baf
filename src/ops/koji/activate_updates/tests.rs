// SPDX-License-Identifier: GPL-3.0-or-later
use super::super::hub::{Hub, same};
use super::super::releases;
use super::*;

fn known() -> Known {
    releases::known(&["F41 archived", "F43 current", "F44 pending", "F45 rawhide", "ELN current", "EPEL-9 current"])
}

fn request(release: &str) -> Result<ActivateUpdates> {
    let named = ActivateUpdatesOf { release: release.parse().unwrap(), layout: None };
    named.resolve(&known(), &releases::layouts(), &Hub::new())
}

const FOUR: [&str; 4] = ["f44-updates-candidate", "f44-updates-testing", "f44-updates-pending", "f44-override"];

/// As branching left it, but for those that have another parent.
fn hub(others: &[(&str, &str, i64)]) -> Hub {
    let hub = FOUR.iter().filter(|tag| !others.iter().any(|(child, ..)| child == *tag));
    let hub = hub.fold(plain(), |hub, tag| hub.linked(tag, "f44", 0));
    others.iter().fold(hub, |hub, (child, parent, priority)| hub.linked(child, parent, *priority))
}

fn plain() -> Hub {
    let tags = FOUR.iter().chain(&["f44", "f44-updates", "f43"]);
    tags.fold(Hub::new(), |hub, tag| hub.tag(tag)).linked("f44-updates", "f44", 0).permission("admin")
}

#[test]
fn what_is_planned() {
    let after = FOUR.map(|tag| (tag, "f44-updates", 0));
    let left = |tag: &str| format!("- {tag}: already inherits from f44-updates@0");
    let neither = "neither from f44@0 as before activation nor from f44-updates@0 as after it";
    let swap = |n: usize, tag: &str| format!("{n} make {tag} inherit from f44-updates instead of f44");
    let all = [swap(0, FOUR[0]), swap(1, FOUR[1]), swap(2, FOUR[2]), swap(3, FOUR[3])].join("\n");
    let table = [
        ("as branching left it", hub(&[]), format!("{all}\n4 set the permission of f44 to admin")),
        (
            "all is done",
            hub(&after).perm("f44", "admin"),
            format!("{}\n- f44: its permission is already admin", FOUR.map(left).join("\n")),
        ),
        (
            "two were done by hand, and nobody noticed the rest",
            hub(&after[..2]),
            format!(
                "{}\n{}\n2 set the permission of f44 to admin\n{}\n{}",
                swap(0, FOUR[2]),
                swap(1, FOUR[3]),
                left(FOUR[0]),
                left(FOUR[1])
            ),
        ),
        (
            "neither one nor the other: all of them are named",
            hub(&[(FOUR[0], "f43", 0), (FOUR[2], "f44", 5), (FOUR[3], "f44", 0), (FOUR[3], "f43", 1)])
                .perm("f44", "secure"),
            format!(
                "{}
                 ! {}: inherits from f43@0, {neither}
                 ! {}: inherits from f44@5, {neither}
                 ! {}: inherits from f44@0,f43@1, {neither}
                 ! f44: its permission is secure, neither none as before activation nor admin as after it",
                swap(0, FOUR[1]),
                FOUR[0],
                FOUR[2],
                FOUR[3]
            ),
        ),
    ];
    for (what, hub, expected) in table {
        same(what, &hub.text(&request("f44").unwrap()), &expected);
    }
}

#[test]
fn what_is_missing() {
    let hub = FOUR[1..].iter().chain(&["f44"]).fold(Hub::new(), |hub, tag| hub.tag(tag));
    let hub = FOUR[1..].iter().fold(hub, |hub, tag| hub.linked(tag, "f44", 0));
    same(
        "tags and a permission",
        &hub.text(&request("branched").unwrap()),
        "! f44-updates: the hub has no such tag
         ! f44-updates-candidate: the hub has no such tag
         ! f44: the hub has no permission admin",
    );
}

#[test]
fn a_loop_is_refused() {
    let hub = FOUR.iter().fold(plain().linked("f44-updates", "f44-override", 1), |hub, tag| hub.linked(tag, "f44", 0));
    let text = hub.text(&request("f44").unwrap());
    assert!(text.ends_with("! f44-override: f44-updates inherits from it: that would be a loop"), "{text}");
}

/// Taken out and put in again by two commands a tag has no parent for a moment, and the new link
/// another priority.
#[test]
fn each_tag_changes_in_one_call_and_keeps_the_priority() {
    let plan = hub(&[]).plan(&request("f44").unwrap()).unwrap();
    let mut links = 0;
    for step in plan.steps() {
        let crate::plan::Change::Koji(change) = &step.change;
        if let crate::plan::KojiChange::Tag(TagChange::EditInheritance { unlink, link, .. }) = change {
            assert_eq!((unlink.len(), link.len(), unlink[0].priority), (1, 1, link[0].priority));
            links += 1;
        }
    }
    assert_eq!((links, plan.steps().len()), (4, 5));
}

#[test]
fn what_is_never_activated() {
    let refused = |release: &str| request(release).unwrap_err().what;
    assert_eq!(refused("rawhide"), "F45 is rawhide, whose updates are never activated");
    assert_eq!(refused("f41"), "F41 is at its end");
    assert_eq!(refused("eln"), "the layout eln of ELN knows no activation of updates");
    assert_eq!(refused("epel9"), "the layout epel of EPEL-9 knows no activation of updates");
}

/// The layout alone says what changes: one of one's own may say otherwise.
#[test]
fn a_layout_of_ones_own() {
    let layout = |more: &str| {
        let text = format!(
            "format = 1\nfamily = \"mine\"\nparts = [\"rpm\"]\n[release]\nid-prefix = \"FEDORA\"\nname = \"F{{n}}\"\n\
             base = \"f{{n}}\"\nversion = \"number\"\ntags = [\"f??\"]\n[[phase]]\nname = \"before-activation\"\n\
             [[phase]]\nname = \"after-activation\"\ncomposed-by-bodhi = true\n\
             [[tag]]\nname = \"f{{n}}\"\npart = \"rpm\"\narches = \"x86_64\"\nparents = [\"f43\"]\n\
             [[tag.change]]\nfrom = \"after-activation\"\nlocked = true\narches = \"aarch64 x86_64\"\nparents = []\n{more}"
        );
        Layout::parse("mine.toml", &text).unwrap()
    };
    let request = |layout: Layout| {
        let named = ActivateUpdatesOf { release: "f44".parse().unwrap(), layout: Some(layout) };
        named.resolve(&known(), &releases::layouts(), &Hub::new())
    };
    same(
        "parents, arches and lock",
        &plain().linked("f44", "f43", 0).text(&request(layout("")).unwrap()),
        "0 make f44 inherit no more from f43
         1 set the arches of f44 to \"aarch64 x86_64\"
         2 lock tag f44",
    );
    let more = "[[tag]]\nname = \"f{n}-new\"\npart = \"rpm\"\nfrom = \"after-activation\"\n\
        [[target]]\nname = \"f{n}\"\npart = \"rpm\"\nbuild = \"f{n}\"\ndest = \"f{n}\"\nuntil = \"after-activation\"\n";
    assert_eq!(
        request(layout(more)).unwrap_err().what,
        "the layout mine changes at activation what is not changed here: tag f44-new begins, target f44"
    );
}
