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
