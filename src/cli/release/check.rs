// SPDX-License-Identifier: GPL-3.0-or-later
use super::{Sources, WithLayout, note};
use crate::Error;
use crate::access::Dimensions;
use crate::access::table::{Class, Command, CommandOption, Dimension};
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::error::Kind;
use crate::names::ReleaseAlias;
use crate::ops::release::{CheckRelease, Drift};
use crate::output::{Complaint, Rows, complain, human};
use crate::release::Source;
use crate::release::layout::Layout;
use serde::Serialize;

/// Check that a release is as it should be
///
/// Holds the release's tags (architectures, permission, lock, parents, settings, groups, external repositories), its targets
/// and Bodhi's record against the layout of its family, in the phase that Bodhi's record says: before or after
/// updates are activated, released, archived. With --like, against another release, whose names are put for those
/// of the first; then nothing about groups, settings or repositories is left open.
///
/// Shows what differs: kind (tag, target or bodhi), name, field, what it should be, what it is. JSON fields: release,
/// against, kind, name, field, expected, found; a thing that is missing or left over has no field.
///
/// The exit code is 0 if nothing differs and 7 if anything does, and 75 if nothing does but Bodhi, being away, could not
/// be looked at.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr release check f43\n  flr release check f43 --like f42 --json\n  flr release check rawhide --part rpm --layout fedora.toml"))]
pub struct Args {
    /// The release
    #[arg(value_name = "REL")]
    pub release: ReleaseAlias,
    /// Hold it against this release instead of the layout
    #[arg(long, value_name = "REL", conflicts_with = "phase")]
    pub like: Option<ReleaseAlias>,
    /// The phase, in the layout's words: before-activation, after-activation, released, archived
    #[arg(long, value_name = "NAME")]
    pub phase: Option<String>,
    /// Only these parts of the layout: rpm, infra, container, flatpak, coreos (with commas, can be repeated)
    #[arg(long = "part", value_name = "NAME", value_delimiter = ',')]
    pub parts: Vec<String>,
}

/// Those who act for themselves may bring a layout.
pub type OwnArgs = WithLayout<Args>;

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "release check",
        class: Class::Read,
        does: "hold {releases} against its layout",
        dimensions: &[Dimension::Releases],
        effects: &[],
        options: &[
            CommandOption {
                name: "--like",
                does: "or against {releases}",
                dimension: Some(Dimension::Releases),
                effects: &[],
            },
            CommandOption { name: "--phase", does: "in another phase", dimension: None, effects: &[] },
            CommandOption { name: "--part", does: "only a part of it", dimension: None, effects: &[] },
        ],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(CheckRelease::about(&self.release, self.like.as_ref(), self.phase.is_some(), !self.parts.is_empty()))
    }
}

impl Answers for OwnArgs {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let layout = self.layout()?;
        self.args.answer_by(layout, asking)
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        self.answer_by(None, asking)
    }
}

impl Args {
    fn answer_by(self, layout: Option<Layout>, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let mut sources = Sources::open(asking)?;
        // A file's layout counts before the one that flr brings.
        sources.layouts.splice(0..0, layout);
        let checked = asking.ask(&CheckRelease {
            alias: self.release,
            like: self.like,
            phase: self.phase,
            parts: self.parts,
            directory: &sources,
            layouts: &sources.layouts,
        })?;
        note(&checked.known);
        let names = ["kind", "name", "field", "expected", "found"];
        let mut rows = Rows::new(asking.out, asking.json, names);
        for drift in &checked.drift {
            let word = |word: &Option<String>| word.clone().unwrap_or_default();
            let cells = [drift.kind, &drift.name, &word(&drift.field), &word(&drift.expected), &word(&drift.found)];
            rows.add(&Line { release: &checked.release, against: &checked.against, drift }, cells);
        }
        rows.end();
        let (release, against) = (&checked.release, &checked.against);
        if !checked.drift.is_empty() {
            let count = human::count(checked.drift.len(), "difference");
            return Err(Error::new(Kind::AnswerIsNo, format!("{release} is not as {against}: {count}")).into());
        }
        if !checked.bodhi_too {
            let unseen = format!("{release} is as {against} at koji; Bodhi's record was not looked at");
            // A hub that has no Bodhi is checked as far as there is anything to check.
            if sources.has_bodhi() && checked.known.source == Source::Koji {
                return Err(Error::not_now(unseen).into());
            }
            complain(Complaint::Note(&unseen));
        }
        Ok(0)
    }
}

/// What `--json` shows of a difference.
#[derive(Debug, Serialize)]
struct Line<'a> {
    release: &'a str,
    against: &'a str,
    #[serde(flatten)]
    drift: &'a Drift,
}
