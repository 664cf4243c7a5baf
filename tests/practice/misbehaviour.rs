// SPDX-License-Identifier: GPL-3.0-or-later
//! What goes wrong at a hub, on demand.

use super::hub::{self, Client, Hub, body, exchange, member, named};
use flr::practice::{Misbehaviour, Options, Seed, What, When};
use serde_json::{Value, json};
use std::io::Write as _;
use std::time::{Duration, Instant};

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
