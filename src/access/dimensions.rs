// SPDX-License-Identifier: GPL-3.0-or-later
//! What a request is about, in the words of a grant.

use crate::names::{Nvr, PackageName, TagName, TaskId, UserName};
use std::collections::BTreeSet;

/// Every typed argument of a request, by kind. A grant states each of these for a command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dimensions {
    /// Tags that are named, read or changed.
    pub tags: BTreeSet<TagName>,
    /// Packages that are named.
    pub packages: BTreeSet<PackageName>,
    /// Builds that are named.
    pub builds: BTreeSet<Nvr>,
    /// Users that are named (owners).
    pub users: BTreeSet<UserName>,
    /// Tasks that are named.
    pub tasks: BTreeSet<TaskId>,
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
}
