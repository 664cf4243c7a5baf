// SPDX-License-Identifier: GPL-3.0-or-later
//! One Kerberos login at one service, with the user's ticket or a keytab.
//!
//! Keytab and cache are given to the library as a credential store: the environment is never
//! written, and read only by the library itself (`KRB5CCNAME`, `KRB5_CONFIG`).

use super::gssapi::{
    Context, Credential, KRB5, Library, MUTUAL_FLAG, NT_HOSTBASED_SERVICE, NT_KRB5_PRINCIPAL, Name, SPNEGO,
};
use super::kerberos::{Attempt, Status};
use super::profile::KerberosFrom;
use crate::{Error, Result};
use std::ffi::CString;

/// One negotiation with one service.
#[derive(Debug)]
pub struct Negotiation {
    library: &'static Library,
    context: Context,
    /// Kerberos's own, for asking it what went wrong.
    ticket: Credential,
    /// The same for SPNEGO.
    credential: Credential,
    target: Name,
    attempt: Attempt,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    New,
    Waiting,
    Over { mutual: bool },
}

impl Negotiation {
    /// Begins a negotiation with `HTTP@host`, mutual authentication required, nothing delegated.
    ///
    /// Looks for the ticket, or fetches one with the keytab: no ticket, an expired one, a keytab that
    /// cannot be read or holds no key for the principal are errors here, with what to do as the
    /// hint. A Kerberos server that cannot be reached is
    /// [`Kind::NotNow`](crate::error::Kind::NotNow).
    pub fn new(host: &str, from: &KerberosFrom) -> Result<Self> {
        let mut attempt = Attempt { host: host.to_owned(), from: from.clone(), principal: None };
        attempt.check()?;
        let library = Library::get()?;
        let fail = |attempt: &Attempt, status| attempt.failed(status, &library.words(status, &KRB5));
        let store = store_of(from)?;
        let name = match from {
            KerberosFrom::Keytab { principal, .. } => {
                let name = Name::import(library, principal, &NT_KRB5_PRINCIPAL);
                Some(name.map_err(|status| fail(&attempt, status))?)
            }
            KerberosFrom::Cache(_) => None,
        };
        // Asked first of Kerberos itself, which says what is wrong; SPNEGO only says that it is.
        let ticket =
            Credential::acquire(library, &KRB5, name.as_ref(), &store).map_err(|status| fail(&attempt, status))?;
        let (found, owner) = ticket.owner();
        attempt.principal = owner.map(|name| name.text()).filter(|text| !text.is_empty());
        found.map_err(|status| fail(&attempt, status))?;
        let credential = Credential::acquire(library, &SPNEGO, name.as_ref(), &store)
            .and_then(|credential| credential.offer_only(&KRB5).map(|()| credential))
            .map_err(|status| fail(&attempt, status))?;
        let target = Name::import(library, &format!("HTTP@{host}"), &NT_HOSTBASED_SERVICE)
            .map_err(|status| fail(&attempt, status))?;
        let context = Context::new(library);
        Ok(Self { library, context, ticket, credential, target, attempt, stage: Stage::New })
    }

    /// The next token for the service, SPNEGO; `None` when nothing more is to be sent. `answer` is
    /// the service's last token, `None` the first time.
    ///
    /// A service that the Kerberos server does not know, and an answer that does not come from the
    /// service (mutual authentication fails), are errors.
    pub fn step(&mut self, answer: Option<&[u8]>) -> Result<Option<Vec<u8>>> {
        match (self.stage, answer) {
            (Stage::New, None) | (Stage::Waiting, Some(_)) => {}
            (Stage::Over { .. }, None) => return Ok(None),
            (Stage::New, Some(_)) => {
                return Err(self.attempt.unproved("it answered before it was asked"));
            }
            (Stage::Waiting, None) => {
                return Err(self.attempt.unproved("its answer holds no token"));
            }
            (Stage::Over { .. }, Some(_)) => {
                return Err(self.attempt.unproved("it goes on after the end"));
            }
        }
        let stepped = self.context.step(&self.credential, &self.target, &SPNEGO, answer);
        let (token, done) = stepped.map_err(|status| match answer {
            None => self.why_not(status),
            Some(_) => self.attempt.unproved(&self.library.words(status, &SPNEGO)),
        })?;
        self.stage = match done {
            Some(flags) => Stage::Over { mutual: flags & MUTUAL_FLAG != 0 },
            None => Stage::Waiting,
        };
        Ok((!token.is_empty()).then_some(token))
    }

    /// Why SPNEGO has no first token: it gives Kerberos's codes numbers of its own, so Kerberos is
    /// asked again, directly.
    fn why_not(&self, status: Status) -> Error {
        let library = self.library;
        let mut direct = Context::new(library);
        match direct.step(&self.ticket, &self.target, &KRB5, None) {
            Err(status) => self.attempt.failed(status, &library.words(status, &KRB5)),
            Ok(_) => self.attempt.failed(status, &library.words(status, &SPNEGO)),
        }
    }

    /// Whether the service has proved who it is. Before it has, nothing it says may be believed.
    pub fn is_mutual(&self) -> bool {
        self.stage == Stage::Over { mutual: true }
    }

    /// Who logs in: `alice@EXAMPLE.TEST`. `None` if the library does not say.
    pub fn principal(&self) -> Option<&str> {
        self.attempt.principal.as_deref()
    }
}

/// The credential store that stands for `from`; empty: the library's default.
fn store_of(from: &KerberosFrom) -> Result<Vec<(CString, CString)>> {
    let text = |what: &str, value: Vec<u8>| {
        CString::new(value).map_err(|why| {
            let value = String::from_utf8_lossy(&why.into_vec()).into_owned();
            Error::usage(format!("the name of the {what} holds a NUL: {value:?}"))
        })
    };
    Ok(match from {
        KerberosFrom::Cache(None) => Vec::new(),
        KerberosFrom::Cache(Some(cache)) => vec![(c"ccache".into(), text("ticket cache", cache.clone().into())?)],
        KerberosFrom::Keytab { keytab, principal } => {
            let keytab = text("keytab", keytab.as_os_str().as_encoded_bytes().to_vec())?;
            // A cache of its own, in memory: the user's is neither used nor overwritten. One for each
            // principal and keytab, because the library keeps it until the process ends, and because
            // a renewed session then needs no new ticket.
            let cache = [b"MEMORY:flr ", principal.as_bytes(), b" in ", keytab.as_bytes()].concat();
            let cache = text("ticket cache", cache)?;
            vec![(c"client_keytab".into(), keytab), (c"ccache".into(), cache)]
        }
    })
}
