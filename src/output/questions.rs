// SPDX-License-Identifier: GPL-3.0-or-later
//! More questions, one after another, for whoever fills in a form at a terminal.

use super::escape;
use crate::error::Kind;
use crate::pipeline::Stop;
use crate::{Error, Result};
use dialoguer::console::Term;
use dialoguer::{Confirm, Input, MultiSelect, Select};
use std::io::{IsTerminal, stderr, stdin};

/// dialoguer counts on a column more than none.
const NARROWEST: u16 = 10;

/// Somebody at a terminal. Questions go to standard error.
#[derive(Debug)]
pub struct Questions {
    terminal: Term,
    stop: Stop,
}

impl Questions {
    /// Whether somebody is there to be asked, at a terminal that is wide enough to write on.
    pub fn somebody_there() -> bool {
        stdin().is_terminal() && stderr().is_terminal() && Term::stderr().size().1 >= NARROWEST
    }

    /// Questions until `stop` is set.
    pub fn new(stop: Stop) -> Self {
        Self { terminal: Term::stderr(), stop }
    }

    /// A line of text, asked for until it is `fine`. What stands there already can be changed.
    ///
    /// # Errors
    /// [`Kind::NotConfirmed`]: Ctrl-C, here as everywhere.
    pub fn line(&self, prompt: &str, there: &str, fine: impl Fn(&str) -> Result<(), String>) -> Result<String> {
        let fine = |text: &String| fine(text.trim()).map_err(|why| escape(&why).into_owned());
        let input = Input::<String>::new().with_prompt(prompt).with_initial_text(there).allow_empty(true);
        let typed = self.ask(|terminal| input.validate_with(fine).interact_text_on(terminal))?;
        Ok(typed.trim().to_owned())
    }

    /// The place of one of `items`.
    pub fn one_of(&self, prompt: &str, items: &[String]) -> Result<usize> {
        self.ask(|terminal| {
            Select::new().with_prompt(with_keys(prompt, "")).items(items).default(0).interact_on(terminal)
        })
    }

    /// The places of some of `items`; `some`: at least one.
    pub fn some_of(&self, prompt: &str, items: &[String], some: bool) -> Result<Vec<usize>> {
        loop {
            let prompt = with_keys(prompt, "space chooses, ");
            let chosen =
                self.ask(|terminal| MultiSelect::new().with_prompt(prompt).items(items).interact_on(terminal))?;
            if !some || !chosen.is_empty() {
                return Ok(chosen);
            }
        }
    }

    /// Yes or no.
    pub fn yes(&self, prompt: &str) -> Result<bool> {
        let confirm = Confirm::new().with_prompt(prompt).default(false).wait_for_newline(true);
        self.ask(|terminal| confirm.interact_on(terminal))
    }

    fn ask<T>(&self, question: impl FnOnce(&Term) -> dialoguer::Result<T>) -> Result<T> {
        let interrupted = || Error::new(Kind::NotConfirmed, "interrupted at the question");
        if self.stop.is_set() {
            return Err(interrupted());
        }
        question(&self.terminal).map_err(|dialoguer::Error::IO(error)| {
            // dialoguer hides the cursor and leaves it so when it is interrupted.
            let _ = self.terminal.show_cursor();
            let _ = self.terminal.write_line("");
            match error.kind() {
                std::io::ErrorKind::Interrupted => interrupted(),
                _ => Error::new(Kind::NotConfirmed, format!("the question could not be asked: {error}")),
            }
        })
    }
}

fn with_keys(prompt: &str, more: &str) -> String {
    format!("{prompt} ({more}arrows move, enter goes on)")
}
