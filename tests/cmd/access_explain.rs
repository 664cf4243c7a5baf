// SPDX-License-Identifier: GPL-3.0-or-later
use crate::granting::{Machine, ends, example};

/// The pages are kept as a person approved them.
#[test]
fn the_examples_are_explained_as_approved() {
    let machine = Machine::with_examples();
    for user in ["loopabull_block", "loopabull_rebuild", "loopabull_report"] {
        machine.flr(&["explain", user]).is(0, &example(&format!("{user}.txt")), "");
    }
}

/// Builds enter tags that the grant does not name, and their targets are told beside the tags.
#[test]
fn builds_keys_and_targets_are_explained() {
    let machine = Machine::new();
    let text = example("loopabull_builds.toml");
    let explained = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        machine.grants("loopabull_builds", &text.replace(from, to));
        machine.flr(&["explain", "loopabull_builds"])
    };
    explained("x", "x").is(0, &example("loopabull_builds.txt"), "");
    for (from, to, told, untold) in [
        ("[\"f44-build\"]", "\"any\"", "  Every tag is within its reach.\n", "cannot change any tag"),
        ("[\"f44-rebuild\"]\nowners", "\"any\"\nowners", "  Every target is within its reach.\n", "any target but"),
        (
            "packages = \"any\"\ntargets  = [\"f44-rebuild\"]",
            "packages = [\"zsh\"]\ntargets  = [\"f44\"]",
            "  It cannot change anything about any package but zsh, bash and what begins with rust-.\n",
            "Every package is",
        ),
        // A clause that only shows plans reaches nothing.
        (
            "dry_run_only = true",
            "confirm = \"not needed\"",
            "  It cannot use or change any target but f44-rebuild and what begins with f44.\n",
            "any target but f44-rebuild.",
        ),
    ] {
        let page = explained(from, to).stdout;
        assert!(page.contains(told) && !page.contains(untold), "{from} → {to}: {told}\n{page}");
    }
}

/// What a reader fears is said: each case with the near miss.
#[test]
fn what_is_feared_is_told() {
    let machine = Machine::new();
    let text = example("loopabull_block.toml");
    let explained = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        machine.grants("loopabull_block", &text.replace(from, to));
        let said = machine.flr(&["explain", "loopabull_block"]);
        assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{from} → {to}");
        said.stdout
    };
    for (from, to, told) in [
        ("x", "x", "  It may not use --untag: it cannot untag every build of them.\n"),
        ("\"--json\"]\nper", "\"--untag\"]\nper", "  With --untag it may also untag every build of them.\n"),
        (
            "\"--json\"]\nper",
            "\"--untag\"]\nper",
            "  - block any package in the tags f44 and f43, and untag every build of them: at most 20",
        ),
        ("\"any\"", "[\"python2*\"]", "  It cannot change anything about any package but what begins with python2.\n"),
        ("[\"f44\", \"f43\"]\npackages", "\"any\"\npackages", "  Every tag is within its reach.\n"),
        (
            "= 20\n",
            "= 1\n",
            "  It may make at most 1 change in a run and 200 in a day (UTC); nobody is asked before.\n",
        ),
        (
            "confirm  = \"not needed\"",
            "dry_run_only = true",
            "  It may only look at plans, of 20 changes at most, and change nothing: the grant says so.\n",
        ),
        (
            "confirm  = \"not needed\"",
            "",
            "  It may only look at plans, of 20 changes at most, and change nothing: a change would need a yes, and nobody is asked.\n",
        ),
        ("confirm  = \"not needed\"", "", "  It cannot change anything.\n"),
        ("[\"f44\", \"f43\"]\npackages", "[]\npackages", "  loopabull_block may block any package in no tag.\n"),
        ("[\"f44\", \"f43\"]\npackages", "[]\npackages", "  It cannot change any tag but none.\n"),
    ] {
        let page = explained(from, to);
        assert!(page.contains(told), "{from} → {to}: {told}\n{page}");
    }
}

#[test]
fn nothing_void_and_ended() {
    let machine = Machine::new();
    machine.flr(&["explain", "loopabull_block"]).is(7, "", "flr: nothing is granted to loopabull_block\n");
    machine.flr(&["explain", "../flr"]).is(7, "", "flr: nothing is granted to ../flr\n");
    let text = example("loopabull_block.toml");
    machine.grants("loopabull_block", &text.replace("f44", "rawhide"));
    machine.flr(&["explain", "loopabull_block"]).is(
        6,
        "",
        "flr: the grant ROOT/etc/flr/grants.d/loopabull_block.toml is void: \
         block-retired: tags: \"rawhide\" means another release after each branching; name the tag it means today; \
         see-blocked: tags: \"rawhide\" means another release after each branching; name the tag it means today\n\
         hint: nothing is granted by a file with an error in it; see flr-grants(5)\n",
    );
    machine.grants("loopabull_block", &text.replace(&ends(), "2020-01-01T00:00:00Z"));
    let said = machine.flr(&["explain", "loopabull_block"]);
    assert_eq!(said.code, 0);
    assert_eq!(said.stderr, "flr: this grant has ended on 2020-01-01T00:00:00Z: it grants nothing any more\n");
}

/// A reason is somebody's text.
#[test]
fn foreign_text_is_shown_harmless() {
    let machine = Machine::new();
    let text = example("loopabull_block.toml").replace("infra 12345", "\u{202e}54321 arfni");
    machine.grants("loopabull_block", &text);
    let said = machine.flr(&["explain", "loopabull_block"]);
    assert!(said.stdout.contains("\nThe reason is: \\u{202e}54321 arfni.\n"), "{}", said.stdout);
}
