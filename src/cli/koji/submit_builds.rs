// SPDX-License-Identifier: GPL-3.0-or-later
use super::submit_build::{Manner, OPTIONS};
use crate::access::table::{Class, Command, CommandOption, Dimension, Effect};
use crate::cli::list::{self, Entry};
use crate::cli::words::at_least_one;
use crate::names::{ScmUrl, TargetName};
use crate::ops::koji::SubmitBuilds;
use crate::pipeline::Throttle;
use std::num::NonZeroU32;

/// Have a list of sources built for a target, each once
///
/// A source is a repository at one commit, written as 40 hex digits. Left out is what a task for this target
/// waits or runs for, what was built, what failed, unless --again is given, and what is of a package that is blocked
/// in the target's tag; one that is not listed there is refused. So the same list may be given again at any time, and `flr run resume` goes on with a run that was stopped: a source whose answer was lost is looked for
/// among the tasks before it is submitted anew. Each task is in the report and in the run's record.
///
/// Failures without a build are only looked for among the tasks of the last 14 days.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji submit-builds f43-rebuild - --background --fail-fast --rate 60 --queue-depth 500 --yes < urls"))]
pub struct Args {
    /// The target to build them for
    pub target: TargetName,
    /// Sources, git+https://HOST/PATH#COMMIT, or - to read them from standard input
    #[arg(required = true, value_name = "SCMURL")]
    pub sources: Vec<Entry<ScmUrl>>,
    #[command(flatten)]
    pub manner: Manner,
    /// Submit so many a minute at the most
    #[arg(long, value_name = "N", value_parser = at_least_one::<NonZeroU32>)]
    pub rate: Option<NonZeroU32>,
    /// Submit only so many that no more than N builds for the target wait for a builder
    #[arg(long, value_name = "N", value_parser = at_least_one::<NonZeroU32>)]
    pub queue_depth: Option<NonZeroU32>,
}

pub const GRANT: Command = Command {
    name: "koji submit-builds",
    class: Class::Publish,
    does: "build {sources}, of {packages}, for {targets}",
    dimensions: &[Dimension::Sources, Dimension::Packages, Dimension::Targets],
    effects: &[Effect::SubmitBuild],
    options: &[
        OPTIONS[0],
        OPTIONS[1],
        OPTIONS[2],
        CommandOption { name: "--rate", does: "at most so many a minute", dimension: None, effects: &[] },
        CommandOption { name: "--queue-depth", does: "only while few wait", dimension: None, effects: &[] },
    ],
    takes_arguments: true,
};

impl TryFrom<Args> for SubmitBuilds {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self {
            target: args.target,
            sources: list::read(args.sources)?,
            how: args.manner.into(),
            throttle: Throttle { rate: args.rate, queue_depth: args.queue_depth },
        })
    }
}
