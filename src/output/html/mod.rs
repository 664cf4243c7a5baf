// SPDX-License-Identifier: GPL-3.0-or-later
//! A list as two static pages, `index.html` by package and `owners.html` by owner.
//!
//! They need nothing from elsewhere and are whole without JavaScript, which only sorts. They say
//! themselves what they are of, when it was so and which command told it. Everything in them is
//! escaped; their own policy forbids all but the one style sheet and the one script that flr brings.

mod publish;
mod text;

pub use publish::publish;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;
use text::{Text, anchor};

const INDEX: &str = "index.html";
const OWNERS: &str = "owners.html";

/// A list that is to become pages.
#[derive(Debug, Clone)]
pub struct Pages {
    /// What it is a list of: `Builds of F43 that failed`.
    pub title: String,
    /// A sentence that counts.
    pub summary: String,
    /// The command whose pages they are, without its arguments: no other's are replaced.
    pub command: &'static str,
    /// Name and value: the hub, since when, what time it was …
    pub facts: Vec<(&'static str, String)>,
    /// The names of the columns behind package and owner.
    pub columns: Vec<&'static str>,
    /// The rows, in the order of packages.
    pub rows: Vec<Row>,
}

/// A row.
#[derive(Debug, Clone)]
pub struct Row {
    /// The package.
    pub package: Cell,
    /// Whose it is, if it is known.
    pub owner: Option<Cell>,
    /// One for each further column.
    pub cells: Vec<Cell>,
}

/// Some text, and where it leads.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    text: String,
    link: Option<String>,
}

impl Cell {
    /// Text that leads nowhere. Foreign text is welcome.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), link: None }
    }

    /// Text that leads to an address; one that is no http or https address leads nowhere.
    pub fn link(text: impl Into<String>, address: Option<String>) -> Self {
        let web = |address: &String| address.starts_with("https://") || address.starts_with("http://");
        Self { text: text.into(), link: address.filter(web) }
    }
}

impl Pages {
    /// Each page's file name and text.
    fn written(&self) -> [(&'static str, String); 2] {
        [
            (INDEX, self.page(INDEX, |page| self.by_package(page))),
            (OWNERS, self.page(OWNERS, |page| self.by_owner(page))),
        ]
    }

    /// What tells a page of this command from any other file.
    fn mark(&self) -> String {
        format!("<meta name=\"generator\" content=\"flr {}\" />", Text(self.command))
    }

    fn page(&self, file: &str, content: impl FnOnce(&mut String)) -> String {
        let (style, script) = (own(include_str!("style.css")), own(include_str!("sort.js")));
        let mut page = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n{mark}\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{}'; \
             script-src '{}'; base-uri 'none'; form-action 'none'\" />\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n\
             <meta name=\"referrer\" content=\"no-referrer\" />\n\
             <title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n",
            hash(style),
            hash(script),
            mark = self.mark(),
            title = Text(&self.title),
        );
        push(&mut page, format_args!("<p>{}</p>\n<dl>\n", Text(&self.summary)));
        for (name, value) in &self.facts {
            push(&mut page, format_args!("<dt>{}</dt><dd>{}</dd>\n", Text(name), Text(value)));
        }
        page.push_str("</dl>\n<nav aria-label=\"Order\">");
        for (other, name) in [(INDEX, "By package"), (OWNERS, "By owner")] {
            let here = if other == file { " aria-current=\"page\"" } else { "" };
            push(&mut page, format_args!("<a href=\"{other}\"{here}>{name}</a> "));
        }
        page.push_str("</nav>\n</header>\n<main>\n");
        content(&mut page);
        push(&mut page, format_args!("</main>\n<script>{script}</script>\n</body>\n</html>\n"));
        page
    }

    fn by_package(&self, page: &mut String) {
        if self.rows.is_empty() {
            page.push_str("<p>There is nothing in the list.</p>\n");
            return;
        }
        self.table(page, None, self.rows.iter());
    }

    fn by_owner(&self, page: &mut String) {
        let mut owners: BTreeMap<(bool, &str), Vec<&Row>> = BTreeMap::new();
        for row in &self.rows {
            let owner = row.owner.as_ref().map_or("", |owner| owner.text.as_str());
            // Those of nobody come last.
            owners.entry((row.owner.is_none(), owner)).or_default().push(row);
        }
        if owners.is_empty() {
            page.push_str("<p>There is nothing in the list.</p>\n");
            return;
        }
        page.push_str("<ul class=\"owners\">\n");
        for ((nobody, owner), rows) in &owners {
            let (place, name) = (place(*nobody, owner), named(*nobody, owner));
            push(page, format_args!("<li><a href=\"#{place}\">{}</a> <span>{}</span></li>\n", Text(name), rows.len()));
        }
        page.push_str("</ul>\n");
        for ((nobody, owner), rows) in &owners {
            let name = named(*nobody, owner);
            push(
                page,
                format_args!(
                    "<section id=\"{}\">\n<h2>{} <small>{}</small></h2>\n",
                    place(*nobody, owner),
                    match rows.first().and_then(|row| row.owner.as_ref()) {
                        Some(owner) => Shown(owner).to_string(),
                        None => Text(name).to_string(),
                    },
                    rows.len()
                ),
            );
            self.table(page, Some(name), rows.iter().copied());
            page.push_str("</section>\n");
        }
    }

    /// The rows of one owner, or of all.
    fn table<'a>(&self, page: &mut String, owner: Option<&str>, rows: impl Iterator<Item = &'a Row>) {
        let label = owner.map_or_else(|| "All packages".to_owned(), |owner| format!("Packages of {owner}"));
        push(
            page,
            format_args!(
                "<div class=\"scroll\">\n<table aria-label=\"{}\">\n<thead>\n<tr><th scope=\"col\">Package</th>",
                Text(&label)
            ),
        );
        let owners = owner.is_none();
        let columns = owners.then_some("Owner").into_iter().chain(self.columns.iter().copied());
        for column in columns {
            push(page, format_args!("<th scope=\"col\">{}</th>", Text(column)));
        }
        page.push_str("</tr>\n</thead>\n<tbody>\n");
        for row in rows {
            push(page, format_args!("<tr><th scope=\"row\">{}</th>", Shown(&row.package)));
            if owners {
                match &row.owner {
                    Some(owner) => {
                        let place = place(false, &owner.text);
                        push(page, format_args!("<td><a href=\"{OWNERS}#{place}\">{}</a></td>", Text(&owner.text)));
                    }
                    None => page.push_str("<td>-</td>"),
                }
            }
            for cell in &row.cells {
                push(page, format_args!("<td>{}</td>", Shown(cell)));
            }
            page.push_str("</tr>\n");
        }
        page.push_str("</tbody>\n</table>\n</div>\n");
    }
}

struct Shown<'a>(&'a Cell);

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = if self.0.text.is_empty() { "-" } else { &self.0.text };
        match &self.0.link {
            Some(link) => write!(f, "<a href=\"{}\">{}</a>", Text(link), Text(text)),
            None => write!(f, "{}", Text(text)),
        }
    }
}

/// Where an owner's rows are; no owner's name becomes `nobody`.
fn place(nobody: bool, owner: &str) -> String {
    if nobody { "nobody".to_owned() } else { anchor(owner) }
}

fn named(nobody: bool, owner: &str) -> &str {
    if nobody { "nobody" } else { owner }
}

/// A file of flr's without its line about the licence: that holds for the source.
fn own(file: &'static str) -> &'static str {
    file.split_once('\n').map_or(file, |(_, rest)| rest)
}

/// A source as Content-Security-Policy names it.
fn hash(content: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(content)))
}

/// Writing to a String cannot fail.
fn push(page: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = page.write_fmt(text);
}

#[cfg(test)]
mod tests;
