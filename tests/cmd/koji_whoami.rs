// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::{Ended, LOGIN, Site};

#[test]
fn by_password() {
    let site = Site::small();
    let ended = site.logged_in(["koji", "whoami"]);
    assert_eq!(ended.stdout, "practice  password  koji  tag\n");
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!(ended.calls.first().map(String::as_str), Some("login"));
    assert_eq!(ended.calls.last().map(String::as_str), Some("logout"));
}

#[test]
fn as_json() {
    let site = Site::small();
    let line = site.logged_in(["koji", "whoami", "--json"]).document();
    assert_eq!(
        line,
        serde_json::json!({
            "user": "practice", "login": "password", "profile": "koji",
            "server": "http://HUB/kojihub", "permissions": ["tag"]
        })
    );
}

#[test]
fn a_wrong_password_is_told() {
    let site = Site::small();
    std::fs::write(site.path().join("password"), "wrong\n").unwrap();
    let ended = site.logged_in(["koji", "whoami"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (10, ""));
    assert!(!ended.stderr.contains("wrong\n"), "{}", ended.stderr);
    assert!(ended.stderr.contains("practice"), "{}", ended.stderr);
}

/// A password that others can read is no secret; one that is missing cannot be asked for here.
#[test]
fn where_a_password_may_come_from() {
    use std::os::unix::fs::PermissionsExt;
    let site = Site::small();
    let file = site.path().join("password");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(
        site.logged_in(["koji", "whoami"]),
        Ended {
            code: 6,
            stderr: "flr: the password in password can be read by others (mode 644)\n\
                     hint: chmod 600 password, and change the password\n"
                .into(),
            ..Ended::default()
        }
    );
    std::fs::write(&file, "\n").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let ended = site.logged_in(["koji", "whoami"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (10, "flr: there is no password in password\n"));
    let mut command = site.command();
    command.args(["koji", "whoami"]).args(&LOGIN[..2]);
    let ended = site.ended(command, b"practice-pw\n");
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.ends_with("hint: pass --password-file FILE\n"), "{}", ended.stderr);
    assert_eq!(ended.calls, [""; 0]);
}
