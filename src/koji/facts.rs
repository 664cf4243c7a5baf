// SPDX-License-Identifier: GPL-3.0-or-later
//! What a hub says, in flr's own types. Only the fields flr uses; the hub may send more.

use crate::names::{BuildId, BuildType, EventId, Evr, Nvr, PackageName, TagName, TaskId, UserName};
use serde::{Deserialize, Serialize};

/// Whether inherited things count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Inherit {
    /// Only what the tag itself holds.
    #[default]
    Direct,
    /// Also what it inherits.
    Inherited,
}

/// A tag's own settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The hub's number for it.
    pub id: u64,
    /// Its name.
    pub name: TagName,
    /// Nothing can be tagged into or untagged from a locked tag, except by an administrator with force.
    pub locked: bool,
    /// The permission that tagging needs, by name.
    pub perm: Option<String>,
    /// Architectures, separated by blanks.
    pub arches: String,
}

/// One step of inheritance: to a parent, or, looking the other way, to a child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parent {
    /// The parent's name, or the child's.
    pub name: TagName,
    /// Distance from the tag that was asked for, beginning with 1.
    pub depth: u32,
    /// Lower is looked at first.
    pub priority: i64,
    /// How far above the parent inheritance goes; `None`: without end.
    pub maxdepth: Option<i64>,
    /// The children of the tag do not inherit through this link.
    pub intransitive: bool,
    /// The parent's settings do not count, only what is tagged.
    pub noconfig: bool,
    /// A pattern that packages must match; empty: all do.
    pub pkg_filter: String,
}

/// Where a build stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BuildState {
    /// 0.
    Building,
    /// 1: the only state that can be tagged.
    Complete,
    /// 2.
    Deleted,
    /// 3.
    Failed,
    /// 4.
    Canceled,
}

impl BuildState {
    /// koji's number for it.
    pub fn number(self) -> i64 {
        match self {
            Self::Building => 0,
            Self::Complete => 1,
            Self::Deleted => 2,
            Self::Failed => 3,
            Self::Canceled => 4,
        }
    }
}

/// A build.
#[derive(Debug, Clone)]
pub struct Build {
    /// The hub's number for it.
    pub id: BuildId,
    /// Its name.
    pub nvr: Nvr,
    /// Epoch, as koji has it.
    pub epoch: Option<u64>,
    /// Where it stands.
    pub state: BuildState,
    /// Who built it.
    pub owner: String,
    /// The task that built it; imported builds have none.
    pub task: Option<TaskId>,
    /// Completion, UTC, as the hub writes it.
    pub completed: Option<String>,
    /// Where the source came from.
    pub source: Option<String>,
    /// Volume, `DEFAULT` for most.
    pub volume: String,
}

/// Whose a package is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owned {
    /// The package.
    pub package: PackageName,
    /// Its owner.
    pub owner: UserName,
}

/// Which rows of a tag's history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// Only rows that hold now. `false`: revoked ones as well.
    pub active_only: bool,
    /// Only builds of this package.
    pub package: Option<PackageName>,
    /// Only rows created or revoked after this event.
    pub after: Option<EventId>,
}

/// One row of a build in a tag: it holds from `created` until `revoked`.
#[derive(Debug, Clone)]
pub struct TagRow {
    /// The build's number.
    pub id: BuildId,
    /// The build's name.
    pub nvr: Nvr,
    /// The build's epoch.
    pub epoch: Option<u64>,
    /// Where the build stands now (the hub's `build.state`): a deleted one may still have a row.
    pub state: BuildState,
    /// The event that put it in the tag. The highest of a package's active rows is "latest".
    pub created: EventId,
    /// Who put it there.
    pub creator: String,
    /// The event that took it out, if it is out.
    pub revoked: Option<EventId>,
    /// Who took it out.
    pub revoker: Option<String>,
    /// Seconds since 1970, UTC, of `revoked` or else of `created`.
    pub changed_at: f64,
}

impl TagRow {
    /// The build's version, for comparing.
    pub fn evr(&self) -> Evr {
        Evr::new(self.epoch, self.nvr.version(), self.nvr.release())
    }

    /// Whether the row holds now.
    pub fn active(&self) -> bool {
        self.revoked.is_none()
    }
}

/// One line of a tag's package list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PackageEntry {
    /// The package.
    pub package: PackageName,
    /// The tag that has the entry: an ancestor, if it is inherited.
    pub tag: TagName,
    /// Its owner there. `None` also stands for one whose name could not be sent back.
    pub owner: Option<UserName>,
    /// Whether builds of it are kept out.
    pub blocked: bool,
    /// Architectures beyond the tag's own. `None` and empty are not the same to koji.
    pub extra_arches: Option<String>,
}

/// A question for `listTagged`.
#[derive(Debug, Clone)]
pub struct Tagged {
    /// The tag.
    pub tag: TagName,
    /// As it was at this event.
    pub event: Option<EventId>,
    /// Whether inherited builds count.
    pub inherit: Inherit,
    /// Only the newest of each package.
    pub latest: bool,
    /// Only builds of this package.
    pub package: Option<PackageName>,
    /// Only builds of this kind: `rpm`, `image`, `maven` …
    pub kind: Option<BuildType>,
}

impl Tagged {
    /// The newest of each package in `tag` now.
    pub fn latest(tag: TagName, inherit: Inherit) -> Self {
        Self { tag, event: None, inherit, latest: true, package: None, kind: None }
    }
}

/// A build that koji shows in a tag.
#[derive(Debug, Clone)]
pub struct TaggedBuild {
    /// The build's number.
    pub id: BuildId,
    /// The build's name.
    pub nvr: Nvr,
    /// The build's epoch.
    pub epoch: Option<u64>,
    /// The tag it is in: an ancestor, if it is inherited.
    pub tag: TagName,
    /// Who built it.
    pub owner: String,
    /// The event that put it in the tag.
    pub created: EventId,
    /// When it was begun, seconds since 1970, UTC.
    pub begun: Option<f64>,
}

impl TaggedBuild {
    /// The build's version, for comparing.
    pub fn evr(&self) -> Evr {
        Evr::new(self.epoch, self.nvr.version(), self.nvr.release())
    }
}

/// A question for the history.
#[derive(Debug, Clone, Default)]
pub struct HistoryQuery {
    /// Of this tag.
    pub tag: Option<TagName>,
    /// Of this package.
    pub package: Option<PackageName>,
    /// Of this build.
    pub build: Option<Nvr>,
    /// Only after this event.
    pub after: Option<EventId>,
}

/// What happened, in the words of `koji list-history`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HistoryKind {
    /// A build was tagged.
    Tagged,
    /// A build was untagged.
    Untagged,
    /// A package was put on the list, not blocked.
    PackageAdded,
    /// A package was blocked, listed before or not.
    PackageBlocked,
    /// An entry that did not block went away.
    PackageRemoved,
    /// A package's block went away, with the entry or without.
    PackageUnblocked,
    /// An entry got other arches; blocked or not as before.
    PackageChanged,
}

impl HistoryKind {
    /// Whether it happened to an entry of a package list, not to a build.
    pub fn is_of_package_list(self) -> bool {
        !matches!(self, Self::Tagged | Self::Untagged)
    }
}

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct HistoryEvent {
    /// The event.
    pub event: EventId,
    /// Seconds since 1970, UTC.
    pub at: f64,
    /// What.
    pub kind: HistoryKind,
    /// In which tag.
    pub tag: TagName,
    /// The build's or the package's name.
    pub subject: String,
    /// Who did it; the hub knows no one for some old rows.
    pub by: Option<String>,
    /// For what was added: whether it still holds.
    pub active: bool,
}

/// A user of the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The hub's number.
    pub id: u64,
    /// The name.
    pub name: UserName,
}

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TaskState {
    /// 0: waits for a builder.
    Free,
    /// 1: runs.
    Open,
    /// 2: ended well.
    Closed,
    /// 3.
    Canceled,
    /// 4: given to a builder, not begun.
    Assigned,
    /// 5.
    Failed,
}

impl TaskState {
    /// koji's number for it.
    pub fn number(self) -> i64 {
        match self {
            Self::Free => 0,
            Self::Open => 1,
            Self::Closed => 2,
            Self::Canceled => 3,
            Self::Assigned => 4,
            Self::Failed => 5,
        }
    }

    /// koji's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Canceled => "canceled",
            Self::Assigned => "assigned",
            Self::Failed => "failed",
        }
    }

    /// Whether it will not change any more.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Canceled | Self::Failed)
    }
}

/// A task.
#[derive(Debug, Clone)]
pub struct Task {
    /// Its number.
    pub id: TaskId,
    /// `build`, `tagBuild`, `newRepo` …
    pub method: String,
    /// Where it stands.
    pub state: TaskState,
    /// Whose it is.
    pub owner: Option<String>,
    /// Architecture.
    pub arch: String,
    /// What it was asked to do, as JSON.
    pub request: Option<serde_json::Value>,
    /// Creation, UTC, as the hub writes it.
    pub created: Option<String>,
    /// Completion, UTC, as the hub writes it.
    pub completed: Option<String>,
}

impl Task {
    /// Creation, seconds since 1970, UTC.
    pub fn begun(&self) -> Option<f64> {
        self.created.as_deref().and_then(super::wire::seconds)
    }

    /// Completion, seconds since 1970, UTC.
    pub fn ended(&self) -> Option<f64> {
        self.completed.as_deref().and_then(super::wire::seconds)
    }
}

/// How a task ended.
#[derive(Debug, Clone)]
pub enum TaskResult {
    /// With this result.
    Value(serde_json::Value),
    /// With this fault.
    Fault(super::Fault),
}
