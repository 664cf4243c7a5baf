// SPDX-License-Identifier: GPL-3.0-or-later
//! Reading packages and package lists.

use super::super::answer::{Answer, record};
use super::super::call::{Call, at, event_argument};
use super::super::fault::{self, Outcome};
use super::super::signatures::Args;
use super::{inheritance, lookups, options, users};
use rusqlite::types::Value as Sql;
use serde_json::Value;
use std::collections::HashMap;

/// A line of a package list.
#[derive(Debug, Clone)]
pub(in crate::practice) struct Entry {
    pub package_id: i64,
    pub package_name: String,
    pub tag_id: i64,
    pub tag_name: String,
    pub blocked: bool,
    pub extra_arches: Option<String>,
    /// Number and name, if they were asked for.
    pub owner: Option<(i64, String)>,
}

impl Entry {
    fn answer(&self) -> Answer {
        let mut answer = record! {
            "blocked" => self.blocked, "extra_arches" => self.extra_arches.as_deref(),
        };
        if let Some((id, name)) = &self.owner {
            answer.push("owner_id", *id);
            answer.push("owner_name", name.as_str());
        }
        answer.push("package_id", self.package_id);
        answer.push("package_name", self.package_name.as_str());
        answer.push("tag_id", self.tag_id);
        answer.push("tag_name", self.tag_name.as_str());
        answer
    }
}

/// Which entries: koji's `readPackageList`.
#[derive(Debug, Default)]
pub(in crate::practice) struct Which {
    pub tag: Option<i64>,
    pub user: Option<i64>,
    pub package: Option<i64>,
    pub event: Option<i64>,
    pub inherit: bool,
    pub with_dups: bool,
    /// Leave owners out.
    pub no_owners: bool,
    /// Leave blocked entries out, before inheritance is looked at.
    pub no_blocked: bool,
}

/// The entries in koji's order: the tag's own first, then those inherited. Without `with_dups` the
/// first entry of a package counts; without a tag the last one.
pub(in crate::practice) fn read(call: &Call<'_>, which: &Which) -> Outcome<Vec<Entry>> {
    let mut entries = Vec::new();
    // Where a package's entry is.
    let mut known: HashMap<i64, usize> = HashMap::new();
    for entry in rows(call, which, which.tag)? {
        match known.get(&entry.package_id) {
            Some(at) if !which.with_dups => {
                if let Some(old) = entries.get_mut(*at) {
                    *old = entry;
                }
            }
            _ => {
                known.entry(entry.package_id).or_insert(entries.len());
                entries.push(entry);
            }
        }
    }
    if let (Some(tag), true) = (which.tag, which.inherit) {
        for link in inheritance::order(call, tag, which.event, false)? {
            for entry in rows(call, which, Some(link.other))? {
                if which.with_dups || !known.contains_key(&entry.package_id) {
                    known.entry(entry.package_id).or_insert(entries.len());
                    entries.push(entry);
                }
            }
        }
    }
    if which.with_dups {
        // koji keeps the entries of a package together, in the place of its first one.
        entries.sort_by_key(|entry| known.get(&entry.package_id).copied());
    }
    Ok(entries)
}

/// One tag's entries (or all tags').
fn rows(call: &Call<'_>, which: &Which, tag: Option<i64>) -> Outcome<Vec<Entry>> {
    let mut clauses = vec![at(which.event, "tag_packages")];
    let mut params: Vec<Sql> = Vec::new();
    let mut add = |clause: &str, value: Option<i64>| {
        if let Some(value) = value {
            clauses.push(clause.to_owned());
            params.push(Sql::Integer(value));
        }
    };
    add("tag_packages.tag_id = ?", tag);
    add("tag_packages.package_id = ?", which.package);
    add("owners.owner = ?", which.user);
    if which.no_blocked {
        clauses.push("NOT tag_packages.blocked".into());
    }
    let (columns, joins) = if which.no_owners {
        ("", "")
    } else {
        clauses.push(at(which.event, "owners"));
        (
            ", users.id, users.name",
            " JOIN tag_package_owners AS owners ON owners.tag_id = tag_packages.tag_id \
             AND owners.package_id = tag_packages.package_id JOIN users ON users.id = owners.owner",
        )
    };
    let sql = format!(
        "SELECT package.id, package.name, tag.id, tag.name, tag_packages.blocked, \
         tag_packages.extra_arches{columns} FROM tag_packages JOIN tag ON tag.id = tag_packages.tag_id \
         JOIN package ON package.id = tag_packages.package_id{joins} WHERE {} \
         ORDER BY tag_packages.tag_id, tag_packages.package_id",
        clauses.join(" AND ")
    );
    call.rows(&sql, rusqlite::params_from_iter(params), |row| {
        Ok(Entry {
            package_id: row.get(0)?,
            package_name: row.get(1)?,
            tag_id: row.get(2)?,
            tag_name: row.get(3)?,
            blocked: row.get(4)?,
            extra_arches: row.get(5)?,
            owner: if which.no_owners { None } else { Some((row.get(6)?, row.get(7)?)) },
        })
    })
}

/// One package's entry as it counts in a tag, inheritance included.
pub(in crate::practice) fn entry(
    call: &Call<'_>,
    tag: i64,
    package: i64,
    event: Option<i64>,
) -> Outcome<Option<Entry>> {
    let which = Which { tag: Some(tag), package: Some(package), event, inherit: true, ..Which::default() };
    Ok(read(call, &which)?.into_iter().next())
}

/// koji: `listPackages(tagID=, userID=, pkgID=, prefix=, inherited=, with_dups=, event=,
/// queryOpts=, with_owners=, with_blocked=)`.
pub(super) fn list(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let (tag, user, package) = (args.given("tagID"), args.given("userID"), args.given("pkgID"));
    if tag.is_none() && user.is_none() && package.is_none() {
        return simple(call, args.text("prefix"), args.get("queryOpts"));
    }
    let named = |table, info: Option<&Value>| -> Outcome<Option<i64>> {
        info.map(|info| lookups::some_named(call, table, info).map(|n| n.id)).transpose()
    };
    let which = Which {
        tag: named("tag", tag)?,
        user: user.map(|info| lookups::some_user(call, info).map(|u| u.id)).transpose()?,
        package: named("package", package)?,
        event: event_argument(args.get("event"))?,
        inherit: args.truthy("inherited"),
        with_dups: args.truthy("with_dups"),
        no_owners: !args.truthy("with_owners"),
        no_blocked: !args.truthy("with_blocked"),
    };
    if which.user.is_some() && which.no_owners {
        return fault::generic("userID and with_owners=False can't be used together");
    }
    let mut entries = read(call, &which)?;
    if let Some(prefix) = args.text("prefix") {
        let prefix = prefix.to_lowercase();
        entries.retain(|e| e.package_name.to_lowercase().starts_with(&prefix));
    }
    let rows = entries.iter().map(Entry::answer).collect();
    Ok(options::apply(rows, args.get("queryOpts")))
}

/// koji: `listPackagesSimple(prefix=, queryOpts=)`.
pub(super) fn list_simple(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    simple(call, args.get("prefix").as_str(), args.get("queryOpts"))
}

fn simple(call: &Call<'_>, prefix: Option<&str>, opts: &Value) -> Outcome<Answer> {
    let rows = call.rows(
        "SELECT id, name FROM package WHERE name LIKE ? ESCAPE '\\' ORDER BY id",
        [format!("{}%", users::like(prefix.unwrap_or("")))],
        |row| {
            Ok(record! {
                "package_id" => row.get::<_, i64>(0)?, "package_name" => row.get::<_, String>(1)?,
            })
        },
    )?;
    Ok(options::apply(rows, opts))
}

/// koji: `getPackage(info, strict=, create=)`; `create` is for the hub itself.
pub(super) fn get(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let found = lookups::named(call, "package", args.get("info"), args.truthy("strict"))?;
    Ok(found.map_or(Answer::Nil, |package| {
        record! { "id" => package.id, "name" => package.name }
    }))
}

/// koji: `getPackageID(name, strict=)`.
pub(super) fn get_id(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let found = lookups::named(call, "package", args.get("name"), args.truthy("strict"))?;
    Ok(found.map(|package| package.id).into())
}

fn lookup(call: &Call<'_>, args: &Args, event: Option<i64>) -> Outcome<Option<Entry>> {
    let tag = lookups::named(call, "tag", args.get("tag"), false)?;
    let package = lookups::named(call, "package", args.get("pkg"), false)?;
    match (tag, package) {
        (Some(tag), Some(package)) => entry(call, tag.id, package.id, event),
        _ => Ok(None),
    }
}

/// koji: `checkTagPackage(tag, pkg)`: listed and not blocked.
pub(super) fn check(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    Ok(Answer::Bool(lookup(call, args, None)?.is_some_and(|entry| !entry.blocked)))
}

/// koji: `getPackageConfig(tag, pkg, event=)`.
pub(super) fn config(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let event = event_argument(args.get("event"))?;
    Ok(lookup(call, args, event)?.map_or(Answer::Nil, |entry| entry.answer()))
}
