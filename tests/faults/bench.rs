// SPDX-License-Identifier: GPL-3.0-or-later
//! A hub that misbehaves, the real binary beside it, and what can be asked of both.

use flr::koji::{Hub, Inherit, Reader, Rows, TagRow};
use flr::names::{BuildId, RunId, TagName};
use flr::pipeline::{Outcome, RunRecord, Standing, Store};
use flr::practice::{self, Misbehaviour, Options, Server};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::Duration;
use tempfile::TempDir;

/// The tag whose 3,000 builds are merged.
pub const SOURCE: &str = "f43-rebuild";
/// The tag they are merged into.
pub const DESTINATION: &str = "f43-pending";

/// One hub filled once, copied for every case.
fn template() -> &'static Path {
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let dir = std::env::temp_dir().join(format!("flr-faults-{}", std::process::id()));
        let mut site = practice::Site::open(&dir).unwrap();
        site.seed(practice::Seed::Fedora).unwrap();
        drop(site);
        thin_out(&dir);
        dir
    })
}

/// Leaves in the tags only packages that were rebuilt: a merge of 3,000 builds stays what it is, and
/// reading the tags around it takes a moment instead of seconds, dozens of times.
fn thin_out(dir: &Path) {
    let hub = rusqlite::Connection::open(dir.join("hub.sqlite")).unwrap();
    hub.execute_batch(&format!(
        "CREATE TEMP TABLE kept AS SELECT DISTINCT pkg_id AS id FROM build JOIN tag_listing ON build_id = build.id
             JOIN tag ON tag.id = tag_id WHERE tag.name = '{SOURCE}';
         CREATE UNIQUE INDEX temp.kept_id ON kept (id);
         DELETE FROM tag_listing WHERE build_id IN (SELECT id FROM build WHERE pkg_id NOT IN (SELECT id FROM kept));
         DELETE FROM tag_packages WHERE package_id NOT IN (SELECT id FROM kept);
         DELETE FROM tag_package_owners WHERE package_id NOT IN (SELECT id FROM kept);
         PRAGMA wal_checkpoint(TRUNCATE); VACUUM;"
    ))
    .unwrap();
}

/// A hub of its own for one case, and a home for flr.
pub struct Bench {
    pub server: Server,
    pub dir: TempDir,
}

impl Bench {
    pub fn new() -> Self {
        Self::with(Options::default())
    }

    pub fn with(options: Options) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let hub = dir.path().join("hub");
        std::fs::create_dir(&hub).unwrap();
        for entry in std::fs::read_dir(template()).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                std::fs::copy(entry.path(), hub.join(entry.file_name())).unwrap();
            }
        }
        let server = Server::start(&hub, options).unwrap();
        let bench = Self { server, dir };
        let config = bench.home().join(".koji");
        std::fs::create_dir_all(&config).unwrap();
        let url = bench.server.url();
        let profile = format!(
            "[hub]\nserver = {url}\nauthtype = password\nmax_retries = 2\nretry_interval = 1\npoll_interval = 1\n"
        );
        std::fs::write(config.join("config"), profile).unwrap();
        for user in ["practice", "kim", "nobody", "admin"] {
            bench.secret(user);
        }
        bench
    }

    pub fn misbehave(&self, rule: Misbehaviour) {
        self.server.misbehave(rule);
    }

    pub fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    fn secret(&self, user: &str) {
        use std::io::Write;
        use std::os::unix::fs::OpenOptionsExt;
        let path = self.home().join(format!("{user}.pw"));
        let mut file =
            std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).unwrap();
        file.write_all(format!("{user}-pw\n").as_bytes()).unwrap();
    }

    /// The binary, ready to be started as `user` of the hub.
    pub fn command(&self, user: &str, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_flr"));
        command.env_clear().env("HOME", self.home()).env("XDG_STATE_HOME", self.home().join("state"));
        command.args(words).stdin(Stdio::null());
        if words[0] == "koji" {
            command.args(["--profile", "hub"]);
        }
        command.args(["--user", user, "--password-file"]).arg(self.home().join(format!("{user}.pw")));
        command
    }

    /// A changing command with `--yes --json`: exit code and document.
    pub fn flr(&self, user: &str, words: &[&str]) -> (i32, Value) {
        let output = self.command(user, words).args(["--yes", "--json"]).output().unwrap();
        document(&output)
    }

    pub fn merge(&self) -> (i32, Value) {
        self.flr("practice", &["koji", "mass-tag", SOURCE, DESTINATION])
    }

    /// The merge, started and not waited for.
    pub fn start_merge(&self) -> Child {
        let mut command = self.command("practice", &["koji", "mass-tag", SOURCE, DESTINATION]);
        command.args(["--yes", "--json"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    pub fn store(&self) -> Store {
        Store::at(&self.home().join("state/flr"))
    }

    /// The only or the newest run.
    pub fn last_run(&self) -> Option<RunRecord> {
        self.store().list().unwrap().pop().map(Result::unwrap)
    }

    /// The hub, asked by the library.
    pub fn hub(&self) -> Hub {
        let profile = flr::koji::profile::Profile::load(
            "hub",
            flr::koji::profile::Places { etc: Path::new("/nonexistent"), home: Some(&self.home()) },
            &flr::koji::profile::Overrides::default(),
        );
        Hub::new(profile.unwrap()).unwrap()
    }

    pub fn rows(&self, tag: &str) -> Vec<TagRow> {
        self.hub().tag_rows(&tag.parse().unwrap(), &Rows::default()).unwrap()
    }

    /// Names of the builds in a tag, in the order of tagging.
    pub fn order(&self, tag: &str) -> Vec<String> {
        self.rows(tag).iter().filter(|row| row.active()).map(|row| row.nvr.to_string()).collect()
    }

    /// What undoing must bring back: of each tag the builds of each package in order, and the
    /// package list.
    pub fn state(&self, tags: &[&str]) -> BTreeMap<String, Vec<String>> {
        let hub = self.hub();
        let mut state = BTreeMap::new();
        for tag in tags {
            let name: TagName = tag.parse().unwrap();
            for row in self.rows(tag).iter().filter(|row| row.active()) {
                state.entry(format!("{tag} {}", row.nvr.name())).or_insert_with(Vec::new).push(row.nvr.to_string());
            }
            let list = hub.package_list(&name, Inherit::Direct).unwrap();
            state.insert(format!("{tag} list"), list.iter().map(|entry| format!("{entry:?}")).collect());
        }
        state
    }

    /// Every method that was called, members of multicalls included, after the first `skip` requests.
    pub fn methods(&self, skip: usize) -> Vec<String> {
        let calls = self.server.calls();
        let names = |call: &practice::LoggedCall| {
            let members: Vec<String> = call.members.iter().map(|(name, _)| name.clone()).collect();
            std::iter::once(call.method.clone()).chain(members)
        };
        calls.iter().skip(skip).flat_map(names).collect()
    }

    /// Every rule was used: a fault that never happened proves nothing.
    pub fn all_used(&self) {
        assert_eq!(self.server.pending_rules(), [], "a fault was asked for and did not happen");
    }
}

pub fn document(output: &Output) -> (i32, Value) {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let value = serde_json::from_str(&text)
        .unwrap_or_else(|e| panic!("{e}: {text}\n{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap_or(-1), value)
}

/// One create row for each build of the destination, and exactly the builds that were asked for.
pub fn assert_merged(bench: &Bench, wanted: &BTreeSet<BuildId>) {
    let rows = bench.rows(DESTINATION);
    let mut seen = BTreeMap::<BuildId, usize>::new();
    for row in rows.iter().filter(|row| wanted.contains(&row.id)) {
        *seen.entry(row.id).or_default() += 1;
    }
    let twice: Vec<_> = seen.iter().filter(|(_, n)| **n != 1).collect();
    assert!(twice.is_empty(), "tagged more than once: {twice:?}");
    let missing = wanted.iter().filter(|id| !seen.contains_key(id)).count();
    assert_eq!(missing, 0, "not tagged");
    assert!(rows.iter().all(TagRow::active), "something was untagged");
}

/// What the record says of each step agrees with the hub.
pub fn assert_truth(bench: &Bench, record: &RunRecord) {
    let there: BTreeSet<BuildId> =
        bench.rows(DESTINATION).iter().filter(|row| row.active()).map(|row| row.id).collect();
    for (step, standing) in record.steps.iter().zip(&record.standing) {
        let flr::plan::Change::Koji(change) = &step.change;
        let is_there = there.contains(&change.build().unwrap().build().id);
        match standing {
            Standing::Ended(Outcome::Done | Outcome::Already { .. }) => {
                assert!(is_there, "{change} is recorded and not there")
            }
            Standing::NotSent | Standing::Ended(Outcome::Failed { .. } | Outcome::Skipped { .. }) => {
                assert!(!is_there, "{change} is there and recorded as {standing:?}");
            }
            Standing::InFlight | Standing::Ended(Outcome::Unsettled { .. }) => {}
        }
    }
}

pub fn run_id(document: &Value) -> RunId {
    document["run"].as_str().unwrap().parse().unwrap()
}

/// Builds that a fresh plan would tag.
pub fn wanted(bench: &Bench) -> BTreeSet<BuildId> {
    let output = bench
        .command("practice", &["koji", "mass-tag", SOURCE, DESTINATION])
        .args(["--dry-run", "--json"])
        .output()
        .unwrap();
    let (code, document) = document(&output);
    assert_eq!(code, 0, "{document}");
    document["planned"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| BuildId(change["build"]["id"].as_u64().unwrap()))
        .collect()
}

pub fn pause(millis: u64) {
    std::thread::sleep(Duration::from_millis(millis));
}
