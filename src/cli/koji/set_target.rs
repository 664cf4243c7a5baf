// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, Dimension, Effect};
use crate::names::{TagName, TargetName};
use crate::ops::koji::SetTarget;

/// Make a build target, or give it other tags
///
/// The target of a side tag is left alone: the side tag could not be removed without it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji set-target rawhide --build-tag f44-build --dest-tag f44-updates-candidate"))]
pub struct Args {
    /// Target to make or to change
    pub name: TargetName,
    /// Tag that build roots are made from
    #[arg(long, value_name = "TAG")]
    pub build_tag: TagName,
    /// Tag that finished builds go to
    #[arg(long, value_name = "TAG")]
    pub dest_tag: TagName,
}

pub const GRANT: Command = Command {
    name: "koji set-target",
    class: Class::Destroy,
    does: "create {targets} and lead them from and to {tags}",
    dimensions: &[Dimension::Tags, Dimension::Targets],
    effects: &[Effect::CreateTarget, Effect::EditTarget],
    options: &[],
    takes_arguments: true,
};

impl TryFrom<Args> for SetTarget {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { name: args.name, build_tag: args.build_tag, dest_tag: args.dest_tag })
    }
}
