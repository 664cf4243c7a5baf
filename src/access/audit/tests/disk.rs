// SPDX-License-Identifier: GPL-3.0-or-later
//! A disk that is full or cannot be written, a file that cannot grow or be cut.

use super::*;
use nix::mount::{MsFlags, mount, umount};

/// A disk so small that it is full at once; unmounted at the end.
struct Disk(Bench);

impl Disk {
    fn new() -> Option<Self> {
        let bench = Bench::new();
        match mount(Some("tmpfs"), bench.dir.path(), Some("tmpfs"), MsFlags::empty(), Some("size=64k,mode=700")) {
            Ok(()) => {}
            Err(_) if !nix::unistd::geteuid().is_root() => {
                eprintln!("not shown: only root may mount a small disk");
                return None;
            }
            Err(errno) => panic!("cannot mount a small disk: {errno}"),
        }
        touch(&bench.path());
        Some(Self(bench))
    }

    fn remount(&self, flags: MsFlags) {
        mount(None::<&str>, self.0.dir.path(), None::<&str>, MsFlags::MS_REMOUNT | flags, None::<&str>).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = umount(self.0.dir.path());
    }
}

#[test]
fn on_a_full_disk_nothing_is_done_and_no_half_line_stays() {
    let Some(disk) = Disk::new() else {
        return;
    };
    let log = disk.0.log();
    log.append(denial("first")).unwrap();
    let filler = disk.0.dir.path().join("filler");
    let mut file = std::fs::File::create(&filler).unwrap();
    while file.write_all(&[0; 512]).is_ok() {}
    let big = || Body { argv: vec!["x".repeat(250); 60], ..denial("does not fit in the rest of a page") };
    let before = disk.0.text();
    let error = log.append(big()).unwrap_err();
    assert_eq!(error.kind, Kind::Unsafe);
    assert!(error.what.ends_with("cannot be written (no space left); nothing was done"), "{error}");
    assert_eq!(disk.0.text(), before);
    let error = log.append(Body { event: Event::Result, ..big() }).unwrap_err();
    assert_eq!(error.kind, Kind::Partial, "{error}");
    assert!(error.what.ends_with("what was done is in the run's journal only"), "{error}");
    let error = log.with_lock(|locked| {
        locked.append(big()).unwrap_err();
        reserve(locked, disk.0.dir.path(), "kim", "clause", 5, 1)
    });
    assert!(error.unwrap_err().what.contains("(no space left); nothing was done"));
    // At once: a process that another test is just starting may still hold the file for a moment.
    file.set_len(0).unwrap();
    drop(file);
    std::fs::remove_file(filler).unwrap();
    assert_eq!(log.append(big()).unwrap().seq, 2);
    assert_eq!(disk.0.findings(), []);
}

#[test]
fn on_a_read_only_disk_nothing_is_done() {
    let Some(disk) = Disk::new() else {
        return;
    };
    disk.0.log().append(denial("first")).unwrap();
    disk.remount(MsFlags::MS_RDONLY);
    let error = AuditLog::open(&disk.0.path(), account(), Syslog::Off).unwrap_err();
    assert_eq!(error.kind, Kind::Unsafe);
    assert!(error.what.ends_with("cannot be written (read-only file system); nothing was done"), "{error}");
}

/// The limit is inherited by a process of its own.
#[test]
fn at_the_file_size_limit_nothing_is_done() {
    let bench = Bench::new();
    bench.log().append(denial(&"x".repeat(1500))).unwrap();
    let before = bench.text();
    assert!(before.len() > 1024);
    let test = "access::audit::tests::another_process_appends";
    let out = Command::new("bash")
        .args(["-c", "trap '' XFSZ; ulimit -f $1; exec \"$2\" --exact $3 --ignored --nocapture", "bash", "2"])
        .arg(std::env::current_exe().unwrap())
        .arg(test)
        .env("FLR_TEST_LOG", bench.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&out.stderr).into_owned() + &String::from_utf8_lossy(&out.stdout);
    assert!(!out.status.success(), "{said}");
    assert!(said.contains("the file size limit is reached"), "{said}");
    assert_eq!(bench.findings(), []);
    assert!(bench.text().starts_with(&before));
}

/// The attribute forbids cutting back what a write left that failed half-way.
#[test]
fn the_append_only_attribute_leaves_room_for_records() {
    let bench = Bench::new();
    bench.log().append(denial("first")).unwrap();
    let chattr =
        |flag: &str| Command::new("chattr").arg(flag).arg(bench.path()).output().is_ok_and(|o| o.status.success());
    if !chattr("+a") {
        eprintln!("not shown: chattr, or the file system, cannot");
        return;
    }
    let appended = bench.log().append(denial("second"));
    let rewritten = std::fs::write(bench.path(), "");
    let torn = OpenOptions::new().append(true).open(bench.path()).unwrap().write_all(b"{\"v\":1,");
    let third = bench.log().append(denial("third"));
    assert!(chattr("-a"));
    assert!(rewritten.is_err() && torn.is_ok());
    assert_eq!((appended.unwrap().seq, third.unwrap().seq), (2, 3));
    assert_eq!(bench.findings(), [(3, What::Torn)]);
}
