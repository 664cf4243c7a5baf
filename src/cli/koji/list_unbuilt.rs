// SPDX-License-Identifier: GPL-3.0-or-later
use super::rebuild_plan::{Line, Nobody, OPTIONS, SkipFile, Words, tell};
use crate::access::Dimensions;
use crate::access::table::{Class, Command, Dimension};
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::cli::release::Sources;
use crate::names::UserName;
use crate::ops::koji::ListUnbuilt;
use crate::output::Rows;
use crate::pipeline::Question;
use std::path::Path;

/// List the packages of a release that are still to be rebuilt
///
/// What `flr koji rebuild-plan` would plan now, with owners: the columns are package, owner, and what of
/// it does not count as a rebuild. JSON fields: release, package, owner, standing, rebuild, why, build, task.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji list-unbuilt f43 --since 2025-07-23\n  flr koji list-unbuilt f43 --since 2025-07-23 --target f43-rebuild --json"))]
pub struct Args {
    #[command(flatten)]
    pub rebuild: Words,
}

// Those who act for themselves may bring a file. No doc comment: the help is that of the words inside.
#[derive(Debug, clap::Args)]
pub struct OwnArgs {
    #[command(flatten)]
    pub args: Args,
    #[command(flatten)]
    pub file: SkipFile,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji list-unbuilt",
        class: Class::Read,
        does: "list what of {releases} is still to be rebuilt",
        dimensions: &[Dimension::Releases],
        effects: &[],
        options: &OPTIONS,
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        let what = self.rebuild.resolve(None)?;
        Ok(Question::dimensions(&ListUnbuilt { what, directory: &Nobody, layouts: &[] }))
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
        let what = self.rebuild.resolve(file)?;
        let sources = Sources::open(asking)?;
        let found = asking.ask(&ListUnbuilt { what, directory: &sources, layouts: &sources.layouts })?;
        tell(&found);
        let mut rows = Rows::new(asking.out, asking.json, ["package", "owner", "why"]);
        for row in &found.rows {
            let owner = row.owner.as_ref().map_or("", UserName::as_str);
            let cells = [row.package.as_str(), owner, row.why.as_deref().unwrap_or_default()];
            rows.add(&Line::of(&found, row), cells);
        }
        rows.end();
        Ok(0)
    }
}
