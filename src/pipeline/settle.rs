// SPDX-License-Identifier: GPL-3.0-or-later
//! What became of changes whose answer is lost or says "already": read from the hub's own rows.

use super::Outcome;
use super::structure::Structure;
use crate::Result;
use crate::koji::{HistoryQuery, Inherit, PackageEntry, Reader, Rows, TagRow};
use crate::names::{BuildId, EventId, Nvr, PackageName, TagName, TaskId, UserName};
use crate::plan::{BuildChange, Change, KojiChange, PackageChange, RequestChange, SigningChange, TaskChange};
use std::collections::{BTreeMap, HashMap};

/// Where the hub stands against one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// The state is there, and this run made it.
    Ours,
    /// The state is there: this task, which this run made.
    Made(TaskId),
    /// The state is there, and somebody else made it.
    Theirs {
        /// Who and when, as far as the hub tells.
        who: String,
    },
    /// The state is not there.
    Absent,
    /// The hub does not tell.
    Untold,
}

impl Found {
    /// The task that this run made.
    pub fn task(&self) -> Option<TaskId> {
        match self {
            Self::Made(task) => Some(*task),
            Self::Ours | Self::Theirs { .. } | Self::Absent | Self::Untold => None,
        }
    }

    /// The outcome of a change whose state is there; `None` if it is not.
    pub fn reached(self) -> Option<Outcome> {
        match self {
            Self::Ours | Self::Made(_) => Some(Outcome::Done),
            Self::Theirs { who } => Some(Outcome::Already { why: who }),
            Self::Absent | Self::Untold => None,
        }
    }
}

/// Changes in one tag, with their places among all that are looked at.
#[derive(Default)]
struct Of<'a> {
    builds: Vec<(usize, &'a BuildChange)>,
    listed: Vec<(usize, &'a PackageChange)>,
}

/// Reads what the hub says about changes.
pub(super) struct Settler<'a> {
    /// The hub, for reading.
    pub reader: &'a dyn Reader,
    /// Who we are at the hub; nobody knows while nobody is logged in.
    pub user: Option<&'a UserName>,
    /// What is ours is later than this.
    pub since: EventId,
}

impl Settler<'_> {
    /// Where the hub stands against each of `changes`, in their order.
    pub fn look(&self, changes: &[&Change]) -> Result<Vec<Found>> {
        let mut found = vec![Found::Absent; changes.len()];
        let mut by_tag: BTreeMap<&TagName, Of<'_>> = BTreeMap::new();
        let mut structure: Vec<(usize, &KojiChange)> = Vec::new();
        let mut requests: Vec<(usize, &RequestChange)> = Vec::new();
        let mut work: Vec<(usize, &TaskChange)> = Vec::new();
        let mut files: Vec<(usize, &SigningChange)> = Vec::new();
        for (i, Change::Koji(change)) in changes.iter().enumerate() {
            match change {
                KojiChange::Build(change) => by_tag.entry(change.tag()).or_default().builds.push((i, change)),
                KojiChange::Package(change) => by_tag.entry(change.tag()).or_default().listed.push((i, change)),
                KojiChange::Tag(_) | KojiChange::Group(_) | KojiChange::Repo(_) | KojiChange::Target(_) => {
                    structure.push((i, change));
                }
                KojiChange::Request(change) => requests.push((i, change)),
                KojiChange::Signing(change) => files.push((i, change)),
                KojiChange::Task(change) => work.push((i, change)),
            }
            if let (Some(slot), false) = (found.get_mut(i), change.can_be_read_back()) {
                *slot = Found::Untold;
            }
        }
        let mut told = self.structure(&structure)?;
        for (i, change) in requests {
            told.push((i, self.request(change)?));
        }
        told.extend(self.work(&work)?);
        told.extend(self.files(&files)?);
        for (tag, of) in by_tag {
            told.extend(self.tagging(tag, &of.builds)?);
            told.extend(self.listing(tag, &of.listed)?);
        }
        for (i, what) in told {
            if let Some(slot) = found.get_mut(i) {
                *slot = what;
            }
        }
        Ok(found)
    }

    fn whose(&self, who: Option<&str>, event: EventId) -> Found {
        match (who, self.user) {
            (Some(who), Some(us)) if who == us.as_str() && event > self.since => Found::Ours,
            (Some(who), _) => Found::Theirs { who: format!("by {who} in event {event}") },
            (None, _) => Found::Theirs { who: format!("in event {event}") },
        }
    }

    /// Changes to builds in `tag`: rows made or revoked since the run began, and for the rest
    /// whether the build is in the tag at all.
    fn tagging(&self, tag: &TagName, changes: &[(usize, &BuildChange)]) -> Result<Vec<(usize, Found)>> {
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let rows = self.reader.tag_rows(tag, &Rows { after: Some(self.since), ..Rows::default() })?;
        let mut newest: HashMap<BuildId, &TagRow> = HashMap::new();
        for row in &rows {
            let slot = newest.entry(row.id).or_insert(row);
            if (row.active(), row.created) >= (slot.active(), slot.created) {
                *slot = row;
            }
        }
        let mut found = Vec::new();
        let mut untold = Vec::new();
        for &(i, change) in changes {
            let build = change.build();
            match newest.get(&build.id) {
                Some(row) => found.push((i, self.told(change, row))),
                None => untold.push((i, change, build.nvr.clone())),
            }
        }
        let nvrs: Vec<Nvr> = untold.iter().map(|(_, _, nvr)| nvr.clone()).collect();
        let tags = if nvrs.is_empty() { Vec::new() } else { self.reader.tags_of(&nvrs)? };
        for ((i, change, _), tags) in untold.into_iter().zip(tags) {
            let before = Found::Theirs { who: "before this run began to write".into() };
            let tagged = tags.contains(tag);
            found.push((
                i,
                match change {
                    BuildChange::TagBuild { .. } if tagged => before,
                    BuildChange::UntagBuild { .. } if !tagged => before,
                    _ => Found::Absent,
                },
            ));
        }
        Ok(found)
    }

    /// What the newest row since the run began says.
    fn told(&self, change: &BuildChange, row: &TagRow) -> Found {
        match (change, row.revoked) {
            (BuildChange::UntagBuild { .. }, Some(event)) => self.whose(row.revoker.as_deref(), event),
            (BuildChange::TagBuild { .. }, None) => self.whose(Some(&row.creator), row.created),
            (BuildChange::RetagBuild { .. }, None) if row.created > self.since => {
                self.whose(Some(&row.creator), row.created)
            }
            _ => Found::Absent,
        }
    }

    /// Changes to how tags and targets are set up.
    fn structure(&self, changes: &[(usize, &KojiChange)]) -> Result<Vec<(usize, Found)>> {
        let all: Vec<&KojiChange> = changes.iter().map(|(_, change)| *change).collect();
        let seen = Structure::of(&all, self.reader)?;
        let found = |&(i, change): &(usize, &KojiChange)| {
            Some((i, seen.holds(change)?.found(|who, event| self.whose(who, event))))
        };
        Ok(changes.iter().filter_map(found).collect())
    }

    /// A request that is waiting, or that has its repository. The hub notes who made it and no event: one that
    /// had been there before would not have been planned.
    fn request(&self, RequestChange::RequestRepo { tag, min_event }: &RequestChange) -> Result<Found> {
        let Some(number) = self.reader.tag(tag)?.map(|tag| tag.id) else {
            return Ok(Found::Absent);
        };
        let requests = self.reader.repo_requests(number, *min_event)?;
        let Some(request) = requests.into_iter().rfind(|request| request.active || request.repo.is_some()) else {
            return Ok(Found::Absent);
        };
        let owner = request.owner.unwrap_or_default();
        Ok(match self.user {
            Some(us) if owner == us.as_str() => Found::Ours,
            _ => Found::Theirs { who: format!("by {owner} in request {}", request.id) },
        })
    }

    /// Changes to the package list of `tag`.
    fn listing(&self, tag: &TagName, changes: &[(usize, &PackageChange)]) -> Result<Vec<(usize, Found)>> {
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let packages: Vec<PackageName> = changes.iter().map(|(_, change)| change.package().clone()).collect();
        let own = self.reader.package_entries(tag, &packages, Inherit::Direct)?;
        let counts = self.reader.package_entries(tag, &packages, Inherit::Inherited)?;
        let history = self.reader.history(&HistoryQuery {
            tag: Some(tag.clone()),
            after: Some(self.since),
            ..HistoryQuery::default()
        })?;
        let owners = match changes.iter().any(|(_, change)| matches!(change, PackageChange::SetOwner { .. })) {
            true => self.reader.owners_since(tag, self.since)?,
            false => Vec::new(),
        };
        // That an entry has another owner is no part of its own history.
        let last = |change: &PackageChange| match change {
            PackageChange::SetOwner { package, .. } => owners
                .iter()
                .rfind(|row| row.active() && row.value.package == *package)
                .map(|row| (Some(row.creator.as_str()), row.created)),
            _ => history
                .iter()
                .rfind(|e| e.subject == change.package().as_str() && e.kind.is_of_package_list())
                .map(|event| (event.by.as_deref(), event.event)),
        };
        let looked = changes.iter().zip(own.iter().zip(&counts));
        Ok(looked
            .map(|(&(i, change), (own, counts))| {
                let found = match (is_listed_as(change, own.as_ref(), counts.as_ref()), last(change)) {
                    (false, _) => Found::Absent,
                    (true, Some((by, event))) => self.whose(by, event),
                    (true, None) => Found::Theirs { who: "before this run began to write".into() },
                };
                (i, found)
            })
            .collect())
    }
}

/// Whether a package's entries are as `change` wants them: `own` in the tag itself, `counts` with
/// inheritance.
fn is_listed_as(change: &PackageChange, own: Option<&PackageEntry>, counts: Option<&PackageEntry>) -> bool {
    match change {
        PackageChange::AddPackage { .. } => own.is_some_and(|e| !e.blocked),
        PackageChange::BlockPackage { .. } => counts.is_some_and(|e| e.blocked),
        PackageChange::UnblockPackage { .. } => counts.is_some_and(|e| !e.blocked),
        PackageChange::SetPackage { entry, .. } => own.is_some_and(|e| {
            let arches = |e: &PackageEntry| e.extra_arches.clone().unwrap_or_default();
            let owned = entry.owner.is_none() || e.owner == entry.owner;
            e.blocked == entry.blocked && owned && arches(e) == arches(entry)
        }),
        PackageChange::SetOwner { owner, .. } => own.is_some_and(|e| e.owner.as_ref() == Some(owner)),
        PackageChange::RestorePackage { entry, .. } => own.is_some_and(|e| {
            e.blocked == entry.blocked && e.owner == entry.owner && e.extra_arches == entry.extra_arches
        }),
        PackageChange::RemovePackage { .. } => own.is_none(),
    }
}
