// SPDX-License-Identifier: GPL-3.0-or-later
//! Copying a tag into one that is made for it.

use super::super::answer::Answer;
use super::super::call::{Call, at, event_argument};
use super::super::fault::{self, Outcome};
use super::super::python;
use super::super::signatures::Args;
use super::group_changes::{self, Entry};
use super::lookups::{self, Tag};
use super::package_changes::Addition;
use super::packages::{self, Which};
use super::tag_changes::{self, Made};
use super::tagged::{self, Query};
use super::{groups, tagging};
use serde_json::{Map, Value};

/// koji: `snapshotTag(src, dst, config=, pkgs=, builds=, groups=, latest_only=, inherit_builds=, event=,
/// force=)`: everything copied has an event of its own; inherited packages become the copy's own.
pub(super) fn take(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_perm("tag")?;
    let (pkgs, builds) = (args.truthy("pkgs"), args.truthy("builds"));
    if builds && !pkgs {
        return fault::parameter("builds can't be used without pkgs in snapshotTag");
    }
    let (info, name) = (args.get("src"), args.get("dst"));
    if lookups::tag(call, name, None)?.is_some() {
        return fault::generic("Target tag already exists");
    }
    let event = event_argument(args.get("event"))?;
    let Some(source) = lookups::tag(call, info, event)? else {
        return lookups::no_tag(info);
    };
    if source.locked && !args.truthy("force") {
        return fault::generic("Source tag is locked, use force to copy");
    }
    let made = if args.truthy("config") { settings(call, &source, event)? } else { Made::default() };
    let id = tag_changes::make(call, &python::shown(name), &made)?;
    call.forget_event();
    let copy = lookups::some_tag(call, &Value::from(id))?;
    if pkgs {
        copy_packages(call, &source, event, &copy)?;
    }
    if builds {
        let latest = args.truthy("latest_only").then_some(1);
        let inherit = args.truthy("inherit_builds");
        let query = Query { inherit, latest, ..Query::of(source.id, event) };
        let newest_first = tagged::read(call, &query)?;
        tagging::put_all(call, &copy, newest_first.iter().rev().map(|build| Value::from(build.id)))?;
    }
    if args.truthy("groups") {
        copy_groups(call, &source, event, &copy)?;
    }
    Ok(Answer::Nil)
}

fn settings(call: &Call<'_>, source: &Tag, event: Option<i64>) -> Outcome<Made> {
    let sql = format!("SELECT key, value FROM tag_extra WHERE tag_id = ? AND value IS NOT NULL AND {}", at(event, ""));
    Ok(Made {
        arches: source.arches.clone(),
        perm_id: source.perm_id,
        locked: source.locked,
        extra: call.rows(&sql, [source.id], |row| Ok((row.get(0)?, row.get(1)?)))?,
    })
}

fn copy_packages(call: &mut Call<'_>, source: &Tag, event: Option<i64>, copy: &Tag) -> Outcome<()> {
    let which = Which { tag: Some(source.id), event, inherit: true, ..Which::default() };
    let tag = Value::from(copy.id);
    for entry in packages::read(call, &which)? {
        let (package, owner) = (Value::from(entry.package_id), entry.owner.map(|(id, _)| Value::from(id)));
        let addition = Addition {
            tag: &tag,
            package: &package,
            owner: owner.as_ref().unwrap_or(&Value::Null),
            block: Some(entry.blocked),
            extra_arches: entry.extra_arches,
            force: true,
            update: false,
        };
        addition.apply(call)?;
        call.forget_event();
    }
    Ok(())
}

/// What groups and their packages are set to is lost on the way: so it is at koji.
fn copy_groups(call: &mut Call<'_>, source: &Tag, event: Option<i64>, copy: &Tag) -> Outcome<()> {
    let (tag, opts) = (Value::from(copy.id), Map::new());
    for known in groups::that_count(call, source.id, event, true)?.iter().filter(|group| !group.blocked) {
        let group = Value::from(known.id);
        let entry = Entry { tag: &tag, group: &group, opts: &opts, block: false, force: true };
        group_changes::put(call, &entry)?;
        call.forget_event();
        for package in known.packages.iter().filter(|package| !package.blocked) {
            group_changes::put_package(call, &entry, &Value::from(package.name.as_str()))?;
            call.forget_event();
        }
    }
    Ok(())
}
