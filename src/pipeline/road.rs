// SPDX-License-Identifier: GPL-3.0-or-later
//! The road itself, from a request to a report.

use super::apply::{Unapplied, apply, tell};
use super::journal::{Begin, FORMAT, Journal, Record};
use super::operation::{Desk, Planner, Readers, Writers};
use super::store::{Standing, Store};
use super::{Agreed, Report, Stop, Ui, clock};
use crate::access::{Access, Allowed, Entered, Permitted};
use crate::names::{EventId, RunId};
use crate::plan::{Plan, Step, StepId};
use crate::{Error, Result};
use std::time::{Duration, Instant};

/// Everything a run needs besides its request.
pub struct Road<'a> {
    /// The services, for reading.
    pub readers: Readers<'a>,
    /// The services, for writing; logged in to when the first change is about to be made.
    pub writers: &'a dyn Writers,
    /// What the caller holds.
    pub access: &'a Access,
    /// The journals.
    pub store: &'a Store,
    /// The person at the other end.
    pub ui: &'a dyn Ui,
    /// The wish to stop.
    pub stop: Stop,
    /// Who asks, for the journal.
    pub caller: String,
    /// The koji profile, for the journal: a run is only resumed at the hub it began at.
    pub profile: String,
    /// How much at once, and how long to wait.
    pub pace: Pace,
}

/// How much at once, and how long to wait.
#[derive(Debug, Clone)]
pub struct Pace {
    /// Changes in one request. Small enough for Ctrl-C to be prompt, large enough for the hub not
    /// to wait for us: 200 take it under a second.
    pub batch: usize,
    /// Connections: 1 to 4.
    pub lanes: usize,
    /// Between the two logouts of a lost session.
    pub settle_pause: Duration,
    /// Between two looks at a task.
    pub task_poll: Duration,
    /// A confirmation that took longer is asked again if the plan has changed meanwhile.
    pub patience: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            batch: 200,
            lanes: 2,
            settle_pause: Duration::from_millis(1500),
            task_poll: Duration::from_secs(6),
            patience: Duration::from_secs(60),
        }
    }
}

/// How often work that somebody else added is taken up.
const ROUNDS: usize = 3;

/// A run whose steps have been applied.
pub(super) struct Going<'a> {
    pub run: &'a RunId,
    pub steps: Vec<Step>,
    pub standing: Vec<Standing>,
    /// What is ours is later than this event.
    pub since: EventId,
}

impl<'a> Road<'a> {
    /// The road of a program that acts for itself: it may do what the hub lets it do, and agrees to
    /// every plan. Set the other fields for anything else.
    pub fn new(desk: &'a Desk<'a>, store: &'a Store) -> Self {
        let profile = desk.hub.profile();
        Self {
            readers: Readers { koji: desk.hub },
            writers: desk,
            access: &Access::Personal,
            store,
            ui: &Agreed,
            stop: Stop::new(),
            caller: String::new(),
            profile: profile.name.clone(),
            pace: Pace { task_poll: profile.poll_interval, ..Pace::default() },
        }
    }
}

impl Road<'_> {
    /// Runs `request`; `dry_run` stops before anyone is asked.
    pub fn run(&self, request: &dyn Planner, dry_run: bool) -> Report {
        self.walk(request, dry_run, None)
    }

    /// As `run`; `undoes` is the run that this one takes back.
    pub(super) fn walk(&self, request: &dyn Planner, dry_run: bool, undoes: Option<&RunId>) -> Report {
        let mut report = Report::new(request.command(), dry_run);
        if let Err(error) = self.try_walk(request, undoes, &mut report) {
            report.fail(&error);
        }
        report.finish();
        report
    }

    fn try_walk(&self, request: &dyn Planner, undoes: Option<&RunId>, report: &mut Report) -> Result<()> {
        let allowed = self.access.allow(request.command(), &request.dimensions())?;
        let plan = self.plan(request)?;
        report.planned(&plan);
        if !plan.refused().is_empty() && !request.does_what_it_can() {
            return Err(refusal(&plan));
        }
        let mut permitted = self.access.permit(&allowed, plan)?;
        if report.dry_run || permitted.plan().is_empty() {
            return self.access.look(&permitted);
        }
        if !self.confirm(request, &allowed, &mut permitted, report)? {
            return Ok(());
        }
        self.goes_on()?;
        let run = allowed.run().cloned().map_or_else(clock::run_id, Ok)?;
        let entered = self.access.enter(&permitted, &run)?;
        let (run, journal, since) = self.begin(request, &entered, undoes)?;
        report.run = Some(run);
        let result = self.apply_all(request, &allowed, &entered, &journal, since, report);
        if let Err(error) = result {
            report.fail(&error);
        }
        self.end(&journal, report);
        Ok(())
    }

    /// Unless somebody wished to stop while the hub was read: he is not asked, and nothing is begun.
    pub(super) fn goes_on(&self) -> Result<()> {
        match self.stop.is_set() {
            true => Err(Error::failed("stopped by request, nothing was changed")),
            false => Ok(()),
        }
    }

    fn plan(&self, request: &dyn Planner) -> Result<Plan> {
        request.observe_and_plan(&self.readers)
    }

    /// Asks; after a long silence looks again, because the answer was to a plan of then. `false`:
    /// nothing is left to be done.
    fn confirm(
        &self,
        request: &dyn Planner,
        allowed: &Allowed,
        permitted: &mut Permitted,
        report: &mut Report,
    ) -> Result<bool> {
        let mut again = false;
        loop {
            self.goes_on()?;
            let asked = Instant::now();
            self.ui.confirm(permitted.plan(), again)?;
            if asked.elapsed() < self.pace.patience {
                return Ok(true);
            }
            let fresh = self.plan(request)?;
            if fresh == *permitted.plan() {
                return Ok(true);
            }
            self.ui.note("the hub has changed since the plan was shown");
            report.planned(&fresh);
            if !fresh.refused().is_empty() && !request.does_what_it_can() {
                return Err(refusal(&fresh));
            }
            *permitted = self.access.permit(allowed, fresh)?;
            if permitted.plan().is_empty() {
                return Ok(false);
            }
            again = true;
        }
    }

    fn begin(
        &self,
        request: &dyn Planner,
        entered: &Entered<'_>,
        undoes: Option<&RunId>,
    ) -> Result<(RunId, Journal, EventId)> {
        let since = self.readers.koji.last_event()?;
        let begin = Begin {
            v: FORMAT,
            run: entered.run().clone(),
            time: clock::now(),
            caller: self.caller.clone(),
            flr: env!("CARGO_PKG_VERSION").to_owned(),
            command: request.command().to_owned(),
            profile: self.profile.clone(),
            request: request.request()?,
            plan: entered.plan().clone(),
            plan_sha: entered.plan().digest(),
            since,
            undoes: undoes.cloned(),
        };
        self.stop.begin();
        let (run, journal) = self.store.begin(begin)?;
        Ok((run, journal, since))
    }

    fn apply_all(
        &self,
        request: &dyn Planner,
        allowed: &Allowed,
        entered: &Entered<'_>,
        journal: &Journal,
        since: EventId,
        report: &mut Report,
    ) -> Result<()> {
        let steps = entered.plan().steps().to_vec();
        let none_sent = vec![Standing::NotSent; steps.len()];
        let throttle = request.throttle();
        let wanted: Vec<StepId> = (0..steps.len()).map(StepId).collect();
        let unapplied = Unapplied { steps: &steps, wanted: &wanted, standing: none_sent, since, throttle };
        let applied = apply(self, journal, entered, unapplied);
        tell(report, &steps, &wanted, &applied);
        let going = Going { run: entered.run(), steps, standing: applied.standing, since };
        self.again(request, allowed, journal, going, report)
    }

    /// Takes up what somebody else has added to the work while it was done, where that matters.
    pub(super) fn again(
        &self,
        request: &dyn Planner,
        allowed: &Allowed,
        journal: &Journal,
        going: Going<'_>,
        report: &mut Report,
    ) -> Result<()> {
        let Going { run, mut steps, mut standing, since } = going;
        let throttle = request.throttle();
        for _ in 0..ROUNDS {
            if !request.repeats() || report.failed {
                return Ok(());
            }
            let more = self.plan(request)?;
            if !more.refused().is_empty() {
                report.planned_more(&more);
                return Err(Error::failed("somebody added to the work what cannot be done"));
            }
            if more.is_empty() {
                return Ok(());
            }
            let from = steps.len();
            let more = self.access.permit(allowed, more)?;
            let entered = self.access.enter(&more, run)?;
            let added: Vec<Step> = more
                .plan()
                .steps()
                .iter()
                .map(|s| Step { after: s.after.map(|StepId(i)| StepId(i + from)), ..s.clone() })
                .collect();
            self.ui.note(&format!("somebody added to the work meanwhile: {} more change(s)", added.len()));
            journal.append(&Record::More { steps: added.clone() })?;
            report.planned_more(more.plan());
            steps.extend(added);
            standing.resize(steps.len(), Standing::NotSent);
            let wanted: Vec<StepId> = (from..steps.len()).map(StepId).collect();
            let unapplied = Unapplied { steps: &steps, wanted: &wanted, standing, since, throttle };
            let applied = apply(self, journal, &entered, unapplied);
            tell(report, &steps, &wanted, &applied);
            standing = applied.standing;
        }
        if request.repeats() && !report.failed && !self.plan(request)?.is_empty() {
            return Err(Error::failed(format!("somebody keeps adding to the work: gave up after {ROUNDS} rounds"))
                .hint("run the command again"));
        }
        Ok(())
    }

    /// Records the end. If that fails, what was done stays done and the report says so.
    pub(super) fn end(&self, journal: &Journal, report: &mut Report) {
        report.finish();
        let end = Record::End { time: clock::now(), exit: report.exit_code(), msg: report.msg.clone() };
        if let Err(error) = journal.append(&end) {
            report.fail(&error);
        }
    }
}

/// How many items a message names before it counts the rest; the report holds them all.
const NAMED: usize = 100;

/// Everything that stands against the plan, at once, items with one reason together.
pub(super) fn refusal(plan: &Plan) -> Error {
    let mut by_reason: Vec<(&str, Vec<&str>)> = Vec::new();
    for item in plan.refused().iter().take(NAMED) {
        match by_reason.iter_mut().find(|(why, _)| *why == item.why) {
            Some((_, subjects)) => subjects.push(&item.subject),
            None => by_reason.push((&item.why, vec![&item.subject])),
        }
    }
    let mut told: Vec<String> =
        by_reason.iter().map(|(why, subjects)| format!("{}: {why}", subjects.join(", "))).collect();
    let rest = plan.refused().len().saturating_sub(NAMED);
    if rest > 0 {
        told.push(format!("and {rest} more"));
    }
    Error::failed(format!("cannot be done as asked, nothing was changed: {}", told.join("; ")))
}
