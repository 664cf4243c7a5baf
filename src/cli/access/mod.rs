// SPDX-License-Identifier: GPL-3.0-or-later
//! `flr access`: who may do what here, and what they did. For administrators: it looks at grants and
//! uses none.

#![allow(missing_docs, reason = "the fields are the command's own words, with their help")]

pub mod check;
pub mod explain;
pub mod list;
pub mod request;
pub mod verify_log;

use super::Context;
use crate::access::process;
use crate::access::settings::Places;
use std::path::PathBuf;

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Request(Box<request::Args>),
    Check(check::Args),
    List(list::Args),
    Explain(explain::Args),
    VerifyLog(verify_log::Args),
}

/// Runs the command; its exit code.
pub fn dispatch(command: Command, context: &mut Context) -> anyhow::Result<u8> {
    match command {
        Command::Request(args) => request::show(*args, context),
        Command::Check(args) => check::show(args, context),
        Command::List(args) => list::show(args, context),
        Command::Explain(args) => explain::show(&args, context),
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
    /// The places below it. Another root than the machine's own belongs to whoever looks at it.
    pub fn places(&self) -> Places {
        let mut places = Places::below(&self.root);
        if !places.is_this_machine() {
            places.owner = process::effective_uid();
        }
        places
    }
}
