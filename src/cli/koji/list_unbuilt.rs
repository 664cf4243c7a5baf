// SPDX-License-Identifier: GPL-3.0-or-later
use super::rebuild_plan::{Line, Nobody, OPTIONS, SkipFile, Words, tell};
use crate::access::Dimensions;
use crate::access::table::{Class, Command, Dimension};
use crate::cli::options::Grantable;
use crate::cli::pages::{self, About, Html, Links};
use crate::cli::read::{Answers, Asking};
use crate::cli::release::Sources;
use crate::names::{TargetName, UserName};
use crate::ops::koji::rebuild_plan::{Found, Row};
use crate::ops::koji::{ListUnbuilt, What};
use crate::output::html::Cell;
use crate::output::{Rows, human, when};
use crate::pipeline::Question;
use std::path::Path;

/// List the packages of a release that are still to be rebuilt
///
/// What `flr koji rebuild-plan` would plan now, with owners: the columns are package, owner, and what of
/// it does not count as a rebuild. JSON fields: release, package, owner, standing, rebuild, why, build, task.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji list-unbuilt f43 --since 2025-07-23\n  flr koji list-unbuilt f43 --since 2025-07-23 --target f43-rebuild --json\n  flr koji list-unbuilt f43 --since 2025-07-23 --html /srv/www/unbuilt"))]
pub struct Args {
    #[command(flatten)]
    pub rebuild: Words,
}

// Those who act for themselves may bring a file and have pages. No doc comment: the help is that of the words inside.
#[derive(Debug, clap::Args)]
pub struct OwnArgs {
    #[command(flatten)]
    pub args: Args,
    #[command(flatten)]
    pub file: SkipFile,
    #[command(flatten)]
    pub html: Html,
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
        self.args.answer_by(self.file.path.as_deref(), self.html.dir.as_deref(), asking)
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        self.answer_by(None, None, asking)
    }
}

impl Args {
    fn answer_by(self, file: Option<&Path>, html: Option<&Path>, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let what = self.rebuild.resolve(file)?;
        let sources = Sources::open(asking)?;
        let question = ListUnbuilt { what, directory: &sources, layouts: &sources.layouts };
        let found = asking.ask(&question)?;
        tell(&found);
        let about = |links: &Links| about(&question.what, &found, links);
        pages::show_or_publish(html, asking, |asking| show(&found, asking), about)?;
        Ok(0)
    }
}

fn show(found: &Found, asking: &mut Asking<'_>) {
    let mut rows = Rows::new(asking.out, asking.json, ["package", "owner", "why"]);
    for row in &found.rows {
        let owner = row.owner.as_ref().map_or("", UserName::as_str);
        let cells = [row.package.as_str(), owner, row.why.as_deref().unwrap_or_default()];
        rows.add(&Line::of(found, row), cells);
    }
    rows.end();
}

fn about<'a>(what: &What, found: &'a Found, links: &Links) -> About<'a> {
    let row = |row: &Row| {
        let why = Cell::text(row.why.as_deref().unwrap_or_default());
        links.row(&row.package, row.owner.as_ref(), vec![why])
    };
    let since = when::counted(what.since);
    let mut arguments = format!("{} --since {since}", what.release);
    for (option, target) in what
        .target
        .iter()
        .map(|target| ("--target", target))
        .chain(what.accepted.iter().map(|target| ("--accept-target", target)))
    {
        arguments.push_str(&format!(" {option} {target}"));
    }
    let targets: Vec<&str> = found.targets.iter().map(TargetName::as_str).collect();
    let mut facts = vec![("Since", since), ("Targets", targets.join(", "))];
    if !what.skip.is_empty() {
        facts.push(("Skipped", human::count(what.skip.len(), "package")));
    }
    About {
        release: &found.release,
        title: "packages to be rebuilt",
        packages: "still to be rebuilt",
        command: Args::GRANT.name,
        arguments,
        facts,
        seen: found.seen,
        columns: vec!["What does not count"],
        rows: found.rows.iter().map(row).collect(),
    }
}
