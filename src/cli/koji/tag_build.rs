// SPDX-License-Identifier: GPL-3.0-or-later
use crate::cli::list::Entry;
use crate::names::{Nvr, TagName};

/// Tag builds
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Tag the builds enter
    pub tag: TagName,
    /// Builds to tag, or - to read them from standard input
    #[arg(required = true, value_name = "NVR")]
    pub builds: Vec<Entry<Nvr>>,
}
