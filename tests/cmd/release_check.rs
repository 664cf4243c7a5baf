// SPDX-License-Identifier: GPL-3.0-or-later
use crate::bodhi::{Bodhi, recorded};
use crate::site::{Ended, Site};
use flr::release::Role;
use flr::release::layout::{LinkShape, Tree, Wanted, built_in};
use serde_json::{Value, json};
use std::fs;

fn named(mut value: Value) -> Value {
    value["__starstar"] = json!(true);
    value
}

/// Calls on the hub as an administrator.
fn admin(site: &Site, method: &str, params: Vec<Value>) -> Value {
    site.hub.run_as("admin", method, params).unwrap()
}

/// What the layout says of Fedora `version` in that phase.
pub fn tree(version: &str, phase: &str, role: Role) -> Tree {
    let layout = built_in().unwrap().into_iter().find(|layout| layout.family() == "fedora").unwrap();
    let phase = layout.phase(phase).unwrap();
    layout.expand(&Wanted { version, role, rawhide: None, phase, parts: &[] }).unwrap()
}

/// Makes the tree on the hub, with what it hangs on, but without groups that may hold anything.
pub fn plant(site: &Site, tree: &Tree) {
    for link in tree.tags.iter().flat_map(|tag| &tag.parents).filter(|link| tree.tag(&link.tag).is_none()) {
        if admin(site, "getTag", vec![json!(link.tag)]).is_null() {
            admin(site, "createTag", vec![json!(link.tag)]);
        }
    }
    for tag in &tree.tags {
        let extra: Value = tag.extra.clone().into_iter().collect::<serde_json::Map<_, _>>().into();
        let options = json!({"arches": tag.arches, "perm": tag.perm, "locked": tag.locked, "extra": extra});
        admin(site, "createTag", vec![json!(tag.name), named(options)]);
        let data: Vec<Value> = tag.parents.iter().map(|link| data(site, link)).collect();
        admin(site, "setInheritanceData", vec![json!(tag.name), json!(data)]);
        for (group, packages) in tag.groups.iter().filter(|(_, packages)| !packages.is_empty()) {
            admin(site, "groupListAdd", vec![json!(tag.name), json!(group)]);
            for package in packages {
                admin(site, "groupPackageListAdd", vec![json!(tag.name), json!(group), json!(package)]);
            }
        }
    }
    for target in &tree.targets {
        admin(site, "createBuildTarget", vec![json!(target.name), json!(target.build), json!(target.dest)]);
    }
}

fn data(site: &Site, link: &LinkShape) -> Value {
    let parent = admin(site, "getTag", vec![json!(link.tag)]);
    json!({
        "parent_id": parent["id"], "priority": link.priority, "maxdepth": link.maxdepth,
        "intransitive": link.intransitive, "noconfig": link.noconfig, "pkg_filter": "",
    })
}

pub fn check(site: &Site, bodhi: &Bodhi, args: &[&str]) -> Ended {
    let mut command = site.command();
    command.args(["release", "check", "--bodhi", &bodhi.url]).args(args);
    site.ended(command, b"")
}

/// Bodhi's records with the one of Rawhide as the layout wants it before activation.
fn bodhi() -> Bodhi {
    Bodhi::with(recorded())
}

#[test]
fn rawhide_as_it_should_be() {
    let (site, bodhi) = (Site::small(), bodhi());
    plant(&site, &tree("45", "before-activation", Role::Rawhide));
    let ended = check(&site, &bodhi, &["rawhide"]);
    assert_eq!(
        ended,
        Ended {
            code: 7,
            stdout: "tag  f45  group_build       there  -\ntag  f45  group_srpm-build  there  -\n".into(),
            stderr: "flr: F45 is not as layout fedora, before-activation: 2 differences\n".into(),
            calls: vec![
                format!("multiCall{}", " getTag".repeat(42)),
                format!("multiCall{}", " getInheritanceData".repeat(42)),
                format!("multiCall{}", " getTagGroups".repeat(42)),
                format!("multiCall{}", " getTagExternalRepos".repeat(42)),
                "getBuildTargets".into(),
            ],
        }
    );
    // A part by itself, and the same with the phase said.
    for more in [&["--part", "infra", "--part", "flatpak"][..], &["--part", "infra", "--phase", "before-activation"]] {
        let ended = check(&site, &bodhi, &[&["f45"], more].concat());
        assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (0, "", ""), "{more:?}");
    }
}

/// One of each kind of drift, as a step that was forgotten leaves it behind.
#[test]
fn every_kind_of_drift() {
    let (site, bodhi) = (Site::small(), bodhi());
    // The small hub has an f44 of its own.
    bodhi.change(|releases| {
        releases[6] = serde_json::from_str(&releases[6].to_string().replace("44", "47")).unwrap();
    });
    plant(&site, &tree("47", "before-activation", Role::Branched));
    // Updates were activated at Bodhi; of koji's five steps three were forgotten.
    for tag in ["f47-updates-candidate", "f47-updates-pending"] {
        let link = json!({
            "parent_id": admin(&site, "getTag", vec![json!("f47")])["id"], "delete link": true,
            "priority": 0, "maxdepth": null, "intransitive": false, "noconfig": false, "pkg_filter": "",
        });
        admin(&site, "setInheritanceData", vec![json!(tag), json!([link])]);
    }
    let link = json!({
        "parent_id": admin(&site, "getTag", vec![json!("f47-updates")])["id"],
        "priority": 0, "maxdepth": null, "intransitive": false, "noconfig": false, "pkg_filter": "",
    });
    admin(&site, "setInheritanceData", vec![json!("f47-updates-candidate"), json!([link])]);
    // And some accidents.
    admin(&site, "editTag2", vec![json!("f47-build"), named(json!({"arches": "x86_64 aarch64", "locked": true}))]);
    admin(
        &site,
        "editTag2",
        vec![json!("f47-flatpak-container-build"), named(json!({"extra": {"flatpak.runtime_tag": "f43"}}))],
    );
    admin(&site, "groupPackageListRemove", vec![json!("f47-flatpak-app"), json!("build"), json!("flatpak-rpm-macros")]);
    admin(&site, "deleteTag", vec![json!("f47-openh264")]);
    admin(&site, "deleteBuildTarget", vec![json!("f47-infra")]);
    admin(&site, "editBuildTarget", vec![json!("f47"), json!("f47"), json!("f47-build"), json!("f47")]);
    bodhi.change(|releases| releases[6]["override_tag"] = json!(""));
    let ended = check(&site, &bodhi, &["branched"]);
    let lines: Vec<String> =
        ended.lines().iter().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        lines,
        [
            "tag f47 perm admin autosign",
            "tag f47 group_build there -",
            "tag f47 group_srpm-build there -",
            "tag f47-openh264 - there -",
            "tag f47-flatpak-app group_build flatpak-rpm-macros,flatpak-runtime-config flatpak-runtime-config",
            "tag f47-updates-testing parents f47-updates@0 f47@0",
            "tag f47-updates-pending parents f47-updates@0 -",
            "tag f47-override parents f47-updates@0 f47@0",
            "tag f47-build arches aarch64,i686,ppc64le,s390x,x86_64 aarch64,x86_64",
            "tag f47-build locked false true",
            "tag f47-flatpak-container-build extra_flatpak.runtime_tag \"f47-flatpak-updates-candidate\" \"f43\"",
            "target f47 destination f47-updates-candidate f47",
            "target f47-infra - there -",
            "bodhi F47 stable_tag f47 f47-updates",
            "bodhi F47 override_tag f47-override -",
        ]
    );
    assert_eq!(ended.stderr, "flr: F47 is not as layout fedora, after-activation: 15 differences\n");
    let json = check(&site, &bodhi, &["f47", "--part", "infra", "--json"]);
    let first: Value = serde_json::from_str(json.lines()[0]).unwrap();
    assert_eq!(
        first,
        json!({
            "release": "F47", "against": "layout fedora, after-activation", "kind": "target", "name": "f47-infra",
            "field": null, "expected": "there", "found": null,
        })
    );
}

/// At its end a release has no targets any more.
#[test]
fn targets_that_should_be_gone() {
    let (site, bodhi) = (Site::small(), bodhi());
    plant(&site, &tree("41", "released", Role::Other));
    let ended = check(&site, &bodhi, &["f41", "--part", "infra"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (7, "target  f41-infra  -  -  there\n"));
    admin(&site, "deleteBuildTarget", vec![json!("f41-infra")]);
    assert_eq!(check(&site, &bodhi, &["f41", "--part", "infra"]).code, 0);
}

#[test]
fn like_another_release() {
    let (site, bodhi) = (Site::small(), bodhi());
    for version in ["41", "45"] {
        plant(&site, &tree(version, "before-activation", Role::Other));
    }
    bodhi.change(|releases| {
        releases[2]["composed_by_bodhi"] = json!(false);
        releases[2]["create_automatic_updates"] = json!(true);
        releases[2]["stable_tag"] = json!("f41");
    });
    let ended = check(&site, &bodhi, &["f45", "--like", "f41"]);
    assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (0, "", ""));
    // A group that is inherited and added to needs no row of its own; what is in it counts.
    let added = ["flatpak-rpm-macros", "flatpak-runtime-config"];
    for group in ["build", "srpm-build"] {
        admin(&site, "groupListAdd", vec![json!("f41"), json!(group)]);
        admin(&site, "groupListAdd", vec![json!("f45"), json!(group)]);
    }
    admin(&site, "groupListRemove", vec![json!("f45-flatpak-app"), json!("build")]);
    let ended = check(&site, &bodhi, &["f45", "--like", "f41"]);
    assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (0, "", ""));
    admin(&site, "groupPackageListRemove", vec![json!("f45-flatpak-app"), json!("build"), json!(added[0])]);
    let ended = check(&site, &bodhi, &["f45", "--like", "f41"]);
    let lists = format!("{}  {}", added.join(","), added[1]);
    assert_eq!(ended.stdout, format!("tag  f45-flatpak-app  group_build  {lists}\n"));
    admin(&site, "groupPackageListAdd", vec![json!("f45-flatpak-app"), json!("build"), json!(added[0])]);
    // What no layout speaks of counts as well: a setting, a repository, what stands in a group.
    admin(&site, "editTag2", vec![json!("f41-build"), named(json!({"extra": {"repo.auto": true, "dist": ".fc41"}}))]);
    admin(&site, "editTag2", vec![json!("f45-build"), named(json!({"extra": {"dist": ".fc45"}, "perm": "autosign"}))]);
    admin(&site, "deleteTag", vec![json!("f45-compose")]);
    let ended = check(&site, &bodhi, &["f45", "--like", "f41"]);
    assert_eq!(
        ended.stdout,
        "tag  f45-compose  -                there  -\n\
         tag  f45-build    perm             admin  autosign\n\
         tag  f45-build    extra_repo.auto  true   -\n"
    );
    assert_eq!((ended.code, ended.stderr.as_str()), (7, "flr: F45 is not as F41: 3 differences\n"));
    let refused = |other: &str| {
        let ended = check(&site, &bodhi, &["f45", "--like", other]);
        (ended.code, ended.stderr)
    };
    assert_eq!(refused("rawhide"), (2, "flr: F45 is like itself\n".into()));
    assert_eq!(refused("epel9"), (2, "flr: F45 and EPEL-9 have no layout in common\n".into()));
}

#[test]
fn a_layout_from_a_file() {
    let (site, bodhi) = (Site::small(), bodhi());
    let file = site.path().join("mine.toml");
    let text = "format = 1
family = \"mine\"
parts = [\"rpm\"]
[release]
id-prefix = \"FEDORA\"
name = \"F{n}\"
base = \"f{n}\"
version = \"number\"
tags = [\"f??\"]
[[phase]]
name = \"always\"
[[tag]]
name = \"f{n}\"
part = \"rpm\"
arches = \"x86_64 aarch64 ppc64le s390x\"
parents = [\"f{prev}\"]
[[tag]]
name = \"f{n}-build\"
part = \"rpm\"
arches = \"s390x x86_64 aarch64 ppc64le\"
parents = [\"f{n}-override\"]
groups = [\"build\", \"srpm-build\"]
external-repos = [{ name = \"f43-bootstrap\", priority = 5, merge-mode = \"bare\" }]
";
    fs::write(&file, text).unwrap();
    let with = |release: &str| check(&site, &bodhi, &[release, "--layout", "mine.toml"]);
    let ended = with("f43");
    assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (0, "", ""));
    let ended = with("f44");
    assert_eq!(ended.stdout, "tag  f44-build  external_repos  f43-bootstrap@5+bare  -\n");
    assert_eq!(ended.stderr, "flr: F44 is not as layout mine, always: 1 difference\n");
    fs::write(&file, text.replace("[\"f{prev}\"]", "[\"f{last}\"]")).unwrap();
    let ended = with("f43");
    assert_eq!((ended.code, ended.stderr.as_str()), (10, "flr: mine.toml:16: {last} stands for nothing here\n"));
    fs::remove_file(&file).unwrap();
    assert!(with("f43").stderr.starts_with("flr: cannot read the layout mine.toml: No such file"));
}

#[test]
fn what_cannot_be_checked() {
    let (site, bodhi) = (Site::small(), bodhi());
    let refused = |args: &[&str]| {
        let ended = check(&site, &bodhi, args);
        assert_eq!(ended.stdout, "");
        (ended.code, ended.stderr)
    };
    assert_eq!(
        refused(&["f43f"]),
        (
            10,
            "flr: no layout is for F43F (FEDORA-FLATPAK 43)\n\
             hint: layouts: fedora, epel, eln; --layout FILE names another\n"
                .into()
        )
    );
    assert_eq!(
        refused(&["f43", "--phase", "GA"]),
        (
            2,
            "flr: the layout fedora has no phase GA\n\
             hint: its phases: before-activation, after-activation, released, archived\n"
                .into()
        )
    );
    assert_eq!(refused(&["f43", "--part", "modular"]).0, 2);
    assert_eq!(refused(&["f99"]).0, 10);
    // koji alone cannot say in which phase a release is.
    bodhi.go_away();
    let (code, stderr) = refused(&["f43"]);
    assert_eq!(code, 75);
    assert!(stderr.ends_with("flr: only Bodhi can say in which phase F43 is\nhint: say it with --phase\n"), "{stderr}");
}

/// With the phase said, koji is checked; that Bodhi was not heard is no clean answer.
#[test]
fn bodhi_is_away() {
    let (site, bodhi) = (Site::small(), bodhi());
    plant(&site, &tree("45", "before-activation", Role::Other));
    bodhi.go_away();
    let args = ["f45", "--phase", "before-activation", "--part", "infra"];
    let ended = check(&site, &bodhi, &args);
    assert_eq!((ended.code, ended.stdout.as_str()), (75, ""));
    let last = ended.stderr.lines().last().unwrap();
    assert_eq!(last, "flr: F45 is as layout fedora, before-activation at koji; Bodhi's record was not looked at");
}
