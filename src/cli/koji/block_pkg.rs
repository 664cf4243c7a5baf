// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, CommandOption, Dimension, Effect};
use crate::cli::list::{self, Entry};
use crate::names::{PackageName, TagName};
use crate::ops::koji::BlockPackages;

/// Block packages in a tag
///
/// With --untag, no build of theirs is left in the tag afterwards, also if they were blocked before. Each package
/// is blocked first; then its builds leave, those that koji hides as well; then flr looks again, and builds that
/// somebody tagged meanwhile leave too. If after three rounds there are still new ones, the run says so and ends
/// with 5; to run it again finishes the work.
///
/// With --unblock-in, the block does not reach that tag. So it is for EPEL, where what is retired may come from
/// elsewhere into build roots.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji block-pkg f43 python2.7 --untag\n  flr koji block-pkg epel9 jq --untag --unblock-in epel9-build\n  flr koji block-pkg f43 - --untag --yes < retired"))]
pub struct Args {
    /// Tag whose list is changed
    pub tag: TagName,
    /// Packages to block, or - to read them from standard input
    #[arg(required = true, value_name = "PKG")]
    pub packages: Vec<Entry<PackageName>>,
    /// Also untag every build of them
    #[arg(long)]
    pub untag: bool,
    /// Unblock them in this tag, which inherits the block
    #[arg(long, value_name = "TAG")]
    pub unblock_in: Option<TagName>,
}

pub const GRANT: Command = Command {
    name: "koji block-pkg",
    class: Class::Destroy,
    does: "block {packages} in {tags}",
    dimensions: &[Dimension::Tags, Dimension::Packages],
    effects: &[Effect::BlockPackage],
    options: &[
        CommandOption {
            name: "--untag",
            does: "untag every build of them",
            dimension: None,
            effects: &[Effect::UntagBuild],
        },
        CommandOption {
            name: "--unblock-in",
            does: "unblock them in {tags}",
            dimension: Some(Dimension::Tags),
            effects: &[Effect::UnblockPackage],
        },
    ],
    takes_arguments: true,
};

impl TryFrom<Args> for BlockPackages {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        let Args { tag, packages, untag, unblock_in } = args;
        Ok(Self { tag, packages: list::read(packages)?, untag, unblock_in })
    }
}
