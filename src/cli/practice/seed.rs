// SPDX-License-Identifier: GPL-3.0-or-later
use std::path::PathBuf;

/// Fill the practice hub anew
///
/// What it held is thrown away.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How much: a handful of packages, or 24,000 as in Fedora
    #[arg(value_enum)]
    pub size: Size,
    /// The hub's state is in this directory
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// How much the hub holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Size {
    Small,
    Fedora,
}
