// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, Dimension, Effect};
use crate::cli::release::WithLayout;
use crate::names::ReleaseAlias;
use crate::ops::koji::ActivateUpdatesOf;

/// Set a branched release's tags up for updates
///
/// What changes is what the layout says that differs before and after updates are activated: tags that
/// inherited from the base tag inherit from the one of its updates, and tagging into the base tag needs a
/// permission. Each tag has a parent at every moment. What is as it is to be is left alone, so that what was
/// done by half is completed; if something is neither as before nor as after, all of that is named and nothing
/// is changed.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji activate-updates f44 --dry-run\n  flr koji activate-updates branched"))]
pub struct Args {
    /// The release
    #[arg(value_name = "REL")]
    pub release: ReleaseAlias,
}

/// Those who act for themselves may bring a layout.
pub type OwnArgs = WithLayout<Args>;

pub const GRANT: Command = Command {
    name: "koji activate-updates",
    class: Class::Write,
    does: "activate updates for {releases}, which changes {tags}",
    dimensions: &[Dimension::Releases, Dimension::Tags],
    effects: &[
        Effect::EditInheritance,
        Effect::SetTagPermission,
        Effect::SetTagArches,
        Effect::LockTag,
        Effect::UnlockTag,
    ],
    options: &[],
    takes_arguments: true,
};

impl TryFrom<Args> for ActivateUpdatesOf {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { release: args.release, layout: None })
    }
}

impl TryFrom<OwnArgs> for ActivateUpdatesOf {
    type Error = anyhow::Error;

    fn try_from(own: OwnArgs) -> anyhow::Result<Self> {
        Ok(Self { layout: own.layout()?, ..Self::try_from(own.args)? })
    }
}
