// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, CommandOption, Dimension, Effect};
use crate::cli::release::WithLayout;
use crate::names::{ReleaseAlias, TargetName};
use crate::ops::koji::RemoveTargetsOf;

/// Remove all build targets of a release at its end
///
/// Those that build from a tag of the release or into one, whatever they are called: its tags are those of its
/// layout and all whose names begin with its base tag. The target of a user's side tag is left alone, because
/// without it the side tag could not be removed: remove-sidetags removes both and comes first. A target with a
/// tag of another release is refused, unless it is to be kept. Only a release that is out has an end.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji remove-sidetags --base f41-build\n  flr koji remove-targets f41\n  flr koji remove-targets f41 --keep f41-candidate"))]
pub struct Args {
    /// The release
    #[arg(value_name = "REL")]
    pub release: ReleaseAlias,
    /// Leave this target alone (can be repeated)
    #[arg(long, value_name = "TARGET")]
    pub keep: Vec<TargetName>,
}

/// Those who act for themselves may bring a layout.
pub type OwnArgs = WithLayout<Args>;

pub const GRANT: Command = Command {
    name: "koji remove-targets",
    class: Class::Destroy,
    does: "delete {targets} of {releases}, leading from and to {tags}",
    dimensions: &[Dimension::Releases, Dimension::Tags, Dimension::Targets],
    effects: &[Effect::DeleteTarget],
    options: &[CommandOption { name: "--keep", does: "but for some of them", dimension: None, effects: &[] }],
    takes_arguments: true,
};

impl TryFrom<Args> for RemoveTargetsOf {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { release: args.release, keep: args.keep.into_iter().collect(), layout: None })
    }
}

impl TryFrom<OwnArgs> for RemoveTargetsOf {
    type Error = anyhow::Error;

    fn try_from(own: OwnArgs) -> anyhow::Result<Self> {
        Ok(Self { layout: own.layout()?, ..Self::try_from(own.args)? })
    }
}
