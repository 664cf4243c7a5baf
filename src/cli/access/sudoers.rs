// SPDX-License-Identifier: GPL-3.0-or-later
use super::Below;
use crate::Error;
use crate::access::grant::Grant;
use crate::access::host::{Ran, run};
use crate::access::settings::Settings;
use crate::access::sudoers::{self, BINARY, Style};
use crate::access::{clock, table};
use crate::cli::Context;
use crate::error::Kind;
use crate::names::UserName;
use crate::output::{Complaint, complain, escape};

/// Print the file for /etc/sudoers.d that a user's grant makes
///
/// One line for each machine of the grant: the user, the account, and each granted subcommand. sudo
/// chooses the subcommand; what may be said behind it is flr's to judge, by the grant. Nothing is
/// written below /etc. If visudo is there, it checks the file; otherwise standard error says that
/// nobody did.
#[derive(Debug, clap::Args)]
#[command(after_long_help = LONG)]
pub struct Args {
    /// User whose grant is read from /etc/flr/grants.d
    #[arg(value_name = "USER")]
    pub user: UserName,
    /// For "sudo flr": flr itself leaves root for the account. Otherwise for "sudo -u ACCOUNT flr"
    #[arg(long)]
    pub as_root: bool,
    /// Regular expressions made from the grant, in place of *: only C sudo 1.9.10 and later knows them
    #[arg(long)]
    pub tighten: bool,
    /// The sudo that is to read the file
    #[arg(long = "for", value_enum, value_name = "SUDO", default_value = "both")]
    pub reader: Sudos,
    /// Where flr is on those machines
    #[arg(long, value_name = "PATH", default_value = BINARY)]
    pub binary: String,
    #[command(flatten)]
    pub below: Below,
}

/// The kinds of sudo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Sudos {
    /// The one written in C
    Sudo,
    /// The one written in Rust
    SudoRs,
    /// Either
    Both,
}

const LONG: &str = "\
Tightened, an option and its value are two words (--owner kim, not --owner=kim), and help cannot be
asked for. The file is called 90-flr-USER, mode 0440; a dot in its name would make sudo ignore it.

Examples:
  flr access sudoers loopabull_block
  flr access sudoers loopabull_block --for sudo --tighten
  flr access sudoers loopabull_block | install -m 0440 /dev/stdin /etc/sudoers.d/90-flr-loopabull_block

Exit codes:
  0   the file is shown
  2   the words of the command are wrong, or the grant cannot be said so
  3   the grant has expired
  6   settings or grant cannot be used
  10  failed, or there is no such grant, or visudo refuses the file";

const VISUDO: &str = "/usr/sbin/visudo";

/// Shows it.
pub fn show(args: &Args, context: &mut Context) -> anyhow::Result<u8> {
    if args.tighten && args.reader == Sudos::SudoRs {
        return Err(Error::usage("sudo-rs knows no regular expressions").hint("leave --tighten away").into());
    }
    let places = args.below.places()?;
    let settings = Settings::load(&places)?
        .ok_or_else(|| Error::new(Kind::Unsafe, format!("there is no {}", places.settings().display())))?;
    let commands: Vec<table::Command> = crate::cli::grantable();
    let user = args.user.as_str();
    let now = clock::now();
    let grant = Grant::load(&places, user, &commands, now)?.ok_or_else(|| {
        Error::failed(format!("there is no grant for {user}")).hint(format!("write {}", places.grant(user).display()))
    })?;
    if grant.expires <= now {
        let what = format!("the grant of {user} has expired on {}", grant.expires);
        return Err(Error::new(Kind::NotPermitted, what).hint(format!("ask {} to renew it", grant.owner)).into());
    }
    let style = Style { as_root: args.as_root, tighten: args.tighten, binary: args.binary.clone() };
    let text = sudoers::fragment(&grant, &settings, &style, &crate::cli::forms())?;
    match run(VISUDO, &["-c", "-f", "-"], text.as_bytes()) {
        Ran::Said(_) => {}
        Ran::NotThere => complain(Complaint::Note(&format!("not checked: there is no {VISUDO} here"))),
        Ran::Failed(why) => return Err(Error::failed(format!("visudo refuses what was made: {why}")).into()),
    }
    if args.tighten && args.reader == Sudos::Both && text.contains(" ^") {
        complain(Complaint::Note("where sudo is sudo-rs, or older than 1.9.10, this grants nothing"));
    }
    for line in text.lines() {
        context.out.line(escape(line));
    }
    Ok(0)
}
