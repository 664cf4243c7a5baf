// SPDX-License-Identifier: GPL-3.0-or-later
use crate::names::RunId;

/// Finish a run that did not come to its end
///
/// Plans the recorded request anew and does what is left of the recorded changes, nothing else.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Run to finish
    #[arg(value_name = "ID")]
    pub run: RunId,
}
