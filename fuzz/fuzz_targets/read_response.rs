// SPDX-License-Identifier: GPL-3.0-or-later
//! The reader of XML-RPC neither panics nor overflows the stack, whatever comes. What is kept in
//! `corpus/` is replayed by `tests/wire.rs` as well.
#![no_main]

use flr::koji::xml::{read_call, read_response};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(serde::Deserialize)]
#[allow(dead_code)]
struct Typed {
    id: Option<u64>,
    name: Option<String>,
    extra: Option<BTreeMap<String, Value>>,
    list: Option<Vec<(i64, String)>>,
}

fuzz_target!(|data: &[u8]| {
    let json = read_response::<Value>(data);
    let typed = read_response::<Typed>(data);
    let list = read_response::<Vec<Typed>>(data);
    let call = read_call(data);
    // Nobody wants a reply quoted in an error.
    for error in [
        json.err(),
        typed.err(),
        list.err(),
        call.err(),
    ]
    .into_iter()
    .flatten()
    {
        assert!(error.0.len() < 1000);
    }
});
