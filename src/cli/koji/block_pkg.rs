// SPDX-License-Identifier: GPL-3.0-or-later
use crate::cli::list::Entry;
use crate::names::{PackageName, TagName};

/// Block packages in a tag
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Tag whose list is changed
    pub tag: TagName,
    /// Packages to block, or - to read them from standard input
    #[arg(required = true, value_name = "PKG")]
    pub packages: Vec<Entry<PackageName>>,
    /// Also untag every build of them
    #[arg(long)]
    pub untag: bool,
}
