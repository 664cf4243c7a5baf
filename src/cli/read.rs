// SPDX-License-Identifier: GPL-3.0-or-later
//! The short road of reading commands, from words to rows.

use super::connect::Connection;
use super::options::{Login, Shows};
use super::{Context, signals};
use crate::Result;
use crate::access::{Access, Caller};
use crate::error::Kind;
use crate::output::{Complaint, Stdout, complain};
use crate::pipeline::{Question, Readers, Stop, ask};
use std::sync::Arc;
use std::time::Duration;

/// The words of a reading command.
pub trait Answers: clap::Args {
    /// Asks and shows the answer; the exit code.
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8>;
}

/// What an answer needs.
pub struct Asking<'a> {
    readers: Readers<'a>,
    access: Access,
    /// Who started flr.
    pub caller: &'a Caller,
    /// The hub's profile.
    pub profile: &'a str,
    /// Where the answer goes.
    pub out: &'a mut Stdout,
    /// One JSON object a line, instead of a table.
    pub json: bool,
    /// Somebody wishes to stop.
    pub stop: Stop,
    /// Pause between two looks at something that changes.
    pub poll_interval: Duration,
}

impl Asking<'_> {
    /// The answer, if the caller may have it.
    pub fn ask<Q: Question>(&self, question: &Q) -> Result<Q::Answer> {
        ask(question, &self.access, &self.readers)
    }

    /// From now on Ctrl-C sets [`Asking::stop`]. Commands that only ask and show do without: dying
    /// of a signal is the right end for them.
    pub fn heed_signals(&self, at_once: Kind) -> Result<()> {
        signals::heed(&self.stop, at_once)
    }
}

/// Runs a reading command; its exit code.
pub fn read<A: Answers>(words: Shows<A>, context: &mut Context) -> anyhow::Result<u8> {
    let Shows { args, hub, json } = words;
    let stop = Stop::new();
    let notices = Arc::new(|text: &str| complain(Complaint::Note(text)));
    let login = Login::default();
    let connection = Connection::open(&hub.profile, &login, &context.caller, &stop, notices)?;
    let mut asking = Asking {
        readers: Readers { koji: connection.hub() },
        access: Access::Personal,
        caller: &context.caller,
        profile: &hub.profile,
        out: &mut context.out,
        json,
        stop,
        poll_interval: connection.profile().poll_interval,
    };
    args.answer(&mut asking)
}
