// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, Dimension, Effect};
use crate::names::TagName;
use crate::ops::koji::UnlockTag;

/// Unlock a tag
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji unlock-tag f43"))]
pub struct Args {
    /// Tag to unlock
    pub tag: TagName,
}

pub const GRANT: Command = Command {
    name: "koji unlock-tag",
    class: Class::Write,
    does: "unlock {tags}",
    dimensions: &[Dimension::Tags],
    effects: &[Effect::UnlockTag],
    options: &[],
    takes_arguments: true,
};

impl TryFrom<Args> for UnlockTag {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { tag: args.tag })
    }
}
