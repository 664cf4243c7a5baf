// SPDX-License-Identifier: GPL-3.0-or-later
//! Entries of package lists: whether a change to one holds now, and whose it is; and what takes it back.

use super::settle::{Found, Settler};
use super::undo::{Back, UndoRun};
use crate::Result;
use crate::koji::{HistoryQuery, Inherit, PackageEntry, Reader};
use crate::names::{EventId, PackageName, TagName, UserName};
use crate::plan::PackageChange;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Who made something, as far as the hub tells, and in which event.
type By = (Option<String>, EventId);

/// What the hub says about a package in a tag.
#[derive(Debug, Default)]
pub(super) struct Entry {
    /// The tag's own entry.
    own: Option<PackageEntry>,
    /// The entry that counts, own or inherited.
    counts: Option<PackageEntry>,
    /// The last change of the own one since the run began.
    relisted: Option<By>,
    /// The same of its owner, which is no part of its own history.
    reowned: Option<By>,
}

/// The entries that some changes are about, by tag and package.
#[derive(Debug, Default)]
pub(super) struct Entries(BTreeMap<(TagName, PackageName), Entry>);

impl Entries {
    /// Reads what `changes` are about, each tag once, and what has changed there since the event `since`.
    pub fn of(changes: &[&PackageChange], since: EventId, koji: &dyn Reader) -> Result<Self> {
        let mut by_tag: BTreeMap<&TagName, Vec<&PackageChange>> = BTreeMap::new();
        for change in changes {
            by_tag.entry(change.tag()).or_default().push(change);
        }
        let mut entries = Self::default();
        for (tag, changes) in by_tag {
            entries.read(tag, &changes, since, koji)?;
        }
        Ok(entries)
    }

    fn read(&mut self, tag: &TagName, changes: &[&PackageChange], since: EventId, koji: &dyn Reader) -> Result<()> {
        let packages: BTreeSet<&PackageName> = changes.iter().map(|change| change.package()).collect();
        let packages: Vec<PackageName> = packages.into_iter().cloned().collect();
        let own = koji.package_entries(tag, &packages, Inherit::Direct)?;
        let counts = koji.package_entries(tag, &packages, Inherit::Inherited)?;
        let query = HistoryQuery { tag: Some(tag.clone()), after: Some(since), ..HistoryQuery::default() };
        let history = koji.history(&query)?;
        let sets_owners = changes.iter().any(|change| matches!(change, PackageChange::SetOwner { .. }));
        let owners = if sets_owners { koji.owners_since(tag, since)? } else { Vec::new() };
        // Oldest first: the last one stays.
        let relisted = history.into_iter().filter(|event| event.kind.is_of_package_list());
        let mut relisted: HashMap<String, By> =
            relisted.map(|event| (event.subject, (event.by, event.event))).collect();
        let reowned = owners.into_iter().filter(|row| row.active());
        let mut reowned: HashMap<PackageName, By> =
            reowned.map(|row| (row.value.package, (Some(row.creator), row.created))).collect();
        for (package, (own, counts)) in packages.into_iter().zip(own.into_iter().zip(counts)) {
            let (relisted, reowned) = (relisted.remove(package.as_str()), reowned.remove(&package));
            self.0.insert((tag.clone(), package), Entry { own, counts, relisted, reowned });
        }
        Ok(())
    }

    /// What `change` is about, if it was read.
    pub fn get(&self, change: &PackageChange) -> Option<&Entry> {
        self.0.get(&(change.tag().clone(), change.package().clone()))
    }
}

impl Entry {
    /// Whether it is as `change` wants it.
    fn is_as(&self, change: &PackageChange) -> bool {
        let own = |is: &dyn Fn(&PackageEntry) -> bool| self.own.as_ref().is_some_and(is);
        match change {
            PackageChange::AddPackage { .. } => own(&|own| !own.blocked),
            PackageChange::BlockPackage { .. } => self.is_blocked(),
            PackageChange::UnblockPackage { .. } => self.counts.is_some() && !self.is_blocked(),
            PackageChange::SetPackage { entry, .. } => own(&|own| {
                let arches = |entry: &PackageEntry| entry.extra_arches.clone().unwrap_or_default();
                let owned = entry.owner.is_none() || own.owner == entry.owner;
                own.blocked == entry.blocked && owned && arches(own) == arches(entry)
            }),
            PackageChange::SetOwner { owner, .. } => own(&|own| own.owner.as_ref() == Some(owner)),
            PackageChange::RestorePackage { entry, .. } => own(&|own| {
                own.blocked == entry.blocked && own.owner == entry.owner && own.extra_arches == entry.extra_arches
            }),
            PackageChange::RemovePackage { .. } => self.own.is_none(),
        }
    }

    fn is_blocked(&self) -> bool {
        self.counts.as_ref().is_some_and(|counts| counts.blocked)
    }
}

impl Settler<'_> {
    /// Changes to package lists.
    pub(super) fn listed(&self, changes: &[(usize, &PackageChange)]) -> Result<Vec<(usize, Found)>> {
        let all: Vec<&PackageChange> = changes.iter().map(|(_, change)| *change).collect();
        let seen = Entries::of(&all, self.since, self.reader)?;
        let found = |&(i, change): &(usize, &PackageChange)| {
            let entry = seen.get(change)?;
            let last = match change {
                PackageChange::SetOwner { .. } => &entry.reowned,
                _ => &entry.relisted,
            };
            let found = match last {
                _ if !entry.is_as(change) => Found::Absent,
                Some((who, event)) => self.whose(who.as_deref(), *event),
                None => Found::Theirs { who: "before this run began to write".into() },
            };
            Some((i, found))
        };
        Ok(changes.iter().filter_map(found).collect())
    }
}

impl UndoRun {
    /// What is to be done about one change to an entry.
    pub(super) fn take_back_entry(&self, change: &PackageChange, now: &Entry) -> Back {
        let theirs = |by: &&By| by.0.as_deref() != Some(self.user.as_str());
        if let Some((who, event)) = now.relisted.as_ref().filter(theirs) {
            let who = who.as_deref().unwrap_or("somebody");
            return Back::Refuse(format!("{who} has changed the entry since, in event {event}"));
        }
        if let PackageChange::SetOwner { .. } = change
            && let Some((Some(who), event)) = now.reowned.as_ref().filter(theirs)
        {
            return Back::Refuse(format!("{who} has set the owner since, in event {event}"));
        }
        inverse(change, now)
    }
}

/// What takes `change` back where the entry is `now` so.
fn inverse(change: &PackageChange, now: &Entry) -> Back {
    let (tag, own) = (change.tag(), now.own.as_ref());
    match change {
        PackageChange::AddPackage { owner, .. } => match own {
            None => leave("it is not listed any more"),
            Some(own) if own.blocked => refuse("it is blocked now"),
            Some(own) if own.owner.as_ref() != Some(owner) => refuse("it has another owner now"),
            Some(own) => remove(own),
        },
        PackageChange::BlockPackage { before, .. } => match own.filter(|own| own.blocked) {
            None => leave("it is not blocked here any more"),
            Some(_) if before.tag == *tag => restore(before),
            Some(own) => unblock(own),
        },
        PackageChange::UnblockPackage { .. } if now.is_blocked() => leave("it is blocked again"),
        PackageChange::UnblockPackage { before, .. } if before.tag == *tag => restore(before),
        PackageChange::UnblockPackage { .. } => own.map_or_else(|| leave(NOT_ITS_OWN), remove),
        PackageChange::SetPackage { entry, before, .. } => match (own, before) {
            (None, _) => leave("it is not listed any more"),
            (Some(own), _) if own.blocked != entry.blocked => leave("the entry is another one now"),
            (Some(own), _) if entry.owner.is_some() && own.owner != entry.owner => {
                leave("the entry is another one now")
            }
            (Some(_), Some(before)) if before.tag == *tag => restore(before),
            (Some(own), _) => remove(own),
        },
        PackageChange::SetOwner { owner, before, .. } => match (own, &before.owner) {
            (None, _) => leave("it is not listed any more"),
            (Some(own), _) if own.owner.as_ref() != Some(owner) => leave("it has another owner now"),
            (Some(_), None) => refuse("it had no owner before, which the hub cannot restore"),
            (Some(own), Some(owner)) => give(own, owner),
        },
        PackageChange::RestorePackage { entry, .. } => match own {
            None => leave(NOT_ITS_OWN),
            Some(own) if own.blocked != entry.blocked => leave("the entry is another one now"),
            Some(own) if own.blocked => unblock(own),
            Some(own) => block(own),
        },
        PackageChange::RemovePackage { before, .. } => match own {
            None => restore(before),
            Some(_) => leave("it is listed again"),
        },
    }
}

const NOT_ITS_OWN: &str = "the tag has no entry of its own any more";

fn leave(why: &str) -> Back {
    Back::Leave(why.to_owned())
}

fn refuse(why: &str) -> Back {
    Back::Refuse(why.to_owned())
}

fn restore(entry: &PackageEntry) -> Back {
    let (tag, package) = place(entry);
    Back::Do(PackageChange::RestorePackage { tag, package, entry: entry.clone() }.into())
}

fn remove(own: &PackageEntry) -> Back {
    let (tag, package) = place(own);
    Back::Do(PackageChange::RemovePackage { tag, package, before: own.clone() }.into())
}

fn block(own: &PackageEntry) -> Back {
    let (tag, package) = place(own);
    Back::Do(PackageChange::BlockPackage { tag, package, before: own.clone() }.into())
}

fn unblock(own: &PackageEntry) -> Back {
    let (tag, package) = place(own);
    Back::Do(PackageChange::UnblockPackage { tag, package, before: own.clone() }.into())
}

fn give(own: &PackageEntry, owner: &UserName) -> Back {
    let (tag, package) = place(own);
    Back::Do(PackageChange::SetOwner { tag, package, owner: owner.clone(), before: own.clone() }.into())
}

fn place(entry: &PackageEntry) -> (TagName, PackageName) {
    (entry.tag.clone(), entry.package.clone())
}
