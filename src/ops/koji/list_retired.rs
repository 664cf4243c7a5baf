// SPDX-License-Identifier: GPL-3.0-or-later
//! Compares what dist-git has retired with what koji blocks.

use super::builds::Listing;
use crate::access::Dimensions;
use crate::bodhi::Record;
use crate::distgit;
use crate::names::{PackageName, ReleaseAlias, TagName, UserName};
use crate::pipeline::{Question, Readers};
use crate::release::layout::Layout;
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
