// SPDX-License-Identifier: GPL-3.0-or-later
//! The built-in layouts against trees written down by hand, and what the language refuses.

use super::*;
use crate::release::Role;
use serde_json::json;

fn layout(family: &str) -> Layout {
    built_in().unwrap().into_iter().find(|layout| layout.family() == family).unwrap()
}

fn tree(family: &str, version: &str, phase: &str, role: Role) -> Tree {
    let layout = layout(family);
    let phase = layout.phase(phase).unwrap();
    layout.expand(&Wanted { version, role, rawhide: Some("44"), phase, parts: &[] }).unwrap()
}

/// Everything of a tree but groups, repositories and Bodhi: one sorted line for each thing.
fn text(tree: &Tree) -> Vec<String> {
    let link = |link: &LinkShape| format!("{}@{}{}", link.tag, link.priority, if link.intransitive { "!" } else { "" });
    let mut lines: Vec<String> = tree
        .tags
        .iter()
        .map(|tag| {
            let parents: Vec<String> = tag.parents.iter().map(link).collect();
            let perm = tag.perm.as_deref().unwrap_or("-");
            let locked = if tag.locked { " locked" } else { "" };
            let arches = if tag.arches.is_empty() { "-".to_owned() } else { tag.arches.replace(' ', ",") };
            format!("{} {perm} {arches} <{}>{locked}", tag.name, parents.join(" "))
        })
        .collect();
    lines.extend(tree.targets.iter().map(|target| format!("=> {} {} {}", target.name, target.build, target.dest)));
    lines.sort();
    lines
}

#[track_caller]
fn same(got: &Tree, expected: &str) {
    let mut expected: Vec<&str> = expected.trim().lines().map(str::trim).collect();
    expected.sort_unstable();
    assert_eq!(text(got), expected);
}

const ALL: &str = "aarch64,i686,ppc64le,s390x,x86_64";

/// Rawhide, and a branched release until its updates are activated.
#[test]
fn fedora_before_activation() {
    let expected = "
        f43 autosign ALL <>
        f43-updates admin - <f43@0>
        f43-compose - - <f43@0>
        f43-updates-candidate - - <f43@0>
        f43-updates-testing admin - <f43@0>
        f43-updates-pending admin - <f43@0>
        f43-override fedora-override - <f43@0>
        f43-updates-testing-pending autosign - <f43-updates-testing@0>
        f43-signing-pending autosign - <f43-updates-testing-pending@0>
        f43-pending - - <f43-updates@0>
        f43-build admin ALL <f43-override@0>
        f43-openh264 - - <f43@0>
        f43-iot - - <f43@0>
        rawhide - - <f43@0>
        => f43 f43-build f43-updates-candidate
        => f43-candidate f43-build f43-updates-candidate
        => rawhide f43-build f43-updates-candidate
        f43-infra infra ALL <f43-build@0>
        f43-infra-stg infra ALL <f43-infra@0>
        f43-infra-candidate infra - <f43-infra-stg@0>
        f43-infra-build infra ALL <f43-infra-stg@0>
        => f43-infra f43-infra-build f43-infra-candidate
        f43-container - - <>
        f43-container-build - aarch64,x86_64 <f43-container@0>
        f43-container-updates - - <f43-container@0>
        f43-container-updates-candidate - - <f43-container-updates@0>
        f43-container-updates-testing - - <f43-container-updates@0>
        f43-container-updates-testing-pending - - <f43-container-updates-testing@0>
        f43-container-updates-pending - - <f43-container-updates@0>
        f43-container-override - - <f43-container-updates@0>
        => f43-container-candidate f43-container-build f43-container-updates-candidate
        => rawhide-container-candidate f43-container-build f43-container-updates-candidate
        f43-flatpak - - <>
        f43-flatpak-updates - - <f43-flatpak@0>
        f43-flatpak-updates-candidate - - <f43-flatpak-updates@0>
        f43-flatpak-updates-testing - - <f43-flatpak-updates@0>
        f43-flatpak-updates-testing-pending - - <f43-flatpak-updates-testing@0>
        f43-flatpak-updates-pending - - <f43-flatpak-updates@0>
        f43-flatpak-override - - <f43-flatpak-updates@0>
        f43-flatpak-runtime - - <f43@0!>
        f43-flatpak-app - aarch64,ppc64le,x86_64 <f43@0!>
        f43-flatpak-runtime-build - aarch64,ppc64le,x86_64 <f43-flatpak-runtime@0 f43-build@10>
        f43-flatpak-app-build - aarch64,ppc64le,x86_64 <f43-flatpak-app@0 f43-flatpak-runtime@10 f43-build@20>
        f43-flatpak-runtime-override - - <f43-updates@0>
        f43-flatpak-runtime-packages - aarch64,ppc64le,x86_64 <f43-flatpak-runtime@0 f43-flatpak-runtime-override@10>
        f43-flatpak-container-build - aarch64,ppc64le,x86_64 <f43-build@0>
        => f43-flatpak-candidate f43-flatpak-container-build f43-flatpak-updates-candidate
        => f43-flatpak-app f43-flatpak-app-build f43-flatpak-app
        => f43-flatpak-runtime f43-flatpak-runtime-build f43-flatpak-runtime
        => f43-flatpak-runtime-kojira f43-flatpak-runtime-packages f43-flatpak-app
        f43-coreos-signing-pending - - <coreos-pool@0>
        f43-coreos-continuous - aarch64,ppc64le,s390x,x86_64 <>
        => f43-coreos-continuous f43-build f43-coreos-continuous"
        .replace("ALL", ALL);
    same(&tree("fedora", "43", "before-activation", Role::Rawhide), &expected);
    // One that is branched has all that, but not what follows Rawhide.
    let branched: Vec<&str> = expected.lines().filter(|line| !line.contains("rawhide")).collect();
    same(&tree("fedora", "43", "before-activation", Role::Branched), &branched.join("\n"));
}

/// What a tag's own list of groups, settings and the braces in them come to.
#[test]
fn groups_and_settings_of_a_fedora() {
    let tree = tree("fedora", "43", "before-activation", Role::Other);
    let tag = |name: &str| tree.tag(&name.parse().unwrap()).unwrap().clone();
    let app = tag("f43-flatpak-app");
    let groups: Vec<String> = app.groups.iter().map(|(name, packages)| format!("{name} {packages:?}")).collect();
    assert_eq!(
        groups,
        ["build {\"flatpak-rpm-macros\", \"flatpak-runtime-config\"}", "srpm-build {\"flatpak-rpm-macros\"}"]
    );
    assert_eq!(json!(app.extra), json!({"tag2distrepo.enabled": true, "tag2distrepo.inherit": false}));
    let extra = json!({"rpm.macro.distcore": ".fc%{fedora}runtime"});
    assert_eq!(json!(tag("f43-flatpak-runtime-build").extra), extra);
    let extra = json!({"tag2distrepo.enabled": true, "tag2distrepo.keys": "47dd8ef9"});
    assert_eq!(json!(tag("f43-infra").extra), extra);
    assert_eq!(tag("f43-infra-build").extra.len(), 0);
    assert_eq!(tag("f43-flatpak-container-build").extra["flatpak.app_package_tag"], "f43-flatpak-app");
}

/// The four tags that change their parent, and the permission of the base tag: nothing else.
#[test]
fn activation_changes_five_tags() {
    let before = text(&tree("fedora", "43", "before-activation", Role::Branched));
    let after = text(&tree("fedora", "43", "after-activation", Role::Branched));
    let new: Vec<&String> = after.iter().filter(|line| !before.contains(line)).collect();
    assert_eq!(
        new,
        [
            &format!("f43 admin {ALL} <>"),
            "f43-override fedora-override - <f43-updates@0>",
            "f43-updates-candidate - - <f43-updates@0>",
            "f43-updates-pending admin - <f43-updates@0>",
            "f43-updates-testing admin - <f43-updates@0>",
        ]
    );
    assert_eq!(after.len(), before.len());
}

/// The lock at the release; the targets at the end.
#[test]
fn release_and_end() {
    let after = text(&tree("fedora", "43", "after-activation", Role::Other));
    let released = text(&tree("fedora", "43", "released", Role::Other));
    let new: Vec<&String> = released.iter().filter(|line| !after.contains(line)).collect();
    assert_eq!(new, [&format!("f43 admin {ALL} <> locked")]);
    let archived = tree("fedora", "43", "archived", Role::Other);
    assert_eq!(archived.targets, []);
    assert!(
        archived.gone.contains(&"target f43-candidate".to_owned()) && archived.gone.len() == 9,
        "{:?}",
        archived.gone
    );
}

#[test]
fn what_bodhi_must_say_of_a_fedora() {
    let bodhi = |phase: &str| tree("fedora", "43", phase, Role::Branched).bodhi;
    let before = bodhi("before-activation");
    let of =
        |fields: &std::collections::BTreeMap<&'static str, Option<String>>, name: &str| fields[name].clone().unwrap();
    assert_eq!(of(&before, "stable_tag"), "f43");
    assert_eq!(of(&before, "composed_by_bodhi"), "false");
    assert_eq!(of(&before, "pending_testing_tag"), "f43-updates-testing-pending");
    let after = bodhi("after-activation");
    assert_eq!((of(&after, "stable_tag"), of(&after, "composed_by_bodhi")), ("f43".into(), "true".into()));
    assert_eq!(of(&after, "create_automatic_updates"), "false");
    assert_eq!(of(&bodhi("released"), "stable_tag"), "f43-updates");
    assert_eq!(of(&bodhi("archived"), "stable_tag"), "f43-updates");
}

#[test]
fn epel() {
    let expected = "
        epel9 - aarch64,ppc64le,s390x,x86_64 <>
        epel9-pending - - <epel9@0>
        epel9-testing - - <epel9@0>
        epel9-testing-candidate - - <epel9@0>
        epel9-testing-pending - - <epel9-testing@0>
        epel9-signing-pending autosign - <epel9-testing-pending@0>
        epel9-override - - <epel9@0>
        epel9-build - aarch64,ppc64le,s390x,x86_64 <epel9-override@0>
        => epel9 epel9-build epel9-testing-candidate
        => epel9-candidate epel9-build epel9-testing-candidate
        epel9-infra - aarch64,ppc64le,s390x,x86_64 <epel9-build@0>
        epel9-infra-stg - aarch64,ppc64le,s390x,x86_64 <epel9-infra@0>
        epel9-infra-candidate infra - <epel9-infra-stg@0>
        epel9-infra-build - aarch64,ppc64le,s390x,x86_64 <epel9-infra-stg@0>
        => epel9-infra epel9-infra-build epel9-infra-candidate";
    same(&tree("epel", "9", "active", Role::Other), expected);
    // The minor releases of one major share its infra tags.
    let minor: Vec<&str> = expected.lines().filter(|line| !line.contains("infra")).collect();
    let minor = minor.join("\n").replace("epel9", "epel10.1");
    same(&tree("epel", "10.1", "active", Role::Other), &minor);
}

#[test]
fn eln() {
    let expected = "
        eln - ALL <f44@0>
        eln-updates-candidate - - <eln@0>
        eln-updates-testing-pending - - <eln@0>
        eln-signing-pending autosign - <eln-updates-testing-pending@0>
        eln-build - ALL <eln@0 f44-build@5>
        eln-rebuild - ALL <eln@0>
        => eln eln-build eln-updates-candidate
        => eln-rebuild eln-build eln-rebuild"
        .replace("ALL", ALL);
    same(&tree("eln", "eln", "active", Role::Other), &expected);
    let layout = layout("eln");
    let wanted = Wanted { version: "eln", role: Role::Other, rawhide: None, phase: layout.first_phase(), parts: &[] };
    let error = layout.expand(&wanted).unwrap_err();
    assert!(error.what.contains("which release is rawhide is not known"), "{error}");
}

/// Whoever makes the tree in this order never needs a tag that is not there yet.
#[test]
fn parents_come_before_children() {
    for (family, version) in [("fedora", "43"), ("epel", "9"), ("eln", "eln")] {
        let layout = layout(family);
        let wanted =
            Wanted { version, role: Role::Rawhide, rawhide: Some("44"), phase: layout.first_phase(), parts: &[] };
        let tree = layout.expand(&wanted).unwrap();
        for (at, tag) in tree.tags.iter().enumerate() {
            for link in &tag.parents {
                let parent = tree.tags.iter().position(|other| other.name == link.tag);
                assert!(parent.is_none_or(|parent| parent < at), "{} before {}", tag.name, link.tag);
            }
        }
    }
}

#[test]
fn parts_can_be_asked_for_by_themselves() {
    let layout = layout("fedora");
    let expand = |parts: &[&str]| {
        let parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        let wanted =
            Wanted { version: "43", role: Role::Other, rawhide: None, phase: layout.first_phase(), parts: &parts };
        layout.expand(&wanted)
    };
    let infra = expand(&["infra"]).unwrap();
    assert_eq!((infra.tags.len(), infra.targets.len()), (4, 1));
    assert_eq!(expand(&["infra", "coreos"]).unwrap().tags.len(), 6);
    let error = expand(&["infra", "modular", "atomic"]).unwrap_err();
    assert_eq!(error.what, "the layout fedora has no part modular, atomic");
    assert_eq!(error.hint.unwrap(), "its parts: rpm, infra, container, flatpak, coreos");
}

fn release(version: &str, state: Option<&str>, composed: Option<bool>) -> Record {
    serde_json::from_value(json!({
        "name": "F43", "long_name": "", "version": version, "id_prefix": "FEDORA", "branch": "f43",
        "state": state, "composed_by_bodhi": composed,
    }))
    .unwrap()
}

#[test]
fn the_phase_is_what_bodhi_says() {
    let layout = layout("fedora");
    let phase = |state, composed| match layout.phase_of(&release("43", state, composed)) {
        Ok(phase) => layout.phase_name(phase).to_owned(),
        Err(error) => format!("{} / {}", error.what, error.hint.unwrap_or_default()),
    };
    assert_eq!(phase(Some("pending"), Some(false)), "before-activation");
    assert_eq!(phase(Some("pending"), Some(true)), "after-activation");
    assert_eq!(phase(Some("frozen"), Some(true)), "after-activation");
    assert_eq!(phase(Some("current"), Some(true)), "released");
    assert_eq!(phase(Some("archived"), Some(true)), "archived");
    assert_eq!(phase(Some("thawed"), Some(false)), "before-activation");
    assert_eq!(phase(None, None), "only Bodhi can say in which phase F43 is / say it with --phase");
    let error = layout.phase("GA").unwrap_err();
    assert_eq!(error.hint.unwrap(), "its phases: before-activation, after-activation, released, archived");
}

#[test]
fn versions_and_base_tags() {
    let fedora = layout("fedora");
    for (tag, version) in [
        ("f43", Some("43")),
        ("f100", Some("100")),
        ("f43-build", None),
        ("f", None),
        ("f043", None),
        ("f0", None),
        ("f4x", None),
        ("f+4", None),
        ("f9999999999", None),
        ("epel9", None),
    ] {
        assert_eq!(fedora.version_of_base(tag).as_deref(), version, "{tag}");
    }
    let epel = layout("epel");
    for (tag, version) in [
        ("epel9", Some("9")),
        ("epel10.0", Some("10.0")),
        ("epel10.1.2", None),
        ("epel9-next", None),
        ("epel10.", None),
    ] {
        assert_eq!(epel.version_of_base(tag).as_deref(), version, "{tag}");
    }
    assert_eq!(layout("eln").version_of_base("eln").as_deref(), Some("eln"));
    assert_eq!(layout("eln").version_of_base("eln-build"), None);
    let wanted = Wanted { version: "43.1", role: Role::Other, rawhide: None, phase: fedora.first_phase(), parts: &[] };
    assert_eq!(fedora.expand(&wanted).unwrap_err().what, "43.1 is no version of the layout fedora");
}

/// What the page about layouts shows is one.
#[test]
fn the_example_of_the_page_makes_sense() {
    let page = include_str!("../../../man/flr-layout.5");
    let (_, example) = page.split_once(".SH EXAMPLE\n.nf\n").unwrap();
    let (example, _) = example.split_once(".fi\n").unwrap();
    let layout = Layout::parse("flr-layout.5", &example.replace("\\-", "-")).unwrap();
    let wanted = Wanted { version: "43", role: Role::Other, rawhide: None, phase: layout.first_phase(), parts: &[] };
    let tree = layout.expand(&wanted).unwrap();
    assert_eq!(tree.tags[1].extra["rpm.macro.dist"], ".fc%{fedora}");
    assert_eq!(tree.tags[1].parents[1].tag.as_str(), "f42-build");
}

/// A device or a log is no layout.
#[test]
fn a_long_file_is_refused() {
    let error = load(Path::new("/dev/zero")).unwrap_err();
    assert_eq!(error.what, "the layout /dev/zero is longer than 1048576 bytes");
}

const SMALL: &str = "format = 1
family = \"x\"
parts = [\"rpm\"]
[release]
id-prefix = \"X\"
name = \"X{n}\"
base = \"x{n}\"
version = \"number\"
tags = [\"x*\"]
[[phase]]
name = \"young\"
[[tag]]
name = \"x{n}\"
part = \"rpm\"
";

#[test]
fn what_makes_no_sense_is_refused_with_its_line() {
    Layout::parse("small", SMALL).unwrap();
    let with = |more: &str| format!("{SMALL}{more}");
    for (text, what) in [
        ("format = 1".to_owned(), "t:1: missing field `family`"),
        (SMALL.replace("format = 1", "format = 2"), "t:1: format 2 is not known, only 1"),
        (with("colour = 1\n"), "t:15: unknown field `colour`"),
        (with("perm = 3\n"), "t:15: invalid type: integer `3`, expected a string"),
        (with("parents = [\"y{m}\"]\n"), "t:15: {m} stands for nothing here"),
        (with("parents = [\"y{n\"]\n"), "t:15: \"y{n\" opens a brace and does not close it"),
        (with("parents = [\"a b\"]\n"), "t:15: \"a b\" is not a tag name: it may not contain a blank"),
        (with("parents = [\"a\", \"b\"]\n"), "t:15: two parents have one priority"),
        (with("parents = [\n\"a\",\n{ tag = \"a\", priority = 1 }]\n"), "t:17: the parent a is there twice"),
        (with("parents = [{ tag = \"a\", prio = 1 }]\n"), "t:15: unknown field `prio`, expected one of `tag`"),
        (with("parents = [3]\n"), "t:15: invalid type: integer `3`, expected a name or a table"),
        (with("groups = [\"a\",\n\"a\"]\n"), "t:16: the group a is there twice"),
        (with("groups = [{ packages = [] }]\n"), "t:15: missing field `name`"),
        (
            with("external-repos = [{ name = \"a\", priority = 1 },\n{ name = \"a\", priority = 1 }]\n"),
            "t:16: the external repository a is there twice; t:16: two external repositories have one priority",
        ),
        (with("[tag.more]\n").replace("[[tag]]", "[tag]"), "t:12: tag is table, not [[tag]]"),
        (with("role = \"king\"\n"), "t:15: there is no role \"king\", only rawhide"),
        (with("until = \"old\"\n"), "t:15: there is no phase \"old\""),
        (with("[[tag.change]]\nfrom = \"old\"\n"), "t:16: there is no phase \"old\""),
        (with("[[tag]]\nname = \"x{n}\"\npart = \"rpm\"\n"), "t:16: the tag x7 is there twice"),
        (with("[[tag]]\nname = \"y\"\npart = \"img\"\n"), "t:17: there is no part \"img\""),
        (
            with("parents = [\"y\"]\n[[tag]]\nname = \"y\"\npart = \"rpm\"\nparents = [\"x{n}\"]\n"),
            "t:13: x7 and y inherit from each other",
        ),
        (with("[bodhi]\ncolour = \"red\"\n"), "t:16: Bodhi's records have no field \"colour\" that flr knows"),
        (with("[bodhi]\neol = 3\n"), "t:16: eol must be a text, true or false"),
        (with("[[bodhi-change]]\neol = \"x\"\n"), "needs from = the phase it begins with"),
        (with("[[bodhi-change]]\nfrom = \"old\"\n"), "t:16: there is no phase \"old\""),
        (
            SMALL.replace("name = \"young\"", "name = \"young\"\n[[phase]]\nname = \"young\""),
            "t:13: the phase young is there twice",
        ),
        (with("[[target]]\nname = \"x\"\npart = \"rpm\"\nbuild = \"x{n}\"\n"), "missing field `dest`"),
        (SMALL.replace("version = \"number\"", "version = \"roman\""), "t:8: unknown variant `roman`"),
        (
            SMALL.replace("\"number\"", "\"none\"").replace("base = \"x{n}\"", "base = \"x{prev}\""),
            "t:7: {prev} stands for nothing here",
        ),
        ("[".repeat(5_000), "t:1: "),
    ] {
        let error = Layout::parse("t", &text).unwrap_err();
        assert!(error.what.contains(what), "wanted {what}, got {}", error.what);
    }
    // All at once, in the order of lines.
    let error = Layout::parse("t", &with("role = \"king\"\nuntil = \"old\"\n")).unwrap_err();
    assert_eq!(error.what, "t:15: there is no role \"king\", only rawhide; t:16: there is no phase \"old\"");
    // Words that cannot be read do not hide those that make no sense, nor another piece's.
    let five = with("perm = 3\n[[tag]]\nname = \"y\"\npart = \"img\"\nrole = \"king\"\n[[tag]]\nnam = \"z\"\n")
        + "[[target]]\nname = \"x\"\npart = \"rpm\"\nbuild = \"{word}\"\ndest = \"d\"\n[more]\n";
    let error = Layout::parse("t", &five).unwrap_err();
    let lines = [
        "t:15: invalid type: integer `3`, expected a string",
        "t:18: there is no part \"img\"",
        "t:19: there is no role \"king\", only rawhide",
        "t:21: unknown field `nam`",
        "t:25: {word} stands for nothing here",
        "t:27: unknown field `more`",
    ];
    let said: Vec<&str> = error.what.split("; ").collect();
    assert_eq!(said.len(), lines.len(), "{said:?}");
    for (said, line) in said.iter().zip(lines) {
        assert!(said.starts_with(line), "wanted {line}, got {said}");
    }
    let torn = Layout::parse("t", "format = \n[values\na = 1 2\n").unwrap_err().what;
    assert!(torn.contains("t:1: ") && torn.contains("t:2: "), "{torn}");
}
