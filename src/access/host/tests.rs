// SPDX-License-Identifier: GPL-3.0-or-later
//! Nothing is found on a clean machine, and each flaw on one that has it.

use super::flaws::{CASES, FOR_ROOT};
use super::tree::Tree;
use super::*;
use crate::access::sudoers::Style;

#[test]
fn nothing_is_found_on_a_clean_machine() {
    let tree = Tree::clean();
    let found = tree.found();
    assert_eq!(found.findings, []);
    assert_eq!(found.unseen, ["what sudo and cvtsudoers say themselves: only the files were read"]);
    for style in [
        Style { as_root: true, ..Style::default() },
        Style { tighten: true, ..Style::default() },
        Style { as_root: true, tighten: true, ..Style::default() },
    ] {
        tree.install(&style);
        assert_eq!(tree.found().findings, [], "{style:?}");
    }
}

#[test]
fn every_flaw_is_found_and_nothing_else() {
    let mut wrong = Vec::new();
    let mut seen: BTreeSet<Id> = BTreeSet::new();
    for (name, plant, expected, place) in CASES {
        let tree = Tree::clean();
        seen.extend(*expected);
        if FOR_ROOT.contains(name) && !tree.is_root() {
            continue;
        }
        plant(&tree);
        let found = tree.found().findings;
        let ids: BTreeSet<Id> = found.iter().map(|finding| finding.id).collect();
        if ids != expected.iter().copied().collect() {
            wrong.push(format!("{name}: {found:#?}"));
        }
        let fits = |finding: &Finding| finding.place() == *place || finding.file == *place;
        if !expected.is_empty() && !found.iter().any(fits) {
            wrong.push(format!("{name}: nothing at {place}: {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let unplanted: Vec<&Id> = Id::ALL.iter().filter(|id| !seen.contains(id)).collect();
    assert!(unplanted.is_empty(), "{unplanted:?}");
}

/// What only sudo's own programs know is judged like the rest, and nothing is told twice.
#[test]
fn rules_from_elsewhere_are_judged_too() {
    let tree = Tree::clean();
    tree.says(
        "/usr/bin/sudo -n -ll -U loopabull_x",
        "Sudoers entry:\n    RunAsUsers: flr-koji\n    Options: !setenv, !authenticate\n    Commands:\n\
         \t/usr/bin/flr koji block-pkg *\n\t/usr/bin/flr koji whoami\n\nSSSD Role: ops\n    RunAsUsers: ALL\n    Commands:\n\t/bin/sh\n",
    );
    tree.says(
        "/usr/bin/cvtsudoers -f json -e /etc/sudoers",
        r#"{ "User_Specs": [ { "User_List": [ { "usergroup": "wheel" } ], "Host_List": [ { "hostname": "ALL" } ],
            "Cmnd_Specs": [ { "runasusers": [ { "username": "ALL" } ], "Commands": [ { "command": "ALL" } ] } ] },
            { "User_List": [ { "username": "kim" } ], "Host_List": [ { "hostname": "ALL" } ], "Cmnd_Specs": [ {
            "runasusers": [ { "username": "flr-koji" } ], "Commands": [ { "command": "/bin/ls" } ] } ] } ] }"#,
    );
    let commands = crate::cli::grantable();
    let forms = crate::cli::forms();
    let now = "2026-11-27T12:00:00Z".parse().unwrap();
    let scene = Scene { places: &tree.places, machine: &tree.machine, commands: &commands, forms: &forms, now };
    let mut audit = Audit::new(&scene);
    grants::settings(&mut audit);
    grants::look(&mut audit);
    sudo::look(&mut audit);
    sudo::second_opinions(&mut audit);
    fragments::look(&mut audit);
    rules::look(&mut audit);
    let found: Vec<_> =
        audit.findings.iter().map(|finding| (finding.id, finding.place(), finding.why.as_str())).collect();
    let may = "kim may run /bin/ls as flr-koji, without any grant";
    let sh = "loopabull_x may run /bin/sh as flr-koji";
    assert_eq!(
        found,
        [
            (Id::RuleAccount, "cvtsudoers".to_owned(), may),
            (Id::RuleAccount, "SSSD Role ops".to_owned(), &*format!("{sh}, without any grant")),
            (Id::RuleInterpreter, "SSSD Role ops".to_owned(), &*format!("{sh}: it runs whatever it is told")),
        ]
    );
}
