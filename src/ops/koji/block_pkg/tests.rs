// SPDX-License-Identifier: GPL-3.0-or-later
use super::super::hub::{Hub, names, same};
use super::*;
use crate::plan::{Change, KojiChange};

fn hub() -> Hub {
    Hub::new()
        .tag("f43")
        .tag("f43-updates")
        .inherits("f43-updates", &["f43"])
        .locked("f42")
        .listed("f43", &["bash", "zsh"])
        .listed("f42", &["bash", "zsh"])
        .blocked("f43", &["retired"])
        .tagged("f43", &["bash-5.3-1.fc43", "retired-1-1.fc43", "bash-5.2-1.fc43"])
        .tagged("f43-updates", &["retired-1-2.fc43"])
        .tagged("f42", &["bash-5.1-1.fc42"])
}

fn block_packages(tag: &str, packages: &[&str], untag: bool) -> BlockPackages {
    BlockPackages { tag: tag.parse().unwrap(), packages: names(packages), untag, unblock_in: None }
}

fn opening(tag: &str, packages: &[&str], unblock_in: &str) -> BlockPackages {
    BlockPackages { unblock_in: Some(unblock_in.parse().unwrap()), ..block_packages(tag, packages, false) }
}

#[test]
fn what_is_planned() {
    let table: &[(&str, &str, &[&str], &str)] = &[
        (
            "one with builds, one without, one of them twice",
            "f43",
            &["zsh", "bash", "zsh"],
            "0 block package zsh in f43
             1 block package bash in f43
             - zsh: it is named more than once; once is enough",
        ),
        ("blocked already", "f43", &["retired"], "- retired: already blocked in f43"),
        (
            "listed and blocked above",
            "f43-updates",
            &["bash", "retired"],
            "0 block package bash in f43-updates
             - retired: already blocked in f43",
        ),
        (
            "not listed, known to the hub or not",
            "f43",
            &["bash", "bahs", "vim"],
            "0 block package bash in f43
             ! bahs: not listed in f43, so nothing to block
             ! vim: not listed in f43, so nothing to block",
        ),
        ("a lock keeps no package from being blocked", "f42", &["bash"], "0 block package bash in f42"),
        ("no such tag", "f99", &["bash"], "! f99: the hub has no such tag"),
        ("nothing", "f43", &[], "error: no packages are named"),
    ];
    for (what, tag, packages, expected) in table {
        same(what, &hub().text(&block_packages(tag, packages, false)), expected);
    }
}

#[test]
fn what_is_planned_with_untag() {
    let table: &[(&str, &str, &[&str], &str)] = &[
        (
            "block first; the latest build leaves first",
            "f43",
            &["bash", "zsh"],
            "0 block package bash in f43
             1 untag bash-5.2-1.fc43 from f43 (after 0)
             2 untag bash-5.3-1.fc43 from f43 (after 0)
             3 block package zsh in f43",
        ),
        (
            "half done: blocked, and koji hides the build that is left",
            "f43",
            &["retired"],
            "0 untag retired-1-1.fc43 from f43
             - retired: already blocked in f43",
        ),
        (
            "blocked above: only what is in the tag itself leaves",
            "f43-updates",
            &["retired", "bash"],
            "0 untag retired-1-2.fc43 from f43-updates
             1 block package bash in f43-updates
             - retired: already blocked in f43",
        ),
        (
            "not listed, known to the hub or not",
            "f43",
            &["bahs", "bash"],
            "0 block package bash in f43
             1 untag bash-5.2-1.fc43 from f43 (after 0)
             2 untag bash-5.3-1.fc43 from f43 (after 0)
             ! bahs: not listed in f43, so nothing to block",
        ),
        (
            "a lock keeps the builds in",
            "f42",
            &["zsh", "bash"],
            "0 block package zsh in f42
             1 block package bash in f42
             ! bash-5.1-1.fc42: f42 is locked",
        ),
        ("locked, and no builds to untag", "f42", &["zsh"], "0 block package zsh in f42"),
    ];
    for (what, tag, packages, expected) in table {
        same(what, &hub().text(&block_packages(tag, packages, true)), expected);
    }
}

/// EPEL: what is retired there may come from elsewhere into the build root.
#[test]
fn what_is_planned_with_unblock_in() {
    let epel = || {
        Hub::new()
            .tag("epel9")
            .tag("epel9-override")
            .tag("epel9-build")
            .tag("apart")
            .inherits("epel9-build", &["epel9-override", "epel9"])
            .listed("epel9", &["jq", "nano", "vim", "zsh"])
            .blocked("epel9", &["retired"])
            .blocked("epel9-override", &["nano"])
            .listed("epel9-override", &["vim"])
            .blocked("epel9-build", &["zsh"])
            .blocked("apart", &["jq"])
    };
    let table: &[(&str, &[&str], &str, &str)] = &[
        (
            "the block would be inherited, so the unblocking comes after it",
            &["jq"],
            "epel9-build",
            "0 block package jq in epel9
             1 unblock package jq in epel9-build (after 0)",
        ),
        (
            "blocked already, and inherited",
            &["retired"],
            "epel9-build",
            "0 unblock package retired in epel9-build
             - retired: already blocked in epel9",
        ),
        (
            "blocked by a tag that is nearer, hidden by one that is nearer, by the tag itself",
            &["nano", "vim", "zsh"],
            "epel9-build",
            "0 block package nano in epel9
             1 unblock package nano in epel9-build
             2 block package vim in epel9
             3 block package zsh in epel9
             4 unblock package zsh in epel9-build
             - vim: not blocked in epel9-build",
        ),
        (
            "a tag that does not inherit from it",
            &["jq", "nano"],
            "apart",
            "0 block package jq in epel9
             1 unblock package jq in apart
             2 block package nano in epel9
             ! nano: not listed in apart, so nothing to unblock",
        ),
        (
            "a tag that it inherits from",
            &["jq"],
            "apart",
            "! apart: epel9 inherits from it, and would be unblocked with it",
        ),
        ("no such tag", &["jq"], "epel99-build", "! epel99-build: the hub has no such tag"),
        ("the same tag", &["jq"], "epel9", "error: epel9 is both the tag to block in and to unblock in"),
    ];
    for (what, packages, unblock_in, expected) in table {
        let hub = if what.ends_with("it inherits from") { epel().inherits("epel9", &["apart"]) } else { epel() };
        same(what, &hub.text(&opening("epel9", packages, unblock_in)), expected);
    }
}

#[test]
fn a_second_run_finds_it_unblocked() {
    let mut hub = Hub::new()
        .tag("epel9")
        .tag("epel9-build")
        .inherits("epel9-build", &["epel9"])
        .listed("epel9", &["jq"])
        .blocked("epel9", &["retired"]);
    let request = opening("epel9", &["jq", "retired"], "epel9-build");
    let plan = hub.plan(&request).unwrap();
    assert_eq!(plan.steps().len(), 3);
    hub.apply(&plan);
    same(
        "again",
        &hub.text(&request),
        "- jq: already blocked in epel9
         - jq: not blocked in epel9-build
         - retired: already blocked in epel9
         - retired: not blocked in epel9-build",
    );
}

/// Undo needs to know whose entry it was.
#[test]
fn the_entry_that_counted_is_kept() {
    let plan = hub().plan(&block_packages("f43-updates", &["bash"], false)).unwrap();
    let Change::Koji(KojiChange::Package(PackageChange::BlockPackage { before, .. })) = &plan.steps()[0].change else {
        panic!("{:?}", plan.steps());
    };
    assert_eq!(before.tag.as_str(), "f43");
    assert_eq!(before.owner.as_ref().unwrap().as_str(), "kim");
    assert!(!before.blocked);
}

#[test]
fn few_packages_are_looked_up_one_by_one_and_many_in_the_lists() {
    let (few, many) = (hub(), hub());
    let _ = few.text(&block_packages("f43", &["bash", "zsh", "bahs"], true));
    assert_eq!(few.calls(), ["getTag f43", "listPackages f43 x3", "queryHistory f43 x2"]);
    let packages: Vec<_> = (0..200).map(|n| format!("pkg{n}")).collect();
    let packages: Vec<_> = packages.iter().map(String::as_str).chain(["bash"]).collect();
    let plan = many.plan(&block_packages("f43", &packages, true)).unwrap();
    assert_eq!(many.calls(), ["getTag f43", "listPackages f43", "queryHistory f43"]);
    assert_eq!((plan.steps().len(), plan.refused().len()), (3, 200));
}

#[test]
fn builds_are_not_looked_for_in_vain() {
    let hub = hub();
    let _ = hub.text(&block_packages("f43", &["bash"], false));
    assert_eq!(hub.calls(), ["getTag f43", "listPackages f43 x1"]);
}
