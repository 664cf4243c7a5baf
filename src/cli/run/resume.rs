// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::Dimensions;
use crate::access::table::{Class, Command};
use crate::cli::options::Grantable;
use crate::names::RunId;

/// Finish a run that did not come to its end
///
/// Plans the recorded request anew and does what is left of the recorded changes. Nothing else, but for what that disturbs: where the
/// order of builds was asked for, those that follow are tagged again.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(changes, "  flr run resume 20261121-213007-4f1c"))]
pub struct Args {
    /// Run to finish
    #[arg(value_name = "ID")]
    pub run: RunId,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "run resume",
        class: Class::Write,
        does: "finish a run of its own that did not come to its end, as far as the clause of the run's command goes",
        dimensions: &[],
        effects: &[],
        options: &[],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(Dimensions::new().run(&self.run))
    }
}
