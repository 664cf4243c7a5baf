// SPDX-License-Identifier: GPL-3.0-or-later
//! Sudo's `Defaults` that touch a call of flr.

use super::people::Person;
use super::policy::{Rule, Scope, Setting, What, covers};
use super::{Audit, Id};
use crate::access::sudoers;

/// Environment that changes what a program does, or whom it believes. Names of languages, colours
/// and the like, which systems keep for everybody, are harmless to flr.
const HARMLESS: [&str; 23] = [
    "COLORS",
    "COLORTERM",
    "DISPLAY",
    "HISTSIZE",
    "HOSTNAME",
    "INPUTRC",
    "KDEDIR",
    "LANG",
    "LANGUAGE",
    "LINGUAS",
    "LS_COLORS",
    "MAIL",
    "NO_COLOR",
    "PS1",
    "PS2",
    "QTDIR",
    "SSH_TTY",
    "TERM",
    "USERNAME",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "XDG_SESSION_COOKIE",
    "_XKB_CHARSET",
];

pub(super) fn look(audit: &mut Audit<'_>) {
    let users = audit.granted();
    for user in &users {
        let calls = |rule: &Rule| rule.program().ends_with("/flr") && user.is_in(&rule.users);
        // Without a rule there is no call to be touched; that it lacks is a finding of its own.
        if !audit.policy.rules.iter().any(calls) {
            continue;
        }
        let fragment = format!("/etc/sudoers.d/{}", sudoers::file_name(&user.name));
        let own = audit.policy.defaults.iter().filter(|setting| setting.place.file == fragment);
        let last = own.map(|setting| setting.order).max();
        for setting in audit.policy.defaults.clone() {
            if setting.place.file != fragment && touches(audit, &setting, user) {
                // What is said for commands and accounts is applied after what is said for users.
                let later = matches!(setting.scope, Scope::RunAs(_) | Scope::Commands(_));
                let wins = later || last.is_none_or(|last| setting.order > last);
                one(audit, &setting, user, wins);
            }
        }
    }
}

fn touches(audit: &Audit<'_>, setting: &Setting, user: &Person) -> bool {
    let grant = audit.grants.iter().find(|file| file.user == user.name).and_then(|file| file.grant.as_ref());
    match &setting.scope {
        Scope::All => true,
        Scope::Users(list) => user.is_in(list) || list.iter().any(|item| matches!(item.what, What::Somebody(_))),
        Scope::RunAs(list) => {
            let root =
                covers(list, |what| matches!(what, What::All | What::Id(0)) || *what == What::Name("root".into()));
            root || grant.and_then(|grant| audit.people.named(&grant.run_as)).is_some_and(|account| account.is_in(list))
        }
        Scope::Hosts(list) => grant.is_none_or(|grant| {
            // An address or a netgroup may be this machine.
            covers(list, |what| match what {
                What::Name(name) => {
                    grant.hosts.iter().any(|host| host == name || host.split('.').next() == Some(name.as_str()))
                        || name.starts_with(|c: char| c.is_ascii_digit())
                }
                _ => true,
            })
        }),
        Scope::Commands(list) => list.iter().any(|command| {
            let program = command.trim_start_matches('!').split(' ').next().unwrap_or_default();
            program == "ALL" || program.ends_with("/flr") || program.ends_with('/') || program.contains(['*', '?', '['])
        }),
    }
}

fn one(audit: &mut Audit<'_>, setting: &Setting, user: &Person, wins: bool) {
    let Setting { place, name, off, value, .. } = setting;
    let user = &user.name;
    let before = "put it into a file that is read before the fragments, or remove it";
    match name.as_str() {
        "env_keep" | "env_check" if wins && !off => {
            let Some((sign, words)) = value else {
                return;
            };
            let kept: Vec<&str> = words.split_whitespace().filter(|word| is_harmful(word)).collect();
            if sign != "-=" && !kept.is_empty() {
                let why = format!("{name} lets {} of {user} through to flr", kept.join(", "));
                audit.find(Id::DefaultsEnvironment, place, why, before);
            }
        }
        "env_reset" if wins && *off => {
            let why = format!("!env_reset lets the whole environment of {user} through to flr");
            audit.find(Id::DefaultsEnvironment, place, why, before);
        }
        "setenv" if wins && !off => {
            let why = format!("setenv lets {user} set any variable for flr");
            audit.find(Id::DefaultsEnvironment, place, why, before);
        }
        "env_file" | "restricted_env_file" if !off => {
            let why = format!("{name} sets variables from a file for flr");
            audit.find(Id::DefaultsEnvironment, place, why, "see who can write that file, or remove it");
        }
        "requiretty" if !off => {
            let why = format!("requiretty: {user} has no terminal when a playbook calls sudo");
            audit.find(
                Id::DefaultsTerminal,
                place,
                why,
                format!("say Defaults:{user} !requiretty after it, or remove it"),
            );
        }
        "syslog" | "log_allowed" | "log_denied" if *off => {
            let why = format!("!{name}: sudo, the second witness, does not log what {user} calls");
            audit.find(Id::DefaultsLog, place, why, "remove it");
        }
        "log_input" | "log_output" | "log_stdin" | "log_stdout" | "log_stderr" | "log_ttyin" | "log_ttyout" if !off => {
            let why =
                format!("{name} keeps a copy of what passes through flr for {user}, and fails when its disk is full");
            audit.find(Id::DefaultsLog, place, why, format!("say Defaults:{user} !{name} after it, or remove it"));
        }
        _ => {}
    }
}

fn is_harmful(word: &str) -> bool {
    let name = word.split('=').next().unwrap_or_default();
    !(HARMLESS.contains(&name) || name.starts_with("LC_"))
}
