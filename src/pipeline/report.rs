// SPDX-License-Identifier: GPL-3.0-or-later
//! What a run tells Ansible and people. The field names are a contract.

use super::store::Standing;
use crate::Error;
use crate::error::Kind;
use crate::koji::Repo;
use crate::names::{RunId, TagName, TaskId};
use crate::plan::{Change, LeftOut, Plan, Reversal};
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

/// A task that a build became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MadeTask {
    /// What was submitted: the source.
    pub subject: String,
    /// The task.
    pub task: TaskId,
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
    /// The tasks that submitted builds became; not there if none was submitted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<MadeTask>,
    /// What was there without us.
    pub already: Vec<Change>,
    /// What was refused.
    pub failures: Vec<Failure>,
    /// What was asked for and not sent, with reasons.
    pub skipped: Vec<LeftOut>,
    /// What nobody can say yet.
    pub unsettled: Vec<Failure>,
    /// The repository that was waited for, and its tag; only of the command that waits for one.
    #[serde(skip)]
    pub repo: Option<(TagName, Repo)>,
    /// Builds were tagged by tasks, because the user lacks the permission `tag`; `msg` says so.
    #[serde(skip)]
    pub by_tasks: bool,
    /// What a person should know besides: what is new since a run that was resumed began.
    #[serde(skip)]
    pub notes: Vec<String>,
    /// What to do next.
    #[serde(skip)]
    pub hint: Option<String>,
    /// How much of what was asked for cannot be done, by the plan.
    #[serde(skip)]
    pub refused: usize,
    /// Why it did not go to the end, if it did not. Fixes the exit code together with the rest.
    #[serde(skip)]
    pub stopped: Option<Error>,
}

impl Report {
    /// An empty report of `command`.
    pub fn new(command: &str, dry_run: bool) -> Self {
        Self { command: command.to_owned(), dry_run, ..Self::default() }
    }

    /// Takes over what was planned.
    pub(super) fn planned(&mut self, plan: &Plan) {
        self.planned = plan.steps().iter().map(|step| step.change.clone()).collect();
        self.plan_sha = Some(plan.digest());
        self.skipped = plan.left_out().iter().chain(plan.refused()).cloned().collect();
        self.refused = plan.refused().len();
        self.failed |= self.refused > 0;
    }

    /// Takes over what was found to be needed while applying.
    pub(super) fn planned_more(&mut self, plan: &Plan) {
        let changes = plan.steps().iter().map(|step| step.change.clone());
        self.planned.extend(changes);
        self.skipped.extend(plan.refused().iter().cloned());
    }

    /// Takes over where one change ended. `stopped`: why the run did not get to those not sent.
    pub(super) fn tell(&mut self, change: &Change, standing: &Standing, stopped: &str) {
        let failure = |why: &str| Failure { change: change.clone(), why: why.to_owned() };
        let skip = |why: String| LeftOut { subject: change.to_string(), why };
        match standing {
            Standing::Ended(Outcome::Done) => {
                self.changed = true;
                self.done.push(change.clone());
                return;
            }
            Standing::Ended(Outcome::Already { .. }) => {
                self.already.push(change.clone());
                return;
            }
            Standing::Ended(Outcome::Failed { why }) => self.failures.push(failure(why)),
            Standing::Ended(Outcome::Skipped { why }) => self.skipped.push(skip(why.clone())),
            Standing::Ended(Outcome::Unsettled { why }) => self.unsettled.push(failure(why)),
            Standing::InFlight => {
                self.unsettled.push(failure("it was sent, and the run stopped before its outcome was recorded"))
            }
            Standing::NotSent => self.skipped.push(skip(format!("not sent: {stopped}"))),
        }
        self.failed = true;
    }

    /// Takes over why the run stopped.
    pub(super) fn fail(&mut self, error: &Error) {
        self.failed = true;
        self.stopped.get_or_insert_with(|| error.clone());
    }

    /// The repository of `tag` that was waited for is there.
    pub fn repo(&mut self, tag: &TagName, repo: Repo) {
        self.repo = Some((tag.clone(), repo));
        self.finish();
    }

    /// What was asked for stands, and what it was asked for did not come of it.
    pub fn ends_in(&mut self, error: &Error) {
        self.fail(error);
        self.finish();
    }

    /// Puts the whole into one sentence, and says what to do next.
    pub(super) fn finish(&mut self) {
        if self.dry_run {
            self.run = None;
            self.changed = self.stopped.is_none() && !self.planned.is_empty();
        }
        let counts = [
            (self.done.len(), if self.by_tasks { "done by tasks" } else { "done" }),
            (self.already.len(), "already there"),
            (self.failures.len(), "failed"),
            (self.unsettled.len(), "unsettled"),
            (self.skipped.len(), "left out"),
        ];
        let told: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        let told = told.join(", ");
        self.msg = match (&self.stopped, self.planned.len()) {
            (Some(error), _) if self.run.is_none() || told.is_empty() => error.what.clone(),
            (Some(error), _) => format!("{} ({told})", error.what),
            (None, _) if self.repo.is_some() => self.repo_told(),
            (None, 0) if told.is_empty() => "nothing to do".to_owned(),
            (None, 0) if self.refused > 0 => format!("nothing of it can be done: {told}"),
            (None, 0) => format!("nothing to do: {told}"),
            (None, n) if self.dry_run => {
                let would = format!("would make {n} change{}", if n == 1 { "" } else { "s" });
                match self.refused {
                    0 => would,
                    refused => format!("{would}; {refused} of what was asked for cannot be done"),
                }
            }
            (None, _) => told,
        };
        self.hint = match (self.stopped.as_ref().and_then(|e| e.hint.clone()), &self.run) {
            (Some(hint), _) => Some(hint),
            (None, Some(run)) if self.failed => {
                let show = format!("`flr run show {run}` tells what happened, `flr run resume {run}` goes on");
                Some(match self.can_be_taken_back() {
                    true => format!("{show}, `flr run undo {run}` takes it back"),
                    false => show,
                })
            }
            _ => None,
        };
    }

    /// Whether anything of what was done can be.
    pub fn can_be_taken_back(&self) -> bool {
        self.done.iter().any(|change| change.reversal() != Reversal::None)
    }

    fn repo_told(&self) -> String {
        let told =
            |(tag, repo): &(TagName, Repo)| format!("repository {} of {tag} is of event {}", repo.id, repo.event);
        self.repo.as_ref().map(told).unwrap_or_default()
    }

    /// The exit code of the process.
    pub fn exit_code(&self) -> u8 {
        let changed = !self.dry_run && (self.changed || !self.unsettled.is_empty());
        match &self.stopped {
            _ if !self.failed => 0,
            _ if changed => Kind::Partial.exit_code(),
            Some(error) => error.kind.exit_code(),
            None => Kind::Failed.exit_code(),
        }
    }
}
