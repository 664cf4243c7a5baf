// SPDX-License-Identifier: GPL-3.0-or-later
use crate::names::TagName;

/// Tag the latest builds of one tag into another, unless it has newer ones
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Tag whose latest builds are taken; inherited ones do not count
    pub source: TagName,
    /// Tag the builds enter
    pub destination: TagName,
    /// Leave out what this tag has an equal or newer build of (can be repeated)
    #[arg(long, value_name = "TAG")]
    pub also_newer_in: Vec<TagName>,
}
