// SPDX-License-Identifier: GPL-3.0-or-later
//! Tasks, builds, and who may what.

use super::hub::{Client, Hub, named};
use serde_json::{Value, json};
use std::time::Duration;

#[test]
fn tasks_are_done_in_the_name_of_their_owner() {
    let hub = Hub::small();
    let mut nobody = hub.login("nobody");
    let mut admin = hub.login("admin");
    let nvr = "bash-5.3.1-1.fc43";
    let id = nobody.ok("tagBuild", json!(["f43-override", nvr]));
    let task = wait(&mut nobody, &id);
    assert_eq!((&task["state"], &task["method"]), (&json!(2), &json!("tagBuild")));
    assert_eq!(nobody.ok("getTaskResult", json!([id])), Value::Null);
    // The checks are made again by the task.
    let id = nobody.ok("tagBuild", json!(["f43-override", nvr]));
    assert_eq!(wait(&mut nobody, &id)["state"], 5);
    let text = format!("build {nvr} already tagged (f43-override)");
    assert_eq!(nobody.fault("getTaskResult", json!([id])), (1003, text.clone()));
    assert_eq!(nobody.ok("getTaskResult", json!([id, false])), json!({"faultCode": 1003, "faultString": text}));
    // A move that cannot tag does not untag either.
    let id = nobody.ok("moveBuild", json!(["f43-override", "f43-updates-candidate", nvr]));
    assert_eq!(wait(&mut nobody, &id)["state"], 2);
    admin.ok("tagBuildBypass", json!(["f43-override", nvr]));
    let id = nobody.ok("moveBuild", json!(["f43-override", "f43-updates-candidate", nvr]));
    assert_eq!(wait(&mut nobody, &id)["state"], 5);
    let tags = nobody.ok("listTags", json!([nvr]));
    assert_eq!(tags.as_array().unwrap().len(), 2);
    let denied = (1004, "policy violation (tag): this user may not tag into or out of this tag".to_owned());
    assert_eq!(nobody.fault("tagBuild", json!(["f43", nvr])), denied);
    assert_eq!(nobody.fault("untagBuild", json!(["f43", "bash-5.3.0-1.fc43"])), denied);
    assert_eq!(
        nobody.fault("tagBuildBypass", json!(["f43", nvr])),
        (1004, "tag permission required (logged in as nobody)".into())
    );
    let other = hub.login("kim").fault("cancelTask", json!([id]));
    assert_eq!(other, (1004, "Cannot cancel task, not owner".into()));
}

/// A task once it is over.
fn wait(client: &mut Client, id: &Value) -> Value {
    for _ in 0..500 {
        if client.ok("taskFinished", json!([id])) == json!(true) {
            return client.ok("getTaskInfo", json!([id, true]));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("task {id} does not end");
}

/// A build's task from free to its end, and the build beside it.
#[test]
fn builds_end_as_their_commits_say() {
    let hub = Hub::small();
    let (mut nobody, mut anonymous) = (hub.login("nobody"), hub.anonymous());
    let source = |package: &str, commit: &str| format!("git+https://src.example.test/rpms/{package}.git#{commit}");
    let mut ended = |package: &str, target: &str, commit: &str| {
        let id = nobody.ok("build", json!([source(package, commit), target, {"fail_fast": true}, 5]));
        let state = wait(&mut nobody, &id)["state"].clone();
        let builds = nobody.ok("listBuilds", json!([named(json!({"taskID": id}))]));
        let fault = if state == 5 { nobody.ok("getTaskResult", json!([id, false])) } else { Value::Null };
        let told = |build: &Value| (build["nvr"].as_str().unwrap().to_owned(), build["state"].as_i64().unwrap());
        (fault["faultString"].as_str().unwrap_or_default().to_owned(), builds.as_array().unwrap().first().map(told))
    };
    assert_eq!(ended("bash", "f43-candidate", "1"), (String::new(), Some(("bash-5.3.1-2.fc43".into(), 1))));
    let (why, build) = ended("bash", "f43-candidate", "bad1");
    assert!(why.starts_with("BuildError: error building package bash (arch x86_64)"), "{why}");
    assert_eq!(build, Some(("bash-5.3.1-3.fc43".into(), 3)));
    for (package, target, commit, why) in [
        ("bash", "f43-candidate", "dead", "BuildError: Error running GIT command \"git fetch origin dead\""),
        ("bash", "nope", "1", "GenericError: unknown build target: nope"),
        ("python2.7", "f43-candidate", "1", "BuildError: package python2.7 is blocked for tag f43-updates-candidate"),
        (
            "never-seen",
            "f43-candidate",
            "1",
            "BuildError: package never-seen not in list for tag f43-updates-candidate",
        ),
    ] {
        let (told, build) = ended(package, target, commit);
        assert!(told.starts_with(why) && build.is_none(), "{told}");
    }
    let tags = anonymous.ok("listTags", json!(["bash-5.3.1-2.fc43"]));
    assert_eq!(tags[0]["name"], "f43-updates-candidate");
    let login = (1004, "you must be logged in for this operation".to_owned());
    assert_eq!(anonymous.fault("build", json!([source("bash", "1"), "f43-candidate"])), login);
    let early = json!([source("bash", "1"), "f43-candidate", null, -1]);
    let denied = (1004, "only admins may create high-priority tasks".to_owned());
    assert_eq!(hub.login("kim").fault("build", early), denied);
}

#[test]
fn locks_permissions_and_the_policy_give_way_to_an_administrator_with_force() {
    let hub = Hub::small();
    let (mut practice, mut admin) = (hub.login("practice"), hub.login("admin"));
    let force = named(json!({"force": true}));
    let nvr = "bash-5.3.1-1.fc43";
    for (tag, text) in [("f42", "tag is locked"), ("f43-updates-pending", "tag requires autosign permission")] {
        let refused = (1004, text.to_owned());
        assert_eq!(practice.fault("tagBuildBypass", json!([tag, nvr])), refused);
        assert_eq!(practice.fault("tagBuildBypass", json!([tag, nvr, force])), refused);
        assert_eq!(admin.fault("tagBuildBypass", json!([tag, nvr])), refused);
        admin.ok("tagBuildBypass", json!([tag, nvr, force]));
    }
    // massTag looks at neither.
    practice.ok("massTag", json!(["f42", ["coreutils-9.7-3.fc43"]]));
    let removal = json!(["f43", "bash"]);
    let denied = "policy violation (package_list): packages are blocked, not removed";
    assert_eq!(practice.fault("packageListRemove", removal.clone()), (1004, denied.into()));
    assert_eq!(admin.fault("packageListRemove", removal), (1004, denied.into()));
    admin.ok("packageListRemove", json!(["f43", "bash", true]));
    assert_eq!(
        hub.login("nobody").fault("packageListBlock", json!(["f43", "glibc"])),
        (1004, "policy violation (package_list): Only admin/tag can do this via default policy".into())
    );
}
