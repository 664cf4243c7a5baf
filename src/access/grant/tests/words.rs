// SPDX-License-Identifier: GPL-3.0-or-later
//! What was asked for, judged before anything is looked at.

use super::*;

#[test]
fn words_need_one_clause_that_covers_them_whole() {
    let two_halves = "[[allow]]\nid = \"a\"\ncommand = \"koji tag-build\"\ntags = [\"f43\"]\npackages = [\"bash\"]\n\
        confirm = \"not needed\"\n[[allow]]\nid = \"b\"\ncommand = \"koji tag-build\"\ntags = [\"f44\"]\n\
        packages = [\"zsh\"]\nconfirm = \"not needed\"\nwindows = [\"Sat 00:00-24:00\"]\n";
    let grant = grant(&format!("{BLOCK}{MOVE}{two_halves}"));
    let say = |command: &str, options: &[&str], tags: &[&str], packages: &[&str]| {
        ask(&grant, command, options, &words(tags, packages), false, now())
    };
    let ok = |id: &str| Ok(vec![id.to_owned()]);
    let no = |text: &str| Err(format!("loopabull_x may not {text}"));
    assert_eq!(say("koji block-pkg", &["--json"], &["f43", "f44"], &["bash"]), ok("block"));
    assert_eq!(
        say("koji block-pkg", &[], &["f42"], &["bash"]),
        no("use koji block-pkg for the tag f42 | the grant block covers tags f44, f43")
    );
    assert_eq!(
        say("koji block-pkg", &[], &["f43", "f42", "f41"], &["bash"]),
        no("use koji block-pkg for the tags f41, f42 | the grant block covers tags f44, f43")
    );
    assert_eq!(
        say("koji block-pkg", &["--untag"], &["f43"], &["bash"]),
        no("use --untag with koji block-pkg | the grant block covers the options --dry-run, --json")
    );
    assert_eq!(
        say("koji mass-tag", &[], &["f43"], &[]),
        no("use koji mass-tag | the grant covers koji block-pkg, koji move-builds, koji tag-build")
    );
    assert_eq!(say("koji tag-build", &[], &["f43"], &["bash"]), ok("a"));
    assert_eq!(
        say("koji tag-build", &[], &["f43"], &["zsh"]),
        no("use koji tag-build for the package zsh | the grant a covers packages bash")
    );
    assert_eq!(
        say("koji tag-build", &[], &["f43", "f44"], &["bash", "zsh"]),
        no("use koji tag-build for the tag f44 | the grant a covers tags f43")
    );
    assert_eq!(
        say("koji tag-build", &[], &["f44"], &["zsh"]),
        no("use koji tag-build now | the grant b covers Sat 00:00-24:00 UTC")
    );
    assert_eq!(
        say("koji tag-build", &["--json"], &["f43"], &["bash"]),
        no("use --json with koji tag-build | the grant a covers no options")
    );
}

/// What can be changed is not kept from it by a clause that only plans.
#[test]
fn clauses_that_only_plan_stand_last() {
    let plans = BLOCK.replace("\"block\"", "\"plans\"").replace("confirm = \"not needed\"\n", "");
    let grant = grant(&format!("{plans}{BLOCK}"));
    let say = |dry_run| ask(&grant, "koji block-pkg", &[], &words(&["f43"], &["bash"]), dry_run, now()).unwrap();
    assert_eq!(say(true), ["plans", "block"]);
    assert_eq!(say(false), ["block", "plans"]);
}

#[test]
fn a_move_has_a_direction_and_a_build_the_grant_of_its_package() {
    let grant = grant(MOVE);
    let say = |from: &str, to: &str, build: &str| {
        let dimensions =
            Dimensions::new().from(&from.parse().unwrap()).to(&to.parse().unwrap()).builds(&[build.parse().unwrap()]);
        ask(&grant, "koji move-builds", &[], &dimensions, false, now())
    };
    assert!(say("f43-pending", "f43", "bash-5.3-1.fc43").is_ok());
    assert!(say("f43-pending", "f43", "rust-serde-1-1.fc43").is_ok());
    assert_eq!(
        say("f43", "f43-pending", "bash-5.3-1.fc43").unwrap_err(),
        "loopabull_x may not use koji move-builds for the tag f43 | the grant move covers from f43-pending"
    );
    assert_eq!(
        say("f43-pending", "f43", "bash-completion-2-1.fc43").unwrap_err(),
        "loopabull_x may not use koji move-builds for the package bash-completion | the grant move covers packages bash, rust-*"
    );
}

#[test]
fn dry_run_only_changes_nothing() {
    let grant = grant(&BLOCK.replace("confirm = \"not needed\"", "dry_run_only = true"));
    let say = |dry_run| ask(&grant, "koji block-pkg", &[], &words(&["f43"], &["bash"]), dry_run, now());
    assert!(say(true).is_ok());
    assert_eq!(
        say(false).unwrap_err(),
        "loopabull_x may not use koji block-pkg without --dry-run | the grant block covers plans only"
    );
}
