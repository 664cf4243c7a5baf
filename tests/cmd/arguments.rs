// SPDX-License-Identifier: GPL-3.0-or-later
//! Words as nobody should write them.

use crate::site::{Site, flr_in, run};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

fn flr(args: &[&[u8]]) -> (i32, String, String) {
    let dir = tempfile::tempdir().unwrap();
    let mut command = flr_in(dir.path());
    command.args(args.iter().map(|arg| OsStr::from_bytes(arg)));
    let ended = run(&mut command, b"");
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().collect();
    assert!(left.is_empty(), "words that are wrong leave nothing behind");
    ended
}

/// All of them are named; neither bytes nor control characters reach the terminal.
#[test]
fn not_utf8_and_control_characters_are_refused() {
    assert_eq!(
        flr(&[b"koji", b"tag-build", b"f43\nflr: done", b"a\x1b[2J-1-1", b"\xff\xfe"]),
        (
            2,
            String::new(),
            "flr: 3 arguments cannot be used\n\
             \x20 argument 3 holds control characters: \"f43\\u{a}flr: done\"\n\
             \x20 argument 4 holds control characters: \"a\\u{1b}[2J-1-1\"\n\
             \x20 argument 5 is not UTF-8: \"\u{fffd}\u{fffd}\"\n"
                .to_owned()
        )
    );
}

/// Text that is UTF-8 and yet misleads a reader comes back escaped.
#[test]
fn marks_that_turn_text_around_are_shown() {
    let (code, stdout, stderr) = flr(&[b"koji", "\u{202e}tag".as_bytes()]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("\\u{202e}tag") && !stderr.contains('\u{202e}'), "{stderr}");
}

/// A playbook that asks for a document gets one, whatever is wrong with the words of a changing command.
#[test]
fn wrong_words_have_a_document_too() {
    let told = |args: &[&[u8]]| {
        let (code, stdout, stderr) = flr(args);
        assert_eq!(code, 2, "{stderr}");
        assert!(stderr.starts_with("flr: "), "{stderr}");
        let document: serde_json::Value = serde_json::from_str(&stdout).unwrap_or_default();
        let field = |name: &str| document[name].as_str().unwrap_or_default().to_owned();
        (document["failed"] == true && document["changed"] == false, field("command"), field("msg"))
    };
    let no = (false, String::new(), String::new());
    let missing = "the following required arguments were not provided: <TAG>";
    assert_eq!(told(&[b"koji", b"lock-tag", b"--json"]), (true, "koji lock-tag".into(), missing.into()));
    let bad = told(&[b"run", b"undo", b"a b", b"--json"]);
    assert!(bad.0 && bad.1 == "run undo" && bad.2.contains("'a b'"), "{bad:?}");
    let raw = told(&[b"koji", b"tag-build", b"--json", b"\xff"]);
    assert_eq!(raw.2, "1 argument cannot be used: argument 4 is not UTF-8: \"\u{fffd}\"");
    // A reading command shows rows, and nobody asked here.
    for args in
        [&[&b"koji"[..], b"taginfo", b"--json"][..], &[b"koji", b"lock-tag"], &[b"koji", b"lock-tga", b"--json"]]
    {
        assert_eq!(told(args), no);
    }
}

/// Nothing is guessed, nothing overrides anything, nothing is global.
#[test]
fn words_mean_one_thing() {
    for args in [
        vec!["koji", "tag-buil", "f43", "a-1-1"],
        vec!["koji", "list-tagged", "f43", "--lat"],
        vec!["koji", "list-tagged", "f43", "--event", "1", "--event", "2"],
        vec!["koji", "list-tagged", "f43", "--latest", "--latest"],
        vec!["koji", "list-tagged", "f43", "--profile", "a", "--profile", "a"],
        vec!["koji", "tag-build", "f43", "a-1-1", "--yes", "--yes"],
        vec!["--json", "koji", "list-tagged", "f43"],
        vec!["koji", "--profile", "practice", "list-tagged", "f43"],
        vec!["koji", "list-tagged", "f43", "f44"],
        vec!["koji", "list-tagged", "-f43"],
        vec!["koji", "list-tagged", ""],
        vec!["koji", "list-tagged", "f43", "--event", "-1"],
        vec!["koji", "list-tagged", "f43", "--event", "99999999999999999999"],
        vec!["koji", "list-tagged", "f43", "--dry-run"],
        vec!["koji", "tag-build", "f43"],
        vec!["koji", "tag-build", "f43", "a-1-1", "--keytab", "x"],
        vec!["koji", "tag-build", "f43", "a-1-1", "--cert", "x", "--user", "kim"],
        vec!["koji", "call", "getTag", "f43", "--yes"],
        vec!["run", "list", "--since", "yesterday"],
        vec!["help"],
        vec!["koji"],
        vec![],
    ] {
        let bytes: Vec<&[u8]> = args.iter().map(|arg| arg.as_bytes()).collect();
        let (code, stdout, stderr) = flr(&bytes);
        assert_eq!((code, stdout.as_str()), (2, ""), "{args:?}: {stderr}");
        assert!(stderr.starts_with("flr: ") || stderr.contains("Usage: flr"), "{args:?}: {stderr}");
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    let (code, stdout, stderr) = flr(&[b"--version"]);
    let version = format!("flr {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!((code, stdout, stderr.as_str()), (0, version, ""));
    for args in [&[b"--help".as_slice()][..], &[b"koji", b"mass-tag", b"--help"]] {
        let (code, stdout, stderr) = flr(args);
        assert_eq!((code, stderr.as_str()), (0, ""));
        assert!(stdout.contains("Usage: flr"), "{stdout}");
    }
    let (_, stdout, _) = flr(&[b"--help"]);
    assert!(stdout.contains("75  not now, nothing was changed: try again later"));
}

/// A name of any length is told, shortened.
#[test]
fn a_long_name_is_not_repeated() {
    let name = "x".repeat(100_000);
    let (code, _, stderr) = flr(&[b"koji", b"list-tagged", name.as_bytes()]);
    assert_eq!(code, 2);
    let longest = stderr.lines().map(str::len).max().unwrap();
    assert!(stderr.contains("100000 bytes are more than 256"), "{}", &stderr[..300]);
    // clap repeats the value once; it is no secret and does no harm.
    assert!(longest < 101_000);
}

#[test]
fn profiles_that_are_not_there_are_told() {
    let site = Site::small();
    let ended = site.flr(["koji", "list-tagged", "f43", "--profile", "nosuch"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert!(ended.stderr.contains("nosuch"), "{}", ended.stderr);
    assert_eq!(ended.calls, [""; 0]);
}
