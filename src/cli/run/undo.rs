// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::Dimensions;
use crate::access::table::{Class, Command, Dimension, Effect};
use crate::cli::options::Grantable;
use crate::names::RunId;

/// Take back what a run did
///
/// Only changes that the run made, and whose present state is still what it left, are taken back.
/// The undoing is itself a run.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr run undo 20261121-213007-4f1c --dry-run"))]
pub struct Args {
    /// Run to take back
    #[arg(value_name = "ID")]
    pub run: RunId,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "run undo",
        class: Class::Destroy,
        does: "take back what a run of its own did to {packages} in {tags}, to entries of {owners}, to {targets} and to copies signed with {keys}",
        dimensions: &[Dimension::Tags, Dimension::Packages, Dimension::Owners, Dimension::Targets, Dimension::Keys],
        effects: Effect::ALL,
        options: &[],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(Dimensions::new().run(&self.run))
    }
}
