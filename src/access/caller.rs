// SPDX-License-Identifier: GPL-3.0-or-later
//! Who started flr, and what their surroundings say. The only place that reads the environment.
#![allow(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]

use crate::{Error, Result};
use std::env::var_os;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The caller and his surroundings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Account name, or the number if it has none.
    pub name: String,
    /// `$HOME`, else the account's home.
    pub home: Option<PathBuf>,
    /// Where flr keeps its state: `$XDG_STATE_HOME/flr`, else `~/.local/state/flr`.
    state: Option<PathBuf>,
    /// `NO_COLOR` is set and not empty.
    pub no_color: bool,
    /// `$TERM` is `dumb` or missing.
    pub dumb_terminal: bool,
}

impl Caller {
    /// Reads account and environment of this process.
    pub fn of_this_process() -> Self {
        let uid = nix::unistd::Uid::effective();
        let account = nix::unistd::User::from_uid(uid).ok().flatten();
        let home = not_empty("HOME").map(PathBuf::from).or_else(|| account.as_ref().map(|a| a.dir.clone()));
        let state = not_empty("XDG_STATE_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .or_else(|| home.as_ref().map(|home| home.join(".local/state")))
            .map(|path| path.join("flr"));
        Self {
            name: account.map_or_else(|| uid.to_string(), |account| account.name),
            home,
            state,
            no_color: not_empty("NO_COLOR").is_some(),
            dumb_terminal: not_empty("TERM").is_none_or(|term| term == "dumb"),
        }
    }

    /// Whoever uses the account's credential. Nothing of his surroundings counts: no home, no
    /// colours, and the state is the account's.
    pub fn granted(name: &str, state: PathBuf) -> Self {
        Self { name: name.to_owned(), home: None, state: Some(state), no_color: true, dumb_terminal: true }
    }

    /// Where flr keeps its state.
    ///
    /// # Errors
    /// Neither `XDG_STATE_HOME` nor `HOME` says where that is.
    pub fn state_dir(&self) -> Result<&Path> {
        self.state.as_deref().ok_or_else(|| {
            Error::failed("no place to keep state: neither XDG_STATE_HOME nor HOME is set")
                .hint("set XDG_STATE_HOME to a directory of yours")
        })
    }
}

/// What sudo says of whoever called it. Anybody can say so: it counts only in a process that runs as
/// an account that nobody but sudo hands out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sudo {
    /// `SUDO_UID`.
    pub uid: Option<OsString>,
    /// `SUDO_USER`.
    pub user: Option<OsString>,
}

impl Sudo {
    /// Reads the two values from the environment.
    pub fn of_this_process() -> Self {
        Self { uid: var_os("SUDO_UID"), user: var_os("SUDO_USER") }
    }
}

fn not_empty(name: &str) -> Option<OsString> {
    var_os(name).filter(|value| !value.is_empty())
}
