// SPDX-License-Identifier: GPL-3.0-or-later
//! The answer of a reading command: a table, or one JSON object a line.

use super::table::Table;
use super::{Stdout, json};
use serde::Serialize;

/// Rows of `N` columns on their way out.
#[derive(Debug)]
pub struct Rows<'a, const N: usize> {
    out: &'a mut Stdout,
    table: Option<Table<N>>,
}

impl<'a, const N: usize> Rows<'a, N> {
    /// No rows yet. As `json`, each goes out at once; a table has to see them all first.
    pub fn new(out: &'a mut Stdout, json: bool, names: [&'static str; N]) -> Self {
        Self { out, table: (!json).then(|| Table::new(names)) }
    }

    /// Adds one: `object` for machines, `cells` for people.
    pub fn add(&mut self, object: &impl Serialize, cells: [&str; N]) {
        match &mut self.table {
            Some(table) => table.row(cells),
            None => self.out.line(json::line(object)),
        }
    }

    /// Shows the rest.
    pub fn end(self) {
        if let Some(table) = self.table {
            table.show(self.out);
        }
        self.out.flush();
    }
}
