// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, Dimension, Effect};
use crate::cli::list::{self, Entry};
use crate::names::{Nvr, TagName};
use crate::ops::koji::TagBuilds;

/// Tag builds
///
/// They are tagged in the order given, so that of several builds of a package the last one becomes
/// the latest. A build is refused if a newer one of its package is in the tag or comes before it in
/// the list, if its package is blocked or not listed, or if it is not complete.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji tag-build f43-updates-candidate bash-5.3.0-1.fc43\n  flr koji tag-build f43 - --yes --json < builds"))]
pub struct Args {
    /// Tag the builds enter
    pub tag: TagName,
    /// Builds to tag, or - to read them from standard input
    #[arg(required = true, value_name = "NVR")]
    pub builds: Vec<Entry<Nvr>>,
}

pub const GRANT: Command = Command {
    name: "koji tag-build",
    class: Class::Write,
    does: "tag builds of {packages} into {tags}",
    dimensions: &[Dimension::Tags, Dimension::Packages],
    effects: &[Effect::TagBuild],
    options: &[],
    takes_arguments: true,
};

impl TryFrom<Args> for TagBuilds {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { tag: args.tag, builds: list::read(args.builds)? })
    }
}
