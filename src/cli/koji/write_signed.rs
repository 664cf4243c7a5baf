// SPDX-License-Identifier: GPL-3.0-or-later
use super::list_unsigned::Words;
use crate::access::table::{Class, Command, CommandOption, Dimension, Effect};
use crate::ops::koji::WriteSigned;

/// Have the hub write signed copies of rpms
///
/// Of a tag, as koji lists it, what is signed with the key; what is not is left out. Of builds all of it: an rpm
/// that is not signed is refused. A word whose version and release begin with a digit is a build, any other a tag.
///
/// The hub knows signatures and does not tell whether it has written the files. So each rpm is asked for, also in a second
/// run; a file that is there stays as it is, and the change ends done. It cannot be taken back. Needs the permission sign
/// at the hub.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji write-signed f43-updates --key 31645531 --dry-run\n  flr koji write-signed bash-5.3.0-1.fc43 --key 31645531"))]
pub struct Args {
    #[command(flatten)]
    pub rpms: Words,
}

pub const GRANT: Command = Command {
    name: "koji write-signed",
    class: Class::Publish,
    does: "have copies signed with {keys} written of builds of {packages}, by name or in {tags}",
    dimensions: &[Dimension::Tags, Dimension::Packages, Dimension::Keys],
    effects: &[Effect::WriteSigned],
    options: &[
        CommandOption { name: "--inherit", does: "also what is inherited", dimension: None, effects: &[] },
        CommandOption { name: "--latest", does: "only the latest builds", dimension: None, effects: &[] },
    ],
    takes_arguments: true,
};

impl TryFrom<Args> for WriteSigned {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        let (of, key) = args.rpms.resolve()?;
        Ok(Self { of, key })
    }
}
