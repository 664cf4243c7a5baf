// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::table::{Class, Command, Dimension, Effect};
use crate::names::TagName;
use crate::ops::koji::CreateSideTarget;

/// Make a named side tag and a target that builds into it
///
/// The tag inherits from the parent and has its architectures. Without --build-tag the target builds
/// from the tag itself, so that builds see those before them. What is half made is completed; what is
/// there otherwise is refused.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr koji create-side-target f43-rebuild --parent f43 --build-tag f43-build\n  flr koji create-side-target f43-python --parent f43-build"))]
pub struct Args {
    /// Name of the tag and the target
    pub name: TagName,
    /// Tag that it inherits from
    #[arg(long, value_name = "TAG")]
    pub parent: TagName,
    /// Tag that build roots are made from
    #[arg(long, value_name = "TAG")]
    pub build_tag: Option<TagName>,
}

pub const GRANT: Command = Command {
    name: "koji create-side-target",
    class: Class::Write,
    does: "create {tags} and {targets} that build into them",
    dimensions: &[Dimension::Tags, Dimension::Targets],
    effects: &[Effect::CreateTag, Effect::EditInheritance, Effect::CreateTarget],
    options: &[],
    takes_arguments: true,
};

impl TryFrom<Args> for CreateSideTarget {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        let build_tag = args.build_tag.unwrap_or_else(|| args.name.clone());
        Ok(Self { name: args.name, parent: args.parent, build_tag })
    }
}
