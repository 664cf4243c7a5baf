// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, Dimension, Effect};
use crate::names::TagName;
use crate::ops::koji::LockTag;

/// Lock a tag
///
/// Nothing can be tagged into a locked tag or untagged from it, except by an administrator with
/// force. Its package list, settings and inheritance can still be changed.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji lock-tag f43"))]
pub struct Args {
    /// Tag to lock
    pub tag: TagName,
}

pub const GRANT: Command = Command {
    name: "koji lock-tag",
    class: Class::Write,
    does: "lock {tags}",
    dimensions: &[Dimension::Tags],
    effects: &[Effect::LockTag],
    options: &[],
    takes_arguments: true,
};

impl TryFrom<Args> for LockTag {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { tag: args.tag })
    }
}
