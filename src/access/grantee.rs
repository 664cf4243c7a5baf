// SPDX-License-Identifier: GPL-3.0-or-later
//! A caller who uses an account's credentials: what he asks is judged, and all of it is recorded.

use super::audit::{self, AuditLog, Body, Event, Outcomes};
use super::door::Who;
use super::grant::{Allow, Asked, Grant, Refusal};
use super::locks::Locks;
use super::{Allowed, Dimensions, Permitted, clock};
use crate::error::Kind;
use crate::names::{RunId, TaskId, UserName};
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
    /// The place of the intent in the log.
    intent: Option<u64>,
    run: Option<RunId>,
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

    /// A clock that was set back brings no expired grant to life.
    fn now(&self) -> Result<Timestamp> {
        let now = clock::now();
        Ok(self.parts.log.newest_time()?.map_or(now, |newest| newest.max(now)))
    }

    /// The options that `command` is judged with: what is about showing belongs to the words of the
    /// process alone, not to the command of the run that is resumed.
    fn options(&self, command: &str, dimensions: &Dimensions) -> BTreeSet<String> {
        let own = self.parts.options.iter().filter(|_| command == self.parts.command).cloned();
        own.chain(dimensions.options.iter().map(|option| (*option).to_owned())).collect()
    }

    pub(super) fn allow(&self, command: &str, dimensions: &Dimensions) -> Result<Allowed> {
        let options = self.options(command, dimensions);
        let now = self.now()?;
        let asked = Asked { command, options: &options, dimensions, dry_run: self.dry_run(), now };
        let grant = &self.parts.grant;
        let clauses = grant.judge_words(&asked).map_err(|refusal| self.refused(refusal))?;
        let places = clauses.iter().filter_map(|clause| place(grant, clause)).collect::<Vec<_>>();
        let first = places.first().copied();
        let run = self.intend(command, dimensions, first, now)?;
        let changes = clauses.first().is_some_and(|clause| clause.command.class.changes());
        if changes && !self.dry_run() {
            let tags = dimensions.all_tags().collect::<BTreeSet<_>>();
            let mut so_far = self.so_far();
            if so_far.locks.is_empty() {
                so_far.locks = Locks::take(&self.parts.state, &tags)?;
            }
        }
        Ok(Allowed { clauses: places, run: Some(run), options })
    }

    /// Writes the intent, the first time; the name of the run.
    fn intend(&self, command: &str, dimensions: &Dimensions, clause: Option<usize>, now: Timestamp) -> Result<RunId> {
        let mut so_far = self.so_far();
        if let Some(run) = &so_far.run {
            return Ok(run.clone());
        }
        so_far.clause = clause;
        let resumed = dimensions.run.clone().filter(|_| command == "run resume");
        let so_far = &mut *so_far;
        self.parts.log.with_lock(|log| {
            // No other run has its place in the log.
            let run = match resumed {
                Some(run) => run,
                None => run_id(now, log.next_seq())?,
            };
            let entry = Body {
                run: Some(run.clone()),
                targets: dimensions.run.iter().map(|run| format!("run {run}")).collect(),
                ..self.entry(Event::Intent, so_far)
            };
            // It is on disk from here on, whatever the system log says: an end must follow.
            so_far.intent = Some(log.append(entry)?.seq);
            so_far.run = Some(run.clone());
            Ok(run)
        })
    }

    pub(super) fn permit(&self, allowed: &Allowed, plan: &Plan) -> Result<usize> {
        let grant = &self.parts.grant;
        let clauses: Vec<&Allow> = allowed.clauses.iter().filter_map(|place| grant.allow.get(*place)).collect();
        let taken = self.so_far().taken;
        let clause =
            grant.judge_plan(&clauses, &allowed.options, plan, taken).map_err(|refusal| self.refused(refusal))?;
        let place = place(grant, clause).ok_or_else(|| Error::failed("a clause that is not in the grant"))?;
        self.so_far().clause = Some(place);
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
        let event = match (so_far.intent, so_far.denied) {
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

    fn refused(&self, refusal: Refusal) -> Error {
        let mut so_far = self.so_far();
        so_far.denied = true;
        if let Some(id) = &refusal.clause {
            so_far.clause = self.parts.grant.allow.iter().position(|clause| clause.id == *id);
        }
        refusal.into()
    }

    fn entry(&self, event: Event, so_far: &SoFar) -> Body {
        let Parts { who, grant, argv, command, .. } = &self.parts;
        Body {
            intent: so_far.intent,
            run: so_far.run.clone(),
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

/// A run's name: its time and the place of its intent in the account's log, which no other run has.
fn run_id(now: Timestamp, seq: u64) -> Result<RunId> {
    let text = format!("{}-{seq:06}", now.strftime("%Y%m%d-%H%M%S"));
    text.parse().map_err(|e| Error::failed(format!("cannot name the run: {e}")))
}
