// SPDX-License-Identifier: GPL-3.0-or-later
use super::list_sidetags::Filter;
use crate::access::table::{Class, Command, CommandOption, Dimension, Effect};
use crate::cli::list::{self, Entry};
use crate::names::TagName;
use crate::ops::koji::RemoveSideTags;

/// Remove users' side tags
///
/// By name, or by what they are, never both. The hub lets their owners and administrators do it. A side
/// tag whose target is gone is refused: the hub would not remove it. It cannot be taken back.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji remove-sidetags --base f41-build\n  flr koji remove-sidetags f43-build-side-130004"))]
pub struct Args {
    /// Side tags to remove, or - to read them from standard input
    #[arg(value_name = "TAG")]
    pub tags: Vec<Entry<TagName>>,
    #[command(flatten)]
    pub which: Filter,
}

pub const GRANT: Command = Command {
    name: "koji remove-sidetags",
    class: Class::Destroy,
    does: "remove the side tags {tags}",
    dimensions: &[Dimension::Tags],
    effects: &[Effect::RemoveSideTag],
    options: &[
        CommandOption {
            name: "--base",
            does: "those that inherit from a tag that is granted",
            dimension: None,
            effects: &[],
        },
        CommandOption { name: "--owner", does: "of {owners}", dimension: Some(Dimension::Owners), effects: &[] },
        CommandOption { name: "--older-than", does: "only old ones", dimension: None, effects: &[] },
        CommandOption { name: "--inactive", does: "only idle ones", dimension: None, effects: &[] },
        CommandOption { name: "--empty", does: "only empty ones", dimension: None, effects: &[] },
    ],
    takes_arguments: true,
};

impl TryFrom<Args> for RemoveSideTags {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        let tags = if args.tags.is_empty() { Vec::new() } else { list::read(args.tags)? };
        Ok(Self { tags, which: args.which.into() })
    }
}
