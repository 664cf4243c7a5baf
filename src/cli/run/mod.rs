// SPDX-License-Identifier: GPL-3.0-or-later
//! `flr run`: what flr has done.

#![allow(
    missing_docs,
    reason = "the fields are the command's own words, with their help"
)]

pub mod list;
pub mod resume;
pub mod show;
pub mod undo;

use super::Context;
use super::options::Continues;
use crate::Error;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    List(list::Args),
    Show(show::Args),
    Resume(Continues<resume::Args>),
    Undo(Continues<undo::Args>),
}

/// Runs the command; its exit code.
pub fn dispatch(command: Command, _context: &mut Context) -> anyhow::Result<u8> {
    match command {
        Command::List(_) | Command::Show(_) | Command::Resume(_) | Command::Undo(_) => {
            Err(Error::failed("the road is not connected yet").into())
        }
    }
}
