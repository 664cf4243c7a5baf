// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, CommandOption, Dimension, Effect};
use crate::names::{TargetName, UserName};
use crate::ops::koji::CancelBuilds;

/// Cancel the builds that wait or run for targets
///
/// Cancels `build` tasks, scratch builds too, with all that they made; images are left alone. The targets
/// go by the names that the tasks know, so one that is gone can be named. The hub lets owners and administrators do it.
/// Tasks that end by themselves meanwhile stay as they ended. It cannot be taken back: submit what was canceled anew.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji cancel-builds --target rawhide --target f43-candidate --dry-run\n  flr koji cancel-builds --target f43-rebuild --owner releng --yes"))]
pub struct Args {
    /// Cancel builds for this target (can be repeated)
    #[arg(long = "target", required = true, value_name = "TARGET")]
    pub targets: Vec<TargetName>,
    /// Only builds that this user has submitted
    #[arg(long, value_name = "USER")]
    pub owner: Option<UserName>,
}

pub const GRANT: Command = Command {
    name: "koji cancel-builds",
    class: Class::Destroy,
    does: "cancel the builds for {targets}",
    dimensions: &[Dimension::Targets],
    effects: &[Effect::CancelTask],
    options: &[CommandOption {
        name: "--owner",
        does: "only those of {owners}",
        dimension: Some(Dimension::Owners),
        effects: &[],
    }],
    takes_arguments: true,
};

impl TryFrom<Args> for CancelBuilds {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { targets: args.targets, owner: args.owner })
    }
}
