// SPDX-License-Identifier: GPL-3.0-or-later
//! A simulated builder: takes free tasks, waits a little, does them.

use super::call::{Call, Caller};
use super::clock;
use super::fault::{Fault, Outcome, Refusal};
use super::hub::Hub;
use super::methods::tasks::{CANCELED, CLOSED, FAILED, FREE, OPEN};
use super::methods::{building, repos, tagging};
use super::store::lock;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Another process may make tasks too; then nobody wakes this one.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// A task left open this long after its time belongs to a builder that died.
const LOST: i64 = 10_000_000;

/// The builder's number among koji's hosts.
const HOST: i64 = 1;

/// Works until `stop` is set.
pub(super) fn work(hub: &Hub, delay: Duration, stop: &AtomicBool) {
    while !stop.load(Ordering::SeqCst) {
        // An error here is the database's; the next round tells whether it lasts.
        let worked = round(hub, delay, stop).unwrap_or(false);
        if worked {
            continue;
        }
        let woken = lock(&hub.tasks.0);
        if *woken == 0 {
            let waited = hub.tasks.1.wait_timeout(woken, LOOK_AGAIN);
            let (mut woken, _) = waited.unwrap_or_else(std::sync::PoisonError::into_inner);
            *woken = 0;
        } else {
            let mut woken = woken;
            *woken = 0;
        }
    }
}

/// Takes every task that waits, and does them; says whether there were any.
fn round(hub: &Hub, delay: Duration, stop: &AtomicBool) -> Outcome<bool> {
    hub.store.hub(serve_requests)?;
    let tasks = hub.store.hub(|db| open_all(db, delay))?;
    if tasks.is_empty() {
        return Ok(false);
    }
    for &task in &tasks {
        begin(hub, task)?;
    }
    wait(delay, stop);
    let mut done = false;
    for task in tasks {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        done |= finish(hub, task)?;
    }
    if !done {
        // All of them wait for others.
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(true)
}

/// Requests for repositories become tasks.
fn serve_requests(db: &mut Connection) -> Outcome<()> {
    if !db.prepare_cached("SELECT 1 FROM repo_queue WHERE active")?.exists([])? {
        return Ok(());
    }
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    repos::serve_queue(&tx)?;
    Ok(tx.commit()?)
}

/// What a build takes; a hub that is to end does not wait for it.
fn wait(delay: Duration, stop: &AtomicBool) {
    const STEP: Duration = Duration::from_millis(50);
    let mut left = delay;
    while !left.is_zero() && !stop.load(Ordering::SeqCst) {
        let step = left.min(STEP);
        std::thread::sleep(step);
        left -= step;
    }
}

fn open_all(db: &mut Connection, delay: Duration) -> Outcome<Vec<i64>> {
    let late = i64::try_from(delay.as_micros()).unwrap_or(i64::MAX);
    let lost = clock::now().saturating_sub(late).saturating_sub(LOST);
    let waiting = "SELECT id FROM task WHERE state IN (0, 1, 4) AND method IN ('tagBuild', 'dependantTask', 'newRepo', 'build') \
         AND (method <> 'build' OR json_array_length(request) > 2) AND (state = 0 OR (state = 1 AND start_time < ?)) ORDER BY priority, id LIMIT 500";
    if !db.prepare_cached(waiting)?.exists([lost])? {
        return Ok(vec![]);
    }
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let ids: Vec<i64> =
        tx.prepare_cached(waiting)?.query_map([lost], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for id in &ids {
        tx.execute(
            "UPDATE task SET state = ?, host_id = ?, start_time = ? WHERE id = ?",
            (OPEN, HOST, clock::now(), id),
        )?;
    }
    tx.commit()?;
    Ok(ids)
}

/// A task that is open, of those it is a builder's to do.
struct Open {
    method: String,
    owner: i64,
    request: Value,
}

/// `None`: it was canceled, or is over.
fn open(db: &Connection, id: i64) -> Outcome<Option<Open>> {
    let task = db
        .query_row("SELECT method, owner, request FROM task WHERE id = ? AND state = ?", (id, OPEN), |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?))
        })
        .optional()?;
    let Some((method, owner, request)) = task else {
        return Ok(None);
    };
    Ok(Some(Open { method, owner, request: serde_json::from_str(&request)? }))
}

/// The first half of a build: from here on there is one, unless the task fails at once.
fn begin(hub: &Hub, id: i64) -> Outcome<()> {
    hub.store.hub(|db| {
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let Some(Open { method, owner, request }) = open(&tx, id)? else {
            return Ok(());
        };
        if method != "build" {
            return Ok(());
        }
        tx.execute_batch("SAVEPOINT task")?;
        let begun = as_owner(hub, &tx, owner, |call| building::begin(call, id, owner, &request));
        match begun {
            Err(Refusal::Fault(fault)) => {
                tx.execute_batch("ROLLBACK TO task")?;
                fail(&tx, id, &fault)?;
            }
            other => other?,
        }
        tx.commit()?;
        Ok(())
    })
}

fn fail(db: &Connection, id: i64, fault: &Fault) -> Outcome<()> {
    let failure = json!({"faultCode": fault.code, "faultString": fault.text});
    db.execute(
        "UPDATE task SET state = ?, completion_time = ?, fault = ? WHERE id = ?",
        (FAILED, clock::now(), failure.to_string(), id),
    )?;
    db.execute("UPDATE build SET state = 3, completion_time = ? WHERE task_id = ? AND state = 0", (clock::now(), id))?;
    Ok(())
}

/// Does one task in a transaction of its own; says whether it is over.
fn finish(hub: &Hub, id: i64) -> Outcome<bool> {
    hub.store.hub(|db| {
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let Some(Open { method, owner, request }) = open(&tx, id)? else {
            return Ok(false); // canceled meanwhile
        };
        tx.execute_batch("SAVEPOINT task")?;
        let done = match &*method {
            "tagBuild" => tag_build(hub, &tx, owner, &request).map(|()| Some(Value::Null)),
            "newRepo" => new_repo(hub, &tx, id, owner, &request).map(Some),
            "build" => match as_owner(hub, &tx, owner, |call| building::end(call, id, owner, &request)) {
                // The build has failed, and that it has is kept.
                Ok(Some(fault)) => {
                    fail(&tx, id, &fault)?;
                    tx.commit()?;
                    return Ok(true);
                }
                ended => ended.map(|_| Some(Value::Null)),
            },
            _ => dependant(hub, &tx, id, owner, &request).map(|over| over.then_some(Value::Null)),
        };
        let over = match done {
            Ok(result) => {
                close(&tx, id, result.as_ref())?;
                result.is_some()
            }
            Err(Refusal::Fault(fault)) => {
                tx.execute_batch("ROLLBACK TO task")?;
                fail(&tx, id, &fault)?;
                true
            }
            Err(broken) => return Err(broken),
        };
        tx.commit()?;
        Ok(over)
    })
}

/// Without a result it goes back to the free ones.
fn close(db: &Connection, id: i64, result: Option<&Value>) -> Outcome<()> {
    if let Some(result) = result {
        db.execute(
            "UPDATE task SET state = ?, completion_time = ?, result = ? WHERE id = ?",
            (CLOSED, clock::now(), result.to_string(), id),
        )?;
    } else {
        db.execute("UPDATE task SET state = ?, host_id = NULL, start_time = NULL WHERE id = ?", (FREE, id))?;
    }
    Ok(())
}

fn new_repo(hub: &Hub, db: &Connection, id: i64, owner: i64, request: &Value) -> Outcome<Value> {
    as_owner(hub, db, owner, |call| repos::run_task(call, id, request))
}

fn tag_build(hub: &Hub, db: &Connection, owner: i64, request: &Value) -> Outcome<()> {
    let arguments = request.as_array().map_or(&[][..], |list| list);
    as_owner(hub, db, owner, |call| tagging::run_task(call, owner, arguments))
}

/// Does something in the name of a task's owner.
fn as_owner<T>(hub: &Hub, db: &Connection, owner: i64, work: impl FnOnce(&mut Call<'_>) -> Outcome<T>) -> Outcome<T> {
    let name = db.query_row("SELECT name FROM users WHERE id = ?", [owner], |r| r.get(0))?;
    let caller = Caller::of_user(owner, name);
    work(&mut Call::new(hub, db, &caller))
}

/// A task that waits for others and then makes its own subtasks: `[[waits], [[method, args, opts]]]`.
fn dependant(hub: &Hub, db: &Connection, id: i64, owner: i64, request: &Value) -> Outcome<bool> {
    let waits = request.get(0).and_then(Value::as_array);
    for wait in waits.into_iter().flatten().filter_map(Value::as_i64) {
        let state: Option<i64> =
            db.query_row("SELECT state FROM task WHERE id = ?", [wait], |r| r.get(0)).optional()?;
        match state {
            Some(CLOSED) => {}
            Some(FAILED | CANCELED) | None => {
                let text = format!("Dependency failed: {wait}");
                return Err(Fault::numbered(1000, text).into());
            }
            Some(_) => return Ok(false),
        }
    }
    let subtasks = request.get(1).and_then(Value::as_array);
    for subtask in subtasks.into_iter().flatten() {
        let arguments = subtask.get(1).cloned().unwrap_or(Value::Null);
        tag_build(hub, db, owner, &arguments)?;
        let now = clock::now();
        db.execute(
            "INSERT INTO task (state, create_time, start_time, completion_time, owner, method, request, \
             priority, parent, host_id, result) VALUES (?, ?, ?, ?, ?, 'tagBuild', ?, 15, ?, ?, 'null')",
            (CLOSED, now, now, now, owner, arguments.to_string(), id, HOST),
        )?;
    }
    Ok(true)
}
