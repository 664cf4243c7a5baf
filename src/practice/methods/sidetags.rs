// SPDX-License-Identifier: GPL-3.0-or-later
//! Side tags: koji's plugin of that name.

use super::super::answer::{Answer, record};
use super::super::call::Call;
use super::super::fault::{self, Outcome};
use super::super::python;
use super::super::signatures::Args;
use super::inheritance::{self, Link};
use super::lookups::{self, Tag};
use super::{options, tag_changes, tags};
use serde_json::{Value, json};

/// What may be put behind the name of a side tag here.
const SUFFIXES: [&str; 1] = ["testing"];

/// koji: `createSideTag(basetag, debuginfo=, suffix=)` → its name and number.
pub(super) fn create(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let suffix = args.given("suffix").map(python::shown).filter(|suffix| !suffix.is_empty());
    if let Some(suffix) = suffix.as_ref().filter(|suffix| !SUFFIXES.contains(&suffix.as_str())) {
        return fault::generic(format!("{suffix} suffix is not allowed for sidetag"));
    }
    call.assert_login()?;
    let base = lookups::some_tag(call, args.get("basetag"))?;
    if !base.name.ends_with("-build") {
        return fault::not_allowed("policy violation (sidetag): sidetags may be based on -build tags only");
    }
    let id: i64 = call.db.query_row("SELECT coalesce(max(id), 0) + 1 FROM tag", [], |row| row.get(0))?;
    let end = suffix.map_or(String::new(), |suffix| format!("-{suffix}"));
    let name = format!("{}-side-{id}{end}", base.name);
    call.db.execute("INSERT INTO tag (id, name) VALUES (?, ?)", (id, &name))?;
    call.create("tag_config", "tag_id, arches, perm_id, locked", &[&id, &base.arches, &None::<i64>, &false])?;
    let (user, who) = match call.user() {
        Some(session) => (session.user_id, session.user_name.clone()),
        None => return call.assert_login().map(|()| Answer::Nil),
    };
    let mut extra = vec![("sidetag", json!(true)), ("sidetag_user", json!(who)), ("sidetag_user_id", json!(user))];
    if args.truthy("debuginfo") {
        extra.push(("with_debuginfo", json!(true)));
    }
    for (key, value) in extra {
        call.create("tag_extra", "tag_id, key, value", &[&id, &key, &python::json(&value)])?;
    }
    inheritance::insert(call, id, &Link::plain(base.id))?;
    call.db.execute("INSERT OR IGNORE INTO build_target (name) VALUES (?)", [&name])?;
    let target = lookups::some_named(call, "build_target", &Value::from(name.as_str()))?.id;
    call.create("build_target_config", "build_target_id, build_tag, dest_tag", &[&target, &id, &id])?;
    Ok(record! { "name" => name, "id" => id, "task_id" => Answer::Nil, "request" => Answer::Nil })
}

/// koji: `listSideTags(basetag=, user=, queryOpts=)`. The number of the user is a text.
pub(super) fn list(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let user =
        args.given("user").map(|user| lookups::some_user(call, user)).transpose()?.map(|user| user.id.to_string());
    let base = args.given("basetag").map(|base| lookups::some_tag(call, base)).transpose()?.map(|base| base.id);
    let sql = "SELECT tag.id, tag.name, te2.value, users.name FROM tag \
         JOIN tag_extra AS te1 ON te1.tag_id = tag.id AND te1.revoke_event IS NULL AND te1.key = 'sidetag' \
             AND te1.value = 'true' \
         JOIN tag_extra AS te2 ON te2.tag_id = tag.id AND te2.revoke_event IS NULL AND te2.key = 'sidetag_user_id' \
         LEFT JOIN users ON users.id = CAST(te2.value AS INTEGER) \
         WHERE (?1 IS NULL OR te2.value = ?1) AND (?2 IS NULL OR EXISTS (SELECT 1 FROM tag_inheritance AS up \
             WHERE up.tag_id = tag.id AND up.revoke_event IS NULL AND up.parent_id = ?2)) ORDER BY tag.id";
    let rows = call.rows(sql, (user, base), |row| {
        Ok(record! {
            "id" => row.get::<_, i64>(0)?, "name" => row.get::<_, String>(1)?,
            "user_id" => row.get::<_, Option<String>>(2)?, "user_name" => row.get::<_, Option<String>>(3)?,
        })
    })?;
    Ok(options::apply(rows, args.get("queryOpts")))
}

/// koji: `removeSideTag(sidetag)`: its owner or an administrator; takes its target along, which must
/// be there.
pub(super) fn remove(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_login()?;
    let tag = lookups::some_tag(call, args.get("sidetag"))?;
    let extra = tags::extra_values(call, tag.id)?;
    let value = |key: &str| extra.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone());
    if value("sidetag") != Some(Value::Bool(true)) {
        return fault::generic(format!("Not a sidetag: {}", tag.name));
    }
    let user = call.user_id()?;
    if value("sidetag_user_id") != Some(Value::from(user)) && !call.has_perm("admin")? {
        return fault::not_allowed("This is not your sidetag");
    }
    remove_with_target(call, &tag)
}

fn remove_with_target(call: &mut Call<'_>, tag: &Tag) -> Outcome<Answer> {
    let target = call.row(
        "SELECT build_target_id, build_tag, dest_tag FROM build_target_config JOIN build_target ON id = build_target_id \
         WHERE revoke_event IS NULL AND name = ?",
        [&tag.name],
        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)),
    )?;
    match target {
        None => fault::generic("Target is missing for sidetag"),
        Some((_, build_tag, dest_tag)) if (build_tag, dest_tag) != (tag.id, tag.id) => {
            fault::generic("Target does not match sidetag")
        }
        Some((target, _, _)) => {
            call.revoke("build_target_config", "build_target_id = ?", &[&target])?;
            tag_changes::revoke_all(call, tag.id)?;
            Ok(Answer::Nil)
        }
    }
}
