// SPDX-License-Identifier: GPL-3.0-or-later
//! Tasks: made here, done by the builder.

use super::super::answer::{self, Answer, Key, record};
use super::super::call::Call;
use super::super::clock;
use super::super::fault::{self, Fault, Outcome};
use super::super::python;
use super::super::signatures::Args;
use super::{builds, options, system};
use rusqlite::Row;
use rusqlite::types::Value as Sql;
use serde_json::Value;

pub(in crate::practice) const FREE: i64 = 0;
pub(in crate::practice) const OPEN: i64 = 1;
pub(in crate::practice) const CLOSED: i64 = 2;
pub(in crate::practice) const CANCELED: i64 = 3;
pub(in crate::practice) const FAILED: i64 = 5;

const COLUMNS: &str = "task.id, task.state, create_time, start_time, completion_time, channel_id, \
     host_id, parent, label, waiting, awaited, task.owner, method, arch, priority, weight, request, \
     result, fault";

fn info(row: &Row<'_>) -> rusqlite::Result<Answer> {
    let created = Some(row.get(2)?);
    let (started, completed) = (row.get(3)?, row.get(4)?);
    Ok(record! {
        "arch" => row.get::<_, String>(13)?, "awaited" => row.get::<_, Option<bool>>(10)?,
        "channel_id" => row.get::<_, i64>(5)?,
        "completion_time" => Answer::time(completed), "completion_ts" => Answer::seconds(completed),
        "create_time" => Answer::time(created), "create_ts" => Answer::seconds(created),
        "host_id" => row.get::<_, Option<i64>>(6)?, "id" => row.get::<_, i64>(0)?,
        "label" => row.get::<_, Option<String>>(8)?, "method" => row.get::<_, String>(12)?,
        "owner" => row.get::<_, i64>(11)?, "parent" => row.get::<_, Option<i64>>(7)?,
        "priority" => row.get::<_, i64>(14)?,
        "start_time" => Answer::time(started), "start_ts" => Answer::seconds(started),
        "state" => row.get::<_, i64>(1)?, "waiting" => row.get::<_, Option<bool>>(9)?,
        "weight" => Answer::Double(row.get(15)?),
    })
}

/// Makes a task for the session's user.
pub(super) fn make(
    call: &mut Call<'_>,
    method: &str,
    request: &Value,
    priority: i64,
    parent: Option<i64>,
) -> Outcome<i64> {
    let owner = call.user_id()?;
    call.db
        .prepare_cached(
            "INSERT INTO task (state, create_time, owner, method, request, priority, parent) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute((FREE, clock::now(), owner, method, request.to_string(), priority, parent))?;
    call.dml = true;
    call.new_tasks = true;
    Ok(call.db.last_insert_rowid())
}

/// What Python says of an argument that should be a number.
pub(super) fn not_a_number<T>(value: &Value) -> Outcome<T> {
    if value.is_null() {
        return fault::parameter("Invalid type, expected type <class 'int'>");
    }
    fault::parameter(format!(
        "Invalid type for value '{}': <class '{}'>, expected type <class 'int'>",
        python::shown(value),
        python::type_name(value)
    ))
}

fn id_of(value: &Value) -> Outcome<i64> {
    let number = python::int(value).or_else(|| value.as_str()?.trim().parse().ok());
    match number {
        Some(id) => Ok(id),
        None => not_a_number(value),
    }
}

/// koji: `getTaskInfo(task_id, request=, strict=)`; a list of numbers gives a list.
pub(super) fn info_of(call: &Call<'_>, id: &Value, request: bool, strict: bool) -> Outcome<Answer> {
    let found = call.row(&format!("SELECT {COLUMNS} FROM task WHERE id = ?"), [id_of(id)?], |row| {
        let mut task = info(row)?;
        if request {
            task.push("request", builds::json(row, 16)?);
        }
        Ok(task)
    })?;
    system::missing(found, strict)
}

pub(super) fn info_call(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let (request, strict) = (args.truthy("request"), args.truthy("strict"));
    match args.get("task_id") {
        Value::Array(ids) => {
            let all = ids.iter().map(|id| info_of(call, id, request, strict));
            Ok(Answer::List(all.collect::<Outcome<_>>()?))
        }
        id => info_of(call, id, request, strict),
    }
}

/// koji: `getTaskResult(taskId, raise_fault=)`.
pub(super) fn result(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let id = id_of(args.get("taskId"))?;
    let found = call.row("SELECT state, result, fault FROM task WHERE id = ?", [id], |row| {
        Ok((row.get::<_, i64>(0)?, builds::json(row, 1)?, row.get::<_, Option<String>>(2)?))
    })?;
    let Some((state, result, failure)) = found else {
        return fault::generic("No such task");
    };
    match (state, failure) {
        (CANCELED, _) => fault::generic(format!("Task {id} is canceled")),
        (CLOSED, _) => Ok(result),
        (FAILED, Some(failure)) => {
            let failure: Value = serde_json::from_str(&failure)?;
            let code = failure.get("faultCode").and_then(python::int).unwrap_or(1);
            let text = failure.get("faultString").map(python::shown);
            let text = text.unwrap_or_default();
            if args.truthy("raise_fault") {
                // A stored fault has no traceback.
                let class = None;
                return Err(Fault { class, ..Fault::numbered(code, text) }.into());
            }
            Ok(record! { "faultCode" => code, "faultString" => text })
        }
        _ => fault::generic(format!("Task {id} is not finished")),
    }
}

fn children_of(call: &Call<'_>, id: i64, request: bool) -> Outcome<Vec<Answer>> {
    call.rows(&format!("SELECT {COLUMNS} FROM task WHERE parent = ? ORDER BY id"), [id], |row| {
        let mut task = info(row)?;
        if request {
            task.push("request", builds::json(row, 16)?);
        }
        Ok(task)
    })
}

/// koji: `getTaskChildren(task_id, request=, strict=)`.
pub(super) fn children(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    if args.truthy("strict") {
        info_of(call, args.get("task_id"), false, true)?;
    }
    let id = id_of(args.get("task_id"))?;
    Ok(children_of(call, id, args.truthy("request"))?.into())
}

/// koji: `getTaskDescendents(task_id, request=)`: children by the number of their parent.
pub(super) fn descendents(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let mut all: Vec<(Key, Answer)> = Vec::new();
    let mut next = vec![id_of(args.get("task_id"))?];
    while let Some(id) = next.pop() {
        let children = children_of(call, id, args.truthy("request"))?;
        for child in &children {
            if let Some(Answer::Int(child)) = child.get("id") {
                next.push(*child);
            }
        }
        all.push((Key::Free(id.to_string()), children.into()));
    }
    Ok(Answer::Record(all))
}

/// koji: `getTaskRequest(taskId)`.
pub(super) fn request(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let id = id_of(args.get("taskId"))?;
    let found = call.row("SELECT request FROM task WHERE id = ?", [id], |row| builds::json(row, 0))?;
    system::missing(found, true)
}

/// koji: `taskFinished(taskId)`.
pub(super) fn finished(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let id = id_of(args.get("taskId"))?;
    let state = call.row("SELECT state FROM task WHERE id = ?", [id], |row| row.get::<_, i64>(0))?;
    match state {
        Some(state) => Ok(Answer::Bool([CLOSED, CANCELED, FAILED].contains(&state))),
        None => fault::generic("query returned no rows"),
    }
}

/// koji: `listTasks(opts=, queryOpts=)`.
pub(super) fn list(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let opts = args.get("opts");
    let mut clauses = vec!["1".to_owned()];
    let mut params: Vec<Sql> = Vec::new();
    for (name, column) in [
        ("arch", "arch"),
        ("state", "task.state"),
        ("owner", "task.owner"),
        ("host_id", "host_id"),
        ("channel_id", "channel_id"),
        ("parent", "parent"),
        ("method", "method"),
    ] {
        for (prefix, not) in [("", ""), ("not_", "NOT ")] {
            let Some(wanted) = opts.get(format!("{prefix}{name}")) else {
                continue;
            };
            let wanted = match wanted {
                Value::Null => {
                    clauses.push(format!("{not}({column} IS NULL)"));
                    continue;
                }
                Value::Array(list) => list.clone(),
                one => vec![one.clone()],
            };
            let marks = vec!["?"; wanted.len()].join(", ");
            clauses.push(format!("{column} {not}IN ({marks})"));
            params.extend(wanted.iter().map(|value| match python::int(value) {
                Some(n) => Sql::Integer(n),
                None => Sql::Text(python::shown(value)),
            }));
        }
    }
    for (names, clause) in [
        (["createdBefore"; 2], "create_time < ?"),
        (["createdAfter"; 2], "create_time > ?"),
        (["startedBefore"; 2], "start_time < ?"),
        (["startedAfter"; 2], "start_time > ?"),
        (["completeBefore", "completedBefore"], "completion_time < ?"),
        (["completeAfter", "completedAfter"], "completion_time > ?"),
    ] {
        if let Some(value) = names.iter().find_map(|n| opts.get(n)).filter(|v| !v.is_null()) {
            clauses.push(clause.to_owned());
            params.push(Sql::Integer(builds::time_argument(value)?));
        }
    }
    let decode = opts.get("decode").is_some_and(python::truthy);
    let sql = format!(
        "SELECT {COLUMNS}, users.name, users.usertype FROM task LEFT JOIN users ON users.id = task.owner \
         WHERE {} ORDER BY task.id",
        clauses.join(" AND ")
    );
    let rows = call.rows(&sql, rusqlite::params_from_iter(params), |row| listed(row, decode))?;
    Ok(options::apply(rows, args.get("queryOpts")))
}

/// A task with its request and result: as values, or as the XML that koji stores.
fn listed(row: &Row<'_>, decode: bool) -> rusqlite::Result<Answer> {
    let mut task = info(row)?;
    task.push("owner_name", row.get::<_, Option<String>>(19)?);
    task.push("owner_type", row.get::<_, Option<i64>>(20)?);
    let request = builds::json(row, 16)?;
    let failure = builds::json(row, 18)?;
    let over = [CLOSED, FAILED].contains(&row.get::<_, i64>(1)?);
    if decode {
        task.push("request", request);
        let result = match (over, &failure) {
            (false, _) => Answer::Nil,
            // koji shows the one parameter of the stored answer as a list.
            (true, Answer::Nil) => Answer::List(vec![builds::json(row, 17)?]),
            (true, _) => failure,
        };
        task.push("result", result);
        return Ok(task);
    }
    let method: String = row.get(12)?;
    task.push("request", answer::call(&method, &request));
    let result = if !over {
        Answer::Nil
    } else if let (Some(Answer::Int(code)), Some(Answer::Text(text))) =
        (failure.get("faultCode"), failure.get("faultString"))
    {
        answer::response(Err(&Fault::numbered(*code, text.as_str()))).into()
    } else {
        answer::response(Ok(&builds::json(row, 17)?)).into()
    };
    task.push("result", result);
    Ok(task)
}

/// koji: `listTaskOutput(taskID, …)`: a practice hub keeps no files.
pub(super) fn no_output(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    info_of(call, args.get("taskID"), false, args.truthy("strict"))?;
    let details = args.truthy("stat") || args.truthy("all_volumes");
    Ok(if details { Answer::Record(vec![]) } else { Answer::List(vec![]) })
}

/// koji: `cancelTask(task_id, recurse=)`: the owner or an administrator; one that is over is no fault.
pub(super) fn cancel(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let id = id_of(args.get("task_id"))?;
    let owner = call.row("SELECT owner FROM task WHERE id = ?", [id], |row| row.get::<_, i64>(0))?;
    let Some(owner) = owner else {
        return fault::generic(format!("No such task: {id}"));
    };
    let mine = call.user().is_some_and(|session| session.user_id == owner);
    if !mine && !call.has_perm("admin")? {
        return fault::not_allowed("Cannot cancel task, not owner");
    }
    cancel_one(call, id, args.truthy("recurse"))?;
    Ok(Answer::Nil)
}

fn cancel_one(call: &mut Call<'_>, id: i64, recurse: bool) -> Outcome<()> {
    let changed = call.db.execute(
        "UPDATE task SET state = ?, completion_time = ? WHERE id = ? AND state NOT IN (2, 3, 5)",
        (CANCELED, clock::now(), id),
    )?;
    call.dml |= changed > 0;
    if changed > 0 {
        // Of a build that is being made nothing becomes.
        call.db.execute(
            "UPDATE build SET state = 4, completion_time = ? WHERE task_id = ? AND state = 0",
            (clock::now(), id),
        )?;
    }
    if changed > 0 && recurse {
        let children = call.rows("SELECT id FROM task WHERE parent = ?", [id], |r| r.get(0))?;
        for child in children {
            cancel_one(call, child, true)?;
        }
    }
    Ok(())
}
