// SPDX-License-Identifier: GPL-3.0-or-later
//! Lists the packages of a tag.

use super::users::known;
use crate::Result;
use crate::access::Dimensions;
use crate::koji::{Inherit, PackageEntry};
use crate::names::{PackageName, TagName, UserName};
use crate::pipeline::{Question, Readers};

/// Which entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Listed {
    /// All.
    #[default]
    All,
    /// Those that keep builds out.
    Blocked,
    /// Those that do not.
    Unblocked,
}

/// The package list of `tag`.
#[derive(Debug, Clone)]
pub struct ListPackages {
    /// The tag.
    pub tag: TagName,
    /// Whether inherited entries count.
    pub inherit: Inherit,
    /// Blocked or not.
    pub listed: Listed,
    /// Only entries of this owner.
    pub owner: Option<UserName>,
    /// Only this package.
    pub package: Option<PackageName>,
}

impl Question for ListPackages {
    const NAME: &'static str = "koji list-pkgs";
    /// In the order of names.
    type Answer = Vec<PackageEntry>;

    fn dimensions(&self) -> Dimensions {
        let about = Dimensions::new()
            .tag(&self.tag)
            .packages(&self.package)
            .option("--inherit", self.inherit == Inherit::Inherited)
            .option("--blocked", self.listed == Listed::Blocked)
            .option("--unblocked", self.listed == Listed::Unblocked)
            .option("--owner", self.owner.is_some())
            .option("--package", self.package.is_some());
        match &self.owner {
            Some(owner) => about.user(owner),
            None => about,
        }
    }

    fn ask(&self, services: &Readers<'_>) -> Result<Self::Answer> {
        let koji = services.koji;
        let mut entries = match &self.package {
            None => koji.package_list(&self.tag, self.inherit)?,
            Some(package) => koji
                .package_entries(&self.tag, std::slice::from_ref(package), self.inherit)?
                .into_iter()
                .flatten()
                .collect(),
        };
        if entries.is_empty() {
            super::is_there(koji, &self.tag)?;
        }
        entries.retain(|entry| {
            let listed = match self.listed {
                Listed::All => true,
                Listed::Blocked => entry.blocked,
                Listed::Unblocked => !entry.blocked,
            };
            listed && (self.owner.is_none() || entry.owner == self.owner)
        });
        if entries.is_empty() {
            known(self.owner.as_ref(), koji)?;
        }
        Ok(entries)
    }
}
