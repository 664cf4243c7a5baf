// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::{flr_in, run};
use flr::access::account::Account;
use flr::access::audit::{AuditLog, Body, Event, Syslog, Who, hash};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A system in a directory with the logs of two accounts, of three denials each.
fn system() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("var/log/flr")).unwrap();
    for account in ["flr-bodhi", "flr-koji"] {
        std::fs::write(path(dir.path(), account), "").unwrap();
        (0..3).for_each(|_| append(dir.path(), account, Event::Deny));
    }
    dir
}

fn path(root: &Path, account: &str) -> PathBuf {
    root.join(format!("var/log/flr/{account}.jsonl"))
}

fn append(root: &Path, account: &str, event: Event) {
    let path = path(root, account);
    let (uid, gid) = (nix::unistd::geteuid().as_raw(), nix::unistd::getegid().as_raw());
    let log = AuditLog::open(&path, Account { name: account.into(), uid, gid }, Syslog::Off).unwrap();
    let kim = Who { uid: 1001, name: "kim".into(), ..Who::default() };
    log.append(Body { command: Some("koji block-pkg".into()), ..Body::new(event, kim) }).unwrap();
}

fn verify(root: &Path, args: &[&str], stdin: &str) -> (i32, String, String) {
    let mut command = flr_in(root);
    command.args(["access", "verify-log"]).args(args);
    run(&mut command, stdin.as_bytes())
}

fn heads(root: &Path) -> String {
    let text = std::fs::read_to_string(path(root, "flr-koji")).unwrap();
    let head = |(line, seq): (&str, u32)| {
        format!(
            "Nov 21 21:30:07 host flr[7]: audit account=flr-koji seq={seq} hash={} event=deny\n",
            hash(line.as_bytes())
        )
    };
    text.lines().zip(1..).map(head).collect()
}

#[test]
fn a_clean_log_is_summed_up() {
    let dir = system();
    let text = std::fs::read_to_string(path(dir.path(), "flr-koji")).unwrap();
    let head = hash(text.lines().last().unwrap().as_bytes());
    let (code, stdout, stderr) = verify(dir.path(), &["--root", "."], "");
    assert_eq!((code, stdout.as_str()), (0, ""));
    let lines: Vec<_> = stderr.lines().collect();
    assert_eq!(lines.len(), 2, "{stderr}");
    assert_eq!(lines[1], format!("flr: flr-koji: 3 records, 1 to 3, head {head}"));

    let (code, stdout, stderr) = verify(dir.path(), &["--root", ".", "--account", "flr-koji", "--json"], "");
    assert_eq!((code, stderr.as_str()), (0, ""));
    let expected = format!(
        "{{\"account\":\"flr-koji\",\"records\":3,\"first\":1,\"last\":3,\"hash\":\"{head}\",\"running\":0,\"heads\":0,\"older_heads\":0,\"findings\":[],\"more\":0}}\n"
    );
    assert_eq!(stdout, expected);
}

#[test]
fn a_tampered_log_is_named_with_file_and_line() {
    let dir = system();
    let koji = path(dir.path(), "flr-koji");
    let text = std::fs::read_to_string(&koji).unwrap();
    std::fs::write(&koji, text.replacen("kim", "sam", 1)).unwrap();
    let (code, stdout, _) = verify(dir.path(), &["--root", "."], "");
    assert_eq!(code, 7);
    let expected =
        "./var/log/flr/flr-koji.jsonl  2  chain  the line before record 2 is not the one it was written after\n";
    assert_eq!(stdout, expected);
    let (code, stdout, stderr) = verify(dir.path(), &["--json", "var/log/flr/flr-koji.jsonl"], "");
    assert_eq!((code, stderr.as_str()), (7, ""));
    let found: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(
        found["findings"],
        serde_json::json!([{
            "file": "var/log/flr/flr-koji.jsonl", "line": 2, "kind": "chain",
            "why": "the line before record 2 is not the one it was written after",
        }])
    );
    let (code, stdout, _) = verify(dir.path(), &["--root", ".", "--account", "flr-bodhi"], "");
    assert_eq!((code, stdout.as_str()), (0, ""));
}

#[test]
fn a_cut_tail_shows_beside_heads() {
    let dir = system();
    let heads = heads(dir.path());
    let koji = path(dir.path(), "flr-koji");
    let (code, _, stderr) = verify(dir.path(), &["--root", ".", "--heads", "-"], &heads);
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.ends_with("; 3 heads agree\n"), "{stderr}");

    let text = std::fs::read_to_string(&koji).unwrap();
    std::fs::write(&koji, text.lines().next().unwrap().to_owned() + "\n").unwrap();
    assert_eq!(verify(dir.path(), &["--root", "."], "").0, 0);
    std::fs::write(dir.path().join("heads"), &heads).unwrap();
    let (code, stdout, _) = verify(dir.path(), &["--root", ".", "--heads", "heads"], "");
    assert_eq!(code, 7);
    assert!(stdout.contains("  head-missing  another host knows records 2 to 3, the last here is 1"), "{stdout}");

    // The whole log is gone.
    std::fs::remove_file(&koji).unwrap();
    let (code, stdout, _) = verify(dir.path(), &["--root", ".", "--heads", "heads"], "");
    assert_eq!(code, 7);
    assert!(stdout.contains("another host knows records 1 to 3, the last here is 0"), "{stdout}");
}

#[test]
fn a_log_and_what_it_was_moved_to_are_one() {
    let dir = system();
    let koji = path(dir.path(), "flr-koji");
    std::fs::rename(&koji, koji.with_extension("jsonl.1")).unwrap();
    std::fs::write(koji.with_extension("jsonl.2.gz"), "").unwrap();
    std::fs::write(&koji, "").unwrap();
    append(dir.path(), "flr-koji", Event::Intent);
    let files = ["var/log/flr/flr-koji.jsonl", "var/log/flr/flr-koji.jsonl.1"];
    for args in [&files[..], &["--root", ".", "--account", "flr-koji"]] {
        let (code, stdout, stderr) = verify(dir.path(), args, "");
        // It was begun by this test, which lives; --root says that it was elsewhere.
        assert_eq!(code, if args[0] == "--root" { 7 } else { 0 }, "{stdout}");
        assert!(stderr.contains("flr-koji: 4 records, 1 to 4, head "), "{stderr}");
    }
    let (_, stdout, stderr) = verify(dir.path(), &["--root", ".", "--account", "flr-koji"], "");
    assert!(
        stdout.contains("no-result  kim was about to do koji block-pkg and no record says how it ended"),
        "{stdout}"
    );
    assert!(stderr.contains("flr-koji.jsonl.2.gz is compressed and was not looked at"), "{stderr}");
}

#[test]
fn what_cannot_be_read_is_no_clean_log() {
    let dir = system();
    for (args, words) in [
        (&["missing.jsonl"][..], "flr: cannot read missing.jsonl: No such file"),
        (&["--root", "elsewhere"], "flr: cannot read elsewhere/var/log/flr: No such file"),
        (&["--root", ".", "--account", "nobody"], "flr: there is no audit log of nobody in ./var/log/flr\n"),
        (&["--root", ".", "--heads", "missing"], "flr: cannot read missing: No such file"),
        (&["--root", ".", "--heads", "-"], "flr: there is no head in the file of heads\n"),
        (&["var/log/flr"], "flr: cannot read var/log/flr: it is not a regular file"),
    ] {
        let (code, stdout, stderr) = verify(dir.path(), args, "nothing\n");
        assert_eq!((code, stdout.as_str()), (10, ""), "{args:?}: {stderr}");
        assert!(stderr.starts_with(words), "{args:?}: {stderr}");
    }
    assert_eq!(verify(dir.path(), &["--root", ".", "x"], "").0, 2);
}

/// What a log holds was written by others.
#[test]
fn foreign_text_cannot_act_on_the_terminal() {
    let dir = system();
    let koji = path(dir.path(), "flr-koji");
    let text = std::fs::read_to_string(&koji).unwrap();
    std::fs::write(&koji, text.replace("\"account\":\"flr-koji\"", "\"account\":\"\\u001b[2J\\nx\\u202e\"")).unwrap();
    for json in [&["--root", "."][..], &["--root", ".", "--json"]] {
        let (code, stdout, _) = verify(dir.path(), json, "");
        assert_eq!(code, 7);
        assert!(!stdout.contains(['\u{1b}', '\u{202e}']), "{stdout}");
    }
}
