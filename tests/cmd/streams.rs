// SPDX-License-Identifier: GPL-3.0-or-later
//! Standard output that is closed or full, and colours.

use crate::site::{LOGIN, Site};
use std::fs::OpenOptions;
use std::process::Stdio;

/// A reader that goes away ends it quietly.
#[test]
fn a_closed_pipe_is_quiet() {
    let site = Site::small();
    for args in [
        vec!["koji", "list-tagged", "f43"],
        vec!["koji", "list-tagged", "f43", "--json"],
        vec!["--help"],
        vec!["koji", "tag-build", "f43-empty", "bash-5.3.0-1.fc43", "--dry-run"],
    ] {
        let (reader, writer) = nix::unistd::pipe().unwrap();
        drop(reader);
        let mut command = site.command();
        let child = command.args(&args).stdin(Stdio::null()).stdout(Stdio::from(writer));
        let output = child.spawn().unwrap().wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!stderr.contains("panicked") && !stderr.contains("pipe"), "{args:?}: {stderr}");
        let expected = if args.contains(&"--dry-run") { 10 } else { 0 };
        assert_eq!(output.status.code(), Some(expected), "{args:?}: {stderr}");
    }
}

fn full() -> Stdio {
    OpenOptions::new().write(true).open("/dev/full").unwrap().into()
}

#[test]
fn a_full_disk_is_told() {
    let site = Site::small();
    for args in [vec!["koji", "list-tagged", "f43"], vec!["koji", "list-tagged", "f43", "--json"], vec!["--version"]] {
        let mut command = site.command();
        let child = command.args(&args).stdin(Stdio::null()).stdout(full());
        let output = child.spawn().unwrap().wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(10), "{args:?}");
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            "flr: cannot write the result to standard output: No space left on device (os error 28)\n"
        );
    }
}

/// What was done stays done, is recorded, and the exit code does not say that nothing happened.
#[test]
fn a_full_disk_under_the_report_changes_nothing_of_what_was_done() {
    let site = Site::small();
    let mut command = site.command();
    command
        .args(["koji", "untag-build", "f43", "bash-5.3.0-1.fc43", "--yes", "--json"])
        .args(LOGIN)
        .stdin(Stdio::null())
        .stdout(full());
    let output = command.spawn().unwrap().wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(5));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("cannot write the result to standard output"), "{stderr}");
    assert!(!site.tagged("f43").contains(&"bash-5.3.0-1.fc43".to_owned()));
    let runs = site.flr(["run", "list"]);
    assert!(runs.stdout.ends_with("done  1/1  koji untag-build\n"), "{}", runs.stdout);
}

/// Nothing is coloured where nobody looks, and progress is for terminals.
#[test]
fn pipes_get_no_escape_codes() {
    let site = Site::small();
    for color in ["NO_COLOR", "CLICOLOR_FORCE"] {
        let mut command = site.command();
        command.env(color, "1").env("TERM", "xterm-256color");
        command.args(["koji", "mass-tag", "f43-rebuild", "f43", "--dry-run"]);
        let ended = site.ended(command, b"");
        assert_eq!(ended.code, 0, "{ended:?}");
        assert!(!ended.stdout.contains('\u{1b}') && !ended.stderr.contains('\u{1b}'), "{color}: {ended:?}");
    }
}

/// A hub that is away is no failure for ever, and nothing was changed.
#[test]
fn a_hub_that_is_away_is_not_now() {
    let site = Site::small();
    let config = site.path().join("home/.koji/config");
    let text = "[koji]\nserver = http://127.0.0.1:1/kojihub\nauthtype = password\nmax_retries = 0\n";
    std::fs::write(config, text).unwrap();
    let read = site.flr(["koji", "list-tagged", "f43"]);
    assert_eq!((read.code, read.stdout.as_str()), (75, ""), "{}", read.stderr);
    let change = site.agreed(["koji", "untag-build", "f43", "bash-5.3.0-1.fc43", "--json"]);
    assert_eq!(change.code, 75, "{}", change.stderr);
    let document = change.document();
    assert_eq!((&document["changed"], &document["failed"]), (&false.into(), &true.into()));
    assert!(document["msg"].as_str().unwrap().contains("127.0.0.1:1"), "{document}");
    assert!(document["run"].is_null());
}
