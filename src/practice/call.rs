// SPDX-License-Identifier: GPL-3.0-or-later
//! What a running call works with: the transaction, the session, and the event of its changes.

use super::clock;
use super::fault::{self, Fault, Outcome};
use super::hub::Hub;
use super::misbehave::Trouble;
use super::sessions::Session;
use rusqlite::{Connection, OptionalExtension as _, Params, Row};
use std::collections::BTreeMap;

/// Who makes the request.
#[derive(Debug, Default, Clone)]
pub(super) struct Caller {
    /// The session, once it has passed its check.
    pub session: Option<Session>,
    /// A session that has expired: good for renewing it and nothing else.
    pub expired: Option<Session>,
    /// The principal a trusted proxy vouches for.
    pub remote_user: Option<String>,
    /// The request came in on `…/ssllogin`.
    pub on_ssl_path: bool,
}

impl Caller {
    /// A user who acts without a session of his own: a task's owner, or somebody else's change.
    pub(super) fn of_user(user_id: i64, user_name: String) -> Self {
        let session = Session {
            id: 0,
            user_id,
            user_name,
            authtype: 0,
            master: None,
            stored_callnum: None,
            callnum: None,
            exclusive: false,
            expired: false,
            start_time: 0,
            update_time: 0,
            renew_time: None,
        };
        Self { session: Some(session), ..Self::default() }
    }
}

/// One request in its transaction. The members of a multicall share it.
pub(super) struct Call<'h> {
    pub hub: &'h Hub,
    pub db: &'h Connection,
    pub caller: &'h Caller,
    /// Something was written to the hub's data: the transaction and the call number count.
    pub dml: bool,
    /// Something was written to the sessions: the call number counts.
    pub session_dml: bool,
    /// Tasks were made: the builder is told after the commit.
    pub new_tasks: bool,
    /// Changes that are to fail, by their place in the request.
    pub troubles: BTreeMap<u64, Trouble>,
    /// Changes that the request has begun.
    pub changes: u64,
    /// Every further change fails with this, as after a deadlock.
    pub stuck: Option<Fault>,
    event: Option<i64>,
    last_event: Option<i64>,
}

impl<'h> Call<'h> {
    pub(super) fn new(hub: &'h Hub, db: &'h Connection, caller: &'h Caller) -> Self {
        Self {
            hub,
            db,
            caller,
            dml: false,
            session_dml: false,
            new_tasks: false,
            troubles: BTreeMap::new(),
            changes: 0,
            stuck: None,
            event: None,
            last_event: None,
        }
    }

    /// The event of this call's changes, made when it is first needed. Numbers of changes that
    /// were undone are not given out again: koji takes them from a sequence.
    pub(super) fn event(&mut self) -> Outcome<i64> {
        if let Some(event) = self.event {
            return Ok(event);
        }
        let newest: i64 =
            self.db.prepare_cached("SELECT coalesce(max(id), 0) FROM events")?.query_row([], |r| r.get(0))?;
        let event = newest.max(self.last_event.unwrap_or(0)) + 1;
        self.db.prepare_cached("INSERT INTO events (id, time) VALUES (?, ?)")?.execute((event, clock::now()))?;
        self.event = Some(event);
        self.last_event = Some(event);
        self.dml = true;
        Ok(event)
    }

    /// The next change has an event of its own.
    pub(super) fn forget_event(&mut self) {
        self.event = None;
    }

    /// The user of the session.
    pub(super) fn user(&self) -> Option<&Session> {
        self.caller.session.as_ref()
    }

    /// The user's number. Fault 1004 if nobody is logged in.
    pub(super) fn user_id(&self) -> Outcome<i64> {
        match self.user() {
            Some(session) => Ok(session.user_id),
            None => fault::not_allowed("you must be logged in for this operation"),
        }
    }

    /// Fault 1004 if nobody is logged in.
    pub(super) fn assert_login(&self) -> Outcome<()> {
        self.user_id().map(drop)
    }

    /// Whether the session's user holds a permission; nobody holds none.
    pub(super) fn has_perm(&self, name: &str) -> Outcome<bool> {
        match self.user() {
            Some(session) => self.user_has_perm(session.user_id, name),
            None => Ok(false),
        }
    }

    /// Whether a user holds a permission.
    pub(super) fn user_has_perm(&self, user: i64, name: &str) -> Outcome<bool> {
        let found = self.row(
            "SELECT 1 FROM user_perms JOIN permissions ON permissions.id = perm_id \
             WHERE user_id = ? AND name = ? AND revoke_event IS NULL",
            (user, name),
            |_| Ok(()),
        )?;
        Ok(found.is_some())
    }

    /// Fault 1004 unless the user holds `name` or is an administrator.
    pub(super) fn assert_perm(&self, name: &str) -> Outcome<()> {
        if self.has_perm(name)? || self.has_perm("admin")? {
            return Ok(());
        }
        let who = match self.user() {
            Some(session) => format!("(logged in as {})", session.user_name),
            None => "(user not logged in)".into(),
        };
        fault::not_allowed(format!("{name} permission required {who}"))
    }

    /// The first row of a query.
    pub(super) fn row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Outcome<Option<T>> {
        Ok(self.db.prepare_cached(sql)?.query_row(params, read).optional()?)
    }

    /// All rows of a query.
    pub(super) fn rows<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Outcome<Vec<T>> {
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map(params, read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Revokes the active rows of a versioned table that fit; says how many. Counts as a write even
    /// if there are none: so it does at koji.
    pub(super) fn revoke(
        &mut self,
        table: &'static str,
        clause: &'static str,
        ids: &[&dyn rusqlite::ToSql],
    ) -> Outcome<usize> {
        let user = self.user_id()?;
        self.revoke_as(user, table, clause, ids)
    }

    /// As [`Call::revoke`], in the name of another user (a task's owner).
    pub(super) fn revoke_as(
        &mut self,
        user: i64,
        table: &'static str,
        clause: &'static str,
        ids: &[&dyn rusqlite::ToSql],
    ) -> Outcome<usize> {
        let event = self.event()?;
        self.dml = true;
        let sql =
            format!("UPDATE {table} SET revoke_event = ?, revoker_id = ? WHERE revoke_event IS NULL AND {clause}");
        let mut params: Vec<&dyn rusqlite::ToSql> = vec![&event, &user];
        params.extend_from_slice(ids);
        Ok(self.db.prepare_cached(&sql)?.execute(&*params)?)
    }

    /// Adds a row to a versioned table.
    pub(super) fn create(
        &mut self,
        table: &'static str,
        columns: &'static str,
        values: &[&dyn rusqlite::ToSql],
    ) -> Outcome<()> {
        let user = self.user_id()?;
        self.create_as(user, table, columns, values)
    }

    /// As [`Call::create`], in the name of another user (a task's owner).
    pub(super) fn create_as(
        &mut self,
        user: i64,
        table: &'static str,
        columns: &'static str,
        values: &[&dyn rusqlite::ToSql],
    ) -> Outcome<()> {
        let event = self.event()?;
        self.dml = true;
        let marks = "?, ".repeat(values.len());
        let sql = format!("INSERT INTO {table} ({columns}, create_event, creator_id) VALUES ({marks}?, ?)");
        let mut params: Vec<&dyn rusqlite::ToSql> = values.to_vec();
        params.push(&event);
        params.push(&user);
        self.db.prepare_cached(&sql)?.execute(&*params)?;
        Ok(())
    }
}

/// The condition for rows that hold now, or held at an event. `table` may be empty.
pub(super) fn at(event: Option<i64>, table: &str) -> String {
    let dot = if table.is_empty() { "" } else { "." };
    match event {
        None => format!("{table}{dot}revoke_event IS NULL"),
        Some(event) => format!(
            "({table}{dot}create_event <= {event} AND ({table}{dot}revoke_event IS NULL OR {event} < {table}{dot}revoke_event))"
        ),
    }
}

/// Reads an `event` argument: none, or a number.
pub(super) fn event_argument(value: &serde_json::Value) -> Outcome<Option<i64>> {
    match value {
        serde_json::Value::Null => Ok(None),
        value => match super::python::int(value) {
            Some(event) => Ok(Some(event)),
            None => fault::generic(format!("Invalid event: {}", super::python::repr(value))),
        },
    }
}
