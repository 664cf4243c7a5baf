// SPDX-License-Identifier: GPL-3.0-or-later
//! Sets a release's tags up for updates that are tested and pushed.

use crate::access::Dimensions;
use crate::bodhi::State;
use crate::koji::{Parent, ParentLink, Reader, TagSettings};
use crate::names::{ReleaseAlias, TagName};
use crate::ops::release::{NamesRelease, drift};
use crate::pipeline::{Operation, Readers};
use crate::plan::{Plan, TagChange};
use crate::release::layout::{Layout, LinkShape, TagShape, Tree};
use crate::release::{Known, LaidOut, Role};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The phases between which updates are activated, in the layouts' words.
const BEFORE: &str = "before-activation";
const AFTER: &str = "after-activation";

/// What a layout changes at activation is as it is to be afterwards. What a [`ActivateUpdatesOf`] becomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivateUpdates {
    /// The release, as it was called.
    pub release: ReleaseAlias,
    /// What changes: inheritance first, and of what inherits from each other, parents first.
    pub turns: Vec<Turn>,
}

/// One thing about one tag, before and after.
#[allow(missing_docs, reason = "the fields are called what the layout calls them")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "lowercase", deny_unknown_fields)]
pub enum Turn {
    /// All its links to parents.
    Parents { tag: TagName, before: Vec<LinkShape>, after: Vec<LinkShape> },
    /// Its architectures, separated by blanks.
    Arches { tag: TagName, before: String, after: String },
    /// The permission that tagging needs.
    Perm { tag: TagName, before: Option<String>, after: Option<String> },
    /// Whether it is locked.
    Locked { tag: TagName, before: bool, after: bool },
}

impl Turn {
    fn tag(&self) -> &TagName {
        match self {
            Self::Parents { tag, .. }
            | Self::Arches { tag, .. }
            | Self::Perm { tag, .. }
            | Self::Locked { tag, .. } => tag,
        }
    }
}

/// How the tags are set up now.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    tags: BTreeMap<TagName, TagSettings>,
    links: BTreeMap<TagName, Vec<ParentLink>>,
    /// What the parents to come inherit from.
    above: BTreeMap<TagName, Vec<Parent>>,
    permissions: BTreeSet<String>,
}

/// The release that is called so has its updates activated.
#[derive(Debug, Clone)]
pub struct ActivateUpdatesOf {
    /// What it is called.
    pub release: ReleaseAlias,
    /// A layout that counts before those that flr brings.
    pub layout: Option<Layout>,
}

impl NamesRelease for ActivateUpdatesOf {
    type Request = ActivateUpdates;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new().releases([&self.release])
    }

    /// What the layout says that differs between the two phases. Rawhide and releases at their end are
    /// refused, and layouts that know no activation or change more than is done here.
    fn resolve(self, known: &Known, layouts: &[Layout], _: &dyn Reader) -> Result<ActivateUpdates> {
        let layouts: Vec<Layout> = self.layout.into_iter().chain(layouts.iter().cloned()).collect();
        let laid_out = known.laid_out(&self.release, &layouts)?;
        let LaidOut { release, layout, .. } = laid_out;
        if laid_out.role == Role::Rawhide {
            return Err(Error::failed(format!("{} is rawhide, whose updates are never activated", release.name)));
        }
        if let Some(State::Archived | State::Disabled) = release.state {
            return Err(Error::failed(format!("{} is at its end", release.name)));
        }
        let phases = layout.phase(BEFORE).and_then(|before| Ok((before, layout.phase(AFTER)?)));
        let (before, after) = phases.map_err(|_| {
            Error::failed(format!("the layout {} of {} knows no activation of updates", layout.family(), release.name))
        })?;
        let (before, after) = (laid_out.tree(before, &[])?, laid_out.tree(after, &[])?);
        let more = other_differences(&before, &after);
        if !more.is_empty() {
            let what = format!("the layout {} changes at activation what is not changed here", layout.family());
            return Err(Error::failed(format!("{what}: {}", more.join(", "))));
        }
        Ok(ActivateUpdates { release: self.release, turns: turns(&before, &after) })
    }
}

impl ActivateUpdates {
    fn tags(&self) -> BTreeSet<&TagName> {
        self.turns.iter().map(Turn::tag).collect()
    }

    /// The parents that links lead to afterwards.
    fn parents(&self) -> BTreeSet<&TagName> {
        let after = self.turns.iter().filter_map(|turn| match turn {
            Turn::Parents { after, .. } => Some(after),
            Turn::Arches { .. } | Turn::Perm { .. } | Turn::Locked { .. } => None,
        });
        after.flatten().map(|link| &link.tag).collect()
    }
}

/// Settings follow inheritance: until the last tag has its parent, builds still go to the base tag.
fn turns(before: &Tree, after: &Tree) -> Vec<Turn> {
    let (mut links, mut settings) = (Vec::new(), Vec::new());
    let pairs = after.tags.iter().filter_map(|new| Some((before.tag(&new.name)?, new)));
    for (old, new) in pairs {
        let tag = || new.name.clone();
        if old.parents != new.parents {
            links.push(Turn::Parents { tag: tag(), before: old.parents.clone(), after: new.parents.clone() });
        }
        if old.arches != new.arches {
            settings.push(Turn::Arches { tag: tag(), before: old.arches.clone(), after: new.arches.clone() });
        }
        if old.perm != new.perm {
            settings.push(Turn::Perm { tag: tag(), before: old.perm.clone(), after: new.perm.clone() });
        }
        if old.locked != new.locked {
            settings.push(Turn::Locked { tag: tag(), before: old.locked, after: new.locked });
        }
    }
    links.extend(settings);
    links
}

/// What differs between the trees besides parents, architectures, permissions and locks.
fn other_differences(before: &Tree, after: &Tree) -> Vec<String> {
    let mut more = Vec::new();
    let rest = |tag: &TagShape| (tag.extra.clone(), tag.groups.clone(), tag.external_repos.clone());
    for new in &after.tags {
        match before.tag(&new.name) {
            None => more.push(format!("tag {} begins", new.name)),
            Some(old) if rest(old) != rest(new) => more.push(format!("further settings of {}", new.name)),
            Some(_) => {}
        }
    }
    more.extend(
        before.tags.iter().filter(|old| after.tag(&old.name).is_none()).map(|old| format!("tag {} ends", old.name)),
    );
    let targets = before.targets.iter().filter(|target| !after.targets.contains(target));
    let new = after.targets.iter().filter(|target| !before.targets.contains(target));
    let names: BTreeSet<_> = targets.chain(new).map(|target| &target.name).collect();
    more.extend(names.into_iter().map(|target| format!("target {target}")));
    more
}

impl Operation for ActivateUpdates {
    const NAME: &'static str = "koji activate-updates";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        Dimensions::new().releases([&self.release]).tags(self.tags())
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        let koji = services.koji;
        let (tags, parents) = (self.tags(), self.parents());
        let names: Vec<TagName> = tags.union(&parents).copied().cloned().collect();
        let there = koji.settings(&names)?.into_iter().flatten();
        let mut seen = Seen { tags: there.map(|tag| (tag.name.clone(), tag)).collect(), ..Seen::default() };
        let children = self.turns.iter().filter(|turn| matches!(turn, Turn::Parents { .. })).map(Turn::tag);
        let children: Vec<TagName> = children.filter(|tag| seen.tags.contains_key(tag)).cloned().collect();
        if !children.is_empty() {
            let links = koji.parents(&children)?;
            seen.links = children.into_iter().zip(links).collect();
        }
        for parent in parents.into_iter().filter(|parent| seen.tags.contains_key(parent)) {
            seen.above.insert(parent.clone(), koji.inheritance(parent)?);
        }
        if self.turns.iter().any(|turn| matches!(turn, Turn::Perm { after: Some(_), .. })) {
            seen.permissions = koji.permissions()?;
        }
        Ok(seen)
    }

    /// Everything that is neither as before nor as after is named, and then nothing is done: whoever
    /// changed it had a reason, and half an activation is noticed days later.
    fn plan(&self, seen: &Seen) -> Result<Plan> {
        let mut plan = Plan::default();
        let (tags, parents) = (self.tags(), self.parents());
        for name in tags.union(&parents).filter(|name| !seen.tags.contains_key(**name)) {
            plan.refuse(name, "the hub has no such tag");
        }
        for turn in &self.turns {
            if let Some(now) = seen.tags.get(turn.tag()) {
                plan_turn(turn, now, seen, &mut plan);
            }
        }
        Ok(plan)
    }
}

fn plan_turn(turn: &Turn, now: &TagSettings, seen: &Seen, plan: &mut Plan) {
    match turn {
        Turn::Parents { tag, before, after } => plan_parents(tag, [before, after], seen, plan),
        Turn::Arches { tag, before, after } => {
            let said = |arches: &str| (!arches.is_empty()).then(|| arches.to_owned());
            let stored = now.arch_list().join(" ");
            if settles(plan, tag, "arches", [&said(before), &said(after)], &said(&stored)) {
                plan.push(TagChange::SetTagArches {
                    tag: tag.clone(),
                    arches: said(after),
                    before: now.arches.clone(),
                });
            }
        }
        Turn::Perm { tag, before, after } => {
            if let Some(perm) = after.as_ref().filter(|perm| !seen.permissions.contains(*perm)) {
                plan.refuse(tag, format!("the hub has no permission {perm}"));
            } else if settles(plan, tag, "permission", [before, after], &now.perm) {
                plan.push(TagChange::SetTagPermission {
                    tag: tag.clone(),
                    perm: after.clone(),
                    before: now.perm.clone(),
                });
            }
        }
        Turn::Locked { tag, after, .. } if *after == now.locked => {
            plan.leave_out(tag, if *after { "already locked" } else { "not locked" });
        }
        Turn::Locked { tag, after: true, .. } => drop(plan.push(TagChange::LockTag { tag: tag.clone() })),
        Turn::Locked { tag, after: false, .. } => drop(plan.push(TagChange::UnlockTag { tag: tag.clone() })),
    }
}

/// Whether a setting is to be changed; else says why not.
fn settles(
    plan: &mut Plan,
    tag: &TagName,
    what: &str,
    [before, after]: [&Option<String>; 2],
    now: &Option<String>,
) -> bool {
    let word = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
    if now == after {
        plan.leave_out(tag, format!("its {what} is already {}", word(after)));
    } else if now != before {
        let (now, before, after) = (word(now), word(before), word(after));
        plan.refuse(tag, format!("its {what} is {now}, neither {before} as before activation nor {after} as after it"));
    }
    now == before && now != after
}

/// One call for all links of a tag, so that it has a parent at every moment.
fn plan_parents(tag: &TagName, [before, after]: [&Vec<LinkShape>; 2], seen: &Seen, plan: &mut Plan) {
    let now = seen.links.get(tag).map_or(&[][..], Vec::as_slice);
    let word = |text: String| if text.is_empty() { "nothing".to_owned() } else { text };
    if are(now, after) {
        return plan.leave_out(tag, format!("already inherits from {}", word(drift::shapes(after))));
    }
    if !are(now, before) {
        let (now, before) = (word(drift::links(now)), word(drift::shapes(before)));
        let after = word(drift::shapes(after));
        let why =
            format!("inherits from {now}, neither from {before} as before activation nor from {after} as after it");
        return plan.refuse(tag, why);
    }
    let mut link = Vec::new();
    for wanted in after.iter().filter(|wanted| !now.iter().any(|link| is(link, wanted))) {
        // One that is missing is refused already.
        let Some(parent) = seen.tags.get(&wanted.tag) else {
            return;
        };
        // koji does not refuse a loop; it cuts it somewhere when it looks for builds.
        if seen.above.get(&wanted.tag).is_some_and(|above| above.iter().any(|above| above.name == *tag)) {
            return plan.refuse(tag, format!("{} inherits from it: that would be a loop", wanted.tag));
        }
        link.push(ParentLink {
            parent: wanted.tag.clone(),
            parent_id: Some(parent.id),
            priority: wanted.priority,
            maxdepth: wanted.maxdepth,
            intransitive: wanted.intransitive,
            noconfig: wanted.noconfig,
            pkg_filter: String::new(),
        });
    }
    let unlink = now.iter().filter(|link| !after.iter().any(|wanted| is(link, wanted))).cloned().collect();
    plan.push(TagChange::EditInheritance { tag: tag.clone(), unlink, link });
}

fn are(links: &[ParentLink], wanted: &[LinkShape]) -> bool {
    links.len() == wanted.len() && links.iter().all(|link| wanted.iter().any(|wanted| is(link, wanted)))
}

fn is(link: &ParentLink, wanted: &LinkShape) -> bool {
    let LinkShape { tag, priority, intransitive, noconfig, maxdepth } = wanted;
    link.pkg_filter.is_empty()
        && (&link.parent, link.priority, link.intransitive, link.noconfig, link.maxdepth)
            == (tag, *priority, *intransitive, *noconfig, *maxdepth)
}

#[cfg(test)]
mod tests;
