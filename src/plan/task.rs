// SPDX-License-Identifier: GPL-3.0-or-later
//! Every change to the work that a hub's builders have.

use super::{Key, Reversal};
use crate::names::{PackageName, ScmUrl, TargetName, TaskId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One change to what is to be built.
#[allow(missing_docs, reason = "the fields are called what the hub calls them")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum TaskChange {
    /// There is a task that builds the source for the target. `before`: the newest task that did so
    /// and has ended; a later one is the change's.
    SubmitBuild {
        source: ScmUrl,
        target: TargetName,
        background: bool,
        fail_fast: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<TaskId>,
    },
    /// The task is not waiting or running any more. `package`: what it builds, where its request says.
    CancelTask { task: TaskId, target: TargetName, package: Option<PackageName> },
}

impl TaskChange {
    /// Builds for one target are submitted one after the other; tasks are canceled in any order.
    pub fn key(&self) -> Key {
        match self {
            Self::SubmitBuild { target, .. } => Key::submitting(target),
            Self::CancelTask { task, .. } => Key::task(*task),
        }
    }

    /// The target it builds for.
    pub fn target(&self) -> &TargetName {
        match self {
            Self::SubmitBuild { target, .. } | Self::CancelTask { target, .. } => target,
        }
    }

    /// The package it builds, if that is known.
    pub fn package(&self) -> Option<&PackageName> {
        match self {
            Self::SubmitBuild { source, .. } => Some(source.package()),
            Self::CancelTask { package, .. } => package.as_ref(),
        }
    }

    /// What a person calls it: the source, or the task.
    pub fn subject(&self) -> String {
        match self {
            Self::SubmitBuild { source, .. } => source.to_string(),
            Self::CancelTask { task, .. } => format!("task {task}"),
        }
    }

    /// How it can be taken back.
    pub fn reversal(&self) -> Reversal {
        match self {
            Self::SubmitBuild { .. } => {
                Reversal::MayBeRefused("the task is canceled if it still waits or runs; a build that is finished stays")
            }
            Self::CancelTask { .. } => Reversal::None,
        }
    }
}

impl fmt::Display for TaskChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SubmitBuild { source, target, .. } => write!(f, "build {source} for {target}"),
            Self::CancelTask { task, target, package: Some(package) } => {
                write!(f, "cancel task {task}, which builds {package} for {target}")
            }
            Self::CancelTask { task, target, package: None } => {
                write!(f, "cancel task {task}, which builds for {target}")
            }
        }
    }
}
