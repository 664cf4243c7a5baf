// SPDX-License-Identifier: GPL-3.0-or-later
//! One logical line of a sudoers file.

use super::Item;
use super::words::{Reader, is_alias, short};

/// What a line says, aliases not yet resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// Nothing.
    Empty,
    /// Another file, or a directory of files.
    Include { path: String, directory: bool },
    /// Names for lists.
    Aliases { of: AliasOf, lists: Vec<(String, Vec<String>)> },
    /// `Defaults`, with the sign and list behind it, and its settings.
    Defaults { sign: Option<char>, list: Vec<String>, settings: Vec<Said> },
    /// Who may run what.
    Rules { users: Vec<String>, privileges: Vec<Privilege> },
}

/// The four kinds of alias.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AliasOf {
    Users,
    RunAs,
    Hosts,
    Commands,
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub name: String,
    pub off: bool,
    pub value: Option<(String, String)>,
}

/// What may be run on some machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Privilege {
    pub hosts: Vec<String>,
    pub commands: Vec<Command>,
}

/// One command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    pub run_as: Vec<String>,
    pub no_password: Option<bool>,
    pub setenv: Option<bool>,
    pub negated: bool,
    /// The command with its arguments, or the name of an alias.
    pub text: String,
}

/// Reads one line, continuation lines joined.
///
/// # Errors
/// What is not understood.
pub fn read(line: &str) -> Result<Line, String> {
    let mut reader = Reader { rest: line.trim_matches([' ', '\t', '\r']) };
    if let Some(include) = include(reader.rest)? {
        return Ok(include);
    }
    if reader.at_end() {
        return Ok(Line::Empty);
    }
    if let Some(rest) = reader.rest.strip_prefix("Defaults")
        && (rest.is_empty() || rest.starts_with([' ', '\t', '@', ':', '!', '>']))
    {
        reader.rest = rest;
        return reader.defaults();
    }
    for (word, of) in [
        ("User_Alias", AliasOf::Users),
        ("Runas_Alias", AliasOf::RunAs),
        ("Host_Alias", AliasOf::Hosts),
        ("Cmnd_Alias", AliasOf::Commands),
        ("Cmd_Alias", AliasOf::Commands),
    ] {
        if let Some(rest) = reader.rest.strip_prefix(word)
            && rest.starts_with([' ', '\t'])
        {
            reader.rest = rest;
            return reader.aliases(of);
        }
    }
    reader.rules()
}

fn include(line: &str) -> Result<Option<Line>, String> {
    let Some(rest) = line.strip_prefix(['#', '@']) else {
        return Ok(None);
    };
    let (directory, rest) = match (rest.strip_prefix("includedir"), rest.strip_prefix("include")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) if line.starts_with('@') => return Err("a line that begins with @".to_owned()),
        (None, None) => return Ok(None),
    };
    if !rest.starts_with([' ', '\t']) {
        return if line.starts_with('@') { Err("an include without a path".to_owned()) } else { Ok(None) };
    }
    let mut reader = Reader { rest };
    let path = reader.word("").ok_or("an include without a path")?;
    Ok(Some(Line::Include { path, directory }))
}

impl<'a> Reader<'a> {
    fn defaults(mut self) -> Result<Line, String> {
        let sign = self.rest.chars().next().filter(|c| "@:!>".contains(*c));
        let mut list = Vec::new();
        if let Some(sign) = sign {
            self.rest = &self.rest[1..];
            list = match sign {
                '!' => self.commands_alone()?,
                _ => self.members()?,
            };
        }
        let mut settings = Vec::new();
        loop {
            let mut off = false;
            while self.eat('!') {
                off = !off;
            }
            self.blanks();
            let end = self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(self.rest.len());
            let (name, rest) = self.rest.split_at(end);
            if name.is_empty() {
                return Err(format!("no setting before \"{}\"", short(self.rest)));
            }
            self.rest = rest;
            self.blanks();
            let mut value = None;
            for sign in ["+=", "-=", "="] {
                if let Some(rest) = self.rest.strip_prefix(sign) {
                    self.rest = rest;
                    let word = self.word("=:()!#").unwrap_or_default();
                    value = Some((sign.to_owned(), word));
                    break;
                }
            }
            settings.push(Said { name: name.to_owned(), off, value });
            if !self.eat(',') {
                break;
            }
        }
        self.ended()?;
        Ok(Line::Defaults { sign, list, settings })
    }

    /// The commands that a `Defaults!` line is about.
    fn commands_alone(&mut self) -> Result<Vec<String>, String> {
        let mut list = Vec::new();
        loop {
            let word = self.word("!").ok_or("no command behind Defaults!")?;
            list.push(word);
            if !self.eat(',') {
                return Ok(list);
            }
        }
    }

    fn aliases(mut self, of: AliasOf) -> Result<Line, String> {
        let mut lists = Vec::new();
        loop {
            let name = self.word("").ok_or("no name of an alias")?;
            if !is_alias(&name) {
                return Err(format!("\"{name}\" is no name of an alias"));
            }
            self.expect('=')?;
            let list = match of {
                AliasOf::Commands => {
                    let commands = self.commands()?;
                    commands.into_iter().map(|c| if c.negated { format!("!{}", c.text) } else { c.text }).collect()
                }
                _ => self.members()?,
            };
            lists.push((name, list));
            if !self.eat(':') {
                break;
            }
        }
        self.ended()?;
        Ok(Line::Aliases { of, lists })
    }

    fn rules(mut self) -> Result<Line, String> {
        let users = self.members()?;
        let mut privileges = Vec::new();
        loop {
            let hosts = self.members()?;
            self.expect('=')?;
            let commands = self.commands()?;
            privileges.push(Privilege { hosts, commands });
            if !self.eat(':') {
                break;
            }
        }
        self.ended()?;
        Ok(Line::Rules { users, privileges })
    }

    /// Commands with what is said before each; account and tags hold for the ones that follow.
    fn commands(&mut self) -> Result<Vec<Command>, String> {
        let mut list = Vec::new();
        let (mut run_as, mut no_password, mut setenv) = (Vec::new(), None, None);
        loop {
            if self.eat('(') {
                run_as = match self.rest.trim_start().starts_with([':', ')']) {
                    true => Vec::new(),
                    false => self.members()?,
                };
                if self.eat(':') && !self.rest.trim_start().starts_with(')') {
                    self.members()?;
                }
                self.expect(')')?;
            }
            while let Some(word) = self.said_before() {
                match word {
                    "NOPASSWD" => no_password = Some(true),
                    "PASSWD" => no_password = Some(false),
                    "SETENV" => setenv = Some(true),
                    "NOSETENV" => setenv = Some(false),
                    _ => {}
                }
            }
            let mut negated = false;
            while self.eat('!') {
                negated = !negated;
            }
            let text = self.command()?;
            list.push(Command { run_as: run_as.clone(), no_password, setenv, negated, text });
            if !self.eat(',') {
                return Ok(list);
            }
        }
    }

    /// A tag (`NOPASSWD:`), or an option with its value (`CWD=/tmp`); the tag's name.
    fn said_before(&mut self) -> Option<&'a str> {
        self.blanks();
        let end = self.rest.find(|c: char| !(c.is_ascii_uppercase() || c == '_'))?;
        let (name, rest) = self.rest.split_at(end);
        if name.is_empty() || name == "ALL" {
            return None;
        }
        if let Some(rest) = rest.trim_start_matches([' ', '\t']).strip_prefix(':') {
            self.rest = rest;
            return Some(name);
        }
        let value = rest.trim_start_matches([' ', '\t']).strip_prefix('=')?;
        const OPTIONS: [&str; 10] = [
            "ROLE",
            "TYPE",
            "APPARMOR_PROFILE",
            "PRIVS",
            "LIMITPRIVS",
            "NOTBEFORE",
            "NOTAFTER",
            "TIMEOUT",
            "CWD",
            "CHROOT",
        ];
        if !OPTIONS.contains(&name) {
            return None;
        }
        self.rest = value;
        self.word(":=")?;
        Some(name)
    }

    /// A command with its arguments, without the digests before it.
    fn command(&mut self) -> Result<String, String> {
        loop {
            self.blanks();
            let digest = ["sha224:", "sha256:", "sha384:", "sha512:"].iter().find(|kind| self.rest.starts_with(**kind));
            if digest.is_none() {
                break;
            }
            self.word(":=").ok_or("a digest without a value")?;
            self.eat(',');
        }
        let first = match self.rest.starts_with('^') {
            true => self.pattern(),
            false => self.word("()!"),
        };
        let mut text = first.ok_or_else(|| format!("no command before \"{}\"", short(self.rest)))?;
        let known = text.starts_with(['/', '^', '.']) || matches!(text.as_str(), "ALL" | "sudoedit" | "list");
        if !known && !is_alias(&text) {
            return Err(format!("\"{text}\" is no command"));
        }
        if known && text != "ALL" && self.rest.starts_with([' ', '\t']) {
            let arguments = self.arguments();
            if !arguments.is_empty() {
                text.push(' ');
                text.push_str(&arguments);
            }
        }
        Ok(text)
    }
}

/// The members that `words` name.
pub fn items(words: &[String]) -> Vec<Item> {
    words.iter().map(|word| Item::named(word)).collect()
}

#[cfg(test)]
mod tests;
