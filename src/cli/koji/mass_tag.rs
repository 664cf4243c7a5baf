// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, CommandOption, Dimension, Effect};
use crate::names::TagName;
use crate::ops::koji::{Gating, MassTag};
use crate::release::layout;

/// Tag the latest builds of one tag into another, unless it has newer ones
///
/// The latest build of a package is the one that was tagged last. It is left out, with the reason, if
/// it is a draft, its package is blocked or not listed in DESTINATION, or if an equal or newer build is there,
/// inherited or not, or in a tag named with --also-newer-in; or if a newer build waits to be signed,
/// tested or pushed. Where builds wait for DESTINATION, the layout of its release says: for f43 in
/// f43-updates-candidate, f43-signing-pending and so on, as far as the hub has these tags.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji mass-tag f43-rebuild f43-pending --dry-run\n  flr koji mass-tag f43-rebuild f43 --also-newer-in f43-updates --yes\n  flr koji mass-tag mine-rebuild mine --gating mine-candidate"))]
pub struct Args {
    /// Tag whose latest builds are taken; inherited ones do not count
    pub source: TagName,
    /// Tag the builds enter
    pub destination: TagName,
    /// Leave out what this tag has an equal or newer build of (can be repeated)
    #[arg(long, value_name = "TAG")]
    pub also_newer_in: Vec<TagName>,
    /// Builds wait here, and not where the layout says (can be repeated)
    #[arg(long, value_name = "TAG")]
    pub gating: Vec<TagName>,
    /// Look at no builds that wait
    #[arg(long, conflicts_with = "gating")]
    pub no_gating: bool,
}

pub const GRANT: Command = Command {
    name: "koji mass-tag",
    class: Class::Destroy,
    does: "tag the latest builds of {packages} in {from} into {to}",
    dimensions: &[Dimension::From, Dimension::To, Dimension::Packages],
    effects: &[Effect::TagBuild],
    options: &[
        CommandOption {
            name: "--also-newer-in",
            does: "unless there are newer ones in {tags}",
            dimension: Some(Dimension::Tags),
            effects: &[],
        },
        CommandOption {
            name: "--gating",
            does: "unless newer ones wait in {tags}",
            dimension: Some(Dimension::Tags),
            effects: &[],
        },
        CommandOption {
            name: "--no-gating",
            does: "also if newer ones wait to be signed or tested",
            dimension: None,
            effects: &[],
        },
    ],
    takes_arguments: true,
};

impl TryFrom<Args> for MassTag {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        let gating = match (args.no_gating, args.gating.is_empty()) {
            (true, _) => Gating::Ignored,
            (false, true) => Gating::of_release(&args.destination, &layout::built_in()?)?,
            (false, false) => Gating::Named(args.gating),
        };
        Ok(Self { source: args.source, destination: args.destination, also_newer_in: args.also_newer_in, gating })
    }
}
