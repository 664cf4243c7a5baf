// SPDX-License-Identifier: GPL-3.0-or-later
use crate::Error;
use crate::access::Dimensions;
use crate::access::table::{Class, Command, CommandOption, Dimension};
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::cli::release::{Sources, note};
use crate::error::Kind;
use crate::names::{PackageName, ReleaseAlias, TagName};
use crate::ops::koji::FindBlock;
use crate::ops::koji::find_block::{At, Block};
use crate::output::{Complaint, Rows, complain};
use serde::Serialize;

/// Find where a package is blocked
///
/// Of a release, looks at its base tag, the tag that builds go to first and the tags of its build roots, and at those of
/// every later release of its family that is in use: a package that comes back is to work from REL on. With --tag, looks at
/// that tag alone.
///
/// Shows each tag along the way whose own entry blocks the package, which of the tags looked at it keeps the package out of,
/// and the command that unblocks it where that is needed. A block that is inherited from an older release is overridden in the
/// base tag, so that nothing changes for the older one. JSON fields: package, tag, owner, own (whether the tag's own entry
/// blocks), keeps_out_of, unblock (the command).
///
/// The exit code is 0 if nothing keeps the package out and 7 if something does.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji find-block nodejs16 f43\n  flr koji find-block nodejs16 rawhide --json\n  flr koji find-block jq --tag epel9-build"))]
pub struct Args {
    /// The package
    #[arg(value_name = "PKG")]
    pub package: PackageName,
    /// The first release that is to have it
    #[arg(value_name = "REL", required_unless_present = "tag")]
    pub release: Option<ReleaseAlias>,
    /// Look at this tag instead
    #[arg(long, value_name = "TAG", conflicts_with = "release")]
    pub tag: Option<TagName>,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji find-block",
        class: Class::Read,
        does: "look where {packages} are blocked in {releases}",
        dimensions: &[Dimension::Packages, Dimension::Releases],
        effects: &[],
        options: &[CommandOption {
            name: "--tag",
            does: "in {tags} instead",
            dimension: Some(Dimension::Tags),
            effects: &[],
        }],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(FindBlock::about(&self.package, &at(self.release, self.tag)?))
    }
}

fn at(release: Option<ReleaseAlias>, tag: Option<TagName>) -> Result<At, Error> {
    match (release, tag) {
        (_, Some(tag)) => Ok(At::Tag(tag)),
        (Some(release), None) => Ok(At::Release(release)),
        (None, None) => Err(Error::usage("neither a release nor a tag is named")),
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let sources = Sources::open(asking)?;
        let package = self.package;
        let found = asking.ask(&FindBlock {
            package: package.clone(),
            at: at(self.release, self.tag)?,
            directory: &sources,
            layouts: &sources.layouts,
        })?;
        if let Some(known) = &found.known {
            note(known);
        }
        let mut rows = Rows::new(asking.out, asking.json, ["tag", "owner", "keeps out of", "unblock"]);
        for block in &found.blocks {
            let unblock = block.unblock.then(|| format!("flr koji unblock-pkg {} {package}", block.tag));
            let keeps_out: Vec<&str> = block.keeps_out_of.iter().map(TagName::as_str).collect();
            let keeps_out = keeps_out.join(",");
            let owner = block.owner.as_ref().map_or("", |owner| owner.as_str());
            let command = unblock.clone().unwrap_or_default();
            let cells = [block.tag.as_str(), owner, &keeps_out, &command];
            rows.add(&Line::new(&package, block, unblock), cells);
        }
        rows.end();
        if found.blocks.iter().any(|block| block.unblock) {
            return Err(Error::new(Kind::AnswerIsNo, format!("{package} is blocked from {} on", found.at)).into());
        }
        if !found.listed {
            complain(Complaint::Note(&format!(
                "{package} is on no list there: it is not blocked, and nothing can be tagged"
            )));
        }
        Ok(0)
    }
}

/// What `--json` shows of a tag.
#[derive(Debug, Serialize)]
struct Line<'a> {
    package: &'a str,
    tag: &'a str,
    owner: Option<&'a str>,
    own: bool,
    keeps_out_of: &'a [TagName],
    unblock: Option<String>,
}

impl<'a> Line<'a> {
    fn new(package: &'a PackageName, block: &'a Block, unblock: Option<String>) -> Self {
        Self {
            package: package.as_str(),
            tag: block.tag.as_str(),
            owner: block.owner.as_ref().map(|owner| owner.as_str()),
            own: block.own,
            keeps_out_of: &block.keeps_out_of,
            unblock,
        }
    }
}
