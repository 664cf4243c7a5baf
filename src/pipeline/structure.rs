// SPDX-License-Identifier: GPL-3.0-or-later
//! How tags are set up: whether a change of that holds now, and whose it is; and what takes it back.

use super::settle::Found;
use super::undo::{Back, UndoRun};
use crate::koji::{Present, TagHistory};
use crate::names::EventId;
use crate::plan::TagChange;

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
            TagChange::SetTagArches { arches, .. } => Self::of(history.setting(|config| config.arches.clone()), arches),
            TagChange::SetTagExtra { key, to, .. } => Self::of(history.now().map(|_| history.extra(key)), to),
        }
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

impl UndoRun {
    /// What is to be done about one change of a tag. `history`: the tag's.
    pub(super) fn take_back_tag(&self, change: &TagChange, history: &TagHistory) -> Back {
        let Holds { reached, by } = Holds::tag(change, history);
        if history.now().is_none() {
            return Back::Leave("the tag is gone".into());
        }
        match (reached, by) {
            (true, Some((who, event))) if self.is_ours(&who, event) => Back::Do(change.inverse().into()),
            (true, Some((who, event))) => Back::Refuse(format!("{who} has made it so anew, in event {event}")),
            (false, Some((who, event))) => Back::Leave(format!("{who} has changed it since, in event {event}")),
            (_, None) => Back::Leave("it is otherwise now".into()),
        }
    }
}
