// SPDX-License-Identifier: GPL-3.0-or-later
//! What can come instead of an answer.

use crate::server::{Reply, Server, hub, profile};
use flr::error::{Error, Kind};
use flr::koji::{Hub, Options, Reader};
use serde_json::json;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

fn event() -> Reply {
    Reply::value(json!({"id": 7, "ts": 1.5}))
}

/// The error of `getLastEvent` after these replies, all of which must be used.
fn error_after(replies: impl IntoIterator<Item = Reply>) -> Error {
    let server = Server::new(replies.into_iter().map(|reply| ("getLastEvent", reply)));
    let (hub, _) = server.hub();
    let error = hub.last_event().unwrap_err();
    server.seen();
    assert!(error.what.starts_with("getLastEvent at 127.0.0.1:"), "{error}");
    assert!(error.what.len() < 500, "{error}");
    error
}

fn raw(head: &str, body: &str) -> Reply {
    Reply::Raw(format!("HTTP/1.1 {head}\r\n\r\n{body}").into_bytes())
}

const WHOLE: &str = "<?xml version='1.0'?><methodResponse><params><param><value><struct><member><name>id</name><value><int>7</int></value></member></struct></value></param></params></methodResponse>";

#[test]
fn a_page_is_no_answer() {
    let page = format!("<html>\n<body class='x'>Sign\u{1b}[31m in<br/>{}</body></html>", "x".repeat(5000));
    let error = error_after([Reply::Page(200, "text/html; charset=utf-8", page)]);
    assert_eq!(error.kind, Kind::Failed);
    assert!(error.what.contains("no XML with text/html; charset=utf-8: \"Sign [31m in xxx"), "{error}");
    assert!(!error.what.contains('\u{1b}') && !error.what.contains('\n'));
}

#[test]
fn another_type_is_no_answer_even_around_xml() {
    for kind in ["text/plain", "application/json", "", "text/xmlx"] {
        let error = error_after([Reply::Page(200, kind, WHOLE.into())]);
        assert!(error.what.contains("no XML"), "{error}");
    }
    for kind in ["text/xml", "Text/XML; charset=utf-8", "application/xml"] {
        let server = Server::new([("getLastEvent", Reply::Page(200, kind, WHOLE.into()))]);
        assert_eq!(server.hub().0.last_event().unwrap().0, 7);
    }
}

#[test]
fn half_an_answer_is_asked_for_again() {
    let half = || raw("200 OK\r\nContent-Type: text/xml\r\nContent-Length: 200", &WHOLE[..60]);
    let server = Server::new([("getLastEvent", half()), ("getLastEvent", event())]);
    assert_eq!(server.hub().0.last_event().unwrap().0, 7);
    server.seen();
    // The first, one at once, two more.
    let error = error_after([half(), half(), half()]);
    assert_eq!(error.kind, Kind::NotNow);
    assert!(error.what.contains("the answer broke off"), "{error}");
    let chunked = || raw("200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked", "5\r\n<?xml\r\n");
    let error = error_after([chunked(), chunked(), chunked()]);
    assert!(error.what.contains("the answer broke off"), "{error}");
}

#[test]
fn xml_that_ends_early_is_an_error() {
    let error = error_after([Reply::Xml(WHOLE.split("<int>").next().unwrap().into())]);
    assert_eq!(error.kind, Kind::Failed);
    assert!(error.what.contains("ends too early"), "{error}");
    let error = error_after([Reply::Xml("<html/>".into())]);
    assert!(error.what.contains("no methodResponse"), "{error}");
    // Another shape than the method's.
    let error = error_after([Reply::value(json!({"id": "x".repeat(3000)}))]);
    assert!(error.what.contains("invalid type"), "{error}");
}

#[test]
fn a_huge_answer_is_refused_before_it_is_read() {
    let head = "200 OK\r\nContent-Type: text/xml\r\nContent-Length: 3000000000";
    let error = error_after([raw(head, "<?xml")]);
    assert!(error.what.contains("longer than 2147483648 bytes"), "{error}");
}

#[test]
fn redirects_are_not_followed() {
    let target = Server::new([]);
    let head = format!("302 Found\r\nLocation: {}/login?next=1\r\nContent-Length: 0", target.url);
    let error = error_after([raw(&head, "")]);
    assert_eq!(error.kind, Kind::Failed);
    assert!(error.what.contains("302") && error.what.contains("/login?next=1"), "{error}");
    assert!(target.seen().is_empty());
}

#[test]
fn refusals_are_not_repeated() {
    for status in [400, 401, 403, 404, 405, 411, 413] {
        let error = error_after([Reply::Page(status, "text/plain", "Invalid request: no".into())]);
        assert_eq!(error.kind, Kind::Failed);
        assert!(error.what.contains(&format!("answered {status} with text/plain: \"Invalid request: no\"")), "{error}");
        // Nothing is there: the address may be the web server's and not the hub's.
        assert_eq!(error.hint.is_some_and(|hint| hint.contains("/kojihub")), status == 404);
    }
}

#[test]
fn a_hub_that_is_away_is_waited_for_aloud() {
    for away in [
        Reply::Page(502, "text/html", "<h1>Bad Gateway</h1>".into()),
        Reply::Page(503, "text/html", String::new()),
        Reply::Page(504, "text/html", String::new()),
        Reply::fault(1014, "planned outage until 21:00 UTC"),
    ] {
        let server =
            Server::new([("getLastEvent", away.clone()), ("getLastEvent", away.clone()), ("getLastEvent", event())]);
        let (hub, notices) = server.hub();
        assert_eq!(hub.last_event().unwrap().0, 7);
        server.seen();
        let notices = notices.lock().unwrap();
        assert_eq!(notices.len(), 2, "{notices:?}");
        assert!(notices[0].ends_with("trying again in 20 ms (try 2 of 3)"), "{notices:?}");
        assert!(notices[1].ends_with("(try 3 of 3)"), "{notices:?}");
        let error = error_after([away.clone(), away.clone(), away]);
        assert_eq!(error.kind, Kind::NotNow);
    }
}

#[test]
fn nobody_listening_is_waited_for_too() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (hub, notices) = hub(profile(&format!("http://127.0.0.1:{port}/kojihub")));
    let error = hub.last_event().unwrap_err();
    assert_eq!(error.kind, Kind::NotNow);
    assert!(error.what.contains("cannot be reached"), "{error}");
    assert_eq!(notices.lock().unwrap().len(), 2);
}

#[test]
fn a_connection_that_was_closed_meanwhile_is_no_news() {
    let server = Server::new([("getLastEvent", event()), ("getLastEvent", Reply::Drop), ("getLastEvent", event())]);
    let (hub, notices) = server.hub();
    hub.last_event().unwrap();
    hub.last_event().unwrap();
    let seen = server.seen();
    assert_eq!(seen[1].body, seen[2].body);
    assert!(notices.lock().unwrap().is_empty());
}

#[test]
fn a_call_has_its_time() {
    let late = Reply::Late(Duration::from_millis(1500), Box::new(Reply::Drop));
    let server = Server::new([("getLastEvent", late.clone()), ("getLastEvent", late)]);
    let mut profile = server.profile();
    profile.timeout = Duration::from_millis(200);
    profile.max_retries = 0;
    let (hub, _) = hub(profile);
    let start = Instant::now();
    let error = hub.last_event().unwrap_err();
    assert!(error.what.contains("no answer in time"), "{error}");
    assert_eq!(error.kind, Kind::NotNow);
    assert!(start.elapsed() < Duration::from_millis(1400));
}

#[test]
fn a_stop_ends_the_waiting() {
    let server = Server::new([("getLastEvent", Reply::fault(1014, "away"))]);
    let mut profile = server.profile();
    profile.retry_interval = Duration::from_secs(600);
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    let options = Options {
        // As soon as it says that it waits.
        notices: Arc::new(move |_| flag.store(true, Ordering::Relaxed)),
        stop,
        ..Options::default()
    };
    let start = Instant::now();
    let error = Hub::with(profile, options).unwrap().last_event().unwrap_err();
    assert_eq!(error.kind, Kind::NotNow);
    assert!(start.elapsed() < Duration::from_secs(5));
    server.seen();
}

#[test]
fn compressed_and_chunked_answers_are_read() {
    use std::io::Write;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(WHOLE.as_bytes()).unwrap();
    let packed = gzip.finish().unwrap();
    let head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n";
    let (a, b) = packed.split_at(20);
    let mut bytes = head.as_bytes().to_vec();
    for chunk in [a, b, &[]] {
        bytes.extend(format!("{:x}\r\n", chunk.len()).bytes());
        bytes.extend(chunk);
        bytes.extend(b"\r\n");
    }
    let server = Server::new([("getLastEvent", Reply::Raw(bytes))]);
    assert_eq!(server.hub().0.last_event().unwrap().0, 7);
}

#[test]
fn one_connection_serves_many_calls() {
    let server = Server::new((0..5).map(|_| ("getLastEvent", event())));
    let (hub, _) = server.hub();
    for _ in 0..5 {
        hub.last_event().unwrap();
    }
    assert_eq!(server.methods().len(), 5);
}

#[test]
fn a_profile_that_cannot_work_says_so() {
    for server in ["ftp://koji.example.test/hub", "https://me:secret@koji.example.test/hub"] {
        let error = Hub::new(profile(server)).unwrap_err();
        assert!(error.what.contains("profile test") && !error.what.contains("secret"), "{error}");
    }
    let mut bad = profile("https://127.0.0.1:1/kojihub");
    bad.serverca = Some("/nonexistent/ca.pem".into());
    let error = Hub::new(bad.clone()).unwrap().last_event().unwrap_err();
    assert!(error.what.contains("/nonexistent/ca.pem"), "{error}");
    let empty = tempfile::NamedTempFile::new().unwrap();
    bad.serverca = Some(empty.path().into());
    let error = Hub::new(bad).unwrap().last_event().unwrap_err();
    assert!(error.what.contains("no certificate"), "{error}");
}
