// SPDX-License-Identifier: GPL-3.0-or-later
use std::path::PathBuf;

/// Throw the practice hub's state away
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The hub's state is in this directory
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}
