// SPDX-License-Identifier: GPL-3.0-or-later
//! Answers that are the recorded bytes, and those that are not XML-RPC.

use super::hub::{Hub, exchange, member, named};
use super::recorded::lines;
use serde_json::json;

/// Requests whose answer does not depend on what is in the hub: the very bytes are the same.
const SAME_BYTES: &[&str] = &[
    "getAPIVersion",
    "getKojiVersion",
    "hello",
    "getEvent-missing",
    "getEvent-missing-nonstrict",
    "getTag-missing-nil",
    "getTag-missing-strict",
    "getBuildTarget-missing-nil",
    "getBuildTarget-missing-strict",
    "listPackages-missing-tag",
    "getPackage-nil",
    "getPackageConfig-nil",
    "getBuild-missing-nil",
    "getBuild-missing-strict",
    "getBuild-bad-nvr",
    "listBTypes",
    "listTagged-missing-tag",
    "listTagged-missing-tag-nonstrict",
    "listTagged-type-bad",
    "listTagged-unknown-package",
    "listTagged-empty",
    "listPackages-empty",
    "getUser-nil",
    "getUser-strict",
    "getLoggedInUser-anonymous-nil",
    "getTaskInfo-nil",
    "getTaskInfo-strict",
    "listTasks-empty",
    "queryHistory-empty",
    "queryHistory-bad-table",
    "tagHistory-invalid-method",
    "login-bad-password",
    "login-unknown-user",
    "login-empty-password",
    "login-disabled-user",
    "logout-not-logged-in",
    "sslLogin-on-base-url",
    "denied-anonymous-tagBuild",
    "denied-anonymous-createTag",
    "multicall-empty",
    "multicall-nested",
    "system.multicall-alias",
    "multicall-not-a-list",
    "unknown-method",
    "too-many-args",
    "missing-arg",
    "unknown-named-arg",
    "wrong-type-arg",
    "wrong-type-list",
    "non-koji-exception",
    "unknown-query-string",
    "empty-body-400",
    "http-404",
    "GET-405",
    "chunked-request-411",
    "sslLogin-no-ticket-401",
];

#[test]
fn what_does_not_depend_on_data_is_answered_with_the_recorded_bytes() {
    let hub = Hub::small();
    let port = hub.server.port();
    let lines = lines();
    for name in SAME_BYTES {
        let line = lines.iter().find(|line| line.name == *name).expect(name);
        let path = line.path.as_deref().unwrap_or("/kojihub");
        let request = match *name {
            "GET-405" => format!("GET {path} HTTP/1.1\r\n\r\n"),
            "chunked-request-411" => {
                format!("POST {path} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
            }
            _ => format!("POST {path} HTTP/1.1\r\nContent-Length: {}\r\n\r\n{}", line.request.len(), line.request),
        };
        let answer = exchange(port, &request).expect(name);
        assert_eq!((answer.status, &answer.body), (line.status, &line.response), "{name}");
    }
}

/// Bodies that are no XML: the parser's words are its own, status and frame are the hub's.
#[test]
fn what_is_no_xml_is_refused() {
    let hub = Hub::small();
    for name in ["not-xml-400", "bad-xml-400", "doctype-entity-400", "control-char-in-string-400"] {
        let line = lines().into_iter().find(|line| line.name == name).expect(name);
        let request =
            format!("POST /kojihub HTTP/1.1\r\nContent-Length: {}\r\n\r\n{}", line.request.len(), line.request);
        let answer = exchange(hub.server.port(), &request).expect(name);
        assert_eq!(answer.status, 400, "{name}: {answer:?}");
        assert!(answer.body.starts_with("Invalid request: "), "{name}");
    }
}

#[test]
fn a_multicall_of_reads_and_faults_has_the_recorded_shape() {
    let hub = Hub::small();
    let answers = hub.anonymous().ok(
        "multiCall",
        json!([[
            member("getTag", json!(["nope", named(json!({"strict": true}))])),
            member("getAPIVersion", json!([])),
            member("noSuchMethod", json!([1])),
            member("getTag", json!([])),
            member("listTagged", json!(["f43", named(json!({"bogus": 1}))])),
            member("createTag", json!(["x"])),
            member("echo", json!(["žluť <&>"])),
        ]]),
    );
    let texts: Vec<_> = answers.as_array().unwrap().iter().map(|a| a["faultString"].as_str()).collect();
    assert_eq!(
        texts,
        [
            Some("No such tagInfo: 'nope'"),
            None,
            Some("Invalid method: noSuchMethod"),
            Some("get_tag() missing 1 required positional argument: 'tagInfo'"),
            Some("RootExports.listTagged() got an unexpected keyword argument 'bogus'"),
            Some("tag permission required (user not logged in)"),
            None,
        ]
    );
    assert_eq!(answers[6], json!([["žluť <&>"]]));
}
