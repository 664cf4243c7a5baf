// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, CommandOption, Dimension, Effect};
use crate::distgit::{Owners, RPMS};
use crate::names::{PackageName, ReleaseAlias};
use crate::ops::koji::OwnersOf;

/// Set the owners of a release's packages as dist-git names them
///
/// Puts every package that dist-git has on the list of the release's base tag, and gives it to the first person that
/// dist-git names. What is blocked stays blocked; what dist-git does not have stays as it is.
///
/// Left out, with the reason: packages whose owner the hub does not know, those that only groups (@name) have, and those that
/// the base tag only inherits. A package without anybody has the owner orphan, at dist-git as at koji.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji sync-owners rawhide --dry-run\n  flr koji sync-owners f43 --package bash --package zsh --yes\n  flr koji sync-owners epel9 --owners pagure_owner_alias.json"))]
pub struct Args {
    /// The release
    #[arg(value_name = "REL")]
    pub release: ReleaseAlias,
    /// Only this package (can be repeated)
    #[arg(long = "package", value_name = "PKG")]
    pub packages: Vec<PackageName>,
    /// Packages of this namespace of dist-git
    #[arg(long, value_name = "NAME", default_value = RPMS)]
    pub namespace: PackageName,
}

// Those who act for themselves may say where the list is. No doc comment: the help is that of the words inside.
#[derive(Debug, clap::Args)]
pub struct OwnArgs {
    #[command(flatten)]
    pub args: Args,
    /// Read dist-git's list here; else distgit.toml says, or it is the public one
    #[arg(long, value_name = "URL|FILE")]
    pub owners: Option<String>,
}

pub const GRANT: Command = Command {
    name: "koji sync-owners",
    class: Class::Write,
    does: "put {packages} on the lists of {tags} and give them to {owners}, as dist-git says of {releases}",
    dimensions: &[Dimension::Releases, Dimension::Tags, Dimension::Packages, Dimension::Owners],
    effects: &[Effect::AddPackage, Effect::SetOwner],
    options: &[
        CommandOption { name: "--package", does: "only some of them", dimension: None, effects: &[] },
        CommandOption { name: "--namespace", does: "of another namespace", dimension: None, effects: &[] },
    ],
    takes_arguments: true,
};

impl From<OwnArgs> for OwnersOf {
    fn from(OwnArgs { args, owners }: OwnArgs) -> Self {
        Self { at: owners, ..args.into() }
    }
}

impl From<Args> for OwnersOf {
    fn from(Args { release, packages, namespace }: Args) -> Self {
        Self { release, only: packages, namespace: namespace.to_string(), at: None, owners: Owners::new() }
    }
}
