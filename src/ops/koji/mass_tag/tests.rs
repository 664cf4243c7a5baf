// SPDX-License-Identifier: GPL-3.0-or-later
use super::super::hub::{Hub, names, same};
use super::*;

fn mass_tag(source: &str, destination: &str, also: &[&str]) -> MassTag {
    MassTag {
        source: source.parse().unwrap(),
        destination: destination.parse().unwrap(),
        also_newer_in: names(also),
        gating: Gating::default(),
    }
}

/// f43-pending inherits f43-updates, which inherits f43; f44 stands apart.
fn tags() -> Hub {
    Hub::new()
        .tag("f43-rebuild")
        .tag("f43-pending")
        .tag("f43-updates")
        .tag("f43")
        .tag("f44")
        .locked("f42")
        .inherits("f43-pending", &["f43-updates", "f43"])
}

#[test]
fn what_is_planned() {
    let hub = tags()
        .listed("f43", &["bash", "dash", "fish", "ksh", "mksh", "rc", "tcsh", "yash", "zsh"])
        .blocked("f43", &["csh"])
        .blocked("f43-pending", &["elvish"])
        .tagged("f43-rebuild", &["zsh-5.9-2.fc43", "bash-5.3-2.fc43"])
        .tagged("f43-rebuild", &["csh-1-2.fc43", "elvish-1-2.fc43", "xonsh-1-2.fc43"])
        .tagged("f43-rebuild", &["dash-1.9-2.fc43", "fish-4-2.fc43", "ksh-1-2.fc43"])
        .tagged("f43-rebuild", &["mksh-5-2.fc43", "rc-1-2.fc43", "tcsh-6-2.fc43"])
        .tagged("f43-rebuild", &["yash-2-2.fc43"])
        .tagged("f43", &["bash-5.3-1.fc43", "1:dash-0.5-1.fc43", "zsh-5.9-1.fc43"])
        .tagged("f43-updates", &["fish-4-10.fc43", "rc-1-2.fc43"])
        .tagged("f43-pending", &["ksh-1-3.fc43", "mksh-5-2.fc43", "ksh-1-1.fc43"])
        .tagged("f43-pending", &["tcsh-6-2.fc43", "tcsh-6-1.fc43"])
        .tagged("f44", &["yash-2.0-2.fc43", "zsh-6-1.fc44"]);
    same(
        "one of each kind",
        &hub.text(&mass_tag("f43-rebuild", "f43-pending", &[])),
        "0 tag bash-5.3-2.fc43 into f43-pending
         1 tag yash-2-2.fc43 into f43-pending
         2 tag zsh-5.9-2.fc43 into f43-pending
         - csh-1-2.fc43: package csh is blocked in f43
         - dash-1.9-2.fc43: dash-0.5-1.fc43 in f43 is newer
         - elvish-1-2.fc43: package elvish is blocked in f43-pending
         - fish-4-2.fc43: fish-4-10.fc43 in f43-updates is newer
         - ksh-1-2.fc43: ksh-1-3.fc43 in f43-pending is newer
         - mksh-5-2.fc43: already in f43-pending
         - rc-1-2.fc43: already in f43-updates
         - tcsh-6-2.fc43: already in f43-pending, but the older tcsh-6-1.fc43 was tagged later and is the latest there; it is not tagged again
         - xonsh-1-2.fc43: package xonsh is not listed in f43-pending",
    );
    same(
        "newer elsewhere",
        &hub.text(&mass_tag("f43-rebuild", "f43", &["f44", "f43-updates", "f43", "f44"])),
        "0 tag bash-5.3-2.fc43 into f43
         1 tag ksh-1-2.fc43 into f43
         2 tag mksh-5-2.fc43 into f43
         3 tag tcsh-6-2.fc43 into f43
         - csh-1-2.fc43: package csh is blocked in f43
         - dash-1.9-2.fc43: dash-0.5-1.fc43 in f43 is newer
         - elvish-1-2.fc43: package elvish is not listed in f43
         - fish-4-2.fc43: fish-4-10.fc43 in f43-updates is newer
         - rc-1-2.fc43: already in f43-updates
         - xonsh-1-2.fc43: package xonsh is not listed in f43
         - yash-2-2.fc43: yash-2.0-2.fc43 in f44 is newer
         - zsh-5.9-2.fc43: zsh-6-1.fc44 in f44 is newer",
    );
}

#[test]
fn a_draft_is_not_brought_along_and_stands_in_nobodys_way() {
    let hub = tags()
        .listed("f43", &["bash", "zsh", "dash"])
        .tagged("f43-rebuild", &["bash-5.3-2.fc43", "bash-5.3-3.fc43,draft_70", "zsh-5.9-2.fc43", "dash-1-2.fc43"])
        .tagged("f43-pending", &["zsh-5.9-2.fc43,draft_71", "dash-1-3.fc43,draft_72"]);
    same(
        "drafts",
        &hub.text(&mass_tag("f43-rebuild", "f43-pending", &[])),
        "0 tag zsh-5.9-2.fc43 into f43-pending
         - bash-5.3-3.fc43,draft_70: it is a draft, and nobody has promoted it
         - dash-1-2.fc43: dash-1-3.fc43,draft_72 in f43-pending is newer",
    );
}

/// What waits to be signed or tested is newer, and would be older than what is tagged over it.
#[test]
fn newer_builds_that_wait_in_gating_are_not_hidden() {
    let hub = tags()
        .tag("f43-updates-candidate")
        .tag("f43-signing-pending")
        .listed("f43", &["bash", "dash", "fish", "ksh", "zsh"])
        .tagged("f43-rebuild", &["bash-5.3-2.fc43", "dash-1-2.fc43", "fish-4-2.fc43", "ksh-1-2.fc43"])
        .tagged("f43-updates-candidate", &["1:bash-5.2-1.fc43", "dash-1-2.fc43", "fish-4-1.fc43"])
        .tagged("f43-signing-pending", &["ksh-1-10.fc43", "ksh-1-1.fc43"]);
    let layouts = crate::release::layout::built_in().unwrap();
    let mut request = mass_tag("f43-rebuild", "f43", &[]);
    request.gating = Gating::of_release(&request.destination, &layouts).unwrap();
    let kept_out = "0 tag dash-1-2.fc43 into f43
         1 tag fish-4-2.fc43 into f43
         - bash-5.3-2.fc43: bash-5.2-1.fc43 in f43-updates-candidate is newer
         - ksh-1-2.fc43: ksh-1-10.fc43 in f43-signing-pending is newer";
    same("the tags of the layout that are there", &hub.text(&request), kept_out);
    request.gating = Gating::Named(names(&["f43-updates-candidate", "f43-signing-pending"]));
    same("tags that are named", &hub.text(&request), kept_out);
    request.gating = Gating::Named(names(&["f43-lost", "f43-signing-pending"]));
    same("one that is not there", &hub.text(&request), "! f43-lost: the hub has no such tag");
    request.gating = Gating::Named(names(&["f43-rebuild"]));
    assert!(hub.text(&request).starts_with("error: f43-rebuild holds every build"));
    // The source may be one of them: what waits there is what is to come.
    let pending = MassTag { source: "f43-updates-candidate".parse().unwrap(), gating: Gating::default(), ..request };
    let gating = Gating::of_release(&pending.destination, &layouts).unwrap();
    let expected = "0 tag bash-5.2-1.fc43 into f43\n1 tag dash-1-2.fc43 into f43\n2 tag fish-4-1.fc43 into f43";
    same("from one of them", &hub.text(&MassTag { gating, ..pending }), expected);
}

/// koji's latest is the one tagged last, and only what is complete counts.
#[test]
fn the_latest_build_is_the_one_tagged_last() {
    let hub = tags()
        .listed("f43", &["bash", "zsh", "fish", "dash"])
        .tagged("f43-rebuild", &["bash-5.3-10.fc43", "bash-5.3-9.fc43"])
        .tagged("f43-rebuild", &["zsh-5.9-1.fc43"])
        .build_in("zsh-5.9-2.fc43", BuildState::Deleted)
        .build_in("fish-4-1.fc43", BuildState::Deleted)
        .build_in("dash-9-1.fc43", BuildState::Deleted)
        .tagged("f43-rebuild", &["zsh-5.9-2.fc43", "fish-4-1.fc43", "dash-1-1.fc43"])
        .tagged("f43", &["dash-9-1.fc43"]);
    same(
        "several builds of one package, deleted ones",
        &hub.text(&mass_tag("f43-rebuild", "f43", &[])),
        "0 tag bash-5.3-9.fc43 into f43
         1 tag dash-1-1.fc43 into f43
         2 tag zsh-5.9-1.fc43 into f43
         - fish-4-1.fc43: the build is deleted; only complete builds can be tagged
         - zsh-5.9-2.fc43: the build is deleted; only complete builds can be tagged",
    );
}

/// Two builds may have the same version under two names.
#[test]
fn an_equal_version_keeps_a_build_out() {
    let hub = tags()
        .listed("f43", &["bash", "zsh"])
        .tagged("f43-rebuild", &["bash-5.3-01.fc43", "zsh-5.9~rc1-1.fc43"])
        .tagged("f43", &["0:bash-5.3-1.fc43", "zsh-5.9-1.fc43"]);
    same(
        "equal, and a release candidate of what is there",
        &hub.text(&mass_tag("f43-rebuild", "f43", &[])),
        "- bash-5.3-01.fc43: bash-5.3-1.fc43 in f43 is of the same version
         - zsh-5.9~rc1-1.fc43: zsh-5.9-1.fc43 in f43 is newer",
    );
}

#[test]
fn a_second_run_and_degenerate_requests() {
    let hub = tags()
        .listed("f43", &["bash"])
        .listed("f42", &["bash"])
        .tagged("f43", &["bash-5.3-1.fc43"])
        .tagged("f42", &["bash-5.2-1.fc42"]);
    let table: &[(&str, MassTag, &str)] = &[
        ("the second run", mass_tag("f43", "f43-pending", &[]), "- bash-5.3-1.fc43: already in f43"),
        ("an empty source", mass_tag("f43-rebuild", "f43", &[]), "- f43-rebuild: no builds are in it"),
        ("into a locked tag", mass_tag("f43", "f42", &[]), "! bash-5.3-1.fc43: f42 is locked"),
        ("from a locked tag", mass_tag("f42", "f43", &[]), "- bash-5.2-1.fc42: bash-5.3-1.fc43 in f43 is newer"),
        (
            "no such tags",
            mass_tag("f97", "f98", &["f43", "f99"]),
            "! f97: the hub has no such tag
             ! f98: the hub has no such tag
             ! f99: the hub has no such tag",
        ),
        (
            "into itself",
            mass_tag("f43", "f43", &[]),
            "error: f43 is both the tag to take from and the tag to bring into",
        ),
        (
            "newer in the source",
            mass_tag("f43-rebuild", "f43", &["f44", "f43-rebuild"]),
            "error: f43-rebuild holds every build that is taken from it: looking there for equal or newer ones would leave out all",
        ),
    ];
    for (what, request, expected) in table {
        same(what, &hub.text(request), expected);
    }
}

/// However many builds there are.
#[test]
fn a_handful_of_reads() {
    let builds: Vec<_> = (0..3000).map(|n| format!("pkg{n}-2-1.fc43")).collect();
    let builds: Vec<_> = builds.iter().map(String::as_str).collect();
    let packages: Vec<_> = (0..3000).map(|n| format!("pkg{n}")).collect();
    let packages: Vec<_> = packages.iter().map(String::as_str).collect();
    let hub = tags().listed("f43", &packages).tagged("f43-rebuild", &builds);
    let mut request = mass_tag("f43-rebuild", "f43-pending", &["f44", "f43-updates"]);
    request.gating = Gating::OfRelease(names(&["f43-pending", "f43-lost", "f43-updates", "f42"]));
    let plan = hub.plan(&request).unwrap();
    assert_eq!(plan.steps().len(), 3000);
    assert_eq!(
        hub.calls(),
        [
            "getTag of f43-rebuild f43-pending f44 f43-updates f43-lost f42",
            "queryHistory f43-rebuild",
            "queryHistory f43-pending",
            "listPackages f43-pending",
            "getFullInheritance f43-pending",
            "queryHistory f43-updates",
            "queryHistory f43",
            "queryHistory f44",
            "queryHistory x1",
        ]
    );
}

#[test]
fn an_empty_source_ends_the_reading() {
    let hub = tags();
    let _ = hub.text(&mass_tag("f43-rebuild", "f43", &[]));
    assert_eq!(hub.calls(), ["getTag of f43-rebuild f43", "queryHistory f43-rebuild"]);
}
