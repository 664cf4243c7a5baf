// SPDX-License-Identifier: GPL-3.0-or-later
use super::Below;
use crate::access::check::{self, SudoSays, Understood};
use crate::access::grant::Grant;
use crate::access::settings::Places;
use crate::access::{clock, process};
use crate::cli::privileged::{Unheard, understood};
use crate::cli::{Context, grantable, words};
use crate::error::Kind;
use crate::output::{Stdout, escape, json};
use crate::{Error, Result};
use serde::Serialize;
use std::ffi::OsString;

/// Check whether a user may run a command, without running it
///
/// Both locks are asked: sudo, if root asks, and the grant, now. Nothing is connected to, so the plan
/// is not judged; a list on standard input is not read and only the words are. A refusal is in the
/// words that the user would read. JSON fields: user, command, code, allowed, sudo, run_as, clause,
/// what, hint, notes.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(access, "  flr access check loopabull_block -- koji block-pkg f43 bash\n  flr access check loopabull_block --json -- koji block-pkg f43 - --dry-run", "\
  0   both allow the words
  2   the words are no command's in privileged mode, or those of this command are wrong
  3   not permitted, by sudo or by the grant
  4   the words are granted, and what they would change needs a yes
  6   the machine or the grant cannot be used"))]
pub struct Args {
    /// User who would run it
    pub user: String,
    #[command(flatten)]
    pub below: Below,
    /// Machine on which it would run; this one, if it is not said
    #[arg(long, value_name = "NAME")]
    pub host: Option<String>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
    /// The command, after --; flr itself may be left out
    #[arg(last = true, required = true, value_name = "CMD")]
    pub words: Vec<OsString>,
}

/// What `--json` shows.
#[derive(Debug, Default, Serialize)]
struct Document {
    user: String,
    command: Option<String>,
    code: u8,
    allowed: bool,
    sudo: &'static str,
    run_as: Option<String>,
    clause: Option<String>,
    what: Option<String>,
    hint: Option<String>,
    notes: Vec<String>,
}

/// Shows what would become of it; the exit code.
pub fn show(args: Args, context: &mut Context) -> anyhow::Result<u8> {
    let json = args.json;
    let mut document = Document { user: args.user.clone(), sudo: "not asked", ..Document::default() };
    let judged = judge(args, &mut document);
    document.code = judged.as_ref().err().map_or(0, |error| words::kind_of(error).exit_code());
    document.allowed = document.code == 0;
    match judged {
        Ok(()) => {}
        Err(error) if json => {
            document.what = Some(words::sentence(&error));
            document.hint = error.downcast_ref::<Error>().and_then(|error| error.hint.clone());
        }
        Err(error) => {
            told(&document, &mut context.out);
            return Ok(context.failed(&error));
        }
    }
    match json {
        true => context.out.line(json::line(&document)),
        false => told(&document, &mut context.out),
    }
    Ok(document.code)
}

fn told(document: &Document, out: &mut Stdout) {
    for note in &document.notes {
        out.line(escape(note));
    }
    out.flush();
}

/// Fine, if it is allowed; what both said is in the document.
fn judge(args: Args, document: &mut Document) -> anyhow::Result<()> {
    let Args { user, below, host, words, .. } = args;
    let (places, now) = (below.places()?, clock::now());
    let host = host.map_or_else(process::host_name, Ok)?;
    let grant = check::grant_of(&places, &user, &host, &grantable(), now)?;
    let words = process::words(without_program(words))?;
    let sudo = ask_sudo(&places, &grant, &words, document)?;
    let heard = match understood(&words) {
        Ok(heard) => heard,
        Err(Unheard::Help) => {
            document.notes.push("grant: it asks for help, which is shown to whoever has a grant".into());
            return sudo.map_err(Into::into);
        }
        Err(Unheard::Words(text)) => {
            let text = text.strip_prefix("error: ").unwrap_or(&text);
            return Err(Error::usage(text.lines().next().unwrap_or_default()).into());
        }
        Err(Unheard::List(error)) => return Err(error),
    };
    document.command = Some(heard.command.clone());
    let clauses = check::judge(&grant, &heard, now)?;
    if let Some(clause) = clauses.first() {
        document.clause = Some(clause.id.clone());
        document.notes.push(format!("grant: {} covers the words", clause.id));
    }
    document.notes.extend(not_judged(&grant, &heard, document.clause.as_deref(), &words));
    Ok(sudo?)
}

/// What only a run can tell.
fn not_judged(grant: &Grant, heard: &Understood, clause: Option<&str>, words: &[String]) -> Vec<String> {
    let mut notes = Vec::new();
    if words.iter().any(|word| word == "-") {
        notes.push("grant: the list on standard input was not read; what is in it must be granted as well".to_owned());
    }
    if heard.dimensions.run.is_some() {
        notes.push("grant: what the earlier run did, or was to do, is judged when it is read".to_owned());
    }
    let clause = grant.allow.iter().find(|allow| Some(allow.id.as_str()) == clause);
    if let Some(clause) = clause.filter(|clause| clause.command.class.changes()) {
        let counts = [(clause.per_run, "in a run"), (clause.per_day, "in a day (UTC), earlier runs included")];
        let most: Vec<String> =
            counts.iter().filter_map(|(most, of)| most.map(|most| format!("at most {most} {of}"))).collect();
        let most = if most.is_empty() { String::new() } else { format!(": {}", most.join(", ")) };
        notes.push(format!("grant: each change of the plan is judged as well{most}"));
    }
    notes
}

/// What sudo says: an error if it is no.
fn ask_sudo(places: &Places, grant: &Grant, words: &[String], document: &mut Document) -> Result<Result<()>> {
    let program = std::fs::read_link("/proc/self/exe")
        .map_err(|e| Error::failed(format!("cannot tell where flr is: {e}")))?
        .to_string_lossy()
        .into_owned();
    let argv: Vec<String> = std::iter::once(program).chain(words.iter().skip(1).cloned()).collect();
    let user = &grant.user;
    Ok(match check::ask_sudo(places, user, &grant.run_as, &argv)? {
        SudoSays::Yes { run_as } => {
            let then = if run_as == "root" { ", and flr becomes the account" } else { "" };
            document.notes.push(format!("sudo: it lets {user} run this as {run_as}{then}"));
            (document.sudo, document.run_as) = ("yes", Some(run_as));
            Ok(())
        }
        SudoSays::No(words) => {
            let words = if words.is_empty() { "it gives no reason".to_owned() } else { words };
            document.notes.push(format!("sudo: it does not let {user} run this: {words}"));
            document.sudo = "no";
            let what = format!("sudo does not let {user} run {} as {} or as root", argv.join(" "), grant.run_as);
            Err(Error::new(Kind::NotPermitted, what)
                .hint(format!("flr access sudoers {user} prints the rule that the grant needs")))
        }
        SudoSays::NotAsked(why) => {
            document.notes.push(format!("sudo: not asked, {why}"));
            Ok(())
        }
    })
}

/// The words with a program's name first, whether or not they had one.
fn without_program(mut words: Vec<OsString>) -> Vec<OsString> {
    let named = words.first().is_some_and(|word| word == "flr" || word.to_string_lossy().ends_with("/flr"));
    if !named {
        words.insert(0, "flr".into());
    }
    words
}
