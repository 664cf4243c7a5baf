// SPDX-License-Identifier: GPL-3.0-or-later
//! Lists users' side tags.

use super::users::known;
use crate::Result;
use crate::access::Dimensions;
use crate::koji::{Reader, SideTag};
use crate::names::{EventId, TagName, UserName};
use crate::pipeline::{Question, Readers};
use serde::{Deserialize, Serialize};

/// Which side tags.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// Those that inherit from this tag.
    pub base: Option<TagName>,
    /// Those of this user.
    pub owner: Option<UserName>,
    /// Those that are at least so many days old.
    pub older_than: Option<u32>,
    /// Those that nothing was tagged into or untagged from for at least so many days.
    pub inactive: Option<u32>,
    /// Those that hold no build.
    pub empty: bool,
}

/// The side tags.
#[derive(Debug, Clone)]
pub struct ListSideTags {
    /// Which.
    pub which: Which,
}

/// A side tag and what has become of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The tag and its owner.
    pub tag: SideTag,
    /// What it inherits from.
    pub base: Option<TagName>,
    /// When it was made, seconds since 1970, UTC.
    pub created: f64,
    /// When something was last tagged into it or untagged from it, else when it was made.
    pub changed: f64,
    /// The event of that.
    pub event: EventId,
    /// How many builds it holds.
    pub builds: usize,
    /// Age and idleness in whole days, by the hub's clock.
    pub days: u64,
    /// Since `changed`.
    pub idle: u64,
}

impl Question for ListSideTags {
    const NAME: &'static str = "koji list-sidetags";
    /// In the order of numbers, which is that of age.
    type Answer = Vec<Found>;

    fn dimensions(&self) -> Dimensions {
        self.which.dimensions()
    }

    fn ask(&self, services: &Readers<'_>) -> Result<Vec<Found>> {
        self.which.find(services.koji)
    }
}

impl Which {
    /// The names in it.
    pub(super) fn dimensions(&self) -> Dimensions {
        let about = Dimensions::new()
            .tags(&self.base)
            .option("--base", self.base.is_some())
            .option("--owner", self.owner.is_some())
            .option("--older-than", self.older_than.is_some())
            .option("--inactive", self.inactive.is_some())
            .option("--empty", self.empty);
        match &self.owner {
            Some(owner) => about.user(owner),
            None => about,
        }
    }

    /// Whether it says anything.
    pub(super) fn is_any(&self) -> bool {
        *self == Self::default()
    }

    /// Looks at all side tags of the base, each in two members of a multicall. The time is the hub's:
    /// that of its newest event.
    pub(super) fn find(&self, koji: &dyn Reader) -> Result<Vec<Found>> {
        let mut tags = koji.side_tags(self.base.as_ref())?;
        tags.retain(|tag| self.owner.as_ref().is_none_or(|owner| tag.owner.as_ref() == Some(owner)));
        if tags.is_empty() {
            known(self.owner.as_ref(), koji)?;
            return Ok(Vec::new());
        }
        tags.sort_by_key(|tag| tag.id);
        let names: Vec<TagName> = tags.iter().map(|tag| tag.name.clone()).collect();
        let now = koji.hub_time()?;
        let seen = koji.tag_histories(&names)?.into_iter().zip(koji.rows_of(&names)?);
        let found = tags.into_iter().zip(seen).filter_map(|(tag, (history, rows))| {
            let (made, created) = history.made()?;
            let last = rows.iter().map(|row| (row.changed_at, row.revoked.unwrap_or(row.created)));
            // Of an earlier tag of the name there may be rows too.
            let last = last.filter(|(_, event)| *event >= made);
            let (changed, event) = last.fold((created, made), |one, other| if other.1 > one.1 { other } else { one });
            Some(Found {
                base: history.parents_at(None).next().map(|link| link.parent.clone()),
                builds: rows.iter().filter(|row| row.active()).count(),
                days: days(now - created),
                idle: days(now - changed),
                tag,
                created,
                changed,
                event,
            })
        });
        Ok(found.filter(|found| self.fits(found)).collect())
    }

    fn fits(&self, found: &Found) -> bool {
        self.older_than.is_none_or(|days| found.days >= u64::from(days))
            && self.inactive.is_none_or(|days| found.idle >= u64::from(days))
            && (!self.empty || found.builds == 0)
    }
}

/// Whole days; a clock that went back makes none.
fn days(seconds: f64) -> u64 {
    std::time::Duration::try_from_secs_f64(seconds.max(0.0)).map_or(0, |time| time.as_secs() / 86_400)
}
