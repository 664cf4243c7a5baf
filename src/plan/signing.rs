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
}

impl SigningChange {
    /// Files of one build lie together.
    pub fn key(&self) -> Key {
        let Self::WriteSigned { build, .. } = self;
        Key::signing(&build.nvr)
    }

    /// The build whose rpm it is.
    pub fn build(&self) -> &BuildRef {
        let Self::WriteSigned { build, .. } = self;
        build
    }

    /// The rpm.
    pub fn rpm(&self) -> &RpmRef {
        let Self::WriteSigned { rpm, .. } = self;
        rpm
    }

    /// The key that it is signed with.
    pub fn sigkey(&self) -> &SigKey {
        let Self::WriteSigned { key, .. } = self;
        key
    }

    /// How it can be taken back: no call of the hub takes a file away.
    pub fn reversal(&self) -> Reversal {
        let Self::WriteSigned { .. } = self;
        Reversal::None
    }
}

impl fmt::Display for SigningChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::WriteSigned { rpm, key, .. } = self;
        write!(f, "write {} signed with {key}", rpm.nvra)
    }
}
