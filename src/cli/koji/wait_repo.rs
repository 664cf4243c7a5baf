// SPDX-License-Identifier: GPL-3.0-or-later
use crate::Error;
use crate::access::Dimensions;
use crate::access::table::{Class, Command, CommandOption, Dimension, Effect};
use crate::cli::Context;
use crate::cli::change::{Said, Walk, Words, told};
use crate::cli::options::Grantable;
use crate::error::Kind;
use crate::names::{Nvr, TagName};
use crate::ops::koji::wait_repo::{Look, RepoWanted, WaitRepo};
use crate::pipeline::{Operation, Report, Road};
use std::time::{Duration, Instant};

/// So many minutes are waited, if nothing else is said.
const USUAL: u32 = 120;

/// Wait for a repository of a tag, and ask for it
///
/// A repository that holds the tag as it is now, or the builds that are named, or newer ones in their place: a
/// build that the tag does not show is refused at once. If such a repository is there, that is all. If it is
/// being made, it is waited for; else the hub is asked for it first. A hub older than koji 1.35 cannot be
/// asked: it makes repositories by itself, and they are waited for.
///
/// JSON: the document of a changing command, with repo: id and event of the repository, or nothing.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(
    access,
    "  flr koji wait-repo f43-build\n  flr koji wait-repo f43-build --build bash-5.3.1-1.fc43 --timeout 30\n  flr koji wait-repo f43-build --no-request",
    "  0   the repository is there\n\
     \x20 2   the words of the command are wrong\n\
     \x20 3   not permitted\n\
     \x20 4   not confirmed: nobody said yes\n\
     \x20 6   refused: this machine is not set up safely\n\
     \x20 7   the hub tried to make it and gave up\n\
     \x20 10  failed, nothing was asked for\n\
     \x20 75  it is not there yet, or the hub is away: try again later; what was asked for stays so"
))]
pub struct Args {
    /// The tag
    pub tag: TagName,
    /// Build that it is to hold (can be repeated)
    #[arg(long = "build", value_name = "NVR")]
    pub builds: Vec<Nvr>,
    /// Give up after so many minutes
    #[arg(long, value_name = "MINUTES", default_value_t = USUAL, value_parser = clap::value_parser!(u32).range(0..=10_080))]
    pub timeout: u32,
    /// Ask for nothing: only wait, without a login
    #[arg(long)]
    pub no_request: bool,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji wait-repo",
        class: Class::Write,
        does: "ask for a repository of {tags} and wait for it",
        dimensions: &[Dimension::Tags],
        effects: &[Effect::RequestRepo],
        options: &[
            CommandOption {
                name: "--build",
                does: "one that holds builds of {packages}",
                dimension: Some(Dimension::Packages),
                effects: &[],
            },
            CommandOption { name: "--timeout", does: "for another time than two hours", dimension: None, effects: &[] },
            CommandOption { name: "--no-request", does: "only wait", dimension: None, effects: &[] },
        ],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        let timeout = self.timeout;
        Ok(about(&RepoWanted::from(self), timeout))
    }
}

/// What it is about, for judging before anything is asked.
fn about(wanted: &RepoWanted, timeout: u32) -> Dimensions {
    wanted.dimensions().option("--timeout", timeout != USUAL)
}

impl From<Args> for RepoWanted {
    fn from(args: Args) -> Self {
        Self { tag: args.tag, builds: args.builds.into_iter().collect(), request: !args.no_request }
    }
}

/// Runs the command; its exit code.
pub fn run(words: impl Words<Args = Args>, context: &mut Context) -> anyhow::Result<u8> {
    let Said { args, consent, profile, login, .. } = words.said(&context.asker);
    let mut vain = None;
    let report = Walk::new(&context.asker, consent).and_then(|walk| {
        let timeout = args.timeout;
        let most = Duration::from_secs(u64::from(timeout) * 60);
        let wanted = RepoWanted::from(args);
        context.asker.access.allow(WaitRepo::NAME, &about(&wanted, timeout))?;
        walk.at(&profile, &login, |road| {
            let request = wanted.resolve(&road.readers)?;
            let mut report = road.run(&request, consent.dry_run);
            if !report.failed && !consent.dry_run {
                vain = wait(road, &request, most, &mut report).err();
            }
            Ok(report)
        })
    });
    let code = told(WaitRepo::NAME, report, consent, context);
    // That something was asked for is no reason to call it a change that was left half done.
    Ok(vain.map_or(code, |error| error.kind.exit_code()))
}

/// Looks until the repository is there.
fn wait(road: &Road<'_>, request: &WaitRepo, most: Duration, report: &mut Report) -> crate::Result<()> {
    let begun = Instant::now();
    let mut said = String::new();
    let result = loop {
        match request.look(&road.readers) {
            Ok(Look::Ready(repo)) => break Ok(repo),
            Ok(Look::Failed(why)) => {
                break Err(Error::new(Kind::AnswerIsNo, why).hint("once that is mended, the same command asks anew"));
            }
            Ok(Look::Waiting(what)) => {
                if what != said {
                    road.ui.note(&format!("waiting for a repository of {}: {what}", request.tag));
                    said = what;
                }
            }
            Err(error) => break Err(error),
        }
        let left = most.saturating_sub(begun.elapsed());
        if left.is_zero() || !road.stop.sleep(road.pace.task_poll.min(left)) {
            let (tag, event) = (&request.tag, request.event);
            let what = format!("there is no repository of {tag} as of event {event} yet: {said}");
            break Err(Error::not_now(what).hint("the same command goes on waiting"));
        }
    };
    match result {
        Ok(repo) => {
            report.repo(&request.tag, repo);
            Ok(())
        }
        Err(error) => {
            report.ends_in(&error);
            Err(error)
        }
    }
}
