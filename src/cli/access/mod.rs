// SPDX-License-Identifier: GPL-3.0-or-later
//! `flr access`: who may do what here, and what they did.

#![allow(missing_docs, reason = "the fields are the command's own words, with their help")]

pub mod verify_log;

use super::Context;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    VerifyLog(verify_log::Args),
}

/// Runs the command; its exit code.
pub fn dispatch(command: Command, context: &mut Context) -> anyhow::Result<u8> {
    match command {
        Command::VerifyLog(args) => verify_log::verify(args, context),
    }
}
