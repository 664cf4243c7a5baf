// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::{flr_in, run};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

pub const SETTINGS: &str =
    "version = 1\n[accounts.flr-koji]\nkeytab = \"/etc/flr/flr-koji.keytab\"\nprincipal = \"flr-koji/h@R\"\n";

/// A grant that ends so many days from now.
pub fn grant(days: i64) -> String {
    let output = std::process::Command::new("date").args(["-u", "-d", &format!("{days} days"), "+%FT%TZ"]).output();
    let expires = String::from_utf8(output.unwrap().stdout).unwrap();
    format!(
        "version = 1\nuser = \"loopabull_x\"\nrun_as = \"flr-koji\"\nhosts = [\"kojihost\"]\nticket = \"infra 12345\"\n\
         owner = \"releng\"\nexpires = {}\n[[allow]]\nid = \"block\"\ncommand = \"koji block-pkg\"\ntags = [\"f44\"]\n\
         packages = [\"rust-*\"]\noptions = [\"--dry-run\"]\nper_run = 2\nper_day = 5\nconfirm = \"not needed\"\n\
         [[allow]]\nid = \"who\"\ncommand = \"koji whoami\"\noptions = [\"--json\"]\n",
        expires.trim()
    )
}

/// A root directory with settings and one grant.
fn root(grant: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("etc/flr/grants.d")).unwrap();
    fs::write(dir.path().join("etc/flr/flr.toml"), SETTINGS).unwrap();
    fs::write(dir.path().join("etc/flr/grants.d/loopabull_x.toml"), grant).unwrap();
    dir
}

/// `flr access sudoers loopabull_x` below `dir`; without visudo, standard error says so.
fn sudoers(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = flr_in(dir);
    command.args(["access", "sudoers", "loopabull_x", "--root"]).arg(dir).args(args);
    let (code, stdout, stderr) = run(&mut command, b"");
    let unchecked = "flr: not checked: there is no /usr/sbin/visudo here\n";
    (code, stdout, if visudo() { stderr } else { stderr.replace(unchecked, "") })
}

fn visudo() -> bool {
    Path::new("/usr/sbin/visudo").exists()
}

fn sha(dir: &Path) -> String {
    let output = std::process::Command::new("sha256sum").arg(dir.join("etc/flr/grants.d/loopabull_x.toml")).output();
    String::from_utf8(output.unwrap().stdout).unwrap()[..64].to_owned()
}

#[test]
fn the_fragment_of_a_grant() {
    let dir = root(&grant(100));
    let expected = format!(
        "# grant loopabull_x, digest sha256:{}; written by flr access sudoers; change the grant, not this\n\
         Defaults:loopabull_x env_reset, !setenv, !env_keep, !env_check, use_pty, umask=0077, umask_override\n\
         loopabull_x kojihost=(flr-koji) NOPASSWD: NOSETENV: /usr/bin/flr koji block-pkg *, /usr/bin/flr koji whoami, \
         /usr/bin/flr koji whoami --json\n",
        sha(dir.path())
    );
    assert_eq!(sudoers(dir.path(), &[]), (0, expected.clone(), String::new()));
    let as_root = expected.replace("(flr-koji)", "(root)");
    assert_eq!(sudoers(dir.path(), &["--as-root", "--for", "sudo-rs"]), (0, as_root, String::new()));
    let elsewhere = expected.replace("/usr/bin/flr", "/opt/flr");
    assert_eq!(sudoers(dir.path(), &["--binary", "/opt/flr"]), (0, elsewhere, String::new()));
}

#[test]
fn tightened_for_the_sudo_that_knows_expressions() {
    let dir = root(&grant(100));
    let (code, stdout, stderr) = sudoers(dir.path(), &["--tighten", "--for", "sudo"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    let form = "/usr/bin/flr ^koji block-pkg( (--dry-run))* (f44)( (--dry-run))*\
        ( (-|(rust-[A-Za-z0-9_./+@-]*))( (--dry-run))*)+$, /usr/bin/flr koji whoami, ";
    assert!(stdout.contains(form), "{stdout}");
    let note = "flr: where sudo is sudo-rs, or older than 1.9.10, this grants nothing\n";
    assert_eq!(sudoers(dir.path(), &["--tighten"]), (0, stdout, note.to_owned()));
    let refused = "flr: sudo-rs knows no regular expressions\nhint: leave --tighten away\n";
    assert_eq!(sudoers(dir.path(), &["--tighten", "--for", "sudo-rs"]), (2, String::new(), refused.to_owned()));
}

#[test]
fn what_makes_no_fragment() {
    let dir = root(&grant(100).replace("\"flr-koji\"", "\"flr-bodhi\""));
    let (code, stdout, stderr) = sudoers(dir.path(), &[]);
    let said = "flr: the grant of loopabull_x is for flr-bodhi, which is no service account of this machine\n";
    assert!(stderr.starts_with(said), "{stderr}");
    assert_eq!((code, stdout.as_str()), (6, ""));

    let (code, stdout, stderr) = sudoers(root(&grant(-1)).path(), &[]);
    assert!(stderr.starts_with("flr: the grant of loopabull_x has expired on "), "{stderr}");
    assert_eq!((code, stdout.as_str()), (3, ""));

    let dir = root("x = 1\n");
    assert_eq!(sudoers(dir.path(), &[]).0, 6);
    fs::remove_file(dir.path().join("etc/flr/grants.d/loopabull_x.toml")).unwrap();
    let (code, _, stderr) = sudoers(dir.path(), &[]);
    assert!(stderr.starts_with("flr: there is no grant for loopabull_x\n"), "{stderr}");
    assert_eq!(code, 10);
    fs::remove_file(dir.path().join("etc/flr/flr.toml")).unwrap();
    assert_eq!(sudoers(dir.path(), &[]).0, 6);

    let dir = root(&grant(100));
    for args in [["--binary", "flr"], ["--binary", "/usr/bin/sh"], ["--for", "doas"], ["--root", "/nonexistent"]] {
        assert_eq!(sudoers(dir.path(), &args).0, 2, "{args:?}");
    }
    let escaping = sudoers(root(&grant(100).replace("[\"kojihost\"]", "[\"KOJI\"]")).path(), &[]);
    assert_eq!(escaping.0, 2, "{escaping:?}");
}
