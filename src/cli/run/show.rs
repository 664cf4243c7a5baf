// SPDX-License-Identifier: GPL-3.0-or-later
use crate::names::RunId;

/// Show what one run did
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Run to show
    #[arg(value_name = "ID")]
    pub run: RunId,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}
