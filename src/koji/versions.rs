// SPDX-License-Identifier: GPL-3.0-or-later
//! What tags and targets were and are: rows that a hub ends and begins, never changes.

use super::settings::{ParentLink, Target};
use crate::names::{EventId, TagName};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

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
#[derive(Debug, Clone, PartialEq)]
pub struct Version<T> {
    /// What holds.
    pub value: T,
    /// The event it begins with.
    pub created: EventId,
    /// The time of that, seconds since 1970, UTC.
    pub began: f64,
    /// Who began it.
    pub creator: String,
    /// The event it ended with, if it has ended.
    pub revoked: Option<EventId>,
    /// Who ended it.
    pub revoker: Option<String>,
}

impl<T> Version<T> {
    /// The same time of something else.
    pub fn map<U>(self, of: impl FnOnce(T) -> U) -> Version<U> {
        let Self { value, created, began, creator, revoked, revoker } = self;
        Version { value: of(value), created, began, creator, revoked, revoker }
    }

    /// Whether it held at an event, or holds now.
    pub fn held(&self, event: Option<EventId>) -> bool {
        match event {
            None => self.revoked.is_none(),
            Some(event) => self.created <= event && self.revoked.is_none_or(|revoked| event < revoked),
        }
    }

    /// Whether it holds now.
    pub fn active(&self) -> bool {
        self.revoked.is_none()
    }
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

impl TagConfig {
    /// Whether its architectures are these. An empty text is none too: it is what a hub stores when it makes a
    /// tag without them.
    pub fn has_arches(&self, arches: Option<&str>) -> bool {
        self.arches.as_deref().unwrap_or_default() == arches.unwrap_or_default()
    }
}

/// All that a tag was and is, each list oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TagHistory {
    /// Its settings. None that holds: there is no such tag.
    pub config: Vec<Version<TagConfig>>,
    /// Its further settings, by name.
    pub extra: Vec<Version<(String, Extra)>>,
    /// Its links to its parents.
    pub parents: Vec<Version<ParentLink>>,
    /// The tags that inherit from it.
    pub children: Vec<Version<TagName>>,
}

/// The tags of a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetTags {
    /// The tag that build roots are made from.
    pub build_tag: TagName,
    /// The tag that finished builds go to.
    pub dest_tag: TagName,
}

impl From<&Target> for TargetTags {
    fn from(target: &Target) -> Self {
        Self { build_tag: target.build_tag.clone(), dest_tag: target.dest_tag.clone() }
    }
}

impl fmt::Display for TargetTags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "from {} to {}", self.build_tag, self.dest_tag)
    }
}

/// All that a target was and is, oldest first.
pub type TargetHistory = Vec<Version<TargetTags>>;

/// What holds now, or nothing; and who made it so. `None`: it was never otherwise.
pub(super) fn last<'a, T: 'a>(versions: impl Iterator<Item = &'a Version<T>> + Clone) -> Present<Option<&'a T>> {
    if let Some(now) = versions.clone().filter(|version| version.revoked.is_none()).last() {
        return Present { value: Some(&now.value), by: Some((now.creator.clone(), now.created)) };
    }
    let ended = versions.filter_map(|version| Some((version.revoker.clone().unwrap_or_default(), version.revoked?)));
    Present { value: None, by: ended.max_by_key(|(_, event)| *event) }
}

/// The tags of a target that is there, and who made it so.
pub fn target_now(history: &TargetHistory) -> Present<Option<&TargetTags>> {
    last(history.iter())
}

impl TagHistory {
    /// The settings that hold; `None`: there is no such tag.
    pub fn now(&self) -> Option<&TagConfig> {
        self.at(None)
    }

    /// The settings that held at an event, or hold; `None`: there was no such tag.
    pub fn at(&self, event: Option<EventId>) -> Option<&TagConfig> {
        self.config.iter().rfind(|version| version.held(event)).map(|version| &version.value)
    }

    /// The further settings that had a value at an event, or have one.
    pub fn extras_at(&self, event: Option<EventId>) -> BTreeMap<String, Value> {
        let held = self.extra.iter().filter(|version| version.held(event));
        held.filter_map(|version| match &version.value {
            (key, Extra::Value(value)) => Some((key.clone(), value.clone())),
            (_, Extra::Unset | Extra::Blocked) => None,
        })
        .collect()
    }

    /// The links to parents that held at an event, or hold.
    pub fn parents_at(&self, event: Option<EventId>) -> impl Iterator<Item = &ParentLink> {
        self.parents.iter().filter(move |version| version.held(event)).map(|version| &version.value)
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

    /// When the tag that is there was made: the event and its time.
    pub fn made(&self) -> Option<(EventId, f64)> {
        let first = self.setting(|_| ())?.by?.1;
        let version = self.config.iter().find(|version| version.created == first)?;
        Some((version.created, version.began))
    }

    /// Who deleted the tag last, and when.
    pub fn ended(&self) -> Option<(String, EventId)> {
        let ended = self.config.iter().rev().filter(|version| version.revoked.is_some());
        let (version, event) =
            ended.filter_map(|version| Some((version, version.revoked?))).max_by_key(|(_, event)| *event)?;
        Some((version.revoker.clone().unwrap_or_default(), event))
    }

    /// One of the further settings, and who made it so.
    pub fn extra(&self, key: &str) -> Present<Extra> {
        let Present { value, by } = last(self.extra.iter().filter(|version| version.value.0 == key));
        Present { value: value.map_or(Extra::Unset, |(_, value)| value.clone()), by }
    }

    /// The link to a parent, and who made or ended it.
    pub fn link(&self, parent: &TagName) -> Present<Option<&ParentLink>> {
        last(self.parents.iter().filter(|version| version.value.parent == *parent))
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
            began: 0.0,
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
            began: 0.0,
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
