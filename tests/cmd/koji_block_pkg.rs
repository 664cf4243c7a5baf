// SPDX-License-Identifier: GPL-3.0-or-later
use super::changing::{Case, agreed, build_change, refused, written};
use super::site::Site;
use flr::practice::{Misbehaviour, What, When};
use serde_json::{Value, json};

fn block(tag: &str, package: &str, owner: &str) -> Value {
    json!({
        "system": "koji", "kind": "block-package", "tag": tag, "package": package,
        "before": {
            "package": package, "tag": "f43", "owner": owner, "blocked": false,
            "extra_arches": null,
        },
        "text": format!("block package {package} in {tag}"),
    })
}

#[test]
fn a_dry_run_a_run_and_a_second_run() {
    let site = Site::small();
    let reads = ["getTag", "multiCall listPackages listPackages listPackages"];
    Case {
        args: &["koji", "block-pkg", "f43", "bash", "python2.7", "glibc"],
        planned: json!([block("f43", "bash", "maria"), block("f43", "glibc", "jan")]),
        left_out: &[["python2.7", "already blocked in f43"]],
        reads: &reads,
        writes: &["multiCall packageListBlock packageListBlock"],
        left_out_then: &[
            ["bash", "already blocked in f43"],
            ["python2.7", "already blocked in f43"],
            ["glibc", "already blocked in f43"],
        ],
        reads_then: &reads,
    }
    .holds_at(&site);
    assert!(site.tagged("f43").contains(&"bash-5.3.0-1.fc43".to_owned()));
}

#[test]
fn an_inherited_package_is_blocked_in_the_tag_itself() {
    let site = Site::small();
    let reads = ["getTag", "multiCall listPackages"];
    Case {
        args: &["koji", "block-pkg", "f43-updates", "bash"],
        planned: json!([block("f43-updates", "bash", "maria")]),
        left_out: &[],
        reads: &reads,
        writes: &["multiCall packageListBlock"],
        left_out_then: &[["bash", "already blocked in f43-updates"]],
        reads_then: &reads,
    }
    .holds_at(&site);
    let ended = site.flr(["koji", "block-pkg", "f43", "bash", "--dry-run"]);
    assert_eq!(ended.stdout, "would: block package bash in f43\nwould make 1 change\n");
}

#[test]
fn with_untag_no_build_is_left() {
    let site = Site::small();
    let bash = build_change(&site, "untag-build", "f43", "bash-5.3.0-1.fc43");
    let hidden = build_change(&site, "untag-build", "f43", "python2.7-2.7.18-40.fc42");
    let args = ["koji", "block-pkg", "f43", "bash", "python2.7", "--untag"];
    let reads = ["getTag", "multiCall listPackages listPackages", "multiCall queryHistory queryHistory"];
    let ended = agreed(&site, &args);
    let told = ended.document();
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!(told["done"], json!([block("f43", "bash", "maria"), bash, hidden]));
    // It looks again afterwards: somebody may have tagged a build meanwhile.
    let mut calls = written(&reads, &["multiCall untagBuildBypass packageListBlock", "multiCall untagBuildBypass"]);
    calls.extend(reads.map(str::to_owned));
    assert_eq!(ended.calls, calls);
    let left = site.tagged("f43");
    assert!(!left.iter().any(|nvr| nvr.starts_with("bash-") || nvr.starts_with("python2.7-")));

    let again = agreed(&site, &args);
    assert_eq!(again.calls, reads);
    assert_eq!(again.document()["changed"], false);
}

/// Somebody tags a build while its package is being blocked.
#[test]
fn a_build_that_comes_in_meanwhile_leaves_as_well() {
    let site = Site::small();
    site.hub.misbehave(Misbehaviour::new(
        When::Writing(1),
        What::Meanwhile {
            user: "bodhi".into(),
            calls: vec![("tagBuildBypass".into(), vec![json!("f43"), json!("bash-5.3.1-1.fc43")])],
        },
    ));
    let ended = agreed(&site, &["koji", "block-pkg", "f43", "bash", "--untag"]);
    assert!(site.hub.pending_rules().is_empty());
    let told = ended.document();
    assert_eq!(ended.code, 0, "{told}");
    assert_eq!(ended.stderr, "flr: somebody added to the work meanwhile: 1 more change(s)\n");
    assert_eq!(
        told["done"],
        json!([
            block("f43", "bash", "maria"),
            build_change(&site, "untag-build", "f43", "bash-5.3.0-1.fc43"),
            build_change(&site, "untag-build", "f43", "bash-5.3.1-1.fc43"),
        ])
    );
    assert!(!site.tagged("f43").iter().any(|nvr| nvr.starts_with("bash-")));
}

/// The row of a package, or of its build, in f43's history that `which` picks.
fn event(site: &Site, table: &str, package: &str, column: &str) -> i64 {
    let asked = json!([{"tables": [table], "tag": "f43", "package": package, "__starstar": true}]);
    let rows = site.admin("queryHistory", asked);
    rows[table].as_array().unwrap().iter().filter_map(|row| row[column].as_i64()).max().unwrap()
}

/// `block_retired.py` untags everything first, and whatever is tagged until it blocks stays.
#[test]
fn block_pkg_never_untags_before_it_has_blocked() {
    let site = Site::small();
    let args = ["koji", "block-pkg", "f43", "bash", "glibc", "--untag"];
    // The hub will not have one of them blocked: its builds stay.
    site.hub.misbehave(Misbehaviour::new(When::Change(1), What::Fail { code: 1004, text: "frozen".into() }));
    let ended = agreed(&site, &args);
    let told = ended.document();
    assert_eq!(ended.code, 5, "{told}");
    assert_eq!(told["failures"][0]["change"]["text"], "block package bash in f43");
    assert_eq!(told["skipped"][0]["subject"], "untag bash-5.3.0-1.fc43 from f43");
    let left = site.tagged("f43");
    assert!(left.iter().any(|nvr| nvr.starts_with("bash-")) && !left.iter().any(|nvr| nvr.starts_with("glibc-")));
    assert!(
        event(&site, "tag_packages", "glibc", "create_event") < event(&site, "tag_listing", "glibc", "revoke_event")
    );
    // The second run finishes the work.
    let ended = agreed(&site, &args);
    assert_eq!((ended.code, &ended.document()["msg"]), (0, &json!("2 done, 1 left out")));
    assert!(event(&site, "tag_packages", "bash", "create_event") < event(&site, "tag_listing", "bash", "revoke_event"));
}

/// An administrator forces a build in, although the package is blocked.
fn forced_in(nth: u64, nvr: &str) -> Misbehaviour {
    let calls = vec![("tagBuildBypass".into(), vec![json!("f43"), json!(nvr), json!(true)])];
    Misbehaviour::new(When::Writing(nth), What::Meanwhile { user: "admin".into(), calls })
}

/// The end of it: what is left is told, and how to go on.
#[test]
fn a_tag_that_is_filled_faster_than_it_is_emptied_is_told_of() {
    let site = Site::small();
    for (nth, nvr) in (2..).zip(["bash-5.3.1-1.fc43", "bash-5.3.0-2.fc43", "bash-5.3.1-1.fc43", "bash-5.3.0-2.fc43"]) {
        site.hub.misbehave(forced_in(nth, nvr));
    }
    let args = ["koji", "block-pkg", "f43", "bash", "--untag"];
    let ended = agreed(&site, &args);
    assert!(site.hub.pending_rules().is_empty());
    let told = ended.document();
    assert_eq!(ended.code, 5, "{told}");
    assert_eq!(told["msg"], "somebody keeps adding to the work: gave up after 3 rounds (5 done)");
    assert!(ended.stderr.ends_with("hint: run the command again\n"), "{}", ended.stderr);
    assert_eq!(agreed(&site, &args).code, 0);
    assert!(!site.tagged("f43").iter().any(|nvr| nvr.starts_with("bash-")));
}

/// EPEL: the build root may have the package from elsewhere.
#[test]
fn with_unblock_in_the_block_does_not_reach_that_tag() {
    let site = Site::small();
    let reads = [
        "getTag",
        "multiCall listPackages listPackages",
        "getTag",
        "getFullInheritance",
        "multiCall listPackages listPackages",
        "getFullInheritance",
    ];
    let unblock = |package: &str| {
        json!({
            "system": "koji", "kind": "unblock-package", "tag": "f43-build", "package": package,
            "before": {
                "package": package, "tag": "f43", "owner": "maria", "blocked": true, "extra_arches": null,
            },
            "text": format!("unblock package {package} in f43-build"),
        })
    };
    Case {
        args: &["koji", "block-pkg", "f43", "bash", "python2.7", "--unblock-in", "f43-build"],
        planned: json!([block("f43", "bash", "maria"), unblock("bash"), unblock("python2.7")]),
        left_out: &[["python2.7", "already blocked in f43"]],
        reads: &reads,
        writes: &["multiCall packageListBlock", "multiCall packageListUnblock packageListUnblock"],
        left_out_then: &[
            ["bash", "already blocked in f43"],
            ["bash", "not blocked in f43-build"],
            ["python2.7", "already blocked in f43"],
            ["python2.7", "not blocked in f43-build"],
        ],
        reads_then: &reads,
    }
    .holds_at(&site);
    let entry = site.admin("getPackageConfig", json!(["f43-build", "bash"]));
    assert_eq!((&entry["blocked"], &entry["tag_name"]), (&json!(false), &json!("f43-build")));
}

/// The names come from a list, as a report makes it.
#[test]
fn packages_from_standard_input() {
    let site = Site::small();
    let mut command = site.command();
    command.args(["koji", "block-pkg", "f43", "-", "--yes"]).args(super::site::LOGIN);
    let ended = site.ended(command, b"# retired in f43\r\nbash, glibc\r\n\r\n");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(ended.lines()[..2], ["done: block package bash in f43", "done: block package glibc in f43"]);
}

#[test]
fn what_cannot_be_blocked() {
    let site = Site::small();
    refused(
        &site,
        &["koji", "block-pkg", "f43", "nodejs16", "bash", "nano"],
        &["getTag", "multiCall listPackages listPackages listPackages", "getTag", "multiCall getPackage"],
        &[["nodejs16", "not listed in f43, so nothing to block"], ["nano", "not listed in f43, so nothing to block"]],
    );
    refused(
        &site,
        &["koji", "block-pkg", "f42", "bash", "--untag"],
        &["getTag", "multiCall listPackages", "multiCall queryHistory"],
        &[["bash-5.3.0-1.fc42", "f42 is locked"]],
    );
}
