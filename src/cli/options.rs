// SPDX-License-Identifier: GPL-3.0-or-later
//! What many commands have in common. The wrapper a command is in says whether it writes:
//! [`Applies`] does, [`Shows`] does not.

// No doc comments on the wrappers and their flattened parts: clap would print them as the help of
// every command.
#![allow(missing_docs, reason = "a doc comment here would become every command's help")]

use crate::access::Dimensions;
use crate::access::table::Command;
use crate::names::UserName;
use std::path::PathBuf;

/// The words of a command that an administrator can grant. Without the entry a command does not
/// compile into the parser of privileged mode:
///
/// ```
/// fn granted(_: flr::cli::options::Asks<flr::cli::koji::list_tagged::Args>) {}
/// ```
///
/// ```compile_fail
/// fn granted(_: flr::cli::options::Asks<flr::cli::koji::call::Args>) {} // no entry: it can read anything
/// ```
pub trait Grantable: clap::Args {
    /// What it is to whoever grants it.
    const GRANT: Command;

    /// What they are about, for judging.
    ///
    /// # Errors
    /// They make no sense, whatever is granted.
    fn dimensions(self) -> anyhow::Result<Dimensions>;
}

// A reading command in privileged mode: it chooses neither hub nor login.
#[derive(Debug, clap::Args)]
pub struct Asks<A: Grantable> {
    #[command(flatten)]
    pub args: A,
    /// Print one JSON object a line
    #[arg(long)]
    pub json: bool,
}

// A changing command in privileged mode: it chooses neither hub nor login, and nobody is asked.
#[derive(Debug, clap::Args)]
pub struct Does<A: Grantable> {
    #[command(flatten)]
    pub args: A,
    /// Show the plan and stop: no login, nothing is changed
    #[arg(long)]
    pub dry_run: bool,
    /// Print one JSON document about the run
    #[arg(long)]
    pub json: bool,
}

impl<A: Grantable> Does<A> {
    /// Whether a yes is needed is the grant's to say, and nobody is asked.
    pub fn consent(&self) -> Consent {
        Consent { dry_run: self.dry_run, yes: true, json: self.json }
    }
}

// A reading command.
#[derive(Debug, clap::Args)]
pub struct Shows<A: clap::Args> {
    #[command(flatten)]
    pub args: A,
    #[command(flatten)]
    pub hub: Hub,
    /// Print one JSON object a line
    #[arg(long)]
    pub json: bool,
}

// A reading command that needs a login.
#[derive(Debug, clap::Args)]
pub struct LogsIn<A: clap::Args> {
    #[command(flatten)]
    pub args: A,
    #[command(flatten)]
    pub hub: Hub,
    /// Print one JSON object a line
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub login: Login,
}

// A changing command.
#[derive(Debug, clap::Args)]
pub struct Applies<A: clap::Args> {
    #[command(flatten)]
    pub args: A,
    #[command(flatten)]
    pub consent: Consent,
    #[command(flatten)]
    pub hub: Hub,
    #[command(flatten)]
    pub login: Login,
}

// A changing command that goes on with an earlier run, at the hub of that run.
#[derive(Debug, clap::Args)]
pub struct Continues<A: clap::Args> {
    #[command(flatten)]
    pub args: A,
    #[command(flatten)]
    pub consent: Consent,
    #[command(flatten)]
    pub login: Login,
}

#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Consent {
    /// Show the plan and stop: no login, nothing is changed
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    /// Print one JSON document about the run
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Clone, clap::Args)]
pub struct Hub {
    /// Profile of the hub, from koji's configuration files; practice is the embedded hub
    #[arg(long, value_name = "NAME", default_value = "koji")]
    pub profile: String,
}

#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Login")]
pub struct Login {
    /// Log in as this user, by password
    #[arg(long, value_name = "NAME", conflicts_with_all = ["keytab", "principal", "cert"])]
    pub user: Option<UserName>,
    /// Read the password from this file, which nobody else may read; else it is asked for
    #[arg(long, value_name = "FILE", conflicts_with_all = ["keytab", "principal", "cert"])]
    pub password_file: Option<PathBuf>,
    /// Log in by Kerberos with the keys in this file
    #[arg(long, value_name = "FILE", requires = "principal", conflicts_with = "cert")]
    pub keytab: Option<PathBuf>,
    /// The Kerberos principal in the keytab
    #[arg(long, value_name = "NAME", requires = "keytab")]
    pub principal: Option<String>,
    /// Log in by TLS certificate: one PEM file with key and certificate
    #[arg(long, value_name = "FILE")]
    pub cert: Option<PathBuf>,
}
