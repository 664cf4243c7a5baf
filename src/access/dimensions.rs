// SPDX-License-Identifier: GPL-3.0-or-later
//! What a request is about, in the words of a grant.

use super::table::Dimension;
use crate::names::{
    BuildType, EventId, Nvr, PackageName, ReleaseAlias, RunId, SigKey, TagName, TargetName, TaskId, UserName,
};
use std::collections::BTreeSet;

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
            run: _,
            options: _,
        } = self;
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
            .collect()
    }
}
