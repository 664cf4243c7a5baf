// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, CommandOption, Dimension, Effect};
use crate::cli::list::{self, Entry};
use crate::names::{Nvr, ReleaseAlias};
use crate::ops::koji::ComposeOf;

/// Make the compose tag of a release hold exactly these builds, in this order
///
/// The builds are tagged in the order in which they are named: of several of one package the one named
/// last is the latest, and so the one that is composed, whatever its version. What is in the tag and
/// not named is untagged; the builds at the beginning of the list that are there in this order
/// stay, and those behind them are tagged anew. What the tag inherits stays as it is.
///
/// Which tag it is, the layout of the release says. With --clear it holds nothing afterwards, as
/// between a Beta and the candidates of the release.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji set-compose-tag f43 bash-5.3.0-2.fc43 systemd-258-1.fc43 --dry-run\n  flr koji set-compose-tag f43 - < builds.txt\n  flr koji set-compose-tag f43 --clear"))]
pub struct Args {
    /// The release
    #[arg(value_name = "REL")]
    pub release: ReleaseAlias,
    /// Builds in the order in which they are to be tagged; - reads them from standard input
    #[arg(required_unless_present = "clear", conflicts_with = "clear", value_name = "NVR")]
    pub builds: Vec<Entry<Nvr>>,
    /// Untag whatever is there
    #[arg(long)]
    pub clear: bool,
}

pub const GRANT: Command = Command {
    name: "koji set-compose-tag",
    class: Class::Destroy,
    does: "set what is in the compose tag of {releases}, {tags}, to builds of {packages}",
    dimensions: &[Dimension::Tags, Dimension::Packages, Dimension::Releases],
    effects: &[Effect::TagBuild, Effect::UntagBuild, Effect::RetagBuild],
    options: &[CommandOption { name: "--clear", does: "also to none", dimension: None, effects: &[] }],
    takes_arguments: true,
};

impl TryFrom<Args> for ComposeOf {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        let builds = if args.clear { Vec::new() } else { list::read(args.builds)? };
        Ok(Self { release: args.release, builds, clear: args.clear })
    }
}
