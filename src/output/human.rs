// SPDX-License-Identifier: GPL-3.0-or-later
//! Plans and reports for people.

use super::escape;
use crate::pipeline::Report;
use crate::plan::{BuildChange, Change, KojiChange, LeftOut, PackageChange, Plan, Reversal, SigningChange, TaskChange};
use std::collections::BTreeMap;
use std::fmt::Display;

/// So many lines of a kind are shown before a question; the rest is counted.
const HEAD: usize = 20;

/// The plan as it is shown before the question: its head, its sums, and what undo cannot restore.
pub fn plan(plan: &Plan) -> Vec<String> {
    let changes: Vec<&Change> = plan.steps().iter().map(|step| &step.change).collect();
    let mut lines = Vec::new();
    head(&mut lines, changes.iter(), changes.len());
    let left_out = plan.left_out();
    if !left_out.is_empty() {
        lines.push(format!("left out: {}", count(left_out.len(), "item")));
        head(&mut lines, left_out.iter().map(reason), left_out.len());
    }
    lines.extend(reversals(&changes));
    lines.extend(room("gives back", changes.iter().copied()));
    if changes.len() > 1 {
        lines.extend(sums(&changes));
    }
    lines
}

/// What a run did, in full: one line for each change and each reason. Failures stand last, where a
/// person looks.
pub fn report(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    let mut list = |word: &str, text: &dyn Display| {
        lines.push(format!("{word}: {}", escape(&text.to_string())));
    };
    if report.dry_run {
        for change in &report.planned {
            list("would", change);
        }
    }
    for change in &report.done {
        list("done", change);
    }
    for made in &report.tasks {
        list("task", &format_args!("{}: {}", made.task, made.subject));
    }
    for change in &report.already {
        list("already", change);
    }
    for left_out in &report.skipped {
        list("skipped", &reason(left_out));
    }
    for failure in &report.failures {
        list("failed", &format_args!("{}: {}", failure.change, failure.why));
    }
    for failure in &report.unsettled {
        list("unsettled", &format_args!("{}: {}", failure.change, failure.why));
    }
    if report.dry_run {
        let planned: Vec<_> = report.planned.iter().collect();
        lines.extend(reversals(&planned));
    }
    lines.extend(room("would give back", &report.planned).filter(|_| report.dry_run));
    lines.extend(room("gave back", &report.done));
    lines
}

/// The room on the hub's disks that changes give back, if they give any.
fn room<'a>(word: &str, changes: impl IntoIterator<Item = &'a Change>) -> Option<String> {
    let freed = |Change::Koji(change): &Change| change.frees();
    let bytes = changes.into_iter().map(freed).fold(0, u64::saturating_add);
    (bytes > 0).then(|| format!("{word} {}", indicatif::BinaryBytes(bytes)))
}

/// `1 change`, `2 changes`.
pub fn count(n: usize, noun: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{} {noun}{s}", thousands(n))
}

/// `24,000`.
pub fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn reason(left_out: &LeftOut) -> String {
    format!("{}: {}", left_out.subject, left_out.why)
}

fn head(lines: &mut Vec<String>, items: impl Iterator<Item = impl Display>, total: usize) {
    // One line more is no longer than the line that says there is one more.
    let shown = if total <= HEAD + 1 { total } else { HEAD };
    for item in items.take(shown) {
        lines.push(format!("  {}", escape(&item.to_string())));
    }
    if shown < total {
        lines.push(format!("  … and {} more", thousands(total - shown)));
    }
}

/// What is to be known about taking the changes back. Nothing, if undo restores everything.
fn reversals(changes: &[&Change]) -> Vec<String> {
    let mut kinds: BTreeMap<(u8, &str), usize> = BTreeMap::new();
    for change in changes {
        let kind = match change.reversal() {
            Reversal::Exact => continue,
            Reversal::ConsequencesRemain(text) => (0, text),
            Reversal::MayBeRefused(text) => (1, text),
            Reversal::None => (2, ""),
        };
        *kinds.entry(kind).or_default() += 1;
    }
    let all = changes.len();
    let line = |((kind, text), n): ((u8, &str), usize)| {
        let which = if n == all { count(n, "change") } else { format!("{} of {}", thousands(n), count(all, "change")) };
        match kind {
            0 => format!("undo of {which} leaves traces: {text}"),
            1 => format!("undo of {which} may be refused: {text}"),
            _ => format!("{which} cannot be undone"),
        }
    };
    kinds.into_iter().map(line).collect()
}

/// How many changes of each kind there are in each tag.
fn sums(changes: &[&Change]) -> Vec<String> {
    let mut sums: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for Change::Koji(change) in changes {
        *sums.entry((verb(change), change.place())).or_default() += 1;
    }
    let parts: Vec<_> = sums.into_iter().map(|((verb, tag), n)| format!("{verb} {tag}: {}", thousands(n))).collect();
    vec![format!("in all: {}", parts.join("; "))]
}

fn verb(change: &KojiChange) -> &'static str {
    match change {
        KojiChange::Build(change) => match change {
            BuildChange::TagBuild { .. } => "tag into",
            BuildChange::UntagBuild { .. } => "untag from",
            BuildChange::RetagBuild { .. } => "tag anew in",
        },
        KojiChange::Package(change) => match change {
            PackageChange::AddPackage { .. } => "add packages to",
            PackageChange::BlockPackage { .. } => "block packages in",
            PackageChange::UnblockPackage { .. } => "unblock packages in",
            PackageChange::SetPackage { .. } => "list packages in",
            PackageChange::SetOwner { .. } => "set owners in",
            PackageChange::RestorePackage { .. } => "restore entries in",
            PackageChange::RemovePackage { .. } => "remove entries from",
        },
        KojiChange::Tag(_) => "set up",
        KojiChange::Group(_) => "change groups of",
        KojiChange::Repo(_) => "change external repos of",
        KojiChange::Target(_) => "set target",
        KojiChange::Request(_) => "request a repository of",
        KojiChange::Signing(SigningChange::WriteSigned { .. }) => "write copies signed with",
        KojiChange::Signing(SigningChange::RemoveSigned { .. }) => "remove copies signed with",
        KojiChange::Task(TaskChange::SubmitBuild { .. }) => "build for",
        KojiChange::Task(TaskChange::CancelTask { .. }) => "cancel builds for",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::BuildId;
    use crate::pipeline::Failure;
    use crate::plan::BuildRef;

    fn build(n: usize) -> BuildRef {
        BuildRef { nvr: format!("b{n}-1-1").parse().unwrap(), id: BuildId(n as u64) }
    }

    fn tag(n: usize) -> BuildChange {
        BuildChange::TagBuild { tag: "f43".parse().unwrap(), build: build(n) }
    }

    fn untag(n: usize) -> BuildChange {
        BuildChange::UntagBuild { tag: "f42".parse().unwrap(), build: build(n) }
    }

    #[test]
    fn a_short_plan_is_shown_whole() {
        let mut given = Plan::default();
        given.push(tag(1));
        given.push(untag(1));
        given.leave_out("b2-1-1", "already in f43\n");
        assert_eq!(
            plan(&given),
            [
                "  tag b1-1-1 into f43",
                "  untag b1-1-1 from f42",
                "left out: 1 item",
                "  b2-1-1: already in f43\\u{a}",
                "undo of 1 of 2 changes leaves traces: the build is tagged again, and newer builds of the package are tagged anew after it to keep their order",
                "in all: tag into f43: 1; untag from f42: 1",
            ]
        );
    }

    #[test]
    fn a_long_plan_is_shown_by_head_and_sums() {
        let mut given = Plan::default();
        for n in 0..3000 {
            given.push(tag(n));
        }
        let lines = plan(&given);
        assert_eq!(lines.len(), 22);
        assert_eq!(lines[19], "  tag b19-1-1 into f43");
        assert_eq!(lines[20], "  … and 2,980 more");
        assert_eq!(lines[21], "in all: tag into f43: 3,000");
    }

    #[test]
    fn a_report_names_every_change_with_its_outcome() {
        let given = Report {
            done: vec![tag(1).into()],
            already: vec![tag(2).into()],
            skipped: vec![LeftOut { subject: "b3-1-1".into(), why: "blocked".into() }],
            failures: vec![Failure { change: tag(4).into(), why: "hub fault 1003: not in list\u{1b}[0m".into() }],
            unsettled: vec![Failure { change: tag(5).into(), why: "the hub does not answer".into() }],
            ..Report::new("koji tag-build", false)
        };
        assert_eq!(
            report(&given),
            [
                "done: tag b1-1-1 into f43",
                "already: tag b2-1-1 into f43",
                "skipped: b3-1-1: blocked",
                "failed: tag b4-1-1 into f43: hub fault 1003: not in list\\u{1b}[0m",
                "unsettled: tag b5-1-1 into f43: the hub does not answer",
            ]
        );
    }

    #[test]
    fn a_dry_run_says_would() {
        let given = Report { planned: vec![tag(1).into()], ..Report::new("koji tag-build", true) };
        assert_eq!(report(&given), ["would: tag b1-1-1 into f43"]);
    }
}
