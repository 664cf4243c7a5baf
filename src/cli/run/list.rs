// SPDX-License-Identifier: GPL-3.0-or-later
use crate::names::UserName;

/// List what flr has done, newest first
///
/// The columns are run, when it began (UTC), who ran it, how it ended, and the command.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only runs since then: a date, 2026-11-21, or a time, 2026-11-21T21:30:00Z
    #[arg(long, value_name = "WHEN")]
    pub since: Option<String>,
    /// Only runs of this command, as in "koji tag-build"
    #[arg(long, value_name = "COMMAND")]
    pub command: Option<String>,
    /// Only runs of this user
    #[arg(long, value_name = "NAME")]
    pub user: Option<UserName>,
    /// Print one JSON object a line
    #[arg(long)]
    pub json: bool,
}
