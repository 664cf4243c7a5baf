// SPDX-License-Identifier: GPL-3.0-or-later
//! `flr access`: for administrators; it looks at grants and uses none.

#![allow(missing_docs, reason = "the fields are the command's own words, with their help")]

pub mod audit;
pub mod sudoers;

use super::Context;
use crate::Result;
use crate::access::settings::Places;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Sudoers(sudoers::Args),
    Audit(audit::Args),
}

/// Runs the command; its exit code.
pub fn dispatch(command: Command, context: &mut Context) -> anyhow::Result<u8> {
    match command {
        Command::Sudoers(args) => sudoers::show(&args, context),
        Command::Audit(args) => audit::show(&args, context),
    }
}

/// The machine's places, or those below another root. There, whoever owns the root directory counts
/// as root does: it may be an image that a user has unpacked.
pub fn places(root: Option<&Path>) -> Result<Places> {
    let Some(root) = root else {
        return Ok(Places::of_this_machine());
    };
    let bad = |why: String| crate::Error::usage(format!("{} is no root directory: {why}", root.display()));
    let whole = root.canonicalize().map_err(|error| bad(error.to_string()))?;
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
