// SPDX-License-Identifier: GPL-3.0-or-later
//! What the practice hub does, seen from the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(feature = "practice")]

mod hub;

use hub::{Hub, body, exchange, member, named};
use serde_json::{Value, json};

fn nvrs(builds: &Value) -> Vec<&str> {
    let builds = builds.as_array().unwrap();
    builds.iter().map(|b| b["nvr"].as_str().unwrap()).collect()
}

#[test]
fn a_session_from_login_to_logout() {
    let hub = Hub::small();
    let mut anonymous = hub.anonymous();
    assert_eq!(anonymous.ok("getLoggedInUser", json!([])), Value::Null);
    let wrong = (1002, "invalid username or password".to_owned());
    for pair in [
        json!(["practice", "x"]),
        json!(["who", "x"]),
        json!(["practice", ""]),
    ] {
        assert_eq!(anonymous.fault("login", pair), wrong);
    }
    assert_eq!(
        anonymous.fault("login", json!(["blocked_user", "blocked_user-pw"])),
        (1002, "logins by blocked_user are not allowed".into())
    );
    let mut practice = hub.login("practice");
    assert_eq!(
        practice.ok("getLoggedInUser", json!([]))["name"],
        "practice"
    );
    assert_eq!(practice.ok("getPerms", json!([])), json!(["tag"]));
    assert_eq!(
        practice.fault("login", json!(["practice", "practice-pw"])),
        (1002, "Already logged in".into())
    );
    let opened = practice.ok("subsession", json!([]));
    let mut child = hub.anonymous();
    child.adopt(&opened);
    assert_eq!(child.ok("getLoggedInUser", json!([]))["name"], "practice");
    assert_eq!(practice.ok("logout", json!([])), Value::Null);
    let gone = (1002, "Invalid session or bad credentials".to_owned());
    assert_eq!(practice.fault("getLoggedInUser", json!([])), gone);
    assert_eq!(child.fault("getLoggedInUser", json!([])), gone);
    assert_eq!(
        anonymous.fault("logout", json!([])),
        (1002, "Not logged in".into())
    );
}

#[test]
fn call_numbers_are_used_up_by_commits_only() {
    let hub = Hub::small();
    let mut c = hub.login("practice");
    let id = c.session.as_ref().unwrap().0;
    c.callnum = 10;
    assert!(c.raw("getLoggedInUser", &json!([])).result().is_ok());
    assert!(c.raw("getLoggedInUser", &json!([])).result().is_ok());
    let add = json!(["f43", "brand-new", "maria"]);
    // A fault is rolled back, and its number with it.
    let fault = c.raw("packageListAdd", &json!(["f43", "x", "no-one"]));
    assert_eq!(fault.result().unwrap_err().0, 1000);
    assert!(c.raw("packageListAdd", &add).result().is_ok());
    assert_eq!(
        c.raw("packageListAdd", &add).result().unwrap_err(),
        (
            1009,
            format!("unable to retry call 10 (method packageListAdd) for session {id}")
        )
    );
    c.callnum = 9;
    assert_eq!(
        c.raw("getLoggedInUser", &json!([])).result().unwrap_err(),
        (1008, format!("10 > 9 (session {id})"))
    );
    c.callnum = 500;
    // The same data again changes nothing and leaves the number free.
    assert!(c.raw("packageListAdd", &add).result().is_ok());
    assert!(c.raw("packageListAdd", &add).result().is_ok());
    // A multicall uses its number up, also if all of it faults or only reads.
    let reads = json!([[member("getTag", json!(["f43"]))]]);
    assert!(c.raw("multiCall", &reads).result().is_ok());
    assert_eq!(c.raw("multiCall", &reads).result().unwrap_err().0, 1009);
    c.callnum = 501;
    let faults = json!([[member("tagBuildBypass", json!(["f43", "no-such-1-1"]))]]);
    assert!(c.raw("multiCall", &faults).result().is_ok());
    assert_eq!(c.raw("multiCall", &faults).result().unwrap_err().0, 1009);
}

#[test]
fn a_multicall_undoes_its_bad_members_singly() {
    let hub = Hub::small();
    let mut c = hub.login("practice");
    let build = c.ok("getBuild", json!(["bash-5.3.1-1.fc43"]))["id"].clone();
    let other = c.ok("getBuild", json!(["coreutils-9.7-2.fc43"]))["id"].clone();
    let answers = c.ok(
        "multiCall",
        json!([[
            member("tagBuildBypass", json!(["f43-empty", build])),
            member("tagBuildBypass", json!(["f43-empty", build])),
            member("tagBuildBypass", json!(["f43-empty", "no-such-1-1"])),
            member("noSuchMethod", json!([])),
            {"methodName": "getAPIVersion"},
            member("tagBuildBypass", json!(["f43-empty", other])),
        ]]),
    );
    assert_eq!(answers[0], json!([null]));
    assert_eq!(answers[1]["faultCode"], 1003);
    assert_eq!(
        answers[1]["faultString"],
        "build bash-5.3.1-1.fc43 already tagged (f43-empty)"
    );
    assert_eq!(
        answers[1]["traceback"][1],
        "koji.TagError: build bash-5.3.1-1.fc43 already tagged (f43-empty)\n"
    );
    assert_eq!(answers[2]["faultString"], "No such build: 'no-such-1-1'");
    assert_eq!(answers[3]["faultString"], "Invalid method: noSuchMethod");
    assert_eq!(answers[4]["faultCode"], 1);
    assert_eq!(answers[4]["faultString"], "params");
    assert_eq!(answers[5], json!([null]));
    let rows = c.ok(
        "queryHistory",
        json!([named(
            json!({"tables": ["tag_listing"], "tag": "f43-empty"})
        )]),
    );
    let rows = rows["tag_listing"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    // Each call has an event of its own.
    assert_ne!(rows[0]["create_event"], rows[1]["create_event"]);
    assert_eq!(rows[0]["creator_name"], "practice");
    // Nothing is listed there, so nothing shows.
    assert_eq!(c.ok("listTagged", json!(["f43-empty"])), json!([]));
    let tags = c.ok("listTags", json!([named(json!({"build": build}))]));
    assert_eq!(tags[0]["name"], "f43-empty");
}

#[test]
fn latest_is_the_last_tagged_not_the_highest() {
    let hub = Hub::small();
    let mut c = hub.anonymous();
    let all = c.ok(
        "listTagged",
        json!([
            "f43-updates-candidate",
            named(json!({"package": "coreutils"}))
        ]),
    );
    assert_eq!(
        nvrs(&all),
        [
            "coreutils-9.7-4.fc43",
            "coreutils-9.7-2.fc43",
            "coreutils-9.7-3.fc43"
        ]
    );
    assert_eq!(all[0].as_object().unwrap().len(), 26);
    let mut practice = hub.login("practice");
    let force = json!(["f43-updates-candidate", "coreutils-9.7-3.fc43", true]);
    practice.ok("tagBuildBypass", force);
    let two = named(json!({"package": "coreutils", "latest": 2}));
    let newest = c.ok("listTagged", json!(["f43-updates-candidate", two]));
    assert_eq!(
        nvrs(&newest),
        ["coreutils-9.7-3.fc43", "coreutils-9.7-4.fc43"]
    );
    let history = c.ok(
        "queryHistory",
        json!([named(
            json!({"tables": ["tag_listing"], "tag": "f43-updates-candidate",
                            "build": "coreutils-9.7-3.fc43"})
        )]),
    );
    let rows = history["tag_listing"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    let (old, new) = (&rows[0], &rows[1]);
    assert_eq!(old["active"], Value::Null);
    assert_eq!(new["active"], true);
    assert_eq!(old["revoke_event"], new["create_event"]);
    let inherited = c.ok(
        "listTagged",
        json!([
            "f43-updates-candidate",
            named(json!({"inherit": true, "latest": true}))
        ]),
    );
    let inherited = nvrs(&inherited);
    assert!(inherited.contains(&"bash-5.3.0-1.fc43"));
    assert!(inherited.contains(&"coreutils-9.7-3.fc43"));
    assert!(
        !inherited.iter().any(|nvr| nvr.starts_with("python2.7")),
        "blocked"
    );
    assert!(
        !inherited.iter().any(|nvr| nvr.starts_with("nodejs16")),
        "unlisted"
    );
}

#[test]
fn what_is_no_call_is_answered_as_recorded() {
    let hub = Hub::small();
    let port = hub.server.port();
    let post = |path: &str, body: &str| {
        exchange(
            port,
            &format!(
                "POST {path} HTTP/1.1\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ),
        )
        .unwrap()
    };
    let empty = post("/kojihub", "");
    assert_eq!(
        (empty.status, &*empty.body),
        (400, "Invalid request: Empty request\n")
    );
    assert_eq!(empty.header("content-type").unwrap(), "text/plain");
    assert_eq!(empty.header("koji-version").unwrap(), "1.35.3");
    assert_eq!(post("/kojihub", "hello").status, 400);
    assert_eq!(post("/nosuchpath", "x").status, 404);
    let get = exchange(port, "GET /kojihub HTTP/1.1\r\n\r\n").unwrap();
    assert_eq!(get.status, 405);
    assert_eq!(get.header("allow").unwrap(), "POST");
    let chunked = "POST /kojihub HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_eq!(exchange(port, chunked).unwrap().status, 411);
    let long = post("/kojihub", &"x".repeat(4 * 1024 * 1024 + 1));
    assert_eq!(
        (long.status, &*long.body),
        (400, "Invalid request: Request too long\n")
    );
    let negotiate = post("/kojihub/ssllogin", &body("sslLogin", &json!([])));
    assert_eq!(negotiate.status, 401);
    assert_eq!(negotiate.header("www-authenticate").unwrap(), "Negotiate");
    let good = post("/kojihub/", &body("getAPIVersion", &json!([])));
    assert_eq!(good.result(), Ok(json!(1)));
}
