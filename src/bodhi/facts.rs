// SPDX-License-Identifier: GPL-3.0-or-later
//! What Bodhi says of releases, in flr's own types. Only the fields flr uses; Bodhi may send more.

use crate::names::TagName;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a release stands, for Bodhi. The set is open: later versions may know more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum State {
    /// Known and not in use.
    Disabled,
    /// To be released: Rawhide, and branched ones outside of a freeze.
    Pending,
    /// To be released, and only chosen updates become stable.
    Frozen,
    /// Released.
    Current,
    /// At its end of life.
    Archived,
    /// Something flr does not know, as Bodhi writes it.
    Other(String),
}

impl State {
    /// The word as Bodhi writes it. May be foreign text.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Disabled => "disabled",
            Self::Pending => "pending",
            Self::Frozen => "frozen",
            Self::Current => "current",
            Self::Archived => "archived",
            Self::Other(word) => word,
        }
    }
}

impl From<String> for State {
    fn from(word: String) -> Self {
        match word.as_str() {
            "disabled" => Self::Disabled,
            "pending" => Self::Pending,
            "frozen" => Self::Frozen,
            "current" => Self::Current,
            "archived" => Self::Archived,
            _ => Self::Other(word),
        }
    }
}

impl From<State> for String {
    fn from(state: State) -> Self {
        state.as_str().to_owned()
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A release as Bodhi records it. A tag that Bodhi leaves empty is `None`, and so is everything that
/// another source than Bodhi cannot say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// `F43`, `F43F`, `EPEL-10.1`, `ELN`: unique.
    pub name: String,
    /// For people: `Fedora 43`.
    pub long_name: String,
    /// `43`, `10.1`, `eln`: a text.
    pub version: String,
    /// What its updates' names begin with: `FEDORA`, `FEDORA-EPEL`, `FEDORA-FLATPAK`.
    pub id_prefix: String,
    /// The branch of its packages: `f43`, `rawhide`, `epel10`. Variants of a release share one.
    pub branch: String,
    /// Where it stands; `None` if only Bodhi could say and was not heard.
    pub state: Option<State>,
    /// Where everything of it inherits from in the end.
    pub dist_tag: Option<TagName>,
    /// Where updates go that became stable.
    pub stable_tag: Option<TagName>,
    /// Where updates are tested.
    pub testing_tag: Option<TagName>,
    /// Where builds go first.
    pub candidate_tag: Option<TagName>,
    /// Where builds wait to be signed.
    pub pending_signing_tag: Option<TagName>,
    /// Where builds wait for testing.
    pub pending_testing_tag: Option<TagName>,
    /// Where builds wait to become stable.
    pub pending_stable_tag: Option<TagName>,
    /// What build roots have before it is an update.
    pub override_tag: Option<TagName>,
    /// Bodhi makes its repositories: only after updates are activated.
    pub composed_by_bodhi: Option<bool>,
    /// Every build becomes an update by itself: only before.
    pub create_automatic_updates: Option<bool>,
    /// `dnf`, `unspecified`.
    pub package_manager: Option<String>,
    /// The repository of updates that are tested.
    pub testing_repository: Option<String>,
    /// Day, as Bodhi writes it: `2025-10-28`.
    pub released_on: Option<String>,
    /// The last day, as Bodhi writes it.
    pub eol: Option<String>,
}

/// A field of a record: its name at Bodhi, and its value as text; `None` if there is none.
#[derive(Clone, Copy)]
pub struct Field {
    /// Its name at Bodhi.
    pub name: &'static str,
    /// Its value as text.
    pub value: fn(&Record) -> Option<String>,
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

macro_rules! field {
    ($name:ident, text) => {
        Field { name: stringify!($name), value: |record| Some(record.$name.clone()) }
    };
    ($name:ident, maybe) => {
        Field { name: stringify!($name), value: |record| record.$name.as_ref().map(ToString::to_string) }
    };
}

/// All fields, in the order in which they are shown.
pub const FIELDS: [Field; 20] = [
    field!(name, text),
    field!(long_name, text),
    field!(version, text),
    field!(id_prefix, text),
    field!(branch, text),
    field!(state, maybe),
    field!(dist_tag, maybe),
    field!(stable_tag, maybe),
    field!(testing_tag, maybe),
    field!(candidate_tag, maybe),
    field!(pending_signing_tag, maybe),
    field!(pending_testing_tag, maybe),
    field!(pending_stable_tag, maybe),
    field!(override_tag, maybe),
    field!(composed_by_bodhi, maybe),
    field!(create_automatic_updates, maybe),
    field!(package_manager, maybe),
    field!(testing_repository, maybe),
    field!(released_on, maybe),
    field!(eol, maybe),
];

/// A record that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    /// Its name, as far as it has one.
    pub name: String,
    /// What is wrong with it.
    pub why: String,
}

/// All records of a Bodhi.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Records {
    /// Those that can be used, in the order of names.
    pub releases: Vec<Record>,
    /// Those that cannot: one of them must neither hide the others nor pass unnoticed.
    pub unreadable: Vec<Unreadable>,
}
