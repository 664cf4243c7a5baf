// SPDX-License-Identifier: GPL-3.0-or-later
//! Sends one batch until every member is settled. The only place that writes to a hub, beside `files`.

use super::Outcome;
use super::apply::{Apply, record_session};
use super::calls::{Tagging, call};
use super::journal::Record;
use super::numbers::numbers;
use super::settle::{Found, Settler};
use crate::koji::{Call, Fault, Reply, SendError, Sent, Writer};
use crate::plan::{BuildChange, Change, StepId};
use crate::{Error, Result};
use std::collections::{BTreeSet, HashMap};
use std::sync::PoisonError;

/// How often a batch, or what is left of it, is sent under a new number.
const TRIES: usize = 4;

/// Steps and what became of them.
pub(super) type Settled = Vec<(StepId, Outcome)>;

/// What one try leaves.
struct Tried {
    outcomes: Settled,
    /// To be sent again: not there, with what the hub's database said, if it said anything.
    again: Vec<(StepId, Option<Fault>)>,
}

impl Apply<'_> {
    /// Sends `ids` in one request and settles each of them.
    ///
    /// # Errors
    /// The run must stop: the hub is away, the login is lost, the journal cannot be written.
    pub(super) fn send(&self, lane: &mut Box<dyn Writer>, ids: Vec<StepId>) -> Result<()> {
        let ids = self.remove_files(&**lane, ids)?;
        let (mut left, unsendable) = self.callable(ids)?;
        self.record(unsendable)?;
        let mut reasons: HashMap<StepId, Fault> = HashMap::new();
        let mut alone = None;
        for _ in 0..TRIES {
            if left.is_empty() {
                return Ok(());
            }
            let (sent, calls): (Vec<StepId>, Vec<Call>) = left.into_iter().unzip();
            let mut tried = self.attempt(lane, &sent, &calls)?;
            self.keep_order(&sent, &mut tried);
            self.record(tried.outcomes)?;
            reasons = tried.again.iter().filter_map(|(id, fault)| Some((*id, fault.clone()?))).collect();
            left = self.callable(tried.again.into_iter().map(|(id, _)| id).collect())?.0;
            if !left.is_empty() && alone.is_none() {
                // Two lanes that repeat what a deadlock undid would deadlock again.
                alone = Some(self.redo.lock().unwrap_or_else(PoisonError::into_inner));
            }
        }
        self.given_up(left.into_iter().map(|(id, _)| id), &reasons)
    }

    /// One request, and what can be said after it.
    fn attempt(&self, lane: &mut Box<dyn Writer>, sent: &[StepId], calls: &[Call]) -> Result<Tried> {
        self.journal.append(&Record::Batch { session: lane.session(), steps: sent.to_vec() })?;
        match lane.send(calls) {
            Ok(answers) => self.judge(sent, answers),
            Err(SendError::NotSent(error)) => self.not_sent(sent, error),
            Err(SendError::Committed) => {
                self.road.ui.note("the answer to a batch was lost after the hub had committed it: reading back");
                self.read_back(sent)
            }
            Err(SendError::Unknown(error)) => {
                self.road
                    .ui
                    .note(&format!("the answer to a batch is lost ({error}): closing the session, then reading back"));
                match self.replace(lane) {
                    Ok(()) => self.read_back(sent),
                    Err(error) => self.unsettled(sent, error),
                }
            }
        }
    }

    /// A build that is tagged again would come to stand behind those that were to follow it, if they
    /// are there already: it is left to resume, which plans the order anew.
    fn keep_order(&self, sent: &[StepId], tried: &mut Tried) {
        if tried.again.is_empty() {
            return;
        }
        let of_order = |id: &StepId| {
            let step = self.steps.get(id.0)?;
            match step.change.build()? {
                BuildChange::TagBuild { .. } | BuildChange::RetagBuild { .. } => Some(step.key()),
                BuildChange::UntagBuild { .. } => None,
            }
        };
        let reached = |id: &StepId| {
            let outcome = tried.outcomes.iter().find(|(of, _)| of == id);
            matches!(outcome, Some((_, Outcome::Done | Outcome::Already { .. })))
        };
        // From the end: the orders in which something is there that comes later.
        let (mut later, mut late) = (BTreeSet::new(), BTreeSet::new());
        for id in sent.iter().rev() {
            if let Some(key) = of_order(id) {
                if reached(id) {
                    later.insert(key);
                } else if later.contains(&key) {
                    late.insert(*id);
                }
            }
        }
        let (late, again) = std::mem::take(&mut tried.again).into_iter().partition(|(id, _)| late.contains(id));
        tried.again = again;
        tried.outcomes.extend(Vec::into_iter(late).map(|(id, fault): (StepId, Option<Fault>)| {
            let why =
                fault.map_or_else(|| "its answer was lost, and it is not there".into(), |fault| fault.to_string());
            (id, Outcome::Failed { why: format!("{why}; what was to follow it is there already") })
        }));
    }

    /// What is left was looked for after each try and is not there.
    fn given_up(&self, left: impl Iterator<Item = StepId>, reasons: &HashMap<StepId, Fault>) -> Result<()> {
        let mut unexplained = false;
        let outcomes = left.map(|id| {
            let why = reasons.get(&id).map(ToString::to_string);
            unexplained |= why.is_none();
            let told = self.steps.get(id.0).is_none_or(|step| {
                let Change::Koji(change) = &step.change;
                change.can_be_read_back()
            });
            let outcome = match why {
                Some(why) => Outcome::Failed { why },
                None if told => {
                    Outcome::Failed { why: format!("its answer was lost {TRIES} times, and it is not there") }
                }
                None => Outcome::Unsettled {
                    why: format!("its answer was lost {TRIES} times, and the hub does not tell whether it is there"),
                },
            };
            (id, outcome)
        });
        self.record(outcomes.collect())?;
        if unexplained { Err(Error::not_now(format!("{TRIES} answers in a row were lost"))) } else { Ok(()) }
    }

    /// Steps with their calls; those that have no call are failed.
    fn callable(&self, ids: Vec<StepId>) -> Result<(Vec<(StepId, Call)>, Settled)> {
        let (mut callable, mut failed) = (Vec::new(), Vec::new());
        let changes = ids.iter().filter_map(|id| self.steps.get(id.0)).map(|step| {
            let Change::Koji(change) = &step.change;
            change
        });
        let numbers = numbers(changes, self.road.readers.koji)?;
        for id in ids {
            let Some(step) = self.steps.get(id.0) else {
                continue;
            };
            let Change::Koji(change) = &step.change;
            let other = if self.tagging == Tagging::Tasks { self.other_half(id) } else { None };
            let from = other.and_then(|other| Some(self.steps.get(other.0)?.change.build()?.tag()));
            match call(change, self.tagging, from, &numbers) {
                Ok(call) => callable.push((id, call)),
                Err(why) => failed.push((id, Outcome::Failed { why })),
            }
        }
        Ok((callable, failed))
    }

    /// Reads the answers of a batch.
    fn judge(&self, sent: &[StepId], answers: Sent) -> Result<Tried> {
        let mut tried = Tried { outcomes: Vec::new(), again: Vec::new() };
        let (mut faults, mut tasks, mut canceled) = (Vec::new(), Vec::new(), Vec::new());
        for (&id, answer) in sent.iter().zip(answers.answers) {
            match answer {
                Ok(Reply::Done) if self.is_cancellation(id) => canceled.push(id),
                Ok(Reply::Done) => tried.outcomes.push((id, Outcome::Done)),
                Ok(Reply::Task(task)) => tasks.push((id, task)),
                Err(fault) => faults.push((id, fault)),
            }
        }
        if !tasks.is_empty() {
            self.record_tasks(&tasks)?;
            let (submitted, tasks): (Vec<_>, Vec<_>) = tasks.into_iter().partition(|(id, _)| self.is_submission(*id));
            tried.outcomes.extend(submitted.into_iter().map(|(id, _)| (id, Outcome::Done)));
            if !tasks.is_empty() {
                tried.outcomes.extend(self.wait_for(&tasks)?);
            }
        }
        if !canceled.is_empty() {
            let Tried { outcomes, again } = self.read_back(&canceled)?;
            tried.outcomes.extend(outcomes);
            tried.again.extend(again);
        }
        if !faults.is_empty() {
            self.judge_faults(faults, &mut tried)?;
        }
        Ok(tried)
    }

    /// A fault may say that the state is there already, ours (a request that was resent) or not; or
    /// that the database gave up, which says nothing about the change.
    fn judge_faults(&self, faults: Vec<(StepId, Fault)>, tried: &mut Tried) -> Result<()> {
        let ids: Vec<StepId> = faults.iter().map(|(id, _)| *id).collect();
        let found = match self.look(&ids) {
            Ok(found) => found,
            Err(error) => {
                let why = |fault: &Fault| {
                    format!("{fault}; and the hub could not be read to see whether it is there: {error}")
                };
                tried.outcomes.extend(faults.iter().map(|(id, fault)| (*id, Outcome::Unsettled { why: why(fault) })));
                return Ok(());
            }
        };
        for ((id, fault), found) in faults.into_iter().zip(found) {
            match found.reached() {
                Some(outcome) => tried.outcomes.push((id, outcome)),
                // A deadlock or a duplicate key; the hub then fails the rest of the batch as well.
                None if fault.code == Fault::UNEXPECTED => tried.again.push((id, Some(fault))),
                None => tried.outcomes.push((id, Outcome::Failed { why: fault.to_string() })),
            }
        }
        Ok(())
    }

    /// Where the hub stands against steps.
    pub(super) fn look(&self, ids: &[StepId]) -> Result<Vec<Found>> {
        let changes: Vec<&Change> = ids.iter().filter_map(|id| self.steps.get(id.0)).map(|step| &step.change).collect();
        Settler { reader: self.road.readers.koji, user: Some(&self.user), since: self.since }.look(&changes)
    }

    /// After a lost answer: what is there is settled, the rest is sent again to learn the reason.
    fn read_back(&self, sent: &[StepId]) -> Result<Tried> {
        let mut tried = Tried { outcomes: Vec::new(), again: Vec::new() };
        match self.look(sent) {
            Ok(found) => {
                let made = sent.iter().zip(&found).filter_map(|(id, found)| Some((*id, found.task()?)));
                self.record_tasks(&made.collect::<Vec<_>>())?;
                for (&id, found) in sent.iter().zip(found) {
                    match found.reached() {
                        Some(outcome) => tried.outcomes.push((id, outcome)),
                        None => tried.again.push((id, None)),
                    }
                }
                Ok(tried)
            }
            Err(error) => self.unsettled(sent, error),
        }
    }

    /// Opens a session in place of one that is lost, and makes sure that nothing of the lost one
    /// still runs: its logout waits for a running call, the second one for a call that slipped in
    /// between its own checks.
    fn replace(&self, lane: &mut Box<dyn Writer>) -> Result<()> {
        let lost = lane.session();
        let mut fresh = self.road.writers.koji()?;
        record_session(self.journal, &*fresh)?;
        fresh.close_session(lost)?;
        std::thread::sleep(self.road.pace.settle_pause);
        fresh.close_session(lost)?;
        *lane = fresh;
        Ok(())
    }

    fn not_sent(&self, sent: &[StepId], error: Error) -> Result<Tried> {
        let why = format!("not sent: {}", error.what);
        self.record(sent.iter().map(|&id| (id, Outcome::Skipped { why: why.clone() })).collect())?;
        Err(error)
    }

    /// Nobody can say what became of `sent`; the run stops.
    fn unsettled(&self, sent: &[StepId], error: Error) -> Result<Tried> {
        self.record(sent.iter().map(|&id| (id, Outcome::Unsettled { why: error.what.clone() })).collect())?;
        Err(error)
    }
}
