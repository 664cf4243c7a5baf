// SPDX-License-Identifier: GPL-3.0-or-later
use super::{Sources, note};
use crate::access::Dimensions;
use crate::access::table::{Class, Command, CommandOption};
use crate::bodhi::{Record, State};
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::ops::release::ListReleases;
use crate::output::Rows;
use crate::release::Role;
use serde::Serialize;

/// List releases
///
/// Asks Bodhi for all releases and shows those in use: archived and disabled ones only if asked for.
/// While Bodhi is away, koji's tags tell which releases there are, and failing that what Bodhi said
/// earlier; a line on standard error says so.
///
/// The columns are name, state, role (rawhide, branched or other), branch, base tag, stable tag, candidate tag,
/// release day and end of life. JSON fields: all of Bodhi's that flr knows (see flr release info), role,
/// source (bodhi, koji or cache).
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr release list\n  flr release list --state pending --state frozen --json"))]
pub struct Args {
    /// Only releases in these states: disabled, pending, frozen, current, archived (with commas, can be repeated)
    #[arg(long = "state", value_name = "STATE", value_delimiter = ',', conflicts_with = "all")]
    pub states: Vec<String>,
    /// Releases in every state
    #[arg(long)]
    pub all: bool,
    /// Only releases whose updates' names begin so: FEDORA, FEDORA-EPEL, FEDORA-FLATPAK …
    #[arg(long, value_name = "PREFIX")]
    pub prefix: Option<String>,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "release list",
        class: Class::Read,
        does: "look at which releases there are",
        dimensions: &[],
        effects: &[],
        options: &[
            CommandOption { name: "--state", does: "in a state", dimension: None, effects: &[] },
            CommandOption { name: "--all", does: "in every state", dimension: None, effects: &[] },
            CommandOption { name: "--prefix", does: "of one family", dimension: None, effects: &[] },
        ],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(ListReleases::about(!self.states.is_empty(), self.all, self.prefix.is_some()))
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let sources = Sources::open(asking)?;
        let states = self.states.into_iter().map(State::from).collect();
        let question = ListReleases { directory: &sources, states, all: self.all, prefix: self.prefix };
        let listed = asking.ask(&question)?;
        note(&listed.known);
        let source = listed.known.source.as_str();
        let names = ["release", "state", "role", "branch", "base", "stable", "candidate", "released", "eol"];
        let mut rows = Rows::new(asking.out, asking.json, names);
        for (release, role) in &listed.releases {
            let tag = |tag: &Option<crate::names::TagName>| tag.as_ref().map(ToString::to_string).unwrap_or_default();
            let day = |day: &Option<String>| day.clone().unwrap_or_default();
            let state = release.state.as_ref().map(ToString::to_string).unwrap_or_default();
            let cells = [
                &*release.name,
                &state,
                role_word(*role),
                &release.branch,
                &tag(&release.dist_tag),
                &tag(&release.stable_tag),
                &tag(&release.candidate_tag),
                &day(&release.released_on),
                &day(&release.eol),
            ];
            rows.add(&Line { release, role: *role, source }, cells);
        }
        rows.end();
        Ok(0)
    }
}

/// What `--json` shows of a release.
#[derive(Debug, Serialize)]
pub struct Line<'a> {
    #[serde(flatten)]
    pub release: &'a Record,
    pub role: Role,
    pub source: &'static str,
}

/// The role as the table shows it.
pub fn role_word(role: Role) -> &'static str {
    match role {
        Role::Rawhide => "rawhide",
        Role::Branched => "branched",
        Role::Other => "other",
    }
}
