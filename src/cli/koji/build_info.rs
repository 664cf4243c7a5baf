// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::Dimensions;
use crate::access::table::{Class, Command, Dimension};
use crate::cli::list;
use crate::cli::list::Entry;
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::koji::BuildState;
use crate::names::Nvr;
use crate::names::{BuildId, TaskId};
use crate::ops::koji::BuildInfo;
use crate::output::{Rows, when};
use crate::pipeline::Question;
use serde::Serialize;

/// Show builds
///
/// The columns are build, number, state, owner, completion (UTC), task, volume and source. JSON
/// fields: nvr, epoch, build_id, state, owner, task_id, completed, source, volume.
///
/// Builds that the hub does not know are named on standard error, and the exit code is then 10.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji build-info bash-5.3.0-1.fc43"))]
pub struct Args {
    /// Builds to show, or - to read them from standard input
    #[arg(required = true, value_name = "NVR")]
    pub builds: Vec<Entry<Nvr>>,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji build-info",
        class: Class::Read,
        does: "look at builds of {packages}",
        dimensions: &[Dimension::Packages],
        effects: &[],
        options: &[],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(Question::dimensions(&BuildInfo::try_from(self)?))
    }
}

impl TryFrom<Args> for BuildInfo {
    type Error = anyhow::Error;

    fn try_from(args: Args) -> anyhow::Result<Self> {
        Ok(Self { builds: list::read(args.builds)? })
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let builds = asking.ask(&BuildInfo::try_from(self)?)?;
        let names = ["build", "id", "state", "owner", "completed", "task", "volume", "source"];
        let mut rows = Rows::new(asking.out, asking.json, names);
        for build in &builds.known {
            let line = Line {
                nvr: &build.nvr,
                epoch: build.epoch,
                build_id: build.id,
                state: build.state,
                owner: &build.owner,
                task_id: build.task,
                completed: build.completed.as_deref().map(when::written),
                source: build.source.as_deref(),
                volume: &build.volume,
            };
            let cells = [
                line.nvr.as_str(),
                &line.build_id.to_string(),
                state(line.state),
                line.owner,
                line.completed.as_deref().unwrap_or_default(),
                &line.task_id.map(|id| id.to_string()).unwrap_or_default(),
                line.volume,
                line.source.unwrap_or_default(),
            ];
            rows.add(&line, cells);
        }
        rows.end();
        list::unknown("build", &builds.unknown)
    }
}

/// What `--json` shows of a build.
#[derive(Debug, Serialize)]
struct Line<'a> {
    nvr: &'a Nvr,
    epoch: Option<u64>,
    build_id: BuildId,
    state: BuildState,
    owner: &'a str,
    task_id: Option<TaskId>,
    completed: Option<String>,
    source: Option<&'a str>,
    volume: &'a str,
}

fn state(state: BuildState) -> &'static str {
    match state {
        BuildState::Building => "building",
        BuildState::Complete => "complete",
        BuildState::Deleted => "deleted",
        BuildState::Failed => "failed",
        BuildState::Canceled => "canceled",
    }
}
