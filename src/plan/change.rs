// SPDX-License-Identifier: GPL-3.0-or-later
//! Changes of all systems, and the plan they stand in.

use super::{
    BuildChange, GroupChange, KojiChange, PackageChange, RepoChange, RequestChange, SigningChange, TagChange,
    TargetChange, TaskChange,
};
use crate::names::{Nvr, TagName, TargetName, TaskId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// Everything flr can ever change. Closed and matched without wildcard arms: a new kind does not
/// compile until it is shown, granted, applied, recorded and inverted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "system", rename_all = "lowercase")]
pub enum Change {
    /// At a koji hub.
    Koji(KojiChange),
}

impl From<KojiChange> for Change {
    fn from(change: KojiChange) -> Self {
        Self::Koji(change)
    }
}

/// Each kind of change to a hub is a change.
macro_rules! at_koji {
    ($($kind:ident),*) => { $(impl From<$kind> for Change {
        fn from(change: $kind) -> Self {
            Self::Koji(change.into())
        }
    })* };
}

at_koji!(
    BuildChange,
    GroupChange,
    PackageChange,
    RepoChange,
    RequestChange,
    SigningChange,
    TagChange,
    TargetChange,
    TaskChange
);

impl Change {
    /// Changes with the same key are applied one after the other, in plan order.
    pub fn key(&self) -> Key {
        match self {
            Self::Koji(change) => change.key(),
        }
    }

    /// How much of a batch it fills: 1 for a row of the hub's database.
    pub fn share(&self) -> usize {
        match self {
            Self::Koji(change) => change.share(),
        }
    }

    /// The tags it changes, or leads builds from and to.
    pub fn tags(&self) -> Vec<&TagName> {
        match self {
            Self::Koji(change) => change.tags(),
        }
    }

    /// How it can be taken back.
    pub fn reversal(&self) -> Reversal {
        match self {
            Self::Koji(change) => change.reversal(),
        }
    }

    /// The change to a build in a tag, if it is one.
    pub fn build(&self) -> Option<&BuildChange> {
        match self {
            Self::Koji(change) => change.build(),
        }
    }

    /// The same change, planned twice: what was seen beside it (an entry as it was before) may
    /// differ.
    pub fn is_same(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

/// The one wording: plan, prompt, progress, error and report all use it.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Koji(change) => change.fmt(f),
        }
    }
}

/// What must not race: a tag and package, a tag's list, the hub's package names, the hub's tags.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

impl Key {
    /// Builds of one package in one tag.
    pub fn tagging(tag: &TagName, package: &str) -> Self {
        Self(format!("build {tag} {package}"))
    }

    /// All builds in one tag, where their order across packages matters.
    pub fn order(tag: &str) -> Self {
        Self(format!("order {tag}"))
    }

    /// One tag's package list.
    pub fn package_list(tag: &TagName) -> Self {
        Self(format!("list {tag}"))
    }

    /// Whatever may create package names.
    pub fn package_names() -> Self {
        Self("names".into())
    }

    /// Requests for repositories of one tag.
    pub fn request(tag: &TagName) -> Self {
        Self(format!("repo {tag}"))
    }

    /// The signed rpms of a build.
    pub fn signing(build: &Nvr) -> Self {
        Self(format!("sign {build}"))
    }

    /// Builds that are submitted for one target.
    pub fn submitting(target: &TargetName) -> Self {
        Self(format!("submit {target}"))
    }

    /// One task.
    pub fn task(task: TaskId) -> Self {
        Self(format!("task {task}"))
    }

    /// How tags and targets are set up and hang together.
    pub fn structure() -> Self {
        Self("structure".into())
    }
}

/// How a change can be taken back; shown before anyone says yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reversal {
    /// Undo restores what was.
    Exact,
    /// Undo restores it, and this remains.
    ConsequencesRemain(&'static str),
    /// The hub may refuse the undoing.
    MayBeRefused(&'static str),
    /// It cannot be taken back.
    None,
}

/// A step's place in its plan, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepId(pub usize);

/// One change and what it waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What is to change.
    pub change: Change,
    /// Unless that step ends `done` or `already`, this one is skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<StepId>,
    /// Whether it stands in one row with the others of its tag: all of them are sent one after the
    /// other, in plan order, whatever their keys.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_order: bool,
}

impl Step {
    /// Steps with the same key are applied one after the other, in plan order.
    pub fn key(&self) -> Key {
        let Change::Koji(change) = &self.change;
        if self.in_order { Key::order(change.place()) } else { change.key() }
    }
}

/// Something that was asked for and is not in the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// What: a build, a package.
    pub subject: String,
    /// Why.
    pub why: String,
}

/// What is to be done, in order; what was asked for and is left out, with reasons; what stands
/// against doing anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    steps: Vec<Step>,
    left_out: Vec<LeftOut>,
    refused: Vec<LeftOut>,
}

impl Plan {
    /// Adds a change at the end.
    pub fn push(&mut self, change: impl Into<Change>) -> StepId {
        self.push_after(None, change)
    }

    /// Adds a change at the end that is skipped unless `after` succeeds.
    pub fn push_after(&mut self, after: Option<StepId>, change: impl Into<Change>) -> StepId {
        self.steps.push(Step { change: change.into(), after, in_order: false });
        StepId(self.steps.len() - 1)
    }

    /// Adds a change at the end that keeps its place among all others of its tag that are added so.
    pub fn push_in_order(&mut self, change: impl Into<Change>) -> StepId {
        self.steps.push(Step { change: change.into(), after: None, in_order: true });
        StepId(self.steps.len() - 1)
    }

    /// Notes that `subject` needs nothing or is not to be touched; the run goes on without it.
    pub fn leave_out(&mut self, subject: impl fmt::Display, why: impl Into<String>) {
        self.left_out.push(LeftOut { subject: subject.to_string(), why: why.into() });
    }

    /// Notes that `subject` cannot be done as asked: nothing at all will be done, and all such
    /// items are named at once. (Resume drops the item instead.)
    pub fn refuse(&mut self, subject: impl fmt::Display, why: impl Into<String>) {
        self.refused.push(LeftOut { subject: subject.to_string(), why: why.into() });
    }

    /// The steps, in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// What is left out, and why.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// What stands against doing anything.
    pub fn refused(&self) -> &[LeftOut] {
        &self.refused
    }

    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// SHA-256 of the steps, in hex: the number that a dry run prints and a real run records.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for step in &self.steps {
            // A plan is made of strings and numbers: writing it cannot fail.
            hash.update(serde_json::to_vec(step).unwrap_or_default());
            hash.update(b"\n");
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
