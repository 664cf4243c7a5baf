// SPDX-License-Identifier: GPL-3.0-or-later
//! What the practice hub does, seen from the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(feature = "practice")]

#[path = "../hub/mod.rs"]
mod hub;
mod misbehaviour;
mod tags;
mod work;

use flr::practice::{Options, Seed, Server, Site};
use hub::{Client, Hub, body, exchange, member, named};
use serde_json::{Value, json};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;

#[test]
fn a_session_from_login_to_logout() {
    let hub = Hub::small();
    let mut anonymous = hub.anonymous();
    assert_eq!(anonymous.ok("getLoggedInUser", json!([])), Value::Null);
    let wrong = (1002, "invalid username or password".to_owned());
    for pair in [json!(["practice", "x"]), json!(["who", "x"]), json!(["practice", ""])] {
        assert_eq!(anonymous.fault("login", pair), wrong);
    }
    assert_eq!(
        anonymous.fault("login", json!(["blocked_user", "blocked_user-pw"])),
        (1002, "logins by blocked_user are not allowed".into())
    );
    let mut practice = hub.login("practice");
    assert_eq!(practice.ok("getLoggedInUser", json!([]))["name"], "practice");
    assert_eq!(practice.ok("getPerms", json!([])), json!(["tag"]));
    assert_eq!(practice.fault("login", json!(["practice", "practice-pw"])), (1002, "Already logged in".into()));
    let opened = practice.ok("subsession", json!([]));
    let mut child = hub.anonymous();
    child.adopt(&opened);
    assert_eq!(child.ok("getLoggedInUser", json!([]))["name"], "practice");
    assert_eq!(practice.ok("logout", json!([])), Value::Null);
    let gone = (1002, "Invalid session or bad credentials".to_owned());
    assert_eq!(practice.fault("getLoggedInUser", json!([])), gone);
    assert_eq!(child.fault("getLoggedInUser", json!([])), gone);
    assert_eq!(anonymous.fault("logout", json!([])), (1002, "Not logged in".into()));
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
        (1009, format!("unable to retry call 10 (method packageListAdd) for session {id}"))
    );
    c.callnum = 9;
    assert_eq!(c.raw("getLoggedInUser", &json!([])).result().unwrap_err(), (1008, format!("10 > 9 (session {id})")));
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
    assert_eq!(answers[1]["faultString"], "build bash-5.3.1-1.fc43 already tagged (f43-empty)");
    assert_eq!(answers[1]["traceback"][1], "koji.TagError: build bash-5.3.1-1.fc43 already tagged (f43-empty)\n");
    assert_eq!(answers[2]["faultString"], "No such build: 'no-such-1-1'");
    assert_eq!(answers[3]["faultString"], "Invalid method: noSuchMethod");
    assert_eq!(answers[4]["faultCode"], 1);
    assert_eq!(answers[4]["faultString"], "params");
    assert_eq!(answers[5], json!([null]));
    let rows = c.ok("queryHistory", json!([named(json!({"tables": ["tag_listing"], "tag": "f43-empty"}))]));
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
fn what_is_no_call_is_answered_as_recorded() {
    let hub = Hub::small();
    let port = hub.server.port();
    let post = |path: &str, body: &str| {
        exchange(port, &format!("POST {path} HTTP/1.1\r\nContent-Length: {}\r\n\r\n{body}", body.len())).unwrap()
    };
    let empty = post("/kojihub", "");
    assert_eq!((empty.status, &*empty.body), (400, "Invalid request: Empty request\n"));
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
    assert_eq!((long.status, &*long.body), (400, "Invalid request: Request too long\n"));
    let negotiate = post("/kojihub/ssllogin", &body("sslLogin", &json!([])));
    assert_eq!(negotiate.status, 401);
    assert_eq!(negotiate.header("www-authenticate").unwrap(), "Negotiate");
    let good = post("/kojihub/", &body("getAPIVersion", &json!([])));
    assert_eq!(good.result(), Ok(json!(1)));
}

#[test]
fn a_proxy_in_front_says_who_logs_in() {
    let options = Options { trust_remote_user: Some("X-Remote-User".into()), ..Options::default() };
    let hub = Hub::with(Seed::Small, options);
    let port = hub.server.port();
    let ssl_login = |headers: &str, params: Value| {
        let body = body("sslLogin", &params);
        let head = format!("POST /kojihub/ssllogin HTTP/1.1\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
        exchange(port, &format!("{head}{body}")).unwrap()
    };
    assert_eq!(ssl_login("", json!([])).status, 401);
    let of = |principal: &str| {
        let answer = ssl_login(&format!("x-remote-user: {principal}\r\n"), json!([]));
        let mut client = hub.anonymous();
        client.adopt(&answer.result().unwrap());
        let me = client.ok("getLoggedInUser", json!([]));
        (me["name"].clone(), me["authtype"].clone(), client.ok("getPerms", json!([])))
    };
    // Known by its principal, unknown, unknown but releng.
    assert_eq!(of("kim@EXAMPLE.TEST"), (json!("kim"), json!(3), json!(["tag"])));
    assert_eq!(of("alice@EXAMPLE.TEST"), (json!("alice"), json!(3), json!([])));
    assert_eq!(of("alice@EXAMPLE.TEST").0, "alice");
    assert_eq!(of("releng-bot@EXAMPLE.TEST").2, json!(["tag"]));
    let proxied = ssl_login("x-remote-user: kim@EXAMPLE.TEST\r\n", json!(["admin"]));
    assert_eq!(proxied.result().unwrap_err(), (1002, "kim@EXAMPLE.TEST is not authorized to login other users".into()));
    // On the plain path the header is nobody's word.
    let text = body("sslLogin", &json!([]));
    let plain =
        format!("POST /kojihub HTTP/1.1\r\nX-Remote-User: admin\r\nContent-Length: {}\r\n\r\n{text}", text.len());
    assert_eq!(exchange(port, &plain).unwrap().result().unwrap_err(), (1002, "could not verify client: None".into()));
}

#[test]
fn only_loopback_is_listened_on() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { listen: "0.0.0.0:0".parse().unwrap(), ..Options::default() };
    let error = Server::start(dir.path(), options).unwrap_err();
    assert!(error.what.contains("loopback only"), "{error}");
}

#[test]
fn two_hubs_serve_one_directory() {
    let first = Hub::small();
    let second = Server::start(first.dir.path(), Options::default()).unwrap();
    let login = |port: u16| {
        let mut client = Client::new(port);
        client.login("practice");
        client
    };
    let lane = |port: u16, suffix: &'static str| {
        let mut client = login(port);
        std::thread::spawn(move || {
            for n in 0..20 {
                client.ok("packageListAdd", json!(["f43", format!("made-{suffix}-{n}"), "maria"]));
            }
        })
    };
    let lanes = [lane(first.server.port(), "a"), lane(second.port(), "b")];
    for lane in lanes {
        lane.join().unwrap();
    }
    let prefix = named(json!({"tagID": "f43", "prefix": "made-"}));
    for port in [first.server.port(), second.port()] {
        let listed = Client::new(port).ok("listPackages", json!([prefix]));
        assert_eq!(listed.as_array().unwrap().len(), 40);
    }
    // A session of one is known to the other.
    let mut opened = login(first.server.port());
    let id = opened.session.as_ref().unwrap().0;
    login(second.port()).ok("logout", json!([id]));
    assert_eq!(opened.fault("getLoggedInUser", json!([])).0, 1002);
}

/// As large as Fedora, quickly, and the same every time.
#[test]
fn the_fedora_seed() {
    let hub = Hub::with(Seed::Fedora, Options::default());
    let mut c = hub.anonymous();
    let count = |c: &mut Client, method: &str, keywords: Value| c.ok("count", json!([method, named(keywords)]));
    assert_eq!(count(&mut c, "listPackages", json!({"tagID": "f43"})), 24_900);
    assert_eq!(count(&mut c, "listPackages", json!({"tagID": "f43", "with_blocked": false})), 24_000);
    assert_eq!(count(&mut c, "listTagged", json!({"tag": "f43", "latest": true})), 24_000);
    assert_eq!(count(&mut c, "listTagged", json!({"tag": "f43-rebuild"})), 3_000);
    assert_eq!(count(&mut c, "listTagged", json!({"tag": "f44"})), 7_000);
    let latest = c.ok("getLatestBuilds", json!(["f43-build", null, "bash"]));
    assert_eq!(latest[0]["tag_name"], "f43");
    assert!(latest[0]["build_id"].as_i64().unwrap() > 2_700_000);
    assert!(latest[0]["task_id"].as_i64().unwrap() > 130_000_000);
    let newer = c.ok("listTagged", json!(["f43-rebuild", named(json!({"package": "bash"}))]));
    assert!(newer[0]["nvr"].as_str().unwrap().ends_with("-20.fc43"));
}

/// Connections are kept, and closed after a hundred requests, as a web server does it.
#[test]
fn connections_are_kept_for_a_hundred_requests() {
    use std::io::Read as _;
    let hub = Hub::small();
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", hub.server.port())).unwrap();
    let text = body("getAPIVersion", &json!([]));
    let request = format!("POST /kojihub HTTP/1.1\r\nContent-Length: {}\r\n\r\n{text}", text.len());
    let mut answers = String::new();
    for count in 1..=100 {
        stream.write_all(request.as_bytes()).unwrap();
        while answers.matches("</methodResponse>").count() < count {
            let mut chunk = [0; 4096];
            let n = stream.read(&mut chunk).unwrap();
            assert!(n > 0, "closed after {count}");
            answers.push_str(std::str::from_utf8(&chunk[..n]).unwrap());
        }
        assert_eq!(answers.contains("Connection: close"), count == 100);
    }
    assert_eq!(stream.read(&mut [0; 1]).unwrap(), 0);
}

/// A database that cannot be read is no answer about builds and tags.
#[test]
fn a_broken_database_is_http_500() {
    let hub = Hub::small();
    let db = rusqlite::Connection::open(hub.dir.path().join("hub.sqlite")).unwrap();
    db.execute("UPDATE build SET extra = '{not json' WHERE version = '5.3.1'", []).unwrap();
    let reader = hub.anonymous();
    let answer = reader.raw("getBuild", &json!(["bash-5.3.1-1.fc43"]));
    assert_eq!(answer.status, 500);
    assert_eq!(answer.header("content-type").unwrap(), "text/html; charset=iso-8859-1");
    // Also as one of many.
    let calls = json!([[member("getAPIVersion", json!([])), member("getBuild", json!(["bash-5.3.1-1.fc43"]))]]);
    assert_eq!(reader.raw("multiCall", &calls).status, 500);
    db.execute_batch("DROP TABLE tag_listing").unwrap();
    assert_eq!(reader.raw("listTagged", &json!(["f43"])).status, 500);
    // The hub goes on.
    assert_eq!(reader.raw("getAPIVersion", &json!([])).status, 200);
}

/// The first use of a practice hub may be two commands at once.
#[test]
fn a_new_site_is_made_and_seeded_once_by_many_at_once() {
    for _ in 0..5 {
        let dir = tempfile::tempdir().unwrap();
        let all: Vec<_> = (0..6)
            .map(|_| {
                let dir = dir.path().to_owned();
                std::thread::spawn(move || Site::open(&dir).unwrap().seed(Seed::Small).is_ok())
            })
            .collect();
        let seeded = all.into_iter().map(|one| usize::from(one.join().unwrap())).sum::<usize>();
        assert_eq!(seeded, 1);
        let mode = std::fs::metadata(dir.path().join("hub.sqlite")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
