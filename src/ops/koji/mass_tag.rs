// SPDX-License-Identifier: GPL-3.0-or-later
//! Brings the latest builds of a tag into another one, as after a mass rebuild.

use super::builds::{Contents, Listing, unfit};
use super::exists;
use super::gating::Gating;
use crate::access::Dimensions;
use crate::koji::{BuildState, Reader, TagRow, TagSettings};
use crate::names::{PackageName, TagName};
use crate::pipeline::{Operation, Readers};
use crate::plan::{BuildChange, BuildRef, Plan};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// The latest build of each package in `source` itself is in `destination`, unless the package is
/// kept out there or an equal or newer build is there already.
///
/// "Latest" is koji's: of several builds the one tagged last, whatever its version. "There" is
/// `destination` with all it inherits, and the tags of `also_newer_in` themselves; a build that waits
/// in `gating` is on its way there, and keeps out what is older than it. Versions are compared in
/// RPM's order with every build that is tagged, not only with the latest ones. A draft is not brought
/// along: its packager may still throw it away. Every build of `source` that is left out has its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MassTag {
    /// The tag whose latest builds are taken.
    pub source: TagName,
    /// The tag they are to be in.
    pub destination: TagName,
    /// Further tags in which an equal or newer build keeps one out.
    #[serde(default)]
    pub also_newer_in: Vec<TagName>,
    /// Where builds wait to be signed, tested or pushed before they get to the destination.
    #[serde(default)]
    pub gating: Gating,
}

/// What a build in another tag keeps out of the destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeepsOut {
    /// What is as new or older: it would bring nothing.
    EqualOrOlder,
    /// What is older: it would be in the way of what is waiting.
    Older,
}

/// The tags and what is in them.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    tags: BTreeMap<TagName, TagSettings>,
    source: Contents,
    destination: Contents,
    listing: Listing,
    /// Inherited ones first, the nearest first; then those that were named; then where builds wait.
    others: Vec<(TagName, KeepsOut, Contents)>,
}

impl MassTag {
    fn makes_sense(&self) -> Result<()> {
        let (source, destination) = (&self.source, &self.destination);
        if source == destination {
            return Err(Error::usage(format!("{source} is both the tag to take from and the tag to bring into")));
        }
        if self.also_newer_in.contains(source) || self.gating.named().contains(source) {
            return Err(Error::usage(format!(
                "{source} holds every build that is taken from it: looking there for equal or newer ones would leave out all"
            )));
        }
        Ok(())
    }

    /// Every tag that is named, in that order, each once.
    fn named(&self) -> Vec<&TagName> {
        let mut met = BTreeSet::new();
        [&self.source, &self.destination]
            .into_iter()
            .chain(&self.also_newer_in)
            .chain(self.gating.named())
            .filter(|tag| met.insert(*tag))
            .collect()
    }

    /// What is in the tags, beside `destination`, where a newer build may be. `tags`: those that exist.
    fn others(
        &self,
        koji: &dyn Reader,
        tags: &BTreeMap<TagName, TagSettings>,
        source: &Contents,
    ) -> Result<Vec<(TagName, KeepsOut, Contents)>> {
        let mut met = BTreeSet::from([self.destination.clone()]);
        let parents = koji.inheritance(&self.destination)?.into_iter().map(|parent| parent.name);
        let there = parents.chain(self.also_newer_in.iter().cloned()).filter(|name| met.insert(name.clone()));
        let mut others = Vec::new();
        for name in there.collect::<Vec<_>>() {
            // A destination may inherit from the source: that has been read.
            let contents = if name == self.source { source.clone() } else { Contents::whole(koji, &name)? };
            others.push((name, KeepsOut::EqualOrOlder, contents));
        }
        met.insert(self.source.clone());
        let waiting = self.gating.tags().iter().filter(|tag| tags.contains_key(*tag) && met.insert((*tag).clone()));
        let waiting: Vec<TagName> = waiting.cloned().collect();
        let rows = if waiting.is_empty() { Vec::new() } else { koji.active_rows_of(&waiting)? };
        let waiting = waiting.into_iter().zip(rows);
        others.extend(waiting.map(|(name, rows)| (name, KeepsOut::Older, rows.into_iter().collect())));
        Ok(others)
    }

    /// Why `build` is left out; `None` if it is to be tagged.
    fn leave_out(&self, seen: &Seen, package: &PackageName, build: &TagRow) -> Option<String> {
        let destination = &self.destination;
        if let Some(why) = seen.listing.keeps_out(destination, package) {
            return Some(why);
        }
        if build.nvr.is_draft() {
            return Some("it is a draft, and nobody has promoted it".into());
        }
        let inside = seen.destination.rows(package);
        if inside.iter().any(|row| row.id == build.id) {
            return Some(match latest(inside) {
                Some(latest) if latest.evr() < build.evr() => format!(
                    "already in {destination}, but the older {} was tagged later and is the latest there; it is not tagged again",
                    latest.nvr
                ),
                _ => format!("already in {destination}"),
            });
        }
        let here = std::iter::once((destination, KeepsOut::EqualOrOlder, &seen.destination));
        let others = seen.others.iter().map(|(tag, what, contents)| (tag, *what, contents));
        for (tag, what, contents) in here.chain(others) {
            let Some(there) = contents.highest(package) else {
                continue;
            };
            if there.id == build.id && what == KeepsOut::EqualOrOlder {
                return Some(format!("already in {tag}"));
            }
            match there.evr().cmp(&build.evr()) {
                Ordering::Less => {}
                Ordering::Equal if what == KeepsOut::Older || there.nvr.is_draft() => {}
                Ordering::Equal => {
                    return Some(format!("{} in {tag} is of the same version", there.nvr));
                }
                Ordering::Greater => {
                    return Some(format!("{} in {tag} is newer", there.nvr));
                }
            }
        }
        None
    }
}

/// The one tagged last. koji passes over what is not complete, also when it looks for the latest.
fn latest(rows: &[TagRow]) -> Option<&TagRow> {
    let mut newest_first = rows.iter().rev();
    newest_first.find(|row| row.state == BuildState::Complete)
}

impl Operation for MassTag {
    const NAME: &'static str = "koji mass-tag";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new()
            .from(&self.source)
            .to(&self.destination)
            .tags(&self.also_newer_in)
            .tags(self.gating.named())
            .option("--also-newer-in", !self.also_newer_in.is_empty())
            .option("--gating", !self.gating.named().is_empty())
            .option("--no-gating", self.gating == Gating::Ignored)
    }

    /// One request for the settings of all tags, one for the inheritance, one for the package list, one
    /// for the builds of each tag, and one for what waits in all gating tags; none for a package or a
    /// build.
    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        self.makes_sense()?;
        let koji = services.koji;
        let mut met = BTreeSet::new();
        let asked = self.named().into_iter().chain(self.gating.tags()).filter(|tag| met.insert(*tag));
        let asked: Vec<TagName> = asked.cloned().collect();
        let tags = koji.settings(&asked)?.into_iter().flatten();
        let tags: BTreeMap<TagName, TagSettings> = tags.map(|tag| (tag.name.clone(), tag)).collect();
        if self.named().iter().any(|name| !tags.contains_key(name)) {
            return Ok(Seen { tags, ..Seen::default() });
        }
        let source = Contents::whole(koji, &self.source)?;
        if source.is_empty() {
            return Ok(Seen { tags, ..Seen::default() });
        }
        Ok(Seen {
            destination: Contents::whole(koji, &self.destination)?,
            listing: Listing::whole(koji, &self.destination)?,
            others: self.others(koji, &tags, &source)?,
            source,
            tags,
        })
    }

    fn plan(&self, seen: &Seen) -> Result<Plan> {
        self.makes_sense()?;
        let mut plan = Plan::default();
        let mut destination = None;
        for name in self.named() {
            let tag = exists(&mut plan, name, seen.tags.get(name));
            if *name == self.destination {
                destination = tag;
            }
        }
        let (Some(destination), true) = (destination, plan.refused().is_empty()) else {
            return Ok(plan);
        };
        if seen.source.is_empty() {
            plan.leave_out(&self.source, "no builds are in it");
        }
        for (package, rows) in seen.source.iter() {
            for row in rows {
                if let Some(why) = unfit(row.state) {
                    plan.leave_out(&row.nvr, why);
                }
            }
            let Some(build) = latest(rows) else { continue };
            if let Some(why) = self.leave_out(seen, package, build) {
                plan.leave_out(&build.nvr, why);
            } else if destination.locked {
                plan.refuse(&build.nvr, format!("{} is locked", destination.name));
            } else {
                plan.push(BuildChange::TagBuild { tag: self.destination.clone(), build: BuildRef::from(build) });
            }
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests;
