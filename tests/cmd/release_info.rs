// SPDX-License-Identifier: GPL-3.0-or-later
use crate::bodhi::{Bodhi, recorded};
use crate::site::{Ended, Site};
use serde_json::json;

fn info(site: &Site, bodhi: &Bodhi, args: &[&str]) -> Ended {
    let mut command = site.command();
    command.args(["release", "info", "--bodhi", &bodhi.url]).args(args);
    site.ended(command, b"")
}

#[test]
fn one_release() {
    let (site, bodhi) = (Site::small(), Bodhi::with(recorded()));
    assert_eq!(
        info(&site, &bodhi, &["rawhide"]),
        Ended {
            stdout: "\
name                      F45
long_name                 Fedora 45
version                   45
id_prefix                 FEDORA
branch                    rawhide
state                     pending
dist_tag                  f45
stable_tag                f45
testing_tag               f45-updates-testing
candidate_tag             f45-updates-candidate
pending_signing_tag       f45-signing-pending
pending_testing_tag       f45-updates-testing-pending
pending_stable_tag        f45-updates-pending
override_tag              f45-override
composed_by_bodhi         false
create_automatic_updates  true
package_manager           dnf
testing_repository        updates-testing
released_on               -
eol                       -
role                      rawhide
source                    bodhi
"
            .into(),
            ..Ended::default()
        }
    );
    let json = info(&site, &bodhi, &["43", "--json"]).document();
    assert_eq!((&json["name"], &json["eol"], &json["role"]), (&json!("F43"), &json!("2026-12-02"), &json!("other")));
}

#[test]
fn one_field() {
    let (site, bodhi) = (Site::small(), Bodhi::with(recorded()));
    let field = |release: &str, field: &str| {
        let ended = info(&site, &bodhi, &[release, "--field", field]);
        (ended.code, ended.stdout, ended.stderr)
    };
    assert_eq!(field("branched", "stable_tag"), (0, "f44-updates\n".into(), String::new()));
    assert_eq!(field("epel9", "override_tag"), (0, "epel9-override\n".into(), String::new()));
    assert_eq!(field("rawhide", "role"), (0, "rawhide\n".into(), String::new()));
    assert_eq!(field("f44", "eol"), (7, String::new(), "flr: F44 has no eol\n".into()));
    let (code, _, stderr) = field("f44", "colour");
    assert!(code == 2 && stderr.contains("the fields are name, long_name, version, "), "{stderr}");
    let ended = info(&site, &bodhi, &["f44", "--field", "branch", "--json"]);
    assert_eq!(ended.stdout, "{\"branch\":\"f44\"}\n");
}

#[test]
fn what_is_unknown_or_ambiguous() {
    let (site, bodhi) = (Site::small(), Bodhi::with(recorded()));
    let refused = |release: &str| {
        let ended = info(&site, &bodhi, &[release]);
        assert_eq!(ended.stdout, "");
        (ended.code, ended.stderr)
    };
    assert_eq!(
        refused("f99"),
        (10, "flr: there is no release f99\nhint: releases in use: EPEL-9, F42, F43, F43F, F44, F45\n".into())
    );
    assert_eq!(refused("9"), (2, "flr: 9 does not say which release is meant\nhint: one of EPEL-9\n".into()));
    let (code, stderr) = refused("-f43");
    assert_eq!(code, 2, "{stderr}");
    // A record that makes no sense is told of when it is the one.
    bodhi.change(|releases| releases[4]["dist_tag"] = json!("f 43"));
    let (code, stderr) = refused("F43");
    assert_eq!(code, 10);
    assert!(stderr.ends_with("flr: Bodhi's record of F43 makes no sense: dist_tag: \"f 43\" is not a tag name: it may not contain a blank\n"), "{stderr}");
    let ended = info(&site, &bodhi, &["f42", "--field", "name"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, "F42\n"));
}

/// The practice hub has no Bodhi: its tags tell.
#[test]
fn without_a_bodhi() {
    let site = Site::small();
    // Seeds the hub, and says so.
    assert_eq!(site.flr(["release", "list", "--profile", "practice"]).code, 0);
    let field = |release: &str, field: &str| {
        let ended = site.flr(["release", "info", release, "--field", field, "--profile", "practice"]);
        (ended.code, ended.stdout, ended.stderr)
    };
    assert_eq!(field("f43", "override_tag"), (0, "f43-override\n".into(), String::new()));
    assert_eq!(field("43", "source"), (0, "koji\n".into(), String::new()));
    assert_eq!(field("f43", "state"), (7, String::new(), "flr: F43 has no state\n".into()));
    // Not on this hub, though the layout has it.
    assert_eq!(field("f43", "pending_signing_tag").0, 7);
    assert_eq!(
        field("branched", "name"),
        (
            75,
            String::new(),
            "flr: only Bodhi can say which release is branched\nhint: name the release, as in f43\n".into()
        )
    );
    assert_eq!(field("rawhide", "name").0, 10);
}
