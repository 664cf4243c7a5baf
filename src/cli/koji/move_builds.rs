// SPDX-License-Identifier: GPL-3.0-or-later
use crate::cli::list::Entry;
use crate::names::{Nvr, TagName};

/// Move builds from one tag to another
///
/// A build that already is in TO is only untagged from FROM.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Tag the builds leave
    pub from: TagName,
    /// Tag the builds enter
    pub to: TagName,
    /// Builds to move, or - to read them from standard input
    #[arg(required = true, value_name = "NVR")]
    pub builds: Vec<Entry<Nvr>>,
}
