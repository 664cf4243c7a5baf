// SPDX-License-Identifier: GPL-3.0-or-later
use crate::bodhi::{Bodhi, recorded};
use crate::changing::{Case, agreed};
use crate::dist_git::DistGit;
use crate::site::Site;
use flr::practice::{Misbehaviour, What, When};
use serde_json::{Value, json};
use std::fs;

const OWNERS: &str = r#"{"rpms": {
    "bash": ["@shells", "jan", "kim"], "glibc": ["jan"], "python2.7": ["orphan"], "fresh": ["kim"],
    "rpm": ["left-long-ago"], "coreutils": ["@coreutils-sig"]
}, "container": {"bash": ["nobody"]}}"#;

/// A hub with the user orphan, and where its releases and owners are.
fn site() -> (Site, Bodhi) {
    let (site, bodhi) = (Site::small(), Bodhi::with(recorded()));
    fs::write(site.path().join("owners.json"), OWNERS).unwrap();
    let hub = rusqlite::Connection::open(site.path().join("hub/hub.sqlite")).unwrap();
    hub.execute("INSERT INTO users (name) VALUES ('orphan')", []).unwrap();
    (site, bodhi)
}

fn entry(site: &Site, package: &str) -> (String, bool) {
    let entry = site.admin("getPackageConfig", json!(["f43", package]));
    (entry["owner_name"].as_str().unwrap().to_owned(), entry["blocked"].as_bool().unwrap())
}

fn set_owner(package: &str, before: &str, owner: &str, blocked: bool) -> Value {
    json!({
        "system": "koji", "kind": "set-owner", "tag": "f43", "package": package, "owner": owner,
        "before": {"package": package, "tag": "f43", "owner": before, "blocked": blocked, "extra_arches": null},
        "text": format!("set the owner of package {package} in f43 to {owner}"),
    })
}

fn add(package: &str, owner: &str) -> Value {
    json!({
        "system": "koji", "kind": "add-package", "tag": "f43", "package": package, "owner": owner,
        "text": format!("add package {package} to f43, owner {owner}"),
    })
}

#[test]
fn a_dry_run_a_run_and_a_second_run() {
    let (site, bodhi) = site();
    let lists = "multiCall listPackages listPackages listPackages listPackages";
    // Of a package that the hub does not know it answers with a fault, which may have other reasons.
    let reads = ["getTag", lists, "getTag", "multiCall getPackage", "multiCall getUser getUser getUser"];
    // Whoever owns something the hub knows.
    let reads_then = ["getTag", lists, "multiCall getUser"];
    let left_out =
        [["coreutils", "dist-git names only groups: @coreutils-sig"], ["rpm", "the hub has no user left-long-ago"]];
    Case {
        args: &[
            "koji",
            "sync-owners",
            "f43",
            "--owners",
            "owners.json",
            "--bodhi",
            &bodhi.url,
            "--package",
            "bash",
            "--package",
            "fresh",
            "--package",
            "python2.7",
            "--package",
            "rpm",
            "--package",
            "coreutils",
        ],
        planned: json!([
            set_owner("bash", "maria", "jan", false),
            add("fresh", "kim"),
            set_owner("python2.7", "maria", "orphan", true),
        ]),
        left_out: &left_out,
        reads: &reads,
        writes: &["multiCall packageListSetOwner packageListSetOwner packageListAdd"],
        left_out_then: &[
            left_out[0],
            ["bash", "already listed in f43, owner jan"],
            ["fresh", "already listed in f43, owner kim"],
            ["python2.7", "already listed in f43, owner orphan"],
            left_out[1],
        ],
        reads_then: &reads_then,
    }
    .holds_at(&site);
    assert_eq!(entry(&site, "bash"), ("jan".into(), false));
    // What is retired is orphaned, and stays blocked.
    assert_eq!(entry(&site, "python2.7"), ("orphan".into(), true));
}

#[test]
fn what_it_did_is_taken_back() {
    let (site, bodhi) = site();
    let before = site.state();
    let args = ["koji", "sync-owners", "f43", "--owners", "owners.json", "--bodhi", &bodhi.url];
    let run = agreed(&site, &[&args[..], &["--package", "bash", "--package", "python2.7"]].concat()).document();
    assert_eq!((run["done"].as_array().unwrap().len(), &run["msg"]), (2, &json!("2 done")));
    let undone = site.undone(&run);
    assert_eq!((undone.code, undone.document()["msg"].as_str()), (0, Some("2 done")), "{undone:?}");
    assert_eq!(site.state(), before);

    // Somebody else's word counts.
    let run = agreed(&site, &[&args[..], &["--package", "bash"]].concat()).document();
    site.admin("packageListSetOwner", json!(["f43", "bash", "kim"]));
    let undone = site.undone(&run);
    assert!(undone.document().to_string().contains("admin has set the owner since, in event "), "{undone:?}");
    assert_eq!(entry(&site, "bash").0, "kim");
}

/// An answer is lost: the hub's rows of owners say whose work it was.
#[test]
fn a_lost_answer_is_settled_from_the_rows_of_owners() {
    let (site, bodhi) = site();
    site.hub.misbehave(Misbehaviour::new(When::Writing(1), What::DropAfter));
    let args = ["koji", "sync-owners", "f43", "--owners", "owners.json", "--bodhi", &bodhi.url];
    let ended = agreed(&site, &args);
    assert!(site.hub.pending_rules().is_empty());
    let told = ended.document();
    assert_eq!((ended.code, told["done"].as_array().unwrap().len()), (0, 2), "{told}");
    assert_eq!(told["already"], json!([]));
    assert!(ended.calls.iter().any(|call| call == "queryHistory"), "{:?}", ended.calls);

    // Somebody did it first, and the answer is lost as well.
    site.admin("packageListSetOwner", json!(["f43", "bash", "maria"]));
    let jan = |who: &str| What::Meanwhile {
        user: who.into(),
        calls: vec![("packageListSetOwner".into(), vec![json!("f43"), json!("bash"), json!("jan")])],
    };
    site.hub.misbehave(Misbehaviour::new(When::Writing(1), jan("releng")));
    site.hub.misbehave(Misbehaviour::new(When::Writing(1), What::DropAfter));
    let told = agreed(&site, &args).document();
    assert_eq!(told["done"].as_array().unwrap().len() + told["already"].as_array().unwrap().len(), 1, "{told}");
}

#[test]
fn the_list_is_read_where_it_is_said_to_be() {
    let ((site, bodhi), dist_git) = (site(), DistGit::new());
    dist_git.put("/extras/owners.json", OWNERS);
    let place = format!("{}/extras/owners.json", dist_git.url);
    let run = |args: &[&str]| {
        let mut command = site.command();
        command.args(["koji", "sync-owners", "--bodhi", &bodhi.url, "--dry-run"]).args(args);
        let ended = site.ended(command, b"");
        (ended.code, ended.stdout, ended.stderr)
    };
    let (code, stdout, stderr) = run(&["f43", "--owners", &place, "--package", "glibc", "--package", "fresh"]);
    assert_eq!(
        (code, stdout.as_str(), stderr.as_str()),
        (
            0,
            "would: add package fresh to f43, owner kim\nskipped: glibc: already listed in f43, owner jan\nundo of 1 change may be refused: taking a package off a list is often denied by the hub's policy; the package's name stays for ever\nwould make 1 change\n",
            ""
        )
    );
    assert_eq!(dist_git.seen(), ["/extras/owners.json"]);
    let (code, _, stderr) = run(&["f43", "--owners", &place, "--package", "bahs"]);
    assert_eq!((code, stderr.as_str()), (10, "flr: dist-git has no owner of bahs: no such package in rpms\n"));
    let (code, _, stderr) = run(&["f43", "--owners", &place, "--namespace", "modules"]);
    assert_eq!(code, 10);
    assert!(stderr.ends_with("cannot be used: it holds \"rpms\", \"container\" and not \"modules\"\n"), "{stderr}");
    let (code, _, stderr) = run(&["f99", "--owners", &place]);
    assert_eq!((code, stderr.lines().next()), (10, Some("flr: there is no release f99")));
}

/// All that dist-git has belongs into Rawhide, but for what is retired there; elsewhere nobody knows.
#[test]
fn what_is_not_listed_is_added_to_rawhide_only() {
    let ((site, bodhi), dist_git) = (site(), DistGit::new());
    dist_git.put("/retired_in_rawhide.json", r#"{"rawhide": ["only-in-epel", "python2.7"]}"#);
    fs::write(site.path().join("owners.json"), OWNERS.replace(r#""fresh""#, r#""only-in-epel": ["jan"], "fresh""#))
        .unwrap();
    let place = format!("{}/retired_in_{{branch}}.json", dist_git.url);
    let run = || {
        let mut command = site.command();
        let args =
            ["koji", "sync-owners", "f43", "--owners", "owners.json", "--dry-run", "--json", "--bodhi", &bodhi.url];
        command.args(args).args(["--retired", &place]);
        let document = site.ended(command, b"").document();
        let subjects = |list: &str, key: &str| -> Vec<String> {
            let items = document[list].as_array().unwrap().iter();
            items.map(|item| item[key].as_str().unwrap().to_owned()).filter(|text| text.contains(' ')).collect()
        };
        [subjects("planned", "text"), subjects("skipped", "subject")].concat()
    };
    let owners = ["set the owner of package bash in f43 to jan", "set the owner of package python2.7 in f43 to orphan"];
    assert_eq!(run(), [owners[0], owners[1], "2 packages that are not listed"]);
    assert!(dist_git.seen().is_empty());
    bodhi.change(|releases| {
        for release in releases.iter_mut() {
            release["branch"] = json!(match release["name"].as_str() {
                Some("F43") => "rawhide",
                _ => "other",
            });
        }
    });
    assert_eq!(run(), [owners[0], "add package fresh to f43, owner kim", owners[1], "1 package that is not listed"]);
    assert_eq!(dist_git.seen(), ["/retired_in_rawhide.json"]);
}
