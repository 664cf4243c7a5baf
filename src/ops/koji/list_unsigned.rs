// SPDX-License-Identifier: GPL-3.0-or-later
//! Lists rpms that are not signed with a key.

use super::rpms::RpmsOf;
use crate::access::Dimensions;
use crate::koji::Rpm;
use crate::names::{Nvr, SigKey};
use crate::pipeline::{Question, Readers};
use crate::{Error, Result};

/// The rpms of `of` without a signature of `key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListUnsigned {
    /// Whose rpms.
    pub of: RpmsOf,
    /// The key.
    pub key: SigKey,
}

/// What lacks the key, and how much was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unsigned {
    /// Builds that lack it, in the order of their names.
    pub builds: Vec<UnsignedBuild>,
    /// How many builds were looked at, those without rpms included.
    pub looked_at: usize,
    /// How many rpms.
    pub rpms: usize,
}

/// A build with rpms that lack the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsignedBuild {
    /// The build.
    pub nvr: Nvr,
    /// How many rpms it has.
    pub of: usize,
    /// Those that lack the key, in the order of their names.
    pub rpms: Vec<Rpm>,
}

impl Unsigned {
    /// How many rpms lack the key.
    pub fn count(&self) -> usize {
        self.builds.iter().map(|build| build.rpms.len()).sum()
    }
}

impl Question for ListUnsigned {
    const NAME: &'static str = "koji list-unsigned";
    type Answer = Unsigned;

    fn dimensions(&self) -> Dimensions {
        self.of.dimensions().key(self.key)
    }

    fn ask(&self, services: &Readers<'_>) -> Result<Unsigned> {
        let found = self.of.read(services.koji)?;
        if !found.without.is_empty() {
            let all: Vec<String> = found.without.iter().map(|(nvr, why)| format!("{nvr}: {why}")).collect();
            return Err(Error::failed(all.join("; ")));
        }
        let mut answer = Unsigned { looked_at: found.builds.len(), ..Unsigned::default() };
        for build in found.builds {
            let of = build.rpms.len();
            answer.rpms += of;
            let mut rpms: Vec<Rpm> = build.rpms.into_iter().filter(|rpm| !rpm.is_signed_with(self.key)).collect();
            if rpms.is_empty() {
                continue;
            }
            rpms.sort_by(|a, b| a.nvra.cmp(&b.nvra));
            answer.builds.push(UnsignedBuild { nvr: build.nvr, of, rpms });
        }
        answer.builds.sort_by(|a, b| a.nvr.cmp(&b.nvr));
        Ok(answer)
    }
}
