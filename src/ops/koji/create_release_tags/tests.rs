// SPDX-License-Identifier: GPL-3.0-or-later
use super::super::hub::{Hub, same};
use super::*;
use crate::bodhi::Record;
use crate::koji::Extra;
use crate::ops::release::NamesRelease;
use crate::release::layout::Layout;
use crate::release::{Known, Source};

/// A small layout with something of each kind in it.
const LAYOUT: &str = r#"format = 1
family = "small"
parts = ["rpm", "infra"]
[release]
id-prefix = "FEDORA"
name = "F{n}"
base = "f{n}"
version = "number"
tags = ["f??"]
rawhide-tag = "rawhide"
[[phase]]
name = "before"
[[phase]]
name = "after"
composed-by-bodhi = true
[[tag]]
name = "f{n}"
part = "rpm"
arches = "x86_64 aarch64"
groups = ["build"]
extra = { "mock.package_manager" = "dnf5" }
[[tag.change]]
from = "after"
perm = "admin"
[[tag]]
name = "f{n}-updates"
part = "rpm"
parents = ["f{n}"]
[[tag]]
name = "f{n}-candidate"
part = "rpm"
perm = "autosign"
parents = ["f{n}"]
[[tag.change]]
from = "after"
parents = ["f{n}-updates"]
[[tag]]
name = "f{n}-build"
part = "rpm"
arches = "x86_64 aarch64"
parents = ["f{n}-updates", { tag = "f{n}-candidate", priority = 10, intransitive = true }]
groups = ["build", "srpm-build"]
external-repos = [{ name = "bootstrap", priority = 5, merge-mode = "bare" }]
[[tag]]
name = "f{n}-infra"
part = "infra"
parents = ["f{n}-build"]
[[tag]]
name = "rawhide"
part = "rpm"
role = "rawhide"
parents = ["f{n}"]
[[target]]
name = "f{n}"
part = "rpm"
build = "f{n}-build"
dest = "f{n}-candidate"
[[target]]
name = "rawhide"
part = "rpm"
role = "rawhide"
build = "f{n}-build"
dest = "f{n}-candidate"
"#;

fn layouts() -> Vec<Layout> {
    vec![Layout::parse("small.toml", LAYOUT).unwrap()]
}

fn record(version: &str, composed_by_bodhi: Option<bool>) -> Record {
    Record {
        name: format!("F{version}"),
        long_name: format!("Fedora {version}"),
        version: version.to_owned(),
        id_prefix: "FEDORA".into(),
        branch: format!("f{version}"),
        state: None,
        dist_tag: None,
        stable_tag: None,
        testing_tag: None,
        candidate_tag: None,
        pending_signing_tag: None,
        pending_testing_tag: None,
        pending_stable_tag: None,
        override_tag: None,
        composed_by_bodhi,
        create_automatic_updates: None,
        package_manager: None,
        testing_repository: None,
        released_on: None,
        eol: None,
    }
}

/// Bodhi knows these; koji is asked where it says nothing.
fn known(releases: Vec<Record>) -> Known {
    Known { releases, unreadable: Vec::new(), source: Source::Bodhi, notes: Vec::new() }
}

fn asked(words: &str) -> ReleaseTags {
    let mut words = words.split(' ');
    let mut asked = ReleaseTags {
        release: words.next().unwrap().parse().unwrap(),
        from: None,
        only: Vec::new(),
        phase: None,
        prune: false,
        layout: None,
    };
    while let Some(word) = words.next() {
        match word {
            "--prune" => asked.prune = true,
            "--from" => asked.from = Some(words.next().unwrap().parse().unwrap()),
            "--phase" => asked.phase = Some(words.next().unwrap().to_owned()),
            "--only" => asked.only.push(words.next().unwrap().to_owned()),
            other => panic!("{other}"),
        }
    }
    asked
}

/// f43 as it should be before activation, and what hangs on it besides.
fn hub() -> Hub {
    let tags = ["f43", "f43-updates", "f43-candidate", "f43-build", "f43-infra", "rawhide", "f43-rebuild"];
    let hub = tags.iter().fold(Hub::new().permission("autosign").permission("admin"), |hub, tag| hub.tag(tag));
    let hub = ["f43-updates", "f43-candidate", "f43-infra", "rawhide"].iter().fold(hub, |hub, tag| hub.arches(tag, ""));
    hub.arches("f43", "x86_64 aarch64")
        .arches("f43-build", "aarch64 x86_64")
        .extra("f43", "mock.package_manager", Extra::Value("dnf5".into()))
        .perm("f43-candidate", "autosign")
        .linked("f43-updates", "f43", 0)
        .linked("f43-candidate", "f43", 0)
        .linked("f43-build", "f43-updates", 0)
        .linked("f43-build", "f43-candidate", 10)
        .linked("f43-infra", "f43-build", 0)
        .linked("rawhide", "f43", 0)
        .target("f43", "f43-build", "f43-candidate")
        .target("rawhide", "f43-build", "f43-candidate")
        .target("f43-rebuild", "f43-build", "f43-rebuild")
        .group("f43", "build", &["bash", "make"])
        .group("f43-build", "srpm-build", &["gcc"])
        .external_repo("f43-build", "bootstrap", 5)
        .listed("f43", &["bash"])
        .tagged("f43", &["bash-5.2-1"])
}

fn resolved(hub: &Hub, releases: Vec<Record>, words: &str) -> Result<CreateReleaseTags> {
    asked(words).resolve(&known(releases), &layouts(), hub)
}

/// Bodhi's record of f43, before activation.
fn bodhi() -> Vec<Record> {
    vec![record("43", Some(false))]
}

#[track_caller]
fn planned(hub: Hub, words: &str, expected: &str) {
    let text = match resolved(&hub, bodhi(), words) {
        Ok(request) => hub.text(&request),
        Err(error) => format!("error: {error}"),
    };
    same(words, &text, expected);
}

/// Branch day: nothing that follows the newest release is moved.
#[test]
fn a_new_release_begins_as_a_copy() {
    planned(
        hub(),
        "f44 --from f43",
        "0 create tag f44 as a copy of f43
         1 create tag f44-updates (after 0)
         2 create tag f44-candidate (after 0)
         3 create tag f44-build (after 0)
         4 create tag f44-infra (after 0)
         5 make f44-updates inherit from f44, priority 0 (after 1)
         6 make f44-candidate inherit from f44, priority 0 (after 2)
         7 change the inheritance of f44-build: +f44-updates (priority 0) +f44-candidate (priority 10, intransitive) (after 3)
         8 add group srpm-build to f44-build (after 3)
         9 add gcc to group srpm-build in f44-build (after 3)
         10 add external repo bootstrap to f44-build, priority 5, merged bare (after 3)
         11 make f44-infra inherit from f44-build, priority 0 (after 4)
         12 create target f44: from f44-build to f44-candidate (after 3)
         - rawhide: it follows f43 still; `flr koji swap-parent rawhide f43 f44` moves it
         - target rawhide: it builds from f43-build to f43-candidate still; `flr koji set-target rawhide --build-tag f44-build --dest-tag f44-candidate` moves it",
    );
}

/// Who activates updates, and forgets that the copy has the older release's settings.
#[test]
fn a_copy_is_set_to_what_the_layout_says() {
    let hub = hub().perm("f43", "admin").arches("f43", "x86_64").extra("f43", "mock.package_manager", Extra::Unset);
    let text = hub.text(&resolved(&hub, bodhi(), "f44 --from f43 --only rpm").unwrap());
    let lines: Vec<&str> = text.lines().filter(|line| line.contains(" f44 ") || line.ends_with(" f44")).collect();
    assert_eq!(
        lines,
        [
            "0 create tag f44 as a copy of f43",
            "4 take the permission of f44 away (after 0)",
            "5 set the arches of f44 to \"aarch64 x86_64\" (after 0)",
            "6 set extra mock.package_manager of f44 to \"dnf5\" (after 0)",
        ]
    );
}

/// Nothing is copied twice, nothing is moved, and the rest is as the layout says.
#[test]
fn what_is_half_made_is_completed() {
    let hub = ["f44", "f44-candidate", "f44-build"].iter().fold(hub(), |hub, tag| hub.tag(tag));
    let hub = hub
        .arches("f44", "x86_64 aarch64")
        .arches("f44-candidate", "x86_64")
        .arches("f44-build", "x86_64 aarch64")
        .extra("f44", "mock.package_manager", Extra::Blocked)
        .extra("f44", "mock.new_chroot", Extra::Value(true.into()))
        .group("f44", "build", &["bash"])
        .group("f44", "own", &["bash"])
        .linked("f44-candidate", "f43", 0)
        .linked("f44-build", "f44-candidate", 3)
        .linked("f44-build", "f43-build", 20)
        .external_repo("f44-build", "other", 5)
        .external_repo("f44-build", "third", 7)
        .target("f44", "f43-build", "f44-candidate")
        .target("f44-by-hand", "f44-build", "f44")
        .target("f44-rebuild", "f44-build", "f43-rebuild");
    let rest = "- rawhide: it follows f43 still; `flr koji swap-parent rawhide f43 f44` moves it";
    let target = "- target rawhide: it builds from f43-build to f43-candidate still; `flr koji set-target rawhide --build-tag f44-build --dest-tag f44-candidate` moves it";
    let copied = "- f44: already there, and not copied again; `flr koji clone-tag f43 f44` adds to it";
    let unknown = "the layout does not know it; --prune takes it away";
    let completed = |settings: &str, groups: &str| {
        format!(
            "0 create tag f44-updates
             1 create tag f44-infra
             2 set extra mock.package_manager of f44 to \"dnf5\"
             {settings}"
        ) + groups
    };
    planned(
        hub,
        "f44 --from f43",
        &(completed("3 set the permission of f44-candidate to autosign\n4 take the arches of f44-candidate away\n", "")
            + &format!(
                "5 make f44-updates inherit from f44, priority 0 (after 0)
                 6 make f44-candidate inherit from f44 instead of f43
                 7 change the inheritance of f44-build: +f44-updates (priority 0) +f44-candidate (priority 10, intransitive) (after 0)
                 8 remove external repo other from f44-build
                 9 add external repo bootstrap to f44-build, priority 5, merged bare
                 10 make f44-infra inherit from f44-build, priority 0 (after 1)
                 11 set target f44: from f44-build to f44-candidate
                 {copied}
                 - extra mock.new_chroot of f44: {unknown}
                 - group own of f44: {unknown}
                 {rest}
                 - parent f43-build of f44-build: {unknown}
                 - external repo third of f44-build: {unknown}
                 {target}
                 - target f44-by-hand: {unknown}"
            )),
    );
}

/// A group that is inherited gets only the packages that it lacks, by the tag's own list.
#[test]
fn what_a_layout_wants_in_a_group_is_added() {
    let text = LAYOUT.replace(
        "name = \"f{n}-infra\"\n",
        "name = \"f{n}-infra\"\ngroups = [{ name = \"build\", packages = [\"bash\", \"more\"] }, { name = \"own\", packages = [\"zsh\"] }]\n",
    );
    let layouts = vec![Layout::parse("small.toml", &text).unwrap()];
    let resolved = |hub: &Hub, words| asked(words).resolve(&known(bodhi()), &layouts, hub).unwrap();
    let of_infra = |hub: &Hub, words| {
        let text = hub.text(&resolved(hub, words));
        let lines = text.lines().filter(|line| line.contains("in f4") || line.contains("to f4"));
        let lines = lines.filter(|line| line.contains("-infra"));
        lines.map(|line| line.split_once(' ').unwrap().1.to_owned()).collect::<Vec<_>>()
    };
    // The group of f43 holds bash and is inherited.
    let hub = hub().group("f43", "build", &["bash"]);
    let wanted =
        ["add more to group build in f43-infra", "add group own to f43-infra", "add zsh to group own in f43-infra"];
    assert_eq!(of_infra(&hub, "f43"), wanted);
    let mut hub = hub;
    let plan = hub.plan(&resolved(&hub, "f43")).unwrap();
    hub.apply(&plan);
    assert_eq!(of_infra(&hub, "f43"), [""; 0]);
    // Of a new tag, what it will inherit counts, and what the older release's holds.
    let mut hub = hub.group("f43-infra", "own", &["zsh", "tar"]);
    assert_eq!(
        of_infra(&hub, "f44 --from f43"),
        [
            "add more to group build in f44-infra (after 4)",
            "add group own to f44-infra (after 4)",
            "add tar to group own in f44-infra (after 4)",
            "add zsh to group own in f44-infra (after 4)",
        ]
    );
    let plan = hub.plan(&resolved(&hub, "f44 --from f43")).unwrap();
    hub.apply(&plan);
    assert_eq!(of_infra(&hub, "f44 --from f43"), [""; 0]);
}

/// Parents, groups, settings, repositories and targets go; no tag, and no target that leads elsewhere.
#[test]
fn what_the_layout_does_not_know_is_pruned_when_asked() {
    let hub = hub()
        .extra("f43", "mock.new_chroot", Extra::Value(true.into()))
        .group("f43-updates", "own", &["bash"])
        .tag("f43-more")
        .linked("f43-infra", "f43-more", 7)
        .external_repo("f43-build", "third", 7)
        .target("f43-by-hand", "f43-build", "f43");
    planned(
        hub,
        "f43 --prune",
        "0 remove extra mock.new_chroot from f43
         1 remove group own from f43-updates
         2 remove external repo third from f43-build
         3 make f43-infra inherit no more from f43-more
         4 delete target f43-by-hand",
    );
}

#[test]
fn a_second_run_changes_nothing() {
    for words in ["f44 --from f43", "f44 --only rpm", "f43", "f43 --phase after"] {
        let mut hub = hub();
        let plan = hub.plan(&resolved(&hub, bodhi(), words).unwrap()).unwrap();
        assert!(plan.refused().is_empty(), "{words}: {:?}", plan.refused());
        hub.apply(&plan);
        let again = hub.plan(&resolved(&hub, bodhi(), words).unwrap()).unwrap();
        assert!(again.is_empty(), "{words}: {again:?}");
    }
}

/// Four links change, each in one call, and the base tag's permission.
#[test]
fn a_later_phase_is_made_from_an_earlier_one() {
    planned(
        hub(),
        "f43 --phase after",
        "0 set the permission of f43 to admin
         1 make f43-candidate inherit from f43-updates instead of f43",
    );
}

/// Bodhi is away, or has no record yet: what was activated is not taken back.
#[test]
fn the_phase_is_never_guessed() {
    let after = hub().perm("f43", "admin");
    let refused = resolved(&after, vec![record("43", None)], "f43").unwrap_err();
    assert_eq!(
        (refused.what.as_str(), refused.hint.as_deref()),
        (
            "only Bodhi can say in which phase F43 is, and some of its tags are as in after",
            Some("say it with --phase, as in --phase after")
        )
    );
    assert!(resolved(&hub(), vec![record("43", None)], "f43").is_ok());
}

#[test]
fn what_cannot_be_made_is_refused() {
    let error = |hub: Hub, words: &str, expected: &str| planned(hub, words, &format!("error: {expected}"));
    error(hub(), "f46", "there is no release f46, and the next one is f44");
    error(hub(), "f44 --from f44", "there is no release f44");
    error(hub(), "f43 --from f43", "F43 cannot begin from itself");
    let bare = LAYOUT.replace("name = \"bootstrap\"", "name = \"fresh\", url = \"https://x.test/\"");
    let layouts = vec![Layout::parse("small.toml", &bare).unwrap()];
    let text = hub().text(&asked("f43").resolve(&known(bodhi()), &layouts, &hub()).unwrap());
    let refused =
        "! f43-build: the hub has no external repo fresh; `koji add-external-repo fresh https://x.test/` makes it";
    assert!(text.ends_with(refused), "{text}");
    let there = hub().known_repo("fresh");
    let text = there.text(&asked("f43").resolve(&known(bodhi()), &layouts, &there).unwrap());
    assert!(text.contains("add external repo fresh to f43-build, priority 5, merged bare"), "{text}");
    assert!(text.contains("- external repo fresh: it leads to https://fresh.example.test/$arch/, not to"), "{text}");
    error(hub(), "f44 --from f43 --only infra", "nothing of what is asked for begins as a copy: f44 is not among it");
    planned(
        Hub::new().tag("f43"),
        "f44 --only infra",
        "0 create tag f44-infra
         1 make f44-infra inherit from f44-build, priority 0 (after 0)
         ! f44-infra: it inherits from f44-build, and the hub has no such tag",
    );
    let text = {
        let hub = Hub::new();
        hub.text(&resolved(&hub, bodhi(), "f44 --from f43").unwrap())
    };
    assert!(
        text.ends_with(
            "! f44-candidate: the hub has no permission autosign\n\
             ! f44-build: the hub has no external repo bootstrap; `koji add-external-repo bootstrap URL` makes it\n\
             ! f43: the hub has no such tag"
        ),
        "{text}"
    );
}

/// A tree costs as many requests as it has kinds of things, not tags.
#[test]
fn everything_is_read_at_once() {
    let hub = hub();
    let request = resolved(&hub, bodhi(), "f44 --from f43").unwrap();
    let before = hub.calls().len();
    hub.plan(&request).unwrap();
    let calls = hub.calls();
    let methods = calls.iter().skip(before).map(|call| call.split(' ').next().unwrap().to_owned());
    // The one hub that answers here asks itself once more.
    let methods: Vec<String> = methods.filter(|method| method != "getBuildTarget").collect();
    assert_eq!(
        methods,
        [
            "getTag",
            "getInheritanceData",
            "getTagGroups",
            "getTagExternalRepos",
            "getBuildTargets",
            "getAllPerms",
            "listExternalRepos"
        ]
    );
}
