// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::Dimensions;
use crate::access::table::{Class, Command, CommandOption, Dimension};
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::koji::{HistoryKind, HistoryQuery};
use crate::names::{EventId, Nvr, PackageName, TagName};
use crate::ops::koji::ListHistory;
use crate::output::{Rows, when};
use crate::pipeline::Question;
use serde::Serialize;

/// List what happened to a tag: tagged, untagged, added, blocked, when, by whom
///
/// Oldest first. The columns are time (UTC), event, what happened (tagged, untagged, package-added,
/// package-removed, package-blocked, package-unblocked, package-changed), build or package, tag, and
/// by whom. JSON fields: time, event, what, subject, tag, by, active (what was added is still there).
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji list-history f43 --package bash\n  flr koji list-history f43 --after 40000148 --json"))]
pub struct Args {
    /// Tag to look at
    pub tag: TagName,
    /// Only what happened to this package and its builds
    #[arg(long, value_name = "PKG")]
    pub package: Option<PackageName>,
    /// Only what happened to this build
    #[arg(long, value_name = "NVR", conflicts_with = "package")]
    pub build: Option<Nvr>,
    /// Only what happened after this event
    #[arg(long, value_name = "EVENT")]
    pub after: Option<EventId>,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji list-history",
        class: Class::Read,
        does: "look at the history of {tags}",
        dimensions: &[Dimension::Tags],
        effects: &[],
        options: &[
            CommandOption {
                name: "--package",
                does: "of {packages}",
                dimension: Some(Dimension::Packages),
                effects: &[],
            },
            CommandOption {
                name: "--build",
                does: "of builds of {packages}",
                dimension: Some(Dimension::Packages),
                effects: &[],
            },
            CommandOption { name: "--after", does: "after {events}", dimension: Some(Dimension::Events), effects: &[] },
        ],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(Question::dimensions(&ListHistory::from(self)))
    }
}

impl From<Args> for ListHistory {
    fn from(args: Args) -> Self {
        Self(HistoryQuery { tag: Some(args.tag), package: args.package, build: args.build, after: args.after })
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let events = asking.ask(&ListHistory::from(self))?;
        let names = ["time", "event", "what", "subject", "tag", "by"];
        let mut rows = Rows::new(asking.out, asking.json, names);
        for event in &events {
            let line = Line {
                time: when::counted(event.at),
                event: event.event,
                what: event.kind,
                subject: &event.subject,
                tag: &event.tag,
                by: event.by.as_deref(),
                active: event.active,
            };
            let cells = [
                &line.time,
                &line.event.to_string(),
                word(line.what),
                line.subject,
                line.tag.as_str(),
                line.by.unwrap_or_default(),
            ];
            rows.add(&line, cells);
        }
        rows.end();
        Ok(0)
    }
}

/// What `--json` shows of an event.
#[derive(Debug, Serialize)]
struct Line<'a> {
    time: String,
    event: EventId,
    what: HistoryKind,
    subject: &'a str,
    tag: &'a TagName,
    by: Option<&'a str>,
    active: bool,
}

fn word(kind: HistoryKind) -> &'static str {
    match kind {
        HistoryKind::Tagged => "tagged",
        HistoryKind::Untagged => "untagged",
        HistoryKind::PackageAdded => "package-added",
        HistoryKind::PackageBlocked => "package-blocked",
        HistoryKind::PackageRemoved => "package-removed",
        HistoryKind::PackageUnblocked => "package-unblocked",
        HistoryKind::PackageChanged => "package-changed",
    }
}
