// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::{Ended, Site};

/// Inherited builds count; packages without one are named, and the answer is no.
#[test]
fn latest_builds_in_the_order_asked_for() {
    let site = Site::small();
    assert_eq!(
        site.flr(["koji", "latest-build", "f44", "zsh", "glibc", "bash", "glibc"]),
        Ended {
            code: 7,
            stdout: "glibc-2.42-1.fc43  f43  jan\nbash-5.3.3-1.fc44  f44  maria\n".into(),
            stderr: "flr: f44 has no build of zsh\n".into(),
            calls: vec!["listTagged".into(); 3],
        }
    );
}

/// The last tagged one is the latest, whatever its version is.
#[test]
fn latest_is_what_was_tagged_last() {
    let site = Site::small();
    let ended = site.flr(["koji", "latest-build", "f43-updates-candidate", "coreutils"]);
    assert_eq!(ended.stdout, "coreutils-9.7-4.fc43  f43-updates-candidate  admin\n");
    assert_eq!(ended.code, 0);
}

/// For many packages the tag is read once.
#[test]
fn many_packages_are_one_request() {
    let site = Site::small();
    let list: String = (0..100).map(|n| format!("nosuch{n}\n")).collect();
    let ended = site.fed(["koji", "latest-build", "f43", "-", "--json"], format!("{list}bash, rpm\n").as_bytes());
    assert_eq!(ended.calls, ["listTagged"]);
    assert_eq!(ended.code, 7);
    let nvrs: Vec<serde_json::Value> = ended
        .lines()
        .iter()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["nvr"].clone())
        .collect();
    assert_eq!(nvrs, ["bash-5.3.0-1.fc43", "rpm-5.99.92-1.fc43"]);
    assert!(ended.stderr.contains("nosuch0, nosuch1,") && ended.stderr.contains("nosuch99"));
}
