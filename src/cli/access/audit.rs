// SPDX-License-Identifier: GPL-3.0-or-later
use super::Below;
use crate::access::clock;
use crate::access::host::{self, Finding, Here, Id, Machine, Scene, There};
use crate::cli::Context;
use crate::error::Kind;
use crate::output::{Complaint, Rows, complain};
use serde::Serialize;

/// Find what makes a grant worth less than it says
///
/// Looks at settings, grants, sudo's rules and defaults, accounts, keys, the binary and the audit
/// logs. The columns are id, place, and what was found with its cure. JSON fields: id, file, line,
/// why, cure. What cannot be read is a finding too. Rules are read from the files; on its own
/// machine also as cvtsudoers and sudo -ll tell them, so that those of LDAP and SSSD are seen.
///
/// Below another root only files are looked at, and whoever owns that directory counts as root.
/// Not looked at there: what sudo itself says, its version where dpkg does not know it.
///
/// The rule by which root, wheel, sudo and admin may run everything is no finding; automation users
/// in these groups are.
#[derive(Debug, clap::Args)]
#[command(after_long_help = long())]
pub struct Args {
    #[command(flatten)]
    pub below: Below,
    /// Print one JSON object a line
    #[arg(long)]
    pub json: bool,
}

fn long() -> String {
    let widest = Id::ALL.iter().map(|id| id.text().len()).max().unwrap_or_default();
    let ids: Vec<String> = Id::ALL.iter().map(|id| format!("  {:widest$}  {}", id.text(), id.what())).collect();
    format!(
        "Findings:\n{}\n\nExamples:\n  flr access audit\n  flr access audit --root /mnt/image --json\n\n\
         Exit codes:\n  0   nothing was found\n  2   the words of the command are wrong\n  \
         7   something was found\n  10  failed",
        ids.join("\n")
    )
}

/// What `--json` shows of a finding.
#[derive(Debug, Serialize)]
struct Line<'a> {
    id: &'a str,
    file: &'a str,
    line: Option<usize>,
    why: &'a str,
    cure: &'a str,
}

/// Looks, and shows what was found.
pub fn show(args: &Args, context: &mut Context) -> anyhow::Result<u8> {
    let places = args.below.places()?;
    let machine: &dyn Machine = if places.is_this_machine() { &Here } else { &There };
    let (commands, forms) = (crate::cli::grantable(), crate::cli::forms());
    let scene = Scene { places: &places, machine, commands: &commands, forms: &forms, now: clock::now() };
    let found = host::audit(&scene);
    let mut rows = Rows::new(&mut context.out, args.json, ["id", "place", "finding"]);
    for finding in &found.findings {
        let Finding { id, file, line, why, cure } = finding;
        let line = Line { id: id.text(), file, line: *line, why, cure };
        rows.add(&line, [line.id, &finding.place(), &format!("{why}; cure: {cure}")]);
    }
    rows.end();
    for unseen in &found.unseen {
        complain(Complaint::Note(&format!("not looked at: {unseen}")));
    }
    Ok(if found.findings.is_empty() { 0 } else { Kind::AnswerIsNo.exit_code() })
}
