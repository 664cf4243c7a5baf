// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::{Ended, Site};

#[test]
fn blocked_packages() {
    let site = Site::small();
    assert_eq!(
        site.flr(["koji", "list-pkgs", "f43", "--blocked"]),
        Ended {
            stdout: "python2.7  f43  maria  blocked\n".into(),
            calls: vec!["listPackages".into()],
            ..Ended::default()
        }
    );
}

#[test]
fn inherited_ones_only_on_request() {
    let site = Site::small();
    assert_eq!(site.flr(["koji", "list-pkgs", "f44"]).stdout, "");
    let ended = site.flr(["koji", "list-pkgs", "f44", "--inherit", "--unblocked", "--owner", "jan"]);
    assert_eq!(
        ended.stdout,
        "coreutils  f43  jan  -\nglibc      f43  jan  -\nopenssl    f43  jan  -\nrpm        f43  jan  -\n"
    );
}

#[test]
fn one_package_as_json() {
    let site = Site::small();
    let ended = site.flr(["koji", "list-pkgs", "f43", "--package", "bash", "--json"]);
    let line = ended.document();
    assert_eq!(
        line,
        serde_json::json!({"package": "bash", "tag": "f43", "owner": "maria", "blocked": false, "extra_arches": line["extra_arches"]})
    );
    let none = site.flr(["koji", "list-pkgs", "f43", "--package", "nosuch"]);
    assert_eq!((none.code, none.stdout, none.stderr), (0, String::new(), String::new()));
}

#[test]
fn blocked_and_unblocked_is_nothing() {
    let site = Site::small();
    let ended = site.flr(["koji", "list-pkgs", "f43", "--blocked", "--unblocked"]);
    assert_eq!((ended.code, ended.calls.len()), (2, 0));
}

/// The hub tells of it as of an empty tag: a slip of the pen would look like good news.
#[test]
fn a_tag_that_was_deleted_is_none() {
    let site = Site::small();
    site.admin("deleteTag", serde_json::json!(["f43-empty"]));
    let said = "flr: the hub has no tag f43-empty\n\
                hint: it was deleted; `flr koji list-history f43-empty` tells what was in it\n";
    for words in [
        &["list-pkgs", "f43-empty", "--inherit"][..],
        &["list-pkgs", "f43-empty", "--package", "bash"],
        &["list-inheritance", "f43-empty"],
        &["list-inheritance", "f43-empty", "--reverse"],
        &["check-latest", "f43-empty"],
        &["find-block", "bash", "--tag", "f43-empty"],
    ] {
        let mut command = site.command();
        command.arg("koji").args(words);
        let ended = site.ended(command, b"");
        assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (10, "", said), "{words:?}");
    }
}

/// A name that is misspelt is not a user without packages.
#[test]
fn an_owner_whom_nobody_knows() {
    let site = Site::small();
    let ended = site.flr(["koji", "list-pkgs", "f43", "--owner", "mraia"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (10, ""));
    assert_eq!(ended.stderr, "flr: the hub has no user mraia\n");
    let none = site.flr(["koji", "list-pkgs", "f43", "--owner", "practice"]);
    assert_eq!((none.code, none.stdout, none.stderr), (0, String::new(), String::new()));
}
