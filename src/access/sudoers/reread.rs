// SPDX-License-Identifier: GPL-3.0-or-later
//! A reader for exactly what flr writes, and for nothing else that sudo would accept.

use super::{DEFAULTS, is_binary, is_host};
use crate::access::settings::is_account_name;

/// A fragment, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    /// Whose it is.
    pub user: String,
    /// SHA-256 of the grant that it was made from.
    pub sha: String,
    /// One for each machine.
    pub rules: Vec<Rule>,
}

/// One line of a fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The machine.
    pub host: String,
    /// The account, or root.
    pub run_as: String,
    /// Whole commands, the binary first.
    pub commands: Vec<String>,
}

impl Fragment {
    /// What `text` says, if it could have been written by flr.
    ///
    /// # Errors
    /// Why it could not.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut lines = text.strip_suffix('\n').ok_or("its last line does not end")?.split('\n');
        let (user, sha) = lines.next().and_then(head).ok_or("its first line names no grant")?;
        if !is_account_name(&user) {
            return Err(format!("\"{user}\" is no name of a user"));
        }
        if lines.next() != Some(format!("Defaults:{user} {DEFAULTS}").as_str()) {
            return Err("its second line is not flr's Defaults".to_owned());
        }
        let mut rules = Vec::new();
        for line in lines {
            rules.push(rule(line, &user).ok_or_else(|| format!("this is no rule of flr's: {line}"))?);
        }
        if rules.is_empty() {
            return Err("it has no rule".to_owned());
        }
        Ok(Self { user, sha, rules })
    }
}

fn head(line: &str) -> Option<(String, String)> {
    let rest = line.strip_prefix("# grant ")?;
    let (user, rest) = rest.split_once(", digest sha256:")?;
    let sha = rest.strip_suffix("; written by flr access sudoers; change the grant, not this")?;
    let hex = sha.len() == 64 && sha.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    hex.then(|| (user.to_owned(), sha.to_owned()))
}

fn rule(line: &str, user: &str) -> Option<Rule> {
    let rest = line.strip_prefix(user)?.strip_prefix(' ')?;
    let (host, rest) = rest.split_once("=(")?;
    let (run_as, rest) = rest.split_once(") NOPASSWD: NOSETENV: ")?;
    let commands: Vec<String> = rest.split(", ").map(str::to_owned).collect();
    let fine = is_host(host) && is_account_name(run_as) && commands.iter().all(|command| is_command(command));
    fine.then(|| Rule { host: host.to_owned(), run_as: run_as.to_owned(), commands })
}

/// The binary, then either plain words, of which the last may be a star, or one expression.
fn is_command(command: &str) -> bool {
    let Some((binary, words)) = command.split_once(' ') else {
        return false;
    };
    if !is_binary(binary) {
        return false;
    }
    if let Some(expression) = words.strip_prefix('^') {
        // Outside of brackets an alternative would take both anchors away.
        let mut depth = 0i32;
        let held = expression.bytes().all(|b| {
            match b {
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            depth >= 0 && (b != b'|' || depth > 0)
        });
        return held
            && depth == 0
            && !expression.contains("[^")
            && expression.strip_suffix('$').is_some_and(|inner| inner.bytes().all(is_of_expression));
    }
    let words: Vec<&str> = words.split(' ').collect();
    let plain = |word: &&str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    match words.split_last() {
        Some((&"*", before)) => before.len() >= 2 && before.iter().all(plain),
        Some(_) => words.len() >= 2 && words.iter().all(plain),
        None => false,
    }
}

/// What an expression of flr's is made of: no backslash, no comma, no hash, no class by name.
fn is_of_expression(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b" ()[]|*+?-_./~^@".contains(&b)
}
