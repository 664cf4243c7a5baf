// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, CommandOption, Dimension, Effect};
use crate::cli::words::at_least_one;
use crate::names::{PackageName, TagName};
use crate::ops::koji::PruneTag;
use std::num::NonZeroUsize;

/// Untag all but the newest builds of each package
///
/// The builds of the highest versions stay, in RPM's order, whichever were tagged last. Only what is in
/// TAG itself counts and is untagged, also what koji hides because its package is blocked or not listed.
/// Drafts neither count nor go.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji prune-tag f43-updates-candidate --dry-run\n  flr koji prune-tag f43-infra --keep 3 --yes"))]
pub struct Args {
    /// Tag to prune
    pub tag: TagName,
    /// So many builds of each package stay
    #[arg(long, value_name = "N", default_value = "1", value_parser = at_least_one::<NonZeroUsize>)]
    pub keep: NonZeroUsize,
    /// Only builds of this package (can be repeated)
    #[arg(long = "package", value_name = "PKG")]
    pub packages: Vec<PackageName>,
}

pub const GRANT: Command = Command {
    name: "koji prune-tag",
    class: Class::Destroy,
    does: "untag all but the newest builds of {packages} from {tags}",
    dimensions: &[Dimension::Tags, Dimension::Packages],
    effects: &[Effect::UntagBuild],
    options: &[
        CommandOption { name: "--keep", does: "more than one may stay", dimension: None, effects: &[] },
        CommandOption { name: "--package", does: "only of some packages", dimension: None, effects: &[] },
    ],
    takes_arguments: true,
};

impl TryFrom<Args> for PruneTag {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { tag: args.tag, keep: args.keep, packages: args.packages })
    }
}
