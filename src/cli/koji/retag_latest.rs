// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, Dimension, Effect};
use crate::cli::list::{self, Entry};
use crate::names::{Nvr, TagName};
use crate::ops::koji::RetagLatest;

/// Make the newest builds of packages the latest in their tag again
///
/// koji's latest build of a package is the one that was tagged last. The builds must be in TAG itself,
/// and none of their packages may have a newer one there: flr koji check-latest finds them.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji retag-latest f43 bash-5.3.0-2.fc43\n  flr koji check-latest f43 --json | jq -r .highest | flr koji retag-latest f43 - --yes"))]
pub struct Args {
    /// Tag that the builds are in
    pub tag: TagName,
    /// Builds that are to be the latest of their packages; - reads them from standard input
    #[arg(required = true, value_name = "NVR")]
    pub builds: Vec<Entry<Nvr>>,
}

pub const GRANT: Command = Command {
    name: "koji retag-latest",
    class: Class::Write,
    does: "make the newest builds of {packages} the latest in {tags} again",
    dimensions: &[Dimension::Tags, Dimension::Packages],
    effects: &[Effect::RetagBuild],
    options: &[],
    takes_arguments: true,
};

impl TryFrom<Args> for RetagLatest {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { tag: args.tag, builds: list::read(args.builds)? })
    }
}
