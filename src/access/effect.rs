// SPDX-License-Identifier: GPL-3.0-or-later
//! The kinds of change, as grants speak of them.

use super::dimensions::Dimension;
use crate::plan::{
    BuildChange, Change, GroupChange, KojiChange, PackageChange, RepoChange, RequestChange, SigningChange, TagChange,
    TargetChange, TaskChange,
};

/// Where a kind of change has its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In a tag that a build enters.
    Entering,
    /// In a tag that a build leaves.
    Leaving,
    /// In a tag.
    Tag,
    /// In how tags and targets are set up and hang together.
    Structure,
    /// In no tag.
    Elsewhere,
}

/// A line for each kind: what it is, its place, and what it does, for people.
macro_rules! effects {
    ($($(#[$doc:meta])* $Name:ident: $Place:ident, $verb:literal;)*) => {
        /// The kinds of change, for judging. A new kind of [`Change`] does not compile until it is one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Effect {
            $($(#[$doc])* $Name,)*
        }

        impl Effect {
            /// All of them, in the order in which they are told: what taking a run back may need.
            pub const ALL: &'static [Self] = &[$(Self::$Name,)*];

            /// What it does, for people.
            pub const fn verb(self) -> &'static str {
                match self {
                    $(Self::$Name => $verb,)*
                }
            }

            const fn place(self) -> Place {
                match self {
                    $(Self::$Name => Place::$Place,)*
                }
            }
        }
    };
}

effects! {
    /// A build enters a tag.
    TagBuild: Entering, "tag builds";
    /// A build leaves a tag.
    UntagBuild: Leaving, "untag builds";
    /// A build becomes the newest of its package again.
    RetagBuild: Entering, "tag builds anew";
    /// A package gets an entry on a tag's list.
    AddPackage: Tag, "add packages";
    /// A package is blocked.
    BlockPackage: Tag, "block packages";
    /// A package is unblocked.
    UnblockPackage: Tag, "unblock packages";
    /// An entry is put back as it was.
    RestorePackage: Tag, "restore entries";
    /// An entry is taken off a tag's list.
    RemovePackage: Tag, "remove entries";
    /// A package is listed as it is elsewhere.
    SetPackage: Structure, "list packages";
    /// An entry on a tag's list gets another owner.
    SetOwner: Structure, "set the owners of packages";
    /// A tag is locked.
    LockTag: Structure, "lock tags";
    /// A tag is unlocked.
    UnlockTag: Structure, "unlock tags";
    /// A tag asks for another permission.
    SetTagPermission: Structure, "set the permission of tags";
    /// A tag is for other architectures.
    SetTagArches: Structure, "set the architectures of tags";
    /// A further setting of a tag changes.
    SetTagExtra: Structure, "set further settings of tags";
    /// A tag inherits otherwise.
    EditInheritance: Structure, "change what tags inherit from";
    /// A tag is made.
    CreateTag: Structure, "create tags";
    /// A tag is made as a copy of another.
    SnapshotTag: Structure, "copy tags";
    /// A tag is deleted that a run had made.
    DeleteTag: Structure, "delete tags";
    /// A side tag goes, and its target.
    RemoveSideTag: Structure, "remove side tags";
    /// A group of packages, or a package in one, comes into a tag or changes there.
    AddGroup: Structure, "add groups of packages to tags or change them";
    /// A group of packages, or a package in one, goes from a tag.
    RemoveGroup: Structure, "remove groups of packages from tags or packages from groups";
    /// A tag draws from an external repository, or does so otherwise.
    AddExternalRepo: Structure, "add external repositories to tags or change how they are used";
    /// A tag does not draw from an external repository any more.
    RemoveExternalRepo: Structure, "remove external repositories from tags";
    /// A target is made.
    CreateTarget: Structure, "create targets";
    /// A target leads elsewhere.
    EditTarget: Structure, "change targets";
    /// A target goes.
    DeleteTarget: Structure, "delete targets";
    /// A repository is made.
    RequestRepo: Tag, "ask for repositories";
    /// A signed copy of an rpm is written.
    WriteSigned: Elsewhere, "write signed rpms";
    /// A signed copy of an rpm is removed.
    RemoveSigned: Elsewhere, "remove signed rpms";
    /// A build begins.
    SubmitBuild: Elsewhere, "submit builds";
    /// A task ends before its time.
    CancelTask: Elsewhere, "cancel builds";
}

impl Effect {
    /// The kind of `change`.
    pub fn of(change: &Change) -> Self {
        let Change::Koji(change) = change;
        match change {
            KojiChange::Build(change) => match change {
                BuildChange::TagBuild { .. } => Self::TagBuild,
                BuildChange::UntagBuild { .. } => Self::UntagBuild,
                BuildChange::RetagBuild { .. } => Self::RetagBuild,
            },
            KojiChange::Package(change) => match change {
                PackageChange::AddPackage { .. } => Self::AddPackage,
                PackageChange::BlockPackage { .. } => Self::BlockPackage,
                PackageChange::UnblockPackage { .. } => Self::UnblockPackage,
                PackageChange::RestorePackage { .. } => Self::RestorePackage,
                PackageChange::RemovePackage { .. } => Self::RemovePackage,
                PackageChange::SetPackage { .. } => Self::SetPackage,
                PackageChange::SetOwner { .. } => Self::SetOwner,
            },
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
            KojiChange::Signing(change) => match change {
                SigningChange::WriteSigned { .. } => Self::WriteSigned,
                SigningChange::RemoveSigned { .. } => Self::RemoveSigned,
            },
            KojiChange::Task(change) => match change {
                TaskChange::SubmitBuild { .. } => Self::SubmitBuild,
                TaskChange::CancelTask { .. } => Self::CancelTask,
            },
        }
    }

    /// Whether it changes how tags and targets are set up and hang together.
    pub const fn is_of_structure(self) -> bool {
        matches!(self.place(), Place::Structure)
    }

    /// Whether it must not race with another change at the same tag. Two requests for a repository are one to
    /// the hub, and whoever has asked waits for hours.
    pub const fn wants_the_tag_alone(self) -> bool {
        !matches!(self, Self::RequestRepo)
    }

    /// The dimensions that can speak for the tag that it changes, the narrower first; none, if it changes
    /// no tag.
    pub const fn tags(self) -> &'static [Dimension] {
        match self.place() {
            Place::Entering => &[Dimension::To, Dimension::Tags],
            Place::Leaving => &[Dimension::From, Dimension::Tags],
            Place::Tag | Place::Structure => &[Dimension::Tags],
            Place::Elsewhere => &[],
        }
    }
}

/// What `change` sets a tag to, by name: judged where the clause speaks of it. A layout or the tag that is
/// copied says it otherwise.
pub(super) fn sets(change: &Change) -> Vec<(Dimension, String)> {
    let Change::Koji(KojiChange::Tag(change)) = change else {
        return Vec::new();
    };
    match change {
        TagChange::SetTagPermission { perm: Some(perm), .. } => vec![(Dimension::Permissions, perm.clone())],
        TagChange::SetTagArches { arches: Some(arches), .. } => {
            arches.split_whitespace().map(|arch| (Dimension::Arches, arch.to_owned())).collect()
        }
        TagChange::SetTagExtra { key, .. } => vec![(Dimension::Settings, key.clone())],
        TagChange::SetTagPermission { perm: None, .. }
        | TagChange::SetTagArches { arches: None, .. }
        | TagChange::LockTag { .. }
        | TagChange::UnlockTag { .. }
        | TagChange::EditInheritance { .. }
        | TagChange::CreateTag { .. }
        | TagChange::SnapshotTag { .. }
        | TagChange::DeleteTag { .. }
        | TagChange::RemoveSideTag { .. } => Vec::new(),
    }
}

/// Everything that `change` touches: each must be granted. For a tag, the dimensions that can speak
/// for it, the narrower first.
pub(super) fn touched(change: &Change) -> Vec<(&'static [Dimension], String)> {
    const PACKAGES: &[Dimension] = &[Dimension::Packages];
    const TARGETS: &[Dimension] = &[Dimension::Targets];
    let tag = Effect::of(change).tags();
    let Change::Koji(change) = change;
    let mut touched: Vec<(&'static [Dimension], String)> =
        change.tags().into_iter().map(|name| (tag, name.to_string())).collect();
    match change {
        KojiChange::Build(change) => touched.push((PACKAGES, change.build().nvr.package().to_string())),
        KojiChange::Package(change) => {
            touched.push((PACKAGES, change.package().to_string()));
            if let PackageChange::AddPackage { owner, .. } | PackageChange::SetOwner { owner, .. } = change {
                touched.push((&[Dimension::Owners], owner.to_string()));
            }
        }
        // What it inherits from comes in with it.
        KojiChange::Tag(TagChange::EditInheritance { unlink, link, .. }) => {
            touched.extend(unlink.iter().chain(link).map(|link| (tag, link.parent.to_string())));
        }
        // What is in it goes into the copy.
        KojiChange::Tag(TagChange::SnapshotTag { source, .. }) => touched.push((tag, source.to_string())),
        KojiChange::Group(change) => touched.extend(change.package().map(|name| (PACKAGES, name.to_owned()))),
        KojiChange::Tag(_) | KojiChange::Repo(_) | KojiChange::Request(_) => {}
        KojiChange::Target(change) => touched.push((TARGETS, change.target().to_string())),
        KojiChange::Signing(change) => {
            touched.push((PACKAGES, change.build().nvr.package().to_string()));
            touched.push((&[Dimension::Keys], change.sigkey().to_string()));
        }
        KojiChange::Task(change) => {
            touched.push((TARGETS, change.target().to_string()));
            if let TaskChange::SubmitBuild { source, .. } = change {
                touched.push((PACKAGES, source.package().to_string()));
                touched.push((&[Dimension::Sources], source.repository().to_owned()));
            }
        }
    }
    touched
}
