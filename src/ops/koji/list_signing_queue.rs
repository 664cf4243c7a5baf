// SPDX-License-Identifier: GPL-3.0-or-later
//! Lists builds that wait to be signed.

use crate::Result;
use crate::access::Dimensions;
use crate::bodhi::{Record, State};
use crate::koji::Reader;
use crate::names::{EventId, Nvr, ReleaseAlias, TagName};
use crate::pipeline::{Question, Readers};
use crate::release::layout::{self, Layout, Wanted};
use crate::release::{Known, Lookup, Role, role};
use std::collections::BTreeMap;
use std::time::Duration;

/// What waits in the signing-pending tag of a release and of the side tags that hang on it, and in those
/// other tags of its layout that builds only leave signed.
pub struct ListSigningQueue<'a> {
    /// The release; `None`: all that are not at their end.
    pub release: Option<ReleaseAlias>,
    /// Only what has waited longer.
    pub older_than: Option<Duration>,
    /// What time it is for whoever asks, seconds since 1970, UTC: a hub's clock is that of its newest event, and
    /// stands still where nothing happens.
    pub now: f64,
    /// Who knows the releases.
    pub directory: &'a dyn Lookup,
    /// The layouts.
    pub layouts: &'a [Layout],
}

/// The builds that wait, and where the releases are known from.
#[derive(Debug)]
pub struct Queue {
    /// Who has waited longest comes first.
    pub waiting: Vec<Waiting>,
    /// The tags that were looked at, in the order of names.
    pub tags: Vec<TagName>,
    /// Where the releases are known from, and what people should know about that.
    pub known: Known,
}

/// A build that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// The release; nothing, if the tag is of none that is known.
    pub release: Option<String>,
    /// Where it waits.
    pub tag: TagName,
    /// The build.
    pub nvr: Nvr,
    /// The event that put it there.
    pub event: EventId,
    /// Who put it there.
    pub by: String,
    /// Since when, seconds since 1970, UTC.
    pub since: f64,
    /// For how long.
    pub waits: Duration,
}

/// Tags with the releases they are of.
type Tags = BTreeMap<TagName, Option<String>>;

/// Whether builds leave a tag with this permission only signed. A base tag has the permission too, as long
/// as everything goes straight into it.
pub(super) fn is_left_signed(tag: &TagName, perm: Option<&str>) -> bool {
    perm == Some("autosign") && tag.as_str().ends_with("-pending")
}

impl ListSigningQueue<'_> {
    /// What such a request is about.
    pub fn about(release: Option<&ReleaseAlias>, older_than: bool) -> Dimensions {
        Dimensions::new().releases(release).option("--older-than", older_than)
    }

    fn releases<'k>(&self, known: &'k Known) -> Result<Vec<&'k Record>> {
        if let Some(alias) = &self.release {
            return Ok(vec![known.find(alias, self.layouts)?]);
        }
        let over = |release: &&Record| matches!(release.state, Some(State::Archived | State::Disabled));
        Ok(known.releases.iter().filter(|release| !over(release)).collect())
    }

    /// What the record and the layout name, as far as it is there.
    fn tags_of(&self, release: &Record, known: &Known, koji: &dyn Reader) -> Result<Vec<TagName>> {
        let mut named: Vec<TagName> = release.pending_signing_tag.iter().cloned().collect();
        if let Some(layout) = layout::of(self.layouts, release) {
            let newest = known.releases.iter().find(|other| role(other, &known.releases) == Role::Rawhide);
            let tree = layout.expand(&Wanted {
                version: &release.version,
                role: role(release, &known.releases),
                rawhide: newest.map(|newest| newest.version.as_str()),
                phase: layout.phase_of(release).unwrap_or_else(|_| layout.first_phase()),
                parts: &[],
            })?;
            let waits = tree.tags.into_iter().filter(|tag| is_left_signed(&tag.name, tag.perm.as_deref()));
            named.extend(waits.map(|tag| tag.name));
        }
        named.sort();
        named.dedup();
        let there = koji.settings(&named)?;
        Ok(named.into_iter().zip(there).filter_map(|(tag, there)| there.map(|_| tag)).collect())
    }

    fn tags(&self, known: &Known, koji: &dyn Reader) -> Result<Tags> {
        let releases = self.releases(known)?;
        let mut tags = Tags::new();
        for release in &releases {
            for tag in self.tags_of(release, known, koji)? {
                tags.entry(tag).or_insert_with(|| Some(release.name.clone()));
            }
        }
        for tag in koji.tags_like("*-signing-pending")? {
            let of = releases.iter().filter(|release| hangs_on(&tag.name, release)).max_by_key(|release| {
                // epel10 and epel10.1 are two.
                release.dist_tag.as_ref().map_or(0, |dist| dist.as_str().len())
            });
            if of.is_some() || self.release.is_none() {
                tags.entry(tag.name).or_insert_with(|| of.map(|release| release.name.clone()));
            }
        }
        Ok(tags)
    }
}

/// Side tags are called after what they are made from.
fn hangs_on(tag: &TagName, release: &Record) -> bool {
    let rest = release.dist_tag.as_ref().and_then(|dist| tag.as_str().strip_prefix(dist.as_str()));
    rest.is_some_and(|rest| rest.starts_with('-'))
}

impl Question for ListSigningQueue<'_> {
    const NAME: &'static str = "koji list-signing-queue";
    type Answer = Queue;

    fn dimensions(&self) -> Dimensions {
        Self::about(self.release.as_ref(), self.older_than.is_some())
    }

    fn ask(&self, services: &Readers<'_>) -> Result<Queue> {
        let koji = services.koji;
        let known = self.directory.releases(koji)?;
        let tags = self.tags(&known, koji)?;
        let names: Vec<TagName> = tags.keys().cloned().collect();
        let rows = if names.is_empty() { Vec::new() } else { koji.active_rows_of(&names)? };
        let now = koji.hub_time()?.max(self.now);
        let mut waiting = Vec::new();
        for ((tag, release), rows) in tags.into_iter().zip(rows) {
            for row in rows {
                let waits = Duration::try_from_secs_f64(now - row.changed_at).unwrap_or_default();
                if self.older_than.is_some_and(|limit| waits <= limit) {
                    continue;
                }
                waiting.push(Waiting {
                    release: release.clone(),
                    tag: tag.clone(),
                    nvr: row.nvr,
                    event: row.created,
                    by: row.creator,
                    since: row.changed_at,
                    waits,
                });
            }
        }
        waiting.sort_by_key(|waiting| (waiting.event, waiting.tag.clone()));
        Ok(Queue { waiting, tags: names, known })
    }
}
