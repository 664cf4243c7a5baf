// SPDX-License-Identifier: GPL-3.0-or-later
//! Sudo's rules: those for flr, and any other that reaches a service account.

use super::people::Person;
use super::policy::{Item, Rule, What, covers, listed};
use super::{Audit, Id};
use crate::access::sudoers;

/// Groups whose members are administrators on the usual systems. That they can do everything is no
/// secret; who is in them is looked at elsewhere.
const ADMINISTRATORS: [&str; 3] = ["wheel", "sudo", "admin"];

/// Programs that run whatever they are told: their rules are rules for everything.
const INTERPRETERS: [&str; 62] = [
    "ash",
    "awk",
    "bash",
    "busybox",
    "chroot",
    "cp",
    "csh",
    "dash",
    "dd",
    "ed",
    "emacs",
    "env",
    "ex",
    "expect",
    "find",
    "fish",
    "gawk",
    "gdb",
    "git",
    "install",
    "ionice",
    "ksh",
    "less",
    "lua",
    "make",
    "man",
    "mawk",
    "mksh",
    "more",
    "mv",
    "nano",
    "nice",
    "node",
    "nohup",
    "nsenter",
    "nvim",
    "perl",
    "php",
    "pico",
    "rsync",
    "ruby",
    "run0",
    "script",
    "sed",
    "setpriv",
    "setsid",
    "sh",
    "socat",
    "ssh",
    "stdbuf",
    "strace",
    "su",
    "sudo",
    "systemd-run",
    "tar",
    "tclsh",
    "tee",
    "timeout",
    "vi",
    "vim",
    "xargs",
    "zsh",
];

pub(super) fn look(audit: &mut Audit<'_>) {
    let accounts = audit.account_people();
    let users = audit.granted();
    for rule in audit.policy.rules.clone() {
        if audit.sound.contains(&rule.place.file) {
            continue;
        }
        if is_flr(&rule) {
            for_flr(audit, &rule);
        }
        others(audit, &rule, &accounts, &users);
    }
}

fn is_flr(rule: &Rule) -> bool {
    rule.program().ends_with("/flr")
}

/// Whether a rule's program could be the binary: by name, by directory, or by a pattern.
pub(super) fn may_be_flr(rule: &Rule, binary: &str) -> bool {
    let program = rule.program();
    if program == binary || is_flr(rule) {
        return true;
    }
    if program.ends_with('/') {
        return binary.strip_prefix(program).is_some_and(|name| !name.contains('/'));
    }
    match program.find(['*', '?', '[']) {
        Some(at) => binary.starts_with(&program[..at]),
        None => program.starts_with('^'),
    }
}

fn for_flr(audit: &mut Audit<'_>, rule: &Rule) {
    let Rule { place, command, .. } = rule;
    let who = listed(&rule.users);
    let cure = "let flr access sudoers write the rule";
    if sudoers::user_of(place.file.rsplit('/').next().unwrap_or_default()).is_none() {
        let why = format!("{who} may run {command}, and no grant made this rule");
        audit.find(Id::RuleOutside, place, why, cure);
    }
    if rule.negated {
        let why = format!("!{command} forbids a spelling: another one gets around it");
        return audit.find(Id::RuleNegated, place, why, "remove it: flr's grants only allow");
    }
    if *command == rule.program() {
        audit.find(Id::RuleBare, place, format!("{who} may run {command} with any words"), cure);
    }
    if has_inner_pattern(command) {
        let why = format!("{command}: a pattern before the end matches more than it seems to, blanks and options too");
        audit.find(Id::RuleGlob, place, why, cure);
    }
    if rule.setenv {
        let why = format!("SETENV: {who} chooses the environment of flr, LD_PRELOAD too");
        audit.find(Id::RuleSetenv, place, why, "write NOSETENV");
    }
    if covers(&rule.hosts, |what| matches!(what, What::All)) {
        let why = format!("{who} may run {command} on every machine that has this file");
        audit.find(Id::RuleHost, place, why, "name the machine");
    }
    if covers(&rule.run_as, |what| matches!(what, What::All)) {
        let why = format!("{who} may run {command} as anybody");
        audit.find(Id::RuleRunAsAll, place, why, "name the service account");
    } else if (rule.run_as.is_empty() && rule.order != usize::MAX) || covers(&rule.run_as, is_root) {
        let why = format!("{who} may run {command} as root");
        audit.find(
            Id::RuleRunAsRoot,
            place,
            why,
            "name the service account, or let flr access sudoers --as-root write it",
        );
    }
    if !rule.no_password {
        let why = format!("{who} is asked for a password before {command}: sudo -n fails, without -n it hangs");
        audit.find(Id::RulePassword, place, why, "write NOPASSWD");
    }
}

fn is_root(what: &What) -> bool {
    *what == What::Name("root".to_owned()) || *what == What::Id(0)
}

/// A star as the last word chooses a subcommand. Any other pattern is a guess at arguments.
fn has_inner_pattern(command: &str) -> bool {
    let Some((program, words)) = command.split_once(' ') else {
        return command.contains(['*', '?', '[']);
    };
    if program.contains(['*', '?', '[']) {
        return true;
    }
    if words.starts_with('^') && words.ends_with('$') {
        return false;
    }
    let fixed = words.strip_suffix(" *").unwrap_or(words);
    fixed.contains(['*', '?', '[']) || (fixed != words && fixed.split(' ').count() < 2)
}

/// Rules that are not for flr, and reach what flr guards.
fn others(audit: &mut Audit<'_>, rule: &Rule, accounts: &[Person], users: &[Person]) {
    if rule.negated || only_root(&rule.users) {
        return;
    }
    let of_users: Vec<&Person> = users.iter().filter(|user| user.is_in(&rule.users)).collect();
    let reached: Vec<&str> = accounts
        .iter()
        .filter(|account| account.is_in(&rule.run_as) || rule.run_as.iter().any(somebody))
        .map(|account| account.name.as_str())
        .collect();
    let as_root = rule.run_as.is_empty() || covers(&rule.run_as, |what| matches!(what, What::All) || is_root(what));
    if of_users.is_empty() && (reached.is_empty() || for_administrators(rule)) {
        return;
    }
    let who = match of_users.is_empty() {
        true => listed(&rule.users),
        false => of_users.iter().map(|user| user.name.as_str()).collect::<Vec<_>>().join(", "),
    };
    let whom = match reached.is_empty() {
        false => reached.join(", "),
        true if as_root => "root".to_owned(),
        true => return,
    };
    let cure = "remove the rule, or name another account in it";
    let may = format!("{who} may run {} as {whom}", rule.command);
    if !is_flr(rule) && !reached.is_empty() {
        audit.find(Id::RuleAccount, &rule.place, format!("{may}, without any grant"), cure);
    }
    if rule.command == "ALL" {
        audit.find(Id::RuleAll, &rule.place, may.clone(), cure);
    } else if runs_anything(rule) {
        let why = format!("{may}: it runs whatever it is told");
        audit.find(Id::RuleInterpreter, &rule.place, why, cure);
    }
    if rule.setenv && !is_flr(rule) {
        audit.find(Id::RuleSetenv, &rule.place, format!("{may}, with an environment of his own"), cure);
    }
}

fn somebody(item: &Item) -> bool {
    !item.negated && matches!(item.what, What::Somebody(_))
}

fn only_root(users: &[Item]) -> bool {
    !users.is_empty() && users.iter().all(|user| user.negated || is_root(&user.what))
}

/// The rule that the usual systems have for their administrators.
fn for_administrators(rule: &Rule) -> bool {
    rule.command == "ALL"
        && rule
            .users
            .iter()
            .all(|user| matches!(&user.what, What::Group(group) if ADMINISTRATORS.contains(&group.as_str())))
}

fn runs_anything(rule: &Rule) -> bool {
    let program = rule.program();
    let name = program.rsplit('/').next().unwrap_or_default();
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
    program == "sudoedit"
        || name.is_empty()
        || program.contains(['*', '?', '['])
        || program.starts_with('^')
        || [name, bare].iter().any(|name| INTERPRETERS.binary_search(name).is_ok())
        || ["python", "pypy", "ipython", "rvim", "rnano", "view"].contains(&bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_can_be_searched() {
        assert!(INTERPRETERS.is_sorted());
    }

    #[test]
    fn patterns_before_the_end() {
        for (command, inner) in [
            ("/usr/bin/flr koji block-pkg *", false),
            ("/usr/bin/flr koji whoami", false),
            ("/usr/bin/flr ^koji tag-build f43 [a-z]+$", false),
            ("/usr/bin/flr *", true),
            ("/usr/bin/flr koji *", true),
            ("/usr/bin/flr koji block-pkg*", true),
            ("/usr/bin/flr koji block-pkg * --dry-run", true),
            ("/usr/bin/flr koji tag-build f4[34] *", true),
            ("/usr/bin/fl? koji tag-build *", true),
            ("/usr/bin/flr ^koji tag-build [a-z]+", true),
        ] {
            assert_eq!(has_inner_pattern(command), inner, "{command}");
        }
    }
}
