// SPDX-License-Identifier: GPL-3.0-or-later
//! dist-git's lists on loopback: a file server that has what it was given.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Shared {
    files: Mutex<Vec<(String, String)>>,
    seen: Mutex<Vec<String>>,
    over: AtomicBool,
}

/// The server.
pub struct DistGit {
    pub url: String,
    shared: Arc<Shared>,
}

impl DistGit {
    pub fn new() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared::default());
        let theirs = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if theirs.over.load(Ordering::SeqCst) {
                    return;
                }
                serve(&stream.unwrap(), &theirs);
            }
        });
        Self { url, shared }
    }

    /// From now on this is at `path`.
    pub fn put(&self, path: &str, text: &str) {
        let mut files = self.shared.files.lock().unwrap();
        files.retain(|(known, _)| known != path);
        files.push((path.to_owned(), text.to_owned()));
    }

    /// The paths since the last time.
    pub fn seen(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.seen.lock().unwrap())
    }
}

impl Drop for DistGit {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.url.trim_start_matches("http://"));
    }
}

fn serve(stream: &TcpStream, shared: &Shared) {
    let mut head = Vec::new();
    for line in BufReader::new(stream).lines() {
        match line {
            Ok(line) if !line.is_empty() => head.push(line),
            _ => break,
        }
    }
    let Some(path) = head.first().and_then(|line| line.split(' ').nth(1)) else {
        return;
    };
    shared.seen.lock().unwrap().push(path.to_owned());
    let files = shared.files.lock().unwrap();
    let (status, body) = match files.iter().find(|(known, _)| known == path) {
        Some((_, text)) => (200, text.clone()),
        None => (404, "<html>no such file</html>".to_owned()),
    };
    // A file server need not know what JSON is.
    let kind = "application/octet-stream";
    let length = body.len();
    let _ = write!(
        &mut &*stream,
        "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
}
