// SPDX-License-Identifier: GPL-3.0-or-later
//! The largest list there is, read in one pass. Alone in its file: it measures its own process.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use flr::koji::profile::{Auth, Profile};
use flr::koji::{Hub, Inherit, Reader, Tagged};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::time::Duration;

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/koji/listTagged-f43.xml.gz");

/// Sends the recorded answer once, as a web server with compression does.
fn serve(listener: TcpListener) {
    let (mut stream, _) = listener.accept().unwrap();
    let mut request = BufReader::new(stream.try_clone().unwrap());
    let mut length = 0;
    loop {
        let mut line = String::new();
        request.read_line(&mut line).unwrap();
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    request.read_exact(&mut body).unwrap();
    assert!(String::from_utf8(body).unwrap().contains("listTagged"));
    let mut file = File::open(FIXTURE).unwrap();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        file.metadata().unwrap().len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    std::io::copy(&mut file, &mut stream).unwrap();
}

/// The most memory this process ever had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn fifty_megabytes_fit_in_forty() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("http://{}/kojihub", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || serve(listener));
    let hub = Hub::new(Profile {
        name: "test".into(),
        server: server.parse().unwrap(),
        auth: Auth::Anonymous,
        serverca: None,
        no_ssl_verify: false,
        timeout: Duration::from_secs(300),
        auth_timeout: Duration::from_secs(60),
        max_retries: 0,
        retry_interval: Duration::from_secs(1),
        poll_interval: Duration::from_secs(1),
        weburl: None,
        topurl: None,
        topdir: "/mnt/koji".into(),
    })
    .unwrap();
    let builds = hub.tagged(&Tagged::latest("f43".parse().unwrap(), Inherit::Direct)).unwrap();
    thread.join().unwrap();
    assert_eq!(builds.len(), 24_005);
    assert!(builds.iter().all(|build| build.tag.as_str() == "f43" && build.id.0 > 0));
    let peak = peak();
    assert!(peak < 40 * 1024, "{peak} KiB");
}
