// SPDX-License-Identifier: GPL-3.0-or-later
use crate::granting::{Machine, Said, ends, example};
use serde_json::{Value, json};

const NOT_ASKED: &str = "sudo: not asked, it knows the rules of this machine only\n";
const PLAN: &str = "grant: each change of the plan is judged as well: \
    at most 20 in a run, at most 200 in a day (UTC), earlier runs included\n";

fn check(machine: &Machine, user: &str, words: &str) -> Said {
    let args = ["check", user, "--host", "kojihost", "--"];
    let words: Vec<&str> = words.split(' ').collect();
    machine.flr(&[&args[..], &words].concat())
}

#[test]
fn what_is_granted() {
    let machine = Machine::with_examples();
    let allowed = format!("{NOT_ASKED}grant: block-retired covers the words\n{PLAN}");
    for words in [
        "koji block-pkg f43 bash zsh --json",
        "flr koji block-pkg f43 bash",
        "/usr/bin/flr koji block-pkg f44 bash --dry-run",
    ] {
        check(&machine, "loopabull_block", words).is(0, &allowed, "");
    }
    let list = "grant: the list on standard input was not read; what is in it must be granted as well\n";
    check(&machine, "loopabull_block", "koji block-pkg f43 - --dry-run").is(
        0,
        &format!("{NOT_ASKED}grant: block-retired covers the words\n{list}{PLAN}"),
        "",
    );
    let reading = |clause: &str| format!("{NOT_ASKED}grant: {clause} covers the words\n");
    check(&machine, "loopabull_block", "koji list-pkgs f43 --blocked").is(0, &reading("see-blocked"), "");
    check(&machine, "loopabull_report", "koji watch-task 1 2").is(0, &reading("one-task"), "");
    check(&machine, "loopabull_report", "koji whoami --json=x").is(
        2,
        NOT_ASKED,
        "flr: unexpected value 'x' for '--json' found; no more were expected\n",
    );
    let help = "grant: it asks for help, which is shown to whoever has a grant\n";
    check(&machine, "loopabull_block", "koji --help").is(0, &format!("{NOT_ASKED}{help}"), "");
}

/// In the words that the user would read.
#[test]
fn what_is_not() {
    let machine = Machine::with_examples();
    let see = "see: flr access explain";
    for (user, words, what, hint) in [
        (
            "loopabull_block",
            "koji block-pkg f42 bash",
            "loopabull_block may not use koji block-pkg for the tag f42",
            "the grant block-retired covers tags f44, f43; ",
        ),
        (
            "loopabull_block",
            "koji block-pkg f43 bash --untag",
            "loopabull_block may not use --untag with koji block-pkg",
            "the grant block-retired covers the options --dry-run, --json; ",
        ),
        (
            "loopabull_block",
            "koji block-pkg f42 - --json",
            "loopabull_block may not use koji block-pkg for the tag f42",
            "the grant block-retired covers tags f44, f43; ",
        ),
        (
            "loopabull_block",
            "koji unblock-pkg f43 bash",
            "loopabull_block may not use koji unblock-pkg",
            "the grant covers koji block-pkg, koji list-pkgs; ",
        ),
        (
            "loopabull_rebuild",
            "koji move-builds f44-rebuild-late f44 zsh-5-1.fc44",
            "loopabull_rebuild may not use koji move-builds for the package zsh",
            "the grant late-builds covers packages rust-*, golang-*, bash; ",
        ),
        (
            "loopabull_rebuild",
            "koji untag-build f44-rebuild bash-5-1.fc44",
            "loopabull_rebuild may not use koji untag-build without --dry-run",
            "the grant what-would-leave covers plans only; ",
        ),
        (
            "loopabull_report",
            "koji list-tagged f43 --event 7",
            "loopabull_report may not use --event with koji list-tagged",
            "the grant tags covers the options --inherit, --json, --latest, --package; ",
        ),
    ] {
        let said = check(&machine, user, words);
        assert_eq!(said.code, 3, "{words}");
        assert_eq!(said.stderr, format!("flr: {what}\nhint: {hint}{see} {user}\n"), "{words}");
    }
}

/// Each option that a clause does not list, also one with a value that is usual otherwise; and what changes by its
/// options alone needs a yes as well.
#[test]
fn options_are_judged_like_all_words() {
    let machine = Machine::new();
    let head = example("loopabull_block.toml");
    let (head, _) = head.split_once("[[allow]]").unwrap();
    machine.grants(
        "loopabull_block",
        &format!(
            "{head}[[allow]]\nid = \"repo\"\ncommand = \"koji wait-repo\"\ntags = [\"f43-build\"]\nconfirm = \"not needed\"\n\
             [[allow]]\nid = \"edit\"\ncommand = \"koji edit-tag\"\ntags = [\"f43\"]\npermissions = [\"autosign\"]\n\
             options = [\"--dry-run\", \"--perm\"]\nper_run = 1\nper_day = 1\n"
        ),
    );
    let code = |words: &str| check(&machine, "loopabull_block", words).code;
    assert_eq!(code("koji wait-repo f43-build"), 0);
    assert_eq!(code("koji wait-repo f43-build --timeout 9"), 3);
    assert_eq!(code("koji edit-tag f43 --perm autosign --dry-run"), 0);
    assert_eq!(code("koji edit-tag f43 --perm admin --dry-run"), 3);
    assert_eq!(code("koji edit-tag f43 --perm autosign"), 4);
}

/// Words that no command can have, as the parser of privileged mode has it.
#[test]
fn words_that_are_no_commands() {
    let machine = Machine::with_examples();
    for words in [
        "koji block-pkg f43",
        "koji block f43 bash",
        "koji block-pkg f43 bash --yes",
        "koji block-pkg f43 bash --profile practice",
        "koji block-pkg f43 bash --json --json",
        "koji call getTag f43",
        "access list",
        "koji block-pkg f43 -x",
        "koji block-pkg f43 - -",
        "koji block-pkg f43 a/b b?c",
        "koji block-pkg f43  bash",
    ] {
        let said = check(&machine, "loopabull_block", words);
        assert_eq!(said.code, 2, "{words}: {said:?}");
        assert!(said.stderr.starts_with("flr: "), "{words}: {said:?}");
    }
    let args = ["check", "loopabull_block", "--host", "kojihost", "--", "koji", "block-pkg", "f43 bash"];
    machine.flr(&args).is(2, "", "flr: argument 3 holds a blank: \"f43 bash\"\n");
    let said = machine.flr(&["check", "loopabull_block"]);
    assert_eq!(said.code, 2, "{said:?}");
}

#[test]
fn whoever_does_not_get_in() {
    let machine = Machine::with_examples();
    check(&machine, "kim", "koji whoami").is(3, "", "flr: nothing is granted to kim on this machine\n");
    check(&machine, "flr-koji", "koji whoami").is(
        6,
        "",
        "flr: refused: the caller is the service account flr-koji itself\n",
    );
    machine.flr(&["check", "loopabull_block", "--host", "other", "--", "koji", "whoami"]).is(
        3,
        "",
        "flr: the grant of loopabull_block does not hold on other\nhint: it holds on kojihost\n",
    );
    let text = example("loopabull_report.toml");
    machine.grants("loopabull_report", &text.replace("flr-koji", "flr-bodhi"));
    check(&machine, "loopabull_report", "koji whoami").is(
        6,
        "",
        "flr: the grant of loopabull_report is for flr-bodhi, which is no service account of this machine\n",
    );
    machine.grants("loopabull_report", &text.replace(&ends(), "2020-01-01T00:00:00Z"));
    check(&machine, "loopabull_report", "koji whoami").is(
        3,
        NOT_ASKED,
        "flr: the grant of loopabull_report has expired on 2020-01-01T00:00:00Z\nhint: ask releng to renew it\n",
    );
    machine.grants("loopabull_report", "version = 2\n");
    assert_eq!(check(&machine, "loopabull_report", "koji whoami").code, 6);
    std::fs::remove_file(machine.path().join("etc/flr/flr.toml")).unwrap();
    check(&machine, "loopabull_block", "koji whoami").is(
        6,
        "",
        "flr: refused: this machine grants nothing: there is no ROOT/etc/flr/flr.toml\n",
    );
}

/// A plan that needs a yes has nobody to get it from; a second clause may say that none is needed.
#[test]
fn what_needs_a_yes() {
    let machine = Machine::new();
    let text = example("loopabull_block.toml");
    let plans = text.replace("confirm  = \"not needed\"\n", "");
    machine.grants("loopabull_block", &plans);
    let words = "koji block-pkg f43 bash";
    check(&machine, "loopabull_block", words).is(
        4,
        NOT_ASKED,
        "flr: the plan needs a yes, and nobody is asked: the grant block-retired does not say confirm = \"not needed\"\n\
         hint: --dry-run shows the plan\n",
    );
    assert_eq!(check(&machine, "loopabull_block", &format!("{words} --dry-run")).code, 0);
    let second = "[[allow]]\nid = \"bash\"\ncommand = \"koji block-pkg\"\ntags = [\"f43\"]\npackages = [\"bash\"]\n\
        per_run = 1\nper_day = 1\nconfirm = \"not needed\"\n";
    machine.grants("loopabull_block", &format!("{plans}{second}"));
    let said = check(&machine, "loopabull_block", words);
    assert!(said.code == 0 && said.stdout.contains("grant: bash covers the words\n"), "{said:?}");
    assert_eq!(check(&machine, "loopabull_block", "koji block-pkg f43 zsh").code, 4);
}

#[test]
fn json_fields() {
    let machine = Machine::with_examples();
    let check = |words: &[&str]| -> (i32, Value) {
        let args = ["check", "loopabull_block", "--host", "kojihost", "--json", "--"];
        let said = machine.flr(&[&args[..], words].concat());
        assert_eq!(said.stderr, "");
        (said.code, serde_json::from_str(&said.stdout).unwrap())
    };
    assert_eq!(
        check(&["koji", "list-pkgs", "f43"]),
        (
            0,
            json!({
                "user": "loopabull_block",
                "command": "koji list-pkgs",
                "code": 0,
                "allowed": true,
                "sudo": "not asked",
                "run_as": null,
                "clause": "see-blocked",
                "what": null,
                "hint": null,
                "notes": [NOT_ASKED.trim_end(), "grant: see-blocked covers the words"],
            })
        )
    );
    let (code, document) = check(&["koji", "list-pkgs", "f42"]);
    assert_eq!((code, &document["code"], &document["allowed"]), (3, &json!(3), &json!(false)));
    assert_eq!(document["what"], "loopabull_block may not use koji list-pkgs for the tag f42");
    assert_eq!(document["hint"], "the grant see-blocked covers tags f44, f43; see: flr access explain loopabull_block");
    let (code, document) = check(&["koji", "block-pkg", "f43", "a b"]);
    assert_eq!((code, &document["code"], &document["command"]), (2, &json!(2), &Value::Null));
}
