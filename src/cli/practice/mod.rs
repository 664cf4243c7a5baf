// SPDX-License-Identifier: GPL-3.0-or-later
//! `flr practice`: the embedded hub.

#![allow(
    missing_docs,
    reason = "the fields are the command's own words, with their help"
)]

pub mod reset;
pub mod seed;
pub mod serve;

use super::Context;
use crate::Error;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Serve(serve::Args),
    Reset(reset::Args),
    Seed(seed::Args),
}

/// Runs the command; its exit code.
pub fn dispatch(command: Command, _context: &mut Context) -> anyhow::Result<u8> {
    match command {
        Command::Serve(_) | Command::Reset(_) | Command::Seed(_) => {
            Err(Error::failed("the practice hub is not connected yet").into())
        }
    }
}
