// SPDX-License-Identifier: GPL-3.0-or-later
//! Lists on standard input and on the command line.

use crate::site::Site;
use std::fmt::Write;

#[test]
fn thirty_bad_lines_are_named_at_once() {
    let site = Site::small();
    let mut list = b"bash-5.3.0-1.fc43\n\xff\n".to_vec();
    for n in 0..29 {
        list.extend(format!("bad {n}\n").bytes());
    }
    let ended = site.fed(["koji", "tag-build", "f43", "-", "--yes", "--json"], &list);
    assert_eq!(ended.code, 2);
    assert_eq!(ended.calls, [""; 0]);
    let document = ended.document();
    assert_eq!(document["failed"], true);
    assert_eq!(document["changed"], false);
    assert_eq!(document["command"], "koji tag-build");
    let mut stderr = String::from("flr: 30 of 31 items cannot be used\n  line 2: not UTF-8: \"\u{fffd}\"\n");
    for n in 0..29 {
        let line = n + 3;
        writeln!(
            stderr,
            "  line {line}: \"bad {n}\" is not a build (NAME-VERSION-RELEASE): it may not contain a blank"
        )
        .unwrap();
    }
    assert_eq!(ended.stderr, stderr);
    let msg = document["msg"].as_str().unwrap();
    assert!(msg.starts_with("30 of 31 items cannot be used: line 2: not UTF-8"), "{msg}");
    assert!(msg.contains("line 31: \"bad 28\""), "{msg}");
}

#[test]
fn all_bad_words_of_the_command_line_are_named() {
    let site = Site::small();
    let ended = site.flr(["koji", "build-info", "one", "bash-5.3.0-1.fc43", "two"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert!(ended.stderr.starts_with("flr: 2 of 3 items cannot be used\n  \"one\" is not"));
    assert_eq!(ended.stderr.lines().count(), 3);
    assert_eq!(ended.calls, [""; 0]);
}

#[test]
fn an_empty_list_is_not_everything() {
    let site = Site::small();
    let ended = site.fed(["koji", "untag-build", "f43", "-", "--yes"], b"# nobody\n\n");
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert_eq!(
        ended.stderr,
        "flr: the list on standard input is empty\n\
         hint: one item a line; blank lines and lines that begin with # do not count\n"
    );
    assert_eq!(ended.calls, [""; 0]);
}

/// 100,000 packages are one request to the hub, and the answer is prompt.
#[test]
fn a_hundred_thousand_items_are_read() {
    let site = Site::small();
    let list: String = (0..100_000).fold(String::new(), |mut list, n| {
        writeln!(list, "package-{n}\r").unwrap();
        list
    });
    let ended = site.fed(["koji", "latest-build", "f43", "-"], format!("{list}bash").as_bytes());
    assert_eq!(ended.code, 7);
    assert_eq!(ended.stdout, "bash-5.3.0-1.fc43  f43  maria\n");
    assert_eq!(ended.calls, ["listTagged"]);
}

/// As many words as the system lets through.
#[test]
fn twenty_thousand_words_are_read() {
    let site = Site::small();
    let mut command = site.command();
    command.args(["koji", "latest-build", "f43"]);
    command.args((0..20_000).map(|n| format!("package-{n}"))).arg("bash");
    let ended = site.ended(command, b"");
    assert_eq!((ended.code, ended.stdout.as_str()), (7, "bash-5.3.0-1.fc43  f43  maria\n"));
}

#[test]
fn a_list_may_stand_beside_words() {
    let site = Site::small();
    let ended = site.fed(["koji", "latest-build", "f43", "rpm", "-", "glibc"], b"bash, dnf5\n");
    let builds: Vec<_> = ended.lines().iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(builds, ["rpm-5.99.92-1.fc43", "bash-5.3.0-1.fc43", "dnf5-5.2.16.0-1.fc43", "glibc-2.42-1.fc43"]);
}
