// SPDX-License-Identifier: GPL-3.0-or-later
use crate::bodhi::{Bodhi, recorded};
use crate::site::{Ended, Site};
use serde_json::{Value, json};

fn queue(site: &Site, bodhi: &Bodhi, args: &[&str]) -> Ended {
    let mut command = site.command();
    command.args(["koji", "list-signing-queue", "--bodhi", &bodhi.url]).args(args);
    site.ended(command, b"")
}

fn site() -> Site {
    let site = Site::small();
    for (tag, build) in [
        ("f43-signing-pending", "bash-5.3.1-1.fc43"),
        ("f43-build-side-7-signing-pending", "coreutils-9.7-3.fc43"),
        ("f44-signing-pending", "coreutils-9.7-4.fc43"),
        ("elsewhere-signing-pending", "coreutils-9.7-2.fc43"),
        // Waits for gating: somebody else's queue.
        ("f43-updates-testing-pending", "bash-5.3.1-1.fc43"),
    ] {
        site.admin("createTag", json!([tag, "f43"]));
        site.admin("tagBuildBypass", json!([tag, build]));
    }
    // Goes straight into the release, once it is signed.
    site.admin("tagBuildBypass", json!(["f43-pending", "coreutils-9.7-2.fc43"]));
    site
}

fn rows(ended: &Ended) -> Vec<[String; 3]> {
    let line = |line: &&str| {
        let line: Value = serde_json::from_str(line).unwrap();
        ["release", "tag", "build"].map(|key| line[key].as_str().unwrap_or("-").to_owned())
    };
    ended.lines().iter().map(line).collect()
}

#[test]
fn what_waits_for_a_release_is_in_its_own_tags_and_those_of_side_tags() {
    let (site, bodhi) = (site(), Bodhi::with(recorded()));
    let ended = queue(&site, &bodhi, &["f43", "--json"]);
    assert_eq!(
        rows(&ended),
        [
            ["F43", "f43-signing-pending", "bash-5.3.1-1.fc43"],
            ["F43", "f43-build-side-7-signing-pending", "coreutils-9.7-3.fc43"],
            ["F43", "f43-pending", "coreutils-9.7-2.fc43"],
        ]
    );
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    let first: Value = serde_json::from_str(ended.lines()[0]).unwrap();
    assert_eq!(first["by"], "admin");
    assert!(first["seconds"].as_u64().unwrap() < 60 && first["event"].as_u64().unwrap() > 40_000_000, "{first}");
    // The rows of all tags are one request.
    let history: Vec<&String> = ended.calls.iter().filter(|call| call.contains("queryHistory")).collect();
    assert_eq!(history, ["multiCall queryHistory queryHistory queryHistory"]);
    let table = queue(&site, &bodhi, &["43"]);
    assert!(table.lines()[0].starts_with("f43-signing-pending ") && table.lines()[0].ends_with(" admin"), "{table:?}");
}

#[test]
fn without_a_release_all_of_them_and_what_is_of_none() {
    let (site, bodhi) = (site(), Bodhi::with(recorded()));
    let ended = queue(&site, &bodhi, &["--json"]);
    let found: Vec<String> = rows(&ended).into_iter().map(|[release, tag, _]| format!("{release} {tag}")).collect();
    assert_eq!(
        found,
        [
            "F43 f43-signing-pending",
            "F43 f43-build-side-7-signing-pending",
            "F44 f44-signing-pending",
            "- elsewhere-signing-pending",
            "F43 f43-pending",
        ]
    );
}

#[test]
fn what_has_waited_too_long_is_a_no() {
    let (site, bodhi) = (site(), Bodhi::with(recorded()));
    let young = queue(&site, &bodhi, &["f44", "--older-than", "30m"]);
    assert_eq!(
        (young.code, young.stderr.as_str()),
        (0, "flr: nothing waits in 2 tags for longer than 30m\n"),
        "{young:?}"
    );
    // Nothing more happens at the hub, and time goes on.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let old = queue(&site, &bodhi, &["f44", "--older-than", "1s"]);
    assert_eq!(
        (old.code, old.stderr.as_str()),
        (7, "flr: 1 build waiting to be signed for longer than 1s\n"),
        "{old:?}"
    );
    assert_eq!(old.lines().len(), 1);
    assert_eq!(queue(&site, &bodhi, &["f44", "--older-than", "soon"]).code, 2);
}

#[test]
fn a_release_that_is_none() {
    let (site, bodhi) = (site(), Bodhi::with(recorded()));
    let ended = queue(&site, &bodhi, &["f99"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (10, ""), "{ended:?}");
}
