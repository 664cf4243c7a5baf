// SPDX-License-Identifier: GPL-3.0-or-later
//! Untags builds.

use super::builds::{Contents, Known, known_and_inside};
use super::{Named, exists, unlocked};
use crate::Result;
use crate::access::Dimensions;
use crate::koji::Tag;
use crate::names::{Nvr, TagName};
use crate::pipeline::{Operation, Readers};
use crate::plan::{BuildChange, Plan};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// None of `builds` is in `tag` itself; what the tag inherits does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UntagBuilds {
    /// The tag not to be in.
    pub tag: TagName,
    /// The builds, in the order in which they are to be untagged.
    pub builds: Vec<Nvr>,
}

/// The tag, the builds that the hub knows, and what is in the tag.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    tag: Option<Tag>,
    known: BTreeMap<Nvr, Known>,
    inside: Contents,
}

impl Operation for UntagBuilds {
    const NAME: &'static str = "koji untag-build";
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
        Ok(Seen { tag: Some(tag), known, inside })
    }

    fn plan(&self, seen: &Seen) -> Result<Plan> {
        let named = Named::some(&self.builds, "builds")?;
        let mut plan = named.plan();
        let Some(tag) = exists(&mut plan, &self.tag, seen.tag.as_ref()) else {
            return Ok(plan);
        };
        for nvr in named.once {
            match (seen.known.get(nvr), seen.inside.row(nvr)) {
                (None, _) => plan.refuse(nvr, "the hub has no such build"),
                (_, None) => plan.leave_out(nvr, format!("not in {} itself", self.tag)),
                (Some(known), Some(_)) => match unlocked(tag) {
                    Err(why) => plan.refuse(nvr, why),
                    Ok(()) => {
                        let (tag, build) = (self.tag.clone(), known.build.clone());
                        plan.push(BuildChange::UntagBuild { tag, build });
                    }
                },
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
            .listed("f43", &["bash"])
            .blocked("f43", &["retired"])
            .tagged("f43", &["bash-5.2-1.fc43", "bash-5.3-1.fc43", "retired-1-1.fc43"])
            .tagged("f42", &["bash-5.2-1.fc42"])
            .build("zsh-5.9-1.fc43")
    }

    fn untag_builds(tag: &str, builds: &[&str]) -> UntagBuilds {
        UntagBuilds { tag: tag.parse().unwrap(), builds: names(builds) }
    }

    #[test]
    fn what_is_planned() {
        let table: &[(&str, &str, &[&str], &str)] = &[
            (
                "in the order of the request",
                "f43",
                &["bash-5.3-1.fc43", "bash-5.2-1.fc43"],
                "0 untag bash-5.3-1.fc43 from f43
                 1 untag bash-5.2-1.fc43 from f43",
            ),
            (
                "one that koji hides because its package is blocked",
                "f43",
                &["retired-1-1.fc43"],
                "0 untag retired-1-1.fc43 from f43",
            ),
            (
                "not there, and named twice",
                "f43",
                &["zsh-5.9-1.fc43", "zsh-5.9-1.fc43"],
                "- zsh-5.9-1.fc43: it is named more than once; once is enough
                 - zsh-5.9-1.fc43: not in f43 itself",
            ),
            (
                "half done",
                "f43",
                &["zsh-5.9-1.fc43", "bash-5.3-1.fc43"],
                "0 untag bash-5.3-1.fc43 from f43
                 - zsh-5.9-1.fc43: not in f43 itself",
            ),
            (
                "inherited, not direct",
                "f43-updates",
                &["bash-5.3-1.fc43"],
                "- bash-5.3-1.fc43: not in f43-updates itself",
            ),
            (
                "names that are no builds, all at once",
                "f43",
                &["bahs-5.3-1.fc43", "bash-5.3-1.fc43", "bash-5.3-1.fc44"],
                "0 untag bash-5.3-1.fc43 from f43
                 ! bahs-5.3-1.fc43: the hub has no such build
                 ! bash-5.3-1.fc44: the hub has no such build",
            ),
            (
                "locked",
                "f42",
                &["bash-5.2-1.fc42", "zsh-5.9-1.fc43"],
                "- zsh-5.9-1.fc43: not in f42 itself
                 ! bash-5.2-1.fc42: f42 is locked",
            ),
            ("locked, and as asked", "f42", &["zsh-5.9-1.fc43"], "- zsh-5.9-1.fc43: not in f42 itself"),
            ("no such tag", "f99", &["bash-5.3-1.fc43"], "! f99: the hub has no such tag"),
            ("nothing", "f43", &[], "error: no builds are named"),
        ];
        for (what, tag, builds, expected) in table {
            same(what, &hub().text(&untag_builds(tag, builds)), expected);
        }
    }

    #[test]
    fn few_builds_are_looked_up_one_by_one() {
        let hub = hub();
        let _ = hub.text(&untag_builds("f43", &["zsh-5.9-1.fc43", "bash-5.3-1.fc43", "no-1-1"]));
        assert_eq!(hub.calls(), ["getTag f43", "getBuild x3", "queryHistory f43 x2"]);
    }

    #[test]
    fn for_many_builds_the_tag_is_read_once() {
        let list: Vec<_> = (0..201).map(|n| format!("pkg{n}-1-1.fc43")).collect();
        let list: Vec<_> = list.iter().map(String::as_str).collect();
        let hub = hub().tagged("f43", &list[..199]).build(list[199]);
        let plan = hub.plan(&untag_builds("f43", &list)).unwrap();
        assert_eq!(hub.calls(), ["getTag f43", "queryHistory f43", "getBuild x2"]);
        assert_eq!(plan.steps().len(), 199);
        assert_eq!(plan.left_out()[0].subject, "pkg199-1-1.fc43");
        assert_eq!(plan.refused()[0].subject, "pkg200-1-1.fc43");
    }
}
