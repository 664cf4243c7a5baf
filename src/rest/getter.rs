// SPDX-License-Identifier: GPL-3.0-or-later
//! One question over HTTPS, asked again while the service is away.

use super::address::{host_of, is_loopback};
use crate::{Error, Result};
use reqwest::blocking::{Client, Response};
use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use std::fmt;
use std::io::{ErrorKind, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use url::Url;

/// Takes one line about what is being waited for. The line may hold foreign text.
pub type Notices = Arc<dyn Fn(&str) + Send + Sync>;

/// A page of 1,000 releases has about 1 MB, the owners of all packages about 3 MB.
const MOST_BYTES: u64 = 64 << 20;

/// Pauses before a question is asked again: gateways say for a moment that a service is away.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];

/// How the client behaves while the service is away.
#[derive(Clone)]
pub struct Options {
    /// Told what is being waited for, and how long.
    pub notices: Notices,
    /// Once true, every pause ends at once; what was being waited for fails.
    pub stop: Arc<AtomicBool>,
    /// Pauses before a question is asked again; none: it is asked once.
    pub pauses: Vec<Duration>,
}

impl Default for Options {
    fn default() -> Self {
        Self { notices: Arc::new(|_| {}), stop: Arc::default(), pauses: PAUSES.to_vec() }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("pauses", &self.pauses).finish_non_exhaustive()
    }
}

/// What is asked for, for the request and for messages.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// What it is: `releases`.
    pub what: &'static str,
    /// Who has it: `Bodhi`.
    pub who: &'static str,
    /// How to name another address: `with --bodhi URL or in bodhi.toml`.
    pub named: &'static str,
    /// Whether what does not call itself JSON is none. A service says so, a file server may not know.
    pub says_json: bool,
    /// The words of a refusal, foreign text.
    pub refusal: fn(&[u8]) -> Option<String>,
}

/// Asks. Nothing is sent, and no client is built, before the first question.
#[derive(Debug)]
pub struct Getter {
    timeout: Duration,
    options: Options,
    client: Mutex<Option<Client>>,
}

/// Why there is no answer, and whether asking again may bring one.
struct Trouble {
    error: Error,
    again: bool,
}

impl Getter {
    /// `timeout` bounds one answer.
    pub fn new(timeout: Duration, options: Options) -> Self {
        Self { timeout, options, client: Mutex::default() }
    }

    /// The body at `url`.
    ///
    /// # Errors
    /// There is none, or it is longer than 64 MiB. [`Kind::NotNow`](crate::error::Kind::NotNow) if the
    /// service is away.
    pub fn get(&self, url: &Url, wanted: &Wanted) -> Result<Vec<u8>> {
        let client = self.client(url)?;
        let mut pauses = self.options.pauses.iter();
        loop {
            let asking = Asking { url, wanted, until: Instant::now() + self.timeout, stop: &self.options.stop };
            let Trouble { error, again } = match asking.once(&client) {
                Ok(body) => return Ok(body),
                Err(trouble) => trouble,
            };
            let Some(pause) = pauses.next().filter(|_| again) else {
                return Err(error);
            };
            (self.options.notices)(&format!("{error}; trying again in {} s", pause.as_secs()));
            if !self.sleep(*pause) {
                return Err(error);
            }
        }
    }

    fn client(&self, url: &Url) -> Result<Client> {
        let mut slot = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = &*slot {
            return Ok(client.clone());
        }
        let mut builder = Client::builder()
            .user_agent(concat!("flr/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .gzip(true)
            .connect_timeout(self.timeout.min(Duration::from_secs(20)))
            .timeout(self.timeout);
        if is_loopback(url) {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|e| Error::failed(format!("cannot prepare HTTPS: {}", root(&e))))?;
        *slot = Some(client.clone());
        Ok(client)
    }

    /// `false` if somebody asked to stop.
    fn sleep(&self, pause: Duration) -> bool {
        let end = Instant::now() + pause;
        loop {
            if self.options.stop.load(Ordering::Relaxed) {
                return false;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            std::thread::sleep(left.min(Duration::from_millis(50)));
        }
    }
}

/// One question.
struct Asking<'a> {
    url: &'a Url,
    wanted: &'a Wanted,
    until: Instant,
    stop: &'a AtomicBool,
}

impl Asking<'_> {
    fn once(&self, client: &Client) -> Result<Vec<u8>, Trouble> {
        let Wanted { who, named, .. } = self.wanted;
        let request = client.get(self.url.clone()).header(ACCEPT, "application/json");
        let response = request.send().map_err(|error| self.unsent(error))?;
        let status = response.status();
        if status.is_redirection() {
            let target = response.headers().get(LOCATION).and_then(|v| v.to_str().ok()).unwrap_or_default();
            let why = format!("answered {status} and points to \"{}\", which flr does not follow", excerpt(target));
            return Err(self.trouble(false, why).hint(format!("name {who} itself {named}")));
        }
        let json = is_json(&response);
        let body = self.body(response)?;
        if !status.is_success() {
            let words = (self.wanted.refusal)(&body).map(|words| format!(": {}", excerpt(&words)));
            let away = matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504);
            return Err(self.trouble(away, format!("answered {}{}", status.as_u16(), words.unwrap_or_default())));
        }
        if self.wanted.says_json && !json {
            let trouble = self.trouble(false, "the answer is no JSON".to_owned());
            return Err(trouble.hint(format!("is this the address of a {who}?")));
        }
        Ok(body)
    }

    /// The client's own limit holds for each piece: an answer that trickles in would have no end.
    fn body(&self, mut response: Response) -> Result<Vec<u8>, Trouble> {
        let (mut body, mut piece) = (Vec::new(), [0; 16 << 10]);
        loop {
            let length = match response.read(&mut piece) {
                Ok(0) => return Ok(body),
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.trouble(true, format!("the answer broke off: {}", root(&error)))),
            };
            body.extend_from_slice(piece.get(..length).unwrap_or_default());
            if body.len() as u64 > MOST_BYTES {
                return Err(self.trouble(false, format!("the answer is longer than {MOST_BYTES} bytes")));
            }
            if Instant::now() > self.until {
                return Err(self.trouble(true, "the answer did not end in time".to_owned()));
            }
            if self.stop.load(Ordering::Relaxed) {
                return Err(self.trouble(true, "stopped before the answer had ended".to_owned()));
            }
        }
    }

    fn trouble(&self, again: bool, why: String) -> Trouble {
        let what = format!("{} at {}: {why}", self.wanted.what, host_of(self.url));
        Trouble { error: if again { Error::not_now(what) } else { Error::failed(what) }, again }
    }

    fn unsent(&self, error: reqwest::Error) -> Trouble {
        let error = error.without_url();
        let why = root(&error);
        let who = self.wanted.who;
        if error.is_builder() {
            return self.trouble(false, format!("cannot be asked for: {why}"));
        }
        if ["invalid peer certificate", "received fatal alert"].iter().any(|text| why.contains(text)) {
            let trouble = self.trouble(false, format!("TLS failed: {why}"));
            return trouble.hint(format!("check {who}'s address and the clock of this machine"));
        }
        if error.is_timeout() {
            return self.trouble(true, "no answer in time".to_owned());
        }
        if error.is_connect() {
            return self.trouble(true, format!("{who} cannot be reached: {why}"));
        }
        self.trouble(true, format!("no answer: {why}"))
    }
}

impl Trouble {
    fn hint(self, hint: String) -> Self {
        Self { error: self.error.hint(hint), ..self }
    }
}

fn is_json(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json"))
}

/// The innermost reason: the outer ones repeat the address.
fn root(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

/// The beginning of a text. Foreign text.
pub fn excerpt(text: &str) -> String {
    const SHOWN: usize = 200;
    let head: String = text.chars().take(SHOWN).collect();
    if head.len() < text.len() { format!("{head}…") } else { head }
}
