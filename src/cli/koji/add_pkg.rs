// SPDX-License-Identifier: GPL-3.0-or-later
use crate::cli::list::Entry;
use crate::names::{PackageName, TagName, UserName};

/// Put packages on a tag's list
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Tag whose list is changed
    pub tag: TagName,
    /// Packages to add, or - to read them from standard input
    #[arg(required = true, value_name = "PKG")]
    pub packages: Vec<Entry<PackageName>>,
    /// Owner of the new entries
    #[arg(long, value_name = "USER")]
    pub owner: UserName,
}
