// SPDX-License-Identifier: GPL-3.0-or-later
use super::*;
use std::os::unix::ffi::OsStrExt;

fn record(body: Body) -> Record {
    Record {
        v: FORMAT,
        seq: 7,
        prev: hash(b"before"),
        time: "2026-11-21T21:30:07.25Z".parse().unwrap(),
        mono: 5000,
        clock: None,
        account: "flr-koji".into(),
        host: "kojihost".into(),
        pid: 42,
        flr: "0.1.0".into(),
        body,
    }
}

fn kim() -> Who {
    Who { uid: 1001, name: "loopabull_block".into(), ..Who::default() }
}

#[test]
fn a_record_has_these_fields_and_no_empty_ones() {
    let prev = hash(b"before");
    let line = record(Body::new(Event::Intent, kim())).line().unwrap();
    let expected = format!(
        r#"{{"v":1,"seq":7,"prev":"{prev}","time":"2026-11-21T21:30:07.250Z","mono":5000,"account":"flr-koji","host":"kojihost","pid":42,"flr":"0.1.0","event":"intent","caller":{{"uid":1001,"name":"loopabull_block"}}}}"#
    );
    assert_eq!(String::from_utf8(line).unwrap(), expected);

    let full = record(Body {
        run: Some("20261121-213007-4f1c".parse().unwrap()),
        intent: Some(6),
        command: Some("koji block-pkg".into()),
        argv: vec!["koji".into(), "block-pkg".into()],
        outcomes: Some(Outcomes { done: 3, ..Outcomes::default() }),
        targets: vec!["task 7".into()],
        code: Some(0),
        suppressed: Some(2),
        ..Body::new(Event::Result, Who { login_uid: Some(1001), ..kim() })
    });
    let full = Record { clock: Some("2026-01-01T00:00:00Z".parse().unwrap()), ..full };
    let line = full.line().unwrap();
    assert_eq!(Record::read(&line).unwrap(), full);
    // Two lines of one record are the same bytes.
    assert_eq!(Record::read(&line).unwrap().line().unwrap(), line);
}

#[test]
fn foreign_text_is_ascii_and_comes_back() {
    let hostile = "a\n{\"v\":1}\u{1b}[2J\u{7f}\u{9b}\u{202e}é🎉\"\\";
    let given = record(Body { reason: Some(hostile.into()), ..Body::new(Event::Deny, kim()) });
    let line = given.line().unwrap();
    assert!(line.iter().all(|b| (0x20..0x7f).contains(b)), "{}", String::from_utf8_lossy(&line));
    assert_eq!(Record::read(&line).unwrap().body.reason.as_deref(), Some(hostile));
}

#[test]
fn long_text_is_cut_and_the_cut_is_marked() {
    let long = "\u{1F389}".repeat(100_000);
    let body = Body {
        argv: vec![long.clone(); 1000],
        targets: vec![long.clone(); 10_000],
        reason: Some(long.clone()),
        command: Some(long.clone()),
        ticket: Some(long),
        ..Body::new(Event::Deny, kim())
    }
    .bounded();
    assert_eq!(body.argv.len(), 64);
    assert!(body.argv.iter().all(|arg| arg.chars().count() <= 256));
    assert!(body.argv[0].ends_with("...(99768 more)"), "{}", body.argv[0]);
    assert_eq!(body.argv[63], "...(937 more words)");
    let line = record(body).line().unwrap();
    assert!(line.len() < LONGEST / 2, "{}", line.len());
    assert!(Record::read(&line).is_ok());

    let exact = "x".repeat(256);
    let body = Body { argv: vec![exact.clone(); 64], ..Body::new(Event::Deny, kim()) }.bounded();
    assert_eq!(body.argv, vec![exact; 64]);
}

#[test]
fn bytes_that_are_no_text_are_shown() {
    let args = [OsStr::new("koji"), OsStr::from_bytes(b"a\xff\xfeb\xc3")];
    assert_eq!(words(args), ["koji", "a\\xff\\xfeb\\xc3"]);
}

#[test]
fn the_chains_fields_are_checked_and_others_may_come() {
    let line = String::from_utf8(record(Body::new(Event::Intent, kim())).line().unwrap()).unwrap();
    let with = |from: &str, to: &str| Record::read(line.replacen(from, to, 1).as_bytes());
    assert!(with("{", "{\"later\":[1],").is_ok());
    for (from, to) in [
        ("\"v\":1", "\"v\":2"),
        ("\"seq\":7", "\"seq\":0"),
        ("\"seq\":7", "\"seq\":-1"),
        ("\"seq\":7", "\"seq\":\"7\""),
        ("\"seq\":7,", "\"seq\":7,\"seq\":8,"),
        ("\"seq\":7,", ""),
        ("\"prev\":\"", "\"prev\":\"0"),
        ("\"mono\":5000,", ""),
        ("T21", " at 21"),
        ("\"event\":\"intent\"", "\"event\":\"other\""),
        ("\"pid\":42,", ""),
    ] {
        assert!(with(from, to).is_err(), "{from} as {to}");
    }
    assert!(Record::read(b"").is_err());
    assert!(Record::read("[".repeat(100_000).as_bytes()).is_err());
}
