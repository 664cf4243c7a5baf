// SPDX-License-Identifier: GPL-3.0-or-later
//! The reader against everything recorded, against the parser of the `xmlrpc` crate wherever that one
//! can read, and against what fuzzing has kept.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use flr::koji::Fault;
use flr::koji::xml::{XmlError, read_call, read_response};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufReader, Cursor};
use xmlrpc::{Request, Transport, Value as Theirs};

fn lines() -> Vec<Value> {
    let files = [include_str!("fixtures/koji/traffic.jsonl"), include_str!("fixtures/koji/cycle.jsonl")];
    files.iter().flat_map(|file| file.lines()).map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn ours(xml: &str) -> Result<Result<Value, Fault>, XmlError> {
    read_response(xml.as_bytes())
}

/// Read from a buffer in which no member of a struct ever lies as a whole.
fn in_pieces<T: serde::de::DeserializeOwned>(xml: &[u8]) -> Result<Result<T, Fault>, XmlError> {
    read_response(BufReader::with_capacity(8, xml))
}

/// A line that is no XML-RPC: the web server spoke, or the upload handler.
const PLAIN: [&str; 14] = [
    "sslLogin-no-ticket-401",
    "sslLogin-bad-token-401",
    "http-404",
    "gzip-request-body-400",
    "chunked-request-411",
    "empty-body-400",
    "not-xml-400",
    "bad-xml-400",
    "doctype-entity-400",
    "invalid-utf8-400",
    "control-char-in-string-400",
    "request-too-long-400",
    "GET-405",
    "settle-db-connection-lost-500",
];

#[test]
fn every_recorded_answer_reads_as_what_it_is() {
    let (mut values, mut faults, mut plain) = (0, 0, 0);
    for line in lines() {
        let name = line["name"].as_str().unwrap();
        let body = line["response_body"].as_str().unwrap();
        match ours(body) {
            Ok(Ok(_)) => {
                assert_eq!(line["status"], json!(200), "{name}");
                assert!(!body.contains("<fault>"), "{name}");
                values += 1;
            }
            Ok(Err(fault)) => {
                assert_eq!(line["status"], json!(200), "{name}");
                assert!(body.contains("<fault>"), "{name}");
                assert!(body.contains(&format!("<int>{}</int>", fault.code)), "{name}");
                assert!(fault.code == 1 || (1000..=1024).contains(&fault.code), "{name}");
                faults += 1;
            }
            Err(error) => {
                assert!(PLAIN.contains(&name), "{name}: {error}");
                assert_ne!(line["status"], json!(200), "{name}");
                plain += 1;
            }
        }
    }
    assert_eq!(plain, PLAIN.len());
    // Of traffic.jsonl, and of cycle.jsonl.
    assert_eq!((values, faults + plain), (291 + 109, 152 + 77));
}

#[test]
fn stored_control_characters_come_through() {
    let line = lines().into_iter().find(|line| line["name"] == "control-char-in-answer-ill-formed-xml").unwrap();
    let tag = ours(line["response_body"].as_str().unwrap()).unwrap().unwrap();
    assert_eq!(tag["extra"]["ctl"], json!("a\u{1}b\u{c}"));
}

#[test]
fn every_recorded_call_reads_as_its_method() {
    let mut calls = 0;
    for line in lines() {
        let Some(method) = line["method"].as_str() else {
            continue;
        };
        let name = line["name"].as_str().unwrap();
        // Its body was too long to be kept.
        if name == "request-too-long-400" {
            continue;
        }
        let body = line["request_body"].as_str().unwrap();
        let (read, _) = read_call(body.as_bytes()).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(read, method, "{name}");
        calls += 1;
    }
    assert!(calls > 400, "{calls}");
}

/// Hands a text to the crate's parser; there is no other way in.
struct Canned<'a>(&'a str);

impl<'a> Transport for Canned<'a> {
    type Stream = BufReader<Cursor<&'a [u8]>>;

    fn transmit(self, _: &Request<'_>) -> Result<Self::Stream, Box<dyn std::error::Error + Send + Sync>> {
        Ok(BufReader::new(Cursor::new(self.0.as_bytes())))
    }
}

/// What the crate makes of it: a value, a fault, or `None` if it cannot read it.
fn theirs(xml: &str) -> Option<Result<Value, Fault>> {
    match Request::new("any").call(Canned(xml)) {
        Ok(value) => Some(Ok(to_json(&value))),
        Err(error) => {
            error.fault().map(|fault| Err(Fault { code: fault.fault_code.into(), text: fault.fault_string.clone() }))
        }
    }
}

fn to_json(value: &Theirs) -> Value {
    match value {
        Theirs::Nil => Value::Null,
        Theirs::Int(n) => json!(n),
        Theirs::Int64(n) => json!(n),
        Theirs::Bool(yes) => json!(yes),
        Theirs::String(text) => json!(text),
        Theirs::Double(n) => json!(n),
        Theirs::DateTime(_) => json!("a date"),
        Theirs::Base64(bytes) => json!(String::from_utf8_lossy(bytes)),
        Theirs::Array(items) => items.iter().map(to_json).collect(),
        Theirs::Struct(members) => members.iter().map(|(k, v)| (k.clone(), to_json(v))).collect(),
    }
}

/// Lines the crate reads otherwise or not at all, and why.
const DIFFERENT: [(&str, &str); 5] = [
    ("echo-all-types", "it takes no empty name of a member"),
    ("getRPMChecksums", "the same"),
    ("echo-carriage-return", "it keeps a raw CR, which XML turns into LF"),
    ("echo-untyped-value", "it decodes base64 and dates"),
    ("control-char-in-answer-ill-formed-xml", "it refuses raw control characters"),
];

#[test]
fn the_other_parser_reads_the_same() {
    let mut same = 0;
    for line in lines() {
        let name = line["name"].as_str().unwrap();
        let body = line["response_body"].as_str().unwrap();
        let (ours, theirs) = (ours(body).ok(), theirs(body));
        if DIFFERENT.iter().any(|(different, _)| *different == name) {
            assert_ne!(ours, theirs, "{name} is no exception any more");
            continue;
        }
        assert_eq!(ours, theirs, "{name}");
        same += usize::from(ours.is_some());
    }
    assert_eq!(same, lines().len() - PLAIN.len() - DIFFERENT.len());
}

/// Values as deep as koji's ever are; texts without what the other parser loses.
fn value(text: &'static str) -> impl Strategy<Value = Theirs> {
    let leaf = prop_oneof![
        Just(Theirs::Nil),
        any::<i32>().prop_map(Theirs::Int),
        any::<i64>().prop_map(Theirs::Int64),
        any::<bool>().prop_map(Theirs::Bool),
        prop::num::f64::NORMAL.prop_map(Theirs::Double),
        text.prop_map(Theirs::String),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Theirs::Array),
            prop::collection::btree_map(text, inner, 0..6).prop_map(Theirs::Struct),
        ]
    })
}

fn response(value: &Theirs) -> String {
    let mut xml = b"<?xml version='1.0'?>\n<methodResponse><params><param>".to_vec();
    value.write_as_xml(&mut xml).unwrap();
    xml.extend(b"</param></params></methodResponse>\n");
    String::from_utf8(xml).unwrap()
}

/// What becomes of a text on its way: XML knows one end of line.
fn one_newline(value: Value) -> Value {
    let text = |text: String| text.replace("\r\n", "\n").replace('\r', "\n");
    match value {
        Value::String(s) => Value::String(text(s)),
        Value::Array(items) => items.into_iter().map(one_newline).collect(),
        other => other,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn both_parsers_read_what_is_written(value in value("[!-~é世🎉][ -~é世🎉\n\t]{0,20}")) {
        let xml = response(&value);
        let meant = to_json(&value);
        prop_assert_eq!(ours(&xml), Ok(Ok(meant.clone())));
        prop_assert_eq!(theirs(&xml), Some(Ok(meant)));
    }

    #[test]
    fn any_text_comes_back(text in any::<String>()) {
        let meant = one_newline(json!([text]));
        let xml = response(&Theirs::Array(vec![Theirs::String(text)]));
        prop_assert_eq!(ours(&xml), Ok(Ok(meant)));
    }

    #[test]
    fn calls_come_back(args in prop::collection::vec(value("[ -~é世🎉\n\t]{0,20}"), 0..5)) {
        let meant: Vec<Value> = args.iter().map(to_json).collect();
        let call = args.into_iter().fold(Request::new("some.method"), Request::arg);
        let mut xml = Vec::new();
        call.write_as_xml(&mut xml).unwrap();
        prop_assert_eq!(read_call(xml.as_slice()), Ok(("some.method".to_owned(), meant)));
    }

    /// Nothing that comes makes it panic, and what is cut off is never an answer.
    #[test]
    fn damaged_answers_are_errors_or_answers(
        value in value("[ -~]{0,20}"),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut xml = response(&value).into_bytes();
        let at = at.index(xml.len() - 1);
        prop_assert!(read_response::<Value>(&xml[..at]).is_err());
        xml[at] = byte;
        prop_assert_eq!(read_response::<Value>(xml.as_slice()).ok(), in_pieces::<Value>(&xml).ok());
        let _ = read_call(xml.as_slice());
    }
}

#[test]
fn what_fuzzing_has_kept_harms_nobody() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Typed {
        id: Option<u64>,
        name: Option<String>,
        extra: Option<BTreeMap<String, Value>>,
        list: Option<Vec<(i64, String)>>,
    }
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/read_response");
    let mut files = 0;
    for file in std::fs::read_dir(corpus).unwrap() {
        let data = std::fs::read(file.unwrap().path()).unwrap();
        for error in [
            read_response::<Value>(data.as_slice()).err(),
            read_response::<Vec<Typed>>(data.as_slice()).err(),
            read_response::<Typed>(data.as_slice()).err(),
            read_call(data.as_slice()).err(),
        ] {
            let long = error.filter(|error| error.0.len() > 1000);
            assert_eq!(long, None);
        }
        assert_eq!(read_response::<Value>(data.as_slice()).ok(), in_pieces(&data).ok());
        assert_eq!(read_response::<Vec<Typed>>(data.as_slice()).ok(), in_pieces(&data).ok());
        assert_eq!(read_response::<Typed>(data.as_slice()).ok(), in_pieces(&data).ok());
        files += 1;
    }
    assert!(files >= 30, "{files}");
}
