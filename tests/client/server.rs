// SPDX-License-Identifier: GPL-3.0-or-later
//! A hub that answers what the script says, in that order, and nothing else.

use flr::koji::profile::{Auth, Profile};
use flr::koji::xml::read_call;
use flr::koji::{Hub, Options};
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the server does with one request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// 200 with this XML.
    Xml(String),
    /// This status, type and body.
    Page(u16, &'static str, String),
    /// These bytes, then the connection is closed.
    Raw(Vec<u8>),
    /// Nothing: the connection is closed.
    Drop,
    /// Waits, then does the other thing.
    Late(Duration, Box<Reply>),
}

impl Reply {
    /// An answer with this value.
    pub fn value(value: Value) -> Self {
        Self::Xml(format!(
            "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n{}\n</param>\n</params>\n</methodResponse>\n",
            xml(&value)
        ))
    }

    pub fn fault(code: i64, text: &str) -> Self {
        let fault = serde_json::json!({"faultCode": code, "faultString": text});
        Self::Xml(format!(
            "<?xml version='1.0'?>\n<methodResponse>\n<fault>\n{}\n</fault>\n</methodResponse>\n",
            xml(&fault)
        ))
    }
}

pub fn xml(value: &Value) -> String {
    let escape = |s: &str| s.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let inner = match value {
        Value::Null => "<nil/>".to_owned(),
        Value::Bool(yes) => format!("<boolean>{}</boolean>", u8::from(*yes)),
        Value::Number(n) if n.is_f64() => format!("<double>{n}</double>"),
        Value::Number(n) if i32::try_from(n.as_i64().unwrap()).is_ok() => format!("<int>{n}</int>"),
        Value::Number(n) => format!("<i8>{n}</i8>"),
        Value::String(text) => format!("<string>{}</string>", escape(text)),
        Value::Array(items) => {
            let items: String = items.iter().map(xml).collect();
            format!("<array><data>{items}</data></array>")
        }
        Value::Object(members) => {
            members.iter().fold("<struct>".to_owned(), |mut out, (k, v)| {
                let _ = write!(out, "<member><name>{}</name>{}</member>", escape(k), xml(v));
                out
            }) + "</struct>"
        }
    };
    format!("<value>{inner}</value>")
}

/// One request as it came.
#[derive(Debug, Clone)]
pub struct Seen {
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub method: String,
    pub params: Vec<Value>,
    pub body: Vec<u8>,
}

impl Seen {
    /// The three headers of a session.
    pub fn session(&self) -> [Option<&str>; 3] {
        ["koji-session-id", "koji-session-key", "koji-session-callnum"]
            .map(|name| self.headers.get(name).map(String::as_str))
    }
}

struct State {
    script: Mutex<VecDeque<(String, Reply)>>,
    seen: Mutex<Vec<Seen>>,
    wrong: Mutex<Vec<String>>,
    over: AtomicBool,
}

pub struct Server {
    pub url: String,
    address: String,
    state: Arc<State>,
}

impl Server {
    /// Answers each request in turn: the method it must be, and what happens.
    pub fn new<'a>(script: impl IntoIterator<Item = (&'a str, Reply)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let url = format!("http://{address}/kojihub");
        let script = script.into_iter().map(|(m, r)| (m.to_owned(), r));
        let state = Arc::new(State {
            script: Mutex::new(script.collect()),
            seen: Mutex::default(),
            wrong: Mutex::default(),
            over: AtomicBool::new(false),
        });
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.over.load(Ordering::Relaxed) {
                    return;
                }
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || serve(&shared, stream.unwrap()));
            }
        });
        Self { url, address, state }
    }

    pub fn profile(&self) -> Profile {
        profile(&self.url)
    }

    /// A hub that hardly waits, and what it says while it does.
    pub fn hub(&self) -> (Hub, Arc<Mutex<Vec<String>>>) {
        hub(self.profile())
    }

    /// What came. Fails if the script is not used up or something else was asked.
    pub fn seen(&self) -> Vec<Seen> {
        let wrong = self.state.wrong.lock().unwrap();
        assert!(wrong.is_empty(), "the server was not content: {wrong:#?}");
        let left = self.state.script.lock().unwrap();
        assert!(left.is_empty(), "not asked for: {left:?}");
        self.state.seen.lock().unwrap().clone()
    }

    /// Goes away: nobody listens any more.
    pub fn stop(&self) {
        self.state.over.store(true, Ordering::Relaxed);
        while TcpStream::connect(&self.address).is_ok() {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn methods(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.method).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.state.over.store(true, Ordering::Relaxed);
    }
}

pub fn profile(server: &str) -> Profile {
    Profile {
        name: "test".into(),
        server: server.parse().unwrap(),
        auth: Auth::Password { user: Some("releng".into()) },
        serverca: None,
        no_ssl_verify: false,
        timeout: Duration::from_secs(20),
        auth_timeout: Duration::from_secs(20),
        max_retries: 2,
        retry_interval: Duration::from_millis(20),
        poll_interval: Duration::from_millis(20),
        weburl: None,
        topurl: None,
        topdir: "/mnt/koji".into(),
    }
}

pub fn hub(profile: Profile) -> (Hub, Arc<Mutex<Vec<String>>>) {
    let notices: Arc<Mutex<Vec<String>>> = Arc::default();
    let told = Arc::clone(&notices);
    let options = Options {
        notices: Arc::new(move |line| told.lock().unwrap().push(line.to_owned())),
        resend_pause: Duration::from_millis(30),
        ..Options::default()
    };
    (Hub::with(profile, options).unwrap(), notices)
}

fn serve(state: &State, stream: TcpStream) {
    let mut from = BufReader::new(stream.try_clone().unwrap());
    let mut to = stream;
    while let Some(seen) = request(state, &mut from) {
        let next = state.script.lock().unwrap().pop_front();
        let reply = match next {
            Some((method, reply)) if method == seen.method => reply,
            other => {
                let wanted = other.map(|(method, _)| method);
                let wrong = format!("{} came, {wanted:?} was to come", seen.method);
                state.wrong.lock().unwrap().push(wrong);
                Reply::Page(400, "text/plain", "not in the script".into())
            }
        };
        state.seen.lock().unwrap().push(seen);
        if !act(reply, &mut to) {
            let _ = to.shutdown(std::net::Shutdown::Both);
            return;
        }
    }
}

/// Whether the connection stays.
fn act(reply: Reply, to: &mut TcpStream) -> bool {
    match reply {
        Reply::Xml(body) => respond(to, "200 OK", "text/xml", &body),
        Reply::Page(status, kind, body) => respond(to, &format!("{status} X"), kind, &body),
        Reply::Raw(bytes) => {
            let _ = to.write_all(&bytes);
            false
        }
        Reply::Drop => false,
        Reply::Late(pause, reply) => {
            std::thread::sleep(pause);
            act(*reply, to)
        }
    }
}

fn respond(to: &mut TcpStream, status: &str, kind: &str, body: &str) -> bool {
    let head = format!(
        "HTTP/1.1 {status}\r\nKoji-Version: 1.35.3\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    to.write_all(&[head.as_bytes(), body.as_bytes()].concat()).is_ok()
}

/// The next request on this connection, with everything checked that a hub insists on.
fn request(state: &State, from: &mut impl BufRead) -> Option<Seen> {
    let mut first = String::new();
    from.read_line(&mut first).ok().filter(|n| *n > 0)?;
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        from.read_line(&mut line).ok().filter(|n| *n > 0)?;
        if line == "\r\n" {
            break;
        }
        let (name, value) = line.split_once(':').unwrap();
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let wrong = |what: String| state.wrong.lock().unwrap().push(what);
    let Some(length) = headers.get("content-length") else {
        wrong("no Content-Length".into());
        return None;
    };
    let mut body = vec![0; length.parse().unwrap()];
    from.read_exact(&mut body).ok()?;
    let words: Vec<&str> = first.split_whitespace().collect();
    for (name, wanted) in [("content-type", "text/xml"), ("accept-encoding", "gzip")] {
        if headers.get(name).map(String::as_str) != Some(wanted) {
            wrong(format!("{name} is {:?}", headers.get(name)));
        }
    }
    for name in ["transfer-encoding", "cookie", "content-encoding"] {
        if headers.contains_key(name) {
            wrong(format!("there is a {name}"));
        }
    }
    if words.first() != Some(&"POST") {
        wrong(first.clone());
    }
    let (method, params) = read_call(body.as_slice()).unwrap_or_else(|e| {
        wrong(e.to_string());
        Default::default()
    });
    Some(Seen { path: (*words.get(1)?).to_owned(), headers, method, params, body })
}
