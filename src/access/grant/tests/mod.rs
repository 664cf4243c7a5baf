// SPDX-License-Identifier: GPL-3.0-or-later
//! Every rule of the grants file and of the judgement, with its near miss.

mod file;
mod plan;
mod words;

use super::*;
use crate::access::Dimensions;
use crate::access::table::{CommandOption, Effect};
use crate::names::BuildId;
use crate::plan::{BuildRef, KojiChange, Plan};

/// Commands with the shapes that the real ones have.
pub(in crate::access) const TABLE: [Command; 4] = [
    Command {
        name: "koji block-pkg",
        class: Class::Destroy,
        does: "block {packages} in {tags}",
        dimensions: &[Dimension::Tags, Dimension::Packages],
        effects: &[Effect::BlockPackage],
        options: &[CommandOption {
            name: "--untag",
            does: "untag every build of them",
            dimension: None,
            effects: &[Effect::UntagBuild],
        }],
        takes_arguments: true,
    },
    Command {
        name: "koji move-builds",
        class: Class::Destroy,
        does: "move builds of {packages} from {from} to {to}",
        dimensions: &[Dimension::From, Dimension::To, Dimension::Packages],
        effects: &[Effect::TagBuild, Effect::UntagBuild],
        options: &[],
        takes_arguments: true,
    },
    Command {
        name: "koji tag-build",
        class: Class::Write,
        does: "tag builds of {packages} into {tags}",
        dimensions: &[Dimension::Tags, Dimension::Packages],
        effects: &[Effect::TagBuild],
        options: &[],
        takes_arguments: true,
    },
    Command {
        name: "koji list-tagged",
        class: Class::Read,
        does: "look at {tags}",
        dimensions: &[Dimension::Tags],
        effects: &[],
        options: &[CommandOption {
            name: "--package",
            does: "of {packages}",
            dimension: Some(Dimension::Packages),
            effects: &[],
        }],
        takes_arguments: true,
    },
];

const HEAD: &str = "version = 1\nuser = \"loopabull_x\"\nrun_as = \"flr-koji\"\nhosts = [\"kojihost\"]\n\
    ticket = \"infra 12345\"\nowner = \"releng\"\nexpires = 2027-04-01T00:00:00Z\n";

const BLOCK: &str = "[[allow]]\nid = \"block\"\ncommand = \"koji block-pkg\"\ntags = [\"f44\", \"f43\"]\n\
    packages = \"any\"\noptions = [\"--dry-run\", \"--json\"]\nper_run = 2\nper_day = 5\nconfirm = \"not needed\"\n";

const MOVE: &str = "[[allow]]\nid = \"move\"\ncommand = \"koji move-builds\"\nfrom = [\"f43-pending\"]\nto = [\"f43\"]\n\
    packages = [\"bash\", \"rust-*\"]\nper_run = 10\nper_day = 10\nconfirm = \"not needed\"\n";

fn parse(text: &str) -> Result<Grant, Vec<String>> {
    Grant::parse(text, &TABLE)
}

fn grant(clauses: &str) -> Grant {
    parse(&format!("{HEAD}{clauses}")).unwrap()
}

#[track_caller]
fn void(text: &str, why: &[&str]) {
    assert_eq!(parse(text).unwrap_err(), why);
}

/// A grant with a clause that blocks, one that moves and one that only looks.
pub(in crate::access) fn example() -> Grant {
    let look = "[[allow]]\nid = \"look\"\ncommand = \"koji list-tagged\"\ntags = \"any\"\n";
    grant(&format!("{BLOCK}{MOVE}{look}"))
}

fn now() -> Timestamp {
    "2026-11-27T12:00:00Z".parse().unwrap()
}

fn words(tags: &[&str], packages: &[&str]) -> Dimensions {
    let tags: Vec<_> = tags.iter().map(|tag| tag.parse().unwrap()).collect();
    let packages: Vec<_> = packages.iter().map(|package| package.parse().unwrap()).collect();
    Dimensions::new().tags(&tags).packages(&packages)
}

/// The ids of the clauses that cover the words, or `what | hint`.
fn ask(
    grant: &Grant,
    command: &str,
    options: &[&str],
    dimensions: &Dimensions,
    dry_run: bool,
    now: Timestamp,
) -> Result<Vec<String>, String> {
    let options = options.iter().map(|option| (*option).to_owned()).collect();
    let asked = Asked { command, options: &options, dimensions, dry_run, now };
    grant.judge_words(&asked).map(|clauses| clauses.iter().map(|clause| clause.id.clone()).collect()).map_err(
        |refusal| format!("{} | {}", refusal.what, refusal.hint.replace("; see: flr access explain loopabull_x", "")),
    )
}

fn build(nvr: &str) -> BuildRef {
    BuildRef { nvr: nvr.parse().unwrap(), id: BuildId(1) }
}

fn judge(grant: &Grant, options: &[&str], changes: Vec<KojiChange>, before: u64) -> Result<String, String> {
    let mut plan = Plan::default();
    for change in changes {
        plan.push(change);
    }
    let options = options.iter().map(|option| (*option).to_owned()).collect();
    let clauses: Vec<&Allow> = grant.allow.iter().collect();
    grant.judge_plan(&clauses, &options, &plan, before).map(|clause| clause.id.clone()).map_err(|refusal| {
        format!("{} | {}", refusal.what, refusal.hint.replace("; see: flr access explain loopabull_x", ""))
    })
}
