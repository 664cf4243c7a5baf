// SPDX-License-Identifier: GPL-3.0-or-later
//! The practice hub holds against the recorded one: every method and every fault it can answer has
//! a line in `traffic.jsonl` or `cycle.jsonl` with the same shape. Texts that have none are named, with the reason.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(feature = "practice")]

mod bytes;
mod faults;
#[path = "../hub/mod.rs"]
mod hub;
mod recorded;
mod samples;
mod unrecorded;

use hub::Hub;
use recorded::{lines, recorded};
use samples::samples;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn every_method_is_recorded() {
    let recorded: BTreeSet<String> = lines().into_iter().filter_map(|l| l.method).collect();
    let hub = Hub::small();
    let ours = hub.anonymous().ok("system.listMethods", json!([]));
    let ours = ours.as_array().unwrap().iter().map(|method| method.as_str().unwrap());
    let lacking: Vec<_> = ours.filter(|method| !recorded.contains(*method)).collect();
    assert!(lacking.is_empty(), "{lacking:?}");
}

/// What a value is made of: type by path, and the names of the members by path.
#[derive(Default, Debug)]
struct Shape {
    types: BTreeMap<String, BTreeSet<&'static str>>,
    members: BTreeMap<String, BTreeSet<Vec<String>>>,
}

/// Members of the struct that stands for a fault: recorded by getTaskResult.
const FAULT: [&str; 2] = ["faultCode", "faultString"];

/// Structs whose members are data, not fields.
fn is_free(method: &str, path: &str) -> bool {
    path.ends_with("extra")
        || path.ends_with("request")
        || ["echo", "getTaskDescendents", "getTaskRequest", "getTaskResult"].contains(&method)
        || (method == "queryHistory" && path.is_empty())
}

impl Shape {
    fn add(&mut self, method: &str, path: &str, value: &Value) {
        let kind = match value {
            Value::Null => "nil",
            Value::Bool(_) => "boolean",
            Value::Number(n) if n.is_f64() => "double",
            Value::Number(_) => "int",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "struct",
        };
        self.types.entry(path.to_owned()).or_default().insert(kind);
        match value {
            Value::Array(items) if !is_free(method, path) => {
                for item in items {
                    self.add(method, &format!("{path}[]"), item);
                }
            }
            Value::Object(members) => {
                if is_free(method, path) && method != "queryHistory" {
                    return;
                }
                if !is_free(method, path) {
                    let mut names: Vec<String> = members.keys().cloned().collect();
                    names.sort();
                    self.members.entry(path.to_owned()).or_default().insert(names);
                }
                for (name, value) in members {
                    self.add(method, &format!("{path}.{name}"), value);
                }
            }
            _ => {}
        }
    }
}

#[test]
fn every_answer_has_a_recorded_shape() {
    let mut known: BTreeMap<String, Shape> = BTreeMap::new();
    for (method, answer) in recorded().answers {
        known.entry(method.clone()).or_default().add(&method, "", &answer);
    }
    let hub = Hub::small();
    let mut wrong = BTreeSet::new();
    let mut shown = BTreeSet::new();
    for (method, answer) in samples(&hub) {
        shown.insert(method.clone());
        let mut ours = Shape::default();
        ours.add(&method, "", &answer);
        let Some(theirs) = known.get(&method) else {
            wrong.insert(format!("{method}: no recorded answer"));
            continue;
        };
        for (path, kinds) in ours.types {
            let recorded = theirs.types.get(&path);
            for kind in kinds {
                if !recorded.is_some_and(|kinds| kinds.contains(kind)) {
                    wrong.insert(format!("{method}{path} is {kind}, recorded {recorded:?}"));
                }
            }
        }
        for (path, variants) in ours.members {
            for names in variants {
                if names != FAULT && !theirs.members.get(&path).is_some_and(|known| known.contains(&names)) {
                    wrong.insert(format!(
                        "{method}{path} has members {names:?}, recorded {:?}",
                        theirs.members.get(&path)
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", Vec::from_iter(wrong).join("\n"));
    // Nothing the hub can do is left out.
    let all = hub.anonymous().ok("system.listMethods", json!([]));
    for method in all.as_array().unwrap() {
        let method = method.as_str().unwrap();
        let elsewhere = ["sslLogin", "multiCall", "system.multicall"].contains(&method);
        assert!(elsewhere || shown.contains(method), "{method} has no sample");
    }
}
