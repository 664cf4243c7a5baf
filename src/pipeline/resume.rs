// SPDX-License-Identifier: GPL-3.0-or-later
//! Going on with a run that did not end, and taking one back.

use super::apply::{Unapplied, apply, open, tell};
use super::journal::{Journal, Record};
use super::operation::Operation;
use super::road::Road;
use super::settle::{Found, Settler};
use super::store::{RunRecord, Standing};
use super::undo::UndoRun;
use super::{Outcome, Report, clock};
use crate::access::Dimensions;
use crate::koji::Writer;
use crate::names::{RunId, TaskId, UserName};
use crate::ops::recall;
use crate::plan::{Change, KojiChange, LeftOut, Plan, SigningChange, StepId};
use crate::{Error, Result};
use std::collections::{HashMap, HashSet};

impl Road<'_> {
    /// Goes on with `run`: a fresh plan from the recorded request, restricted to what is recorded as
    /// unfinished. What the world has made unnecessary or impossible meanwhile is dropped, with the
    /// reason; what is new is reported, not done.
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
        let request = recall(&record.begin.command, record.begin.request.clone())?;
        self.access.allow("run resume", &Dimensions::new().run(run))?;
        let allowed = self.access.allow(request.command(), &request.dimensions())?;
        self.settle_open(&journal, &mut record, report.dry_run)?;
        let unfinished = record.steps_that(|standing| !standing.is_reached());
        if unfinished.is_empty() {
            return self.close(&journal, &record, report);
        }
        let fresh = request.observe_and_plan(&self.readers)?;
        let (retry, dropped) = sort_out(&record, &unfinished, &fresh, &request.dimensions());
        let mut plan = Plan::default();
        for step in retry.iter().filter_map(|id| record.steps.get(id.0)) {
            plan.push(step.change.clone());
        }
        let permitted = self.access.permit(&allowed, plan)?;
        report.planned(permitted.plan());
        report.skipped = dropped.iter().map(|(item, _)| item.clone()).collect();
        report.failed |= dropped.iter().any(|(_, impossible)| *impossible);
        report.notes.extend(news(&record, &fresh));
        if report.dry_run {
            return self.access.look(&permitted);
        }
        if retry.is_empty() {
            return self.close(&journal, &record, report);
        }
        self.ui.confirm(permitted.plan(), false)?;
        let entered = self.access.enter(&permitted, run)?;
        let dropped = dropped.into_iter().map(|(item, _)| item).collect();
        journal.append(&Record::Resume {
            time: clock::now(),
            caller: self.caller.clone(),
            steps: retry.clone(),
            dropped,
        })?;
        let unapplied = Unapplied {
            steps: &record.steps,
            wanted: &retry,
            standing: record.standing,
            since: record.begin.since,
            throttle: request.throttle(),
        };
        let applied = apply(self, &journal, &entered, unapplied);
        tell(report, &record.steps, &retry, &applied);
        self.end(&journal, report);
        Ok(())
    }

    /// Nothing is left to do: says so in the journal, if it does not say it yet.
    fn close(&self, journal: &Journal, record: &RunRecord, report: &mut Report) -> Result<()> {
        if !report.dry_run && !matches!(record.end, Some((_, 0, _))) {
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
        let found =
            Settler { reader: self.readers.koji, user: user.as_ref(), since: record.begin.since }.look(&changes)?;
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

/// Which unfinished steps are still to be done, and which are dropped: why, and whether that leaves
/// the state other than asked for.
fn sort_out(
    record: &RunRecord,
    unfinished: &[StepId],
    fresh: &Plan,
    about: &Dimensions,
) -> (Vec<StepId>, Vec<(LeftOut, bool)>) {
    let wanted: HashSet<String> = fresh.steps().iter().map(|step| step.change.to_string()).collect();
    let reasons = |items: &[LeftOut]| {
        items.iter().map(|item| (item.subject.clone(), item.why.clone())).collect::<HashMap<_, _>>()
    };
    let (refused, left_out) = (reasons(fresh.refused()), reasons(fresh.left_out()));
    // A tag or an owner that is gone stands against every change.
    let against_all = fresh.refused().iter().find(|item| {
        about.all_tags().any(|tag| tag.as_str() == item.subject)
            || about.users.iter().any(|user| user.as_str() == item.subject)
    });
    let (mut retry, mut dropped) = (Vec::new(), Vec::new());
    for &id in unfinished {
        let Some(step) = record.steps.get(id.0) else {
            continue;
        };
        let text = step.change.to_string();
        let Change::Koji(change) = &step.change;
        let subject = change.subject();
        if wanted.contains(&text) {
            retry.push(id);
        } else if let Some(why) = refused.get(&subject) {
            dropped.push((LeftOut { subject: text, why: format!("impossible now: {why}") }, true));
        } else if let Some(item) = against_all {
            dropped.push((
                LeftOut { subject: text, why: format!("impossible now: {}: {}", item.subject, item.why) },
                true,
            ));
        } else {
            let why = left_out.get(&subject).map_or("not needed any more", String::as_str);
            dropped.push((LeftOut { subject: text, why: why.to_owned() }, false));
        }
    }
    (retry, dropped)
}

/// What the same request would do today beyond what was recorded.
fn news(record: &RunRecord, fresh: &Plan) -> Vec<String> {
    // A recorded change that is done is new again if somebody has taken it back since.
    // Whether a signed copy is written the hub does not tell: it is planned in every run.
    let untold =
        |change: &Change| matches!(change, Change::Koji(KojiChange::Signing(SigningChange::WriteSigned { .. })));
    let expected = record.steps.iter().zip(&record.standing);
    let expected = expected.filter(|(step, standing)| !standing.is_reached() || untold(&step.change));
    let known: HashSet<String> = expected.map(|(step, _)| step.change.to_string()).collect();
    let new: Vec<String> =
        fresh.steps().iter().map(|step| step.change.to_string()).filter(|text| !known.contains(text)).collect();
    match new.first() {
        Some(first) => vec![format!(
            "{} change(s) are new since the run began and are not done, the first: {first}; run the command again for them",
            new.len()
        )],
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::journal::{Begin, FORMAT};
    use super::*;
    use crate::names::{BuildId, EventId, TagName};
    use crate::plan::{BuildRef, KojiChange};

    fn tag() -> TagName {
        "f43".parse().unwrap()
    }

    fn plan(nvrs: &[&str]) -> Plan {
        let mut plan = Plan::default();
        for nvr in nvrs {
            let build = BuildRef { nvr: nvr.parse().unwrap(), id: BuildId(1) };
            plan.push(KojiChange::TagBuild { tag: tag(), build });
        }
        plan
    }

    /// What becomes of a run that was to tag four builds and has tagged none.
    fn sorted(fresh: &Plan) -> Vec<String> {
        let recorded = plan(&["a-1-1", "b-1-1", "c-1-1", "d-1-1"]);
        let steps = recorded.steps().to_vec();
        let record = RunRecord {
            begin: Begin {
                v: FORMAT,
                run: "r-1".parse().unwrap(),
                time: "2026-11-21T20:00:00Z".into(),
                caller: "kim".into(),
                flr: "0.1.0".into(),
                command: "koji tag-build".into(),
                profile: "practice".into(),
                request: serde_json::json!({}),
                plan_sha: recorded.digest(),
                plan: recorded,
                since: EventId(7),
                undoes: None,
            },
            standing: vec![Standing::NotSent; steps.len()],
            steps,
            tasks: Default::default(),
            sessions: Vec::new(),
            undone_by: None,
            resumed: Vec::new(),
            end: None,
            live: false,
        };
        let unfinished: Vec<_> = (0..4).map(StepId).collect();
        let about = Dimensions::new().tag(&tag());
        let (retry, dropped) = sort_out(&record, &unfinished, fresh, &about);
        let retried = retry.iter().map(|id| format!("again: {}", id.0));
        let dropped = dropped.iter().map(|(item, impossible)| {
            let failed = if *impossible { "failed" } else { "dropped" };
            format!("{failed}: {}: {}", item.subject, item.why)
        });
        retried.chain(dropped).collect()
    }

    #[test]
    fn each_unfinished_change_is_tried_again_or_has_a_reason() {
        let mut fresh = plan(&["a-1-1", "new-1-1"]);
        fresh.refuse("b-1-1", "package b is blocked in f43");
        fresh.leave_out("c-1-1", "already in f43");
        assert_eq!(
            sorted(&fresh),
            [
                "again: 0",
                "failed: tag b-1-1 into f43: impossible now: package b is blocked in f43",
                "dropped: tag c-1-1 into f43: already in f43",
                "dropped: tag d-1-1 into f43: not needed any more",
            ]
        );
    }

    /// "Not needed any more" would end such a run well.
    #[test]
    fn a_tag_that_is_gone_stands_against_every_change() {
        let mut fresh = Plan::default();
        fresh.refuse("f43", "the hub has no such tag");
        fresh.leave_out("c-1-1", "it is named more than once");
        let expected = ["a", "b", "c", "d"]
            .map(|name| format!("failed: tag {name}-1-1 into f43: impossible now: f43: the hub has no such tag"));
        assert_eq!(sorted(&fresh), expected);
    }
}
