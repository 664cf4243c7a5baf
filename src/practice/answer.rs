// SPDX-License-Identifier: GPL-3.0-or-later
//! What the hub answers, and how it is written: to the byte as Python's encoder writes it.

use super::clock;
use super::fault::Fault;
use std::fmt::Write as _;

/// A value of an answer. Members of a struct keep their order; their names are mostly constants.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    Nil,
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(String),
    List(Vec<Answer>),
    Record(Vec<(Key, Answer)>),
}

/// A member's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    Known(&'static str),
    Free(String),
}

impl Key {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Key::Known(name) => name,
            Key::Free(name) => name,
        }
    }
}

/// `record! { "id" => 1, "name" => name }`: a struct answer.
macro_rules! record {
    ($($key:literal => $value:expr),* $(,)?) => {
        $crate::practice::answer::Answer::Record(vec![
            $(($crate::practice::answer::Key::Known($key), $crate::practice::answer::Answer::from($value))),*
        ])
    };
}
pub(super) use record;

impl Answer {
    /// A time as text, nil if there is none.
    pub(super) fn time(micros: Option<i64>) -> Self {
        micros.map_or(Answer::Nil, |t| Answer::Text(clock::written(t)))
    }

    /// A time as seconds, nil if there is none.
    pub(super) fn seconds(micros: Option<i64>) -> Self {
        micros.map_or(Answer::Nil, |t| Answer::Double(clock::seconds(t)))
    }

    /// PostgreSQL's `active` column: true, or null for a row that is revoked.
    pub(super) fn active(revoke_event: Option<i64>) -> Self {
        if revoke_event.is_none() { Answer::Bool(true) } else { Answer::Nil }
    }

    /// The member called `name`, for sorting and for the hub's own use.
    pub(super) fn get(&self, name: &str) -> Option<&Answer> {
        match self {
            Answer::Record(members) => members.iter().find(|(key, _)| key.as_str() == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Adds a member to a struct.
    pub(super) fn push(&mut self, name: &'static str, value: impl Into<Answer>) {
        if let Answer::Record(members) = self {
            members.push((Key::Known(name), value.into()));
        }
    }

    /// The same as JSON.
    pub(super) fn to_json(&self) -> serde_json::Value {
        use serde_json::Value;
        match self {
            Answer::Nil => Value::Null,
            Answer::Bool(b) => Value::Bool(*b),
            Answer::Int(n) => Value::from(*n),
            Answer::Double(x) => Value::from(*x),
            Answer::Text(t) => Value::from(t.as_str()),
            Answer::List(items) => items.iter().map(Answer::to_json).collect(),
            Answer::Record(members) => members
                .iter()
                .map(|(k, v)| (k.as_str().to_owned(), v.to_json()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }
}

impl From<()> for Answer {
    fn from((): ()) -> Self {
        Answer::Nil
    }
}
impl From<bool> for Answer {
    fn from(b: bool) -> Self {
        Answer::Bool(b)
    }
}
impl From<i64> for Answer {
    fn from(n: i64) -> Self {
        Answer::Int(n)
    }
}
impl From<&str> for Answer {
    fn from(t: &str) -> Self {
        Answer::Text(t.to_owned())
    }
}
impl From<String> for Answer {
    fn from(t: String) -> Self {
        Answer::Text(t)
    }
}
impl<T: Into<Answer>> From<Option<T>> for Answer {
    fn from(v: Option<T>) -> Self {
        v.map_or(Answer::Nil, Into::into)
    }
}
impl<T: Into<Answer>> From<Vec<T>> for Answer {
    fn from(v: Vec<T>) -> Self {
        Answer::List(v.into_iter().map(Into::into).collect())
    }
}
impl From<serde_json::Value> for Answer {
    fn from(v: serde_json::Value) -> Self {
        use serde_json::Value;
        match v {
            Value::Null => Answer::Nil,
            Value::Bool(b) => Answer::Bool(b),
            Value::Number(n) => n.as_i64().map_or_else(|| Answer::Double(n.as_f64().unwrap_or(0.0)), Answer::Int),
            Value::String(t) => Answer::Text(t),
            Value::Array(items) => Answer::List(items.into_iter().map(Answer::from).collect()),
            Value::Object(members) => {
                Answer::Record(members.into_iter().map(|(k, v)| (Key::Free(k), Answer::from(v))).collect())
            }
        }
    }
}

/// A whole `methodResponse`.
pub(super) fn response(result: Result<&Answer, &Fault>) -> String {
    let mut out = String::with_capacity(1024);
    out.push_str("<?xml version='1.0'?>\n<methodResponse>\n");
    match result {
        Ok(answer) => {
            out.push_str("<params>\n<param>\n");
            write(&mut out, answer);
            out.push_str("</param>\n</params>\n");
        }
        Err(fault) => {
            out.push_str("<fault>\n");
            write(&mut out, &record! { "faultCode" => fault.code, "faultString" => fault.text.as_str() });
            out.push_str("</fault>\n");
        }
    }
    out.push_str("</methodResponse>\n");
    out
}

/// A whole `methodCall`: koji stores the requests of tasks that way.
pub(super) fn call(method: &str, params: &Answer) -> String {
    let mut out = String::from("<?xml version='1.0'?>\n<methodCall>\n<methodName>");
    escape(&mut out, method);
    out.push_str("</methodName>\n<params>\n");
    if let Answer::List(params) = params {
        for param in params {
            out.push_str("<param>\n");
            write(&mut out, param);
            out.push_str("</param>\n");
        }
    }
    out.push_str("</params>\n</methodCall>\n");
    out
}

fn write(out: &mut String, value: &Answer) {
    match value {
        Answer::Nil => out.push_str("<value><nil/></value>"),
        Answer::Bool(b) => {
            out.push_str("<value><boolean>");
            out.push(if *b { '1' } else { '0' });
            out.push_str("</boolean></value>\n");
        }
        Answer::Int(n) => {
            let tag = if i32::try_from(*n).is_ok() { "int" } else { "i8" };
            let _ = writeln!(out, "<value><{tag}>{n}</{tag}></value>");
        }
        Answer::Double(x) => {
            out.push_str("<value><double>");
            out.push_str(&double(*x));
            out.push_str("</double></value>\n");
        }
        Answer::Text(text) => {
            out.push_str("<value><string>");
            escape(out, text);
            out.push_str("</string></value>\n");
        }
        Answer::List(items) => {
            out.push_str("<value><array><data>\n");
            for item in items {
                write(out, item);
            }
            out.push_str("</data></array></value>\n");
        }
        Answer::Record(members) => {
            out.push_str("<value><struct>\n");
            for (key, value) in members {
                out.push_str("<member>\n<name>");
                escape(out, key.as_str());
                out.push_str("</name>\n");
                write(out, value);
                out.push_str("</member>\n");
            }
            out.push_str("</struct></value>\n");
        }
    }
}

/// As koji does it: nothing but these three. Control characters go out raw, which is ill-formed.
fn escape(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        out.push_str(match from.as_bytes().first() {
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            _ => "&gt;",
        });
        rest = from.get(1..).unwrap_or("");
    }
    out.push_str(rest);
}

/// Python's `repr` of a float.
pub(super) fn double(x: f64) -> String {
    let size = x.abs();
    if x != 0.0 && x.is_finite() && !(1e-4..1e16).contains(&size) {
        let text = format!("{x:e}");
        let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, power) = power.strip_prefix('-').map_or(('+', power), |p| ('-', p));
        return format!("{digits}e{sign}{power:0>2}");
    }
    format!("{x:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_look_as_python_writes_them() {
        for (x, text) in [
            (1.5, "1.5"),
            (-0.25, "-0.25"),
            (1e300, "1e+300"),
            (1e-7, "1e-07"),
            (1.25e-5, "1.25e-05"),
            (1e16, "1e+16"),
            (3.0, "3.0"),
            (0.0, "0.0"),
            (1_749_166_702.107_072, "1749166702.107072"),
        ] {
            assert_eq!(double(x), text);
        }
    }

    #[test]
    fn writes_the_recorded_bytes_of_echo() {
        let line = include_str!("../../tests/fixtures/koji/traffic.jsonl")
            .lines()
            .find(|l| l.contains("\"echo-all-types\""))
            .unwrap();
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let answer = Answer::List(vec![
            Answer::Int(1),
            Answer::Int(-1),
            Answer::Int(2_147_483_647),
            Answer::Int(2_147_483_648),
            Answer::Int(-2_147_483_649),
            Answer::Int(i64::MAX),
            Answer::Double(1.5),
            Answer::Double(-0.25),
            Answer::Double(1e300),
            Answer::Bool(true),
            Answer::Bool(false),
            Answer::Nil,
            "".into(),
            " lead and trail ".into(),
            "žluťoučký 🐎 <&>\"' ]]>".into(),
            "line1\nline2\ttab".into(),
            Answer::List(vec![]),
            Answer::Record(vec![]),
            Answer::List(vec![
                Answer::List(vec![]),
                Answer::List(vec![Answer::Nil, record! { "a" => vec![Answer::Int(1), record! { "b" => () }] }]),
            ]),
            record! { "ключ" => "значение", "" => "empty key", "with <&> in key" => 1 },
        ]);
        assert_eq!(response(Ok(&answer)), line["response_body"].as_str().unwrap());
    }
}
