// SPDX-License-Identifier: GPL-3.0-or-later
//! What sudo is told, for grants of every shape, and what is never told.

use super::*;
use crate::cli::{forms, grantable};
use std::process::{Command, Stdio};

const HEAD: &str = "version = 1\nuser = \"loopabull_x\"\nrun_as = \"flr-koji\"\nhosts = [\"kojihost\", \"k2.example.org\"]\n\
    ticket = \"infra 12345\"\nowner = \"releng\"\nexpires = 2027-04-01T00:00:00Z\n";

const BLOCK: &str = "[[allow]]\nid = \"block\"\ncommand = \"koji block-pkg\"\ntags = [\"f44\", \"f43\"]\n\
    packages = [\"rust-*\", \"gtk+\", \"python2.7\"]\noptions = [\"--dry-run\", \"--json\"]\nper_run = 2\nper_day = 5\n\
    confirm = \"not needed\"\n";

const REST: &str = "[[allow]]\nid = \"again\"\ncommand = \"koji block-pkg\"\ntags = [\"f42\"]\npackages = \"any\"\n\
    options = [\"--dry-run\"]\nper_run = 2\nper_day = 5\n\
    [[allow]]\nid = \"who\"\ncommand = \"koji whoami\"\noptions = [\"--json\"]\n\
    [[allow]]\nid = \"add\"\ncommand = \"koji add-pkg\"\ntags = [\"f44\"]\npackages = \"any\"\nowners = [\"releng\"]\n\
    confirm = \"not needed\"\n\
    [[allow]]\nid = \"tag\"\ncommand = \"koji tag-build\"\ntags = [\"f44-updates-candidate\"]\npackages = [\"bash\"]\n\
    confirm = \"not needed\"\n\
    [[allow]]\nid = \"undo\"\ncommand = \"run undo\"\ntags = [\"f44\"]\npackages = \"any\"\nowners = []\ntargets = \"any\"\nkeys = []\nper_run = 2\nper_day = 5\n\
    confirm = \"not needed\"\n\
    [[allow]]\nid = \"sign\"\ncommand = \"koji write-signed\"\ntags = [\"f44-updates\"]\npackages = [\"bash\"]\n\
    keys = [\"6D9F90a6\"]\nper_run = 20\nper_day = 50\nconfirm = \"not needed\"\n\
    [[allow]]\nid = \"unsigned\"\ncommand = \"koji list-unsigned\"\ntags = [\"f44\"]\npackages = \"any\"\nkeys = \"any\"\n\
    [[allow]]\nid = \"task\"\ncommand = \"koji task-info\"\ntasks = \"any\"\n\
    [[allow]]\nid = \"cancel\"\ncommand = \"koji cancel-builds\"\ntargets = [\"f44-rebuild\"]\nper_run = 2\nper_day = 5\n\
    confirm = \"not needed\"\n\
    [[allow]]\nid = \"queue\"\ncommand = \"koji list-signing-queue\"\nreleases = [\"f44\"]\n\
    [[allow]]\nid = \"owners\"\ncommand = \"koji sync-owners\"\nreleases = [\"f44\", \"epel10.3\"]\ntags = [\"f44\"]\n\
    packages = [\"bash\"]\nowners = [\"jan\"]\noptions = [\"--package\"]\nconfirm = \"not needed\"\n";

fn grant(clauses: &str) -> Grant {
    Grant::parse(&format!("{HEAD}{clauses}"), &grantable()).unwrap()
}

fn settings() -> Settings {
    toml::from_str("version = 1\n[accounts.flr-koji]\nkeytab = \"/k\"\nprincipal = \"p\"\n").unwrap()
}

fn made(grant: &Grant, style: &Style) -> Result<String> {
    fragment(grant, &settings(), style, &forms())
}

#[test]
fn a_fragment_as_it_is_installed() {
    let grant = grant(&format!("{BLOCK}{REST}"));
    let expected = format!(
        "# grant loopabull_x, digest sha256:{}; written by flr access sudoers; change the grant, not this\n\
         Defaults:loopabull_x env_reset, !setenv, !env_keep, !env_check, use_pty, umask=0077, umask_override\n\
         loopabull_x kojihost=(flr-koji) NOPASSWD: NOSETENV: COMMANDS\n\
         loopabull_x k2.example.org=(flr-koji) NOPASSWD: NOSETENV: COMMANDS\n",
        grant.sha
    );
    let commands = "/usr/bin/flr koji block-pkg *, /usr/bin/flr koji whoami, /usr/bin/flr koji whoami --json, \
        /usr/bin/flr koji add-pkg *, /usr/bin/flr koji tag-build *, /usr/bin/flr run undo *, \
        /usr/bin/flr koji write-signed *, /usr/bin/flr koji list-unsigned *, /usr/bin/flr koji task-info *, \
        /usr/bin/flr koji cancel-builds, /usr/bin/flr koji cancel-builds *, /usr/bin/flr koji list-signing-queue, \
        /usr/bin/flr koji list-signing-queue *, /usr/bin/flr koji sync-owners *";
    assert_eq!(made(&grant, &Style::default()).unwrap(), expected.replace("COMMANDS", commands));
    let as_root = Style { as_root: true, binary: "/opt/flr/bin/flr".into(), ..Style::default() };
    let expected = expected.replace("=(flr-koji)", "=(root)").replace("COMMANDS", commands);
    assert_eq!(made(&grant, &as_root).unwrap(), expected.replace("/usr/bin/flr ", "/opt/flr/bin/flr "));
}

/// The real visudo accepts every style.
#[test]
fn visudo_accepts_it() {
    if !std::path::Path::new("/usr/sbin/visudo").exists() {
        return;
    }
    for (as_root, tighten) in [(false, false), (true, false), (false, true), (true, true)] {
        let style = Style { as_root, tighten, ..Style::default() };
        let text = made(&grant(&format!("{BLOCK}{REST}")), &style).unwrap();
        let ran = crate::access::host::run("/usr/sbin/visudo", &["-c", "-f", "-"], text.as_bytes());
        assert!(matches!(ran, crate::access::host::Ran::Said(_)), "{ran:?}\n{text}");
    }
}

/// Each line through the expression, as sudo would: words joined by blanks.
#[test]
fn a_tightened_fragment_lets_through_what_is_granted() {
    let style = Style { tighten: true, ..Style::default() };
    let text = made(&grant(&format!("{BLOCK}{REST}")), &style).unwrap();
    let line = text.lines().find(|line| line.starts_with("loopabull_x kojihost=")).unwrap();
    let commands: Vec<&str> = line.split(" NOSETENV: ").nth(1).unwrap().split(", ").collect();
    let expressions: Vec<&str> = commands
        .iter()
        .map(|command| command.strip_prefix("/usr/bin/flr ").unwrap())
        .filter(|words| words.starts_with('^'))
        .collect();
    assert_eq!(expressions.len(), 11);
    let through = |words: &str| expressions.iter().any(|expression| grep(expression, words));
    for words in [
        "koji block-pkg f44 gtk+",
        "koji block-pkg f44 rust-a rust-b --json",
        "koji block-pkg --dry-run f43 -",
        "koji block-pkg f42 anything",
        "koji add-pkg f44 --owner releng bash zsh",
        "koji add-pkg --owner releng f44 bash",
        "koji tag-build f44-updates-candidate bash-5.3-1.fc44 bash-5~rc1^git-1",
        "koji task-info 1 22 -",
        "run undo 20261121-213007-000012",
        "koji write-signed f44-updates --key 6d9f90a6",
        "koji write-signed --key 6D9F90A6 bash-5.3-1.fc44",
        "koji list-unsigned f44 --key 0123aBcD",
        "koji cancel-builds --target f44-rebuild",
        "koji list-signing-queue",
        "koji list-signing-queue f44",
        "koji sync-owners f44 --package bash",
        "koji sync-owners --package bash epel10.3",
    ] {
        assert!(through(words), "{words}");
    }
    for words in [
        "koji block-pkg f41 gtk+",
        "koji block-pkg f43 gtk",
        "koji block-pkg f43 python2x7",
        "koji block-pkg f43",
        "koji block-pkg f43 rust-a --untag",
        "koji block-pkg f42 a --json",
        "koji block-pkg f43 rust-a --server=x",
        "koji block-pkg f43 ../../etc/passwd",
        "koji block-pkg f43\trust-a",
        "koji block-pkg  f43 rust-a",
        "koji add-pkg f44 bash --owner kim",
        "koji add-pkg f44 bash --owner=releng",
        "koji tag-build f44-updates-candidate bash-completion-5-1.fc44",
        "koji tag-build f44-updates-candidatex bash-5-1",
        "koji task-info 1 x",
        "koji task-info -1",
        "run undo -x",
        "koji write-signed f44 --key 6d9f90a6",
        "koji write-signed f44-updates --key 6d9f90a7",
        "koji write-signed zsh-5.9-1.fc44 --key 6d9f90a6",
        "koji list-unsigned f44 --key 0123aBcDe",
        "koji cancel-builds --target f44",
        "koji cancel-builds --target f44-rebuild --owner kim",
        "koji list-signing-queue f43",
        "koji list-signing-queue f44 f44",
        "koji sync-owners",
        "koji sync-owners epel10x3",
        "koji sync-owners rawhide --package bash",
        "koji sync-owners f44 --package zsh",
        "run undo a b",
        "",
    ] {
        assert!(!through(words), "{words}");
    }
}

fn grep(expression: &str, words: &str) -> bool {
    let mut child =
        Command::new("grep").args(["-Eqe", expression]).env("LC_ALL", "C").stdin(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), words.as_bytes()).unwrap();
    child.wait().unwrap().success()
}

#[test]
fn what_an_expression_cannot_say_is_refused() {
    let tight = Style { tighten: true, ..Style::default() };
    let list = "[[allow]]\nid = \"mine\"\ncommand = \"run list\"\noptions = [\"--since\"]\n";
    let said = made(&grant(list), &tight).unwrap_err();
    assert_eq!(said.what, "the clause mine cannot be tightened: --since takes a value that sudo cannot be told");
    assert_eq!(said.kind, Kind::Usage);
    assert!(made(&grant(&list.replace("\"--since\"", "")), &tight).is_ok());
    let empty = BLOCK.replace("[\"rust-*\", \"gtk+\", \"python2.7\"]", "[]");
    let text = made(&grant(&empty), &tight).unwrap();
    assert!(text.contains("(-|[ ][ ])"), "{text}");
}

/// sudo's own words never come from a grant.
#[test]
fn only_checked_words_are_told() {
    let good = grant(BLOCK);
    let said = |change: &dyn Fn(&mut Grant)| {
        let mut grant = good.clone();
        change(&mut grant);
        made(&grant, &Style::default()).unwrap_err().what
    };
    for user in ["ALL", "%wheel", "#0", "!root", "a, ALL", "x y", "", "root", "a\nb"] {
        assert!(said(&|grant| grant.user = user.into()).ends_with("is no name of an account that sudo may be told of"));
    }
    for host in ["ALL", "KOJI", "10.0.0.1", "a, b", "a=(root)", "*.example.org", "a#b", ""] {
        assert!(said(&|grant| grant.hosts = vec![host.into()]).contains("cannot be told to sudo"), "{host}");
    }
    assert!(said(&|grant| grant.run_as = "kim".into()).ends_with("which is no service account of this machine"));
    for binary in ["flr", "/usr/bin/../bin/flr", "/usr/bin/flr *", "/a,b/flr", "/usr/bin/", "/usr//bin/flr", "/bin/sh"]
    {
        let style = Style { binary: binary.into(), ..Style::default() };
        assert!(made(&good, &style).unwrap_err().what.ends_with("is no whole path of a program"), "{binary}");
    }
}

#[test]
fn the_reader_takes_nothing_else() {
    let text = made(&grant(BLOCK), &Style::default()).unwrap();
    let read = Fragment::read(&text).unwrap();
    assert_eq!((read.user.as_str(), read.rules.len()), ("loopabull_x", 2));
    for (from, to) in [
        ("block-pkg *", "block-pkg*"),
        ("block-pkg *", "*"),
        ("block-pkg *", "block-pkg * *"),
        ("block-pkg *", "block-pkg *, ALL"),
        ("block-pkg *", "block-pkg * # x"),
        ("koji block-pkg *", "^koji block|x$"),
        ("koji block-pkg *", "^koji block[^ ]$"),
        ("koji block-pkg *", "^koji (a$"),
        ("/usr/bin/flr", "!/usr/bin/flr"),
        ("NOPASSWD", "PASSWD"),
        ("NOSETENV", "SETENV"),
        ("(flr-koji)", "(ALL)"),
        ("(flr-koji)", "(flr-koji:ALL)"),
        ("kojihost=", "ALL="),
        ("env_reset", "!env_reset"),
        ("sha256:", "sha256:g"),
        ("loopabull_x kojihost", "%wheel kojihost"),
        ("*\n", "*"),
    ] {
        assert!(text.contains(from), "{from}");
        let bent = if from == "*\n" { text.trim_end().to_owned() } else { text.replace(from, to) };
        assert!(Fragment::read(&bent).is_err(), "{to}: {bent}");
    }
    assert!(Fragment::read("").is_err());
}

#[test]
fn names_of_fragments() {
    assert_eq!(file_name("loopabull_x"), "90-flr-loopabull_x");
    assert_eq!(user_of("90-flr-loopabull_x"), Some("loopabull_x"));
    for other in ["90-flr-", "90-flr-a.b", "91-flr-x", "README"] {
        assert_eq!(user_of(other), None);
    }
}
