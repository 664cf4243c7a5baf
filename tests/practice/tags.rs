// SPDX-License-Identifier: GPL-3.0-or-later
//! Tags: what is latest in them, what they inherit, copies, groups and external repositories.

use super::hub::{Client, Hub, named};
use serde_json::{Value, json};

fn nvrs(builds: &Value) -> Vec<&str> {
    let builds = builds.as_array().unwrap();
    builds.iter().map(|b| b["nvr"].as_str().unwrap()).collect()
}

#[test]
fn latest_is_the_last_tagged_not_the_highest() {
    let hub = Hub::small();
    let mut c = hub.anonymous();
    let all = c.ok("listTagged", json!(["f43-updates-candidate", named(json!({"package": "coreutils"}))]));
    assert_eq!(nvrs(&all), ["coreutils-9.7-4.fc43", "coreutils-9.7-2.fc43", "coreutils-9.7-3.fc43"]);
    assert_eq!(all[0].as_object().unwrap().len(), 26);
    let mut practice = hub.login("practice");
    let force = json!(["f43-updates-candidate", "coreutils-9.7-3.fc43", true]);
    practice.ok("tagBuildBypass", force);
    let two = named(json!({"package": "coreutils", "latest": 2}));
    let newest = c.ok("listTagged", json!(["f43-updates-candidate", two]));
    assert_eq!(nvrs(&newest), ["coreutils-9.7-3.fc43", "coreutils-9.7-4.fc43"]);
    let history = c.ok(
        "queryHistory",
        json!([named(json!({"tables": ["tag_listing"], "tag": "f43-updates-candidate",
                            "build": "coreutils-9.7-3.fc43"}))]),
    );
    let rows = history["tag_listing"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    let (old, new) = (&rows[0], &rows[1]);
    assert_eq!(old["active"], Value::Null);
    assert_eq!(new["active"], true);
    assert_eq!(old["revoke_event"], new["create_event"]);
    let inherited =
        c.ok("listTagged", json!(["f43-updates-candidate", named(json!({"inherit": true, "latest": true}))]));
    let inherited = nvrs(&inherited);
    assert!(inherited.contains(&"bash-5.3.0-1.fc43"));
    assert!(inherited.contains(&"coreutils-9.7-3.fc43"));
    assert!(!inherited.iter().any(|nvr| nvr.starts_with("python2.7")), "blocked");
    assert!(!inherited.iter().any(|nvr| nvr.starts_with("nodejs16")), "unlisted");
}

/// Depth, intransitive links, noconfig, loops and priorities, as koji walks them.
#[test]
fn inheritance_is_walked_as_koji_walks_it() {
    let hub = Hub::small();
    let mut c = hub.login("practice");
    for name in ["i-top", "i-a", "i-b", "i-c", "i-d"] {
        c.ok("createTag", json!([name]));
    }
    let mut id = |name: &str| c.ok("getTagID", json!([name])).as_i64().unwrap();
    let (a, b, cc, d, top) = (id("i-a"), id("i-b"), id("i-c"), id("i-d"), id("i-top"));
    let link = |parent: i64, priority: i64, maxdepth: Option<i64>, intransitive: bool| {
        json!({"parent_id": parent, "priority": priority, "maxdepth": maxdepth,
               "intransitive": intransitive, "noconfig": false, "pkg_filter": ""})
    };
    let order = |c: &mut Client, tag: &str, reverse: bool| -> Vec<String> {
        let all = c.ok("getFullInheritance", json!([tag, named(json!({"reverse": reverse}))]));
        let name = |t: &Value| t["name"].as_str().unwrap().to_owned();
        all.as_array().unwrap().iter().map(name).collect()
    };
    let set = |c: &mut Client, tag: &str, links: Value| c.ok("setInheritanceData", json!([tag, links]));
    // The lower number first, depth before breadth.
    set(&mut c, "i-top", json!([link(b, 5, None, false), link(a, 1, None, false)]));
    set(&mut c, "i-a", json!([link(cc, 0, None, false)]));
    set(&mut c, "i-b", json!([link(d, 0, None, false)]));
    assert_eq!(order(&mut c, "i-top", false), ["i-a", "i-c", "i-b", "i-d"]);
    assert_eq!(order(&mut c, "i-d", true), ["i-b", "i-top"]);
    // A depth of 0 takes the parent and nothing of what it inherits.
    set(&mut c, "i-top", json!([link(a, 1, Some(0), false)]));
    assert_eq!(order(&mut c, "i-top", false), ["i-a", "i-b", "i-d"]);
    // An intransitive link counts only for the child itself.
    set(&mut c, "i-b", json!([link(d, 0, None, true)]));
    assert_eq!(order(&mut c, "i-b", false), ["i-d"]);
    assert_eq!(order(&mut c, "i-top", false), ["i-a", "i-b"]);
    // A loop is cut.
    set(&mut c, "i-a", json!([link(top, 7, None, false)]));
    set(&mut c, "i-top", json!([link(a, 1, None, false)]));
    assert_eq!(order(&mut c, "i-top", false), ["i-a", "i-c", "i-b"]);
    assert_eq!(
        c.fault("setInheritanceData", json!(["i-a", [link(b, 7, None, false)]])),
        (1000, format!("Multiple parent tags ([{top}, {b}]) cannot have the same priority value (7) on child tag {a}"))
    );
    set(&mut c, "i-a", json!([{"parent_id": top, "delete link": true}]));
    assert_eq!(order(&mut c, "i-a", false), ["i-c"]);
}

/// What a copy has, each with an event of its own, and what stands against one; the texts are koji's.
#[test]
fn a_tag_is_copied() {
    let hub = Hub::small();
    let mut c = hub.login("practice");
    c.ok("groupListAdd", json!(["f43", "build"]));
    c.ok("groupPackageListAdd", json!(["f43", "build", "bash", named(json!({"type": "default"}))]));
    let event = c.ok("getLastEvent", json!([]))["id"].clone();
    assert_eq!(c.ok("snapshotTag", json!(["f43", "copy", named(json!({"inherit_builds": false}))])), Value::Null);
    let tag = c.ok("getTag", json!(["copy"]));
    assert_eq!(
        (&tag["arches"], &tag["extra"]),
        (&json!("x86_64 aarch64 ppc64le s390x"), &json!({"mock.package_manager": "dnf5"}))
    );
    assert_eq!(c.ok("getInheritanceData", json!(["copy"])), json!([]));
    let list = |c: &mut Client, tag: &str, inherited: bool| -> Vec<(String, bool)> {
        let entries = c.ok("listPackages", json!([{"tagID": tag, "inherited": inherited, "__starstar": true}]));
        let entries = entries.as_array().unwrap().iter();
        let mut list: Vec<_> =
            entries.map(|e| (e["package_name"].as_str().unwrap().to_owned(), e["blocked"] == true)).collect();
        list.sort();
        list
    };
    assert_eq!(list(&mut c, "copy", false), list(&mut c, "f43", true));
    let latest = |c: &mut Client, tag: &str| -> Vec<String> {
        let builds = c.ok("listTagged", json!([tag, named(json!({"latest": true}))]));
        nvrs(&builds).into_iter().map(str::to_owned).collect()
    };
    assert_eq!(latest(&mut c, "copy"), latest(&mut c, "f43"));
    let rows = c.ok("queryHistory", json!([named(json!({"tables": ["tag_listing", "tag_packages"], "tag": "copy"}))]));
    let events: Vec<i64> = ["tag_listing", "tag_packages"]
        .iter()
        .flat_map(|table| rows[table].as_array().unwrap())
        .map(|row| row["create_event"].as_i64().unwrap())
        .collect();
    let distinct: std::collections::BTreeSet<&i64> = events.iter().collect();
    assert_eq!(distinct.len(), events.len());
    // What a package in a group is set to does not come along.
    let groups = c.ok("getTagGroups", json!(["copy"]));
    let package = &groups[0]["packagelist"][0];
    assert_eq!((&package["package"], &package["type"]), (&json!("bash"), &json!("mandatory")));

    let fault = |c: &mut Client, params: Value| c.fault("snapshotTag", params);
    assert_eq!(fault(&mut c, json!(["f43", "copy"])), (1000, "Target tag already exists".into()));
    assert_eq!(fault(&mut c, json!(["f42", "copy2"])), (1000, "Source tag is locked, use force to copy".into()));
    let no_builds = json!(["f43", "copy2", named(json!({"pkgs": false}))]);
    assert_eq!(fault(&mut c, no_builds), (1019, "builds can't be used without pkgs in snapshotTag".into()));
    assert_eq!(fault(&mut c, json!(["f99", "copy2"])), (1000, "No such tagInfo: 'f99'".into()));
    assert_eq!(hub.login("kim").fault("snapshotTag", json!(["f99", "copy2"])).0, 1000);
    assert_eq!(
        hub.anonymous().fault("snapshotTag", json!(["f43", "copy2"])),
        (1004, "tag permission required (user not logged in)".into())
    );
    // A locked one by force, and one as it was before.
    c.ok("snapshotTag", json!(["f42", "copy3", named(json!({"force": true, "groups": false}))]));
    assert_eq!(c.ok("getTag", json!(["copy3"]))["locked"], true);
    c.ok("packageListBlock", json!(["f43", "bash"]));
    c.ok("snapshotTag", json!(["f43", "copy4", named(json!({"event": event, "builds": false}))]));
    assert!(list(&mut c, "copy4", false).contains(&("bash".into(), false)));
    assert_eq!(latest(&mut c, "copy4"), Vec::<String>::new());
}

/// A parent goes by its number; a name is looked up and then is no number.
#[test]
fn a_parent_goes_by_its_number() {
    let hub = Hub::small();
    let mut c = hub.login("practice");
    let link = json!({"parent_id": "f44", "priority": 9, "maxdepth": null, "intransitive": false, "noconfig": false, "pkg_filter": ""});
    assert_eq!(c.fault("setInheritanceData", json!(["f43-empty", [link]])).0, 1);
}

/// koji is silent about what is there or inherited exactly so, and remembers the packages of a group that goes.
#[test]
fn groups_of_packages_in_tags() {
    let hub = Hub::small();
    let mut c = hub.login("practice");
    let shown = |c: &mut Client, tag: &str, inherit: bool| -> Vec<String> {
        let groups = c.ok("getTagGroups", json!([tag, named(json!({"inherit": inherit, "incl_blocked": true}))]));
        let group = |group: &Value| {
            let packages = group["packagelist"].as_array().unwrap();
            let names: Vec<&str> = packages.iter().map(|p| p["package"].as_str().unwrap()).collect();
            let blocked = if group["blocked"] == json!(true) { " (blocked)" } else { "" };
            format!("{}{blocked}: {}", group["name"].as_str().unwrap(), names.join(" "))
        };
        groups.as_array().unwrap().iter().map(group).collect()
    };
    let rows = |c: &mut Client, table: &str| {
        let found = c.ok("queryHistory", json!([named(json!({"tables": [table], "tag": "child"}))]));
        found[table].as_array().unwrap().clone()
    };
    c.ok("createTag", json!(["child", named(json!({"parent": "f43-build"}))]));
    assert_eq!(shown(&mut c, "child", true), ["build: bash coreutils rpm-build", "srpm-build: bash rpm-build"]);
    // Inherited exactly so: no entry.
    c.ok("groupListAdd", json!(["child", "build"]));
    c.ok("groupPackageListAdd", json!(["child", "build", "bash"]));
    assert_eq!((shown(&mut c, "child", false).len(), rows(&mut c, "group_package_listing").len()), (0, 0));
    // By another name it is the tag's own; once is enough.
    for _ in 0..2 {
        c.ok("groupListAdd", json!(["child", "build", named(json!({"display_name": "Build root"}))]));
        c.ok("groupPackageListAdd", json!(["child", "build", "gcc", named(json!({"type": "optional"}))]));
    }
    assert_eq!(shown(&mut c, "child", false), ["build: gcc"]);
    let (groups, packages) = (rows(&mut c, "group_config"), rows(&mut c, "group_package_listing"));
    assert_eq!((groups.len(), packages.len()), (1, 1));
    assert_eq!(
        ["group.name", "display_name", "exported", "biarchonly", "creator_name", "tag.name"].map(|key| &groups[0][key]),
        [&json!("build"), &json!("Build root"), &json!(true), &json!(false), &json!("practice"), &json!("child")]
    );
    assert_eq!(
        ["package", "type", "blocked"].map(|key| &packages[0][key]),
        [&json!("gcc"), &json!("optional"), &json!(false)]
    );
    assert_eq!(shown(&mut c, "child", true)[0], "build: gcc bash coreutils rpm-build");
    c.ok("groupListRemove", json!(["child", "build"]));
    let gone = (1000, "No group: build found for tag: child".to_owned());
    assert_eq!(c.fault("groupListRemove", json!(["child", "build"])), gone);
    c.ok("groupListRemove", json!(["child", "build", named(json!({"force": true}))]));
    c.ok("groupListAdd", json!(["child", "build", named(json!({"description": "again"}))]));
    assert_eq!(shown(&mut c, "child", false), ["build: gcc"]);
    for _ in 0..2 {
        c.ok("groupPackageListRemove", json!(["child", "build", "gcc"]));
    }
    assert_eq!(shown(&mut c, "child", false), ["build: "]);

    c.ok("groupPackageListBlock", json!(["child", "build", "bash"]));
    let blocked = (1000, "package bash blocked in group build, tag child".to_owned());
    assert_eq!(c.fault("groupPackageListAdd", json!(["child", "build", "bash"])), blocked);
    c.ok("groupPackageListUnblock", json!(["child", "build", "bash"]));
    assert!(c.fault("groupPackageListUnblock", json!(["child", "build", "bash"])).1.starts_with("package bash is NOT"));
    c.ok("groupListBlock", json!(["child", "build"]));
    assert_eq!(shown(&mut c, "child", false), ["build (blocked): "]);
    let blocked = (1000, "group build is blocked in tag child".to_owned());
    assert_eq!(c.fault("groupListAdd", json!(["child", "build"])), blocked);
    assert_eq!(c.fault("groupPackageListAdd", json!(["child", "build", "x"])), blocked);
    c.ok("groupListUnblock", json!(["child", "build"]));
    let free = (1000, "group build is NOT blocked in tag child".to_owned());
    assert_eq!(c.fault("groupListUnblock", json!(["child", "build"])), free);

    let absent = (1000, "group build not present in tag f43".to_owned());
    assert_eq!(c.fault("groupPackageListAdd", json!(["f43", "build", "bash"])), absent);
    let unknown = (1000, "No such entry in table groups: none".to_owned());
    assert_eq!(c.fault("groupPackageListAdd", json!(["f43", "none", "bash"])), unknown);
    let denied = (1004, "tag permission required (logged in as nobody)".to_owned());
    let mut nobody = hub.login("nobody");
    for (method, params) in [
        ("groupListAdd", json!(["f43", "build"])),
        ("groupListRemove", json!(["f43", "build"])),
        ("groupPackageListAdd", json!(["f43", "build", "bash"])),
        ("groupPackageListRemove", json!(["f43", "build", "bash"])),
        ("addExternalRepoToTag", json!(["f43", "f43-bootstrap", 1])),
        ("editTagExternalRepo", json!(["f43-build", "f43-bootstrap", 1])),
        ("removeExternalRepoFromTag", json!(["f43-build", "f43-bootstrap"])),
    ] {
        assert_eq!(nobody.fault(method, params), denied, "{method}");
    }
}

#[test]
fn what_tags_draw_from_elsewhere() {
    let hub = Hub::small();
    let mut c = hub.login("practice");
    let links = |c: &mut Client| -> Vec<Value> {
        let links = c.ok("getTagExternalRepos", json!([named(json!({"tag_info": "f43"}))]));
        let link =
            |link: &Value| json!([link["external_repo_name"], link["priority"], link["merge_mode"], link["arches"]]);
        links.as_array().unwrap().iter().map(link).collect()
    };
    let add = |priority: Value, more: Value| json!(["f43", "f43-bootstrap", priority, named(more)]);
    c.ok("addExternalRepoToTag", add(json!(5), json!({"merge_mode": "bare", "arches": "x86_64,aarch64"})));
    assert_eq!(links(&mut c), [json!(["f43-bootstrap", 5, "bare", "x86_64 aarch64"])]);
    let twice = (1000, "tag f43 already associated with external repo f43-bootstrap".to_owned());
    assert_eq!(c.fault("addExternalRepoToTag", add(json!(6), json!({}))), twice);
    let edit = |c: &mut Client, more: Value| c.ok("editTagExternalRepo", json!(["f43", "f43-bootstrap", named(more)]));
    assert_eq!(edit(&mut c, json!({"priority": 5, "merge_mode": null, "arches": null})), json!(false));
    assert_eq!(edit(&mut c, json!({"priority": 7})), json!(true));
    assert_eq!(edit(&mut c, json!({"merge_mode": "koji", "arches": ""})), json!(true));
    assert_eq!(links(&mut c), [json!(["f43-bootstrap", 7, "koji", ""])]);
    let rows = c.ok("queryHistory", json!([named(json!({"tables": ["tag_external_repos"], "tag": "f43"}))]));
    let rows = rows["tag_external_repos"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[0]["external_repo.name"]), (3, &json!("f43-bootstrap")));
    assert_eq!((&rows[0]["revoke_event"], &rows[0]["revoker_name"]), (&rows[1]["create_event"], &json!("practice")));
    c.ok("removeExternalRepoFromTag", json!(["f43", "f43-bootstrap"]));
    let none = (1000, "external repo f43-bootstrap not associated with tag f43".to_owned());
    assert_eq!(c.fault("removeExternalRepoFromTag", json!(["f43", "f43-bootstrap"])), none);
    assert_eq!(c.fault("editTagExternalRepo", json!(["f43", "f43-bootstrap", 1])), none);
    assert_eq!(c.fault("addExternalRepoToTag", json!(["f43", "nowhere", 1])), (1000, "No such repo: nowhere".into()));
    let odd = add(json!(1), json!({"merge_mode": "odd"}));
    assert_eq!(c.fault("addExternalRepoToTag", odd), (1000, "No such merge mode: odd".into()));
    assert_eq!(c.fault("addExternalRepoToTag", add(json!("first"), json!({}))).0, 1019);
    assert_eq!(c.ok("getExternalRepo", json!(["nowhere"])), Value::Null);
    assert_eq!(c.ok("getExternalRepo", json!(["f43-bootstrap"])), c.ok("listExternalRepos", json!([]))[0]);
}
