// SPDX-License-Identifier: GPL-3.0-or-later
//! Moves builds from one tag to another.

use super::builds::{Contents, Known, known};
use super::entering::{Door, Threshold};
use super::{FEW, Named, exists, not_empty, unlocked};
use crate::access::Dimensions;
use crate::koji::{Reader, Tag};
use crate::names::{Nvr, TagName};
use crate::pipeline::{Operation, Readers};
use crate::plan::{BuildChange, Plan};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Each of `builds` ends up in `to` and not in `from`; what the tags inherit does not count.
///
/// Into `to` they go in the order they are named, under the rules of
/// [`TagBuilds`](super::TagBuilds).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoveBuilds {
    /// The tag to leave.
    pub from: TagName,
    /// The tag to enter.
    pub to: TagName,
    /// The builds, in the order in which they are to be moved.
    pub builds: Vec<Nvr>,
}

/// The tags, where the builds are, and what keeps builds out of `to`.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    from: Option<Tag>,
    to: Option<Tag>,
    builds: BTreeMap<Nvr, Place>,
    threshold: Threshold,
}

/// A build, and in which of the two tags it is.
#[derive(Debug, Clone)]
struct Place {
    known: Known,
    in_from: bool,
    in_to: bool,
}

impl Place {
    fn is_to_enter(&self) -> bool {
        self.in_from && !self.in_to
    }
}

type Places = BTreeMap<Nvr, Place>;

impl MoveBuilds {
    fn makes_sense(&self) -> Result<()> {
        not_empty(&self.builds, "builds")?;
        if self.from == self.to {
            return Err(Error::usage(format!("{} is both the tag to leave and the tag to enter", self.from)));
        }
        Ok(())
    }

    /// Asks for each build and the tags it is in, then for the packages of those that are to enter.
    fn few(&self, koji: &dyn Reader, named: &[Nvr]) -> Result<(Places, Contents)> {
        let known = known(koji, named)?;
        if known.is_empty() {
            return Ok(Default::default());
        }
        let nvrs: Vec<_> = known.keys().cloned().collect();
        let tags = koji.tags_of(&nvrs)?;
        let places = known.into_iter().zip(tags).map(|((nvr, known), tags)| {
            let (in_from, in_to) = (tags.contains(&self.from), tags.contains(&self.to));
            let place = Place { known, in_from, in_to };
            (nvr, place)
        });
        let places: Places = places.collect();
        let packages = newcomers(&places).map(Nvr::package).collect();
        let inside = Contents::of(koji, &self.to, &packages)?;
        Ok((places, inside))
    }

    /// Reads both tags, and asks for those builds only that are in neither.
    fn many(&self, koji: &dyn Reader, named: Vec<Nvr>) -> Result<(Places, Contents)> {
        let from = Contents::whole(koji, &self.from)?;
        let to = Contents::whole(koji, &self.to)?;
        let mut places = Places::new();
        let mut nowhere = Vec::new();
        for nvr in named {
            let (in_from, in_to) = (from.row(&nvr), to.row(&nvr));
            if let Some(row) = in_from.or(in_to) {
                let place = Place { known: row.into(), in_from: in_from.is_some(), in_to: in_to.is_some() };
                places.insert(nvr, place);
            } else {
                nowhere.push(nvr);
            }
        }
        for (nvr, known) in known(koji, &nowhere)? {
            let place = Place { known, in_from: false, in_to: false };
            places.insert(nvr, place);
        }
        Ok((places, to))
    }
}

fn newcomers(places: &Places) -> impl Iterator<Item = &Nvr> {
    places.iter().filter(|(_, place)| place.is_to_enter()).map(|(nvr, _)| nvr)
}

impl Operation for MoveBuilds {
    const NAME: &'static str = "koji move-builds";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new().from(&self.from).to(&self.to).builds(&self.builds)
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        self.makes_sense()?;
        let koji = services.koji;
        let (from, to) = (koji.tag(&self.from)?, koji.tag(&self.to)?);
        if from.is_none() || to.is_none() {
            return Ok(Seen { from, to, ..Seen::default() });
        }
        let named = Named::new(&self.builds).cloned();
        let (builds, inside) = if named.len() <= FEW { self.few(koji, &named)? } else { self.many(koji, named)? };
        let threshold = Threshold::new(koji, &self.to, inside, newcomers(&builds))?;
        Ok(Seen { from, to, builds, threshold })
    }

    /// Tags before untagging, so that no build is ever in neither tag.
    fn plan(&self, seen: &Seen) -> Result<Plan> {
        self.makes_sense()?;
        let (from, to) = (&self.from, &self.to);
        let named = Named::new(&self.builds);
        let mut plan = named.plan();
        let leave = exists(&mut plan, from, seen.from.as_ref());
        let enter = exists(&mut plan, to, seen.to.as_ref());
        let (Some(leave), Some(enter)) = (leave, enter) else {
            return Ok(plan);
        };
        let mut door = Door::new(to, &seen.threshold);
        let mut before = BTreeMap::new();
        for nvr in named.once {
            let Some(place) = seen.builds.get(nvr) else {
                plan.refuse(nvr, "the hub has no such build");
                continue;
            };
            let enters = match (place.in_from, place.in_to) {
                (false, false) => Err(format!("neither in {from} nor in {to}")),
                (false, true) => {
                    plan.leave_out(nvr, format!("already in {to} and not in {from}"));
                    continue;
                }
                (true, true) => unlocked(leave).map(|()| None),
                (true, false) => {
                    unlocked(leave).and_then(|()| unlocked(enter)).and_then(|()| door.enter(&place.known)).map(Some)
                }
            };
            let tagged = match enters {
                Err(why) => {
                    plan.refuse(nvr, why);
                    continue;
                }
                Ok(build) => build.map(|build| {
                    let (tag, package) = (to.clone(), nvr.package());
                    let step = plan.push_after(before.get(&package).copied(), BuildChange::TagBuild { tag, build });
                    before.insert(package, step);
                    step
                }),
            };
            let (tag, build) = (from.clone(), place.known.build.clone());
            plan.push_after(tagged, BuildChange::UntagBuild { tag, build });
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::{Hub, names, same};
    use super::*;
    use crate::koji::BuildState;

    fn hub() -> Hub {
        Hub::new()
            .tag("f43")
            .tag("f43-pending")
            .inherits("f43-pending", &["f43"])
            .locked("f42")
            .listed("f43", &["bash", "zsh", "vim"])
            .listed("f42", &["bash"])
            .blocked("f43", &["retired"])
            .tagged("f43-pending", &["bash-5.3-1.fc43", "bash-5.3-2.fc43", "zsh-5.9-1.fc43", "retired-1-1.fc43"])
            .tagged("f43", &["vim-9.1-1.fc43", "zsh-5.9-1.fc43", "bash-5.2-1.fc43"])
            .tagged("f42", &["bash-5.1-1.fc42"])
            .build("emacs-30-1.fc43")
    }

    fn move_builds(from: &str, to: &str, builds: &[&str]) -> MoveBuilds {
        MoveBuilds { from: from.parse().unwrap(), to: to.parse().unwrap(), builds: names(builds) }
    }

    #[test]
    fn what_is_planned() {
        let table: &[(&str, [&str; 2], &[&str], &str)] = &[
            (
                "tag first; the untagging waits for it",
                ["f43-pending", "f43"],
                &["bash-5.3-1.fc43", "bash-5.3-2.fc43"],
                "0 tag bash-5.3-1.fc43 into f43
                 1 untag bash-5.3-1.fc43 from f43-pending (after 0)
                 2 tag bash-5.3-2.fc43 into f43 (after 0)
                 3 untag bash-5.3-2.fc43 from f43-pending (after 2)",
            ),
            (
                "half done: tagged, not yet untagged",
                ["f43-pending", "f43"],
                &["zsh-5.9-1.fc43"],
                "0 untag zsh-5.9-1.fc43 from f43-pending",
            ),
            (
                "done already, and named twice",
                ["f43-pending", "f43"],
                &["vim-9.1-1.fc43", "vim-9.1-1.fc43"],
                "- vim-9.1-1.fc43: it is named more than once; once is enough
                 - vim-9.1-1.fc43: already in f43 and not in f43-pending",
            ),
            (
                "inherited is in neither: moving would untag nothing",
                ["f43-pending", "f42"],
                &["vim-9.1-1.fc43"],
                "! vim-9.1-1.fc43: neither in f43-pending nor in f42",
            ),
            (
                "all that cannot be moved at once",
                ["f43-pending", "f43"],
                &["emacs-30-1.fc43", "no-1-1.fc43", "retired-1-1.fc43", "bash-5.3-1.fc43"],
                "0 tag bash-5.3-1.fc43 into f43
                 1 untag bash-5.3-1.fc43 from f43-pending (after 0)
                 ! emacs-30-1.fc43: neither in f43-pending nor in f43
                 ! no-1-1.fc43: the hub has no such build
                 ! retired-1-1.fc43: package retired is blocked in f43",
            ),
            (
                "the older of two must not become the latest",
                ["f43-pending", "f43"],
                &["bash-5.3-2.fc43", "bash-5.3-1.fc43"],
                "0 tag bash-5.3-2.fc43 into f43
                 1 untag bash-5.3-2.fc43 from f43-pending (after 0)
                 ! bash-5.3-1.fc43: bash-5.3-2.fc43 is newer and named before it; name the newest build last",
            ),
            (
                "into a tag with a newer one",
                ["f43", "f43-pending"],
                &["bash-5.2-1.fc43"],
                "! bash-5.2-1.fc43: bash-5.3-2.fc43 is newer and in f43-pending already; untag it first if the older one is to be the latest",
            ),
            ("into a locked tag", ["f43-pending", "f42"], &["bash-5.3-1.fc43"], "! bash-5.3-1.fc43: f42 is locked"),
            (
                "no such tags",
                ["f98", "f99"],
                &["bash-5.3-1.fc43"],
                "! f98: the hub has no such tag
                 ! f99: the hub has no such tag",
            ),
            ("nothing", ["f43-pending", "f43"], &[], "error: no builds are named"),
            // A draft of this command would have untagged everything.
            (
                "from a tag into itself",
                ["f43", "f43"],
                &["bash-5.2-1.fc43"],
                "error: f43 is both the tag to leave and the tag to enter",
            ),
        ];
        for (what, [from, to], builds, expected) in table {
            same(what, &hub().text(&move_builds(from, to, builds)), expected);
        }
    }

    #[test]
    fn a_lock_on_either_side_keeps_a_build_where_it_is() {
        let hub = Hub::new()
            .locked("old")
            .locked("older")
            .tag("new")
            .listed("new", &["bash", "zsh"])
            .listed("older", &["bash"])
            .tagged("old", &["bash-1-1", "zsh-1-1"])
            .tagged("new", &["zsh-1-1"]);
        same(
            "leaving",
            &hub.text(&move_builds("old", "new", &["bash-1-1", "zsh-1-1"])),
            "! bash-1-1: old is locked
             ! zsh-1-1: old is locked",
        );
        same("both", &hub.text(&move_builds("old", "older", &["bash-1-1"])), "! bash-1-1: old is locked");
        // The tag to enter is locked, but the build is in it: only leaving is left to do.
        let hub = Hub::new().tag("old").locked("new").tagged("old", &["bash-1-1"]).tagged("new", &["bash-1-1"]);
        same(
            "in the locked one already",
            &hub.text(&move_builds("old", "new", &["bash-1-1"])),
            "0 untag bash-1-1 from old",
        );
    }

    /// One that is in `to` already may leave `from` whatever has become of it.
    #[test]
    fn only_builds_that_enter_are_looked_at_closely() {
        let hub = Hub::new()
            .tag("old")
            .tag("new")
            .blocked("new", &["bash"])
            .build_in("bash-1-1", BuildState::Deleted)
            .tagged("old", &["bash-1-1"])
            .tagged("new", &["bash-1-1"]);
        same("deleted and blocked", &hub.text(&move_builds("old", "new", &["bash-1-1"])), "0 untag bash-1-1 from old");
        assert_eq!(hub.calls(), ["getTag old", "getTag new", "getBuild x1", "listTags x1"]);
    }

    #[test]
    fn few_builds_are_looked_up_one_by_one() {
        let hub = hub();
        let builds = ["bash-5.3-1.fc43", "bash-5.3-2.fc43", "zsh-5.9-1.fc43", "no-1-1"];
        let _ = hub.text(&move_builds("f43-pending", "f43", &builds));
        assert_eq!(
            hub.calls(),
            [
                "getTag f43-pending",
                "getTag f43",
                "getBuild x4",
                "listTags x3",
                "queryHistory f43 x1",
                "listPackages f43 x1",
            ]
        );
    }

    #[test]
    fn for_many_builds_both_tags_are_read_once() {
        let list: Vec<_> = (0..300).map(|n| format!("pkg{n}-1-1.fc43")).collect();
        let list: Vec<_> = list.iter().map(String::as_str).collect();
        let packages: Vec<_> = (0..300).map(|n| format!("pkg{n}")).collect();
        let packages: Vec<_> = packages.iter().map(String::as_str).collect();
        let hub = hub().listed("f43", &packages).tagged("f43-pending", &list[..298]).tagged("f43", &list[290..299]);
        let plan = hub.plan(&move_builds("f43-pending", "f43", &list)).unwrap();
        assert_eq!(
            hub.calls(),
            [
                "getTag f43-pending",
                "getTag f43",
                "queryHistory f43-pending",
                "queryHistory f43",
                "getBuild x1",
                "listPackages f43",
            ]
        );
        // 290 are tagged and untagged, 8 only untagged.
        assert_eq!(plan.steps().len(), 588);
        assert_eq!(plan.left_out()[0].subject, "pkg298-1-1.fc43");
        assert_eq!(plan.refused()[0].subject, "pkg299-1-1.fc43");
    }
}
