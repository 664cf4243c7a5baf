// SPDX-License-Identifier: GPL-3.0-or-later
use super::list_tagged;
use crate::Error;
use crate::access::Dimensions;
use crate::access::table::{Class, Command, Dimension};
use crate::cli::list;
use crate::cli::list::Entry;
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::error::Kind;
use crate::names::{PackageName, TagName};
use crate::ops::koji::LatestBuild;
use crate::pipeline::Question;

/// Show the latest builds of packages in a tag
///
/// Inherited builds count. A package without a build in the tag is named on standard error, and
/// the exit code is then 7. The columns are build, tag and builder. JSON fields: as list-tagged.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji latest-build f43 bash glibc\n  flr koji latest-build f43-build - --json < packages"))]
pub struct Args {
    /// Tag to look at
    pub tag: TagName,
    /// Packages, or - to read them from standard input
    #[arg(required = true, value_name = "PKG")]
    pub packages: Vec<Entry<PackageName>>,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji latest-build",
        class: Class::Read,
        does: "look at the latest builds of {packages} in {tags}",
        dimensions: &[Dimension::Tags, Dimension::Packages],
        effects: &[],
        options: &[],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(Question::dimensions(&LatestBuild::try_from(self)?))
    }
}

impl TryFrom<Args> for LatestBuild {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { tag: args.tag, packages: list::read(args.packages)? })
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let question = LatestBuild::try_from(self)?;
        let latest = asking.ask(&question)?;
        list_tagged::show(&latest.builds, asking);
        if latest.without.is_empty() {
            return Ok(0);
        }
        let what = format!("{} has no build of {}", question.tag, list::names(&latest.without));
        Err(Error::new(Kind::AnswerIsNo, what).into())
    }
}
