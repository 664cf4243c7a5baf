// SPDX-License-Identifier: GPL-3.0-or-later
//! Where a hub is and how to log in to it, from koji's own configuration files.

use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// One hub, as koji's configuration files describe it.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The section it comes from.
    pub name: String,
    /// Where the hub answers: `https://…/kojihub`.
    pub server: Url,
    /// How to log in.
    pub auth: Auth,
    /// A CA bundle (PEM) to trust instead of the system's.
    pub serverca: Option<PathBuf>,
    /// Do not check the hub's certificate.
    pub no_ssl_verify: bool,
    /// Bound on one call, answer included.
    pub timeout: Duration,
    /// Bound on a login call.
    pub auth_timeout: Duration,
    /// How often a call is tried again when the hub cannot be reached.
    pub max_retries: u32,
    /// Pause between two tries.
    pub retry_interval: Duration,
    /// Pause between two looks at a task.
    pub poll_interval: Duration,
    /// The hub's web pages.
    pub weburl: Option<String>,
    /// Where the hub's files are.
    pub topurl: Option<String>,
}

/// How to log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auth {
    /// Not at all: reading only.
    Anonymous,
    /// By user name and password; over https or to loopback only.
    Password {
        /// The user's name, if it is known already.
        user: Option<String>,
    },
    /// By TLS client certificate: one PEM file with key and certificate.
    Certificate(PathBuf),
    /// By Kerberos, through GSSAPI.
    Kerberos(KerberosFrom),
}

/// Where the Kerberos credentials come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KerberosFrom {
    /// The user's ticket cache, or the one named (`FILE:/…`, `KCM:…`).
    Cache(Option<String>),
    /// A keytab and the principal in it, as a credential store of its own.
    Keytab {
        /// The keytab.
        keytab: PathBuf,
        /// The principal.
        principal: String,
    },
}
