// SPDX-License-Identifier: GPL-3.0-or-later
//! Going on with a run that did not end, and taking one back.

use super::apply::{Unapplied, apply, open, tell};
use super::journal::{Journal, Record};
use super::operation::{Operation, Planner};
use super::retry::Retry;
use super::road::{Going, Road};
use super::settle::{Found, Settler};
use super::store::{RunRecord, Standing};
use super::undo::UndoRun;
use super::{Outcome, Report, clock};
use crate::access::{Allowed, Dimensions, Permitted};
use crate::koji::Writer;
use crate::names::{RunId, TaskId, UserName};
use crate::ops::recall;
use crate::plan::{Change, KojiChange, StepId};
use crate::{Error, Result};
use std::time::Instant;

impl Road<'_> {
    /// Goes on with `run`: a fresh plan from the recorded request, restricted to what is recorded as
    /// unfinished, and to what keeps that in the order that was asked for. What the world has made
    /// unnecessary or impossible meanwhile is dropped, with the reason; what else is new is reported,
    /// not done.
    pub fn resume(&self, run: &RunId, dry_run: bool) -> Report {
        let mut report = Report::new("run resume", dry_run);
        if let Err(error) = self.try_resume(run, &mut report) {
            report.fail(&error);
        }
        report.finish();
        report
    }

    /// Takes back what `run` did and what is still as it left it. Itself a run.
    pub fn undo(&self, run: &RunId, dry_run: bool) -> Report {
        let undone = self.store.reopen(run).and_then(|(journal, mut record)| {
            self.same_hub(&record)?;
            // Settling logs in already.
            self.access.allow(UndoRun::NAME, &UndoRun::touched_by(&record).run(run))?;
            self.settle_open(&journal, &mut record, dry_run)?;
            let report = match UndoRun::of(&record) {
                Some(undo) => self.walk(&undo, dry_run, Some(run)),
                None => {
                    let mut report = Report::new(UndoRun::NAME, dry_run);
                    report.finish();
                    report
                }
            };
            if let Some(by) = &report.run {
                journal.append(&Record::Undone { by: by.clone() })?;
            }
            Ok(report)
        });
        undone.unwrap_or_else(|error| {
            let mut report = Report::new(UndoRun::NAME, dry_run);
            report.fail(&error);
            report.finish();
            report
        })
    }

    fn same_hub(&self, record: &RunRecord) -> Result<()> {
        if record.begin.profile == self.profile {
            return Ok(());
        }
        let (run, theirs) = (&record.begin.run, &record.begin.profile);
        Err(Error::usage(format!("run {run} was made at the hub of profile {theirs}, not {}", self.profile))
            .hint(format!("pass --profile {theirs}")))
    }

    fn try_resume(&self, run: &RunId, report: &mut Report) -> Result<()> {
        let (journal, mut record) = self.store.reopen(run)?;
        self.same_hub(&record)?;
        report.command.clone_from(&record.begin.command);
        report.run = Some(run.clone());
        let mut request = recall(&record.begin.command, record.begin.request.clone())?;
        request.goes_on(record.begin.since);
        self.access.allow("run resume", &Dimensions::new().run(run))?;
        let allowed = self.access.allow(request.command(), &request.dimensions())?;
        self.settle_open(&journal, &mut record, report.dry_run)?;
        let Some((retry, permitted)) = self.agree_again(&*request, &allowed, &record, report)? else {
            return self.close(&journal, &record, report);
        };
        let Retry { steps: retry, more, waits, dropped } = retry;
        record.standing.extend(more.iter().map(|_| Standing::NotSent));
        record.steps.extend(more.iter().cloned());
        for (id, after) in waits {
            record.steps.get_mut(id.0).into_iter().for_each(|step| step.after = after);
        }
        self.goes_on()?;
        let entered = self.access.enter(&permitted, run)?;
        let dropped = dropped.into_iter().map(|(item, _)| item).collect();
        // What an earlier part of the run did to the same build is not what this part does.
        let since = self.readers.koji.last_event()?;
        self.stop.begin();
        if !more.is_empty() {
            journal.append(&Record::More { steps: more })?;
        }
        journal.append(&Record::Resume {
            time: clock::now(),
            caller: self.caller.clone(),
            steps: retry.clone(),
            dropped,
            since: Some(since),
        })?;
        let unapplied = Unapplied {
            steps: &record.steps,
            wanted: &retry,
            standing: record.standing,
            since,
            throttle: request.throttle(),
        };
        let applied = apply(self, &journal, &entered, unapplied);
        tell(report, &record.steps, &retry, &applied);
        let going = Going { run, steps: record.steps, standing: applied.standing, since };
        if let Err(error) = self.again(&*request, &allowed, &journal, going, report) {
            report.fail(&error);
        }
        self.end(&journal, report);
        Ok(())
    }

    /// What of `record` is tried again, as it was agreed to. Nothing: nothing is left, or it was only to be shown.
    fn agree_again(
        &self,
        request: &dyn Planner,
        allowed: &Allowed,
        record: &RunRecord,
        report: &mut Report,
    ) -> Result<Option<(Retry, Permitted)>> {
        let unfinished = record.steps_that(|standing| !standing.is_reached());
        // It ends when others add nothing to the work any more: that may be all that is unfinished.
        let whole = request.repeats() && !record.is_done();
        if unfinished.is_empty() && !whole {
            return Ok(None);
        }
        let mut shown = None;
        loop {
            let fresh = request.observe_and_plan(&self.readers)?;
            let retry = Retry::of(record, &unfinished, &fresh, &request.dimensions(), whole);
            let permitted = self.access.permit(allowed, retry.plan(record))?;
            report.planned(permitted.plan());
            report.skipped = retry.dropped.iter().map(|(item, _)| item.clone()).collect();
            report.failed = retry.dropped.iter().any(|(_, impossible)| *impossible);
            report.notes = retry.news(record, &fresh);
            if report.dry_run {
                self.access.look(&permitted)?;
                return Ok(None);
            }
            if retry.steps.is_empty() {
                return Ok(None);
            }
            if shown.as_ref() == Some(permitted.plan()) {
                return Ok(Some((retry, permitted)));
            }
            self.goes_on()?;
            let asked = Instant::now();
            self.ui.confirm(permitted.plan(), shown.is_some())?;
            if asked.elapsed() < self.pace.patience {
                return Ok(Some((retry, permitted)));
            }
            // The answer was to a plan of then.
            shown = Some(permitted.plan().clone());
        }
    }

    /// Nothing is left to do: says so in the journal, if it does not say it yet.
    fn close(&self, journal: &Journal, record: &RunRecord, report: &mut Report) -> Result<()> {
        if !report.dry_run && !record.is_done() {
            self.end(journal, report);
        }
        Ok(())
    }

    /// Finds out what became of changes that were sent and never settled: makes sure that nothing of
    /// the run's sessions still runs, then reads.
    fn settle_open(&self, journal: &Journal, record: &mut RunRecord, dry_run: bool) -> Result<()> {
        let open_steps = record.steps_that(Standing::is_open);
        if open_steps.is_empty() {
            return Ok(());
        }
        self.ui.note(&format!("{} change(s) were sent and never settled: asking the hub", open_steps.len()));
        if !dry_run {
            let mut writer = open(self, journal)?;
            let closed = self.close_sessions(&mut *writer, record);
            let _ = writer.logout();
            closed?;
        }
        self.tasks_are_over(record, &open_steps)?;
        let user: Option<UserName> = record.sessions.first().map(|(_, user)| user.clone());
        let changes: Vec<&Change> =
            open_steps.iter().filter_map(|id| record.steps.get(id.0)).map(|step| &step.change).collect();
        let found = Settler { reader: self.readers.koji, user: user.as_ref(), since: record.since }.look(&changes)?;
        let made: Vec<Option<TaskId>> = found.iter().map(Found::task).collect();
        let made = open_steps.clone().into_iter().zip(made).filter_map(|(id, task)| Some((id, task?)));
        let outcomes: Vec<(StepId, Outcome)> = open_steps
            .into_iter()
            .zip(found)
            .map(|(id, found)| {
                let unreached = match found {
                    Found::Untold => Outcome::Unsettled { why: "it was sent, and the hub tells no more".into() },
                    Found::Absent | Found::Ours | Found::Made(_) | Found::Theirs { .. } => {
                        Outcome::Skipped { why: "it was sent and did not happen".into() }
                    }
                };
                (id, found.reached().unwrap_or(unreached))
            })
            .collect();
        let tasks: Vec<(StepId, TaskId)> = made.collect();
        let there = outcomes.iter().filter(|(_, o)| matches!(o, Outcome::Done | Outcome::Already { .. })).count();
        let untold = outcomes.iter().filter(|(_, o)| matches!(o, Outcome::Unsettled { .. })).count();
        let of_those = if untold > 0 { format!(", of {untold} the hub does not tell") } else { String::new() };
        let not = outcomes.len() - there - untold;
        self.ui.note(&format!("{there} of them happened, {not} did not{of_those}"));
        if !dry_run {
            if !tasks.is_empty() {
                journal.append(&Record::Tasks { tasks: tasks.clone() })?;
            }
            journal.append(&Record::Outcomes { outcomes: outcomes.clone() })?;
        }
        record.tasks.extend(tasks);
        for (StepId(i), outcome) in outcomes {
            if let Some(slot) = record.standing.get_mut(i) {
                *slot = Standing::Ended(outcome);
            }
        }
        Ok(())
    }

    /// Twice, with a pause: see `Apply::replace`.
    fn close_sessions(&self, writer: &mut dyn Writer, record: &RunRecord) -> Result<()> {
        if let Some((_, other)) = record.sessions.iter().find(|(_, user)| user != writer.user()) {
            let (run, us) = (&record.begin.run, writer.user());
            return Err(Error::failed(format!("run {run} was made as {other}, and {us} cannot close its sessions"))
                .hint(format!("log in as {other} to go on with it or to take it back")));
        }
        for round in 0..2 {
            if round > 0 {
                std::thread::sleep(self.pace.settle_pause);
            }
            let own = writer.session();
            for (session, _) in record.sessions.iter().filter(|(session, _)| *session != own) {
                writer.close_session(*session)?;
            }
        }
        Ok(())
    }

    fn tasks_are_over(&self, record: &RunRecord, steps: &[StepId]) -> Result<()> {
        // What submitted a build has done its work once there is a task.
        let tags = |id: &&StepId| {
            let step = record.steps.get(id.0).map(|step| &step.change);
            !matches!(step, Some(Change::Koji(KojiChange::Task(_))))
        };
        let tasks: Vec<TaskId> = steps.iter().filter(tags).filter_map(|id| record.tasks.get(id)).copied().collect();
        if tasks.is_empty() {
            return Ok(());
        }
        let seen = self.readers.koji.tasks(&tasks)?;
        match seen.into_iter().flatten().find(|task| !task.state.is_over()) {
            Some(task) => {
                Err(Error::not_now(format!("task {} of run {} is still waiting or running", task.id, record.begin.run))
                    .hint(format!("`flr koji watch-task {}` tells when it is over", task.id)))
            }
            None => Ok(()),
        }
    }
}
