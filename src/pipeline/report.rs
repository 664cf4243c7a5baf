// SPDX-License-Identifier: GPL-3.0-or-later
//! What a run tells Ansible and people. The field names are a contract.

use crate::error::Kind;
use crate::names::RunId;
use crate::plan::{Change, LeftOut};
use serde::{Deserialize, Serialize};

/// How one change ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub enum Outcome {
    /// This run did it.
    Done,
    /// The state was there without us.
    Already {
        /// How we know.
        why: String,
    },
    /// It was refused.
    Failed {
        /// The hub's words.
        why: String,
    },
    /// It was not sent.
    Skipped {
        /// The reason.
        why: String,
    },
    /// Nobody can say yet.
    Unsettled {
        /// What is not known.
        why: String,
    },
}

/// A change and why it is not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The change.
    pub change: Change,
    /// The reason, the hub's words included; foreign text.
    pub why: String,
}

/// The answer of a changing command, also of one that failed half-way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Something was changed (under `--dry-run`: would be).
    pub changed: bool,
    /// The state is not as asked.
    pub failed: bool,
    /// Nothing was sent, by request.
    pub dry_run: bool,
    /// One sentence for people.
    pub msg: String,
    /// The run's name; none for a dry run or where there was nothing to do.
    pub run: Option<RunId>,
    /// The command: `koji tag-build`.
    pub command: String,
    /// SHA-256 of the plan.
    pub plan_sha: Option<String>,
    /// What was to be done, in order.
    pub planned: Vec<Change>,
    /// What this run did.
    pub done: Vec<Change>,
    /// What was there without us.
    pub already: Vec<Change>,
    /// What was refused.
    pub failures: Vec<Failure>,
    /// What was asked for and not sent, with reasons.
    pub skipped: Vec<LeftOut>,
    /// What nobody can say yet.
    pub unsettled: Vec<Failure>,
    /// What flr did on the way that a person should know: how it tagged, what it waited for.
    #[serde(skip)]
    pub notes: Vec<String>,
    /// What to do next.
    #[serde(skip)]
    pub hint: Option<String>,
    /// Why it stopped, if it did not go to the end. Fixes the exit code together with the rest.
    #[serde(skip)]
    pub stopped: Option<Kind>,
}

impl Report {
    /// An empty report of `command`.
    pub fn new(command: &str, dry_run: bool) -> Self {
        Self {
            command: command.to_owned(),
            dry_run,
            ..Self::default()
        }
    }

    /// The exit code of the process.
    pub fn exit_code(&self) -> u8 {
        let changed = !self.dry_run && (self.changed || !self.unsettled.is_empty());
        match self.stopped {
            _ if !self.failed => 0,
            _ if changed => Kind::Partial.exit_code(),
            Some(kind) => kind.exit_code(),
            None => Kind::Failed.exit_code(),
        }
    }
}
