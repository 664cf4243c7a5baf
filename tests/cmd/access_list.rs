// SPDX-License-Identifier: GPL-3.0-or-later
use crate::granting::{Machine, ends, example};
use serde_json::{Value, json};

fn clauses(machine: &Machine, args: &[&str]) -> Vec<String> {
    let said = machine.flr(&[&["list"], args].concat());
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    said.stdout.lines().map(|line| line.split_whitespace().nth(4).unwrap().to_owned()).collect()
}

#[test]
fn one_line_for_each_clause() {
    let machine = Machine::new();
    machine.flr(&["list"]).is(0, "", "");
    machine.grants("loopabull_block", &example("loopabull_block.toml"));
    let ends = ends();
    let expected = format!(
        "loopabull_block  valid  flr-koji  {ends}  block-retired  koji block-pkg: tags f44, f43; packages any; \
         options --dry-run, --json; at most 20 changes in a run and 200 in a day (UTC)\n\
         loopabull_block  valid  flr-koji  {ends}  see-blocked    koji list-pkgs: tags f44, f43; \
         options --blocked, --json\n"
    );
    machine.flr(&["list"]).is(0, &expected, "");
}

/// Who can touch f44? What ends soon?
#[test]
fn questions_asked_backwards() {
    let machine = Machine::with_examples();
    for (args, expected) in [
        (vec!["--tag", "f44"], vec!["block-retired", "see-blocked", "tag-rebuilt", "late-builds", "tags"]),
        (vec!["--tag", "f44-rebuild-x"], vec!["what-would-leave", "tags"]),
        (vec!["--tag", "f44-updates"], vec!["tag-rebuilt", "tags"]),
        (vec!["--tag", "f44", "--command", "koji block-pkg"], vec!["block-retired"]),
        (vec!["--command", "koji block"], vec![]),
        (vec!["--account", "flr-bodhi"], vec![]),
        (vec!["--account", "flr-koji", "--command", "koji whoami"], vec!["identity"]),
        (vec!["--expires", "99"], vec![]),
        (vec!["--expires", "101", "--command", "koji whoami"], vec!["identity"]),
    ] {
        assert_eq!(clauses(&machine, &args), expected, "{args:?}");
    }
    let ended = example("loopabull_report.toml").replace(&ends(), "2020-01-01T00:00:00Z");
    machine.grants("loopabull_report", &ended);
    assert_eq!(clauses(&machine, &["--expires", "0"]), ["tags", "one-task", "identity"]);
    let said = machine.flr(&["list", "--expires", "0", "--command", "koji whoami"]);
    said.is(0, "loopabull_report  ended  flr-koji  2020-01-01T00:00:00Z  identity  koji whoami\n", "");
    assert_eq!(machine.flr(&["list", "--tag", "f 44"]).code, 2);
}

/// A void file hides behind no question, and hides no other.
#[test]
fn void_files_are_always_listed() {
    let machine = Machine::new();
    machine.grants("loopabull_block", &example("loopabull_block.toml"));
    machine.grants("loopabull_void", &example("loopabull_block.toml").replace("per_day  = 200\n", ""));
    machine.grants("loopabull_other", &example("loopabull_block.toml"));
    std::fs::write(machine.path().join("etc/flr/grants.d/loopabull_x.toml.rpmsave"), "").unwrap();
    let said = machine.flr(&["list", "--tag", "f42"]);
    let rows: Vec<String> =
        said.stdout.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        rows,
        [
            "loopabull_other void - - - the grant ROOT/etc/flr/grants.d/loopabull_other.toml is void: \
             it is for loopabull_block, by its name for loopabull_other",
            "loopabull_void void - - - the grant ROOT/etc/flr/grants.d/loopabull_void.toml is void: \
             block-retired: `koji block-pkg` is of the class destroy and needs `per_day`",
            "loopabull_x.toml.rpmsave void - - - the file ROOT/etc/flr/grants.d/loopabull_x.toml.rpmsave \
             grants nothing: its name does not end in .toml",
        ]
    );
    assert_eq!((said.code, said.stderr.as_str()), (6, "flr: 3 files among the grants cannot be used\n"));
}

/// Somebody else could have written it: it is void, whatever it says.
#[test]
fn a_file_that_others_can_write_is_void() {
    use std::os::unix::fs::PermissionsExt;
    let machine = Machine::new();
    machine.grants("loopabull_block", &example("loopabull_block.toml"));
    let open = std::fs::Permissions::from_mode(0o666);
    std::fs::set_permissions(machine.grant("loopabull_block"), open).unwrap();
    let said = machine.flr(&["list"]);
    assert_eq!(said.code, 6);
    assert!(said.stdout.contains("void") && said.stdout.contains("writable by"), "{}", said.stdout);
}

/// Field names are a contract.
#[test]
fn json_fields() {
    let machine = Machine::new();
    machine.grants("loopabull_block", &example("loopabull_block.toml"));
    machine.grants("loopabull_void", "");
    let said = machine.flr(&["list", "--json"]);
    let lines: Vec<Value> = said.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        lines[0],
        json!({
            "file": "ROOT/etc/flr/grants.d/loopabull_block.toml",
            "user": "loopabull_block",
            "state": "valid",
            "why": null,
            "account": "flr-koji",
            "hosts": ["kojihost"],
            "expires": ends(),
            "ticket": "infra 12345",
            "owner": "releng",
            "clause": "block-retired",
            "command": "koji block-pkg",
            "class": "destroy",
            "values": {"tags": ["f44", "f43"], "packages": "any"},
            "options": ["--dry-run", "--json"],
            "per_run": 20,
            "per_day": 200,
            "windows": [],
            "acts": true,
        })
    );
    assert_eq!(lines.len(), 3);
    assert_eq!((&lines[2]["state"], &lines[2]["clause"]), (&json!("void"), &Value::Null));
    assert!(lines[2]["why"].as_str().unwrap().contains("is void"), "{}", lines[2]);
}
