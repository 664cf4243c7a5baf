// SPDX-License-Identifier: GPL-3.0-or-later
//! Kerberos login through the system's GSSAPI library, opened at run time.

use super::profile::KerberosFrom;
use crate::{Error, Result};

/// One negotiation with one service.
#[derive(Debug)]
pub struct Negotiation;

impl Negotiation {
    /// Begins a negotiation with `HTTP@host`, mutual authentication required.
    pub fn new(_host: &str, _from: &KerberosFrom) -> Result<Self> {
        Err(Error::failed("not yet written"))
    }

    /// The next token for the service, SPNEGO; `None` when nothing more is to be sent. `answer` is
    /// the service's last token, `None` the first time.
    pub fn step(&mut self, _answer: Option<&[u8]>) -> Result<Option<Vec<u8>>> {
        Err(Error::failed("not yet written"))
    }

    /// Whether the service has proved who it is.
    pub fn is_mutual(&self) -> bool {
        false
    }
}
