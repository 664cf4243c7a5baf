// SPDX-License-Identifier: GPL-3.0-or-later
use crate::cli::{Context, embedded};
use crate::output::{escape, human};
use crate::practice::{Seed, Site};
use std::path::PathBuf;

/// Fill the practice hub with packages, builds and tags
///
/// It must be empty: see `flr practice reset`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How much: a handful of packages, or 24,000 as in Fedora
    #[arg(value_enum)]
    pub size: Size,
    /// The hub's state is in this directory
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// How much the hub holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Size {
    Small,
    Fedora,
}

impl From<Size> for Seed {
    fn from(size: Size) -> Self {
        match size {
            Size::Small => Self::Small,
            Size::Fedora => Self::Fedora,
        }
    }
}

/// Fills it.
pub fn run(args: Args, context: &mut Context) -> anyhow::Result<u8> {
    let dir = embedded::dir(&context.asker.caller, args.dir)?;
    let report = Site::open(&dir)?.seed(args.size.into())?;
    let count = |n: u64, noun| human::count(usize::try_from(n).unwrap_or(usize::MAX), noun);
    context.out.line(format_args!(
        "{}: {}, {}, {}",
        escape(&dir.to_string_lossy()),
        count(report.packages, "package"),
        count(report.builds, "build"),
        count(report.tags, "tag"),
    ));
    Ok(0)
}
