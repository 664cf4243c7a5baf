// SPDX-License-Identifier: GPL-3.0-or-later
//! What the practice hub does, seen from the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(feature = "practice")]

mod hub;

use flr::practice::{Misbehaviour, Options, Seed, Server, Site, What, When};
use hub::{Client, Hub, body, exchange, member, named};
use serde_json::{Value, json};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

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
fn latest_is_the_last_tagged_not_the_highest() {
    let hub = Hub::small();
    let mut c = hub.anonymous();
    let all = c.ok("listTagged", json!(["f43-updates-candidate", named(json!({"package": "coreutils"}))]));
    assert_eq!(nvrs(&all), ["coreutils-9.7-4.fc43", "coreutils-9.7-2.fc43", "coreutils-9.7-3.fc43"]);
    assert_eq!(all[0].as_object().unwrap().len(), 26);
    let mut practice = hub.login("practice");
    let force = json!(["f43-updates-candidate", "coreutils-9.7-3.fc43", true]);
    practice.ok("tagBuildBypass", force);
    let two = named(json!({"package": "coreutils", "latest": 2}));
    let newest = c.ok("listTagged", json!(["f43-updates-candidate", two]));
    assert_eq!(nvrs(&newest), ["coreutils-9.7-3.fc43", "coreutils-9.7-4.fc43"]);
    let history = c.ok(
        "queryHistory",
        json!([named(json!({"tables": ["tag_listing"], "tag": "f43-updates-candidate",
                            "build": "coreutils-9.7-3.fc43"}))]),
    );
    let rows = history["tag_listing"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    let (old, new) = (&rows[0], &rows[1]);
    assert_eq!(old["active"], Value::Null);
    assert_eq!(new["active"], true);
    assert_eq!(old["revoke_event"], new["create_event"]);
    let inherited =
        c.ok("listTagged", json!(["f43-updates-candidate", named(json!({"inherit": true, "latest": true}))]));
    let inherited = nvrs(&inherited);
    assert!(inherited.contains(&"bash-5.3.0-1.fc43"));
    assert!(inherited.contains(&"coreutils-9.7-3.fc43"));
    assert!(!inherited.iter().any(|nvr| nvr.starts_with("python2.7")), "blocked");
    assert!(!inherited.iter().any(|nvr| nvr.starts_with("nodejs16")), "unlisted");
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

fn rule(when: When, what: What) -> Misbehaviour {
    Misbehaviour::new(when, what)
}

/// One change and the history that tells whether it was committed.
struct Target {
    hub: Hub,
    client: Client,
    params: Value,
}

impl Target {
    fn new() -> Self {
        let hub = Hub::small();
        let client = hub.login("practice");
        let params = json!([[
            member("tagBuildBypass", json!(["f43-empty", "bash-5.3.1-1.fc43"])),
            member("tagBuildBypass", json!(["f43-empty", "coreutils-9.7-3.fc43"])),
            member("tagBuildBypass", json!(["f43-empty", "coreutils-9.7-2.fc43"])),
        ]]);
        Self { hub, client, params }
    }

    fn send(&self) -> Option<hub::Raw> {
        self.client.send(&body("multiCall", &self.params))
    }

    fn tagged(&self) -> usize {
        let query = named(json!({"tables": ["tag_listing"], "tag": "f43-empty", "active": true}));
        let rows = self.hub.anonymous().ok("queryHistory", json!([query]));
        rows["tag_listing"].as_array().unwrap().len()
    }

    fn outcome(&self) -> String {
        let calls = self.hub.server.calls();
        calls.iter().rfind(|call| call.method == "multiCall").unwrap().outcome.clone()
    }
}

#[test]
fn it_drops_connections_before_and_after_the_commit() {
    for (what, committed, outcome) in
        [(What::DropBefore, 0, "dropped"), (What::DropAfter, 3, "dropped"), (What::HalfAnswer, 3, "half")]
    {
        let t = Target::new();
        t.hub.server.misbehave(rule(When::Writing(1), what.clone()));
        assert!(t.send().is_none(), "{what:?}");
        assert_eq!(t.tagged(), committed, "{what:?}");
        assert_eq!(t.outcome(), outcome);
        assert_eq!(t.hub.server.pending_rules(), []);
        // Sent again, the same bytes.
        let again = t.send().unwrap().result();
        match committed {
            0 => assert_eq!(again, Ok(json!([[null], [null], [null]]))),
            _ => assert_eq!(again.unwrap_err().0, 1009),
        }
        assert_eq!(t.tagged(), 3);
    }
}

#[test]
fn it_answers_with_what_is_no_answer() {
    for (what, status, kind, committed) in [
        (What::HttpBefore(503), 503, "text/html", 0),
        (What::HttpAfter(502), 502, "text/html", 3),
        (What::Html, 200, "text/html", 3),
        (What::ContentType("application/json".into()), 200, "application/json", 3),
        (What::HugeAnswer(3_000_000), 200, "text/xml", 0),
    ] {
        let t = Target::new();
        t.hub.server.misbehave(rule(When::Change(2), what.clone()));
        let answer = t.send().unwrap();
        assert_eq!(answer.status, status, "{what:?}");
        assert!(answer.header("content-type").unwrap().starts_with(kind), "{what:?}");
        assert_eq!(t.tagged(), committed, "{what:?}");
        if matches!(what, What::HugeAnswer(_)) {
            assert!(answer.body.len() > 3_000_000);
        }
        assert_eq!(t.hub.server.pending_rules(), []);
    }
}

#[test]
fn it_fails_changes() {
    let mut t = Target::new();
    let fail = What::Fail { code: 1004, text: "tag is locked".into() };
    t.hub.server.misbehave(rule(When::Change(2), fail));
    let answers = t.send().unwrap().result().unwrap();
    assert_eq!(answers[0], json!([null]));
    assert_eq!((&answers[1]["faultCode"], &answers[1]["faultString"]), (&json!(1004), &json!("tag is locked")));
    assert_eq!(answers[2], json!([null]));
    assert_eq!(t.tagged(), 2);

    t = Target::new();
    t.hub.server.misbehave(rule(When::Change(2), What::Deadlock));
    let answers = t.send().unwrap().result().unwrap();
    assert_eq!(answers[0], json!([null]));
    for answer in [&answers[1], &answers[2]] {
        assert_eq!(answer["faultCode"], 1);
        assert!(answer["faultString"].as_str().unwrap().starts_with("deadlock detected"));
    }
    assert_eq!(t.tagged(), 1);
}

#[test]
fn it_ends_sessions_and_goes_away() {
    let mut t = Target::new();
    t.hub.server.misbehave(rule(When::Writing(1), What::Expire));
    let id = t.client.session.as_ref().unwrap().0;
    let expired = (1007, format!("session \"{id}\" has expired"));
    assert_eq!(t.send().unwrap().result().unwrap_err(), expired);
    // It stays so until it is renewed: same number, new key.
    assert_eq!(t.client.fault("getLoggedInUser", json!([])), expired);
    let renew = named(json!({"renew": true, "exclusive": false}));
    let opened = t.client.ok("login", json!(["practice", "practice-pw", renew]));
    assert_eq!(opened["session-id"], id);
    t.client.adopt(&opened);
    assert!(t.send().unwrap().result().is_ok());

    t = Target::new();
    t.hub.server.misbehave(rule(When::Writing(1), What::CloseSession));
    assert_eq!(t.send().unwrap().result().unwrap_err().0, 1002);

    t = Target::new();
    let away = rule(When::Request(2), What::Offline("planned outage".into())).times(2);
    t.hub.server.misbehave(away);
    assert!(t.hub.anonymous().call("getAPIVersion", json!([])).is_ok());
    for _ in 0..2 {
        assert_eq!(t.send().unwrap().result().unwrap_err(), (1014, "planned outage".into()));
    }
    assert!(t.send().unwrap().result().is_ok());
}

#[test]
fn somebody_else_comes_first() {
    let t = Target::new();
    let other = What::Meanwhile {
        user: "kim".into(),
        calls: vec![("tagBuildBypass".into(), vec![json!("f43-empty"), json!("bash-5.3.1-1.fc43")])],
    };
    t.hub.server.misbehave(rule(When::Writing(1), other));
    let answers = t.send().unwrap().result().unwrap();
    assert_eq!(answers[0]["faultCode"], 1003);
    let query = named(json!({"tables": ["tag_listing"], "tag": "f43-empty", "package": "bash"}));
    let rows = t.hub.anonymous().ok("queryHistory", json!([query]));
    assert_eq!(rows["tag_listing"][0]["creator_name"], "kim");

    // A second copy of the same request runs although its number is used.
    let t = Target::new();
    t.hub.server.misbehave(rule(When::Writing(1), What::Twice));
    let answers = t.send().unwrap().result().unwrap();
    for answer in answers.as_array().unwrap() {
        assert_eq!(answer["faultCode"], 1003);
    }
    assert_eq!(t.tagged(), 3);
}

#[test]
fn a_late_commit_is_waited_for_by_logout_and_by_nobody_else() {
    let t = Target::new();
    t.hub.server.misbehave(rule(When::Writing(1), What::DelayCommit(1500)));
    // The client goes away at once.
    let port = t.hub.server.port();
    let (id, key) = t.client.session.clone().unwrap();
    let text = body("multiCall", &t.params);
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(
        stream,
        "POST /kojihub HTTP/1.1\r\nKoji-Session-Id: {id}\r\nKoji-Session-Key: {key}\r\nKoji-Session-Callnum: 0\r\nContent-Length: {}\r\n\r\n{text}",
        text.len()
    )
    .unwrap();
    drop(stream);
    while !t.hub.server.pending_rules().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(200));
    let begun = Instant::now();
    // Logging in and reading go on; nothing is to be seen yet.
    let mut other = t.hub.login("practice");
    assert_eq!(t.tagged(), 0);
    assert!(begun.elapsed() < Duration::from_millis(1000), "{:?}", begun.elapsed());
    other.ok("logout", json!([id]));
    assert_eq!(t.tagged(), 3);
    assert_eq!(t.send().unwrap().result().unwrap_err().0, 1002);
}

#[test]
fn a_session_does_one_call_at_a_time() {
    let t = Target::new();
    t.hub.server.misbehave(rule(When::Writing(1), What::DelayCommit(700)));
    let slow = {
        let client = t.client.clone();
        let text = body("multiCall", &t.params);
        std::thread::spawn(move || client.send(&text).unwrap().result())
    };
    while !t.hub.server.pending_rules().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(100));
    // The same bytes again wait for the first ones, and then their number is used.
    let again = t.send().unwrap().result();
    assert_eq!(again.unwrap_err().0, 1009);
    assert!(slow.join().unwrap().is_ok());
}

#[test]
fn it_takes_orders_over_http() {
    let options = Options { control: true, ..Options::default() };
    let hub = Hub::with(Seed::Small, options);
    let port = hub.server.port();
    let post = |path: &str, text: &str| {
        exchange(port, &format!("POST {path} HTTP/1.1\r\nContent-Length: {}\r\n\r\n{text}", text.len())).unwrap()
    };
    let asked = post("/control", r#"{"when": {"method": {"name": "getTag", "nth": 2}}, "what": {"http-before": 504}}"#);
    assert_eq!(asked.status, 200, "{asked:?}");
    let pending: Value = serde_json::from_str(&asked.body).unwrap();
    assert_eq!(pending["pending"].as_array().unwrap().len(), 1);
    let reader = hub.anonymous();
    assert_eq!(reader.raw("getTag", &json!(["f43"])).status, 200);
    assert_eq!(reader.raw("getTag", &json!(["f43"])).status, 504);
    let now = exchange(port, "GET /control HTTP/1.1\r\n\r\n").unwrap();
    assert_eq!(now.body, r#"{"pending":[]}"#);
    let calls = exchange(port, "GET /control/calls HTTP/1.1\r\n\r\n").unwrap();
    let calls: Value = serde_json::from_str(&calls.body).unwrap();
    assert_eq!(calls[1]["outcome"], "http 504");
    assert_eq!(calls[1]["args"], json!(["f43"]));
    assert_eq!(post("/control", r#"{"when": {"request": 1}, "what": "explode"}"#).status, 400);
    assert_eq!(post("/control", r#"[{"when": {"request": 99}, "what": "html"}]"#).status, 200);
    assert_eq!(hub.server.pending_rules().len(), 1);
    assert_eq!(post("/control/clear", "").status, 200);
    assert_eq!(hub.server.pending_rules().len(), 0);
    // Without leave there is no such path.
    let closed = Hub::small();
    assert_eq!(exchange(closed.server.port(), "GET /control HTTP/1.1\r\n\r\n").unwrap().status, 404);
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

#[test]
fn tasks_are_done_in_the_name_of_their_owner() {
    let hub = Hub::small();
    let mut nobody = hub.login("nobody");
    let mut admin = hub.login("admin");
    let nvr = "bash-5.3.1-1.fc43";
    let id = nobody.ok("tagBuild", json!(["f43-override", nvr]));
    let task = wait(&mut nobody, &id);
    assert_eq!((&task["state"], &task["method"]), (&json!(2), &json!("tagBuild")));
    assert_eq!(nobody.ok("getTaskResult", json!([id])), Value::Null);
    // The checks are made again by the task.
    let id = nobody.ok("tagBuild", json!(["f43-override", nvr]));
    assert_eq!(wait(&mut nobody, &id)["state"], 5);
    let text = format!("build {nvr} already tagged (f43-override)");
    assert_eq!(nobody.fault("getTaskResult", json!([id])), (1003, text.clone()));
    assert_eq!(nobody.ok("getTaskResult", json!([id, false])), json!({"faultCode": 1003, "faultString": text}));
    // A move that cannot tag does not untag either.
    let id = nobody.ok("moveBuild", json!(["f43-override", "f43-updates-candidate", nvr]));
    assert_eq!(wait(&mut nobody, &id)["state"], 2);
    admin.ok("tagBuildBypass", json!(["f43-override", nvr]));
    let id = nobody.ok("moveBuild", json!(["f43-override", "f43-updates-candidate", nvr]));
    assert_eq!(wait(&mut nobody, &id)["state"], 5);
    let tags = nobody.ok("listTags", json!([nvr]));
    assert_eq!(tags.as_array().unwrap().len(), 2);
    let denied = (1004, "policy violation (tag): this user may not tag into or out of this tag".to_owned());
    assert_eq!(nobody.fault("tagBuild", json!(["f43", nvr])), denied);
    assert_eq!(nobody.fault("untagBuild", json!(["f43", "bash-5.3.0-1.fc43"])), denied);
    assert_eq!(
        nobody.fault("tagBuildBypass", json!(["f43", nvr])),
        (1004, "tag permission required (logged in as nobody)".into())
    );
    let other = hub.login("kim").fault("cancelTask", json!([id]));
    assert_eq!(other, (1004, "Cannot cancel task, not owner".into()));
}

/// A task once it is over.
fn wait(client: &mut Client, id: &Value) -> Value {
    for _ in 0..500 {
        if client.ok("taskFinished", json!([id])) == json!(true) {
            return client.ok("getTaskInfo", json!([id, true]));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("task {id} does not end");
}

/// A build's task from free to its end, and the build beside it.
#[test]
fn builds_end_as_their_commits_say() {
    let hub = Hub::small();
    let (mut nobody, mut anonymous) = (hub.login("nobody"), hub.anonymous());
    let source = |package: &str, commit: &str| format!("git+https://src.example.test/rpms/{package}.git#{commit}");
    let mut ended = |package: &str, target: &str, commit: &str| {
        let id = nobody.ok("build", json!([source(package, commit), target, {"fail_fast": true}, 5]));
        let state = wait(&mut nobody, &id)["state"].clone();
        let builds = nobody.ok("listBuilds", json!([named(json!({"taskID": id}))]));
        let fault = if state == 5 { nobody.ok("getTaskResult", json!([id, false])) } else { Value::Null };
        let told = |build: &Value| (build["nvr"].as_str().unwrap().to_owned(), build["state"].as_i64().unwrap());
        (fault["faultString"].as_str().unwrap_or_default().to_owned(), builds.as_array().unwrap().first().map(told))
    };
    assert_eq!(ended("bash", "f43-candidate", "1"), (String::new(), Some(("bash-5.3.1-2.fc43".into(), 1))));
    let (why, build) = ended("bash", "f43-candidate", "bad1");
    assert!(why.starts_with("BuildError: error building package bash (arch x86_64)"), "{why}");
    assert_eq!(build, Some(("bash-5.3.1-3.fc43".into(), 3)));
    for (package, target, commit, why) in [
        ("bash", "f43-candidate", "dead", "BuildError: Error running GIT command \"git fetch origin dead\""),
        ("bash", "nope", "1", "GenericError: unknown build target: nope"),
        ("python2.7", "f43-candidate", "1", "BuildError: package python2.7 is blocked for tag f43-updates-candidate"),
        (
            "never-seen",
            "f43-candidate",
            "1",
            "BuildError: package never-seen not in list for tag f43-updates-candidate",
        ),
    ] {
        let (told, build) = ended(package, target, commit);
        assert!(told.starts_with(why) && build.is_none(), "{told}");
    }
    let tags = anonymous.ok("listTags", json!(["bash-5.3.1-2.fc43"]));
    assert_eq!(tags[0]["name"], "f43-updates-candidate");
    // One goes on while another is begun and ends.
    let lasting = nobody.ok("build", json!([source("bash", "c0ffee"), "f43-candidate"]));
    let other = nobody.ok("build", json!([source("glibc", "1"), "f43-candidate"]));
    assert_eq!(wait(&mut nobody, &other)["state"], 2);
    assert_eq!(nobody.ok("getTaskInfo", json!([lasting]))["state"], 1);
    nobody.ok("cancelTask", json!([lasting]));
    let builds = nobody.ok("listBuilds", json!([named(json!({"taskID": lasting}))]));
    assert_eq!((&nobody.ok("getTaskInfo", json!([lasting]))["state"], &builds[0]["state"]), (&json!(3), &json!(4)));
    let login = (1004, "you must be logged in for this operation".to_owned());
    assert_eq!(anonymous.fault("build", json!([source("bash", "1"), "f43-candidate"])), login);
    let early = json!([source("bash", "1"), "f43-candidate", null, -1]);
    let denied = (1004, "only admins may create high-priority tasks".to_owned());
    assert_eq!(hub.login("kim").fault("build", early), denied);
}

#[test]
fn locks_permissions_and_the_policy_give_way_to_an_administrator_with_force() {
    let hub = Hub::small();
    let (mut practice, mut admin) = (hub.login("practice"), hub.login("admin"));
    let force = named(json!({"force": true}));
    let nvr = "bash-5.3.1-1.fc43";
    for (tag, text) in [("f42", "tag is locked"), ("f43-updates-pending", "tag requires autosign permission")] {
        let refused = (1004, text.to_owned());
        assert_eq!(practice.fault("tagBuildBypass", json!([tag, nvr])), refused);
        assert_eq!(practice.fault("tagBuildBypass", json!([tag, nvr, force])), refused);
        assert_eq!(admin.fault("tagBuildBypass", json!([tag, nvr])), refused);
        admin.ok("tagBuildBypass", json!([tag, nvr, force]));
    }
    // massTag looks at neither.
    practice.ok("massTag", json!(["f42", ["coreutils-9.7-3.fc43"]]));
    let removal = json!(["f43", "bash"]);
    let denied = "policy violation (package_list): packages are blocked, not removed";
    assert_eq!(practice.fault("packageListRemove", removal.clone()), (1004, denied.into()));
    assert_eq!(admin.fault("packageListRemove", removal), (1004, denied.into()));
    admin.ok("packageListRemove", json!(["f43", "bash", true]));
    assert_eq!(
        hub.login("nobody").fault("packageListBlock", json!(["f43", "glibc"])),
        (1004, "policy violation (package_list): Only admin/tag can do this via default policy".into())
    );
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

/// Depth, intransitive links, noconfig, loops and priorities, as koji walks them.
#[test]
fn inheritance_is_walked_as_koji_walks_it() {
    let hub = Hub::small();
    let mut c = hub.login("practice");
    for name in ["i-top", "i-a", "i-b", "i-c", "i-d"] {
        c.ok("createTag", json!([name]));
    }
    let mut id = |name: &str| c.ok("getTagID", json!([name])).as_i64().unwrap();
    let (a, b, cc, d, top) = (id("i-a"), id("i-b"), id("i-c"), id("i-d"), id("i-top"));
    let link = |parent: i64, priority: i64, maxdepth: Option<i64>, intransitive: bool| {
        json!({"parent_id": parent, "priority": priority, "maxdepth": maxdepth,
               "intransitive": intransitive, "noconfig": false, "pkg_filter": ""})
    };
    let order = |c: &mut Client, tag: &str, reverse: bool| -> Vec<String> {
        let all = c.ok("getFullInheritance", json!([tag, named(json!({"reverse": reverse}))]));
        let name = |t: &Value| t["name"].as_str().unwrap().to_owned();
        all.as_array().unwrap().iter().map(name).collect()
    };
    let set = |c: &mut Client, tag: &str, links: Value| c.ok("setInheritanceData", json!([tag, links]));
    // The lower number first, depth before breadth.
    set(&mut c, "i-top", json!([link(b, 5, None, false), link(a, 1, None, false)]));
    set(&mut c, "i-a", json!([link(cc, 0, None, false)]));
    set(&mut c, "i-b", json!([link(d, 0, None, false)]));
    assert_eq!(order(&mut c, "i-top", false), ["i-a", "i-c", "i-b", "i-d"]);
    assert_eq!(order(&mut c, "i-d", true), ["i-b", "i-top"]);
    // A depth of 0 takes the parent and nothing of what it inherits.
    set(&mut c, "i-top", json!([link(a, 1, Some(0), false)]));
    assert_eq!(order(&mut c, "i-top", false), ["i-a", "i-b", "i-d"]);
    // An intransitive link counts only for the child itself.
    set(&mut c, "i-b", json!([link(d, 0, None, true)]));
    assert_eq!(order(&mut c, "i-b", false), ["i-d"]);
    assert_eq!(order(&mut c, "i-top", false), ["i-a", "i-b"]);
    // A loop is cut.
    set(&mut c, "i-a", json!([link(top, 7, None, false)]));
    set(&mut c, "i-top", json!([link(a, 1, None, false)]));
    assert_eq!(order(&mut c, "i-top", false), ["i-a", "i-c", "i-b"]);
    assert_eq!(
        c.fault("setInheritanceData", json!(["i-a", [link(b, 7, None, false)]])),
        (1000, format!("Multiple parent tags ([{top}, {b}]) cannot have the same priority value (7) on child tag {a}"))
    );
    set(&mut c, "i-a", json!([{"parent_id": top, "delete link": true}]));
    assert_eq!(order(&mut c, "i-a", false), ["i-c"]);
}

/// What a copy has, each with an event of its own, and what stands against one; the texts are koji's.
#[test]
fn a_tag_is_copied() {
    let hub = Hub::small();
    let mut c = hub.login("practice");
    c.ok("groupListAdd", json!(["f43", "build"]));
    c.ok("groupPackageListAdd", json!(["f43", "build", "bash", named(json!({"type": "default"}))]));
    let event = c.ok("getLastEvent", json!([]))["id"].clone();
    assert_eq!(c.ok("snapshotTag", json!(["f43", "copy", named(json!({"inherit_builds": false}))])), Value::Null);
    let tag = c.ok("getTag", json!(["copy"]));
    assert_eq!(
        (&tag["arches"], &tag["extra"]),
        (&json!("x86_64 aarch64 ppc64le s390x"), &json!({"mock.package_manager": "dnf5"}))
    );
    assert_eq!(c.ok("getInheritanceData", json!(["copy"])), json!([]));
    let list = |c: &mut Client, tag: &str, inherited: bool| -> Vec<(String, bool)> {
        let entries = c.ok("listPackages", json!([{"tagID": tag, "inherited": inherited, "__starstar": true}]));
        let entries = entries.as_array().unwrap().iter();
        let mut list: Vec<_> =
            entries.map(|e| (e["package_name"].as_str().unwrap().to_owned(), e["blocked"] == true)).collect();
        list.sort();
        list
    };
    assert_eq!(list(&mut c, "copy", false), list(&mut c, "f43", true));
    let latest = |c: &mut Client, tag: &str| -> Vec<String> {
        let builds = c.ok("listTagged", json!([tag, named(json!({"latest": true}))]));
        nvrs(&builds).into_iter().map(str::to_owned).collect()
    };
    assert_eq!(latest(&mut c, "copy"), latest(&mut c, "f43"));
    let rows = c.ok("queryHistory", json!([named(json!({"tables": ["tag_listing", "tag_packages"], "tag": "copy"}))]));
    let events: Vec<i64> = ["tag_listing", "tag_packages"]
        .iter()
        .flat_map(|table| rows[table].as_array().unwrap())
        .map(|row| row["create_event"].as_i64().unwrap())
        .collect();
    let distinct: std::collections::BTreeSet<&i64> = events.iter().collect();
    assert_eq!(distinct.len(), events.len());
    // What a package in a group is set to does not come along.
    let groups = c.ok("getTagGroups", json!(["copy"]));
    let package = &groups[0]["packagelist"][0];
    assert_eq!((&package["package"], &package["type"]), (&json!("bash"), &json!("mandatory")));

    let fault = |c: &mut Client, params: Value| c.fault("snapshotTag", params);
    assert_eq!(fault(&mut c, json!(["f43", "copy"])), (1000, "Target tag already exists".into()));
    assert_eq!(fault(&mut c, json!(["f42", "copy2"])), (1000, "Source tag is locked, use force to copy".into()));
    let no_builds = json!(["f43", "copy2", named(json!({"pkgs": false}))]);
    assert_eq!(fault(&mut c, no_builds), (1019, "builds can't be used without pkgs in snapshotTag".into()));
    assert_eq!(fault(&mut c, json!(["f99", "copy2"])), (1000, "No such tagInfo: 'f99'".into()));
    assert_eq!(hub.login("kim").fault("snapshotTag", json!(["f99", "copy2"])).0, 1000);
    assert_eq!(
        hub.anonymous().fault("snapshotTag", json!(["f43", "copy2"])),
        (1004, "tag permission required (user not logged in)".into())
    );
    // A locked one by force, and one as it was before.
    c.ok("snapshotTag", json!(["f42", "copy3", named(json!({"force": true, "groups": false}))]));
    assert_eq!(c.ok("getTag", json!(["copy3"]))["locked"], true);
    c.ok("packageListBlock", json!(["f43", "bash"]));
    c.ok("snapshotTag", json!(["f43", "copy4", named(json!({"event": event, "builds": false}))]));
    assert!(list(&mut c, "copy4", false).contains(&("bash".into(), false)));
    assert_eq!(latest(&mut c, "copy4"), Vec::<String>::new());
}

/// A parent goes by its number; a name is looked up and then is no number.
#[test]
fn a_parent_goes_by_its_number() {
    let hub = Hub::small();
    let mut c = hub.login("practice");
    let link = json!({"parent_id": "f44", "priority": 9, "maxdepth": null, "intransitive": false, "noconfig": false, "pkg_filter": ""});
    assert_eq!(c.fault("setInheritanceData", json!(["f43-empty", [link]])).0, 1);
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

/// koji is silent about what is there or inherited exactly so, and remembers the packages of a group that goes.
#[test]
fn groups_of_packages_in_tags() {
    let hub = Hub::small();
    let mut c = hub.login("practice");
    let shown = |c: &mut Client, tag: &str, inherit: bool| -> Vec<String> {
        let groups = c.ok("getTagGroups", json!([tag, named(json!({"inherit": inherit, "incl_blocked": true}))]));
        let group = |group: &Value| {
            let packages = group["packagelist"].as_array().unwrap();
            let names: Vec<&str> = packages.iter().map(|p| p["package"].as_str().unwrap()).collect();
            let blocked = if group["blocked"] == json!(true) { " (blocked)" } else { "" };
            format!("{}{blocked}: {}", group["name"].as_str().unwrap(), names.join(" "))
        };
        groups.as_array().unwrap().iter().map(group).collect()
    };
    let rows = |c: &mut Client, table: &str| {
        let found = c.ok("queryHistory", json!([named(json!({"tables": [table], "tag": "child"}))]));
        found[table].as_array().unwrap().clone()
    };
    c.ok("createTag", json!(["child", named(json!({"parent": "f43-build"}))]));
    assert_eq!(shown(&mut c, "child", true), ["build: bash coreutils rpm-build", "srpm-build: bash rpm-build"]);
    // Inherited exactly so: no entry.
    c.ok("groupListAdd", json!(["child", "build"]));
    c.ok("groupPackageListAdd", json!(["child", "build", "bash"]));
    assert_eq!((shown(&mut c, "child", false).len(), rows(&mut c, "group_package_listing").len()), (0, 0));
    // By another name it is the tag's own; once is enough.
    for _ in 0..2 {
        c.ok("groupListAdd", json!(["child", "build", named(json!({"display_name": "Build root"}))]));
        c.ok("groupPackageListAdd", json!(["child", "build", "gcc", named(json!({"type": "optional"}))]));
    }
    assert_eq!(shown(&mut c, "child", false), ["build: gcc"]);
    let (groups, packages) = (rows(&mut c, "group_config"), rows(&mut c, "group_package_listing"));
    assert_eq!((groups.len(), packages.len()), (1, 1));
    assert_eq!(
        ["group.name", "display_name", "exported", "biarchonly", "creator_name", "tag.name"].map(|key| &groups[0][key]),
        [&json!("build"), &json!("Build root"), &json!(true), &json!(false), &json!("practice"), &json!("child")]
    );
    assert_eq!(
        ["package", "type", "blocked"].map(|key| &packages[0][key]),
        [&json!("gcc"), &json!("optional"), &json!(false)]
    );
    assert_eq!(shown(&mut c, "child", true)[0], "build: gcc bash coreutils rpm-build");
    c.ok("groupListRemove", json!(["child", "build"]));
    let gone = (1000, "No group: build found for tag: child".to_owned());
    assert_eq!(c.fault("groupListRemove", json!(["child", "build"])), gone);
    c.ok("groupListRemove", json!(["child", "build", named(json!({"force": true}))]));
    c.ok("groupListAdd", json!(["child", "build", named(json!({"description": "again"}))]));
    assert_eq!(shown(&mut c, "child", false), ["build: gcc"]);
    for _ in 0..2 {
        c.ok("groupPackageListRemove", json!(["child", "build", "gcc"]));
    }
    assert_eq!(shown(&mut c, "child", false), ["build: "]);

    c.ok("groupPackageListBlock", json!(["child", "build", "bash"]));
    let blocked = (1000, "package bash blocked in group build, tag child".to_owned());
    assert_eq!(c.fault("groupPackageListAdd", json!(["child", "build", "bash"])), blocked);
    c.ok("groupPackageListUnblock", json!(["child", "build", "bash"]));
    assert!(c.fault("groupPackageListUnblock", json!(["child", "build", "bash"])).1.starts_with("package bash is NOT"));
    c.ok("groupListBlock", json!(["child", "build"]));
    assert_eq!(shown(&mut c, "child", false), ["build (blocked): "]);
    let blocked = (1000, "group build is blocked in tag child".to_owned());
    assert_eq!(c.fault("groupListAdd", json!(["child", "build"])), blocked);
    assert_eq!(c.fault("groupPackageListAdd", json!(["child", "build", "x"])), blocked);
    c.ok("groupListUnblock", json!(["child", "build"]));
    let free = (1000, "group build is NOT blocked in tag child".to_owned());
    assert_eq!(c.fault("groupListUnblock", json!(["child", "build"])), free);

    let absent = (1000, "group build not present in tag f43".to_owned());
    assert_eq!(c.fault("groupPackageListAdd", json!(["f43", "build", "bash"])), absent);
    let unknown = (1000, "No such entry in table groups: none".to_owned());
    assert_eq!(c.fault("groupPackageListAdd", json!(["f43", "none", "bash"])), unknown);
    let denied = (1004, "tag permission required (logged in as nobody)".to_owned());
    let mut nobody = hub.login("nobody");
    for (method, params) in [
        ("groupListAdd", json!(["f43", "build"])),
        ("groupListRemove", json!(["f43", "build"])),
        ("groupPackageListAdd", json!(["f43", "build", "bash"])),
        ("groupPackageListRemove", json!(["f43", "build", "bash"])),
        ("addExternalRepoToTag", json!(["f43", "f43-bootstrap", 1])),
        ("editTagExternalRepo", json!(["f43-build", "f43-bootstrap", 1])),
        ("removeExternalRepoFromTag", json!(["f43-build", "f43-bootstrap"])),
    ] {
        assert_eq!(nobody.fault(method, params), denied, "{method}");
    }
}

#[test]
fn what_tags_draw_from_elsewhere() {
    let hub = Hub::small();
    let mut c = hub.login("practice");
    let links = |c: &mut Client| -> Vec<Value> {
        let links = c.ok("getTagExternalRepos", json!([named(json!({"tag_info": "f43"}))]));
        let link =
            |link: &Value| json!([link["external_repo_name"], link["priority"], link["merge_mode"], link["arches"]]);
        links.as_array().unwrap().iter().map(link).collect()
    };
    let add = |priority: Value, more: Value| json!(["f43", "f43-bootstrap", priority, named(more)]);
    c.ok("addExternalRepoToTag", add(json!(5), json!({"merge_mode": "bare", "arches": "x86_64,aarch64"})));
    assert_eq!(links(&mut c), [json!(["f43-bootstrap", 5, "bare", "x86_64 aarch64"])]);
    let twice = (1000, "tag f43 already associated with external repo f43-bootstrap".to_owned());
    assert_eq!(c.fault("addExternalRepoToTag", add(json!(6), json!({}))), twice);
    let edit = |c: &mut Client, more: Value| c.ok("editTagExternalRepo", json!(["f43", "f43-bootstrap", named(more)]));
    assert_eq!(edit(&mut c, json!({"priority": 5, "merge_mode": null, "arches": null})), json!(false));
    assert_eq!(edit(&mut c, json!({"priority": 7})), json!(true));
    assert_eq!(edit(&mut c, json!({"merge_mode": "koji", "arches": ""})), json!(true));
    assert_eq!(links(&mut c), [json!(["f43-bootstrap", 7, "koji", ""])]);
    let rows = c.ok("queryHistory", json!([named(json!({"tables": ["tag_external_repos"], "tag": "f43"}))]));
    let rows = rows["tag_external_repos"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[0]["external_repo.name"]), (3, &json!("f43-bootstrap")));
    assert_eq!((&rows[0]["revoke_event"], &rows[0]["revoker_name"]), (&rows[1]["create_event"], &json!("practice")));
    c.ok("removeExternalRepoFromTag", json!(["f43", "f43-bootstrap"]));
    let none = (1000, "external repo f43-bootstrap not associated with tag f43".to_owned());
    assert_eq!(c.fault("removeExternalRepoFromTag", json!(["f43", "f43-bootstrap"])), none);
    assert_eq!(c.fault("editTagExternalRepo", json!(["f43", "f43-bootstrap", 1])), none);
    assert_eq!(c.fault("addExternalRepoToTag", json!(["f43", "nowhere", 1])), (1000, "No such repo: nowhere".into()));
    let odd = add(json!(1), json!({"merge_mode": "odd"}));
    assert_eq!(c.fault("addExternalRepoToTag", odd), (1000, "No such merge mode: odd".into()));
    assert_eq!(c.fault("addExternalRepoToTag", add(json!("first"), json!({}))).0, 1019);
    assert_eq!(c.ok("getExternalRepo", json!(["nowhere"])), Value::Null);
    assert_eq!(c.ok("getExternalRepo", json!(["f43-bootstrap"])), c.ok("listExternalRepos", json!([]))[0]);
}
