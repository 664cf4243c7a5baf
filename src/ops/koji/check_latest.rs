// SPDX-License-Identifier: GPL-3.0-or-later
//! Finds packages whose latest build is not their newest one.

use super::builds::{Contents, Listing};
use crate::Result;
use crate::access::Dimensions;
use crate::koji::{BuildState, TagRow};
use crate::names::{Nvr, PackageName, TagName};
use crate::pipeline::{Question, Readers};
use std::collections::BTreeSet;

/// Of which packages is the build that koji calls the latest in `tag` older than another one there?
#[derive(Debug, Clone)]
pub struct CheckLatest {
    /// The tag.
    pub tag: TagName,
    /// Whether a newer build in a tag that it inherits from counts too: it is hidden by the older one.
    pub parents: bool,
}

/// One package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// Its name.
    pub package: PackageName,
    /// The latest build by the order of tagging.
    pub latest: Nvr,
    /// The tag it is in.
    pub latest_tag: TagName,
    /// The build of the highest version.
    pub highest: Nvr,
    /// The tag it is in.
    pub highest_tag: TagName,
}

impl Question for CheckLatest {
    const NAME: &'static str = "koji check-latest";
    /// In the order of packages.
    type Answer = Vec<Hidden>;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new().tag(&self.tag).option("--parents", self.parents)
    }

    /// The rows of each tag in one call; none for a package. Packages that are blocked or not listed
    /// have no latest build.
    fn ask(&self, services: &Readers<'_>) -> Result<Self::Answer> {
        let koji = services.koji;
        let mut tags = vec![(self.tag.clone(), Contents::whole(koji, &self.tag)?)];
        let listing = Listing::whole(koji, &self.tag)?;
        if listing.iter().next().is_none() {
            super::is_there(koji, &self.tag)?;
        }
        let parents = if self.parents { koji.inheritance(&self.tag)? } else { Vec::new() };
        let mut met = BTreeSet::from([self.tag.clone()]);
        for parent in parents.into_iter().map(|parent| parent.name).filter(|name| met.insert(name.clone())) {
            let contents = Contents::whole(koji, &parent)?;
            tags.push((parent, contents));
        }
        let packages: BTreeSet<&PackageName> =
            tags.iter().flat_map(|(_, contents)| contents.iter().map(|(package, _)| package)).collect();
        let visible = packages.into_iter().filter(|package| listing.keeps_out(&self.tag, package).is_none());
        Ok(visible.filter_map(|package| hidden(package, &tags)).collect())
    }
}

/// `tags`: the nearest first; the first that has a build decides.
fn hidden(package: &PackageName, tags: &[(TagName, Contents)]) -> Option<Hidden> {
    let rows = tags.iter().flat_map(|(tag, contents)| contents.rows(package).iter().map(move |row| (tag, row)));
    let all: Vec<(&TagName, &TagRow)> = rows.filter(|(_, row)| row.state == BuildState::Complete).collect();
    let nearest = all.first()?.0;
    let (latest_tag, latest) = all.iter().rfind(|(tag, _)| *tag == nearest)?;
    let (highest_tag, highest) = all.iter().max_by_key(|(_, row)| row.evr())?;
    (highest.evr() > latest.evr()).then(|| Hidden {
        package: package.clone(),
        latest: latest.nvr.clone(),
        latest_tag: (*latest_tag).clone(),
        highest: highest.nvr.clone(),
        highest_tag: (*highest_tag).clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::hub::Hub;
    use super::*;

    fn found(hub: &Hub, parents: bool) -> Vec<String> {
        let question = CheckLatest { tag: "f43".parse().unwrap(), parents };
        let found = question.ask(&Readers { koji: hub }).unwrap();
        let text = |h: &Hidden| format!("{} in {} hides {} in {}", h.latest, h.latest_tag, h.highest, h.highest_tag);
        found.iter().map(text).collect()
    }

    fn hub() -> Hub {
        Hub::new()
            .tag("f43")
            .tag("f42")
            .inherits("f43", &["f42"])
            .listed("f42", &["a", "b", "c", "d", "e", "f"])
            .blocked("f43", &["python2"])
            .build_in("e-2-1", BuildState::Deleted)
            .tagged("f43", &["a-1.10-1", "a-1.9-1", "0:b-1-1", "b-01-1", "c-1-1", "1:d-1-1", "d-2-1", "e-2-1", "e-1-1"])
            .tagged("f43", &["python2-2-1", "python2-1-1", "unlisted-2-1", "unlisted-1-1"])
            .tagged("f42", &["c-2-1", "f-2-1", "f-1-1"])
    }

    #[test]
    fn an_order_that_is_not_that_of_versions_is_found() {
        let hub = hub();
        let own = ["a-1.9-1 in f43 hides a-1.10-1 in f43", "d-2-1 in f43 hides d-1-1 in f43"];
        assert_eq!(found(&hub, false), own);
        assert_eq!(hub.calls(), ["queryHistory f43", "listPackages f43"]);
    }

    #[test]
    fn newer_builds_in_parents_are_hidden_too() {
        let hub = hub();
        assert_eq!(
            found(&hub, true),
            [
                "a-1.9-1 in f43 hides a-1.10-1 in f43",
                "c-1-1 in f43 hides c-2-1 in f42",
                "d-2-1 in f43 hides d-1-1 in f43",
                "f-1-1 in f42 hides f-2-1 in f42",
            ]
        );
        let calls = ["queryHistory f43", "listPackages f43", "getFullInheritance f43", "queryHistory f42"];
        assert_eq!(hub.calls(), calls);
    }
}
