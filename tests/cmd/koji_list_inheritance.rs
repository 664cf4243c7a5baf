// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::{Ended, Site};
use serde_json::{Value, json};

#[test]
fn up_and_down() {
    let site = Site::small();
    assert_eq!(
        site.flr(["koji", "list-inheritance", "f43-build"]),
        Ended {
            stdout: "f43-build\n\
                     └─ f43-override\n   \
                        └─ f43-updates\n      \
                           └─ f43\n         \
                              └─ f42\n"
                .into(),
            calls: vec!["getFullInheritance".into()],
            ..Ended::default()
        }
    );
    assert_eq!(
        site.flr(["koji", "list-inheritance", "f44", "--reverse"]).stdout,
        "f44\n\
         ├─ f44-updates\n\
         │  ├─ f44-updates-candidate\n\
         │  └─ f44-override\n\
         │     └─ f44-build\n\
         ├─ f44-updates-pending\n\
         └─ f44-pending\n"
    );
    assert_eq!(site.flr(["koji", "list-inheritance", "f42"]).stdout, "f42\n");
}

#[test]
fn conditions_are_told() {
    let site = Site::small();
    let id = site.admin("getTag", json!(["f42"]))["id"].clone();
    let link = json!({
        "parent_id": id, "priority": 7, "maxdepth": 0, "intransitive": true, "noconfig": true, "pkg_filter": "",
    });
    site.admin("setInheritanceData", json!(["f43-empty", [link]]));
    let ended = site.flr(["koji", "list-inheritance", "f43-empty"]);
    assert_eq!(ended.stdout, "f43-empty\n└─ f42 (priority 7, at most 0 deep, intransitive, without settings)\n");
    let line = site.flr(["koji", "list-inheritance", "f43-empty", "--json"]).document();
    let expected: Value = json!({
        "name": "f42", "depth": 1, "priority": 7, "maxdepth": 0, "intransitive": true, "noconfig": true,
        "pkg_filter": "",
    });
    assert_eq!(line, expected);
}

#[test]
fn a_tag_that_is_not_there() {
    let ended = Site::small().flr(["koji", "list-inheritance", "f99"]);
    assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (10, "", "flr: no such tag at HUB: f99\n"));
}
