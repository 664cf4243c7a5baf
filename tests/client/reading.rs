// SPDX-License-Identifier: GPL-3.0-or-later
//! Every question of a Reader: what is sent, and what is made of recorded answers.

use crate::recorded::{answer, value};
use crate::server::{Reply, Seen, Server};
use flr::error::{Error, Kind};
use flr::koji::{
    BuildState, Fault, HistoryKind, HistoryQuery, Hub, Inherit, Reader, Rows, Tagged, TaskResult,
    TaskState,
};
use flr::names::{BuildId, EventId, Nvr, PackageName, TagName, TaskId};
use serde_json::{Value, json};

fn tag(name: &str) -> TagName {
    name.parse().unwrap()
}

fn nvr(name: &str) -> Nvr {
    name.parse().unwrap()
}

/// Asks, and hands back what was sent; the script must be used up.
fn ask<T>(script: Vec<(&str, Reply)>, question: impl FnOnce(&Hub) -> T) -> (T, Vec<Seen>) {
    let server = Server::new(script);
    let (hub, _) = server.hub();
    let result = question(&hub);
    (result, server.seen())
}

fn members(values: impl IntoIterator<Item = Value>) -> Reply {
    Reply::value(values.into_iter().collect())
}

#[test]
fn tags() {
    let (found, seen) = ask(vec![("getTag", answer("getTag"))], |hub| {
        hub.tag(&tag("f43-build"))
    });
    let found = found.unwrap().unwrap();
    assert_eq!(
        (found.id, found.name.as_str(), found.locked),
        (89272, "f43-build", false)
    );
    assert_eq!(
        (found.perm, found.arches.as_str()),
        (None, "x86_64 aarch64 ppc64le s390x i686")
    );
    assert_eq!(seen[0].params, [json!("f43-build")]);
    // Reading is anonymous.
    assert_eq!(seen[0].session(), [None; 3]);
    let (found, _) = ask(vec![("getTag", answer("getTag-missing-nil"))], |hub| {
        hub.tag(&tag("nope"))
    });
    assert!(found.unwrap().is_none());
    // Stored control characters come raw, and are somewhere we do not look.
    let ill = answer("control-char-in-answer-ill-formed-xml");
    let (found, _) = ask(vec![("getTag", ill)], |hub| hub.tag(&tag("f43-infra")));
    assert_eq!(found.unwrap().unwrap().id, 89430);
}

#[test]
fn inheritance_in_the_order_koji_looks() {
    let script = vec![("getFullInheritance", answer("getFullInheritance"))];
    let (parents, seen) = ask(script, |hub| hub.inheritance(&tag("f43-build")));
    let parents = parents.unwrap();
    let begin: Vec<_> = parents
        .iter()
        .take(3)
        .map(|p| (p.name.as_str(), p.depth, p.priority))
        .collect();
    assert_eq!(
        begin,
        [("f43-override", 1, 0), ("f43-updates", 2, 0), ("f43", 3, 0)]
    );
    assert_eq!(seen[0].params, [json!("f43-build")]);
    let script = vec![
        ("getFullInheritance", answer("listTagged-missing-tag")),
        ("getTag", answer("getTag-missing-nil")),
    ];
    let error = ask(script, |hub| hub.inheritance(&tag("nope")))
        .0
        .unwrap_err();
    assert!(
        error.what.starts_with("no such tag at 127.0.0.1:") && error.what.ends_with(": nope"),
        "{error}"
    );
}

#[test]
fn builds_by_name() {
    let reply = members([
        value("getBuild-nvr"),
        value("getBuild-missing-nil"),
        value("getBuild-image"),
        value("getBuild-failed"),
        value("getBuild-building"),
    ]);
    let nvrs = ["bash-5.3.0-2.fc43", "a-1-1", "b-1-1", "c-1-1", "d-1-1"].map(nvr);
    let (found, seen) = ask(vec![("multiCall", reply)], |hub| hub.builds(&nvrs));
    let found = found.unwrap();
    let bash = found[0].as_ref().unwrap();
    assert_eq!(bash.nvr, nvrs[0]);
    assert_eq!(
        (bash.id, bash.epoch, bash.task),
        (BuildId(2_839_472), None, Some(TaskId(130_602_284)))
    );
    assert_eq!(
        bash.completed.as_deref(),
        Some("2025-06-05 23:38:22.107072+00:00")
    );
    assert_eq!(
        (bash.owner.as_str(), bash.volume.as_str()),
        ("releng", "DEFAULT")
    );
    assert!(
        bash.source
            .as_deref()
            .unwrap()
            .starts_with("git+https://src.example.test/rpms/bash.git#")
    );
    assert!(found[1].is_none());
    let states: Vec<_> = found.iter().flatten().map(|build| build.state).collect();
    assert_eq!(
        states,
        [
            BuildState::Complete,
            BuildState::Complete,
            BuildState::Failed,
            BuildState::Building
        ]
    );
    assert_eq!(
        seen[0].params[0][1],
        json!({"methodName": "getBuild", "params": ["a-1-1"]})
    );
}

#[test]
fn many_builds_are_asked_for_by_two_hundred() {
    let nvrs: Vec<Nvr> = (0..401).map(|n| nvr(&format!("p-{n}-1"))).collect();
    let nothing = |count| ("multiCall", members(vec![json!([null]); count]));
    let (found, seen) = ask(vec![nothing(200), nothing(200), nothing(1)], |hub| {
        hub.builds(&nvrs)
    });
    assert_eq!(found.unwrap().len(), 401);
    assert_eq!(
        seen[2].params[0],
        json!([{"methodName": "getBuild", "params": ["p-400-1"]}])
    );
    let (found, _) = ask(vec![], |hub| hub.builds(&[]));
    assert!(found.unwrap().is_empty());
    let (found, _) = ask(vec![nothing(2)], |hub| hub.builds(&nvrs[..3]));
    assert!(found.unwrap_err().what.contains("2 answers to 3 calls"));
}

#[test]
fn tags_of_builds() {
    let nvrs = ["bash-5.3.0-2.fc43", "gone-1-1", "gone-2-1"].map(nvr);
    let unknown = json!({"faultCode": 1000, "faultString": "No such build: x", "traceback": []});
    let script = vec![("multiCall", members([value("listTags-build"), json!([[]])]))];
    let (found, seen) = ask(script, |hub| hub.tags_of(&nvrs[..2]));
    assert_eq!(found.unwrap(), [vec![tag("f43")], vec![]]);
    assert_eq!(
        seen[0].params[0][0],
        json!({"methodName": "listTags", "params": [{"build": "bash-5.3.0-2.fc43", "__starstar": true}]})
    );
    // All that do not exist are named at once, and only those.
    let script = vec![
        (
            "multiCall",
            members([value("listTags-build"), unknown.clone(), unknown.clone()]),
        ),
        ("multiCall", members([json!([null]), json!([null])])),
    ];
    let error = ask(script, |hub| hub.tags_of(&nvrs)).0.unwrap_err();
    assert!(error.what.ends_with(": gone-1-1, gone-2-1"), "{error}");
    // A fault about a build that is there is told as it is.
    let script = vec![
        ("multiCall", members([unknown])),
        ("multiCall", members([value("getBuild-nvr")])),
    ];
    let error = ask(script, |hub| hub.tags_of(&nvrs[..1])).0.unwrap_err();
    assert!(
        error.what.contains("listTags of bash-5.3.0-2.fc43") && error.what.contains("fault 1000"),
        "{error}"
    );
}

#[test]
fn rows_of_a_tag() {
    let script = vec![("queryHistory", answer("queryHistory-tag-package"))];
    let which = Rows {
        package: Some("bash".parse().unwrap()),
        ..Rows::default()
    };
    let (rows, seen) = ask(script, |hub| hub.tag_rows(&tag("f43"), &which));
    let rows = rows.unwrap();
    assert!(rows.is_sorted_by_key(|row| row.created));
    assert_eq!(rows[0].nvr, nvr("bash-5.3.0-2.fc43"));
    assert!(rows[0].active());
    assert_eq!(
        (rows[0].created, rows[0].creator.as_str()),
        (EventId(40_126_245), "releng")
    );
    assert!((rows[0].changed_at - 1_749_166_608.287_964).abs() < 1e-6);
    assert_eq!(rows[1].nvr, nvr("bash-5.2.37-1.fc43"));
    assert_eq!(
        (rows[1].revoked, rows[1].revoker.as_deref()),
        (Some(EventId(40_152_220)), Some("bodhi"))
    );
    assert!((rows[1].changed_at - 1_754_373_879.313_103).abs() < 1e-6);
    let wanted =
        json!({"tables": ["tag_listing"], "tag": "f43", "package": "bash", "__starstar": true});
    assert_eq!(seen[0].params, [wanted]);

    let which = Rows {
        active_only: true,
        after: Some(EventId(40_174_320)),
        package: None,
    };
    let script = vec![("queryHistory", answer("settle-queryHistory-afterEvent"))];
    let (rows, seen) = ask(script, |hub| hub.tag_rows(&tag("flr-settle"), &which));
    assert!(
        rows.unwrap()
            .iter()
            .all(|row| row.created > EventId(40_174_320))
    );
    let wanted = json!({"tables": ["tag_listing"], "tag": "flr-settle", "active": true, "afterEvent": 40_174_320, "__starstar": true});
    assert_eq!(seen[0].params, [wanted]);
    let script = vec![("queryHistory", answer("queryHistory-empty"))];
    assert!(
        ask(script, |hub| hub
            .tag_rows(&tag("f43-empty"), &Rows::default()))
        .0
        .unwrap()
        .is_empty()
    );
}

#[test]
fn rows_of_what_does_not_exist() {
    let which = Rows {
        package: Some("never-seen".parse().unwrap()),
        ..Rows::default()
    };
    let fault = || {
        (
            "queryHistory",
            Reply::fault(1000, "No such entry in table package: never-seen"),
        )
    };
    let script = vec![
        fault(),
        ("getTag", answer("getTag")),
        ("multiCall", members([json!([null])])),
    ];
    let error = ask(script, |hub| hub.tag_rows(&tag("f43"), &which))
        .0
        .unwrap_err();
    assert!(
        error.what.starts_with("no such package at") && error.what.ends_with(": never-seen"),
        "{error}"
    );
    let script = vec![fault(), ("getTag", answer("getTag-missing-nil"))];
    let error = ask(script, |hub| hub.tag_rows(&tag("nope"), &which))
        .0
        .unwrap_err();
    assert!(error.what.ends_with(": nope"), "{error}");
    // Neither is to blame.
    let script = vec![("queryHistory", Reply::fault(1, "boom"))];
    let error = ask(script, |hub| hub.tag_rows(&tag("f43"), &which))
        .0
        .unwrap_err();
    assert!(error.what.contains("hub fault 1: boom"), "{error}");
}

#[test]
fn package_lists() {
    let (list, seen) = ask(vec![("listPackages", answer("listPackages-user"))], |hub| {
        hub.package_list(&tag("f43"), Inherit::Inherited)
    });
    let list = list.unwrap();
    assert!(list.len() > 10 && list.is_sorted_by_key(|entry| entry.package.clone()));
    let wanted =
        json!({"tagID": "f43", "inherited": true, "with_blocked": true, "__starstar": true});
    assert_eq!(seen[0].params, [wanted]);
    let (list, _) = ask(
        vec![("listPackages", answer("listPackages-blocked"))],
        |hub| hub.package_list(&tag("f43"), Inherit::Direct),
    );
    let blocked = &list.unwrap()[0];
    assert_eq!(
        (blocked.package.as_str(), blocked.tag.as_str()),
        ("retired-alpha-cobalt", "f43")
    );
    assert!(blocked.blocked && blocked.extra_arches.is_none());
    assert_eq!(blocked.owner.as_ref().unwrap().as_str(), "atanaka449");
    let script = vec![
        ("listPackages", answer("listPackages-missing-tag")),
        ("getTag", answer("getTag-missing-nil")),
    ];
    let error = ask(script, |hub| {
        hub.package_list(&tag("nope"), Inherit::Direct)
    })
    .0
    .unwrap_err();
    assert!(error.what.ends_with(": nope"), "{error}");
}

#[test]
fn single_entries_of_package_lists() {
    let names: Vec<PackageName> = ["bash", "never-seen", "unlisted"]
        .map(|n| n.parse().unwrap())
        .into();
    let unknown = json!({"faultCode": 1000, "faultString": "No such entry in table package: x", "traceback": []});
    let script = vec![
        (
            "multiCall",
            members([value("listPackages-pkg"), unknown.clone(), json!([[]])]),
        ),
        ("getTag", answer("getTag")),
        ("multiCall", members([json!([null])])),
    ];
    let (found, seen) = ask(script, |hub| {
        hub.package_entries(&tag("f43"), &names, Inherit::Inherited)
    });
    let found = found.unwrap();
    assert_eq!(
        found[0].as_ref().unwrap().owner.as_ref().unwrap().as_str(),
        "nsmith609"
    );
    assert_eq!(found[1..], [None, None]);
    let wanted = json!({"tagID": "f43", "pkgID": "bash", "inherited": true, "with_blocked": true, "__starstar": true});
    assert_eq!(seen[0].params[0][0]["params"], json!([wanted]));
    assert_eq!(
        seen[2].params[0],
        json!([{"methodName": "getPackage", "params": ["never-seen"]}])
    );
    let script = vec![
        (
            "multiCall",
            members([unknown.clone(), unknown.clone(), unknown]),
        ),
        ("getTag", answer("getTag-missing-nil")),
    ];
    let (found, _) = ask(script, |hub| {
        hub.package_entries(&tag("nope"), &names, Inherit::Direct)
    });
    assert!(found.unwrap_err().what.ends_with(": nope"));
}

#[test]
fn what_koji_calls_tagged() {
    let mut query = Tagged {
        tag: tag("f43"),
        event: None,
        inherit: Inherit::Direct,
        latest: true,
        package: Some("bash".parse().unwrap()),
        kind: None,
    };
    let (builds, seen) = ask(vec![("listTagged", answer("listTagged-latest"))], |hub| {
        hub.tagged(&query)
    });
    let build = &builds.unwrap()[0];
    assert_eq!(build.nvr, nvr("bash-5.3.0-2.fc43"));
    assert_eq!((build.id, build.tag.as_str()), (BuildId(2_839_472), "f43"));
    assert_eq!(
        (build.created, build.owner.as_str()),
        (EventId(40_126_245), "releng")
    );
    let wanted = json!({"inherit": false, "latest": true, "package": "bash", "__starstar": true});
    assert_eq!(seen[0].params, [json!("f43"), wanted]);
    query = Tagged {
        event: Some(EventId(7)),
        inherit: Inherit::Inherited,
        latest: false,
        package: None,
        kind: Some("image".into()),
        ..query
    };
    let (builds, seen) = ask(
        vec![("listTagged", answer("listTagged-type-image"))],
        |hub| hub.tagged(&query),
    );
    assert_eq!(builds.unwrap().len(), 12);
    let wanted =
        json!({"event": 7, "inherit": true, "latest": false, "type": "image", "__starstar": true});
    assert_eq!(seen[0].params[1], wanted);
    query.event = None;
    let script = vec![
        ("listTagged", answer("listTagged-missing-tag")),
        ("getTag", answer("getTag-missing-nil")),
    ];
    let error = ask(script, |hub| hub.tagged(&query)).0.unwrap_err();
    assert!(error.what.starts_with("no such tag"), "{error}");
    let script = vec![
        ("listTagged", answer("listTagged-type-bad")),
        ("getTag", answer("getTag")),
    ];
    let error = ask(script, |hub| hub.tagged(&query)).0.unwrap_err();
    assert!(error.what.contains("hub fault"), "{error}");
}

#[test]
fn history_of_a_tag() {
    let script = vec![("queryHistory", answer("settle-unblock-history-after"))];
    let query = HistoryQuery {
        tag: Some(tag("flr-settle")),
        ..HistoryQuery::default()
    };
    let (events, seen) = ask(script, |hub| hub.history(&query));
    let events = events.unwrap();
    assert!(events.is_sorted_by_key(|event| event.event));
    let kinds: Vec<_> = events.iter().map(|e| e.kind).collect();
    assert!(
        kinds.contains(&HistoryKind::PackageBlocked)
            && kinds.contains(&HistoryKind::PackageUnblocked)
    );
    let wanted =
        json!({"tables": ["tag_listing", "tag_packages"], "tag": "flr-settle", "__starstar": true});
    assert_eq!(seen[0].params, [wanted]);

    // A retagging: the end and the new beginning have one number.
    let script = vec![("queryHistory", answer("settle-retag-history"))];
    let query = HistoryQuery {
        build: Some(nvr("a-1-1")),
        ..HistoryQuery::default()
    };
    let (events, seen) = ask(script, |hub| hub.history(&query));
    let events = events.unwrap();
    let pair = events
        .windows(2)
        .find(|pair| pair[0].event == pair[1].event)
        .unwrap();
    assert_eq!(
        (pair[0].kind, pair[1].kind),
        (HistoryKind::Untagged, HistoryKind::Tagged)
    );
    assert!(!pair[0].active && pair[1].active);
    let wanted = json!({"tables": ["tag_listing"], "build": "a-1-1", "__starstar": true});
    assert_eq!(seen[0].params, [wanted]);
}

#[test]
fn history_after_an_event_leaves_out_what_was_before() {
    let script = vec![("queryHistory", answer("queryHistory-tag-package"))];
    let query = HistoryQuery {
        tag: Some(tag("f43")),
        after: Some(EventId(40_152_219)),
        ..HistoryQuery::default()
    };
    let (events, _) = ask(script, |hub| hub.history(&query));
    let first = &events.unwrap()[0];
    // The build was tagged at 40152219 and untagged after it.
    assert_eq!(
        (first.event, first.kind),
        (EventId(40_152_220), HistoryKind::Untagged)
    );
    assert_eq!(
        (first.subject.as_str(), first.by.as_deref()),
        ("bash-5.2.37-1.fc43", Some("bodhi"))
    );
    assert!((first.at - 1_754_373_879.313_103).abs() < 1e-6);
}

#[test]
fn history_of_what_does_not_exist() {
    let query = HistoryQuery {
        build: Some(nvr("gone-1-1")),
        ..HistoryQuery::default()
    };
    let script = vec![
        (
            "queryHistory",
            Reply::fault(1000, "No such build: 'gone-1-1'"),
        ),
        ("multiCall", members([json!([null])])),
    ];
    let error = ask(script, |hub| hub.history(&query)).0.unwrap_err();
    assert!(
        error.what.starts_with("no such build") && error.what.ends_with("gone-1-1"),
        "{error}"
    );
}

#[test]
fn users_and_events() {
    let (event, _) = ask(
        vec![("getLastEvent", answer("getLastEvent"))],
        Reader::last_event,
    );
    assert_eq!(event, Ok(EventId(40_174_317)));
    let name = "releng".parse().unwrap();
    let (user, _) = ask(vec![("getUser", answer("getUser"))], |hub| hub.user(&name));
    let user = user.unwrap().unwrap();
    assert_eq!((user.id, user.name.as_str()), (2, "releng"));
    let (user, _) = ask(vec![("getUser", answer("getUser-nil"))], |hub| {
        hub.user(&name)
    });
    assert_eq!(user, Ok(None));
}

#[test]
fn tasks_and_their_owners() {
    let script = || {
        vec![
            (
                "multiCall",
                members([value("getTaskInfo-request"), value("getTaskInfo-nil")]),
            ),
            ("multiCall", members([value("getUser")])),
            // The owner's name is known by now.
            ("multiCall", members([value("getTaskInfo-request")])),
        ]
    };
    let ids = [TaskId(130_602_284), TaskId(1)];
    let (tasks, seen) = ask(script(), |hub| {
        let first = hub.tasks(&ids).unwrap();
        (first, hub.tasks(&ids[..1]).unwrap())
    });
    let task = tasks.0[0].as_ref().unwrap();
    assert_eq!(
        (task.id, task.method.as_str(), task.state),
        (ids[0], "build", TaskState::Closed)
    );
    assert_eq!(
        (task.owner.as_deref(), task.arch.as_str()),
        (Some("releng"), "noarch")
    );
    assert_eq!(task.request.as_ref().unwrap()[1], json!("f43-rebuild"));
    assert_eq!(
        task.created.as_deref(),
        Some("2025-06-05 23:28:02.107072+00:00")
    );
    assert!(tasks.0[1].is_none());
    assert_eq!(
        tasks.1[0].as_ref().unwrap().owner.as_deref(),
        Some("releng")
    );
    assert_eq!(
        seen[0].params[0][1],
        json!({"methodName": "getTaskInfo", "params": [1, {"request": true, "__starstar": true}]})
    );
    assert_eq!(
        seen[1].params[0],
        json!([{"methodName": "getUser", "params": [2]}])
    );
}

#[test]
fn results_of_tasks() {
    let result = |name| {
        let (result, seen) = ask(vec![("getTaskResult", answer(name))], |hub| {
            hub.task_result(TaskId(7))
        });
        assert_eq!(
            seen[0].params,
            [json!(7), json!({"raise_fault": false, "__starstar": true})]
        );
        result
    };
    assert!(
        matches!(result("getTaskResult"), Ok(TaskResult::Value(value)) if value == json!(2_839_472))
    );
    let fault = Fault {
        code: 1000,
        text: "GenericError: něco selhalo <&> 失败".into(),
    };
    assert!(
        matches!(result("getTaskResult-fault-noraise"), Ok(TaskResult::Fault(f)) if f == fault)
    );
    let error = result("getTaskResult-unfinished").unwrap_err();
    assert!(
        error.what.contains("getTaskResult of 7 at 127.0.0.1"),
        "{error}"
    );
}

#[test]
fn raw_calls_read_and_do_nothing_else() {
    let script = vec![("getTag", answer("getTag"))];
    let args = [
        json!("f43"),
        json!({"strict": true, "__starstar": true}),
        json!([1, null, 2.5, 5_000_000_000_u64]),
    ];
    let (value, seen) = ask(script, |hub| hub.call("getTag", &args));
    assert_eq!(value.unwrap()["extra"]["repo.auto"], json!(true));
    assert_eq!(seen[0].params, args);
    let nested = [
        json!([{"methodName": "getTag", "params": []}, {"methodName": "system.multicall", "params": [[{"methodName": "login", "params": ["a", "b"]}]]}]),
    ];
    let refused = |method: &str, args: &[Value]| -> Error {
        ask(vec![], |hub| hub.call(method, args)).0.unwrap_err()
    };
    for method in ["login", "sslLogin", "krbLogin", "subsession", "logout"] {
        assert_eq!(refused(method, &[]).kind, Kind::Usage);
    }
    assert_eq!(refused("multiCall", &nested).kind, Kind::Usage);
    // What cannot be written as XML, or not as a number koji takes.
    assert!(
        refused("echo", &[json!({"a": ["x\u{1b}y"]})])
            .what
            .contains("U+001B")
    );
    assert!(refused("echo", &[json!("a\r\nb")]).what.contains("U+000D"));
    assert!(refused("echo", &[json!(u64::MAX)]).what.contains("64 bits"));
    assert!(
        refused("echo", &[json!("x".repeat(5_000_000))])
            .what
            .contains("4194304")
    );
    let (value, _) = ask(vec![("noSuchMethod", answer("unknown-method"))], |hub| {
        hub.call("noSuchMethod", &[])
    });
    let error = value.unwrap_err();
    assert!(
        error
            .what
            .contains("hub fault 1000: Invalid method: noSuchMethod"),
        "{error}"
    );
}

#[test]
fn names_that_are_none_are_named() {
    let build = |nvr: &str| json!({"build_id": 1, "nvr": nvr, "epoch": null, "tag_name": "f43", "owner_name": "a", "create_event": 5});
    let query = Tagged {
        tag: tag("f43"),
        event: None,
        inherit: Inherit::Direct,
        latest: false,
        package: None,
        kind: None,
    };
    let bad: Vec<Value> = ["ok-1-1", "evil\u{1b}[2J-1-1", "no", "a b-1-1", "x/../y-1-1"]
        .map(build)
        .into();
    let (result, _) = ask(vec![("listTagged", Reply::value(json!(bad)))], |hub| {
        hub.tagged(&query)
    });
    let error = result.unwrap_err();
    assert_eq!(error.kind, Kind::Failed);
    for part in [
        "listTagged at 127.0.0.1:",
        "\"no\" is not a build",
        "\"a b-1-1\"",
        "\"x/../y-1-1\"",
    ] {
        assert!(error.what.contains(part), "{error}");
    }
    assert!(!error.what.contains('\u{1b}'));
    let many: Vec<Value> = (0..1000).map(|n| build(&format!("bad{n}"))).collect();
    let (result, _) = ask(vec![("listTagged", Reply::value(json!(many)))], |hub| {
        hub.tagged(&query)
    });
    let error = result.unwrap_err();
    assert!(
        error.what.ends_with("and 995 more") && error.what.len() < 1000,
        "{error}"
    );
    // A row whose parts do not make the name they seem to.
    let row = json!({"tag_listing": [{"build_id": 1, "name": "a", "version": "1-2", "release": "3", "epoch": null,
        "tag.name": "f43", "active": true, "create_event": 1, "create_ts": 1.0, "creator_name": "x",
        "revoke_event": null, "revoke_ts": null, "revoker_name": null}]});
    let (result, _) = ask(vec![("queryHistory", Reply::value(row))], |hub| {
        hub.tag_rows(&tag("f43"), &Rows::default())
    });
    assert!(result.unwrap_err().what.contains("a-1-2-3"));
}
