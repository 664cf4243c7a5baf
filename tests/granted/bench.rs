// SPDX-License-Identifier: GPL-3.0-or-later
//! A grant, a hub, a log and a journal.

use flr::access::account::Account;
use flr::access::audit::{AuditLog, Record, Syslog};
use flr::access::door::Who;
use flr::access::grant::Grant;
use flr::access::{Access, Grantee, Parts};
use flr::koji::{Hub, Login, Reader, Rows};
use flr::ops::koji::TagBuilds;
use flr::pipeline::{Desk, Operation, Report, Road, Store};
use flr::practice::{self, Options, Seed, Server, Site};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub const TAG: &str = "f43-updates";

pub const BUILD: &str = "bash-5.3.0-2.fc43";

pub const GRANT: &str = r#"
version = 1
user = "loopabull_x"
run_as = "flr-koji"
hosts = ["kojihost"]
ticket = "infra 12345"
owner = "releng"
expires = 2027-04-01T00:00:00Z
[[allow]]
id = "tag"
command = "koji tag-build"
tags = ["f43-updates"]
packages = ["bash", "coreutils"]
options = ["--dry-run"]
per_run = 2
per_day = 3
confirm = "not needed"
[[allow]]
id = "block"
command = "koji block-pkg"
tags = ["f43-updates-candidate"]
packages = "any"
options = ["--dry-run", "--untag"]
per_run = 3
per_day = 100
confirm = "not needed"
[[allow]]
id = "look"
command = "koji untag-build"
tags = ["f43-updates"]
packages = "any"
options = ["--dry-run"]
per_run = 1
per_day = 1
[[allow]]
id = "undo"
command = "run undo"
tags = ["f43-updates"]
packages = ["bash"]
owners = []
targets = []
keys = []
per_run = 9
per_day = 9
confirm = "not needed"
[[allow]]
id = "unmake"
command = "run undo"
tags = ["f44-build", "f44-updates-candidate"]
packages = []
owners = []
targets = ["rawhide"]
keys = []
per_run = 9
per_day = 9
confirm = "not needed"
[[allow]]
id = "disown"
command = "run undo"
tags = ["f43"]
packages = ["bash"]
owners = "any"
targets = []
keys = []
per_run = 9
per_day = 9
confirm = "not needed"
[[allow]]
id = "swap"
command = "koji swap-parent"
tags = ["f43-override", "f43-updates", "f43"]
options = ["--dry-run"]
per_run = 1
per_day = 9
confirm = "not needed"
[[allow]]
id = "rawhide"
command = "koji set-target"
tags = ["f44-build", "f44-updates-candidate"]
targets = ["rawhide", "f44"]
options = ["--dry-run"]
per_run = 1
per_day = 9
confirm = "not needed"
[[allow]]
id = "macros"
command = "koji edit-tag"
tags = ["f44-build"]
settings = ["rpm.macro.*"]
options = ["--dry-run", "--extra"]
per_run = 2
per_day = 9
confirm = "not needed"
[[allow]]
id = "owners"
command = "koji sync-owners"
releases = ["f43"]
tags = ["f43"]
packages = ["bash", "fresh", "glibc"]
owners = ["jan", "maria"]
options = ["--dry-run"]
per_run = 2
per_day = 9
confirm = "not needed"
[[allow]]
id = "repo"
command = "koji wait-repo"
tags = ["f43-build"]
options = ["--dry-run"]
confirm = "not needed"
[[allow]]
id = "rebuild"
command = "koji submit-builds"
sources = ["git+https://src.example.test/rpms/*"]
packages = ["bash"]
targets = ["f43-candidate"]
per_run = 2
per_day = 9
confirm = "not needed"
[[allow]]
id = "again"
command = "run resume"
confirm = "not needed"
"#;

pub struct Bench {
    pub dir: TempDir,
    pub server: Server,
    pub hub: Hub,
}

impl Bench {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Site::open(dir.path()).unwrap().seed(Seed::Small).unwrap();
        let server = Server::start(dir.path(), Options::default()).unwrap();
        let hub = Hub::new(server.profile().unwrap()).unwrap();
        let log = dir.path().join("log");
        fs::create_dir(&log).unwrap();
        fs::create_dir(dir.path().join("state")).unwrap();
        fs::set_permissions(&log, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(log.join("flr-koji.jsonl"), "").unwrap();
        fs::set_permissions(log.join("flr-koji.jsonl"), fs::Permissions::from_mode(0o600)).unwrap();
        Self { dir, server, hub }
    }

    pub fn log_path(&self) -> PathBuf {
        self.dir.path().join("log/flr-koji.jsonl")
    }

    pub fn state(&self) -> PathBuf {
        self.dir.path().join("state")
    }

    /// Somebody who says `words`, by the clauses of [`GRANT`].
    pub fn access(&self, command: &str, options: &[&str]) -> Access {
        let account = Account { name: "flr-koji".into(), uid: uid(), gid: gid() };
        let who = Who { uid: 1001, name: "loopabull_x".into(), login_uid: None, session: None };
        Access::Granted(Box::new(Grantee::new(Parts {
            who,
            grant: Grant::parse(GRANT, &flr::cli::grantable()).unwrap(),
            state: self.state(),
            log: AuditLog::open(&self.log_path(), account, Syslog::Off).unwrap(),
            argv: command.split(' ').map(str::to_owned).collect(),
            command: command.to_owned(),
            options: options.iter().map(|option| (*option).to_owned()).collect(),
        })))
    }

    pub fn records(&self) -> Vec<Record> {
        records(&self.log_path())
    }

    /// `intent tag`, `plan tag`, …: event and clause of each record.
    pub fn events(&self) -> Vec<String> {
        let told =
            |record: &Record| format!("{} {}", record.body.event.as_str(), record.body.grant.as_deref().unwrap_or("-"));
        self.records().iter().map(told).collect()
    }

    pub fn methods(&self) -> Vec<String> {
        self.server.calls().iter().map(|call| call.method.clone()).collect()
    }

    pub fn tagged(&self, tag: &str) -> Vec<String> {
        let rows = Rows { active_only: true, ..Rows::default() };
        self.hub.tag_rows(&tag.parse().unwrap(), &rows).unwrap().iter().map(|row| row.nvr.to_string()).collect()
    }

    pub fn run<O: Operation>(&self, access: &Access, request: &O, dry_run: bool) -> Report {
        let desk = self.desk();
        let store = self.store();
        let report = Road { access, caller: "loopabull_x".into(), ..Road::new(&desk, &store) }.run(request, dry_run);
        end(access, report.exit_code(), &report.msg);
        report
    }

    pub fn desk(&self) -> Desk<'_> {
        let login = Login { user: Some(practice::USER), password: Some(practice::PASSWORD) };
        Desk { hub: &self.hub, login }
    }

    pub fn store(&self) -> Store {
        Store::at(&self.state()).only("loopabull_x")
    }
}

pub fn end(access: &Access, code: u8, reason: &str) {
    let Access::Granted(grantee) = access else { panic!("no grant") };
    grantee.end(code, reason, false).unwrap();
}

pub fn records(log: &Path) -> Vec<Record> {
    let text = fs::read_to_string(log).unwrap();
    text.lines().map(|line| Record::read(line.as_bytes()).unwrap()).collect()
}

pub fn uid() -> u32 {
    nix::unistd::Uid::effective().as_raw()
}

pub fn gid() -> u32 {
    nix::unistd::Gid::effective().as_raw()
}

pub fn tag_builds(tag: &str, builds: &[&str]) -> TagBuilds {
    TagBuilds { tag: tag.parse().unwrap(), builds: builds.iter().map(|nvr| nvr.parse().unwrap()).collect() }
}
