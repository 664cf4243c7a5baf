// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::Site;

/// What happened, when, by whom; oldest first.
#[test]
fn of_one_package() {
    let site = Site::small();
    let ended = site.flr(["koji", "list-history", "f43-updates-candidate", "--package", "glibc"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let words: Vec<Vec<&str>> = ended.lines().iter().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(words.len(), 2);
    assert_eq!(words[0][2], "tagged");
    assert_eq!(words[1][2], "untagged");
    assert_eq!((words[0][4], words[0][5]), ("f43-updates-candidate", "maria"));
    assert_eq!(words[1][5], "ev\\u{9b}31mil\\u{202e}\\u{a}root");
    assert!(words[0][0].len() == "2025-02-01T09:43:26Z".len() && words[0][0].ends_with('Z'));
}

#[test]
fn package_lists_have_a_history_too() {
    let site = Site::small();
    let kinds = |package: &str| -> Vec<String> {
        let ended = site.flr(["koji", "list-history", "f43", "--package", package]);
        ended.lines().iter().map(|line| line.split_whitespace().nth(2).unwrap().to_owned()).collect()
    };
    assert_eq!(kinds("python2.7"), ["package-blocked", "tagged"]);
    assert_eq!(kinds("nodejs16"), ["package-added", "tagged", "package-removed"]);
}

/// The hub ends one row and begins another under one event; that is one thing that happened.
#[test]
fn a_block_is_no_removal_and_an_unblock_no_addition() {
    let site = Site::small();
    for command in ["block-pkg", "unblock-pkg"] {
        assert_eq!(site.agreed(["koji", command, "f43", "Fedora-Server-dvd"]).code, 0);
    }
    let ended = site.flr(["koji", "list-history", "f43", "--package", "Fedora-Server-dvd", "--json"]);
    let told: Vec<serde_json::Value> = ended.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of_list: Vec<_> =
        told.iter().filter(|line| line["subject"] == "Fedora-Server-dvd").map(|l| (&l["what"], &l["active"])).collect();
    let (yes, no) = (&true.into(), &false.into());
    assert_eq!(
        of_list,
        [(&"package-added".into(), no), (&"package-blocked".into(), no), (&"package-unblocked".into(), yes),]
    );
}

#[test]
fn of_one_build_after_an_event() {
    let site = Site::small();
    let whole = site.flr(["koji", "list-history", "f43", "--build", "bash-5.3.0-1.fc43", "--json"]);
    let line = whole.document();
    assert_eq!((&line["what"], &line["active"]), (&"tagged".into(), &true.into()));
    let fields: Vec<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["active", "by", "event", "subject", "tag", "time", "what"]);
    let event = line["event"].to_string();
    let none = site.flr(["koji", "list-history", "f43", "--build", "bash-5.3.0-1.fc43", "--after", &event]);
    assert_eq!((none.code, none.stdout.as_str()), (0, ""));
}
