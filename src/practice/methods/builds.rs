// SPDX-License-Identifier: GPL-3.0-or-later
//! Reading builds.

use super::super::answer::{Answer, record};
use super::super::call::Call;
use super::super::clock;
use super::super::fault::{self, Outcome};
use super::super::python;
use super::super::signatures::Args;
use super::{lookups, options, users};
use rusqlite::Row;
use rusqlite::types::Value as Sql;
use serde_json::Value;

const SELECT: &str = "SELECT build.id, package.name, version, release, epoch, build.state, \
     build.start_time, build.completion_time, build.task_id, events.id, events.time, package.id, volume.id, \
     volume.name, users.id, users.name, source, extra FROM build \
     JOIN package ON package.id = pkg_id JOIN events ON events.id = build.create_event \
     JOIN volume ON volume.id = volume_id JOIN users ON users.id = build.owner";

/// The members that `getBuild` and `listBuilds` have in common.
fn answer(row: &Row<'_>) -> rusqlite::Result<Answer> {
    let (name, version, release): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
    let (start, completion, created) = (row.get(6)?, row.get(7)?, row.get(10)?);
    Ok(record! {
        "build_id" => row.get::<_, i64>(0)?,
        "completion_time" => Answer::time(completion), "completion_ts" => Answer::seconds(completion),
        "creation_event_id" => row.get::<_, i64>(9)?,
        "creation_time" => Answer::time(Some(created)), "creation_ts" => Answer::seconds(Some(created)),
        "draft" => false, "epoch" => row.get::<_, Option<i64>>(4)?,
        "extra" => json(row, 17)?,
        "name" => name.as_str(), "nvr" => format!("{name}-{version}-{release}"),
        "owner_id" => row.get::<_, i64>(14)?, "owner_name" => row.get::<_, String>(15)?,
        "package_id" => row.get::<_, i64>(11)?, "package_name" => name,
        "promoter_id" => (), "promoter_name" => (), "promotion_time" => (), "promotion_ts" => (),
        "release" => release, "source" => row.get::<_, Option<String>>(16)?,
        "start_time" => Answer::time(start), "start_ts" => Answer::seconds(start),
        "state" => row.get::<_, i64>(5)?, "task_id" => row.get::<_, Option<i64>>(8)?,
        "version" => version, "volume_id" => row.get::<_, i64>(12)?,
        "volume_name" => row.get::<_, String>(13)?,
    })
}

/// A column that holds JSON, written by this hub only; anything else is an error of the database.
pub(super) fn json(row: &Row<'_>, column: usize) -> rusqlite::Result<Answer> {
    let Some(text) = row.get::<_, Option<String>>(column)? else {
        return Ok(Answer::Nil);
    };
    let value: Value = serde_json::from_str(&text)
        .map_err(|e| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, e.into()))?;
    Ok(Answer::from(value))
}

/// koji: `getBuild(buildInfo, strict=)`.
pub(super) fn get(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let info = args.get("buildInfo");
    let id =
        if args.truthy("strict") { Some(lookups::some_build(call, info)?.id) } else { lookups::build_id(call, info)? };
    let Some(id) = id else {
        return Ok(Answer::Nil);
    };
    let found = call.row(&format!("{SELECT} WHERE build.id = ?"), [id], |row| {
        let mut build = answer(row)?;
        build.push("cg_id", ());
        build.push("id", row.get::<_, i64>(0)?);
        build.push("cg_name", ());
        Ok(build)
    })?;
    Ok(found.unwrap_or(Answer::Nil))
}

/// koji: `listBuilds(packageID=, userID=, taskID=, prefix=, state=, volumeID=, source=,
/// createdBefore=, …, type=, queryOpts=, pattern=, …)`.
pub(super) fn list(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let mut filter = Filter::default();
    if let Some(package) = args.given("packageID") {
        match lookups::named(call, "package", package, false)? {
            Some(package) => filter.add("package.id = ?", Sql::Integer(package.id)),
            None => return Ok(options::apply(vec![], args.get("queryOpts"))),
        }
    }
    if let Some(user) = args.given("userID") {
        match lookups::user(call, user)? {
            Some(user) => filter.add("users.id = ?", Sql::Integer(user.id)),
            None => return Ok(options::apply(vec![], args.get("queryOpts"))),
        }
    }
    // No build of this hub was promoted from a draft or made by a content generator.
    let never = ["promoter", "promotedBefore", "promotedAfter", "cgID"];
    if never.iter().any(|name| args.truthy(name)) || args.get("draft") == &Value::Bool(true) {
        return Ok(options::apply(vec![], args.get("queryOpts")));
    }
    match args.given("taskID").and_then(python::int) {
        Some(-1) => filter.clauses.push("build.task_id IS NOT NULL".into()),
        Some(id) => filter.add("build.task_id = ?", Sql::Integer(id)),
        None => {}
    }
    for (name, clause) in [("state", "build.state = ?"), ("volumeID", "volume.id = ?")] {
        if let Some(n) = args.given(name).and_then(python::int) {
            filter.add(clause, Sql::Integer(n));
        }
    }
    let text = |name: &str| args.given(name).map(python::shown);
    if let Some(prefix) = text("prefix") {
        filter.like("package.name", format!("{}%", users::like(&prefix)));
    }
    if let Some(source) = text("source") {
        filter.like("source", users::glob(&source));
    }
    if let Some(pattern) = text("pattern") {
        filter.like("package.name || '-' || version || '-' || release", users::glob(&pattern));
    }
    for (name, clause) in [
        ("createdBefore", "events.time < ?"),
        ("createdAfter", "events.time > ?"),
        ("completeBefore", "build.completion_time < ?"),
        ("completeAfter", "build.completion_time > ?"),
    ] {
        if let Some(value) = args.given(name) {
            filter.add(clause, Sql::Integer(time_argument(value)?));
        }
    }
    if let Some(kind) = args.given("type") {
        filter.add("build.btype_id = ?", Sql::Integer(type_id(call, kind)?));
    }
    let sql = format!("{SELECT} WHERE {} ORDER BY build.id", filter.sql());
    let rows = call.rows(&sql, rusqlite::params_from_iter(filter.params), answer)?;
    Ok(options::apply(rows, args.get("queryOpts")))
}

#[derive(Debug, Default)]
struct Filter {
    clauses: Vec<String>,
    params: Vec<Sql>,
}

impl Filter {
    fn add(&mut self, clause: &str, value: Sql) {
        self.clauses.push(clause.to_owned());
        self.params.push(value);
    }

    fn like(&mut self, column: &str, pattern: String) {
        self.add(&format!("{column} LIKE ? ESCAPE '\\'"), Sql::Text(pattern));
    }

    fn sql(&self) -> String {
        if self.clauses.is_empty() {
            return "1".into();
        }
        self.clauses.join(" AND ")
    }
}

/// A time as a number of seconds or as text.
pub(super) fn time_argument(value: &Value) -> Outcome<i64> {
    let read = match value {
        Value::String(text) => clock::read(text),
        #[allow(clippy::cast_possible_truncation, reason = "casts of floats saturate")]
        other => other.as_f64().map(|seconds| (seconds * 1e6) as i64),
    };
    match read {
        Some(micros) => Ok(micros),
        None => {
            let shown = python::shown(value);
            let text = format!("invalid input syntax for type timestamp with time zone: \"{shown}\"");
            Err(fault::Fault::unexpected("psycopg2.errors.InvalidDatetimeFormat", &text, &text).into())
        }
    }
}

/// The number of a kind of build. Fault 1000 if there is none of that name.
pub(super) fn type_id(call: &Call<'_>, kind: &Value) -> Outcome<i64> {
    match lookups::named(call, "btype", kind, false)? {
        Some(kind) => Ok(kind.id),
        None => fault::generic(format!("unsupported build type: {}", python::shown(kind))),
    }
}

/// koji: `getBuildType(buildInfo, strict=)`.
pub(super) fn build_type(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let info = args.get("buildInfo");
    let id =
        if args.truthy("strict") { Some(lookups::some_build(call, info)?.id) } else { lookups::build_id(call, info)? };
    let Some(id) = id else {
        return Ok(Answer::Nil);
    };
    let kind: Option<String> =
        call.row("SELECT btype.name FROM build JOIN btype ON btype.id = btype_id WHERE build.id = ?", [id], |row| {
            row.get(0)
        })?;
    Ok(match kind.as_deref() {
        // koji keeps a struct of its own only for kinds that have a table.
        Some("image") => record! { "image" => record! { "build_id" => id } },
        Some("rpm") => record! { "rpm" => () },
        _ => Answer::Nil,
    })
}

/// koji: `listBTypes(query=, queryOpts=)`.
pub(super) fn build_types(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let rows = call.rows("SELECT id, name FROM btype ORDER BY id", [], |row| {
        Ok(record! { "id" => row.get::<_, i64>(0)?, "name" => row.get::<_, String>(1)? })
    })?;
    let wanted = args.get("query");
    let fits = |row: &Answer| {
        ["id", "name"]
            .iter()
            .all(|key| wanted.get(key).is_none_or(|value| row.get(key) == Some(&Answer::from(value.clone()))))
    };
    let rows = rows.into_iter().filter(fits).collect();
    Ok(options::apply(rows, args.get("queryOpts")))
}

/// koji: `untaggedBuilds(name=, queryOpts=, draft=)`.
pub(super) fn untagged(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    if args.get("draft") == &Value::Bool(true) {
        return Ok(options::apply(vec![], args.get("queryOpts")));
    }
    let rows = call.rows(
        "SELECT build.id, package.name, release, version FROM build \
         JOIN package ON package.id = pkg_id WHERE state = 1 AND (?1 IS NULL OR package.name = ?1) \
         AND NOT EXISTS (SELECT 1 FROM tag_listing WHERE build_id = build.id AND revoke_event IS NULL) \
         ORDER BY build.id",
        [args.given("name").map(python::shown)],
        |row| {
            Ok(record! {
                "id" => row.get::<_, i64>(0)?, "name" => row.get::<_, String>(1)?,
                "release" => row.get::<_, String>(2)?, "version" => row.get::<_, String>(3)?,
            })
        },
    )?;
    Ok(options::apply(rows, args.get("queryOpts")))
}

/// koji: `getMavenBuild(buildInfo, strict=)`: a practice hub has none.
pub(super) fn maven(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let info = args.get("buildInfo");
    if args.truthy("strict") {
        lookups::some_build(call, info)?;
        return fault::generic(format!("no such maven build: {}", python::shown(info)));
    }
    lookups::build_id(call, info)?;
    Ok(Answer::Nil)
}

/// koji: `getWinBuild(buildInfo, strict=)`: a practice hub has none.
pub(super) fn win(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let info = args.get("buildInfo");
    if args.truthy("strict") {
        lookups::some_build(call, info)?;
        return fault::generic(format!("no such Windows build: {}", python::shown(info)));
    }
    lookups::build_id(call, info)?;
    Ok(Answer::Nil)
}

/// koji: `getImageBuild(buildInfo, strict=)`.
pub(super) fn image(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let info = args.get("buildInfo");
    let Some(id) = lookups::build_id(call, info)? else {
        return Ok(Answer::Nil);
    };
    let found = call.row("SELECT 1 FROM build WHERE id = ? AND btype_id = 4", [id], |_| Ok(()))?;
    if found.is_none() && args.truthy("strict") {
        return fault::generic(format!("no such image build: {}", python::shown(info)));
    }
    Ok(found.map_or(Answer::Nil, |()| record! { "build_id" => id }))
}

/// koji: `getBuildLogs(build)`, `listArchives(buildID=)`, `getChangelogEntries(buildID=)`: a practice hub
/// has no files.
pub(super) fn no_files(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    if let Some(build) = args.given("build") {
        lookups::some_build(call, build)?;
    }
    if let (Some(build), true) = (args.given("buildID"), args.truthy("strict")) {
        lookups::some_build(call, build)?;
    }
    Ok(options::apply(vec![], args.get("queryOpts")))
}
