// SPDX-License-Identifier: GPL-3.0-or-later
//! `flr access`: who may do what here, and what they did. For administrators: it looks at grants and
//! uses none.

#![allow(missing_docs, reason = "the fields are the command's own words, with their help")]

pub mod audit;
pub mod check;
pub mod explain;
pub mod list;
pub mod request;
pub mod sudoers;
pub mod verify_log;

use super::Context;
use crate::Result;
use crate::access::settings::Places;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Request(Box<request::Args>),
    Sudoers(sudoers::Args),
    Check(check::Args),
    List(list::Args),
    Explain(explain::Args),
    Audit(audit::Args),
    VerifyLog(verify_log::Args),
}

/// Runs the command; its exit code.
pub fn dispatch(command: Command, context: &mut Context) -> anyhow::Result<u8> {
    match command {
        Command::Request(args) => request::show(*args, context),
        Command::Sudoers(args) => sudoers::show(&args, context),
        Command::Check(args) => check::show(args, context),
        Command::List(args) => list::show(args, context),
        Command::Explain(args) => explain::show(&args, context),
        Command::Audit(args) => audit::show(&args, context),
        Command::VerifyLog(args) => verify_log::verify(args, context),
    }
}

// Where the grants are. A doc comment here would become every command's help.
#[derive(Debug, clap::Args)]
pub struct Below {
    /// Look below this directory instead of /: at an image, or a draft of a host's /etc
    #[arg(long, value_name = "DIR", default_value = "/")]
    pub root: PathBuf,
}

impl Below {
    /// The places below it. There, whoever owns the root directory counts as root does: it may be an
    /// image that a user has unpacked.
    pub fn places(&self) -> Result<Places> {
        let bad = |why: String| crate::Error::usage(format!("{} is no root directory: {why}", self.root.display()));
        let whole = self.root.canonicalize().map_err(|error| bad(error.to_string()))?;
        let found = whole.metadata().map_err(|error| bad(error.to_string()))?;
        if !found.is_dir() {
            return Err(bad("it is no directory".to_owned()));
        }
        let mut places = Places::below(&whole);
        if !places.is_this_machine() {
            places.owner = found.uid();
        }
        Ok(places)
    }
}
