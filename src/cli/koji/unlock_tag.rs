// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::Dimensions;
use crate::access::table::{Class, Command, Dimension, Effect};
use crate::cli::options::Grantable;
use crate::names::TagName;
use crate::ops::koji::UnlockTag;
use crate::pipeline::Operation;

/// Unlock a tag
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji unlock-tag f43"))]
pub struct Args {
    /// Tag to unlock
    pub tag: TagName,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji unlock-tag",
        class: Class::Write,
        does: "unlock {tags}",
        dimensions: &[Dimension::Tags],
        effects: &[Effect::UnlockTag],
        options: &[],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(Operation::dimensions(&UnlockTag::try_from(self)?))
    }
}

impl TryFrom<Args> for UnlockTag {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { tag: args.tag })
    }
}
