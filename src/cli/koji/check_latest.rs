// SPDX-License-Identifier: GPL-3.0-or-later
use crate::Error;
use crate::access::Dimensions;
use crate::access::table::{Class, Command, CommandOption, Dimension};
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::error::Kind;
use crate::names::{Nvr, PackageName, TagName};
use crate::ops::koji::{CheckLatest, Hidden};
use crate::output::{Rows, human};
use crate::pipeline::Question;
use serde::Serialize;

/// Find packages whose latest build is older than another one in the tag
///
/// koji's latest build of a package is the one that was tagged last, whatever its version: an older
/// build that was tagged after a newer one hides it. With --parents also newer builds in tags that TAG
/// inherits from are found: the nearest tag that has a build of the package decides. Packages that are
/// blocked or not listed are passed over, and filters of inheritance are not looked at.
///
/// The columns are package, the latest build, its tag, the build of the highest version and its tag. JSON fields:
/// package, latest, latest_tag, highest, highest_tag. The exit code is 0 if there are none and 7 if there are.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji check-latest f43\n  flr koji check-latest f43-updates --parents --json"))]
pub struct Args {
    /// Tag to look at
    pub tag: TagName,
    /// Also newer builds in tags that it inherits from
    #[arg(long)]
    pub parents: bool,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji check-latest",
        class: Class::Read,
        does: "look for newer builds that are not the latest in {tags}",
        dimensions: &[Dimension::Tags],
        effects: &[],
        options: &[CommandOption {
            name: "--parents",
            does: "also in what they inherit from",
            dimension: None,
            effects: &[],
        }],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(Question::dimensions(&CheckLatest::from(self)))
    }
}

impl From<Args> for CheckLatest {
    fn from(args: Args) -> Self {
        Self { tag: args.tag, parents: args.parents }
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let question = CheckLatest::from(self);
        let found = asking.ask(&question)?;
        let names = ["package", "latest", "in", "highest", "in"];
        let mut rows = Rows::new(asking.out, asking.json, names);
        for Hidden { package, latest, latest_tag, highest, highest_tag } in &found {
            let line = Line { package, latest, latest_tag, highest, highest_tag };
            let cells =
                [package.as_str(), latest.as_str(), latest_tag.as_str(), highest.as_str(), highest_tag.as_str()];
            rows.add(&line, cells);
        }
        rows.end();
        if found.is_empty() {
            return Ok(0);
        }
        let count = human::count(found.len(), "package");
        let what = format!("the latest build in {} is not the newest: {count}", question.tag);
        let error = Error::new(Kind::AnswerIsNo, what);
        let own = found.iter().any(|hidden| hidden.highest_tag == question.tag);
        Err(if own { error.hint("flr koji retag-latest makes the newest build the latest") } else { error }.into())
    }
}

/// What `--json` shows of a package.
#[derive(Debug, Serialize)]
struct Line<'a> {
    package: &'a PackageName,
    latest: &'a Nvr,
    latest_tag: &'a TagName,
    highest: &'a Nvr,
    highest_tag: &'a TagName,
}
