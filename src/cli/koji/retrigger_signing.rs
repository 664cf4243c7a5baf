// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, CommandOption, Dimension, Effect};
use crate::cli::list::{self, Entry};
use crate::names::{Nvr, TagName};
use crate::ops::koji::RetriggerSigning;

/// Have builds signed that the signer has missed
///
/// A build that waits in a tag whose name ends in -signing-pending, of a release or a side tag, or in another -pending tag that
/// takes the permission autosign, as a mass rebuild's does, is tagged anew there: one call, in which it is never outside of the
/// tag, and the hub tells of it as of any tagging. Needs the permission tag at the hub.
///
/// With --to a build that waits in a -testing-pending tag goes back to that signing-pending tag, and Bodhi sees it again once it
/// is signed. What waits in neither is refused. Each run tells the signer again.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji retrigger-signing bash-5.3.0-1.fc43 --dry-run\n  flr koji retrigger-signing bash-5.3.0-1.fc43 --to f43-signing-pending"))]
pub struct Args {
    /// Builds that wait, or - to read them from standard input
    #[arg(required = true, value_name = "NVR")]
    pub builds: Vec<Entry<Nvr>>,
    /// Where builds go back to that wait for gating
    #[arg(long, value_name = "TAG")]
    pub to: Option<TagName>,
}

pub const GRANT: Command = Command {
    name: "koji retrigger-signing",
    class: Class::Destroy,
    does: "tag builds of {packages} anew where they wait to be signed, in {tags}",
    dimensions: &[Dimension::Tags, Dimension::Packages],
    effects: &[Effect::RetagBuild],
    options: &[CommandOption {
        name: "--to",
        does: "move builds from where they wait for gating back to where they wait to be signed",
        dimension: Some(Dimension::Tags),
        effects: &[Effect::TagBuild, Effect::UntagBuild],
    }],
    takes_arguments: true,
};

impl TryFrom<Args> for RetriggerSigning {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { builds: list::read(args.builds)?, to: args.to })
    }
}
