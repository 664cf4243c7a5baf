// SPDX-License-Identifier: GPL-3.0-or-later
//! Making, changing and deleting tags.

use super::super::answer::Answer;
use super::super::call::Call;
use super::super::fault::{self, Outcome};
use super::super::python;
use super::super::signatures::Args;
use super::inheritance::{self, Link};
use super::{lookups, tags};
use serde_json::Value;

/// koji's default for names inside the hub.
pub(super) fn check_name(name: &str) -> Outcome<()> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "/_.+-".contains(c);
    if name.len() > 256 {
        return fault::generic(format!("Name {name} is too long. Max length is 256 characters"));
    }
    if name.is_empty() || !name.chars().all(fits) {
        return fault::generic(format!("Name {name} does not match RegexNameInternal value"));
    }
    Ok(())
}

/// Architectures, cleaned: fault 1000 if one of them is none.
pub(super) fn check_arches(arches: &str) -> Outcome<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let all: Vec<&str> = arches.split_whitespace().collect();
    if all.iter().any(|arch| !arch.chars().all(fits)) {
        return fault::generic("Architecture can be only [a-zA-Z0-9_-]");
    }
    Ok(all.join(" "))
}

fn perm_id(call: &Call<'_>, perm: &Value) -> Outcome<Option<i64>> {
    match perm {
        Value::Null => Ok(None),
        perm => Ok(Some(lookups::some_named(call, "permissions", perm)?.id)),
    }
}

/// koji: `createTag(name, parent=, arches=, perm=, locked=, …, extra=)` → the tag's number, the old
/// one if a deleted tag had this name.
pub(super) fn create(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_perm("tag")?;
    let name = python::shown(args.get("name"));
    check_name(&name)?;
    // None given is none, not nothing.
    let arches = check_arches(&args.given("arches").map(python::shown).unwrap_or_default())?;
    if args.truthy("maven_support") || args.truthy("maven_include_all") {
        return fault::generic("Maven support not enabled");
    }
    if lookups::tag(call, &Value::from(name.as_str()), None)?.is_some() {
        return fault::generic(format!("A tag with the name '{name}' already exists"));
    }
    let mut parent_id = None;
    if args.truthy("parent") {
        let parent = args.get("parent");
        match lookups::tag(call, parent, None)? {
            Some(found) => parent_id = Some(found.id),
            None => {
                return fault::generic(format!("Parent tag '{}' could not be found", python::shown(parent)));
            }
        }
    }
    let perm_id = perm_id(call, args.get("perm"))?;
    let extra = args.get("extra").as_object();
    let extra = extra.into_iter().flatten().map(|(key, value)| (key.clone(), python::json(value))).collect();
    let id = make(call, &name, &Made { arches: Some(arches), perm_id, locked: args.truthy("locked"), extra })?;
    if let Some(parent_id) = parent_id {
        inheritance::insert(call, id, &Link::plain(parent_id))?;
    }
    Ok(Answer::Int(id))
}

/// What a new tag is set to.
#[derive(Debug, Default)]
pub(super) struct Made {
    pub arches: Option<String>,
    pub perm_id: Option<i64>,
    pub locked: bool,
    /// Values as JSON, by name.
    pub extra: Vec<(String, String)>,
}

/// Makes a tag, or one that was deleted anew; its number.
pub(super) fn make(call: &mut Call<'_>, name: &str, made: &Made) -> Outcome<i64> {
    check_name(name)?;
    call.db.execute("INSERT OR IGNORE INTO tag (name) VALUES (?)", [name])?;
    let id = lookups::some_named(call, "tag", &Value::from(name))?.id;
    let Made { arches, perm_id, locked, extra } = made;
    call.create("tag_config", "tag_id, arches, perm_id, locked", &[&id, arches, perm_id, locked])?;
    for (key, value) in extra {
        call.create("tag_extra", "tag_id, key, value", &[&id, key, value])?;
    }
    Ok(id)
}

/// koji: `editTag2(tag, name=, arches=, perm=, locked=, extra=, remove_extra=, block_extra=)`.
pub(super) fn edit(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_perm("tag")?;
    let keywords = &args.keywords;
    if keywords.contains_key("maven_support") || keywords.contains_key("maven_include_all") {
        return fault::generic("Maven support not enabled");
    }
    let tag = lookups::some_tag(call, args.get("tagInfo"))?;
    if let Some(name) = keywords.get("name").filter(|n| python::truthy(n)) {
        rename(call, &tag, &python::shown(name))?;
    }
    let mut new = tag.clone();
    if let Some(perm) = keywords.get("perm_id").or_else(|| keywords.get("perm")) {
        new.perm_id = perm_id(call, perm)?;
    }
    match keywords.get("arches") {
        None => {}
        Some(Value::Null) => new.arches = None,
        Some(arches) => new.arches = Some(check_arches(&python::shown(arches))?),
    }
    match keywords.get("locked") {
        None => {}
        Some(Value::Bool(locked)) => new.locked = *locked,
        Some(other) => return not_a_boolean(other),
    }
    if (new.perm_id, &new.arches, new.locked) != (tag.perm_id, &tag.arches, tag.locked) {
        call.revoke("tag_config", "tag_id = ?", &[&tag.id])?;
        call.create(
            "tag_config",
            "tag_id, arches, perm_id, locked",
            &[&tag.id, &new.arches, &new.perm_id, &new.locked],
        )?;
    }
    edit_extra(call, &tag, args)?;
    Ok(Answer::Nil)
}

/// What the database says.
fn not_a_boolean<T>(value: &Value) -> Outcome<T> {
    if value.is_null() {
        let text = "null value in column \"locked\" of relation \"tag_config\" violates not-null constraint";
        return Err(fault::Fault::unexpected("psycopg2.errors.NotNullViolation", text, text).into());
    }
    let shown = python::shown(value);
    let text = format!("invalid input syntax for type boolean: \"{shown}\"");
    Err(fault::Fault::unexpected("psycopg2.errors.InvalidTextRepresentation", &text, &text).into())
}

/// A new name: no event, no history; so it is at koji.
fn rename(call: &mut Call<'_>, tag: &lookups::Tag, name: &str) -> Outcome<()> {
    if name == tag.name {
        return Ok(());
    }
    check_name(name)?;
    if let Some(other) = lookups::named(call, "tag", &Value::from(name), false)? {
        return fault::generic(format!("Name {name} already taken by tag {}", other.id));
    }
    call.db.execute("UPDATE tag SET name = ? WHERE id = ?", (name, tag.id))?;
    call.dml = true;
    Ok(())
}

fn edit_extra(call: &mut Call<'_>, tag: &lookups::Tag, args: &Args) -> Outcome<()> {
    let texts = |key: &str| match args.keywords.get(key).filter(|given| python::truthy(given)) {
        None => Ok(vec![]),
        Some(Value::Array(list)) => Ok(list.iter().map(python::shown).collect()),
        Some(other) => fault::parameter(format!(
            "Invalid type for value '{}': <class '{}'>, expected type <class 'list'>",
            python::shown(other),
            python::type_name(other)
        )),
    };
    let (remove, block): (Vec<String>, Vec<String>) = (texts("remove_extra")?, texts("block_extra")?);
    let present = tags::extra_values(call, tag.id)?;
    let extra = args.keywords.get("extra");
    if let Some(Value::String(_)) = extra {
        let text = "string indices must be integers, not 'str'";
        return Err(fault::Fault::unexpected("TypeError", text, text).into());
    }
    if let Some(Value::Object(extra)) = extra {
        let both = |key: &&String| remove.contains(key) || block.contains(key);
        if let Some(key) = extra.keys().find(both) {
            return fault::generic(format!("Can not both add/update and remove tag-extra: '{key}'"));
        }
        for (key, value) in extra {
            let same = present.iter().any(|(k, v)| k == key && python::equal(v, value));
            if !same {
                set_extra(call, tag.id, key, Some(&python::json(value)))?;
            }
        }
    }
    for key in &block {
        set_extra(call, tag.id, key, None)?;
    }
    let unknown: Vec<&str> =
        remove.iter().filter(|key| !present.iter().any(|(k, _)| k == *key)).map(String::as_str).collect();
    if !unknown.is_empty() {
        return fault::generic(format!("Tag: {} doesn't have extra: {}", tag.name, unknown.join(", ")));
    }
    for key in &remove {
        call.revoke("tag_extra", "tag_id = ? AND key = ?", &[&tag.id, key])?;
    }
    Ok(())
}

fn set_extra(call: &mut Call<'_>, tag: i64, key: &str, value: Option<&str>) -> Outcome<()> {
    call.revoke("tag_extra", "tag_id = ? AND key = ?", &[&tag, &key])?;
    call.create("tag_extra", "tag_id, key, value", &[&tag, &key, &value])
}

/// koji: `deleteTag(tag)`: revokes everything that hangs on it under one event.
pub(super) fn delete(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_perm("tag")?;
    let tag = lookups::some_tag(call, args.get("tagInfo"))?.id;
    revoke_all(call, tag)?;
    Ok(Answer::Nil)
}

/// Ends all that hangs on a tag.
pub(super) fn revoke_all(call: &mut Call<'_>, tag: i64) -> Outcome<()> {
    for (table, clause) in [
        ("tag_config", "tag_id = ?"),
        ("tag_extra", "tag_id = ?"),
        ("tag_inheritance", "tag_id = ?"),
        ("tag_inheritance", "parent_id = ?"),
        ("build_target_config", "build_tag = ?"),
        ("build_target_config", "dest_tag = ?"),
        ("tag_listing", "tag_id = ?"),
        ("tag_packages", "tag_id = ?"),
        ("tag_package_owners", "tag_id = ?"),
        ("tag_external_repos", "tag_id = ?"),
        ("group_config", "tag_id = ?"),
        ("group_package_listing", "tag_id = ?"),
    ] {
        call.revoke(table, clause, &[&tag])?;
    }
    Ok(())
}
