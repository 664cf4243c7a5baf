// SPDX-License-Identifier: GPL-3.0-or-later
//! What became of changes whose answer is lost or says "already": read from the hub's own rows.

use super::Outcome;
use super::structure::Structure;
use crate::Result;
use crate::koji::{Reader, Rows, TagRow};
use crate::names::{BuildId, EventId, Nvr, TagName, TaskId, UserName};
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
        let mut builds: BTreeMap<&TagName, Vec<(usize, &BuildChange)>> = BTreeMap::new();
        let mut listed: Vec<(usize, &PackageChange)> = Vec::new();
        let mut structure: Vec<(usize, &KojiChange)> = Vec::new();
        let mut requests: Vec<(usize, &RequestChange)> = Vec::new();
        let mut work: Vec<(usize, &TaskChange)> = Vec::new();
        let mut files: Vec<(usize, &SigningChange)> = Vec::new();
        for (i, Change::Koji(change)) in changes.iter().enumerate() {
            match change {
                KojiChange::Build(change) => builds.entry(change.tag()).or_default().push((i, change)),
                KojiChange::Package(change) => listed.push((i, change)),
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
        told.extend(self.listed(&listed)?);
        for (tag, changes) in builds {
            told.extend(self.tagging(tag, &changes)?);
        }
        for (i, what) in told {
            if let Some(slot) = found.get_mut(i) {
                *slot = what;
            }
        }
        Ok(found)
    }

    pub(super) fn whose(&self, who: Option<&str>, event: EventId) -> Found {
        match (who, self.user) {
            (Some(who), Some(us)) if who == us.as_str() && event > self.since => Found::Ours,
            (Some(who), _) => Found::Theirs { who: format!("by {who} in event {event}") },
            (None, _) => Found::Theirs { who: format!("in event {event}") },
        }
    }

    /// Changes to builds in `tag`: rows made or revoked since the run began, and for the rest
    /// whether the build is in the tag at all.
    fn tagging(&self, tag: &TagName, changes: &[(usize, &BuildChange)]) -> Result<Vec<(usize, Found)>> {
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
}
