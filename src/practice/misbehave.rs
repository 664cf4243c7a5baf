// SPDX-License-Identifier: GPL-3.0-or-later
//! Accidents on request: a queue of rules, each saying when and what.

use super::store::lock;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// When a rule acts. Everything is counted from the moment the rule is made, beginning with 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum When {
    /// At the n-th request.
    Request(u64),
    /// At the n-th request that changes something other than sessions.
    Writing(u64),
    /// At the n-th request that calls this method, itself or in a multicall.
    Method {
        /// The hub's method.
        name: String,
        /// Which of these requests.
        nth: u64,
    },
    /// At the n-th changing call, members of multicalls counted singly. What is done to a whole
    /// request is done to the one that holds it.
    Change(u64),
}

/// What a rule does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum What {
    /// The connection is closed before anything is run.
    DropBefore,
    /// It is run and committed; the connection is closed without an answer.
    DropAfter,
    /// It is run and committed; half of the answer is sent and the connection closed.
    HalfAnswer,
    /// Milliseconds between running and committing, the session held; the client may be gone by then.
    DelayCommit(u64),
    /// Milliseconds between committing and answering.
    DelayAnswer(u64),
    /// An HTTP status with an HTML page instead of running it.
    HttpBefore(u16),
    /// It is run and committed; an HTTP status with an HTML page is the answer.
    HttpAfter(u16),
    /// It is run and committed; the answer is 200 with an HTML page.
    Html,
    /// It is run and committed; the answer has this content type.
    ContentType(String),
    /// It is not run; the answer is a text of about this many bytes.
    HugeAnswer(u64),
    /// The session expires first: fault 1007 until it is renewed.
    Expire,
    /// The session is closed first: fault 1002.
    CloseSession,
    /// It is not run; fault 1014 with this text.
    Offline(String),
    /// The change fails with this fault; others of the request are not touched.
    Fail {
        /// koji's number.
        code: i64,
        /// The hub's words.
        text: String,
    },
    /// The change and all later ones of the request fail with code 1, "deadlock detected".
    Deadlock,
    /// Somebody else's changes happen first.
    Meanwhile {
        /// Who makes them.
        user: String,
        /// Method and positional arguments of each.
        calls: Vec<(String, Vec<Value>)>,
    },
    /// A second copy of it arrives at the same instant: both run, the second one is answered.
    Twice,
}

/// One accident to come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Misbehaviour {
    /// When it begins.
    pub when: When,
    /// What happens.
    pub what: What,
    /// How many times in a row, from the first one on.
    #[serde(default = "once")]
    pub times: u64,
}

fn once() -> u64 {
    1
}

impl Misbehaviour {
    /// Once.
    pub fn new(when: When, what: What) -> Self {
        Self { when, what, times: 1 }
    }

    /// `times` times in a row.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = times;
        self
    }
}

/// What one change suffers.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Trouble {
    Fault { code: i64, text: String },
    Deadlock,
}

/// What one request suffers, in the order it was asked for.
#[derive(Debug, Default)]
pub(super) struct Acts {
    pub whole: Vec<What>,
    /// By the place of the change in the request, beginning with 0.
    pub changes: BTreeMap<u64, Trouble>,
}

/// What the rules are matched against.
#[derive(Debug)]
pub(super) struct Seen<'r> {
    /// All methods of the request, those of multicalls included.
    pub methods: &'r [String],
    /// How many of them change something.
    pub changes: u64,
}

#[derive(Debug)]
struct Rule {
    asked: Misbehaviour,
    /// What has gone by: requests or changes, as the rule counts.
    seen: u64,
    done: u64,
}

/// The queue.
#[derive(Debug, Default)]
pub(super) struct Rules(Mutex<Vec<Rule>>);

impl Rules {
    pub(super) fn add(&self, asked: Misbehaviour) {
        lock(&self.0).push(Rule { asked, seen: 0, done: 0 });
    }

    pub(super) fn clear(&self) {
        lock(&self.0).clear();
    }

    /// The rules that have not acted as often as they should.
    pub(super) fn pending(&self) -> Vec<Misbehaviour> {
        lock(&self.0)
            .iter()
            .map(|rule| Misbehaviour { times: rule.asked.times.saturating_sub(rule.done), ..rule.asked.clone() })
            .collect()
    }

    /// Counts a request and says what it suffers. Rules that are through are forgotten.
    pub(super) fn meet(&self, seen: &Seen<'_>) -> Acts {
        let mut rules = lock(&self.0);
        let mut acts = Acts::default();
        for rule in rules.iter_mut() {
            rule.meet(seen, &mut acts);
        }
        rules.retain(|rule| rule.done < rule.asked.times);
        acts
    }
}

impl Rule {
    fn meet(&mut self, seen: &Seen<'_>, acts: &mut Acts) {
        let (step, nth) = match &self.asked.when {
            When::Request(nth) => (1, *nth),
            When::Writing(nth) => (u64::from(seen.changes > 0), *nth),
            When::Method { name, nth } => (u64::from(seen.methods.contains(name)), *nth),
            When::Change(nth) => (seen.changes, *nth),
        };
        let before = self.seen;
        self.seen = before.saturating_add(step);
        // The rule begins at `nth` and holds for `times` in a row.
        let first = nth.saturating_add(self.done).max(before + 1);
        if first > self.seen {
            return;
        }
        let trouble = match &self.asked.what {
            What::Fail { code, text } => Trouble::Fault { code: *code, text: text.clone() },
            What::Deadlock => Trouble::Deadlock,
            whole => {
                acts.whole.push(whole.clone());
                self.done += 1;
                return;
            }
        };
        if !matches!(self.asked.when, When::Change(_)) {
            if seen.changes > 0 {
                acts.changes.insert(0, trouble);
                self.done += 1;
            }
            return;
        }
        for at in first..=self.seen {
            if self.done < self.asked.times {
                acts.changes.insert(at - before - 1, trouble.clone());
                self.done += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meet(rules: &Rules, methods: &[&str], changes: u64) -> Acts {
        let methods: Vec<String> = methods.iter().map(|m| (*m).to_owned()).collect();
        rules.meet(&Seen { methods: &methods, changes })
    }

    #[test]
    fn a_rule_acts_at_its_time_and_is_then_gone() {
        let rules = Rules::default();
        rules.add(Misbehaviour::new(When::Writing(2), What::DropAfter));
        assert!(meet(&rules, &["getTag"], 0).whole.is_empty());
        assert!(meet(&rules, &["massTag"], 1).whole.is_empty());
        assert_eq!(rules.pending().len(), 1);
        assert!(meet(&rules, &["getTag"], 0).whole.is_empty());
        assert_eq!(meet(&rules, &["massTag"], 1).whole, [What::DropAfter]);
        assert!(rules.pending().is_empty());
        assert!(meet(&rules, &["massTag"], 1).whole.is_empty());
    }

    #[test]
    fn times_in_a_row() {
        let rules = Rules::default();
        rules.add(Misbehaviour::new(When::Request(2), What::HttpBefore(503)).times(2));
        let acted: Vec<bool> = (0..4).map(|_| !meet(&rules, &["getTag"], 0).whole.is_empty()).collect();
        assert_eq!(acted, [false, true, true, false]);
    }

    #[test]
    fn the_nth_change_is_found_inside_its_batch() {
        let rules = Rules::default();
        let fail = What::Fail { code: 1003, text: "no".into() };
        rules.add(Misbehaviour::new(When::Change(5), fail).times(2));
        assert!(meet(&rules, &["tagBuildBypass"], 3).changes.is_empty());
        let acts = meet(&rules, &["tagBuildBypass"], 3);
        assert_eq!(acts.changes.keys().copied().collect::<Vec<_>>(), [1, 2]);
        assert!(rules.pending().is_empty());
    }

    #[test]
    fn a_rule_for_a_method_counts_only_that() {
        let rules = Rules::default();
        let when = When::Method { name: "logout".into(), nth: 1 };
        rules.add(Misbehaviour::new(when, What::DropBefore));
        assert!(meet(&rules, &["login"], 0).whole.is_empty());
        assert_eq!(meet(&rules, &["multiCall", "logout"], 0).whole, [What::DropBefore]);
    }

    #[test]
    fn rules_are_read_from_json() {
        let rule: Misbehaviour = serde_json::from_str(
            r#"{"when": {"change": 7}, "what": {"fail": {"code": 1004, "text": "tag is locked"}}}"#,
        )
        .unwrap();
        assert_eq!(rule.when, When::Change(7));
        assert_eq!(rule.times, 1);
        let rule: Misbehaviour =
            serde_json::from_str(r#"{"when": {"writing": 1}, "what": "drop-after", "times": 3}"#).unwrap();
        assert_eq!(rule.what, What::DropAfter);
        assert!(serde_json::from_str::<Misbehaviour>(r#"{"when": {"request": 1}, "what": "explode"}"#).is_err());
    }
}
