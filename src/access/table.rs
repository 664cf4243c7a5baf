// SPDX-License-Identifier: GPL-3.0-or-later
//! What a command is to whoever grants it: its class, the dimensions that must be stated, what it
//! can do, and the options that may be had with it. Each entry stands next to its command.

pub use super::dimensions::Dimension;
pub use super::effect::Effect;
use serde::Serialize;
use std::fmt;

/// One command as it can be granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command {
    /// Its words: `koji block-pkg`.
    pub name: &'static str,
    /// How much it can harm.
    pub class: Class,
    /// What it does, for people, after "may"; `{tags}` and the other dimensions stand for what is
    /// granted of them: "the tags f43 and f44", "any package".
    pub does: &'static str,
    /// What must be stated of its arguments and effects.
    pub dimensions: &'static [Dimension],
    /// The kinds of change that it makes.
    pub effects: &'static [Effect],
    /// The options that can be granted besides the output's own.
    pub options: &'static [CommandOption],
    /// Whether it takes arguments: without any, sudo can be told so.
    pub takes_arguments: bool,
}

/// An option that can be granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandOption {
    /// As it is written: `--untag`.
    pub name: &'static str,
    /// What it adds, for people. If it adds effects, as [`Command::does`]; else a few words about
    /// what is shown.
    pub does: &'static str,
    /// What must be stated of its value, if the option is granted.
    pub dimension: Option<Dimension>,
    /// The kinds of change that it adds.
    pub effects: &'static [Effect],
}

/// How much a command can harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// It only looks.
    Read,
    /// It adds something that can be taken away again.
    Write,
    /// What it does is seen outside at once.
    Publish,
    /// It takes something away.
    Destroy,
}

impl Class {
    /// Whether a grant has to say how many changes, in a run and in a day.
    pub const fn needs_counts(self) -> bool {
        matches!(self, Self::Publish | Self::Destroy)
    }

    /// Whether it changes something.
    pub const fn changes(self) -> bool {
        !matches!(self, Self::Read)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Publish => "publish",
            Self::Destroy => "destroy",
        })
    }
}

/// The options that every command of its kind has: they change what is shown, or nothing at all.
pub const fn own_options(class: Class) -> &'static [&'static str] {
    match class.changes() {
        true => &["--dry-run", "--json"],
        false => &["--json"],
    }
}

impl Command {
    /// The option of that name that can be granted besides the class's own.
    pub fn option(&self, name: &str) -> Option<&CommandOption> {
        self.options.iter().find(|option| option.name == name)
    }

    /// Whether it makes changes of its own. What goes on with an earlier run makes those of the run's command.
    pub fn has_effects(&self) -> bool {
        !self.effects.is_empty() || self.options.iter().any(|option| !option.effects.is_empty())
    }

    /// Whether an option of that name can be granted.
    pub fn has_option(&self, name: &str) -> bool {
        own_options(self.class).contains(&name) || self.option(name).is_some()
    }
}
