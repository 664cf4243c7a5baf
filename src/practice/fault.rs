// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub's faults, by koji's numbers and words.

use std::fmt;

/// A fault: the answer to a call that the hub refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// koji's number.
    pub code: i64,
    /// As a single call reports it.
    pub text: String,
    /// As a member of a multicall reports it: there koji joins the bare arguments of the exception.
    pub bare: String,
    /// The Python class, as it stands in tracebacks; `None` for a stored fault, which has no traceback.
    pub class: Option<&'static str>,
}

/// Why a call has no result.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The hub says no.
    Fault(Fault),
    /// The hub itself is broken: the whole request is undone and answered with HTTP 500. Never a
    /// fault, because a fault would be a statement about the call.
    Broken(String),
}

/// What a method gives.
pub(super) type Outcome<T> = Result<T, Refusal>;

impl Fault {
    fn new(code: i64, class: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { code, bare: text.clone(), text, class: Some(class) }
    }

    /// A fault with a number of the caller's choice.
    pub(super) fn numbered(code: i64, text: impl Into<String>) -> Self {
        let class = match code {
            1000 => "koji.GenericError",
            1001 => "koji.LockError",
            1002 => "koji.AuthError",
            1003 => "koji.TagError",
            1004 => "koji.ActionNotAllowed",
            1006 => "koji.AuthLockError",
            1007 => "koji.AuthExpired",
            1008 => "koji.SequenceError",
            1009 => "koji.RetryError",
            1014 => "koji.ServerOffline",
            1019 => "koji.ParameterError",
            _ => "Exception",
        };
        Self::new(code, class, text)
    }

    /// Something unexpected in Python, with its class: `<class 'KeyError'>: 'arch'`.
    pub(super) fn unexpected(class: &'static str, text: &str, bare: &str) -> Self {
        Self { code: 1, text: format!("<class '{class}'>: {text}"), bare: bare.to_owned(), class: Some(class) }
    }

    /// The lines of a traceback that koji adds inside multicalls, without the places in its source.
    pub(super) fn traceback(&self) -> Option<Vec<String>> {
        let class = self.class?;
        let last = if self.code == 1 {
            let text = self.text.split_once(">: ").map_or(&*self.text, |(_, t)| t);
            format!("{class}: {text}\n")
        } else {
            format!("{class}: {}\n", self.bare)
        };
        Some(vec!["Traceback (most recent call last):\n".into(), last])
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Fault(fault) => write!(f, "fault {}: {}", fault.code, fault.text),
            Refusal::Broken(why) => f.write_str(why),
        }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Refusal::Fault(fault)
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Refusal::Broken(format!("the database says: {error}"))
    }
}

impl From<serde_json::Error> for Refusal {
    fn from(error: serde_json::Error) -> Self {
        Refusal::Broken(format!("the database holds bad JSON: {error}"))
    }
}

/// 1000, most failed look-ups.
pub(super) fn generic<T>(text: impl Into<String>) -> Outcome<T> {
    Err(Fault::numbered(1000, text).into())
}

/// 1002, login and sessions.
pub(super) fn auth<T>(text: impl Into<String>) -> Outcome<T> {
    Err(Fault::numbered(1002, text).into())
}

/// 1003, tagging.
pub(super) fn tag<T>(text: impl Into<String>) -> Outcome<T> {
    Err(Fault::numbered(1003, text).into())
}

/// 1004, policy, locks, permissions.
pub(super) fn not_allowed<T>(text: impl Into<String>) -> Outcome<T> {
    Err(Fault::numbered(1004, text).into())
}

/// 1019, arguments.
pub(super) fn parameter<T>(text: impl Into<String>) -> Outcome<T> {
    Err(Fault::numbered(1019, text).into())
}
