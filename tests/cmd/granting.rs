// SPDX-License-Identifier: GPL-3.0-or-later
//! A machine that grants something, below a directory of its own.

#![allow(clippy::disallowed_methods, reason = "the examples must not have expired")]

use crate::site::{flr_in, run};
use jiff::{SignedDuration, Timestamp};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const SETTINGS: &str = "version = 1\n[accounts.flr-koji]\nkeytab = \"/etc/flr/flr-koji.keytab\"\n\
    principal = \"flr-koji/kojihost@EXAMPLE.ORG\"\n";

/// When the examples end. Tests put a day in its place that is near enough, and not over.
const ENDS: &str = "2027-04-01T00:00:00Z";

/// A root directory in a place that only its owner can write to.
pub struct Machine {
    dir: TempDir,
}

/// How a command ended.
#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// The day that stands in the place of the examples' own.
pub fn ends() -> String {
    let day = Timestamp::now().checked_add(SignedDuration::from_hours(24 * 100)).unwrap();
    day.strftime("%Y-%m-%dT00:00:00Z").to_string()
}

/// A text of the examples, with another end.
pub fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/access").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    assert!(text.contains(ENDS), "{name}");
    text.replace(ENDS, &ends())
}

impl Machine {
    /// With an account, and no grant.
    pub fn new() -> Self {
        let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let machine = Self { dir };
        fs::create_dir_all(machine.grant("x").parent().unwrap()).unwrap();
        fs::write(machine.path().join("etc/flr/flr.toml"), SETTINGS).unwrap();
        machine
    }

    /// With all of the examples.
    pub fn with_examples() -> Self {
        let machine = Self::new();
        for user in ["loopabull_block", "loopabull_rebuild", "loopabull_report"] {
            machine.grants(user, &example(&format!("{user}.toml")));
        }
        machine
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Where the user's grant is.
    pub fn grant(&self, user: &str) -> PathBuf {
        self.path().join(format!("etc/flr/grants.d/{user}.toml"))
    }

    /// Grants it.
    pub fn grants(&self, user: &str, text: &str) {
        fs::write(self.grant(user), text).unwrap();
    }

    /// `flr access …` here; what it says of this directory is ROOT.
    pub fn flr(&self, args: &[&str]) -> Said {
        let (command, rest) = args.split_first().unwrap();
        let mut flr = flr_in(self.path());
        flr.args(["access", command, "--root"]).arg(self.path()).args(rest);
        let (code, stdout, stderr) = run(&mut flr, b"");
        let root = self.path().to_str().unwrap();
        Said { code, stdout: stdout.replace(root, "ROOT"), stderr: stderr.replace(root, "ROOT") }
    }
}

impl Said {
    #[track_caller]
    pub fn is(&self, code: i32, stdout: &str, stderr: &str) {
        let expected = Self { code, stdout: stdout.to_owned(), stderr: stderr.to_owned() };
        assert_eq!(*self, expected);
    }
}
