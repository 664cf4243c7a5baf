// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::Dimensions;
use crate::access::table::{Class, Command, CommandOption, Dimension};
use crate::cli::moment::Since;
use crate::cli::options::Grantable;
use crate::cli::pages::{self, About, Links, Paged, Publishes};
use crate::cli::read::Asking;
use crate::cli::release::{self, Sources};
use crate::names::ReleaseAlias;
use crate::ops::koji::ListFtbfs;
use crate::ops::koji::list_ftbfs::{From, Ftbfs, Unbuilt};
use crate::output::html::Cell;
use crate::output::{Rows, when};
use serde::Serialize;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

/// List packages of a release that were built once and not since
///
/// Those that fail to build from source: listed in the release and not blocked, with a build that counts there,
/// the newest of which was begun before the time, and with no good build of the release since. A build is the
/// release's if it was for one of its targets or is in one of its tags. With a release for the time, its
/// beginning counts: when the tag that it is made of was made.
///
/// The columns are package, owner, the newest build, when that was begun (UTC), and the build that failed last
/// since the time. JSON fields: release, package, owner, build, build_id, built, failed_build, failed_task, since.
/// Rows are in the order of owners, then packages; an owner nobody knows is null, and last.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji list-ftbfs f43 --since f41\n  flr koji list-ftbfs rawhide --since 2025-02-01 --json\n  flr koji list-ftbfs f43 --since f41 --html /srv/www/ftbfs"))]
pub struct Args {
    /// The release
    #[arg(value_name = "REL")]
    pub release: ReleaseAlias,
    /// Since the beginning of a release, or since a date, 2026-11-21, or a time, 2026-11-21T21:30:00Z
    #[arg(long, value_name = "REL|TIME")]
    pub since: SinceOrRelease,
}

/// Those who act for themselves may have pages.
pub type OwnArgs = Paged<Args>;

/// A time, or a release that began then.
#[derive(Debug, Clone)]
pub enum SinceOrRelease {
    Time(Since),
    Release(ReleaseAlias),
}

impl FromStr for SinceOrRelease {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // No release is called like a date.
        let like_a_date = text.starts_with(|c: char| c.is_ascii_digit()) && text.contains('-');
        match text.parse::<Since>() {
            Ok(time) => Ok(Self::Time(time)),
            Err(why) if like_a_date => Err(why),
            Err(_) => text.parse().map(Self::Release).map_err(|error: crate::names::NameError| error.to_string()),
        }
    }
}

impl fmt::Display for SinceOrRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(since) => f.write_str(&when::counted(since.seconds())),
            Self::Release(release) => release.fmt(f),
        }
    }
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji list-ftbfs",
        class: Class::Read,
        does: "list what of {releases} was built once and not since",
        dimensions: &[Dimension::Releases],
        effects: &[],
        options: &[CommandOption { name: "--since", does: "since a time", dimension: None, effects: &[] }],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(ListFtbfs::about(&self.release))
    }
}

impl Publishes for Args {
    fn answer_by(self, html: Option<&Path>, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let sources = Sources::open(asking)?;
        let arguments = format!("{} --since {}", self.release, self.since);
        let since = match self.since {
            SinceOrRelease::Time(since) => From::Time(since.seconds()),
            SinceOrRelease::Release(release) => From::Release(release),
        };
        let answer =
            asking.ask(&ListFtbfs { release: self.release, since, directory: &sources, layouts: &sources.layouts })?;
        release::note(&answer.known);
        let about = |links: &Links| about(&answer, arguments, links);
        pages::show_or_publish(html, asking, |asking| show(&answer, asking), about)?;
        Ok(0)
    }
}

fn show(answer: &Ftbfs, asking: &mut Asking<'_>) {
    let mut rows = Rows::new(asking.out, asking.json, ["package", "owner", "build", "built", "failed"]);
    let since = when::counted(answer.since);
    for unbuilt in &answer.packages {
        let line = Line::of(&answer.release, &since, unbuilt);
        let (owner, failed) = (line.owner.unwrap_or_default(), line.failed_build.unwrap_or_default());
        rows.add(&line, [line.package, owner, line.build, &line.built, failed]);
    }
    rows.end();
}

fn about<'a>(answer: &'a Ftbfs, arguments: String, links: &Links) -> About<'a> {
    let row = |unbuilt: &Unbuilt| {
        let failed = unbuilt.failed.as_ref();
        let cells = vec![
            links.build(&unbuilt.build, unbuilt.id),
            Cell::text(when::counted(unbuilt.built)),
            Cell::text(failed.map_or("", |attempt| attempt.build.as_str())),
            links.task(failed.map(|attempt| attempt.task)),
        ];
        links.row(&unbuilt.package, unbuilt.owner.as_ref(), cells)
    };
    let mut since = when::counted(answer.since);
    if let Some(release) = &answer.since_release {
        since.push_str(&format!(", when {release} began"));
    }
    About {
        release: &answer.release,
        title: "packages that fail to build from source",
        packages: "built once and not since",
        command: Args::GRANT.name,
        arguments,
        facts: vec![("Since", since)],
        seen: answer.seen,
        columns: vec!["Newest build", "Begun (UTC)", "Last failure since", "Its task"],
        rows: answer.packages.iter().map(row).collect(),
    }
}

/// What `--json` shows of a package.
#[derive(Debug, Serialize)]
struct Line<'a> {
    release: &'a str,
    package: &'a str,
    owner: Option<&'a str>,
    build: &'a str,
    build_id: u64,
    built: String,
    failed_build: Option<&'a str>,
    failed_task: Option<u64>,
    since: &'a str,
}

impl<'a> Line<'a> {
    fn of(release: &'a str, since: &'a str, unbuilt: &'a Unbuilt) -> Self {
        let failed = unbuilt.failed.as_ref();
        Self {
            release,
            package: unbuilt.package.as_str(),
            owner: unbuilt.owner.as_ref().map(|owner| owner.as_str()),
            build: unbuilt.build.as_str(),
            build_id: unbuilt.id.0,
            built: when::counted(unbuilt.built),
            failed_build: failed.map(|attempt| attempt.build.as_str()),
            failed_task: failed.map(|attempt| attempt.task.0),
            since,
        }
    }
}
