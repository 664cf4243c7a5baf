// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::Dimensions;
use crate::access::table::{Class, Command, CommandOption, Dimension, Effect};
use crate::cli::list::{self, Entry};
use crate::cli::options::Grantable;
use crate::names::{PackageName, TagName};
use crate::ops::koji::BlockPackages;
use crate::pipeline::Operation;

/// Block packages in a tag
///
/// With --untag, no build of theirs is left in the tag afterwards, also if they were blocked before.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji block-pkg f43 python2.7 --untag"))]
pub struct Args {
    /// Tag whose list is changed
    pub tag: TagName,
    /// Packages to block, or - to read them from standard input
    #[arg(required = true, value_name = "PKG")]
    pub packages: Vec<Entry<PackageName>>,
    /// Also untag every build of them
    #[arg(long)]
    pub untag: bool,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji block-pkg",
        class: Class::Destroy,
        does: "block {packages} in {tags}",
        dimensions: &[Dimension::Tags, Dimension::Packages],
        effects: &[Effect::BlockPackage],
        options: &[CommandOption {
            name: "--untag",
            does: "untag every build of them",
            dimension: None,
            effects: &[Effect::UntagBuild],
        }],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(Operation::dimensions(&BlockPackages::try_from(self)?))
    }
}

impl TryFrom<Args> for BlockPackages {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { tag: args.tag, untag: args.untag, packages: list::read(args.packages)? })
    }
}
