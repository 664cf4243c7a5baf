// SPDX-License-Identifier: GPL-3.0-or-later
//! JSON for machines, harmless on a terminal: whatever a terminal would act on is written as
//! `\u….`, which is the same text to every JSON reader.

use super::escape::acts;
use crate::koji::Repo;
use crate::pipeline::{Failure, MadeTask, Report};
use crate::plan::{Change, LeftOut};
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};
use std::io::{self, Write};

/// `value` on one line.
pub fn line(value: &impl Serialize) -> String {
    text(value, Harmless(CompactFormatter))
}

/// `value` on as many lines as it takes, indented.
pub fn pretty(value: &impl Serialize) -> String {
    text(value, Harmless(PrettyFormatter::new()))
}

/// The one document of a changing command. Field names and their order are a contract.
pub fn document(report: &Report) -> String {
    line(&Document {
        changed: report.changed,
        failed: report.failed,
        dry_run: report.dry_run,
        msg: &report.msg,
        run: report.run.as_ref().map(|run| run.as_str()),
        command: &report.command,
        plan_sha: report.plan_sha.as_deref(),
        planned: worded(&report.planned),
        done: worded(&report.done),
        tasks: &report.tasks,
        already: worded(&report.already),
        failures: failures(&report.failures),
        skipped: &report.skipped,
        unsettled: failures(&report.unsettled),
        repo: report.repo.as_ref().map(|(_, repo)| repo),
    })
}

#[derive(Serialize)]
struct Document<'a> {
    changed: bool,
    failed: bool,
    dry_run: bool,
    msg: &'a str,
    run: Option<&'a str>,
    command: &'a str,
    plan_sha: Option<&'a str>,
    planned: Vec<Worded<'a>>,
    done: Vec<Worded<'a>>,
    /// Only where builds were submitted.
    #[serde(skip_serializing_if = "<[MadeTask]>::is_empty")]
    tasks: &'a [MadeTask],
    already: Vec<Worded<'a>>,
    failures: Vec<Failed<'a>>,
    skipped: &'a [LeftOut],
    unsettled: Vec<Failed<'a>>,
    /// Only of the command that waits for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    repo: Option<&'a Repo>,
}

/// A change with its fields and, as `text`, its wording.
#[derive(Debug, Serialize)]
pub struct Worded<'a> {
    #[serde(flatten)]
    change: &'a Change,
    text: String,
}

impl Worded<'_> {
    /// Its wording.
    pub fn text(&self) -> &str {
        &self.text
    }
}

#[derive(Serialize)]
struct Failed<'a> {
    change: Worded<'a>,
    why: &'a str,
}

impl<'a> From<&'a Change> for Worded<'a> {
    fn from(change: &'a Change) -> Self {
        Self { change, text: change.to_string() }
    }
}

fn worded(changes: &[Change]) -> Vec<Worded<'_>> {
    changes.iter().map(Worded::from).collect()
}

fn failures(failures: &[Failure]) -> Vec<Failed<'_>> {
    failures.iter().map(|Failure { change, why }| Failed { change: change.into(), why }).collect()
}

fn text(value: &impl Serialize, formatter: impl Formatter) -> String {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    match value.serialize(&mut serializer) {
        Ok(()) => String::from_utf8_lossy(&bytes).into_owned(),
        // Only a map whose keys are no strings can get here, and nothing shown has one.
        Err(error) => format!("{{\"error\":\"{}\"}}", error.to_string().escape_default()),
    }
}

/// Writes as the formatter it wraps, except for characters that a terminal acts on.
struct Harmless<F>(F);

impl<F: Formatter> Formatter for Harmless<F> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, to: &mut W, text: &str) -> io::Result<()> {
        let mut rest = text;
        while let Some((at, bad)) = rest.char_indices().find(|(_, c)| acts(*c)) {
            to.write_all(&rest.as_bytes()[..at])?;
            for unit in bad.encode_utf16(&mut [0; 2]) {
                write!(to, "\\u{unit:04x}")?;
            }
            rest = &rest[at + bad.len_utf8()..];
        }
        to.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.begin_array(to)
    }
    fn end_array<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_array(to)
    }
    fn begin_array_value<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(to, first)
    }
    fn end_array_value<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_array_value(to)
    }
    fn begin_object<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.begin_object(to)
    }
    fn end_object<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_object(to)
    }
    fn begin_object_key<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(to, first)
    }
    fn begin_object_value<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.begin_object_value(to)
    }
    fn end_object_value<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_object_value(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::koji::PackageEntry;
    use crate::names::BuildId;
    use crate::plan::{BuildChange, BuildRef, PackageChange};

    fn build(nvr: &str, id: u64) -> BuildRef {
        BuildRef { nvr: nvr.parse().unwrap(), id: BuildId(id) }
    }

    #[test]
    fn the_document_has_these_fields_and_no_others() {
        let tag =
            Change::from(BuildChange::TagBuild { tag: "f43".parse().unwrap(), build: build("bash-5.2-1.fc43", 7) });
        let untag = Change::from(BuildChange::UntagBuild {
            tag: "f43-pending".parse().unwrap(),
            build: build("bash-5.2-1.fc43", 7),
        });
        let report = Report {
            changed: true,
            failed: true,
            msg: "1 of 2 changes made".into(),
            run: Some("20261121-213007-4f1c".parse().unwrap()),
            plan_sha: Some("00ff".into()),
            planned: vec![tag.clone(), untag.clone()],
            done: vec![tag],
            failures: vec![Failure { change: untag, why: "hub fault 1004: tag is locked\n".into() }],
            skipped: vec![LeftOut { subject: "zsh-5-1".into(), why: "already in f43".into() }],
            notes: vec!["a note".into()],
            hint: Some("a hint".into()),
            stopped: None,
            ..Report::new("koji move-builds", false)
        };
        let tag = r#"{"system":"koji","kind":"tag-build","tag":"f43","build":{"nvr":"bash-5.2-1.fc43","id":7},"text":"tag bash-5.2-1.fc43 into f43"}"#;
        let untag = r#"{"system":"koji","kind":"untag-build","tag":"f43-pending","build":{"nvr":"bash-5.2-1.fc43","id":7},"text":"untag bash-5.2-1.fc43 from f43-pending"}"#;
        assert_eq!(
            document(&report),
            format!(
                r#"{{"changed":true,"failed":true,"dry_run":false,"msg":"1 of 2 changes made","run":"20261121-213007-4f1c","command":"koji move-builds","plan_sha":"00ff","planned":[{tag},{untag}],"done":[{tag}],"already":[],"failures":[{{"change":{untag},"why":"hub fault 1004: tag is locked\n"}}],"skipped":[{{"subject":"zsh-5-1","why":"already in f43"}}],"unsettled":[]}}"#
            )
        );
    }

    #[test]
    fn an_empty_document_has_all_fields() {
        assert_eq!(
            document(&Report::new("koji tag-build", true)),
            r#"{"changed":false,"failed":false,"dry_run":true,"msg":"","run":null,"command":"koji tag-build","plan_sha":null,"planned":[],"done":[],"already":[],"failures":[],"skipped":[],"unsettled":[]}"#
        );
    }

    #[test]
    fn changes_of_package_lists_are_told_with_what_was_there() {
        let (tag, package) = ("f43", "bash".parse().unwrap());
        let block = Change::from(PackageChange::BlockPackage {
            tag: tag.parse().unwrap(),
            package,
            before: PackageEntry {
                package: "bash".parse().unwrap(),
                tag: "f42".parse().unwrap(),
                owner: Some("kim".parse().unwrap()),
                blocked: false,
                extra_arches: None,
            },
        });
        assert_eq!(
            line(&Worded::from(&block)),
            r#"{"system":"koji","kind":"block-package","tag":"f43","package":"bash","before":{"package":"bash","tag":"f42","owner":"kim","blocked":false,"extra_arches":null},"text":"block package bash in f43"}"#
        );
    }

    #[test]
    fn hub_text_is_kept_and_cannot_act() {
        let foreign = "a\u{1b}[2J\u{9b}1m\u{202e}\u{7f}\u{e0041}\"\\é\n";
        let shown = line(&foreign);
        assert_eq!(shown, r#""a\u001b[2J\u009b1m\u202e\u007f\udb40\udc41\"\\é\n""#);
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), foreign);
    }

    #[test]
    fn pretty_is_indented() {
        assert_eq!(pretty(&serde_json::json!({"a": [1, {}]})), "{\n  \"a\": [\n    1,\n    {}\n  ]\n}");
    }
}
