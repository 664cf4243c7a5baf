// SPDX-License-Identifier: GPL-3.0-or-later
//! The client of Bodhi against a scripted server on loopback, and against recorded answers of a real
//! one (bodhi-server 26.4.0, see the README beside them).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use flr::bodhi::{Bodhi, Options, Reader, Records, Settings, State};
use flr::error::{Error, Kind};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What the server sends for one request.
enum Reply {
    /// Status, content type, body.
    Page(u16, &'static str, String),
    /// These bytes, and the connection is closed.
    Raw(&'static [u8]),
    /// Nothing for so long.
    Silence(Duration),
    /// A byte now and then, for so long.
    Trickle(Duration),
}

impl Reply {
    fn json(status: u16, body: &Value) -> Self {
        Self::Page(status, "application/json", body.to_string())
    }

    fn page(rows: &[Value], pages: u64, total: u64) -> Self {
        Self::json(200, &json!({"releases": rows, "page": 1, "pages": pages, "rows_per_page": 3, "total": total}))
    }

    /// The recorded answer of this name.
    fn recorded(name: &str) -> Self {
        let line = line(name);
        let kind = line["response_headers"]["content-type"].as_str().unwrap();
        let status = u16::try_from(line["status"].as_u64().unwrap()).unwrap();
        match &line["response_body"] {
            Value::String(text) => Self::Page(status, "text/html; charset=UTF-8", text.clone()),
            body => {
                assert_eq!(kind, "application/json");
                Self::json(status, body)
            }
        }
    }
}

fn line(name: &str) -> Value {
    let lines = include_str!("fixtures/bodhi/traffic.jsonl").lines();
    lines.map(|line| serde_json::from_str::<Value>(line).unwrap()).find(|line| line["name"] == name).unwrap()
}

fn record(name: &str) -> Value {
    json!({"name": name, "state": "current", "version": "1", "id_prefix": "X", "branch": "x"})
}

/// Asks a server that has these answers; the answer, what the client said, and the requests it made.
fn ask(script: Vec<Reply>) -> (Result<Records, Error>, Vec<String>, Vec<String>) {
    ask_within(script, Duration::from_secs(20))
}

fn ask_within(script: Vec<Reply>, timeout: Duration) -> (Result<Records, Error>, Vec<String>, Vec<String>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let requests = Arc::clone(&seen);
    let server = std::thread::spawn(move || {
        for reply in script {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
            assert!(head.to_lowercase().contains("accept: application/json"), "{head}");
            requests.lock().unwrap().push(head.lines().next().unwrap().to_owned());
            let _ = match reply {
                Reply::Page(status, kind, body) => write!(
                    stream,
                    "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                    body.len()
                ),
                Reply::Raw(bytes) => stream.write_all(bytes),
                Reply::Silence(time) => {
                    std::thread::sleep(time);
                    Ok(())
                }
                Reply::Trickle(time) => {
                    let end = Instant::now() + time;
                    let mut sent = stream.write_all(b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\n\r\n");
                    while sent.is_ok() && Instant::now() < end {
                        std::thread::sleep(Duration::from_millis(50));
                        sent = stream.write_all(b" ");
                    }
                    Ok(())
                }
            };
        }
    });
    let mut settings =
        Settings::load("koji", Some(&format!("http://127.0.0.1:{port}/sub/")), &[], &flr::rest::read_file)
            .unwrap()
            .unwrap();
    (settings.rows_per_page, settings.timeout) = (3, timeout);
    let said = Arc::new(Mutex::new(Vec::new()));
    let saying = Arc::clone(&said);
    let options = Options {
        notices: Arc::new(move |text: &str| saying.lock().unwrap().push(text.to_owned())),
        pauses: vec![Duration::from_millis(10)],
        ..Options::default()
    };
    let host = format!("127.0.0.1:{port}");
    let answer = Bodhi::new(settings, options).releases().map_err(|mut error| {
        error.what = error.what.replace(&host, "BODHI");
        error
    });
    // An answer that nobody asked for fails the test.
    server.join().unwrap();
    let said = said.lock().unwrap().iter().map(|text| text.replace(&host, "BODHI")).collect();
    let seen = seen.lock().unwrap().clone();
    (answer, said, seen)
}

/// The error of one answer that lasts: it is not asked again.
fn refused(reply: Reply) -> (Kind, String) {
    let (answer, said, seen) = ask(vec![reply]);
    assert_eq!((said.len(), seen.len()), (0, 1));
    let error = answer.unwrap_err();
    (error.kind, error.what)
}

#[test]
fn recorded_releases() {
    let (answer, said, seen) = ask(vec![Reply::recorded("releases-list")]);
    let records = answer.unwrap();
    assert_eq!((said.len(), records.unreadable.len()), (0, 0));
    assert_eq!(seen, ["GET /sub/releases/?page=1&rows_per_page=3 HTTP/1.1"]);
    let names: Vec<_> = records.releases.iter().map(|release| release.name.as_str()).collect();
    assert_eq!(names, ["ELN", "EPEL-9", "F41", "F42", "F43", "F43F", "F44", "F45"]);
    let [.., f44, f45] = &records.releases[..] else { panic!() };
    assert_eq!((&f44.state, &f45.state), (&Some(State::Pending), &Some(State::Pending)));
    assert_eq!((f44.composed_by_bodhi, f45.composed_by_bodhi), (Some(true), Some(false)));
    assert_eq!((f45.branch.as_str(), f45.stable_tag.as_ref().unwrap().as_str()), ("rawhide", "f45"));
    // The server's own edit with fields left out: empty tags and no repository.
    let partial = line("release-edit-partial-resets-fields")["response_body"].clone();
    let (answer, _, _) = ask(vec![Reply::page(&[partial], 1, 1)]);
    let reset = answer.unwrap().releases.remove(0);
    assert_eq!((reset.override_tag, reset.testing_repository), (None, None));
    assert_eq!((reset.state, reset.package_manager.as_deref()), (Some(State::Disabled), Some("unspecified")));
}

#[test]
fn pages_that_fit_together() {
    let script = vec![Reply::page(&[record("b"), record("a"), record("c")], 2, 4), Reply::page(&[record("d")], 2, 4)];
    let (answer, _, seen) = ask(script);
    let names: Vec<_> = answer.unwrap().releases.into_iter().map(|release| release.name).collect();
    assert_eq!(names, ["a", "b", "c", "d"]);
    assert_eq!(seen[1], "GET /sub/releases/?page=2&rows_per_page=3 HTTP/1.1");
    // None at all.
    assert!(ask(vec![Reply::page(&[], 0, 0)]).0.unwrap().releases.is_empty());
}

/// Somebody makes a release while the pages are read: a row is missed or comes twice.
#[test]
fn pages_that_do_not_are_read_again() {
    let first = || Reply::page(&[record("a"), record("b"), record("c")], 2, 4);
    let script = vec![
        first(),
        // One more now.
        Reply::page(&[record("c"), record("d")], 2, 5),
        first(),
        // One was renamed: the same number, and one twice.
        Reply::page(&[record("c")], 2, 4),
        first(),
        Reply::page(&[record("d")], 2, 4),
    ];
    let (answer, said, seen) = ask(script);
    assert_eq!((answer.unwrap().releases.len(), said.len(), seen.len()), (4, 0, 6));
    let moving: Vec<Reply> = (0..3).flat_map(|_| [first(), Reply::page(&[record("c")], 2, 4)]).collect();
    let error = ask(moving).0.unwrap_err();
    assert_eq!(error.kind, Kind::NotNow);
    assert_eq!(error.what, "releases at BODHI: the pages do not fit together, somebody is changing releases");
}

#[test]
fn what_bodhi_refuses_is_told_in_its_words() {
    assert_eq!(
        refused(Reply::recorded("releases-rows-too-many")),
        (
            Kind::Failed,
            "releases at BODHI: answered 400: rows_per_page: 1001 is greater than maximum value 1000".into()
        )
    );
    assert_eq!(
        refused(Reply::recorded("release-get-missing")),
        (Kind::Failed, "releases at BODHI: answered 404: name: No such release".into())
    );
    // A page for people is not shown.
    assert_eq!(
        refused(Reply::recorded("compose-get-missing")),
        (Kind::Failed, "releases at BODHI: answered 404".into())
    );
    let (kind, what) = refused(Reply::Raw(
        b"HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:1/releases/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    ));
    assert_eq!(kind, Kind::Failed);
    assert!(what.contains("points to \"http://127.0.0.1:1/releases/\", which flr does not follow"), "{what}");
}

#[test]
fn what_is_no_answer_of_a_bodhi() {
    let (kind, what) = refused(Reply::Page(200, "text/html", "<html>Welcome</html>".into()));
    assert_eq!((kind, what.as_str()), (Kind::Failed, "releases at BODHI: the answer is no JSON"));
    for body in ["", "[]", "{}", "{\"releases\": 3, \"pages\": 1, \"total\": 1}", "{\"releases\": [", "null"] {
        let (kind, what) = refused(Reply::Page(200, "application/json", body.into()));
        assert!(what.starts_with("releases at BODHI: the answer is not what it should be: "), "{what}");
        assert_eq!(kind, Kind::Failed);
    }
    let deep = format!("{{\"releases\": [{}", "[".repeat(200_000));
    assert!(refused(Reply::Page(200, "application/json", deep)).1.contains("recursion limit"));
}

/// A row that cannot be used is noted by name; what is missing and does not count is no matter.
#[test]
fn rows_one_by_one() {
    let rows = [
        json!({"name": "new", "state": "thawed", "colour": 3}),
        json!({"name": "bad", "state": 7}),
        json!({"state": "current"}),
        json!("odd"),
        json!({"name": "tag", "state": "current", "dist_tag": "a b"}),
    ];
    let (answer, _, _) = ask(vec![Reply::page(&rows[..3], 2, 5), Reply::page(&rows[3..], 2, 5)]);
    let records = answer.unwrap();
    assert_eq!((records.releases.len(), &records.releases[0].state), (1, &Some(State::Other("thawed".into()))));
    let bad: Vec<_> = records.unreadable.iter().map(|bad| (bad.name.as_str(), bad.why.as_str())).collect();
    assert_eq!(bad.len(), 4);
    assert_eq!(bad[0], ("(no name)", "missing field `name`"));
    assert!(bad.contains(&("tag", "dist_tag: \"a b\" is not a tag name: it may not contain a blank")));
    assert!(bad.iter().any(|(name, why)| *name == "bad" && why.contains("expected a string")));
}

#[test]
fn bodhi_that_is_away_is_asked_again() {
    let list = || Reply::recorded("releases-list");
    for reply in [
        Reply::Page(502, "text/html", "<html>".into()),
        Reply::Page(503, "application/json", "{}".into()),
        Reply::Page(504, "text/html", String::new()),
        Reply::recorded("release-create-duplicate"),
        Reply::Raw(b""),
        Reply::Raw(b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{\"rel"),
    ] {
        let (answer, said, seen) = ask(vec![reply, list()]);
        assert_eq!((answer.unwrap().releases.len(), said.len(), seen.len()), (8, 1, 2), "{said:?}");
        assert!(said[0].starts_with("releases at BODHI: ") && said[0].ends_with("; trying again in 0 s"), "{said:?}");
    }
    let twice = vec![Reply::Page(503, "text/html", String::new()), Reply::Page(503, "text/html", String::new())];
    let error = ask(twice).0.unwrap_err();
    assert_eq!((error.kind, error.what.as_str()), (Kind::NotNow, "releases at BODHI: answered 503"));
}

#[test]
fn every_question_has_an_end() {
    let began = Instant::now();
    let long = Duration::from_millis(1_500);
    let script = vec![Reply::Silence(long), Reply::Silence(long)];
    let error = ask_within(script, Duration::from_millis(300)).0.unwrap_err();
    assert_eq!((error.kind, error.what.as_str()), (Kind::NotNow, "releases at BODHI: no answer in time"));
    assert!(began.elapsed() < Duration::from_secs(10));
    // Never silent for long, and never done.
    let script = vec![Reply::Trickle(long), Reply::Trickle(long)];
    let error = ask_within(script, Duration::from_millis(300)).0.unwrap_err();
    assert_eq!((error.kind, error.what.as_str()), (Kind::NotNow, "releases at BODHI: the answer did not end in time"));
    // Nobody there.
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let settings =
        Settings::load("koji", Some(&format!("http://127.0.0.1:{port}")), &[], &flr::rest::read_file).unwrap().unwrap();
    let error = Bodhi::new(settings, Options { pauses: vec![], ..Options::default() }).releases().unwrap_err();
    assert_eq!(error.kind, Kind::NotNow);
    assert!(error.what.contains("Bodhi cannot be reached: "), "{error}");
}
