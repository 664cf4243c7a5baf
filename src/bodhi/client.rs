// SPDX-License-Identifier: GPL-3.0-or-later
//! The client: one Bodhi, read anonymously.
//!
//! No redirect is followed, no cookie is kept. The proxies of the environment are used, never for a
//! Bodhi on loopback. The system's certificates are trusted.

use super::facts::Records;
use super::settings::{self, Settings};
use super::wire::{self, Page, Refusal};
use super::{Reader, Record};
use crate::{Error, Result};
use reqwest::blocking::{Client, Response};
use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use url::Url;

/// Takes one line about what is being waited for. The line may hold foreign text.
pub type Notices = Arc<dyn Fn(&str) + Send + Sync>;

/// A page of 1,000 releases has about 1 MB.
const MOST_BYTES: u64 = 64 << 20;

/// Nobody has more releases than this many pages of them.
const MOST_PAGES: u64 = 10_000;

/// Pauses before a question is asked again: gateways say for a moment that Bodhi is away.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];

/// How the client behaves while Bodhi is away.
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

/// One Bodhi. Nothing is sent, and no client is built, before the first question.
#[derive(Debug)]
pub struct Bodhi {
    settings: Settings,
    options: Options,
    client: Mutex<Option<Client>>,
}

/// Why there is no answer, and whether asking again may bring one.
struct Trouble {
    error: Error,
    again: bool,
}

impl Trouble {
    fn lasting(what: String) -> Self {
        Self { error: Error::failed(what), again: false }
    }

    fn passing(what: String) -> Self {
        Self { error: Error::not_now(what), again: true }
    }
}

impl Bodhi {
    /// The Bodhi that `settings` say.
    pub fn new(settings: Settings, options: Options) -> Self {
        Self { settings, options, client: Mutex::default() }
    }

    /// Where it answers.
    pub fn url(&self) -> &Url {
        &self.settings.url
    }

    fn client(&self) -> Result<Client> {
        let mut slot = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = &*slot {
            return Ok(client.clone());
        }
        let mut builder = Client::builder()
            .user_agent(concat!("flr/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .gzip(true)
            .connect_timeout(self.settings.timeout.min(Duration::from_secs(20)))
            .timeout(self.settings.timeout);
        if settings::is_loopback(&self.settings.url) {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|e| Error::failed(format!("cannot prepare HTTPS: {}", root(&e))))?;
        *slot = Some(client.clone());
        Ok(client)
    }

    /// One question, asked again while Bodhi is away.
    fn page(&self, number: u64) -> Result<Page> {
        let client = self.client()?;
        let mut pauses = self.options.pauses.iter();
        loop {
            let Trouble { error, again } = match self.page_once(&client, number) {
                Ok(page) => return Ok(page),
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

    fn page_once(&self, client: &Client, number: u64) -> Result<Page, Trouble> {
        let mut url = self.settings.url.clone();
        // Without the slash at the end Bodhi answers with a redirect.
        url.set_path(&format!("{}/releases/", self.settings.url.path().trim_end_matches('/')));
        url.query_pairs_mut()
            .append_pair("page", &number.to_string())
            .append_pair("rows_per_page", &self.settings.rows_per_page.to_string());
        let response = client.get(url).header(ACCEPT, "application/json").send().map_err(|e| self.unsent(e))?;
        let status = response.status();
        if status.is_redirection() {
            let target = response.headers().get(LOCATION).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
            let mut trouble = self.trouble(
                false,
                format!("answered {status} and points to \"{}\", which flr does not follow", excerpt(&target)),
            );
            trouble.error = trouble.error.hint("name Bodhi itself with --bodhi URL or in bodhi.toml");
            return Err(trouble);
        }
        let json = is_json(&response);
        let body = self.body(response)?;
        if !status.is_success() {
            let words = serde_json::from_slice::<Refusal>(&body).ok().and_then(|refusal| refusal.words());
            let words = words.map(|words| format!(": {}", excerpt(&words))).unwrap_or_default();
            let away = matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504);
            return Err(self.trouble(away, format!("answered {}{words}", status.as_u16())));
        }
        if !json {
            let mut trouble = self.trouble(false, "the answer is no JSON".to_owned());
            trouble.error = trouble.error.hint("is this the address of a Bodhi?");
            return Err(trouble);
        }
        serde_json::from_slice(&body)
            .map_err(|e| self.trouble(false, format!("the answer is not what it should be: {e}")))
    }

    fn body(&self, response: Response) -> Result<Vec<u8>, Trouble> {
        let mut body = Vec::new();
        match response.take(MOST_BYTES + 1).read_to_end(&mut body) {
            Ok(_) if body.len() as u64 > MOST_BYTES => {
                Err(self.trouble(false, format!("the answer is longer than {MOST_BYTES} bytes")))
            }
            Ok(_) => Ok(body),
            Err(error) => Err(self.trouble(true, format!("the answer broke off: {}", root(&error)))),
        }
    }

    fn trouble(&self, away: bool, why: String) -> Trouble {
        let what = format!("releases at {}: {why}", settings::host_of(&self.settings.url));
        if away { Trouble::passing(what) } else { Trouble::lasting(what) }
    }

    fn unsent(&self, error: reqwest::Error) -> Trouble {
        let error = error.without_url();
        let why = root(&error);
        if error.is_builder() {
            return self.trouble(false, format!("cannot be asked for: {why}"));
        }
        if ["invalid peer certificate", "received fatal alert"].iter().any(|text| why.contains(text)) {
            let mut trouble = self.trouble(false, format!("TLS failed: {why}"));
            trouble.error = trouble.error.hint("check Bodhi's address and the clock of this machine");
            return trouble;
        }
        if error.is_timeout() {
            return self.trouble(true, "no answer in time".to_owned());
        }
        if error.is_connect() {
            return self.trouble(true, format!("Bodhi cannot be reached: {why}"));
        }
        self.trouble(true, format!("no answer: {why}"))
    }

    /// Pages are no snapshot: a release made or renamed in between moves the others. `None`: they do not
    /// fit together.
    fn all_pages(&self) -> Result<Option<Records>> {
        let mut found: BTreeMap<String, Record> = BTreeMap::new();
        let mut records = Records::default();
        let mut total = None;
        let mut rows = 0;
        let mut number = 1;
        loop {
            let page = self.page(number)?;
            if *total.get_or_insert(page.total) != page.total {
                return Ok(None);
            }
            rows += page.releases.len() as u64;
            for value in page.releases {
                match wire::record(value) {
                    Ok(record) => {
                        found.insert(record.name.clone(), record);
                    }
                    Err(unreadable) => records.unreadable.push(unreadable),
                }
            }
            if number >= page.pages {
                break;
            }
            if number == MOST_PAGES {
                return Err(self.trouble(false, format!("more than {MOST_PAGES} pages")).error);
            }
            number += 1;
        }
        let distinct = found.len() + records.unreadable.len();
        if rows != total.unwrap_or(rows) || distinct as u64 != rows {
            return Ok(None);
        }
        records.releases = found.into_values().collect();
        records.unreadable.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Some(records))
    }
}

impl Reader for Bodhi {
    fn releases(&self) -> Result<Records> {
        for _ in 0..3 {
            if let Some(records) = self.all_pages()? {
                return Ok(records);
            }
        }
        Err(self.trouble(true, "the pages do not fit together, somebody is changing releases".to_owned()).error)
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

fn excerpt(text: &str) -> String {
    const SHOWN: usize = 200;
    let head: String = text.chars().take(SHOWN).collect();
    if head.len() < text.len() { format!("{head}…") } else { head }
}
