// SPDX-License-Identifier: GPL-3.0-or-later
//! The client: one hub, read anonymously.

use super::encode::Ask;
use super::http::{Became, Envelope, Line};
use super::patience::{Notices, Patience};
use super::profile::Profile;
use super::wire::Member;
use super::{Fault, Reader};
use crate::names::{PackageName, TagName};
use crate::{Error, Result};
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Calls in one multicall. Bigger ones are no faster, and a hub answers each only as a whole.
const CHUNK: usize = 200;

/// How the client behaves while a hub is away; the rest is in the profile.
#[derive(Clone)]
pub struct Options {
    /// Told what is being waited for, and how long.
    pub notices: Notices,
    /// Once true, every pause ends at once; what was being waited for fails.
    pub stop: Arc<AtomicBool>,
    /// Pause before a request whose answer was lost is sent again. Below a second koji may run both
    /// copies.
    pub resend_pause: Duration,
    /// Go to the hub itself, by https only: no proxy, whatever the environment says.
    pub direct: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { notices: Arc::new(|_| {}), stop: Arc::default(), resend_pause: Duration::from_secs(1), direct: false }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("resend_pause", &self.resend_pause).finish_non_exhaustive()
    }
}

/// One hub. Reading ([`Reader`]) is anonymous; [`Hub::login`] opens a session that can write.
///
/// Certificates are checked against the system's authorities, or only those in the profile's
/// `serverca`. No redirect is followed; what the hub's host points to is in the error. The proxies of
/// the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`) are used, except for a hub on
/// loopback. An answer of more than 2 GiB, or one text of more than 64 MiB, is an error.
///
/// Every call has the time the profile's `timeout` gives it. While the hub is away it is tried again
/// `max_retries` times, `retry_interval` apart, each time with a notice.
#[derive(Debug)]
pub struct Hub {
    pub(super) line: Arc<Line>,
    /// Names of task owners: the hub gives numbers.
    pub(super) owners: Mutex<BTreeMap<u64, Option<String>>>,
}

impl Hub {
    /// The hub of `profile`. Nothing is sent yet.
    pub fn new(profile: Profile) -> Result<Self> {
        Self::with(profile, Options::default())
    }

    /// The same with other manners of waiting.
    pub fn with(profile: Profile, options: Options) -> Result<Self> {
        let server = &profile.server;
        if !["http", "https"].contains(&server.scheme()) || server.host_str().is_none() {
            let what = format!("the server of profile {} is neither http://… nor https://…: {server}", profile.name);
            return Err(Error::failed(what));
        }
        if !server.username().is_empty() || server.password().is_some() {
            let what = format!("the server of profile {} holds a user name or a password", profile.name);
            return Err(Error::failed(what));
        }
        let patience = Patience {
            retries: profile.max_retries,
            interval: profile.retry_interval,
            resend: options.resend_pause,
            notices: options.notices,
            stop: options.stop,
        };
        Ok(Self { line: Arc::new(Line::new(profile, patience, options.direct)), owners: Mutex::default() })
    }

    /// What this hub was made from.
    pub fn profile(&self) -> &Profile {
        &self.line.profile
    }

    /// One anonymous call. A fault is `Ok(Err(fault))`, but for 1014: that is a hub that is away.
    pub(super) fn ask<T: DeserializeOwned>(&self, ask: Ask) -> Result<Result<T, Fault>> {
        let method = ask.method().to_owned();
        let body = ask.body()?;
        let to = Envelope {
            url: self.line.profile.server.clone(),
            headers: HeaderMap::new(),
            timeout: self.line.profile.timeout,
        };
        let client = self.line.client()?;
        let patience = &self.line.patience;
        let mut next = 1;
        loop {
            next += 1;
            let error = match self.line.post(&client, &to, &method, &body) {
                Ok(answer) => match answer.value {
                    Err(fault) if fault.code == Fault::OFFLINE => {
                        Error::not_now(format!("{method} at {}: {fault}", self.line.host()))
                    }
                    value => return Ok(value),
                },
                Err(trouble) => match trouble.became {
                    Became::Refused | Became::Garbled => return Err(trouble.error),
                    // A hub closes idle connections, and a question may be asked twice.
                    Became::Lost if next == 2 && !patience.stopped() => continue,
                    Became::Lost | Became::NeverSent | Became::Offline => trouble.error,
                },
            };
            if !patience.wait(patience.interval, next, &error) {
                return Err(error);
            }
        }
    }

    /// One anonymous call that must not fault.
    pub(super) fn get<T: DeserializeOwned>(&self, ask: Ask) -> Result<T> {
        let method = ask.method().to_owned();
        self.ask(ask)?.map_err(|fault| self.faulted(&method, &fault))
    }

    /// All calls, in multicalls of a bounded size; an answer for each, in order.
    pub(super) fn get_all<T: DeserializeOwned>(
        &self,
        asks: impl IntoIterator<Item = Ask>,
    ) -> Result<Vec<Result<T, Fault>>> {
        let mut asks = asks.into_iter();
        let mut answers = Vec::new();
        loop {
            let chunk: Vec<Ask> = asks.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                return Ok(answers);
            }
            let count = chunk.len();
            let members: Vec<Member<T>> = self.get(Ask::multicall(chunk))?;
            if members.len() != count {
                return Err(Error::failed(format!(
                    "multiCall at {}: {} answers to {count} calls",
                    self.line.host(),
                    members.len()
                )));
            }
            answers.extend(members.into_iter().map(|member| member.0));
        }
    }

    /// What the hub said instead of a result.
    pub(super) fn faulted(&self, method: &str, fault: &Fault) -> Error {
        Error::failed(format!("{method} at {}: {fault}", self.line.host()))
    }

    /// A name of the hub's that is none.
    pub(super) fn misnamed(&self, method: &str, why: &str) -> Error {
        Error::failed(format!("{method} at {}: the answer holds what it should not: {why}", self.line.host()))
    }

    /// A fault of a call about `tag` and maybe `package`, put down to the one that does not exist.
    /// The texts of such faults vary, so the hub is asked.
    pub(super) fn blamed(
        &self,
        method: &str,
        fault: &Fault,
        tag: Option<&TagName>,
        package: Option<&PackageName>,
    ) -> Error {
        let look_up = || -> Result<Option<Error>> {
            if let Some(tag) = tag
                && self.tag(tag)?.is_none()
            {
                return Ok(Some(self.unknown("tag", &[tag.as_str()])));
            }
            if let Some(package) = package
                && !self.knows_packages(&[package])?.contains(&true)
            {
                return Ok(Some(self.unknown("package", &[package.as_str()])));
            }
            Ok(None)
        };
        if fault.code != Fault::GENERIC {
            return self.faulted(method, fault);
        }
        match look_up() {
            Ok(Some(error)) => error,
            Ok(None) | Err(_) => self.faulted(method, fault),
        }
    }

    /// Whether the hub has ever seen each package.
    ///
    /// koji: `getPackage(name)` in multicalls of at most 200.
    pub(super) fn knows_packages(&self, packages: &[&PackageName]) -> Result<Vec<bool>> {
        let asks = packages.iter().map(|package| Ask::new("getPackage").arg(package.as_str()));
        let answers = self.get_all::<Option<serde::de::IgnoredAny>>(asks)?;
        answers
            .into_iter()
            .map(|answer| match answer {
                Ok(package) => Ok(package.is_some()),
                Err(fault) => Err(self.faulted("getPackage", &fault)),
            })
            .collect()
    }

    /// All of them at once, as long as the line stays readable.
    pub(super) fn unknown(&self, what: &str, names: &[&str]) -> Error {
        const SHOWN: usize = 20;
        let shown: Vec<&str> = names.iter().take(SHOWN).copied().collect();
        let rest = match names.len().saturating_sub(SHOWN) {
            0 => String::new(),
            rest => format!(" and {rest} more"),
        };
        let plural = if names.len() == 1 { "" } else { "s" };
        Error::failed(format!("no such {what}{plural} at {}: {}{rest}", self.line.host(), shown.join(", ")))
    }
}
