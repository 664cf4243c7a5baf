// SPDX-License-Identifier: GPL-3.0-or-later
//! Users and permissions.

use super::super::answer::{Answer, record};
use super::super::call::Call;
use super::super::fault::{self, Outcome};
use super::super::python;
use super::super::signatures::Args;
use super::lookups;
use serde_json::Value;

/// koji: `getLoggedInUser()`; nil for nobody.
pub(super) fn logged_in(call: &mut Call<'_>, _: &Args) -> Outcome<Answer> {
    let Some((user_id, authtype)) = call.user().map(|s| (s.user_id, s.authtype)) else {
        return Ok(Answer::Nil);
    };
    let user = lookups::some_user(call, &Value::from(user_id))?;
    let first = user.principals(call)?.into_iter().next();
    let mut answer = user.answer(call, true)?;
    answer.push("authtype", authtype);
    answer.push("krb_principal", first);
    Ok(answer)
}

/// koji: `getUser(userInfo=, strict=, krb_princs=, groups=)`.
pub(super) fn get(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let info = args.get("userInfo");
    let found = if args.truthy("strict") { Some(lookups::some_user(call, info)?) } else { lookups::user(call, info)? };
    let Some(user) = found else {
        return Ok(Answer::Nil);
    };
    let mut answer = user.answer(call, args.truthy("krb_princs"))?;
    if args.truthy("groups") {
        answer.push("groups", Answer::List(vec![]));
    }
    Ok(answer)
}

/// koji: `listUsers(userType=, prefix=, queryOpts=, perm=, inherited_perm=)`.
pub(super) fn list(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let kind = args.get("userType");
    let prefix = args.text("prefix").unwrap_or("");
    let perm = match args.given("perm") {
        Some(perm) => Some(lookups::some_named(call, "permissions", perm)?.id),
        None => None,
    };
    let found = call.rows(
        "SELECT id, name, status, usertype FROM users WHERE (?1 IS NULL OR usertype = ?1) \
         AND name LIKE ?2 ESCAPE '\\' AND (?3 IS NULL OR EXISTS (SELECT 1 FROM user_perms \
         WHERE user_id = users.id AND perm_id = ?3 AND revoke_event IS NULL)) ORDER BY id",
        (python::int(kind), format!("{}%", like(prefix)), perm),
        |row| Ok(lookups::User { id: row.get(0)?, name: row.get(1)?, status: row.get(2)?, usertype: row.get(3)? }),
    )?;
    let users = found.iter().map(|user| user.answer(call, true)).collect::<Outcome<Vec<_>>>()?;
    Ok(super::options::apply(users, args.get("queryOpts")))
}

/// A text as part of a LIKE pattern with backslash as escape.
pub(super) fn like(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// A shell pattern with `*` and `?` as a LIKE pattern.
pub(super) fn glob(pattern: &str) -> String {
    like(pattern).replace('?', "_").replace('*', "%")
}

fn perms_of(call: &Call<'_>, user: i64) -> Outcome<Vec<String>> {
    call.rows(
        "SELECT name FROM user_perms JOIN permissions ON permissions.id = perm_id \
         WHERE user_id = ? AND revoke_event IS NULL ORDER BY perm_id",
        [user],
        |row| row.get(0),
    )
}

/// koji: `getPerms()`; empty for nobody.
pub(super) fn perms(call: &mut Call<'_>, _: &Args) -> Outcome<Answer> {
    match call.user() {
        Some(session) => Ok(perms_of(call, session.user_id)?.into()),
        None => Ok(Answer::List(vec![])),
    }
}

/// koji: `hasPerm(perm, strict=)`.
pub(super) fn has_perm(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let perm = args.get("perm");
    if args.truthy("strict") && lookups::named(call, "permissions", perm, false)?.is_none() {
        return fault::generic(format!("No such permission {} defined", python::shown(perm)));
    }
    Ok(Answer::Bool(call.has_perm(&python::shown(perm))?))
}

/// koji: `getUserPerms(userID=, with_groups=)`.
pub(super) fn user_perms(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let user = lookups::some_user(call, args.get("userID"))?;
    Ok(perms_of(call, user.id)?.into())
}

/// koji: `getAllPerms()`.
pub(super) fn all_perms(call: &mut Call<'_>, _: &Args) -> Outcome<Answer> {
    let rows = call.rows("SELECT id, name, description FROM permissions ORDER BY id", [], |row| {
        Ok(record! {
            "description" => row.get::<_, Option<String>>(2)?,
            "id" => row.get::<_, i64>(0)?,
            "name" => row.get::<_, String>(1)?,
        })
    })?;
    Ok(Answer::List(rows))
}

/// koji: `grantPermission(userinfo, permission, create=, description=)`.
pub(super) fn grant(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_perm("admin")?;
    let user = lookups::some_user(call, args.get("userinfo"))?;
    let perm = match lookups::named(call, "permissions", args.get("permission"), false)? {
        Some(perm) => perm,
        None if args.truthy("create") => {
            let name = python::shown(args.get("permission"));
            call.db.execute(
                "INSERT INTO permissions (name, description) VALUES (?, ?)",
                (&name, args.text("description")),
            )?;
            lookups::Named { id: call.db.last_insert_rowid(), name }
        }
        None => lookups::some_named(call, "permissions", args.get("permission"))?,
    };
    if call.user_has_perm(user.id, &perm.name)? {
        return fault::generic(format!("user {} already has permission: {}", user.name, perm.name));
    }
    call.create("user_perms", "user_id, perm_id", &[&user.id, &perm.id])?;
    Ok(Answer::Nil)
}

/// koji: `revokePermission(userinfo, permission)`.
pub(super) fn revoke(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_perm("admin")?;
    let user = lookups::some_user(call, args.get("userinfo"))?;
    let perm = lookups::some_named(call, "permissions", args.get("permission"))?;
    if !call.user_has_perm(user.id, &perm.name)? {
        return fault::generic(format!("user {} does not have permission: {}", user.name, perm.name));
    }
    call.revoke("user_perms", "user_id = ? AND perm_id = ?", &[&user.id, &perm.id])?;
    Ok(Answer::Nil)
}
