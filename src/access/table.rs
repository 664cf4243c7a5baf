// SPDX-License-Identifier: GPL-3.0-or-later
//! What a command is to whoever grants it: its class, the dimensions that must be stated, what it
//! can do, and the options that may be had with it. Each entry stands next to its command.

use crate::plan::{
    About, Change, GroupChange, KojiChange, RepoChange, RequestChange, SigningChange, TagChange, TargetChange,
    TaskChange,
};
use serde::{Deserialize, Serialize};
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

/// What a grant states about the arguments and effects of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dimension {
    /// Tags that are looked at or changed.
    Tags,
    /// Tags that builds leave.
    From,
    /// Tags that builds enter.
    To,
    /// Packages that are named, and those of the builds that are named.
    Packages,
    /// Users that become owners, or whose entries are looked at.
    Owners,
    /// Tasks.
    Tasks,
    /// Points in the hub's history.
    Events,
    /// Types of builds.
    Types,
    /// Build targets.
    Targets,
    /// Releases, as they are typed.
    Releases,
    /// Keys that rpms are signed with.
    Keys,
}

impl Dimension {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 11] = [
        Self::Tags,
        Self::From,
        Self::To,
        Self::Packages,
        Self::Owners,
        Self::Tasks,
        Self::Events,
        Self::Types,
        Self::Targets,
        Self::Releases,
        Self::Keys,
    ];

    /// The key in a grants file.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Tags => "tags",
            Self::From => "from",
            Self::To => "to",
            Self::Packages => "packages",
            Self::Owners => "owners",
            Self::Tasks => "tasks",
            Self::Events => "events",
            Self::Types => "types",
            Self::Targets => "targets",
            Self::Releases => "releases",
            Self::Keys => "keys",
        }
    }

    /// What one value is called.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Tags | Self::From | Self::To => "tag",
            Self::Packages => "package",
            Self::Owners => "owner",
            Self::Tasks => "task",
            Self::Events => "event",
            Self::Types => "type",
            Self::Targets => "target",
            Self::Releases => "release",
            Self::Keys => "key",
        }
    }

    /// Whether its values are names of tags.
    pub const fn is_of_tags(self) -> bool {
        matches!(self, Self::Tags | Self::From | Self::To)
    }

    /// Whether some of its values mean another thing after each branching.
    pub const fn can_move(self) -> bool {
        self.is_of_tags() || matches!(self, Self::Releases)
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// The kinds of change, for judging. A new kind of [`Change`] does not compile until it is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// A build enters a tag.
    TagBuild,
    /// A build leaves a tag.
    UntagBuild,
    /// A build becomes the newest of its package again.
    RetagBuild,
    /// A package gets an entry on a tag's list.
    AddPackage,
    /// A package is blocked.
    BlockPackage,
    /// A package is unblocked.
    UnblockPackage,
    /// An entry is put back as it was.
    RestorePackage,
    /// An entry is taken off a tag's list.
    RemovePackage,
    /// A package is listed as it is elsewhere.
    SetPackage,
    /// An entry on a tag's list gets another owner.
    SetOwner,
    /// A tag is locked.
    LockTag,
    /// A tag is unlocked.
    UnlockTag,
    /// A tag asks for another permission.
    SetTagPermission,
    /// A tag is for other architectures.
    SetTagArches,
    /// A further setting of a tag changes.
    SetTagExtra,
    /// A tag inherits otherwise.
    EditInheritance,
    /// A tag is made.
    CreateTag,
    /// A tag is made as a copy of another.
    SnapshotTag,
    /// A tag is deleted that a run had made.
    DeleteTag,
    /// A side tag goes, and its target.
    RemoveSideTag,
    /// A group of packages, or a package in one, comes into a tag or changes there.
    AddGroup,
    /// A group of packages, or a package in one, goes from a tag.
    RemoveGroup,
    /// A tag draws from an external repository, or does so otherwise.
    AddExternalRepo,
    /// A tag does not draw from an external repository any more.
    RemoveExternalRepo,
    /// A target is made.
    CreateTarget,
    /// A target leads elsewhere.
    EditTarget,
    /// A target goes.
    DeleteTarget,
    /// A repository is made.
    RequestRepo,
    /// A signed copy of an rpm is written.
    WriteSigned,
    /// A signed copy of an rpm is removed.
    RemoveSigned,
    /// A build begins.
    SubmitBuild,
    /// A task ends before its time.
    CancelTask,
}

impl Effect {
    /// All of them: what taking a run back may need.
    pub const ALL: &'static [Self] = &[
        Self::TagBuild,
        Self::UntagBuild,
        Self::RetagBuild,
        Self::AddPackage,
        Self::BlockPackage,
        Self::UnblockPackage,
        Self::RestorePackage,
        Self::RemovePackage,
        Self::SetPackage,
        Self::SetOwner,
        Self::LockTag,
        Self::UnlockTag,
        Self::SetTagPermission,
        Self::SetTagArches,
        Self::SetTagExtra,
        Self::EditInheritance,
        Self::CreateTag,
        Self::SnapshotTag,
        Self::DeleteTag,
        Self::RemoveSideTag,
        Self::AddGroup,
        Self::RemoveGroup,
        Self::AddExternalRepo,
        Self::RemoveExternalRepo,
        Self::CreateTarget,
        Self::EditTarget,
        Self::DeleteTarget,
        Self::RequestRepo,
        Self::WriteSigned,
        Self::RemoveSigned,
        Self::SubmitBuild,
        Self::CancelTask,
    ];

    /// What changes how tags and targets are set up and hang together.
    pub const STRUCTURE: &'static [Self] = &[
        Self::SetPackage,
        Self::SetOwner,
        Self::LockTag,
        Self::UnlockTag,
        Self::SetTagPermission,
        Self::SetTagArches,
        Self::SetTagExtra,
        Self::EditInheritance,
        Self::CreateTag,
        Self::SnapshotTag,
        Self::DeleteTag,
        Self::RemoveSideTag,
        Self::AddGroup,
        Self::RemoveGroup,
        Self::AddExternalRepo,
        Self::RemoveExternalRepo,
        Self::CreateTarget,
        Self::EditTarget,
        Self::DeleteTarget,
    ];

    /// The kind of `change`.
    pub fn of(change: &Change) -> Self {
        let Change::Koji(change) = change;
        match change {
            KojiChange::TagBuild { .. } => Self::TagBuild,
            KojiChange::UntagBuild { .. } => Self::UntagBuild,
            KojiChange::RetagBuild { .. } => Self::RetagBuild,
            KojiChange::AddPackage { .. } => Self::AddPackage,
            KojiChange::BlockPackage { .. } => Self::BlockPackage,
            KojiChange::UnblockPackage { .. } => Self::UnblockPackage,
            KojiChange::RestorePackage { .. } => Self::RestorePackage,
            KojiChange::RemovePackage { .. } => Self::RemovePackage,
            KojiChange::SetPackage { .. } => Self::SetPackage,
            KojiChange::SetOwner { .. } => Self::SetOwner,
            KojiChange::Tag(change) => match change {
                TagChange::LockTag { .. } => Self::LockTag,
                TagChange::UnlockTag { .. } => Self::UnlockTag,
                TagChange::SetTagPermission { .. } => Self::SetTagPermission,
                TagChange::SetTagArches { .. } => Self::SetTagArches,
                TagChange::SetTagExtra { .. } => Self::SetTagExtra,
                TagChange::EditInheritance { .. } => Self::EditInheritance,
                TagChange::CreateTag { .. } => Self::CreateTag,
                TagChange::SnapshotTag { .. } => Self::SnapshotTag,
                TagChange::DeleteTag { .. } => Self::DeleteTag,
                TagChange::RemoveSideTag { .. } => Self::RemoveSideTag,
            },
            KojiChange::Group(change) => match change {
                GroupChange::AddGroup { .. } | GroupChange::AddGroupPackage { .. } => Self::AddGroup,
                GroupChange::RemoveGroup { .. } | GroupChange::RemoveGroupPackage { .. } => Self::RemoveGroup,
            },
            KojiChange::Repo(change) => match change {
                RepoChange::AddExternalRepo { .. } | RepoChange::EditExternalRepo { .. } => Self::AddExternalRepo,
                RepoChange::RemoveExternalRepo { .. } => Self::RemoveExternalRepo,
            },
            KojiChange::Target(change) => match change {
                TargetChange::CreateTarget { .. } => Self::CreateTarget,
                TargetChange::EditTarget { .. } => Self::EditTarget,
                TargetChange::DeleteTarget { .. } => Self::DeleteTarget,
            },
            KojiChange::Request(RequestChange::RequestRepo { .. }) => Self::RequestRepo,
            KojiChange::Signing(SigningChange::WriteSigned { .. }) => Self::WriteSigned,
            KojiChange::Signing(SigningChange::RemoveSigned { .. }) => Self::RemoveSigned,
            KojiChange::Task(change) => match change {
                TaskChange::SubmitBuild { .. } => Self::SubmitBuild,
                TaskChange::CancelTask { .. } => Self::CancelTask,
            },
        }
    }

    /// What it does, for people.
    pub const fn verb(self) -> &'static str {
        match self {
            Self::TagBuild => "tag builds",
            Self::UntagBuild => "untag builds",
            Self::RetagBuild => "tag builds anew",
            Self::AddPackage => "add packages",
            Self::BlockPackage => "block packages",
            Self::UnblockPackage => "unblock packages",
            Self::RestorePackage => "restore entries",
            Self::RemovePackage => "remove entries",
            Self::SetPackage => "list packages",
            Self::SetOwner => "set the owners of packages",
            Self::LockTag => "lock tags",
            Self::UnlockTag => "unlock tags",
            Self::SetTagPermission => "set the permission of tags",
            Self::SetTagArches => "set the architectures of tags",
            Self::SetTagExtra => "set further settings of tags",
            Self::EditInheritance => "change what tags inherit from",
            Self::CreateTag => "create tags",
            Self::SnapshotTag => "copy tags",
            Self::DeleteTag => "delete tags",
            Self::RemoveSideTag => "remove side tags",
            Self::AddGroup => "add groups of packages to tags or change them",
            Self::RemoveGroup => "remove groups of packages from tags or packages from groups",
            Self::AddExternalRepo => "add external repositories to tags or change how they are used",
            Self::RemoveExternalRepo => "remove external repositories from tags",
            Self::CreateTarget => "create targets",
            Self::EditTarget => "change targets",
            Self::DeleteTarget => "delete targets",
            Self::RequestRepo => "ask for repositories",
            Self::WriteSigned => "write signed rpms",
            Self::RemoveSigned => "remove signed rpms",
            Self::SubmitBuild => "submit builds",
            Self::CancelTask => "cancel builds",
        }
    }

    /// The dimensions that can speak for the tag that it changes, the narrower first; none, if it changes
    /// no tag.
    pub const fn tags(self) -> &'static [Dimension] {
        match self {
            Self::TagBuild | Self::RetagBuild => &[Dimension::To, Dimension::Tags],
            Self::UntagBuild => &[Dimension::From, Dimension::Tags],
            Self::AddPackage
            | Self::BlockPackage
            | Self::UnblockPackage
            | Self::RestorePackage
            | Self::RemovePackage
            | Self::SetPackage
            | Self::SetOwner
            | Self::LockTag
            | Self::UnlockTag
            | Self::SetTagPermission
            | Self::SetTagArches
            | Self::SetTagExtra
            | Self::EditInheritance
            | Self::CreateTag
            | Self::SnapshotTag
            | Self::DeleteTag
            | Self::RemoveSideTag
            | Self::AddGroup
            | Self::RemoveGroup
            | Self::AddExternalRepo
            | Self::RemoveExternalRepo
            | Self::CreateTarget
            | Self::EditTarget
            | Self::DeleteTarget
            | Self::RequestRepo => &[Dimension::Tags],
            Self::WriteSigned | Self::RemoveSigned | Self::SubmitBuild | Self::CancelTask => &[],
        }
    }
}

/// Everything that `change` touches: each must be granted. For a tag, the dimensions that can speak
/// for it, the narrower first.
pub(super) fn touched(change: &Change) -> Vec<(&'static [Dimension], String)> {
    const PACKAGES: &[Dimension] = &[Dimension::Packages];
    let tag = Effect::of(change).tags();
    let Change::Koji(change) = change;
    let mut touched: Vec<(&'static [Dimension], String)> =
        change.tags().into_iter().map(|name| (tag, name.to_string())).collect();
    match change.about() {
        About::Build(_, build) => touched.push((PACKAGES, build.nvr.package().to_string())),
        About::Listing(_, package) => touched.push((PACKAGES, package.to_string())),
        // What it inherits from comes in with it.
        About::Tag(TagChange::EditInheritance { unlink, link, .. }) => {
            touched.extend(unlink.iter().chain(link).map(|link| (tag, link.parent.to_string())));
        }
        // What is in it goes into the copy.
        About::Tag(TagChange::SnapshotTag { source, .. }) => touched.push((tag, source.to_string())),
        About::Group(change) => touched.extend(change.package().map(|name| (PACKAGES, name.to_owned()))),
        About::Tag(_) | About::Repo(_) | About::Request(_) => {}
        About::Target(change) => touched.push((&[Dimension::Targets], change.target().to_string())),
        About::Signing(change) => {
            touched.push((&[Dimension::Packages], change.build().nvr.package().to_string()));
            touched.push((&[Dimension::Keys], change.sigkey().to_string()));
        }
        About::Task(change) => {
            touched.push((&[Dimension::Targets], change.target().to_string()));
            if let TaskChange::SubmitBuild { source, .. } = change {
                touched.push((&[Dimension::Packages], source.package().to_string()));
            }
        }
    }
    if let KojiChange::AddPackage { owner, .. } | KojiChange::SetOwner { owner, .. } = change {
        touched.push((&[Dimension::Owners], owner.to_string()));
    }
    touched
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

    /// Whether an option of that name can be granted.
    pub fn has_option(&self, name: &str) -> bool {
        own_options(self.class).contains(&name) || self.option(name).is_some()
    }
}
