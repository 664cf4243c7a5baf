// SPDX-License-Identifier: GPL-3.0-or-later
use crate::Error;
use crate::access::Dimensions;
use crate::access::table::{Class, Command, CommandOption, Dimension};
use crate::cli::list::{self, Entry};
use crate::cli::moment::Since;
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::cli::release::{Sources, note};
use crate::names::{Nvr, PackageName, ReleaseAlias, TargetName, TaskId, UserName};
use crate::ops::koji::rebuild_plan::{Found, Row, Standing};
use crate::ops::koji::{RebuildPlan, What};
use crate::output::{Complaint, Rows, complain, escape};
use crate::pipeline::Question;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// List the packages of a release that are to be rebuilt
///
/// Those on the release's package list that are neither blocked nor skipped and that nothing was built
/// of, tried or submitted since a time for one of the targets that count. Those are --target and --accept-target,
/// or, if neither is given, all that build from the same build roots as the release's own. Builds that were canceled or deleted do not
/// count, nor do those for a target that led elsewhere then, as rawhide does before a branching. A build
/// that has no task does not say for which target it was, and does not count.
///
/// Shows one package a line. With --left-out the others instead: package, where it stands (blocked, skipped,
/// submitted, built, failed) and why. JSON lines hold both: release, package, owner, standing, rebuild (whether it is to
/// be rebuilt), why, build, task.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji rebuild-plan f43 --since 2025-07-23 --target f43-rebuild --skip-file skip.txt\n  flr koji rebuild-plan f43 --since 2025-07-23T12:00:00Z --left-out"))]
pub struct Args {
    #[command(flatten)]
    pub rebuild: Words,
    /// Show the packages that are left out, and why
    #[arg(long)]
    pub left_out: bool,
}

// No doc comment: the help is that of the commands.
#[derive(Debug, clap::Args)]
pub struct Words {
    /// The release
    #[arg(value_name = "REL")]
    pub release: ReleaseAlias,
    /// Count builds begun since then: a date, 2026-11-21, or a time, 2026-11-21T21:30:00Z
    #[arg(long, value_name = "TIME")]
    pub since: Since,
    /// Count builds for this target
    #[arg(long, value_name = "TARGET")]
    pub target: Option<TargetName>,
    /// Count builds for this target too (can be repeated)
    #[arg(long = "accept-target", value_name = "TARGET")]
    pub accepted: Vec<TargetName>,
    /// Leave this package out, or those on standard input for - (can be repeated)
    #[arg(long, value_name = "PKG")]
    pub skip: Vec<Entry<PackageName>>,
}

// Those who act for themselves may bring a file. No doc comment: the help is that of the words inside.
#[derive(Debug, clap::Args)]
pub struct OwnArgs {
    #[command(flatten)]
    pub args: Args,
    #[command(flatten)]
    pub file: SkipFile,
}

#[derive(Debug, clap::Args)]
pub struct SkipFile {
    /// Leave out the packages that this file lists, one a line; - is standard input
    #[arg(long = "skip-file", value_name = "FILE")]
    pub path: Option<PathBuf>,
}

impl Words {
    /// What is asked for, with the packages that a file says to skip.
    pub fn resolve(self, file: Option<&Path>) -> anyhow::Result<What> {
        if file == Some(Path::new("-")) && self.skip.iter().any(Entry::is_standard_input) {
            return Err(Error::usage("- stands for standard input and is given twice").into());
        }
        let mut skip: BTreeSet<PackageName> = match self.skip.is_empty() {
            true => BTreeSet::new(),
            false => list::read(self.skip)?.into_iter().collect(),
        };
        if let Some(path) = file {
            skip.extend(list::of_file(path)?);
        }
        Ok(What {
            release: self.release,
            since: self.since.seconds(),
            target: self.target,
            accepted: self.accepted.into_iter().collect(),
            skip,
        })
    }
}

/// What can be granted of [`Words`].
pub const OPTIONS: [CommandOption; 4] = [
    CommandOption { name: "--since", does: "since a time", dimension: None, effects: &[] },
    CommandOption {
        name: "--target",
        does: "by builds for {targets}",
        dimension: Some(Dimension::Targets),
        effects: &[],
    },
    CommandOption {
        name: "--accept-target",
        does: "by builds for {targets} too",
        dimension: Some(Dimension::Targets),
        effects: &[],
    },
    CommandOption { name: "--skip", does: "without {packages}", dimension: Some(Dimension::Packages), effects: &[] },
];

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji rebuild-plan",
        class: Class::Read,
        does: "list what of {releases} is to be rebuilt",
        dimensions: &[Dimension::Releases],
        effects: &[],
        options: &[
            OPTIONS[0],
            OPTIONS[1],
            OPTIONS[2],
            OPTIONS[3],
            CommandOption { name: "--left-out", does: "the others instead", dimension: None, effects: &[] },
        ],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        let left_out = self.left_out;
        let what = self.rebuild.resolve(None)?;
        Ok(Question::dimensions(&RebuildPlan { what, left_out, directory: &Nobody, layouts: &[] }))
    }
}

/// For looking at a request that is not asked.
pub struct Nobody;

impl crate::release::Lookup for Nobody {
    fn releases(&self, _koji: &dyn crate::koji::Reader) -> crate::Result<crate::release::Known> {
        Err(crate::Error::failed("nobody is asked"))
    }
}

impl Answers for OwnArgs {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        self.args.answer_by(self.file.path.as_deref(), asking)
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        self.answer_by(None, asking)
    }
}

impl Args {
    fn answer_by(self, file: Option<&Path>, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let left_out = self.left_out;
        let what = self.rebuild.resolve(file)?;
        let sources = Sources::open(asking)?;
        let plan = RebuildPlan { what, left_out, directory: &sources, layouts: &sources.layouts };
        let found = asking.ask(&plan)?;
        tell(&found);
        if asking.json {
            for row in &found.rows {
                asking.out.line(crate::output::json::line(&Line::of(&found, row)));
            }
            asking.out.flush();
        } else if left_out {
            let mut rows = Rows::new(asking.out, false, ["package", "standing", "why"]);
            for row in found.rows.iter().filter(|row| row.standing != Standing::ToRebuild) {
                let why = row.why.as_deref().unwrap_or_default();
                rows.add(&(), [row.package.as_str(), row.standing.as_str(), why]);
            }
            rows.end();
        } else {
            for row in found.rows.iter().filter(|row| row.standing == Standing::ToRebuild) {
                asking.out.line(escape(row.package.as_str()));
            }
            asking.out.flush();
        }
        Ok(0)
    }
}

/// Says what people should know about where the answer comes from.
pub fn tell(found: &Found) {
    note(&found.known);
    if !found.not_listed.is_empty() {
        let names: Vec<&str> = found.not_listed.iter().map(PackageName::as_str).collect();
        let text = format!("to be skipped, and not on the list of {}: {}", found.tag, names.join(", "));
        complain(Complaint::Note(&text));
    }
}

/// What `--json` shows of a package.
#[derive(Debug, Serialize)]
pub struct Line<'a> {
    release: &'a str,
    package: &'a PackageName,
    owner: Option<&'a UserName>,
    standing: Standing,
    rebuild: bool,
    why: Option<&'a str>,
    build: Option<&'a Nvr>,
    task: Option<TaskId>,
}

impl<'a> Line<'a> {
    /// Of one row.
    pub fn of(found: &'a Found, row: &'a Row) -> Self {
        Self {
            release: &found.release,
            package: &row.package,
            owner: row.owner.as_ref(),
            standing: row.standing,
            rebuild: row.standing == Standing::ToRebuild,
            why: row.why.as_deref(),
            build: row.build.as_ref(),
            task: row.task,
        }
    }
}
