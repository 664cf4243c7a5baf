// SPDX-License-Identifier: GPL-3.0-or-later
//! Whether the records of each run make one story: intent, plan, changes, result.

use super::record::{Event, Record};
use super::runs::is_running;
use super::verify::{Place, What};
use std::collections::BTreeMap;

/// The runs of a log, by the number of their intents; `None` has ended.
#[derive(Debug, Default)]
pub(super) struct Stories(BTreeMap<u64, Option<Box<Story>>>);

#[derive(Debug)]
struct Story {
    at: Place,
    intent: Record,
    planned: Option<u64>,
    done: u64,
}

impl Stories {
    /// Adds a record; `first` is the number of the first record there is.
    pub(super) fn add(&mut self, at: &Place, record: Record, first: u64, mut wrong: impl FnMut(What, String)) {
        let (seq, event) = (record.seq, record.body.event);
        let name = event.as_str();
        match (event, record.body.intent) {
            (Event::Deny, None) => {}
            (Event::Intent, _) => {
                let story = Story { at: at.clone(), intent: record, planned: None, done: 0 };
                self.0.insert(seq, Some(Box::new(story)));
            }
            (_, None) => wrong(What::NoIntent, format!("the {name} of record {seq} names no intent")),
            // What it was about to do is in an older file.
            (_, Some(intent)) if intent < first => {}
            (_, Some(intent)) => match self.0.get_mut(&intent) {
                None => wrong(What::NoIntent, format!("the {name} of record {seq} names record {intent}, no intent")),
                Some(None) => wrong(What::Disagrees, format!("a {name} after the end of the run of record {intent}")),
                Some(Some(story)) => {
                    story.add(&record, wrong);
                    if event.ends_a_run() {
                        self.0.insert(intent, None);
                    }
                }
            },
        }
    }

    /// How many runs are still going on `host`, this one; the others without an end are findings.
    pub(super) fn end(self, host: Option<&str>, mut wrong: impl FnMut(&Place, What, String)) -> u64 {
        let mut running = 0;
        for Story { at, intent, .. } in self.0.into_values().flatten().map(|story| *story) {
            let here = host == Some(intent.host.as_str());
            if here && is_running(intent.pid, intent.mono) {
                running += 1;
                continue;
            }
            let (pid, caller) = (intent.pid, &intent.body.caller.name);
            let command = intent.body.command.as_deref().unwrap_or("something");
            let process = match here {
                true => format!("its process {pid} is gone"),
                false => format!("it was process {pid} on {}", intent.host),
            };
            let why = format!("{caller} was about to do {command} and no record says how it ended; {process}");
            wrong(&at, What::NoResult, why);
        }
        running
    }
}

impl Story {
    fn add(&mut self, record: &Record, mut wrong: impl FnMut(What, String)) {
        let (seq, body, begun) = (record.seq, &record.body, &self.intent.body);
        let mut disagree = |what: String| wrong(What::Disagrees, format!("record {seq}: {what}"));
        if body.caller.name != begun.caller.name || body.caller.uid != begun.caller.uid {
            disagree(format!("the caller is {}, in the intent {}", body.caller.name, begun.caller.name));
        }
        if let (Some(a), Some(b)) = (&body.run, &begun.run)
            && a != b
        {
            disagree(format!("the run is {a}, in the intent {b}"));
        }
        let outcomes = body.outcomes.unwrap_or_default();
        match body.event {
            Event::Plan => self.planned = Some(self.planned.unwrap_or(0).saturating_add(body.changes.unwrap_or(0))),
            Event::Change => {
                self.done = self.done.saturating_add(outcomes.done);
                match self.planned {
                    None => disagree("changes were made that were not planned".to_owned()),
                    Some(planned) if self.done > planned => {
                        disagree(format!("{} changes were made, {planned} were planned", self.done));
                    }
                    Some(_) => {}
                }
            }
            Event::Result if body.outcomes.is_some() && outcomes.done != self.done => {
                disagree(format!("the result says {} changes, the records of changes {}", outcomes.done, self.done));
            }
            _ => {}
        }
    }
}
