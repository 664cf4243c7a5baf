// SPDX-License-Identifier: GPL-3.0-or-later
use crate::bodhi::{Bodhi, recorded};
use crate::site::{Ended, Site};
use serde_json::{Value, json};
use std::fs;

const PAGE: &str = "/releases/?page=1&rows_per_page=100";

/// What is shown, with the address of Bodhi replaced.
fn list(site: &Site, bodhi: &Bodhi, more: &[&str]) -> Ended {
    let mut command = site.command();
    command.args(["release", "list", "--bodhi", &bodhi.url]).args(more);
    let mut ended = site.ended(command, b"");
    let host = bodhi.url.trim_start_matches("http://");
    ended.stderr = ended.stderr.replace(host, "BODHI");
    ended
}

/// Archived and disabled ones are left out, and no hub is asked.
#[test]
fn releases_in_use() {
    let (site, bodhi) = (Site::small(), Bodhi::with(recorded()));
    assert_eq!(
        list(&site, &bodhi, &[]),
        Ended {
            stdout: "\
EPEL-9  current  other     epel9    epel9        epel9                epel9-testing-candidate        -           -
F42     current  other     f42      f42          f42-updates          f42-updates-candidate          2025-04-15  2026-05-13
F43     current  other     f43      f43          f43-updates          f43-updates-candidate          2025-10-28  2026-12-02
F43F    current  other     f43      f43-flatpak  f43-flatpak-updates  f43-flatpak-updates-candidate  -           -
F44     pending  branched  f44      f44          f44-updates          f44-updates-candidate          -           -
F45     pending  rawhide   rawhide  f45          f45                  f45-updates-candidate          -           -
"
            .into(),
            ..Ended::default()
        }
    );
    assert_eq!(bodhi.seen(), [PAGE]);
}

#[test]
fn by_state_and_prefix() {
    let (site, bodhi) = (Site::small(), Bodhi::with(recorded()));
    let names = |more: &[&str]| -> Vec<String> {
        let ended = list(&site, &bodhi, more);
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
        ended.lines().iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&["--state", "archived", "--state", "disabled"]), ["ELN", "F41"]);
    assert_eq!(names(&["--state", "archived,disabled"]), ["ELN", "F41"]);
    assert_eq!(names(&["--state", "frozen"]), Vec::<String>::new());
    assert_eq!(names(&["--prefix", "FEDORA-EPEL"]), ["EPEL-9"]);
    assert_eq!(names(&["--all"]).len(), 8);
}

/// An empty list would say that there is none, and nobody knows.
#[test]
fn a_state_that_nobody_knows_is_refused() {
    let (site, bodhi) = (Site::small(), Bodhi::with(recorded()));
    let ended = list(&site, &bodhi, &["--state", "pending,thawed,PENDING"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert_eq!(
        ended.stderr,
        "flr: no release is in the state thawed, PENDING\nhint: states: disabled, pending, frozen, current, archived\n"
    );
    bodhi.change(|releases| releases[5]["state"] = json!("thawed"));
    assert_eq!(list(&site, &bodhi, &["--state", "thawed"]).lines().len(), 1);
    bodhi.go_away();
    fs::remove_dir_all(site.path().join("home/.local")).ok();
    let ended = list(&site, &bodhi, &["--state", "pending"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (75, ""), "{}", ended.stderr);
    assert!(ended.stderr.ends_with("flr: only Bodhi can say in which state a release is\n"), "{}", ended.stderr);
}

/// The names are a contract. Fields that Bodhi sends and flr does not know are not in it.
#[test]
fn as_json() {
    let (site, bodhi) = (Site::small(), Bodhi::with(recorded()));
    let ended = list(&site, &bodhi, &["--state", "pending", "--json"]);
    let first: Value = serde_json::from_str(ended.lines()[0]).unwrap();
    assert_eq!(
        first,
        json!({
            "name": "F44", "long_name": "Fedora 44", "version": "44", "id_prefix": "FEDORA", "branch": "f44",
            "state": "pending", "dist_tag": "f44", "stable_tag": "f44-updates", "testing_tag": "f44-updates-testing",
            "candidate_tag": "f44-updates-candidate", "pending_signing_tag": "f44-signing-pending",
            "pending_testing_tag": "f44-updates-testing-pending", "pending_stable_tag": "f44-updates-pending",
            "override_tag": "f44-override", "composed_by_bodhi": true, "create_automatic_updates": false,
            "package_manager": "dnf", "testing_repository": "updates-testing", "released_on": null, "eol": null,
            "role": "branched", "source": "bodhi",
        })
    );
}

#[test]
fn all_pages_are_read() {
    let (site, bodhi) = (Site::small(), Bodhi::with(recorded()));
    let config = site.path().join("home/.config/flr");
    fs::create_dir_all(&config).unwrap();
    fs::write(config.join("bodhi.toml"), format!("rows-per-page = 3\n[profiles]\nkoji = \"{}\"\n", bodhi.url)).unwrap();
    let ended = site.flr(["release", "list", "--all"]);
    assert_eq!((ended.code, ended.lines().len(), ended.stderr.as_str()), (0, 8, ""));
    let page = |page: u32| format!("/releases/?page={page}&rows_per_page=3");
    assert_eq!(bodhi.seen(), [page(1), page(2), page(3)]);
    fs::write(config.join("bodhi.toml"), "rows_per_page = 3\n").unwrap();
    let ended = site.flr(["release", "list"]);
    assert_eq!(ended.code, 10);
    assert!(ended.stderr.contains("bodhi.toml:1: unknown field `rows_per_page`"), "{}", ended.stderr);
}

/// A state of later, a tag that is none, a record without what counts.
#[test]
fn odd_records_hide_nothing() {
    let (site, bodhi) = (Site::small(), Bodhi::with(recorded()));
    bodhi.change(|releases| {
        releases[4]["state"] = json!("thawed\u{1b}[2J");
        releases[5]["stable_tag"] = json!("-rf");
        releases.push(json!({"name": "F99"}));
    });
    let ended = list(&site, &bodhi, &["--prefix", "FEDORA"]);
    assert_eq!(ended.code, 0);
    let names: Vec<_> = ended.lines().iter().map(|line| line[..7].to_owned()).collect();
    assert_eq!(names, ["F42  cu", "F43  th", "F44  pe", "F45  pe"]);
    assert!(ended.stdout.contains("thawed\\u{1b}[2J"));
    assert_eq!(
        ended.stderr,
        "flr: Bodhi's record of F43F makes no sense: stable_tag: \"-rf\" is not a tag name: it begins with a dash\n\
         flr: Bodhi's record of F99 makes no sense: missing field `state`\n"
    );
}

/// koji's tags tell which releases there are; nothing that only Bodhi knows is made up.
#[test]
fn bodhi_is_away_and_koji_is_there() {
    let (site, bodhi) = (Site::small(), Bodhi::with(recorded()));
    bodhi.go_away();
    // The tag that follows the newest release tells which one that is.
    let parent = json!({"parent": "f44", "__starstar": true});
    site.hub.run_as("admin", "createTag", vec![json!("rawhide"), parent]).unwrap();
    let ended = list(&site, &bodhi, &[]);
    assert_eq!((ended.code, bodhi.seen().len()), (0, 3));
    assert_eq!(
        ended.stdout,
        "F42  -  other    -        f42  -  -                      -  -\n\
         F43  -  other    -        f43  -  f43-updates-candidate  -  -\n\
         F44  -  rawhide  rawhide  f44  -  f44-updates-candidate  -  -\n"
    );
    assert_eq!(
        ended.stderr,
        "flr: releases at BODHI: answered 503; trying again in 1 s\n\
         flr: releases at BODHI: answered 503; trying again in 3 s\n\
         flr: releases at BODHI: answered 503; asking koji's tags\n"
    );
    assert!(
        ended
            .calls
            .iter()
            .all(|call| ["listTags", "getTag", "getInheritanceData"].iter().any(|method| call.contains(method))),
        "{:?}",
        ended.calls
    );
}

/// Neither is there: what Bodhi said last, with its age; nothing said, or too long ago: not now.
#[test]
fn bodhi_and_koji_are_away() {
    let (site, bodhi) = (Site::small(), Bodhi::with(recorded()));
    let koji = site.path().join("home/.koji/config");
    let config = fs::read_to_string(&koji).unwrap();
    let gone = config.replace(&format!(":{}", site.hub.port()), ":1");
    fs::write(&koji, &gone).unwrap();
    bodhi.go_away();
    let ended = list(&site, &bodhi, &[]);
    assert_eq!((ended.code, ended.stdout.as_str()), (75, ""));
    let last: Vec<&str> = ended.stderr.lines().rev().take(2).collect();
    assert!(last[1].starts_with("flr: no source knows the releases: releases at BODHI: answered 503; "), "{}", last[1]);
    assert!(last[1].ends_with("; nothing was kept of it"), "{}", last[1]);
    assert_eq!(last[0], "hint: try again later, or name another Bodhi with --bodhi URL");

    let bodhi = Bodhi::with(recorded());
    assert_eq!(list(&site, &bodhi, &[]).code, 0);
    bodhi.go_away();
    let ended = list(&site, &bodhi, &["--json"]);
    assert_eq!((ended.code, ended.lines().len()), (0, 6));
    assert!(ended.lines()[0].ends_with("\"role\":\"other\",\"source\":\"cache\"}"), "{}", ended.lines()[0]);
    let last = ended.stderr.lines().last().unwrap();
    assert!(
        last.starts_with("flr: releases at BODHI: answered 503; what it said ") && last.ends_with(" is used"),
        "{last}"
    );

    // The limit.
    let kept = site.path().join("state/flr/releases.json");
    let text = fs::read_to_string(&kept).unwrap();
    let at = text.find("\"written\":\"").unwrap() + "\"written\":\"".len();
    let old = format!("{}2020{}", &text[..at], &text[at + 4..]);
    fs::write(&kept, old).unwrap();
    let ended = list(&site, &bodhi, &[]);
    assert_eq!(ended.code, 75);
    assert!(ended.stderr.contains(" days old, and 7 days is the limit"), "{}", ended.stderr);
}

#[test]
fn what_is_no_bodhi() {
    let site = Site::small();
    let refused = |url: &str| {
        let ended = site.flr(["release", "list", "--bodhi", url]);
        (ended.code, ended.stderr)
    };
    assert_eq!(
        refused("http://bodhi.example.test/"),
        (2, "flr: --bodhi: \"http://bodhi.example.test/\" is neither https nor on loopback\nhint: as in https://HOST/\n".into())
    );
    // A hub is none.
    let hub = format!("http://127.0.0.1:{}/kojihub", site.hub.port());
    let (code, stderr) = refused(&hub);
    assert!(code == 10 && stderr.starts_with("flr: releases at HUB: "), "{code} {stderr}");
}
