// SPDX-License-Identifier: GPL-3.0-or-later
//! What a Kerberos login that failed means, and what to do about it.

use super::profile::KerberosFrom;
use crate::Error;
use crate::error::Kind;
use std::path::Path;

/// What a failed call of the GSSAPI library says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// GSSAPI's own code.
    pub major: u32,
    /// The mechanism's code: MIT passes Kerberos's own through.
    pub minor: u32,
}

/// One attempt to log in: to whom, with what, and as whom as far as it is known.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The service's host.
    pub host: String,
    /// Where the credentials come from.
    pub from: KerberosFrom,
    /// Whose credentials they are.
    pub principal: Option<String>,
}

/// GSSAPI's routine errors (RFC 2744 §3.9.1).
mod major {
    pub const NO_CRED: u32 = 7 << 16;
    pub const CREDENTIALS_EXPIRED: u32 = 11 << 16;
}

/// Kerberos's errors, as MIT numbers them: the negative `krb5_error_code` in 32 bits.
mod minor {
    const fn krb5(offset: u32) -> u32 {
        0x96c7_3a00 + offset
    }
    pub const C_PRINCIPAL_UNKNOWN: u32 = krb5(6);
    pub const S_PRINCIPAL_UNKNOWN: u32 = krb5(7);
    pub const CLIENT_REVOKED: u32 = krb5(18);
    pub const KEY_EXPIRED: u32 = krb5(23);
    pub const PREAUTH_FAILED: u32 = krb5(24);
    pub const TICKET_EXPIRED: u32 = krb5(32);
    pub const CLOCK_SKEW: u32 = krb5(37);
    pub const CC_NOT_FOUND: u32 = krb5(141);
    pub const REALM_UNKNOWN: u32 = krb5(154);
    pub const KDC_UNREACHABLE: u32 = krb5(156);
    pub const KEYTAB_KEY_NOT_FOUND: u32 = krb5(181);
    pub const FCC_NO_FILE: u32 = krb5(195);
}

impl Attempt {
    /// What can be told without Kerberos: a keytab that is not there or may not be read.
    pub fn check(&self) -> Result<(), Error> {
        let KerberosFrom::Keytab { keytab, principal } = &self.from else {
            return Ok(());
        };
        let Some(file) = keytab_file(keytab) else {
            return Ok(());
        };
        std::fs::File::open(file).map(drop).map_err(|why| {
            Error::failed(format!(
                "cannot log in to {} as {principal}: cannot read the keytab {}: {why}",
                self.host,
                file.display()
            ))
            .hint("name a keytab that you may read, or leave keytab and principal out and kinit")
        })
    }

    /// A call failed before the service had a say; `words` are the library's.
    pub fn failed(&self, status: Status, words: &str) -> Error {
        let host = &self.host;
        let spn = self.service();
        match &self.from {
            KerberosFrom::Keytab { keytab, principal } => {
                let keytab = keytab.display();
                let what = format!("cannot log in to {host} as {principal}");
                match status.minor {
                    minor::S_PRINCIPAL_UNKNOWN => self.unknown_service(words),
                    minor::C_PRINCIPAL_UNKNOWN => Error::failed(format!(
                        "{what}: Kerberos does not know {principal} ({words})"
                    ))
                    .hint(format!(
                        "klist -k {keytab} lists the principals of the keytab"
                    )),
                    minor::KEYTAB_KEY_NOT_FOUND => Error::failed(format!(
                        "{what}: the keytab {keytab} holds no key for it ({words})"
                    ))
                    .hint(format!(
                        "klist -k {keytab} lists the principals of the keytab"
                    )),
                    minor::PREAUTH_FAILED | minor::KEY_EXPIRED => Error::failed(format!(
                        "{what}: the key in the keytab {keytab} is not valid any more ({words})"
                    ))
                    .hint("get a new keytab"),
                    _ => self.other(status, &format!("{what} with the keytab {keytab}"), words),
                }
            }
            KerberosFrom::Cache(cache) => {
                let what = format!("cannot log in to {host} by Kerberos");
                let cache = cache
                    .as_ref()
                    .map(|cache| format!(" in {cache}"))
                    .unwrap_or_default();
                let who = self.principal.as_deref().unwrap_or("USER@REALM");
                match (status.minor, status.major) {
                    (minor::S_PRINCIPAL_UNKNOWN, _) => self.unknown_service(words),
                    (minor::TICKET_EXPIRED, _) | (_, major::CREDENTIALS_EXPIRED) => {
                        Error::failed(format!("{what}: the ticket{cache} has expired ({words})"))
                            .hint(format!("kinit {who}"))
                    }
                    (minor::CC_NOT_FOUND | minor::FCC_NO_FILE, _) | (_, major::NO_CRED) => {
                        Error::failed(format!("{what}: there is no ticket{cache} ({words})"))
                            .hint(format!("kinit {who}, for a ticket that lets you use {spn}"))
                    }
                    _ => self.other(status, &what, words),
                }
            }
        }
    }

    /// What the service sent does not prove that it is who it should be.
    pub fn unproved(&self, why: &str) -> Error {
        let host = &self.host;
        Error::failed(format!("{host} has not proved that it is {}: {why}", self.service()))
            .hint("nothing was sent to it but the login; ask its administrators, or look for what sits in between")
    }

    fn unknown_service(&self, words: &str) -> Error {
        let (host, spn) = (&self.host, self.service());
        Error::failed(format!(
            "cannot log in to {host}: Kerberos knows no service {spn} ({words})"
        ))
        .hint("the host in the profile's server must be the one the service is registered under")
    }

    fn other(&self, status: Status, what: &str, words: &str) -> Error {
        match status.minor {
            minor::KDC_UNREACHABLE => Error::new(Kind::NotNow, format!("{what}: {words}"))
                .hint("the Kerberos server does not answer; try again later"),
            minor::REALM_UNKNOWN => Error::failed(format!("{what}: {words}"))
                .hint("the realm needs an entry in krb5.conf, or in DNS"),
            minor::CLOCK_SKEW => {
                Error::failed(format!("{what}: {words}")).hint("set this machine's clock")
            }
            minor::CLIENT_REVOKED => Error::failed(format!("{what}: {words}"))
                .hint("the account is locked; ask those who run Kerberos"),
            _ => Error::failed(format!("{what}: {words}")).hint(
                "klist shows what tickets there are, KRB5_TRACE=/dev/stderr what Kerberos does",
            ),
        }
    }

    /// The service's principal, in the realm of whoever asks if that is known.
    fn service(&self) -> String {
        let from = match &self.from {
            KerberosFrom::Keytab { principal, .. } => Some(principal.as_str()),
            KerberosFrom::Cache(_) => self.principal.as_deref(),
        };
        match from.and_then(|principal| principal.rsplit_once('@')) {
            Some((_, realm)) => format!("HTTP/{}@{realm}", self.host),
            None => format!("HTTP/{}", self.host),
        }
    }
}

/// The file a keytab's name stands for; `None` if it is no file.
fn keytab_file(keytab: &Path) -> Option<&Path> {
    match keytab.to_str().and_then(|text| text.split_once(':')) {
        Some(("FILE" | "WRFILE", file)) => Some(Path::new(file)),
        Some((kind, _)) if kind.bytes().all(|byte| byte.is_ascii_uppercase()) => None,
        _ => Some(keytab),
    }
}
