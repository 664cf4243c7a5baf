// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access::Dimensions;
use crate::access::table::{Class, Command, Dimension};
use crate::cli::list::{self, Entry};
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::koji::{ExternalRepo, Group, ParentLink, Target};
use crate::names::TagName;
use crate::ops::koji::TagInfo;
use crate::ops::koji::taginfo::About;
use crate::output::{escape, json};
use crate::pipeline::Question;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Show how tags are set up
///
/// What a tag is itself: permission, lock, architectures, further settings, parents, groups, external
/// repositories, and the targets that build from it and to it. JSON fields: tag, id, locked, perm,
/// arches, extra, parents [{parent, parent_id, priority, maxdepth, intransitive, noconfig,
/// pkg_filter}], groups [{name, display_name, description, exported, is_default, uservisible, langonly,
/// biarchonly, packages [{name, kind, basearchonly, requires}]}], external_repos [{id, name, url,
/// priority, merge_mode, arches}], builds_from and builds_to [{id, name, build_tag, dest_tag}].
///
/// Tags that the hub does not know are named on standard error, and the exit code is then 10.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji taginfo f43 f43-build"))]
pub struct Args {
    /// Tags to show, or - to read them from standard input
    #[arg(required = true, value_name = "TAG")]
    pub tags: Vec<Entry<TagName>>,
}

/// What `--json` shows of a tag.
#[derive(Serialize)]
struct Line<'a> {
    tag: &'a TagName,
    id: u64,
    locked: bool,
    perm: Option<&'a str>,
    arches: Option<&'a str>,
    extra: &'a BTreeMap<String, Value>,
    parents: &'a [ParentLink],
    groups: &'a [Group],
    external_repos: &'a [ExternalRepo],
    builds_from: &'a [Target],
    builds_to: &'a [Target],
}

impl<'a> From<&'a About> for Line<'a> {
    fn from(about: &'a About) -> Self {
        let settings = &about.settings;
        Self {
            tag: &settings.name,
            id: settings.id,
            locked: settings.locked,
            perm: settings.perm.as_deref(),
            arches: settings.arches.as_deref(),
            extra: &settings.extra,
            parents: &about.parents,
            groups: &about.groups,
            external_repos: &about.external_repos,
            builds_from: &about.builds_from,
            builds_to: &about.builds_to,
        }
    }
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji taginfo",
        class: Class::Read,
        does: "look at how {tags} are set up",
        dimensions: &[Dimension::Tags],
        effects: &[],
        options: &[],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(Question::dimensions(&TagInfo { tags: list::read(self.tags)? }))
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let tags = asking.ask(&TagInfo { tags: list::read(self.tags)? })?;
        for (place, about) in tags.known.iter().enumerate() {
            if asking.json {
                asking.out.line(json::line(&Line::from(about)));
                continue;
            }
            if place > 0 {
                asking.out.line("");
            }
            for (name, text) in told(about) {
                asking.out.line(format_args!("{name:<13}{}", escape(&text)));
            }
        }
        asking.out.flush();
        list::unknown("tag", &tags.unknown)
    }
}

/// Name and text, line by line; what is not set is left out.
fn told(about: &About) -> Vec<(&'static str, String)> {
    let settings = &about.settings;
    let mut lines = vec![("tag", settings.name.to_string()), ("id", settings.id.to_string())];
    lines.push(("locked", if settings.locked { "yes" } else { "no" }.to_owned()));
    lines.extend(settings.perm.clone().map(|perm| ("permission", perm)));
    lines.extend(settings.arches.clone().filter(|arches| !arches.is_empty()).map(|arches| ("arches", arches)));
    lines.extend(settings.extra.iter().map(|(key, value)| ("extra", format!("{key} = {value}"))));
    lines.extend(about.parents.iter().map(|link| ("parent", parent(link))));
    lines.extend(about.groups.iter().map(|group| {
        let packages: Vec<&str> = group.packages.iter().map(|package| package.name.as_str()).collect();
        ("group", format!("{}: {}", group.name, packages.join(" ")))
    }));
    lines.extend(about.external_repos.iter().map(|repo| {
        let ExternalRepo { name, url, priority, merge_mode, .. } = repo;
        ("repository", format!("{name} (priority {priority}, {merge_mode}): {url}"))
    }));
    let target = |target: &Target| format!("{}: from {} to {}", target.name, target.build_tag, target.dest_tag);
    lines.extend(about.builds_from.iter().map(|from| ("builds from", target(from))));
    lines.extend(about.builds_to.iter().map(|to| ("builds to", target(to))));
    lines
}

fn parent(link: &ParentLink) -> String {
    let ParentLink { parent, priority, maxdepth, intransitive, noconfig, pkg_filter, .. } = link;
    let conditions = super::list_inheritance::conditions(*maxdepth, *intransitive, *noconfig, pkg_filter);
    format!("{parent} (priority {priority}{conditions})")
}
