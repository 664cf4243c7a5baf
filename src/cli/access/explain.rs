// SPDX-License-Identifier: GPL-3.0-or-later
use super::Below;
use crate::Error;
use crate::access::grant::Grant;
use crate::access::{clock, explain};
use crate::cli::{Context, grantable};
use crate::error::Kind;
use crate::output::{Complaint, complain, escape};

/// Explain in plain sentences what a user may do
///
/// The page says who, on which hosts, as which account, until when and why; what each clause of the
/// grant allows, with which options, how much and when; what it does not allow; and what somebody
/// who has taken over the user could do. One sentence is one line, and the same grant always has the
/// same page: keep it, and compare.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(access, "  flr access explain loopabull_block", "\
  0   the page is shown
  2   the words of the command are wrong
  6   the grant is void: it grants nothing until an administrator puts it right
  7   nothing is granted to the user"))]
pub struct Args {
    /// User to explain
    pub user: String,
    #[command(flatten)]
    pub below: Below,
}

/// Shows the page; the exit code.
pub fn show(args: &Args, context: &mut Context) -> anyhow::Result<u8> {
    let now = clock::now();
    let grant = Grant::load(&args.below.places()?, &args.user, &grantable(), now)?
        .ok_or_else(|| Error::new(Kind::AnswerIsNo, format!("nothing is granted to {}", args.user)))?;
    for line in explain::page(&grant) {
        context.out.line(escape(&line));
    }
    context.out.flush();
    if grant.expires <= now {
        complain(Complaint::Note(&format!("this grant has ended on {}: it grants nothing any more", grant.expires)));
    }
    Ok(0)
}
