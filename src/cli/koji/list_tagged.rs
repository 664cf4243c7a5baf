// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::Dimensions;
use crate::access::table::{Class, Command, CommandOption, Dimension};
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::koji::{Inherit, Tagged, TaggedBuild};
use crate::names::{BuildId, BuildType, EventId, Nvr, PackageName, TagName};
use crate::ops::koji::ListTagged;
use crate::output::Rows;
use crate::pipeline::Question;
use serde::Serialize;

/// List the builds that koji calls tagged
///
/// Builds whose package is blocked in the tag or not on its list are missing: koji hides them.
/// The columns are build, tag and builder; the newest tagging comes first. JSON fields: nvr, name,
/// version, release, epoch, build_id, tag, owner, event.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji list-tagged f43-updates-pending\n  flr koji list-tagged f43 --latest --inherit --json"))]
pub struct Args {
    /// Tag to look at
    pub tag: TagName,
    /// Only the newest build of each package
    #[arg(long)]
    pub latest: bool,
    /// Also what the tag inherits
    #[arg(long)]
    pub inherit: bool,
    /// As it was at this event
    #[arg(long, value_name = "EVENT")]
    pub event: Option<EventId>,
    /// Only builds of this package
    #[arg(long, value_name = "PKG")]
    pub package: Option<PackageName>,
    /// Only builds of this type: rpm, image, maven, module …
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<BuildType>,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji list-tagged",
        class: Class::Read,
        does: "look at the builds in {tags}",
        dimensions: &[Dimension::Tags],
        effects: &[],
        options: &[
            CommandOption { name: "--latest", does: "only the newest of each package", dimension: None, effects: &[] },
            CommandOption { name: "--inherit", does: "also what they inherit", dimension: None, effects: &[] },
            CommandOption {
                name: "--event",
                does: "as it was at {events}",
                dimension: Some(Dimension::Events),
                effects: &[],
            },
            CommandOption {
                name: "--package",
                does: "of {packages}",
                dimension: Some(Dimension::Packages),
                effects: &[],
            },
            CommandOption { name: "--type", does: "of {types}", dimension: Some(Dimension::Types), effects: &[] },
        ],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(Question::dimensions(&ListTagged::from(self)))
    }
}

impl From<Args> for ListTagged {
    fn from(args: Args) -> Self {
        Self(Tagged {
            tag: args.tag,
            event: args.event,
            inherit: if args.inherit { Inherit::Inherited } else { Inherit::Direct },
            latest: args.latest,
            package: args.package,
            kind: args.kind,
        })
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let builds = asking.ask(&ListTagged::from(self))?;
        show(&builds, asking);
        Ok(0)
    }
}

/// What `--json` shows of a tagged build.
#[derive(Debug, Serialize)]
struct Line<'a> {
    nvr: &'a Nvr,
    name: &'a str,
    version: &'a str,
    release: &'a str,
    epoch: Option<u64>,
    build_id: BuildId,
    tag: &'a TagName,
    owner: &'a str,
    event: EventId,
}

/// One row for each build.
pub(super) fn show(builds: &[TaggedBuild], asking: &mut Asking<'_>) {
    let mut rows = Rows::new(asking.out, asking.json, ["build", "tag", "builder"]);
    for build in builds {
        let line = Line {
            nvr: &build.nvr,
            name: build.nvr.name(),
            version: build.nvr.version(),
            release: build.nvr.release(),
            epoch: build.epoch,
            build_id: build.id,
            tag: &build.tag,
            owner: &build.owner,
            event: build.created,
        };
        rows.add(&line, [line.nvr.as_str(), line.tag.as_str(), line.owner]);
    }
    rows.end();
}
