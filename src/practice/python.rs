// SPDX-License-Identifier: GPL-3.0-or-later
//! How Python shows a value: the hub's texts quote arguments that way.

use super::answer;
use serde_json::Value;

/// `repr(value)`.
pub(super) fn repr(value: &Value) -> String {
    match value {
        Value::Null => "None".into(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Number(n) => match n.as_i64() {
            Some(n) => n.to_string(),
            None => answer::double(n.as_f64().unwrap_or(0.0)),
        },
        Value::String(text) => repr_text(text),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(repr).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let members: Vec<_> = members.iter().map(|(k, v)| format!("{}: {}", repr_text(k), repr(v))).collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

/// `str(value)`.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => repr(other),
    }
}

/// `type(value).__name__`.
pub(super) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(n) if n.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}

/// `bool(value)`.
pub(super) fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(b) => *b,
        Value::Number(n) => n.as_f64().is_some_and(|x| x != 0.0),
        Value::String(t) => !t.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

/// `value` as a whole number, where Python's `isinstance(value, int)` holds (so for booleans too).
pub(super) fn int(value: &Value) -> Option<i64> {
    match value {
        Value::Bool(b) => Some(i64::from(*b)),
        other => other.as_i64(),
    }
}

/// `a == b`: numbers and booleans by their value.
pub(super) fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| equal(a, b)))
        }
        (Value::Bool(_) | Value::Number(_), Value::Bool(_) | Value::Number(_)) => number(a) == number(b),
        _ => a == b,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Bool(yes) => Some(f64::from(u8::from(*yes))),
        other => other.as_f64(),
    }
}

/// `json.dumps(value)`: blanks behind commas and colons, and nothing but ASCII.
pub(super) fn json(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(json).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| format!("{}: {}", json_text(key), json(value));
            let members: Vec<_> = members.iter().map(member).collect();
            format!("{{{}}}", members.join(", "))
        }
        Value::String(text) => json_text(text),
        other => other.to_string(),
    }
}

fn json_text(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len() + 2);
    for c in Value::from(text).to_string().chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            for half in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{half:04x}");
            }
        }
    }
    out
}

/// `repr` of a string: single quotes, unless it has some and no double ones.
pub(super) fn repr_text(text: &str) -> String {
    use std::fmt::Write as _;
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => {
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn shows_values_as_python_does() {
        for (value, text) in [
            (json!("nope"), "'nope'"),
            (json!("it's"), "\"it's\""),
            (json!("it's \"x\""), "'it\\'s \"x\"'"),
            (json!("a\u{1b}b"), "'a\\x1bb'"),
            (json!({"a": [1, 1.5, null, true]}), "{'a': [1, 1.5, None, True]}"),
        ] {
            assert_eq!(repr(&value), text);
        }
        assert_eq!(shown(&json!("nope")), "nope");
    }

    #[test]
    fn writes_json_as_python_does() {
        let value = json!({"a": [1, {"d": true}, null, 1.5], "ä": "x\n\u{1f600}\""});
        assert_eq!(super::json(&value), r#"{"a": [1, {"d": true}, null, 1.5], "\u00e4": "x\n\ud83d\ude00\""}"#);
    }

    #[test]
    fn compares_as_python_does() {
        assert!(equal(&json!([1, {"a": true}]), &json!([true, {"a": 1.0}])));
        assert!(!equal(&json!({"a": null}), &json!({"a": 0})));
        assert!(!equal(&json!("1"), &json!(1)));
        assert!(!equal(&json!([1]), &json!([1, 1])));
    }
}
