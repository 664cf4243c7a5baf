// SPDX-License-Identifier: GPL-3.0-or-later
use crate::names::RunId;

/// Take back what a run did
///
/// Only changes that the run made, and whose present state is still what it left, are taken back.
/// The undoing is itself a run.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr run undo 20261121-213007-4f1c --dry-run"))]
pub struct Args {
    /// Run to take back
    #[arg(value_name = "ID")]
    pub run: RunId,
}
