// SPDX-License-Identifier: GPL-3.0-or-later
//! `--html DIR`: the answer of a list as pages. Only for those who act for themselves: in privileged mode
//! it would be a way to write files as somebody else.

use super::read::Asking;
use crate::koji::web::Web;
use crate::names::{BuildId, Nvr, PackageName, TaskId, UserName};
use crate::output::html::{self, Cell, Pages, Row};
use crate::output::{Complaint, complain, when};
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

/// What the pages say of themselves.
pub struct About {
    /// What they are a list of.
    pub title: String,
    /// A sentence that counts.
    pub summary: String,
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
}

/// Links to the hub's own pages, if it has any.
pub struct Links(Option<Web>);

impl Links {
    /// Those of the hub that is asked.
    pub fn of(asking: &Asking<'_>) -> Self {
        Self(Web::of(asking.hub))
    }

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

/// Puts the pages into `dir` and says so.
///
/// # Errors
/// They could not be written; what was there before is still there.
pub fn publish(dir: &Path, about: About, mut rows: Vec<Row>, asking: &Asking<'_>) -> Result<()> {
    let About { title, summary, command, arguments, facts: more, seen, columns } = about;
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
