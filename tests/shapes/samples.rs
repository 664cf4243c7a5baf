// SPDX-License-Identifier: GPL-3.0-or-later
use super::hub::{Client, Hub, named};
use serde_json::{Value, json};

/// Calls that make the hub show every shape it has.
pub fn samples(hub: &Hub) -> Vec<(String, Value)> {
    let mut c = hub.login("practice");
    let mut admin = hub.login("admin");
    let task = c.ok("tagBuild", json!(["f43-override", "bash-5.3.1-1.fc43"]));
    // In one go, so that it is blocked before the builder takes it up.
    let blocked = json!(["f43-override", "glibc", named(json!({"block": true}))]);
    let answers = c.ok(
        "multiCall",
        json!([[
            {"methodName": "tagBuild", "params": ["f43-override", "glibc-2.42-3.fc43"]},
            {"methodName": "packageListAdd", "params": blocked},
        ]]),
    );
    let failing = answers[0][0].clone();
    let mut seen = vec![("tagBuild".to_owned(), task.clone()), ("packageListAdd".to_owned(), answers[1][0].clone())];
    let build = c.ok("getBuild", json!(["bash-5.3.1-1.fc43"]))["id"].clone();
    let event = c.ok("getLastEvent", json!([]))["id"].clone();
    let repo = c.ok("getRepo", json!(["f43-build"]))["id"].clone();
    let mut take = |c: &mut Client, method: &str, params: Value| {
        let answer = c.ok(method, params);
        seen.push((method.to_owned(), answer));
    };
    for (method, params) in [
        ("tagBuildBypass", json!(["f43-empty", build])),
        ("untagBuildBypass", json!(["f43-empty", build])),
        ("massTag", json!(["f43-empty", [build]])),
        ("untagBuild", json!(["f43-empty", build])),
        ("moveBuild", json!(["f43-updates-candidate", "f43-override", "coreutils-9.7-2.fc43"])),
        ("moveAllBuilds", json!(["f43-updates-candidate", "f43-override", "coreutils"])),
        ("packageListBlock", json!(["f43", "bash"])),
        ("packageListUnblock", json!(["f43", "bash"])),
        ("packageListSetOwner", json!(["f43", "bash", "kim"])),
        ("packageListSetArches", json!(["f43", "bash", "x86_64"])),
        ("createTag", json!(["f43-new", named(json!({"parent": "f43", "arches": "x86_64"}))])),
        ("editTag2", json!(["f43-new", named(json!({"locked": true, "extra": {"a": 1}}))])),
        ("setInheritanceData", json!(["f43-new", [], true])),
        ("groupListAdd", json!(["f43-new", "build", named(json!({"description": "x"}))])),
        ("groupPackageListAdd", json!(["f43-new", "build", "bash"])),
        ("groupPackageListBlock", json!(["f43-new", "build", "bash"])),
        ("groupPackageListUnblock", json!(["f43-new", "build", "bash"])),
        ("groupPackageListAdd", json!(["f43-new", "build", "bash"])),
        ("groupPackageListRemove", json!(["f43-new", "build", "bash"])),
        ("groupListBlock", json!(["f43-new", "build"])),
        ("groupListUnblock", json!(["f43-new", "build"])),
        ("groupListAdd", json!(["f43-new", "build", named(json!({"description": "x"}))])),
        ("groupListRemove", json!(["f43-new", "build"])),
        ("addExternalRepoToTag", json!(["f43-new", "f43-bootstrap", 5])),
        ("editTagExternalRepo", json!(["f43-new", "f43-bootstrap", named(json!({"priority": 7}))])),
        ("removeExternalRepoFromTag", json!(["f43-new", "f43-bootstrap"])),
        ("deleteTag", json!(["f43-new"])),
        ("snapshotTag", json!(["f43", "f43-copy"])),
        ("cancelTask", json!([task])),
        ("build", json!(["git+https://src.example.test/rpms/bash.git#1", "f43-candidate"])),
        ("createSideTag", json!(["f43-build"])),
        ("listSideTags", json!([])),
    ] {
        take(&mut c, method, params);
    }
    for (method, params) in [
        ("packageListRemove", json!(["f43", "nodejs16", true])),
        ("createBuildTarget", json!(["new", "f43-build", "f43"])),
        ("editBuildTarget", json!(["new", "new", "f43-build", "f43-rebuild"])),
        ("deleteBuildTarget", json!(["new"])),
        ("grantPermission", json!(["kim", "infra"])),
        ("revokePermission", json!(["kim", "infra"])),
        ("writeSignedRPM", json!(["bash-5.3.0-1.fc43.x86_64", "31645531"])),
        ("newRepo", json!(["f43-build"])),
    ] {
        take(&mut admin, method, params);
    }
    let side = admin.ok("listSideTags", json!([]))[0]["id"].clone();
    take(&mut c, "removeSideTag", json!([side]));
    for (method, params) in [
        ("getAPIVersion", json!([])),
        ("getKojiVersion", json!([])),
        ("hello", json!([])),
        ("echo", json!([1])),
        ("system.listMethods", json!([])),
        ("getLastEvent", json!([])),
        ("getEvent", json!([event])),
        ("getEvent", json!([1, false])),
        ("count", json!(["listPackages", named(json!({"tagID": "f43"}))])),
        (
            "countAndFilterResults",
            json!([
                "listPackages",
                named(json!({"tagID": "f43", "filterOpts": {"order": "package_name", "limit": 2}}))
            ]),
        ),
        ("filterResults", json!(["listTagged", "f43", named(json!({"filterOpts": {"order": "-nvr", "limit": 2}}))])),
        ("getSessionInfo", json!([])),
        ("getSessionInfo", json!([true, "practice"])),
        ("getLoggedInUser", json!([])),
        ("getPerms", json!([])),
        ("hasPerm", json!(["tag"])),
        ("getUserPerms", json!(["kim"])),
        ("getUser", json!(["kim"])),
        ("getUser", json!(["nobody-here"])),
        ("listUsers", json!([])),
        ("getAllPerms", json!([])),
        ("getTag", json!(["f43"])),
        ("getTag", json!(["f43-updates-pending"])),
        ("getTag", json!(["no"])),
        ("getTag", json!(["f43", false, event])),
        ("getTag", json!(["f43-new", named(json!({"event": "auto"}))])),
        ("getTagID", json!(["f43"])),
        ("listTags", json!([])),
        ("listTags", json!([build])),
        ("listTags", json!([null, "bash"])),
        ("getBuildConfig", json!(["f43-build"])),
        ("tagChangedSinceEvent", json!([event, [1]])),
        ("getTagGroups", json!(["f43"])),
        ("getTagGroups", json!(["f43-build"])),
        ("getTagExternalRepos", json!([named(json!({"tag_info": "f43"}))])),
        ("getTagExternalRepos", json!([named(json!({"tag_info": "f43-build"}))])),
        ("getExternalRepo", json!(["f43-bootstrap"])),
        ("listExternalRepos", json!([])),
        ("getRepo", json!(["f43-build"])),
        ("repo.get", json!(["f43-build"])),
        ("repoInfo", json!([repo])),
        // What a request is, is recorded by repo.request.
        ("repo.queryQueue", json!([[["id", "=", 0]]])),
        ("tagLastChangeEvent", json!(["f43-build"])),
        ("getInheritanceData", json!(["f43"])),
        ("getFullInheritance", json!(["f43-build"])),
        ("getFullInheritance", json!(["f43", named(json!({"reverse": true}))])),
        ("getPackage", json!(["bash"])),
        ("getPackageID", json!(["bash"])),
        ("listPackages", json!(["f43", named(json!({"inherited": true}))])),
        ("listPackages", json!(["f43", named(json!({"with_owners": false}))])),
        ("listPackagesSimple", json!(["ba"])),
        ("checkTagPackage", json!(["f43", "bash"])),
        ("getPackageConfig", json!(["f43", "bash"])),
        ("getBuild", json!(["openssl-3.5.1-1.fc43"])),
        ("getBuild", json!(["rpm-6.0.0-9.fc43"])),
        ("getBuild", json!(["rpm-6.0.0-0.fc43"])),
        ("listBuilds", json!([])),
        ("listBuilds", json!([named(json!({"queryOpts": {"countOnly": true}}))])),
        ("getBuildType", json!(["Fedora-Server-dvd-43-20251101.n.1"])),
        ("listBTypes", json!([])),
        ("listTagged", json!(["f43"])),
        ("listTagged", json!(["f43", named(json!({"extra": true}))])),
        ("listTagged", json!(["f43-updates-candidate", named(json!({"inherit": true, "latest": true}))])),
        ("getLatestBuilds", json!(["f43-build"])),
        ("untaggedBuilds", json!([])),
        ("getBuildTarget", json!(["f43"])),
        ("getBuildTargets", json!([])),
        ("queryHistory", json!([named(json!({"tables": ["tag_listing", "tag_packages", "tag_package_owners"]}))])),
        ("queryHistory", json!([named(json!({"tables": ["tag_inheritance", "tag_config"]}))])),
        ("queryHistory", json!([named(json!({"tables": ["tag_listing"], "afterEvent": 40_000_300}))])),
        ("getTaskChildren", json!([task])),
        ("getTaskDescendents", json!([task])),
        ("getTaskInfo", json!([130_000_001])),
        ("getTaskInfo", json!([130_000_001, true])),
        ("getTaskInfo", json!([[130_000_001, 1]])),
        ("getTaskRequest", json!([130_000_001])),
        ("taskFinished", json!([task])),
        ("listTasks", json!([{"decode": true, "method": "tagBuild"}])),
        ("listTasks", json!([{"method": "build", "state": [2, 5]}])),
        ("listTaskOutput", json!([130_000_001, true])),
        ("listArchives", json!([build])),
        ("listRPMs", json!([build])),
        ("listBuildRPMs", json!([build])),
        ("listTaggedRPMS", json!(["f43", named(json!({"package": "bash", "latest": true, "rpmsigs": true}))])),
        ("listTaggedRPMS", json!(["f43", named(json!({"package": "bash", "arch": ["x86_64", "noarch"]}))])),
        ("getRPM", json!(["bash-5.3.1-1.fc43.x86_64"])),
        ("getRPM", json!(["bash-9-9.x86_64"])),
        ("queryRPMSigs", json!([42_000_001])),
        ("queryRPMSigs", json!([42_000_001, "deadbeef"])),
        ("mavenEnabled", json!([])),
        ("winEnabled", json!([])),
        ("getMavenBuild", json!([build])),
        ("getWinBuild", json!([build])),
        ("getImageBuild", json!([build])),
        ("getChangelogEntries", json!([build])),
        ("getBuildLogs", json!([build])),
        ("exclusiveSession", json!([])),
        ("sharedSession", json!([])),
        ("subsession", json!([])),
    ] {
        take(&mut c, method, params);
    }
    let mut failed = Value::Null;
    for _ in 0..200 {
        if c.ok("taskFinished", json!([failing])) == json!(true) {
            failed = c.ok("getTaskResult", json!([failing, false]));
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    seen.push(("getTaskResult".into(), failed));
    // In one go, before the builder takes it up.
    let asks = ["repo.request", "repo.checkRequest"];
    let params = [json!(["f43-build", named(json!({"force": true}))]), json!([1])];
    let calls: Vec<Value> =
        asks.iter().zip(params).map(|(method, params)| json!({"methodName": method, "params": params})).collect();
    let answers = c.ok("multiCall", json!([calls]));
    seen.extend((0..).zip(asks).map(|(at, method): (usize, _)| (method.to_owned(), answers[at][0].clone())));
    let opened = hub.anonymous().ok("login", json!(["kim", "kim-pw"]));
    seen.push(("login".into(), opened));
    let child = c.ok("subsession", json!([]))["session-id"].clone();
    seen.push(("logoutChild".into(), c.ok("logoutChild", json!([child]))));
    seen.push(("logout".into(), c.ok("logout", json!([]))));
    seen
}
