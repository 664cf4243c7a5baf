// SPDX-License-Identifier: GPL-3.0-or-later
//! The judgement: does one clause cover a request whole?

use super::{Allow, Grant};
use crate::access::Dimensions;
use crate::access::effect::{sets, touched};
use crate::access::table::{Dimension, Effect};
use crate::error::Kind;
use crate::plan::Plan;
use crate::{Error, Result};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// So many words of a list are named in a refusal.
const NAMED: usize = 20;

/// What is asked, as far as the words say it.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// The command: `koji block-pkg`.
    pub command: &'a str,
    /// The options that are used, as they are written: `--untag`.
    pub options: &'a BTreeSet<String>,
    /// The typed arguments.
    pub dimensions: &'a Dimensions,
    /// Nothing will be changed.
    pub dry_run: bool,
    /// When.
    pub now: Timestamp,
}

/// Why something is not covered. Says what *this* user may do, never what others may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What was refused: `kim may not block packages in f42`.
    pub what: String,
    /// What he may.
    pub hint: String,
    /// The clause that came nearest.
    pub clause: Option<String>,
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Error::new(Kind::NotPermitted, refusal.what).hint(refusal.hint)
    }
}

/// A clause that does not cover a request: the later it stopped, the nearer it came.
struct Miss<'a> {
    depth: u8,
    clause: &'a Allow,
    what: String,
    covers: String,
}

impl Grant {
    /// The clauses of which each covers the words of a request whole, in the order of the file; if
    /// something is to be changed, those that only plan stand last.
    ///
    /// # Errors
    /// The refusal, if there is none.
    pub fn judge_words(&self, asked: &Asked<'_>) -> Result<Vec<&Allow>, Refusal> {
        if self.expires <= asked.now {
            return Err(Refusal {
                what: format!("the grant of {} has expired on {}", self.user, self.expires),
                hint: format!("ask {} to renew it", self.owner),
                clause: None,
            });
        }
        let clauses: Vec<&Allow> = self.allow.iter().filter(|clause| clause.command.name == asked.command).collect();
        if clauses.is_empty() {
            return Err(self.no_such_command(asked.command));
        }
        let (mut covering, mut nearest) = (Vec::new(), None::<Miss<'_>>);
        for clause in clauses {
            match clause.cover_words(asked) {
                Ok(()) => covering.push(clause),
                Err(miss) if nearest.as_ref().is_none_or(|near| near.depth < miss.depth) => nearest = Some(miss),
                Err(_) => {}
            }
        }
        match nearest {
            Some(miss) if covering.is_empty() => Err(self.missed(miss)),
            _ => {
                covering.sort_by_key(|clause| !asked.dry_run && !clause.confirm_not_needed);
                Ok(covering)
            }
        }
    }

    /// The first of `clauses` that covers every change of `plan`, with those made before in the same
    /// run.
    ///
    /// # Errors
    /// The refusal, if there is none.
    pub fn judge_plan<'a>(
        &self,
        clauses: &[&'a Allow],
        options: &BTreeSet<String>,
        plan: &Plan,
        before: u64,
    ) -> Result<&'a Allow, Refusal> {
        let mut nearest = None::<Miss<'_>>;
        for &clause in clauses {
            match clause.cover_plan(options, plan, before) {
                Ok(()) => return Ok(clause),
                Err(miss) if nearest.as_ref().is_none_or(|near| near.depth < miss.depth) => nearest = Some(miss),
                Err(_) => {}
            }
        }
        Err(match nearest {
            Some(miss) => self.missed(miss),
            None => self.no_such_command("this"),
        })
    }

    fn no_such_command(&self, command: &str) -> Refusal {
        let may: Vec<&str> = self.commands().iter().map(|command| command.name).collect();
        Refusal {
            what: format!("{} may not use {command}", self.user),
            hint: format!("the grant covers {}; see: flr access explain {}", may.join(", "), self.user),
            clause: None,
        }
    }

    fn missed(&self, miss: Miss<'_>) -> Refusal {
        let Miss { clause, what, covers, .. } = miss;
        Refusal {
            what: format!("{} may not {what}", self.user),
            hint: format!("the grant {} covers {covers}; see: flr access explain {}", clause.id, self.user),
            clause: Some(clause.id.clone()),
        }
    }
}

impl Allow {
    fn miss(&self, depth: u8, what: String, covers: String) -> Miss<'_> {
        Miss { depth, clause: self, what, covers }
    }

    fn cover_words(&self, asked: &Asked<'_>) -> Result<(), Miss<'_>> {
        let name = self.command.name;
        let stray: Vec<&str> =
            asked.options.iter().filter(|option| !self.options.contains(*option)).map(String::as_str).collect();
        if !stray.is_empty() {
            return Err(self.miss(0, format!("use {} with {name}", stray.join(", ")), self.listed_options()));
        }
        for dimension in Dimension::ALL {
            let words: Vec<String> =
                asked.dimensions.words().into_iter().filter(|(of, _)| *of == dimension).map(|(_, word)| word).collect();
            let out: Vec<&str> =
                words.iter().filter(|word| !self.covers(dimension, word)).map(String::as_str).collect();
            if !out.is_empty() {
                let what = format!("use {name} for the {} {}", plural(dimension, out.len()), few(&out));
                return Err(self.miss(1 + dimension as u8, what, self.told(dimension)));
            }
        }
        if !self.windows.is_empty() && !self.windows.iter().any(|window| window.holds(asked.now)) {
            let windows: Vec<String> = self.windows.iter().map(ToString::to_string).collect();
            return Err(self.miss(20, format!("use {name} now"), format!("{} UTC", windows.join(", "))));
        }
        if self.dry_run_only && !asked.dry_run {
            return Err(self.miss(21, format!("use {name} without --dry-run"), "plans only".into()));
        }
        Ok(())
    }

    fn cover_plan(&self, options: &BTreeSet<String>, plan: &Plan, before: u64) -> Result<(), Miss<'_>> {
        let effects: BTreeSet<Effect> = self.effects(options);
        for step in plan.steps() {
            let effect = Effect::of(&step.change);
            if !effects.contains(&effect) {
                let verbs: Vec<&str> = effects.iter().map(|effect| effect.verb()).collect();
                let what = format!("{} with {}: {}", effect.verb(), self.command.name, step.change);
                return Err(self.miss(0, what, verbs.join(", ")));
            }
            for (dimensions, word) in touched(&step.change) {
                let speaks = dimensions.iter().find(|dimension| self.values.contains_key(*dimension));
                if !speaks.is_some_and(|dimension| self.covers(*dimension, &word)) {
                    let dimension = speaks.or(dimensions.first()).copied().unwrap_or(Dimension::Tags);
                    let what = format!("{}: the {} {word} is not granted", step.change, dimension.noun());
                    return Err(self.miss(1 + dimension as u8, what, self.told(dimension)));
                }
            }
            for (dimension, word) in sets(&step.change) {
                if self.values.get(&dimension).is_some_and(|values| !values.cover(&word)) {
                    let what = format!("{}: the {} {word} is not granted", step.change, dimension.noun());
                    return Err(self.miss(1 + dimension as u8, what, self.told(dimension)));
                }
            }
        }
        let changes = before.saturating_add(plan.steps().len() as u64);
        if let Some(most) = self.per_run.filter(|most| changes > *most) {
            let what = format!("make {changes} changes in one run of {}", self.command.name);
            let s = if most == 1 { "" } else { "s" };
            return Err(self.miss(20, what, format!("{most} change{s} in a run")));
        }
        Ok(())
    }

    /// What whoever has a plan is told where nobody can say yes to it.
    pub fn needs_a_yes(&self) -> Error {
        let what = format!(
            "the plan needs a yes, and nobody is asked: the grant {} does not say confirm = \"not needed\"",
            self.id
        );
        Error::new(Kind::NotConfirmed, what).hint("--dry-run shows the plan")
    }

    /// The kinds of change that may be made with these options.
    pub fn effects(&self, options: &BTreeSet<String>) -> BTreeSet<Effect> {
        let used = self.command.options.iter().filter(|option| options.contains(option.name));
        self.command.effects.iter().copied().chain(used.flat_map(|option| option.effects.iter().copied())).collect()
    }

    fn covers(&self, dimension: Dimension, word: &str) -> bool {
        self.values.get(&dimension).is_some_and(|values| values.cover(word))
    }

    fn told(&self, dimension: Dimension) -> String {
        match self.values.get(&dimension) {
            Some(values) => format!("{dimension} {values}"),
            None => format!("no {dimension}"),
        }
    }

    fn listed_options(&self) -> String {
        if self.options.is_empty() {
            return "no options".into();
        }
        let options: Vec<&str> = self.options.iter().map(String::as_str).collect();
        format!("the options {}", options.join(", "))
    }
}

fn plural(dimension: Dimension, count: usize) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{}{s}", dimension.noun())
}

fn few(words: &[&str]) -> String {
    let named: Vec<&str> = words.iter().take(NAMED).copied().collect();
    match words.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        rest => format!("{} and {rest} more", named.join(", ")),
    }
}
