// SPDX-License-Identifier: GPL-3.0-or-later
//! Sessions: their checks, their locks, their call numbers.

use super::clock;
use super::fault::{self, Fault, Outcome};
use super::store::{Store, lock};
use rusqlite::{Connection, OptionalExtension as _, Row};
use std::collections::HashSet;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

/// After this a session must be renewed, as koji has it by default.
const RENEWAL: i64 = 24 * 3600 * 1_000_000;

/// A session that does not end its call by then will never do so.
const PATIENCE: Duration = Duration::from_secs(600);

/// The address all clients have.
const HOST: &str = "127.0.0.1";

/// A session's row, with its user's name.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub id: i64,
    pub user_id: i64,
    pub user_name: String,
    pub authtype: i64,
    pub master: Option<i64>,
    /// As stored when the request came.
    pub stored_callnum: Option<i64>,
    /// As sent with the request.
    pub callnum: Option<i64>,
    pub exclusive: bool,
    pub expired: bool,
    pub start_time: i64,
    pub update_time: i64,
    pub renew_time: Option<i64>,
}

/// What a request says about its session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    pub id: i64,
    pub key: String,
    pub callnum: Option<i64>,
}

/// Reads the claim from headers, else from the query string, as koji does: same order, same faults.
pub(super) fn claim(header: impl Fn(&str) -> Option<String>, query: Option<&str>) -> Outcome<Option<Claim>> {
    if let Some(id) = header("koji-session-id") {
        let id = number(&id)?;
        let Some(key) = header("koji-session-key") else {
            return Err(key_error("HTTP_KOJI_SESSION_KEY").into());
        };
        let callnum = header("koji-session-callnum").or_else(|| header("koji-callnum"));
        let callnum = callnum.map(|n| number(&n)).transpose()?;
        return Ok(Some(Claim { id, key, callnum }));
    }
    let Some(query) = query.filter(|q| !q.is_empty()) else {
        return Ok(None);
    };
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let field = |name: &str| fields.iter().find(|(k, _)| k == name).map(|(_, v)| v);
    let Some(id) = field("session-id") else {
        return fault::auth("'session-id' not specified in session args");
    };
    let id = number(id)?;
    let Some(key) = field("session-key") else {
        return fault::auth("'session-key' not specified in session args");
    };
    let callnum = match field("callnum") {
        None => None,
        Some(text) => match text.trim().parse() {
            Ok(n) => Some(n),
            Err(_) => {
                return fault::auth(format!("Invalid callnum: {}", super::python::repr_text(text)));
            }
        },
    };
    Ok(Some(Claim { id, key: key.clone(), callnum }))
}

fn number(text: &str) -> Outcome<i64> {
    text.trim().parse().map_err(|_| {
        let quoted = super::python::repr_text(text);
        let text = format!("invalid literal for int() with base 10: {quoted}");
        Fault::unexpected("ValueError", &text, &text).into()
    })
}

/// Python's `KeyError`.
pub(super) fn key_error(key: &'static str) -> Fault {
    Fault::unexpected("KeyError", &format!("'{key}'"), key)
}

/// Which sessions are running a call: a session does one call at a time.
#[derive(Debug, Default)]
pub(super) struct Busy {
    ids: Mutex<HashSet<i64>>,
    changed: Condvar,
}

/// A session's call is running as long as this lives.
#[derive(Debug)]
pub(super) struct Held<'b> {
    busy: &'b Busy,
    id: i64,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        lock(&self.busy.ids).remove(&self.id);
        self.busy.changed.notify_all();
    }
}

impl Busy {
    /// Waits until the session's running call has ended, and holds it.
    pub(super) fn hold(&self, id: i64) -> Outcome<Held<'_>> {
        let ids = lock(&self.ids);
        let waited = self.changed.wait_timeout_while(ids, PATIENCE, |ids| ids.contains(&id));
        let (mut ids, timeout) = waited.unwrap_or_else(std::sync::PoisonError::into_inner);
        if timeout.timed_out() {
            return Err(super::fault::Refusal::Broken(format!("session {id} does not end its call")));
        }
        ids.insert(id);
        Ok(Held { busy: self, id })
    }
}

const COLUMNS: &str = "id, user_id, authtype, master, exclusive, expired, start_time, update_time, renew_time, callnum";

fn session(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        id: row.get(0)?,
        user_id: row.get(1)?,
        user_name: String::new(),
        authtype: row.get(2)?,
        master: row.get(3)?,
        exclusive: row.get(4)?,
        expired: row.get(5)?,
        start_time: row.get(6)?,
        update_time: row.get(7)?,
        renew_time: row.get(8)?,
        stored_callnum: row.get(9)?,
        callnum: None,
    })
}

/// What the check of a claim gives.
#[derive(Debug)]
pub(super) enum Checked {
    /// Logged in.
    Good(Session),
    /// Expired, and the method is one of those that may renew it.
    Renewable(Session),
}

/// Checks a claim as koji does before every call. The caller holds the session already.
///
/// `lockable`: the method is refused if another session of the user is exclusive.
pub(super) fn check(store: &Store, claim: &Claim, method: &str) -> Outcome<Checked> {
    let mut found = store.sessions(|db| find(db, claim))?;
    let stored = store.hub(|db| {
        Ok(db
            .prepare_cached("SELECT number FROM callnum WHERE session_id = ?")?
            .query_row([claim.id], |r| r.get::<_, i64>(0))
            .optional()?)
    })?;
    found.stored_callnum = found.stored_callnum.max(stored);
    found.callnum = claim.callnum;
    if found.expired && !["login", "sslLogin"].contains(&method) {
        return Err(Fault::numbered(1007, format!("session \"{}\" has expired", claim.id)).into());
    }
    if let (Some(sent), Some(stored)) = (claim.callnum, found.stored_callnum) {
        if stored > sent {
            let text = format!("{stored} > {sent} (session {})", claim.id);
            return Err(Fault::numbered(1008, text).into());
        }
        if stored == sent {
            let text = format!("unable to retry call {sent} (method {method}) for session {}", claim.id);
            return Err(Fault::numbered(1009, text).into());
        }
    }
    let (name, status) = store.hub(|db| {
        Ok(db
            .prepare_cached("SELECT name, status FROM users WHERE id = ?")?
            .query_row([found.user_id], |r| Ok((r.get::<_, String>(0)?, r.get::<_, i64>(1)?)))?)
    })?;
    found.user_name = name;
    if found.expired {
        return Ok(Checked::Renewable(found));
    }
    if status != 0 {
        return fault::auth(format!("logins by {} are not allowed", found.user_name));
    }
    store.sessions(|db| settle(db, &mut found, method))?;
    Ok(Checked::Good(found))
}

fn find(db: &Connection, claim: &Claim) -> Outcome<Session> {
    let sql = format!("SELECT {COLUMNS} FROM sessions WHERE id = ? AND key = ? AND closed = 0");
    let found = db.prepare_cached(&sql)?.query_row((claim.id, &claim.key), session).optional()?;
    let Some(mut found) = found else {
        return fault::auth("Invalid session or bad credentials");
    };
    let since = found.renew_time.unwrap_or(found.start_time);
    if !found.expired && clock::now() > since.saturating_add(RENEWAL) {
        expire(db, found.id)?;
        found.expired = true;
    }
    Ok(found)
}

/// Looks for another session that is exclusive, and notes that this one was used.
fn settle(db: &Connection, found: &mut Session, method: &str) -> Outcome<()> {
    if !found.exclusive {
        let other: Option<i64> = db
            .prepare_cached("SELECT id FROM sessions WHERE user_id = ? AND exclusive = 1 AND closed = 0")?
            .query_row([found.user_id], |r| r.get(0))
            .optional()?;
        match other {
            Some(other) if Some(other) == found.master => found.exclusive = true,
            Some(_) if !["exclusiveSession", "login", "logout"].contains(&method) => {
                return Err(Fault::numbered(1006, "User locked by another session").into());
            }
            _ => {}
        }
    }
    found.update_time = clock::now();
    db.prepare_cached("UPDATE sessions SET update_time = ? WHERE id = ?")?.execute((found.update_time, found.id))?;
    Ok(())
}

/// Marks a session and its subsessions as expired.
pub(super) fn expire(db: &Connection, id: i64) -> Outcome<()> {
    db.execute("UPDATE sessions SET expired = 1 WHERE id = ?1 OR master = ?1", [id])?;
    Ok(())
}

/// Closes a session and its subsessions.
pub(super) fn close(db: &Connection, id: i64) -> Outcome<()> {
    db.execute("UPDATE sessions SET closed = 1, expired = 1, exclusive = 0 WHERE id = ?1 OR master = ?1", [id])?;
    Ok(())
}

/// A session and its subsessions that are not closed.
pub(super) fn family(db: &Connection, id: i64) -> Outcome<Vec<i64>> {
    let mut statement = db.prepare_cached("SELECT id FROM sessions WHERE (id = ?1 OR master = ?1) AND closed = 0")?;
    let ids = statement.query_map([id], |r| r.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// Whether session `id` belongs, or belonged, to `user`.
pub(super) fn belongs(db: &Connection, id: i64, user: i64) -> Outcome<bool> {
    Ok(db.prepare_cached("SELECT 1 FROM sessions WHERE id = ? AND user_id = ?")?.exists((id, user))?)
}

/// Makes a session and returns its number and key.
pub(super) fn create(db: &Connection, user: i64, authtype: i64, master: Option<i64>) -> Outcome<(i64, String)> {
    let key = new_key(user)?;
    let now = clock::now();
    db.prepare_cached(
        "INSERT INTO sessions (user_id, key, hostip, authtype, master, start_time, update_time) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute((user, &key, HOST, authtype, master, now, now))?;
    Ok((db.last_insert_rowid(), key))
}

/// Gives a session a new key and another day; `None` if its master is closed.
pub(super) fn renew(db: &Connection, old: &Session) -> Outcome<Option<(i64, String)>> {
    if let Some(master) = old.master {
        let alive = db.prepare_cached("SELECT 1 FROM sessions WHERE id = ? AND closed = 0")?.exists([master])?;
        if !alive {
            return Ok(None);
        }
    }
    let key = new_key(old.user_id)?;
    let now = clock::now();
    db.prepare_cached("UPDATE sessions SET key = ?, expired = 0, update_time = ?, renew_time = ? WHERE id = ?")?
        .execute((&key, now, now, old.id))?;
    Ok(Some((old.id, key)))
}

/// Makes a session exclusive; closes the one that is, if told to.
pub(super) fn make_exclusive(db: &Connection, id: i64, user: i64, force: bool) -> Outcome<()> {
    let other: Option<i64> = db
        .prepare_cached("SELECT id FROM sessions WHERE user_id = ? AND exclusive = 1 AND closed = 0 AND id <> ?")?
        .query_row((user, id), |r| r.get(0))
        .optional()?;
    if let Some(other) = other {
        if !force {
            return Err(Fault::numbered(1006, "Cannot get exclusive session").into());
        }
        db.execute("UPDATE sessions SET closed = 1, expired = 1, exclusive = 0 WHERE id = ?", [other])?;
    }
    db.execute("UPDATE sessions SET exclusive = 1 WHERE id = ?", [id])?;
    Ok(())
}

/// Gives up being exclusive.
pub(super) fn make_shared(db: &Connection, id: i64) -> Outcome<()> {
    db.execute("UPDATE sessions SET exclusive = 0 WHERE id = ?", [id])?;
    Ok(())
}

/// Notes the number of a call that changed sessions only.
pub(super) fn keep_callnum(store: &Store, id: i64, number: i64) -> Outcome<()> {
    store.sessions(|db| {
        db.prepare_cached("UPDATE sessions SET callnum = ? WHERE id = ?")?.execute((number, id))?;
        Ok(())
    })
}

/// The sessions of a user that have not expired.
pub(super) fn of_user(db: &Connection, user: i64) -> Outcome<Vec<Session>> {
    let sql = format!("SELECT {COLUMNS} FROM sessions WHERE user_id = ? AND expired = 0 ORDER BY id");
    let mut statement = db.prepare_cached(&sql)?;
    let found = statement.query_map([user], session)?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// `USER-` and nineteen letters and digits, as koji makes them; from the system's random source.
fn new_key(user: i64) -> Outcome<String> {
    use std::io::Read as _;
    const LETTERS: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut bytes = [0_u8; 19];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut f| f.read_exact(&mut bytes))
        .map_err(|e| fault::Refusal::Broken(format!("cannot read /dev/urandom: {e}")))?;
    let letters: String =
        bytes.iter().filter_map(|b| LETTERS.get(usize::from(*b) % LETTERS.len())).map(|b| char::from(*b)).collect();
    Ok(format!("{user}-{letters}"))
}

#[cfg(test)]
mod tests {
    use super::super::fault::Refusal;
    use super::*;

    fn headers(pairs: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<String> {
        move |name| pairs.iter().find(|(k, _)| *k == name).map(|(_, v)| (*v).to_owned())
    }

    fn fault_of<T: std::fmt::Debug>(result: Outcome<T>) -> (i64, String) {
        match result.unwrap_err() {
            Refusal::Fault(f) => (f.code, f.text),
            Refusal::Broken(why) => panic!("{why}"),
        }
    }

    #[test]
    fn claims_are_read_as_recorded() {
        let none = headers(&[]);
        assert_eq!(claim(&none, None).unwrap(), None);
        assert_eq!(
            fault_of(claim(&none, Some("foo=bar"))),
            (1002, "'session-id' not specified in session args".into())
        );
        assert_eq!(
            fault_of(claim(&none, Some("session-id=1&callnum=6"))),
            (1002, "'session-key' not specified in session args".into())
        );
        assert_eq!(
            fault_of(claim(headers(&[("koji-session-id", "abc")]), None)),
            (1, "<class 'ValueError'>: invalid literal for int() with base 10: 'abc'".into())
        );
        assert_eq!(
            fault_of(claim(headers(&[("koji-session-id", "12")]), None)),
            (1, "<class 'KeyError'>: 'HTTP_KOJI_SESSION_KEY'".into())
        );
        let old = claim(&none, Some("session-id=5&session-key=2-x&callnum=7")).unwrap();
        assert_eq!(old, Some(Claim { id: 5, key: "2-x".into(), callnum: Some(7) }));
    }
}
