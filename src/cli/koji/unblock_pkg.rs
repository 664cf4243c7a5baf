// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, Dimension, Effect};
use crate::cli::list::{self, Entry};
use crate::names::{PackageName, TagName};
use crate::ops::koji::UnblockPackages;

/// Unblock packages in a tag
///
/// An inherited block is overridden by an entry of the tag's own.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji unblock-pkg f43 python2.7"))]
pub struct Args {
    /// Tag whose list is changed
    pub tag: TagName,
    /// Packages to unblock, or - to read them from standard input
    #[arg(required = true, value_name = "PKG")]
    pub packages: Vec<Entry<PackageName>>,
}

pub const GRANT: Command = Command {
    name: "koji unblock-pkg",
    class: Class::Write,
    does: "unblock {packages} in {tags}",
    dimensions: &[Dimension::Tags, Dimension::Packages],
    effects: &[Effect::UnblockPackage],
    options: &[],
    takes_arguments: true,
};

impl TryFrom<Args> for UnblockPackages {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { tag: args.tag, packages: list::read(args.packages)? })
    }
}
