// SPDX-License-Identifier: GPL-3.0-or-later
//! What sudo is told on a machine: rules and defaults with the lines they stand in.
//!
//! flr reads the files itself, because neither `cvtsudoers` nor `sudo -ll` says where a rule
//! stands, and because another root cannot be asked. On its own machine it hears both of them as
//! well: a rule that only they see is judged like the others.

pub mod asked;
mod files;
mod line;
mod words;

pub(super) use files::content;
pub use files::read;

use std::path::PathBuf;

/// Where something stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The file below the root, or the source that named it.
    pub file: String,
    /// The line, from 1.
    pub line: Option<usize>,
}

/// Everything that sudo is told.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// The rules, one for each command, in sudo's order.
    pub rules: Vec<Rule>,
    /// The defaults, in sudo's order.
    pub defaults: Vec<Setting>,
    /// The files that were read, in sudo's order.
    pub files: Vec<PathBuf>,
    /// Files in an included directory that sudo passes over.
    pub ignored: Vec<(PathBuf, &'static str)>,
    /// Directories that are included.
    pub directories: Vec<PathBuf>,
    /// What could not be read, and why.
    pub unread: Vec<(Place, String)>,
}

/// One command that some may run as somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Where it stands.
    pub place: Place,
    /// Its place among rules and defaults.
    pub order: usize,
    /// Who.
    pub users: Vec<Item>,
    /// On which machines.
    pub hosts: Vec<Item>,
    /// As whom; empty: as root.
    pub run_as: Vec<Item>,
    /// `NOPASSWD`.
    pub no_password: bool,
    /// `SETENV`.
    pub setenv: bool,
    /// `!command`.
    pub negated: bool,
    /// The command with its arguments, or `ALL`.
    pub command: String,
}

/// One setting of a `Defaults` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Where it stands.
    pub place: Place,
    /// Its place among rules and defaults.
    pub order: usize,
    /// When it holds.
    pub scope: Scope,
    /// Its name.
    pub name: String,
    /// `!name`.
    pub off: bool,
    /// What follows the name: `+=`, `-=` or `=`, and the value.
    pub value: Option<(String, String)>,
}

/// When a setting holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Always.
    All,
    /// For these users.
    Users(Vec<Item>),
    /// When sudo becomes one of these.
    RunAs(Vec<Item>),
    /// On these machines.
    Hosts(Vec<Item>),
    /// For these commands.
    Commands(Vec<String>),
}

/// A member of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// `!member`.
    pub negated: bool,
    /// Who or what.
    pub what: What,
}

/// Who or what is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// `ALL`.
    All,
    /// A user or a machine.
    Name(String),
    /// `#1000`.
    Id(u32),
    /// `%wheel`.
    Group(String),
    /// `%#10`.
    GroupId(u32),
    /// Netgroups and other directories' groups: it may be anybody.
    Somebody(String),
}

impl Item {
    /// The member that `word` names.
    pub fn named(word: &str) -> Self {
        let stripped = word.trim_start_matches('!');
        let negated = (word.len() - stripped.len()) % 2 == 1;
        let number = |text: &str| text.parse::<u32>().ok();
        let what = match stripped {
            "ALL" => What::All,
            _ => match (stripped.strip_prefix('#').and_then(number), stripped.strip_prefix("%#").and_then(number)) {
                (Some(id), _) => What::Id(id),
                (_, Some(id)) => What::GroupId(id),
                _ if stripped.starts_with('+') || stripped.starts_with("%:") => What::Somebody(stripped.to_owned()),
                _ => match stripped.strip_prefix('%') {
                    Some(group) => What::Group(group.to_owned()),
                    None => What::Name(stripped.to_owned()),
                },
            },
        };
        Self { negated, what }
    }

    /// As it is written.
    pub fn text(&self) -> String {
        let text = match &self.what {
            What::All => "ALL".to_owned(),
            What::Name(name) | What::Somebody(name) => name.clone(),
            What::Id(id) => format!("#{id}"),
            What::Group(name) => format!("%{name}"),
            What::GroupId(id) => format!("%#{id}"),
        };
        if self.negated { format!("!{text}") } else { text }
    }
}

/// Whether a list covers somebody: the last member that matches decides.
pub fn covers(list: &[Item], is: impl Fn(&What) -> bool) -> bool {
    list.iter().rev().find(|item| is(&item.what)).is_some_and(|item| !item.negated)
}

/// A list as it is written.
pub fn listed(list: &[Item]) -> String {
    list.iter().map(Item::text).collect::<Vec<_>>().join(", ")
}

impl Rule {
    /// The program, without its arguments.
    pub fn program(&self) -> &str {
        self.command.split(' ').next().unwrap_or_default()
    }

    /// The same command for the same people as another source has it.
    pub fn is_like(&self, other: &Self) -> bool {
        (self.negated, self.no_password, self.setenv) == (other.negated, other.no_password, other.setenv)
            && self.command == other.command
            && self.users == other.users
            && self.run_as == other.run_as
    }
}
