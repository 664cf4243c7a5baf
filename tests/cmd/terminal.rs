// SPDX-License-Identifier: GPL-3.0-or-later
//! A real terminal, with a person who says yes, no, or Ctrl-C.

use crate::site::{LOGIN, Site};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a person saw, and how it ended.
pub struct Played {
    pub code: i64,
    pub seen: String,
    pub restored: bool,
}

fn play(site: &Site, args: &[&str], steps: &[[&str; 2]], more: Value) -> Played {
    play_in(site.path(), args, steps, more)
}

/// Runs flr on a terminal: waits for words, types keys. `more` is given to the player as it is.
pub fn play_in(dir: &Path, args: &[&str], steps: &[[&str; 2]], more: Value) -> Played {
    let mut argv = vec![env!("CARGO_BIN_EXE_flr")];
    argv.extend(args);
    let mut script = json!({
        "argv": argv,
        "cwd": dir,
        "steps": steps,
        "env": {
            "PATH": "/usr/bin:/bin",
            "HOME": dir.join("home"),
            "XDG_STATE_HOME": dir.join("state"),
            "TERM": "xterm",
        },
    });
    for (key, value) in more.as_object().unwrap() {
        script[key] = value.clone();
    }
    let mut player = Command::new("python3")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cmd/player.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = player.stdin.take().unwrap();
    stdin.write_all(script.to_string().as_bytes()).unwrap();
    drop(stdin);
    let output = player.wait_with_output().unwrap();
    assert!(output.status.success());
    let played: Value = serde_json::from_slice(&output.stdout).unwrap();
    Played {
        code: played["code"].as_i64().unwrap_or(-1),
        seen: played["seen"].as_str().unwrap().to_owned(),
        restored: played["restored"].as_bool().unwrap(),
    }
}

const BUILD: &str = "bash-5.3.0-1.fc43";

fn untag(site: &Site, steps: &[[&str; 2]], more: Value) -> Played {
    let args = [&["koji", "untag-build", "f43", BUILD], LOGIN.as_slice()].concat();
    play(site, &args, steps, more)
}

fn is_tagged(site: &Site) -> bool {
    site.tagged("f43").iter().any(|build| build == BUILD)
}

#[test]
fn yes() {
    let site = Site::small();
    let played = untag(&site, &[["Make 1 change?", "y\r"]], json!({}));
    assert_eq!(played.code, 0, "{}", played.seen);
    let plan = played.seen.find("  untag bash-5.3.0-1.fc43 from f43\r\n").unwrap();
    let undo = played.seen.find("undo of 1 change leaves traces: ").unwrap();
    let question = played.seen.find("Make 1 change?").unwrap();
    assert!(plan < question && undo < question, "{}", played.seen);
    assert!(played.seen.contains("done: untag bash-5.3.0-1.fc43 from f43\r\n"));
    assert!(played.restored);
    assert!(!is_tagged(&site));
}

#[test]
fn no_and_nothing_and_ctrl_c() {
    let site = Site::small();
    for (keys, why) in [
        ("n\r", "the answer was no"),
        ("\r", "the answer was no"),
        ("\u{3}", "interrupted at the question"),
        ("SIGTERM", "interrupted at the question"),
        ("SIGHUP", "interrupted at the question"),
    ] {
        let played = untag(&site, &[["Make 1 change?", keys]], json!({}));
        assert_eq!(played.code, 4, "{keys:?}: {}", played.seen);
        assert!(played.seen.contains(&format!("flr: {why}\r\n")), "{keys:?}: {}", played.seen);
        assert!(played.restored, "{keys:?}");
        let (hidden, shown) = (played.seen.rfind("\u{1b}[?25l"), played.seen.rfind("\u{1b}[?25h"));
        assert!(hidden < shown, "{keys:?}: the cursor is hidden: {:?}", played.seen);
    }
    assert!(is_tagged(&site));
    let written: Vec<_> = site.calls().into_iter().filter(|call| call.contains("ntag") || call == "login").collect();
    assert_eq!(written, [""; 0]);
    assert_eq!(site.flr(["run", "list"]).stdout, "");
}

/// The question is on the terminal, the document alone on standard output.
#[test]
fn the_document_is_alone_on_standard_output() {
    let site = Site::small();
    let out = site.path().join("out.json");
    for (keys, code, changed) in [("n\r", 4, false), ("y\r", 0, true)] {
        let args = [&["koji", "untag-build", "f43", BUILD, "--json"], LOGIN.as_slice()].concat();
        let played = play(&site, &args, &[["Make 1 change?", keys]], json!({"stdout": out}));
        assert_eq!(played.code, code, "{}", played.seen);
        let document: Value = serde_json::from_str(&std::fs::read_to_string(&out).unwrap()).unwrap();
        assert_eq!((&document["changed"], &document["failed"]), (&json!(changed), &json!(!changed)));
    }
}

/// A list on standard input leaves the terminal to answer on.
#[test]
fn a_list_on_standard_input_and_an_answer() {
    let site = Site::small();
    let list = site.path().join("list");
    std::fs::write(&list, format!("{BUILD}\n")).unwrap();
    let args = [&["koji", "untag-build", "f43", "-"], LOGIN.as_slice()].concat();
    let played = play(&site, &args, &[["Make 1 change?", "y\r"]], json!({"stdin": list}));
    assert_eq!(played.code, 0, "{}", played.seen);
    assert!(!is_tagged(&site));
}

#[test]
fn a_password_is_typed_unseen() {
    let site = Site::small();
    let args = ["koji", "whoami", "--user", "practice"];
    let played = play(&site, &args, &[["Password of practice at 127.0.0.1", "practice-pw\r"]], json!({}));
    assert_eq!(played.code, 0, "{}", played.seen);
    assert!(played.seen.contains("practice  password  koji     tag"), "{}", played.seen);
    assert!(!played.seen.contains("practice-pw") && played.restored);
    for keys in ["\u{3}", "SIGTERM"] {
        let played = play(&site, &args, &[["Password of practice at 127.0.0.1", keys]], json!({}));
        assert_eq!(played.code, 4, "{keys:?}: {}", played.seen);
        assert!(played.restored, "{keys:?}");
    }
}

/// People see the columns' names.
#[test]
fn tables_have_names_on_a_terminal() {
    let site = Site::small();
    let played = play(&site, &["koji", "list-tags", BUILD], &[], json!({}));
    assert_eq!(played.seen, "build              tag\r\nbash-5.3.0-1.fc43  f43\r\n");
}

/// Colour never carries meaning, and `NO_COLOR` takes what there is.
#[test]
fn no_color_is_heeded() {
    let site = Site::small();
    let mut env = json!({
        "PATH": "/usr/bin:/bin",
        "HOME": site.path().join("home"),
        "XDG_STATE_HOME": site.path().join("state"),
        "TERM": "xterm-256color",
    });
    env["NO_COLOR"] = json!("1");
    let played = untag(&site, &[["Make 1 change?", "y\r"]], json!({"env": env}));
    assert_eq!(played.code, 0);
    let colour = played.seen.split("\u{1b}[").skip(1).any(|code| {
        let end = code.find(|c: char| c.is_ascii_alphabetic()).unwrap();
        code.as_bytes()[end] == b'm' && !matches!(&code[..end], "" | "0")
    });
    assert!(!colour, "{:?}", played.seen);
}

/// Progress is on the terminal while it runs, and gone when it is over.
#[test]
fn progress_on_a_terminal() {
    let site = Site::small();
    let args = [&["koji", "mass-tag", "f43-rebuild", "f43", "--yes"], LOGIN.as_slice()].concat();
    let out = site.path().join("out");
    let played = play(&site, &args, &[], json!({"stdout": out}));
    assert_eq!(played.code, 0, "{}", played.seen);
    assert!(played.seen.contains("/6 changes, ") && played.seen.contains("/s, "), "{}", played.seen);
    assert!(played.seen.contains("\r\u{1b}[2K"), "{:?}", played.seen);
    assert!(!std::fs::read_to_string(&out).unwrap().contains("changes, "));
}
