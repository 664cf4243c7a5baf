// SPDX-License-Identifier: GPL-3.0-or-later
//! Putting groups of packages into tags, changing and removing them.

use super::super::answer::Answer;
use super::super::call::Call;
use super::super::fault::{self, Outcome};
use super::super::python;
use super::super::signatures::Args;
use super::groups::{self, Group};
use super::lookups::{self, Named};
use rusqlite::types::Value as Sql;
use serde_json::{Map, Value};

const OF_GROUP: [&str; 7] =
    ["exported", "display_name", "is_default", "uservisible", "description", "langonly", "biarchonly"];
const OF_PACKAGE: [&str; 3] = ["type", "basearchonly", "requires"];

/// The fields that were given, those that hold now, or koji's own, in the order of `names`; and whether one is
/// new.
fn fields(names: &[&str], given: &Map<String, Value>, now: Option<&Answer>, own: &[(&str, Value)]) -> (Vec<Sql>, bool) {
    let mut changed = now.is_none();
    let value = |name: &&str| {
        let old = now.and_then(|now| now.get(name)).cloned();
        let value = match (given.get(*name), old) {
            (Some(new), old) => {
                let new = Answer::from(new.clone());
                changed |= old.is_some_and(|old| old != new);
                new
            }
            (None, Some(old)) => old,
            (None, None) => {
                own.iter().find(|(key, _)| key == name).map_or(Answer::Nil, |(_, value)| Answer::from(value.clone()))
            }
        };
        stored(value)
    };
    (names.iter().map(value).collect(), changed)
}

fn stored(value: Answer) -> Sql {
    match value {
        Answer::Nil => Sql::Null,
        Answer::Bool(yes) => Sql::Integer(yes.into()),
        Answer::Int(number) => Sql::Integer(number),
        Answer::Double(number) => Sql::Real(number),
        Answer::Text(text) => Sql::Text(text),
        other @ (Answer::List(_) | Answer::Record(_)) => Sql::Text(python::shown(&other.to_json())),
    }
}

fn counting(call: &Call<'_>, tag: i64, group: i64) -> Outcome<Option<Group>> {
    let all = groups::that_count(call, tag, None, true)?;
    Ok(all.into_iter().find(|known| known.id == group))
}

/// A group by name, made if the hub has none.
fn group_or_new(call: &mut Call<'_>, info: &Value) -> Outcome<Named> {
    if let (Value::String(name), None) = (info, lookups::named(call, "groups", info, false)?) {
        call.db.execute("INSERT INTO groups (name) VALUES (?)", [name])?;
        call.dml = true;
    }
    lookups::some_named(call, "groups", info)
}

/// koji: `groupListAdd(taginfo, grpinfo, block=, force=, **opts)`. What the tag has or inherits exactly so is
/// not written again.
pub(super) fn add(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    put(call, &Entry::of(args, args.truthy("block"), args.truthy("force")))
}

/// koji: `groupListBlock(taginfo, grpinfo)`.
pub(super) fn block(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    put(call, &Entry::of(args, true, false))
}

/// A group as a tag is to have it.
pub(super) struct Entry<'a> {
    pub tag: &'a Value,
    pub group: &'a Value,
    pub opts: &'a Map<String, Value>,
    pub block: bool,
    pub force: bool,
}

impl<'a> Entry<'a> {
    fn of(args: &'a Args, block: bool, force: bool) -> Self {
        Self { tag: args.get("taginfo"), group: args.get("grpinfo"), opts: &args.keywords, block, force }
    }
}

pub(super) fn put(call: &mut Call<'_>, entry: &Entry<'_>) -> Outcome<Answer> {
    call.assert_perm("tag")?;
    let block = entry.block;
    let tag = lookups::some_tag(call, entry.tag)?;
    let group = group_or_new(call, entry.group)?;
    let now = counting(call, tag.id, group.id)?;
    if now.as_ref().is_some_and(|now| now.blocked) && !entry.force {
        return fault::generic(format!("group {} is blocked in tag {}", group.name, tag.name));
    }
    let own = [
        ("display_name", Value::from(group.name.as_str())),
        ("biarchonly", Value::from(false)),
        ("exported", Value::from(true)),
        ("uservisible", Value::from(true)),
    ];
    let (fields, changed) = fields(&OF_GROUP, entry.opts, now.as_ref().map(|now| &now.answer), &own);
    if !changed && now.is_some_and(|now| now.blocked == block) {
        return Ok(Answer::Nil);
    }
    call.revoke("group_config", "group_id = ? AND tag_id = ?", &[&group.id, &tag.id])?;
    let mut values: Vec<&dyn rusqlite::ToSql> = vec![&group.id, &tag.id, &block];
    values.extend(fields.iter().map(|field| field as &dyn rusqlite::ToSql));
    call.create(
        "group_config",
        "group_id, tag_id, blocked, exported, display_name, is_default, uservisible, description, langonly, biarchonly",
        &values,
    )?;
    Ok(Answer::Nil)
}

/// koji: `groupListRemove(taginfo, grpinfo, force=)`. Its packages stay behind.
pub(super) fn remove(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_perm("tag")?;
    let tag = lookups::some_tag(call, args.get("taginfo"))?;
    let group = lookups::some_named(call, "groups", args.get("grpinfo"))?;
    if !args.truthy("force") && own_block(call, &tag.id, &group.id)?.is_none() {
        return fault::generic(format!("No group: {} found for tag: {}", group.name, tag.name));
    }
    call.revoke("group_config", "group_id = ? AND tag_id = ?", &[&group.id, &tag.id])?;
    Ok(Answer::Nil)
}

/// Whether the tag's own entry blocks the group; `None`: it has none.
fn own_block(call: &Call<'_>, tag: &i64, group: &i64) -> Outcome<Option<bool>> {
    let sql = "SELECT blocked FROM group_config WHERE tag_id = ? AND group_id = ? AND revoke_event IS NULL";
    call.row(sql, (tag, group), |row| row.get(0))
}

/// koji: `groupListUnblock(taginfo, grpinfo)`: the entry goes.
pub(super) fn unblock(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_perm("tag")?;
    let tag = lookups::some_named(call, "tag", args.get("taginfo"))?;
    let group = lookups::some_named(call, "groups", args.get("grpinfo"))?;
    if own_block(call, &tag.id, &group.id)? != Some(true) {
        return fault::generic(format!("group {} is NOT blocked in tag {}", group.name, tag.name));
    }
    call.revoke("group_config", "group_id = ? AND tag_id = ?", &[&group.id, &tag.id])?;
    Ok(Answer::Nil)
}

/// koji: `groupPackageListAdd(taginfo, grpinfo, pkg_name, block=, force=, **opts)`. What the tag has or
/// inherits exactly so is not written again, unless by force.
pub(super) fn add_package(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let entry = Entry::of(args, args.truthy("block"), args.truthy("force"));
    put_package(call, &entry, args.get("pkg_name"))
}

/// koji: `groupPackageListBlock(taginfo, grpinfo, pkg_name)`.
pub(super) fn block_package(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    put_package(call, &Entry::of(args, true, false), args.get("pkg_name"))
}

const ENTRY: &str = "group_id = ? AND tag_id = ? AND package = ?";

pub(super) fn put_package(call: &mut Call<'_>, entry: &Entry<'_>, package: &Value) -> Outcome<Answer> {
    call.assert_perm("tag")?;
    let (block, force) = (entry.block, entry.force);
    let tag = lookups::some_named(call, "tag", entry.tag)?;
    let group = lookups::some_named(call, "groups", entry.group)?;
    let package = python::shown(package);
    let Some(now) = counting(call, tag.id, group.id)? else {
        return fault::generic(format!("group {} not present in tag {}", group.name, tag.name));
    };
    if now.blocked {
        return fault::generic(format!("group {} is blocked in tag {}", group.name, tag.name));
    }
    let now = now.packages.into_iter().find(|known| known.name == package);
    if now.as_ref().is_some_and(|now| now.blocked) && !force {
        let text = format!("package {package} blocked in group {}, tag {}", group.name, tag.name);
        return fault::generic(text);
    }
    let own = [("type", Value::from("mandatory"))];
    let (fields, changed) = fields(&OF_PACKAGE, entry.opts, now.as_ref().map(|now| &now.answer), &own);
    if !changed && !block && !force {
        return Ok(Answer::Nil);
    }
    call.revoke("group_package_listing", ENTRY, &[&group.id, &tag.id, &package])?;
    let mut values: Vec<&dyn rusqlite::ToSql> = vec![&group.id, &tag.id, &package, &block];
    values.extend(fields.iter().map(|field| field as &dyn rusqlite::ToSql));
    let columns = "group_id, tag_id, package, blocked, type, basearchonly, requires";
    call.create("group_package_listing", columns, &values)?;
    Ok(Answer::Nil)
}

/// koji: `groupPackageListRemove(taginfo, grpinfo, pkg_name)`; one that is not there is no fault.
pub(super) fn remove_package(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_perm("tag")?;
    let tag = lookups::some_named(call, "tag", args.get("taginfo"))?.id;
    let group = lookups::some_named(call, "groups", args.get("grpinfo"))?.id;
    let package = python::shown(args.get("pkg_name"));
    call.revoke("group_package_listing", ENTRY, &[&group, &tag, &package])?;
    Ok(Answer::Nil)
}

/// koji: `groupPackageListUnblock(taginfo, grpinfo, pkg_name)`: the entry goes.
pub(super) fn unblock_package(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_perm("tag")?;
    let tag = lookups::some_named(call, "tag", args.get("taginfo"))?.id;
    let group = lookups::some_named(call, "groups", args.get("grpinfo"))?.id;
    let package = python::shown(args.get("pkg_name"));
    let sql = "SELECT blocked FROM group_package_listing \
               WHERE group_id = ? AND tag_id = ? AND package = ? AND revoke_event IS NULL";
    let blocked: Option<bool> = call.row(sql, (group, tag, &package), |row| row.get(0))?;
    if blocked != Some(true) {
        return fault::generic(format!("package {package} is NOT blocked in group {group}, tag {tag}"));
    }
    call.revoke("group_package_listing", ENTRY, &[&group, &tag, &package])?;
    Ok(Answer::Nil)
}
