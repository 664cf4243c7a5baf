// SPDX-License-Identifier: GPL-3.0-or-later
//! A caller who uses an account's credentials: what he asks is judged, and all of it is recorded.

use super::audit::{self, Appended, AuditLog, Body, Event, Locked, Outcomes};
use super::door::Who;
use super::grant::{Allow, Asked, Grant, Refusal};
use super::locks::Locks;
use super::table::Effect;
use super::{Allowed, Dimensions, Permitted, clock};
use crate::error::Kind;
use crate::names::{RunId, TagName, TaskId, UserName};
use crate::plan::Plan;
use crate::{Error, Result};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// A caller, his grant, and what is written down about this one process.
#[derive(Debug)]
pub struct Grantee {
    parts: Parts,
    began: Instant,
    so_far: Mutex<SoFar>,
}

/// What a [`Grantee`] is made of.
#[derive(Debug)]
pub struct Parts {
    /// Who asks.
    pub who: Who,
    /// What he may do.
    pub grant: Grant,
    /// Where the account keeps its state.
    pub state: PathBuf,
    /// The account's audit log.
    pub log: AuditLog,
    /// The words of the process, the program's name left out.
    pub argv: Vec<String>,
    /// The command as it was understood: `koji block-pkg`; empty if it was not.
    pub command: String,
    /// The options that are about what is shown, and `--dry-run`.
    pub options: BTreeSet<String>,
}

/// What has been recorded of this process.
#[derive(Debug, Default)]
struct SoFar {
    /// The record of the intent, and the run that it began.
    intent: Option<(Appended, RunId)>,
    clause: Option<usize>,
    plan_sha: Option<String>,
    /// Changes that were taken from the grant.
    taken: u64,
    counts: Outcomes,
    tasks: BTreeSet<TaskId>,
    principal: Option<UserName>,
    locks: Locks,
    denied: bool,
}

impl Grantee {
    /// A caller who has not asked for anything yet.
    pub fn new(parts: Parts) -> Self {
        Self { parts, began: Instant::now(), so_far: Mutex::default() }
    }

    fn so_far(&self) -> MutexGuard<'_, SoFar> {
        self.so_far.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn dry_run(&self) -> bool {
        self.parts.options.contains("--dry-run")
    }

    /// The options that `command` is judged with: what is about showing belongs to the words of the
    /// process alone, not to the command of the run that is resumed.
    fn options(&self, command: &str, dimensions: &Dimensions) -> BTreeSet<String> {
        dimensions.options_with(self.parts.options.iter().filter(|_| command == self.parts.command))
    }

    pub(super) fn allow(&self, command: &str, dimensions: &Dimensions) -> Result<Allowed> {
        let options = self.options(command, dimensions);
        let grant = &self.parts.grant;
        let so_far = &mut *self.so_far();
        let judge = |now, so_far: &mut SoFar| {
            let asked = Asked { command, options: &options, dimensions, dry_run: self.dry_run(), now };
            grant.judge_words(&asked).map_err(|refusal| self.refused(refusal, so_far))
        };
        // A clock that was set back brings no expired grant to life.
        let (clauses, run) = match so_far.intent.clone() {
            Some((intent, run)) => (judge(intent.time.max(clock::now()), so_far)?, run),
            None => self.parts.log.with_lock(|log| {
                let clauses = judge(log.now(), so_far)?;
                so_far.clause = clauses.first().and_then(|clause| place(grant, clause));
                let run = self.intend(command, dimensions, log, so_far)?;
                Ok((clauses, run))
            })?,
        };
        let alone = |clause: &&Allow| clause.effects(&options).into_iter().any(Effect::wants_the_tag_alone);
        if clauses.first().is_some_and(alone) && !self.dry_run() && so_far.locks.is_empty() {
            so_far.locks = Locks::take(&self.parts.state, &dimensions.all_tags().collect())?;
        }
        let clauses = clauses.into_iter().filter_map(|clause| place(grant, clause)).collect();
        Ok(Allowed { clauses, run: Some(run), options })
    }

    /// Writes the intent; the name of the run.
    fn intend(
        &self,
        command: &str,
        dimensions: &Dimensions,
        log: &mut Locked<'_>,
        so_far: &mut SoFar,
    ) -> Result<RunId> {
        // No other run has its place in the log.
        let run = match dimensions.run.clone().filter(|_| command == "run resume") {
            Some(run) => run,
            None => run_id(log.now(), log.next_seq())?,
        };
        let entry = Body {
            run: Some(run.clone()),
            targets: dimensions.run.iter().map(|run| format!("run {run}")).collect(),
            ..self.entry(Event::Intent, so_far)
        };
        // It is on disk from here on, whatever the system log says: an end must follow.
        so_far.intent = Some((log.append(entry)?, run.clone()));
        Ok(run)
    }

    pub(super) fn permit(&self, allowed: &Allowed, plan: &Plan) -> Result<usize> {
        let grant = &self.parts.grant;
        let clauses: Vec<&Allow> = allowed.clauses.iter().filter_map(|place| grant.allow.get(*place)).collect();
        let so_far = &mut *self.so_far();
        let judged = grant.judge_plan(&clauses, &allowed.options, plan, so_far.taken);
        let clause = judged.map_err(|refusal| self.refused(refusal, so_far))?;
        let place = place(grant, clause).ok_or_else(|| Error::failed("a clause that is not in the grant"))?;
        so_far.clause = Some(place);
        Ok(place)
    }

    pub(super) fn look(&self, permitted: &Permitted) -> Result<()> {
        let mut so_far = self.so_far();
        so_far.plan_sha = Some(permitted.plan.digest());
        let entry = Body { changes: Some(permitted.plan.steps().len() as u64), ..self.entry(Event::Plan, &so_far) };
        self.parts.log.append(entry).map(|_| ())
    }

    pub(super) fn enter(&self, permitted: &Permitted, run: &RunId) -> Result<()> {
        let grant = &self.parts.grant;
        let clause = permitted
            .clause
            .and_then(|place| grant.allow.get(place))
            .ok_or_else(|| Error::failed("a plan that no clause covers"))?;
        if !clause.confirm_not_needed {
            return Err(clause.needs_a_yes());
        }
        let changes = permitted.plan.steps().len() as u64;
        let mut so_far = self.so_far();
        // Words that name no tag lead to tags all the same.
        if so_far.locks.is_empty() {
            so_far.locks = Locks::take(&self.parts.state, &tags_alone(&permitted.plan))?;
        }
        so_far.plan_sha = Some(permitted.plan.digest());
        let entry = Body { run: Some(run.clone()), changes: Some(changes), ..self.entry(Event::Plan, &so_far) };
        let entered = self.parts.log.with_lock(|log| {
            if let Some(per_day) = clause.per_day {
                audit::reserve(log, &self.parts.state, &self.parts.who.name, &clause.id, per_day, changes)?;
            }
            log.append(entry)
        });
        entered.map_err(|error| match error.kind {
            Kind::NotPermitted => error.while_doing(format!("{} may not do this today", self.parts.who.name)),
            _ => error,
        })?;
        so_far.taken += changes;
        Ok(())
    }

    pub(super) fn acts_as(&self, user: &UserName) {
        self.so_far().principal = Some(user.clone());
    }

    pub(super) fn batch(&self, run: &RunId, counts: Outcomes, tasks: &[TaskId]) -> Result<()> {
        let mut so_far = self.so_far();
        so_far.counts = so_far.counts.and(counts);
        so_far.tasks.extend(tasks);
        let entry = Body {
            run: Some(run.clone()),
            outcomes: Some(counts),
            targets: tasks.iter().map(|task| format!("task {task}")).collect(),
            ..self.entry(Event::Change, &so_far)
        };
        self.parts.log.append(entry).map(|_| ())
    }

    /// Records with which exit code the process ends, and why. `stopped`: somebody wished it.
    ///
    /// # Errors
    /// It cannot be recorded: what was done is done, and somebody must know.
    pub fn end(&self, code: u8, reason: &str, stopped: bool) -> Result<()> {
        let so_far = self.so_far();
        let event = match (&so_far.intent, so_far.denied) {
            (Some(_), _) if stopped && code != 0 => Event::Abort,
            (Some(_), _) => Event::Result,
            // Help was asked for.
            (None, false) if code == 0 => return Ok(()),
            (None, _) => Event::Deny,
        };
        let entry = Body {
            outcome: Some(outcome(code).to_owned()),
            code: Some(code),
            reason: Some(reason.to_owned()).filter(|reason| !reason.is_empty()),
            ms: u64::try_from(self.began.elapsed().as_millis()).ok(),
            outcomes: Some(so_far.counts).filter(|counts| *counts != Outcomes::default()),
            targets: so_far.tasks.iter().map(|task| format!("task {task}")).collect(),
            ..self.entry(event, &so_far)
        };
        let recorded = match event {
            Event::Deny => audit::deny(&self.parts.log, &self.parts.state, entry.clone()).map(|_| ()),
            _ => self.parts.log.append(entry.clone()).map(|_| ()),
        };
        recorded.inspect_err(|_| self.parts.log.lost(&entry))
    }

    /// Changing runs of this caller that were begun and whose end nobody recorded.
    pub fn unfinished(&self) -> Result<Vec<RunId>> {
        let open = self.parts.log.open_intents(&self.parts.who.name)?;
        let changes = |name: &str| {
            self.parts.grant.allow.iter().any(|clause| clause.command.name == name && clause.command.class.changes())
        };
        let changing = open.into_iter().filter(|intent| intent.command.as_deref().is_some_and(changes));
        Ok(changing.filter_map(|intent| intent.run).collect())
    }

    /// Whether something may have been changed.
    pub fn has_acted(&self) -> bool {
        let Outcomes { done, unsettled, .. } = self.so_far().counts;
        done + unsettled > 0
    }

    fn refused(&self, refusal: Refusal, so_far: &mut SoFar) -> Error {
        so_far.denied = true;
        if let Some(id) = &refusal.clause {
            so_far.clause = self.parts.grant.allow.iter().position(|clause| clause.id == *id);
        }
        refusal.into()
    }

    fn entry(&self, event: Event, so_far: &SoFar) -> Body {
        let Parts { who, grant, argv, command, .. } = &self.parts;
        let (intent, run) = so_far.intent.clone().unzip();
        Body {
            intent: intent.map(|intent| intent.seq),
            run,
            command: Some(command.clone()).filter(|command| !command.is_empty()),
            argv: argv.clone(),
            grant: so_far.clause.and_then(|place| grant.allow.get(place)).map(|clause| clause.id.clone()),
            ticket: Some(grant.ticket.clone()),
            grant_sha: Some(grant.sha.clone()),
            plan_sha: so_far.plan_sha.clone(),
            principal: so_far.principal.as_ref().map(ToString::to_string),
            ..Body::new(event, who.recorded())
        }
    }
}

/// One word for an exit code.
fn outcome(code: u8) -> &'static str {
    match code {
        0 => "ok",
        2 => "usage",
        3 => "not permitted",
        4 => "not confirmed",
        5 => "partial",
        6 => "setup",
        7 => "no",
        75 => "not now",
        _ => "failed",
    }
}

fn place(grant: &Grant, clause: &Allow) -> Option<usize> {
    grant.allow.iter().position(|other| other.id == clause.id)
}

/// The tags that the plan changes and nobody else may meanwhile.
fn tags_alone(plan: &Plan) -> BTreeSet<&TagName> {
    let alone = plan.steps().iter().filter(|step| Effect::of(&step.change).wants_the_tag_alone());
    alone.flat_map(|step| step.change.tags()).collect()
}

/// A run's name: its time and the place of its intent in the account's log, which no other run has.
fn run_id(now: Timestamp, seq: u64) -> Result<RunId> {
    let text = format!("{}-{seq:06}", now.strftime("%Y%m%d-%H%M%S"));
    text.parse().map_err(|e| Error::failed(format!("cannot name the run: {e}")))
}
