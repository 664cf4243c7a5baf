// SPDX-License-Identifier: GPL-3.0-or-later
//! Makes the whole tree of tags and targets of a release.

mod asked;
mod belongings;
mod links;
mod settings;
mod targets;
#[cfg(test)]
mod tests;

pub use asked::ReleaseTags;

use crate::Result;
use crate::access::Dimensions;
use crate::koji::{TagHistory, TagSettings};
use crate::names::{ReleaseAlias, TagName};
use crate::ops::release::observed::{self, Repos, SeenTag};
use crate::pipeline::{Operation, Readers};
use crate::plan::{NewTag, Plan, StepId, TagChange};
use crate::release::layout::{TagShape, TargetShape};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The tags and targets of a release are as its layout says. What the layout does not know stays, unless it is to be
/// pruned; no tag is ever deleted.
///
/// What stands here was looked up when the release was named: the layout need not be read again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateReleaseTags {
    /// The release, as typed.
    pub release: ReleaseAlias,
    /// The release to begin from, as typed.
    pub from: Option<ReleaseAlias>,
    /// The parts of the layout that were asked for; empty: all.
    pub only: Vec<String>,
    /// The phase, if it was named.
    pub phase: Option<String>,
    /// Links, groups, settings, repositories and targets that the layout does not know go.
    pub prune: bool,
    /// The tags, parents before children.
    pub tags: Vec<TagShape>,
    /// The targets.
    pub targets: Vec<TargetShape>,
    /// Tags and targets that the release had and must have no more.
    pub gone: Vec<String>,
    /// The tag that is made as a copy, and of which.
    pub copy: Option<CopiedTag>,
    /// By tag that must have groups, where a new one gets theirs from.
    pub groups_from: BTreeMap<TagName, TagName>,
}

/// A tag that is made as a copy of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopiedTag {
    /// The new one.
    pub tag: TagName,
    /// What it is a copy of.
    pub source: TagName,
}

/// What there is of it.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    hub: observed::Seen,
    /// The permissions that the hub knows, if any is asked for.
    permissions: BTreeSet<String>,
    /// Where the external repositories are that the hub knows, if any is asked for.
    repos: BTreeMap<String, String>,
    /// Tags that lack a setting: they alone tell whether it is blocked.
    blocked: BTreeMap<TagName, TagHistory>,
}

impl CreateReleaseTags {
    /// Tags of which it counts what groups they inherit: those that lack one, and those outside of the release that
    /// new ones inherit from.
    fn may_inherit_groups(&self, hub: &observed::Seen) -> BTreeSet<&TagName> {
        let own: BTreeSet<&TagName> = self.tags.iter().map(|tag| &tag.name).collect();
        let lacking = self.tags.iter().filter(|tag| hub.lacks_group(tag)).map(|tag| &tag.name);
        let new = self.tags.iter().any(|tag| !tag.groups.is_empty() && !hub.tags.contains_key(&tag.name));
        let parents = self.tags.iter().flat_map(|tag| tag.parents.iter().map(|link| &link.tag));
        lacking.chain(parents.filter(|parent| new && !own.contains(parent))).collect()
    }

    /// The tags to look at: the release's own, what they hang on, and what is copied.
    fn names(&self) -> Vec<TagName> {
        let parents = self.tags.iter().flat_map(|tag| tag.parents.iter().map(|link| &link.tag));
        let of_targets = self.targets.iter().flat_map(|target| [&target.build, &target.dest]);
        let sources = self.copy.iter().map(|copy| &copy.source).chain(self.groups_from.values());
        let own = self.tags.iter().map(|tag| &tag.name);
        let gone: Vec<TagName> = self.gone.iter().filter_map(|gone| gone.strip_prefix("tag ")?.parse().ok()).collect();
        own.chain(parents)
            .chain(of_targets)
            .chain(&gone)
            .chain(sources)
            .cloned()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    }
}

impl Operation for CreateReleaseTags {
    const NAME: &'static str = "koji create-release-tags";
    type Seen = Seen;

    fn dimensions(&self) -> Dimensions {
        asked::about(&self.release, self.from.as_ref(), &self.only, self.phase.as_ref(), self.prune)
    }

    fn observe(&self, services: &Readers<'_>) -> Result<Seen> {
        let koji = services.koji;
        let wanted = || self.tags.iter().filter_map(|tag| tag.external_repos.as_ref());
        let repos = if wanted().next().is_some() { Repos::Read } else { Repos::Leave };
        let mut hub = observed::observe(koji, &self.names(), repos)?;
        hub.read_inherited_groups(koji, self.may_inherit_groups(&hub).into_iter())?;
        let lacks = |tag: &&TagShape| {
            let now = hub.tags.get(&tag.name);
            now.is_some_and(|now| tag.extra.keys().any(|key| !now.settings.extra.contains_key(key)))
        };
        let lacking: Vec<TagName> = self.tags.iter().filter(lacks).map(|tag| tag.name.clone()).collect();
        let histories = if lacking.is_empty() { Vec::new() } else { koji.tag_histories(&lacking)? };
        let permissions = match self.tags.iter().any(|tag| tag.perm.is_some()) {
            true => koji.permissions()?,
            false => BTreeSet::new(),
        };
        let repos = match wanted().flatten().next() {
            Some(_) => koji.external_repo_urls()?,
            None => BTreeMap::new(),
        };
        Ok(Seen { hub, permissions, repos, blocked: lacking.into_iter().zip(histories).collect() })
    }

    fn plan(&self, seen: &Seen) -> Result<Plan> {
        let mut making = Making { request: self, seen, plan: Plan::default(), made: BTreeMap::new() };
        making.refuse_what_is_missing();
        making.tags();
        for tag in &self.tags {
            making.settings(tag);
        }
        for tag in &self.tags {
            making.links(tag);
            making.groups(tag);
            making.repos(tag);
        }
        making.targets();
        Ok(making.plan)
    }
}

/// A plan being made.
struct Making<'a> {
    request: &'a CreateReleaseTags,
    seen: &'a Seen,
    plan: Plan,
    /// By tag that the plan makes, where.
    made: BTreeMap<&'a TagName, StepId>,
}

/// What stays because nobody said `--prune`.
const UNKNOWN: &str = "the layout does not know it; --prune takes it away";

impl<'a> Making<'a> {
    fn now(&self, tag: &TagName) -> Option<&'a SeenTag> {
        self.seen.hub.tags.get(tag)
    }

    /// The source of the copy that `tag` is made as.
    fn source_of(&self, tag: &TagName) -> Option<&'a TagName> {
        let copy = self.request.copy.as_ref().filter(|copy| copy.tag == *tag)?;
        self.now(tag).is_none().then_some(&copy.source)
    }

    /// Everything that has to be there first.
    fn refuse_what_is_missing(&mut self) {
        let own: BTreeSet<&TagName> = self.request.tags.iter().map(|tag| &tag.name).collect();
        let lacks = |tag: &TagName| !own.contains(tag) && !self.seen.hub.tags.contains_key(tag);
        let mut refused: Vec<(String, String)> = Vec::new();
        for tag in &self.request.tags {
            if let Some(perm) = tag.perm.as_ref().filter(|perm| !self.seen.permissions.contains(*perm)) {
                refused.push((tag.name.to_string(), format!("the hub has no permission {perm}")));
            }
            let repos = tag.external_repos.iter().flatten();
            for repo in repos.filter(|repo| !self.seen.repos.contains_key(&repo.name)) {
                let url = repo.url.as_deref().unwrap_or("URL");
                let why =
                    format!("the hub has no external repo {0}; `koji add-external-repo {0} {url}` makes it", repo.name);
                refused.push((tag.name.to_string(), why));
            }
            for link in tag.parents.iter().filter(|link| lacks(&link.tag)) {
                refused.push((
                    tag.name.to_string(),
                    format!("it inherits from {}, and the hub has no such tag", link.tag),
                ));
            }
        }
        for target in &self.request.targets {
            for tag in BTreeSet::from([&target.build, &target.dest]).into_iter().filter(|tag| lacks(tag)) {
                refused.push((format!("target {}", target.name), format!("the hub has no tag {tag}")));
            }
        }
        if let Some(copy) = &self.request.copy
            && self.source_of(&copy.tag).is_some()
            && lacks(&copy.source)
        {
            refused.push((copy.source.to_string(), "the hub has no such tag".to_owned()));
        }
        for (subject, why) in refused {
            self.plan.refuse(subject, why);
        }
    }

    /// Makes what is missing. Nothing is made while a copy may still fail.
    fn tags(&mut self) {
        let mut copied = None;
        if let Some(CopiedTag { tag, source }) = &self.request.copy {
            match (self.now(tag), self.now(source)) {
                (Some(_), _) => {
                    let how =
                        format!("already there, and not copied again; `flr koji clone-tag {source} {tag}` adds to it");
                    self.plan.leave_out(tag, how);
                }
                (None, None) => {}
                (None, Some(SeenTag { settings, .. })) => {
                    let locked = settings.locked;
                    let (tag, source) = (tag.clone(), source.clone());
                    let change = TagChange::SnapshotTag { tag, source, event: None, settings: new(settings), locked };
                    copied = Some(self.plan.push(change));
                }
            }
        }
        for shape in &self.request.tags {
            if self.now(&shape.name).is_some() {
                continue;
            }
            let step = match (self.source_of(&shape.name), copied) {
                (Some(_), Some(copied)) => copied,
                _ => {
                    let settings = NewTag {
                        perm: shape.perm.clone(),
                        arches: Some(shape.arches.clone()).filter(|arches| !arches.is_empty()),
                        extra: shape.extra.clone(),
                    };
                    self.plan.push_after(copied, TagChange::CreateTag { tag: shape.name.clone(), settings })
                }
            };
            self.made.insert(&shape.name, step);
        }
    }
}

/// What a copy of a tag is set to.
fn new(source: &TagSettings) -> NewTag {
    NewTag { perm: source.perm.clone(), arches: source.arches.clone(), extra: source.extra.clone() }
}
