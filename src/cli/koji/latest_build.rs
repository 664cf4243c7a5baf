// SPDX-License-Identifier: GPL-3.0-or-later
use crate::cli::list::Entry;
use crate::names::{PackageName, TagName};

/// Show the latest builds of packages in a tag
///
/// Inherited builds count. A package without a build in the tag is named on standard error, and
/// the exit code is then 7. The columns are build, tag and builder.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Tag to look at
    pub tag: TagName,
    /// Packages, or - to read them from standard input
    #[arg(required = true, value_name = "PKG")]
    pub packages: Vec<Entry<PackageName>>,
}
