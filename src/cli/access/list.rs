// SPDX-License-Identifier: GPL-3.0-or-later
use super::Below;
use crate::Error;
use crate::access::grant::{Allow, Grant, Values};
use crate::access::register::{self, Found, Wanted};
use crate::access::table::{Class, Dimension};
use crate::access::{clock, explain};
use crate::cli::{Context, grantable};
use crate::error::Kind;
use crate::names::TagName;
use crate::output::{Rows, human};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// List what is granted, one line for each clause
///
/// The options ask backwards: who can touch a tag, what ends soon. A file that is void grants nothing
/// and is always listed, with the reason. The columns are user, state (valid, ended, void), account,
/// when it ends, clause, and what it grants. JSON fields: file, user, state, why, account, hosts,
/// expires, ticket, owner, clause, command, class, values, options, per_run, per_day, windows, acts.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(access, "  flr access list --tag f44\n  flr access list --expires 30 --json", "\
  0   the grants are shown
  2   the words of the command are wrong
  6   they are shown, and one of them is void or cannot be read"))]
pub struct Args {
    /// Only clauses for this command, as in "koji block-pkg"
    #[arg(long, value_name = "COMMAND")]
    pub command: Option<String>,
    /// Only clauses that cover this tag, to look at it or to change it
    #[arg(long, value_name = "TAG")]
    pub tag: Option<TagName>,
    /// Only grants that use this account
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,
    /// Only grants that have ended or end within so many days
    #[arg(long, value_name = "DAYS")]
    pub expires: Option<u32>,
    #[command(flatten)]
    pub below: Below,
    /// Print one JSON object a line
    #[arg(long)]
    pub json: bool,
}

/// What `--json` shows of a clause, or of a void file.
#[derive(Debug, Default, Serialize)]
struct Line<'a> {
    file: PathBuf,
    user: &'a str,
    state: &'static str,
    why: Option<&'a str>,
    account: Option<&'a str>,
    hosts: &'a [String],
    expires: Option<String>,
    ticket: Option<&'a str>,
    owner: Option<&'a str>,
    clause: Option<&'a str>,
    command: Option<&'static str>,
    class: Option<Class>,
    values: BTreeMap<Dimension, Shown>,
    options: Vec<&'a str>,
    per_run: Option<u64>,
    per_day: Option<u64>,
    windows: Vec<String>,
    acts: bool,
}

/// As in the file: `"any"`, or a list.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Shown {
    Any(&'static str),
    These(Vec<String>),
}

impl<'a> Line<'a> {
    fn of(found: &'a Found, grant: &'a Grant, clause: &'a Allow, now: Timestamp) -> Self {
        let shown = |values: &Values| match values {
            Values::Any => Shown::Any("any"),
            Values::These(patterns) => Shown::These(patterns.iter().map(ToString::to_string).collect()),
        };
        Self {
            file: found.path.clone(),
            user: &grant.user,
            state: if grant.expires <= now { "ended" } else { "valid" },
            why: None,
            account: Some(&grant.run_as),
            hosts: &grant.hosts,
            expires: Some(grant.expires.to_string()),
            ticket: Some(&grant.ticket),
            owner: Some(&grant.owner),
            clause: Some(&clause.id),
            command: Some(clause.command.name),
            class: Some(clause.command.class),
            values: clause.values.iter().map(|(dimension, values)| (*dimension, shown(values))).collect(),
            options: clause.options.iter().map(String::as_str).collect(),
            per_run: clause.per_run,
            per_day: clause.per_day,
            windows: clause.windows.iter().map(ToString::to_string).collect(),
            acts: clause.acts(),
        }
    }
}

/// One row for each clause and each void file; the exit code.
pub fn show(args: Args, context: &mut Context) -> anyhow::Result<u8> {
    let now = clock::now();
    let files = register::all(&args.below.places()?, &grantable(), now)?;
    let wanted = Wanted {
        command: args.command,
        tag: args.tag.map(String::from),
        account: args.account,
        ends_by: args.expires.map(|days| register::in_days(now, days)),
    };
    let names = ["user", "state", "account", "ends", "clause", "what"];
    let mut rows = Rows::new(&mut context.out, args.json, names);
    let mut void = 0;
    for found in &files {
        match &found.grant {
            Ok(grant) => {
                for clause in wanted.clauses(grant) {
                    let line = Line::of(found, grant, clause, now);
                    let (ends, what) = (grant.expires.to_string(), explain::in_one_line(clause));
                    rows.add(&line, [&grant.user, line.state, &grant.run_as, &ends, &clause.id, &what]);
                }
            }
            Err(error) => {
                void += 1;
                let (file, why) = (found.path.clone(), Some(error.what.as_str()));
                let line = Line { file, user: &found.user, state: "void", why, ..Line::default() };
                rows.add(&line, [&found.user, "void", "", "", "", &error.what]);
            }
        }
    }
    rows.end();
    match void {
        0 => Ok(0),
        n => {
            let grants = human::count(n, "file");
            Err(Error::new(Kind::Unsafe, format!("{grants} among the grants cannot be used")).into())
        }
    }
}
