// SPDX-License-Identifier: GPL-3.0-or-later
//! The way into privileged mode, in the order in which it must be walked: the process is made safe,
//! the caller is known, his grant is read, root is left, the audit log is open. Nothing he says is
//! looked at before.

use super::account::{self, Account};
use super::audit::{self, AuditLog, Body, Event, Syslog};
use super::caller::Sudo;
use super::door::{Door, Login, Who};
use super::grant::Grant;
use super::guarded::{self, Rules};
use super::settings::{AccountSettings, Places, Settings};
use super::table::Command;
use super::{clock, input, process};
use crate::error::Kind;
use crate::{Error, Result};
use jiff::Timestamp;
use std::ffi::OsString;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

/// The account in whose log a refusal stands before it is known which account was meant.
const ROOT: &str = "root";

/// Somebody who has come in.
#[derive(Debug)]
pub struct Guest {
    /// Who it is.
    pub who: Who,
    /// What he may do.
    pub grant: Grant,
    /// The account that this process is, for good.
    pub account: Account,
    /// Its settings.
    pub settings: AccountSettings,
    /// Its audit log.
    pub log: AuditLog,
    /// What he says, the program's name first.
    pub words: Vec<String>,
}

/// What is known so far, for the record of a refusal.
#[derive(Default)]
struct Known {
    account: Option<Account>,
    who: Option<Who>,
    grant: Option<(String, String)>,
}

/// Makes the process safe and finds out who came in, with what grant. Whatever fails is recorded,
/// if it can be.
///
/// # Errors
/// [`Kind::Unsafe`]: machine, process, caller or grant are not as they must be.
/// [`Kind::NotPermitted`]: there is no grant for the caller here. [`Kind::Usage`]: words that no
/// command can have.
pub fn receive(
    door: &Door,
    settings: &Settings,
    sudo: &Sudo,
    places: &Places,
    commands: &[Command],
    args: Vec<OsString>,
) -> Result<Guest> {
    let syslog = syslog(settings);
    let mut known = Known::default();
    walk_in(door, settings, sudo, places, commands, args, &mut known).map_err(|error| {
        let error = worded(error);
        match refuse(&known, places, syslog.clone(), &error) {
            Ok(()) => error,
            // What stands in its way has been said.
            Err(unrecorded) if error.what.ends_with(&unrecorded.what) => error,
            Err(unrecorded) => error.hint(format!("and this could not be recorded: {}", unrecorded.what)),
        }
    })
}

/// A machine that is not as it must be is told in the same words wherever it shows.
pub fn worded(error: Error) -> Error {
    if error.kind != Kind::Unsafe || error.what.starts_with("refused: ") {
        return error;
    }
    Error { what: format!("refused: {}", error.what), ..error }
}

fn walk_in(
    door: &Door,
    settings: &Settings,
    sudo: &Sudo,
    places: &Places,
    commands: &[Command],
    args: Vec<OsString>,
    known: &mut Known,
) -> Result<Guest> {
    process::make_safe()?;
    let here = match door {
        Door::Account { account } => Some(known_account(account)?),
        Door::Root | Door::Personal => None,
    };
    if let Some(account) = &here {
        known.account = Some(account.clone());
        process::is_exactly(account)?;
    }
    process::check_limits()?;
    let now = clock::now();
    if now < clock::WRITTEN {
        return Err(Error::new(Kind::Unsafe, format!("refused: the clock is wrong: it says {now}")));
    }
    let words = input::words(args).map_err(|bad| Error::usage(bad.join("; ")));
    let own = here.as_ref().map(|account| (account.name.as_str(), account.uid));
    let login = Login { uid: process::login_uid(), session: process::session_id() };
    let who = Who::of(sudo, own, settings, login, account::name_of)?;
    known.who = Some(who.clone());
    let grant = granted(&who, here.as_ref(), places, commands, now)?;
    known.grant = Some((grant.ticket.clone(), grant.sha.clone()));
    let of_account = settings.account_of(&grant)?.clone();
    let account = match here {
        Some(account) => account,
        None => {
            let account = known_account(&grant.run_as)?;
            process::drop_to(&account)?;
            account
        }
    };
    known.account = Some(account.clone());
    trust_credential(&of_account, &account)?;
    own_state(&places.state(&account.name), &account)?;
    let log = open_log(&account, places, syslog(settings))?;
    Ok(Guest { who, grant, account, settings: of_account, log, words: words? })
}

/// The grant of `who`, if it holds here.
fn granted(who: &Who, here: Option<&Account>, places: &Places, commands: &[Command], now: Timestamp) -> Result<Grant> {
    let grant = Grant::of(places, &who.name, commands, now)?;
    grant.holds_on(&process::host_name()?)?;
    if let Some(account) = here
        && account.name != grant.run_as
    {
        let what = format!("{} may not use the account {}", who.name, account.name);
        return Err(
            Error::new(Kind::NotPermitted, what).hint(format!("the grant is for {0}: sudo -u {0}", grant.run_as))
        );
    }
    Ok(grant)
}

pub(super) fn known_account(name: &str) -> Result<Account> {
    let found = Account::named(name)?;
    found.ok_or_else(|| Error::new(Kind::Unsafe, format!("refused: there is no account {name} on this machine")))
}

/// Nobody but `account` can read what its settings name as its credential.
pub(super) fn trust_credential(settings: &AccountSettings, account: &Account) -> Result<()> {
    let mut files = settings.keytab.iter().chain(&settings.cert);
    files.try_for_each(|file| guarded::trust_keys(file, account.uid, &Rules::of_root()))
}

/// Whoever could write there could begin the day's counters anew.
fn own_state(state: &Path, account: &Account) -> Result<()> {
    if guarded::trust_directory(state, &Rules { owner: account.uid, ..Rules::of_root() })? {
        return Ok(());
    }
    Err(Error::new(Kind::Unsafe, format!("refused: there is no directory {}", state.display()))
        .hint("flr-operations(7) says how an administrator makes it"))
}

fn syslog(settings: &Settings) -> Syslog {
    let socket = Syslog::SOCKET.into();
    if settings.require_syslog { Syslog::Required(socket) } else { Syslog::Wanted(socket) }
}

fn open_log(account: &Account, places: &Places, syslog: Syslog) -> Result<AuditLog> {
    AuditLog::open(&places.audit_log(&account.name), account.clone(), syslog)
}

/// Records a refusal as far as anything is known, or shouts to the system log that it could not be.
fn refuse(known: &Known, places: &Places, syslog: Syslog, error: &Error) -> Result<()> {
    // Root keeps a log of what was refused before it was known which account was meant.
    let account = known.account.clone().unwrap_or(Account { name: ROOT.to_owned(), uid: 0, gid: 0 });
    let (ticket, grant_sha) = known.grant.clone().unzip();
    let entry = Body {
        ticket,
        grant_sha,
        outcome: Some("refused".to_owned()),
        code: Some(error.kind.exit_code()),
        reason: Some(error.what.clone()),
        ..Body::new(Event::Deny, known.who.as_ref().map(Who::recorded).unwrap_or_default())
    };
    let state = places.state(&account.name);
    let place = if account.uid == 0 {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&state);
        made.map_err(|e| Error::new(Kind::Unsafe, format!("{} cannot be made: {e}", state.display())))
    } else {
        own_state(&state, &account)
    };
    let recorded = place
        .and_then(|()| open_log(&account, places, syslog.clone()))
        .and_then(|log| audit::deny(&log, &state, entry.clone()));
    recorded.map(|_| ()).inspect_err(|_| syslog.lost(&account.name, &entry))
}
