// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, CommandOption, Dimension, Effect};
use crate::names::{ScmUrl, TargetName};
use crate::ops::koji::{How, SubmitBuild};

/// Have a source built for a target, once
///
/// A source is a repository at one commit, written as 40 hex digits. If a task for it and the target waits
/// or runs, or a build was made of it, there is nothing to do. One that failed is refused, unless --again is given;
/// so is a package that is blocked or not listed in the target's tag. The task is not waited for: `flr koji
/// watch-task` does that.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji submit-build git+https://src.fedoraproject.org/rpms/bash.git#8bf59b0bf9bc3dfc4928e1323e1129daafe34179 f43-rebuild --background --fail-fast"))]
pub struct Args {
    /// The source: git+https://HOST/PATH#COMMIT
    #[arg(value_name = "SCMURL")]
    pub source: ScmUrl,
    /// The target to build it for
    pub target: TargetName,
    #[command(flatten)]
    pub manner: Manner,
}

// No doc comment: clap would print it as the help of the commands.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Manner {
    /// Let other builds go first
    #[arg(long)]
    pub background: bool,
    /// End the build with the first architecture that fails
    #[arg(long)]
    pub fail_fast: bool,
    /// Build anew what failed
    #[arg(long)]
    pub again: bool,
}

impl From<Manner> for How {
    fn from(manner: Manner) -> Self {
        Self { background: manner.background, fail_fast: manner.fail_fast, again: manner.again }
    }
}

/// What can be granted of [`Manner`].
pub const OPTIONS: [CommandOption; 3] = [
    CommandOption { name: "--background", does: "after other builds", dimension: None, effects: &[] },
    CommandOption { name: "--fail-fast", does: "no longer than they can succeed", dimension: None, effects: &[] },
    CommandOption { name: "--again", does: "also what failed", dimension: None, effects: &[] },
];

pub const GRANT: Command = Command {
    name: "koji submit-build",
    class: Class::Publish,
    does: "build {sources}, of {packages}, for {targets}",
    dimensions: &[Dimension::Sources, Dimension::Packages, Dimension::Targets],
    effects: &[Effect::SubmitBuild],
    options: &OPTIONS,
    takes_arguments: true,
};

impl TryFrom<Args> for SubmitBuild {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { target: args.target, source: args.source, how: args.manner.into() })
    }
}
