// SPDX-License-Identifier: GPL-3.0-or-later
//! Package lists of tags.

use super::encode::Ask;
use super::hub::Hub;
use super::wire::List;
use super::{Fault, Inherit, PackageEntry, Reader};
use crate::Result;
use crate::names::{EventId, PackageName, TagName};

impl Hub {
    pub(super) fn packages_in(&self, tag: &TagName, inherit: Inherit) -> Result<Vec<PackageEntry>> {
        let mut list: Vec<PackageEntry> = self.list_of(tag, Self::list_packages(tag, None, inherit))?;
        list.sort();
        Ok(list)
    }

    pub(super) fn packages_in_at(&self, tag: &TagName, event: EventId) -> Result<Vec<PackageEntry>> {
        let ask = Self::list_packages(tag, None, Inherit::Inherited).named("event", event.0);
        let mut list = self.all("listPackages", self.get(ask)?)?;
        list.sort();
        Ok(list)
    }

    pub(super) fn entries_of(
        &self,
        tag: &TagName,
        packages: &[PackageName],
        inherit: Inherit,
    ) -> Result<Vec<Option<PackageEntry>>> {
        const METHOD: &str = "listPackages";
        let asks = packages.iter().map(|package| Self::list_packages(tag, Some(package), inherit));
        let answers = self.get_all::<List<PackageEntry>>(asks)?;
        let mut doubtful: Vec<(&PackageName, Fault)> = Vec::new();
        let mut entries = Vec::with_capacity(packages.len());
        for (answer, package) in answers.into_iter().zip(packages) {
            entries.push(match answer {
                Ok(list) => {
                    let mut list = self.all(METHOD, list)?;
                    list.retain(|entry| entry.package == *package);
                    list.into_iter().next()
                }
                Err(fault) => {
                    doubtful.push((package, fault));
                    None
                }
            });
        }
        if let Some((_, fault)) = doubtful.first() {
            if self.tag(tag)?.is_none() {
                return Err(self.unknown("tag", &[tag.as_str()]));
            }
            let names: Vec<&PackageName> = doubtful.iter().map(|(name, _)| *name).collect();
            if self.knows_packages(&names)?.contains(&true) {
                return Err(self.faulted(METHOD, fault));
            }
        } else if packages.is_empty() && self.tag(tag)?.is_none() {
            return Err(self.unknown("tag", &[tag.as_str()]));
        }
        Ok(entries)
    }

    fn list_packages(tag: &TagName, package: Option<&PackageName>, inherit: Inherit) -> Ask {
        Ask::new("listPackages")
            .named("tagID", tag.as_str())
            .maybe("pkgID", package.map(PackageName::as_str))
            .named("inherited", inherit == Inherit::Inherited)
            .named("with_blocked", true)
    }
}
