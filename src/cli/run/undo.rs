// SPDX-License-Identifier: GPL-3.0-or-later
use crate::names::RunId;

/// Take back what a run did
///
/// Only changes that the run made, and whose present state is still what it left, are taken back.
/// The undoing is itself a run.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Run to take back
    #[arg(value_name = "ID")]
    pub run: RunId,
}
