// SPDX-License-Identifier: GPL-3.0-or-later
//! The targets that build from a release's tags into them.

use super::{Making, UNKNOWN};
use crate::koji::{Target, TargetTags};
use crate::names::TagName;
use crate::plan::{StepId, TargetChange};

impl Making<'_> {
    pub(super) fn targets(&mut self) {
        let request = self.request;
        for shape in &request.targets {
            let (name, tags) =
                (&shape.name, TargetTags { build_tag: shape.build.clone(), dest_tag: shape.dest.clone() });
            let after = self.after(&tags);
            match self.seen.hub.targets.get(name).map(TargetTags::from) {
                Some(now) if now == tags => {}
                Some(now) if shape.moves => {
                    let TargetTags { build_tag, dest_tag } = &tags;
                    let how =
                        format!("`flr koji set-target {name} --build-tag {build_tag} --dest-tag {dest_tag}` moves it");
                    self.plan.leave_out(format!("target {name}"), format!("it builds {now} still; {how}"));
                }
                Some(before) => {
                    let target = name.clone();
                    self.plan.push_after(after, TargetChange::EditTarget { target, tags, before });
                }
                None => drop(self.plan.push_after(after, TargetChange::CreateTarget { target: name.clone(), tags })),
            }
        }
        let left: Vec<&Target> = self.seen.hub.targets.values().filter(|target| self.is_left(target)).collect();
        for target in left {
            let (name, before) = (&target.name, TargetTags::from(target));
            match request.prune {
                true => drop(self.plan.push(TargetChange::DeleteTarget { target: name.clone(), before })),
                false => self.plan.leave_out(format!("target {name}"), UNKNOWN),
            }
        }
        for tag in request.gone.iter().filter_map(|gone| gone.strip_prefix("tag ")?.parse::<TagName>().ok()) {
            if self.now(&tag).is_some() {
                self.plan.leave_out(tag, "the release must have it no more, and no tag is deleted");
            }
        }
    }

    /// The step that makes the later of the target's tags.
    fn after(&self, tags: &TargetTags) -> Option<StepId> {
        let made = |tag| self.made.get(tag).copied();
        made(&tags.build_tag).max(made(&tags.dest_tag))
    }

    /// Whether it hangs on the release's tags and the layout does not know it. What builds elsewhere, as a mass
    /// rebuild's target does, and a side tag's are somebody's own.
    fn is_left(&self, target: &Target) -> bool {
        let request = self.request;
        if request.targets.iter().any(|shape| shape.name == target.name) {
            return false;
        }
        let own = |tag: &TagName| request.tags.iter().any(|shape| shape.name == *tag && !shape.moves);
        let side = |tag: &TagName| self.now(tag).is_some_and(|seen| seen.settings.is_side_tag());
        let gone = request.gone.iter().any(|gone| gone.strip_prefix("target ") == Some(target.name.as_str()));
        let both = [&target.build_tag, &target.dest_tag];
        gone || (both.iter().all(|tag| own(tag)) && !both.iter().any(|tag| side(tag)))
    }
}
