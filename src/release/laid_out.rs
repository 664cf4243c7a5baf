// SPDX-License-Identifier: GPL-3.0-or-later
//! A release together with its layout.

use super::alias::{Role, role};
use super::directory::Known;
use super::layout::{self, Layout, Phase, Tree, Wanted};
use crate::bodhi::Record;
use crate::names::ReleaseAlias;
use crate::{Error, Result};

/// A release, the layout that is for it, and what it is among all.
#[derive(Debug, Clone, Copy)]
pub struct LaidOut<'a> {
    /// The release.
    pub release: &'a Record,
    /// Its layout.
    pub layout: &'a Layout,
    /// What it is.
    pub role: Role,
    /// The version of the newest release, for what hangs on it.
    rawhide: Option<&'a str>,
}

impl Known {
    /// The release that is called so, with the layout that is for it.
    ///
    /// # Errors
    /// As [`Known::find`]; and no layout is for it.
    pub fn laid_out<'a>(&'a self, alias: &ReleaseAlias, layouts: &'a [Layout]) -> Result<LaidOut<'a>> {
        let release = self.find(alias, layouts)?;
        let layout = layout::of(layouts, release).ok_or_else(|| {
            let families: Vec<&str> = layouts.iter().map(Layout::family).collect();
            Error::failed(format!("no layout is for {} ({} {})", release.name, release.id_prefix, release.version))
                .hint(format!("layouts: {}; --layout FILE names another", families.join(", ")))
        })?;
        let all = &self.releases;
        let newest = all.iter().find(|release| role(release, all) == Role::Rawhide);
        Ok(LaidOut {
            release,
            layout,
            role: role(release, all),
            rawhide: newest.map(|release| release.version.as_str()),
        })
    }
}

impl LaidOut<'_> {
    /// The tree that it is to have in a phase; `parts`: only these, none: all.
    pub fn tree(&self, phase: Phase, parts: &[String]) -> Result<Tree> {
        let version = &self.release.version;
        self.layout.expand(&Wanted { version, role: self.role, rawhide: self.rawhide, phase, parts })
    }
}
