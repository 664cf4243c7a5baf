// SPDX-License-Identifier: GPL-3.0-or-later
use crate::Error;
use crate::access::Dimensions;
use crate::access::table::{Class, Command, CommandOption, Dimension};
use crate::cli::list::{self, Entry};
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::error::Kind;
use crate::names::{SigKey, TagOrBuild};
use crate::ops::koji::ListUnsigned;
use crate::ops::koji::list_unsigned::UnsignedBuild;
use crate::ops::koji::rpms::RpmsOf;
use crate::output::{Complaint, Rows, complain, human, json};
use crate::pipeline::Question;
use serde::Serialize;

/// List rpms that are not signed with a key
///
/// Of a tag, as koji lists it: builds whose package is blocked are missing. Or of builds. A word whose version
/// and release begin with a digit is a build, any other a tag.
///
/// The columns are build, rpm, keys it is signed with. JSON: a line for each build with the fields build, rpms (how
/// many it has), unsigned (a list of rpm, id, keys).
///
/// The exit code is 0 if all are signed and 7 if any is not.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji list-unsigned f43-rebuild --key 31645531\n  flr koji list-unsigned bash-5.3.0-1.fc43 --key 31645531 --json"))]
pub struct Args {
    #[command(flatten)]
    pub rpms: Words,
}

// No doc comment: the help is that of the commands.
#[derive(Debug, clap::Args)]
pub struct Words {
    /// The tag, or builds, or - to read those from standard input
    #[arg(required = true, value_name = "TAG|NVR")]
    pub what: Vec<Entry<TagOrBuild>>,
    /// The key's id: 8 hex digits, in either case
    #[arg(long, value_name = "KEY")]
    pub key: SigKey,
    /// Of the tag also what it inherits
    #[arg(long)]
    pub inherit: bool,
    /// Of the tag only the latest build of each package
    #[arg(long)]
    pub latest: bool,
}

impl Words {
    /// The rpms that are meant, and the key.
    ///
    /// # Errors
    /// A list that makes no sense.
    pub fn resolve(self) -> anyhow::Result<(RpmsOf, SigKey)> {
        Ok((RpmsOf::named(list::read(self.what)?, self.inherit, self.latest)?, self.key))
    }
}

#[derive(Serialize)]
struct Line<'a> {
    build: &'a str,
    rpms: usize,
    unsigned: Vec<RpmLine<'a>>,
}

#[derive(Serialize)]
struct RpmLine<'a> {
    rpm: &'a str,
    id: u64,
    keys: &'a [SigKey],
}

impl<'a> From<&'a UnsignedBuild> for Line<'a> {
    fn from(build: &'a UnsignedBuild) -> Self {
        let rpms = build.rpms.iter();
        Self {
            build: build.nvr.as_str(),
            rpms: build.of,
            unsigned: rpms.map(|rpm| RpmLine { rpm: rpm.nvra.as_str(), id: rpm.id.0, keys: &rpm.keys }).collect(),
        }
    }
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji list-unsigned",
        class: Class::Read,
        does: "look at what is not signed with {keys}, in {tags} or among builds of {packages}",
        dimensions: &[Dimension::Tags, Dimension::Packages, Dimension::Keys],
        effects: &[],
        options: &[
            CommandOption { name: "--inherit", does: "also what is inherited", dimension: None, effects: &[] },
            CommandOption { name: "--latest", does: "only the latest builds", dimension: None, effects: &[] },
        ],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(Question::dimensions(&ListUnsigned::try_from(self)?))
    }
}

impl TryFrom<Args> for ListUnsigned {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        let (of, key) = args.rpms.resolve()?;
        Ok(Self { of, key })
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let question = ListUnsigned::try_from(self)?;
        let found = asking.ask(&question)?;
        if asking.json {
            for build in &found.builds {
                asking.out.line(json::line(&Line::from(build)));
            }
            asking.out.flush();
        } else {
            let mut rows = Rows::new(asking.out, false, ["build", "rpm", "keys"]);
            for build in &found.builds {
                for rpm in &build.rpms {
                    let keys: Vec<&str> = rpm.keys.iter().map(SigKey::as_str).collect();
                    rows.add(&(), [build.nvr.as_str(), rpm.nvra.as_str(), &keys.join(" ")]);
                }
            }
            rows.end();
        }
        let (key, rpms, builds) =
            (question.key, human::count(found.rpms, "rpm"), human::count(found.looked_at, "build"));
        if found.builds.is_empty() {
            complain(Complaint::Note(&format!("signed with {key}: {rpms} of {builds}, all of them")));
            return Ok(0);
        }
        let what = format!(
            "not signed with {key}: {} of {rpms}, in {} of {builds}",
            human::thousands(found.count()),
            human::thousands(found.builds.len())
        );
        Err(Error::new(Kind::AnswerIsNo, what).into())
    }
}
