// SPDX-License-Identifier: GPL-3.0-or-later
//! Puts packages on a tag's list.

use super::builds::Listing;
use super::{Named, exists};
use crate::Result;
use crate::access::Dimensions;
use crate::koji::{PackageEntry, Tag, User};
use crate::names::{PackageName, TagName, UserName};
use crate::pipeline::{Operation, Readers};
use crate::plan::{PackageChange, Plan};
use serde::{Deserialize, Serialize};

/// Each of `packages` is on the list of `tag`, its own or an inherited one, and not blocked.
///
/// One that is new there gets an entry of `owner`'s; a name the hub has never seen is created. An
/// entry that is there keeps its owner. A lock on the tag does not matter: the hub lets its list be
/// changed all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddPackages {
    /// The tag whose list it is.
    pub tag: TagName,
    /// The packages, in the order in which they are to be added.
    pub packages: Vec<PackageName>,
    /// Who owns them there.
    pub owner: UserName,
}

/// The tag, the owner, and what is listed already.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    tag: Option<Tag>,
    owner: Option<User>,
    listing: Listing,
}

impl AddPackages {
    /// Why a package that has an entry needs none (`Ok`), or cannot get one (`Err`).
    fn judge(&self, entry: &PackageEntry) -> Result<String, String> {
        let (tag, from) = (&self.tag, &entry.tag);
        let others = match &entry.owner {
            Some(owner) if *owner == self.owner => None,
            Some(owner) => Some(format!("owner {owner}")),
            None => Some("no owner".to_owned()),
        };
        match (entry.blocked, from == tag, others) {
            (true, _, _) => Err(format!("it is blocked in {from}; unblock-pkg takes the block away")),
            (false, true, None) => Ok(format!("already listed in {tag}")),
            (false, true, Some(other)) => {
                Err(format!("already listed in {tag} with {other}; add-pkg does not change the owner of an entry"))
            }
            (false, false, None) => Ok(format!("already listed in {tag}, inherited from {from}")),
            (false, false, Some(other)) => Ok(format!("already listed in {tag}, inherited from {from} with {other}")),
        }
    }
}

impl Operation for AddPackages {
    const NAME: &'static str = "koji add-pkg";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new().tag(&self.tag).packages(&self.packages).user(&self.owner)
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        let named = Named::some(&self.packages, "packages")?;
        let koji = services.koji;
        let tag = koji.tag(&self.tag)?;
        let owner = koji.user(&self.owner)?;
        let listing = match tag {
            Some(_) => Listing::of(koji, &self.tag, &named.set())?,
            None => Listing::default(),
        };
        Ok(Seen { tag, owner, listing })
    }

    fn plan(&self, seen: &Seen) -> Result<Plan> {
        let named = Named::some(&self.packages, "packages")?;
        let mut plan = named.plan();
        let tag = exists(&mut plan, &self.tag, seen.tag.as_ref());
        if seen.owner.is_none() {
            plan.refuse(&self.owner, "the hub has no such user");
        }
        if tag.is_none() || seen.owner.is_none() {
            return Ok(plan);
        }
        for package in named.once {
            match seen.listing.entry(package).map(|entry| self.judge(entry)) {
                Some(Ok(why)) => plan.leave_out(package, why),
                Some(Err(why)) => plan.refuse(package, why),
                None => {
                    plan.push(PackageChange::AddPackage {
                        tag: self.tag.clone(),
                        package: package.clone(),
                        owner: self.owner.clone(),
                    });
                }
            }
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::{Hub, names, same};
    use super::*;

    fn hub() -> Hub {
        Hub::new()
            .tag("f43")
            .tag("f43-updates")
            .inherits("f43-updates", &["f43"])
            .locked("f42")
            .user("kim")
            .user("sam")
            .listed("f43", &["bash"])
            .entry("f43", &["nobodys"], None, false)
            .blocked("f43", &["retired"])
            .blocked("f43-updates", &["stopped"])
    }

    fn add_packages(tag: &str, packages: &[&str], owner: &str) -> AddPackages {
        AddPackages { tag: tag.parse().unwrap(), packages: names(packages), owner: owner.parse().unwrap() }
    }

    #[test]
    fn what_is_planned() {
        let table: &[(&str, &str, &[&str], &str, &str)] = &[
            (
                "new ones, one of them named twice",
                "f43",
                &["zsh", "fish", "zsh"],
                "kim",
                "0 add package zsh to f43, owner kim
                 1 add package fish to f43, owner kim
                 - zsh: it is named more than once; once is enough",
            ),
            (
                "half done",
                "f43",
                &["bash", "zsh"],
                "kim",
                "0 add package zsh to f43, owner kim
                 - bash: already listed in f43",
            ),
            (
                "somebody else's",
                "f43",
                &["bash", "nobodys"],
                "sam",
                "! bash: already listed in f43 with owner kim; add-pkg does not change the owner of an entry
                 ! nobodys: already listed in f43 with no owner; add-pkg does not change the owner of an entry",
            ),
            ("inherited", "f43-updates", &["bash"], "kim", "- bash: already listed in f43-updates, inherited from f43"),
            (
                "inherited, somebody else's",
                "f43-updates",
                &["bash", "nobodys"],
                "sam",
                "- bash: already listed in f43-updates, inherited from f43 with owner kim
                 - nobodys: already listed in f43-updates, inherited from f43 with no owner",
            ),
            (
                "blocked here and above",
                "f43-updates",
                &["stopped", "retired", "zsh"],
                "kim",
                "0 add package zsh to f43-updates, owner kim
                 ! stopped: it is blocked in f43-updates; unblock-pkg takes the block away
                 ! retired: it is blocked in f43; unblock-pkg takes the block away",
            ),
            ("a lock keeps no package out", "f42", &["bash"], "kim", "0 add package bash to f42, owner kim"),
            (
                "no such tag, no such owner",
                "f99",
                &["bash"],
                "tom",
                "! f99: the hub has no such tag
                 ! tom: the hub has no such user",
            ),
            ("no such owner", "f43", &["zsh"], "tom", "! tom: the hub has no such user"),
            ("nothing", "f43", &[], "kim", "error: no packages are named"),
        ];
        for (what, tag, packages, owner, expected) in table {
            same(what, &hub().text(&add_packages(tag, packages, owner)), expected);
        }
    }

    #[test]
    fn few_packages_are_looked_up_one_by_one_and_many_in_the_list() {
        let (hub, many) = (hub(), hub());
        let _ = hub.text(&add_packages("f43", &["zsh", "bash", "zsh"], "kim"));
        assert_eq!(hub.calls(), ["getTag f43", "getUser kim", "listPackages f43 x2"]);
        let packages: Vec<_> = (0..201).map(|n| format!("pkg{n}")).collect();
        let packages: Vec<_> = packages.iter().map(String::as_str).collect();
        let plan = many.plan(&add_packages("f43", &packages, "kim")).unwrap();
        assert_eq!(plan.steps().len(), 201);
        assert_eq!(many.calls(), ["getTag f43", "getUser kim", "listPackages f43"]);
    }
}
