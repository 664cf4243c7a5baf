// SPDX-License-Identifier: GPL-3.0-or-later
//! A Bodhi on loopback that knows one question and answers from records; strict: anything else is a
//! 404 and stands in the list of requests.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// Records recorded from a real Bodhi (bodhi-server 26.4.0; see the README beside them).
pub fn recorded() -> Vec<Value> {
    let lines = include_str!("../fixtures/bodhi/traffic.jsonl").lines();
    let mut lines = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    let list = lines.find(|line| line["name"] == "releases-list").unwrap();
    list["response_body"]["releases"].as_array().unwrap().clone()
}

/// What the server says and was asked.
struct Shared {
    releases: Mutex<Vec<Value>>,
    away: AtomicBool,
    over: AtomicBool,
    seen: Mutex<Vec<String>>,
}

/// The server.
pub struct Bodhi {
    pub url: String,
    shared: Arc<Shared>,
}

impl Bodhi {
    /// With these records.
    pub fn with(releases: Vec<Value>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            releases: Mutex::new(releases),
            away: AtomicBool::new(false),
            over: AtomicBool::new(false),
            seen: Mutex::default(),
        });
        let theirs = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if theirs.over.load(Ordering::SeqCst) {
                    return;
                }
                let (stream, theirs) = (stream.unwrap(), Arc::clone(&theirs));
                std::thread::spawn(move || serve(&stream, &theirs));
            }
        });
        Self { url, shared }
    }

    /// From now on every answer is 503.
    pub fn go_away(&self) {
        self.shared.away.store(true, Ordering::SeqCst);
    }

    /// Changes the records.
    pub fn change(&self, how: impl FnOnce(&mut Vec<Value>)) {
        how(&mut self.shared.releases.lock().unwrap());
    }

    /// The requests since the last time: path and query.
    pub fn seen(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.seen.lock().unwrap())
    }
}

impl Drop for Bodhi {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.url.trim_start_matches("http://"));
    }
}

fn serve(stream: &TcpStream, shared: &Shared) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            if line.trim_end().is_empty() {
                break;
            }
            head.push(line.trim_end().to_owned());
        }
        let request: Vec<&str> = head[0].split(' ').collect();
        shared.seen.lock().unwrap().push(request[1].to_owned());
        let (status, body) = match request[0] {
            "GET" if shared.away.load(Ordering::SeqCst) => (503, json!("away")),
            "GET" => answer(request[1], &shared.releases.lock().unwrap()),
            other => (405, json!({"message": other})),
        };
        let body = body.to_string();
        let reply = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        if (&mut &*stream).write_all(reply.as_bytes()).is_err() {
            return;
        }
    }
}

/// One page, as Bodhi cuts and counts them.
fn answer(path: &str, releases: &[Value]) -> (u16, Value) {
    let missing = (404, json!({"status": "error", "errors": [{"name": "path", "description": path}]}));
    let Some(query) = path.strip_prefix("/releases/?") else {
        return missing;
    };
    let number = |name: &str| {
        query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')?.parse::<usize>().ok())
    };
    let (Some(page @ 1..), Some(rows @ 1..=1000)) = (number("page"), number("rows_per_page")) else {
        return missing;
    };
    let shown: Vec<&Value> = releases.iter().skip((page - 1) * rows).take(rows).collect();
    let pages = releases.len().div_ceil(rows);
    (200, json!({"releases": shown, "page": page, "pages": pages, "rows_per_page": rows, "total": releases.len()}))
}
