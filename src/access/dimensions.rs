// SPDX-License-Identifier: GPL-3.0-or-later
//! What grants and requests are about: the dimensions, and what a request has of each.

use crate::names::{
    Arches, BuildType, EventId, Nvr, PackageName, PermissionName, ReleaseAlias, RunId, ScmUrl, SigKey, TagName,
    TargetName, TaskId, UserName,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// A line for each dimension: what it is, its key in a grants file, and what one value is called.
macro_rules! dimensions {
    ($($(#[$doc:meta])* $Name:ident: $key:literal, $noun:literal;)*) => {
        /// What a grant states about the arguments and effects of a command.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Dimension {
            $($(#[$doc])* #[serde(rename = $key)] $Name,)*
        }

        impl Dimension {
            /// All of them, in the order in which they are told.
            pub const ALL: [Self; [$(Self::$Name),*].len()] = [$(Self::$Name),*];

            /// The key in a grants file.
            pub const fn key(self) -> &'static str {
                match self {
                    $(Self::$Name => $key,)*
                }
            }

            /// What one value is called.
            pub const fn noun(self) -> &'static str {
                match self {
                    $(Self::$Name => $noun,)*
                }
            }
        }
    };
}

dimensions! {
    /// Tags that are looked at or changed.
    Tags: "tags", "tag";
    /// Tags that builds leave.
    From: "from", "tag";
    /// Tags that builds enter.
    To: "to", "tag";
    /// Packages that are named, and those of the builds that are named.
    Packages: "packages", "package";
    /// Users that become owners, or whose entries are looked at.
    Owners: "owners", "owner";
    /// Tasks.
    Tasks: "tasks", "task";
    /// Points in the hub's history.
    Events: "events", "event";
    /// Types of builds.
    Types: "types", "type";
    /// Build targets.
    Targets: "targets", "target";
    /// Releases, as they are typed.
    Releases: "releases", "release";
    /// Keys that rpms are signed with.
    Keys: "keys", "key";
    /// Repositories that are built from, at any commit.
    Sources: "sources", "source";
    /// Permissions that tagging is to need.
    Permissions: "permissions", "permission";
    /// Architectures that tags are to be for.
    Arches: "arches", "architecture";
    /// Further settings of tags, by their names.
    Settings: "settings", "further setting";
}

impl Dimension {
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

/// Every typed argument of a request, by kind. A grant states each of these for a command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dimensions {
    /// Tags that are named, read or changed.
    pub tags: BTreeSet<TagName>,
    /// Tags that builds are to leave.
    pub from: BTreeSet<TagName>,
    /// Tags that builds are to enter.
    pub to: BTreeSet<TagName>,
    /// Packages that are named.
    pub packages: BTreeSet<PackageName>,
    /// Builds that are named; a grant speaks of their packages.
    pub builds: BTreeSet<Nvr>,
    /// Users that are named (owners).
    pub users: BTreeSet<UserName>,
    /// Tasks that are named.
    pub tasks: BTreeSet<TaskId>,
    /// Events that are named.
    pub events: BTreeSet<EventId>,
    /// Types of builds that are named.
    pub types: BTreeSet<BuildType>,
    /// Targets that are named.
    pub targets: BTreeSet<TargetName>,
    /// Releases that are named, as they are typed.
    pub releases: BTreeSet<ReleaseAlias>,
    /// Keys that are named.
    pub keys: BTreeSet<SigKey>,
    /// Sources that are named; a grant speaks of their repositories.
    pub sources: BTreeSet<ScmUrl>,
    /// Permissions that are named.
    pub permissions: BTreeSet<PermissionName>,
    /// Architectures that are named.
    pub arches: BTreeSet<String>,
    /// Further settings of tags that are named.
    pub settings: BTreeSet<String>,
    /// The earlier run that it goes on with or takes back; a caller has only his own.
    pub run: Option<RunId>,
    /// The options that change what is asked for, as they are written: `--untag`.
    pub options: BTreeSet<&'static str>,
}

impl Dimensions {
    /// About nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Also about this tag.
    #[must_use]
    pub fn tag(mut self, tag: &TagName) -> Self {
        self.tags.insert(tag.clone());
        self
    }

    /// Also about these tags.
    #[must_use]
    pub fn tags<'a>(mut self, tags: impl IntoIterator<Item = &'a TagName>) -> Self {
        self.tags.extend(tags.into_iter().cloned());
        self
    }

    /// Builds leave this tag.
    #[must_use]
    pub fn from(mut self, tag: &TagName) -> Self {
        self.from.insert(tag.clone());
        self
    }

    /// Builds enter this tag.
    #[must_use]
    pub fn to(mut self, tag: &TagName) -> Self {
        self.to.insert(tag.clone());
        self
    }

    /// Also about these packages.
    #[must_use]
    pub fn packages<'a>(mut self, packages: impl IntoIterator<Item = &'a PackageName>) -> Self {
        self.packages.extend(packages.into_iter().cloned());
        self
    }

    /// Also about these builds.
    #[must_use]
    pub fn builds<'a>(mut self, builds: impl IntoIterator<Item = &'a Nvr>) -> Self {
        self.builds.extend(builds.into_iter().cloned());
        self
    }

    /// Also about this user.
    #[must_use]
    pub fn user(mut self, user: &UserName) -> Self {
        self.users.insert(user.clone());
        self
    }

    /// Also about these tasks.
    #[must_use]
    pub fn tasks<'a>(mut self, tasks: impl IntoIterator<Item = &'a TaskId>) -> Self {
        self.tasks.extend(tasks.into_iter().copied());
        self
    }

    /// Also about these events.
    #[must_use]
    pub fn events<'a>(mut self, events: impl IntoIterator<Item = &'a EventId>) -> Self {
        self.events.extend(events.into_iter().copied());
        self
    }

    /// Also about these types of builds.
    #[must_use]
    pub fn types<'a>(mut self, types: impl IntoIterator<Item = &'a BuildType>) -> Self {
        self.types.extend(types.into_iter().cloned());
        self
    }

    /// Also about this target.
    #[must_use]
    pub fn target(mut self, target: &TargetName) -> Self {
        self.targets.insert(target.clone());
        self
    }

    /// Also about these releases.
    #[must_use]
    pub fn releases<'a>(mut self, releases: impl IntoIterator<Item = &'a ReleaseAlias>) -> Self {
        self.releases.extend(releases.into_iter().cloned());
        self
    }

    /// Also about this key.
    #[must_use]
    pub fn key(mut self, key: SigKey) -> Self {
        self.keys.insert(key);
        self
    }

    /// Also about these sources.
    #[must_use]
    pub fn sources<'a>(mut self, sources: impl IntoIterator<Item = &'a ScmUrl>) -> Self {
        self.sources.extend(sources.into_iter().cloned());
        self
    }

    /// Also about this permission.
    #[must_use]
    pub fn permission(mut self, permission: &PermissionName) -> Self {
        self.permissions.insert(permission.clone());
        self
    }

    /// Also about these architectures.
    #[must_use]
    pub fn arches(mut self, arches: &Arches) -> Self {
        self.arches.extend(arches.names().map(str::to_owned));
        self
    }

    /// Also about these further settings.
    #[must_use]
    pub fn settings<'a>(mut self, settings: impl IntoIterator<Item = &'a String>) -> Self {
        self.settings.extend(settings.into_iter().cloned());
        self
    }

    /// About this earlier run.
    #[must_use]
    pub fn run(mut self, run: &RunId) -> Self {
        self.run = Some(run.clone());
        self
    }

    /// With this option, if it is `used`.
    #[must_use]
    pub fn option(mut self, name: &'static str, used: bool) -> Self {
        if used {
            self.options.insert(name);
        }
        self
    }

    /// The options that a request is judged with: these, and those in the `words` that are about what is shown.
    pub fn options_with<'a>(&self, words: impl IntoIterator<Item = &'a String>) -> BTreeSet<String> {
        self.options.iter().map(|option| (*option).to_owned()).chain(words.into_iter().cloned()).collect()
    }

    /// Every tag, whatever is to become of it.
    pub fn all_tags(&self) -> impl Iterator<Item = &TagName> {
        self.tags.iter().chain(&self.from).chain(&self.to)
    }

    /// Each word with the dimension that speaks for it.
    pub fn words(&self) -> Vec<(Dimension, String)> {
        fn of<T: ToString>(dimension: Dimension, items: &BTreeSet<T>) -> impl Iterator<Item = (Dimension, String)> {
            items.iter().map(move |item| (dimension, item.to_string()))
        }
        // By name, so that nothing is added that no grant is asked about. Runs and options are judged by themselves.
        let Self {
            tags,
            from,
            to,
            packages,
            builds,
            users,
            tasks,
            events,
            types,
            targets,
            releases,
            keys,
            sources,
            permissions,
            arches,
            settings,
            run: _,
            options: _,
        } = self;
        let sources: BTreeSet<&str> = sources.iter().map(ScmUrl::repository).collect();
        let packages: BTreeSet<PackageName> = packages.iter().cloned().chain(builds.iter().map(Nvr::package)).collect();
        of(Dimension::Tags, tags)
            .chain(of(Dimension::From, from))
            .chain(of(Dimension::To, to))
            .chain(of(Dimension::Packages, &packages))
            .chain(of(Dimension::Owners, users))
            .chain(of(Dimension::Tasks, tasks))
            .chain(of(Dimension::Events, events))
            .chain(of(Dimension::Types, types))
            .chain(of(Dimension::Targets, targets))
            .chain(of(Dimension::Releases, releases))
            .chain(of(Dimension::Keys, keys))
            .chain(of(Dimension::Sources, &sources))
            .chain(of(Dimension::Permissions, permissions))
            .chain(of(Dimension::Arches, arches))
            .chain(of(Dimension::Settings, settings))
            .collect()
    }
}
