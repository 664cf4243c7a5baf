// SPDX-License-Identifier: GPL-3.0-or-later
//! Shows one release.

use crate::Result;
use crate::access::Dimensions;
use crate::bodhi::Record;
use crate::names::ReleaseAlias;
use crate::pipeline::{Question, Readers};
use crate::release::layout::Layout;
use crate::release::{Known, Lookup, Role, role};

/// The release that is called so.
pub struct ReleaseInfo<'a> {
    /// What it is called.
    pub alias: ReleaseAlias,
    /// Whether only one field of it is wanted.
    pub one_field: bool,
    /// Who knows it.
    pub directory: &'a dyn Lookup,
    /// What tells releases from their variants.
    pub layouts: &'a [Layout],
}

/// What was found.
#[derive(Debug)]
pub struct Shown {
    /// The release.
    pub release: Record,
    /// Its role.
    pub role: Role,
    /// Where it is known from, and what people should know about that.
    pub known: Known,
}

impl ReleaseInfo<'_> {
    /// What such a request is about.
    pub fn about(alias: &ReleaseAlias, one_field: bool) -> Dimensions {
        Dimensions::new().releases([alias]).option("--field", one_field)
    }
}

impl Question for ReleaseInfo<'_> {
    const NAME: &'static str = "release info";
    type Answer = Shown;

    fn dimensions(&self) -> Dimensions {
        Self::about(&self.alias, self.one_field)
    }

    fn ask(&self, services: &Readers<'_>) -> Result<Shown> {
        let known = self.directory.releases(services.koji)?;
        let release = known.find(&self.alias, self.layouts)?.clone();
        Ok(Shown { role: role(&release, &known.releases), release, known })
    }
}
