// SPDX-License-Identifier: GPL-3.0-or-later
use crate::cli::list::Entry;
use crate::names::Nvr;

/// Show builds
///
/// Builds that the hub does not know are named on standard error, and the exit code is then 10.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Builds to show, or - to read them from standard input
    #[arg(required = true, value_name = "NVR")]
    pub builds: Vec<Entry<Nvr>>,
}
