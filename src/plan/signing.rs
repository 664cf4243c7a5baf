// SPDX-License-Identifier: GPL-3.0-or-later
//! Every change to signed rpms.

use super::{BuildRef, Key, Reversal};
use crate::names::{Nvra, RpmId, SigKey};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An rpm by both of its names: people read the long one, the hub is told the number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RpmRef {
    /// Its name.
    pub nvra: Nvra,
    /// Its number.
    pub id: RpmId,
}

/// One change to an rpm of a build.
#[allow(missing_docs, reason = "the fields are called what the hub calls them")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum SigningChange {
    /// There is a file of the rpm with the key's signature, which the hub knows.
    WriteSigned { build: BuildRef, rpm: RpmRef, key: SigKey },
    /// There is no such file any more. The hub still knows the signature.
    RemoveSigned { build: BuildRef, rpm: RpmRef, key: SigKey, bytes: u64 },
}

impl SigningChange {
    /// Files of one build lie together.
    pub fn key(&self) -> Key {
        Key::signing(&self.build().nvr)
    }

    /// The build whose rpm it is.
    pub fn build(&self) -> &BuildRef {
        let (Self::WriteSigned { build, .. } | Self::RemoveSigned { build, .. }) = self;
        build
    }

    /// The rpm.
    pub fn rpm(&self) -> &RpmRef {
        let (Self::WriteSigned { rpm, .. } | Self::RemoveSigned { rpm, .. }) = self;
        rpm
    }

    /// The key that it is signed with.
    pub fn sigkey(&self) -> &SigKey {
        let (Self::WriteSigned { key, .. } | Self::RemoveSigned { key, .. }) = self;
        key
    }

    /// What a person calls the thing that is changed.
    pub fn subject(&self) -> String {
        self.rpm().nvra.to_string()
    }

    /// How much of a batch it fills. A file is written while the hub is waited for, so few of them go
    /// together: whoever stops a run waits for the batch.
    pub fn share(&self) -> usize {
        match self {
            Self::WriteSigned { .. } => 10,
            Self::RemoveSigned { .. } => 1,
        }
    }

    /// The room that it gives back on the hub's disks, in bytes.
    pub fn frees(&self) -> u64 {
        match self {
            Self::WriteSigned { .. } => 0,
            Self::RemoveSigned { bytes, .. } => *bytes,
        }
    }

    /// Whether it can be seen afterwards.
    pub fn can_be_read_back(&self) -> bool {
        match self {
            Self::WriteSigned { .. } => false,
            Self::RemoveSigned { .. } => true,
        }
    }

    /// How it can be taken back. Whether there was a file before one was asked for, nobody knows: so none
    /// is taken away.
    pub fn reversal(&self) -> Reversal {
        match self {
            Self::WriteSigned { .. } => Reversal::None,
            Self::RemoveSigned { .. } => Reversal::MayBeRefused(
                "the hub writes a copy anew for who may sign, and while it has the rpm and its signature",
            ),
        }
    }

    /// What takes it back, if anything does.
    pub fn inverse(&self) -> Option<Self> {
        match self {
            Self::WriteSigned { .. } => None,
            Self::RemoveSigned { build, rpm, key, .. } => {
                Some(Self::WriteSigned { build: build.clone(), rpm: rpm.clone(), key: *key })
            }
        }
    }
}

impl fmt::Display for SigningChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WriteSigned { rpm, key, .. } => write!(f, "write {} signed with {key}", rpm.nvra),
            Self::RemoveSigned { rpm, key, .. } => write!(f, "remove the copy of {} signed with {key}", rpm.nvra),
        }
    }
}
