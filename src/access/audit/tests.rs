// SPDX-License-Identifier: GPL-3.0-or-later
//! The log under crashes, full disks, other hands and forty writers at once.
#![allow(clippy::disallowed_methods, reason = "a test starts itself again as another process")]

mod disk;

use super::*;
use crate::access::account::Account;
use crate::error::Kind;
use jiff::{Timestamp, ToSpan};
use std::fs::{OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A directory with an empty log in it.
pub(super) struct Bench {
    pub dir: tempfile::TempDir,
}

impl Bench {
    pub fn new() -> Self {
        let bench = Self { dir: tempfile::tempdir().unwrap() };
        touch(&bench.path());
        bench
    }

    pub fn path(&self) -> PathBuf {
        self.dir.path().join("flr-koji.jsonl")
    }

    pub fn log(&self) -> AuditLog {
        AuditLog::open(&self.path(), account(), Syslog::Off).unwrap()
    }

    pub fn text(&self) -> String {
        std::fs::read_to_string(self.path()).unwrap()
    }

    pub fn records(&self) -> Vec<Record> {
        self.text().lines().map(|line| Record::read(line.as_bytes()).unwrap()).collect()
    }

    pub fn add(&self, bytes: &[u8]) {
        OpenOptions::new().append(true).open(self.path()).unwrap().write_all(bytes).unwrap();
    }

    /// The log as it would be if its last record had been written at `time`.
    pub fn last_written_at(&self, time: Timestamp) {
        let text = self.text();
        let last = text.lines().last().unwrap();
        let mut record = Record::read(last.as_bytes()).unwrap();
        record.time = time;
        let line = String::from_utf8(record.line().unwrap()).unwrap();
        std::fs::write(self.path(), text.replace(last, &line)).unwrap();
    }

    pub fn findings(&self) -> Vec<(u64, What)> {
        let found = self.verified(None);
        found.findings.iter().map(|finding| (finding.line, finding.kind)).collect()
    }

    pub fn verified(&self, heads: Option<&Heads>) -> Verified {
        let logs = logs_in(self.dir.path()).unwrap();
        assert_eq!(logs.len(), 1);
        let host = nix::unistd::gethostname().unwrap().to_string_lossy().into_owned();
        verify(&logs[0], heads, Some(&host)).unwrap()
    }
}

pub(super) fn account() -> Account {
    let (uid, gid) = (nix::unistd::geteuid().as_raw(), nix::unistd::getegid().as_raw());
    Account { name: "flr-koji".into(), uid, gid }
}

pub(super) fn kim() -> Who {
    Who { uid: 1001, name: "kim".into(), ..Who::default() }
}

pub(super) fn denial(reason: &str) -> Body {
    Body { reason: Some(reason.into()), ..Body::new(Event::Deny, kim()) }
}

/// The time of the newest record.
fn newest(log: &AuditLog) -> Option<Timestamp> {
    log.with_lock(|locked| Ok(locked.end.time)).unwrap()
}

fn touch(path: &Path) {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).unwrap();
}

#[test]
fn records_are_chained_and_numbered() {
    let bench = Bench::new();
    let log = bench.log();
    assert_eq!(newest(&log), None);
    let appended: Vec<_> = (0..3).map(|n| log.append(denial(&n.to_string())).unwrap()).collect();
    let (text, records) = (bench.text(), bench.records());
    let mut prev = NO_LINE.to_owned();
    for ((line, record), appended) in text.lines().zip(&records).zip(&appended) {
        assert_eq!((&record.prev, record.seq, record.time), (&prev, appended.seq, appended.time));
        assert_eq!((record.pid, record.account.as_str()), (std::process::id(), "flr-koji"));
        prev = hash(line.as_bytes());
        assert_eq!(prev, appended.hash);
    }
    assert_eq!(records.len(), 3);
    assert_eq!(newest(&log), Some(appended[2].time));
    assert_eq!(bench.findings(), []);
}

#[test]
fn forty_threads_and_processes_make_one_chain() {
    let bench = Bench::new();
    let mut children: Vec<_> = (0..20)
        .map(|_| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "access::audit::tests::another_process_appends", "--ignored"])
                .env("FLR_TEST_LOG", bench.path())
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    let log = bench.log();
    std::thread::scope(|scope| {
        // Ten share one log, ten have one of their own.
        (0..10).for_each(|_| drop(scope.spawn(|| append_five(&log))));
        (0..10).for_each(|_| drop(scope.spawn(|| append_five(&bench.log()))));
    });
    assert!(children.iter_mut().all(|child| child.wait().unwrap().success()));
    assert_eq!(bench.findings(), []);
    assert_eq!(bench.records().len(), 200);
    assert_eq!(bench.verified(None).last, Some(200));
}

fn append_five(log: &AuditLog) {
    (0..5).for_each(|n| drop(log.append(denial(&n.to_string())).unwrap()));
}

#[test]
#[ignore = "the other process of the tests above and below"]
fn another_process_appends() {
    if let Some(path) = std::env::var_os("FLR_TEST_LOG") {
        append_five(&AuditLog::open(Path::new(&path), account(), Syslog::Off).unwrap());
    }
}

#[test]
fn a_torn_line_is_closed_and_chained_over() {
    let bench = Bench::new();
    bench.log().append(denial("first")).unwrap();
    bench.add(b"{\"v\":1,\"seq\":2,\"prev\":\"0000");
    bench.log().append(denial("second")).unwrap();
    let text = bench.text();
    let lines: Vec<_> = text.lines().collect();
    let last = Record::read(lines[2].as_bytes()).unwrap();
    assert_eq!((lines.len(), last.seq, last.prev), (3, 2, hash(lines[1].as_bytes())));
    assert_eq!(bench.findings(), [(2, What::Torn)]);

    // Torn at the end: seen before anything is added.
    bench.add(b"{\"v\":1");
    assert_eq!(bench.findings(), [(2, What::Torn), (4, What::Torn)]);
}

#[test]
fn a_line_that_somebody_else_wrote_stops_everything() {
    let bench = Bench::new();
    let log = bench.log();
    log.append(denial("first")).unwrap();
    bench.add(b"{\"nothing\":1}\n");
    let before = bench.text();
    let error = log.append(denial("second")).unwrap_err();
    assert_eq!(error.kind, Kind::Unsafe);
    assert!(error.what.contains("flr-koji.jsonl the last line is no record"), "{}", error.what);
    assert!(error.what.ends_with("; nothing was done"), "{}", error.what);
    assert_eq!(bench.text(), before);
    assert_eq!(bench.findings(), [(2, What::NotARecord)]);
}

/// What is not safe, and what is said of it.
#[test]
fn a_log_that_others_could_have_written_is_refused() {
    let refused = |prepare: &dyn Fn(&Path), words: &str| {
        let bench = Bench::new();
        prepare(&bench.path());
        let error = AuditLog::open(&bench.path(), Account { uid: 4711, ..account() }, Syslog::Off).unwrap_err();
        assert_eq!(error.kind, Kind::Unsafe, "{error}");
        assert!(error.what.contains(words), "{error} lacks {words}");
    };
    let mode = |path: &Path, mode| std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    let remove = |path: &Path| std::fs::remove_file(path).unwrap();
    refused(&remove, "is missing; nothing was done");
    refused(&|path| mode(path, 0o602), "is writable by everybody");
    refused(&|path| mode(path.parent().unwrap(), 0o777), "which others than root can write");
    refused(&|path| std::fs::hard_link(path, path.with_extension("other")).unwrap(), "has a second name");
    refused(
        &|path| {
            std::fs::rename(path, path.with_extension("other")).unwrap();
            std::os::unix::fs::symlink(path.with_extension("other"), path).unwrap();
        },
        "is a symbolic link",
    );
    refused(
        &|path| {
            remove(path);
            nix::unistd::mkfifo(path, nix::sys::stat::Mode::S_IRUSR | nix::sys::stat::Mode::S_IWUSR).unwrap();
        },
        "is not a regular file",
    );
    refused(
        &|path| {
            remove(path);
            std::fs::create_dir(path).unwrap();
        },
        "cannot be written (Is a directory",
    );
    if !nix::unistd::geteuid().is_root() {
        eprintln!("not shown: only root may give files away");
        return;
    }
    let give = |path: &Path, uid, gid| std::os::unix::fs::chown(path, Some(uid), Some(gid)).unwrap();
    refused(&|path| give(path, 4712, 0), "belongs to uid 4712, neither to root nor to flr-koji");
    refused(&|path| give(path.parent().unwrap(), 4712, 0), "which belongs to uid 4712");
    refused(
        &|path| {
            give(path, 0, 4712);
            mode(path, 0o660);
        },
        "is writable by group 4712, which is not the group of flr-koji",
    );
    // The near misses.
    let bench = Bench::new();
    give(&bench.path(), 0, 4711);
    mode(&bench.path(), 0o660);
    let koji = Account { name: "flr-koji".into(), uid: 4711, gid: 4711 };
    AuditLog::open(&bench.path(), koji.clone(), Syslog::Off).unwrap();
    give(&bench.path(), 4711, 4711);
    mode(&bench.path(), 0o600);
    AuditLog::open(&bench.path(), koji, Syslog::Off).unwrap();
}

#[test]
fn only_roots_own_log_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("root.jsonl");
    let open = |uid| AuditLog::open(&path, Account { name: "root".into(), uid, gid: uid }, Syslog::Off);
    assert_eq!(open(4711).unwrap_err().kind, Kind::Unsafe);
    assert!(!path.exists());
    if nix::unistd::geteuid().is_root() {
        open(0).unwrap().append(denial("x")).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_lock_is_waited_for_but_not_for_ever() {
    let bench = Bench::new();
    let mut log = bench.log();
    log.patience = Duration::from_millis(100);
    let other = bench.log();
    other
        .with_lock(|_| {
            let error = log.append(denial("x")).unwrap_err();
            assert_eq!(error.kind, Kind::Unsafe);
            assert!(error.what.contains("is locked by somebody else for too long"), "{error}");
            Ok(())
        })
        .unwrap();
    assert_eq!(log.append(denial("x")).unwrap().seq, 1);
}

#[test]
fn a_log_that_was_moved_away_goes_on_in_the_new_one() {
    let bench = Bench::new();
    let held = bench.log();
    let moved = |suffix: &str| {
        let name = format!("flr-koji.jsonl{suffix}");
        std::fs::rename(bench.path(), bench.dir.path().join(name)).unwrap();
    };
    append_five(&held);
    moved("-20261121");
    // Between the two commands: whoever comes now waits.
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| held.append(denial("sixth")).unwrap().seq);
        std::thread::sleep(Duration::from_millis(100));
        assert!(!waiting.is_finished());
        touch(&bench.path());
        assert_eq!(waiting.join().unwrap(), 6);
    });
    append_five(&bench.log());
    moved("-20261122");
    touch(&bench.path());
    // Moved again before anything was written.
    moved(".1");
    touch(&bench.path());
    assert_eq!(bench.log().append(denial("twelfth")).unwrap().seq, 12);
    let found = bench.verified(None);
    assert_eq!((found.first, found.last, found.findings), (Some(1), Some(12), vec![]));

    // The first write to the new file was torn: the numbers go on from the old one.
    moved("-20261123");
    touch(&bench.path());
    bench.add(b"{\"v\":1,\"se");
    assert_eq!(held.append(denial("thirteenth")).unwrap().seq, 13);
    assert_eq!(bench.findings(), [(1, What::Torn)]);
    std::fs::remove_file(bench.path()).unwrap();
    std::fs::rename(bench.dir.path().join("flr-koji.jsonl-20261123"), bench.path()).unwrap();

    // A file that is left out is missed.
    std::fs::rename(bench.dir.path().join("flr-koji.jsonl-20261122"), bench.dir.path().join("gone")).unwrap();
    assert_eq!(bench.findings(), [(1, What::Chain), (1, What::Gap)]);
}

#[test]
fn an_empty_log_does_not_go_on_from_a_compressed_one() {
    let bench = Bench::new();
    std::fs::write(bench.dir.path().join("flr-koji.jsonl.1.gz"), "").unwrap();
    let error = bench.log().append(denial("x")).unwrap_err();
    assert_eq!(error.kind, Kind::Unsafe);
    assert!(error.what.contains("is compressed"), "{error}");
}

#[test]
fn time_does_not_go_back_with_the_hosts_clock() {
    let bench = Bench::new();
    let log = bench.log();
    log.append(denial("first")).unwrap();
    let later = newest(&log).unwrap() + 48.hours();
    bench.last_written_at(later);
    assert_eq!(newest(&log), Some(later));
    assert_eq!(log.with_lock(|locked| Ok(locked.now())).unwrap(), later);
    log.append(denial("second")).unwrap();
    assert_eq!(log.append(denial("third")).unwrap().time, later);
    assert!(bench.records()[2].clock.unwrap() < later);
    assert_eq!(bench.findings(), [(2, What::ClockSetBack), (3, What::ClockSetBack)]);
}

#[test]
fn the_system_log_hears_of_every_record_once_it_is_on_disk() {
    let bench = Bench::new();
    let socket = bench.dir.path().join("socket");
    let open = |syslog| AuditLog::open(&bench.path(), account(), syslog);
    let error = open(Syslog::Required(socket.clone())).unwrap_err();
    assert_eq!(error.kind, Kind::Unsafe);
    assert!(error.what.ends_with("nothing was done"), "{error}");

    let receiver = UnixDatagram::bind(&socket).unwrap();
    let log = open(Syslog::Required(socket.clone())).unwrap();
    let appended = log.append(Body { code: Some(3), ..denial("x") }).unwrap();
    let mut bytes = [0; 2000];
    let n = receiver.recv(&mut bytes).unwrap();
    let said = String::from_utf8_lossy(&bytes[..n]).into_owned();
    assert!(said.contains(&format!(" account=flr-koji seq=1 hash={} event=deny caller=kim", appended.hash)), "{said}");
    let heads = Heads::read(said.as_bytes()).unwrap();
    assert_eq!(bench.verified(Some(&heads)).heads, 1);

    drop(receiver);
    assert_eq!(log.append(denial("y")).unwrap_err().kind, Kind::Unsafe);
    assert_eq!(bench.records().len(), 2, "the record is there all the same");
    open(Syslog::Wanted(socket)).unwrap().append(denial("z")).unwrap();
}

#[test]
fn a_run_that_was_killed_is_mentioned() {
    let bench = Bench::new();
    let log = bench.log();
    let intent = |caller: Who| Body { command: Some("koji block-pkg".into()), ..Body::new(Event::Intent, caller) };
    let ended = log.append(intent(kim())).unwrap().seq;
    log.append(Body { intent: Some(ended), ..Body::new(Event::Result, kim()) }).unwrap();
    let killed = log.append(intent(kim())).unwrap().seq;
    let run = Some("20261121-213007-4f1c".parse().unwrap());
    log.append(Body { intent: Some(killed), run: run.clone(), ..Body::new(Event::Plan, kim()) }).unwrap();
    log.append(intent(Who { name: "sam".into(), ..kim() })).unwrap();
    assert_eq!(log.open_intents("kim").unwrap(), [], "this process lives");
    assert_eq!(bench.verified(None).running, 2);

    let text = bench.text().replace(&format!("\"pid\":{},", std::process::id()), "\"pid\":4194305,");
    std::fs::write(bench.path(), text).unwrap();
    let open = log.open_intents("kim").unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].seq, &open[0].run, open[0].command.as_deref()), (killed, &run, Some("koji block-pkg")));
    assert_eq!(log.open_intents("nobody").unwrap(), []);
}
