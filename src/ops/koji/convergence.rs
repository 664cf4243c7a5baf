// SPDX-License-Identifier: GPL-3.0-or-later
//! Whatever a hub holds and whatever is asked: what is planned can be done, brings about the state
//! that was asked for, and leaves nothing to do for a second run.

use super::clone_tag::Which;
use super::edit_tag::Wish;
use super::hub::{Hub, text};
use super::*;
use crate::koji::{BuildState, Extra, ParentLink, Reader, TagRow, TargetTags};
use crate::names::{Nvr, PackageName};
use crate::pipeline::Operation;
use proptest::prelude::*;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

const TAGS: [&str; 4] = ["base", "updates", "pending", "apart"];
const PACKAGES: [&str; 3] = ["bash", "fish", "zsh"];

/// Every build there is, by name.
fn nvrs() -> Vec<String> {
    let versions = ["1-1", "1-2", "2-1", "10-1"];
    let nvrs = PACKAGES.iter().flat_map(|package| versions.map(|version| format!("{package}-{version}")));
    nvrs.collect()
}

/// Three tags that inherit from each other and one that stands apart, filled at random.
fn hub() -> impl Strategy<Value = Hub> {
    let state = prop_oneof![
        15 => Just(BuildState::Complete),
        1 => Just(BuildState::Deleted),
    ];
    let nvrs = nvrs();
    let locked = prop::collection::vec(prop::bool::weighted(0.05), TAGS.len());
    let states = prop::collection::vec(state, nvrs.len());
    let rows = prop::collection::vec((tag(), prop::sample::select(nvrs.clone())), 0..16);
    // No entry, a block or, mostly, a plain entry.
    let kind = prop_oneof![1 => Just(None), 1 => Just(Some(true)), 8 => Just(Some(false))];
    let entries = prop::collection::vec(kind, TAGS.len() * PACKAGES.len());
    (locked, states, rows, entries).prop_map(move |(locked, states, rows, entries)| {
        let mut hub = Hub::new().user("kim").user("sam");
        for (tag, locked) in TAGS.into_iter().zip(locked) {
            hub = if locked { hub.locked(tag) } else { hub.tag(tag) };
        }
        hub = hub.inherits("updates", &["base"]).inherits("pending", &["updates", "base"]);
        for (nvr, state) in nvrs.iter().zip(states) {
            hub = hub.build_in(nvr, state);
        }
        let mut met = BTreeSet::new();
        for (tag, nvr) in rows {
            if met.insert((tag, nvr.clone())) {
                hub = hub.tagged(tag, &[&nvr]);
            }
        }
        let places = TAGS.iter().flat_map(|tag| PACKAGES.map(|name| (tag, name)));
        for ((tag, package), kind) in places.zip(entries) {
            if let Some(blocked) = kind {
                hub = hub.entry(tag, &[package], Some("kim"), blocked);
            }
        }
        hub
    })
}

fn tag() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&TAGS[..])
}

fn tag_name() -> impl Strategy<Value = TagName> {
    tag().prop_map(|tag| tag.parse().unwrap())
}

fn package() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&PACKAGES[..])
}

fn packages() -> impl Strategy<Value = Vec<PackageName>> {
    prop::collection::vec(package().prop_map(|name| name.parse().unwrap()), 1..4)
}

fn builds() -> impl Strategy<Value = Vec<Nvr>> {
    let build = prop::sample::select(nvrs()).prop_map(|nvr| nvr.parse().unwrap());
    prop::collection::vec(build, 1..4)
}

/// What a tag is to be set to: settings that some tags have, are blocked in some, or are not known.
fn edit() -> impl Strategy<Value = EditTag> {
    let perm = prop_oneof![
        Just(Wish::Keep),
        Just(Wish::Nothing),
        prop::sample::select(&["autosign", "secure", "unheard-of"][..])
            .prop_map(|perm| Wish::To(perm.parse().unwrap())),
    ];
    let arches = prop_oneof![
        Just(Wish::Keep),
        Just(Wish::Nothing),
        prop::sample::select(&["x86_64", "i686 x86_64"][..]).prop_map(|arches| Wish::To(arches.parse().unwrap())),
    ];
    let key = || prop::sample::select(&["a", "b", "c"][..]).prop_map(str::to_owned);
    let value = prop::sample::select(vec![json!(1), json!("1"), json!(["x", 2])]);
    let extra = prop::collection::btree_map(key(), value, 0..3);
    (tag_name(), perm, arches, extra, prop::collection::btree_set(key(), 0..2))
        .prop_map(|(tag, perm, arches, extra, remove_extra)| EditTag { tag, perm, arches, extra, remove_extra })
}

/// Plans, does it, and plans again; the hub as it is afterwards, or `None` if the request was
/// refused. `tags`: where no package may be set back.
fn done<O: Operation>(mut hub: Hub, request: &O, tags: &[&TagName]) -> Option<Hub> {
    let plan = hub.plan(request).ok()?;
    if !plan.refused().is_empty() {
        return None;
    }
    for step in plan.steps() {
        if let Some(after) = step.after {
            assert!(after.0 < plan.steps().len());
        }
    }
    hub.apply(&plan);
    let again = hub.plan(request).unwrap();
    assert!(again.is_empty() && again.refused().is_empty(), "first:\n{}\nthen:\n{}", text(&plan), text(&again));
    for tag in tags {
        for step in plan.steps() {
            let change = step.change.to_string();
            if change.starts_with("tag ") && change.ends_with(&format!(" {tag}")) {
                let nvr: Nvr = change.split(' ').nth(1).unwrap().parse().unwrap();
                latest_is_newest(&hub.rows_of(tag), &nvr.package());
            }
        }
    }
    Some(hub)
}

fn latest_is_newest(rows: &[TagRow], package: &PackageName) {
    let rows: Vec<_> =
        rows.iter().filter(|row| row.nvr.package() == *package && row.state == BuildState::Complete).collect();
    let latest = rows.iter().max_by_key(|row| row.created).unwrap();
    for row in &rows {
        assert!(row.evr() <= latest.evr(), "{} over {}", latest.nvr, row.nvr);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn tag_build(hub in hub(), tag in tag_name(), builds in builds()) {
        let request = TagBuilds { tag, builds };
        if let Some(hub) = done(hub, &request, &[&request.tag]) {
            prop_assert!(request.builds.iter().all(|nvr| hub.holds(&request.tag, nvr)));
        }
    }

    #[test]
    fn untag_build(hub in hub(), tag in tag_name(), builds in builds()) {
        let request = UntagBuilds { tag, builds };
        if let Some(hub) = done(hub, &request, &[]) {
            prop_assert!(!request.builds.iter().any(|nvr| hub.holds(&request.tag, nvr)));
        }
    }

    #[test]
    fn move_builds(hub in hub(), from in tag_name(), to in tag_name(), builds in builds()) {
        let request = MoveBuilds { from, to, builds };
        if let Some(hub) = done(hub, &request, &[&request.to]) {
            prop_assert!(request.builds.iter().all(|nvr| hub.holds(&request.to, nvr)));
            prop_assert!(!request.builds.iter().any(|nvr| hub.holds(&request.from, nvr)));
        }
    }

    #[test]
    fn add_pkg(hub in hub(), tag in tag_name(), packages in packages(), sam in any::<bool>()) {
        let owner = if sam { "sam" } else { "kim" }.parse().unwrap();
        let request = AddPackages { tag, packages, owner };
        if let Some(hub) = done(hub, &request, &[]) {
            let listing = hub.listing(&request.tag);
            prop_assert!(request.packages.iter().all(|package| !listing[package].blocked));
        }
    }

    #[test]
    fn block_pkg(
        hub in hub(), tag in tag_name(), packages in packages(), untag in any::<bool>(), unblock_in in prop::option::of(tag_name()),
    ) {
        let request = BlockPackages { tag, packages, untag, unblock_in };
        if let Some(hub) = done(hub, &request, &[]) {
            let listing = hub.listing(&request.tag);
            prop_assert!(request.packages.iter().all(|package| listing[package].blocked));
            if let Some(opened) = &request.unblock_in {
                let listing = hub.listing(opened);
                prop_assert!(request.packages.iter().all(|package| !listing[package].blocked));
            }
            let rows = hub.rows_of(&request.tag);
            let left = rows.iter().any(|row| request.packages.contains(&row.nvr.package()));
            prop_assert!(!(untag && left));
        }
    }

    #[test]
    fn unblock_pkg(hub in hub(), tag in tag_name(), packages in packages()) {
        let request = UnblockPackages { tag, packages };
        if let Some(hub) = done(hub, &request, &[]) {
            let listing = hub.listing(&request.tag);
            prop_assert!(request.packages.iter().all(|package| !listing[package].blocked));
        }
    }

    #[test]
    fn lock_and_unlock_tag(hub in hub(), tag in tag_name(), lock in any::<bool>()) {
        let hub = match lock {
            true => done(hub, &LockTag { tag: tag.clone() }, &[]),
            false => done(hub, &UnlockTag { tag: tag.clone() }, &[]),
        };
        prop_assert_eq!(hub.unwrap().tag_of(&tag).locked, lock);
    }

    #[test]
    fn edit_tag(hub in hub(), request in edit()) {
        let hub = hub
            .permission("autosign")
            .permission("secure")
            .extra("base", "a", Extra::Value(json!(1)))
            .extra("updates", "b", Extra::Blocked);
        if let Some(hub) = done(hub, &request, &[]) {
            let tag = hub.tag_of(&request.tag);
            match &request.perm {
                Wish::Keep => {}
                Wish::Nothing => prop_assert!(tag.perm.is_none()),
                Wish::To(perm) => prop_assert_eq!(tag.perm.as_deref(), Some(perm.as_str())),
            }
            match &request.arches {
                Wish::Keep => {}
                Wish::Nothing => prop_assert!(tag.arches.is_empty()),
                Wish::To(arches) => prop_assert!(arches.are(&tag.arches)),
            }
            for (key, value) in &request.extra {
                prop_assert_eq!(hub.extra_of(&request.tag, key), Extra::Value(value.clone()));
            }
            prop_assert!(request.remove_extra.iter().all(|key| hub.extra_of(&request.tag, key) == Extra::Unset));
        }
    }

    #[test]
    fn set_target(hub in hub(), build_tag in tag_name(), dest_tag in tag_name(), known in any::<bool>()) {
        let name = if known { "known" } else { "new" }.parse().unwrap();
        let request = SetTarget { name, build_tag, dest_tag };
        let hub = done(hub.target("known", "base", "updates"), &request, &[]).unwrap();
        let tags = TargetTags { build_tag: request.build_tag, dest_tag: request.dest_tag };
        prop_assert_eq!(hub.target_of(&request.name), Some(&tags));
    }

    #[test]
    fn create_side_target(hub in hub(), known in any::<bool>(), parent in tag_name(), build_tag in tag_name()) {
        let name = if known { "apart" } else { "new" }.parse().unwrap();
        let request = CreateSideTarget { name, parent, build_tag };
        if let Some(hub) = done(hub.links_only(), &request, &[]) {
            prop_assert!(hub.links_of(&request.name).iter().any(|link| link.parent == request.parent));
            let target = request.name.as_str().parse().unwrap();
            prop_assert_eq!(&hub.target_of(&target).unwrap().dest_tag, &request.name);
        }
    }

    #[test]
    fn remove_sidetags(hub in hub(), side in prop::collection::btree_map(tag(), (tag(), any::<bool>()), 0..4), base in tag_name(), empty in any::<bool>()) {
        let mut hub = hub.links_only();
        for (tag, (base, target)) in side.iter().filter(|(tag, (base, _))| *tag != base) {
            hub = hub.extra(tag, "sidetag", Extra::Value(true.into())).linked(tag, base, 0);
            if *target {
                hub = hub.target(tag, tag, tag);
            }
        }
        let which = list_sidetags::Which { base: Some(base.clone()), empty, ..list_sidetags::Which::default() };
        if let Some(hub) = done(hub, &RemoveSideTags { tags: Vec::new(), which }, &[]) {
            let left = hub.side_tags(Some(&base)).unwrap();
            prop_assert!(left.iter().all(|tag| empty && !hub.rows_of(&tag.name).is_empty()));
        }
    }

    #[test]
    fn swap_parent(
        hub in hub(),
        links in prop::collection::btree_map((tag(), tag()), 0..5_i64, 0..6),
        child in tag_name(), old in tag_name(), new in tag_name(),
    ) {
        let mut hub = hub.links_only();
        let mut met = BTreeSet::new();
        for ((child, parent), priority) in links {
            if child != parent && met.insert((child, priority)) {
                hub = hub.linked(child, parent, priority);
            }
        }
        let before = hub.links_of(&child).to_vec();
        let request = SwapParent { child: child.clone(), old, new };
        if let Some(hub) = done(hub, &request, &[]) {
            let order = |links: &[ParentLink]| {
                let mut order: Vec<_> = links.iter().map(|link| (link.priority, link.parent.clone())).collect();
                order.sort();
                order
            };
            let mut wanted = order(&before);
            wanted.iter_mut().filter(|(_, parent)| *parent == request.old).for_each(|(_, parent)| *parent = request.new.clone());
            prop_assert_eq!(order(hub.links_of(&child)), wanted);
        }
    }

    #[test]
    fn retag_latest(hub in hub(), tag in tag_name(), builds in builds()) {
        let request = RetagLatest { tag, builds };
        if let Some(hub) = done(hub, &request, &[]) {
            let rows = hub.rows_of(&request.tag);
            request.builds.iter().for_each(|nvr| latest_is_newest(&rows, &nvr.package()));
        }
    }

    #[test]
    fn prune_tag(hub in hub(), tag in tag_name(), keep in 1..3_usize, packages in prop::option::of(packages())) {
        let before = hub.rows_of(&tag);
        let keep = keep.try_into().unwrap();
        let request = PruneTag { tag, keep, packages: packages.unwrap_or_default() };
        if let Some(hub) = done(hub, &request, &[]) {
            let complete = |rows: &[TagRow], package: &str| -> Vec<TagRow> {
                let of = rows.iter().filter(|row| row.nvr.name() == package && row.state == BuildState::Complete);
                of.cloned().collect()
            };
            for package in PACKAGES {
                let (before, now) = (complete(&before, package), complete(&hub.rows_of(&request.tag), package));
                let pruned = request.packages.is_empty() || request.packages.iter().any(|name| name.as_str() == package);
                let most = if pruned { keep.get().min(before.len()) } else { before.len() };
                prop_assert_eq!(now.len(), most);
                let lowest = now.iter().map(TagRow::evr).min();
                let gone = before.iter().filter(|row| !now.iter().any(|kept| kept.nvr == row.nvr));
                prop_assert!(gone.map(TagRow::evr).max() < lowest || now.len() == before.len());
            }
        }
    }

    #[test]
    fn set_compose_tag(hub in hub(), tag in tag_name(), builds in builds()) {
        let request = SetComposeTag { release: "f43".parse().unwrap(), tag, builds };
        if let Some(hub) = done(hub, &request, &[]) {
            let mut rows = hub.rows_of(&request.tag);
            rows.sort_by_key(|row| row.created);
            let there: Vec<Nvr> = rows.into_iter().map(|row| row.nvr).collect();
            prop_assert_eq!(there, request.builds);
        }
    }

    #[test]
    fn clone_tag(
        hub in hub(), source in tag_name(), destination in prop::option::of(tag_name()),
        all in any::<bool>(), prune in any::<bool>(),
    ) {
        let destination = destination.unwrap_or_else(|| "new".parse().unwrap());
        let builds = if all { Which::All } else { Which::Latest };
        let request = CloneTag { source, destination, event: None, builds, prune };
        let theirs = hub.listing(&request.source);
        let rows = hub.rows_of(&request.source);
        let had = hub.rows_of(&request.destination);
        if let Some(hub) = done(hub, &request, &[]) {
            let ours = hub.listing(&request.destination);
            prop_assert!(theirs.iter().all(|(package, entry)| ours[package].blocked == entry.blocked));
            let now = hub.rows_of(&request.destination);
            for (package, _) in theirs.iter().filter(|(_, entry)| !entry.blocked) {
                let of = |rows: &[TagRow]| -> Vec<Nvr> {
                    let complete = rows.iter().filter(|row| row.state == BuildState::Complete);
                    complete.filter(|row| row.nvr.package() == *package).map(|row| row.nvr.clone()).collect()
                };
                let wanted = of(&rows);
                let wanted = if all { &wanted[..] } else { &wanted[wanted.len().saturating_sub(1)..] };
                prop_assert!(of(&now).ends_with(wanted), "{:?} of {:?}", wanted, of(&now));
                let kept = of(&had).into_iter().filter(|nvr| !wanted.contains(nvr)).all(|nvr| of(&now).contains(&nvr));
                prop_assert!(kept != prune || of(&now).len() == wanted.len());
            }
        }
    }

    #[test]
    fn mass_tag(
        hub in hub(),
        source in tag_name(),
        destination in tag_name(),
        also_newer_in in prop::collection::vec(tag_name(), 0..2),
        gating in prop::collection::vec(tag_name(), 0..2),
    ) {
        let request = MassTag { source, destination, also_newer_in, gating: Gating::OfRelease(gating) };
        let Ok(plan) = hub.plan(&request) else { return Ok(()) };
        if let Some(hub) = done(hub, &request, &[&request.destination]) {
            // Every build that could have come either did or has its reason.
            let told: BTreeSet<_> = plan.left_out().iter().map(|item| item.subject.clone()).collect();
            let rows = hub.rows_of(&request.source);
            let latest: BTreeMap<_, _> = rows
                .iter()
                .filter(|row| row.state == BuildState::Complete)
                .map(|row| (row.nvr.package(), &row.nvr))
                .collect();
            for nvr in latest.values() {
                let came = hub.holds(&request.destination, nvr);
                prop_assert!(came || told.contains(nvr.as_str()), "{}", nvr);
            }
        }
    }
}
