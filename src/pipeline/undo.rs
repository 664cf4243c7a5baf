// SPDX-License-Identifier: GPL-3.0-or-later
//! Taking a run back: an operation like any other, made from what the run recorded.

use super::created::Created;
use super::entries::Entries;
use super::operation::{Operation, Readers};
use super::order::restore;
use super::store::{RunRecord, Standing};
use super::structure::Structure;
use super::{Outcome, files};
use crate::access::Dimensions;
use crate::koji::{Rows, TagRow, Task};
use crate::names::{BuildId, EventId, Nvr, PackageName, RunId, TagName, TaskId, UserName};
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
    /// The entries of package lists.
    entries: Entries,
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
        for tag in builds.into_keys().map(|(tag, _)| tag).collect::<BTreeSet<_>>() {
            let now = koji.tag(&tag)?.ok_or_else(|| Error::failed(format!("there is no tag {tag} any more")))?;
            if now.locked {
                seen.locked.insert(tag.clone());
            }
            let mut rows = koji.tag_rows(&tag, &Rows { active_only: true, ..Rows::default() })?;
            let since = koji.tag_rows(&tag, &Rows { after: Some(self.since), ..Rows::default() })?;
            rows.extend(since.into_iter().filter(|row| !row.active()));
            seen.rows.insert(tag, rows);
        }
        seen.entries = Entries::of(&lists, self.since, koji)?;
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
            let Some(now) = seen.entries.get(change) else { continue };
            let back = self.take_back_entry(change, now);
            // Builds do not wait for an entry to go, which the hub may well refuse.
            let opens = !matches!(back, Back::Do(KojiChange::Package(PackageChange::RemovePackage { .. })));
            if let Some(step) = back.into_plan(change, &mut plan).filter(|_| opens) {
                relisted.insert((change.tag().clone(), change.package().clone()), step);
            }
        }
        let (ordered, builds): (BTreeMap<Place, _>, BTreeMap<Place, _>) =
            builds.into_iter().partition(|((tag, _), _)| self.in_order.contains(tag));
        for tag in &self.in_order {
            let of_tag = ordered.iter().filter(|((of, _), _)| of == tag);
            let changes: Vec<&BuildChange> = of_tag.flat_map(|(_, changes)| changes.iter().copied()).collect();
            self.take_back_builds(tag, None, &changes, seen, None, &mut plan);
        }
        for (place, changes) in builds {
            let after = relisted.get(&place).copied();
            self.take_back_builds(&place.0, Some(&place.1), &changes, seen, after, &mut plan);
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
    /// Plans what takes changes to builds of `package`, or of the whole of `tag`, back.
    fn take_back_builds(
        &self,
        tag: &TagName,
        package: Option<&PackageName>,
        changes: &[&BuildChange],
        seen: &Seen,
        after: Option<StepId>,
        plan: &mut Plan,
    ) {
        if seen.locked.contains(tag) {
            changes.iter().for_each(|change| plan.refuse(change, "the tag is locked"));
            return;
        }
        let of_package = |row: &&TagRow| package.is_none_or(|package| row.nvr.name() == package.as_str());
        let rows: Vec<&TagRow> = seen.rows.get(tag).into_iter().flatten().filter(of_package).collect();
        restore(self, tag, &rows, changes, &seen.elsewhere, after, plan);
    }

    /// Builds that the run tagged and that are not there now.
    fn gone(&self, seen: &Seen) -> Vec<Nvr> {
        // By number: a draft that was promoted since is called otherwise.
        let there: BTreeSet<(&TagName, BuildId)> = seen
            .rows
            .iter()
            .flat_map(|(tag, rows)| rows.iter().filter(|row| row.active()).map(move |row| (tag, row.id)))
            .collect();
        let gone = self.done.iter().filter_map(|change| match change {
            KojiChange::Build(BuildChange::TagBuild { tag, build }) if !there.contains(&(tag, build.id)) => {
                Some(build.nvr.clone())
            }
            _ => None,
        });
        gone.collect::<BTreeSet<_>>().into_iter().collect()
    }
}
