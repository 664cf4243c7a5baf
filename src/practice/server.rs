// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub on a socket.

use super::answer::{self, Answer};
use super::builder;
use super::fault::{Fault, Outcome, Refusal};
use super::http::{Body, HttpAnswer, HttpRequest, Wire};
use super::hub::{self, Answered, Hub, Request};
use super::log::{Log, LoggedCall};
use super::methods;
use super::misbehave::{Acts, Misbehaviour, Seen, What};
use super::sessions;
use super::store::{Store, lock};
use crate::koji::profile::{Auth, Profile};
use crate::koji::xml;
use crate::{Error, Result};
use serde_json::{Value, json};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// Apache closes a connection after this many requests.
const KEPT_ALIVE: u32 = 100;

/// How a hub is served.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen: a loopback address; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The header in which a proxy in front names the user it has authenticated. Whoever can reach
    /// the port can send that header, so it is for hubs whose port nobody else reaches.
    pub trust_remote_user: Option<String>,
    /// A file for the log of requests, one JSON object a line.
    pub log: Option<PathBuf>,
    /// Whether `/control` takes orders.
    pub control: bool,
    /// How long the builder takes for a task.
    pub task_delay: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            trust_remote_user: None,
            log: None,
            control: false,
            task_delay: Duration::from_millis(200),
        }
    }
}

struct Shared {
    hub: Hub,
    log: Log,
    options: Options,
    stop: AtomicBool,
    connections: Mutex<Vec<(u64, TcpStream)>>,
    workers: Mutex<Vec<JoinHandle<()>>>,
}

/// A running hub. It ends with [`Server::stop`], or when it is dropped.
pub struct Server {
    shared: Arc<Shared>,
    address: SocketAddr,
    threads: Vec<JoinHandle<()>>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Server({})", self.address)
    }
}

impl Server {
    /// Serves the hub whose state is in `dir`. An address that is not loopback is an error.
    pub fn start(dir: &Path, options: Options) -> Result<Server> {
        if !options.listen.ip().is_loopback() {
            return Err(Error::usage(format!(
                "a practice hub listens on loopback only, not on {}",
                options.listen
            ))
            .hint("listen on 127.0.0.1 or [::1]"));
        }
        let store = Store::open(dir)?;
        let log = Log::open(options.log.as_deref())?;
        let failed =
            |e: std::io::Error| Error::failed(format!("cannot listen on {}: {e}", options.listen));
        let listener = TcpListener::bind(options.listen).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let delay = options.task_delay;
        let shared = Arc::new(Shared {
            hub: Hub::new(store),
            log,
            options,
            stop: AtomicBool::new(false),
            connections: Mutex::default(),
            workers: Mutex::default(),
        });
        let accepting = Arc::clone(&shared);
        let building = Arc::clone(&shared);
        let threads = vec![
            std::thread::spawn(move || accept(&accepting, &listener)),
            std::thread::spawn(move || builder::work(&building.hub, delay, &building.stop)),
        ];
        Ok(Server {
            shared,
            address,
            threads,
        })
    }

    /// Where clients find it.
    pub fn url(&self) -> String {
        format!("http://{}/kojihub", self.address)
    }

    /// Where it is and how to log in as its built-in user, for [`crate::koji::Hub`].
    pub fn profile(&self) -> Result<Profile> {
        let url = self.url();
        let server = url.parse();
        Ok(Profile {
            name: "practice".to_owned(),
            server: server
                .map_err(|e| Error::failed(format!("the practice hub is at {url}: {e}")))?,
            auth: Auth::Password {
                user: Some(super::USER.to_owned()),
            },
            serverca: None,
            no_ssl_verify: false,
            timeout: Duration::from_secs(600),
            auth_timeout: Duration::from_secs(60),
            max_retries: 2,
            retry_interval: Duration::from_secs(1),
            poll_interval: Duration::from_secs(1),
            weburl: None,
            topurl: None,
        })
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Ends it: running calls are finished first.
    pub fn stop(mut self) {
        self.end();
    }

    /// Every request so far.
    pub fn calls(&self) -> Vec<LoggedCall> {
        self.shared.log.calls()
    }

    /// Asks for an accident.
    pub fn misbehave(&self, what: Misbehaviour) {
        self.shared.hub.rules.add(what);
    }

    /// The accidents that have not happened yet. A test that ends with some has not tested what it
    /// meant to.
    pub fn pending_rules(&self) -> Vec<Misbehaviour> {
        self.shared.hub.rules.pending()
    }

    /// Runs one call as a user, as another person's change.
    ///
    /// # Errors
    ///
    /// The hub's fault, in its words.
    pub fn run_as(&self, user: &str, method: &str, args: Vec<Value>) -> Result<Value> {
        match self.shared.hub.run_as(user, method, args) {
            Ok(answer) => Ok(answer.to_json()),
            Err(refusal) => Err(Error::failed(format!("{method} as {user}: {refusal}"))),
        }
    }

    fn end(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        // Wakes the accepting thread.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
        self.shared.hub.wake_builder();
        for (_, connection) in lock(&self.shared.connections).iter() {
            let _ = connection.shutdown(Shutdown::Read);
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
        let workers: Vec<_> = lock(&self.shared.workers).drain(..).collect();
        for worker in workers {
            let _ = worker.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

fn accept(shared: &Arc<Shared>, listener: &TcpListener) {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    for stream in listener.incoming() {
        if shared.stop.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else {
            // Out of descriptors, most likely: give others the time to end.
            std::thread::sleep(Duration::from_millis(50));
            continue;
        };
        let Ok(kept) = stream.try_clone() else {
            continue;
        };
        let id = NEXT.fetch_add(1, Ordering::SeqCst);
        lock(&shared.connections).push((id, kept));
        let worker = Arc::clone(shared);
        let thread = std::thread::spawn(move || {
            serve(&worker, stream);
            lock(&worker.connections).retain(|(known, _)| *known != id);
        });
        let mut workers = lock(&shared.workers);
        workers.retain(|thread| !thread.is_finished());
        workers.push(thread);
    }
}

/// What is done to a connection after a request.
enum Next {
    Send(HttpAnswer),
    Half(HttpAnswer),
    Drop,
}

fn serve(shared: &Shared, stream: TcpStream) {
    let Ok(mut wire) = Wire::new(stream) else {
        return;
    };
    for count in 1..=KEPT_ALIVE {
        let Some(request) = wire.request() else {
            return;
        };
        let keep = request.keep_alive && count < KEPT_ALIVE;
        match respond(shared, request) {
            Next::Drop => return,
            Next::Half(answer) => {
                let bytes = answer.bytes();
                let half = bytes.len() - answer.body.len() / 2;
                wire.send(bytes.get(..half).unwrap_or(&bytes));
                return;
            }
            Next::Send(mut answer) => {
                answer.close |= !keep || shared.stop.load(Ordering::SeqCst);
                if !wire.send(&answer.bytes()) || answer.close {
                    return;
                }
            }
        }
    }
}

const AUTHORIZE: &str = "This server could not verify that you\nare authorized to access the document\n\
     requested.  Either you supplied the wrong\ncredentials (e.g., bad password), or your\n\
     browser doesn't understand how to supply\nthe credentials required.";
const NO_LENGTH: &str =
    "A request of the requested method POST requires a valid Content-length.<br />\n";
const BROKEN: &str = "The server encountered an internal error or\nmisconfiguration and was unable to complete\n\
     your request.</p>\n<p>Please contact the server administrator at \n [no address given] to inform them of the time this error occurred,\n \
     and the actions you performed just before this error.</p>\n<p>More information about this error may be available\nin the server error log.";

fn respond(shared: &Shared, request: HttpRequest) -> Next {
    let path = request.path.trim_end_matches('/').to_owned();
    if path == "/control" || path.starts_with("/control/") {
        return Next::Send(control(shared, &path, &request));
    }
    if path != "/kojihub" && path != "/kojihub/ssllogin" {
        let text = "The requested URL was not found on this server.";
        return Next::Send(HttpAnswer::page(404, text));
    }
    if request.verb != "POST" {
        let text =
            "Method Not Allowed\nThis is an XML-RPC server. Only POST requests are accepted.\n";
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
            shared.log_bad();
            Next::Send(invalid("reference to invalid character number"))
        }
        Ok((method, params)) => call(
            shared,
            &request,
            path.ends_with("/ssllogin"),
            method,
            params,
        ),
        Err(e) => {
            shared.log_bad();
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
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| in_text(name) || holds_forbidden(value)),
        _ => false,
    }
}

/// The parser's words for a byte that has no business there.
fn misplaced(body: &[u8], at: usize) -> String {
    let before = body.get(..at).unwrap_or(&[]);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = before
        .iter()
        .rev()
        .take_while(|byte| **byte != b'\n')
        .count();
    format!("not well-formed (invalid token): line {line}, column {column}")
}

fn invalid(why: &str) -> HttpAnswer {
    let mut answer = HttpAnswer::of_hub(400, "text/plain", format!("Invalid request: {why}\n"));
    answer.close = true;
    answer
}

impl Shared {
    /// Notes a request that was no call.
    fn log_bad(&self) {
        let seq = self.log.arrived(LoggedCall {
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
        self.log.ended(seq, |call| call.outcome = "http 400".into());
    }
}

/// Runs a decoded call, with all that is to go wrong.
fn call(
    shared: &Shared,
    http: &HttpRequest,
    on_ssl_path: bool,
    method: String,
    params: Vec<Value>,
) -> Next {
    let claim = sessions::claim(
        |name| http.header(name).map(str::to_owned),
        http.query.as_deref(),
    );
    let remote_user = shared
        .options
        .trust_remote_user
        .as_ref()
        .and_then(|name| http.header(&name.to_ascii_lowercase()))
        .filter(|user| !user.is_empty())
        .map(str::to_owned);
    let (all, changes) = hub::survey(&method, &params);
    let seq = shared.log.arrived(logged(&method, &params));
    let acts = shared.hub.rules.meet(&Seen {
        methods: &all,
        changes,
    });
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
        answer
            .headers
            .push(("WWW-Authenticate", "Negotiate".into()));
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
    let mut answered = shared.hub.answer(
        Request {
            claim,
            remote_user: remote_user.clone(),
            on_ssl_path,
            method,
            params,
        },
        &acts,
    );
    if let Some((method, params)) = copy {
        // The second copy has passed its check before the first one stored its number.
        let claim = claimed.map(|claim| sessions::Claim {
            callnum: None,
            ..claim
        });
        let again = Request {
            claim: Ok(claim),
            remote_user,
            on_ssl_path,
            method,
            params,
        };
        answered.result = shared.hub.answer(again, &Acts::default()).result;
    }
    let (next, outcome) = after(&acts, &answered.result);
    note(&outcome, Some(&answered));
    next
}

/// What happens instead of running a call, or before it.
fn instead(
    shared: &Shared,
    acts: &Acts,
    claim: &Outcome<Option<sessions::Claim>>,
) -> Option<(Next, String)> {
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
                return Some((
                    xml_answer(answer::response(Err(&fault))),
                    "fault 1014".into(),
                ));
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
        Err(Refusal::Fault(fault)) => (
            xml_http(answer::response(Err(fault))),
            format!("fault {}", fault.code),
        ),
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
        Ok(Answer::List(members)) => members
            .iter()
            .filter(|member| member.get("faultCode").is_some())
            .count() as u64,
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

/// `/control`: rules as JSON by POST, pending rules by GET, the log by GET `/control/calls`, an end
/// of all rules by POST `/control/clear`.
fn control(shared: &Shared, path: &str, request: &HttpRequest) -> HttpAnswer {
    if !shared.options.control {
        return HttpAnswer::page(404, "The requested URL was not found on this server.");
    }
    let answer = |value: Value| HttpAnswer::of_hub(200, "application/json", value.to_string());
    match (&*request.verb, path, &request.body) {
        ("GET", "/control", _) => answer(json!({"pending": shared.hub.rules.pending()})),
        ("GET", "/control/calls", _) => answer(json!(shared.log.calls())),
        ("POST", "/control/clear", _) => {
            shared.hub.rules.clear();
            answer(json!({"pending": []}))
        }
        ("POST", "/control", Body::Whole(body)) => {
            let rules: std::result::Result<Vec<Misbehaviour>, _> = if body.first() == Some(&b'[') {
                serde_json::from_slice(body)
            } else {
                serde_json::from_slice(body).map(|rule| vec![rule])
            };
            match rules {
                Ok(rules) => {
                    for rule in rules {
                        shared.hub.rules.add(rule);
                    }
                    answer(json!({"pending": shared.hub.rules.pending()}))
                }
                Err(e) => HttpAnswer::of_hub(400, "text/plain", format!("not a rule: {e}\n")),
            }
        }
        _ => HttpAnswer::of_hub(
            405,
            "text/plain",
            "GET /control, GET /control/calls, POST /control, POST /control/clear\n",
        ),
    }
}
