// SPDX-License-Identifier: GPL-3.0-or-later
use crate::names::{EventId, Nvr, PackageName, TagName};

/// List what happened to a tag: tagged, untagged, added, blocked, when, by whom
///
/// Oldest first. The columns are time (UTC), event, what happened, build or package, tag, and by
/// whom.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Tag to look at
    pub tag: TagName,
    /// Only what happened to this package and its builds
    #[arg(long, value_name = "PKG")]
    pub package: Option<PackageName>,
    /// Only what happened to this build
    #[arg(long, value_name = "NVR", conflicts_with = "package")]
    pub build: Option<Nvr>,
    /// Only what happened after this event
    #[arg(long, value_name = "EVENT")]
    pub after: Option<EventId>,
}
