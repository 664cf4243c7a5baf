// SPDX-License-Identifier: GPL-3.0-or-later
//! The short road of reading commands, from words to rows.

use super::connect::Connection;
use super::options::{Asks, Grantable, Login, Shows};
use super::{Asker, Context, signals};
use crate::access::{Access, Caller};
use crate::error::Kind;
use crate::koji::profile::Profile;
use crate::output::{Complaint, Stdout, complain};
use crate::pipeline::{Question, Readers, Stop, Store, ask};
use crate::{Error, Result};
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
    asker: &'a Asker,
    access: &'a Access,
    /// Who started flr.
    pub caller: &'a Caller,
    /// The hub's profile.
    pub profile: &'a str,
    /// What the profile says.
    pub hub: &'a Profile,
    /// The Bodhi to ask, if it was named.
    pub bodhi: Option<String>,
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
        ask(question, self.access, &self.readers)
    }

    /// Another hub, for reading. Only whoever asks for himself can: an account has one hub.
    pub fn other_hub(&self, profile: &str) -> Result<Connection> {
        if self.is_granted() {
            return Err(Error::new(Kind::NotPermitted, format!("the hub of profile {profile} is not the account's")));
        }
        let notices = Arc::new(|text: &str| complain(Complaint::Note(text)));
        Connection::open(profile, &Login::default(), self.asker, &self.stop, notices)
    }

    /// Whether it is asked with a service account's credentials: then nothing of the caller's own counts.
    pub fn is_granted(&self) -> bool {
        matches!(self.access, Access::Granted(_))
    }

    /// The journals that whoever asks may see.
    pub fn store(&self) -> Result<Store> {
        let store = Store::at(self.caller.state_dir()?);
        Ok(match self.access {
            Access::Personal => store,
            Access::Granted(_) => store.only(&self.caller.name),
        })
    }

    /// From now on Ctrl-C sets [`Asking::stop`]. Commands that only ask and show do without: dying
    /// of a signal is the right end for them.
    pub fn heed_signals(&self, at_once: Kind) -> Result<()> {
        match self.access {
            Access::Personal => signals::heed(&self.stop, Some(at_once)),
            // They are heeded already.
            Access::Granted(_) => Ok(()),
        }
    }
}

/// Runs a reading command; its exit code.
pub fn read<A: Answers>(words: Shows<A>, context: &mut Context) -> anyhow::Result<u8> {
    let Shows { args, hub, json } = words;
    answer(args, &hub.profile, json, context)
}

/// The same in privileged mode, at the hub of the account.
pub fn granted<A: Answers + Grantable>(words: Asks<A>, context: &mut Context) -> anyhow::Result<u8> {
    let Asks { args, json } = words;
    let profile = context.asker.profile();
    answer(args, &profile, json, context)
}

fn answer<A: Answers>(args: A, profile: &str, json: bool, context: &mut Context) -> anyhow::Result<u8> {
    let stop = context.asker.stop.clone().unwrap_or_default();
    let notices = Arc::new(|text: &str| complain(Complaint::Note(text)));
    let login = Login::default();
    let connection = Connection::open(profile, &login, &context.asker, &stop, notices)?;
    let mut asking = Asking {
        readers: Readers { koji: connection.hub() },
        asker: &context.asker,
        access: &context.asker.access,
        caller: &context.asker.caller,
        profile,
        hub: connection.profile(),
        bodhi: None,
        out: &mut context.out,
        json,
        stop,
        poll_interval: connection.profile().poll_interval,
    };
    args.answer(&mut asking)
}
