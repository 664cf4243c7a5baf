// SPDX-License-Identifier: GPL-3.0-or-later
//! A client as raw as can be: bytes on a socket, so that the hub is tested and not our own client.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use flr::koji::xml::read_response;
use flr::practice::{Options, Seed, Server, Site};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

pub type Fault = (i64, String);

/// A seeded hub in a directory of its own.
pub struct Hub {
    pub dir: tempfile::TempDir,
    pub server: Server,
}

impl Hub {
    pub fn small() -> Self {
        Self::with(Seed::Small, Options::default())
    }

    pub fn with(seed: Seed, options: Options) -> Self {
        let dir = tempfile::tempdir().unwrap();
        Site::open(dir.path()).unwrap().seed(seed).unwrap();
        let options = Options { task_delay: Duration::from_millis(20), ..options };
        let server = Server::start(dir.path(), options).unwrap();
        Self { dir, server }
    }

    pub fn anonymous(&self) -> Client {
        Client::new(self.server.port())
    }

    pub fn login(&self, user: &str) -> Client {
        let mut client = self.anonymous();
        client.login(user);
        client
    }
}

/// An answer as it came.
#[derive(Debug, Clone)]
pub struct Raw {
    pub status: u16,
    pub headers: String,
    pub body: String,
}

impl Raw {
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }

    pub fn result(&self) -> Result<Value, Fault> {
        assert_eq!(self.status, 200, "{self:?}");
        read_response::<Value>(self.body.as_bytes())
            .unwrap_or_else(|e| panic!("{e:?} in {}", self.body))
            .map_err(|fault| (fault.code, fault.text))
    }
}

/// One session, or none.
#[derive(Clone)]
pub struct Client {
    port: u16,
    pub session: Option<(i64, String)>,
    pub callnum: i64,
}

impl Client {
    pub fn new(port: u16) -> Self {
        Self { port, session: None, callnum: 0 }
    }

    pub fn login(&mut self, user: &str) {
        let opened = self.ok("login", json!([user, format!("{user}-pw")]));
        self.adopt(&opened);
    }

    pub fn adopt(&mut self, opened: &Value) {
        assert_eq!(opened["header-auth"], json!(true));
        let key = opened["session-key"].as_str().unwrap().to_owned();
        self.session = Some((opened["session-id"].as_i64().unwrap(), key));
        self.callnum = 0;
    }

    /// Calls with the next number.
    pub fn call(&mut self, method: &str, params: Value) -> Result<Value, Fault> {
        let raw = self.raw(method, &params);
        self.callnum += 1;
        raw.result()
    }

    pub fn ok(&mut self, method: &str, params: Value) -> Value {
        self.call(method, params.clone()).unwrap_or_else(|fault| panic!("{method}{params}: {fault:?}"))
    }

    pub fn fault(&mut self, method: &str, params: Value) -> Fault {
        match self.call(method, params.clone()) {
            Err(fault) => fault,
            Ok(value) => panic!("{method}{params} gave {value}"),
        }
    }

    /// Sends with the present number, which stays.
    pub fn raw(&self, method: &str, params: &Value) -> Raw {
        self.send(&body(method, params)).expect("no answer")
    }

    /// The bytes of the request; `None` if the connection ends without a whole answer.
    pub fn send(&self, body: &str) -> Option<Raw> {
        let mut headers = String::new();
        if let Some((id, key)) = &self.session {
            headers = format!(
                "Koji-Session-Id: {id}\r\nKoji-Session-Key: {key}\r\nKoji-Session-Callnum: {}\r\n",
                self.callnum
            );
        }
        exchange(
            self.port,
            &format!(
                "POST /kojihub HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n{body}",
                body.len()
            ),
        )
    }
}

/// Sends bytes and reads one answer; `None` if the connection ends without a whole one.
pub fn exchange(port: u16, request: &str) -> Option<Raw> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let _ = stream.write_all(request.as_bytes());
    let mut bytes = Vec::new();
    let mut chunk = [0; 65536];
    loop {
        if let Some(raw) = whole(&bytes) {
            return Some(raw);
        }
        match stream.read(&mut chunk) {
            Ok(n) if n > 0 => bytes.extend_from_slice(&chunk[..n]),
            _ => return None,
        }
    }
}

fn whole(bytes: &[u8]) -> Option<Raw> {
    let at = bytes.windows(4).position(|w| w == b"\r\n\r\n")?;
    let head = String::from_utf8(bytes[..at].to_vec()).unwrap();
    let (status, headers) = head.split_once("\r\n").unwrap();
    let raw = Raw {
        status: status.split(' ').nth(1).unwrap().parse().unwrap(),
        headers: headers.to_owned(),
        body: String::new(),
    };
    let length: usize = raw.header("content-length").unwrap().parse().unwrap();
    let body = bytes.get(at + 4..at + 4 + length)?;
    Some(Raw { body: String::from_utf8(body.to_vec()).unwrap(), ..raw })
}

/// Named arguments: the last struct of a call.
pub fn named(mut arguments: Value) -> Value {
    arguments["__starstar"] = json!(true);
    arguments
}

/// A member of a multicall.
pub fn member(method: &str, params: Value) -> Value {
    json!({"methodName": method, "params": params})
}

/// A `methodCall`.
pub fn body(method: &str, params: &Value) -> String {
    let mut out = format!("<?xml version='1.0'?>\n<methodCall>\n<methodName>{method}</methodName>\n<params>\n");
    for param in params.as_array().unwrap() {
        out.push_str("<param>\n");
        write(&mut out, param);
        out.push_str("</param>\n");
    }
    out.push_str("</params>\n</methodCall>\n");
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn write(out: &mut String, value: &Value) {
    let inner = match value {
        Value::Null => "<nil/>".to_owned(),
        Value::Bool(b) => format!("<boolean>{}</boolean>", i32::from(*b)),
        Value::Number(n) if n.is_f64() => format!("<double>{n}</double>"),
        Value::Number(n) => format!("<int>{n}</int>"),
        Value::String(text) => format!("<string>{}</string>", escaped(text)),
        Value::Array(items) => {
            let mut inner = String::from("<array><data>");
            for item in items {
                write(&mut inner, item);
            }
            inner + "</data></array>"
        }
        Value::Object(members) => {
            let mut inner = String::from("<struct>");
            for (key, value) in members {
                inner.push_str(&format!("<member><name>{}</name>", escaped(key)));
                write(&mut inner, value);
                inner.push_str("</member>");
            }
            inner + "</struct>"
        }
    };
    out.push_str(&format!("<value>{inner}</value>"));
}
