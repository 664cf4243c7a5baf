// SPDX-License-Identifier: GPL-3.0-or-later
//! Has builds signed that the signer has missed.

use super::builds::{Known, Listing, known, unfit};
use super::{Named, exists, not_empty, unlocked};
use crate::access::Dimensions;
use crate::koji::Tag;
use crate::names::{Nvr, PackageName, TagName};
use crate::pipeline::{Operation, Readers};
use crate::plan::{BuildChange, Plan};
use crate::release::layout;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What waits for its signature is in a tag of such a name, a side tag's too.
const SIGNING: &str = "-signing-pending";

/// What is signed and waits for gating is in a tag of such a name.
const TESTING: &str = "-testing-pending";

/// Each of `builds` is tagged anew in the tag where it waits to be signed, so that the hub tells of it
/// again; with `to`, one that waits for gating goes back there.
///
/// Tagging anew is one call: the build leaves the tag and enters it in the same event, and the hub's
/// message is the same as of any tagging. Untagging and tagging would be two, and a run that ends between
/// them leaves the build where no signer and no Bodhi looks for it. Not idempotent by its nature: a second
/// run tells of the builds again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetriggerSigning {
    /// The builds, in the order in which the signer is to see them.
    pub builds: Vec<Nvr>,
    /// Where builds go back to that wait for gating.
    pub to: Option<TagName>,
}

/// The builds, the tags they are in, and what these are set to.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    builds: BTreeMap<Nvr, (Known, Vec<TagName>)>,
    tags: BTreeMap<TagName, Tag>,
    /// Those of them where builds wait for their signature.
    signing: BTreeSet<TagName>,
    /// Packages as they are listed in `to`.
    listing: Listing,
}

impl RetriggerSigning {
    fn makes_sense(&self) -> Result<()> {
        not_empty(&self.builds, "builds")?;
        match &self.to {
            Some(to) if !to.as_str().ends_with(SIGNING) => {
                Err(Error::usage(format!("{to} is no tag where builds wait for their signature"))
                    .hint(format!("such tags end in {SIGNING}")))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The changes for one build, or why there are none.
    fn of(&self, known: &Known, tags: &[TagName], seen: &Seen) -> Result<Vec<BuildChange>, String> {
        if let Some(why) = unfit(known.state) {
            return Err(why);
        }
        let open = |tag: &TagName| seen.tags.get(tag).map_or(Ok(()), unlocked);
        let build = || known.build.clone();
        let signing: Vec<&TagName> = tags.iter().filter(|tag| seen.signing.contains(*tag)).collect();
        if !signing.is_empty() {
            let anew = |tag: &TagName| open(tag).map(|()| BuildChange::RetagBuild { tag: tag.clone(), build: build() });
            return signing.into_iter().map(anew).collect();
        }
        let testing: Vec<&TagName> = tags.iter().filter(|tag| tag.as_str().ends_with(TESTING)).collect();
        match (testing.as_slice(), &self.to) {
            ([], _) => Err(match tags {
                [] => "it waits nowhere: it is in no tag".into(),
                tags => format!("it waits neither for its signature nor for gating: it is in {}", list(tags)),
            }),
            ([from], None) => Err(format!("it waits for gating in {from}; say with --to where it is to be signed")),
            ([from], Some(to)) => {
                open(from).and_then(|()| open(to))?;
                if let Some(why) = seen.listing.keeps_out(to, &known.build.nvr.package()) {
                    return Err(why);
                }
                let entered = BuildChange::TagBuild { tag: to.clone(), build: build() };
                Ok(vec![entered, BuildChange::UntagBuild { tag: (*from).clone(), build: build() }])
            }
            (several, _) => Err(format!("it waits for gating in several tags: {}", list(several))),
        }
    }
}

fn list<T: std::fmt::Display>(tags: &[T]) -> String {
    tags.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}

impl Operation for RetriggerSigning {
    const NAME: &'static str = "koji retrigger-signing";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new().builds(&self.builds).tags(&self.to).option("--to", self.to.is_some())
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        self.makes_sense()?;
        let koji = services.koji;
        let known = known(koji, &Named::new(&self.builds).cloned())?;
        let nvrs: Vec<Nvr> = known.keys().cloned().collect();
        let tags = if nvrs.is_empty() { Vec::new() } else { koji.tags_of(&nvrs)? };
        let builds: BTreeMap<_, _> =
            known.into_iter().zip(tags).map(|((nvr, known), tags)| (nvr, (known, tags))).collect();
        let of_builds = builds.values().flat_map(|(_, tags)| tags);
        let waiting = of_builds.filter(|tag| tag.as_str().ends_with("-pending"));
        let named: BTreeSet<&TagName> = waiting.chain(&self.to).collect();
        let mut tags = BTreeMap::new();
        for name in named {
            if let Some(tag) = koji.tag(name)? {
                tags.insert(name.clone(), tag);
            }
        }
        let layouts = layout::built_in()?;
        let signs = |tag: &TagName| tag.as_str().ends_with(SIGNING) || layouts.iter().any(|layout| layout.signs(tag));
        let signing = tags.keys().filter(|tag| signs(tag)).cloned().collect();
        let listing = match &self.to {
            Some(to) if tags.contains_key(to) => {
                let packages: BTreeSet<PackageName> = builds.keys().map(Nvr::package).collect();
                Listing::of(koji, to, &packages)?
            }
            Some(_) | None => Listing::default(),
        };
        Ok(Seen { builds, tags, signing, listing })
    }

    fn plan(&self, seen: &Seen) -> Result<Plan> {
        self.makes_sense()?;
        let named = Named::new(&self.builds);
        let mut plan = named.plan();
        if let Some(to) = &self.to
            && exists(&mut plan, to, seen.tags.get(to)).is_none()
        {
            return Ok(plan);
        }
        for nvr in named.once {
            let Some((known, tags)) = seen.builds.get(nvr) else {
                plan.refuse(nvr, "the hub has no such build");
                continue;
            };
            match self.of(known, tags, seen) {
                Err(why) => plan.refuse(nvr, why),
                // It leaves gating only once it is where it is signed.
                Ok(changes) => {
                    let mut after = None;
                    for change in changes {
                        let moves = matches!(change, BuildChange::TagBuild { .. });
                        let step = plan.push_after(after, change);
                        after = moves.then_some(step);
                    }
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
            .tag("f43-signing-pending")
            .tag("f43-pending")
            .tag("f43-updates-pending")
            .perm("f43-updates-pending", "admin")
            .tag("f43-updates-candidate")
            .tag("f43-updates-testing-pending")
            .perm("f43-updates-testing-pending", "autosign")
            .tag("f43-build-side-7-signing-pending")
            .locked("f42-signing-pending")
            .listed("f43-signing-pending", &["zsh"])
            .tagged("f43-updates-candidate", &["bash-5.3-1.fc43", "zsh-5.9-1.fc43", "vim-9-1.fc43"])
            .tagged("f43-signing-pending", &["bash-5.3-1.fc43", "dash-1-1.fc43"])
            .tagged("f43-updates-testing-pending", &["zsh-5.9-1.fc43", "mc-4-1.fc43"])
            .tagged("f43-build-side-7-signing-pending", &["gtk-4-1.fc43"])
            .tagged("f42-signing-pending", &["bash-5.2-1.fc42"])
            .tagged("f43-pending", &["ed-2-1.fc43"])
            .tagged("f43-updates-pending", &["jq-1-1.fc43"])
            .build("loose-1-1.fc43")
            .build_in("gone-1-1.fc43", BuildState::Deleted)
    }

    fn retrigger(builds: &[&str], to: Option<&str>) -> RetriggerSigning {
        RetriggerSigning { builds: names(builds), to: to.map(|to| to.parse().unwrap()) }
    }

    #[test]
    fn what_is_planned() {
        let signing = Some("f43-signing-pending");
        let table: &[(&str, &[&str], Option<&str>, &str)] = &[
            (
                "where they wait, a side tag's too, in the order of the request",
                &["gtk-4-1.fc43", "bash-5.3-1.fc43"],
                None,
                "0 make gtk-4-1.fc43 the newest of its package in f43-build-side-7-signing-pending again
                 1 make bash-5.3-1.fc43 the newest of its package in f43-signing-pending again",
            ),
            (
                "where a rebuild waits to be merged, and not what waits to be pushed",
                &["ed-2-1.fc43", "jq-1-1.fc43"],
                None,
                "0 make ed-2-1.fc43 the newest of its package in f43-pending again
                 ! jq-1-1.fc43: it waits neither for its signature nor for gating: it is in f43-updates-pending",
            ),
            (
                "back from gating",
                &["zsh-5.9-1.fc43", "bash-5.3-1.fc43"],
                signing,
                "0 tag zsh-5.9-1.fc43 into f43-signing-pending
                 1 untag zsh-5.9-1.fc43 from f43-updates-testing-pending (after 0)
                 2 make bash-5.3-1.fc43 the newest of its package in f43-signing-pending again",
            ),
            (
                "all that cannot be done at once",
                &[
                    "zsh-5.9-1.fc43",
                    "vim-9-1.fc43",
                    "loose-1-1.fc43",
                    "no-1-1",
                    "gone-1-1.fc43",
                    "bash-5.2-1.fc42",
                    "vim-9-1.fc43",
                ],
                None,
                "- vim-9-1.fc43: it is named more than once; once is enough
                 ! zsh-5.9-1.fc43: it waits for gating in f43-updates-testing-pending; say with --to where it is to be signed
                 ! vim-9-1.fc43: it waits neither for its signature nor for gating: it is in f43-updates-candidate
                 ! loose-1-1.fc43: it waits nowhere: it is in no tag
                 ! no-1-1: the hub has no such build
                 ! gone-1-1.fc43: the build is deleted; only complete builds can be tagged
                 ! bash-5.2-1.fc42: f42-signing-pending is locked",
            ),
            (
                "a package that is not listed there",
                &["mc-4-1.fc43"],
                signing,
                "! mc-4-1.fc43: package mc is not listed in f43-signing-pending",
            ),
            ("to a tag that is not there", &["zsh-5.9-1.fc43"], Some("f9-signing-pending"), "! f9-signing-pending: the hub has no such tag"),
            (
                "to where nothing is signed",
                &["zsh-5.9-1.fc43"],
                Some("f43-updates-candidate"),
                "error: f43-updates-candidate is no tag where builds wait for their signature",
            ),
            ("nothing", &[], None, "error: no builds are named"),
        ];
        for (what, builds, to, expected) in table {
            same(what, &hub().text(&retrigger(builds, *to)), expected);
        }
    }

    /// A build that is in neither tag for a moment is lost if the run ends there.
    #[test]
    fn a_build_that_waits_is_never_untagged() {
        let plan = hub().plan(&retrigger(&["bash-5.3-1.fc43", "dash-1-1.fc43"], None)).unwrap();
        let retagged = |step: &crate::plan::Step| matches!(step.change.build(), Some(BuildChange::RetagBuild { .. }));
        assert!(plan.steps().len() == 2 && plan.steps().iter().all(retagged));
    }
}
