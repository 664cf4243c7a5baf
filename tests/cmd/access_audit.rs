// SPDX-License-Identifier: GPL-3.0-or-later
use crate::access_sudoers::{SETTINGS, grant};
use crate::site::{flr_in, run};
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A machine that is set up as it should be, below a directory: the fragment is what flr prints.
struct Root {
    dir: TempDir,
    log: PathBuf,
}

impl Root {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("var/log/flr/flr-koji.jsonl");
        let root = Self { dir, log };
        let own = (nix::unistd::geteuid().as_raw(), nix::unistd::getegid().as_raw());
        let is_root = own.0 == 0;
        let (uid, gid) = if is_root { (901, 901) } else { own };
        let passwd = format!(
            "root:x:0:0::/root:/bin/bash\nflr-koji:x:{uid}:{gid}::/nonexistent:/usr/sbin/nologin\n\
             loopabull_x:x:64001:64001::/home/loopabull_x:/bin/sh\n"
        );
        root.write("etc/passwd", 0o644, &passwd);
        root.write("etc/group", 0o644, &format!("root:x:0:\nflr-koji:x:{gid}:\nloopabull_x:x:64001:\n"));
        root.write("etc/shadow", 0o600, "root:*:1::::::\nflr-koji:!:1::::::\nloopabull_x:!:1::::::\n");
        root.write("etc/shells", 0o644, "/bin/sh\n/bin/bash\n");
        root.write("etc/flr/flr.toml", 0o644, SETTINGS);
        root.write("etc/flr/flr-koji.keytab", 0o400, "keys");
        root.write("etc/flr/grants.d/loopabull_x.toml", 0o644, &grant(100));
        root.write("etc/sudoers", 0o440, "Defaults env_reset\nroot ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n");
        root.write("usr/bin/flr", 0o755, "binary");
        root.write("usr/bin/sudo", 0o4755, "binary");
        let sudo = "Package: sudo\nStatus: install ok installed\nVersion: 1.9.17p2-1\n";
        root.write("var/lib/dpkg/status", 0o644, sudo);
        root.write("var/log/flr/flr-koji.jsonl", 0o660, "");
        root.write("var/lib/flr/flr-koji/runs/x", 0o600, "");
        root.write("etc/rsyslog.conf", 0o644, "authpriv.* @@loghost:514\n");
        let state = root.path().join("var/lib/flr/flr-koji");
        fs::set_permissions(&state, fs::Permissions::from_mode(0o700)).unwrap();
        if is_root {
            chown(&state, Some(uid), Some(gid)).unwrap();
            chown(root.path().join("etc/flr/flr-koji.keytab"), Some(uid), Some(gid)).unwrap();
            chown(&root.log, Some(0), Some(gid)).unwrap();
        }
        let mut command = flr_in(root.path());
        command.args(["access", "sudoers", "loopabull_x", "--root"]).arg(root.path());
        let (code, fragment, _) = run(&mut command, b"");
        assert_eq!(code, 0);
        root.write("etc/sudoers.d/90-flr-loopabull_x", 0o440, &fragment);
        root
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn write(&self, path: &str, mode: u32, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        for dir in path.parent().unwrap().ancestors().take_while(|dir| *dir != self.path()) {
            fs::set_permissions(dir, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let _ = fs::remove_file(&path);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn audit(&self, args: &[&str]) -> (i32, String, String) {
        let mut command = flr_in(self.path());
        command.args(["access", "audit", "--root"]).arg(self.path()).args(args);
        run(&mut command, b"")
    }

    /// Whether the log could be made append-only: only root can, and not on every file system.
    fn append_only(&self, sign: &str) -> bool {
        Command::new("chattr").arg(format!("{sign}a")).arg(&self.log).output().is_ok_and(|done| done.status.success())
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        self.append_only("-");
    }
}

const UNSEEN: &str = "flr: not looked at: what sudo and cvtsudoers say themselves: only the files were read\n";

#[test]
fn a_clean_machine() {
    let root = Root::new();
    let could = root.append_only("+");
    let (code, stdout, stderr) = root.audit(&[]);
    assert_eq!(stderr, UNSEEN);
    if could {
        assert_eq!((code, stdout.as_str()), (0, ""));
    } else {
        assert!(stdout.starts_with("log-append-only ") && stdout.lines().count() == 1, "{stdout}");
        assert_eq!(code, 7);
    }
}

#[test]
fn findings_have_a_place_a_reason_and_a_cure() {
    let root = Root::new();
    root.append_only("+");
    root.write(
        "etc/sudoers",
        0o440,
        "Defaults env_reset\nroot ALL=(ALL:ALL) ALL\nDefaults requiretty\nUser_Alias\u{9}X = kim\nX ALL=(flr-koji) /bin/sh\n\
         @includedir /etc/sudoers.d\n",
    );
    let (code, stdout, stderr) = root.audit(&["--json"]);
    assert_eq!((code, stderr.as_str()), (7, UNSEEN));
    let lines: Vec<serde_json::Value> = stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |id: &str| lines.iter().find(|line| line["id"] == id).unwrap_or_else(|| panic!("{id}: {stdout}"));
    let sh = of("rule-interpreter");
    let fields: Vec<_> = sh.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["cure", "file", "id", "line", "why"]);
    assert_eq!((&sh["file"], &sh["line"]), (&"/etc/sudoers".into(), &5.into()));
    assert_eq!(sh["why"], "kim may run /bin/sh as flr-koji: it runs whatever it is told");
    assert_eq!(of("rule-account")["line"], 5);
    assert_eq!(of("defaults-terminal")["line"], 3);

    let (code, table, _) = root.audit(&[]);
    assert_eq!(code, 7);
    let row = table.lines().find(|line| line.starts_with("defaults-terminal ")).unwrap();
    assert_eq!(row.split_whitespace().nth(1), Some("/etc/sudoers:3"));
    assert!(row.ends_with("; cure: say Defaults:loopabull_x !requiretty after it, or remove it"), "{row}");
}

/// Names of files are foreign text.
#[test]
fn what_is_found_cannot_act_on_a_terminal() {
    let root = Root::new();
    root.write("etc/flr/grants.d/x\u{1b}[31m.toml", 0o644, "");
    let (_, table, _) = root.audit(&[]);
    assert!(table.contains("/etc/flr/grants.d/x\\u{1b}[31m.toml"), "{table}");
    let (_, json, _) = root.audit(&["--json"]);
    assert!(json.contains("x\\u001b[31m.toml"), "{json}");
}

#[test]
fn an_empty_root_is_full_of_findings_and_no_root_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = flr_in(dir.path());
    command.args(["access", "audit", "--root"]).arg(dir.path());
    let (code, stdout, _) = run(&mut command, b"");
    assert_eq!(code, 7);
    for file in ["/etc/passwd", "/etc/group", "/etc/shadow", "/etc/sudoers"] {
        let unread = |line: &str| line.starts_with("unread ") && line.split_whitespace().nth(1) == Some(file);
        assert!(stdout.lines().any(unread), "{file}: {stdout}");
    }
    for no_root in [dir.path().join("none"), "/etc/passwd".into()] {
        let mut command = flr_in(dir.path());
        command.args(["access", "audit", "--root"]).arg(no_root);
        assert_eq!(run(&mut command, b"").0, 2);
    }
}
