// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, Dimension, Effect};
use crate::cli::list::{self, Entry};
use crate::names::{Nvr, TagName};
use crate::ops::koji::UntagBuilds;

/// Untag builds
///
/// Only from the tag itself: what it inherits stays.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji untag-build f43 bash-5.3.0-1.fc43 --dry-run"))]
pub struct Args {
    /// Tag the builds leave
    pub tag: TagName,
    /// Builds to untag, or - to read them from standard input
    #[arg(required = true, value_name = "NVR")]
    pub builds: Vec<Entry<Nvr>>,
}

pub const GRANT: Command = Command {
    name: "koji untag-build",
    class: Class::Destroy,
    does: "untag builds of {packages} from {tags}",
    dimensions: &[Dimension::Tags, Dimension::Packages],
    effects: &[Effect::UntagBuild],
    options: &[],
    takes_arguments: true,
};

impl TryFrom<Args> for UntagBuilds {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { tag: args.tag, builds: list::read(args.builds)? })
    }
}
