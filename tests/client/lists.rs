// SPDX-License-Identifier: GPL-3.0-or-later
//! Package lists, history, users, tasks and raw calls.

use crate::reading::{ask, members, nvr, tag};
use crate::recorded::{answer, value};
use crate::server::Reply;
use flr::error::{Error, Kind};
use flr::koji::{
    BuildQuery, BuildState, Fault, HistoryKind, HistoryQuery, Inherit, Reader, TaskQuery, TaskResult, TaskState,
};
use flr::names::{EventId, PackageName, ScmUrl, TaskId};
use serde_json::{Value, json};

#[test]
fn package_lists() {
    let (list, seen) = ask(vec![("listPackages", answer("listPackages-user"))], |hub| {
        hub.package_list(&tag("f43"), Inherit::Inherited)
    });
    let list = list.unwrap();
    assert!(list.len() > 10 && list.is_sorted_by_key(|entry| entry.package.clone()));
    let wanted = json!({"tagID": "f43", "inherited": true, "with_blocked": true, "__starstar": true});
    assert_eq!(seen[0].params, [wanted]);
    let (list, _) = ask(vec![("listPackages", answer("listPackages-blocked"))], |hub| {
        hub.package_list(&tag("f43"), Inherit::Direct)
    });
    let blocked = &list.unwrap()[0];
    assert_eq!((blocked.package.as_str(), blocked.tag.as_str()), ("retired-alpha-cobalt", "f43"));
    assert!(blocked.blocked && blocked.extra_arches.is_none());
    assert_eq!(blocked.owner.as_ref().unwrap().as_str(), "atanaka449");
    let script = vec![("listPackages", answer("listPackages-missing-tag")), ("getTag", answer("getTag-missing-nil"))];
    let error = ask(script, |hub| hub.package_list(&tag("nope"), Inherit::Direct)).0.unwrap_err();
    assert!(error.what.ends_with(": nope"), "{error}");
}

#[test]
fn single_entries_of_package_lists() {
    let names: Vec<PackageName> = ["bash", "never-seen", "unlisted"].map(|n| n.parse().unwrap()).into();
    let unknown = json!({"faultCode": 1000, "faultString": "No such entry in table package: x", "traceback": []});
    let script = vec![
        ("multiCall", members([value("listPackages-pkg"), unknown.clone(), json!([[]])])),
        ("getTag", answer("getTag")),
        ("multiCall", members([json!([null])])),
    ];
    let (found, seen) = ask(script, |hub| hub.package_entries(&tag("f43"), &names, Inherit::Inherited));
    let found = found.unwrap();
    assert_eq!(found[0].as_ref().unwrap().owner.as_ref().unwrap().as_str(), "nsmith609");
    assert_eq!(found[1..], [None, None]);
    let wanted = json!({"tagID": "f43", "pkgID": "bash", "inherited": true, "with_blocked": true, "__starstar": true});
    assert_eq!(seen[0].params[0][0]["params"], json!([wanted]));
    assert_eq!(seen[2].params[0], json!([{"methodName": "getPackage", "params": ["never-seen"]}]));
    let script = vec![
        ("multiCall", members([unknown.clone(), unknown.clone(), unknown])),
        ("getTag", answer("getTag-missing-nil")),
    ];
    let (found, _) = ask(script, |hub| hub.package_entries(&tag("nope"), &names, Inherit::Direct));
    assert!(found.unwrap_err().what.ends_with(": nope"));
}

#[test]
fn history_of_a_tag() {
    let script = vec![("queryHistory", answer("settle-unblock-history-after"))];
    let query = HistoryQuery { tag: Some(tag("flr-settle")), ..HistoryQuery::default() };
    let (events, seen) = ask(script, |hub| hub.history(&query));
    let events = events.unwrap();
    assert!(events.is_sorted_by_key(|event| event.event));
    let kinds: Vec<_> = events.iter().map(|e| e.kind).collect();
    assert!(kinds.contains(&HistoryKind::PackageBlocked) && kinds.contains(&HistoryKind::PackageUnblocked));
    let wanted = json!({"tables": ["tag_listing", "tag_packages"], "tag": "flr-settle", "__starstar": true});
    assert_eq!(seen[0].params, [wanted]);

    // A retagging: the end and the new beginning have one number.
    let script = vec![("queryHistory", answer("settle-retag-history"))];
    let query = HistoryQuery { build: Some(nvr("a-1-1")), ..HistoryQuery::default() };
    let (events, seen) = ask(script, |hub| hub.history(&query));
    let events = events.unwrap();
    let pair = events.windows(2).find(|pair| pair[0].event == pair[1].event).unwrap();
    assert_eq!((pair[0].kind, pair[1].kind), (HistoryKind::Untagged, HistoryKind::Tagged));
    assert!(!pair[0].active && pair[1].active);
    let wanted = json!({"tables": ["tag_listing"], "build": "a-1-1", "__starstar": true});
    assert_eq!(seen[0].params, [wanted]);
}

#[test]
fn history_after_an_event_leaves_out_what_was_before() {
    let script = vec![("queryHistory", answer("queryHistory-tag-package"))];
    let query = HistoryQuery { tag: Some(tag("f43")), after: Some(EventId(40_152_219)), ..HistoryQuery::default() };
    let (events, _) = ask(script, |hub| hub.history(&query));
    let first = &events.unwrap()[0];
    // The build was tagged at 40152219 and untagged after it.
    assert_eq!((first.event, first.kind), (EventId(40_152_220), HistoryKind::Untagged));
    assert_eq!((first.subject.as_str(), first.by.as_deref()), ("bash-5.2.37-1.fc43", Some("bodhi")));
    assert!((first.at - 1_754_373_879.313_103).abs() < 1e-6);
}

#[test]
fn history_of_what_does_not_exist() {
    let query = HistoryQuery { build: Some(nvr("gone-1-1")), ..HistoryQuery::default() };
    let script = vec![
        ("queryHistory", Reply::fault(1000, "No such build: 'gone-1-1'")),
        ("multiCall", members([json!([null])])),
    ];
    let error = ask(script, |hub| hub.history(&query)).0.unwrap_err();
    assert!(error.what.starts_with("no such build") && error.what.ends_with("gone-1-1"), "{error}");
}

#[test]
fn users_and_events() {
    let (event, _) = ask(vec![("getLastEvent", answer("getLastEvent"))], Reader::last_event);
    assert_eq!(event, Ok(EventId(40_174_317)));
    let name = "releng".parse().unwrap();
    let (user, _) = ask(vec![("getUser", answer("getUser"))], |hub| hub.user(&name));
    let user = user.unwrap().unwrap();
    assert_eq!((user.id, user.name.as_str()), (2, "releng"));
    let (user, _) = ask(vec![("getUser", answer("getUser-nil"))], |hub| hub.user(&name));
    assert_eq!(user, Ok(None));
}

#[test]
fn tasks_and_their_owners() {
    let script = || {
        vec![
            ("multiCall", members([value("getTaskInfo-request"), value("getTaskInfo-nil")])),
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
    assert_eq!((task.id, task.method.as_str(), task.state), (ids[0], "build", TaskState::Closed));
    assert_eq!((task.owner.as_deref(), task.arch.as_str()), (Some("releng"), "noarch"));
    assert_eq!(task.request.as_ref().unwrap()[1], json!("f43-rebuild"));
    assert_eq!(task.created.as_deref(), Some("2025-06-05 23:28:02.107072+00:00"));
    assert!(tasks.0[1].is_none());
    assert_eq!(tasks.1[0].as_ref().unwrap().owner.as_deref(), Some("releng"));
    assert_eq!(
        seen[0].params[0][1],
        json!({"methodName": "getTaskInfo", "params": [1, {"request": true, "__starstar": true}]})
    );
    assert_eq!(seen[1].params[0], json!([{"methodName": "getUser", "params": [2]}]));
}

#[test]
fn results_of_tasks() {
    let result = |name| {
        let (result, seen) = ask(vec![("getTaskResult", answer(name))], |hub| hub.task_result(TaskId(7)));
        assert_eq!(seen[0].params, [json!(7), json!({"raise_fault": false, "__starstar": true})]);
        result
    };
    assert!(matches!(result("getTaskResult"), Ok(TaskResult::Value(value)) if value == json!(2_839_472)));
    let fault = Fault { code: 1000, text: "GenericError: něco selhalo <&> 失败".into() };
    assert!(matches!(result("getTaskResult-fault-noraise"), Ok(TaskResult::Fault(f)) if f == fault));
    let error = result("getTaskResult-unfinished").unwrap_err();
    assert!(error.what.contains("getTaskResult of 7 at 127.0.0.1"), "{error}");
}

#[test]
fn raw_calls_read_and_do_nothing_else() {
    let script = vec![("getTag", answer("getTag"))];
    let args = [json!("f43"), json!({"strict": true, "__starstar": true}), json!([1, null, 2.5, 5_000_000_000_u64])];
    let (value, seen) = ask(script, |hub| hub.call("getTag", &args));
    assert_eq!(value.unwrap()["extra"]["repo.auto"], json!(true));
    assert_eq!(seen[0].params, args);
    let nested = [
        json!([{"methodName": "getTag", "params": []}, {"methodName": "system.multicall", "params": [[{"methodName": "login", "params": ["a", "b"]}]]}]),
    ];
    let refused = |method: &str, args: &[Value]| -> Error { ask(vec![], |hub| hub.call(method, args)).0.unwrap_err() };
    for method in ["login", "sslLogin", "krbLogin", "subsession", "logout"] {
        assert_eq!(refused(method, &[]).kind, Kind::Usage);
    }
    assert_eq!(refused("multiCall", &nested).kind, Kind::Usage);
    // What cannot be written as XML, or not as a number koji takes.
    assert!(refused("echo", &[json!({"a": ["x\u{1b}y"]})]).what.contains("U+001B"));
    assert!(refused("echo", &[json!("a\r\nb")]).what.contains("U+000D"));
    assert!(refused("echo", &[json!(u64::MAX)]).what.contains("64 bits"));
    assert!(refused("echo", &[json!("x".repeat(5_000_000))]).what.contains("4194304"));
    let (value, _) = ask(vec![("noSuchMethod", answer("unknown-method"))], |hub| hub.call("noSuchMethod", &[]));
    let error = value.unwrap_err();
    assert!(error.what.contains("hub fault 1000: Invalid method: noSuchMethod"), "{error}");
}

#[test]
fn odd_owners_hide_nothing() {
    let entry = |package: &str, owner: &str| json!({"package_name": package, "tag_name": "f43", "owner_name": owner, "blocked": false, "extra_arches": null});
    let list = json!([entry("a", "Žofie Nová"), entry("b", "ev\u{1b}il"), entry("c", "kim")]);
    let script = vec![("listPackages", Reply::value(list))];
    let (list, _) = ask(script, |hub| hub.package_list(&tag("f43"), Inherit::Direct));
    let list = list.unwrap();
    let owners: Vec<_> = list.iter().map(|e| e.owner.as_ref().map(|o| o.as_str())).collect();
    assert_eq!(owners, [Some("Žofie Nová"), None, Some("kim")]);
    // A task's owner is only shown.
    let odd = json!([{"id": 2, "name": "ev\u{1b}il"}]);
    let script = vec![("multiCall", members([value("getTaskInfo-request")])), ("multiCall", members([odd]))];
    let (tasks, _) = ask(script, |hub| hub.tasks(&[TaskId(130_602_284)]));
    assert_eq!(tasks.unwrap()[0].as_ref().unwrap().owner.as_deref(), Some("ev\u{1b}il"));
}

#[test]
fn lists_of_builds_are_read_page_by_page() {
    let query = BuildQuery { state: Some(BuildState::Failed), created_after: Some(1_758_000_000.5), kind: None };
    let (list, seen) = ask(vec![("listBuilds", answer("listBuilds-state"))], |hub| hub.build_list(&query));
    let list = list.unwrap();
    let first = &list[0];
    assert_eq!((first.id.0, first.nvr.as_str()), (2_970_559, "golang-zinc2-20180305-99.fc43"));
    assert_eq!((first.state, first.epoch, first.task), (BuildState::Failed, None, Some(TaskId(131_105_442))));
    assert_eq!((first.owner.as_str(), first.created.floor()), ("achen363", 1_758_572_743.0));
    let source = "git+https://src.example.test/rpms/golang-zinc2.git#bf1ce8a8987dbe6cca5d7063c6ab435fdc2f12d2";
    assert_eq!(first.source.as_deref(), Some(source));
    let wanted = json!({
        "state": 3, "createdAfter": 1_758_000_000.5,
        "queryOpts": {"order": "creation_event_id", "limit": 5000}, "__starstar": true,
    });
    assert_eq!(seen[0].params, [wanted]);
    // An image has no source.
    let query = BuildQuery { kind: Some("image".parse().unwrap()), ..BuildQuery::default() };
    let (list, _) = ask(vec![("listBuilds", answer("listBuilds-type-image"))], |hub| hub.build_list(&query));
    assert_eq!(list.unwrap()[0].source, None);
}

#[test]
fn lists_of_tasks() {
    let (list, seen) =
        ask(vec![("listTasks", answer("listTasks-open"))], |hub| hub.task_list(&TaskQuery::live("newRepo")));
    let list = list.unwrap();
    assert!(list.is_sorted_by_key(|task| task.id) && list.iter().all(|task| !task.state.is_over()));
    assert_eq!(
        (list[0].id, list[0].state, list[0].owner.as_deref()),
        (TaskId(131_127_757), TaskState::Free, Some("alice"))
    );
    assert_eq!(list[0].request, Some(json!(["f43-build"])));
    let wanted = json!({
        "opts": {"decode": true, "method": "newRepo", "state": [0, 1, 4]},
        "queryOpts": {"order": "create_time", "limit": 5000}, "__starstar": true,
    });
    assert_eq!(seen[0].params, [wanted]);
    let query = TaskQuery {
        owner: Some(4),
        states: [TaskState::Failed].into(),
        created_after: Some(1.0),
        topmost: true,
        ..TaskQuery::default()
    };
    let (list, seen) = ask(vec![("listTasks", answer("listTasks-empty"))], |hub| hub.task_list(&query));
    assert!(list.unwrap().is_empty());
    let opts = json!({"decode": true, "state": [5], "owner": 4, "createdAfter": 1.0, "parent": null});
    assert_eq!(seen[0].params[0]["opts"], opts);
}

/// A name that the hub has never seen has no builds: recorded for one that is no package.
#[test]
fn builds_of_some_packages() {
    let packages: Vec<PackageName> = ["bash", "abc"].map(|name| name.parse().unwrap()).into();
    let script = vec![("multiCall", members([value("listBuilds-package"), value("non-koji-exception")]))];
    let query = BuildQuery { state: Some(BuildState::Complete), created_after: Some(1.5), kind: None };
    let (lists, seen) = ask(script, |hub| hub.builds_of(&packages, &query));
    let lists = lists.unwrap();
    // The hub told the newest first.
    let first: Vec<u64> = lists[0].iter().map(|build| build.id.0).collect();
    assert!(first.len() == 3 && first.is_sorted(), "{first:?}");
    assert_eq!((first[2], lists[0][2].created), (2_902_519, 1_754_374_764.272_783));
    assert!(lists[1].is_empty());
    let wanted = json!({"packageID": "bash", "state": 1, "createdAfter": 1.5, "__starstar": true});
    assert_eq!(seen[0].params[0][0], json!({"methodName": "listBuilds", "params": [wanted]}));
    let fault = json!({"faultCode": 1, "faultString": "deadlock detected", "traceback": []});
    let script = vec![("multiCall", members([value("listBuilds-package"), fault]))];
    let said = ask(script, |hub| hub.builds_of(&packages, &query)).0.unwrap_err();
    assert!(said.what.contains("listBuilds of abc") && said.what.contains("deadlock"), "{said}");
}

/// The hub takes the source for a pattern: what merely fits it is not of that source.
#[test]
fn builds_from_some_sources() {
    let source = |commit: &str| format!("git+https://src.example.test/rpms/bash.git#{commit}").parse().unwrap();
    let sources: Vec<ScmUrl> =
        [source("412c053007831d0c54a13e96d4cfae6f0a3e953d"), source("0000000000000000000000000000000000000000")].into();
    let script = vec![("multiCall", members([value("listBuilds-package"), value("listBuilds-package")]))];
    let (lists, seen) = ask(script, |hub| hub.builds_from(&sources));
    let lists = lists.unwrap();
    assert_eq!(lists[0].iter().map(|build| build.source.as_deref()).collect::<Vec<_>>(), [Some(sources[0].as_str())]);
    assert!(lists[1].is_empty());
    let wanted = json!({"packageID": "bash", "source": sources[0].as_str(), "__starstar": true});
    assert_eq!(seen[0].params[0][0], json!({"methodName": "listBuilds", "params": [wanted]}));
}

/// Recorded for other tasks than those: what counts is which task made them.
#[test]
fn tasks_that_wait_for_their_parts() {
    let (found, seen) = ask(vec![("listTasks", answer("listTasks-owner"))], |hub| hub.held_up(&[TaskId(7), TaskId(8)]));
    let made: std::collections::BTreeSet<u64> =
        value("listTasks-owner")[0].as_array().unwrap().iter().filter_map(|task| task["parent"].as_u64()).collect();
    assert_eq!(found.unwrap().into_iter().map(|task| task.0).collect::<std::collections::BTreeSet<_>>(), made);
    assert_eq!(seen[0].params[0]["opts"], json!({"parent": [7, 8], "state": [0]}));
    assert!(ask(vec![], |hub| hub.held_up(&[])).0.unwrap().is_empty());
}
