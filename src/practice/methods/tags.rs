// SPDX-License-Identifier: GPL-3.0-or-later
//! Reading tags.

use super::super::answer::{Answer, Key, record};
use super::super::call::{Call, at, event_argument};
use super::super::fault::{self, Outcome};
use super::super::python;
use super::super::signatures::Args;
use super::lookups::{self, Tag};
use super::{inheritance, options, users};
use serde_json::Value;

/// The members all tags have, in the order of the recorded hub.
fn settings(tag: &Tag) -> Answer {
    record! {
        "arches" => tag.arches.as_deref(), "id" => tag.id, "locked" => tag.locked,
        "maven_include_all" => false, "maven_support" => false, "name" => tag.name.as_str(),
        "perm" => tag.perm.as_deref(), "perm_id" => tag.perm_id,
    }
}

/// A tag's extra settings by name; a blocked one has no value.
fn extras(call: &Call<'_>, tag: i64, event: Option<i64>) -> Outcome<Vec<(String, Option<Value>)>> {
    let sql =
        format!("SELECT key, value FROM tag_extra WHERE tag_id = ? AND {} ORDER BY rowid", at(event, "tag_extra"));
    let rows = call.rows(&sql, [tag], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?)))?;
    let mut all = Vec::new();
    for (key, value) in rows {
        all.push((key, value.as_deref().map(serde_json::from_str).transpose()?));
    }
    Ok(all)
}

/// The settings of a tag by name, for the changes of tags.
pub(super) fn extra_values(call: &Call<'_>, tag: i64) -> Outcome<Vec<(String, Value)>> {
    Ok(extras(call, tag, None)?.into_iter().filter_map(|(key, value)| Some((key, value?))).collect())
}

/// koji: `getTag(tagInfo, strict=, event=, blocked=)`; `event` may be `auto`.
pub(super) fn get(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let info = args.get("tagInfo");
    let mut revoked = None;
    let event = if args.get("event").as_str() == Some("auto") {
        revoked = deleted_at(call, info)?;
        revoked.map(|event| event - 1)
    } else {
        event_argument(args.get("event"))?
    };
    let Some(tag) = lookups::tag(call, info, event)? else {
        if args.truthy("strict") {
            return lookups::no_tag(info);
        }
        return Ok(Answer::Nil);
    };
    let mut answer = settings(&tag);
    if let Some(revoked) = revoked {
        answer.push("revoke_event", revoked);
    }
    let extra = extras(call, tag.id, event)?
        .into_iter()
        .filter_map(|(key, value)| {
            if args.truthy("blocked") {
                let blocked = Answer::Bool(value.is_none());
                let both = vec![blocked, value.map_or(Answer::Nil, Answer::from)];
                return Some((Key::Free(key), Answer::List(both)));
            }
            Some((Key::Free(key), value?.into()))
        })
        .collect();
    answer.push("extra", Answer::Record(extra));
    if let Some(event) = event {
        answer.push("query_event", event);
    }
    Ok(answer)
}

/// The event that took a tag away, if its newest configuration is revoked.
pub(super) fn deleted_at(call: &Call<'_>, info: &Value) -> Outcome<Option<i64>> {
    let Some(named) = lookups::named(call, "tag", info, false)? else {
        return Ok(None);
    };
    let newest = call.row(
        "SELECT revoke_event FROM tag_config WHERE tag_id = ? ORDER BY create_event DESC LIMIT 1",
        [named.id],
        |row| row.get::<_, Option<i64>>(0),
    )?;
    Ok(newest.flatten())
}

/// koji: `getTagID(info, strict=, create=)`; `create` is for the hub itself.
pub(super) fn get_id(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let found = lookups::named(call, "tag", args.get("info"), args.truthy("strict"))?;
    Ok(found.map(|tag| tag.id).into())
}

const LIST: &str = "SELECT tag.id, tag.name, tag_config.perm_id, permissions.name, tag_config.arches, locked";
const FROM: &str = " FROM tag_config JOIN tag ON tag.id = tag_config.tag_id \
     LEFT JOIN permissions ON permissions.id = tag_config.perm_id";

/// koji: `listTags(build=, package=, perms=, queryOpts=, pattern=)`.
pub(super) fn list(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let (build, package) = (args.given("build"), args.given("package"));
    if build.is_some() && package.is_some() {
        return fault::generic("only one of build and package may be specified");
    }
    let pattern = args.given("pattern").map(|p| users::glob(&python::shown(p)));
    let perms = args.truthy("perms");
    let (columns, joins, clause, id) = match (build, package) {
        (Some(build), _) => (
            "",
            " JOIN tag_listing ON tag_listing.tag_id = tag.id AND tag_listing.revoke_event IS NULL",
            "tag_listing.build_id = ?2",
            build_of(call, build)?,
        ),
        (_, Some(package)) => (
            ", users.id, users.name, tag_packages.blocked, tag_packages.extra_arches",
            " JOIN tag_packages ON tag_packages.tag_id = tag.id AND tag_packages.revoke_event IS NULL \
             JOIN tag_package_owners AS owners ON owners.tag_id = tag.id \
             AND owners.package_id = tag_packages.package_id AND owners.revoke_event IS NULL \
             JOIN users ON users.id = owners.owner",
            "tag_packages.package_id = ?2",
            package_of(call, package)?,
        ),
        _ => ("", "", "?2 = 0", 0),
    };
    let sql = format!(
        "{LIST}{columns}{FROM}{joins} WHERE tag_config.revoke_event IS NULL \
         AND (?1 IS NULL OR tag.name LIKE ?1 ESCAPE '\\') AND {clause} ORDER BY tag.id"
    );
    let rows = call.rows(&sql, (pattern, id), |row| {
        let mut answer = record! {
            "arches" => row.get::<_, Option<String>>(4)?, "id" => row.get::<_, i64>(0)?,
            "locked" => row.get::<_, bool>(5)?, "maven_include_all" => false,
            "maven_support" => false, "name" => row.get::<_, String>(1)?,
        };
        if perms {
            answer.push("perm", row.get::<_, Option<String>>(3)?);
            answer.push("perm_id", row.get::<_, Option<i64>>(2)?);
        }
        if package.is_some() {
            answer.push("owner_id", row.get::<_, i64>(6)?);
            answer.push("owner_name", row.get::<_, String>(7)?);
            answer.push("blocked", row.get::<_, bool>(8)?);
            answer.push("extra_arches", row.get::<_, Option<String>>(9)?);
        }
        Ok(answer)
    })?;
    Ok(options::apply(rows, args.get("queryOpts")))
}

fn build_of(call: &Call<'_>, build: &Value) -> Outcome<i64> {
    let missing = || fault::generic(format!("No such build: {}", python::shown(build)));
    let Some(id) = lookups::build_id(call, build)? else {
        return missing();
    };
    match call.row("SELECT id FROM build WHERE id = ?", [id], |row| row.get(0))? {
        Some(id) => Ok(id),
        None => missing(),
    }
}

fn package_of(call: &Call<'_>, package: &Value) -> Outcome<i64> {
    match lookups::named(call, "package", package, false)? {
        Some(package) => Ok(package.id),
        None => fault::generic(format!("No such package: {}", python::shown(package))),
    }
}

/// koji: `getBuildConfig(tag, event=)`: the settings with what is inherited.
pub(super) fn build_config(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let info = args.get("tag");
    let event = event_argument(args.get("event"))?;
    let Some(mut tag) = lookups::tag(call, info, event)? else {
        return lookups::no_tag(info);
    };
    let mut extra = extras(call, tag.id, event)?;
    let mut arches_from = Answer::Nil;
    let mut extra_from = Vec::new();
    for link in inheritance::order(call, tag.id, event, false)? {
        if link.noconfig {
            continue;
        }
        let Some(parent) = lookups::tag(call, &Value::from(link.other), event)? else {
            return lookups::no_tag(&Value::from(link.other));
        };
        let source = || record! { "id" => parent.id, "name" => parent.name.as_str() };
        if tag.arches.is_none() && parent.arches.is_some() {
            tag.arches.clone_from(&parent.arches);
            arches_from = source();
        }
        for (key, value) in extras(call, parent.id, event)? {
            if !extra.iter().any(|(known, _)| *known == key) {
                extra_from.push((Key::Free(key.clone()), source()));
                extra.push((key, value));
            }
        }
    }
    let mut answer = settings(&tag);
    let extra = extra.into_iter().filter_map(|(key, value)| Some((Key::Free(key), value?.into()))).collect();
    answer.push("extra", Answer::Record(extra));
    if let Some(event) = event {
        answer.push("query_event", event);
    }
    answer.push("config_inheritance", record! { "extra" => Answer::Record(extra_from), "arches" => arches_from });
    Ok(answer)
}

/// What counts as a change of a tag.
pub(super) const WATCHED: [&str; 8] = [
    "tag_listing",
    "tag_inheritance",
    "tag_config",
    "tag_extra",
    "tag_packages",
    "tag_external_repos",
    "group_config",
    "group_package_listing",
];

/// koji: `tagChangedSinceEvent(event, taglist)`.
pub(super) fn changed_since(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let Some(event) = python::int(args.get("event")) else {
        return super::tasks::not_a_number(args.get("event"));
    };
    let ids = args.get("taglist").as_array().cloned().unwrap_or_default();
    for id in ids.iter().filter_map(python::int) {
        for table in WATCHED {
            let sql = format!(
                "SELECT 1 FROM {table} WHERE tag_id = ?2 AND create_event > ?1 \
                 UNION ALL SELECT 1 FROM {table} WHERE tag_id = ?2 AND revoke_event > ?1 LIMIT 1"
            );
            if call.row(&sql, (event, id), |_| Ok(()))?.is_some() {
                return Ok(Answer::Bool(true));
            }
        }
    }
    Ok(Answer::Bool(false))
}
