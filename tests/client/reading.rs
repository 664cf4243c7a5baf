// SPDX-License-Identifier: GPL-3.0-or-later
//! Every question of a Reader: what is sent, and what is made of recorded answers.

use crate::recorded::{answer, value};
use crate::server::{Reply, Seen, Server};
use flr::error::Kind;
use flr::koji::{BuildState, Hub, Inherit, Reader, Rows, Tagged};
use flr::names::{BuildId, EventId, Nvr, PackageName, TagName, TaskId};
use serde_json::{Value, json};

pub fn tag(name: &str) -> TagName {
    name.parse().unwrap()
}

pub fn nvr(name: &str) -> Nvr {
    name.parse().unwrap()
}

/// Asks, and hands back what was sent; the script must be used up.
pub fn ask<T>(script: Vec<(&str, Reply)>, question: impl FnOnce(&Hub) -> T) -> (T, Vec<Seen>) {
    let server = Server::new(script);
    let (hub, _) = server.hub();
    let result = question(&hub);
    (result, server.seen())
}

pub fn members(values: impl IntoIterator<Item = Value>) -> Reply {
    Reply::value(values.into_iter().collect())
}

/// A recorded answer with something put in the place of something else.
fn answer_with(name: &str, old: &str, new: &str) -> Reply {
    match answer(name) {
        Reply::Xml(body) => Reply::Xml(body.replace(old, new)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn rows_of_packages() {
    let names: Vec<PackageName> = ["bash", "empty"].map(|n| n.parse().unwrap()).into();
    let script = vec![("multiCall", members([value("queryHistory-tag-package"), value("queryHistory-empty")]))];
    let (rows, seen) = ask(script, |hub| hub.package_rows(&tag("f43"), &names));
    let rows = rows.unwrap();
    assert_eq!(rows[0][0].nvr, nvr("bash-5.3.0-2.fc43"));
    assert_eq!(rows[0][0].state, BuildState::Complete);
    assert!(rows[0].is_sorted_by_key(|row| row.created) && rows[1].is_empty());
    let wanted =
        json!({"tables": ["tag_listing"], "tag": "f43", "package": "empty", "active": true, "__starstar": true});
    assert_eq!(seen[0].params[0][1]["params"], json!([wanted]));
    // All packages that do not exist at once.
    let unknown = json!({"faultCode": 1000, "faultString": "No such entry in table package: x", "traceback": []});
    let names: Vec<PackageName> = ["bash", "gone", "lost"].map(|n| n.parse().unwrap()).into();
    let script = vec![
        ("multiCall", members([value("queryHistory-tag-package"), unknown.clone(), unknown])),
        ("getTag", answer("getTag")),
        ("multiCall", members([json!([null]), json!([null])])),
    ];
    let error = ask(script, |hub| hub.package_rows(&tag("f43"), &names)).0.unwrap_err();
    assert!(error.what.starts_with("no such packages at") && error.what.ends_with(": gone, lost"), "{error}");
}

#[test]
fn tags() {
    let (found, seen) = ask(vec![("getTag", answer("getTag"))], |hub| hub.tag(&tag("f43-build")));
    let found = found.unwrap().unwrap();
    assert_eq!((found.id, found.name.as_str(), found.locked), (89272, "f43-build", false));
    assert_eq!((found.perm, found.arches.as_str()), (None, "x86_64 aarch64 ppc64le s390x i686"));
    assert_eq!(seen[0].params, [json!("f43-build")]);
    // Reading is anonymous.
    assert_eq!(seen[0].session(), [None; 3]);
    let (found, _) = ask(vec![("getTag", answer("getTag-missing-nil"))], |hub| hub.tag(&tag("nope")));
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
    let begin: Vec<_> = parents.iter().take(3).map(|p| (p.name.as_str(), p.depth, p.priority)).collect();
    assert_eq!(begin, [("f43-override", 1, 0), ("f43-updates", 2, 0), ("f43", 3, 0)]);
    assert_eq!(seen[0].params, [json!("f43-build")]);
    let script =
        vec![("getFullInheritance", answer("listTagged-missing-tag")), ("getTag", answer("getTag-missing-nil"))];
    let error = ask(script, |hub| hub.inheritance(&tag("nope"))).0.unwrap_err();
    assert!(error.what.starts_with("no such tag at 127.0.0.1:") && error.what.ends_with(": nope"), "{error}");
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
    assert_eq!((bash.id, bash.epoch, bash.task), (BuildId(2_839_472), None, Some(TaskId(130_602_284))));
    assert_eq!(bash.completed.as_deref(), Some("2025-06-05 23:38:22.107072+00:00"));
    assert_eq!((bash.owner.as_str(), bash.volume.as_str()), ("releng", "DEFAULT"));
    assert!(bash.source.as_deref().unwrap().starts_with("git+https://src.example.test/rpms/bash.git#"));
    assert!(found[1].is_none());
    let states: Vec<_> = found.iter().flatten().map(|build| build.state).collect();
    assert_eq!(states, [BuildState::Complete, BuildState::Complete, BuildState::Failed, BuildState::Building]);
    assert_eq!(seen[0].params[0][1], json!({"methodName": "getBuild", "params": ["a-1-1"]}));
}

#[test]
fn many_builds_are_asked_for_by_two_hundred() {
    let nvrs: Vec<Nvr> = (0..401).map(|n| nvr(&format!("p-{n}-1"))).collect();
    let nothing = |count| ("multiCall", members(vec![json!([null]); count]));
    let (found, seen) = ask(vec![nothing(200), nothing(200), nothing(1)], |hub| hub.builds(&nvrs));
    assert_eq!(found.unwrap().len(), 401);
    assert_eq!(seen[2].params[0], json!([{"methodName": "getBuild", "params": ["p-400-1"]}]));
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
        ("multiCall", members([value("listTags-build"), unknown.clone(), unknown.clone()])),
        ("multiCall", members([json!([null]), json!([null])])),
    ];
    let error = ask(script, |hub| hub.tags_of(&nvrs)).0.unwrap_err();
    assert!(error.what.ends_with(": gone-1-1, gone-2-1"), "{error}");
    // A fault about a build that is there is told as it is.
    let script = vec![("multiCall", members([unknown])), ("multiCall", members([value("getBuild-nvr")]))];
    let error = ask(script, |hub| hub.tags_of(&nvrs[..1])).0.unwrap_err();
    assert!(error.what.contains("listTags of bash-5.3.0-2.fc43") && error.what.contains("fault 1000"), "{error}");
}

#[test]
fn rows_of_a_tag() {
    let script = vec![("queryHistory", answer("queryHistory-tag-package"))];
    let which = Rows { package: Some("bash".parse().unwrap()), ..Rows::default() };
    let (rows, seen) = ask(script, |hub| hub.tag_rows(&tag("f43"), &which));
    let rows = rows.unwrap();
    assert!(rows.is_sorted_by_key(|row| row.created));
    assert_eq!(rows[0].nvr, nvr("bash-5.3.0-2.fc43"));
    assert!(rows[0].active());
    assert_eq!((rows[0].created, rows[0].creator.as_str()), (EventId(40_126_245), "releng"));
    assert!((rows[0].changed_at - 1_749_166_608.287_964).abs() < 1e-6);
    assert_eq!(rows[1].nvr, nvr("bash-5.2.37-1.fc43"));
    assert_eq!((rows[1].revoked, rows[1].revoker.as_deref()), (Some(EventId(40_152_220)), Some("bodhi")));
    assert!((rows[1].changed_at - 1_754_373_879.313_103).abs() < 1e-6);
    let wanted = json!({"tables": ["tag_listing"], "tag": "f43", "package": "bash", "__starstar": true});
    assert_eq!(seen[0].params, [wanted]);

    let which = Rows { active_only: true, after: Some(EventId(40_174_320)), package: None };
    let script = vec![("queryHistory", answer("settle-queryHistory-afterEvent"))];
    let (rows, seen) = ask(script, |hub| hub.tag_rows(&tag("flr-settle"), &which));
    assert!(rows.unwrap().iter().all(|row| row.created > EventId(40_174_320)));
    let wanted = json!({"tables": ["tag_listing"], "tag": "flr-settle", "active": true, "afterEvent": 40_174_320, "__starstar": true});
    assert_eq!(seen[0].params, [wanted]);
    let deleted = answer_with("queryHistory-tag-package", "<int>1</int>", "<int>2</int>");
    let script = vec![("queryHistory", deleted)];
    let (rows, _) = ask(script, |hub| hub.tag_rows(&tag("f43"), &Rows::default()));
    assert_eq!(rows.unwrap()[0].state, BuildState::Deleted);
    let script = vec![("queryHistory", answer("queryHistory-empty"))];
    assert!(ask(script, |hub| hub.tag_rows(&tag("f43-empty"), &Rows::default())).0.unwrap().is_empty());
}

#[test]
fn rows_of_what_does_not_exist() {
    let which = Rows { package: Some("never-seen".parse().unwrap()), ..Rows::default() };
    let fault = || ("queryHistory", Reply::fault(1000, "No such entry in table package: never-seen"));
    let script = vec![fault(), ("getTag", answer("getTag")), ("multiCall", members([json!([null])]))];
    let error = ask(script, |hub| hub.tag_rows(&tag("f43"), &which)).0.unwrap_err();
    assert!(error.what.starts_with("no such package at") && error.what.ends_with(": never-seen"), "{error}");
    let script = vec![fault(), ("getTag", answer("getTag-missing-nil"))];
    let error = ask(script, |hub| hub.tag_rows(&tag("nope"), &which)).0.unwrap_err();
    assert!(error.what.ends_with(": nope"), "{error}");
    // Neither is to blame.
    let script = vec![("queryHistory", Reply::fault(1, "boom"))];
    let error = ask(script, |hub| hub.tag_rows(&tag("f43"), &which)).0.unwrap_err();
    assert!(error.what.contains("hub fault 1: boom"), "{error}");
}

#[test]
fn what_koji_calls_tagged() {
    let mut query = Tagged { package: Some("bash".parse().unwrap()), ..Tagged::latest(tag("f43"), Inherit::Direct) };
    let (builds, seen) = ask(vec![("listTagged", answer("listTagged-latest"))], |hub| hub.tagged(&query));
    let build = &builds.unwrap()[0];
    assert_eq!(build.nvr, nvr("bash-5.3.0-2.fc43"));
    assert_eq!((build.id, build.tag.as_str()), (BuildId(2_839_472), "f43"));
    assert_eq!((build.created, build.owner.as_str()), (EventId(40_126_245), "releng"));
    // 2025-06-05 23:28:02.107072+00:00
    assert!((build.begun.unwrap() - 1_749_166_082.107_072).abs() < 1e-6, "{:?}", build.begun);
    let wanted = json!({"inherit": false, "latest": true, "package": "bash", "__starstar": true});
    assert_eq!(seen[0].params, [json!("f43"), wanted]);
    query = Tagged {
        event: Some(EventId(7)),
        inherit: Inherit::Inherited,
        latest: false,
        package: None,
        kind: Some("image".parse().unwrap()),
        ..query
    };
    let (builds, seen) = ask(vec![("listTagged", answer("listTagged-type-image"))], |hub| hub.tagged(&query));
    assert_eq!(builds.unwrap().len(), 12);
    let wanted = json!({"event": 7, "inherit": true, "latest": false, "type": "image", "__starstar": true});
    assert_eq!(seen[0].params[1], wanted);
    query.event = None;
    let script = vec![("listTagged", answer("listTagged-missing-tag")), ("getTag", answer("getTag-missing-nil"))];
    let error = ask(script, |hub| hub.tagged(&query)).0.unwrap_err();
    assert!(error.what.starts_with("no such tag"), "{error}");
    let script = vec![("listTagged", answer("listTagged-type-bad")), ("getTag", answer("getTag"))];
    let error = ask(script, |hub| hub.tagged(&query)).0.unwrap_err();
    assert!(error.what.contains("hub fault"), "{error}");
}

#[test]
fn names_that_are_none_are_named() {
    let build = |nvr: &str| json!({"build_id": 1, "nvr": nvr, "epoch": null, "tag_name": "f43", "owner_name": "a", "create_event": 5});
    let query =
        Tagged { tag: tag("f43"), event: None, inherit: Inherit::Direct, latest: false, package: None, kind: None };
    let bad: Vec<Value> = ["ok-1-1", "evil\u{1b}[2J-1-1", "no", "a b-1-1", "x/../y-1-1"].map(build).into();
    let (result, _) = ask(vec![("listTagged", Reply::value(json!(bad)))], |hub| hub.tagged(&query));
    let error = result.unwrap_err();
    assert_eq!(error.kind, Kind::Failed);
    for part in ["listTagged at 127.0.0.1:", "\"no\" is not a build", "\"a b-1-1\"", "\"x/../y-1-1\""] {
        assert!(error.what.contains(part), "{error}");
    }
    // Quoted as it came: whoever shows it escapes it, once.
    let shown = flr::output::escape(&error.what);
    assert!(shown.contains("\"evil\\u{1b}[2J-1-1\"") && !shown.contains('\u{1b}'), "{shown}");
    let many: Vec<Value> = (0..1000).map(|n| build(&format!("bad{n}"))).collect();
    let (result, _) = ask(vec![("listTagged", Reply::value(json!(many)))], |hub| hub.tagged(&query));
    let error = result.unwrap_err();
    assert!(error.what.ends_with("and 995 more") && error.what.len() < 1000, "{error}");
    // A row whose parts do not make the name they seem to.
    let row = json!({"tag_listing": [{"build_id": 1, "build.state": 1, "name": "a", "version": "1-2", "release": "3", "epoch": null,
        "tag.name": "f43", "active": true, "create_event": 1, "create_ts": 1.0, "creator_name": "x",
        "revoke_event": null, "revoke_ts": null, "revoker_name": null}]});
    let (result, _) = ask(vec![("queryHistory", Reply::value(row))], |hub| hub.tag_rows(&tag("f43"), &Rows::default()));
    assert!(result.unwrap_err().what.contains("a-1-2-3"));
}
