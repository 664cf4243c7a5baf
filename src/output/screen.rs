// SPDX-License-Identifier: GPL-3.0-or-later
//! One line on the terminal about something that goes on, drawn again when it changes.

use super::escape;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

const LINE: &str = "{bar:30} {pos}/{len} {msg}";

/// The line; where nobody could see it there is none.
#[derive(Debug)]
pub struct Screen(Option<ProgressBar>);

impl Screen {
    /// On the terminal, if the result goes there too: else whoever reads the result wants lines in it.
    pub fn new(dumb_terminal: bool) -> Self {
        let seen = !dumb_terminal && std::io::stderr().is_terminal() && std::io::stdout().is_terminal();
        Self(seen.then(|| {
            let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
            // The template is fixed and tested; without it the bar has indicatif's own face.
            match ProgressStyle::with_template(LINE) {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            }
        }))
    }

    /// Whether there is a line.
    pub fn is_there(&self) -> bool {
        self.0.is_some()
    }

    /// `over` of `total`, and some words.
    pub fn show(&self, over: usize, total: usize, words: &str) {
        if let Some(bar) = &self.0 {
            bar.set_length(total as u64);
            bar.set_position(over as u64);
            bar.set_message(escape(words).into_owned());
            bar.tick();
        }
    }

    /// Takes the line away.
    pub fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_has_a_sound_template() {
        assert!(ProgressStyle::with_template(LINE).is_ok());
    }
}
