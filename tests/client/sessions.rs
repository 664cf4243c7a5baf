// SPDX-License-Identifier: GPL-3.0-or-later
//! Logging in, and what a session sends.

use crate::server::{Reply, Server, hub, profile};
use flr::error::Kind;
use flr::koji::profile::Auth;
use flr::koji::{Call, Fault, Login, Reply as Answer, SessionId, Writer};
use flr::names::{BuildId, EventId, TaskId};
use serde_json::{Value, json};

pub const KEY: &str = "2-SESSIONKEYxxxxxxxx";

pub fn opened(id: i64, key: &str) -> Reply {
    Reply::value(json!({"session-id": id, "session-key": key, "header-auth": true}))
}

pub fn releng() -> Reply {
    Reply::value(json!({"id": 2, "name": "releng", "status": 0, "usertype": 0, "krb_principals": []}))
}

pub fn secret() -> Login<'static> {
    Login { user: None, password: Some("releng-pw") }
}

/// A server that lets releng in and then follows the script.
pub fn server<'a>(script: impl IntoIterator<Item = (&'a str, Reply)>) -> Server {
    let login = [("login", opened(160_000_007, KEY)), ("getLoggedInUser", releng())];
    Server::new(login.into_iter().chain(script))
}

pub fn tag(build: u64) -> Call {
    Call::TagBuildBypass { tag: "f43".parse().unwrap(), build: BuildId(build), force: false }
}

pub fn done(count: usize) -> Reply {
    Reply::value(Value::Array(vec![json!([null]); count]))
}

#[test]
fn a_session_from_beginning_to_end() {
    let server = server([
        ("getPerms", Reply::value(json!(["tag", "sign"]))),
        ("multiCall", done(2)),
        ("logout", Reply::value(Value::Null)),
    ]);
    let (hub, notices) = server.hub();
    let mut writer = hub.login(secret()).unwrap();
    assert_eq!(writer.user().as_str(), "releng");
    assert_eq!(writer.session(), SessionId(160_000_007));
    let permissions = writer.permissions().unwrap();
    assert_eq!(permissions, ["sign".to_owned(), "tag".to_owned()].into());
    let sent = writer.send(&[tag(1), tag(2)]).unwrap();
    assert!(!sent.resent);
    assert_eq!(sent.answers, [Ok(Answer::Done), Ok(Answer::Done)]);
    writer.logout().unwrap();
    let seen = server.seen();
    assert_eq!(seen[0].params, [json!("releng"), json!("releng-pw")]);
    assert_eq!(seen[0].session(), [None; 3]);
    for (number, seen) in seen[1..].iter().enumerate() {
        let number = number.to_string();
        assert_eq!(seen.session(), [Some("160000007"), Some(KEY), Some(number.as_str())]);
        assert_eq!(seen.headers["koji-callnum"], number);
        assert_eq!(seen.path, "/kojihub");
    }
    assert!(notices.lock().unwrap().is_empty());
}

#[test]
fn every_call_as_the_hub_gets_it() {
    let tag: flr::names::TagName = "f43".parse().unwrap();
    let package: flr::names::PackageName = "bash".parse().unwrap();
    let build = BuildId(5_000_000_000);
    let from: flr::names::TagName = "f43-rebuild".parse().unwrap();
    let table = [
        (
            Call::TagBuildBypass { tag: tag.clone(), build, force: false },
            json!(["tagBuildBypass", ["f43", 5_000_000_000_u64, {"notify": false, "__starstar": true}]]),
        ),
        (
            Call::TagBuildBypass { tag: tag.clone(), build, force: true },
            json!(["tagBuildBypass", ["f43", 5_000_000_000_u64, {"force": true, "notify": false, "__starstar": true}]]),
        ),
        (
            Call::UntagBuildBypass { tag: tag.clone(), build },
            json!(["untagBuildBypass", ["f43", 5_000_000_000_u64, {"notify": false, "__starstar": true}]]),
        ),
        (Call::TagBuild { tag: tag.clone(), build: BuildId(7) }, json!(["tagBuild", ["f43", 7]])),
        (Call::MoveBuild { from, to: tag.clone(), build: BuildId(7) }, json!(["moveBuild", ["f43-rebuild", "f43", 7]])),
        (Call::UntagBuild { tag: tag.clone(), build: BuildId(7) }, json!(["untagBuild", ["f43", 7]])),
        (
            Call::PackageListAdd {
                tag: tag.clone(),
                package: package.clone(),
                owner: Some("kim".parse().unwrap()),
                block: Some(false),
                extra_arches: Some(String::new()),
                force: true,
            },
            json!(["packageListAdd", ["f43", "bash", {"owner": "kim", "block": false, "extra_arches": "", "force": true, "__starstar": true}]]),
        ),
        (
            Call::PackageListAdd {
                tag: tag.clone(),
                package: package.clone(),
                owner: None,
                block: None,
                extra_arches: None,
                force: false,
            },
            json!(["packageListAdd", ["f43", "bash"]]),
        ),
        (
            Call::PackageListBlock { tag: tag.clone(), package: package.clone() },
            json!(["packageListBlock", ["f43", "bash"]]),
        ),
        (
            Call::PackageListUnblock { tag: tag.clone(), package: package.clone() },
            json!(["packageListUnblock", ["f43", "bash"]]),
        ),
        (
            Call::SnapshotTag { tag: "f44".parse().unwrap(), source: tag.clone(), event: None, force: false },
            json!(["snapshotTag", ["f43", "f44", {"latest_only": true, "inherit_builds": false, "__starstar": true}]]),
        ),
        (
            Call::SnapshotTag {
                tag: "f44".parse().unwrap(),
                source: tag.clone(),
                event: Some(EventId(7)),
                force: true,
            },
            json!(["snapshotTag", ["f43", "f44", {
                "latest_only": true, "inherit_builds": false, "event": 7, "force": true, "__starstar": true,
            }]]),
        ),
        (Call::PackageListRemove { tag, package }, json!(["packageListRemove", ["f43", "bash"]])),
    ];
    let answers: Vec<Value> = table
        .iter()
        .map(|(call, _)| match call {
            Call::TagBuild { .. } => json!([131_129_353]),
            Call::MoveBuild { .. } => json!([131_129_354]),
            _ => json!([null]),
        })
        .collect();
    let server = server([("multiCall", Reply::value(json!(answers)))]);
    let (hub, _) = server.hub();
    let mut writer = hub.login(secret()).unwrap();
    let calls: Vec<Call> = table.iter().map(|(call, _)| call.clone()).collect();
    let sent = writer.send(&calls).unwrap();
    assert_eq!(sent.answers[3], Ok(Answer::Task(TaskId(131_129_353))));
    assert_eq!(sent.answers[4], Ok(Answer::Task(TaskId(131_129_354))));
    assert_eq!(sent.answers[5], Ok(Answer::Done));
    let seen = server.seen();
    let members = seen[2].params[0].as_array().unwrap();
    for (member, (_, wanted)) in members.iter().zip(&table) {
        assert_eq!(json!([member["methodName"], member["params"]]), *wanted);
    }
    // What fits is an int: not every hub knows wider ones.
    let body = String::from_utf8(seen[2].body.clone()).unwrap();
    assert!(body.contains("<i8>5000000000</i8>") && body.contains("<i4>7</i4>"));
}

#[test]
fn a_number_too_wide_is_nobodys() {
    let fault = json!({"faultCode": 1000, "faultString": "No such build", "traceback": []});
    let server = server([("multiCall", Reply::value(json!([fault])))]);
    let (hub, _) = server.hub();
    hub.login(secret()).unwrap().send(&[tag(u64::MAX)]).unwrap();
    let member = &server.seen()[2].params[0][0];
    assert_eq!(member["params"][1], json!("18446744073709551615"));
}

#[test]
fn members_fail_one_by_one() {
    let traceback = json!({"faultCode": 1003, "faultString": "build already tagged", "traceback": ["a", "b"]});
    let server = server([("multiCall", Reply::value(json!([[null], traceback, [null]])))]);
    let (hub, _) = server.hub();
    let sent = hub.login(secret()).unwrap().send(&[tag(1), tag(2), tag(3)]).unwrap();
    let fault = Fault { code: 1003, text: "build already tagged".into() };
    assert_eq!(sent.answers, [Ok(Answer::Done), Err(fault), Ok(Answer::Done)]);
}

#[test]
fn nothing_to_send_is_not_sent() {
    let server = server([]);
    let (hub, _) = server.hub();
    assert!(hub.login(secret()).unwrap().send(&[]).unwrap().answers.is_empty());
    server.seen();
}

#[test]
fn a_password_does_not_travel_in_the_open() {
    let (hub, _) = hub(profile("http://koji.example.test/kojihub"));
    let error = hub.login(secret()).map(drop).unwrap_err();
    assert!(error.what.contains("plain http"), "{error}");
    // To this machine it does (all other tests here).
    let server = Server::new([]);
    let (hub, _) = server.hub();
    let error = hub.login(Login::default()).map(drop).unwrap_err();
    assert_eq!(error.kind, Kind::Usage);
    assert!(error.what.contains("no password for releng"), "{error}");
}

#[test]
fn nobody_cannot_write() {
    let server = Server::new([]);
    let mut profile = server.profile();
    profile.auth = Auth::Anonymous;
    let error = hub(profile).0.login(secret()).map(drop).unwrap_err();
    assert!(error.what.contains("no login"), "{error}");
    server.seen();
}

#[test]
fn a_wrong_password_is_told_without_it() {
    let server = Server::new([("login", Reply::fault(1002, "invalid username or password"))]);
    let error = server.hub().0.login(secret()).map(drop).unwrap_err();
    assert_eq!(error.kind, Kind::Failed);
    assert!(error.what.contains("hub fault 1002: invalid username or password"), "{error}");
    assert_eq!(error.hint.as_deref(), Some("check the password of releng"));
    assert!(!format!("{error:?} {:?}", secret()).contains("releng-pw"));
    server.seen();
}

#[test]
fn a_web_server_can_refuse_a_login_too() {
    for (status, hint) in [(401, true), (403, true), (404, true), (405, false)] {
        let page = Reply::Page(status, "text/html", "<h1>No</h1>".into());
        let server = Server::new([("login", page)]);
        let error = server.hub().0.login(secret()).map(drop).unwrap_err();
        let wanted = format!("answered {status} with text/html: \"No\"");
        assert!(error.what.ends_with(&wanted), "{error}");
        assert_eq!(error.hint.is_some(), hint);
        server.seen();
    }
}

#[test]
fn a_login_waits_for_the_hub() {
    let server = Server::new([
        ("login", Reply::fault(1014, "Server disabled for maintenance")),
        ("login", Reply::Drop),
        ("login", opened(1, KEY)),
        ("getLoggedInUser", releng()),
    ]);
    let (hub, notices) = server.hub();
    hub.login(secret()).unwrap();
    server.seen();
    assert_eq!(notices.lock().unwrap().len(), 2);
}

#[test]
fn old_hubs_get_the_session_in_the_address() {
    let server = Server::new([
        ("login", Reply::value(json!({"session-id": 9, "session-key": "2-a&b c"}))),
        ("getLoggedInUser", releng()),
        ("multiCall", done(1)),
        ("logout", Reply::value(Value::Null)),
    ]);
    let (hub, _) = server.hub();
    let mut writer = hub.login(secret()).unwrap();
    writer.send(&[tag(1)]).unwrap();
    writer.logout().unwrap();
    let seen = server.seen();
    assert_eq!(seen[2].path, "/kojihub?session-id=9&session-key=2-a%26b+c&callnum=1");
    assert_eq!(seen[2].session(), [None; 3]);
}

#[test]
fn a_hub_that_ignores_the_session_is_noticed() {
    let server = Server::new([
        ("login", Reply::value(json!({"session-id": 9, "session-key": KEY}))),
        ("getLoggedInUser", Reply::value(Value::Null)),
        ("logout", Reply::fault(1000, "Not logged in")),
    ]);
    let error = server.hub().0.login(secret()).map(drop).unwrap_err();
    assert!(error.what.contains("anonymous"), "{error}");
    server.seen();
}

#[test]
fn errors_never_hold_the_key() {
    // In the address it could be in the HTTP library's own messages.
    for reply in [
        Reply::Drop,
        Reply::Page(404, "text/html", "x".into()),
        Reply::fault(1002, "Invalid session"),
        Reply::Raw(b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n".to_vec()),
        Reply::Raw(b"nonsense\r\n\r\n".to_vec()),
    ] {
        let server = Server::new([
            ("login", Reply::value(json!({"session-id": 9, "session-key": KEY}))),
            ("getLoggedInUser", releng()),
            ("multiCall", reply.clone()),
        ]);
        let mut profile = server.profile();
        profile.max_retries = 0;
        let (hub, notices) = hub(profile);
        let error = hub.login(secret()).unwrap().send(&[tag(1)]).unwrap_err();
        let told = format!("{error:?} {:?} {hub:?}", notices.lock().unwrap());
        assert!(!told.contains("SESSIONKEY"), "{told}");
    }
}

#[test]
fn subsessions_have_their_own_number_and_key() {
    let server = server([
        ("subsession", opened(160_000_008, "2-SUBKEY")),
        ("multiCall", done(1)),
        ("logout", Reply::value(Value::Null)),
        ("multiCall", done(1)),
    ]);
    let (hub, _) = server.hub();
    let mut first = hub.login(secret()).unwrap();
    let mut second = first.subsession().unwrap();
    assert_eq!(second.user().as_str(), "releng");
    second.send(&[tag(1)]).unwrap();
    second.logout().unwrap();
    first.send(&[tag(2)]).unwrap();
    let seen = server.seen();
    assert_eq!(seen[3].session(), [Some("160000008"), Some("2-SUBKEY"), Some("0")]);
    assert_eq!(seen[5].session(), [Some("160000007"), Some(KEY), Some("2")]);
}

#[test]
fn a_lost_subsession_is_opened_again() {
    let server = server([
        ("subsession", Reply::Drop),
        ("subsession", Reply::fault(1009, "unable to retry call 1 (method subsession)")),
        ("subsession", opened(160_000_009, "2-SUBKEY")),
    ]);
    let (hub, _) = server.hub();
    let mut first = hub.login(secret()).unwrap();
    assert_eq!(first.subsession().unwrap().session(), SessionId(160_000_009));
    let seen = server.seen();
    let numbers: Vec<_> = seen[2..].iter().map(|seen| seen.session()[2]).collect();
    assert_eq!(numbers, [Some("1"), Some("1"), Some("2")]);
}

#[test]
fn an_expired_session_is_not_renewed_to_be_ended() {
    let server = server([("logout", Reply::fault(1007, "session has expired"))]);
    let (hub, _) = server.hub();
    hub.login(secret()).unwrap().logout().unwrap();
    server.seen();
}

/// All work is done by then; the profile's retries are for work.
#[test]
fn a_hub_that_is_away_is_asked_twice_to_end_a_session() {
    let bad_gateway = || Reply::Page(502, "text/html", "<h1>Bad Gateway</h1>".into());
    for away in [bad_gateway, || Reply::fault(1014, "planned outage"), || Reply::Drop] {
        let server = server([("logout", away()), ("logout", away())]);
        let (hub, _) = server.hub();
        assert!(hub.login(secret()).unwrap().logout().is_err());
        server.seen();
    }
}

#[test]
fn sessions_are_closed_whatever_their_state() {
    let server = server([
        ("logout", Reply::value(Value::Null)),
        ("logout", Reply::fault(1000, "query returned no rows")),
        ("logout", Reply::fault(1004, "no")),
        ("logout", Reply::Drop),
        ("logout", Reply::fault(1009, "unable to retry call 4 (method logout)")),
        ("logout", Reply::Drop),
        ("logout", Reply::fault(1002, "Invalid session or bad credentials")),
    ]);
    let (hub, _) = server.hub();
    let mut writer: Box<dyn Writer> = hub.login(secret()).unwrap();
    writer.close_session(SessionId(5)).unwrap();
    writer.close_session(SessionId(5)).unwrap();
    assert!(writer.close_session(SessionId(6)).is_err());
    writer.close_session(SessionId(7)).unwrap();
    writer.logout().unwrap();
    let seen = server.seen();
    assert_eq!(seen[2].params, [json!(5)]);
    assert!(seen[8].params.is_empty());
}
