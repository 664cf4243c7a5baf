// SPDX-License-Identifier: GPL-3.0-or-later
use super::Below;
use crate::Error;
use crate::access::clock;
use crate::access::grant::Grant;
use crate::access::request::{self, Installed, Request};
use crate::access::settings::{Places, Settings};
use crate::access::sudoers::{self, Style};
use crate::cli::draft::{Draft, Filled};
use crate::cli::moment::Moment;
use crate::cli::{Context, forms, grantable};
use crate::error::Kind;
use crate::output::{Complaint, Questions, complain, escape};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Write the ticket that asks for a grant
///
/// The ticket says why, the sudo rules, the host and the user; for whoever audits it, what each
/// command does, with which account and credential, the worst case in numbers, until when, how to
/// take it away, and the checksum of the flr that was looked at.
///
/// With FILE, the grant is in that file. Without, it is asked for at the terminal: every question has
/// an option, and is left out if that is given. The grant is written to the file given with --output,
/// and nothing else is changed. Without a terminal every option but --root is needed.
///
/// --allow is one clause of the grant in one line: the command, a colon, then the keys of
/// flr-grants(5) with semicolons between and commas in lists.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(access, "  flr access request draft.toml --why 'retired packages are to be blocked by a bot'
  flr access request --user loopabull_block --output draft.toml --allow \\
    'koji block-pkg: tags=f43,f44; packages=any; options=--json; per_run=20; per_day=200; confirm=not needed'", "\
  0   the ticket is shown
  2   the words of the command are wrong, something is missing, or the grant would be void
  4   interrupted at a question
  10  failed: a file cannot be read, or is there already"))]
pub struct Args {
    /// Grants file to ask for; else the grant is made from the options and the answers
    #[arg(value_name = "FILE", conflicts_with_all = ["output", "host", "user", "run_as", "owner", "ticket", "expires", "allow"])]
    pub file: Option<PathBuf>,
    /// Why it is needed, in one line
    #[arg(long, value_name = "TEXT")]
    pub why: Option<String>,
    /// File to write the grant to; it must not be there yet
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Machine on which it is to hold (can be repeated)
    #[arg(long, value_name = "NAME")]
    pub host: Vec<String>,
    /// User who is to have it
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// Account that acts for the user, with its credential
    #[arg(long, value_name = "NAME")]
    pub run_as: Option<String>,
    /// Who answers for it
    #[arg(long, value_name = "TEXT")]
    pub owner: Option<String>,
    /// Where it was asked for
    #[arg(long, value_name = "TEXT")]
    pub ticket: Option<String>,
    /// When it ends: a date, 2027-04-01, or a time, 2027-04-01T00:00:00Z; 400 days ahead at most
    #[arg(long, value_name = "WHEN")]
    pub expires: Option<Moment>,
    /// A clause, as above (can be repeated)
    #[arg(long, value_name = "CLAUSE")]
    pub allow: Vec<String>,
    #[command(flatten)]
    pub below: Below,
}

/// Writes the grant, if it is a new one, and shows the ticket; the exit code.
pub fn show(args: Args, context: &mut Context) -> anyhow::Result<u8> {
    let places = args.below.places()?;
    let settings = settings(&places);
    let questions = match Questions::somebody_there() {
        true => Some(Questions::new(context.asker.heed_signals(Kind::NotConfirmed)?)),
        false => None,
    };
    let (why, text, grant) = match &args.file {
        Some(file) => read(file, args.why, questions.as_ref())?,
        None => written(args, settings.as_ref(), questions.as_ref())?,
    };
    let request = Request {
        why: &why,
        grant: &grant,
        text: &text,
        installed: installed(&places, &grant.user),
        account: settings.as_ref().and_then(|settings| settings.accounts.get(&grant.run_as)),
        rules: &sudoers::rules(&grant, &Style::default(), &forms())?,
        program: &request::program_sha()?,
    };
    for line in request::ticket(&request) {
        context.out.line(escape(&line));
    }
    Ok(0)
}

/// The grant of a file that somebody has written.
fn read(file: &Path, why: Option<String>, questions: Option<&Questions>) -> anyhow::Result<(String, String, Grant)> {
    let text = request::draft(file)?;
    let now = clock::now();
    let wrong = |why: Vec<String>| Error::usage(format!("{} would be void: {}", file.display(), why.join("; ")));
    let grant = Grant::parse(&text, &grantable()).map_err(wrong)?;
    grant.is_fresh(now).map_err(|why| wrong(vec![why]))?;
    let why = Draft::why(why, questions)?;
    Ok((why, text, grant))
}

/// A new grant, on disk.
fn written(
    args: Args,
    settings: Option<&Settings>,
    questions: Option<&Questions>,
) -> anyhow::Result<(String, String, Grant)> {
    let Args { why, output, host, user, run_as, owner, ticket, expires, allow, .. } = args;
    let expires = expires.map(|Moment(expires)| expires);
    let draft = Draft { why, output, hosts: host, user, run_as, owner, ticket, expires, allow };
    let Filled { why, output, text, grant } = draft.fill(&grantable(), settings, clock::now(), questions)?;
    let broken = |e: std::io::Error| Error::failed(format!("cannot write {}: {e}", output.display()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o644).open(&output).map_err(broken)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(broken)?;
    complain(Complaint::Note(&format!("the grant is in {}", output.display())));
    Ok((why, text, grant))
}

/// The settings of the machine, if it has any that can be read. Whoever asks need not be there.
fn settings(places: &Places) -> Option<Settings> {
    Settings::load(places).unwrap_or_else(|error| {
        complain(Complaint::Note(&error.what));
        None
    })
}

fn installed(places: &Places, user: &str) -> Installed {
    match Grant::load(places, user, &grantable(), clock::now()) {
        Ok(None) => Installed::Nothing,
        Ok(Some(grant)) => Installed::Grant(Box::new(grant)),
        Err(error) => Installed::Unknown(error.what),
    }
}
