// SPDX-License-Identifier: GPL-3.0-or-later
//! From a decoded request to its answer: session, transaction, multicall, commit.

use super::answer::{Answer, Key, record};
use super::call::{Call, Caller};
use super::fault::{self, Fault, Outcome, Refusal};
use super::methods::{self, Kind};
use super::misbehave::{Acts, Rules, Trouble, What};
use super::python;
use super::sessions::{self, Busy, Checked, Claim};
use super::signatures;
use super::store::Store;
use rusqlite::Connection;
use serde_json::Value;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

/// Multicalls inside multicalls; Python ends at its own limit of recursion.
const DEEPEST: usize = 20;

/// A hub: its state, who is busy, what is to go wrong.
#[derive(Debug)]
pub(super) struct Hub {
    pub store: Store,
    pub busy: Busy,
    pub rules: Rules,
    /// Told when tasks were made: the builder waits here.
    pub tasks: (Mutex<u64>, Condvar),
}

/// A decoded request.
#[derive(Debug)]
pub(super) struct Request {
    pub claim: Outcome<Option<Claim>>,
    pub remote_user: Option<String>,
    pub on_ssl_path: bool,
    pub method: String,
    pub params: Vec<Value>,
}

/// What became of a request, for the log.
#[derive(Debug)]
pub(super) struct Answered {
    /// The answer, or why there is none but HTTP 500.
    pub result: Outcome<Answer>,
    pub user: Option<String>,
    pub session: Option<i64>,
    pub callnum: Option<i64>,
}

impl Hub {
    pub(super) fn new(store: Store) -> Self {
        Self { store, busy: Busy::default(), rules: Rules::default(), tasks: (Mutex::new(0), Condvar::new()) }
    }

    /// Runs a request. Whatever happens, the transaction is over afterwards.
    pub(super) fn answer(&self, request: Request, acts: &Acts) -> Answered {
        let (session, callnum) = match &request.claim {
            Ok(Some(claim)) => (Some(claim.id), claim.callnum),
            _ => (None, None),
        };
        let mut user = None;
        let result = self.run(request, acts, &mut user);
        Answered { result, user, session, callnum }
    }

    fn run(&self, request: Request, acts: &Acts, user: &mut Option<String>) -> Outcome<Answer> {
        if methods::find(&request.method).is_none() {
            return invalid(&request.method);
        }
        let mut caller =
            Caller { remote_user: request.remote_user, on_ssl_path: request.on_ssl_path, ..Caller::default() };
        let claim = request.claim?;
        let mut held = None;
        if let Some(claim) = &claim {
            let guard = self.busy.hold(claim.id)?;
            match sessions::check(&self.store, claim, &request.method)? {
                Checked::Good(session) => {
                    *user = Some(session.user_name.clone());
                    caller.session = Some(session);
                }
                Checked::Renewable(session) => caller.expired = Some(session),
            }
            // Without a number koji does not keep the session's row locked.
            held = claim.callnum.is_some().then_some(guard);
        }
        let result = self.transact(&request.method, request.params, &caller, acts);
        drop(held);
        result
    }

    /// Runs the call in a transaction and commits it, or undoes all of it.
    fn transact(&self, method: &str, params: Vec<Value>, caller: &Caller, acts: &Acts) -> Outcome<Answer> {
        let writing = kind_of(method, &params, 0) == Kind::Write;
        let multicall = methods::is_multicall(method) && params.first() != Some(&Value::Array(vec![]));
        let (result, new_tasks) = self.store.hub(|db| {
            db.execute_batch(if writing { "BEGIN IMMEDIATE" } else { "BEGIN" })?;
            let mut call = Call::new(self, db, caller);
            call.troubles.clone_from(&acts.changes);
            let result = call.dispatch(method, params, 0);
            let done = self.finish(call, result, writing, multicall, acts);
            if !db.is_autocommit() {
                db.execute_batch("ROLLBACK")?;
            }
            done
        })?;
        if new_tasks {
            self.wake_builder();
        }
        result
    }

    /// Commits what a call did, together with its number; a fault undoes it and leaves the number
    /// unused.
    fn finish(
        &self,
        call: Call<'_>,
        result: Outcome<Answer>,
        writing: bool,
        multicall: bool,
        acts: &Acts,
    ) -> Outcome<(Outcome<Answer>, bool)> {
        let db = call.db;
        let result = match result {
            Err(Refusal::Broken(why)) => return Err(Refusal::Broken(why)),
            result => result,
        };
        for what in &acts.whole {
            if let What::DelayCommit(ms) = what {
                std::thread::sleep(Duration::from_millis(*ms));
            }
        }
        let numbered = call.user().and_then(|s| s.callnum.map(|number| (s.id, number)));
        let keep = result.is_ok() && call.dml && writing;
        if keep {
            if let Some((id, number)) = numbered {
                db.prepare_cached(
                    "INSERT INTO callnum (session_id, number) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET number = ?2",
                )?
                .execute((id, number))?;
            }
            db.execute_batch("COMMIT")?;
        } else {
            db.execute_batch("ROLLBACK")?;
            // A multicall's savepoints make koji commit the number even if nothing else changed.
            let counts = result.is_ok() && (call.session_dml || multicall);
            if let (true, Some((id, number))) = (counts, numbered) {
                sessions::keep_callnum(&self.store, id, number)?;
            }
        }
        Ok((result, keep && call.new_tasks))
    }

    /// Tells the builder that there is work.
    pub(super) fn wake_builder(&self) {
        *super::store::lock(&self.tasks.0) += 1;
        self.tasks.1.notify_all();
    }

    /// Runs one call as a user, in a transaction of its own: another person's change, or the
    /// builder's.
    pub(super) fn run_as(&self, user: &str, method: &str, params: Vec<Value>) -> Outcome<Answer> {
        let (id, name) = self.store.hub(|db| user_row(db, user))?;
        let caller = Caller::of_user(id, name);
        self.transact(method, params, &caller, &Acts::default())
    }
}

fn user_row(db: &Connection, user: &str) -> Outcome<(i64, String)> {
    Ok(db
        .prepare_cached("SELECT id, name FROM users WHERE name = ?")?
        .query_row([user], |r| Ok((r.get(0)?, r.get(1)?)))?)
}

fn invalid(method: &str) -> Outcome<Answer> {
    fault::generic(format!("Invalid method: {method}"))
}

/// What a request does at most, its members included.
fn kind_of(method: &str, params: &[Value], depth: usize) -> Kind {
    if !methods::is_multicall(method) {
        return methods::find(method).map_or(Kind::Read, |m| m.kind);
    }
    if depth >= DEEPEST {
        return Kind::Read;
    }
    members(params).map(|(method, params)| kind_of(method, params, depth + 1)).max().unwrap_or(Kind::Read)
}

/// Method and parameters of a multicall's members, as far as they have a proper shape.
fn members(params: &[Value]) -> impl Iterator<Item = (&str, &[Value])> {
    let calls = params.first().and_then(Value::as_array);
    calls
        .into_iter()
        .flatten()
        .filter_map(|call| Some((call.get("methodName")?.as_str()?, &**call.get("params")?.as_array()?)))
}

/// Every method of a request in order, members of multicalls included, and how many of them change
/// something.
pub(super) fn survey(method: &str, params: &[Value]) -> (Vec<String>, u64) {
    fn add(method: &str, params: &[Value], depth: usize, all: &mut Vec<String>, changes: &mut u64) {
        all.push(method.to_owned());
        if methods::is_multicall(method) {
            if depth < DEEPEST {
                for (method, params) in members(params) {
                    add(method, params, depth + 1, all, changes);
                }
            }
        } else if methods::find(method).is_some_and(|m| m.kind == Kind::Write) {
            *changes += 1;
        }
    }
    let (mut all, mut changes) = (Vec::new(), 0);
    add(method, params, 0, &mut all, &mut changes);
    (all, changes)
}

impl Call<'_> {
    /// Runs one method: finds it, binds its arguments, lets it fail if it is to.
    pub(super) fn dispatch(&mut self, name: &str, params: Vec<Value>, depth: usize) -> Outcome<Answer> {
        let Some(method) = methods::find(name) else {
            return invalid(name);
        };
        if methods::is_multicall(name) {
            return self.multicall(&params, depth);
        }
        if method.kind == Kind::Write {
            self.trouble()?;
        }
        let Some(signature) = signatures::of(name) else {
            return invalid(name);
        };
        let args = signature.bind(params)?;
        (method.run)(self, &args)
    }

    /// Fails the change that is to fail.
    fn trouble(&mut self) -> Outcome<()> {
        let at = self.changes;
        self.changes += 1;
        match self.troubles.remove(&at) {
            Some(Trouble::Fault { code, text }) => return Err(Fault::numbered(code, text).into()),
            Some(Trouble::Deadlock) => {
                let text = "deadlock detected\nDETAIL:  Process 4736 waits for ShareLock on transaction 264351; blocked by process 4716.\nProcess 4716 waits for ShareLock on transaction 264348; blocked by process 4736.\nHINT:  See server log for query details.\nCONTEXT:  while updating tuple (531,4) in relation \"tag_packages\"\n";
                self.stuck = Some(Fault::unexpected("psycopg2.errors.DeadlockDetected", text, text));
            }
            None => {}
        }
        match &self.stuck {
            Some(fault) => Err(fault.clone().into()),
            None => Ok(()),
        }
    }

    /// Runs the members of a multicall, each in a savepoint and with an event of its own.
    fn multicall(&mut self, params: &[Value], depth: usize) -> Outcome<Answer> {
        let [calls] = params else {
            if params.is_empty() {
                return fault::parameter(
                    "ModXMLRPCRequestHandler.multiCall() missing 1 required positional argument: 'calls'",
                );
            }
            return fault::parameter(format!(
                "ModXMLRPCRequestHandler.multiCall() takes 2 positional arguments but {} were given",
                params.len() + 1
            ));
        };
        let Value::Array(calls) = calls else {
            let text = format!("'{}' object is not iterable", python::type_name(calls));
            return Err(Fault::unexpected("TypeError", &text, &text).into());
        };
        if depth >= DEEPEST {
            let text = "maximum recursion depth exceeded";
            return Err(Fault::unexpected("RecursionError", text, text).into());
        }
        let savepoint = format!("multicall_{depth}");
        let mut answers = Vec::with_capacity(calls.len());
        for call in calls {
            self.db.execute_batch(&format!("SAVEPOINT {savepoint}"))?;
            match self.member(call, depth) {
                Ok(answer) => answers.push(Answer::List(vec![answer])),
                Err(Refusal::Fault(fault)) => {
                    self.db.execute_batch(&format!("ROLLBACK TO {savepoint}"))?;
                    answers.push(as_member(&fault));
                }
                Err(broken) => return Err(broken),
            }
            self.db.execute_batch(&format!("RELEASE {savepoint}"))?;
            self.forget_event();
        }
        // The savepoints alone make koji commit.
        self.dml |= !calls.is_empty();
        Ok(Answer::List(answers))
    }

    fn member(&mut self, call: &Value, depth: usize) -> Outcome<Answer> {
        let Value::Object(call) = call else {
            let text = format!("'{}' object is not subscriptable", python::type_name(call));
            return Err(Fault::unexpected("TypeError", &text, &text).into());
        };
        let Some(method) = call.get("methodName") else {
            return Err(sessions::key_error("methodName").into());
        };
        let Some(params) = call.get("params") else {
            return Err(sessions::key_error("params").into());
        };
        let Some(params) = params.as_array() else {
            let class = python::type_name(params);
            let text = format!("koji.decode_args() argument after * must be an iterable, not {class}");
            return Err(Fault::unexpected("TypeError", &text, &text).into());
        };
        self.dispatch(&python::shown(method), params.clone(), depth + 1)
    }
}

/// A fault as a multicall reports it.
fn as_member(fault: &Fault) -> Answer {
    let mut answer = record! { "faultCode" => fault.code, "faultString" => fault.bare.as_str() };
    if let (Answer::Record(members), Some(traceback)) = (&mut answer, fault.traceback()) {
        members.push((Key::Known("traceback"), traceback.into()));
    }
    answer
}
