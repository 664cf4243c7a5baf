// SPDX-License-Identifier: GPL-3.0-or-later
//! A machine without a flaw, below a directory of its own.

use super::*;
use crate::access::sudoers::{Style, fragment};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;

const GRANT: &str = "version = 1\nuser = \"loopabull_x\"\nrun_as = \"flr-koji\"\nhosts = [\"kojihost\"]\n\
    ticket = \"infra 12345\"\nowner = \"releng\"\nexpires = 2027-04-01T00:00:00Z\n\
    [[allow]]\nid = \"block\"\ncommand = \"koji block-pkg\"\ntags = [\"f44\"]\npackages = \"any\"\n\
    options = [\"--dry-run\"]\nper_run = 2\nper_day = 5\nconfirm = \"not needed\"\n\
    [[allow]]\nid = \"who\"\ncommand = \"koji whoami\"\n";

pub(super) const SETTINGS: &str =
    "version = 1\n[accounts.flr-koji]\nkeytab = \"/etc/flr/flr-koji.keytab\"\nprincipal = \"flr-koji/h@R\"\n";

pub(super) const KEY: &str = "restrict,from=\"10.0.0.1\" ssh-ed25519 AAAAC3Nza bus\n";

/// A root directory below which everything is as it should be. Whoever runs the test is its root;
/// if that is root itself, files of accounts are theirs.
pub(super) struct Tree {
    _dir: tempfile::TempDir,
    pub(super) places: Places,
    pub(super) account: u32,
    pub(super) group: u32,
    pub(super) machine: Told,
}

/// What the machine says; attributes as they were planted.
#[derive(Default)]
pub(super) struct Told {
    said: RefCell<BTreeMap<String, Ran>>,
    attributes: RefCell<BTreeMap<PathBuf, &'static str>>,
    rewritable: RefCell<Option<Option<bool>>>,
}

impl Machine for Told {
    fn host_name(&self) -> Option<String> {
        None
    }
    fn run(&self, program: &str, args: &[&str]) -> Ran {
        let call = format!("{program} {}", args.join(" "));
        self.said.borrow().get(&call).cloned().unwrap_or(Ran::NotThere)
    }
    fn append_only(&self, _: &Path) -> Option<bool> {
        self.rewritable.borrow().unwrap_or(Some(true))
    }
    fn has_attribute(&self, path: &Path, name: &str) -> Option<bool> {
        Some(self.attributes.borrow().get(path) == Some(&name))
    }
}

impl Tree {
    pub(super) fn clean() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut places = Places::below(&dir.path().canonicalize().unwrap());
        places.owner = nix::unistd::geteuid().as_raw();
        let (account, group) = match places.owner {
            0 => (901, 901),
            own => (own, nix::unistd::getegid().as_raw()),
        };
        let tree = Self { _dir: dir, places, account, group, machine: Told::default() };
        let uid = account;
        tree.write(
            "/etc/passwd",
            &format!(
                "root:x:0:0::/root:/bin/bash\nflr-koji:x:{uid}:{group}::/nonexistent:/usr/sbin/nologin\n\
                 loopabull_x:x:64001:64001::/home/loopabull_x:/bin/sh\nkim:x:64002:64002::/home/kim:/bin/bash\n"
            ),
        );
        tree.write(
            "/etc/group",
            &format!(
                "root:x:0:\nflr-koji:x:{group}:\nloopabull_x:x:64001:\nkim:x:64002:\nwheel:x:10:kim\nsudo:x:27:\n\
                 docker:x:64100:\nops:x:64101:\n"
            ),
        );
        tree.write("/etc/shadow", "root:*:1::::::\nflr-koji:!:1::::::\nloopabull_x:!:1::::::\nkim:$y$x:1::::::\n");
        tree.write("/etc/shells", "/bin/sh\n/bin/bash\n");
        tree.write("/etc/flr/flr.toml", SETTINGS);
        tree.write("/etc/flr/flr-koji.keytab", "keys");
        tree.mode("/etc/flr/flr-koji.keytab", 0o400);
        tree.own("/etc/flr/flr-koji.keytab", account, group);
        tree.write("/etc/flr/grants.d/loopabull_x.toml", GRANT);
        tree.write(
            "/etc/sudoers",
            "Defaults env_reset\nDefaults env_keep += \"TZ\"\nroot ALL=(ALL:ALL) ALL\n%wheel ALL=(ALL) ALL\n\
             @includedir /etc/sudoers.d\n",
        );
        tree.write("/etc/sudoers.d/README", "# nothing\n");
        tree.install(&Style::default());
        tree.write("/usr/bin/flr", "binary");
        tree.mode("/usr/bin/flr", 0o755);
        tree.write("/usr/bin/sudo", "binary");
        tree.mode("/usr/bin/sudo", 0o4755);
        tree.write(
            "/var/lib/dpkg/status",
            "Package: sudo\nStatus: install ok installed\nVersion: 1.9.17p2-1\n\nPackage: zsh\nStatus: install ok installed\n",
        );
        tree.write("/var/log/flr/flr-koji.jsonl", "{\"v\":1}\n");
        tree.mode("/var/log/flr/flr-koji.jsonl", 0o660);
        tree.own("/var/log/flr/flr-koji.jsonl", tree.places.owner, group);
        tree.write("/var/lib/flr/flr-koji/runs/x", "");
        tree.mode("/var/lib/flr/flr-koji", 0o700);
        tree.own("/var/lib/flr/flr-koji", account, group);
        tree.write("/home/loopabull_x/.ssh/authorized_keys", KEY);
        tree.write("/etc/rsyslog.conf", "authpriv.* @@loghost:514\n");
        tree
    }

    pub(super) fn at(&self, path: &str) -> PathBuf {
        self.places.at(path)
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.at(path);
        let mut made = Vec::new();
        let mut parent = path.parent().unwrap();
        while !parent.exists() {
            made.push(parent.to_owned());
            parent = parent.parent().unwrap();
        }
        for dir in made.into_iter().rev() {
            fs::create_dir(&dir).unwrap();
            fs::set_permissions(&dir, fs::Permissions::from_mode(0o755)).unwrap();
        }
        if path.exists() {
            fs::remove_file(&path).unwrap();
        }
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    }

    pub(super) fn add(&self, path: &str, text: &str) {
        let before = fs::read_to_string(self.at(path)).unwrap_or_default();
        self.write(path, &format!("{before}{text}"));
    }

    pub(super) fn change(&self, path: &str, from: &str, to: &str) {
        let before = fs::read_to_string(self.at(path)).unwrap();
        assert!(before.contains(from), "{path}: {from}");
        let mode = fs::metadata(self.at(path)).unwrap().permissions();
        self.write(path, &before.replace(from, to));
        fs::set_permissions(self.at(path), mode).unwrap();
    }

    pub(super) fn remove(&self, path: &str) {
        fs::remove_file(self.at(path)).unwrap();
    }

    pub(super) fn mode(&self, path: &str, mode: u32) {
        fs::set_permissions(self.at(path), fs::Permissions::from_mode(mode)).unwrap();
    }

    pub(super) fn own(&self, path: &str, uid: u32, gid: u32) {
        if self.is_root() {
            chown(self.at(path), Some(uid), Some(gid)).unwrap();
        }
    }

    pub(super) fn is_root(&self) -> bool {
        self.places.owner == 0
    }

    pub(super) fn acl(&self, path: &str) {
        self.attribute(path, "system.posix_acl_access");
    }

    pub(super) fn attribute(&self, path: &str, name: &'static str) {
        self.machine.attributes.borrow_mut().insert(self.at(path), name);
    }

    pub(super) fn append_only(&self, is: Option<bool>) {
        self.machine.rewritable.replace(Some(is));
    }

    pub(super) fn says(&self, call: &str, text: &str) {
        self.machine.said.borrow_mut().insert(call.to_owned(), Ran::Said(text.to_owned()));
    }

    /// The fragment of the grant as it stands.
    pub(super) fn install(&self, style: &Style) {
        let (commands, forms) = (crate::cli::grantable(), crate::cli::forms());
        let text = fs::read_to_string(self.at("/etc/flr/grants.d/loopabull_x.toml")).unwrap();
        let grant = Grant::parse(&text, &commands).unwrap();
        let text = fragment(&grant, &toml::from_str(SETTINGS).unwrap(), style, &forms).unwrap();
        self.write("/etc/sudoers.d/90-flr-loopabull_x", &text);
        self.mode("/etc/sudoers.d/90-flr-loopabull_x", 0o440);
    }

    pub(super) fn found(&self) -> Found {
        let (commands, forms) = (crate::cli::grantable(), crate::cli::forms());
        let now = "2026-11-27T12:00:00Z".parse().unwrap();
        let (places, machine) = (&self.places, &self.machine);
        audit(&Scene { places, machine, commands: &commands, forms: &forms, now })
    }
}
