// SPDX-License-Identifier: GPL-3.0-or-later
//! The file in `/etc/sudoers.d` that lets a user reach what is granted to him.
//!
//! sudo chooses user, machine, account and subcommand; it does not understand arguments. `visudo`
//! checks the grammar of its rules and not their meaning, so a fragment is built from checked words
//! only, read again, and compared before anybody sees it.

mod reread;
mod tight;

pub use reread::{Fragment, Rule};
pub use tight::{Argument, Form, Word};

use super::grant::{Allow, Grant};
use super::settings::{Settings, is_account_name};
use crate::error::Kind;
use crate::{Error, Result};
use std::fmt::Write as _;

/// Where the packages install flr.
pub const BINARY: &str = "/usr/bin/flr";

/// What sudo is told of the user's surroundings. A second lock: flr clears its environment itself.
const DEFAULTS: &str = "env_reset, !setenv, !env_keep, !env_check, use_pty, umask=0077, umask_override";

/// How a fragment is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// The user calls `sudo flr`, and flr leaves root itself. Otherwise sudo becomes the account.
    pub as_root: bool,
    /// Regular expressions built from the grant in place of `*`.
    pub tighten: bool,
    /// The binary's whole path.
    pub binary: String,
}

impl Default for Style {
    fn default() -> Self {
        Self { as_root: false, tighten: false, binary: BINARY.to_owned() }
    }
}

/// The name of a user's fragment: late in the order, because the last match wins.
pub fn file_name(user: &str) -> String {
    format!("90-flr-{user}")
}

/// The user whose fragment has this name.
pub fn user_of(file_name: &str) -> Option<&str> {
    file_name.strip_prefix("90-flr-").filter(|user| is_account_name(user))
}

/// The fragment for a grant. `forms`: what each command looks like, for [`Style::tighten`].
///
/// # Errors
/// [`Kind::Usage`]: there is something that this style cannot say. [`Kind::Unsafe`]: the account
/// holds no credential of this machine.
pub fn fragment(grant: &Grant, settings: &Settings, style: &Style, forms: &[Form]) -> Result<String> {
    if !settings.accounts.contains_key(&grant.run_as) {
        let what =
            format!("the grant of {} is for {}, which is no service account of this machine", grant.user, grant.run_as);
        return Err(Error::new(Kind::Unsafe, what).hint("name it in /etc/flr/flr.toml, or correct run_as in the grant"));
    }
    rules(grant, style, forms)
}

/// The same for an account that the machine need not know yet: for the ticket that asks for it.
///
/// # Errors
/// [`Kind::Usage`]: there is something that this style cannot say.
pub fn rules(grant: &Grant, style: &Style, forms: &[Form]) -> Result<String> {
    let meant = meant(grant, style, forms)?;
    let text = written(&meant);
    match Fragment::read(&text) {
        Ok(read) if read == meant => Ok(text),
        Ok(_) => Err(Error::failed(format!("the fragment for {} would not say what the grant says", grant.user))),
        Err(why) => Err(Error::failed(format!("the fragment for {} would not be one: {why}", grant.user))),
    }
}

/// What the fragment is to say. Everything is checked again here: the grant was read by another
/// room, for another purpose.
fn meant(grant: &Grant, style: &Style, forms: &[Form]) -> Result<Fragment> {
    let mut wrong = Vec::new();
    for name in [&grant.user, &grant.run_as] {
        if !is_account_name(name) || name == "root" {
            wrong.push(format!("\"{name}\" is no name of an account that sudo may be told of"));
        }
    }
    wrong.extend(grant.hosts.iter().filter(|host| !is_host(host)).map(|host| {
        format!("the host \"{host}\" cannot be told to sudo: without small letters it is an alias or an address")
    }));
    if !is_binary(&style.binary) {
        wrong.push(format!("\"{}\" is no whole path of a program", style.binary));
    }
    if !wrong.is_empty() {
        return Err(Error::usage(wrong.join("; ")));
    }
    let mut commands = Vec::new();
    for clause in &grant.allow {
        for words in spoken(clause, style, forms)? {
            let line = format!("{} {words}", style.binary);
            if !commands.contains(&line) {
                commands.push(line);
            }
        }
    }
    let run_as = if style.as_root { "root" } else { &grant.run_as };
    let rules = grant
        .hosts
        .iter()
        .map(|host| Rule { host: host.clone(), run_as: run_as.to_owned(), commands: commands.clone() })
        .collect();
    Ok(Fragment { user: grant.user.clone(), sha: grant.sha.clone(), rules })
}

/// The words after the binary, one form for each rule that is needed for a clause.
fn spoken(clause: &Allow, style: &Style, forms: &[Form]) -> Result<Vec<String>> {
    let command = &clause.command;
    if !command.takes_arguments {
        return Ok(exact(clause));
    }
    let form = forms.iter().find(|form| form.command == command.name);
    if !style.tighten {
        // To sudo `*` means one word at least.
        let bare = form
            .is_some_and(|form| !form.arguments.iter().any(|argument| argument.required))
            .then(|| command.name.to_owned());
        return Ok(bare.into_iter().chain([format!("{} *", command.name)]).collect());
    }
    let form = form.ok_or_else(|| Error::failed(format!("nothing is known of the words of {}", command.name)))?;
    tight::expression(clause, form).map(|expression| vec![expression]).map_err(|why| {
        Error::usage(format!("the clause {} cannot be tightened: {why}", clause.id))
            .hint("leave --tighten away, or split the grant so that the clause stands for another user")
    })
}

/// A command without arguments, once with each choice of its options. `""` would not do: to sudo it
/// means that the program, not the subcommand, has no arguments.
fn exact(clause: &Allow) -> Vec<String> {
    let name = clause.command.name;
    let options: Vec<&String> = clause.options.iter().collect();
    let mut all = vec![name.to_owned()];
    all.extend(options.iter().map(|option| format!("{name} {option}")));
    for first in &options {
        all.extend(options.iter().filter(|second| second != &first).map(|second| format!("{name} {first} {second}")));
    }
    all
}

fn written(meant: &Fragment) -> String {
    let Fragment { user, sha, rules } = meant;
    let mut text = format!(
        "# grant {user}, digest sha256:{sha}; written by flr access sudoers; change the grant, not this\n\
         Defaults:{user} {DEFAULTS}\n"
    );
    for Rule { host, run_as, commands } in rules {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{user} {host}=({run_as}) NOPASSWD: NOSETENV: {}", commands.join(", "));
    }
    text
}

/// A literal host name to sudo: no alias, no address, no pattern.
fn is_host(host: &str) -> bool {
    host.bytes().any(|b| b.is_ascii_lowercase())
        && !host.starts_with(['-', '.'])
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
        && host.len() <= 253
}

/// A whole path to a program called flr, without anything that sudo reads otherwise.
pub(super) fn is_binary(path: &str) -> bool {
    path.starts_with('/')
        && path.ends_with("/flr")
        && !path.contains("//")
        && path.split('/').all(|part| part != "." && part != "..")
        && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-".contains(&b))
}

#[cfg(test)]
mod tests;
