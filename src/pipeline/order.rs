// SPDX-License-Identifier: GPL-3.0-or-later
//! The order of a package's builds in a tag, restored. Pure.
//!
//! koji's "latest" is the newest row, so the state of a tag and package is an ordered list, and
//! whatever is tagged again goes to its end. Taking back an untagging therefore tags the build and
//! then everything that belongs behind it, in the old order. Where a run minded the order of a whole
//! tag, all of the tag is one such list.

use super::undo::UndoRun;
use crate::koji::TagRow;
use crate::names::{BuildId, EventId, Nvr, TagName};
use crate::plan::{BuildChange, BuildRef, Plan, StepId};
use std::collections::{BTreeMap, BTreeSet};

/// A build that is to be in the tag.
struct Place {
    build: BuildRef,
    /// Orders it: the event of the row it had before the run.
    was: EventId,
    /// The event of the row it has now.
    is: Option<EventId>,
}

impl Place {
    /// Where a build is, and by this row always was.
    fn now(row: &TagRow) -> Self {
        Self { build: BuildRef { nvr: row.nvr.clone(), id: row.id }, was: row.created, is: Some(row.created) }
    }
}

/// What becomes of the build of a change.
enum Turn {
    /// It goes.
    Out,
    /// It gets this place again.
    In(Place),
    /// It is left as it is, and why.
    Leave(String),
    /// Nobody should touch it, and why.
    Refuse(String),
    /// Nothing is to be done about it.
    Stay,
}

/// Plans what takes `changes` (one package in `tag`, or the whole of it) back. `rows`: those that hold now and those
/// that changed since the run began. `elsewhere`: where builds are that are not in the tag now.
pub(super) fn restore(
    undo: &UndoRun,
    tag: &TagName,
    rows: &[&TagRow],
    changes: &[&BuildChange],
    elsewhere: &BTreeMap<Nvr, Vec<TagName>>,
    after: Option<StepId>,
    plan: &mut Plan,
) {
    let push = |plan: &mut Plan, change: BuildChange| match undo.in_order.contains(tag) {
        true => plan.push_in_order(change),
        false => plan.push_after(after, change),
    };
    // What this undoing has put in order before it was stopped keeps the place it had.
    let was = |row: &TagRow| {
        let own = undo.begun.filter(|begun| row.creator == undo.user.as_str() && row.created > *begun);
        let then = |begun: EventId| {
            let rows = rows.iter().filter(|other| other.id == row.id && other.created <= begun);
            rows.filter(|other| other.revoked.is_none_or(|revoked| revoked > begun)).map(|other| other.created).max()
        };
        own.and_then(then).unwrap_or(row.created)
    };
    let mut remove: BTreeSet<BuildId> = BTreeSet::new();
    let place = |row: &TagRow| Place { was: was(row), ..Place::now(row) };
    let mut places: BTreeMap<BuildId, Place> =
        rows.iter().filter(|row| row.active()).map(|row| (row.id, place(row))).collect();
    for change in changes {
        let build = change.build();
        match turn(undo, rows, change, elsewhere) {
            Turn::Out => {
                remove.insert(build.id);
                push(plan, BuildChange::UntagBuild { tag: tag.clone(), build: build.clone() });
            }
            Turn::In(place) => drop(places.insert(build.id, place)),
            Turn::Leave(why) => plan.leave_out(change, why),
            Turn::Refuse(why) => plan.refuse(change, why),
            Turn::Stay => {}
        }
    }
    let mut wanted: Vec<Place> =
        places.into_iter().filter(|(id, _)| !remove.contains(id)).map(|(_, place)| place).collect();
    wanted.sort_by_key(|place| (place.was, place.build.id));
    let stays = in_place(&wanted);
    for place in wanted.into_iter().skip(stays) {
        let (of, build) = (tag.clone(), place.build);
        let change = match place.is {
            Some(_) => BuildChange::RetagBuild { tag: of, build },
            None => BuildChange::TagBuild { tag: of, build },
        };
        push(plan, change);
    }
}

/// What takes `change` back.
fn turn(undo: &UndoRun, rows: &[&TagRow], change: &BuildChange, elsewhere: &BTreeMap<Nvr, Vec<TagName>>) -> Turn {
    let build = change.build();
    let rows = || rows.iter().filter(|row| row.id == build.id).copied();
    let now = rows().find(|row| row.active());
    let last = rows().max_by_key(|row| row.revoked);
    let ours = |row: &TagRow| row.creator == undo.user.as_str() && row.created > undo.since;
    match (change, now) {
        (BuildChange::TagBuild { .. }, Some(row)) if ours(row) => Turn::Out,
        (BuildChange::TagBuild { .. }, Some(row)) => {
            Turn::Refuse(format!("{} tagged it anew in event {}", row.creator, row.created))
        }
        (BuildChange::TagBuild { .. }, None) => Turn::Leave(gone(last, elsewhere.get(&build.nvr))),
        (BuildChange::UntagBuild { .. }, Some(row)) if !ours(row) => {
            Turn::Leave(format!("{} tagged it again in event {}", row.creator, row.created))
        }
        (BuildChange::UntagBuild { .. }, None)
            if last.is_none_or(|row| row.revoker.as_deref() != Some(undo.user.as_str())) =>
        {
            Turn::Refuse(gone(last, None))
        }
        (BuildChange::RetagBuild { .. }, None) => Turn::Stay,
        (BuildChange::UntagBuild { .. } | BuildChange::RetagBuild { .. }, now) => {
            let before = rows().filter(|row| row.created <= undo.since).max_by_key(|row| row.created);
            let is = now.map(|row| row.created);
            before.map_or(Turn::Stay, |before| Turn::In(Place { build: build.clone(), was: before.created, is }))
        }
    }
}

/// How many of the first builds are in the tag in that order already. Everything behind them is
/// tagged anew and so ends up behind them.
fn in_place(wanted: &[Place]) -> usize {
    let mut last = None;
    wanted
        .iter()
        .take_while(|place| {
            let fits = place.is.is_some() && (last.is_none() || place.is > last);
            last = place.is;
            fits
        })
        .count()
}

/// Who took it out, when, and where it is now.
fn gone(last: Option<&TagRow>, now_in: Option<&Vec<TagName>>) -> String {
    let who = match last.and_then(|row| Some((row.revoker.as_deref().unwrap_or("somebody"), row.revoked?))) {
        Some((who, event)) => format!("{who} untagged it in event {event}"),
        None => "it is not in the tag any more".to_owned(),
    };
    match now_in {
        Some(tags) if !tags.is_empty() => {
            let tags: Vec<&str> = tags.iter().map(TagName::as_str).collect();
            format!("{who}; it is in {} now", tags.join(", "))
        }
        _ => who,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(nvr: &str, id: u64, created: u64, creator: &str, revoked: Option<(u64, &str)>) -> TagRow {
        TagRow {
            id: BuildId(id),
            nvr: nvr.parse().unwrap(),
            epoch: None,
            state: crate::koji::BuildState::Complete,
            created: EventId(created),
            creator: creator.into(),
            revoked: revoked.map(|(event, _)| EventId(event)),
            revoker: revoked.map(|(_, who)| who.into()),
            changed_at: 0.0,
        }
    }

    fn build(nvr: &str, id: u64) -> BuildRef {
        BuildRef { nvr: nvr.parse().unwrap(), id: BuildId(id) }
    }

    /// What undoing `changes`, made by `us` after event 100, plans.
    fn undone(rows: &[TagRow], changes: &[BuildChange]) -> Vec<String> {
        undone_by(rows, changes, None)
    }

    fn undone_by(rows: &[TagRow], changes: &[BuildChange], begun: Option<EventId>) -> Vec<String> {
        let undo = UndoRun {
            run: "r".parse().unwrap(),
            user: "us".parse().unwrap(),
            since: EventId(100),
            done: Vec::new(),
            in_order: BTreeSet::new(),
            tasks: BTreeMap::new(),
            begun,
        };
        let mut plan = Plan::default();
        let rows: Vec<&TagRow> = rows.iter().collect();
        let changes: Vec<&BuildChange> = changes.iter().collect();
        restore(&undo, &"t".parse().unwrap(), &rows, &changes, &BTreeMap::new(), None, &mut plan);
        let steps = plan.steps().iter().map(|step| step.change.to_string());
        let left = plan.left_out().iter().map(|l| format!("left: {}: {}", l.subject, l.why));
        let refused = plan.refused().iter().map(|l| format!("refused: {}: {}", l.subject, l.why));
        steps.chain(left).chain(refused).collect()
    }

    fn tag(nvr: &str, id: u64) -> BuildChange {
        BuildChange::TagBuild { tag: "t".parse().unwrap(), build: build(nvr, id) }
    }

    fn untag(nvr: &str, id: u64) -> BuildChange {
        BuildChange::UntagBuild { tag: "t".parse().unwrap(), build: build(nvr, id) }
    }

    fn retag(nvr: &str, id: u64) -> BuildChange {
        BuildChange::RetagBuild { tag: "t".parse().unwrap(), build: build(nvr, id) }
    }

    #[test]
    fn a_tagging_is_untagged() {
        assert_eq!(
            undone(&[row("a-1-1", 1, 101, "us", None), row("a-0-1", 9, 5, "kim", None)], &[tag("a-1-1", 1)]),
            ["untag a-1-1 from t"]
        );
    }

    #[test]
    fn the_newest_that_was_untagged_is_tagged_and_nothing_else() {
        let rows = [row("a-1-1", 1, 5, "kim", None), row("a-2-1", 2, 6, "kim", Some((101, "us")))];
        assert_eq!(undone(&rows, &[untag("a-2-1", 2)]), ["tag a-2-1 into t"]);
    }

    #[test]
    fn an_older_one_that_was_untagged_gets_its_place_back() {
        let rows = [row("a-1-1", 1, 5, "kim", Some((101, "us"))), row("a-2-1", 2, 6, "kim", None)];
        assert_eq!(
            undone(&rows, &[untag("a-1-1", 1)]),
            ["tag a-1-1 into t", "make a-2-1 the newest of its package in t again"]
        );
    }

    #[test]
    fn what_others_tagged_since_stays_newest() {
        let rows = [
            row("a-1-1", 1, 5, "kim", Some((101, "us"))),
            row("a-2-1", 2, 6, "kim", None),
            row("a-3-1", 3, 150, "kim", None),
        ];
        assert_eq!(
            undone(&rows, &[untag("a-1-1", 1)]),
            [
                "tag a-1-1 into t",
                "make a-2-1 the newest of its package in t again",
                "make a-3-1 the newest of its package in t again"
            ]
        );
    }

    #[test]
    fn what_others_have_touched_is_left_and_named() {
        let gone = [row("a-1-1", 1, 101, "us", Some((120, "bodhi")))];
        assert_eq!(undone(&gone, &[tag("a-1-1", 1)]), ["left: tag a-1-1 into t: bodhi untagged it in event 120"]);
        let anew = [row("a-1-1", 1, 101, "us", Some((120, "kim"))), row("a-1-1", 1, 121, "kim", None)];
        assert_eq!(undone(&anew, &[tag("a-1-1", 1)]), ["refused: tag a-1-1 into t: kim tagged it anew in event 121"]);
        let again = [row("a-1-1", 1, 5, "kim", Some((101, "us"))), row("a-1-1", 1, 130, "kim", None)];
        assert_eq!(
            undone(&again, &[untag("a-1-1", 1)]),
            ["left: untag a-1-1 from t: kim tagged it again in event 130"]
        );
    }

    #[test]
    fn an_undoing_is_undone() {
        // It tagged a-1 and made a-2 newest again.
        let rows = [
            row("a-2-1", 2, 6, "kim", Some((102, "us"))),
            row("a-1-1", 1, 101, "us", None),
            row("a-2-1", 2, 102, "us", None),
        ];
        assert_eq!(undone(&rows, &[tag("a-1-1", 1), retag("a-2-1", 2)]), ["untag a-1-1 from t"]);
    }

    /// As after `set-compose-tag`: b was taken out, a moved behind c.
    #[test]
    fn the_order_of_a_whole_tag_is_restored() {
        let rows = [
            row("a-1-1", 1, 5, "kim", Some((101, "us"))),
            row("b-1-1", 2, 6, "kim", Some((102, "us"))),
            row("c-1-1", 3, 7, "kim", None),
            row("a-1-1", 1, 101, "us", None),
        ];
        let mut undo = UndoRun {
            run: "r".parse().unwrap(),
            user: "us".parse().unwrap(),
            since: EventId(100),
            done: Vec::new(),
            in_order: BTreeSet::from(["t".parse().unwrap()]),
            tasks: BTreeMap::new(),
            begun: None,
        };
        let rows: Vec<&TagRow> = rows.iter().collect();
        let changes = [&retag("a-1-1", 1), &untag("b-1-1", 2)];
        let mut planned = || {
            let mut plan = Plan::default();
            restore(&undo, &"t".parse().unwrap(), &rows, &changes, &BTreeMap::new(), None, &mut plan);
            undo.in_order.clear();
            plan.steps().iter().map(|step| (step.change.to_string(), step.in_order)).collect::<Vec<_>>()
        };
        let again = |nvr: &str| format!("make {nvr} the newest of its package in t again");
        // What is first stays, wherever its row is.
        let whole = ["tag b-1-1 into t".into(), again("c-1-1")];
        assert_eq!(planned(), whole.clone().map(|change| (change, true)));
        assert_eq!(planned(), whole.map(|change| (change, false)));
    }

    /// Between two that were untagged stands one that was not: it was tagged anew after the first.
    #[test]
    fn an_undoing_that_goes_on_keeps_what_it_has_put_in_order() {
        let rows = [
            row("a-1-1", 1, 5, "kim", Some((101, "us"))),
            row("a-2-1", 2, 6, "kim", Some((111, "us"))),
            row("a-3-1", 3, 7, "kim", Some((102, "us"))),
            row("a-1-1", 1, 110, "us", None),
            row("a-2-1", 2, 111, "us", None),
        ];
        let changes = [untag("a-1-1", 1), untag("a-3-1", 3)];
        let begun = |begun: u64| undone_by(&rows, &changes, Some(EventId(begun)));
        assert_eq!(begun(105), ["tag a-3-1 into t"]);
        // Whoever tagged it anew before that wanted it to be the newest.
        assert_eq!(begun(111), ["tag a-3-1 into t", "make a-2-1 the newest of its package in t again"]);
    }

    #[test]
    fn an_undoing_that_stopped_half_way_goes_on() {
        // a-1 is back, tagged by us, but behind a-2.
        let rows = [
            row("a-1-1", 1, 5, "kim", Some((101, "us"))),
            row("a-2-1", 2, 6, "kim", None),
            row("a-1-1", 1, 110, "us", None),
        ];
        assert_eq!(undone(&rows, &[untag("a-1-1", 1)]), ["make a-2-1 the newest of its package in t again"]);
    }
}
