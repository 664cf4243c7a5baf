// SPDX-License-Identifier: GPL-3.0-or-later
//! Owners, and packages along the way of inheritance.

use crate::reading::{ask, members, tag};
use crate::recorded::{answer, value};
use crate::server::Reply;
use flr::koji::Reader;
use flr::names::{EventId, PackageName, TagName, UserName};
use serde_json::{Value, json};

fn tags(names: &[&str]) -> Vec<TagName> {
    names.iter().map(|name| tag(name)).collect()
}

fn missing(name: &str) -> Value {
    json!({"faultCode": 1000, "faultString": format!("No such entry in table tag: {name}"), "traceback": ["a line"]})
}

#[test]
fn users_by_name() {
    let names: Vec<UserName> = ["releng", "nobody-here"].map(|name| name.parse().unwrap()).into();
    let script = vec![("multiCall", members([value("getUser"), value("getUser-nil")]))];
    let (users, seen) = ask(script, |hub| hub.users(&names));
    let users = users.unwrap();
    assert_eq!(users[0].as_ref().unwrap().name, names[0]);
    assert!(users[1].is_none());
    assert_eq!(seen[0].params[0][1], json!({"methodName": "getUser", "params": ["nobody-here"]}));
}

#[test]
fn who_owned_packages_since_an_event() {
    let script = vec![("queryHistory", answer("settle-unblock-history"))];
    let (rows, seen) = ask(script, |hub| hub.owners_since(&tag("flr-settle"), EventId(40_174_538)));
    let rows = rows.unwrap();
    let told: Vec<_> = rows.iter().map(|row| (row.created.0, row.revoked.map(|event| event.0), row.active())).collect();
    assert_eq!(told, [(40_174_539, Some(40_174_542), false), (40_174_542, None, true)]);
    let last = rows.last().unwrap();
    assert_eq!((last.value.package.as_str(), last.value.owner.as_str()), ("python-orbit-lint", "releng"));
    assert_eq!(last.creator, "releng");
    let wanted =
        json!({"tables": ["tag_package_owners"], "tag": "flr-settle", "afterEvent": 40_174_538, "__starstar": true});
    assert_eq!(seen[0].params, [wanted]);
    let script = vec![
        ("queryHistory", Reply::fault(1000, "No such entry in table tag: nope")),
        ("getTag", answer("getTag-missing-nil")),
    ];
    let error = ask(script, |hub| hub.owners_since(&tag("nope"), EventId(1))).0.unwrap_err();
    assert!(error.what.ends_with(": nope"), "{error}");
}

/// An entry as the recorded ones are; no recorded answer has several of one package.
fn entry(tag: &str, blocked: bool) -> Value {
    json!({
        "blocked": blocked, "extra_arches": null, "owner_id": 2, "owner_name": "releng", "package_id": 5,
        "package_name": "bash", "tag_id": 7, "tag_name": tag,
    })
}

#[test]
fn a_package_along_the_way() {
    let bash: PackageName = "bash".parse().unwrap();
    let names = tags(&["f43-build", "gone", "f43-empty"]);
    let chain = json!([[entry("f43-override", true), entry("f43", false)]]);
    let script =
        vec![("multiCall", members([chain, missing("gone"), json!([[]])])), ("multiCall", members([json!([null])]))];
    let (chains, seen) = ask(script, |hub| hub.package_chains(&names, &bash));
    let chains = chains.unwrap();
    let first = chains[0].as_ref().unwrap();
    assert_eq!(
        first.iter().map(|entry| (entry.tag.as_str(), entry.blocked)).collect::<Vec<_>>(),
        [("f43-override", true), ("f43", false)]
    );
    assert!(chains[1].is_none());
    assert_eq!(chains[2].as_ref().unwrap().len(), 0);
    let wanted = json!({
        "tagID": "f43-build", "pkgID": "bash", "inherited": true, "with_dups": true, "with_blocked": true,
        "__starstar": true,
    });
    assert_eq!(seen[0].params[0][0], json!({"methodName": "listPackages", "params": [wanted]}));
    assert_eq!(seen[1].params[0], json!([{"methodName": "getTag", "params": ["gone"]}]));

    // The tags are there, and the package is what nobody knows.
    let unknown = json!({"faultCode": 1000, "faultString": "No such entry in table package: bash", "traceback": []});
    let script = vec![
        ("multiCall", members([unknown])),
        ("multiCall", members([value("getTag")])),
        ("getTag", answer("getTag")),
        ("multiCall", members([json!([null])])),
    ];
    let error = ask(script, |hub| hub.package_chains(&names[..1], &bash)).0.unwrap_err();
    assert!(error.what.starts_with("no such package at") && error.what.ends_with(": bash"), "{error}");
    let (chains, seen) = ask(vec![], |hub| hub.package_chains(&[], &bash));
    assert!(chains.unwrap().is_empty() && seen.is_empty());
}

#[test]
fn what_tags_inherit_from() {
    let script = vec![
        ("multiCall", members([value("getFullInheritance"), missing("gone")])),
        ("multiCall", members([json!([null])])),
    ];
    let (parents, seen) = ask(script, |hub| hub.inheritances(&tags(&["f43-build", "gone"])));
    let parents = parents.unwrap();
    let begin: Vec<_> = parents[0].as_ref().unwrap().iter().take(3).map(|p| (p.name.as_str(), p.depth)).collect();
    assert_eq!(begin, [("f43-override", 1), ("f43-updates", 2), ("f43", 3)]);
    assert!(parents[1].is_none());
    assert_eq!(seen[0].params[0][1], json!({"methodName": "getFullInheritance", "params": ["gone"]}));
    // Something else is wrong.
    let fault = json!({"faultCode": 1, "faultString": "boom", "traceback": []});
    let script = vec![("multiCall", members([fault])), ("multiCall", members([value("getTag")]))];
    let error = ask(script, |hub| hub.inheritances(&tags(&["f43-build"]))).0.unwrap_err();
    assert!(error.what.contains("getFullInheritance of f43-build") && error.what.contains("boom"), "{error}");
}
