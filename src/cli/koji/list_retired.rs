// SPDX-License-Identifier: GPL-3.0-or-later
use crate::Error;
use crate::access::Dimensions;
use crate::access::table::{Class, Command, CommandOption, Dimension};
use crate::cli::distgit;
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::cli::release::{Sources, Whose, note};
use crate::distgit::{Named, RPMS};
use crate::error::Kind;
use crate::names::{PackageName, ReleaseAlias};
use crate::ops::koji::ListRetired;
use crate::ops::koji::list_retired::{Finding, Found};
use crate::output::{Rows, human};
use serde::Serialize;

/// List packages that are retired and not blocked, or blocked and not retired
///
/// Compares dist-git's list of what is retired in the release's branch with the package list of its base tag, inherited
/// entries included. A package that is not listed there needs no block. What was retired before the branch was made is only
/// in Rawhide's list, which is read as well.
///
/// dist-git's list is one job's work and is not trusted blindly: one that is cut off, of another branch, empty, or lacks most
/// of what is blocked (of 100 packages or more) is an error.
///
/// JSON fields: release, package, found (not-blocked, not-retired), tag (whose entry counts), owner. The exit code is 7 if anything is
/// found.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji list-retired rawhide\n  flr koji list-retired f43 --not-blocked --json | jq -r .package | flr koji block-pkg f43 - --untag\n  flr koji list-retired epel9 --retired retired_in_epel9.json"))]
pub struct Args {
    /// The release
    #[arg(value_name = "REL")]
    pub release: ReleaseAlias,
    /// Packages of this namespace of dist-git
    #[arg(long, value_name = "NAME", default_value = RPMS)]
    pub namespace: PackageName,
    /// Only those that are retired and not blocked
    #[arg(long)]
    pub not_blocked: bool,
    /// Only those that are blocked and not retired
    #[arg(long, conflicts_with = "not_blocked")]
    pub not_retired: bool,
    /// Take a list as it is that lacks most of what is blocked
    #[arg(long)]
    pub accept_short: bool,
}

// Those who act for themselves may say where the list is. No doc comment: the help is that of the words inside.
#[derive(Debug, clap::Args)]
pub struct OwnArgs {
    #[command(flatten)]
    pub args: Args,
    /// Read dist-git's list here; {branch} in it is the branch's name. Else distgit.toml says, or it is the public one
    #[arg(long, value_name = "URL|FILE")]
    pub retired: Option<String>,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji list-retired",
        class: Class::Read,
        does: "compare what is retired and what is blocked in {releases}",
        dimensions: &[Dimension::Releases],
        effects: &[],
        options: &[
            CommandOption { name: "--namespace", does: "of another namespace", dimension: None, effects: &[] },
            CommandOption { name: "--not-blocked", does: "only one way", dimension: None, effects: &[] },
            CommandOption { name: "--not-retired", does: "only the other way", dimension: None, effects: &[] },
            CommandOption { name: "--accept-short", does: "by a short list as well", dimension: None, effects: &[] },
        ],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(ListRetired::about(&self.release, self.namespace.as_str(), self.only(), self.accept_short))
    }
}

impl Answers for OwnArgs {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        self.args.answer_by(self.retired.as_deref(), asking)
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        self.answer_by(None, asking)
    }
}

impl Args {
    fn only(&self) -> Option<Found> {
        match (self.not_blocked, self.not_retired) {
            (true, _) => Some(Found::NotBlocked),
            (_, true) => Some(Found::NotRetired),
            (false, false) => None,
        }
    }

    fn answer_by(self, retired: Option<&str>, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let only = self.only();
        let sources = Sources::open(asking)?;
        let dist_git = distgit::open(&Whose::of(asking), Named { retired, ..Named::default() })?;
        let compared = asking.ask(&ListRetired {
            alias: self.release,
            namespace: self.namespace.to_string(),
            only,
            accept_short: self.accept_short,
            directory: &sources,
            layouts: &sources.layouts,
            dist_git: &dist_git,
        })?;
        note(&compared.known);
        let mut rows = Rows::new(asking.out, asking.json, ["package", "found", "tag", "owner"]);
        for finding in &compared.findings {
            let owner = finding.owner.as_ref().map_or("", |owner| owner.as_str());
            let found = match finding.found {
                Found::NotBlocked => "not-blocked",
                Found::NotRetired => "not-retired",
            };
            let cells = [finding.package.as_str(), found, finding.tag.as_str(), owner];
            rows.add(&Line { release: &compared.release, finding }, cells);
        }
        rows.end();
        let count = compared.findings.len();
        if count == 0 {
            return Ok(0);
        }
        let what = format!("{} and dist-git do not agree about {}", compared.tag, human::count(count, "package"));
        Err(Error::new(Kind::AnswerIsNo, what).into())
    }
}

/// What `--json` shows of a finding.
#[derive(Debug, Serialize)]
struct Line<'a> {
    release: &'a str,
    #[serde(flatten)]
    finding: &'a Finding,
}
