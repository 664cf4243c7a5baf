// SPDX-License-Identifier: GPL-3.0-or-later
//! Every change to the external repositories that a tag draws from.

use super::{Key, Reversal};
use crate::koji::RepoLink;
use crate::names::TagName;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One change to a tag's link to an external repository, which the hub knows by name.
#[allow(missing_docs, reason = "the fields are called what the hub calls them")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum RepoChange {
    /// The tag draws from the repository that way, and did not draw from it.
    AddExternalRepo { tag: TagName, repo: RepoLink },
    /// The tag draws from the repository, from which it drew otherwise, that way.
    EditExternalRepo { tag: TagName, repo: RepoLink, before: RepoLink },
    /// The tag does not draw from the repository.
    RemoveExternalRepo { tag: TagName, before: RepoLink },
}

impl RepoChange {
    /// A tag has each priority once: one goes before another comes.
    pub fn key(&self) -> Key {
        Key::structure()
    }

    /// The tag it changes.
    pub fn tag(&self) -> &TagName {
        match self {
            Self::AddExternalRepo { tag, .. }
            | Self::EditExternalRepo { tag, .. }
            | Self::RemoveExternalRepo { tag, .. } => tag,
        }
    }

    /// The repository's name.
    pub fn repo(&self) -> &str {
        match self {
            Self::AddExternalRepo { repo, .. }
            | Self::EditExternalRepo { repo, .. }
            | Self::RemoveExternalRepo { before: repo, .. } => &repo.name,
        }
    }

    /// What a person calls the thing that is changed.
    pub fn subject(&self) -> String {
        format!("external repo {}", self.repo())
    }

    /// How it can be taken back.
    pub fn reversal(&self) -> Reversal {
        match self {
            Self::AddExternalRepo { .. } | Self::EditExternalRepo { .. } | Self::RemoveExternalRepo { .. } => {
                Reversal::Exact
            }
        }
    }

    /// The change that takes this one back.
    pub fn inverse(&self) -> Self {
        match self.clone() {
            Self::AddExternalRepo { tag, repo } => Self::RemoveExternalRepo { tag, before: repo },
            Self::EditExternalRepo { tag, repo, before } => Self::EditExternalRepo { tag, repo: before, before: repo },
            Self::RemoveExternalRepo { tag, before } => Self::AddExternalRepo { tag, repo: before },
        }
    }
}

impl fmt::Display for RepoChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddExternalRepo { tag, repo } => write!(f, "add external repo {} to {tag}, {repo}", repo.name),
            Self::EditExternalRepo { tag, repo, .. } => {
                write!(f, "change how {tag} draws from external repo {}: {repo}", repo.name)
            }
            Self::RemoveExternalRepo { tag, before } => {
                write!(f, "remove external repo {} from {tag}", before.name)
            }
        }
    }
}
