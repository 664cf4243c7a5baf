// SPDX-License-Identifier: GPL-3.0-or-later
//! One request to a hub and what can become of it.
//!
//! - One client for all of a hub's requests, built when the first is sent: at most 3 s between two
//!   requests on one connection (a hub closes idle ones after 5).
//! - No redirect is followed: koji hubs do not send any, and a request with a session must not go
//!   anywhere else. No cookies.
//! - The proxies of the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`) are used, as
//!   koji's own client does; never for a hub on loopback.
//! - The system's certificates are trusted, or only those of the profile's `serverca`.

use super::Fault;
use super::patience::Patience;
use super::profile::Profile;
use super::xml::{self, XmlError};
use crate::{Error, Result};
use reqwest::blocking::{Client, ClientBuilder, Response};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION, WWW_AUTHENTICATE};
use reqwest::{Certificate, Identity, StatusCode};
use serde::de::DeserializeOwned;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;
use url::{Host, Url};

/// An answer longer than this is refused: the longest known one has 218 MB.
const MOST_BYTES: u64 = 1 << 31;

/// Bound on reaching a hub, name look-up and TLS included.
const CONNECT: Duration = Duration::from_secs(60);

/// The way to one hub.
#[derive(Debug)]
pub(super) struct Line {
    pub profile: Profile,
    pub patience: Patience,
    /// No proxy, https only.
    direct: bool,
    client: Mutex<Option<Client>>,
}

/// Where a request goes and with what.
#[derive(Clone)]
pub(super) struct Envelope {
    /// May hold a session's key: never shown.
    pub url: Url,
    pub headers: HeaderMap,
    pub timeout: Duration,
}

/// What came back with an answer.
pub(super) struct Answer<T> {
    pub value: T,
    /// The last word of a negotiation.
    pub negotiate: Option<String>,
}

/// Why there is no answer, and what that says about the request.
#[derive(Debug, Clone)]
pub(super) struct Trouble {
    pub became: Became,
    pub error: Error,
    /// The web server does not take who asks (401, 403); the token of its challenge, or nothing.
    pub challenge: Option<String>,
}

/// What became of a request without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Became {
    /// It was not sent or was refused, and will be the next time.
    Refused,
    /// It never arrived; the hub may be back soon.
    NeverSent,
    /// Somebody says that the hub is away. A gateway says so also if only the answer was lost.
    Offline,
    /// It may have run.
    Lost,
    /// What came back is whole and no answer of a hub: it may have run, and asking again brings the
    /// same, if it was a question.
    Garbled,
}

impl Trouble {
    fn new(became: Became, error: Error) -> Self {
        Self { became, error, challenge: None }
    }
}

impl Line {
    pub(super) fn new(profile: Profile, patience: Patience, direct: bool) -> Self {
        Self { profile, patience, direct, client: Mutex::new(None) }
    }

    /// The hub's name in messages.
    pub(super) fn host(&self) -> String {
        host_of(&self.profile.server)
    }

    /// The client for everything but a login by certificate.
    pub(super) fn client(&self) -> Result<Client> {
        let mut slot = match self.client.lock() {
            Ok(slot) => slot,
            Err(poisoned) => poisoned.into_inner(),
        };
        if let Some(client) = &*slot {
            return Ok(client.clone());
        }
        if self.profile.no_ssl_verify {
            self.patience.say(&format!("the certificate of {} is not checked (no_ssl_verify)", self.host()));
        }
        let client = built(self.builder()?)?;
        *slot = Some(client.clone());
        Ok(client)
    }

    /// A client that shows the certificate in `file`.
    pub(super) fn client_with_certificate(&self, file: &Path) -> Result<Client> {
        let pem = read("client certificate", file)?;
        let identity = Identity::from_pem(&pem).map_err(|e| {
            let what = format!("{} is no client certificate: {}", file.display(), root(&e));
            Error::failed(what).hint("it must hold the certificate and its unencrypted key, both as PEM")
        })?;
        built(self.builder()?.identity(identity))
    }

    fn builder(&self) -> Result<ClientBuilder> {
        let profile = &self.profile;
        let mut builder = Client::builder()
            .user_agent(concat!("flr/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .http1_only()
            .gzip(true)
            .tcp_nodelay(true)
            .tcp_keepalive(Duration::from_secs(60))
            .pool_idle_timeout(Duration::from_secs(3))
            .connect_timeout(CONNECT.min(profile.timeout))
            .timeout(profile.timeout);
        if self.direct || is_loopback(&profile.server) {
            builder = builder.no_proxy();
        }
        if self.direct {
            builder = builder.https_only(true);
        }
        if profile.no_ssl_verify {
            builder = builder.tls_danger_accept_invalid_certs(true);
        }
        if let Some(file) = &profile.serverca {
            let pem = read("CA bundle (serverca)", file)?;
            let bundle = Certificate::from_pem_bundle(&pem).unwrap_or_default();
            if bundle.is_empty() {
                return Err(Error::failed(format!(
                    "the CA bundle (serverca) {} holds no certificate in PEM",
                    file.display()
                )));
            }
            builder = builder.tls_certs_only(bundle);
        }
        Ok(builder)
    }

    /// Sends `body` once and reads the answer into `T`; a fault is an answer.
    pub(super) fn post<T: DeserializeOwned>(
        &self,
        client: &Client,
        to: &Envelope,
        method: &str,
        body: &[u8],
    ) -> Result<Answer<Result<T, Fault>>, Trouble> {
        let place = Place { method, host: host_of(&to.url) };
        let request = client
            .post(to.url.clone())
            .headers(to.headers.clone())
            .header(CONTENT_TYPE, HeaderValue::from_static("text/xml"))
            .timeout(to.timeout)
            .body(body.to_vec());
        let response = request.send().map_err(|e| place.unsent(e))?;
        let negotiate = token_of(response.headers());
        let response = place.check(response)?;
        let mut body = Body::new(response);
        match xml::read_response(&mut body) {
            Ok(value) => Ok(Answer { value, negotiate }),
            Err(error) => Err(place.unread(&error, body.broken)),
        }
    }
}

/// What a message about a request begins with.
struct Place<'a> {
    method: &'a str,
    host: String,
}

impl Place<'_> {
    fn trouble(&self, became: Became, why: impl std::fmt::Display) -> Trouble {
        let what = format!("{} at {}: {why}", self.method, self.host);
        let error = match became {
            Became::Refused | Became::Garbled => Error::failed(what),
            Became::NeverSent | Became::Offline | Became::Lost => Error::not_now(what),
        };
        Trouble::new(became, error)
    }

    /// No head of an answer came.
    fn unsent(&self, error: reqwest::Error) -> Trouble {
        // Its own text holds the whole address, and that may hold a session's key.
        let error = error.without_url();
        let why = root(&error);
        if error.is_builder() {
            return self.trouble(Became::Refused, format_args!("cannot be sent: {why}"));
        }
        let tls = [
            ("invalid peer certificate", "check the profile's server and serverca, and the clock of this machine"),
            (
                "received fatal alert",
                "the hub ended the TLS handshake; it may want a client certificate, or another one",
            ),
        ];
        if let Some((_, hint)) = tls.iter().find(|(text, _)| why.contains(text)) {
            let mut trouble = self.trouble(Became::Refused, format_args!("TLS failed: {why}"));
            trouble.error = trouble.error.hint(*hint);
            return trouble;
        }
        if error.is_connect() {
            return self.trouble(Became::NeverSent, format_args!("the hub cannot be reached: {why}"));
        }
        if error.is_timeout() {
            return self.trouble(Became::Lost, "no answer in time");
        }
        self.trouble(Became::Lost, format_args!("no answer: {why}"))
    }

    /// Refuses everything that cannot be an answer of a hub, before its body is read.
    fn check(&self, response: Response) -> Result<Response, Trouble> {
        let status = response.status();
        let kind = header(&response, CONTENT_TYPE).unwrap_or_default();
        if status.is_redirection() {
            let target = header(&response, LOCATION).unwrap_or_default();
            let why = format!(
                "answered {} and points to \"{}\", which flr does not follow",
                status.as_u16(),
                excerpt(&target)
            );
            let mut trouble = self.trouble(Became::Refused, why);
            trouble.error = trouble.error.hint("set the profile's server to the hub itself");
            return Err(trouble);
        }
        if status != StatusCode::OK {
            let became = match status.as_u16() {
                500 | 502 | 503 | 504 | 408 | 429 => Became::Offline,
                _ => Became::Refused,
            };
            let challenge = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN]
                .contains(&status)
                .then(|| token_of(response.headers()).unwrap_or_default());
            let why = format!("answered {}{}", status.as_u16(), Self::quoted(response, &kind));
            let mut trouble = self.trouble(became, why);
            trouble.challenge = challenge;
            if status == StatusCode::NOT_FOUND {
                trouble.error =
                    trouble.error.hint("set the profile's server to the hub itself: as a rule it ends in /kojihub");
            }
            return Err(trouble);
        }
        let media = kind.split(';').next().unwrap_or_default().trim();
        if !["text/xml", "application/xml"].contains(&&*media.to_ascii_lowercase()) {
            let why = format!("the answer is no XML{}", Self::quoted(response, &kind));
            return Err(self.trouble(Became::Garbled, why));
        }
        if response.content_length().is_some_and(|n| n > MOST_BYTES) {
            let why = format!("the answer is longer than {MOST_BYTES} bytes");
            return Err(self.trouble(Became::Garbled, why));
        }
        Ok(response)
    }

    /// What kind of text came instead, and how it begins.
    fn quoted(response: Response, kind: &str) -> String {
        let mut begin = Vec::new();
        // A page that breaks off is quoted as far as it goes.
        let _ = response.take(2000).read_to_end(&mut begin);
        let begin = String::from_utf8_lossy(&begin);
        if kind.is_empty() && begin.is_empty() {
            return " with nothing".to_owned();
        }
        let text = if kind.contains("html") { without_tags(&begin) } else { begin.into_owned() };
        format!(" with {}: \"{}\"", excerpt(kind), excerpt(&text))
    }

    fn unread(&self, error: &XmlError, broken: Option<String>) -> Trouble {
        match broken {
            Some(why) => self.trouble(Became::Lost, format_args!("the answer broke off: {why}")),
            None => self.trouble(Became::Garbled, format_args!("the answer cannot be read: {error}")),
        }
    }
}

/// An answer's body that remembers whether the connection failed.
struct Body {
    inner: BufReader<Response>,
    broken: Option<String>,
}

impl Body {
    fn new(response: Response) -> Self {
        Self { inner: BufReader::with_capacity(64 * 1024, response), broken: None }
    }
}

impl BufRead for Body {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if let Err(error) = self.inner.fill_buf() {
            if error.kind() != io::ErrorKind::Interrupted {
                self.broken = Some(root(&error));
            }
            return Err(error);
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.inner.consume(amount);
    }
}

impl Read for Body {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(to)?;
        self.consume(count);
        Ok(count)
    }
}

fn built(builder: ClientBuilder) -> Result<Client> {
    builder.build().map_err(|e| Error::failed(format!("cannot set up TLS: {}", root(&e))))
}

fn read(what: &str, file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file).map_err(|e| Error::failed(format!("cannot read the {what} {}: {e}", file.display())))
}

/// The token of `WWW-Authenticate: Negotiate TOKEN`.
fn token_of(headers: &HeaderMap) -> Option<String> {
    headers.get_all(WWW_AUTHENTICATE).iter().find_map(|value| {
        let value = value.to_str().ok()?;
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("negotiate").then(|| token.trim().to_owned())
    })
}

fn header(response: &Response, name: reqwest::header::HeaderName) -> Option<String> {
    let value = response.headers().get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// The innermost cause, which is the one that says something.
fn root(error: &dyn std::error::Error) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    excerpt(&deepest.to_string())
}

/// The beginning of a foreign text as one line.
fn excerpt(text: &str) -> String {
    const MOST: usize = 120;
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    let line = words.join(" ");
    match line.char_indices().nth(MOST) {
        None => line,
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
    }
}

/// What a person would read of a page.
fn without_tags(page: &str) -> String {
    let mut text = String::with_capacity(page.len());
    for part in page.split('<') {
        // Before the first '<' and behind each '>' is text; a tag cut off is none.
        let visible = match part.split_once('>') {
            Some((_, visible)) => visible,
            None if text.is_empty() => part,
            None => "",
        };
        text.push_str(visible);
        text.push(' ');
    }
    text
}

fn host_of(url: &Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => "the hub".to_owned(),
    }
}

/// Whether `url` cannot leave this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}
