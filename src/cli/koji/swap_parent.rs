// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, Dimension, Effect};
use crate::names::TagName;
use crate::ops::koji::SwapParent;

/// Replace a parent of a tag by another
///
/// One call: there is no moment without a parent. The new parent gets the priority and the
/// conditions (depth, intransitive, without settings) of the old one, so the order of the parents
/// stays. A loop is refused.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji swap-parent eln f43 f44\n  flr koji swap-parent f43-override f43 f43-updates"))]
pub struct Args {
    /// Tag that inherits
    pub child: TagName,
    /// Parent it loses
    pub old: TagName,
    /// Parent it gets
    pub new: TagName,
}

pub const GRANT: Command = Command {
    name: "koji swap-parent",
    class: Class::Destroy,
    does: "put one of {tags} in the place of another as what a third inherits from",
    dimensions: &[Dimension::Tags],
    effects: &[Effect::EditInheritance],
    options: &[],
    takes_arguments: true,
};

impl TryFrom<Args> for SwapParent {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { child: args.child, old: args.old, new: args.new })
    }
}
