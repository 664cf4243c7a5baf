// SPDX-License-Identifier: GPL-3.0-or-later
//! In which order and beside what the steps of a plan are sent. Pure.
//!
//! Steps are sent in waves: a step's wave comes after that of the step it waits for, because both
//! in one request would both run. Within a wave, steps with one key stay together, in plan order,
//! in one chain of batches; chains may run beside each other.

use crate::plan::{BuildChange, Key, Step, StepId};
use std::collections::{BTreeMap, HashMap};

/// Batches that one lane sends one after the other.
pub(super) type Chain = Vec<Vec<StepId>>;

/// Orders the steps `wanted` of `steps` into waves of chains of batches of at most `batch` shares.
pub(super) fn waves(steps: &[Step], wanted: &[StepId], batch: usize) -> Vec<Vec<Chain>> {
    let mut waves: Vec<BTreeMap<Key, Vec<StepId>>> = Vec::new();
    let mut wave_of: HashMap<StepId, usize> = HashMap::new();
    let mut last_of_key: HashMap<Key, usize> = HashMap::new();
    for &id in wanted {
        let Some(step) = steps.get(id.0) else {
            continue;
        };
        let key = step.key();
        let after = step.after.and_then(|before| wave_of.get(&before)).map_or(0, |wave| wave + 1);
        let wave = after.max(last_of_key.get(&key).copied().unwrap_or(0));
        wave_of.insert(id, wave);
        last_of_key.insert(key.clone(), wave);
        if waves.len() <= wave {
            waves.resize_with(wave + 1, BTreeMap::new);
        }
        if let Some(groups) = waves.get_mut(wave) {
            groups.entry(key).or_default().push(id);
        }
    }
    waves.into_iter().map(|groups| chains(steps, groups, batch.max(1))).collect()
}

/// Packs groups of one key into batches, in the order of keys: whoever else writes to the same rows
/// in that order waits for us instead of deadlocking. A group that fits is never torn apart, so
/// that it is committed as one.
fn chains(steps: &[Step], groups: BTreeMap<Key, Vec<StepId>>, batch: usize) -> Vec<Chain> {
    let share = |id: &StepId| steps.get(id.0).map_or(1, |step| step.change.share());
    let shares = |ids: &[StepId]| ids.iter().map(share).sum::<usize>();
    let mut chains = Vec::new();
    let mut open: Vec<StepId> = Vec::new();
    for (_, group) in groups {
        let whole = shares(&group);
        if !open.is_empty() && shares(&open) + whole > batch {
            chains.push(vec![std::mem::take(&mut open)]);
        }
        let parts = harmless_twice(steps, &group);
        if whole > batch || parts.len() > 1 {
            // Steps of one key are of one kind.
            let many = (batch / group.first().map_or(1, share)).max(1);
            chains.push(parts.iter().flat_map(|part| part.chunks(many)).map(<[StepId]>::to_vec).collect());
        } else {
            open.extend(group);
        }
    }
    if !open.is_empty() {
        chains.push(vec![open]);
    }
    chains
}

/// Cuts a group where a request with both would not be harmless twice: a second copy of it tags anew what
/// is to be tagged anew, and leaves what was tagged after it where it is.
fn harmless_twice<'a>(steps: &[Step], group: &'a [StepId]) -> Vec<&'a [StepId]> {
    let change = |id: &StepId| steps.get(id.0)?.change.build();
    let anew = |id: &StepId| matches!(change(id), Some(BuildChange::RetagBuild { .. }));
    let new = |id: &StepId| matches!(change(id), Some(BuildChange::TagBuild { .. }));
    group.chunk_by(|before, next| !(anew(before) && new(next))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::BuildId;
    use crate::plan::{BuildRef, Plan};

    fn tag(tag: &str, nvr: &str) -> BuildChange {
        BuildChange::TagBuild {
            tag: tag.parse().unwrap(),
            build: BuildRef { nvr: nvr.parse().unwrap(), id: BuildId(1) },
        }
    }

    fn untag(tag: &str, nvr: &str) -> BuildChange {
        BuildChange::UntagBuild {
            tag: tag.parse().unwrap(),
            build: BuildRef { nvr: nvr.parse().unwrap(), id: BuildId(1) },
        }
    }

    fn shown(plan: &Plan, batch: usize) -> Vec<Vec<Vec<Vec<usize>>>> {
        let all: Vec<StepId> = (0..plan.steps().len()).map(StepId).collect();
        let plain = |chain: Chain| chain.into_iter().map(|b| b.into_iter().map(|StepId(i)| i).collect()).collect();
        waves(plan.steps(), &all, batch).into_iter().map(|w| w.into_iter().map(plain).collect()).collect()
    }

    #[test]
    fn a_move_untags_in_a_later_wave() {
        let mut plan = Plan::default();
        for nvr in ["b-1-1", "a-1-1"] {
            let tagged = plan.push(tag("to", nvr));
            plan.push_after(Some(tagged), untag("from", nvr));
        }
        assert_eq!(shown(&plan, 200), [[[[2, 0]]], [[[3, 1]]]]);
    }

    #[test]
    fn builds_of_one_package_keep_their_order_and_stay_together() {
        let mut plan = Plan::default();
        for nvr in ["z-1-1", "a-1-1", "b-2-1", "a-2-1", "b-1-1"] {
            plan.push(tag("t", nvr));
        }
        assert_eq!(shown(&plan, 3), [[vec![vec![1, 3]], vec![vec![2, 4, 0]]]]);
    }

    /// Nobody sorts what is to be in this order.
    #[test]
    fn what_is_in_order_is_one_chain_whatever_the_packages() {
        let mut plan = Plan::default();
        for nvr in ["z-1-1", "a-1-1", "b-2-1", "a-2-1"] {
            plan.push_in_order(tag("t", nvr));
        }
        plan.push(tag("other", "a-1-1"));
        assert_eq!(shown(&plan, 3), [[vec![vec![4]], vec![vec![0, 1, 2], vec![3]]]]);
    }

    #[test]
    fn a_group_larger_than_a_batch_is_one_chain() {
        let mut plan = Plan::default();
        for version in 1..=5 {
            plan.push(tag("t", &format!("a-{version}-1")));
        }
        plan.push(tag("t", "b-1-1"));
        assert_eq!(shown(&plan, 2), [[vec![vec![0, 1], vec![2, 3], vec![4]], vec![vec![5]]]]);
    }

    /// A second copy of the request would put 1 behind 2.
    #[test]
    fn what_is_tagged_anew_is_not_followed_in_one_request() {
        let mut plan = Plan::default();
        plan.push(tag("t", "a-1-1"));
        let again = tag("t", "a-2-1");
        plan.push(BuildChange::RetagBuild { tag: again.tag().clone(), build: again.build().clone() });
        plan.push(tag("t", "a-3-1"));
        assert_eq!(shown(&plan, 10), [[vec![vec![0, 1], vec![2]]]]);
    }

    #[test]
    fn a_later_step_of_a_key_never_overtakes() {
        let mut plan = Plan::default();
        let first = plan.push(tag("t", "b-1-1"));
        plan.push_after(Some(first), untag("t", "a-1-1"));
        plan.push(tag("t", "a-2-1"));
        assert_eq!(shown(&plan, 10), [[[vec![0]]], [[vec![1, 2]]]]);
    }
}
