// SPDX-License-Identifier: GPL-3.0-or-later
//! Taking a run back: an operation like any other, made from what the run recorded.

use super::created::Created;
use super::operation::{Operation, Readers};
use super::order::restore;
use super::store::{RunRecord, Standing};
use super::structure::Structure;
use super::{Outcome, files};
use crate::access::Dimensions;
use crate::koji::{HistoryEvent, HistoryQuery, Inherit, Owned, PackageEntry, Rows, TagRow, Task, Version};
use crate::names::{EventId, Nvr, PackageName, RunId, TagName, TaskId, UserName};
use crate::plan::{BuildChange, Change, KojiChange, PackageChange, Plan, SigningChange, StepId, TagChange, TaskChange};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A package in a tag.
type Place = (TagName, PackageName);

/// Nothing of what `run` did is left, as far as nobody else has touched it since.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UndoRun {
    /// The run.
    pub run: RunId,
    /// As whom it wrote.
    pub user: UserName,
    /// What it did is later than this event.
    pub since: EventId,
    /// What it did, in the order of its plan.
    pub done: Vec<KojiChange>,
    /// The tags in which the order of builds across packages mattered to it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub in_order: BTreeSet<TagName>,
    /// The tasks that its builds became, by the change's words.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tasks: BTreeMap<String, TaskId>,
    /// It has begun already: what is later than this event, and ours, it did itself.
    #[serde(skip)]
    pub begun: Option<EventId>,
}

/// What the hub says about everything the run touched.
#[derive(Debug, Default)]
pub struct Seen {
    /// By tag: rows that hold now and rows that changed since the run began, each once.
    pub(super) rows: BTreeMap<TagName, Vec<TagRow>>,
    /// By tag and package: the tag's own entry.
    own: BTreeMap<Place, PackageEntry>,
    /// By tag and package: the entry that counts.
    counts: BTreeMap<Place, PackageEntry>,
    /// By tag and package: the last change of its entry since the run began.
    relisted: BTreeMap<Place, HistoryEvent>,
    /// By tag and package: who made its owner whose it is, since the run began.
    reowned: BTreeMap<Place, Version<Owned>>,
    /// Where builds are now that are not where the run left them.
    elsewhere: BTreeMap<Nvr, Vec<TagName>>,
    locked: BTreeSet<TagName>,
    /// How tags and targets were and are set up.
    structure: Structure,
    /// The tags the run made, and what keeps them from being deleted.
    created: Created,
    /// The tasks that builds became.
    tasks: BTreeMap<TaskId, Task>,
    /// The files that were removed and are there again, by the change's words.
    written_again: BTreeSet<String>,
}

impl UndoRun {
    /// What is to be taken back of `record`; `None` if it did nothing.
    pub fn of(record: &RunRecord) -> Option<Self> {
        // What somebody else disturbed was done twice.
        let mut met = BTreeSet::new();
        let done: Vec<KojiChange> = record
            .steps
            .iter()
            .zip(&record.standing)
            .filter(|(step, standing)| {
                **standing == Standing::Ended(Outcome::Done) && met.insert(step.change.to_string())
            })
            .map(|(step, _)| {
                let Change::Koji(change) = &step.change;
                change.clone()
            })
            .collect();
        let (_, user) = record.sessions.last()?;
        let in_order = record.steps.iter().filter(|step| step.in_order).flat_map(|step| {
            let Change::Koji(change) = &step.change;
            change.tags()
        });
        let in_order = in_order.cloned().collect();
        (!done.is_empty()).then(|| Self {
            in_order,
            run: record.begin.run.clone(),
            user: user.clone(),
            since: record.begin.since,
            tasks: tasks_of(record),
            begun: None,
            done,
        })
    }

    /// What taking `record` back is about, whatever of it turns out to have happened.
    pub fn touched_by(record: &RunRecord) -> Dimensions {
        let sent = record.steps.iter().zip(&record.standing).filter(|(_, standing)| standing.may_have_happened());
        let changes: Vec<&KojiChange> = sent
            .map(|(step, _)| {
                let Change::Koji(change) = &step.change;
                change
            })
            .collect();
        dimensions(&changes)
    }

    fn sorted(&self) -> Sorted<'_> {
        let mut sorted = Sorted::default();
        for change in &self.done {
            match change {
                KojiChange::Build(change) => {
                    let place = (change.tag().clone(), change.build().nvr.package());
                    sorted.builds.entry(place).or_default().push(change);
                }
                KojiChange::Package(change) => sorted.lists.push(change),
                KojiChange::Tag(_)
                | KojiChange::Group(_)
                | KojiChange::Repo(_)
                | KojiChange::Target(_)
                | KojiChange::Request(_) => sorted.structure.push(change),
                KojiChange::Signing(change) => sorted.files.push(change),
                KojiChange::Task(change) => sorted.work.push(change),
            }
        }
        sorted
    }

    /// Whether the run made what `who` made in `event`.
    pub(super) fn is_ours(&self, who: &str, event: EventId) -> bool {
        who == self.user.as_str() && event > self.since
    }
}

/// What a run did, by what it did it to.
#[derive(Default)]
struct Sorted<'a> {
    /// To builds, by tag and package.
    builds: BTreeMap<Place, Vec<&'a BuildChange>>,
    /// To package lists.
    lists: Vec<&'a PackageChange>,
    /// To tags and targets themselves.
    structure: Vec<&'a KojiChange>,
    /// To signed rpms.
    files: Vec<&'a SigningChange>,
    /// To the work of builders.
    work: Vec<&'a TaskChange>,
}

impl Sorted<'_> {
    /// Without what goes together with a tag that is deleted.
    fn outside(mut self, created: &Created) -> Self {
        let goes = |tag: &TagName| created.get(tag).is_some_and(Vec::is_empty);
        self.builds.retain(|(tag, _), _| !goes(tag));
        self.lists.retain(|change| !goes(change.tag()));
        self.structure.retain(|change| match change {
            KojiChange::Tag(TagChange::CreateTag { .. } | TagChange::SnapshotTag { .. }) => true,
            KojiChange::Tag(change) => !goes(change.tag()),
            KojiChange::Group(change) => !goes(change.tag()),
            KojiChange::Repo(change) => !goes(change.tag()),
            KojiChange::Build(_)
            | KojiChange::Package(_)
            | KojiChange::Target(_)
            | KojiChange::Request(_)
            | KojiChange::Signing(_)
            | KojiChange::Task(_) => true,
        });
        self
    }
}

impl Operation for UndoRun {
    const NAME: &'static str = "run undo";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        dimensions(&self.done.iter().collect::<Vec<_>>())
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        let koji = services.koji;
        let mut seen = Seen::default();
        let structure = self.sorted().structure;
        seen.structure = Structure::of(&structure, koji)?;
        seen.created = self.created(&seen.structure.tags, koji)?;
        seen.tasks = self.made_tasks(koji)?;
        seen.written_again = self.written_again(koji)?;
        let Sorted { builds, lists, .. } = self.sorted().outside(&seen.created);
        for tag in builds.keys().map(|(tag, _)| tag.clone()).collect::<BTreeSet<_>>() {
            let now = koji.tag(&tag)?.ok_or_else(|| Error::failed(format!("there is no tag {tag} any more")))?;
            if now.locked {
                seen.locked.insert(tag.clone());
            }
            let mut rows = koji.tag_rows(&tag, &Rows { active_only: true, ..Rows::default() })?;
            rows.extend(
                koji.tag_rows(&tag, &Rows { after: Some(self.since), ..Rows::default() })?
                    .into_iter()
                    .filter(|row| !row.active()),
            );
            seen.rows.insert(tag, rows);
        }
        for tag in lists.iter().map(|change| change.tag().clone()).collect::<BTreeSet<_>>() {
            let of_tag = lists.iter().filter(|change| *change.tag() == tag);
            let packages: Vec<PackageName> = of_tag.map(|change| change.package().clone()).collect();
            let history = koji.history(&HistoryQuery {
                tag: Some(tag.clone()),
                after: Some(self.since),
                ..HistoryQuery::default()
            })?;
            for row in self.reowned(&tag, &lists, koji)? {
                seen.reowned.insert((tag.clone(), row.value.package.clone()), row);
            }
            let own = koji.package_entries(&tag, &packages, Inherit::Direct)?;
            let counts = koji.package_entries(&tag, &packages, Inherit::Inherited)?;
            for (package, (own, counts)) in packages.into_iter().zip(own.into_iter().zip(counts)) {
                let key = (tag.clone(), package);
                let of_list = |e: &&HistoryEvent| e.subject == key.1.as_str() && e.kind.is_of_package_list();
                if let Some(last) = history.iter().rfind(of_list) {
                    seen.relisted.insert(key.clone(), last.clone());
                }
                own.into_iter().for_each(|e| drop(seen.own.insert(key.clone(), e)));
                counts.into_iter().for_each(|e| drop(seen.counts.insert(key.clone(), e)));
            }
        }
        let gone = self.gone(&seen);
        let tags = if gone.is_empty() { Vec::new() } else { koji.tags_of(&gone)? };
        seen.elsewhere = gone.into_iter().zip(tags).collect();
        Ok(seen)
    }

    fn plan(&self, seen: &Seen) -> Result<Plan> {
        let mut plan = Plan::default();
        let Sorted { builds, lists, structure, files, work } = self.sorted().outside(&seen.created);
        for change in work {
            self.take_back_work(change, &seen.tasks).into_plan(change, &mut plan);
        }
        for change in files {
            files::take_back(change, &seen.written_again).into_plan(change, &mut plan);
        }
        for change in structure.into_iter().rev() {
            if let Some(back) = self.take_back_structure(change, &seen.structure, &seen.created) {
                back.into_plan(change, &mut plan);
            }
        }
        // Entries first: a task would not tag into a package that is still blocked.
        let mut relisted: BTreeMap<Place, StepId> = BTreeMap::new();
        for change in lists.into_iter().rev() {
            let key = (change.tag().clone(), change.package().clone());
            let back = self.take_back_entry(change, &key, seen);
            // Builds do not wait for an entry to go, which the hub may well refuse.
            let opens = !matches!(back, Back::Do(KojiChange::Package(PackageChange::RemovePackage { .. })));
            match back.into_plan(change, &mut plan) {
                Some(step) if opens => drop(relisted.insert(key, step)),
                Some(_) | None => {}
            }
        }
        let (ordered, builds): (BTreeMap<Place, _>, BTreeMap<Place, _>) =
            builds.into_iter().partition(|((tag, _), _)| self.in_order.contains(tag));
        for tag in &self.in_order {
            let of_tag = ordered.iter().filter(|((of, _), _)| of == tag);
            let changes: Vec<&BuildChange> = of_tag.flat_map(|(_, changes)| changes.iter().copied()).collect();
            if seen.locked.contains(tag) {
                changes.iter().for_each(|change| plan.refuse(change, "the tag is locked"));
                continue;
            }
            let rows: Vec<&TagRow> = seen.rows.get(tag).into_iter().flatten().collect();
            restore(self, tag, &rows, &changes, &seen.elsewhere, None, &mut plan);
        }
        for ((tag, package), changes) in builds {
            if seen.locked.contains(&tag) {
                changes.iter().for_each(|change| plan.refuse(change, "the tag is locked"));
                continue;
            }
            let rows: Vec<&TagRow> =
                seen.rows.get(&tag).into_iter().flatten().filter(|row| row.nvr.name() == package.as_str()).collect();
            let after = relisted.get(&(tag.clone(), package)).copied();
            restore(self, &tag, &rows, &changes, &seen.elsewhere, after, &mut plan);
        }
        Ok(plan)
    }

    fn does_what_it_can(&self) -> bool {
        true
    }

    fn goes_on(&mut self, begun: EventId) {
        self.begun = Some(begun);
    }
}

/// The tasks of those steps that submit builds.
fn tasks_of(record: &RunRecord) -> BTreeMap<String, TaskId> {
    let text = |id: &StepId| {
        let Change::Koji(change) = &record.steps.get(id.0)?.change;
        matches!(change, KojiChange::Task(_)).then(|| change.to_string())
    };
    record.tasks.iter().filter_map(|(id, task)| Some((text(id)?, *task))).collect()
}

fn dimensions(changes: &[&KojiChange]) -> Dimensions {
    let builds = changes.iter().filter_map(|change| change.build()).map(|change| &change.build().nvr);
    let packages: Vec<PackageName> = changes
        .iter()
        .filter_map(|change| match change {
            KojiChange::Package(change) => Some(change.package().clone()),
            KojiChange::Signing(change) => Some(change.build().nvr.package()),
            KojiChange::Task(change) => change.package().cloned(),
            KojiChange::Build(_)
            | KojiChange::Tag(_)
            | KojiChange::Group(_)
            | KojiChange::Repo(_)
            | KojiChange::Target(_)
            | KojiChange::Request(_) => None,
        })
        .collect();
    let about =
        Dimensions::new().tags(changes.iter().flat_map(|change| change.tags())).builds(builds).packages(&packages);
    changes.iter().fold(about, |about, change| match change {
        KojiChange::Target(change) => about.target(change.target()),
        KojiChange::Task(change) => about.target(change.target()),
        KojiChange::Signing(change) => about.key(*change.sigkey()),
        KojiChange::Build(_)
        | KojiChange::Package(_)
        | KojiChange::Tag(_)
        | KojiChange::Group(_)
        | KojiChange::Repo(_)
        | KojiChange::Request(_) => about,
    })
}

/// What is to be done about one change.
pub(super) enum Back {
    Do(KojiChange),
    Leave(String),
    Refuse(String),
}

impl Back {
    /// Puts it into the plan; the step, if there is something to do.
    fn into_plan(self, change: impl fmt::Display, plan: &mut Plan) -> Option<StepId> {
        match self {
            Self::Do(inverse) => return Some(plan.push(inverse)),
            Self::Leave(why) => plan.leave_out(change, why),
            Self::Refuse(why) => plan.refuse(change, why),
        }
        None
    }
}

impl UndoRun {
    /// Builds that the run tagged and that are not there now.
    fn gone(&self, seen: &Seen) -> Vec<Nvr> {
        let there: BTreeSet<(&TagName, &Nvr)> = seen
            .rows
            .iter()
            .flat_map(|(tag, rows)| rows.iter().filter(|row| row.active()).map(move |row| (tag, &row.nvr)))
            .collect();
        let gone = self.done.iter().filter_map(|change| match change {
            KojiChange::Build(BuildChange::TagBuild { tag, build }) if !there.contains(&(tag, &build.nvr)) => {
                Some(build.nvr.clone())
            }
            _ => None,
        });
        gone.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The owners that are there now and were not when the run began, if it set any.
    fn reowned(
        &self,
        tag: &TagName,
        lists: &[&PackageChange],
        koji: &dyn crate::koji::Reader,
    ) -> Result<Vec<Version<Owned>>> {
        if !lists.iter().any(|change| matches!(change, PackageChange::SetOwner { tag: of, .. } if of == tag)) {
            return Ok(Vec::new());
        }
        Ok(koji.owners_since(tag, self.since)?.into_iter().filter(Version::active).collect())
    }

    fn take_back_entry(&self, change: &PackageChange, key: &Place, seen: &Seen) -> Back {
        let (own, counts) = (seen.own.get(key), seen.counts.get(key));
        if let Some(event) = seen.relisted.get(key)
            && event.by.as_deref() != Some(self.user.as_str())
        {
            let by = event.by.as_deref().unwrap_or("somebody");
            return Back::Refuse(format!("{by} has changed the entry since, in event {}", event.event));
        }
        let theirs = seen.reowned.get(key).filter(|row| row.creator != self.user.as_str());
        let theirs = theirs.map(|row| format!("{} has set the owner since, in event {}", row.creator, row.created));
        let (tag, package) = key.clone();
        let blocked = counts.is_some_and(|e| e.blocked);
        match change {
            PackageChange::AddPackage { owner, .. } => match own {
                None => Back::Leave("it is not listed any more".into()),
                Some(own) if own.blocked => Back::Refuse("it is blocked now".into()),
                Some(own) if own.owner.as_ref() != Some(owner) => Back::Refuse("it has another owner now".into()),
                Some(own) => Back::Do(PackageChange::RemovePackage { tag, package, before: own.clone() }.into()),
            },
            PackageChange::BlockPackage { before, .. } => match own {
                Some(own) if own.blocked && before.tag != tag => {
                    Back::Do(PackageChange::UnblockPackage { tag, package, before: own.clone() }.into())
                }
                Some(own) if own.blocked => {
                    Back::Do(PackageChange::RestorePackage { tag, package, entry: before.clone() }.into())
                }
                _ => Back::Leave("it is not blocked here any more".into()),
            },
            PackageChange::UnblockPackage { .. } if blocked => Back::Leave("it is blocked again".into()),
            PackageChange::UnblockPackage { before, .. } if before.tag == tag => {
                Back::Do(PackageChange::RestorePackage { tag, package, entry: before.clone() }.into())
            }
            PackageChange::UnblockPackage { .. } => match own {
                Some(own) => Back::Do(PackageChange::RemovePackage { tag, package, before: own.clone() }.into()),
                None => Back::Leave("the tag has no entry of its own any more".into()),
            },
            PackageChange::SetPackage { entry, before, .. } => match (own, before) {
                (Some(own), _)
                    if own.blocked != entry.blocked || (entry.owner.is_some() && own.owner != entry.owner) =>
                {
                    Back::Leave("the entry is another one now".into())
                }
                (None, _) => Back::Leave("it is not listed any more".into()),
                (Some(_), Some(before)) if before.tag == tag => {
                    Back::Do(PackageChange::RestorePackage { tag, package, entry: before.clone() }.into())
                }
                (Some(own), _) => Back::Do(PackageChange::RemovePackage { tag, package, before: own.clone() }.into()),
            },
            PackageChange::SetOwner { .. } if theirs.is_some() => Back::Refuse(theirs.unwrap_or_default()),
            PackageChange::SetOwner { owner, before, .. } => match (own, before.owner.clone()) {
                (None, _) => Back::Leave("it is not listed any more".into()),
                (Some(own), _) if own.owner.as_ref() != Some(owner) => Back::Leave("it has another owner now".into()),
                (Some(_), None) => Back::Refuse("it had no owner before, which the hub cannot restore".into()),
                (Some(own), Some(owner)) => {
                    Back::Do(PackageChange::SetOwner { tag, package, owner, before: own.clone() }.into())
                }
            },
            PackageChange::RestorePackage { entry, .. } => match own {
                Some(own) if own.blocked != entry.blocked => Back::Leave("the entry is another one now".into()),
                Some(own) if own.blocked => {
                    Back::Do(PackageChange::UnblockPackage { tag, package, before: own.clone() }.into())
                }
                Some(own) => Back::Do(PackageChange::BlockPackage { tag, package, before: own.clone() }.into()),
                None => Back::Leave("the tag has no entry of its own any more".into()),
            },
            PackageChange::RemovePackage { before, .. } => match own {
                Some(_) => Back::Leave("it is listed again".into()),
                None => Back::Do(PackageChange::RestorePackage { tag, package, entry: before.clone() }.into()),
            },
        }
    }
}
