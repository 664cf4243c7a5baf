// SPDX-License-Identifier: GPL-3.0-or-later
//! All releases, from the first source that can tell: Bodhi, koji's tags, what Bodhi said earlier.

use super::alias;
use super::cache::{Cache, Kept, told};
use super::layout::{self, Layout};
use crate::bodhi::{self, Record, Unreadable};
use crate::error::Kind;
use crate::koji;
use crate::names::{ReleaseAlias, TagName};
use crate::{Error, Result};
use jiff::Timestamp;
use std::fmt;

/// Where the releases are known from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Bodhi, now.
    Bodhi,
    /// koji's tags: which releases there are and which of their tags, and no more.
    Koji,
    /// Bodhi, at that time.
    Cache(Timestamp),
}

impl Source {
    /// One word for it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Bodhi => "bodhi",
            Self::Koji => "koji",
            Self::Cache(_) => "cache",
        }
    }
}

/// All releases as far as they are known.
#[derive(Debug, Clone)]
pub struct Known {
    /// The releases, in the order of names.
    pub releases: Vec<Record>,
    /// Those whose records make no sense.
    pub unreadable: Vec<Unreadable>,
    /// Where they are known from.
    pub source: Source,
    /// What people should know about that; foreign text.
    pub notes: Vec<String>,
}

impl Known {
    /// The release that is called so; see [`alias::find`].
    pub fn find(&self, alias: &ReleaseAlias, layouts: &[Layout]) -> Result<&Record> {
        let broken = self.unreadable.iter().find(|bad| bad.name.eq_ignore_ascii_case(alias.as_str()));
        if let Some(Unreadable { name, why }) = broken {
            return Err(Error::failed(format!("Bodhi's record of {name} makes no sense: {why}")));
        }
        if self.source == Source::Koji && alias.as_str().eq_ignore_ascii_case("branched") {
            let what = "only Bodhi can say which release is branched";
            return Err(Error::not_now(what).hint("name the release, as in f43"));
        }
        alias::find(alias, &self.releases, layouts)
    }
}

/// Whoever can name all releases.
pub trait Lookup {
    /// All releases, from the first source that can tell; `koji` is one of them.
    ///
    /// # Errors
    /// No source can, with what each of them said.
    fn releases(&self, koji: &dyn koji::Reader) -> Result<Known>;
}

/// The three sources; the hub is whoever asks's.
pub struct Directory<'a> {
    /// Bodhi; `None`: the hub has none.
    pub bodhi: Option<&'a dyn bodhi::Reader>,
    /// What Bodhi said earlier.
    pub cache: Option<Cache>,
    /// Which tags are a release's.
    pub layouts: &'a [Layout],
}

impl fmt::Debug for Directory<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Directory").field("cache", &self.cache).finish_non_exhaustive()
    }
}

impl Lookup for Directory<'_> {
    fn releases(&self, koji: &dyn koji::Reader) -> Result<Known> {
        let away = match self.bodhi.map(bodhi::Reader::releases) {
            Some(Ok(records)) => return Ok(self.heard(records)),
            Some(Err(error)) if error.kind == Kind::NotNow => Some(error),
            Some(Err(error)) => return Err(error),
            None => None,
        };
        let mut notes = Vec::new();
        notes.extend(away.as_ref().map(|error| format!("{error}; asking koji's tags")));
        let silent = match self.told_by_koji(koji) {
            Ok(releases) if !releases.is_empty() => {
                return Ok(Known { releases, unreadable: Vec::new(), source: Source::Koji, notes });
            }
            Ok(_) => Error::failed("koji has no tag of a release that flr knows the layout of"),
            Err(error) => error,
        };
        let Some(away) = away else {
            return Err(silent);
        };
        let kept = self.cache.as_ref().map_or_else(|| Err("nothing is kept".to_owned()), Cache::kept);
        match kept {
            Ok(Kept { records, written, age }) => {
                let note = format!("{away}; what it said {} ago ({written}) is used", told(age));
                Ok(Known {
                    releases: records.releases,
                    unreadable: records.unreadable,
                    source: Source::Cache(written),
                    notes: vec![note],
                })
            }
            Err(why) => {
                let what = format!("no source knows the releases: {away}; {silent}; {why}");
                Err(Error::not_now(what).hint("try again later, or name another Bodhi with --bodhi URL"))
            }
        }
    }
}

impl Directory<'_> {
    fn heard(&self, records: bodhi::Records) -> Known {
        let kept = self.cache.as_ref().map_or(Ok(()), |cache| cache.keep(&records));
        let mut notes: Vec<String> = kept.err().map(|error| error.what).into_iter().collect();
        notes.extend(
            records.unreadable.iter().map(|bad| format!("Bodhi's record of {} makes no sense: {}", bad.name, bad.why)),
        );
        Known { releases: records.releases, unreadable: records.unreadable, source: Source::Bodhi, notes }
    }

    /// A record for each base tag, with those of the layout's tags that exist.
    fn told_by_koji(&self, koji: &dyn koji::Reader) -> Result<Vec<Record>> {
        let mut releases = Vec::new();
        for layout in self.layouts {
            let mut versions = Vec::new();
            for pattern in layout.patterns() {
                let tags = koji.tags_like(pattern)?;
                versions.extend(tags.iter().filter_map(|tag| layout.version_of_base(tag.name.as_str())));
            }
            versions.sort();
            versions.dedup();
            let rawhide = rawhide(koji, layout)?;
            let mut guessed: Vec<Record> = Vec::new();
            for version in versions {
                let newest = rawhide.as_ref() == Some(&version);
                guessed.push(layout.guessed(&version, newest)?);
            }
            keep_what_exists(koji, &mut guessed)?;
            releases.extend(guessed);
        }
        releases.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(releases)
    }
}

/// The version of the release that the layout's moving tag follows.
fn rawhide(koji: &dyn koji::Reader, layout: &Layout) -> Result<Option<String>> {
    let Some(tag) = layout.rawhide_tag().and_then(|name| name.parse::<TagName>().ok()) else {
        return Ok(None);
    };
    if koji.tag(&tag)?.is_none() {
        return Ok(None);
    }
    let parents = koji.parents(std::slice::from_ref(&tag))?;
    let first = parents.first().and_then(|links| links.first());
    Ok(first.and_then(|link| layout.version_of_base(link.parent.as_str())))
}

fn keep_what_exists(koji: &dyn koji::Reader, releases: &mut [Record]) -> Result<()> {
    let named: Vec<TagName> = releases.iter_mut().flat_map(layout::tags_of).filter_map(|tag| tag.clone()).collect();
    let found = koji.settings(&named)?;
    let mut found = found.into_iter().map(|found| found.is_some());
    for tag in releases.iter_mut().flat_map(layout::tags_of).filter(|tag| tag.is_some()) {
        if found.next() == Some(false) {
            *tag = None;
        }
    }
    Ok(())
}
