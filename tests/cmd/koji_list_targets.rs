// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::{Ended, Site};
use serde_json::json;

#[test]
fn all_of_them() {
    let site = Site::small();
    assert_eq!(
        site.flr(["koji", "list-targets"]),
        Ended {
            stdout: "f43            f43-build  f43-updates-candidate\n\
                     f43-candidate  f43-build  f43-updates-candidate\n\
                     f43-rebuild    f43-build  f43-rebuild\n\
                     f44            f44-build  f44-updates-candidate\n\
                     f44-candidate  f44-build  f44-updates-candidate\n"
                .into(),
            calls: vec!["getBuildTargets".into()],
            ..Ended::default()
        }
    );
}

#[test]
fn those_of_a_tag() {
    let site = Site::small();
    let ended = site.flr(["koji", "list-targets", "--build-tag", "f43-build", "--dest-tag", "f43-rebuild", "--json"]);
    let mut line = ended.document();
    assert!(line["id"].take().is_u64());
    assert_eq!(line, json!({"id": null, "name": "f43-rebuild", "build_tag": "f43-build", "dest_tag": "f43-rebuild"}));
    assert_eq!(site.flr(["koji", "list-targets", "--dest-tag", "f43-build"]).stdout, "");
    let ended = site.flr(["koji", "list-targets", "--build-tag", "f99", "--dest-tag", "f98"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (10, "flr: no such tags at HUB: f99, f98\n"));
}
