// SPDX-License-Identifier: GPL-3.0-or-later
//! Build targets.

use super::super::answer::{Answer, record};
use super::super::call::{Call, at, event_argument};
use super::super::fault::{self, Outcome};
use super::super::python;
use super::super::signatures::Args;
use super::{lookups, options, tag_changes};
use serde_json::Value;

fn read(
    call: &Call<'_>,
    info: &Value,
    event: Option<i64>,
    build_tag: Option<i64>,
    dest_tag: Option<i64>,
) -> Outcome<Vec<Answer>> {
    let mut id = None;
    if python::truthy(info) {
        match lookups::named(call, "build_target", info, false)? {
            Some(target) => id = Some(target.id),
            None => return Ok(vec![]),
        }
    }
    let sql = format!(
        "SELECT build_target.id, build_target.name, build_tag, tag1.name, dest_tag, tag2.name \
         FROM build_target_config JOIN build_target ON build_target.id = build_target_id \
         JOIN tag AS tag1 ON tag1.id = build_tag JOIN tag AS tag2 ON tag2.id = dest_tag \
         WHERE {} AND (?1 IS NULL OR build_target_id = ?1) AND (?2 IS NULL OR build_tag = ?2) \
         AND (?3 IS NULL OR dest_tag = ?3) ORDER BY build_target.id",
        at(event, "build_target_config")
    );
    call.rows(&sql, (id, build_tag, dest_tag), |row| {
        Ok(record! {
            "build_tag" => row.get::<_, i64>(2)?, "build_tag_name" => row.get::<_, String>(3)?,
            "dest_tag" => row.get::<_, i64>(4)?, "dest_tag_name" => row.get::<_, String>(5)?,
            "id" => row.get::<_, i64>(0)?, "name" => row.get::<_, String>(1)?,
        })
    })
}

/// koji: `getBuildTarget(info, event=, strict=)`.
pub(super) fn get(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let info = args.get("info");
    let event = event_argument(args.get("event"))?;
    let mut found = read(call, info, event, None, None)?;
    match found.pop() {
        Some(target) if found.is_empty() => Ok(target),
        _ if args.truthy("strict") => fault::generic(format!("No such build target: {}", python::shown(info))),
        _ => Ok(Answer::Nil),
    }
}

/// koji: `getBuildTargets(info=, event=, buildTagID=, destTagID=, queryOpts=)`.
pub(super) fn list(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let mut tags = [None, None];
    for (slot, name) in tags.iter_mut().zip(["buildTagID", "destTagID"]) {
        if let Some(info) = args.given(name) {
            match lookups::named(call, "tag", info, false)? {
                Some(tag) => *slot = Some(tag.id),
                None => return Ok(options::apply(vec![], args.get("queryOpts"))),
            }
        }
    }
    let event = event_argument(args.get("event"))?;
    let [build_tag, dest_tag] = tags;
    let rows = read(call, args.get("info"), event, build_tag, dest_tag)?;
    Ok(options::apply(rows, args.get("queryOpts")))
}

fn tags(call: &Call<'_>, args: &Args) -> Outcome<(i64, i64)> {
    let mut ids = [0, 0];
    for (slot, (name, noun)) in ids.iter_mut().zip([("build_tag", "build"), ("dest_tag", "destination")]) {
        let info = args.get(name);
        match lookups::tag(call, info, None)? {
            Some(tag) => *slot = tag.id,
            None => {
                return fault::generic(format!("{noun} tag '{}' does not exist", python::shown(info)));
            }
        }
    }
    let [build_tag, dest_tag] = ids;
    Ok((build_tag, dest_tag))
}

fn put(call: &mut Call<'_>, id: i64, build_tag: i64, dest_tag: i64) -> Outcome<Answer> {
    call.create("build_target_config", "build_target_id, build_tag, dest_tag", &[&id, &build_tag, &dest_tag])?;
    Ok(Answer::Nil)
}

/// koji: `createBuildTarget(name, build_tag, dest_tag)`.
pub(super) fn create(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_perm("target")?;
    let name = python::shown(args.get("name"));
    tag_changes::check_name(&name)?;
    if !read(call, &Value::from(name.as_str()), None, None, None)?.is_empty() {
        return fault::generic(format!("A build target with the name '{name}' already exists"));
    }
    let (build_tag, dest_tag) = tags(call, args)?;
    call.db.execute("INSERT OR IGNORE INTO build_target (name) VALUES (?)", [&name])?;
    let target = lookups::some_named(call, "build_target", &Value::from(name))?;
    put(call, target.id, build_tag, dest_tag)
}

fn target(call: &Call<'_>, info: &Value) -> Outcome<lookups::Named> {
    match lookups::named(call, "build_target", info, false)? {
        Some(target) => Ok(target),
        None => fault::generic(format!("No such build target: {}", python::shown(info))),
    }
}

/// koji: `editBuildTarget(buildTargetInfo, name, build_tag, dest_tag)`; revives a deleted one.
pub(super) fn edit(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_perm("target")?;
    let name = python::shown(args.get("name"));
    tag_changes::check_name(&name)?;
    let target = target(call, args.get("buildTargetInfo"))?;
    let (build_tag, dest_tag) = tags(call, args)?;
    if name != target.name {
        let taken = lookups::named(call, "build_target", &Value::from(name.as_str()), false)?;
        if let Some(other) = taken {
            return fault::generic(format!("name \"{name}\" is already taken by build target {}", other.id));
        }
        call.db.execute("UPDATE build_target SET name = ? WHERE id = ?", (&name, target.id))?;
    }
    call.revoke("build_target_config", "build_target_id = ?", &[&target.id])?;
    put(call, target.id, build_tag, dest_tag)
}

/// koji: `deleteBuildTarget(buildTargetInfo)`; one that is deleted already is no fault.
pub(super) fn delete(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_perm("target")?;
    let target = target(call, args.get("buildTargetInfo"))?;
    call.revoke("build_target_config", "build_target_id = ?", &[&target.id])?;
    Ok(Answer::Nil)
}
