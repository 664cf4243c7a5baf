// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, CommandOption, Dimension, Effect};
use crate::cli::release::WithLayout;
use crate::names::ReleaseAlias;
use crate::ops::koji::ReleaseTags;

/// Make the tags and targets of a release
///
/// Makes the tree that the layout of the release's family describes, in the phase that Bodhi's record says: tags with
/// their settings, what they inherit from, groups, external repositories, targets. What is there already is completed
/// and set right; a second run changes nothing. The release need not be in Bodhi yet: of a Fedora that is not, the next
/// number is meant, and the first phase.
///
/// With --from the base tag begins as a copy of the older release's: settings, packages, newest builds and groups. The
/// hub makes it in one call that may take minutes. Once the tag is there it is not copied again; `flr koji clone-tag` adds
/// to it. Groups of other new tags are those of the tags that play the same part in the older release.
///
/// What follows the newest release (`rawhide` and its targets) is made if it is not there and never moved: that is
/// branch day's own step, by `flr koji swap-parent` and `flr koji set-target`, which are named. Until then
/// `flr release check` tells of it. ELN follows when `flr koji create-release-tags eln` is run after that.
///
/// A parent whose priority the layout gives to another is replaced, in one call. Everything else that the layout does not
/// know stays and is named; with --prune parents, groups, settings, external repositories and targets go. No tag is
/// deleted, and no target that leads to a tag outside of the release, as those of mass rebuilds and side tags do.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji create-release-tags f44 --from f43\n  flr koji create-release-tags epel10.3 --from epel10.2 --dry-run\n  flr koji create-release-tags f44 --only infra,flatpak\n  flr koji create-release-tags eln --prune"))]
pub struct Args {
    /// The release
    #[arg(value_name = "REL")]
    pub release: ReleaseAlias,
    /// Make the base tag as a copy of this release's
    #[arg(long, value_name = "REL")]
    pub from: Option<ReleaseAlias>,
    /// Only these parts of the layout: rpm, infra, container, flatpak, coreos (with commas, can be repeated)
    #[arg(long, value_name = "PART", value_delimiter = ',')]
    pub only: Vec<String>,
    /// The phase, in the layout's words: before-activation, after-activation, released, archived
    #[arg(long, value_name = "NAME")]
    pub phase: Option<String>,
    /// Take away what the layout does not know
    #[arg(long)]
    pub prune: bool,
}

/// Those who act for themselves may bring a layout.
pub type OwnArgs = WithLayout<Args>;

pub const GRANT: Command = Command {
    name: "koji create-release-tags",
    class: Class::Destroy,
    does: "make the tree of {releases}: {tags}, with {packages} in their groups, and {targets}",
    dimensions: &[Dimension::Releases, Dimension::Tags, Dimension::Packages, Dimension::Targets],
    effects: &[
        Effect::CreateTag,
        Effect::LockTag,
        Effect::UnlockTag,
        Effect::SetTagPermission,
        Effect::SetTagArches,
        Effect::SetTagExtra,
        Effect::EditInheritance,
        Effect::AddGroup,
        Effect::AddExternalRepo,
        Effect::CreateTarget,
        Effect::EditTarget,
    ],
    options: &[
        CommandOption {
            name: "--from",
            does: "copy the base tag of {releases}",
            dimension: Some(Dimension::Releases),
            effects: &[Effect::SnapshotTag],
        },
        CommandOption { name: "--only", does: "only parts of it", dimension: None, effects: &[] },
        CommandOption { name: "--phase", does: "in another phase", dimension: None, effects: &[] },
        CommandOption {
            name: "--prune",
            does: "take away what the layout does not know",
            dimension: None,
            effects: &[Effect::RemoveGroup, Effect::RemoveExternalRepo, Effect::DeleteTarget],
        },
    ],
    takes_arguments: true,
};

impl TryFrom<Args> for ReleaseTags {
    type Error = anyhow::Error;

    fn try_from(Args { release, from, only, phase, prune }: Args) -> anyhow::Result<Self> {
        Ok(Self { release, from, only, phase, prune, layout: None })
    }
}

impl TryFrom<OwnArgs> for ReleaseTags {
    type Error = anyhow::Error;

    fn try_from(own: OwnArgs) -> anyhow::Result<Self> {
        Ok(Self { layout: own.layout()?, ..Self::try_from(own.args)? })
    }
}
