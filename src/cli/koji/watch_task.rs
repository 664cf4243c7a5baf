// SPDX-License-Identifier: GPL-3.0-or-later
use crate::cli::list::Entry;
use crate::names::TaskId;

/// Follow tasks until all of them are over
///
/// Prints every change of state. The exit code is 0 if all closed, 7 if any failed or was canceled,
/// and 75 after Ctrl-C: still running.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Tasks to follow, or - to read them from standard input
    #[arg(required = true, value_name = "ID")]
    pub tasks: Vec<Entry<TaskId>>,
}
