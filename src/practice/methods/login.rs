// SPDX-License-Identifier: GPL-3.0-or-later
//! Logging in and out, and what a session says of itself.

use super::super::answer::{Answer, record};
use super::super::call::Call;
use super::super::fault::{self, Fault, Outcome};
use super::super::python;
use super::super::seed;
use super::super::sessions::{self, Session};
use super::super::signatures::Args;
use super::lookups;
use rusqlite::OptionalExtension as _;

const PASSWORD: i64 = 0;
const GSSAPI: i64 = 3;

fn answer((id, key): (i64, String)) -> Answer {
    record! { "session-id" => id, "session-key" => key, "header-auth" => true }
}

/// koji: `login(user, password, opts=, renew=, exclusive=)`.
pub(super) fn login(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let wrong = || fault::auth("invalid username or password");
    let Some(password) = args.text("password") else {
        return wrong();
    };
    if call.user().is_some() {
        return fault::auth("Already logged in");
    }
    let Some(user) = args.get("user").as_str() else {
        return wrong();
    };
    let found =
        call.row("SELECT id, name, status FROM users WHERE name = ? AND password = ?", (user, password), |r| {
            Ok((r.get(0)?, r.get::<_, String>(1)?, r.get::<_, i64>(2)?))
        })?;
    let Some((id, name, status)) = found else {
        return wrong();
    };
    if status != 0 {
        return fault::auth(format!("logins by {name} are not allowed"));
    }
    open(call, id, PASSWORD, args)
}

/// koji: `sslLogin(proxyuser=, proxyauthtype=, renew=, exclusive=)`: whoever the proxy in front
/// vouches for.
pub(super) fn ssl_login(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    if call.user().is_some() {
        return fault::auth("Already logged in");
    }
    let principal = match (&call.caller.remote_user, call.caller.on_ssl_path) {
        (Some(principal), true) => principal.clone(),
        _ => return fault::auth("could not verify client: None"),
    };
    if args.truthy("proxyuser") {
        return fault::auth(format!("{principal} is not authorized to login other users"));
    }
    let known = call.row(
        "SELECT users.id, users.name, status FROM users \
         LEFT JOIN user_krb_principals ON user_id = users.id WHERE krb_principal = ?1 OR name = ?1",
        [&principal],
        |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?, r.get::<_, i64>(2)?)),
    )?;
    let id = match known {
        Some((id, _, 0)) => id,
        Some((_, name, _)) => return fault::auth(format!("logins by {name} are not allowed")),
        None => new_user(call, &principal)?,
    };
    open(call, id, GSSAPI, args)
}

/// A user for a principal that the hub sees for the first time; `releng` and the like may tag.
///
/// Written on a connection of its own: the call itself has begun as a reading one.
fn new_user(call: &Call<'_>, principal: &str) -> Outcome<i64> {
    let name = principal.split('@').next().unwrap_or(principal);
    if name.is_empty() {
        return fault::generic("a user must have a non-empty name");
    }
    call.hub.store.hub(|db| {
        let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let same_name: Option<i64> =
            tx.query_row("SELECT id FROM users WHERE name = ?", [name], |r| r.get(0)).optional()?;
        let id = match same_name {
            Some(id) => id,
            None => {
                tx.execute("INSERT INTO users (name) VALUES (?)", [name])?;
                let id = tx.last_insert_rowid();
                seed::grant_by_name(&tx, id, name)?;
                id
            }
        };
        if principal.contains('@') {
            tx.execute(
                "INSERT OR IGNORE INTO user_krb_principals (user_id, krb_principal) VALUES (?, ?)",
                (id, principal),
            )?;
        }
        tx.commit()?;
        Ok(id)
    })
}

/// Opens a session, or renews the one the request came with.
fn open(call: &mut Call<'_>, user: i64, authtype: i64, args: &Args) -> Outcome<Answer> {
    let renewed = call.caller.expired.as_ref().filter(|_| args.truthy("renew"));
    let exclusive = args.truthy("exclusive");
    call.session_dml = true;
    call.hub.store.sessions(|db| {
        let made = match renewed {
            Some(old) => match sessions::renew(db, old)? {
                Some(made) => made,
                None => return Ok(Answer::Nil),
            },
            None => sessions::create(db, user, authtype, None)?,
        };
        if exclusive {
            sessions::make_exclusive(db, made.0, user, false)?;
        }
        Ok(answer(made))
    })
}

fn me<'c>(call: &Call<'c>) -> Outcome<&'c Session> {
    match &call.caller.session {
        Some(session) => Ok(session),
        None => fault::auth("Not logged in"),
    }
}

/// koji: `logout(session_id=)`: waits for the running calls of the session and its subsessions.
pub(super) fn logout(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let me = me(call)?;
    let other = args.given("session_id").filter(|id| python::truthy(id));
    let id = match other {
        None => me.id,
        Some(id) => match python::int(id) {
            Some(id) => id,
            None => return super::tasks::not_a_number(id),
        },
    };
    if other.is_some() && !call.has_perm("admin")? {
        let mine = call.hub.store.sessions(|db| sessions::belongs(db, id, me.user_id))?;
        if !mine {
            return fault::generic("query returned no rows");
        }
    }
    close(call, me, id)
}

/// Waits for what is running, then closes. The session that asks holds itself already.
fn close(call: &mut Call<'_>, me: &Session, id: i64) -> Outcome<Answer> {
    let family = call.hub.store.sessions(|db| sessions::family(db, id))?;
    let mut held = Vec::new();
    for member in family {
        if member != me.id {
            held.push(call.hub.busy.hold(member)?);
        }
    }
    call.session_dml = true;
    call.hub.store.sessions(|db| sessions::close(db, id))?;
    Ok(Answer::Nil)
}

/// koji: `logoutChild(session_id)`.
pub(super) fn logout_child(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let me = me(call)?;
    let Some(id) = python::int(args.get("session_id")) else {
        return super::tasks::not_a_number(args.get("session_id"));
    };
    let family = call.hub.store.sessions(|db| sessions::family(db, me.id))?;
    if id != me.id && family.contains(&id) {
        return close(call, me, id);
    }
    call.session_dml = true;
    Ok(Answer::Nil)
}

/// koji: `subsession()`.
pub(super) fn subsession(call: &mut Call<'_>, _: &Args) -> Outcome<Answer> {
    let me = me(call)?;
    call.session_dml = true;
    let master = me.master.unwrap_or(me.id);
    let made = call.hub.store.sessions(|db| sessions::create(db, me.user_id, me.authtype, Some(master)))?;
    Ok(answer(made))
}

/// koji: `exclusiveSession(force=)`.
pub(super) fn exclusive(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let me = me(call)?;
    if me.master.is_some() {
        return fault::generic("subsessions cannot become exclusive");
    }
    if me.exclusive {
        return fault::generic("session is already exclusive");
    }
    let force = args.truthy("force");
    call.session_dml = true;
    call.hub.store.sessions(|db| sessions::make_exclusive(db, me.id, me.user_id, force))?;
    Ok(Answer::Nil)
}

/// koji: `sharedSession()`.
pub(super) fn shared(call: &mut Call<'_>, _: &Args) -> Outcome<Answer> {
    let me = me(call)?;
    call.session_dml = true;
    call.hub.store.sessions(|db| sessions::make_shared(db, me.id))?;
    Ok(Answer::Nil)
}

/// koji: `getSessionInfo(details=, user_id=)`. Nil if nobody is logged in.
pub(super) fn session_info(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let Some(me) = call.user() else {
        return Ok(Answer::Nil);
    };
    let details = args.truthy("details");
    if !args.truthy("user_id") {
        return Ok(info(me, me.stored_callnum, details));
    }
    let user = lookups::some_user(call, args.get("user_id"))?;
    if user.id != me.user_id && !call.has_perm("admin")? {
        return Err(Fault::numbered(1004, "only admins or owners may see all active sessions").into());
    }
    let open = call.hub.store.sessions(|db| sessions::of_user(db, user.id))?;
    let mut all = Vec::new();
    for session in open {
        let committed = call.row("SELECT number FROM callnum WHERE session_id = ?", [session.id], |r| r.get(0))?;
        all.push(info(&session, committed.max(session.stored_callnum), details));
    }
    Ok(all.into())
}

fn info(session: &Session, callnum: Option<i64>, details: bool) -> Answer {
    let exclusive = session.exclusive.then_some(true);
    let mut answer = record! {
        "authtype" => session.authtype, "callnum" => callnum, "exclusive" => exclusive,
        "expired" => session.expired, "master" => session.master,
        "renew_time" => Answer::time(session.renew_time),
        "renew_ts" => Answer::seconds(session.renew_time),
        "start_time" => Answer::time(Some(session.start_time)),
        "start_ts" => Answer::seconds(Some(session.start_time)),
        "update_time" => Answer::time(Some(session.update_time)),
        "update_ts" => Answer::seconds(Some(session.update_time)),
        "user_id" => session.user_id,
    };
    if details {
        answer.push("hostip", "127.0.0.1");
        answer.push("id", session.id);
    }
    answer
}
