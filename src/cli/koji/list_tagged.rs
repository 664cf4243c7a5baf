// SPDX-License-Identifier: GPL-3.0-or-later
use crate::names::{EventId, PackageName, TagName};

/// List the builds that koji calls tagged
///
/// Builds whose package is blocked in the tag or not on its list are missing: koji hides them.
/// The columns are build, tag and builder; the newest tagging comes first.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Tag to look at
    pub tag: TagName,
    /// Only the newest build of each package
    #[arg(long)]
    pub latest: bool,
    /// Also what the tag inherits
    #[arg(long)]
    pub inherit: bool,
    /// As it was at this event
    #[arg(long, value_name = "EVENT")]
    pub event: Option<EventId>,
    /// Only builds of this package
    #[arg(long, value_name = "PKG")]
    pub package: Option<PackageName>,
    /// Only builds of this type: rpm, image, maven, module …
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<String>,
}
