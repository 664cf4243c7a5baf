// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, Dimension, Effect};
use crate::cli::list::{self, Entry};
use crate::names::{PackageName, TagName, UserName};
use crate::ops::koji::AddPackages;

/// Put packages on a tag's list
///
/// A package that is listed already, in the tag or in one it inherits from, is left as it is; one
/// that is blocked, or listed in the tag with another owner, is refused.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji add-pkg f43 bash zsh --owner kim"))]
pub struct Args {
    /// Tag whose list is changed
    pub tag: TagName,
    /// Packages to add, or - to read them from standard input
    #[arg(required = true, value_name = "PKG")]
    pub packages: Vec<Entry<PackageName>>,
    /// Owner of the new entries
    #[arg(long, value_name = "USER")]
    pub owner: UserName,
}

pub const GRANT: Command = Command {
    name: "koji add-pkg",
    class: Class::Write,
    does: "put {packages} on the lists of {tags}, with {owners}",
    dimensions: &[Dimension::Tags, Dimension::Packages, Dimension::Owners],
    effects: &[Effect::AddPackage],
    options: &[],
    takes_arguments: true,
};

impl TryFrom<Args> for AddPackages {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { tag: args.tag, owner: args.owner, packages: list::read(args.packages)? })
    }
}
