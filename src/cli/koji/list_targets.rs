// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::Dimensions;
use crate::access::table::{Class, Command, CommandOption, Dimension};
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::names::TagName;
use crate::ops::koji::ListTargets;
use crate::output::Rows;
use crate::pipeline::Question;

/// List build targets
///
/// The columns are target, the tag that build roots are made from, and the tag that finished builds go
/// to. JSON fields: id, name, build_tag, dest_tag. Targets of side tags are among them.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji list-targets\n  flr koji list-targets --build-tag f43-build"))]
pub struct Args {
    /// Only targets that build from this tag
    #[arg(long, value_name = "TAG")]
    pub build_tag: Option<TagName>,
    /// Only targets whose builds go to this tag
    #[arg(long, value_name = "TAG")]
    pub dest_tag: Option<TagName>,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji list-targets",
        class: Class::Read,
        does: "look at targets",
        dimensions: &[],
        effects: &[],
        options: &[
            CommandOption {
                name: "--build-tag",
                does: "that build from {tags}",
                dimension: Some(Dimension::Tags),
                effects: &[],
            },
            CommandOption {
                name: "--dest-tag",
                does: "whose builds go to {tags}",
                dimension: Some(Dimension::Tags),
                effects: &[],
            },
        ],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(Question::dimensions(&ListTargets { build_tag: self.build_tag, dest_tag: self.dest_tag }))
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let targets = asking.ask(&ListTargets { build_tag: self.build_tag, dest_tag: self.dest_tag })?;
        let mut rows = Rows::new(asking.out, asking.json, ["target", "build tag", "destination tag"]);
        for target in &targets {
            rows.add(target, [target.name.as_str(), target.build_tag.as_str(), target.dest_tag.as_str()]);
        }
        rows.end();
        Ok(0)
    }
}
