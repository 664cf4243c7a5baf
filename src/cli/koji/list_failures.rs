// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::Dimensions;
use crate::access::table::{Class, Command, CommandOption, Dimension};
use crate::cli::moment::Since;
use crate::cli::options::Grantable;
use crate::cli::pages::{self, About, Links, Paged, Publishes};
use crate::cli::read::Asking;
use crate::cli::release::{self, Sources};
use crate::names::{ReleaseAlias, TargetName};
use crate::ops::koji::ListFailures;
use crate::ops::koji::list_failures::{Failure, Failures};
use crate::output::html::Cell;
use crate::output::{Complaint, Rows, complain, when};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::Path;

/// List packages of a release whose builds failed and were not mended
///
/// Looks at the builds that were begun since a time and failed, and at the tasks that failed before they were a build,
/// for one of the release's targets: those whose build root is also that of the targets of the release's own tags, so
/// that of a mass rebuild is among them and users' side tags are not. A package is left out if a good build of it for
/// the release was begun later, or if it is blocked or not listed in the release.
///
/// The columns are package, owner, the build that failed last, its task, its target and when it failed (UTC). JSON
/// fields: release, package, owner, build, build_id, task, target, builder, failed, failures (how many tasks for the
/// package failed); without a build build and build_id are null. Rows are in the order of owners, then packages; an
/// owner nobody knows is null, and last.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji list-failures f43 --since 2025-07-23\n  flr koji list-failures f43 --since 2025-07-23 --target f43-rebuild --json\n  flr koji list-failures f43 --since 2025-07-23 --html /srv/www/failures"))]
pub struct Args {
    /// The release
    #[arg(value_name = "REL")]
    pub release: ReleaseAlias,
    /// Only builds begun since then: a date, 2026-11-21, or a time, 2026-11-21T21:30:00Z
    #[arg(long, value_name = "TIME")]
    pub since: Since,
    /// Only builds for this target (can be repeated)
    #[arg(long = "target", value_name = "TARGET")]
    pub targets: Vec<TargetName>,
}

/// Those who act for themselves may have pages.
pub type OwnArgs = Paged<Args>;

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji list-failures",
        class: Class::Read,
        does: "list failed builds of {releases}",
        dimensions: &[Dimension::Releases],
        effects: &[],
        options: &[
            CommandOption { name: "--since", does: "since a time", dimension: None, effects: &[] },
            CommandOption {
                name: "--target",
                does: "for {targets}",
                dimension: Some(Dimension::Targets),
                effects: &[],
            },
        ],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(ListFailures::about(&self.release, &self.targets.into_iter().collect()))
    }
}

impl Publishes for Args {
    fn answer_by(self, html: Option<&Path>, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let sources = Sources::open(asking)?;
        let targets: BTreeSet<TargetName> = self.targets.into_iter().collect();
        let since = when::counted(self.since.seconds());
        let mut arguments = format!("{} --since {since}", self.release);
        for target in &targets {
            arguments.push_str(&format!(" --target {target}"));
        }
        let answer = asking.ask(&ListFailures {
            release: self.release,
            since: self.since.seconds(),
            targets,
            directory: &sources,
            layouts: &sources.layouts,
        })?;
        release::note(&answer.known);
        if !answer.without_target.is_empty() {
            let names: Vec<&str> = answer.without_target.iter().map(|nvr| nvr.as_str()).collect();
            complain(Complaint::Note(&format!("failed, nobody can say for which target: {}", names.join(", "))));
        }
        let about = |links: &Links| about(&answer, arguments, since, links);
        pages::show_or_publish(html, asking, |asking| show(&answer, asking), about)?;
        Ok(0)
    }
}

fn show(answer: &Failures, asking: &mut Asking<'_>) {
    let names = ["package", "owner", "build", "task", "target", "failed"];
    let mut rows = Rows::new(asking.out, asking.json, names);
    for failure in &answer.failures {
        let line = Line::of(&answer.release, failure);
        let task = failure.task.to_string();
        let (owner, build) = (line.owner.unwrap_or_default(), line.build.unwrap_or_default());
        rows.add(&line, [line.package, owner, build, &task, line.target, &line.failed]);
    }
    rows.end();
}

fn about<'a>(answer: &'a Failures, arguments: String, since: String, links: &Links) -> About<'a> {
    let row = |failure: &Failure| {
        let cells = vec![
            failure.build.as_ref().map_or_else(Cell::default, |(nvr, id)| links.build(nvr, *id)),
            links.task(Some(failure.task)),
            Cell::text(failure.target.as_str()),
            Cell::text(failure.failures.to_string()),
            Cell::text(when::counted(failure.failed)),
        ];
        links.row(&failure.package, failure.owner.as_ref(), cells)
    };
    let targets: Vec<&str> = answer.targets.iter().map(TargetName::as_str).collect();
    About {
        release: &answer.release,
        title: "builds that failed",
        packages: "whose builds failed and were not mended",
        command: Args::GRANT.name,
        arguments,
        facts: vec![("Since", since), ("Targets", targets.join(", "))],
        seen: answer.seen,
        columns: vec!["Failed build", "Task", "Target", "Failures", "Last failed (UTC)"],
        rows: answer.failures.iter().map(row).collect(),
    }
}

/// What `--json` shows of a failure.
#[derive(Debug, Serialize)]
struct Line<'a> {
    release: &'a str,
    package: &'a str,
    owner: Option<&'a str>,
    build: Option<&'a str>,
    build_id: Option<u64>,
    task: u64,
    target: &'a str,
    builder: &'a str,
    failed: String,
    failures: usize,
}

impl<'a> Line<'a> {
    fn of(release: &'a str, failure: &'a Failure) -> Self {
        Self {
            release,
            package: failure.package.as_str(),
            owner: failure.owner.as_ref().map(|owner| owner.as_str()),
            build: failure.build.as_ref().map(|(nvr, _)| nvr.as_str()),
            build_id: failure.build.as_ref().map(|(_, id)| id.0),
            task: failure.task.0,
            target: &failure.target,
            builder: &failure.builder,
            failed: when::counted(failure.failed),
            failures: failure.failures,
        }
    }
}
