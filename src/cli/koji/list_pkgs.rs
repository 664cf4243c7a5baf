// SPDX-License-Identifier: GPL-3.0-or-later
use crate::names::{PackageName, TagName, UserName};

/// List the packages of a tag
///
/// The columns are package, the tag that has the entry, owner, and "blocked" or "-".
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Tag to look at
    pub tag: TagName,
    /// Also what the tag inherits
    #[arg(long)]
    pub inherit: bool,
    /// Only blocked packages
    #[arg(long, conflicts_with = "unblocked")]
    pub blocked: bool,
    /// Only packages that are not blocked
    #[arg(long)]
    pub unblocked: bool,
    /// Only packages of this owner
    #[arg(long, value_name = "USER")]
    pub owner: Option<UserName>,
    /// Only this package
    #[arg(long, value_name = "PKG")]
    pub package: Option<PackageName>,
}
