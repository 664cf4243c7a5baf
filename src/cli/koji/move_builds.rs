// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, Dimension, Effect};
use crate::cli::list::{self, Entry};
use crate::names::{Nvr, TagName};
use crate::ops::koji::MoveBuilds;

/// Move builds from one tag to another
///
/// Each is tagged into TO first, by the rules of tag-build, and untagged from FROM once that is done.
/// A build that already is in TO is only untagged from FROM.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji move-builds f43-updates-candidate f43-updates-pending bash-5.3.0-1.fc43"))]
pub struct Args {
    /// Tag the builds leave
    pub from: TagName,
    /// Tag the builds enter
    pub to: TagName,
    /// Builds to move, or - to read them from standard input
    #[arg(required = true, value_name = "NVR")]
    pub builds: Vec<Entry<Nvr>>,
}

pub const GRANT: Command = Command {
    name: "koji move-builds",
    class: Class::Destroy,
    does: "move builds of {packages} from {from} to {to}",
    dimensions: &[Dimension::From, Dimension::To, Dimension::Packages],
    effects: &[Effect::TagBuild, Effect::UntagBuild],
    options: &[],
    takes_arguments: true,
};

impl TryFrom<Args> for MoveBuilds {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { from: args.from, to: args.to, builds: list::read(args.builds)? })
    }
}
