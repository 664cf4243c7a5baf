// SPDX-License-Identifier: GPL-3.0-or-later
//! Compares what dist-git has retired with what koji blocks.

use super::builds::Listing;
use crate::access::Dimensions;
use crate::bodhi::Record;
use crate::distgit;
use crate::names::{PackageName, ReleaseAlias, TagName, UserName};
use crate::pipeline::{Question, Readers};
use crate::release::layout::{self, Layout};
use crate::release::{Known, Lookup, Role, role};
use crate::{Error, Result};
use serde::Serialize;
use std::collections::BTreeSet;

/// Where dist-git and a release's base tag do not agree about packages.
pub struct ListRetired<'a> {
    /// What the release is called.
    pub alias: ReleaseAlias,
    /// The namespace of the packages.
    pub namespace: String,
    /// Only what is found this way; `None`: both.
    pub only: Option<Found>,
    /// Whether a list is taken as it is that lacks most of what is blocked.
    pub accept_short: bool,
    /// Who knows the releases.
    pub directory: &'a dyn Lookup,
    /// What tells releases from their variants.
    pub layouts: &'a [Layout],
    /// dist-git.
    pub dist_git: &'a dyn distgit::Reader,
}

/// What does not agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// dist-git has retired it, and koji would let it in.
    NotBlocked,
    /// koji blocks it, and dist-git has not retired it.
    NotRetired,
}

/// A package about which they do not agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The package.
    pub package: PackageName,
    /// What does not agree.
    pub found: Found,
    /// The tag whose entry counts.
    pub tag: TagName,
    /// The owner of that entry.
    pub owner: Option<UserName>,
}

/// What was found.
#[derive(Debug)]
pub struct Compared {
    /// The release.
    pub release: String,
    /// Its base tag.
    pub tag: TagName,
    /// By what is found, then in the order of names.
    pub findings: Vec<Finding>,
    /// Where the release is known from, and what people should know about that.
    pub known: Known,
}

/// Of fewer packages nothing can be told by their number.
const MANY: usize = 100;

impl ListRetired<'_> {
    /// What such a request is about.
    pub fn about(alias: &ReleaseAlias, namespace: &str, only: Option<Found>, accept_short: bool) -> Dimensions {
        Dimensions::new()
            .releases([alias])
            .option("--namespace", namespace != distgit::RPMS)
            .option("--not-blocked", only == Some(Found::NotBlocked))
            .option("--not-retired", only == Some(Found::NotRetired))
            .option("--accept-short", accept_short)
    }

    /// What is retired in the branch; and what is retired there or was before the branch was made, which only
    /// Rawhide's list still holds. `None`: nobody can tell of a branch.
    fn retired(&self, release: &Record, all: &[Record], base: &TagName) -> Result<(Retired, Option<Retired>)> {
        // What koji's tags tell of a release does not say its branch, which is called as its base tag is.
        let branch = |release: &Record| match release.branch.as_str() {
            "" => base.to_string(),
            branch => branch.to_owned(),
        };
        let here = self.dist_git.retired(&branch(release), &self.namespace)?;
        let rawhide = all.iter().find(|other| role(other, all) == Role::Rawhide);
        let ever = match rawhide.filter(|rawhide| rawhide.id_prefix == release.id_prefix) {
            None if layout::of(self.layouts, release).is_some_and(|layout| layout.rawhide_tag().is_some()) => None,
            // In a family without a Rawhide branches are not made from another.
            None => Some(here.clone()),
            Some(rawhide) if rawhide.name == release.name => Some(here.clone()),
            Some(_) if !self.dist_git.tells_branches_apart() => None,
            Some(rawhide) => {
                let mut ever = self.dist_git.retired(&branch(rawhide), &self.namespace)?;
                ever.extend(here.iter().cloned());
                Some(ever)
            }
        };
        Ok((here, ever))
    }
}

type Retired = BTreeSet<PackageName>;

/// Fine, unless most of what is blocked is not in the list: then it is the list that is wrong. A job that
/// does not see all repositories writes one that is short and looks whole.
fn plausible(listing: &Listing, ever: &Retired, base: &TagName) -> Result<()> {
    let blocked = || listing.iter().filter(|entry| entry.blocked);
    let (all, missing) = (blocked().count(), blocked().filter(|entry| !ever.contains(&entry.package)).count());
    if all < MANY || missing * 2 <= all {
        return Ok(());
    }
    let what = format!(
        "the list of retired packages looks cut short: of {all} packages that are blocked in {base} it lacks {missing}"
    );
    Err(Error::failed(what).hint("look at the job that writes it; --accept-short takes it as it is"))
}

impl Question for ListRetired<'_> {
    const NAME: &'static str = "koji list-retired";
    type Answer = Compared;

    fn dimensions(&self) -> Dimensions {
        Self::about(&self.alias, &self.namespace, self.only, self.accept_short)
    }

    fn ask(&self, services: &Readers<'_>) -> Result<Compared> {
        let koji = services.koji;
        let known = self.directory.releases(koji)?;
        let release = known.find(&self.alias, self.layouts)?.clone();
        let base = super::base_tag(&release)?;
        let (here, ever) = self.retired(&release, &known.releases, &base)?;
        let listing = Listing::whole(koji, &base)?;
        if let Some(ever) = ever.as_ref().filter(|_| !self.accept_short) {
            plausible(&listing, ever, &base)?;
        }
        let ever = ever.as_ref().unwrap_or(&here);
        let wanted = |found: Found| self.only.is_none_or(|only| only == found);
        let mut findings: Vec<Finding> = Vec::new();
        for found in [Found::NotBlocked, Found::NotRetired].into_iter().filter(|found| wanted(*found)) {
            let disagree = listing.iter().filter(|entry| match found {
                Found::NotBlocked => !entry.blocked && here.contains(&entry.package),
                Found::NotRetired => entry.blocked && !ever.contains(&entry.package),
            });
            findings.extend(disagree.map(|entry| Finding {
                package: entry.package.clone(),
                found,
                tag: entry.tag.clone(),
                owner: entry.owner.clone(),
            }));
        }
        Ok(Compared { release: release.name, tag: base, findings, known })
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::{Hub, released};
    use super::*;
    use crate::distgit::Owners;
    use std::sync::Mutex;

    /// Lists by branch, and the branches that were asked for.
    #[derive(Default)]
    struct DistGit {
        retired: Vec<(&'static str, Vec<String>)>,
        one_file: bool,
        asked: Mutex<Vec<String>>,
    }

    impl distgit::Reader for DistGit {
        fn retired(&self, branch: &str, namespace: &str) -> Result<Retired> {
            assert_eq!(namespace, "rpms");
            self.asked.lock().unwrap().push(branch.to_owned());
            let list = self.retired.iter().find(|(name, _)| *name == branch);
            let list = list.ok_or_else(|| Error::failed(format!("no list of {branch}")))?;
            Ok(list.1.iter().map(|name| name.parse().unwrap()).collect())
        }

        fn tells_branches_apart(&self) -> bool {
            !self.one_file
        }

        fn owners(&self, _namespace: &str) -> Result<Owners> {
            panic!("nobody asks for owners")
        }
    }

    fn dist_git(lists: &[(&'static str, &[&str])]) -> DistGit {
        let list = |(branch, names): &(&'static str, &[&str])| {
            (*branch, names.iter().map(|name| (*name).to_owned()).collect())
        };
        DistGit { retired: lists.iter().map(list).collect(), ..DistGit::default() }
    }

    fn hub() -> Hub {
        let hub = Hub::new().tag("f42").tag("f43").tag("f45").tag("epel9").inherits("f43", &["f42"]);
        hub.listed("f43", &["bash", "nano", "zsh"])
            .blocked("f43", &["python2.7", "vim"])
            .listed("f42", &["sed"])
            .blocked("f42", &["old"])
            .listed("f45", &["bash", "nano"])
            .blocked("f45", &["python2.7"])
            .listed("epel9", &["jq"])
            .blocked("epel9", &["nano"])
    }

    fn ask(
        hub: &Hub,
        release: &str,
        dist_git: &DistGit,
        how: impl FnOnce(&mut ListRetired<'_>),
    ) -> Result<Vec<String>> {
        let directory = released();
        let mut question = ListRetired {
            alias: release.parse().unwrap(),
            namespace: "rpms".to_owned(),
            only: None,
            accept_short: false,
            directory: &directory,
            layouts: &directory.layouts,
            dist_git,
        };
        how(&mut question);
        let compared = question.ask(&Readers { koji: hub })?;
        let line = |f: &Finding| format!("{} {:?} {}", f.package, f.found, f.tag);
        Ok(compared.findings.iter().map(line).collect())
    }

    #[test]
    fn both_directions() {
        let dist_git = dist_git(&[("f43", &["nano", "sed", "vim", "unheard-of"]), ("rawhide", &["old"])]);
        assert_eq!(
            ask(&hub(), "f43", &dist_git, |_| {}).unwrap(),
            ["nano NotBlocked f43", "sed NotBlocked f42", "python2.7 NotRetired f43"]
        );
        let one_way = |only| ask(&hub(), "f43", &dist_git, |question| question.only = Some(only)).unwrap();
        assert_eq!(one_way(Found::NotBlocked), ["nano NotBlocked f43", "sed NotBlocked f42"]);
        assert_eq!(one_way(Found::NotRetired), ["python2.7 NotRetired f43"]);
    }

    /// Before f43 was branched: no list of f43 can hold it.
    #[test]
    fn what_was_retired_before_the_branch_was_made_is_retired() {
        let dist_git = dist_git(&[("f43", &["vim"]), ("rawhide", &["old", "python2.7", "zsh"])]);
        assert_eq!(ask(&hub(), "f43", &dist_git, |_| {}).unwrap(), [""; 0]);
        assert_eq!(*dist_git.asked.lock().unwrap(), ["f43", "rawhide"]);
        // Of one file nobody knows.
        let dist_git = DistGit { one_file: true, ..dist_git };
        let found = ask(&hub(), "f43", &dist_git, |_| {}).unwrap();
        assert_eq!(found, ["old NotRetired f42", "python2.7 NotRetired f43"]);
    }

    #[test]
    fn rawhide_and_epel_have_one_list() {
        let dist_git = dist_git(&[("rawhide", &["python2.7"]), ("epel9", &["jq"])]);
        assert_eq!(ask(&hub(), "rawhide", &dist_git, |_| {}).unwrap(), [""; 0]);
        assert_eq!(ask(&hub(), "epel9", &dist_git, |_| {}).unwrap(), ["jq NotBlocked epel9", "nano NotRetired epel9"]);
        assert_eq!(*dist_git.asked.lock().unwrap(), ["rawhide", "epel9"]);
    }

    /// A job that cannot read most repositories writes a list that is short and looks whole.
    #[test]
    fn a_list_cut_short_is_no_list() {
        let names: Vec<String> = (0..200).map(|n| format!("pkg{n:03}")).collect();
        let all: Vec<&str> = names.iter().map(String::as_str).collect();
        let hub = Hub::new().tag("f45").blocked("f45", &all);
        let found = |known: usize, accept: bool| {
            let dist_git = dist_git(&[("rawhide", &all[..known])]);
            ask(&hub, "rawhide", &dist_git, |question| question.accept_short = accept).map(|found| found.len())
        };
        assert_eq!(found(100, false).unwrap(), 100);
        let error = found(99, false).unwrap_err();
        assert_eq!(
            error.what,
            "the list of retired packages looks cut short: of 200 packages that are blocked in f45 it lacks 101"
        );
        assert_eq!(found(99, true).unwrap(), 101);
    }

    #[test]
    fn one_request_to_the_hub() {
        let hub = hub();
        let dist_git = dist_git(&[("rawhide", &["python2.7"])]);
        ask(&hub, "rawhide", &dist_git, |_| {}).unwrap();
        assert_eq!(hub.calls(), ["listPackages f45"]);
    }
}
