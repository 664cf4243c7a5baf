// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::{Ended, Site};
use serde_json::{Value, json};

const KEY: &str = "31645531";

#[test]
fn what_a_signing_run_has_left_behind_in_a_tag() {
    let site = Site::small();
    let rpm = |build: &str, arch: &str| format!("{build}.{arch}");
    let (firefox, kernel) = ("firefox-143.0-1.fc43", "kernel-6.16.7-1.fc43");
    let ended = site.flr(["koji", "list-unsigned", "f43", "--key", KEY]);
    let mut shown = String::new();
    for (build, arches) in
        [(firefox, &["aarch64", "ppc64le", "s390x", "src", "x86_64"][..]), (kernel, &["ppc64le", "s390x"])]
    {
        for arch in arches {
            shown.push_str(&format!("{build:20}  {:28}  -\n", rpm(build, arch)));
        }
    }
    let said = "flr: not signed with 31645531: 7 of 60 rpms, in 2 of 13 builds\n";
    // One call for the whole tag: neither one for each package nor one multicall of all rpms.
    assert_eq!(
        (ended.code, ended.stderr.as_str(), ended.calls.as_slice()),
        (7, said, &["listTaggedRPMS".to_owned()][..])
    );
    let squeezed =
        |text: &str| text.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>();
    assert_eq!(squeezed(&ended.stdout), squeezed(&shown));

    let json = site.flr(["koji", "list-unsigned", "f43", "--key", KEY, "--json"]);
    let lines: Vec<Value> = json.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((json.code, lines.len()), (7, 2));
    assert_eq!((&lines[1]["build"], &lines[1]["rpms"]), (&json!(kernel), &json!(5)));
    let unsigned = lines[1]["unsigned"].as_array().unwrap();
    assert_eq!(unsigned[0]["rpm"], rpm(kernel, "ppc64le"));
    assert_eq!((unsigned.len(), &unsigned[0]["keys"]), (2, &json!([])));
    assert!(unsigned[0]["id"].as_u64().unwrap() > 42_000_000);
}

/// The table of keys in the old script had gaps, and its ids were compared as they were typed.
#[test]
fn any_key_can_be_asked_for_in_either_case() {
    let site = Site::small();
    let signed = site.flr(["koji", "list-unsigned", "f44", "--key", "6D9F90A6"]);
    let note = "flr: signed with 6d9f90a6: 50 rpms of 10 builds, all of them\n";
    assert_eq!(signed, Ended { stderr: note.into(), calls: vec!["listTaggedRPMS".into()], ..Ended::default() });
    let new = site.flr(["koji", "list-unsigned", "f44", "--key", "deadbeef"]);
    assert_eq!(
        (new.code, new.stderr.as_str()),
        (7, "flr: not signed with deadbeef: 50 of 50 rpms, in 10 of 10 builds\n")
    );
    assert!(new.lines()[0].ends_with("6d9f90a6"), "the keys it has: {}", new.lines()[0]);
    let bad = site.flr(["koji", "list-unsigned", "f44", "--key", "fedora-44"]);
    assert_eq!((bad.code, bad.calls.len()), (2, 0));
}

#[test]
fn builds_by_name() {
    let site = Site::small();
    let args = ["koji", "list-unsigned", "bash-5.3.0-1.fc43", "kernel-6.16.7-1.fc43", "--key", KEY];
    let ended = site.flr(args);
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (7, "flr: not signed with 31645531: 2 of 10 rpms, in 1 of 2 builds\n")
    );
    let signatures = format!("multiCall{}", " queryRPMSigs".repeat(10));
    assert_eq!(ended.calls, ["multiCall getBuild getBuild", "multiCall listRPMs listRPMs", &signatures]);
    let piped = site.fed(["koji", "list-unsigned", "-", "--key", KEY], b"bash-5.3.0-1.fc43\n# all\n");
    assert_eq!(piped.code, 0, "{piped:?}");
    // All that cannot be looked at, at once.
    let bad = site.flr(["koji", "list-unsigned", "no-1-1", "rpm-6.0.0-9.fc43", "bash-5.3.0-1.fc43", "--key", KEY]);
    assert_eq!(
        (bad.code, bad.stdout.as_str(), bad.stderr.as_str()),
        (10, "", "flr: no-1-1: the hub has no such build; rpm-6.0.0-9.fc43: the build is still building\n")
    );
}

#[test]
fn tags_that_are_none_and_words_that_do_not_go_together() {
    let site = Site::small();
    let unknown = site.flr(["koji", "list-unsigned", "f99", "--key", KEY]);
    assert_eq!((unknown.code, unknown.stderr.as_str()), (10, "flr: no such tag at HUB: f99\n"));
    for (args, said) in [
        (["f43", "f44"], "flr: one tag at a time: f43, f44\n"),
        (["f43", "bash-5.3.0-1.fc43"], "flr: either a tag or builds, and among the builds there is f43\n"),
        (["bash-5.3.0-1.fc43", "--latest"], "flr: --inherit and --latest are about a tag, and builds are named\n"),
    ] {
        let ended = site.flr(["koji", "list-unsigned", args[0], args[1], "--key", KEY]);
        assert_eq!((ended.code, ended.calls.len()), (2, 0), "{ended:?}");
        assert!(ended.stderr.starts_with(said), "{}", ended.stderr);
    }
}

/// An empty tag is not signed, and nothing in it is unsigned; said, so that nobody takes it for more.
#[test]
fn nothing_is_all_of_nothing() {
    let site = Site::small();
    let ended = site.flr(["koji", "list-unsigned", "f43-empty", "--key", KEY]);
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (0, "flr: signed with 31645531: 0 rpms of 0 builds, all of them\n")
    );
}
