// SPDX-License-Identifier: GPL-3.0-or-later
//! Calls any reading method of the hub.

use crate::access::Dimensions;
use crate::pipeline::{Question, Readers};
use crate::{Error, Result};
use serde_json::Value;

/// Methods that would make the anonymous session another one, or end somebody's.
const REFUSED: &[&str] =
    &["login", "sslLogin", "subsession", "exclusiveSession", "sharedSession", "logout", "logoutChild"];

/// `method(*args)`, anonymously, so that it can only read.
#[derive(Debug, Clone)]
pub struct CallMethod {
    /// The hub's name for it.
    pub method: String,
    /// Its arguments in order; named ones in a last object with `__starstar`.
    pub args: Vec<Value>,
}

impl Question for CallMethod {
    const NAME: &'static str = "koji call";
    type Answer = Value;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new()
    }

    fn ask(&self, services: &Readers<'_>) -> Result<Value> {
        only_reads(&self.method, &self.args)?;
        services.koji.call(&self.method, &self.args)
    }
}

/// Refuses what could log in, also inside multicalls in multicalls.
fn only_reads(method: &str, args: &[Value]) -> Result<()> {
    if REFUSED.contains(&method) {
        return Err(Error::usage(format!("{method} is not called: the session is anonymous and stays so")));
    }
    if matches!(method, "multiCall" | "system.multicall") {
        for inner in args.iter().flat_map(calls) {
            let name = inner.get("methodName").and_then(Value::as_str);
            let params = inner.get("params").and_then(Value::as_array);
            only_reads(name.unwrap_or_default(), params.map(Vec::as_slice).unwrap_or_default())?;
        }
    }
    Ok(())
}

/// The calls in a multicall's argument, given by place or by name.
fn calls(arg: &Value) -> Vec<&Value> {
    match arg {
        Value::Array(calls) => calls.iter().collect(),
        Value::Object(named) => named.values().flat_map(calls).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn logins_are_found_wherever_they_hide() {
        for (method, args) in [
            ("login", json!(["kim", "pw"])),
            ("sslLogin", json!([])),
            ("subsession", json!([])),
            ("logout", json!([])),
            ("exclusiveSession", json!([])),
            ("multiCall", json!([[{"methodName": "login", "params": []}]])),
            (
                "system.multicall",
                json!([[{"methodName": "multiCall", "params": [[{"methodName": "logout", "params": []}]]}]]),
            ),
            ("multiCall", json!([{"calls": [{"methodName": "login", "params": []}], "__starstar": true}])),
        ] {
            let said = only_reads(method, args.as_array().unwrap()).unwrap_err();
            assert_eq!(said.kind, crate::error::Kind::Usage, "{method} {args}");
        }
        let fine = json!([[{"methodName": "getTag", "params": ["login"]}]]);
        assert_eq!(only_reads("multiCall", fine.as_array().unwrap()), Ok(()));
    }
}
