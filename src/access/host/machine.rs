// SPDX-License-Identifier: GPL-3.0-or-later
//! What files cannot tell: attributes of the file system, and what the running machine's own
//! programs say.

use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, lgetxattr, statx};
use rustix::io::Errno;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ran {
    /// It is not there, or must not be asked about another root.
    NotThere,
    /// It could not do it; why.
    Failed(String),
    /// What it printed.
    Said(String),
}

/// The machine that is looked at.
pub trait Machine {
    /// Its name, if it is the running one.
    fn host_name(&self) -> Option<String>;
    /// What `program`, a whole path, prints.
    fn run(&self, program: &str, args: &[&str]) -> Ran;
    /// Whether a file can only be appended to; `None`: its file system does not say.
    fn append_only(&self, path: &Path) -> Option<bool> {
        let found = statx(CWD, path, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::BASIC_STATS).ok()?;
        let known = found.stx_attributes_mask.contains(StatxAttributes::APPEND);
        known.then(|| found.stx_attributes.contains(StatxAttributes::APPEND))
    }
    /// Whether a file has an extended attribute; `None`: nobody can say.
    fn has_attribute(&self, path: &Path, name: &str) -> Option<bool> {
        let mut value = [0u8; 0];
        match lgetxattr(path, name, &mut value) {
            Ok(_) | Err(Errno::RANGE) => Some(true),
            Err(Errno::NODATA | Errno::NOTSUP) => Some(false),
            Err(_) => None,
        }
    }
}

/// The running machine.
#[derive(Debug, Clone, Copy)]
pub struct Here;

/// Another root: its files are read, nothing is run.
#[derive(Debug, Clone, Copy)]
pub struct There;

impl Machine for There {
    fn host_name(&self) -> Option<String> {
        None
    }

    fn run(&self, _: &str, _: &[&str]) -> Ran {
        Ran::NotThere
    }
}

/// No question takes longer.
const PATIENCE: Duration = Duration::from_secs(20);
/// No answer is longer.
const MOST: u64 = 16 * 1024 * 1024;

impl Machine for Here {
    fn host_name(&self) -> Option<String> {
        nix::unistd::gethostname().ok()?.into_string().ok()
    }

    fn run(&self, program: &str, args: &[&str]) -> Ran {
        run(program, args, b"")
    }
}

/// Runs `program`, a whole path, with an environment of its own, for a bounded time.
pub fn run(program: &str, args: &[&str], stdin: &[u8]) -> Ran {
    if !Path::new(program).is_file() {
        return Ran::NotThere;
    }
    let started = Command::new(program)
        .args(args)
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("LC_ALL", "C")
        // sudo -ll breaks its lines for a terminal, even if there is none.
        .env("COLUMNS", "32767")
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) => return Ran::Failed(format!("{program} cannot be run: {error}")),
    };
    let (input, out, err) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (done, wait) = mpsc::channel();
    let given = stdin.to_vec();
    std::thread::spawn(move || {
        if let Some(mut input) = input {
            // Whoever does not read it says so by his exit code.
            let _ = std::io::Write::write_all(&mut input, &given);
        }
    });
    let other = done.clone();
    std::thread::spawn(move || drop(other.send((false, all(err)))));
    std::thread::spawn(move || drop(done.send((true, all(out)))));
    let (mut said, mut complained) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        match wait.recv_timeout(PATIENCE) {
            Ok((true, bytes)) => said = bytes,
            Ok((false, bytes)) => complained = bytes,
            Err(_) => {
                let _ = child.kill();
                let _ = child.wait();
                return Ran::Failed(format!("{program} does not end"));
            }
        }
    }
    match child.wait() {
        Ok(status) if status.success() => Ran::Said(String::from_utf8_lossy(&said).into_owned()),
        Ok(_) => {
            let text = String::from_utf8_lossy(if complained.is_empty() { &said } else { &complained }).into_owned();
            let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("it says nothing").trim().to_owned();
            Ran::Failed(format!("{program}: {line}"))
        }
        Err(error) => Ran::Failed(format!("{program}: {error}")),
    }
}

fn all(from: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(from) = from {
        // What came before an error is still what was said.
        let _ = from.take(MOST).read_to_end(&mut bytes);
    }
    bytes
}
