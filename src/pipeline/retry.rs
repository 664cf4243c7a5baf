// SPDX-License-Identifier: GPL-3.0-or-later
//! What of a run that did not end is still to be done. Pure.
//!
//! Builds of one package in a tag, or of the whole tag where a run minded that, are an ordered list,
//! and whatever is tagged goes to its end. What is behind a build that could not be tagged then has
//! to be tagged anew after it, although it is recorded as done.

use super::store::RunRecord;
use crate::access::Dimensions;
use crate::plan::{BuildChange, Change, Key, LeftOut, Plan, Step, StepId};
use std::collections::{BTreeSet, HashMap, HashSet};

/// What resume does with the steps of a run that are not finished.
pub(super) struct Retry {
    /// Those that are tried again, in the order of sending; the numbers of `more` follow the record's.
    pub steps: Vec<StepId>,
    /// Steps that were not planned then.
    pub more: Vec<Step>,
    /// What steps of the record wait for now: not for what is impossible meanwhile.
    pub waits: Vec<(StepId, Option<StepId>)>,
    /// Those that are dropped: why, and whether that leaves the state other than asked for.
    pub dropped: Vec<(LeftOut, bool)>,
}

impl Retry {
    /// `unfinished` steps of `record` against a `fresh` plan of the same request. `whole`: what others
    /// have added to the work since belongs to it.
    pub fn of(record: &RunRecord, unfinished: &[StepId], fresh: &Plan, about: &Dimensions, whole: bool) -> Self {
        let verdict = Verdict::of(fresh, about);
        let orders = disturbed(record, unfinished, fresh);
        let mut retry = Self { steps: Vec::new(), more: Vec::new(), waits: Vec::new(), dropped: Vec::new() };
        let mut open: HashMap<String, StepId> = HashMap::new();
        for &id in unfinished {
            let Some(step) = record.steps.get(id.0) else {
                continue;
            };
            let text = step.change.to_string();
            if !verdict.wanted.contains(&text) {
                retry.dropped.push(verdict.dropped(step));
            } else if open.insert(text, id).is_none() && !orders.contains(&step.key()) {
                retry.steps.push(id);
            }
        }
        for step in fresh.steps() {
            let text = step.change.to_string();
            let of_order = orders.contains(&step.key());
            let before = step.after.and_then(|StepId(before)| fresh.steps().get(before));
            let after = before.map(|before| open.get(&before.change.to_string()).copied());
            match open.get(&text) {
                Some(&id) => {
                    if of_order {
                        retry.steps.push(id);
                    }
                    // What it waits for may be news, which is not done: it waits for what it waited for.
                    retry.waits.extend((after != Some(None)).then(|| (id, after.flatten())));
                }
                None if whole || (of_order && minds_order(step)) => {
                    let id = StepId(record.steps.len() + retry.more.len());
                    open.insert(text, id);
                    retry.steps.push(id);
                    retry.more.push(Step { after: after.flatten(), ..step.clone() });
                }
                None => {}
            }
        }
        retry
    }

    fn retried<'a>(&'a self, record: &'a RunRecord) -> impl Iterator<Item = &'a Step> {
        let all = |id: &StepId| record.steps.get(id.0).or_else(|| self.more.get(id.0.checked_sub(record.steps.len())?));
        self.steps.iter().filter_map(all)
    }

    /// What is tried again, to be judged and agreed to.
    pub fn plan(&self, record: &RunRecord) -> Plan {
        let mut plan = Plan::default();
        for step in self.retried(record) {
            plan.push(step.change.clone());
        }
        plan
    }

    /// What the same request would do today beyond what was recorded and what is tried again.
    pub fn news(&self, record: &RunRecord, fresh: &Plan) -> Vec<String> {
        let text = |step: &Step| step.change.to_string();
        // A recorded change that is done is new again if somebody has taken it back since.
        let known = record.steps.iter().zip(&record.standing);
        let known = known.filter(|(step, standing)| !standing.is_reached() || leaves_no_trace(step));
        let known: HashSet<String> = known.map(|(step, _)| step).chain(self.retried(record)).map(text).collect();
        let new: Vec<String> = fresh.steps().iter().map(text).filter(|text| !known.contains(text)).collect();
        match new.first() {
            Some(first) => vec![format!(
                "{} change(s) are new since the run began and are not done, the first: {first}; run the command again for them",
                new.len()
            )],
            None => Vec::new(),
        }
    }
}

/// The orders of which something is unfinished, and in which more has to be done than that.
fn disturbed(record: &RunRecord, unfinished: &[StepId], fresh: &Plan) -> BTreeSet<Key> {
    let open = || unfinished.iter().filter_map(|id| record.steps.get(id.0));
    let texts: HashSet<String> = open().map(|step| step.change.to_string()).collect();
    let keys: BTreeSet<Key> = open().map(Step::key).collect();
    let more = |step: &&Step| minds_order(step) && !texts.contains(&step.change.to_string());
    fresh.steps().iter().filter(more).map(Step::key).filter(|key| keys.contains(key)).collect()
}

/// Whether it is planned for the sake of an order.
fn minds_order(step: &Step) -> bool {
    step.in_order || is_retagging(step)
}

fn is_retagging(step: &Step) -> bool {
    matches!(step.change.build(), Some(BuildChange::RetagBuild { .. }))
}

/// What a fresh plan says about single changes.
struct Verdict<'a> {
    wanted: HashSet<String>,
    refused: HashMap<&'a str, &'a str>,
    left_out: HashMap<&'a str, &'a str>,
    /// A tag or an owner that is gone stands against every change.
    against_all: Option<&'a LeftOut>,
}

impl<'a> Verdict<'a> {
    fn of(fresh: &'a Plan, about: &Dimensions) -> Self {
        let reasons = |items: &'a [LeftOut]| items.iter().map(|item| (&*item.subject, &*item.why)).collect();
        Self {
            wanted: fresh.steps().iter().map(|step| step.change.to_string()).collect(),
            refused: reasons(fresh.refused()),
            left_out: reasons(fresh.left_out()),
            against_all: fresh.refused().iter().find(|item| {
                about.all_tags().any(|tag| tag.as_str() == item.subject)
                    || about.users.iter().any(|user| user.as_str() == item.subject)
            }),
        }
    }

    /// Why a step is dropped, and whether that leaves the state other than asked for.
    fn dropped(&self, step: &Step) -> (LeftOut, bool) {
        let Change::Koji(change) = &step.change;
        let subject = change.subject();
        let (why, impossible) = if let Some(why) = self.refused.get(&*subject) {
            (format!("impossible now: {why}"), true)
        } else if let Some(item) = self.against_all {
            (format!("impossible now: {}: {}", item.subject, item.why), true)
        } else {
            ((*self.left_out.get(&*subject).unwrap_or(&"not needed any more")).to_owned(), false)
        };
        (LeftOut { subject: step.change.to_string(), why }, impossible)
    }
}

/// Whether a plan cannot see that it has been done: it is planned each time.
fn leaves_no_trace(step: &Step) -> bool {
    let Change::Koji(change) = &step.change;
    !change.can_be_read_back() || is_retagging(step)
}

#[cfg(test)]
mod tests {
    use super::super::Outcome;
    use super::super::journal::{Begin, FORMAT};
    use super::super::store::Standing;
    use super::*;
    use crate::names::{BuildId, EventId, TagName};
    use crate::plan::BuildRef;

    fn tag() -> TagName {
        "f43".parse().unwrap()
    }

    fn plan(nvrs: &[&str]) -> Plan {
        let mut plan = Plan::default();
        for nvr in nvrs {
            let build = BuildRef { nvr: nvr.parse().unwrap(), id: BuildId(1) };
            plan.push(BuildChange::TagBuild { tag: tag(), build });
        }
        plan
    }

    /// A run with these steps, each done or not.
    fn record(recorded: Plan, done: &[bool]) -> RunRecord {
        let steps = recorded.steps().to_vec();
        let standing = |done: &bool| if *done { Standing::Ended(Outcome::Done) } else { Standing::NotSent };
        RunRecord {
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
            standing: done.iter().map(standing).collect(),
            since: EventId(7),
            steps,
            tasks: Default::default(),
            sessions: Vec::new(),
            undone_by: None,
            resumed: Vec::new(),
            end: None,
            live: false,
        }
    }

    fn shown(record: &RunRecord, fresh: &Plan, whole: bool) -> Vec<String> {
        let unfinished = record.steps_that(|standing| !standing.is_reached());
        let retry = Retry::of(record, &unfinished, fresh, &Dimensions::new().tag(&tag()), whole);
        let retried = retry.steps.iter().zip(retry.retried(record)).map(|(id, step)| match id.0 < record.steps.len() {
            true => format!("again: {}", id.0),
            false => format!("more: {} {}", id.0, step.change),
        });
        let dropped = retry.dropped.iter().map(|(item, impossible)| {
            let failed = if *impossible { "failed" } else { "dropped" };
            format!("{failed}: {}: {}", item.subject, item.why)
        });
        retried.chain(dropped).chain(retry.news(record, fresh)).collect()
    }

    /// What becomes of a run that was to tag four builds and has tagged none.
    fn sorted(fresh: &Plan) -> Vec<String> {
        shown(&record(plan(&["a-1-1", "b-1-1", "c-1-1", "d-1-1"]), &[false; 4]), fresh, false)
    }

    fn build(nvr: &str) -> BuildRef {
        BuildRef { nvr: nvr.parse().unwrap(), id: BuildId(1) }
    }

    fn retag(nvr: &str) -> BuildChange {
        BuildChange::RetagBuild { tag: tag(), build: build(nvr) }
    }

    fn in_order(changes: &[BuildChange]) -> Plan {
        let mut plan = Plan::default();
        for change in changes {
            plan.push_in_order(change.clone());
        }
        plan
    }

    /// As of `set-compose-tag`: b was refused, and c was tagged anew behind a.
    #[test]
    fn what_is_behind_an_unfinished_change_is_done_again_in_its_order() {
        let tagged = |nvr: &str| BuildChange::TagBuild { tag: tag(), build: build(nvr) };
        let steps = [tagged("a-1-1"), tagged("b-1-1"), retag("c-1-1"), tagged("d-1-1")];
        let record = record(in_order(&steps), &[true, false, true, false]);
        let fresh = in_order(&[tagged("b-1-1"), retag("c-1-1"), tagged("d-1-1")]);
        let again = format!("more: 4 {}", retag("c-1-1"));
        assert_eq!(shown(&record, &fresh, false), ["again: 1", &again, "again: 3"]);
        // With nothing open there is nothing to be put in order, and with nothing behind it no more to do.
        let last = in_order(&[tagged("d-1-1")]);
        assert_eq!(shown(&record, &last, false)[0], "again: 3");
    }

    /// Builds of one package are such an order, those of another are not touched.
    #[test]
    fn an_order_is_that_of_a_package_otherwise() {
        let mut steps = plan(&["a-1-1"]);
        for nvr in ["a-2-1", "z-1-1"] {
            steps.push(retag(nvr));
        }
        let mut fresh = plan(&["a-1-1"]);
        for nvr in ["a-2-1", "z-1-1"] {
            fresh.push(retag(nvr));
        }
        let again = format!("more: 3 {}", retag("a-2-1"));
        assert_eq!(shown(&record(steps, &[false, true, true]), &fresh, false), ["again: 0", &again]);
    }

    /// Of what must not be there any more, whoever added it.
    #[test]
    fn what_others_have_added_belongs_to_work_that_repeats() {
        let (record, fresh) = (record(plan(&["a-1-1", "b-1-1"]), &[true, false]), plan(&["b-1-1", "new-1-1"]));
        assert_eq!(shown(&record, &fresh, true), ["again: 1", "more: 2 tag new-1-1 into f43"]);
        assert_eq!(shown(&record, &fresh, false).len(), 2, "otherwise it is news");
    }

    /// An impossible build does not keep out the one that was to follow it.
    #[test]
    fn a_step_waits_for_what_it_would_wait_for_today() {
        let mut steps = plan(&["a-1-1"]);
        steps.push_after(Some(StepId(0)), BuildChange::TagBuild { tag: tag(), build: build("a-2-1") });
        let mut fresh = plan(&["a-2-1"]);
        fresh.refuse("a-1-1", "the build is deleted");
        let record = record(steps, &[false, false]);
        let unfinished = [StepId(0), StepId(1)];
        let retry = Retry::of(&record, &unfinished, &fresh, &Dimensions::new(), false);
        assert_eq!((retry.steps, retry.waits), (vec![StepId(1)], vec![(StepId(1), None)]));
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
                "1 change(s) are new since the run began and are not done, the first: tag new-1-1 into f43; run the command again for them",
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
