// SPDX-License-Identifier: GPL-3.0-or-later
//! What tags and targets were and are: rows that a hub ends and begins, never changes.

use super::encode::Ask;
use super::hub::Hub;
use super::wire::{TagVersions, one_tag};
use super::{Fault, Reader};
use crate::Result;
use crate::names::{EventId, TagName};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a tag says about one of its further settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Extra {
    /// Nothing: what its parents say counts.
    Unset,
    /// That it has none, whatever its parents say.
    Blocked,
    /// This value.
    Value(Value),
}

/// Something that holds from `created` until `revoked`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version<T> {
    /// What holds.
    pub value: T,
    /// The event it begins with.
    pub created: EventId,
    /// Who began it.
    pub creator: String,
    /// The event it ended with, if it has ended.
    pub revoked: Option<EventId>,
    /// Who ended it.
    pub revoker: Option<String>,
}

/// A thing as it is now, and who made it so in which event; nobody, if it was never otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present<T> {
    /// As it is.
    pub value: T,
    /// Who made it so, and when.
    pub by: Option<(String, EventId)>,
}

/// A tag's own settings but the further ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagConfig {
    /// Nothing can be tagged into or untagged from it.
    pub locked: bool,
    /// The permission that tagging needs, by name.
    pub perm: Option<String>,
    /// Architectures, separated by blanks.
    pub arches: Option<String>,
}

/// All that a tag was and is, each list oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TagHistory {
    /// Its settings. None that holds: there is no such tag.
    pub config: Vec<Version<TagConfig>>,
    /// Its further settings, by name.
    pub extra: Vec<Version<(String, Extra)>>,
}

impl TagHistory {
    /// The settings that hold; `None`: there is no such tag.
    pub fn now(&self) -> Option<&TagConfig> {
        self.config.iter().rfind(|version| version.revoked.is_none()).map(|version| &version.value)
    }

    /// One of the settings, and who gave it the value it has. `None`: there is no such tag.
    pub fn setting<T: PartialEq>(&self, of: impl Fn(&TagConfig) -> T) -> Option<Present<T>> {
        let mut versions = self.config.iter().rev();
        let now = versions.find(|version| version.revoked.is_none())?;
        let value = of(&now.value);
        let mut first = now;
        for version in versions {
            // What was deleted in between began anew.
            if version.revoked != Some(first.created) || of(&version.value) != value {
                break;
            }
            first = version;
        }
        Some(Present { value, by: Some((first.creator.clone(), first.created)) })
    }

    /// One of the further settings, and who made it so.
    pub fn extra(&self, key: &str) -> Present<Extra> {
        let of_key = || self.extra.iter().filter(|version| version.value.0 == key);
        if let Some(now) = of_key().rfind(|version| version.revoked.is_none()) {
            return Present { value: now.value.1.clone(), by: Some((now.creator.clone(), now.created)) };
        }
        let ended =
            of_key().filter_map(|version| Some((version.revoker.clone().unwrap_or_default(), version.revoked?)));
        Present { value: Extra::Unset, by: ended.max_by_key(|(_, event)| *event) }
    }
}

impl Hub {
    /// koji: `queryHistory(tables=["tag_config", "tag_extra"], tag=)` in multicalls of at most 200.
    pub(super) fn histories_of(&self, tags: &[TagName]) -> Result<Vec<TagHistory>> {
        const METHOD: &str = "queryHistory";
        let asks = tags.iter().map(|tag| {
            let tables: &[&str] = &["tag_config", "tag_extra"];
            Ask::new(METHOD).named("tables", tables).named("tag", tag.as_str())
        });
        let answers = self.get_all::<TagVersions>(asks)?;
        answers
            .into_iter()
            .zip(tags)
            .map(|(answer, tag)| match answer {
                Ok(versions) => one_tag(versions).map_err(|why| self.misnamed(METHOD, &why)),
                // There never was a tag of that name.
                Err(fault) if fault.code == Fault::GENERIC && self.tag(tag)?.is_none() => Ok(TagHistory::default()),
                Err(fault) => Err(self.faulted(&format!("{METHOD} of {tag}"), &fault)),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(
        locked: bool,
        perm: Option<&str>,
        created: u64,
        creator: &str,
        revoked: Option<u64>,
    ) -> Version<TagConfig> {
        Version {
            value: TagConfig { locked, perm: perm.map(str::to_owned), arches: None },
            created: EventId(created),
            creator: creator.into(),
            revoked: revoked.map(EventId),
            revoker: revoked.map(|_| "somebody".into()),
        }
    }

    fn by<T>(present: Present<T>) -> String {
        present.by.map_or("nobody".into(), |(who, event)| format!("{who} in {event}"))
    }

    #[test]
    fn whoever_first_gave_a_setting_its_value_made_it_so() {
        let history = TagHistory {
            config: vec![
                config(false, None, 1, "ann", Some(5)),
                config(true, None, 5, "bob", Some(7)),
                // Another setting: the lock is still bob's.
                config(true, Some("autosign"), 7, "cat", None),
            ],
            ..TagHistory::default()
        };
        assert_eq!(by(history.setting(|c| c.locked).unwrap()), "bob in 5");
        assert_eq!(by(history.setting(|c| c.perm.clone()).unwrap()), "cat in 7");
        assert_eq!(by(history.setting(|c| c.arches.clone()).unwrap()), "ann in 1");
    }

    #[test]
    fn a_tag_that_was_deleted_begins_anew() {
        let gone = TagHistory { config: vec![config(true, None, 1, "ann", Some(5))], ..TagHistory::default() };
        assert_eq!((gone.now(), gone.setting(|c| c.locked)), (None, None));
        let mut again = gone;
        again.config.push(config(true, None, 9, "bob", None));
        assert_eq!(by(again.setting(|c| c.locked).unwrap()), "bob in 9");
    }

    #[test]
    fn a_further_setting_that_is_gone_was_taken_by_somebody() {
        let extra = |value: Extra, created: u64, revoked: Option<u64>| Version {
            value: ("k".to_owned(), value),
            created: EventId(created),
            creator: "ann".into(),
            revoked: revoked.map(EventId),
            revoker: revoked.map(|_| "bob".into()),
        };
        let mut history = TagHistory {
            extra: vec![extra(Extra::Value(1.into()), 1, Some(3)), extra(Extra::Blocked, 3, Some(4))],
            ..TagHistory::default()
        };
        assert_eq!(history.extra("k"), Present { value: Extra::Unset, by: Some(("bob".into(), EventId(4))) });
        assert_eq!(history.extra("other"), Present { value: Extra::Unset, by: None });
        history.extra.push(extra(Extra::Value(2.into()), 6, None));
        assert_eq!(history.extra("k"), Present { value: Extra::Value(2.into()), by: Some(("ann".into(), EventId(6))) });
    }
}
