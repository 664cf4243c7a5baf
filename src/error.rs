// SPDX-License-Identifier: GPL-3.0-or-later
//! What every function of the library returns when it cannot do its work.

use std::fmt;

/// The result of everything in this library that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something was not done: the kind fixes the exit code, `what` says what failed with which
/// input and why, `hint` says what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// Fixes the exit code.
    pub kind: Kind,
    /// What failed, with which input, why: lower case, no full stop. May hold foreign text: escape
    /// it (`output::escape`) before it reaches a terminal or a log.
    pub what: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// The kinds of failure, one for each exit code of the contract with callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The words of the command are wrong.
    Usage,
    /// No grant covers it; asking again will not help.
    NotPermitted,
    /// Nobody said yes.
    NotConfirmed,
    /// It stopped or failed after some changes, or nobody can say yet whether they happened.
    Partial,
    /// The machine is not set up safely; an administrator must act.
    Unsafe,
    /// The answer of a reading command is no.
    AnswerIsNo,
    /// It failed and nothing was changed.
    Failed,
    /// The service is away or the thing is still running; nothing was changed, try again later.
    NotNow,
}

impl Kind {
    /// The exit code of the process.
    pub const fn exit_code(self) -> u8 {
        match self {
            Kind::Usage => 2,
            Kind::NotPermitted => 3,
            Kind::NotConfirmed => 4,
            Kind::Partial => 5,
            Kind::Unsafe => 6,
            Kind::AnswerIsNo => 7,
            Kind::Failed => 10,
            Kind::NotNow => 75,
        }
    }
}

impl Error {
    /// An error of `kind`; `what` is one lower-case sentence without a full stop.
    pub fn new(kind: Kind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), hint: None }
    }

    /// Short for [`Kind::Failed`].
    pub fn failed(what: impl Into<String>) -> Self {
        Self::new(Kind::Failed, what)
    }

    /// Short for [`Kind::Usage`].
    pub fn usage(what: impl Into<String>) -> Self {
        Self::new(Kind::Usage, what)
    }

    /// Short for [`Kind::NotNow`].
    pub fn not_now(what: impl Into<String>) -> Self {
        Self::new(Kind::NotNow, what)
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Puts what was being done in front: `cannot read f43: …`.
    #[must_use]
    pub fn while_doing(mut self, doing: impl fmt::Display) -> Self {
        self.what = format!("{doing}: {}", self.what);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Error {}
