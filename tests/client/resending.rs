// SPDX-License-Identifier: GPL-3.0-or-later
//! What a writing session makes of lost answers and of hubs that are away.

use crate::server::{Reply, Seen, Server};
use crate::sessions::{KEY, done, opened, releng, secret, server, tag};
use flr::error::Kind;
use flr::koji::{Call, Hub, Options, Reply as KojiReply, SendError, Sent};
use flr::names::TaskId;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What becomes of one batch under these replies, all of which must be used.
fn batch(replies: impl IntoIterator<Item = Reply>) -> (Result<Sent, SendError>, Vec<Seen>) {
    let server = server(replies.into_iter().map(|reply| ("multiCall", reply)));
    let (hub, _) = server.hub();
    let result = hub.login(secret()).unwrap().send(&[tag(1)]);
    let seen = server.seen().split_off(2);
    // Whatever happens, the same bytes go under the same number.
    for copy in &seen {
        assert_eq!(copy.body, seen[0].body);
        assert_eq!(copy.session(), [Some("160000007"), Some(KEY), Some("1")]);
    }
    (result, seen)
}

fn bad_gateway() -> Reply {
    Reply::Page(502, "text/html", "<h1>Bad Gateway</h1>".into())
}

fn retry_error() -> Reply {
    Reply::fault(1009, "unable to retry call 1 (method multiCall)")
}

#[test]
fn a_lost_answer_is_asked_for_under_the_same_number() {
    let half = || {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 500\r\n\r\n<?xml";
        Reply::Raw(head.into())
    };
    let page = || Reply::Page(200, "text/html", "<h1>Sign in</h1>".into());
    for lost in [Reply::Drop, half(), page(), bad_gateway()] {
        let (result, seen) = batch([lost.clone(), done(1)]);
        assert!(result.unwrap().resent);
        assert_eq!(seen.len(), 2);
        let (result, _) = batch([lost.clone(), retry_error()]);
        assert!(matches!(result, Err(SendError::Committed)), "{result:?}");
        let (result, _) = batch([lost.clone(), Reply::fault(1002, "Invalid session")]);
        assert!(matches!(result, Err(SendError::Unknown(_))), "{result:?}");
        let (result, _) = batch([lost.clone(), lost.clone(), lost]);
        assert!(matches!(result, Err(SendError::Unknown(_))), "{result:?}");
    }
}

#[test]
fn a_pause_comes_before_the_second_copy() {
    let server = server([("multiCall", Reply::Drop), ("multiCall", done(1))]);
    let mut profile = server.profile();
    profile.retry_interval = Duration::from_secs(600);
    let options = Options { resend_pause: Duration::from_millis(700), ..Options::default() };
    let hub = Hub::with(profile, options).unwrap();
    let mut writer = hub.login(secret()).unwrap();
    let start = Instant::now();
    writer.send(&[tag(1)]).unwrap();
    assert!(start.elapsed() >= Duration::from_millis(700));
    server.seen();
}

#[test]
fn a_number_that_is_used_means_committed_also_at_once() {
    let (result, _) = batch([retry_error()]);
    assert!(matches!(result, Err(SendError::Committed)), "{result:?}");
}

#[test]
fn a_database_that_was_cut_off_keeps_nothing() {
    let cut = || Reply::Page(500, "text/html; charset=iso-8859-1", "<h1>Internal</h1>".into());
    let (result, _) = batch([cut(), done(1)]);
    assert_eq!(result.unwrap().answers.len(), 1);
    let (result, _) = batch([cut(), cut(), cut()]);
    assert!(matches!(result, Err(SendError::Unknown(_))), "{result:?}");
}

#[test]
fn a_planned_outage_changes_nothing() {
    let away = || Reply::fault(1014, "planned outage");
    let (result, _) = batch([away(), away(), done(1)]);
    assert!(!result.unwrap().resent);
    let (result, _) = batch([away(), away(), away()]);
    match result {
        Err(SendError::NotSent(error)) => assert_eq!(error.kind, Kind::NotNow),
        other => panic!("{other:?}"),
    }
    // Unless an answer was lost before.
    let (result, _) = batch([Reply::Drop, away(), away()]);
    assert!(matches!(result, Err(SendError::Unknown(_))), "{result:?}");
}

#[test]
fn a_refusal_of_the_whole_means_nothing_was_done() {
    for (reply, kind) in [
        (Reply::fault(1004, "no"), Kind::Failed),
        (Reply::fault(1, "<class 'X'>: y"), Kind::Failed),
        (Reply::fault(1006, "exclusive"), Kind::NotNow),
        (Reply::fault(1008, "1 < 5"), Kind::Failed),
        (Reply::Page(400, "text/plain", "Invalid request".into()), Kind::Failed),
        (Reply::Page(404, "text/html", "x".into()), Kind::Failed),
    ] {
        match batch([reply.clone()]).0 {
            Err(SendError::NotSent(error)) => assert_eq!(error.kind, kind, "{reply:?}"),
            other => panic!("{reply:?}: {other:?}"),
        }
    }
    // After a lost answer a refusal says nothing of the first copy, but that the hub looked at the
    // call itself does.
    let (result, _) = batch([Reply::Drop, Reply::Page(404, "text/html", "x".into())]);
    assert!(matches!(result, Err(SendError::Unknown(_))), "{result:?}");
    let (result, _) = batch([Reply::Drop, Reply::fault(1004, "no")]);
    assert!(matches!(result, Err(SendError::NotSent(_))), "{result:?}");
}

#[test]
fn a_session_that_is_gone_leaves_it_open() {
    let (result, _) = batch([Reply::fault(1002, "Invalid session or bad credentials")]);
    assert!(matches!(result, Err(SendError::Unknown(_))), "{result:?}");
}

#[test]
fn answers_that_do_not_fit_the_calls_settle_nothing() {
    for odd in [json!([]), json!([[null], [null]])] {
        let (result, _) = batch([Reply::value(odd)]);
        assert!(matches!(result, Err(SendError::Unknown(_))), "{result:?}");
    }
    // Not even a list: like an answer that was lost.
    for odd in [json!([[null, null]]), json!("x"), json!([{"code": 1}])] {
        let (result, _) = batch([Reply::value(odd), retry_error()]);
        assert!(matches!(result, Err(SendError::Committed)), "{result:?}");
    }
}

#[test]
fn a_hub_that_was_never_reached_has_done_nothing() {
    let Reply::Xml(user) = releng() else { panic!() };
    let last = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{user}",
        user.len()
    );
    let server = Server::new([("login", opened(1, KEY)), ("getLoggedInUser", Reply::Raw(last.into_bytes()))]);
    let (hub, notices) = server.hub();
    let mut writer = hub.login(secret()).unwrap();
    server.stop();
    match writer.send(&[tag(1)]) {
        Err(SendError::NotSent(error)) => {
            assert_eq!(error.kind, Kind::NotNow);
            assert!(error.what.contains("cannot be reached"), "{error}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(notices.lock().unwrap().len(), 2);
}

#[test]
fn an_expired_session_is_renewed() {
    let server = server([
        ("multiCall", done(1)),
        ("multiCall", Reply::fault(1007, "session \"160000007\" has expired")),
        ("login", opened(160_000_007, "2-NEWKEY")),
        ("multiCall", done(1)),
        ("multiCall", done(1)),
    ]);
    let (hub, notices) = server.hub();
    let mut writer = hub.login(secret()).unwrap();
    for build in 1..=3 {
        assert!(!writer.send(&[tag(build)]).unwrap().resent);
    }
    let seen = server.seen();
    assert_eq!(seen[3].session(), [Some("160000007"), Some(KEY), Some("2")]);
    // The numbers go on: the hub may know the last one still.
    assert_eq!(seen[4].session(), [Some("160000007"), Some(KEY), Some("3")]);
    assert_eq!(seen[4].params[2], json!({"renew": true, "exclusive": false, "__starstar": true}));
    assert_eq!(seen[5].session(), [Some("160000007"), Some("2-NEWKEY"), Some("4")]);
    assert_eq!(seen[5].body, seen[3].body);
    assert_eq!(seen[6].session()[2], Some("5"));
    assert!(notices.lock().unwrap()[0].contains("renewing"));
}

#[test]
fn a_renewal_that_fails_is_the_answer() {
    let expired = || Reply::fault(1007, "expired");
    let first = server([("multiCall", expired()), ("login", Reply::fault(1002, "no"))]);
    let result = first.hub().0.login(secret()).unwrap().send(&[tag(1)]);
    assert!(matches!(result, Err(SendError::NotSent(_))), "{result:?}");
    first.seen();
    // Another session in place of ours would be one nobody numbers.
    let other = server([("multiCall", expired()), ("login", opened(5, "2-NEWKEY"))]);
    let result = other.hub().0.login(secret()).unwrap().send(&[tag(1)]);
    assert!(matches!(result, Err(SendError::NotSent(_))), "{result:?}");
    other.seen();
    // And it comes to an end.
    let always = server([
        ("multiCall", expired()),
        ("login", opened(160_000_007, "2-A")),
        ("multiCall", expired()),
        ("login", opened(160_000_007, "2-B")),
        ("multiCall", expired()),
    ]);
    let result = always.hub().0.login(secret()).unwrap().send(&[tag(1)]);
    assert!(matches!(result, Err(SendError::NotSent(_))), "{result:?}");
    always.seen();
}

#[test]
fn an_expired_session_that_cannot_be_renewed_leaves_a_lost_answer_open() {
    let expired = || ("multiCall", Reply::fault(1007, "expired"));
    let server = server([
        ("multiCall", Reply::Drop),
        expired(),
        ("login", opened(160_000_007, "2-A")),
        expired(),
        ("login", opened(160_000_007, "2-B")),
        expired(),
    ]);
    let result = server.hub().0.login(secret()).unwrap().send(&[tag(1)]);
    assert!(matches!(result, Err(SendError::Unknown(_))), "{result:?}");
    server.seen();
}

#[test]
fn a_stop_ends_the_waiting_with_the_truth() {
    for (reply, ran) in [(Reply::Drop, true), (Reply::fault(1014, "away"), false)] {
        let server = server([("multiCall", reply)]);
        let mut profile = server.profile();
        profile.retry_interval = Duration::from_secs(600);
        let stop = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stop);
        let options = Options {
            notices: Arc::new(move |_| flag.store(true, Ordering::Relaxed)),
            stop,
            resend_pause: Duration::from_secs(600),
            ..Options::default()
        };
        let hub = Hub::with(profile, options).unwrap();
        let mut writer = hub.login(secret()).unwrap();
        match writer.send(&[tag(1)]) {
            Err(SendError::Unknown(_)) => assert!(ran),
            Err(SendError::NotSent(error)) => assert!(!ran && error.kind == Kind::NotNow),
            other => panic!("{other:?}"),
        }
        server.seen();
    }
}

#[test]
fn a_batch_beyond_the_hubs_bound_is_not_sent() {
    let server = server([]);
    let (hub, _) = server.hub();
    let mut writer = hub.login(secret()).unwrap();
    let calls: Vec<_> = (0..20_000).map(tag).collect();
    match writer.send(&calls) {
        Err(SendError::NotSent(error)) => assert!(error.what.contains("4194304"), "{error}"),
        other => panic!("{:?}", other.map(|sent| sent.answers.len())),
    }
    server.seen();
}

/// Two copies of it make two tasks, and the number does not always keep the second from running.
#[test]
fn what_is_not_harmless_twice_is_never_sent_again() {
    let build = || Call::Build {
        source: "git+https://src.example/rpms/bash.git#8bf59b0bf9bc3dfc4928e1323e1129daafe34179".parse().unwrap(),
        target: "f43".parse().unwrap(),
        background: true,
        fail_fast: true,
    };
    for lost in [Reply::Drop, bad_gateway(), Reply::Page(200, "text/html", "<h1>Sign in</h1>".into())] {
        let server = server([("multiCall", lost)]);
        let (hub, _) = server.hub();
        let result = hub.login(secret()).unwrap().send(&[tag(1), build()]);
        assert!(matches!(result, Err(SendError::Unknown(_))), "{result:?}");
        let seen = server.seen().split_off(2);
        let params = json!([
            "git+https://src.example/rpms/bash.git#8bf59b0bf9bc3dfc4928e1323e1129daafe34179", "f43", {"fail_fast": true},
            {"priority": 5, "__starstar": true},
        ]);
        assert_eq!((seen.len(), &seen[0].params[0][1]["params"]), (1, &params));
    }
    // A hub that says it is away has not run it.
    let server =
        server([("multiCall", Reply::fault(1014, "planned outage")), ("multiCall", Reply::value(json!([[7]])))]);
    let (hub, _) = server.hub();
    let sent = hub.login(secret()).unwrap().send(&[build()]).unwrap();
    assert_eq!((sent.answers, sent.resent), (vec![Ok(KojiReply::Task(TaskId(7)))], false));
}
