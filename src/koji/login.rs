// SPDX-License-Identifier: GPL-3.0-or-later
//! Opening and renewing sessions: password, TLS client certificate, Kerberos.

use super::Fault;
use super::calls::{SessionId, Writer};
use super::encode::Ask;
use super::gssapi::Negotiation;
use super::http::{Answer, Became, Envelope, Line, Trouble, is_loopback};
use super::hub::Hub;
use super::profile::{Auth, KerberosFrom};
use super::session::Session;
use super::wire::{LoginAnswer, SessionKey};
use crate::{Error, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use reqwest::blocking::Client;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use url::Url;
use zeroize::Zeroizing;

/// What a login needs that is in no profile. Its `Debug` shows no password.
#[derive(Clone, Copy, Default)]
pub struct Login<'a> {
    /// The user's name, for a login by password; the profile's own if it is `None`.
    pub user: Option<&'a str>,
    /// The password, for a login by password.
    pub password: Option<&'a str>,
}

impl fmt::Debug for Login<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("user", &self.user).finish_non_exhaustive()
    }
}

impl Hub {
    /// Opens a session as the profile says. The caller ends it with [`Writer::logout`], also after an
    /// error.
    ///
    /// koji: `login(user, password)`, or `sslLogin()` at `<server>/ssllogin` over https, where the
    /// session then stays; then `getLoggedInUser()`, so that no call is ever anonymous by mistake.
    pub fn login(&self, with: Login<'_>) -> Result<Box<dyn Writer>> {
        let proof = Arc::new(self.proof(with)?);
        let session = Session::open(Arc::clone(&self.line), proof)?;
        Ok(Box::new(session))
    }

    fn proof(&self, with: Login<'_>) -> Result<Proof> {
        let profile = &self.line.profile;
        match &profile.auth {
            Auth::Anonymous => Err(Error::failed(format!(
                "profile {} has no login (authtype noauth), so nothing can be changed with it",
                profile.name
            ))),
            Auth::Certificate(file) => Ok(Proof::Certificate(file.clone())),
            Auth::Kerberos(from) => Ok(Proof::Kerberos(from.clone())),
            Auth::Password { user } => {
                if profile.server.scheme() != "https" && !is_loopback(&profile.server) {
                    return Err(Error::failed(format!(
                        "a password is not sent over plain http to {}",
                        self.line.host()
                    ))
                    .hint("set the profile's server to https://…"));
                }
                let user = with.user.or(user.as_deref());
                let user = user.filter(|user| !user.is_empty()).ok_or_else(|| {
                    Error::usage(format!("profile {} logs in by password, and no user is named", profile.name))
                })?;
                let password = with
                    .password
                    .ok_or_else(|| Error::usage(format!("there is no password for {user} at {}", self.line.host())))?;
                Ok(Proof::Password { user: user.to_owned(), password: Zeroizing::new(password.to_owned()) })
            }
        }
    }
}

/// What shows who somebody is; kept while the session lives, because it may have to be renewed.
pub(super) enum Proof {
    Password { user: String, password: Zeroizing<String> },
    Certificate(PathBuf),
    Kerberos(KerberosFrom),
}

/// A session as a login leaves it.
pub(super) struct Opened {
    pub id: SessionId,
    pub key: SessionKey,
    /// Sent in headers; otherwise in the address.
    pub headers: bool,
    /// Where its calls go.
    pub server: Url,
    /// What sends them. A web server that wants a certificate may want it at every handshake.
    pub client: Client,
}

/// Logs in, or renews the session whose place and headers are in `old`.
pub(super) fn open(line: &Line, proof: &Proof, old: Option<Envelope>) -> Result<Opened> {
    let renew = old.is_some();
    let server = match proof {
        Proof::Password { .. } => line.profile.server.clone(),
        Proof::Certificate(_) | Proof::Kerberos(_) => over_https(&line.profile.server)?,
    };
    let mut to = old.unwrap_or_else(|| Envelope {
        url: server.clone(),
        headers: HeaderMap::new(),
        timeout: line.profile.auth_timeout,
    });
    to.timeout = line.profile.auth_timeout;
    let ask = match proof {
        Proof::Password { user, password } => Ask::new("login").arg(user.as_str()).arg(password.as_str()),
        Proof::Certificate(_) | Proof::Kerberos(_) => {
            let path = format!("{}/ssllogin", to.url.path().trim_end_matches('/'));
            to.url.set_path(&path);
            Ask::new("sslLogin").named("proxyuser", None::<&str>)
        }
    };
    let ask = if renew { ask.named("renew", true).named("exclusive", false) } else { ask };
    let method = ask.method().to_owned();
    let body = Zeroizing::new(ask.body()?);
    let client = match proof {
        Proof::Certificate(file) => line.client_with_certificate(file)?,
        Proof::Password { .. } | Proof::Kerberos(_) => line.client()?,
    };
    let door = Door { line, client, to, method, body };
    let answer = door.knock(proof)?;
    Ok(Opened { id: answer.id, key: answer.key, headers: answer.headers.unwrap_or(false), server, client: door.client })
}

/// The session goes where its login went, as with koji's own client: a key that came over TLS must
/// not travel without.
fn over_https(server: &Url) -> Result<Url> {
    let mut url = server.clone();
    if url.scheme() != "https" && url.set_scheme("https").is_err() {
        return Err(Error::failed(format!("{server} has no https address")));
    }
    Ok(url)
}

/// One login, tried until it is answered.
struct Door<'a> {
    line: &'a Line,
    client: Client,
    to: Envelope,
    method: String,
    body: Zeroizing<Vec<u8>>,
}

impl Door<'_> {
    /// A login whose answer is lost is simply done again: the session nobody knows ends by itself.
    fn knock(&self, proof: &Proof) -> Result<LoginAnswer> {
        let patience = &self.line.patience;
        let mut next = 1;
        loop {
            next += 1;
            let error = match self.once(proof) {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(fault)) if fault.code == Fault::OFFLINE => {
                    let host = self.line.host();
                    Error::not_now(format!("{} at {host}: {fault}", self.method))
                }
                Ok(Err(fault)) => return Err(self.refused(proof, &fault)),
                Err(trouble) => match trouble.became {
                    Became::Refused => return Err(advised(trouble, proof)),
                    Became::Garbled => return Err(trouble.error),
                    Became::Lost | Became::NeverSent | Became::Offline => trouble.error,
                },
            };
            if !patience.wait(patience.interval, next, &error) {
                return Err(error);
            }
        }
    }

    fn once(&self, proof: &Proof) -> Result<Result<LoginAnswer, Fault>, Trouble> {
        match proof {
            Proof::Kerberos(from) => self.negotiate(from),
            Proof::Password { .. } | Proof::Certificate(_) => self.post(&self.to).map(|answer| answer.value),
        }
    }

    fn post(&self, to: &Envelope) -> Result<Answer<Result<LoginAnswer, Fault>>, Trouble> {
        self.line.post(&self.client, to, &self.method, &self.body)
    }

    /// The token goes with the first request: a hub takes it without having asked. The hub's own
    /// token must prove that it is the hub, or the session is not used.
    fn negotiate(&self, from: &KerberosFrom) -> Result<Result<LoginAnswer, Fault>, Trouble> {
        const ROUNDS: usize = 4;
        let refused = |error: Error| Trouble { became: Became::Refused, error, challenge: None };
        let host = self.to.url.host_str().unwrap_or_default();
        let mut negotiation = Negotiation::new(host, from).map_err(refused)?;
        let mut token = negotiation.step(None).map_err(refused)?;
        for _ in 0..ROUNDS {
            let Some(mine) = token.take() else { break };
            let mut to = self.to.clone();
            to.headers.insert(AUTHORIZATION, negotiate_header(&mine).map_err(refused)?);
            match self.post(&to) {
                Ok(answer) => {
                    if answer.value.is_ok() {
                        self.prove(negotiation, answer.negotiate).map_err(refused)?;
                    }
                    return Ok(answer.value);
                }
                Err(trouble) => match trouble.challenge.as_deref() {
                    None | Some("") => return Err(trouble),
                    Some(theirs) => {
                        let theirs = decoded(theirs).map_err(refused)?;
                        token = negotiation.step(Some(&theirs)).map_err(refused)?;
                    }
                },
            }
        }
        Err(refused(Error::failed(format!("the Kerberos login at {} comes to no end", self.line.host()))))
    }

    fn prove(&self, mut negotiation: Negotiation, token: Option<String>) -> Result<()> {
        let unproved = || {
            Error::failed(format!(
                "{} has not proved that it is the hub (no mutual authentication), so the session is not used",
                self.line.host()
            ))
            .hint("the server's Kerberos key or its web server's set-up is wrong; its administrator must look")
        };
        let token = token.filter(|token| !token.is_empty()).ok_or_else(unproved)?;
        let more = negotiation.step(Some(&decoded(&token)?))?;
        if more.is_some() || !negotiation.is_mutual() {
            return Err(unproved());
        }
        Ok(())
    }

    fn refused(&self, proof: &Proof, fault: &Fault) -> Error {
        let what = format!("{} at {}: {fault}", self.method, self.line.host());
        match fault.code {
            Fault::AUTH => Error::failed(what).hint(hint(proof)),
            _ => Error::failed(what),
        }
    }
}

/// A refusal by the web server, before the hub was asked. What it thinks of a certificate it says as
/// a TLS alert.
fn advised(trouble: Trouble, proof: &Proof) -> Error {
    let alert = matches!(proof, Proof::Certificate(_)) && trouble.error.what.contains("received fatal alert");
    if alert || trouble.challenge.is_some() {
        return trouble.error.hint(hint(proof));
    }
    trouble.error
}

fn hint(proof: &Proof) -> String {
    match proof {
        Proof::Password { user, .. } => format!("check the password of {user}"),
        Proof::Certificate(file) => format!(
            "the hub does not take the certificate in {}: is it the right one, and still valid?",
            file.display()
        ),
        Proof::Kerberos(KerberosFrom::Keytab { keytab, principal }) => format!(
            "the hub does not take the ticket of {principal} ({}): does it know this principal?",
            keytab.display()
        ),
        Proof::Kerberos(KerberosFrom::Cache(_)) => {
            "the hub does not take the ticket: see `klist`, get a new one with `kinit`".to_owned()
        }
    }
}

fn negotiate_header(token: &[u8]) -> Result<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("Negotiate {}", BASE64.encode(token)))
        .map_err(|_| Error::failed("a Kerberos token that fits in no header"))?;
    value.set_sensitive(true);
    Ok(value)
}

fn decoded(token: &str) -> Result<Vec<u8>> {
    BASE64.decode(token).map_err(|_| Error::failed("the hub's Kerberos token is no base64"))
}
