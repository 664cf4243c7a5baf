// SPDX-License-Identifier: GPL-3.0-or-later
//! What koji calls tagged: builds whose package is listed and not blocked.

use super::super::answer::{Answer, record};
use super::super::call::{Call, at, event_argument};
use super::super::fault::Outcome;
use super::super::python;
use super::super::signatures::Args;
use super::packages::{self, Which};
use super::{builds, inheritance, lookups};
use rusqlite::Row;
use rusqlite::types::Value as Sql;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

const COLUMNS: &str = "build.id, package.name, version, release, epoch, build.start_time, \
     build.completion_time, build.task_id, events.id, events.time, package.id, volume.id, volume.name, \
     users.id, users.name, tag_listing.create_event";

/// koji's `readTaggedBuilds`.
#[derive(Debug)]
pub(super) struct Query {
    pub tag: i64,
    pub event: Option<i64>,
    pub inherit: bool,
    /// This many builds of each package, newest first.
    pub latest: Option<i64>,
    pub package: Option<String>,
    pub owner: Option<String>,
    /// A kind of build by number.
    pub kind: Option<i64>,
    pub extra: bool,
    /// Drafts only: there are none.
    pub drafts: bool,
}

impl Query {
    /// All builds of a tag's own.
    pub(super) fn of(tag: i64, event: Option<i64>) -> Self {
        Self {
            tag,
            event,
            inherit: false,
            latest: None,
            package: None,
            owner: None,
            kind: None,
            extra: false,
            drafts: false,
        }
    }
}

/// One tagged build: what is needed to work with it, and its answer.
pub(super) struct TaggedBuild {
    pub id: i64,
    pub package: String,
    pub answer: Answer,
}

/// koji: `listTagged(tag, event=, inherit=, prefix=, latest=, package=, owner=, type=, strict=,
/// extra=, draft=)`.
pub(super) fn list(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let info = args.get("tag");
    let event = event_argument(args.get("event"))?;
    let Some(tag) = lookups::tag(call, info, event)? else {
        if args.truthy("strict") {
            return lookups::no_tag(info);
        }
        return Ok(Answer::List(vec![]));
    };
    let mut found = read(call, &query(call, tag.id, event, args)?)?;
    if let Some(prefix) = args.text("prefix") {
        let prefix = prefix.to_lowercase();
        found.retain(|b| b.package.to_lowercase().starts_with(&prefix));
    }
    Ok(Answer::List(found.into_iter().map(|b| b.answer).collect()))
}

/// koji: `getLatestBuilds(tag, event=, package=, type=, draft=)`.
pub(super) fn latest(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let info = args.get("tag");
    let tag = match python::int(info) {
        Some(id) => id,
        None => lookups::some_named(call, "tag", info)?.id,
    };
    let event = event_argument(args.get("event"))?;
    let query = Query { inherit: true, latest: Some(1), ..query(call, tag, event, args)? };
    let found = read(call, &query)?;
    Ok(Answer::List(found.into_iter().map(|b| b.answer).collect()))
}

pub(super) fn query(call: &Call<'_>, tag: i64, event: Option<i64>, args: &Args) -> Outcome<Query> {
    Ok(Query {
        tag,
        event,
        inherit: args.truthy("inherit"),
        latest: match args.get("latest") {
            Value::Bool(true) => Some(1),
            Value::Number(n) => n.as_i64().filter(|n| *n != 0),
            other => python::truthy(other).then_some(1),
        },
        package: args.given("package").map(python::shown),
        owner: args.given("owner").map(python::shown),
        kind: args.given("type").map(|kind| builds::type_id(call, kind)).transpose()?,
        extra: args.truthy("extra"),
        drafts: args.get("draft") == &Value::Bool(true),
    })
}

/// Newest tagging first, tag by tag in order of inheritance.
pub(super) fn read(call: &Call<'_>, query: &Query) -> Outcome<Vec<TaggedBuild>> {
    if query.drafts {
        return Ok(vec![]);
    }
    let Some(listed) = listed(call, query)? else {
        return Ok(vec![]);
    };
    let mut tags = vec![query.tag];
    if query.inherit {
        let order = inheritance::order(call, query.tag, query.event, false)?;
        tags.extend(order.iter().map(|link| link.other));
    }
    let (sql, mut params) = statement(query);
    let mut found = Vec::new();
    let mut seen: HashMap<i64, i64> = HashMap::new();
    let mut statement = call.db.prepare_cached(&sql)?;
    for tag in tags {
        let tag = lookups::some_named(call, "tag", &Value::from(tag))?;
        if let Some(first) = params.first_mut() {
            *first = Sql::Integer(tag.id);
        }
        let mut rows = statement.query(rusqlite::params_from_iter(params.iter()))?;
        while let Some(row) = rows.next()? {
            let package: i64 = row.get(10)?;
            if !listed.contains(&package) {
                continue;
            }
            if let Some(most) = query.latest {
                let count = seen.entry(package).or_insert(0);
                if *count >= most {
                    continue;
                }
                *count += 1;
            }
            found.push(tagged_build(row, &tag, query.extra)?);
        }
    }
    Ok(found)
}

/// The packages that are listed and not blocked, inheritance counted; none if the one asked for is
/// unknown.
fn listed(call: &Call<'_>, query: &Query) -> Outcome<Option<HashSet<i64>>> {
    let package = match &query.package {
        None => None,
        Some(name) => match lookups::named(call, "package", &Value::from(name.as_str()), false)? {
            Some(package) => Some(package.id),
            None => return Ok(None),
        },
    };
    let which =
        Which { tag: Some(query.tag), package, event: query.event, inherit: true, no_owners: true, ..Which::default() };
    let entries = packages::read(call, &which)?;
    Ok(Some(entries.iter().filter(|entry| !entry.blocked).map(|entry| entry.package_id).collect()))
}

fn statement(query: &Query) -> (String, Vec<Sql>) {
    let mut clauses =
        vec![at(query.event, "tag_listing"), "tag_listing.tag_id = ?".to_owned(), "build.state = 1".to_owned()];
    let mut params = vec![Sql::Null];
    for (clause, name) in [("package.name = ?", &query.package), ("users.name = ?", &query.owner)] {
        if let Some(name) = name {
            clauses.push(clause.into());
            params.push(Sql::Text(name.clone()));
        }
    }
    if let Some(kind) = query.kind {
        clauses.push("build.btype_id = ?".into());
        params.push(Sql::Integer(kind));
    }
    let extra = if query.extra { ", build.extra" } else { "" };
    let sql = format!(
        "SELECT {COLUMNS}{extra} FROM tag_listing JOIN build ON build.id = tag_listing.build_id \
         JOIN package ON package.id = build.pkg_id JOIN events ON events.id = build.create_event \
         JOIN volume ON volume.id = build.volume_id JOIN users ON users.id = build.owner \
         WHERE {} ORDER BY tag_listing.create_event DESC, build.id DESC",
        clauses.join(" AND ")
    );
    (sql, params)
}

fn tagged_build(row: &Row<'_>, tag: &lookups::Named, extra: bool) -> rusqlite::Result<TaggedBuild> {
    let id: i64 = row.get(0)?;
    let (name, version, release): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
    let mut answer = record! {
        "build_id" => id, "completion_time" => Answer::time(row.get(6)?),
        "create_event" => row.get::<_, i64>(15)?, "creation_event_id" => row.get::<_, i64>(8)?,
        "creation_time" => Answer::time(Some(row.get(9)?)), "draft" => false,
        "epoch" => row.get::<_, Option<i64>>(4)?,
    };
    if extra {
        answer.push("extra", builds::json(row, 16)?);
    }
    answer.push("id", id);
    answer.push("name", name.as_str());
    answer.push("nvr", format!("{name}-{version}-{release}"));
    answer.push("owner_id", row.get::<_, i64>(13)?);
    answer.push("owner_name", row.get::<_, String>(14)?);
    answer.push("package_id", row.get::<_, i64>(10)?);
    answer.push("package_name", name.as_str());
    answer.push("promoter_id", ());
    answer.push("promoter_name", ());
    answer.push("promotion_time", ());
    answer.push("release", release);
    answer.push("start_time", Answer::time(row.get(5)?));
    answer.push("state", 1);
    answer.push("tag_id", tag.id);
    answer.push("tag_name", tag.name.as_str());
    answer.push("task_id", row.get::<_, Option<i64>>(7)?);
    answer.push("version", version);
    answer.push("volume_id", row.get::<_, i64>(11)?);
    answer.push("volume_name", row.get::<_, String>(12)?);
    Ok(TaggedBuild { id, package: name, answer })
}
