// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::Dimensions;
use crate::access::table::{Class, Command, CommandOption, Dimension};
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::names::{TagName, UserName};
use crate::ops::koji::ListSideTags;
use crate::ops::koji::list_sidetags::{Found, Which};
use crate::output::{Rows, when};
use crate::pipeline::Question;
use serde::Serialize;

/// List users' side tags
///
/// The columns are tag, owner, base, builds in it, age in days, days since something was tagged or
/// untagged, and creation (UTC). Days are counted to the hub's newest event. JSON fields: tag, id,
/// owner, base, builds, days, idle, created, changed.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji list-sidetags --base f43-build\n  flr koji list-sidetags --empty --older-than 14"))]
pub struct Args {
    #[command(flatten)]
    pub which: Filter,
}

// Not a doc comment: it would become the help of both commands.
#[derive(Debug, clap::Args)]
pub struct Filter {
    /// Only those that inherit from this tag
    #[arg(long, value_name = "TAG")]
    pub base: Option<TagName>,
    /// Only those of this user
    #[arg(long, value_name = "USER")]
    pub owner: Option<UserName>,
    /// Only those that are at least so old
    #[arg(long, value_name = "DAYS")]
    pub older_than: Option<u32>,
    /// Only those that nothing was tagged into or untagged from for so long
    #[arg(long, value_name = "DAYS")]
    pub inactive: Option<u32>,
    /// Only those that hold no build
    #[arg(long)]
    pub empty: bool,
}

impl From<Filter> for Which {
    fn from(filter: Filter) -> Self {
        let Filter { base, owner, older_than, inactive, empty } = filter;
        Self { base, owner, older_than, inactive, empty }
    }
}

#[derive(Serialize)]
struct Line<'a> {
    tag: &'a str,
    id: u64,
    owner: Option<&'a str>,
    base: Option<&'a str>,
    builds: usize,
    days: u64,
    idle: u64,
    created: String,
    changed: String,
}

impl<'a> From<&'a Found> for Line<'a> {
    fn from(found: &'a Found) -> Self {
        Self {
            tag: found.tag.name.as_str(),
            id: found.tag.id,
            owner: found.tag.owner.as_ref().map(|owner| owner.as_str()),
            base: found.base.as_ref().map(|base| base.as_str()),
            builds: found.builds,
            days: found.days,
            idle: found.idle,
            created: when::counted(found.created),
            changed: when::counted(found.changed),
        }
    }
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji list-sidetags",
        class: Class::Read,
        does: "look at side tags",
        dimensions: &[],
        effects: &[],
        options: &[
            CommandOption {
                name: "--base",
                does: "that inherit from {tags}",
                dimension: Some(Dimension::Tags),
                effects: &[],
            },
            CommandOption { name: "--owner", does: "of {owners}", dimension: Some(Dimension::Owners), effects: &[] },
            CommandOption { name: "--older-than", does: "only old ones", dimension: None, effects: &[] },
            CommandOption { name: "--inactive", does: "only idle ones", dimension: None, effects: &[] },
            CommandOption { name: "--empty", does: "only empty ones", dimension: None, effects: &[] },
        ],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(Question::dimensions(&ListSideTags { which: self.which.into() }))
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let tags = asking.ask(&ListSideTags { which: self.which.into() })?;
        let names = ["tag", "owner", "base", "builds", "days", "idle", "created"];
        let mut rows = Rows::new(asking.out, asking.json, names);
        for line in tags.iter().map(Line::from) {
            let [builds, days, idle] = [line.builds.to_string(), line.days.to_string(), line.idle.to_string()];
            let (owner, base) = (line.owner.unwrap_or_default(), line.base.unwrap_or_default());
            rows.add(&line, [line.tag, owner, base, &builds, &days, &idle, &line.created]);
        }
        rows.end();
        Ok(0)
    }
}
