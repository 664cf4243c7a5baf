// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::Site;
use serde_json::json;

const READS: [&str; 5] = [
    "multiCall getTag",
    "multiCall getInheritanceData",
    "multiCall getTagGroups",
    "multiCall getTagExternalRepos",
    "getBuildTargets",
];

#[test]
fn everything_about_a_tag() {
    let site = Site::small();
    let id = site.admin("getTag", json!(["f43-build"]))["id"].clone();
    let ended = site.flr(["koji", "taginfo", "f43-build"]);
    assert_eq!((ended.code, ended.stderr.as_str(), ended.calls.as_slice()), (0, "", &READS.map(str::to_owned)[..]));
    assert_eq!(
        ended.stdout,
        format!(
            "tag          f43-build\n\
             id           {id}\n\
             locked       no\n\
             arches       x86_64 aarch64 ppc64le s390x\n\
             parent       f43-override (priority 0)\n\
             group        build: bash coreutils rpm-build\n\
             group        srpm-build: bash rpm-build\n\
             repository   f43-bootstrap (priority 5, bare): https://files.example.test/bootstrap/f43/$arch/\n\
             builds from  f43: from f43-build to f43-updates-candidate\n\
             builds from  f43-candidate: from f43-build to f43-updates-candidate\n\
             builds from  f43-rebuild: from f43-build to f43-rebuild\n"
        )
    );
}

#[test]
fn several_as_json_and_one_that_is_not_there() {
    let site = Site::small();
    let ended = site.flr(["koji", "taginfo", "f42", "f99", "f43-updates-pending", "--json"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (10, "flr: the hub has no tag f99\n"));
    let lines: Vec<serde_json::Value> =
        ended.lines().into_iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    let mut f42 = lines[0].clone();
    assert!(f42["id"].take().is_u64());
    assert_eq!(
        f42,
        json!({
            "tag": "f42", "id": null, "locked": true, "perm": null, "arches": "x86_64 aarch64 ppc64le s390x",
            "extra": {}, "parents": [], "groups": [], "external_repos": [], "builds_from": [], "builds_to": [],
        })
    );
    assert_eq!((&lines[1]["perm"], &lines[1]["parents"][0]["parent"]), (&json!("autosign"), &json!("f43")));
}
