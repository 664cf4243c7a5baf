// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, CommandOption, Dimension, Effect};
use crate::cli::list::{self, Entry};
use crate::names::{SigKey, TagName, TagOrBuild};
use crate::ops::koji::PruneSigned;
use crate::ops::koji::rpms::RpmsOf;

/// Remove the copies of rpms that are signed with a key
///
/// For the end of a release, whose key nobody needs any more: the signed copies of all builds in a tag, or of builds.
/// A word whose version and release begin with a digit is a build, any other a tag. What a newer release takes from this
/// one can be protected; what it needs is signed with its own key, as a rule.
///
/// The hub has no call for it. The files are removed where they are mounted: topdir in koji's configuration, /mnt/koji
/// if it says nothing. Each file is looked for in its place, and nothing else in the package store is touched. The hub goes
/// on knowing the signatures, so that taking the run back has it write the copies anew; this needs the permission sign.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji prune-signed f41-updates --key e99d6ad1 --protect f43-updates --dry-run\n  flr koji prune-signed bash-5.2.37-1.fc41 --key e99d6ad1"))]
pub struct Args {
    /// The tag, or builds, or - to read those from standard input
    #[arg(required = true, value_name = "TAG|NVR")]
    pub what: Vec<Entry<TagOrBuild>>,
    /// The key's id: 8 hex digits, in either case
    #[arg(long, value_name = "KEY")]
    pub key: SigKey,
    /// Keep the copies of the latest builds of this tag, inherited ones too; may be said several times
    #[arg(long, value_name = "TAG")]
    pub protect: Vec<TagName>,
}

pub const GRANT: Command = Command {
    name: "koji prune-signed",
    class: Class::Destroy,
    does: "remove copies signed with {keys} of builds of {packages}, by name or in {tags}",
    dimensions: &[Dimension::Tags, Dimension::Packages, Dimension::Keys],
    effects: &[Effect::RemoveSigned],
    options: &[CommandOption { name: "--protect", does: "without what a tag protects", dimension: None, effects: &[] }],
    takes_arguments: true,
};

impl TryFrom<Args> for PruneSigned {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        let of = RpmsOf::named(list::read(args.what)?, false, false)?;
        Ok(Self { of, key: args.key, protect: args.protect })
    }
}
