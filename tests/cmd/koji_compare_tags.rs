// SPDX-License-Identifier: GPL-3.0-or-later
use super::site::{Ended, Site};
use flr::practice::{Misbehaviour, What, When};
use serde_json::{Value, json};
use std::fs::OpenOptions;
use std::io::Write;

/// Both tags at once.
const READS: [&str; 2] = ["listTagged", "listTagged"];

fn rows(ended: &Ended) -> Vec<Value> {
    ended.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn what_differs_and_how_much() {
    let site = Site::small();
    let ended = site.flr(["koji", "compare-tags", "f43", "f44"]);
    let counts = "flr: 0 newer, 10 older, 3 only in a, 0 only in b, 0 the same\n";
    assert_eq!((ended.code, ended.stderr.as_str()), (0, counts));
    assert_eq!(ended.calls, READS);
    let lines = ended.lines();
    let find = |package: &str| {
        let line = lines.iter().find(|line| line.starts_with(package)).unwrap();
        line.split_whitespace().collect::<Vec<_>>()
    };
    assert_eq!(find("openssl"), ["openssl", "older", "1:3.5.1-1.fc43", "1:3.5.4-1.fc44"]);
    assert_eq!(find("glibc"), ["glibc", "only-in-a", "2.42-1.fc43", "-"]);
    assert_eq!(find("gnome-shell"), ["gnome-shell", "older", "49~beta-1.fc43", "49.0-1.fc44"]);
    assert_eq!(lines.len(), 13, "nothing but packages");
}

#[test]
fn as_json() {
    let site = Site::small();
    site.admin("tagBuildBypass", json!(["f43-updates", "bash-5.3.1-1.fc43"]));
    site.admin("tagBuildBypass", json!(["f43-updates", "openssl-3.5.1-1.fc43"]));
    let ended = site.flr(["koji", "compare-tags", "f43-updates", "f43-rebuild", "--all", "--json"]);
    let rows = rows(&ended);
    assert_eq!(
        rows[0],
        json!({
            "package": "bash", "class": "newer", "a": "bash-5.3.1-1.fc43", "a_evr": "5.3.1-1.fc43",
            "b": "bash-5.3.0-2.fc43", "b_evr": "5.3.0-2.fc43",
        })
    );
    let openssl = rows.iter().find(|row| row["package"] == "openssl").unwrap();
    assert_eq!(
        *openssl,
        json!({
            "package": "openssl", "class": "only-in-a", "a": "openssl-3.5.1-1.fc43", "a_evr": "1:3.5.1-1.fc43",
            "b": null, "b_evr": null,
        })
    );
    let ended = site.flr(["koji", "compare-tags", "f43-updates", "f43-rebuild", "--counts", "--json"]);
    assert_eq!(ended.document(), json!({"newer": 1, "older": 0, "only_in_a": 1, "only_in_b": 5, "same": 0}));
    // Inherited, the rest is the same.
    let ended = site.flr(["koji", "compare-tags", "f43-updates", "f43", "--inherit", "--counts"]);
    assert_eq!(ended.stdout, "1 newer, 0 older, 0 only in a, 0 only in b, 12 the same\n");
}

/// Where the shorter list ends, the script stopped with an index error.
#[test]
fn one_list_may_end_first() {
    let site = Site::small();
    let count = |a: &str, b: &str| {
        let ended = site.flr(["koji", "compare-tags", a, b, "--counts"]);
        (ended.code, ended.stdout)
    };
    let only_a = "0 newer, 0 older, 13 only in a, 0 only in b, 0 the same\n";
    assert_eq!(count("f43", "f43-empty"), (0, only_a.into()));
    let only_b = "0 newer, 0 older, 0 only in a, 13 only in b, 0 the same\n";
    assert_eq!(count("f43-empty", "f43"), (0, only_b.into()));
}

#[test]
fn only_with_exit_code_a_difference_is_a_no() {
    let site = Site::small();
    let ended = site.flr(["koji", "compare-tags", "f43-empty", "f44", "--exit-code", "--counts"]);
    assert_eq!(ended.code, 7);
    assert_eq!(
        ended.stderr,
        "flr: f43-empty and f44 differ: 0 newer, 0 older, 0 only in a, 10 only in b, 0 the same\n"
    );
    let ended = site.flr(["koji", "compare-tags", "f43-empty", "f43-override", "--exit-code", "--json"]);
    assert_eq!((ended.code, ended.stdout, ended.stderr), (0, String::new(), String::new()));
}

#[test]
fn two_hubs() {
    let (site, other) = (Site::small(), Site::small());
    other.admin("untagBuildBypass", json!(["f43", "bash-5.3.0-1.fc43"]));
    let config = OpenOptions::new().append(true).open(site.path().join("home/.koji/config"));
    let stage = format!("[stage]\nserver = {}\nauthtype = noauth\nmax_retries = 0\n", other.hub.url());
    config.unwrap().write_all(stage.as_bytes()).unwrap();
    other.calls();
    let ended = site.flr(["koji", "compare-tags", "f43", "f43", "--hub-b", "stage", "--json"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!((ended.calls, other.calls()), (vec!["listTagged".to_owned()], vec!["listTagged".to_owned()]));
    let row: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&row["package"], &row["class"]), (&json!("bash"), &json!("only-in-a")));
    // One of them is away.
    other.hub.misbehave(Misbehaviour { times: 9, ..Misbehaviour::new(When::Request(1), What::DropBefore) });
    let ended = site.flr(["koji", "compare-tags", "f43", "f43", "--hub-b", "stage"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (75, ""), "{ended:?}");
}

#[test]
fn what_cannot_be_compared() {
    let site = Site::small();
    let same = site.flr(["koji", "compare-tags", "f43", "f43"]);
    assert_eq!((same.code, same.stderr.as_str()), (2, "flr: f43 would be compared with itself\n"));
    assert!(same.calls.is_empty());
    for words in [["f43", "f99"], ["f99", "f43"]] {
        let ended = site.flr(["koji", "compare-tags", words[0], words[1]]);
        assert_eq!((ended.code, ended.stdout.as_str()), (10, ""));
        assert_eq!(ended.stderr, "flr: no such tag at HUB: f99\n");
    }
}
