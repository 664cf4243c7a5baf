// SPDX-License-Identifier: GPL-3.0-or-later
//! From what a caller names to what the hub holds, with koji's rules for what is missing.

use super::super::answer::{Answer, record};
use super::super::call::{Call, at};
use super::super::fault::{self, Outcome};
use super::super::python;
use serde_json::Value;

/// A name and its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::practice) struct Named {
    pub id: i64,
    pub name: String,
}

/// Finds a row of a table with names. Fault 1019 if `info` is neither name nor number; `strict`:
/// fault 1000 if there is none.
pub(in crate::practice) fn named(
    call: &Call<'_>,
    table: &'static str,
    info: &Value,
    strict: bool,
) -> Outcome<Option<Named>> {
    let found = name_or_id(call, table, info)?;
    if found.is_none() && strict {
        return fault::generic(format!("No such entry in table {table}: {}", python::shown(info)));
    }
    Ok(found)
}

/// As [`named`], where a missing one is a fault.
pub(in crate::practice) fn some_named(call: &Call<'_>, table: &'static str, info: &Value) -> Outcome<Named> {
    match named(call, table, info, true)? {
        Some(found) => Ok(found),
        None => fault::generic("query returned no rows"),
    }
}

fn name_or_id(call: &Call<'_>, table: &'static str, info: &Value) -> Outcome<Option<Named>> {
    let key = match info {
        Value::Object(members) => match (members.get("id"), members.get("name")) {
            (Some(id), _) if python::int(id).is_some() => id,
            (None, Some(name)) => name,
            _ => return bad(info),
        },
        other => other,
    };
    let read = |row: &rusqlite::Row<'_>| Ok(Named { id: row.get(0)?, name: row.get(1)? });
    if let Some(id) = python::int(key) {
        return call.row(&format!("SELECT id, name FROM {table} WHERE id = ?"), [id], read);
    }
    match key.as_str() {
        Some(name) => call.row(&format!("SELECT id, name FROM {table} WHERE name = ?"), [name], read),
        None => bad(info),
    }
}

fn bad<T>(info: &Value) -> Outcome<T> {
    fault::parameter(format!("Invalid name or id value: {}", python::shown(info)))
}

/// A tag's settings.
#[derive(Debug, Clone)]
pub(in crate::practice) struct Tag {
    pub id: i64,
    pub name: String,
    pub perm_id: Option<i64>,
    pub perm: Option<String>,
    pub arches: Option<String>,
    pub locked: bool,
}

/// koji's `get_tag`: only a tag with a valid configuration exists.
pub(in crate::practice) fn tag(call: &Call<'_>, info: &Value, event: Option<i64>) -> Outcome<Option<Tag>> {
    let Some(named) = name_or_id(call, "tag", info)? else {
        return Ok(None);
    };
    let sql = format!(
        "SELECT tag_config.perm_id, permissions.name, arches, locked FROM tag_config \
         LEFT JOIN permissions ON permissions.id = perm_id WHERE tag_id = ? AND {}",
        at(event, "tag_config")
    );
    call.row(&sql, [named.id], |row| {
        Ok(Tag {
            id: named.id,
            name: named.name.clone(),
            perm_id: row.get(0)?,
            perm: row.get(1)?,
            arches: row.get(2)?,
            locked: row.get(3)?,
        })
    })
}

/// As [`tag`], strict: a missing one is fault 1000.
pub(in crate::practice) fn some_tag(call: &Call<'_>, info: &Value) -> Outcome<Tag> {
    match tag(call, info, None)? {
        Some(tag) => Ok(tag),
        None => no_tag(info),
    }
}

/// "No such tagInfo".
pub(in crate::practice) fn no_tag<T>(info: &Value) -> Outcome<T> {
    fault::generic(format!("No such tagInfo: {}", python::repr(info)))
}

/// A user.
#[derive(Debug, Clone)]
pub(in crate::practice) struct User {
    pub id: i64,
    pub name: String,
    pub status: i64,
    pub usertype: i64,
}

/// koji's `get_user`: by number, name or principal; nothing given means the session's user.
pub(in crate::practice) fn user(call: &Call<'_>, info: &Value) -> Outcome<Option<User>> {
    let (clause, value): (&str, &dyn rusqlite::ToSql);
    let id;
    match info {
        Value::Null => match call.user() {
            Some(session) => {
                id = session.user_id;
                (clause, value) = ("users.id = ?", &id);
            }
            None => return fault::generic("No user provided"),
        },
        Value::String(name) => {
            (clause, value) = ("krb_principal = ?1 OR name = ?1", name);
        }
        Value::Object(members) => {
            let member = |key: &str| members.get(key).and_then(Value::as_str);
            if let Some(n) = members.get("id").and_then(python::int) {
                id = n;
                (clause, value) = ("users.id = ?", &id);
            } else if let Some(name) = member("name") {
                return user(call, &Value::from(name));
            } else if let Some(name) = member("krb_principal") {
                return user(call, &Value::from(name));
            } else {
                // Nothing said is no condition: koji takes the first it finds.
                id = 0;
                (clause, value) = ("users.id > ?", &id);
            }
        }
        other => match python::int(other) {
            Some(n) => {
                id = n;
                (clause, value) = ("users.id = ?", &id);
            }
            None => {
                return fault::generic(format!("Invalid type for userInfo: <class '{}'>", python::type_name(other)));
            }
        },
    }
    let sql = format!(
        "SELECT users.id, name, status, usertype FROM users \
         LEFT JOIN user_krb_principals ON users.id = user_id WHERE {clause}"
    );
    call.row(&sql, [value], |row| {
        Ok(User { id: row.get(0)?, name: row.get(1)?, status: row.get(2)?, usertype: row.get(3)? })
    })
}

/// As [`user`], strict: a missing one is fault 1000.
pub(in crate::practice) fn some_user(call: &Call<'_>, info: &Value) -> Outcome<User> {
    match user(call, info)? {
        Some(user) => Ok(user),
        None => fault::generic(format!("No such user: {}", python::repr(info))),
    }
}

impl User {
    /// The struct that `getUser` answers.
    pub(in crate::practice) fn answer(&self, call: &Call<'_>, principals: bool) -> Outcome<Answer> {
        let mut answer = record! {
            "id" => self.id, "name" => self.name.as_str(), "status" => self.status,
            "usertype" => self.usertype,
        };
        if principals {
            answer.push("krb_principals", self.principals(call)?);
        }
        Ok(answer)
    }

    pub(in crate::practice) fn principals(&self, call: &Call<'_>) -> Outcome<Vec<String>> {
        call.rows("SELECT krb_principal FROM user_krb_principals WHERE user_id = ? ORDER BY 1", [self.id], |row| {
            row.get(0)
        })
    }
}

/// What is needed to judge a build.
#[derive(Debug, Clone)]
pub(in crate::practice) struct Build {
    pub id: i64,
    pub package_id: i64,
    pub name: String,
    pub nvr: String,
    pub state: i64,
}

/// koji's names of build states.
pub(in crate::practice) fn state_name(state: i64) -> &'static str {
    match state {
        0 => "BUILDING",
        1 => "COMPLETE",
        2 => "DELETED",
        3 => "FAILED",
        _ => "CANCELED",
    }
}

/// koji's `find_build_id`: number, NVR, or struct. A number is taken as it is.
pub(in crate::practice) fn build_id(call: &Call<'_>, info: &Value) -> Outcome<Option<i64>> {
    let (name, version, release) = match info {
        Value::String(text) => match split_nvr(text) {
            Some((n, v, r)) => (n.to_owned(), v.to_owned(), r.to_owned()),
            None => return fault::generic(format!("invalid format: {text}")),
        },
        Value::Object(members) => {
            let member = |key: &str| members.get(key).map(python::shown);
            match (member("name"), member("version"), member("release")) {
                (Some(n), Some(v), Some(r)) => (n, v, r),
                _ => return fault::generic("did not provide name, version, and release"),
            }
        }
        other => match python::int(other) {
            Some(id) => return Ok(Some(id)),
            None => {
                return fault::generic(format!("Invalid type for argument: <class '{}'>", python::type_name(other)));
            }
        },
    };
    call.row(
        "SELECT build.id FROM build JOIN package ON package.id = pkg_id \
         WHERE package.name = ? AND version = ? AND release = ?",
        (name, version, release),
        |row| row.get(0),
    )
}

/// As `build_id`, strict; checks that the build exists.
pub(in crate::practice) fn some_build(call: &Call<'_>, info: &Value) -> Outcome<Build> {
    let missing = || {
        fault::generic(format!(
            "No such build: {}",
            if python::int(info).is_some() { python::shown(info) } else { python::repr(info) }
        ))
    };
    let Some(id) = build_id(call, info)? else {
        return missing();
    };
    let found = call.row(
        "SELECT package.id, package.name, version, release, state FROM build \
         JOIN package ON package.id = pkg_id WHERE build.id = ?",
        [id],
        |row| {
            let (name, version, release): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
            Ok(Build {
                id,
                package_id: row.get(0)?,
                nvr: format!("{name}-{version}-{release}"),
                name,
                state: row.get(4)?,
            })
        },
    )?;
    match found {
        Some(build) => Ok(build),
        None => missing(),
    }
}

/// Name, version, release: cut at the last two dashes.
fn split_nvr(text: &str) -> Option<(&str, &str, &str)> {
    let (rest, release) = text.rsplit_once('-')?;
    let (name, version) = rest.rsplit_once('-')?;
    Some((name, version, release))
}
