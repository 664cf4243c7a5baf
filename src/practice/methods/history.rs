// SPDX-License-Identifier: GPL-3.0-or-later
//! `queryHistory`: the rows of versioned tables.

use super::super::answer::{Answer, Key};
use super::super::call::Call;
use super::super::fault::{self, Outcome};
use super::super::python;
use super::super::signatures::Args;
use super::{builds, lookups, options};
use rusqlite::Row;
use rusqlite::types::{Value as Sql, ValueRef};
use serde_json::{Map, Value};

/// A column: what koji calls it, where it comes from, whether it is a boolean.
type Column = (&'static str, &'static str, bool);

/// A versioned table: name, columns, joins, and what it can be searched by.
struct Table {
    name: &'static str,
    columns: &'static [Column],
    joins: &'static str,
    /// Argument, condition.
    searches: &'static [(&'static str, &'static str)],
}

const TAG: &str = " JOIN tag ON tag.id = t.tag_id";
const TAG_AND_PACKAGE: &str = " JOIN tag ON tag.id = t.tag_id JOIN package ON package.id = t.package_id";

const TAG_AND_GROUP: &str = " JOIN tag ON tag.id = t.tag_id JOIN groups ON groups.id = t.group_id";

const TABLES: &[Table] = &[
    Table {
        name: "build_target_config",
        columns: &[
            ("build_tag", "t.build_tag", false),
            ("build_tag.name", "build_tag.name", false),
            ("build_target.name", "build_target.name", false),
            ("build_target_id", "t.build_target_id", false),
            ("dest_tag", "t.dest_tag", false),
            ("dest_tag.name", "dest_tag.name", false),
        ],
        joins: " JOIN build_target ON build_target.id = t.build_target_id \
                 JOIN tag AS build_tag ON build_tag.id = t.build_tag \
                 JOIN tag AS dest_tag ON dest_tag.id = t.dest_tag",
        searches: &[("tag", "t.dest_tag = ?"), ("build_target", "t.build_target_id = ?")],
    },
    Table {
        name: "group_config",
        columns: &[
            ("biarchonly", "t.biarchonly", true),
            ("blocked", "t.blocked", true),
            ("description", "t.description", false),
            ("display_name", "t.display_name", false),
            ("exported", "t.exported", true),
            ("group.name", "groups.name", false),
            ("group_id", "t.group_id", false),
            ("is_default", "t.is_default", true),
            ("langonly", "t.langonly", false),
            ("tag.name", "tag.name", false),
            ("tag_id", "t.tag_id", false),
            ("uservisible", "t.uservisible", true),
        ],
        joins: TAG_AND_GROUP,
        searches: &[("tag", "t.tag_id = ?"), ("group", "t.group_id = ?")],
    },
    Table {
        name: "group_package_listing",
        columns: &[
            ("basearchonly", "t.basearchonly", true),
            ("blocked", "t.blocked", true),
            ("group.name", "groups.name", false),
            ("group_id", "t.group_id", false),
            ("package", "t.package", false),
            ("requires", "t.requires", false),
            ("tag.name", "tag.name", false),
            ("tag_id", "t.tag_id", false),
            ("type", "t.type", false),
        ],
        joins: TAG_AND_GROUP,
        searches: &[("tag", "t.tag_id = ?"), ("group", "t.group_id = ?"), ("package", "t.package = ?")],
    },
    Table {
        name: "tag_config",
        columns: &[
            ("arches", "t.arches", false),
            ("locked", "t.locked", true),
            ("maven_include_all", "0", true),
            ("maven_support", "0", true),
            ("perm_id", "t.perm_id", false),
            ("permission.name", "permissions.name", false),
            ("tag.name", "tag.name", false),
            ("tag_id", "t.tag_id", false),
        ],
        joins: " JOIN tag ON tag.id = t.tag_id LEFT JOIN permissions ON permissions.id = t.perm_id",
        searches: &[("tag", "t.tag_id = ?"), ("permission", "t.perm_id = ?")],
    },
    Table {
        name: "tag_external_repos",
        columns: &[
            ("arches", "t.arches", false),
            ("external_repo.name", "external_repo.name", false),
            ("external_repo_id", "t.external_repo_id", false),
            ("merge_mode", "t.merge_mode", false),
            ("priority", "t.priority", false),
            ("tag.name", "tag.name", false),
            ("tag_id", "t.tag_id", false),
        ],
        joins: " JOIN tag ON tag.id = t.tag_id JOIN external_repo ON external_repo.id = t.external_repo_id",
        searches: &[("tag", "t.tag_id = ?"), ("external_repo", "t.external_repo_id = ?")],
    },
    Table {
        name: "tag_extra",
        columns: &[
            ("key", "t.key", false),
            ("tag.name", "tag.name", false),
            ("tag_id", "t.tag_id", false),
            ("value", "t.value", false),
        ],
        joins: TAG,
        searches: &[("tag", "t.tag_id = ?"), ("xkey", "t.key = ?")],
    },
    Table {
        name: "tag_inheritance",
        columns: &[
            ("intransitive", "t.intransitive", true),
            ("maxdepth", "t.maxdepth", false),
            ("noconfig", "t.noconfig", true),
            ("parent.name", "parent.name", false),
            ("parent_id", "t.parent_id", false),
            ("pkg_filter", "t.pkg_filter", false),
            ("priority", "t.priority", false),
            ("tag.name", "tag.name", false),
            ("tag_id", "t.tag_id", false),
        ],
        joins: " JOIN tag ON tag.id = t.tag_id JOIN tag AS parent ON parent.id = t.parent_id",
        searches: &[("tag", "? IN (t.tag_id, t.parent_id)")],
    },
    Table {
        name: "tag_listing",
        columns: &[
            ("build.state", "build.state", false),
            ("build_id", "t.build_id", false),
            ("epoch", "build.epoch", false),
            ("name", "package.name", false),
            ("release", "build.release", false),
            ("tag.name", "tag.name", false),
            ("tag_id", "t.tag_id", false),
            ("version", "build.version", false),
        ],
        joins: " JOIN tag ON tag.id = t.tag_id JOIN build ON build.id = t.build_id \
                 JOIN package ON package.id = build.pkg_id",
        searches: &[("tag", "t.tag_id = ?"), ("build", "t.build_id = ?"), ("package", "build.pkg_id = ?")],
    },
    Table {
        name: "tag_package_owners",
        columns: &[
            ("owner", "t.owner", false),
            ("owner.name", "owner.name", false),
            ("package.name", "package.name", false),
            ("package_id", "t.package_id", false),
            ("tag.name", "tag.name", false),
            ("tag_id", "t.tag_id", false),
        ],
        joins: " JOIN tag ON tag.id = t.tag_id JOIN package ON package.id = t.package_id \
                 JOIN users AS owner ON owner.id = t.owner",
        searches: &[("tag", "t.tag_id = ?"), ("package", "t.package_id = ?"), ("user", "t.owner = ?")],
    },
    Table {
        name: "tag_packages",
        columns: &[
            ("blocked", "t.blocked", true),
            ("extra_arches", "t.extra_arches", false),
            ("package.name", "package.name", false),
            ("package_id", "t.package_id", false),
            ("tag.name", "tag.name", false),
            ("tag_id", "t.tag_id", false),
        ],
        joins: TAG_AND_PACKAGE,
        searches: &[("tag", "t.tag_id = ?"), ("package", "t.package_id = ?")],
    },
    Table {
        name: "user_perms",
        columns: &[
            ("perm_id", "t.perm_id", false),
            ("permission.name", "permissions.name", false),
            ("user.name", "users.name", false),
            ("user_id", "t.user_id", false),
        ],
        joins: " JOIN users ON users.id = t.user_id JOIN permissions ON permissions.id = t.perm_id",
        searches: &[("user", "t.user_id = ?"), ("permission", "t.perm_id = ?")],
    },
];

/// Tables of koji that a practice hub keeps empty, with what they can be searched by.
const EMPTY: &[(&str, &[&str])] = &[
    ("cg_users", &["user", "cg"]),
    ("external_repo_config", &["external_repo"]),
    ("external_repo_data", &["external_repo"]),
    ("group_req_listing", &["tag", "group"]),
    ("host_channels", &["host", "channel"]),
    ("host_config", &["host"]),
    ("user_groups", &["user", "group"]),
];

/// Arguments that limit the search to the tables that know them. Others are ignored: so it is at koji.
const SEARCHES: [&str; 12] = [
    "tag",
    "build",
    "host",
    "channel",
    "package",
    "user",
    "permission",
    "cg",
    "external_repo",
    "build_target",
    "group",
    "xkey",
];

const COMMON: [Column; 9] = [
    ("active", "", false),
    ("create_event", "t.create_event", false),
    ("create_ts", "ev1.time", false),
    ("creator_id", "t.creator_id", false),
    ("creator_name", "creator.name", false),
    ("revoke_event", "t.revoke_event", false),
    ("revoke_ts", "ev2.time", false),
    ("revoker_id", "t.revoker_id", false),
    ("revoker_name", "revoker.name", false),
];

/// koji: `queryHistory(tables=, tag=, package=, build=, user=, before=, after=, beforeEvent=,
/// afterEvent=, active=, editor=, …, queryOpts=)` → rows by table.
pub(super) fn query(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let mut keywords = args.keywords.clone();
    let opts = keywords.remove("queryOpts").unwrap_or(Value::Null);
    let names = match args.get("tables") {
        Value::Null => all_names(),
        tables => {
            let list = tables.as_array().cloned().unwrap_or_default();
            list.iter().map(python::shown).collect()
        }
    };
    let known = all_names();
    for name in &names {
        if !known.contains(name) {
            return fault::generic(format!("No such history table: {name}"));
        }
    }
    let mut result: Vec<(Key, Answer)> = Vec::new();
    for name in names {
        if let Some(rows) = rows_of(call, &name, &keywords)? {
            result.retain(|(key, _)| key.as_str() != name);
            result.push((Key::Free(name), options::apply(rows, &opts)));
        }
    }
    Ok(Answer::Record(result))
}

fn all_names() -> Vec<String> {
    let mut names: Vec<String> =
        TABLES.iter().map(|table| table.name).chain(EMPTY.iter().map(|(name, _)| *name)).map(str::to_owned).collect();
    names.sort();
    names
}

/// The rows of one table; `None` if one of the arguments does not concern it.
fn rows_of(call: &Call<'_>, name: &str, keywords: &Map<String, Value>) -> Outcome<Option<Vec<Answer>>> {
    let knows =
        |searches: &[&str]| keywords.keys().all(|key| !SEARCHES.contains(&&**key) || searches.contains(&&**key));
    if let Some((_, searches)) = EMPTY.iter().find(|(empty, _)| *empty == name) {
        return Ok(knows(searches).then(Vec::new));
    }
    let Some(table) = TABLES.iter().find(|table| table.name == name) else {
        return Ok(None);
    };
    let searches: Vec<&str> = table.searches.iter().map(|(key, _)| *key).collect();
    if !knows(&searches) {
        return Ok(None);
    }
    let mut search = Search::default();
    for (key, value) in keywords {
        search.add(call, table, key, value)?;
    }
    search.run(call, table).map(Some)
}

/// The conditions of a search, and the columns that tell which part of them held.
#[derive(Default)]
struct Search {
    clauses: Vec<String>,
    params: Vec<Sql>,
    tests: Vec<(&'static str, String)>,
}

impl Search {
    fn add(&mut self, call: &Call<'_>, table: &Table, key: &str, value: &Value) -> Outcome<()> {
        if let Some((_, clause)) = table.searches.iter().find(|(name, _)| *name == key) {
            self.clauses.push((*clause).to_owned());
            // Packages of groups are binary ones, and have no number.
            self.params.push(match (table.name, key) {
                ("group_package_listing", "package") => Sql::Text(python::shown(value)),
                _ => search_value(call, key, value)?,
            });
            return Ok(());
        }
        match key {
            "active" if python::truthy(value) => self.clauses.push("t.revoke_event IS NULL".into()),
            "active" if !value.is_null() => self.clauses.push("t.revoke_event IS NOT NULL".into()),
            "editor" => {
                let id = lookups::some_user(call, value)?.id;
                self.either(
                    ["_created_by", "_revoked_by"],
                    &format!("t.creator_id = {id}"),
                    &format!("t.revoker_id = {id}"),
                );
            }
            "after" | "before" => {
                let at = builds::time_argument(value)?;
                let (names, sign) = if key == "after" {
                    (["_created_after", "_revoked_after"], '>')
                } else {
                    (["_created_before", "_revoked_before"], '<')
                };
                self.either(names, &format!("ev1.time {sign} {at}"), &format!("ev2.time {sign} {at}"));
            }
            "afterEvent" | "beforeEvent" => {
                let Some(event) = python::int(value) else {
                    return super::tasks::not_a_number(value);
                };
                let (names, sign) = if key == "afterEvent" {
                    (["_created_after_event", "_revoked_after_event"], '>')
                } else {
                    (["_created_before_event", "_revoked_before_event"], '<')
                };
                self.either(
                    names,
                    &format!("t.create_event {sign} {event}"),
                    &format!("t.revoke_event {sign} {event}"),
                );
            }
            _ => {}
        }
        Ok(())
    }

    fn either(&mut self, names: [&'static str; 2], created: &str, revoked: &str) {
        self.clauses.push(format!("({created} OR {revoked})"));
        let [create, revoke] = names;
        self.tests.push((create, created.to_owned()));
        self.tests.push((revoke, revoked.to_owned()));
    }

    fn run(&self, call: &Call<'_>, table: &Table) -> Outcome<Vec<Answer>> {
        let mut columns: Vec<(&'static str, &str, bool)> = COMMON.to_vec();
        columns.extend(table.columns);
        columns.extend(self.tests.iter().map(|(name, test)| (*name, &**test, true)));
        columns.sort_unstable_by_key(|(name, _, _)| *name);
        let selected: Vec<&str> =
            columns.iter().map(|(_, from, _)| if from.is_empty() { "t.revoke_event" } else { from }).collect();
        let clauses = if self.clauses.is_empty() { "1".to_owned() } else { self.clauses.join(" AND ") };
        let sql = format!(
            "SELECT {} FROM {} AS t JOIN events AS ev1 ON ev1.id = t.create_event \
             LEFT JOIN events AS ev2 ON ev2.id = t.revoke_event \
             JOIN users AS creator ON creator.id = t.creator_id \
             LEFT JOIN users AS revoker ON revoker.id = t.revoker_id{} WHERE {clauses} ORDER BY t.rowid",
            selected.join(", "),
            table.name,
            table.joins,
        );
        let params = rusqlite::params_from_iter(self.params.iter());
        call.rows(&sql, params, |row| answer(row, &columns))
    }
}

/// One row. `active` is true or nil, times are seconds.
fn answer(row: &Row<'_>, columns: &[(&'static str, &str, bool)]) -> rusqlite::Result<Answer> {
    let mut members = Vec::with_capacity(columns.len());
    for (at, (name, _, boolean)) in columns.iter().enumerate() {
        let value = match (*name, *boolean) {
            ("active", _) => Answer::active(row.get(at)?),
            ("create_ts" | "revoke_ts", _) => Answer::seconds(row.get(at)?),
            (_, true) => row.get::<_, Option<bool>>(at)?.into(),
            _ => match row.get_ref(at)? {
                ValueRef::Integer(n) => Answer::Int(n),
                ValueRef::Text(_) => Answer::Text(row.get(at)?),
                ValueRef::Real(x) => Answer::Double(x),
                ValueRef::Null | ValueRef::Blob(_) => Answer::Nil,
            },
        };
        members.push((Key::Known(name), value));
    }
    Ok(Answer::Record(members))
}

/// The number (or key) that a search argument stands for.
fn search_value(call: &Call<'_>, key: &str, value: &Value) -> Outcome<Sql> {
    Ok(Sql::Integer(match key {
        "tag" => lookups::some_named(call, "tag", value)?.id,
        "package" => lookups::some_named(call, "package", value)?.id,
        "permission" => lookups::some_named(call, "permissions", value)?.id,
        "group" => lookups::some_named(call, "groups", value)?.id,
        "external_repo" => lookups::some_named(call, "external_repo", value)?.id,
        "build_target" => lookups::some_named(call, "build_target", value)?.id,
        "build" => lookups::some_build(call, value)?.id,
        "user" => lookups::some_user(call, value)?.id,
        _ => return Ok(Sql::Text(python::shown(value))),
    }))
}
