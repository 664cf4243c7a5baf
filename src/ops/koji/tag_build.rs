// SPDX-License-Identifier: GPL-3.0-or-later
//! Tags builds.

use super::builds::{Known, known_and_inside};
use super::entering::{Door, Threshold};
use super::{Named, exists, unlocked};
use crate::Result;
use crate::access::Dimensions;
use crate::koji::Tag;
use crate::names::{Nvr, TagName};
use crate::pipeline::{Operation, Readers};
use crate::plan::{BuildChange, Plan};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Each of `builds` is in `tag` itself.
///
/// Builds are tagged in the order they are named: of several builds of one package the last one
/// becomes the latest, and each waits for the one before it, which could not follow later. One that
/// would set its package back, because a newer build is in the tag or is named before it, is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TagBuilds {
    /// The tag to be in.
    pub tag: TagName,
    /// The builds, in the order in which they are to be tagged.
    pub builds: Vec<Nvr>,
}

/// The tag, the builds, and what keeps builds out of the tag.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    tag: Option<Tag>,
    known: BTreeMap<Nvr, Known>,
    threshold: Threshold,
}

impl Operation for TagBuilds {
    const NAME: &'static str = "koji tag-build";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new().tag(&self.tag).builds(&self.builds)
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        let named = Named::some(&self.builds, "builds")?;
        let koji = services.koji;
        let Some(tag) = koji.tag(&self.tag)? else {
            return Ok(Seen::default());
        };
        let (known, inside) = known_and_inside(koji, &self.tag, named.cloned())?;
        let newcomers: Vec<_> = known.keys().filter(|nvr| inside.row(nvr).is_none()).collect();
        let threshold = Threshold::new(koji, &self.tag, inside, newcomers)?;
        Ok(Seen { tag: Some(tag), known, threshold })
    }

    fn plan(&self, seen: &Seen) -> Result<Plan> {
        let named = Named::some(&self.builds, "builds")?;
        let mut plan = named.plan();
        let Some(tag) = exists(&mut plan, &self.tag, seen.tag.as_ref()) else {
            return Ok(plan);
        };
        let mut door = Door::new(&self.tag, &seen.threshold);
        let mut before = BTreeMap::new();
        for nvr in named.once {
            if seen.threshold.inside.row(nvr).is_some() {
                plan.leave_out(nvr, format!("already in {}", self.tag));
                continue;
            }
            let Some(known) = seen.known.get(nvr) else {
                plan.refuse(nvr, "the hub has no such build");
                continue;
            };
            match unlocked(tag).and_then(|()| door.enter(known)) {
                Err(why) => plan.refuse(nvr, why),
                Ok(build) => {
                    let (tag, package) = (self.tag.clone(), nvr.package());
                    let step = plan.push_after(before.get(&package).copied(), BuildChange::TagBuild { tag, build });
                    before.insert(package, step);
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
    use crate::koji::BuildState;

    fn hub() -> Hub {
        Hub::new()
            .tag("f43")
            .tag("f43-updates")
            .inherits("f43-updates", &["f43"])
            .locked("f42")
            .listed("f43", &["bash", "zsh", "vim", "emacs"])
            .listed("f42", &["bash"])
            .blocked("f43", &["retired"])
            .blocked("f43-updates", &["emacs"])
            .tagged("f43", &["bash-5.2-1.fc43", "bash-5.3-1.fc43"])
            .tagged("f43", &["vim-9.1-2.fc43", "vim-9.1-1.fc43"])
            .tagged("f42", &["bash-5.2-1.fc42"])
            .build("bash-5.3-2.fc43")
            .build("bash-5.3-10.fc43")
            .build("zsh-5.9-1.fc43")
            .build("zsh-5.10-1.fc43")
            .build("1:zsh-4.0-1.fc43")
            .build("emacs-30-1.fc43")
            .build("retired-1-1.fc43")
            .build("unlisted-1-1.fc43")
            .build_in("zsh-6-1.fc43", BuildState::Failed)
            .build_in("zsh-6-2.fc43", BuildState::Building)
            .build_in("zsh-6-3.fc43", BuildState::Deleted)
            .build_in("zsh-6-4.fc43", BuildState::Canceled)
    }

    fn tag_builds(tag: &str, builds: &[&str]) -> TagBuilds {
        TagBuilds { tag: tag.parse().unwrap(), builds: names(builds) }
    }

    #[test]
    fn what_is_planned() {
        let table: &[(&str, &str, &[&str], &str)] = &[
            (
                "in the order of the request, not of the alphabet",
                "f43",
                &["zsh-5.9-1.fc43", "bash-5.3-2.fc43"],
                "0 tag zsh-5.9-1.fc43 into f43
                 1 tag bash-5.3-2.fc43 into f43",
            ),
            (
                "several of one package, the newest last",
                "f43",
                &["bash-5.3-2.fc43", "bash-5.3-10.fc43"],
                "0 tag bash-5.3-2.fc43 into f43
                 1 tag bash-5.3-10.fc43 into f43 (after 0)",
            ),
            (
                "a list in the order of text would set the package back",
                "f43",
                &["zsh-5.10-1.fc43", "zsh-5.9-1.fc43"],
                "0 tag zsh-5.10-1.fc43 into f43
                 ! zsh-5.9-1.fc43: zsh-5.10-1.fc43 is newer and named before it; name the newest build last",
            ),
            (
                "a higher epoch is newer whatever follows it",
                "f43",
                &["zsh-4.0-1.fc43", "zsh-5.9-1.fc43"],
                "0 tag zsh-4.0-1.fc43 into f43
                 ! zsh-5.9-1.fc43: zsh-4.0-1.fc43 is newer and named before it; name the newest build last",
            ),
            ("a locked tag", "f42", &["bash-5.2-1.fc43"], "! bash-5.2-1.fc43: f42 is locked"),
            (
                "older than one that is there but is not the latest",
                "f43",
                &["vim-9.1-1.fc43"],
                "- vim-9.1-1.fc43: already in f43",
            ),
            (
                "named twice",
                "f43",
                &["zsh-5.9-1.fc43", "zsh-5.9-1.fc43", "zsh-5.9-1.fc43"],
                "0 tag zsh-5.9-1.fc43 into f43
                 - zsh-5.9-1.fc43: it is named more than once; once is enough",
            ),
            (
                "half done: the first is there already",
                "f43",
                &["bash-5.3-1.fc43", "bash-5.3-2.fc43"],
                "0 tag bash-5.3-2.fc43 into f43
                 - bash-5.3-1.fc43: already in f43",
            ),
            (
                "inherited is not in the tag itself",
                "f43-updates",
                &["bash-5.3-1.fc43"],
                "0 tag bash-5.3-1.fc43 into f43-updates",
            ),
            (
                "an inherited entry and an own block",
                "f43-updates",
                &["zsh-5.9-1.fc43", "emacs-30-1.fc43", "retired-1-1.fc43"],
                "0 tag zsh-5.9-1.fc43 into f43-updates
                 ! emacs-30-1.fc43: package emacs is blocked in f43-updates
                 ! retired-1-1.fc43: package retired is blocked in f43",
            ),
            (
                "everything that is wrong at once",
                "f43",
                &[
                    "nothing-1-1.fc43",
                    "zsh-6-1.fc43",
                    "zsh-6-2.fc43",
                    "zsh-6-3.fc43",
                    "zsh-6-4.fc43",
                    "unlisted-1-1.fc43",
                    "retired-1-1.fc43",
                ],
                "! nothing-1-1.fc43: the hub has no such build
                 ! zsh-6-1.fc43: the build is failed; only complete builds can be tagged
                 ! zsh-6-2.fc43: the build is still building; only complete builds can be tagged
                 ! zsh-6-3.fc43: the build is deleted; only complete builds can be tagged
                 ! zsh-6-4.fc43: the build is canceled; only complete builds can be tagged
                 ! unlisted-1-1.fc43: package unlisted is not listed in f43
                 ! retired-1-1.fc43: package retired is blocked in f43",
            ),
            ("a locked tag that is as asked", "f42", &["bash-5.2-1.fc42"], "- bash-5.2-1.fc42: already in f42"),
            ("no such tag", "f99", &["bash-5.3-2.fc43"], "! f99: the hub has no such tag"),
            ("nothing", "f43", &[], "error: no builds are named"),
        ];
        for (what, tag, builds, expected) in table {
            same(what, &hub().text(&tag_builds(tag, builds)), expected);
        }
    }

    /// Tagging would make it the latest; the hub would not mind.
    #[test]
    fn an_older_build_does_not_go_on_top_of_a_newer_one() {
        let hub = hub().build("vim-9.0-1.fc43").build("bash-5.2-9.fc43");
        same(
            "older than what is there",
            &hub.text(&tag_builds("f43", &["bash-5.2-9.fc43", "vim-9.0-1.fc43"])),
            "! bash-5.2-9.fc43: bash-5.3-1.fc43 is newer and in f43 already; untag it first if the older one is to be the latest
             ! vim-9.0-1.fc43: vim-9.1-2.fc43 is newer and in f43 already; untag it first if the older one is to be the latest",
        );
        // Also what the hub has deleted since: it is not shown, so it is not newer either.
        let hub = Hub::new()
            .tag("f43")
            .listed("f43", &["bash"])
            .build_in("bash-6-1.fc43", BuildState::Deleted)
            .tagged("f43", &["bash-6-1.fc43"])
            .build("bash-5-1.fc43");
        same("newer, but deleted", &hub.text(&tag_builds("f43", &["bash-5-1.fc43"])), "0 tag bash-5-1.fc43 into f43");
    }

    #[test]
    fn few_builds_are_looked_up_one_by_one() {
        let hub = hub();
        let _ = hub.text(&tag_builds("f43", &["zsh-5.9-1.fc43", "bash-5.3-1.fc43", "no-1-1"]));
        assert_eq!(hub.calls(), ["getTag f43", "getBuild x3", "queryHistory f43 x2", "listPackages f43 x1"]);
    }

    #[test]
    fn nonsense_is_not_looked_up_at_all() {
        let hub = hub();
        let _ = hub.text(&tag_builds("f43", &[]));
        assert!(hub.calls().is_empty());
        let _ = hub.text(&tag_builds("f99", &["bash-5.3-2.fc43"]));
        assert_eq!(hub.calls(), ["getTag f99"]);
    }

    #[test]
    fn for_many_builds_the_tag_is_read_once() {
        let list: Vec<_> = (0..300).map(|n| format!("pkg{n}-1-1.fc43")).collect();
        let list: Vec<_> = list.iter().map(String::as_str).collect();
        let packages: Vec<_> = (0..300).map(|n| format!("pkg{n}")).collect();
        let packages: Vec<_> = packages.iter().map(String::as_str).collect();
        let mut hub = hub().listed("f43", &packages).tagged("f43", &list[..50]);
        for nvr in &list[50..299] {
            hub = hub.build(nvr);
        }
        let plan = hub.plan(&tag_builds("f43", &list)).unwrap();
        assert_eq!(hub.calls(), ["getTag f43", "queryHistory f43", "getBuild x250", "listPackages f43"]);
        assert_eq!(plan.steps().len(), 249);
        assert_eq!(plan.left_out().len(), 50);
        assert_eq!(plan.refused().len(), 1);
        assert_eq!(plan.steps()[0].change.to_string(), "tag pkg50-1-1.fc43 into f43");
        assert_eq!(plan.refused()[0].subject, "pkg299-1-1.fc43");
    }
}
