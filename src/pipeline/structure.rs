// SPDX-License-Identifier: GPL-3.0-or-later
//! How tags and targets are set up, with all that belongs to them: whether a change of that holds now, and whose it is; and what takes it back.

use super::created::{Created, keeps};
use super::settle::Found;
use super::undo::{Back, UndoRun};
use crate::Result;
use crate::koji::{Belongings, ParentLink, Present, Reader, TagConfig, TagHistory, TargetHistory, target_now};
use crate::names::{EventId, TagName, TargetName};
use crate::plan::{KojiChange, TagChange, TargetChange};
use std::collections::{BTreeMap, BTreeSet};

/// Whether something is as a change wants it, and who made it as it is, in which event.
pub(super) struct Holds {
    pub reached: bool,
    pub by: Option<(String, EventId)>,
}

impl Holds {
    fn of<T: PartialEq>(present: Option<Present<T>>, wanted: &T) -> Self {
        match present {
            Some(present) => Self { reached: present.value == *wanted, by: present.by },
            None => Self { reached: false, by: None },
        }
    }

    /// What the tag's rows say about `change`.
    pub fn tag(change: &TagChange, history: &TagHistory) -> Self {
        match change {
            TagChange::LockTag { .. } => Self::of(history.setting(|config| config.locked), &true),
            TagChange::UnlockTag { .. } => Self::of(history.setting(|config| config.locked), &false),
            TagChange::SetTagPermission { perm, .. } => Self::of(history.setting(|config| config.perm.clone()), perm),
            TagChange::SetTagArches { arches, .. } => {
                let text = |arches: &Option<String>| arches.clone().unwrap_or_default();
                Self::of(history.setting(|config| text(&config.arches)), &text(arches))
            }
            TagChange::SetTagExtra { key, to, .. } => Self::of(history.now().map(|_| history.extra(key)), to),
            TagChange::EditInheritance { unlink, link, .. } => Self::links(unlink, link, history),
            // What is in a copy came with it, in one transaction.
            TagChange::CreateTag { settings, .. } | TagChange::SnapshotTag { settings, .. } => {
                let arches = settings.arches.as_deref();
                let same = |config: &TagConfig| config.perm == settings.perm && config.has_arches(arches);
                let reached = history.now().is_some_and(same) && history.extras_at(None) == settings.extra;
                Self { reached, by: history.setting(|_| ()).and_then(|life| life.by) }
            }
            TagChange::DeleteTag { .. } | TagChange::RemoveSideTag { .. } => {
                Self { reached: history.now().is_none(), by: history.ended() }
            }
        }
    }

    /// All links are written in one event: the last of them tells whose they are.
    fn links(unlink: &[ParentLink], link: &[ParentLink], history: &TagHistory) -> Self {
        let wanted = link.iter().map(|new| (&new.parent, Some(new)));
        let gone = unlink.iter().filter(|old| !link.iter().any(|new| new.parent == old.parent));
        let mut all = Self { reached: history.now().is_some(), by: None };
        for (parent, wanted) in wanted.chain(gone.map(|old| (&old.parent, None))) {
            let Present { value, by } = history.link(parent);
            let same = match (value, wanted) {
                (Some(link), Some(wanted)) => link.is_like(wanted),
                (link, wanted) => link.is_none() && wanted.is_none(),
            };
            // What stands in the way is told before what does not.
            if all.reached && !same {
                all = Self { reached: false, by };
            } else if all.reached == same && by.as_ref().map(|by| by.1) > all.by.as_ref().map(|by| by.1) {
                all.by = by;
            }
        }
        all
    }

    /// What the target's rows say about `change`.
    pub fn target(change: &TargetChange, history: &TargetHistory) -> Self {
        let wanted = match change {
            TargetChange::CreateTarget { tags, .. } | TargetChange::EditTarget { tags, .. } => Some(tags),
            TargetChange::DeleteTarget { .. } => None,
        };
        Self::of(Some(target_now(history)), &wanted)
    }

    /// For settling: `whose` tells ours from theirs.
    pub fn found(self, whose: impl Fn(Option<&str>, EventId) -> Found) -> Found {
        match (self.reached, self.by) {
            (false, _) => Found::Absent,
            (true, Some((who, event))) => whose(Some(&who), event),
            (true, None) => Found::Theirs { who: "before this run began to write".into() },
        }
    }
}

/// How the tags and targets were and are set up that some changes are about.
#[derive(Debug, Default)]
pub(super) struct Structure {
    pub tags: BTreeMap<TagName, TagHistory>,
    belongings: BTreeMap<TagName, Belongings>,
    targets: BTreeMap<TargetName, TargetHistory>,
}

impl Structure {
    /// Reads what `changes` are about, each tag and target once.
    pub fn of(changes: &[&KojiChange], koji: &dyn Reader) -> Result<Self> {
        let (mut tags, mut owners, mut targets) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for change in changes {
            match change {
                KojiChange::Tag(change) => drop(tags.insert(change.tag().clone())),
                KojiChange::Group(change) => drop(owners.insert(change.tag().clone())),
                KojiChange::Repo(change) => drop(owners.insert(change.tag().clone())),
                KojiChange::Target(change) => drop(targets.insert(change.target().clone())),
                KojiChange::Build(_)
                | KojiChange::Package(_)
                | KojiChange::Request(_)
                | KojiChange::Signing(_)
                | KojiChange::Task(_) => {}
            }
        }
        let (tags, targets): (Vec<_>, Vec<_>) = (tags.into_iter().collect(), targets.into_iter().collect());
        let owners: Vec<_> = owners.into_iter().collect();
        let of_tags = if tags.is_empty() { Vec::new() } else { koji.tag_histories(&tags)? };
        let of_targets = if targets.is_empty() { Vec::new() } else { koji.target_histories(&targets)? };
        let of_owners = if owners.is_empty() { Vec::new() } else { koji.belongings(&owners)? };
        Ok(Self {
            belongings: owners.into_iter().zip(of_owners).collect(),
            tags: tags.into_iter().zip(of_tags).collect(),
            targets: targets.into_iter().zip(of_targets).collect(),
        })
    }

    /// What the rows say about `change`; `None` if it is about builds or package lists.
    pub fn holds(&self, change: &KojiChange) -> Option<Holds> {
        match change {
            KojiChange::Tag(change) => Some(Holds::tag(change, self.tags.get(change.tag())?)),
            KojiChange::Group(change) => Some(Holds::group(change, self.belongings.get(change.tag())?)),
            KojiChange::Repo(change) => Some(Holds::repo(change, self.belongings.get(change.tag())?)),
            KojiChange::Target(change) => Some(Holds::target(change, self.targets.get(change.target())?)),
            KojiChange::Build(_)
            | KojiChange::Package(_)
            | KojiChange::Request(_)
            | KojiChange::Signing(_)
            | KojiChange::Task(_) => None,
        }
    }
}

impl UndoRun {
    /// What is to be done about one change of how a tag or a target is set up.
    pub(super) fn take_back_structure(&self, change: &KojiChange, seen: &Structure, created: &Created) -> Option<Back> {
        if let KojiChange::Tag(TagChange::CreateTag { tag, .. } | TagChange::SnapshotTag { tag, .. }) = change
            && let Some(why) = created.get(tag).and_then(|foreign| keeps(foreign))
        {
            return Some(Back::Refuse(why));
        }
        if let KojiChange::Tag(change @ (TagChange::CreateTag { tag, .. } | TagChange::SnapshotTag { tag, .. })) =
            change
            && created.contains_key(tag)
        {
            return change.inverse().map(|inverse| Back::Do(inverse.into()));
        }
        // Whoever builds from it would be left without build roots.
        if let KojiChange::Tag(TagChange::EditInheritance { tag, .. }) = change
            && created.get(tag).is_some_and(|foreign| !foreign.is_empty())
        {
            return Some(Back::Refuse("the tag stays, and what it inherits from with it".into()));
        }
        if let KojiChange::Group(change) = change
            && let Some(why) = self.keeps_group(change, seen.belongings.get(change.tag())?)
        {
            return Some(Back::Refuse(why));
        }
        let inverse: Option<KojiChange> = match change {
            KojiChange::Tag(change) => change.inverse().map(KojiChange::from),
            KojiChange::Group(change) => Some(change.inverse().into()),
            KojiChange::Repo(change) => Some(change.inverse().into()),
            KojiChange::Target(change) => Some(change.inverse().into()),
            KojiChange::Request(_) => {
                return Some(Back::Leave("nothing depends on a repository that nobody uses".into()));
            }
            KojiChange::Build(_) | KojiChange::Package(_) | KojiChange::Signing(_) | KojiChange::Task(_) => {
                return None;
            }
        };
        let Some(inverse) = inverse else {
            return Some(Back::Refuse("it cannot be taken back".into()));
        };
        let Holds { reached, by } = seen.holds(change)?;
        Some(match (reached, by) {
            (true, Some((who, event))) if self.is_ours(&who, event) => Back::Do(inverse),
            (true, Some((who, event))) => Back::Refuse(format!("{who} has made it so anew, in event {event}")),
            (false, Some((who, event))) => Back::Leave(format!("{who} has changed it since, in event {event}")),
            (_, None) => Back::Leave("it is otherwise now".into()),
        })
    }
}
