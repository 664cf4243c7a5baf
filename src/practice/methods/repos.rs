// SPDX-License-Identifier: GPL-3.0-or-later
//! Repositories that build roots are made from, and the queue of requests for them. The builder makes
//! them; what they would hold is nowhere.

use super::super::answer::{Answer, Key, record};
use super::super::call::Call;
use super::super::clock;
use super::super::fault::{self, Fault, Outcome};
use super::super::python;
use super::super::signatures::Args;
use super::inheritance;
use super::tasks::{self, CANCELED, FAILED, FREE};
use super::{lookups, tags};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, Row};
use serde_json::{Value, json};

/// Of a repository that can be used.
const READY: i64 = 1;

/// Tasks for one request before the hub gives up: koji's `RepoRetries`, and the first.
const TRIES: i64 = 4;

/// What koji adds to a request's priority.
const PRIORITY: i64 = 20;

const REPO: &str = "SELECT repo.id, repo.tag_id, tag.name, repo.create_event, repo.begin_event, repo.creation_time, \
     repo.state, repo.task_id, task.state, (SELECT time FROM events WHERE events.id = repo.create_event), \
     (SELECT time FROM events WHERE events.id = repo.begin_event) \
     FROM repo JOIN tag ON tag.id = repo.tag_id LEFT JOIN task ON task.id = repo.task_id";

const REQUEST: &str = "SELECT repo_queue.id, repo_queue.tag_id, tag.name, repo_queue.min_event, repo_queue.at_event, \
     repo_queue.create_time, repo_queue.update_time, repo_queue.owner, users.name, repo_queue.priority, \
     repo_queue.active, repo_queue.task_id, task.state, repo_queue.tries, repo_queue.repo_id \
     FROM repo_queue JOIN tag ON tag.id = repo_queue.tag_id JOIN users ON users.id = repo_queue.owner \
     LEFT JOIN task ON task.id = repo_queue.task_id";

fn repo(row: &Row<'_>) -> rusqlite::Result<Answer> {
    let options = || record! { "src" => false, "maven" => false, "debuginfo" => false, "separate_src" => false };
    let made = Some(row.get(5)?);
    Ok(record! {
        "begin_event" => row.get::<_, Option<i64>>(4)?, "begin_ts" => Answer::seconds(row.get(10)?),
        "create_event" => row.get::<_, i64>(3)?, "create_ts" => Answer::seconds(row.get(9)?),
        "creation_time" => Answer::time(made), "creation_ts" => Answer::seconds(made),
        "custom_opts" => Answer::Record(vec![]), "dist" => false, "end_event" => Answer::Nil, "end_ts" => Answer::Nil,
        "id" => row.get::<_, i64>(0)?, "opts" => options(), "state" => row.get::<_, i64>(6)?,
        "state_time" => Answer::time(made), "state_ts" => Answer::seconds(made),
        "tag_id" => row.get::<_, i64>(1)?, "tag_name" => row.get::<_, String>(2)?,
        "task_id" => row.get::<_, Option<i64>>(7)?, "task_state" => row.get::<_, Option<i64>>(8)?,
    })
}

fn request(row: &Row<'_>) -> rusqlite::Result<Answer> {
    let (created, updated) = (Some(row.get(5)?), Some(row.get(6)?));
    Ok(record! {
        "active" => row.get::<_, bool>(10)?, "at_event" => row.get::<_, Option<i64>>(4)?,
        "create_time" => Answer::time(created), "create_ts" => Answer::seconds(created),
        "id" => row.get::<_, i64>(0)?, "min_event" => row.get::<_, Option<i64>>(3)?,
        "opts" => Answer::Record(vec![]), "owner" => row.get::<_, i64>(7)?, "owner_name" => row.get::<_, String>(8)?,
        "priority" => row.get::<_, i64>(9)?, "repo_id" => row.get::<_, Option<i64>>(14)?,
        "tag_id" => row.get::<_, i64>(1)?, "tag_name" => row.get::<_, String>(2)?,
        "task_id" => row.get::<_, Option<i64>>(11)?, "task_state" => row.get::<_, Option<i64>>(12)?,
        "tries" => row.get::<_, i64>(13)?, "update_time" => Answer::time(updated),
        "update_ts" => Answer::seconds(updated),
    })
}

/// An argument that is a number or nothing.
fn number(value: &Value) -> Outcome<Option<i64>> {
    match value {
        Value::Null => Ok(None),
        value => match python::int(value).or_else(|| value.as_str()?.trim().parse().ok()) {
            Some(number) => Ok(Some(number)),
            None => tasks::not_a_number(value),
        },
    }
}

fn tag_of(call: &Call<'_>, args: &Args) -> Outcome<i64> {
    Ok(lookups::some_named(call, "tag", args.get("tag"))?.id)
}

/// koji: `getRepo(tag, state=, event=, dist=, min_event=)`: the one that was made last.
pub(super) fn get_old(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let tag = tag_of(call, args)?;
    let (state, event) = (number(args.get("state"))?, number(args.get("event"))?);
    let least = number(args.get("min_event"))?;
    if args.truthy("dist") {
        return Ok(Answer::Nil);
    }
    // For an event of long ago its state is no matter.
    let state = if event.is_some() { None } else { Some(state.unwrap_or(READY)) };
    let sql = format!(
        "{REPO} WHERE repo.tag_id = ?1 AND (?2 IS NULL OR repo.state = ?2) AND (?3 IS NULL OR repo.create_event <= ?3) \
         AND (?4 IS NULL OR repo.create_event >= ?4) ORDER BY repo.creation_time DESC, repo.id DESC LIMIT 1"
    );
    Ok(call.row(&sql, (tag, state, event, least), repo)?.into())
}

/// koji: `repo.get(tag, min_event=, at_event=, opts=)`: the ready one of the latest event.
pub(super) fn get(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let tag = tag_of(call, args)?;
    own_options(args)?;
    let (least, exact) = (number(args.get("min_event"))?, number(args.get("at_event"))?);
    ready(call, tag, least, exact)
}

fn ready(call: &Call<'_>, tag: i64, least: Option<i64>, exact: Option<i64>) -> Outcome<Answer> {
    let sql = format!(
        "{REPO} WHERE repo.tag_id = ?1 AND repo.state = {READY} AND (?2 IS NULL OR repo.create_event = ?2) \
         AND (?2 IS NOT NULL OR ?3 IS NULL OR repo.create_event >= ?3) ORDER BY repo.create_event DESC LIMIT 1"
    );
    Ok(call.row(&sql, (tag, exact, least), repo)?.into())
}

/// koji: `repoInfo(repo_id, strict=)`.
pub(super) fn info(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let id = number(args.get("repo_id"))?;
    let found = call.row(&format!("{REPO} WHERE repo.id = ?"), [id], repo)?;
    super::system::missing(found, args.truthy("strict"))
}

/// Taken for nobody's they would end in a repository that a real hub gives to nobody else.
fn own_options(args: &Args) -> Outcome<()> {
    match args.truthy("opts") {
        true => fault::generic("this practice hub makes no repository with options of its own"),
        false => Ok(()),
    }
}

/// koji: `repo.request(tag, min_event=, at_event=, opts=, priority=, force=)`. One that is waiting for the
/// same or more is the answer to a second one.
pub(super) fn ask(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let owner = call.user_id()?;
    let tag = lookups::some_tag(call, args.get("tag"))?.id;
    own_options(args)?;
    let exact = number(args.get("at_event"))?;
    let least = match args.get("min_event") {
        Value::Null if exact.is_some() => None,
        Value::Null => Some(last_change(call, tag)?),
        Value::String(word) if word == "last" => Some(last_change(call, tag)?),
        _ if exact.is_some() => return fault::parameter("The min_event and at_event options conflict"),
        value => number(value)?,
    };
    for event in exact.iter().chain(&least) {
        if call.row("SELECT 1 FROM events WHERE id = ?", [event], |_| Ok(()))?.is_none() {
            return fault::parameter(format!("Invalid event: {event}"));
        }
    }
    let priority = PRIORITY.saturating_add(number(args.get("priority"))?.unwrap_or(0));
    if priority < PRIORITY && !call.has_perm("admin")? {
        return fault::not_allowed("only admins may create high-priority requests");
    }
    let answer = |repo: Answer, request: Answer, duplicate: bool| {
        record! { "repo" => repo, "request" => request, "duplicate" => duplicate }
    };
    if !args.truthy("force") {
        let there = ready(call, tag, least, exact)?;
        if there != Answer::Nil {
            return Ok(answer(there, Answer::Nil, false));
        }
    }
    let same = format!(
        "{REQUEST} WHERE repo_queue.tag_id = ?1 AND repo_queue.active AND \
         CASE WHEN ?2 IS NULL THEN repo_queue.min_event >= ?3 ELSE repo_queue.at_event = ?2 END \
         ORDER BY repo_queue.priority, repo_queue.id LIMIT 1"
    );
    if let Some(waiting) = call.row(&same, (tag, exact, least), request)? {
        return Ok(answer(Answer::Nil, waiting, true));
    }
    let now = clock::now();
    call.db.execute(
        "INSERT INTO repo_queue (create_time, update_time, owner, priority, tag_id, at_event, min_event) \
         VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6)",
        (now, owner, priority, tag, exact, least),
    )?;
    call.dml = true;
    call.new_tasks = true;
    let id = call.db.last_insert_rowid();
    let made = call.row(&format!("{REQUEST} WHERE repo_queue.id = ?"), [id], request)?;
    Ok(answer(Answer::Nil, made.into(), false))
}

/// koji: `repo.checkRequest(req_id)`.
pub(super) fn check_request(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let id = match number(args.get("req_id"))? {
        Some(id) => id,
        None => return tasks::not_a_number(&Value::Null),
    };
    let Some(found) = call.row(&format!("{REQUEST} WHERE repo_queue.id = ?"), [id], request)? else {
        return fault::generic("No such request");
    };
    let of = |name: &str| match found.get(name) {
        Some(Answer::Int(number)) => Some(*number),
        _ => None,
    };
    let (made, task) = (of("repo_id"), of("task_id"));
    let made = match made {
        Some(made) => call.row(&format!("{REPO} WHERE repo.id = ?"), [made], repo)?,
        None => None,
    };
    let mut answer = record! { "repo" => made, "request" => found };
    if let (true, Some(task)) = (answer.get("repo") == Some(&Answer::Nil), task) {
        answer.push("task", tasks::info_of(call, &json!(task), false, false)?);
    }
    Ok(answer)
}

/// What is shown where no fields are asked for.
const USUAL: [&str; 11] = [
    "id",
    "tag_id",
    "at_event",
    "min_event",
    "create_ts",
    "task_id",
    "tries",
    "repo_id",
    "opts",
    "active",
    "update_ts",
];

/// What is known of other tables only.
const JOINED: [&str; 3] = ["owner_name", "tag_name", "task_state"];

/// What else a request has.
const MORE: [&str; 4] = ["create_time", "update_time", "owner", "priority"];

fn check_fields(fields: &[&str]) -> Outcome<()> {
    let known = |name: &str| USUAL.contains(&name) || MORE.contains(&name) || JOINED.contains(&name);
    match fields.iter().find(|name| !["*", "**"].contains(name) && !known(name)) {
        Some(unknown) => fault::parameter(format!("Invalid field for query {unknown}")),
        None => Ok(()),
    }
}

/// Those of a request's members that were asked for.
fn pick(members: &mut Vec<(Key, Answer)>, fields: &[&str], clauses: &[&str]) {
    members.retain(|(key, _)| {
        let key = key.as_str();
        fields.contains(&"**")
            || fields.contains(&key)
            || (fields.contains(&"*") && (!JOINED.contains(&key) || clauses.contains(&key)))
    });
}

/// koji: `repo.queryQueue(clauses=, fields=, opts=)`: of the clauses those that compare.
pub(super) fn query_queue(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let mut sql = format!("{REQUEST} WHERE 1");
    let mut params: Vec<Sql> = Vec::new();
    let mut asked = Vec::new();
    for clause in args.get("clauses").as_array().into_iter().flatten() {
        let (name, operator, value) = match clause.as_array().map_or(&[][..], Vec::as_slice) {
            [name, value] => (name, "=", value),
            [name, operator, value] => (name, operator.as_str().unwrap_or_default(), value),
            _ => return fault::parameter(format!("Invalid clause: {}", python::shown(clause))),
        };
        if !["=", "!=", "<", ">", "<=", ">="].contains(&operator) {
            return fault::parameter(format!("Invalid operator: {operator}"));
        }
        let name = name.as_str().unwrap_or_default();
        asked.push(name);
        let column = match name {
            "tag_name" => "tag.name".to_owned(),
            "id" | "tag_id" | "min_event" | "at_event" | "owner" | "task_id" | "repo_id" => {
                format!("repo_queue.{name}")
            }
            _ => return fault::parameter(format!("Invalid field for query {name}")),
        };
        let value = match value {
            Value::String(text) => Sql::Text(text.clone()),
            value => number(value)?.map_or(Sql::Null, Sql::Integer),
        };
        sql.push_str(&format!(" AND {column} {operator} ?"));
        params.push(value);
    }
    sql.push_str(" ORDER BY repo_queue.id");
    let mut rows = call.rows(&sql, rusqlite::params_from_iter(params), request)?;
    let fields = match args.get("fields") {
        Value::Array(list) if !list.is_empty() => list.iter().filter_map(Value::as_str).collect(),
        Value::String(one) if !one.is_empty() => vec![one.as_str()],
        _ => USUAL.to_vec(),
    };
    check_fields(&fields)?;
    for row in &mut rows {
        if let Answer::Record(members) = row {
            pick(members, &fields, &asked);
        }
    }
    Ok(super::options::apply(rows, args.get("opts")))
}

/// koji: `newRepo(tag, …)`: a task.
pub(super) fn new(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_login()?;
    if !call.has_perm("repo")? {
        call.assert_perm("regen-repo")?;
    }
    let tag = lookups::some_tag(call, args.get("tag"))?;
    let request = json!([{"id": tag.id, "name": tag.name}]);
    Ok(tasks::make(call, "newRepo", &request, 15, None)?.into())
}

/// The last event that changed what can be seen in the tag, parents and all.
pub(super) fn last_change(call: &Call<'_>, tag: i64) -> Outcome<i64> {
    let above = inheritance::order(call, tag, None, false)?;
    let mut last = 0;
    for id in std::iter::once(tag).chain(above.iter().map(|link| link.other)) {
        for table in tags::WATCHED {
            let sql = format!(
                "SELECT max(coalesce(max(create_event), 0), coalesce(max(revoke_event), 0)) FROM {table} WHERE tag_id = ?"
            );
            last = last.max(call.row(&sql, [id], |row| row.get::<_, i64>(0))?.unwrap_or(0));
        }
    }
    Ok(last)
}

/// koji: `tagLastChangeEvent(tag, before=, inherit=)`.
pub(super) fn last_change_event(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let info = args.get("tag");
    if let Some(deleted) = tags::deleted_at(call, info)? {
        return Ok(deleted.into());
    }
    let tag = lookups::some_tag(call, info)?.id;
    Ok(last_change(call, tag)?.into())
}

/// What kojira does: gives every request that waits a task, and every one whose tasks have all failed up.
pub(in crate::practice) fn serve_queue(db: &Connection) -> Outcome<()> {
    let sql = "SELECT repo_queue.id, repo_queue.tag_id, tag.name, repo_queue.owner, repo_queue.tries, task.state \
         FROM repo_queue JOIN tag ON tag.id = repo_queue.tag_id LEFT JOIN task ON task.id = repo_queue.task_id \
         WHERE repo_queue.active ORDER BY repo_queue.priority, repo_queue.id";
    let waiting: Vec<(i64, i64, String, i64, i64, Option<i64>)> = db
        .prepare_cached(sql)?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let now = clock::now();
    for (id, tag, name, owner, tries, state) in waiting {
        match state {
            Some(FAILED | CANCELED) if tries >= TRIES => {
                db.execute("UPDATE repo_queue SET active = 0, update_time = ? WHERE id = ?", (now, id))?;
            }
            None | Some(FAILED | CANCELED) => {
                let request = json!([{"id": tag, "name": name}]).to_string();
                db.execute(
                    "INSERT INTO task (state, create_time, owner, method, request, priority) VALUES (?, ?, ?, 'newRepo', ?, 15)",
                    (FREE, now, owner, request),
                )?;
                let task = db.last_insert_rowid();
                db.execute(
                    "UPDATE repo_queue SET task_id = ?, tries = tries + 1, update_time = ? WHERE id = ?",
                    (task, now, id),
                )?;
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Does a `newRepo` task: `[{id, name}]` → the repository's number and its event. Requests that it serves
/// are over.
pub(in crate::practice) fn run_task(call: &mut Call<'_>, task: i64, request: &Value) -> Outcome<Value> {
    let tag = request.get(0).and_then(|tag| tag.get("id")).cloned().unwrap_or(Value::Null);
    let tag = lookups::some_tag(call, &tag)?;
    if tag.arches.as_deref().unwrap_or_default().trim().is_empty() {
        let text = format!("this practice hub makes no repository for tag {} without arches", tag.name);
        return Err(Fault::numbered(1000, text).into());
    }
    let last = last_change(call, tag.id)?;
    let (event, now) = (call.event()?, clock::now());
    call.db.execute(
        "INSERT INTO repo (tag_id, create_event, begin_event, creation_time, state, task_id) VALUES (?, ?, ?, ?, ?, ?)",
        (tag.id, event, last, now, READY, task),
    )?;
    let id = call.db.last_insert_rowid();
    call.db.execute(
        "UPDATE repo_queue SET repo_id = ?1, active = 0, update_time = ?2 \
         WHERE tag_id = ?3 AND active AND (min_event <= ?4 OR at_event = ?4)",
        (id, now, tag.id, event),
    )?;
    Ok(json!([id, event]))
}
