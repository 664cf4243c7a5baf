// SPDX-License-Identifier: GPL-3.0-or-later
//! Just enough HTTP/1.1, on bare sockets: the hub must be able to misbehave.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// koji's limit for a request.
pub(super) const MAX_BODY: usize = 4 * 1024 * 1024;
const MAX_HEAD: usize = 64 * 1024;
/// How long Apache keeps an idle connection.
const IDLE: Duration = Duration::from_secs(5);
/// How long a request may take to arrive once it has begun.
const ARRIVAL: Duration = Duration::from_secs(60);
/// How long a client may take nothing of its answer.
const DEPARTURE: Duration = Duration::from_secs(60);

/// A request as it came.
#[derive(Debug)]
pub(super) struct HttpRequest {
    pub verb: String,
    pub path: String,
    pub query: Option<String>,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    pub body: Body,
    pub keep_alive: bool,
}

/// What the body was like.
#[derive(Debug)]
pub(super) enum Body {
    Whole(Vec<u8>),
    /// No length was given, or one that is none.
    NoLength,
    /// Longer than a hub takes; not read.
    TooLong,
}

impl HttpRequest {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// An answer to be sent.
#[derive(Debug)]
pub(super) struct HttpAnswer {
    pub status: u16,
    pub content_type: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    pub close: bool,
}

impl HttpAnswer {
    /// An answer of the hub itself, with its version.
    pub(super) fn of_hub(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            content_type: content_type.into(),
            headers: vec![("Koji-Version", super::methods::VERSION.to_owned())],
            body: body.into(),
            close: false,
        }
    }

    /// An error page of the web server in front of the hub.
    pub(super) fn page(status: u16, text: &str) -> Self {
        let title = reason(status);
        let body = format!(
            "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\" \"http://www.w3.org/TR/html4/strict.dtd\">\n\
             <html><head>\n<title>{status} {title}</title>\n</head><body>\n<h1>{}</h1>\n<p>{text}</p>\n</body></html>\n",
            if status == 401 { "Unauthorized" } else { title }
        );
        Self {
            status,
            content_type: "text/html; charset=iso-8859-1".into(),
            headers: vec![],
            body: body.into_bytes(),
            close: status >= 500,
        }
    }

    /// The bytes on the wire.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut out = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        let mut add = |name: &str, value: &str| {
            out.push_str(name);
            out.push_str(": ");
            out.push_str(value);
            out.push_str("\r\n");
        };
        for (name, value) in &self.headers {
            add(name, value);
        }
        add("Content-Length", &self.body.len().to_string());
        add("Content-Type", &self.content_type);
        if self.close {
            add("Connection", "close");
        }
        out.push_str("\r\n");
        let mut out = out.into_bytes();
        out.extend_from_slice(&self.body);
        out
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        405 => "Method Not Allowed",
        411 => "Length Required",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Unknown",
    }
}

/// A connection and what was read ahead on it.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    ahead: Vec<u8>,
}

impl Wire {
    pub(super) fn new(stream: TcpStream) -> std::io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(DEPARTURE))?;
        Ok(Self { stream, ahead: Vec::new() })
    }

    /// The next request; `None` if there is none, or none that can be read.
    pub(super) fn request(&mut self) -> Option<HttpRequest> {
        let mut deadline = Instant::now() + IDLE;
        loop {
            if !self.ahead.is_empty() {
                if let Some(head) = Head::read(&self.ahead)? {
                    return self.body(head);
                }
                deadline = deadline.max(Instant::now() + ARRIVAL);
            }
            if self.ahead.len() > MAX_HEAD {
                return None;
            }
            self.more(deadline)?;
        }
    }

    /// Reads the body that belongs to a head. A body that is too long is drained for a while: a
    /// connection closed on unread bytes would take the answer with it.
    fn body(&mut self, head: Head) -> Option<HttpRequest> {
        self.ahead.drain(..head.size.min(self.ahead.len()));
        let deadline = Instant::now() + ARRIVAL;
        if head.expects && head.length.is_some_and(|length| length <= MAX_BODY) {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").ok()?;
        }
        let body = match head.length {
            None => Body::NoLength,
            Some(length) if length > MAX_BODY => {
                let mut left = length.min(4 * MAX_BODY);
                while left > 0 && self.more(deadline).is_some() {
                    left = left.saturating_sub(self.ahead.len());
                    self.ahead.clear();
                }
                Body::TooLong
            }
            Some(length) => {
                while self.ahead.len() < length {
                    self.more(deadline)?;
                }
                let rest = self.ahead.split_off(length);
                Body::Whole(std::mem::replace(&mut self.ahead, rest))
            }
        };
        Some(HttpRequest { body, ..head.request })
    }

    /// Reads what has come; `None` at the end of the stream or of the patience.
    fn more(&mut self, deadline: Instant) -> Option<()> {
        let mut chunk = [0_u8; 64 * 1024];
        loop {
            let left = deadline.checked_duration_since(Instant::now())?;
            let left = left.max(Duration::from_millis(1));
            self.stream.set_read_timeout(Some(left)).ok()?;
            match self.stream.read(&mut chunk) {
                Ok(0) => return None,
                Ok(n) => {
                    self.ahead.extend_from_slice(chunk.get(..n)?);
                    return Some(());
                }
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(_) => return None,
            }
        }
    }

    /// Sends bytes; `false` if the client is gone.
    pub(super) fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok()
    }
}

/// A request's head, and how it announces its body.
struct Head {
    size: usize,
    length: Option<usize>,
    expects: bool,
    request: HttpRequest,
}

impl Head {
    /// `Some(None)` if more is to come, `None` if it is no HTTP.
    fn read(bytes: &[u8]) -> Option<Option<Self>> {
        let mut fields = [httparse::EMPTY_HEADER; 100];
        let mut parsed = httparse::Request::new(&mut fields);
        let size = match parsed.parse(bytes) {
            Ok(httparse::Status::Complete(size)) => size,
            Ok(httparse::Status::Partial) => return Some(None),
            Err(_) => return None,
        };
        let headers: Vec<(String, String)> = parsed
            .headers
            .iter()
            .map(|h| (h.name.to_ascii_lowercase(), String::from_utf8_lossy(h.value).trim().to_owned()))
            .collect();
        let target = parsed.path.unwrap_or("/");
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (target, None),
        };
        let mut request = HttpRequest {
            verb: parsed.method.unwrap_or("").to_owned(),
            path: path.to_owned(),
            query,
            headers,
            body: Body::NoLength,
            keep_alive: true,
        };
        let says = |name: &str, word: &str| {
            request.header(name).is_some_and(|value| value.to_ascii_lowercase().contains(word))
        };
        let chunked = says("transfer-encoding", "chunked");
        let expects = says("expect", "100-continue");
        let keep_alive =
            if parsed.version == Some(0) { says("connection", "keep-alive") } else { !says("connection", "close") };
        let length = request.header("content-length").map(str::parse::<usize>);
        let length = match length {
            _ if chunked => None,
            Some(Ok(length)) => Some(length),
            Some(Err(_)) => None,
            None if request.verb == "POST" => None,
            None => Some(0),
        };
        request.keep_alive = keep_alive && !chunked;
        Some(Some(Self { size, length, expects, request }))
    }
}
