// SPDX-License-Identifier: GPL-3.0-or-later
//! Gives the packages of a release to those whom dist-git names.

use super::builds::Listing;
use super::{base_tag, exists};
use crate::access::Dimensions;
use crate::distgit;
use crate::koji::{PackageEntry, Reader, Tag};
use crate::names::{PackageName, ReleaseAlias, TagName, UserName};
use crate::ops::release::{NamesRelease, OpenDistGit};
use crate::pipeline::{Operation, Readers};
use crate::plan::{PackageChange, Plan};
use crate::release::layout::Layout;
use crate::release::{Known, Role, role};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The request as people make it.
#[derive(Debug, Clone)]
pub struct OwnersOf {
    /// What the release is called.
    pub release: ReleaseAlias,
    /// Only these packages; none: all that dist-git has.
    pub only: Vec<PackageName>,
    /// The namespace of the packages.
    pub namespace: String,
    /// Where dist-git's list of owners is, if it was named.
    pub at: Option<String>,
    /// Where its list of retired packages is, if it was named.
    pub retired_at: Option<String>,
    /// Whose packages are whose, as dist-git says.
    pub owners: distgit::Owners,
    /// What is retired in the release's branch; read only where that decides what is added.
    pub retired: BTreeSet<PackageName>,
}

/// Each package on the list of the release's base tag has the owner that dist-git names, and those that are missing
/// and belong there are on it.
///
/// What is listed stays listed and blocked as it is, and so do packages that dist-git does not have. An entry can
/// hardly be taken back, and dist-git's list of owners says nothing of branches: all its packages belong into Rawhide
/// unless they are retired there, and elsewhere only those that are named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyncOwners {
    /// What the release is called.
    pub release: ReleaseAlias,
    /// Its base tag.
    pub tag: TagName,
    /// The namespace of the packages at dist-git.
    pub namespace: String,
    /// The packages that were named; none: all.
    pub only: Vec<PackageName>,
    /// The owners.
    pub owners: BTreeMap<PackageName, UserName>,
    /// The packages without one, and why.
    pub without: BTreeMap<PackageName, String>,
    /// Whether missing packages are added; older journals do not say, and they were.
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub adds: bool,
    /// Packages that are retired, so that they are not added.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub retired: BTreeSet<PackageName>,
}

fn yes() -> bool {
    true
}

/// The tag, what is listed there, and which of the owners the hub knows.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    tag: Option<Tag>,
    listing: Listing,
    users: BTreeSet<UserName>,
}

impl NamesRelease for OwnersOf {
    type Request = SyncOwners;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new()
            .releases([&self.release])
            .packages(&self.only)
            .option("--package", !self.only.is_empty())
            .option("--namespace", self.namespace != distgit::RPMS)
    }

    fn informed(self, known: &Known, layouts: &[Layout], dist_git: OpenDistGit<'_>) -> Result<Self> {
        let release = known.find(&self.release, layouts)?;
        let files = dist_git(distgit::Named { owners: self.at.as_deref(), retired: self.retired_at.as_deref() })?;
        let owners = distgit::Reader::owners(&files, &self.namespace)?;
        let retired = match self.only.is_empty() && role(release, &known.releases) == Role::Rawhide {
            true => distgit::Reader::retired(&files, &release.branch, &self.namespace)?,
            false => BTreeSet::new(),
        };
        Ok(Self { owners, retired, ..self })
    }

    fn resolve(self, known: &Known, layouts: &[Layout], _koji: &dyn Reader) -> Result<SyncOwners> {
        let found = known.find(&self.release, layouts)?;
        let tag = base_tag(found)?;
        let adds = !self.only.is_empty() || role(found, &known.releases) == Role::Rawhide;
        let (mut owners, mut without) = (BTreeMap::new(), BTreeMap::new());
        let wanted: BTreeSet<&PackageName> = self.only.iter().collect();
        for (package, whose) in self.owners {
            if !wanted.is_empty() && !wanted.contains(&package) {
                continue;
            }
            match owner(&whose) {
                Ok(owner) => drop(owners.insert(package, owner)),
                Err(why) => drop(without.insert(package, why)),
            }
        }
        let known_there = |package: &&PackageName| owners.contains_key(*package) || without.contains_key(*package);
        let unknown: Vec<String> = wanted.into_iter().filter(|p| !known_there(p)).map(ToString::to_string).collect();
        if !unknown.is_empty() {
            let what =
                format!("dist-git has no owner of {}: no such package in {}", unknown.join(", "), self.namespace);
            return Err(Error::failed(what));
        }
        let Self { release, only, namespace, mut retired, .. } = self;
        retired.retain(|package| owners.contains_key(package));
        Ok(SyncOwners { release, tag, namespace, only, owners, without, adds, retired })
    }
}

/// The first person: koji knows no groups as owners.
fn owner(whose: &[String]) -> Result<UserName, String> {
    let person = whose.iter().find(|name| !name.starts_with('@'));
    match person {
        Some(name) => name.parse::<UserName>().map_err(|why| format!("dist-git names an owner who is none: {why}")),
        None if whose.is_empty() => Err("dist-git names nobody".to_owned()),
        None => Err(format!("dist-git names only groups: {}", whose.join(", "))),
    }
}

impl SyncOwners {
    /// Whether the package needs this owner at the hub.
    fn needs(&self, owner: &UserName, entry: Option<&PackageEntry>) -> bool {
        entry.is_none_or(|entry| entry.tag == self.tag && entry.owner.as_ref() != Some(owner))
    }

    /// Whether a package is added that is not listed.
    fn adds(&self, package: &PackageName) -> bool {
        self.adds && !self.retired.contains(package)
    }

    /// Of thousands that do not belong there it is enough to say how many they are.
    fn tell_of_others(&self, seen: &Seen, plan: &mut Plan) {
        let missing = || self.owners.keys().filter(|package| seen.listing.entry(package).is_none());
        let retired = missing().filter(|package| self.retired.contains(*package)).count();
        let others = if self.adds { 0 } else { missing().count() };
        let mut tell = |count: usize, why: &str| match count {
            0 => {}
            1 => plan.leave_out("1 package that is not listed", why),
            count => plan.leave_out(format!("{count} packages that are not listed"), why),
        };
        tell(retired, "retired in the release's branch");
        tell(
            others,
            "dist-git's list does not say whether they have the release's branch; --package adds those that are named",
        );
    }

    /// The owners that are needed and known. Whoever owns something the hub knows.
    fn known_users(&self, koji: &dyn Reader, listing: &Listing) -> Result<BTreeSet<UserName>> {
        let mut known: BTreeSet<UserName> = listing.iter().filter_map(|entry| entry.owner.clone()).collect();
        let counts = |package: &PackageName| listing.entry(package).is_some() || self.adds(package);
        let of_ours = self.owners.iter().filter(|(package, _)| counts(package));
        let needed = of_ours.filter(|(package, owner)| self.needs(owner, listing.entry(package)));
        let unseen: BTreeSet<&UserName> =
            needed.map(|(_, owner)| owner).filter(|owner| !known.contains(*owner)).collect();
        let unseen: Vec<UserName> = unseen.into_iter().cloned().collect();
        if !unseen.is_empty() {
            let found = koji.users(&unseen)?;
            known.extend(unseen.into_iter().zip(found).filter(|(_, user)| user.is_some()).map(|(name, _)| name));
        }
        Ok(known)
    }
}

impl Operation for SyncOwners {
    const NAME: &'static str = "koji sync-owners";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new()
            .releases([&self.release])
            .tag(&self.tag)
            .packages(&self.only)
            .option("--package", !self.only.is_empty())
            .option("--namespace", self.namespace != distgit::RPMS)
    }

    /// One list of packages, and the users in batches.
    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        let koji = services.koji;
        let Some(tag) = koji.tag(&self.tag)? else {
            return Ok(Seen::default());
        };
        let listing = Listing::of(koji, &self.tag, &self.owners.keys().cloned().collect())?;
        let users = self.known_users(koji, &listing)?;
        Ok(Seen { tag: Some(tag), listing, users })
    }

    fn plan(&self, seen: &Seen) -> Result<Plan> {
        let mut plan = Plan::default();
        if exists(&mut plan, &self.tag, seen.tag.as_ref()).is_none() {
            return Ok(plan);
        }
        for (package, why) in &self.without {
            plan.leave_out(package, why);
        }
        self.tell_of_others(seen, &mut plan);
        for (package, owner) in &self.owners {
            let entry = seen.listing.entry(package);
            let (tag, package, owner) = (self.tag.clone(), package.clone(), owner.clone());
            match entry {
                None if !self.adds(&package) => {}
                _ if self.needs(&owner, entry) && !seen.users.contains(&owner) => {
                    plan.leave_out(package, format!("the hub has no user {owner}"));
                }
                None => drop(plan.push(PackageChange::AddPackage { tag, package, owner })),
                Some(entry) if entry.owner.as_ref() == Some(&owner) => {
                    // Of 24,000 it is nothing to tell.
                    if !self.only.is_empty() {
                        plan.leave_out(package, format!("already listed in {}, owner {owner}", entry.tag));
                    }
                }
                Some(entry) if entry.tag != tag => {
                    let why = format!("listed in {tag} by {} only, where its owner is to be changed", entry.tag);
                    plan.leave_out(package, why);
                }
                Some(entry) => {
                    let before = entry.clone();
                    plan.push(PackageChange::SetOwner { tag, package, owner, before });
                }
            }
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::{Hub, names, released, same};
    use super::*;

    fn hub() -> Hub {
        Hub::new()
            .tag("f42")
            .tag("f43")
            .inherits("f43", &["f42"])
            .user("kim")
            .user("sam")
            .user("orphan")
            .user("new-here")
            .listed("f43", &["bash", "nano", "zsh", "foreign"])
            .entry("f43", &["nobodys"], None, false)
            .blocked("f43", &["python2.7"])
            .listed("f42", &["sed", "vim"])
    }

    fn request(owners: &[(&str, &str)]) -> SyncOwners {
        let owner = |(package, owner): &(&str, &str)| (package.parse().unwrap(), owner.parse().unwrap());
        SyncOwners {
            release: "f43".parse().unwrap(),
            tag: "f43".parse().unwrap(),
            namespace: "rpms".to_owned(),
            only: Vec::new(),
            owners: owners.iter().map(owner).collect(),
            without: BTreeMap::new(),
            adds: true,
            retired: BTreeSet::new(),
        }
    }

    #[test]
    fn what_is_planned() {
        let wanted = request(&[
            ("bash", "sam"),
            ("nano", "orphan"),
            ("zsh", "kim"),
            ("nobodys", "kim"),
            ("python2.7", "orphan"),
            ("sed", "kim"),
            ("vim", "sam"),
            ("fresh", "new-here"),
            ("gone", "left-long-ago"),
            ("foreign", "left-too"),
        ]);
        same(
            "all kinds",
            &hub().text(&wanted),
            "0 set the owner of package bash in f43 to sam
             1 add package fresh to f43, owner new-here
             2 set the owner of package nano in f43 to orphan
             3 set the owner of package nobodys in f43 to kim
             4 set the owner of package python2.7 in f43 to orphan
             - foreign: the hub has no user left-too
             - gone: the hub has no user left-long-ago
             - vim: listed in f43 by f42 only, where its owner is to be changed",
        );
        same(
            "no such tag",
            &hub().text(&SyncOwners { tag: "f99".parse().unwrap(), ..wanted }),
            "! f99: the hub has no such tag",
        );
    }

    /// An entry that does not belong there can hardly be taken back.
    #[test]
    fn what_does_not_belong_into_the_release_is_not_added() {
        let owners = [("bash", "sam"), ("fresh", "kim"), ("epel-only", "nobody-here"), ("older", "kim")];
        let elsewhere =
            "dist-git's list does not say whether they have the release's branch; --package adds those that are named";
        same(
            "a release that has not all packages",
            &hub().text(&SyncOwners { adds: false, ..request(&owners) }),
            &format!("0 set the owner of package bash in f43 to sam\n- 3 packages that are not listed: {elsewhere}"),
        );
        same(
            "Rawhide",
            &hub()
                .text(&SyncOwners { retired: names(&["epel-only", "bash"]).into_iter().collect(), ..request(&owners) }),
            "0 set the owner of package bash in f43 to sam
             1 add package fresh to f43, owner kim
             2 add package older to f43, owner kim
             - 1 package that is not listed: retired in the release's branch",
        );
        let adds = |only: &[&str]| named(only, &[("fresh", &["kim"])]).unwrap().adds;
        assert!(!adds(&[]) && adds(&["fresh"]));
    }

    #[test]
    fn a_second_run_has_nothing_to_do_and_blocks_stay() {
        let mut hub = hub();
        let wanted = request(&[("bash", "sam"), ("python2.7", "orphan"), ("fresh", "kim")]);
        let plan = hub.plan(&wanted).unwrap();
        hub.apply(&plan);
        same("again", &hub.text(&wanted), "");
        let named = SyncOwners { only: names(&["fresh"]), ..request(&[("fresh", "kim")]) };
        same("named", &hub.text(&named), "- fresh: already listed in f43, owner kim");
        assert!(hub.listing(&wanted.tag)[&"python2.7".parse().unwrap()].blocked);
    }

    /// 24,000 packages: today two calls for each.
    #[test]
    fn many_packages_are_read_at_once_and_users_only_if_they_are_new() {
        let listed: Vec<String> = (0..300).map(|n| format!("pkg{n:03}")).collect();
        let listed: Vec<&str> = listed.iter().map(String::as_str).collect();
        let hub = hub().listed("f43", &listed);
        let mut owners: Vec<(&str, &str)> = listed.iter().map(|package| (*package, "kim")).collect();
        owners.extend([("bash", "sam"), ("fresh", "sam"), ("nano", "nobody-here")]);
        let plan = hub.plan(&request(&owners)).unwrap();
        assert_eq!(plan.steps().len(), 2);
        assert_eq!(hub.calls(), ["getTag f43", "listPackages f43", "getUser x2"]);
    }

    fn named(only: &[&str], owners: &[(&str, &[&str])]) -> Result<SyncOwners> {
        let directory = released();
        let known = crate::release::Lookup::releases(&directory, &Hub::new()).unwrap();
        let whose = |(package, whose): &(&str, &[&str])| {
            (package.parse().unwrap(), whose.iter().map(|name| (*name).to_owned()).collect())
        };
        let request = OwnersOf {
            release: "43".parse().unwrap(),
            only: names(only),
            namespace: "rpms".to_owned(),
            at: None,
            retired_at: None,
            retired: BTreeSet::new(),
            owners: owners.iter().map(whose).collect(),
        };
        request.resolve(&known, &directory.layouts, &Hub::new())
    }

    #[test]
    fn the_first_person_is_the_owner() {
        let owners: &[(&str, &[&str])] = &[
            ("bash", &["@bash-sig", "kim", "sam"]),
            ("nano", &["orphan"]),
            ("vim", &["@vim-sig", "@editors"]),
            ("zsh", &[]),
            ("evil", &["a b"]),
        ];
        let wanted = named(&[], owners).unwrap();
        assert_eq!(wanted.tag.as_str(), "f43");
        assert_eq!(wanted.owners, request(&[("bash", "kim"), ("nano", "orphan")]).owners);
        let without: Vec<String> = wanted.without.iter().map(|(package, why)| format!("{package}: {why}")).collect();
        assert_eq!(
            without,
            [
                "evil: dist-git names an owner who is none: \"a b\" is not a user name: it may not contain a blank",
                "vim: dist-git names only groups: @vim-sig, @editors",
                "zsh: dist-git names nobody",
            ]
        );
        same(
            "left out",
            &hub().text(&named(&["vim"], owners).unwrap()),
            "- vim: dist-git names only groups: @vim-sig, @editors",
        );
        let error = named(&["bash", "bahs", "nnao"], owners).unwrap_err();
        assert_eq!(error.what, "dist-git has no owner of bahs, nnao: no such package in rpms");
    }
}
