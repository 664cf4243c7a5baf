// SPDX-License-Identifier: GPL-3.0-or-later
//! The person at the terminal: the plan and the question before a run, progress during it. All of
//! it on standard error.

use super::{Complaint, complain, escape, human};
use crate::error::Kind;
use crate::pipeline::Ui;
use crate::plan::Plan;
use crate::{Error, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::fmt::Write;
use std::fs::File;
use std::io::IsTerminal;
use std::sync::Mutex;

/// Who answers the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// `--yes` has answered it.
    Yes,
    /// A person, if there is a terminal; else nobody.
    Ask,
}

/// What the road says goes to the terminal, if there is one.
#[derive(Debug)]
pub struct Terminal {
    answer: Answer,
    bars: bool,
    bar: Mutex<Option<ProgressBar>>,
}

impl Terminal {
    /// Asks as `answer` says; shows bars only on a terminal that can move its cursor.
    pub fn new(answer: Answer, dumb_terminal: bool) -> Self {
        Self { answer, bars: !dumb_terminal && std::io::stderr().is_terminal(), bar: Mutex::new(None) }
    }

    fn with_bar(&self, act: impl FnOnce(&mut Option<ProgressBar>)) {
        // A thread that panicked while it drew leaves nothing behind that could be wrong.
        act(&mut self.bar.lock().unwrap_or_else(|poisoned| poisoned.into_inner()));
    }
}

impl Ui for Terminal {
    fn confirm(&self, plan: &Plan, again: bool) -> Result<()> {
        let changes = human::count(plan.steps().len(), "change");
        if self.answer == Answer::Yes {
            return if again {
                Err(not_confirmed("what is to be changed is no longer what --yes agreed to")
                    .hint("run it again to see the new plan"))
            } else {
                Ok(())
            };
        }
        if again {
            complain(Complaint::Note("the plan has changed in the meantime"));
        }
        show(plan, &changes);
        if !somebody_there() {
            let verb = if plan.steps().len() == 1 { "needs" } else { "need" };
            return Err(not_confirmed(&format!("{changes} {verb} a yes and there is no terminal to ask on"))
                .hint("pass --yes, or --dry-run to see the plan"));
        }
        ask(&format!("Make {changes}?"))
    }

    fn progress(&self, settled: usize, total: usize) {
        if !self.bars {
            return;
        }
        self.with_bar(|bar| {
            let bar = bar.get_or_insert_with(|| new_bar(total));
            bar.set_length(total as u64);
            bar.set_position(settled as u64);
        });
    }

    fn note(&self, text: &str) {
        self.with_bar(|bar| match bar {
            Some(bar) => bar.suspend(|| complain(Complaint::Note(text))),
            None => complain(Complaint::Note(text)),
        });
    }

    fn finished(&self) {
        self.with_bar(|bar| {
            if let Some(bar) = bar.take() {
                bar.finish_and_clear();
            }
        });
    }
}

/// The bar has what the numbers leave of the line: of a wrapped one a part would stay.
const BAR: &str = "{wide_bar} {pos}/{len} changes, {rate}, {eta} left";

/// Every terminal has these.
const DONE_AT_TO_DO: &str = "=> ";

fn new_bar(total: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
    // The template is fixed and tested; without it the bar has indicatif's own face.
    match ProgressStyle::with_template(BAR) {
        Ok(style) => bar.with_style(style.with_key("rate", rate).progress_chars(DONE_AT_TO_DO)),
        Err(_) => bar,
    }
}

fn rate(state: &ProgressState, text: &mut dyn Write) {
    // A bar that cannot be drawn is none.
    let _ = write!(text, "{:.0}/s", state.per_sec());
}

fn show(plan: &Plan, changes: &str) {
    let mut text = format!("{changes}:\n");
    for line in human::plan(plan) {
        text.push_str(&line);
        text.push('\n');
    }
    super::complain::say(&text);
}

/// Whether a question would be seen and could be answered. A list on standard input leaves the
/// terminal itself to answer on.
fn somebody_there() -> bool {
    std::io::stderr().is_terminal() && (std::io::stdin().is_terminal() || File::open("/dev/tty").is_ok())
}

fn ask(question: &str) -> Result<()> {
    let terminal = dialoguer::console::Term::stderr();
    let asked =
        dialoguer::Confirm::new().with_prompt(question).default(false).wait_for_newline(true).interact_on(&terminal);
    match asked {
        Ok(true) => Ok(()),
        Ok(false) => Err(not_confirmed("the answer was no")),
        Err(dialoguer::Error::IO(error)) => {
            // dialoguer hides the cursor and leaves it so when it is interrupted.
            let _ = terminal.show_cursor();
            let _ = terminal.write_line("");
            Err(match error.kind() {
                std::io::ErrorKind::Interrupted => not_confirmed("interrupted at the question"),
                _ => not_confirmed(&format!("the question could not be asked: {}", escape(&error.to_string())))
                    .hint("pass --yes, or --dry-run to see the plan"),
            })
        }
    }
}

fn not_confirmed(what: &str) -> Error {
    Error::new(Kind::NotConfirmed, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_agrees_once() {
        let ui = Terminal::new(Answer::Yes, true);
        assert_eq!(ui.confirm(&Plan::default(), false), Ok(()));
        let said = ui.confirm(&Plan::default(), true).unwrap_err();
        assert_eq!(said.kind, Kind::NotConfirmed);
    }

    #[test]
    fn the_bar_has_a_sound_template() {
        assert!(ProgressStyle::with_template(BAR).is_ok());
    }
}
