// SPDX-License-Identifier: GPL-3.0-or-later
//! Sets what a candidate compose of a release is made of.

use super::builds::{self, Contents, Listing, known, unfit};
use super::{Named, exists, unlocked};
use crate::access::Dimensions;
use crate::koji::{Reader, Tag, TagRow};
use crate::names::{Nvr, ReleaseAlias, TagName};
use crate::ops::release::NamesRelease;
use crate::pipeline::{Operation, Readers};
use crate::plan::{BuildChange, BuildRef, Plan};
use crate::release::Known;
use crate::release::layout::{self, Layout};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `tag` itself holds exactly `builds`, tagged in this order; what it inherits does not count.
///
/// A build may be older than another of its package: the one named last is koji's latest, and so
/// what is composed. Whatever is tagged goes to the end, so the longest beginning of `builds` that is
/// there in this order stays, and everything behind it is tagged or tagged anew. What must leave
/// leaves last: no package is missing in between.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetComposeTag {
    /// The release as it was called, for judging.
    pub release: ReleaseAlias,
    /// Its compose tag.
    pub tag: TagName,
    /// The builds, the one to be tagged first at the beginning; empty: the tag holds nothing.
    pub builds: Vec<Nvr>,
}

/// The tag, what is in it, and what the hub knows of the builds that are not.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    tag: Option<Tag>,
    /// The order of tagging.
    rows: Vec<TagRow>,
    listing: Listing,
    outside: BTreeMap<Nvr, builds::Known>,
}

impl SetComposeTag {
    /// What such a request is about before the release's compose tag is known.
    pub fn about(release: &ReleaseAlias, builds: &[Nvr], clear: bool) -> Dimensions {
        Dimensions::new().releases([release]).builds(builds).option("--clear", clear)
    }
}

/// [`SetComposeTag`], before anybody has looked up what the release is.
#[derive(Debug, Clone)]
pub struct ComposeOf {
    /// The release, as somebody calls it.
    pub release: ReleaseAlias,
    /// The builds, in order.
    pub builds: Vec<Nvr>,
    /// Whether there are to be none.
    pub clear: bool,
}

impl NamesRelease for ComposeOf {
    type Request = SetComposeTag;

    fn dimensions(&self) -> Dimensions {
        SetComposeTag::about(&self.release, &self.builds, self.clear)
    }

    fn resolve(self, known: &Known, layouts: &[Layout], _koji: &dyn Reader) -> Result<SetComposeTag> {
        let release = known.find(&self.release, layouts)?;
        let layout = layout::of(layouts, release)
            .ok_or_else(|| Error::failed(format!("no layout says which tag {} is composed from", release.name)))?;
        let tag = layout.compose_tag(&release.version)?;
        Ok(SetComposeTag { release: self.release, tag, builds: self.builds })
    }
}

impl Operation for SetComposeTag {
    const NAME: &'static str = "koji set-compose-tag";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        Self::about(&self.release, &self.builds, self.builds.is_empty()).tag(&self.tag)
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        let koji = services.koji;
        let Some(tag) = koji.tag(&self.tag)? else {
            return Ok(Seen::default());
        };
        let contents = Contents::whole(koji, &self.tag)?;
        let named = Named::new(&self.builds);
        let outside: Vec<Nvr> = named.once.iter().filter(|nvr| contents.row(nvr).is_none()).copied().cloned().collect();
        let packages = named.once.iter().map(|nvr| nvr.package()).collect();
        let mut rows: Vec<TagRow> = contents.iter().flat_map(|(_, rows)| rows.iter().cloned()).collect();
        rows.sort_by_key(|row| (row.created, row.id));
        Ok(Seen {
            tag: Some(tag),
            rows,
            listing: Listing::of(koji, &self.tag, &packages)?,
            outside: known(koji, &outside)?,
        })
    }

    fn plan(&self, seen: &Seen) -> Result<Plan> {
        let named = Named::new(&self.builds);
        let mut plan = Plan::default();
        let Some(tag) = exists(&mut plan, &self.tag, seen.tag.as_ref()) else {
            return Ok(plan);
        };
        for again in &named.again {
            plan.refuse(again, "it is named more than once, and only one place can be meant");
        }
        let inside: BTreeMap<&Nvr, &TagRow> = seen.rows.iter().map(|row| (&row.nvr, row)).collect();
        let mut last = None;
        let mut in_place = true;
        for &nvr in &named.once {
            let row = inside.get(nvr).copied();
            let Some(known) = row.map(builds::Known::from).or_else(|| seen.outside.get(nvr).cloned()) else {
                plan.refuse(nvr, "the hub has no such build");
                continue;
            };
            // A build whose package is blocked is in the tag, but no compose gets it.
            if let Some(why) = unfit(known.state).or_else(|| seen.listing.keeps_out(&self.tag, &nvr.package())) {
                plan.refuse(nvr, why);
                continue;
            }
            let here = row.map(|row| (row.created, row.id));
            in_place &= here.is_some() && here > last;
            if in_place {
                last = here;
                plan.leave_out(nvr, format!("in its place in {} already", self.tag));
                continue;
            }
            let (tag, build) = (self.tag.clone(), known.build);
            plan.push_in_order(match row {
                Some(_) => BuildChange::RetagBuild { tag, build },
                None => BuildChange::TagBuild { tag, build },
            });
        }
        let wanted = named.set();
        for row in seen.rows.iter().filter(|row| !wanted.contains(&row.nvr)) {
            plan.push_in_order(BuildChange::UntagBuild { tag: self.tag.clone(), build: BuildRef::from(row) });
        }
        if let (Err(why), false) = (unlocked(tag), plan.is_empty()) {
            plan.refuse(&self.tag, why);
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::{Hub, names, same};
    use super::*;
    use crate::koji::BuildState;

    fn set(builds: &[&str]) -> SetComposeTag {
        SetComposeTag { release: "f43".parse().unwrap(), tag: "f43-compose".parse().unwrap(), builds: names(builds) }
    }

    fn hub() -> Hub {
        Hub::new()
            .tag("f43")
            .tag("f43-compose")
            .inherits("f43-compose", &["f43"])
            .listed("f43", &["a", "b", "c", "zsh"])
            .blocked("f43", &["python2"])
            .tagged("f43", &["a-1-1", "zsh-5-1"])
            .tagged("f43-compose", &["a-1-1", "b-1-1", "c-1-1"])
    }

    #[test]
    fn what_is_planned() {
        let table: &[(&str, &[&str], &str)] = &[
            (
                "as it is",
                &["a-1-1", "b-1-1", "c-1-1"],
                "- a-1-1: in its place in f43-compose already
                 - b-1-1: in its place in f43-compose already
                 - c-1-1: in its place in f43-compose already",
            ),
            (
                "one more at the end",
                &["a-1-1", "b-1-1", "c-1-1", "zsh-5-1"],
                "0 tag zsh-5-1 into f43-compose
                 - a-1-1: in its place in f43-compose already
                 - b-1-1: in its place in f43-compose already
                 - c-1-1: in its place in f43-compose already",
            ),
            (
                "one in the middle: what is behind it follows",
                &["a-1-1", "zsh-5-1", "b-1-1", "c-1-1"],
                "0 tag zsh-5-1 into f43-compose
                 1 make b-1-1 the newest of its package in f43-compose again
                 2 make c-1-1 the newest of its package in f43-compose again
                 - a-1-1: in its place in f43-compose already",
            ),
            (
                "one less: the rest stays in its order",
                &["a-1-1", "c-1-1"],
                "0 untag b-1-1 from f43-compose
                 - a-1-1: in its place in f43-compose already
                 - c-1-1: in its place in f43-compose already",
            ),
            (
                "the last comes first",
                &["c-1-1", "a-1-1", "b-1-1"],
                "0 make a-1-1 the newest of its package in f43-compose again
                 1 make b-1-1 the newest of its package in f43-compose again
                 - c-1-1: in its place in f43-compose already",
            ),
            (
                "nothing",
                &[],
                "0 untag a-1-1 from f43-compose
                 1 untag b-1-1 from f43-compose
                 2 untag c-1-1 from f43-compose",
            ),
        ];
        for (what, builds, expected) in table {
            same(what, &hub().text(&set(builds)), expected);
        }
    }

    /// The one named last is koji's latest, also if it is the older one.
    #[test]
    fn two_builds_of_a_package_are_in_the_order_that_was_said() {
        let hub = hub().build("a-2-1");
        same(
            "a step back in one package",
            &hub.text(&set(&["a-2-1", "b-1-1", "c-1-1", "a-1-1"])),
            "0 tag a-2-1 into f43-compose
             1 make b-1-1 the newest of its package in f43-compose again
             2 make c-1-1 the newest of its package in f43-compose again
             3 make a-1-1 the newest of its package in f43-compose again",
        );
    }

    /// The tag, the list, the builds that are not there: all of it at once.
    #[test]
    fn everything_that_cannot_be_is_named_at_once() {
        let hub = hub()
            .build_in("b-2-1", BuildState::Building)
            .build("python2-2-1")
            .build("unlisted-1-1")
            .tagged("f43-compose", &["python2-2-1"]);
        same(
            "refused",
            &hub.text(&set(&["a-1-1", "b-2-1", "nope-1-1", "python2-2-1", "unlisted-1-1", "a-1-1"])),
            "0 untag b-1-1 from f43-compose
             1 untag c-1-1 from f43-compose
             - a-1-1: in its place in f43-compose already
             ! a-1-1: it is named more than once, and only one place can be meant
             ! b-2-1: the build is still building; only complete builds can be tagged
             ! nope-1-1: the hub has no such build
             ! python2-2-1: package python2 is blocked in f43
             ! unlisted-1-1: package unlisted is not listed in f43-compose",
        );
        let calls = hub.calls();
        assert_eq!(
            calls,
            ["getTag f43-compose", "queryHistory f43-compose", "listPackages f43-compose x5", "getBuild x3"]
        );
    }

    #[test]
    fn a_tag_that_is_locked_or_not_there() {
        let locked = Hub::new().locked("f43-compose").listed("f43-compose", &["a"]).tagged("f43-compose", &["a-1-1"]);
        same("as it is", &locked.text(&set(&["a-1-1"])), "- a-1-1: in its place in f43-compose already");
        same(
            "emptied",
            &locked.text(&set(&[])),
            "0 untag a-1-1 from f43-compose
             ! f43-compose: f43-compose is locked",
        );
        same("gone", &Hub::new().text(&set(&["a-1-1"])), "! f43-compose: the hub has no such tag");
    }
}
