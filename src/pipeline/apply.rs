// SPDX-License-Identifier: GPL-3.0-or-later
//! Applies a permitted plan: waves, lanes, batches; one outcome for each change.

use super::calls::Tagging;
use super::journal::{Journal, Record};
use super::lanes::{Chain, waves};
use super::road::Road;
use super::store::Standing;
use super::work::Turn;
use super::{MadeTask, Outcome, Report, Throttle};
use crate::access::Entered;
use crate::access::audit::Outcomes;
use crate::koji::Writer;
use crate::names::{EventId, RunId, TaskId, UserName};
use crate::plan::{BuildChange, Change, Key, Step, StepId};
use crate::{Error, Result};
use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One run being applied. Shared by its lanes.
pub(super) struct Apply<'a> {
    pub road: &'a Road<'a>,
    pub journal: &'a Journal,
    /// What is being applied, for the audit log.
    pub run: &'a RunId,
    pub steps: &'a [Step],
    /// What is ours is later than this event.
    pub since: EventId,
    pub tagging: Tagging,
    /// Who is logged in.
    pub user: UserName,
    /// How fast builds are submitted, and when the next may be.
    pub throttle: Throttle,
    pub turn: Turn,
    /// Only one lane at a time sends again what the hub's database refused.
    pub redo: Mutex<()>,
    state: Mutex<State>,
}

/// What the lanes know together.
struct State {
    standing: Vec<Standing>,
    /// Keys with an unsettled change: nothing more of them is sent.
    unsettled: BTreeSet<Key>,
    /// Why the run stops.
    stop: Option<Error>,
    total: usize,
    settled: usize,
    /// What builds became.
    tasks: BTreeMap<StepId, TaskId>,
}

/// What a run that was applied leaves.
pub(super) struct Applied {
    pub standing: Vec<Standing>,
    pub stop: Option<Error>,
    /// Builds were tagged by tasks: the user lacks the permission `tag`.
    pub by_tasks: bool,
    /// What submitted builds became.
    pub tasks: BTreeMap<StepId, TaskId>,
}

impl Applied {
    fn none(standing: Vec<Standing>, why: Error) -> Self {
        Self { standing, stop: Some(why), by_tasks: false, tasks: BTreeMap::new() }
    }
}

/// Sends those steps of `run` that stand in `entered`: nothing unjudged or unrecorded can be sent.
pub(super) fn apply(road: &Road<'_>, journal: &Journal, entered: &Entered<'_>, run: Unapplied<'_>) -> Applied {
    let judged: HashSet<String> = entered.plan().steps().iter().map(|step| step.change.to_string()).collect();
    let wanted: Vec<StepId> = run
        .wanted
        .iter()
        .filter(|id| run.steps.get(id.0).is_some_and(|step| judged.contains(&step.change.to_string())))
        .copied()
        .collect();
    match open(road, journal) {
        Ok(writer) => apply_over(writer, road, journal, entered, Unapplied { wanted: &wanted, ..run }),
        Err(error) => Applied::none(run.standing, error),
    }
}

/// What `apply` is to do.
pub(super) struct Unapplied<'a> {
    pub steps: &'a [Step],
    pub wanted: &'a [StepId],
    pub standing: Vec<Standing>,
    pub since: EventId,
    pub throttle: Throttle,
}

/// Logs in and records the session before anything is sent over it.
pub(super) fn open(road: &Road<'_>, journal: &Journal) -> Result<Box<dyn Writer>> {
    let writer = road.writers.koji()?;
    record_session(journal, &*writer).map(|()| writer)
}

pub(super) fn record_session(journal: &Journal, writer: &dyn Writer) -> Result<()> {
    journal.append(&Record::Session { id: writer.session(), user: writer.user().clone() })
}

fn apply_over(
    mut writer: Box<dyn Writer>,
    road: &Road<'_>,
    journal: &Journal,
    entered: &Entered<'_>,
    run: Unapplied<'_>,
) -> Applied {
    let permissions = if run.wanted.iter().any(|id| run.steps.get(id.0).is_some_and(is_tagging)) {
        writer.permissions()
    } else {
        Ok(BTreeSet::new())
    };
    let tagging = match permissions {
        Ok(permissions) => Tagging::allowed_by(&permissions),
        Err(error) => {
            let _ = writer.logout();
            return Applied::none(run.standing, error);
        }
    };
    let by_tasks = tagging == Tagging::Tasks && run.wanted.iter().any(|id| run.steps.get(id.0).is_some_and(is_tagging));
    if by_tasks {
        road.ui.note(&format!("{} has no permission `tag`: builds are tagged by tasks", writer.user()));
    }
    let total = run.wanted.len();
    let state = State {
        standing: run.standing,
        unsettled: BTreeSet::new(),
        stop: None,
        total,
        settled: 0,
        tasks: BTreeMap::new(),
    };
    let user = writer.user().clone();
    road.access.acts_as(&user);
    let apply = Apply {
        road,
        journal,
        run: entered.run(),
        steps: run.steps,
        since: run.since,
        tagging,
        user,
        throttle: run.throttle,
        turn: Turn::default(),
        redo: Mutex::new(()),
        state: Mutex::new(state),
    };
    road.ui.progress(0, total);
    apply.waves(run.wanted, writer);
    road.ui.finished();
    let state = apply.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    Applied { standing: state.standing, stop: state.stop, by_tasks, tasks: state.tasks }
}

fn is_tagging(step: &Step) -> bool {
    step.change.build().is_some()
}

impl<'a> Apply<'a> {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first batch goes alone: a run that cannot work at all shows it there.
    fn waves(&self, wanted: &[StepId], writer: Box<dyn Writer>) {
        let mut lanes: Vec<Box<dyn Writer>> = vec![writer];
        let mut first = true;
        // Of tasks in one batch nobody knows which builder ends first.
        let ordered = |id: &StepId| self.steps.get(id.0).is_some_and(|step| step.in_order);
        let one_by_one = self.tagging == Tagging::Tasks && wanted.iter().any(ordered);
        let batch = if one_by_one { 1 } else { self.throttle.batch(self.road.pace.batch) };
        for wave in waves(self.steps, wanted, batch) {
            let mut queue: VecDeque<Chain> = wave.into();
            if std::mem::take(&mut first) {
                self.first_batch(&mut queue, &mut lanes);
            }
            self.fill_lanes(&mut lanes, queue.len());
            let queue = Mutex::new(queue);
            let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            std::thread::scope(|scope| {
                for lane in &mut lanes {
                    scope.spawn(|| {
                        while let Some(chain) = next() {
                            self.chain(lane, chain);
                        }
                    });
                }
            });
        }
        for lane in lanes.into_iter().rev() {
            if let Err(error) = lane.logout() {
                self.road.ui.note(&format!("the session could not be closed: {error}"));
            }
        }
    }

    fn first_batch(&self, queue: &mut VecDeque<Chain>, lanes: &mut [Box<dyn Writer>]) {
        let (Some(mut chain), Some(lane)) = (queue.pop_front(), lanes.first_mut()) else {
            return;
        };
        if chain.is_empty() {
            return;
        }
        let batch = chain.remove(0);
        let more = !chain.is_empty() || !queue.is_empty();
        self.chain(lane, vec![batch.clone()]);
        let mut state = self.state();
        let refusals: Vec<&str> = batch.iter().filter_map(|id| state.standing.get(id.0)).map_while(refusal).collect();
        if more && refusals.len() == batch.len() {
            let why = refusals.first().copied().unwrap_or_default().to_owned();
            state.stop.get_or_insert_with(|| Error::failed(format!("nothing of the first batch could be done: {why}")));
        }
        drop(state);
        if !chain.is_empty() {
            queue.push_front(chain);
        }
    }

    /// Opens sub-sessions, as many as there is work for. One that cannot be had is done without.
    fn fill_lanes(&self, lanes: &mut Vec<Box<dyn Writer>>, chains: usize) {
        while lanes.len() < self.road.pace.lanes.min(chains) && self.state().stop.is_none() {
            let opened = match lanes.first_mut() {
                Some(first) => first.subsession(),
                None => return,
            };
            match opened.and_then(|lane| record_session(self.journal, &*lane).map(|()| lane)) {
                Ok(lane) => lanes.push(lane),
                Err(error) => {
                    self.road.ui.note(&format!("going on with {} connection(s): {error}", lanes.len()));
                    return;
                }
            }
        }
    }

    fn chain(&self, lane: &mut Box<dyn Writer>, chain: Chain) {
        for batch in chain {
            if self.must_stop() {
                return;
            }
            let turn = self.take_turn(&batch);
            // A wish to stop ends the waiting for a turn.
            if turn.is_ok() && self.must_stop() {
                return;
            }
            let ready = turn.and_then(|()| self.ready(&batch));
            if let Err(error) = ready.and_then(|ready| if ready.is_empty() { Ok(()) } else { self.send(lane, ready) }) {
                self.state().stop.get_or_insert(error);
                return;
            }
        }
    }

    fn must_stop(&self) -> bool {
        let mut state = self.state();
        if state.stop.is_none() && self.road.stop.is_set() {
            state.stop = Some(Error::failed("stopped by request"));
        }
        state.stop.is_some()
    }

    /// Those of `batch` that may be sent; the others are settled here.
    fn ready(&self, batch: &[StepId]) -> Result<Vec<StepId>> {
        let (mut ready, mut skipped) = (Vec::new(), Vec::new());
        let state = self.state();
        for &id in batch {
            let Some(step) = self.steps.get(id.0) else {
                continue;
            };
            let before = step.after.and_then(|before| Some((self.steps.get(before.0)?, state.standing.get(before.0)?)));
            match (state.standing.get(id.0), before) {
                (Some(standing), _) if standing.is_reached() => {}
                (_, Some((before, standing))) if !standing.is_reached() => {
                    skipped.push((
                        id,
                        Outcome::Skipped { why: format!("it waits for \"{}\", which is not done", before.change) },
                    ));
                }
                _ if state.unsettled.contains(&step.key()) => {
                    let what = if step.in_order { "order" } else { "package" };
                    let why = format!("an earlier change of the same {what} is unsettled");
                    skipped.push((id, Outcome::Skipped { why }));
                }
                _ => ready.push(id),
            }
        }
        drop(state);
        self.record(skipped)?;
        Ok(ready)
    }

    /// Puts the tasks that submitted builds became on disk.
    pub(super) fn record_tasks(&self, tasks: &[(StepId, TaskId)]) -> Result<()> {
        if tasks.is_empty() {
            return Ok(());
        }
        self.journal.append(&Record::Tasks { tasks: tasks.to_vec() })?;
        let ids: Vec<TaskId> = tasks.iter().map(|(_, task)| *task).collect();
        self.state().tasks.extend(tasks.iter().copied().filter(|(id, _)| self.is_submission(*id)));
        self.road.access.batch(self.run, Outcomes::default(), &ids)
    }

    /// Puts outcomes on disk, then counts them.
    pub(super) fn record(&self, outcomes: Vec<(StepId, Outcome)>) -> Result<()> {
        if outcomes.is_empty() {
            return Ok(());
        }
        let written = self.journal.append(&Record::Outcomes { outcomes: outcomes.clone() });
        let written = written.and(self.road.access.batch(self.run, counted(&outcomes), &[]));
        let mut state = self.state();
        for (id, outcome) in outcomes {
            if matches!(outcome, Outcome::Unsettled { .. })
                && let Some(step) = self.steps.get(id.0)
            {
                state.unsettled.insert(step.key());
            }
            if let Some(slot) = state.standing.get_mut(id.0) {
                *slot = Standing::Ended(outcome);
            }
            state.settled += 1;
        }
        self.road.ui.progress(state.settled.min(state.total), state.total);
        written
    }

    /// The change behind a step that `after` waits for this one and takes the same build out of
    /// another tag: the other half of a move.
    pub(super) fn other_half(&self, id: StepId) -> Option<StepId> {
        let moved = self.steps.get(id.0)?.change.build()?.build();
        let untags =
            |step: &Step| matches!(step.change.build(), Some(BuildChange::UntagBuild { build, .. }) if build == moved);
        self.steps.iter().position(|step| step.after == Some(id) && untags(step)).map(StepId)
    }
}

fn counted(outcomes: &[(StepId, Outcome)]) -> Outcomes {
    let mut counts = Outcomes::default();
    for (_, outcome) in outcomes {
        *match outcome {
            Outcome::Done => &mut counts.done,
            Outcome::Already { .. } => &mut counts.already,
            Outcome::Failed { .. } => &mut counts.failed,
            Outcome::Skipped { .. } => &mut counts.skipped,
            Outcome::Unsettled { .. } => &mut counts.unsettled,
        } += 1;
    }
    counts
}

/// The reason, if the step was refused.
fn refusal(standing: &Standing) -> Option<&str> {
    match standing {
        Standing::Ended(Outcome::Failed { why }) => Some(why),
        _ => None,
    }
}

/// Writes into `report` what became of the steps `wanted`.
pub(super) fn tell(report: &mut Report, steps: &[Step], wanted: &[StepId], applied: &Applied) {
    let stopped = applied.stop.as_ref().map_or_else(|| "the run stopped".to_owned(), |e| e.what.clone());
    for id in wanted {
        if let (Some(step), Some(standing)) = (steps.get(id.0), applied.standing.get(id.0)) {
            report.tell(&step.change, standing, &stopped);
            let subject = || {
                let Change::Koji(change) = &step.change;
                change.subject()
            };
            let made = applied.tasks.get(id).map(|task| MadeTask { subject: subject(), task: *task });
            report.tasks.extend(made);
        }
    }
    report.by_tasks |= applied.by_tasks;
    if let Some(error) = &applied.stop {
        report.fail(error);
    }
}
