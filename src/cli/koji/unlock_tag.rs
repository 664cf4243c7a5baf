// SPDX-License-Identifier: GPL-3.0-or-later
use crate::names::TagName;
use crate::ops::koji::UnlockTag;

/// Unlock a tag
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji unlock-tag f43"))]
pub struct Args {
    /// Tag to unlock
    pub tag: TagName,
}

impl TryFrom<Args> for UnlockTag {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { tag: args.tag })
    }
}
