// SPDX-License-Identifier: GPL-3.0-or-later
//! Removes all build targets of a release that has come to its end.

use crate::access::Dimensions;
use crate::bodhi::{Record, State};
use crate::koji::{Reader, TagSettings, Target, TargetQuery, TargetTags};
use crate::names::{ReleaseAlias, TagName, TargetName};
use crate::ops::release::NamesRelease;
use crate::pipeline::{Operation, Readers};
use crate::plan::{Plan, TargetChange};
use crate::release::layout::{Layout, Tree};
use crate::release::{Known, LaidOut, Role, ToCome, end_to_come};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// No target builds from a tag of the release or into one, but for those to keep. What a
/// [`RemoveTargetsOf`] becomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveTargets {
    /// The release, as it was called.
    pub release: ReleaseAlias,
    /// Its tags.
    pub own: TagsOf,
    /// The tags of all other releases: a target that has one of them is not only this one's.
    pub others: Vec<TagsOf>,
    /// Targets that stay.
    pub keep: BTreeSet<TargetName>,
    /// Bodhi's word on its end did not count.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub before_eol: bool,
}

/// The tags of one release: those of its layout, and those whose names begin with its base tag's, as
/// side tags and tags of mass rebuilds do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TagsOf {
    /// The release's name.
    pub release: String,
    /// Its base tag, as a word that names begin with.
    pub base: String,
    /// Tags of its layout that do not begin so.
    pub tags: BTreeSet<TagName>,
}

impl TagsOf {
    fn new(laid_out: LaidOut<'_>, tree: Tree) -> Self {
        let LaidOut { release, layout, .. } = laid_out;
        let base = layout.base_of(&release.version);
        let mut of = Self { release: release.name.clone(), base, tags: BTreeSet::new() };
        let tags = tree.tags.into_iter().map(|tag| tag.name).filter(|tag| !of.has(tag)).collect();
        of.tags = tags;
        of
    }

    /// `f4` is no beginning of `f41-build`, nor `epel10` of `epel10.1-build`.
    fn has(&self, tag: &TagName) -> bool {
        let rest = tag.as_str().strip_prefix(self.base.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-')) || self.tags.contains(tag)
    }
}

/// The targets that build from a tag of the release or into one, and these tags.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    targets: Vec<Target>,
    tags: BTreeMap<TagName, TagSettings>,
}

/// The release that is called so has no targets, but for those to keep.
#[derive(Debug, Clone)]
pub struct RemoveTargetsOf {
    /// What it is called.
    pub release: ReleaseAlias,
    /// Targets that stay.
    pub keep: BTreeSet<TargetName>,
    /// Whatever Bodhi says of its end.
    pub before_eol: bool,
    /// A layout that counts before those that flr brings.
    pub layout: Option<Layout>,
}

impl RemoveTargetsOf {
    /// Fine, if the release is at its end: its state may be changed only after its targets are gone, so that the
    /// day counts too.
    fn is_over(&self, release: &Record, koji: &dyn Reader) -> Result<()> {
        let name = &release.name;
        match &release.state {
            _ if self.before_eol => return Ok(()),
            Some(State::Archived | State::Disabled) => return Ok(()),
            Some(_) => {}
            None => {
                return Err(Error::not_now(format!("only Bodhi can say whether {name} is at its end"))
                    .hint("try again later; --before-eol removes its targets whatever Bodhi says"));
            }
        }
        if release.eol.is_none() {
            return Ok(());
        }
        match end_to_come(release, koji.hub_time()?) {
            None => Ok(()),
            Some(ToCome { end, today }) => {
                Err(Error::failed(format!("{name} ends on {end}, and by the hub's clock it is {today}"))
                    .hint("--before-eol removes its targets all the same"))
            }
        }
    }
}

impl NamesRelease for RemoveTargetsOf {
    type Request = RemoveTargets;

    fn dimensions(&self) -> Dimensions {
        about(&self.release, &self.keep).option("--before-eol", self.before_eol)
    }

    /// Refuses a release that is still to come, or not at its end.
    fn resolve(self, known: &Known, layouts: &[Layout], koji: &dyn Reader) -> Result<RemoveTargets> {
        let layouts: Vec<Layout> = self.layout.iter().chain(layouts).cloned().collect();
        let laid_out = known.laid_out(&self.release, &layouts)?;
        let name = &laid_out.release.name;
        match (laid_out.role, &laid_out.release.state) {
            (Role::Rawhide, _) => return Err(Error::failed(format!("{name} is rawhide, which never ends"))),
            (_, Some(state @ (State::Pending | State::Frozen))) => {
                return Err(Error::failed(format!(
                    "{name} is {state}: only a release that is out can come to its end"
                )));
            }
            _ => {}
        }
        self.is_over(laid_out.release, koji)?;
        let others = known.releases.iter().filter(|release| release.name != *name);
        let others = others.filter_map(|release| release.name.parse().ok());
        let others = others.filter_map(|other: ReleaseAlias| known.laid_out(&other, &layouts).ok());
        Ok(RemoveTargets {
            release: self.release,
            own: TagsOf::new(laid_out, first_tree(laid_out)?),
            // Of a tree that nobody can tell, the base still counts.
            others: others.map(|other| TagsOf::new(other, first_tree(other).unwrap_or_default())).collect(),
            keep: self.keep,
            before_eol: self.before_eol,
        })
    }
}

fn about(release: &ReleaseAlias, keep: &BTreeSet<TargetName>) -> Dimensions {
    Dimensions::new().releases([release]).option("--keep", !keep.is_empty())
}

impl RemoveTargets {
    /// Whether it is one of the release's.
    fn is_own(&self, target: &Target) -> bool {
        self.own.has(&target.build_tag) || self.own.has(&target.dest_tag)
    }

    /// Another release that has one of the tags.
    fn other(&self, tag: &TagName) -> Option<&TagsOf> {
        self.others.iter().find(|other| other.has(tag) && !self.own.has(tag))
    }

    fn plan_target(&self, target: &Target, seen: &Seen, plan: &mut Plan) {
        let subject = &target.name;
        let tags = [&target.build_tag, &target.dest_tag];
        let side = tags.iter().filter_map(|tag| seen.tags.get(*tag)).find(|tag| tag.is_side_tag());
        let foreign = tags.into_iter().find_map(|tag| Some((tag, self.other(tag)?)));
        match (side, foreign) {
            _ if self.keep.contains(&target.name) => plan.leave_out(subject, "it is kept, as asked"),
            // Without its target the hub would not remove the side tag any more.
            (Some(tag), _) => {
                plan.leave_out(subject, format!("{} is a user's side tag; remove-sidetags removes both", tag.name))
            }
            (None, Some((tag, other))) => {
                plan.refuse(subject, format!("{tag} is a tag of {}; --keep leaves it", other.release));
            }
            (None, None) => drop(
                plan.push(TargetChange::DeleteTarget { target: target.name.clone(), before: TargetTags::from(target) }),
            ),
        }
    }
}

fn first_tree(laid_out: LaidOut<'_>) -> Result<Tree> {
    laid_out.tree(laid_out.layout.first_phase(), &[])
}

impl Operation for RemoveTargets {
    const NAME: &'static str = "koji remove-targets";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        about(&self.release, &self.keep).option("--before-eol", self.before_eol)
    }

    /// All targets in one answer: nobody has a list of a release's.
    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        let koji = services.koji;
        let mut targets = koji.targets(&TargetQuery::default())?;
        targets.retain(|target| self.is_own(target));
        let tags = targets.iter().flat_map(|target| [&target.build_tag, &target.dest_tag]);
        let tags: Vec<TagName> = tags.collect::<BTreeSet<_>>().into_iter().cloned().collect();
        let tags = if tags.is_empty() { Vec::new() } else { koji.settings(&tags)? };
        Ok(Seen { targets, tags: tags.into_iter().flatten().map(|tag| (tag.name.clone(), tag)).collect() })
    }

    fn plan(&self, seen: &Seen) -> Result<Plan> {
        let mut plan = Plan::default();
        // Mistyped, it would not be kept.
        for name in self.keep.iter().filter(|name| !seen.targets.iter().any(|target| target.name == **name)) {
            plan.refuse(name, format!("{} has no such target to keep", self.own.release));
        }
        for target in &seen.targets {
            self.plan_target(target, seen, &mut plan);
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::{Hub, same};
    use super::super::releases;
    use super::*;
    use crate::koji::Extra;

    fn request(release: &str, keep: &[&str]) -> Result<RemoveTargets> {
        let keep = keep.iter().map(|name| name.parse().unwrap()).collect();
        let known = releases::known(&["F4 archived", "F41 current", "F42 current", "F44 pending", "F45 rawhide"]);
        let named = RemoveTargetsOf { release: release.parse().unwrap(), keep, before_eol: false, layout: None };
        named.resolve(&known, &releases::layouts(), &Hub::new())
    }

    fn hub() -> Hub {
        let tags = [
            "f41",
            "f41-build",
            "f41-python",
            "f41-updates-candidate",
            "f41-rebuild",
            "f41-build-side-7",
            "f4-build",
            "f411-build",
            "f42-build",
            "f42-updates-candidate",
            "rawhide",
        ];
        tags.iter()
            .fold(Hub::new(), |hub, tag| hub.tag(tag))
            .extra("f41-build-side-7", "sidetag", Extra::Value(true.into()))
            .target("f41", "f41-build", "f41-updates-candidate")
            .target("f41-python", "f41-python", "f41-python")
            .target("mass", "f41-build", "f41-rebuild")
            .target("f41-build-side-7", "f41-build-side-7", "f41-build-side-7")
            .target("f42", "f42-build", "f42-updates-candidate")
            .target("f411", "f411-build", "f411-build")
            .target("f4", "f4-build", "f4-build")
    }

    #[test]
    fn what_is_planned() {
        let side = "- f41-build-side-7: f41-build-side-7 is a user's side tag; remove-sidetags removes both";
        let table = [
            (
                "no list by hand misses the one of the mass rebuild",
                hub().text(&request("f41", &[]).unwrap()),
                format!("0 delete target f41\n1 delete target f41-python\n2 delete target mass\n{side}"),
            ),
            (
                "one is kept",
                hub().text(&request("F41", &["mass"]).unwrap()),
                format!("0 delete target f41\n1 delete target f41-python\n{side}\n- mass: it is kept, as asked"),
            ),
            (
                "one that is not there is not kept",
                hub().text(&request("41", &["mas", "f42"]).unwrap()),
                format!(
                    "0 delete target f41\n1 delete target f41-python\n2 delete target mass\n{side}
                     ! f42: F41 has no such target to keep\n! mas: F41 has no such target to keep"
                ),
            ),
            (
                "those of two releases",
                hub()
                    .target("odd", "f42-build", "f41-python")
                    .target("odder", "f41-build", "rawhide")
                    .text(&request("f41", &["odder"]).unwrap()),
                format!(
                    "0 delete target f41\n1 delete target f41-python\n2 delete target mass\n{side}
                     - odder: it is kept, as asked\n! odd: f42-build is a tag of F42; --keep leaves it"
                ),
            ),
            ("nothing is left", hub().text(&request("f4", &[]).unwrap()), "0 delete target f4".to_owned()),
        ];
        for (what, text, expected) in table {
            same(what, &text, &expected);
        }
        let odd = hub().target("odd", "f41-build", "rawhide").text(&request("f41", &[]).unwrap());
        assert!(odd.ends_with("! odd: rawhide is a tag of F45; --keep leaves it"), "{odd}");
    }

    #[test]
    fn a_release_to_come_keeps_its_targets() {
        let refused = |release: &str| request(release, &[]).unwrap_err().what;
        assert_eq!(refused("branched"), "F44 is pending: only a release that is out can come to its end");
        assert_eq!(refused("rawhide"), "F45 is rawhide, which never ends");
        assert_eq!(refused("f40"), "there is no release f40");
    }

    /// Bodhi's state changes only after the targets are gone: the day says whether that is too early.
    #[test]
    fn a_release_that_has_not_ended_keeps_its_targets() {
        let mut known = releases::known(&["F41 current", "F42 current", "F45 rawhide"]);
        let mut named =
            RemoveTargetsOf { release: "f41".parse().unwrap(), keep: BTreeSet::new(), before_eol: false, layout: None };
        let mut resolved = |eol: Option<&str>, state: Option<State>, before_eol: bool| {
            known.releases[0].eol = eol.map(str::to_owned);
            known.releases[0].state = state;
            named.before_eol = before_eol;
            let said = named.clone().resolve(&known, &releases::layouts(), &Hub::new());
            said.map_or_else(|error| error.what, |request| format!("{} {}", request.own.release, request.before_eol))
        };
        let current = Some(State::Current);
        let ends = "F41 ends on 1970-01-12, and by the hub's clock it is 1970-01-11";
        assert_eq!(resolved(Some("1970-01-12"), current.clone(), false), ends);
        assert_eq!(resolved(Some("1970-01-12"), current.clone(), true), "F41 true");
        assert_eq!(resolved(Some("1970-01-12"), Some(State::Archived), false), "F41 false");
        for over in [Some("1970-01-11"), Some("soon"), None] {
            assert_eq!(resolved(over, current.clone(), false), "F41 false", "{over:?}");
        }
        assert_eq!(resolved(None, None, false), "only Bodhi can say whether F41 is at its end");
        assert_eq!(resolved(None, None, true), "F41 true");
    }

    /// No question for each tag that a release may have.
    #[test]
    fn two_questions_are_enough() {
        let hub = hub();
        let _ = hub.text(&request("f41", &[]).unwrap());
        let calls = hub.calls();
        let tags = "getTag of f41-build f41-build-side-7 f41-python f41-rebuild f41-updates-candidate";
        assert_eq!((calls[0].as_str(), calls.last().unwrap().as_str()), ("getBuildTargets", tags));
    }
}
