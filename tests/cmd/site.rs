// SPDX-License-Identifier: GPL-3.0-or-later
//! A practice hub in this process, and the real binary run against it.

use flr::practice::{Options, PASSWORD, Seed, Server, Site as Hub};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A hub with the small seed, and a home whose profile `koji` points at it.
pub struct Site {
    pub dir: TempDir,
    pub hub: Server,
    seen: Cell<usize>,
}

/// How a command ended. What is not said is empty.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
    /// Each request the hub got; the members of a multicall behind it.
    pub calls: Vec<String>,
}

impl Ended {
    /// The lines of standard output.
    pub fn lines(&self) -> Vec<&str> {
        self.stdout.lines().collect()
    }

    /// Standard output as one JSON document.
    pub fn document(&self) -> serde_json::Value {
        assert_eq!(self.stdout.matches('\n').count(), 1, "{self:?}");
        serde_json::from_str(&self.stdout).unwrap()
    }
}

/// The options of a login by password.
pub const LOGIN: [&str; 4] = ["--user", "practice", "--password-file", "password"];

impl Site {
    pub fn small() -> Self {
        Self::with_task_delay(Duration::from_millis(300))
    }

    /// A hub whose builder takes so long for a task.
    pub fn with_task_delay(task_delay: Duration) -> Self {
        Self::seeded(task_delay, |state| {
            Hub::open(state).unwrap().seed(Seed::Small).unwrap();
        })
    }

    /// A hub whose releases are as their layouts say: F42, F43 in rawhide, ELN.
    pub fn cycle() -> Self {
        Self::seeded(Duration::from_millis(300), |state| {
            let home = tempfile::tempdir().unwrap();
            let args = ["practice", "seed", "cycle", "--dir", state.to_str().unwrap()];
            let (code, _, stderr) = run(flr_in(home.path()).args(args), b"");
            assert_eq!((code, stderr.as_str()), (0, ""));
        })
    }

    /// A hub that is filled so.
    pub fn seeded(task_delay: Duration, seed: impl FnOnce(&Path)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let state = dir.path().join("hub");
        seed(&state);
        let options = Options { task_delay, ..Options::default() };
        let hub = Server::start(&state, options).unwrap();
        let koji = dir.path().join("home/.koji");
        fs::create_dir_all(&koji).unwrap();
        let config =
            format!("[koji]\nserver = {}\nauthtype = password\nmax_retries = 0\npoll_interval = 1\n", hub.url());
        let config = format!("{config}topdir = {}\n", state.join("topdir").display());
        fs::write(koji.join("config"), config).unwrap();
        let password = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(dir.path().join("password"));
        writeln!(password.unwrap(), "{PASSWORD}").unwrap();
        Self { dir, hub, seen: Cell::new(0) }
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// flr, at home here and nowhere else.
    pub fn command(&self) -> Command {
        flr_in(self.path())
    }

    pub fn flr<const N: usize>(&self, args: [&str; N]) -> Ended {
        self.fed(args, b"")
    }

    /// With this on standard input.
    pub fn fed<const N: usize>(&self, args: [&str; N], stdin: &[u8]) -> Ended {
        let mut command = self.command();
        command.args(args);
        self.ended(command, stdin)
    }

    /// Logged in as the practice user.
    pub fn logged_in<const N: usize>(&self, args: [&str; N]) -> Ended {
        let mut command = self.command();
        command.args(args).args(LOGIN);
        self.ended(command, b"")
    }

    /// Logged in, and everything is agreed to.
    pub fn agreed<const N: usize>(&self, args: [&str; N]) -> Ended {
        let mut command = self.command();
        command.args(args).args(LOGIN).arg("--yes");
        self.ended(command, b"")
    }

    pub fn ended(&self, mut command: Command, stdin: &[u8]) -> Ended {
        self.calls();
        let (code, stdout, stderr) = run(&mut command, stdin);
        let address = format!("127.0.0.1:{}", self.hub.port());
        Ended {
            code,
            stdout: stdout.replace(&address, "HUB"),
            stderr: stderr.replace(&address, "HUB"),
            calls: self.calls(),
        }
    }

    /// The requests since the last time.
    pub fn calls(&self) -> Vec<String> {
        let calls = self.hub.calls();
        let new = calls[self.seen.replace(calls.len())..].iter();
        new.map(|call| {
            let members: Vec<_> = call.members.iter().map(|(name, _)| name.as_str()).collect();
            [&[call.method.as_str()], &members[..]].concat().join(" ")
        })
        .collect()
    }

    /// What is tagged in `tag`, hidden builds too: newest last.
    pub fn tagged(&self, tag: &str) -> Vec<String> {
        let rows = self
            .hub
            .run_as(
                "admin",
                "queryHistory",
                vec![serde_json::json!({
                    "tables": ["tag_listing"], "tag": tag, "active": true, "__starstar": true
                })],
            )
            .unwrap();
        let mut rows: Vec<_> = rows["tag_listing"].as_array().unwrap().to_vec();
        rows.sort_by_key(|row| row["create_event"].as_i64());
        let nvr = |row: &serde_json::Value| {
            let part = |key: &str| row[key].as_str().unwrap().to_owned();
            format!("{}-{}-{}", part("name"), part("version"), part("release"))
        };
        rows.iter().map(nvr).collect()
    }
}

impl Site {
    /// One call in the name of an administrator.
    pub fn admin(&self, method: &str, params: Value) -> Value {
        let params = params.as_array().unwrap().clone();
        self.hub.run_as("admin", method, params.clone()).unwrap_or_else(|fault| panic!("{method}{params:?}: {fault:?}"))
    }

    /// All that undo is to restore: tags as they are set up, their parents, groups, repositories of
    /// elsewhere, lists and builds in order, and the targets. Numbers of events are no part of it.
    pub fn state(&self) -> Value {
        let tags = self.admin("listTags", json!([]));
        let tag = |tag: &Value| {
            let name = tag["name"].as_str().unwrap();
            let state = json!({
                "tag": self.admin("getTag", json!([name, false, null, true])),
                "parents": self.admin("getInheritanceData", json!([name])),
                "groups": self.groups(name),
                "repos": self.admin("getTagExternalRepos", json!([name])),
                "packages": self.admin("listPackages", json!([{"tagID": name, "inherited": true, "__starstar": true}])),
                "builds": self.tagged_by_package(name),
            });
            (name.to_owned(), state)
        };
        let mut tags: serde_json::Map<String, Value> = tags.as_array().unwrap().iter().map(tag).collect();
        tags.insert("targets".into(), self.admin("getBuildTargets", json!([])));
        tags.into()
    }

    /// The tag's own groups with their packages, by name.
    pub fn groups(&self, tag: &str) -> Value {
        let mut groups = self.admin("getTagGroups", json!([tag, {"inherit": false, "__starstar": true}]));
        let sort = |list: &mut Value, key: &str| {
            list.as_array_mut().unwrap().sort_by_key(|item| item[key].as_str().unwrap().to_owned());
        };
        sort(&mut groups, "name");
        groups.as_array_mut().unwrap().iter_mut().for_each(|group| sort(&mut group["packagelist"], "package"));
        groups
    }

    /// What is tagged, by package: the order between packages is nobody's.
    fn tagged_by_package(&self, tag: &str) -> Value {
        let mut packages: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for nvr in self.tagged(tag) {
            let name = nvr.rsplitn(3, '-').last().unwrap().to_owned();
            packages.entry(name).or_default().push(nvr);
        }
        json!(packages)
    }

    /// The run that a report of a changing command names is taken back.
    #[track_caller]
    pub fn undone(&self, report: &Value) -> Ended {
        let run = report["run"].as_str().unwrap_or_else(|| panic!("no run in {report}"));
        self.agreed(["run", "undo", run, "--json"])
    }

    /// The last run is taken back.
    #[track_caller]
    pub fn last_undone(&self) -> Ended {
        let runs = self.flr(["run", "list", "--json"]);
        self.undone(&serde_json::from_str(runs.lines()[0]).unwrap())
    }
}

/// flr with `dir` for everything that is the caller's own.
pub fn flr_in(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flr"));
    command
        .current_dir(dir)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", dir.join("home"))
        .env("XDG_STATE_HOME", dir.join("state"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Exit code (negative: the signal), standard output, standard error.
pub fn run(command: &mut Command, stdin: &[u8]) -> (i32, String, String) {
    use std::os::unix::process::ExitStatusExt;
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let stdin = stdin.to_vec();
    let feeder = std::thread::spawn(move || {
        // It may not want to read it.
        let _ = pipe.write_all(&stdin);
    });
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    let status = output.status;
    let code = status.code().unwrap_or_else(|| -status.signal().unwrap_or_default());
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (code, text(output.stdout), text(output.stderr))
}

/// Sends `signal` when standard output has shown `words`; how it ended then.
pub fn run_and_signal(command: &mut Command, words: &str, signal: Signal) -> (i32, String, String) {
    let mut child = command.stdin(Stdio::null()).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    let mut stdout = String::new();
    let mut byte = [0];
    while !stdout.contains(words) && out.read(&mut byte).unwrap() > 0 {
        stdout.push(char::from(byte[0]));
    }
    kill(Pid::from_raw(child.id() as i32), signal).unwrap();
    out.read_to_string(&mut stdout).unwrap();
    let output = child.wait_with_output().unwrap();
    let code = output.status.code().unwrap_or(-1);
    (code, stdout, String::from_utf8(output.stderr).unwrap())
}
