// SPDX-License-Identifier: GPL-3.0-or-later
use crate::cli::list::Entry;
use crate::names::Nvr;

/// List the tags that builds are in
///
/// Tags that only inherit a build are not listed; those where the build's package is blocked are.
/// The columns are build and tag. Builds that the hub does not know are named on standard error,
/// and the exit code is then 10.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Builds to look for, or - to read them from standard input
    #[arg(required = true, value_name = "NVR")]
    pub builds: Vec<Entry<Nvr>>,
}
