// SPDX-License-Identifier: GPL-3.0-or-later
//! Rows for people and for `cut`, `awk` and `sort`.
//!
//! Columns are aligned, at least two blanks lie between them, and an empty cell is a dash, so a row
//! has the same number of words whatever it holds. Only the last column may hold blanks. The line
//! with the columns' names is shown on a terminal only.

use super::{Stdout, escape};
use std::io::IsTerminal;

/// Rows of `N` columns.
#[derive(Debug, Clone)]
pub struct Table<const N: usize> {
    names: [&'static str; N],
    rows: Vec<[Box<str>; N]>,
}

impl<const N: usize> Table<N> {
    /// No rows yet.
    pub fn new(names: [&'static str; N]) -> Self {
        Self { names, rows: Vec::new() }
    }

    /// Adds a row. Foreign text is welcome: it is escaped here.
    pub fn row(&mut self, cells: [&str; N]) {
        let mut place = 0;
        self.rows.push(cells.map(|cell| {
            place += 1;
            cell_text(cell, place == N)
        }));
    }

    /// Writes the rows, under their names if a person is looking.
    pub fn show(self, out: &mut Stdout) {
        self.write(out, std::io::stdout().is_terminal());
    }

    fn write(mut self, out: &mut Stdout, with_names: bool) {
        if with_names && !self.rows.is_empty() {
            self.rows.insert(0, self.names.map(Box::from));
        }
        let mut widths = [0; N];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let mut line = String::new();
        for row in &self.rows {
            if out.is_over() {
                return;
            }
            line.clear();
            for (place, (cell, width)) in row.iter().zip(widths).enumerate() {
                line.push_str(cell);
                if place + 1 < N {
                    let blanks = width - cell.chars().count() + 2;
                    line.extend(std::iter::repeat_n(' ', blanks));
                }
            }
            out.line(&line);
        }
    }
}

fn cell_text(cell: &str, last: bool) -> Box<str> {
    let cell = escape(cell);
    match &*cell {
        "" => "-".into(),
        text if !last && text.contains(char::is_whitespace) => text.replace(char::is_whitespace, "_").into(),
        text => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::stdout::tests::Caught;

    fn shown(with_names: bool, rows: &[[&str; 3]]) -> String {
        let mut table = Table::new(["build", "tag", "builder"]);
        for row in rows {
            table.row(*row);
        }
        let caught = Caught::default();
        let mut out = Stdout::onto(caught.clone());
        table.write(&mut out, with_names);
        out.finish().unwrap();
        caught.text()
    }

    #[test]
    fn columns_are_aligned_and_lines_do_not_end_in_blanks() {
        assert_eq!(
            shown(false, &[["bash-5.2-1.fc43", "f43", "kim"], ["a-1-1", "f43-updates", ""]]),
            "bash-5.2-1.fc43  f43          kim\n\
             a-1-1            f43-updates  -\n"
        );
    }

    #[test]
    fn names_stand_above_for_people() {
        assert_eq!(shown(true, &[["a-1-1", "f43", "kim"]]), "build  tag  builder\na-1-1  f43  kim\n");
        assert_eq!(shown(true, &[]), "");
    }

    #[test]
    fn foreign_cells_are_one_word_and_harmless() {
        assert_eq!(
            shown(false, &[["a\nb", "two words", "three \u{1b}[1mwords here"]]),
            "a\\u{a}b  two_words  three \\u{1b}[1mwords here\n"
        );
    }
}
