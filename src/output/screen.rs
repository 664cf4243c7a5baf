// SPDX-License-Identifier: GPL-3.0-or-later
//! Some lines on the terminal about something that goes on, drawn again when they change.

use super::human::thousands;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

/// Nothing in it is wider than the terminal: what is folded is not drawn over.
const LINES: &str = "{wide_bar} {pos}/{len}\n{msg}";

/// The lines; where nobody could see it there are none.
#[derive(Debug)]
pub struct Screen(Option<ProgressBar>);

impl Screen {
    /// On the terminal, if the result goes there too: else whoever reads the result wants lines in it.
    pub fn new(dumb_terminal: bool) -> Self {
        let seen = !dumb_terminal && std::io::stderr().is_terminal() && std::io::stdout().is_terminal();
        Self(seen.then(|| {
            let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
            // The template is fixed and tested; without it the bar has indicatif's own face.
            match ProgressStyle::with_template(LINES) {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            }
        }))
    }

    /// Whether there are any.
    pub fn is_there(&self) -> bool {
        self.0.is_some()
    }

    /// `over` of `total` in a bar, and a line for each of `rows`, a name and its count.
    pub fn show(&self, over: usize, total: usize, rows: &[(&'static str, usize)]) {
        if let Some(bar) = &self.0 {
            bar.set_message(table(rows));
            bar.set_length(total as u64);
            bar.set_position(over as u64);
            bar.tick();
        }
    }

    /// Takes the lines away.
    pub fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

/// The names below each other, and the counts.
fn table(rows: &[(&'static str, usize)]) -> String {
    let names = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let counts: Vec<String> = rows.iter().map(|(_, count)| thousands(*count)).collect();
    let width = counts.iter().map(String::len).max().unwrap_or_default();
    let lines = rows.iter().zip(&counts).map(|((name, _), count)| format!("{name:names$}  {count:>width$}"));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_have_a_sound_template() {
        assert!(ProgressStyle::with_template(LINES).is_ok());
    }

    #[test]
    fn counts_stand_below_each_other() {
        assert_eq!(table(&[("planned", 24_000), ("free", 7)]), "planned  24,000\nfree          7");
        assert_eq!(table(&[]), "");
    }
}
