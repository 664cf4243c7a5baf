// SPDX-License-Identifier: GPL-3.0-or-later
use crate::cli::{Context, embedded};
use crate::practice::Site;
use std::path::PathBuf;

/// Throw the practice hub's state away
///
/// The next command that uses the practice hub fills it anew. No hub may be serving it meanwhile.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The hub's state is in this directory
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// Throws the state away.
pub fn run(args: Args, context: &mut Context) -> anyhow::Result<u8> {
    let dir = embedded::dir(&context.asker.caller, args.dir)?;
    Site::reset(&dir)?;
    Ok(0)
}
