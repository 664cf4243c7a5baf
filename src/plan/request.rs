// SPDX-License-Identifier: GPL-3.0-or-later
//! Requests for repositories.

use super::{Key, Reversal};
use crate::names::{EventId, TagName};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One request for a repository that build roots are made from.
#[allow(missing_docs, reason = "the fields are called what the hub calls them")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum RequestChange {
    /// A repository of the tag as it was at this event or later is there, or is being made.
    RequestRepo { tag: TagName, min_event: EventId },
}

impl RequestChange {
    /// The hub takes two requests of one kind for one.
    pub fn key(&self) -> Key {
        Key::request(self.tag())
    }

    /// The tag.
    pub fn tag(&self) -> &TagName {
        match self {
            Self::RequestRepo { tag, .. } => tag,
        }
    }

    /// What a person calls the thing that is changed.
    pub fn subject(&self) -> String {
        self.tag().to_string()
    }

    /// Nothing depends on a repository that nobody uses, and the hub clears it away by itself.
    pub fn reversal(&self) -> Reversal {
        match self {
            Self::RequestRepo { .. } => Reversal::None,
        }
    }
}

impl fmt::Display for RequestChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RequestRepo { tag, min_event } => {
                write!(f, "request a repository of {tag} as of event {min_event} or later")
            }
        }
    }
}
