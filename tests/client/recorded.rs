// SPDX-License-Identifier: GPL-3.0-or-later
//! Answers recorded from real hubs (koji 1.35.3; see the README beside them).

use crate::server::Reply;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The recorded line of this name.
pub fn line(name: &str) -> &'static Value {
    static LINES: OnceLock<BTreeMap<String, Value>> = OnceLock::new();
    let lines = LINES.get_or_init(|| {
        include_str!("../fixtures/koji/traffic.jsonl")
            .lines()
            .chain(include_str!("../fixtures/koji/cycle.jsonl").lines())
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .map(|line| (line["name"].as_str().unwrap().to_owned(), line))
            .collect()
    });
    lines.get(name).unwrap_or_else(|| panic!("no line {name}"))
}

/// What the hub answered.
pub fn answer(name: &str) -> Reply {
    let line = line(name);
    let body = line["response_body"].as_str().unwrap().to_owned();
    match line["status"].as_u64().unwrap() {
        200 => Reply::Xml(body),
        status => Reply::Page(u16::try_from(status).unwrap(), "text/html", body),
    }
}

/// The one value of an answer, as it stands in a multicall.
pub fn value(name: &str) -> Value {
    let body = line(name)["response_body"].as_str().unwrap();
    match flr::koji::xml::read_response::<Value>(body.as_bytes()).unwrap() {
        Ok(value) => serde_json::json!([value]),
        Err(fault) => {
            serde_json::json!({"faultCode": fault.code, "faultString": fault.text, "traceback": ["a line"]})
        }
    }
}

/// What a recorded call was given.
pub fn given(name: &str) -> Vec<Value> {
    let body = line(name)["request_body"].as_str().unwrap();
    flr::koji::xml::read_call(body.as_bytes()).unwrap().1
}
