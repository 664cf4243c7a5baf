// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::Dimensions;
use crate::access::table::{Class, Command, Dimension};
use crate::cli::list;
use crate::cli::list::Entry;
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::names::Nvr;
use crate::names::TagName;
use crate::ops::koji::ListTags;
use crate::output::Rows;
use crate::pipeline::Question;
use serde::Serialize;

/// List the tags that builds are in
///
/// Tags that only inherit a build are not listed; those where the build's package is blocked are.
/// The columns are build and tag; JSON fields: nvr, tag. Builds that the hub does not know are named on standard error,
/// and the exit code is then 10.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji list-tags bash-5.3.0-1.fc43"))]
pub struct Args {
    /// Builds to look for, or - to read them from standard input
    #[arg(required = true, value_name = "NVR")]
    pub builds: Vec<Entry<Nvr>>,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji list-tags",
        class: Class::Read,
        does: "look at the tags of builds of {packages}",
        dimensions: &[Dimension::Packages],
        effects: &[],
        options: &[],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(Question::dimensions(&ListTags::try_from(self)?))
    }
}

impl TryFrom<Args> for ListTags {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { builds: list::read(args.builds)? })
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let found = asking.ask(&ListTags::try_from(self)?)?;
        let mut rows = Rows::new(asking.out, asking.json, ["build", "tag"]);
        for (nvr, tag) in found.tags.iter().flat_map(|(nvr, tags)| tags.iter().map(move |tag| (nvr, tag))) {
            rows.add(&Line { nvr, tag }, [nvr.as_str(), tag.as_str()]);
        }
        rows.end();
        list::unknown("build", &found.unknown)
    }
}

/// What `--json` shows of a build in a tag.
#[derive(Debug, Serialize)]
struct Line<'a> {
    nvr: &'a Nvr,
    tag: &'a TagName,
}
