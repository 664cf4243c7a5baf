// SPDX-License-Identifier: GPL-3.0-or-later
use crate::Error;
use crate::access::Dimensions;
use crate::access::table::{Class, Command, CommandOption, Dimension};
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::error::Kind;
use crate::koji::{Inherit, Reader, TaggedBuild};
use crate::names::{Nvr, PackageName, TagName};
use crate::ops::koji::CompareTags;
use crate::ops::koji::compare_tags;
use crate::output::{Complaint, Rows, complain};
use crate::pipeline::Question;
use serde::Serialize;

/// Compare what two tags have of each package
///
/// Of each package the builds that koji calls the latest are compared, in RPM's order of versions. A
/// package is newer (the build in A is), older, only-in-a, only-in-b, or same. Shows what differs, with --all also
/// what is the same; the columns are package, class, version in A and version in B. JSON fields: package, class,
/// a, a_evr, b, b_evr (a and b are builds, or null). With --counts only how many packages there are of each class; JSON
/// fields: newer, older, only_in_a, only_in_b, same.
///
/// The exit code is 0 however they differ; with --exit-code it is 7 if they do.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji compare-tags f43 f43-updates-testing\n  flr koji compare-tags f43 f43 --hub-b stage --counts\n  flr koji compare-tags f43-compose f43-Beta --exit-code"))]
pub struct Args {
    /// The one tag
    #[arg(value_name = "A")]
    pub a: TagName,
    /// The other tag
    #[arg(value_name = "B")]
    pub b: TagName,
    /// Also what the tags inherit
    #[arg(long)]
    pub inherit: bool,
    /// Show packages that are the same as well
    #[arg(long)]
    pub all: bool,
    /// Show only how many packages there are of each class
    #[arg(long, conflicts_with = "all")]
    pub counts: bool,
    /// End with 7 if anything differs
    #[arg(long)]
    pub exit_code: bool,
}

// Those who act for themselves may ask two hubs. No doc comment: the help is that of the words inside.
#[derive(Debug, clap::Args)]
pub struct OwnArgs {
    #[command(flatten)]
    pub args: Args,
    /// Profile of the hub that B is at; else it is the same one
    #[arg(long, value_name = "NAME")]
    pub hub_b: Option<String>,
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji compare-tags",
        class: Class::Read,
        does: "compare what is in {tags}",
        dimensions: &[Dimension::Tags],
        effects: &[],
        options: &[
            CommandOption { name: "--inherit", does: "also what they inherit", dimension: None, effects: &[] },
            CommandOption { name: "--all", does: "also what is the same", dimension: None, effects: &[] },
            CommandOption { name: "--counts", does: "only how many there are", dimension: None, effects: &[] },
            CommandOption { name: "--exit-code", does: "any difference is a no", dimension: None, effects: &[] },
        ],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(Question::dimensions(&self.question(None)))
    }
}

impl Answers for OwnArgs {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let hub_b = self.hub_b.map(|profile| asking.other_hub(&profile)).transpose()?;
        self.args.answer_with(hub_b.as_ref().map(|hub| hub.hub() as &dyn Reader), asking)
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        self.answer_with(None, asking)
    }
}

impl Args {
    fn question<'a>(&self, hub_b: Option<&'a dyn Reader>) -> CompareTags<'a> {
        CompareTags {
            a: self.a.clone(),
            b: self.b.clone(),
            inherit: if self.inherit { Inherit::Inherited } else { Inherit::Direct },
            hub_b,
            all: self.all,
            counts: self.counts,
            exit_code: self.exit_code,
        }
    }

    fn answer_with(self, hub_b: Option<&dyn Reader>, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let rows = asking.ask(&self.question(hub_b))?;
        let counts = Counts::of(&rows);
        let json = asking.json;
        if !self.counts {
            let mut table = Rows::new(asking.out, json, ["package", "class", "a", "b"]);
            for row in rows.iter().filter(|row| self.all || row.class != compare_tags::Class::Same) {
                let line = Line::of(row);
                let version = |evr: &Option<String>| evr.clone().unwrap_or_default();
                let cells = [row.package.as_str(), row.class.as_str(), &version(&line.a_evr), &version(&line.b_evr)];
                table.add(&line, cells);
            }
            table.end();
        }
        match (json, self.counts) {
            (true, true) => asking.out.line(crate::output::json::line(&counts)),
            (false, true) => asking.out.line(counts.sentence()),
            (_, false) => {}
        }
        asking.out.flush();
        let is_no = self.exit_code && counts.differ();
        // Whoever reads the rows reads packages in every line.
        if !json && !self.counts && !is_no {
            complain(Complaint::Note(&counts.sentence()));
        }
        if is_no {
            let what = format!("{} and {} differ: {}", self.a, self.b, counts.sentence());
            return Err(Error::new(Kind::AnswerIsNo, what).into());
        }
        Ok(0)
    }
}

/// What `--json` shows of a package.
#[derive(Debug, Serialize)]
struct Line<'a> {
    package: &'a PackageName,
    class: compare_tags::Class,
    a: Option<&'a Nvr>,
    a_evr: Option<String>,
    b: Option<&'a Nvr>,
    b_evr: Option<String>,
}

impl<'a> Line<'a> {
    fn of(row: &'a compare_tags::Compared) -> Self {
        let evr = |build: &Option<TaggedBuild>| build.as_ref().map(|build| build.evr().to_string());
        Self {
            package: &row.package,
            class: row.class,
            a: row.a.as_ref().map(|build| &build.nvr),
            a_evr: evr(&row.a),
            b: row.b.as_ref().map(|build| &build.nvr),
            b_evr: evr(&row.b),
        }
    }
}

/// How many packages there are of each class.
#[derive(Debug, Default, Serialize)]
struct Counts {
    newer: usize,
    older: usize,
    only_in_a: usize,
    only_in_b: usize,
    same: usize,
}

impl Counts {
    fn of(rows: &[compare_tags::Compared]) -> Self {
        let mut counts = Self::default();
        for row in rows {
            *match row.class {
                compare_tags::Class::Newer => &mut counts.newer,
                compare_tags::Class::Older => &mut counts.older,
                compare_tags::Class::OnlyInA => &mut counts.only_in_a,
                compare_tags::Class::OnlyInB => &mut counts.only_in_b,
                compare_tags::Class::Same => &mut counts.same,
            } += 1;
        }
        counts
    }

    fn differ(&self) -> bool {
        self.newer + self.older + self.only_in_a + self.only_in_b > 0
    }

    fn sentence(&self) -> String {
        let Self { newer, older, only_in_a, only_in_b, same } = self;
        format!("{newer} newer, {older} older, {only_in_a} only in a, {only_in_b} only in b, {same} the same")
    }
}
