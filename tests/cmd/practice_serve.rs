// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::{flr_in, run};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

/// Its address is the one line on standard output; it serves until it is told to end.
#[test]
fn it_serves_until_ctrl_c() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("calls");
        let mut command = flr_in(dir.path());
        command.args(["practice", "serve", "--dir", "hub", "--control", "--log"]).arg(&log);
        let mut server = command.stdin(Stdio::null()).spawn().unwrap();
        let mut out = BufReader::new(server.stdout.take().unwrap());
        let mut url = String::new();
        out.read_line(&mut url).unwrap();
        let url = url.trim_end();
        assert!(url.starts_with("http://127.0.0.1:") && url.ends_with("/kojihub"), "{url}");

        std::fs::create_dir_all(dir.path().join("home/.koji")).unwrap();
        std::fs::write(dir.path().join("home/.koji/config"), format!("[koji]\nserver = {url}\n")).unwrap();
        let (code, stdout, stderr) = run(flr_in(dir.path()).args(["koji", "latest-build", "f43", "rpm"]), b"");
        assert_eq!((code, stdout.as_str(), stderr.as_str()), (0, "rpm-5.99.92-1.fc43  f43  jan\n", ""));

        kill(Pid::from_raw(server.id() as i32), signal).unwrap();
        let mut rest = String::new();
        out.read_to_string(&mut rest).unwrap();
        let output = server.wait_with_output().unwrap();
        assert_eq!((output.status.code(), rest.as_str()), (Some(0), ""));
        let calls = std::fs::read_to_string(&log).unwrap();
        assert_eq!(calls.lines().count(), 1, "{calls}");
        assert!(calls.contains("listTagged"));
    }
}

#[test]
fn only_loopback_is_listened_on() {
    let dir = tempfile::tempdir().unwrap();
    let (code, stdout, stderr) = run(flr_in(dir.path()).args(["practice", "serve", "--listen", "0.0.0.0:0"]), b"");
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("a practice hub listens on loopback only, not on 0.0.0.0:0"), "{stderr}");
}
