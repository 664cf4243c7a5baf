// SPDX-License-Identifier: GPL-3.0-or-later
//! Files that only root can have written: what is wrong with one is said, and nothing of it is read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]
#![allow(unsafe_code, reason = "an ACL is planted as the kernel keeps it")]

use flr::access::guarded::{Rules, read, trust_directory, trust_keys};
use flr::error::Kind;
use nix::libc;
use nix::unistd::{Gid, Uid, chown, mkfifo};
use std::ffi::CString;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

/// A directory that stands for `/`, with `etc/flr/grants.d/kim.toml` in it.
struct Host {
    dir: tempfile::TempDir,
    rules: Rules,
}

const TEXT: &str = "user = \"kim\"\n";

impl Host {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let rules = Rules { owner: Uid::effective().as_raw(), top: dir.path().to_owned() };
        let host = Self { dir, rules };
        fs::create_dir_all(host.at("etc/flr/grants.d")).unwrap();
        fs::write(host.grant(), TEXT).unwrap();
        for (path, mode) in
            [("", 0o755), ("etc", 0o755), ("etc/flr", 0o755), ("etc/flr/grants.d", 0o755), (GRANT, 0o644)]
        {
            host.mode(path, mode);
        }
        host
    }

    fn at(&self, path: &str) -> PathBuf {
        if path.is_empty() { self.dir.path().to_owned() } else { self.dir.path().join(path) }
    }

    fn grant(&self) -> PathBuf {
        self.at(GRANT)
    }

    fn mode(&self, path: &str, mode: u32) {
        fs::set_permissions(self.at(path), Permissions::from_mode(mode)).unwrap();
    }

    fn read(&self) -> Result<Option<String>, String> {
        self.said(read(&self.grant(), &self.rules))
    }

    /// The words of the error with its hint, the place of the host left out.
    fn said<T>(&self, result: flr::Result<T>) -> Result<T, String> {
        result.map_err(|error| {
            assert_eq!(error.kind, Kind::Unsafe, "{error}");
            let hint = error.hint.map(|hint| format!(" | {hint}")).unwrap_or_default();
            format!("{}{hint}", error.what).replace(self.dir.path().to_str().unwrap(), "")
        })
    }
}

const GRANT: &str = "etc/flr/grants.d/kim.toml";
const SHOWN: &str = "/etc/flr/grants.d/kim.toml";

/// Root, or nothing to see here; in CI nothing is skipped.
fn root() -> bool {
    let ci = std::env::var_os("CI").is_some_and(|ci| ci == "true");
    assert!(Uid::effective().is_root() || !ci, "CI must run this as root");
    Uid::effective().is_root()
}

fn group_of(path: &Path) -> String {
    let gid = fs::metadata(path).unwrap().gid();
    nix::unistd::Group::from_gid(Gid::from_raw(gid)).unwrap().map_or(gid.to_string(), |group| group.name)
}

fn me() -> String {
    nix::unistd::User::from_uid(Uid::effective()).unwrap().unwrap().name
}

#[test]
fn a_safe_file_is_read() {
    let host = Host::new();
    assert_eq!(host.read(), Ok(Some(TEXT.to_owned())));
    for mode in [0o640, 0o444, 0o400, 0o755] {
        host.mode(GRANT, mode);
        assert_eq!(host.read(), Ok(Some(TEXT.to_owned())), "{mode:o}");
    }
    fs::remove_file(host.grant()).unwrap();
    assert_eq!(host.read(), Ok(None));
    fs::remove_dir_all(host.at("etc/flr")).unwrap();
    assert_eq!(host.read(), Ok(None));
}

#[test]
fn what_others_can_write_is_not_read() {
    let host = Host::new();
    let group = group_of(&host.grant());
    for (mode, wrong) in [
        (0o664, format!("{SHOWN} is writable by group {group} | as root: chmod g-w {SHOWN}")),
        (0o646, format!("{SHOWN} is writable by everybody | as root: chmod o-w {SHOWN}")),
        (
            0o666,
            format!(
                "{SHOWN} is writable by group {group}; {SHOWN} is writable by everybody \
                 | as root: chmod g-w {SHOWN}; chmod o-w {SHOWN}"
            ),
        ),
    ] {
        host.mode(GRANT, mode);
        assert_eq!(host.read(), Err(wrong));
    }
    host.mode(GRANT, 0o644);
    for dir in ["etc", "etc/flr", "etc/flr/grants.d"] {
        for (mode, who, cure) in [
            (0o775, format!("group {group}"), "chmod g-w"),
            (0o757, "everybody".to_owned(), "chmod o-w"),
            // As /tmp is: others cannot replace the file, but they can put one where there is none.
            (0o1757, "everybody".to_owned(), "chmod o-w"),
        ] {
            host.mode(dir, mode);
            assert_eq!(host.read(), Err(format!("/{dir} is writable by {who} | as root: {cure} /{dir}")));
        }
        host.mode(dir, 0o755);
    }
    assert_eq!(host.read(), Ok(Some(TEXT.to_owned())));
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let host = Host::new();
    let group = group_of(&host.grant());
    host.mode("etc/flr", 0o757);
    host.mode(GRANT, 0o664);
    assert_eq!(
        host.read(),
        Err(format!(
            "/etc/flr is writable by everybody; {SHOWN} is writable by group {group} \
             | as root: chmod o-w /etc/flr; chmod g-w {SHOWN}"
        ))
    );
    // Somebody may have taken it away.
    fs::remove_file(host.grant()).unwrap();
    assert_eq!(host.read(), Err("/etc/flr is writable by everybody | as root: chmod o-w /etc/flr".to_owned()));
}

#[test]
fn somebody_elses_file_is_not_read() {
    if !root() {
        return;
    }
    let daemon = nix::unistd::User::from_name("daemon").unwrap().unwrap();
    for path in [GRANT, "etc/flr"] {
        let host = Host::new();
        chown(&host.at(path), Some(daemon.uid), None).unwrap();
        let wrong = format!("/{path} belongs to daemon, not to root | as root: chown -h root /{path}");
        assert_eq!(host.read(), Err(wrong));
        // For one who may own it, it is fine; root's parents are as well.
        let rules = Rules { owner: daemon.uid.as_raw(), top: host.at("") };
        assert_eq!(host.said(read(&host.grant(), &rules)), Ok(Some(TEXT.to_owned())));
    }
    let host = Host::new();
    chown(&host.grant(), None, Some(daemon.gid)).unwrap();
    host.mode(GRANT, 0o660);
    assert_eq!(host.read(), Err(format!("{SHOWN} is writable by group daemon | as root: chmod g-w {SHOWN}")));
    // A number that nobody has.
    chown(&host.grant(), Some(Uid::from_raw(61_993)), Some(Gid::from_raw(61_993))).unwrap();
    host.mode(GRANT, 0o660);
    let wrong = host.read().unwrap_err();
    assert!(wrong.starts_with(&format!("{SHOWN} belongs to 61993, not to root; {SHOWN} is writable by group 61993 |")));
}

#[test]
fn links_are_followed_only_on_the_way() {
    let host = Host::new();
    let real = host.at("etc/flr/grants.d/real.toml");
    fs::rename(host.grant(), &real).unwrap();
    for target in [real.as_path(), Path::new("real.toml"), Path::new("/nowhere")] {
        symlink(target, host.grant()).unwrap();
        assert_eq!(host.read(), Err(format!("{SHOWN} is a symbolic link")));
        fs::remove_file(host.grant()).unwrap();
    }
    fs::rename(&real, host.grant()).unwrap();

    // A directory may be one, wherever it leads and by whichever way; the top is its `/`.
    fs::create_dir_all(host.at("srv/conf")).unwrap();
    host.mode("srv", 0o755);
    host.mode("srv/conf", 0o755);
    fs::rename(host.at("etc/flr/grants.d"), host.at("srv/conf/grants.d")).unwrap();
    for target in ["/srv/conf/grants.d", "../../srv/conf/grants.d", "../../../../../srv/./conf/../conf/grants.d/"] {
        symlink(target, host.at("etc/flr/grants.d")).unwrap();
        assert_eq!(host.read(), Ok(Some(TEXT.to_owned())), "{target}");
        host.mode("srv/conf", 0o757);
        let wrong = "/srv/conf is writable by everybody | as root: chmod o-w /srv/conf";
        assert_eq!(host.read(), Err(wrong.to_owned()), "{target}");
        host.mode("srv/conf", 0o755);
        fs::remove_file(host.at("etc/flr/grants.d")).unwrap();
    }
    symlink("grants.d", host.at("etc/flr/grants.d")).unwrap();
    assert_eq!(host.read(), Err(format!("{SHOWN} has more than 16 symbolic links")));
}

#[test]
fn somebody_elses_link_leads_nowhere() {
    if !root() {
        return;
    }
    let host = Host::new();
    fs::rename(host.at("etc/flr"), host.at("etc/real")).unwrap();
    symlink("real", host.at("etc/flr")).unwrap();
    assert_eq!(host.read(), Ok(Some(TEXT.to_owned())));
    std::os::unix::fs::lchown(host.at("etc/flr"), Some(61_993), None).unwrap();
    let wrong = "/etc/flr belongs to 61993, not to root | as root: chown -h root /etc/flr";
    assert_eq!(host.read(), Err(wrong.to_owned()));
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let host = Host::new();
    fs::remove_file(host.grant()).unwrap();
    mkfifo(&host.grant(), nix::sys::stat::Mode::from_bits_truncate(0o600)).unwrap();
    assert_eq!(host.read(), Err(format!("{SHOWN} is no regular file")));
    fs::remove_file(host.grant()).unwrap();
    fs::create_dir(host.grant()).unwrap();
    host.mode(GRANT, 0o755);
    assert_eq!(host.read(), Err(format!("{SHOWN} is no regular file")));
    fs::remove_dir(host.grant()).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(host.grant()).unwrap();
    let said = host.read().unwrap_err();
    assert!(said.starts_with(&format!("cannot open {SHOWN}: ")), "{said}");
    // A file where a directory should be.
    let host = Host::new();
    fs::remove_dir_all(host.at("etc/flr/grants.d")).unwrap();
    fs::write(host.at("etc/flr/grants.d"), "").unwrap();
    assert_eq!(host.read(), Err("cannot open /etc/flr/grants.d: Not a directory".to_owned()));
}

#[test]
fn a_file_has_a_size_and_is_text() {
    let host = Host::new();
    let most = "#".repeat(64 << 10);
    fs::write(host.grant(), &most).unwrap();
    assert_eq!(host.read(), Ok(Some(most.clone())));
    fs::write(host.grant(), format!("{most}#")).unwrap();
    assert_eq!(host.read(), Err(format!("{SHOWN} is longer than 64 KiB")));
    fs::write(host.grant(), b"a = 1\nb = 2\nc = \"\xff\"\n").unwrap();
    assert_eq!(host.read(), Err(format!("{SHOWN} is not UTF-8 in line 3")));
}

#[test]
fn a_path_is_whole_and_goes_down() {
    let host = Host::new();
    for path in ["etc/flr/flr.toml", "", "/etc/flr/flr.toml", "../x"] {
        let said = host.said(read(Path::new(path), &host.rules)).unwrap_err();
        assert!(said.starts_with(&format!("{path} is no whole path below ")), "{said}");
    }
    let up = host.at("etc/flr/../flr/grants.d/kim.toml");
    assert!(host.said(read(&up, &host.rules)).unwrap_err().contains(" is no whole path below "));
    // The top itself is a directory like any other.
    assert_eq!(host.said(trust_directory(&host.at(""), &host.rules)), Ok(true));
}

/// user::rwx user:61993:NAMED group::r-- group:61994:r-- mask::MASK other::r-x
fn plant_acl(path: &Path, named: u16, mask: u16) {
    let mut acl = 2_u32.to_le_bytes().to_vec();
    for (tag, bits, id) in [
        (1_u16, 7_u16, u32::MAX),
        (2, named, 61_993),
        (4, 4, u32::MAX),
        (8, 4, 61_994),
        (16, mask, u32::MAX),
        (32, 5, u32::MAX),
    ] {
        acl.extend(tag.to_le_bytes());
        acl.extend(bits.to_le_bytes());
        acl.extend(id.to_le_bytes());
    }
    let path = CString::new(path.to_str().unwrap()).unwrap();
    let name = c"system.posix_acl_access";
    let set = unsafe { libc::setxattr(path.as_ptr(), name.as_ptr(), acl.as_ptr().cast(), acl.len(), 0) };
    assert_eq!(set, 0, "the file system of the tests has no ACLs: {}", std::io::Error::last_os_error());
}

#[test]
fn an_acl_that_lets_somebody_write_is_seen() {
    let host = Host::new();
    plant_acl(&host.grant(), 4, 4);
    assert_eq!(host.read(), Ok(Some(TEXT.to_owned())), "one that lets somebody read");
    let wrong = |path: &str| Err(format!("{path} has an ACL that lets user 61993 write | as root: setfacl -b {path}"));
    for mask in [6, 4] {
        // With the mask at r-- it is of no effect until somebody says `chmod g+w`.
        plant_acl(&host.grant(), 6, mask);
        assert_eq!(host.read(), wrong(SHOWN), "{mask}");
    }
    let host = Host::new();
    plant_acl(&host.at("etc/flr"), 7, 7);
    let said = host.read();
    assert!(said.clone().unwrap_err().contains("/etc/flr has an ACL that lets user 61993 write"), "{said:?}");
}

#[test]
fn keys_are_the_accounts_and_nobody_elses() {
    let host = Host::new();
    let account = Uid::effective().as_raw();
    let keys = |host: &Host| host.said(trust_keys(&host.at("etc/flr/koji.keytab"), account, &host.rules));
    let (shown, name) = ("/etc/flr/koji.keytab", me());
    assert_eq!(keys(&host), Err(format!("there is no {shown} | put the keys of {name} there, with mode 0400")));
    fs::write(host.at("etc/flr/koji.keytab"), b"\x05\x02").unwrap();
    for mode in [0o400, 0o600] {
        host.mode("etc/flr/koji.keytab", mode);
        assert_eq!(keys(&host), Ok(()));
    }
    for mode in [0o640, 0o644, 0o700, 0o4400, 0o000] {
        host.mode("etc/flr/koji.keytab", mode);
        let wrong = format!("{shown} has mode {mode:04o}, not 0400 or 0600 | as root: chmod 0400 {shown}");
        assert_eq!(keys(&host), Err(wrong));
    }
    host.mode("etc/flr/koji.keytab", 0o400);
    let of_another = host.said(trust_keys(&host.at("etc/flr/koji.keytab"), 61_993, &host.rules));
    let wrong = format!("{shown} belongs to {name}, not to 61993 | as root: chown 61993 {shown}");
    assert_eq!(of_another, Err(wrong));
    plant_acl(&host.at("etc/flr/koji.keytab"), 4, 4);
    // The mode now shows the mask for the group.
    assert!(
        keys(&host).unwrap_err().starts_with(&format!("{shown} has mode 0745, not 0400 or 0600; {shown} has an ACL |"))
    );
    host.mode("etc/flr/koji.keytab", 0o600);
    assert_eq!(keys(&host), Err(format!("{shown} has an ACL | as root: setfacl -b {shown}")));
    fs::remove_file(host.at("etc/flr/koji.keytab")).unwrap();
    symlink("kim.keytab", host.at("etc/flr/koji.keytab")).unwrap();
    assert_eq!(keys(&host), Err(format!("{shown} is a symbolic link")));
    host.mode("etc", 0o757);
    fs::remove_file(host.at("etc/flr/koji.keytab")).unwrap();
    fs::write(host.at("etc/flr/koji.keytab"), "").unwrap();
    host.mode("etc/flr/koji.keytab", 0o400);
    assert_eq!(keys(&host), Err("/etc is writable by everybody | as root: chmod o-w /etc".to_owned()));
}

#[test]
fn directories_are_judged_with_those_above() {
    let host = Host::new();
    let trust = |path: &str| host.said(trust_directory(&host.at(path), &host.rules));
    assert_eq!(trust("etc/flr/grants.d"), Ok(true));
    assert_eq!(trust("etc/koji.conf.d"), Ok(false));
    assert_eq!(trust(GRANT), Err(format!("{SHOWN} is no directory")));
    host.mode("etc/flr/grants.d", 0o1777);
    assert!(trust("etc/flr/grants.d").unwrap_err().contains("/etc/flr/grants.d is writable by everybody"));
    host.mode("etc", 0o757);
    assert!(trust("etc/flr").unwrap_err().starts_with("/etc is writable by everybody"));
}

/// Without a top of its own, everything from `/` on counts.
#[test]
fn nothing_below_tmp_is_roots() {
    let dir = tempfile::Builder::new().tempdir_in("/tmp").unwrap();
    fs::write(dir.path().join("x"), "").unwrap();
    let said = read(&dir.path().join("x"), &Rules::of_root()).unwrap_err();
    assert!(said.what.contains("/tmp is writable by everybody"), "{said}");
    assert_eq!(read(Path::new("/proc/version"), &Rules::of_root()).map(|text| text.is_some()), Ok(true));
}
