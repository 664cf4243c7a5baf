// SPDX-License-Identifier: GPL-3.0-or-later
//! `--html DIR`: the answer of a list as pages. Only for those who act for themselves: in privileged mode
//! it would be a way to write files as somebody else.

use super::read::{Answers, Asking};
use crate::koji::web::Web;
use crate::names::{BuildId, Nvr, PackageName, TaskId, UserName};
use crate::output::html::{self, Cell, Pages, Row};
use crate::output::{Complaint, complain, human, when};
use crate::{Result, pipeline};
use std::path::{Path, PathBuf};

// Not a doc comment: it would become the help of every command.
#[allow(missing_docs, reason = "a doc comment here would become every command's help")]
#[derive(Debug, clap::Args)]
pub struct Html {
    /// Write the list as web pages to this directory, index.html and owners.html, instead of showing it
    #[arg(long = "html", value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

// The words of a list with those for its pages. No doc comment: the help is that of the words inside.
#[allow(missing_docs, reason = "a doc comment here would become every command's help")]
#[derive(Debug, clap::Args)]
pub struct Paged<A: clap::Args> {
    #[command(flatten)]
    pub args: A,
    #[command(flatten)]
    pub html: Html,
}

/// The words of a list that whoever acts for himself may have as pages.
pub trait Publishes: clap::Args {
    /// Asks, and shows the answer or puts it into `html`; the exit code.
    fn answer_by(self, html: Option<&Path>, asking: &mut Asking<'_>) -> anyhow::Result<u8>;
}

impl<A: Publishes> Answers for A {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        self.answer_by(None, asking)
    }
}

impl<A: Publishes> Answers for Paged<A> {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        self.args.answer_by(self.html.dir.as_deref(), asking)
    }
}

/// What the pages say of themselves.
pub struct About<'a> {
    /// The release whose packages they list.
    pub release: &'a str,
    /// What they are a list of: `builds that failed`.
    pub title: &'static str,
    /// What is said of the packages when they are counted: `whose builds failed and were not mended`.
    pub packages: &'static str,
    /// The command without its arguments: `koji list-failures`.
    pub command: &'static str,
    /// Its arguments, as they were understood.
    pub arguments: String,
    /// What else there is to know.
    pub facts: Vec<(&'static str, String)>,
    /// What time it was for the hub.
    pub seen: f64,
    /// The names of the columns behind package and owner.
    pub columns: Vec<&'static str>,
    /// A row for each package.
    pub rows: Vec<Row>,
}

/// Links to the hub's own pages, if it has any.
pub struct Links(Option<Web>);

impl Links {
    /// A row with its first two cells.
    pub fn row(&self, package: &PackageName, owner: Option<&UserName>, cells: Vec<Cell>) -> Row {
        let page = self.0.as_ref().map(|web| web.package(package));
        Row { package: Cell::link(package.as_str(), page), owner: owner.map(|owner| Cell::text(owner.as_str())), cells }
    }

    /// A build.
    pub fn build(&self, nvr: &Nvr, id: BuildId) -> Cell {
        Cell::link(nvr.as_str(), self.0.as_ref().map(|web| web.build(id)))
    }

    /// A task.
    pub fn task(&self, task: Option<TaskId>) -> Cell {
        match task {
            Some(task) => Cell::link(task.to_string(), self.0.as_ref().map(|web| web.task(task))),
            None => Cell::default(),
        }
    }
}

/// Shows the answer, or puts it into the directory `html`; both, if it is shown as JSON.
///
/// # Errors
/// The pages could not be written; what was there before is still there.
pub fn show_or_publish<'a>(
    html: Option<&Path>,
    asking: &mut Asking<'_>,
    show: impl FnOnce(&mut Asking<'_>),
    pages: impl FnOnce(&Links) -> About<'a>,
) -> Result<()> {
    if html.is_none() || asking.json {
        show(asking);
    }
    html.map_or(Ok(()), |dir| publish(dir, pages(&Links(Web::of(asking.hub))), asking))
}

/// Puts the pages into `dir` and says so.
fn publish(dir: &Path, about: About<'_>, asking: &Asking<'_>) -> Result<()> {
    let About { release, title, packages, command, arguments, facts: more, seen, columns, mut rows } = about;
    let title = format!("{release}: {title}");
    let summary = format!("{} of {release} {packages}", human::count(rows.len(), "package"));
    rows.sort_by(|a, b| a.package.cmp(&b.package));
    let mut facts = vec![("Hub", asking.hub.server.host_str().unwrap_or_default().to_owned())];
    facts.extend(more);
    facts.push(("Hub's time", when::counted(seen)));
    facts.push(("Written", when::written(&pipeline::timestamp().to_string())));
    facts.push(("Command", format!("flr {command} {arguments}")));
    let files = html::publish(dir, &Pages { title, summary: summary.clone(), command, facts, columns, rows })?;
    let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    complain(Complaint::Note(&format!("{summary}; written to {}", files.join(" and "))));
    Ok(())
}
