// SPDX-License-Identifier: GPL-3.0-or-later
//! `flr practice`: the embedded hub.

#![allow(missing_docs, reason = "the fields are the command's own words, with their help")]

pub mod reset;
pub mod seed;
pub mod serve;

use super::Context;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Serve(serve::Args),
    Reset(reset::Args),
    Seed(seed::Args),
}

/// Runs the command; its exit code.
pub fn dispatch(command: Command, context: &mut Context) -> anyhow::Result<u8> {
    match command {
        Command::Serve(args) => serve::run(args, context),
        Command::Reset(args) => reset::run(args, context),
        Command::Seed(args) => seed::run(args, context),
    }
}
