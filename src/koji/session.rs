// SPDX-License-Identifier: GPL-3.0-or-later
//! A logged-in session: rising numbers, one call at a time, and what to make of a lost answer.
//!
//! koji stores the number of a call when the call commits something. So the same bytes may be sent
//! again under the same number: if the first copy was committed the answer is fault 1009, if it never
//! arrived or was rolled back the second runs. A fault for the whole request means that nothing of
//! it was kept.

use super::User;
use super::calls::{Call, Fault, Reply, SendError, Sent, SessionId, Writer};
use super::encode::Ask;
use super::http::{Became, Envelope, Line, Trouble};
use super::login::{self, Proof};
use super::topdir::{SignedCopy, Topdir};
use super::wire::{LoginAnswer, Member, One, SessionKey};
use crate::names::{TaskId, UserName};
use crate::{Error, Result};
use reqwest::blocking::Client;
use reqwest::header::{HeaderMap, HeaderValue};
use serde::de::{DeserializeOwned, IgnoredAny};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// How far to go for an answer.
struct Effort {
    /// How often a session that has expired is renewed; then 1007 is an answer.
    renewals: u32,
    /// Two tries and no more, however many the profile allows, and soon.
    once_more: bool,
    /// What may have run may be sent again.
    again: bool,
}

const WORK: Effort = Effort { renewals: 2, once_more: false, again: true };

/// For what would do twice as much if it ran twice. The number protects from that but for the case
/// where both copies wait at a busy hub.
const ONCE: Effort = Effort { again: false, ..WORK };

/// For ending our own session: all work is done and recorded, and a session left open expires by
/// itself. Nobody waits ten minutes for that, or renews a session to end it.
const GOODBYE: Effort = Effort { renewals: 0, once_more: true, again: true };

/// One session at one hub, and who has it.
#[derive(Debug)]
pub(super) struct Session {
    link: Link,
    user: UserName,
}

/// The session itself.
struct Link {
    line: Arc<Line>,
    proof: Arc<Proof>,
    id: SessionId,
    key: SessionKey,
    /// Sent in headers; otherwise in the address.
    headers: bool,
    server: Url,
    client: Client,
    /// The number of the next call.
    number: u64,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("id", &self.id).field("number", &self.number).finish_non_exhaustive()
    }
}

/// An answer, and whether it took more than one sending.
struct Settled<T> {
    value: Result<T, Fault>,
    resent: bool,
}

impl Session {
    /// Logs in and makes sure that the hub knows whose calls these are.
    pub(super) fn open(line: Arc<Line>, proof: Arc<Proof>) -> Result<Self> {
        let opened = login::open(&line, &proof, None)?;
        let mut link = Link {
            line,
            proof,
            id: opened.id,
            key: opened.key,
            headers: opened.headers,
            server: opened.server,
            client: opened.client,
            number: 0,
        };
        match link.logged_in() {
            Ok(user) => Ok(Self { link, user }),
            Err(error) => {
                // The first error is the one to tell; a session left open expires.
                let _ = link.log_out(None);
                Err(error)
            }
        }
    }
}

impl Link {
    /// koji: `getLoggedInUser()`: `nil` for an anonymous call. A hub that ignores sessions in
    /// addresses runs every call of ours as nobody.
    fn logged_in(&mut self) -> Result<UserName> {
        let user: Option<One<User>> = self.call(Ask::new("getLoggedInUser"))?;
        let host = self.line.host();
        let user = user.ok_or_else(|| {
            Error::failed(format!("{host} took the login and runs the calls of the session as anonymous ones"))
                .hint("a hub that takes no sessions in headers must not be told to refuse them in addresses")
        })?;
        let misnamed = |why| Error::failed(format!("getLoggedInUser at {host}: {why}"));
        user.0.map(|user| user.name).map_err(misnamed)
    }

    /// Where the call of this number goes. Never shown: it holds the key.
    fn envelope(&self, number: u64, timeout: Duration) -> Result<Envelope> {
        let mut url = self.server.clone();
        let mut headers = HeaderMap::new();
        let key = &self.key.0;
        if self.headers {
            let mut secret = HeaderValue::from_str(key)
                .map_err(|_| Error::failed(format!("the session key of {} fits in no header", self.line.host())))?;
            secret.set_sensitive(true);
            headers.insert("Koji-Session-Id", HeaderValue::from(self.id.0));
            headers.insert("Koji-Session-Key", secret);
            headers.insert("Koji-Session-Callnum", HeaderValue::from(number));
            // Hubs before 1.35 look for the number here, and without one a resent write runs twice.
            headers.insert("Koji-Callnum", HeaderValue::from(number));
        } else {
            url.query_pairs_mut()
                .append_pair("session-id", &self.id.0.to_string())
                .append_pair("session-key", key)
                .append_pair("callnum", &number.to_string());
        }
        Ok(Envelope { url, headers, timeout })
    }

    /// koji: `login`/`sslLogin` with the old session's headers and `renew=true`: the same session, a
    /// new key.
    ///
    /// The numbers go on rising, where koji's own client begins with 0 again: a hub that still knows
    /// the last number would take 0 for too low, or for used, and say that it had done what it never
    /// saw. Gaps harm nobody.
    fn renew(&mut self) -> Result<()> {
        let host = self.line.host();
        self.line.patience.say(&format!("the session at {host} has expired; renewing it"));
        let number = self.take_number();
        let old = self.envelope(number, self.line.profile.auth_timeout)?;
        let opened = login::open(&self.line, &self.proof, Some(old))?;
        if opened.id != self.id {
            return Err(Error::failed(format!(
                "{host} answered the renewal of session {} with session {}",
                self.id.0, opened.id.0
            )));
        }
        self.key = opened.key;
        self.headers = opened.headers;
        self.client = opened.client;
        Ok(())
    }

    /// Sends one request until it is known what became of it, or nothing more can be done.
    fn exchange<T: DeserializeOwned>(&mut self, ask: Ask) -> Result<Settled<T>, SendError> {
        self.exchange_for(ask, &WORK)
    }

    /// [`Self::exchange`], as far as the call is worth it.
    fn exchange_for<T: DeserializeOwned>(&mut self, ask: Ask, effort: &Effort) -> Result<Settled<T>, SendError> {
        let method = ask.method().to_owned();
        let body = ask.body().map_err(SendError::NotSent)?;
        let line = Arc::clone(&self.line);
        let patience = &line.patience;
        let mut attempt = Attempt::default();
        let mut number = self.take_number();
        let mut renewals = 0;
        let mut next = 1;
        loop {
            next += 1;
            let to = self.envelope(number, line.profile.timeout);
            let to = to.map_err(|error| attempt.given_up(error))?;
            let (error, pause) = match line.post::<T>(&self.client, &to, &method, &body) {
                Ok(answer) => match answer.value {
                    Ok(value) => return Ok(attempt.settled(Ok(value))),
                    Err(fault) => match fault.code {
                        Fault::RETRY => return Err(SendError::Committed),
                        Fault::OFFLINE => (self.faulted(&method, &fault), patience.interval),
                        Fault::AUTH_EXPIRED if renewals < effort.renewals => {
                            renewals += 1;
                            self.renew().map_err(|error| attempt.given_up(error))?;
                            number = self.take_number();
                            continue;
                        }
                        // These speak of the session, not of what was sent before.
                        Fault::AUTH_LOCK | Fault::SEQUENCE => {
                            return Err(attempt.given_up(self.faulted(&method, &fault)));
                        }
                        _ => return Ok(attempt.settled(Err(fault))),
                    },
                },
                Err(trouble) => {
                    let pause = match trouble.became {
                        Became::Refused => return Err(attempt.given_up(trouble.error)),
                        Became::NeverSent => patience.interval,
                        Became::Offline => patience.interval.max(patience.resend),
                        // The first time soon, but not so soon that both copies run.
                        Became::Lost | Became::Garbled if attempt.maybe_ran => patience.interval.max(patience.resend),
                        Became::Lost | Became::Garbled => patience.resend,
                    };
                    attempt.note(&trouble);
                    if attempt.maybe_ran && !effort.again {
                        return Err(attempt.given_up(trouble.error));
                    }
                    (trouble.error, pause)
                }
            };
            let pause = if effort.once_more { patience.resend } else { pause };
            if (effort.once_more && next > 2) || !patience.wait(pause, next, &error) {
                return Err(attempt.given_up(error));
            }
        }
    }

    fn take_number(&mut self) -> u64 {
        let number = self.number;
        self.number += 1;
        number
    }

    fn faulted(&self, method: &str, fault: &Fault) -> Error {
        let what = format!("{method} at {}: {fault}", self.line.host());
        match fault.code {
            Fault::OFFLINE | Fault::AUTH_LOCK => Error::not_now(what),
            _ => Error::failed(what),
        }
    }

    /// A call that changes nothing that has to be settled.
    fn call<T: DeserializeOwned>(&mut self, ask: Ask) -> Result<T> {
        let method = ask.method().to_owned();
        match self.exchange(ask) {
            Ok(settled) => settled.value.map_err(|fault| self.faulted(&method, &fault)),
            Err(SendError::NotSent(error) | SendError::Unknown(error)) => Err(error),
            Err(SendError::Committed) => {
                Err(Error::failed(format!("{method} at {} was done, and its answer is lost", self.line.host())))
            }
        }
    }

    /// koji: `logout(session_id=)`. Done is done: lost answers and lost sessions are no errors.
    fn log_out(&mut self, other: Option<SessionId>) -> Result<()> {
        let (ask, effort) = match other {
            None => (Ask::new("logout"), &GOODBYE),
            Some(session) => (Ask::new("logout").arg(session.0), &WORK),
        };
        let gone = |code| [Fault::AUTH, Fault::AUTH_EXPIRED].contains(&code);
        match self.exchange_for::<IgnoredAny>(ask, effort) {
            Err(SendError::Committed) => Ok(()),
            Err(SendError::NotSent(error) | SendError::Unknown(error)) => Err(error),
            Ok(settled) => match settled.value {
                Ok(_) => Ok(()),
                // It is gone already, maybe by the first copy of this request.
                Err(fault) if other.is_none() && gone(fault.code) => Ok(()),
                // The hub knows no such session of this user (any more).
                Err(fault) if other.is_some() && fault.code == Fault::GENERIC => Ok(()),
                Err(fault) => Err(self.faulted("logout", &fault)),
            },
        }
    }

    /// What the hub's answers to a batch mean.
    fn answers(
        &self,
        calls: &[Call],
        members: Vec<Member<serde_json::Value>>,
    ) -> Result<Vec<Result<Reply, Fault>>, SendError> {
        let odd = |why: String| SendError::Unknown(Error::failed(format!("multiCall at {}: {why}", self.line.host())));
        if members.len() != calls.len() {
            return Err(odd(format!("{} answers to {} calls", members.len(), calls.len())));
        }
        let reply = |(call, member): (&Call, Member<serde_json::Value>)| {
            let value = match member.0 {
                Ok(value) => value,
                Err(fault) => return Ok(Err(fault)),
            };
            match call {
                Call::TagBuild { .. } | Call::MoveBuild { .. } | Call::Build { .. } => value
                    .as_u64()
                    .map(|task| Ok(Reply::Task(TaskId(task))))
                    .ok_or_else(|| odd("an answer that should be a task is none".into())),
                Call::TagBuildBypass { .. }
                | Call::UntagBuildBypass { .. }
                | Call::UntagBuild { .. }
                | Call::PackageListAdd { .. }
                | Call::PackageListSetOwner { .. }
                | Call::PackageListBlock { .. }
                | Call::PackageListUnblock { .. }
                | Call::PackageListRemove { .. }
                | Call::EditTag { .. }
                | Call::CreateTag { .. }
                | Call::SnapshotTag { .. }
                | Call::DeleteTag { .. }
                | Call::RemoveSideTag { .. }
                | Call::SetInheritance { .. }
                | Call::GroupListAdd { .. }
                | Call::GroupListRemove { .. }
                | Call::GroupPackageListAdd { .. }
                | Call::GroupPackageListRemove { .. }
                | Call::AddExternalRepoToTag { .. }
                | Call::EditTagExternalRepo { .. }
                | Call::RemoveExternalRepoFromTag { .. }
                | Call::CreateTarget { .. }
                | Call::EditTarget { .. }
                | Call::RequestRepo { .. }
                | Call::DeleteTarget { .. }
                | Call::WriteSigned { .. }
                | Call::CancelTask { .. } => Ok(Ok(Reply::Done)),
            }
        };
        calls.iter().zip(members).map(reply).collect()
    }
}

/// What is known so far about one request.
#[derive(Debug, Default)]
struct Attempt {
    /// A copy of it may have run.
    maybe_ran: bool,
}

impl Attempt {
    fn note(&mut self, trouble: &Trouble) {
        self.maybe_ran |= match trouble.became {
            Became::Refused | Became::NeverSent => false,
            // A gateway says "away" also when only the answer was lost.
            Became::Offline | Became::Lost | Became::Garbled => true,
        };
    }

    fn settled<T>(&self, value: Result<T, Fault>) -> Settled<T> {
        Settled { value, resent: self.maybe_ran }
    }

    fn given_up(&self, error: Error) -> SendError {
        if self.maybe_ran { SendError::Unknown(error) } else { SendError::NotSent(error) }
    }
}

impl Writer for Session {
    fn user(&self) -> &UserName {
        &self.user
    }

    fn session(&self) -> SessionId {
        self.link.id
    }

    fn permissions(&mut self) -> Result<BTreeSet<String>> {
        self.link.call(Ask::new("getPerms"))
    }

    fn send(&mut self, calls: &[Call]) -> Result<Sent, SendError> {
        if calls.is_empty() {
            return Ok(Sent { answers: Vec::new(), resent: false });
        }
        let ask = Ask::multicall(calls.iter().map(Ask::from).collect());
        let effort = if calls.iter().all(Call::is_harmless_twice) { &WORK } else { &ONCE };
        let settled = self.link.exchange_for(ask, effort)?;
        match settled.value {
            Ok(members) => Ok(Sent { answers: self.link.answers(calls, members)?, resent: settled.resent }),
            // The session is gone: a copy sent before may have run, or may run yet.
            Err(fault) if fault.code == Fault::AUTH || (fault.code == Fault::AUTH_EXPIRED && settled.resent) => {
                Err(SendError::Unknown(self.link.faulted("multiCall", &fault)))
            }
            Err(fault) => Err(SendError::NotSent(self.link.faulted("multiCall", &fault))),
        }
    }

    fn remove_signed_copies(&self, copies: &[SignedCopy]) -> Result<Vec<Result<bool>>> {
        let files = Topdir::at(&self.link.line.profile.topdir)?;
        Ok(copies.iter().map(|copy| files.remove(copy)).collect())
    }

    fn subsession(&mut self) -> Result<Box<dyn Writer>> {
        let opened: LoginAnswer = match self.link.exchange(Ask::new("subsession")) {
            Ok(settled) => settled.value.map_err(|fault| self.link.faulted("subsession", &fault))?,
            // One was opened and nobody knows its key: it ends with this session.
            Err(SendError::Committed) => self.link.call(Ask::new("subsession"))?,
            Err(SendError::NotSent(error) | SendError::Unknown(error)) => return Err(error),
        };
        let link = Link {
            line: Arc::clone(&self.link.line),
            proof: Arc::clone(&self.link.proof),
            id: opened.id,
            key: opened.key,
            headers: self.link.headers,
            server: self.link.server.clone(),
            client: self.link.client.clone(),
            number: 0,
        };
        let user = self.user.clone();
        Ok(Box::new(Self { link, user }))
    }

    fn close_session(&mut self, session: SessionId) -> Result<()> {
        self.link.log_out(Some(session))
    }

    fn logout(mut self: Box<Self>) -> Result<()> {
        self.link.log_out(None)
    }
}
