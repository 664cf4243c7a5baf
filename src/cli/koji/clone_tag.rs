// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, CommandOption, Dimension, Effect};
use crate::names::{EventId, TagName};
use crate::ops::koji::CloneTag;
use crate::ops::koji::clone_tag::Which;

/// Copy a tag as it is, or as it was
///
/// The copy is set to what the source is set to, has the same groups with the same packages in them, lists
/// the same packages, blocked ones too, and holds the same builds in the same order; it is made if there is
/// none. Groups and the list are copied as they count in the source, with what it inherits. Not copied are
/// the builds it inherits, where it inherits from, its lock, its external repositories and the groups that
/// groups need. Builds whose package is blocked or not listed in the source are left out, as koji hides them.
///
/// What the source lacks stays in the copy, unless --prune is given.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji clone-tag f43 f43-Beta\n  flr koji clone-tag f43 f43-RC --event 40174310 --all-builds"))]
pub struct Args {
    /// Tag to copy
    pub source: TagName,
    /// The copy
    pub destination: TagName,
    /// As the source was at this event
    #[arg(long, value_name = "EVENT")]
    pub event: Option<EventId>,
    /// Copy all builds, not only the one of each package that was tagged last
    #[arg(long)]
    pub all_builds: bool,
    /// Untag builds, block packages and remove groups and further settings that the source lacks
    #[arg(long)]
    pub prune: bool,
}

pub const GRANT: Command = Command {
    name: "koji clone-tag",
    class: Class::Destroy,
    does: "copy {tags} onto {to}, with {packages}",
    dimensions: &[Dimension::Tags, Dimension::To, Dimension::Packages],
    effects: &[
        Effect::CreateTag,
        Effect::SetTagPermission,
        Effect::SetTagArches,
        Effect::SetTagExtra,
        Effect::AddGroup,
        Effect::SetPackage,
        Effect::TagBuild,
        Effect::RetagBuild,
    ],
    options: &[
        CommandOption {
            name: "--event",
            does: "as it was at {events}",
            dimension: Some(Dimension::Events),
            effects: &[],
        },
        CommandOption { name: "--all-builds", does: "all builds, not only the latest", dimension: None, effects: &[] },
        CommandOption {
            name: "--prune",
            does: "untag builds, block packages and remove groups that the source lacks",
            dimension: None,
            effects: &[Effect::UntagBuild, Effect::BlockPackage, Effect::RemoveGroup],
        },
    ],
    takes_arguments: true,
};

impl TryFrom<Args> for CloneTag {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self {
            source: args.source,
            destination: args.destination,
            event: args.event,
            builds: if args.all_builds { Which::All } else { Which::Latest },
            prune: args.prune,
        })
    }
}
