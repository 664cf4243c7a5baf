// SPDX-License-Identifier: GPL-3.0-or-later
use crate::Error;
use crate::access::audit::{self, Finding, Heads, LogFiles, Verified};
use crate::cli::Context;
use crate::error::Kind;
use crate::output::{Complaint, complain, human, json, table::Table};
use std::fs::File;
use std::path::PathBuf;

/// Verify that the audit log is what was written
///
/// Each record holds its number and the hash of the line before: what was changed, left out or put in
/// shows, and so do runs that never said how they ended. A log whose end was cut off, or that was
/// written anew as a whole, shows only beside the heads that went to the system log of another
/// host: give those lines with --heads.
///
/// Without FILE all logs of this host are verified, with the files they were moved to; compressed ones
/// are not looked at. The columns are file and line, what is wrong (not-a-record, torn, chain, gap,
/// repeat, order, clock-set-back, account, no-result, no-intent, disagrees, head-missing,
/// head-differs) and why. JSON fields, one object for each log: account, records, first, last, hash,
/// running, heads, older_heads, findings (file, line, kind, why), more.
#[derive(Debug, clap::Args)]
#[command(after_long_help = concat!(
    "Examples:\n",
    "  flr access verify-log\n",
    "  journalctl -q -t flr | flr access verify-log --heads -\n",
    "  flr access verify-log --heads heads.txt /var/log/flr/flr-koji.jsonl*\n",
    "\n",
    "Exit codes:\n",
    "  0   nothing is wrong\n",
    "  2   the words of the command are wrong\n",
    "  7   something is wrong\n",
    "  10  failed: a log, or the heads, cannot be read"
))]
pub struct Args {
    /// Files to verify, in any order: a log and what it was moved to
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Compare with these lines of a system log, or lines "ACCOUNT SEQ HASH"; - is standard input
    #[arg(long, value_name = "FILE")]
    pub heads: Option<PathBuf>,
    /// Only the log of this account
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,
    /// Verify the logs of the system in this directory, which is not the running one
    #[arg(long, value_name = "DIR", conflicts_with = "files")]
    pub root: Option<PathBuf>,
    /// Print one JSON object a line
    #[arg(long)]
    pub json: bool,
}

/// Where the logs are.
const LOGS: &str = "var/log/flr";

/// Names what is wrong with each log, and says where it stands.
pub fn verify(args: Args, context: &mut Context) -> anyhow::Result<u8> {
    // The heads come first: what is written meanwhile has none.
    let heads = args.heads.as_deref().map(read_heads).transpose()?;
    let found = verified(&args, heads.as_ref())?;
    let findings: u64 = found.iter().map(|log| log.findings.len() as u64 + log.more).sum();
    if args.json {
        found.iter().for_each(|log| context.out.line(json::line(log)));
    } else {
        let mut table = Table::new(["file", "line", "kind", "why"]);
        for Finding { file, line, kind, why } in found.iter().flat_map(|log| &log.findings) {
            table.row([file, &line.to_string(), kind.as_str(), why]);
        }
        table.show(&mut context.out);
        context.out.flush();
        found.iter().for_each(|log| complain(Complaint::Note(&summary(log, heads.is_some()))));
    }
    Ok(if findings == 0 { 0 } else { Kind::AnswerIsNo.exit_code() })
}

fn read_heads(path: &std::path::Path) -> anyhow::Result<Heads> {
    if path.as_os_str() == "-" {
        return Ok(Heads::read(std::io::stdin().lock())?);
    }
    let file = File::open(path).map_err(|e| Error::failed(format!("cannot read {}: {e}", path.display())))?;
    Ok(Heads::read(file)?)
}

fn verified(args: &Args, heads: Option<&Heads>) -> anyhow::Result<Vec<Verified>> {
    let host = nix::unistd::gethostname().unwrap_or_default().to_string_lossy().into_owned();
    let here = args.root.is_none().then_some(host.as_str());
    let dir = args.root.clone().unwrap_or_else(|| PathBuf::from("/")).join(LOGS);
    let mut logs = match args.files.as_slice() {
        [] => audit::logs_in(&dir)?,
        files => audit::logs_of(files.to_vec())?,
    };
    if args.files.is_empty() {
        // A log that is gone as a whole is one whose end was cut off.
        let gone: Vec<_> = heads
            .iter()
            .flat_map(|heads| heads.accounts())
            .filter(|account| logs.iter().all(|log| log.account != **account))
            .map(|account| LogFiles { account: account.to_owned(), ..LogFiles::default() })
            .collect();
        logs.extend(gone);
    }
    logs.retain(|log| args.account.as_ref().is_none_or(|account| *account == log.account));
    if logs.is_empty() {
        let of = args.account.as_ref().map(|account| format!(" of {account}")).unwrap_or_default();
        return Err(Error::failed(format!("there is no audit log{of} in {}", dir.display())).into());
    }
    for path in logs.iter().flat_map(|log| &log.compressed) {
        complain(Complaint::Note(&format!("{} is compressed and was not looked at", path.display())));
    }
    Ok(logs.iter().map(|log| audit::verify(log, heads, here)).collect::<crate::Result<_>>()?)
}

/// One sentence about a log.
fn summary(log: &Verified, compared: bool) -> String {
    let records = usize::try_from(log.records).unwrap_or(usize::MAX);
    let mut text = format!("{}: {}", log.account, human::count(records, "record"));
    if let (Some(first), Some(last), Some(hash)) = (log.first, log.last, &log.hash) {
        text.push_str(&format!(", {first} to {last}, head {hash}"));
    }
    let (heads, older) = (log.heads, log.older_heads);
    match compared {
        true if older > 0 => text.push_str(&format!("; {heads} heads agree, {older} are of older records")),
        true => text.push_str(&format!("; {heads} heads agree")),
        false => {}
    }
    if log.running > 0 {
        text.push_str(&format!("; {} still running", log.running));
    }
    if log.more > 0 {
        text.push_str(&format!("; {} more findings are not shown", log.more));
    }
    text
}
