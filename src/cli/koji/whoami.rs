// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::Dimensions;
use crate::access::table::{Class, Command};
use crate::cli::connect::Connection;
use crate::cli::options::Grantable;
use crate::cli::options::{Asks, Login, LogsIn};
use crate::cli::{Asker, Context};
use crate::error::Kind;
use crate::koji::profile::Auth;
use crate::names::UserName;
use crate::output::{Complaint, Rows, complain};
use crate::pipeline::Writers;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Log in, and show as whom and with which permissions
///
/// The columns are user, how the login was made (password, certificate, kerberos), profile, and
/// permissions with commas between. JSON fields: user, login, profile, server, permissions.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji whoami\n  flr koji whoami --keytab /etc/krb5.releng.keytab --principal releng/host@EXAMPLE.ORG"))]
pub struct Args {}

/// What `--json` shows of a login.
#[derive(Debug, Serialize)]
struct Line<'a> {
    user: &'a UserName,
    login: &'a str,
    profile: &'a str,
    server: &'a str,
    permissions: &'a BTreeSet<String>,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji whoami",
        class: Class::Read,
        does: "log in and see as whom",
        dimensions: &[],
        effects: &[],
        options: &[],
        takes_arguments: false,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(Dimensions::new())
    }
}

/// Logs in, shows it, logs out; the exit code.
pub fn show(words: LogsIn<Args>, context: &mut Context) -> anyhow::Result<u8> {
    told(&words.hub.profile, &words.login, words.json, context)
}

/// The same in privileged mode, at the hub of the account.
pub fn granted(words: Asks<Args>, context: &mut Context) -> anyhow::Result<u8> {
    let profile = context.asker.profile();
    told(&profile, &Login::default(), words.json, context)
}

fn told(profile: &str, login: &Login, json: bool, context: &mut Context) -> anyhow::Result<u8> {
    context.asker.access.allow(Args::GRANT.name, &Dimensions::new())?;
    let connection = open(profile, login, &context.asker)?;
    let mut writer = connection.koji()?;
    let user = writer.user().clone();
    let permissions = writer.permissions();
    writer.logout()?;
    let permissions = permissions?;
    let profile = connection.profile();
    let line = Line {
        user: &user,
        login: match &profile.auth {
            Auth::Anonymous => "anonymous",
            Auth::Password { .. } => "password",
            Auth::Certificate(_) => "certificate",
            Auth::Kerberos(_) => "kerberos",
        },
        profile: &profile.name,
        server: profile.server.as_str(),
        permissions: &permissions,
    };
    let listed: Vec<_> = permissions.iter().map(String::as_str).collect();
    let names = ["user", "login", "profile", "permissions"];
    let mut rows = Rows::new(&mut context.out, json, names);
    rows.add(&line, [user.as_str(), line.login, line.profile, &listed.join(",")]);
    rows.end();
    context.asker.access.acts_as(&user);
    Ok(0)
}

fn open(profile: &str, login: &Login, asker: &Asker) -> anyhow::Result<Connection> {
    let stop = asker.heed_signals(Kind::NotNow)?;
    let notices = Arc::new(|text: &str| complain(Complaint::Note(text)));
    let connection = Connection::open(profile, login, asker, &stop, notices)?;
    Ok(connection)
}
