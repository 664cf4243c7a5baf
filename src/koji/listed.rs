// SPDX-License-Identifier: GPL-3.0-or-later
//! The questions of [`Reader`](super::Reader) about who owns packages, and where they are listed and
//! blocked.

use super::encode::Ask;
use super::hub::Hub;
use super::wire::{FromWire, List, One, Owners};
use super::{Fault, Owned, PackageEntry, Parent, Reader, User, Version};
use crate::Result;
use crate::names::{EventId, PackageName, TagName, UserName};

impl Hub {
    pub(super) fn users_named(&self, names: &[UserName]) -> Result<Vec<Option<User>>> {
        const METHOD: &str = "getUser";
        let asks = names.iter().map(|name| Ask::new(METHOD).arg(name.as_str()));
        let answers = self.get_all::<Option<One<User>>>(asks)?;
        let found = |(answer, name): (Result<_, Fault>, &UserName)| match answer {
            Ok(found) => self.one(METHOD, found),
            Err(fault) => Err(self.faulted(&format!("{METHOD} of {name}"), &fault)),
        };
        answers.into_iter().zip(names).map(found).collect()
    }

    pub(super) fn owners_of(&self, tag: &TagName, event: EventId) -> Result<Vec<Version<Owned>>> {
        const METHOD: &str = "queryHistory";
        let ask = Ask::new(METHOD)
            .named("tables", ["tag_package_owners"].as_slice())
            .named("tag", tag.as_str())
            .named("afterEvent", event.0);
        let rows = match self.ask::<Owners>(ask)? {
            Ok(owners) => owners.tag_package_owners,
            Err(fault) => return Err(self.blamed(METHOD, &fault, Some(tag), None)),
        };
        let mut rows = self.all(METHOD, rows)?;
        rows.sort_by_key(|row| row.created);
        Ok(rows)
    }

    pub(super) fn chains_of(&self, tags: &[TagName], package: &PackageName) -> Result<Vec<Option<Vec<PackageEntry>>>> {
        let ask = |tag: &TagName| {
            Ask::new("listPackages")
                .named("tagID", tag.as_str())
                .named("pkgID", package.as_str())
                .named("inherited", true)
                .named("with_dups", true)
                .named("with_blocked", true)
        };
        let chains = self.lists_where_there_is(tags, ask, |tag, fault| {
            self.blamed("listPackages", fault, Some(tag), Some(package))
        })?;
        let of_package = |mut entries: Vec<PackageEntry>| {
            entries.retain(|entry| entry.package == *package);
            entries
        };
        Ok(chains.into_iter().map(|chain| chain.map(of_package)).collect())
    }

    pub(super) fn inheritances_of(&self, tags: &[TagName]) -> Result<Vec<Option<Vec<Parent>>>> {
        let ask = |tag: &TagName| Ask::new("getFullInheritance").arg(tag.as_str());
        self.lists_where_there_is(tags, ask, |tag, fault| self.faulted(&format!("getFullInheritance of {tag}"), fault))
    }

    /// A list about each tag, `None` where there is no such tag; `blamed` says what another fault is about.
    fn lists_where_there_is<T: FromWire>(
        &self,
        tags: &[TagName],
        ask: impl Fn(&TagName) -> Ask,
        blamed: impl Fn(&TagName, &Fault) -> crate::Error,
    ) -> Result<Vec<Option<Vec<T>>>> {
        let answers = self.get_all::<List<T>>(tags.iter().map(&ask))?;
        let doubtful = |(tag, answer): (&TagName, &Result<_, Fault>)| answer.is_err().then(|| tag.clone());
        let doubtful: Vec<TagName> = tags.iter().zip(&answers).filter_map(doubtful).collect();
        let missing: Vec<bool> = self.settings(&doubtful)?.iter().map(Option::is_none).collect();
        let mut missing = missing.into_iter();
        let list = |(answer, tag): (Result<List<T>, Fault>, &TagName)| match answer {
            Ok(list) => self.all(ask(tag).method(), list).map(Some),
            Err(_) if missing.next() == Some(true) => Ok(None),
            Err(fault) => Err(blamed(tag, &fault)),
        };
        answers.into_iter().zip(tags).map(list).collect()
    }
}
