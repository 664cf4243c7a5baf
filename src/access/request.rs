// SPDX-License-Identifier: GPL-3.0-or-later
//! The ticket that asks for a grant: the four things that whoever adds sudo rules wants to know, then
//! what whoever audits them does.

use super::explain;
use super::grant::{Grant, is_host};
use super::settings::AccountSettings;
use crate::{Error, Result};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;

/// What is asked for, and what there is.
#[derive(Debug)]
pub struct Request<'a> {
    /// Why, in the words of whoever asks.
    pub why: &'a str,
    /// What is asked for.
    pub grant: &'a Grant,
    /// The file that says it.
    pub text: &'a str,
    /// What the user has now.
    pub installed: Installed,
    /// The account, if the machine knows it.
    pub account: Option<&'a AccountSettings>,
    /// SHA-256 of this program, in hex.
    pub program: &'a str,
}

/// What a user has now.
#[derive(Debug)]
pub enum Installed {
    /// Nothing.
    Nothing,
    /// A grant.
    Grant(Box<Grant>),
    /// Something that cannot be read, and why.
    Unknown(String),
}

/// The ticket, line by line.
pub fn ticket(request: &Request<'_>) -> Vec<String> {
    let Request { why, grant, text, program, .. } = request;
    let user = &grant.user;
    let mut out = vec![format!("Sudo access for {user}")];
    let mut part = |title: &str, lines: Vec<String>| {
        out.extend([String::new(), title.to_owned()]);
        out.extend(lines.into_iter().map(|line| if line.is_empty() { line } else { format!("  {line}") }));
    };
    part("1. Why", vec![(*why).to_owned()]);
    part(&format!("2. Commands: /etc/sudoers.d/90-flr-{user}"), sudo_rules(grant));
    part("3. Destination host", grant.hosts.clone());
    part("4. User", of_user(request));
    part("For the audit: what each command does", of_commands(grant));
    part("For the audit: account and credential", of_account(request));
    part(&format!("For the audit: the worst case, if {user} is taken over"), explain::worst_case(grant));
    part("For the audit: until when", vec![format!("{}; the grant ends by itself.", grant.expires)]);
    part(
        "For the audit: how to take it away",
        vec![
            format!("Remove /etc/flr/grants.d/{user}.toml: nothing is granted from then on."),
            format!("Then remove /etc/sudoers.d/90-flr-{user} and, if nothing else needs it, the user."),
        ],
    );
    let version = env!("CARGO_PKG_VERSION");
    part("For the audit: what was looked at", vec![format!("flr {version}, sha256:{program}")]);
    let lines = text.lines().map(str::to_owned).collect();
    part(&format!("The grant: /etc/flr/grants.d/{user}.toml, sha256:{}", grant.sha), lines);
    out
}

/// SHA-256 of this program's file, in hex.
///
/// # Errors
/// It cannot be read.
pub fn program_sha() -> Result<String> {
    let broken = |e: std::io::Error| Error::failed(format!("cannot read this program's own file: {e}"));
    let mut file = File::open("/proc/self/exe").map_err(broken)?;
    let (mut hash, mut piece) = (Sha256::new(), vec![0; 64 * 1024]);
    loop {
        match file.read(&mut piece).map_err(broken)? {
            0 => return Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()),
            n => hash.update(piece.get(..n).unwrap_or_default()),
        }
    }
}

/// A draft of a grant, which anybody may have written.
///
/// # Errors
/// It cannot be read, or is longer than a grant may be.
pub fn draft(path: &std::path::Path) -> Result<String> {
    const MOST: u64 = 64 * 1024;
    let broken = |why: String| Error::failed(format!("cannot read {}: {why}", path.display()));
    let file = File::open(path).map_err(|e| broken(e.to_string()))?;
    let mut text = String::new();
    file.take(MOST + 1).read_to_string(&mut text).map_err(|e| broken(e.to_string()))?;
    match text.len() as u64 > MOST {
        true => Err(broken("it is longer than 64 KiB".into())),
        false => Ok(text),
    }
}

/// Whether `name` can be that of a machine on which a grant holds.
pub fn is_machine(name: &str) -> bool {
    is_host(name)
}

fn sudo_rules(grant: &Grant) -> Vec<String> {
    let Grant { user, run_as, hosts, .. } = grant;
    let commands: Vec<String> = grant
        .commands()
        .iter()
        .map(|command| {
            let tail = if command.takes_arguments { " *" } else { "" };
            format!("/usr/bin/flr {}{tail}", command.name)
        })
        .collect();
    let defaults = "env_reset, !setenv, !env_keep, !env_check, use_pty, umask=0077, umask_override";
    let mut lines = vec![format!("Defaults:{user} {defaults}")];
    lines.extend(
        hosts.iter().map(|host| format!("{user} {host}=({run_as}) NOPASSWD: NOSETENV: {}", commands.join(", "))),
    );
    lines
}

fn of_user(request: &Request<'_>) -> Vec<String> {
    let (grant, user) = (request.grant, &request.grant.user);
    match &request.installed {
        Installed::Nothing => vec![format!("To be created: {user}. Nothing is granted to it yet.")],
        Installed::Unknown(why) => vec![format!("{user}: what it has now cannot be told: {why}")],
        Installed::Grant(old) if old.says_the_same(grant) => {
            vec![format!("{user}: it has this grant already; nothing is to be done.")]
        }
        Installed::Grant(old) => {
            let mut lines = vec![format!("To be extended: {user}. What changes in flr access explain {user}:")];
            lines.extend(differences(&explain::page(old), &explain::page(grant)));
            lines
        }
    }
}

fn of_commands(grant: &Grant) -> Vec<String> {
    let line = |clause: &super::grant::Allow| {
        format!("{}: flr {} ({}): {}", clause.id, clause.command.name, clause.command.class, explain::effects(clause))
    };
    grant.allow.iter().map(line).collect()
}

fn of_account(request: &Request<'_>) -> Vec<String> {
    let run_as = &request.grant.run_as;
    let Some(account) = request.account else {
        return vec![format!("{run_as}: it is to be set up in /etc/flr/flr.toml of the host, with its credential.")];
    };
    let credential = match (&account.keytab, &account.principal, &account.cert) {
        (Some(keytab), Some(principal), _) => format!("the principal {principal}, by the keytab {}", keytab.display()),
        (_, _, Some(cert)) => format!("the certificate {}", cert.display()),
        _ => "no credential".into(),
    };
    vec![format!("{run_as}: {credential}, at the hub of the profile {}.", account.profile)]
}

/// Lines that only one of the two has, in order: `- ` the old one's, `+ ` the new one's.
fn differences(old: &[String], new: &[String]) -> Vec<String> {
    // For each pair of tails, the length of the longest common sequence of lines.
    let width = new.len() + 1;
    let mut length = vec![0_usize; (old.len() + 1) * width];
    let at = |i: usize, j: usize| i * width + j;
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            length[at(i, j)] =
                if a == b { length[at(i + 1, j + 1)] + 1 } else { length[at(i + 1, j)].max(length[at(i, j + 1)]) };
        }
    }
    let (mut i, mut j, mut out) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
        } else if j >= new.len() || (i < old.len() && length[at(i + 1, j)] >= length[at(i, j + 1)]) {
            out.push(format!("- {}", old[i]));
            i += 1;
        } else {
            out.push(format!("+ {}", new[j]));
            j += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_the_lines_of_one_page_only() {
        let lines = |text: &str| text.split(' ').filter(|s| !s.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        for (old, new, said) in [
            ("a b c", "a b c", ""),
            ("", "a b", "+a +b"),
            ("a b", "", "-a -b"),
            ("a b c d", "a x c y", "-b +x -d +y"),
            ("a b", "b a b", "+b"),
        ] {
            let found: Vec<String> = differences(&lines(old), &lines(new)).iter().map(|l| l.replace(' ', "")).collect();
            assert_eq!(found.join(" "), said, "{old} → {new}");
        }
    }
}
