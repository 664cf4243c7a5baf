// SPDX-License-Identifier: GPL-3.0-or-later
//! From an HTTP request to what goes back on its connection, accidents included.

use super::answer::{self, Answer};
use super::control;
use super::fault::{Fault, Outcome, Refusal};
use super::http::{Body, HttpAnswer, HttpRequest};
use super::hub::{self, Answered, Request};
use super::log::LoggedCall;
use super::methods;
use super::misbehave::{Acts, Seen, What};
use super::server::Shared;
use super::sessions;
use crate::koji::xml;
use serde_json::{Value, json};
use std::time::Duration;

/// What is done to a connection after a request.
pub(super) enum Next {
    Send(HttpAnswer),
    Half(HttpAnswer),
    Drop,
}

pub(super) const NOT_FOUND: &str = "The requested URL was not found on this server.";
const AUTHORIZE: &str = "This server could not verify that you\nare authorized to access the document\n\
     requested.  Either you supplied the wrong\ncredentials (e.g., bad password), or your\n\
     browser doesn't understand how to supply\nthe credentials required.";
const NO_LENGTH: &str = "A request of the requested method POST requires a valid Content-length.<br />\n";
const BROKEN: &str = "The server encountered an internal error or\nmisconfiguration and was unable to complete\n\
     your request.</p>\n<p>Please contact the server administrator at \n [no address given] to inform them of the time this error occurred,\n \
     and the actions you performed just before this error.</p>\n<p>More information about this error may be available\nin the server error log.";

/// Answers a request, or does what it was asked to do instead.
pub(super) fn respond(shared: &Shared, request: HttpRequest) -> Next {
    let path = request.path.trim_end_matches('/').to_owned();
    if path == "/control" || path.starts_with("/control/") {
        return Next::Send(control::answer(shared, &path, &request));
    }
    if path != "/kojihub" && path != "/kojihub/ssllogin" {
        let text = NOT_FOUND;
        return Next::Send(HttpAnswer::page(404, text));
    }
    if request.verb != "POST" {
        let text = "Method Not Allowed\nThis is an XML-RPC server. Only POST requests are accepted.\n";
        let mut answer = HttpAnswer::of_hub(405, "text/plain", text);
        answer.headers.push(("Allow", "POST".into()));
        return Next::Send(answer);
    }
    let body = match &request.body {
        Body::Whole(body) => body,
        Body::TooLong => return Next::Send(invalid("Request too long")),
        Body::NoLength => {
            let mut answer = HttpAnswer::page(411, NO_LENGTH);
            answer.close = true;
            return Next::Send(answer);
        }
    };
    if body.is_empty() {
        return Next::Send(invalid("Empty request"));
    }
    if let Some(at) = body.iter().position(|byte| is_forbidden(u32::from(*byte))) {
        return Next::Send(invalid(&misplaced(body, at)));
    }
    match xml::read_call(&**body) {
        Ok((_, params)) if params.iter().any(holds_forbidden) => {
            log_bad(shared);
            Next::Send(invalid("reference to invalid character number"))
        }
        Ok((method, params)) => call(shared, &request, path.ends_with("/ssllogin"), method, params),
        Err(e) => {
            log_bad(shared);
            Next::Send(invalid(&e.0))
        }
    }
}

/// Control characters that XML does not allow: the hub's parser refuses them, raw or written as a
/// number. Our own reader takes them, because hubs send them.
fn is_forbidden(c: u32) -> bool {
    c < 0x20 && ![0x09, 0x0A, 0x0D].contains(&c)
}

fn holds_forbidden(value: &Value) -> bool {
    let in_text = |text: &str| text.chars().any(|c| is_forbidden(u32::from(c)));
    match value {
        Value::String(text) => in_text(text),
        Value::Array(items) => items.iter().any(holds_forbidden),
        Value::Object(members) => members.iter().any(|(name, value)| in_text(name) || holds_forbidden(value)),
        _ => false,
    }
}

/// The parser's words for a byte that has no business there.
fn misplaced(body: &[u8], at: usize) -> String {
    let before = body.get(..at).unwrap_or(&[]);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = before.iter().rev().take_while(|byte| **byte != b'\n').count();
    format!("not well-formed (invalid token): line {line}, column {column}")
}

fn invalid(why: &str) -> HttpAnswer {
    let mut answer = HttpAnswer::of_hub(400, "text/plain", format!("Invalid request: {why}\n"));
    answer.close = true;
    answer
}

/// Notes a request that was no call.
fn log_bad(shared: &Shared) {
    let seq = shared.log.arrived(LoggedCall {
        seq: 0,
        method: String::new(),
        args: vec![],
        members: vec![],
        session: None,
        callnum: None,
        user: None,
        outcome: String::new(),
        faults: 0,
    });
    shared.log.ended(seq, |call| call.outcome = "http 400".into());
}

/// Runs a decoded call, with all that is to go wrong.
fn call(shared: &Shared, http: &HttpRequest, on_ssl_path: bool, method: String, params: Vec<Value>) -> Next {
    let claim = sessions::claim(|name| http.header(name).map(str::to_owned), http.query.as_deref());
    let remote_user = shared
        .options
        .trust_remote_user
        .as_ref()
        .and_then(|name| http.header(&name.to_ascii_lowercase()))
        .filter(|user| !user.is_empty())
        .map(str::to_owned);
    let (all, changes) = hub::survey(&method, &params);
    let seq = shared.log.arrived(logged(&method, &params));
    let acts = shared.hub.rules.meet(&Seen { methods: &all, changes });
    let note = |outcome: &str, answered: Option<&Answered>| {
        shared.log.ended(seq, |call| {
            call.outcome = outcome.to_owned();
            if let Some(answered) = answered {
                call.session = answered.session;
                call.callnum = answered.callnum;
                call.user.clone_from(&answered.user);
                call.faults = faults(&answered.result);
            }
        });
    };
    if on_ssl_path && remote_user.is_none() {
        let mut answer = HttpAnswer::page(401, AUTHORIZE);
        answer.headers.push(("WWW-Authenticate", "Negotiate".into()));
        note("http 401", None);
        return Next::Send(answer);
    }
    if let Some((next, outcome)) = instead(shared, &acts, &claim) {
        note(&outcome, None);
        return next;
    }
    let twice = acts.whole.contains(&What::Twice);
    let copy = twice.then(|| (method.clone(), params.clone()));
    let claimed = claim.as_ref().ok().cloned().flatten();
    let mut answered =
        shared.hub.answer(Request { claim, remote_user: remote_user.clone(), on_ssl_path, method, params }, &acts);
    if let Some((method, params)) = copy {
        // The second copy has passed its check before the first one stored its number.
        let claim = claimed.map(|claim| sessions::Claim { callnum: None, ..claim });
        let again = Request { claim: Ok(claim), remote_user, on_ssl_path, method, params };
        answered.result = shared.hub.answer(again, &Acts::default()).result;
    }
    let (next, outcome) = after(&acts, &answered.result);
    note(&outcome, Some(&answered));
    next
}

/// What happens instead of running a call, or before it.
fn instead(shared: &Shared, acts: &Acts, claim: &Outcome<Option<sessions::Claim>>) -> Option<(Next, String)> {
    let session = claim.as_ref().ok().and_then(|c| c.as_ref()).map(|c| c.id);
    for what in &acts.whole {
        match what {
            What::DropBefore => return Some((Next::Drop, "dropped".into())),
            What::HttpBefore(status) => {
                return Some((Next::Send(broken_page(*status)), format!("http {status}")));
            }
            What::HugeAnswer(bytes) => {
                let text = "x".repeat(usize::try_from(*bytes).unwrap_or(usize::MAX / 4));
                let answer = answer::response(Ok(&Answer::Text(text)));
                return Some((xml_answer(answer), "huge".into()));
            }
            What::Offline(words) => {
                let fault = Fault::numbered(1014, words.as_str());
                return Some((xml_answer(answer::response(Err(&fault))), "fault 1014".into()));
            }
            What::Expire | What::CloseSession => {
                if let Some(id) = session {
                    let done = shared.hub.store.sessions(|db| match what {
                        What::Expire => sessions::expire(db, id),
                        _ => sessions::close(db, id),
                    });
                    if done.is_err() {
                        return Some((Next::Send(broken_page(500)), "http 500".into()));
                    }
                }
            }
            What::Meanwhile { user, calls } => {
                for (method, args) in calls {
                    if let Err(e) = shared.hub.run_as(user, method, args.clone()) {
                        // The rule is wrong, not the caller: nobody may take this for an answer.
                        let outcome = format!("http 500: {method} as {user}: {e}");
                        return Some((Next::Send(broken_page(500)), outcome));
                    }
                }
            }
            _ => {}
        }
    }
    None
}

/// How the answer goes out, or not.
fn after(acts: &Acts, result: &Outcome<Answer>) -> (Next, String) {
    let (mut answer, mut outcome) = match result {
        Ok(value) => (xml_http(answer::response(Ok(value))), "ok".to_owned()),
        Err(Refusal::Fault(fault)) => (xml_http(answer::response(Err(fault))), format!("fault {}", fault.code)),
        Err(Refusal::Broken(_)) => (broken_page(500), "http 500".to_owned()),
    };
    for what in &acts.whole {
        match what {
            What::DropAfter => return (Next::Drop, "dropped".into()),
            What::HalfAnswer => return (Next::Half(answer), "half".into()),
            What::DelayAnswer(ms) => std::thread::sleep(Duration::from_millis(*ms)),
            What::HttpAfter(status) => {
                answer = broken_page(*status);
                outcome = format!("http {status}");
            }
            What::Html => {
                answer = broken_page(500);
                answer.status = 200;
                outcome = "html".into();
            }
            What::ContentType(kind) => answer.content_type.clone_from(kind),
            _ => {}
        }
    }
    (Next::Send(answer), outcome)
}

fn xml_http(body: String) -> HttpAnswer {
    HttpAnswer::of_hub(200, "text/xml", body)
}

fn xml_answer(body: String) -> Next {
    Next::Send(xml_http(body))
}

fn broken_page(status: u16) -> HttpAnswer {
    HttpAnswer::page(status, BROKEN)
}

/// Members of a multicall that faulted.
fn faults(result: &Outcome<Answer>) -> u64 {
    match result {
        Ok(Answer::List(members)) => members.iter().filter(|member| member.get("faultCode").is_some()).count() as u64,
        _ => 0,
    }
}

/// The log's line for a request that has just come. Passwords stay out of it.
fn logged(method: &str, params: &[Value]) -> LoggedCall {
    let mut line = LoggedCall {
        seq: 0,
        method: method.to_owned(),
        args: vec![],
        members: vec![],
        session: None,
        callnum: None,
        user: None,
        outcome: "running".into(),
        faults: 0,
    };
    let list = params.first().and_then(Value::as_array);
    match list {
        Some(calls) if methods::is_multicall(method) => {
            for call in calls {
                let name = call.get("methodName").and_then(Value::as_str).unwrap_or("");
                let params = call.get("params").and_then(Value::as_array);
                let params = params.cloned().unwrap_or_default();
                line.members.push((name.to_owned(), hidden(name, params)));
            }
        }
        _ => line.args = hidden(method, params.to_vec()),
    }
    line
}

fn hidden(method: &str, mut params: Vec<Value>) -> Vec<Value> {
    if method == "login" {
        for secret in params.iter_mut().skip(1) {
            *secret = json!("…");
        }
    }
    params
}
