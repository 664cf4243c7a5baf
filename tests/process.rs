// SPDX-License-Identifier: GPL-3.0-or-later
//! What privileged mode does to its own process, done for real: each case is a child that is put into
//! a bad state first, makes itself safe, and tells what it is then. Without root, the cases that need
//! it are skipped; not in CI.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]
#![allow(clippy::disallowed_methods, reason = "the children look at their own surroundings")]

use flr::access::guarded;
use flr::access::patience::PatientStdin;
use flr::access::process::{self, Account};
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{SigHandler, SigSet, SigmaskHow, Signal, sigprocmask};
use std::ffi::{CString, OsStr};
use std::fs::{self, Permissions};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

/// Name, whether it needs root, and the check of what the child says.
type Case = (&'static str, bool, fn(&str));

const CASES: &[Case] = &[
    ("environment", false, |said| {
        assert_eq!(said, "HOME=/nonexistent\nKRB5CCNAME=MEMORY:\nLC_ALL=C.UTF-8\nPATH=/usr/bin:/bin\nTZ=UTC\n");
    }),
    ("descriptors", false, |said| assert_eq!(said, "0 1 2\n")),
    ("signals", false, |said| assert_eq!(said, "blocked 0\nignored PIPE XFSZ\n")),
    ("timer", false, |said| assert_eq!(said, "still there\n")),
    ("directory and mask", false, |said| assert_eq!(said, "/ 077\n")),
    ("rights", false, |said| assert_eq!(said, "NoNewPrivs 1 dumpable false core 0\n")),
    ("other programs", false, |said| assert_eq!(said, "before: ran\nafter: Operation not permitted (os error 1)\n")),
    ("threads", false, |said| assert_eq!(said, "refused: this process has 2 threads\n")),
    ("limits that can be raised", false, |said| assert_eq!(said, "fine, 200 descriptors\n")),
    ("limits that are too low", false, |said| {
        assert_eq!(
            said,
            "refused: limits are too low: file size: 4096 of at least 1073741824 bytes, open files: 32 of at least 128 descriptors\n"
        );
    }),
    ("dropping", true, |said| {
        assert_eq!(said, "became it: uids 65534 65534 65534 65534, no way back, dumpable false, no new privileges\n");
    }),
    ("not wholly the account", true, |said| {
        assert!(said.starts_with("refused: this process is not wholly nobody: its users are 0, 0 and 0\n"), "{said}");
        assert!(
            said.contains(
                "refused: this process is not wholly nobody: it is in the groups 0, 65534 instead of 65534\n"
            ),
            "{said}"
        );
    }),
    ("slow standard input", false, |said| assert_eq!(said, "after \"a\": it has not come to an end after 1 seconds\n")),
    ("closed standard input", false, |said| assert_eq!(said, "0 bytes\n")),
    ("files that others can write", true, |said| {
        let dir = guarded_dir();
        let dir = dir.display();
        assert_eq!(
            said.lines().collect::<Vec<_>>(),
            [
                "good: read".to_owned(),
                "missing: none".to_owned(),
                format!("refused: {dir}/group is writable by group daemon"),
                format!("refused: {dir}/world is writable by everybody"),
                format!("refused: {dir}/owner belongs to uid 1, not to root"),
                format!("refused: {dir}/link is a symbolic link"),
                format!("refused: {dir}/fifo is not a regular file"),
                format!("refused: {dir}/long is longer than 65536 bytes"),
                format!("refused: {dir}/latin is not UTF-8"),
                format!("refused: {dir}/acl is writable by uid 1, by its access control list"),
                "acl-read: read".to_owned(),
                format!("refused: {dir}/open is writable by everybody"),
                format!("refused: {dir}/keytab does not belong to nobody"),
                format!("refused: {dir}/keytab has the mode 0440 instead of 0400"),
                "keytab: fine".to_owned(),
            ]
        );
    }),
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().collect();
    match args.get(1).map(String::as_str) {
        Some("stage") => stage(&args[2]),
        Some("child") => child(&args[2]),
        _ => parent(args.iter().skip(1).find(|arg| !arg.starts_with('-')).map_or("", String::as_str)),
    }
}

fn parent(only: &str) -> ExitCode {
    let root = nix::unistd::Uid::effective().is_root();
    let ci = std::env::var_os("CI").is_some_and(|ci| ci == "true");
    let (mut passed, mut failed) = (0, 0);
    for (name, needs_root, check) in CASES.iter().filter(|(name, ..)| name.contains(only)) {
        if *needs_root && !root {
            println!("test {name} ... {}", if ci { "FAILED (CI must be root)" } else { "skipped, not root" });
            failed += usize::from(ci);
            continue;
        }
        let said = said_by(name);
        let good = std::panic::catch_unwind(|| check(&said)).is_ok();
        println!("test {name} ... {}", if good { "ok" } else { "FAILED" });
        passed += usize::from(good);
        failed += usize::from(!good);
    }
    let word = if failed == 0 { "ok" } else { "FAILED" };
    println!("\ntest result: {word}. {passed} passed; {failed} failed");
    ExitCode::from(u8::from(failed > 0))
}

/// What the child of a case says. Its standard input says one letter and then nothing for a while.
fn said_by(name: &str) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["stage", name]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let _ = stdin.write_all(b"a");
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    drop(stdin);
    child.wait().unwrap();
    said
}

/// Puts the process into the state that the case wants, and becomes the child.
fn stage(name: &str) -> ExitCode {
    let me = std::env::current_exe().unwrap();
    let path = CString::new(me.as_os_str().as_bytes()).unwrap();
    let args = [path.clone(), CString::new("child").unwrap(), CString::new(name).unwrap()];
    let mut env = vec![c"KRB5CCNAME=FILE:/tmp/x".to_owned(), c"LD_LIBRARY_PATH=/tmp".to_owned()];
    match name {
        "environment" => {
            env.extend([c"NO_EQUALS_SIGN".to_owned(), c"=x".to_owned(), c"A=1".to_owned(), c"A=2".to_owned()])
        }
        "descriptors" => {
            for to in [3, 9, 400] {
                let file = fs::File::open("/").unwrap();
                // Without close-on-exec.
                assert!(unsafe_fd::copy(&file, to));
            }
        }
        "signals" => {
            sigprocmask(SigmaskHow::SIG_SETMASK, Some(&SigSet::all()), None).unwrap();
            for signal in [Signal::SIGINT, Signal::SIGHUP, Signal::SIGTERM, Signal::SIGCHLD] {
                unsafe_fd::ignore(signal);
            }
        }
        "timer" => drop(nix::unistd::alarm::set(1)),
        "directory and mask" => {
            nix::sys::stat::umask(nix::sys::stat::Mode::empty());
            let gone = tempfile::tempdir().unwrap();
            std::env::set_current_dir(gone.path()).unwrap();
        }
        "limits that can be raised" => setrlimit(Resource::RLIMIT_NOFILE, 20, 200).unwrap(),
        "limits that are too low" => {
            setrlimit(Resource::RLIMIT_FSIZE, 4096, 4096).unwrap();
            setrlimit(Resource::RLIMIT_NOFILE, 32, 32).unwrap();
        }
        "closed standard input" => unsafe_fd::close_stdin(),
        _ => {}
    }
    match nix::unistd::execve(&path, &args, &env) {
        Ok(never) => match never {},
        Err(e) => panic!("{e}"),
    }
}

fn child(name: &str) -> ExitCode {
    if name == "threads" {
        std::thread::spawn(|| std::thread::sleep(Duration::from_secs(9)));
        println!("{}", process::make_safe().unwrap_err());
        return ExitCode::SUCCESS;
    }
    let program = || match Command::new("/bin/true").stdin(Stdio::null()).status() {
        Ok(_) => "ran".to_owned(),
        Err(e) => e.to_string(),
    };
    match name {
        "other programs" => println!("before: {}", program()),
        // It starts another program.
        "files that others can write" => {
            files();
            return ExitCode::SUCCESS;
        }
        _ => {}
    }
    process::make_safe().unwrap();
    match name {
        "other programs" => println!("after: {}", program()),
        "environment" => {
            let mut all: Vec<_> = std::env::vars_os().collect();
            all.sort();
            all.iter().for_each(|(name, value)| println!("{}={}", name.display(), value.display()));
        }
        "descriptors" => {
            let mut open: Vec<i32> = fs::read_dir("/proc/self/fd")
                .unwrap()
                .map(|entry| entry.unwrap().file_name().to_str().unwrap().parse().unwrap())
                .collect();
            // The listing's own is the lowest that was free.
            open.retain(|fd| *fd != 3 || fs::read_link("/proc/self/fd/3").is_ok_and(|to| to == Path::new("/")));
            open.sort_unstable();
            println!("{}", open.iter().map(i32::to_string).collect::<Vec<_>>().join(" "));
        }
        "signals" => {
            let blocked = status("SigBlk");
            let ignored = u64::from_str_radix(&status("SigIgn"), 16).unwrap();
            let ignored: Vec<&str> = Signal::iterator()
                .filter(|signal| ignored & (1 << (*signal as i32 - 1)) != 0)
                .map(|signal| signal.as_str().trim_start_matches("SIG"))
                .collect();
            println!("blocked {}\nignored {}", blocked.trim_start_matches('0').len(), ignored.join(" "));
        }
        "timer" => {
            std::thread::sleep(Duration::from_millis(1500));
            println!("still there");
        }
        "directory and mask" => {
            let mask = nix::sys::stat::umask(nix::sys::stat::Mode::empty());
            println!("{} {:03o}", std::env::current_dir().unwrap().display(), mask.bits());
        }
        "rights" => {
            let (soft, _) = nix::sys::resource::getrlimit(Resource::RLIMIT_CORE).unwrap();
            let dumpable = nix::sys::prctl::get_dumpable().unwrap();
            println!("NoNewPrivs {} dumpable {dumpable} core {soft}", status("NoNewPrivs"));
        }
        "limits that can be raised" => {
            process::check_limits().unwrap();
            let (soft, _) = nix::sys::resource::getrlimit(Resource::RLIMIT_NOFILE).unwrap();
            println!("fine, {soft} descriptors");
        }
        "limits that are too low" => println!("{}", process::check_limits().unwrap_err()),
        "dropping" => {
            process::drop_to(&nobody()).unwrap();
            let uids = status("Uid").split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(nix::unistd::setuid(nix::unistd::Uid::from_raw(0)).is_err());
            assert!(nix::unistd::setgroups(&[]).is_err());
            let dumpable = nix::sys::prctl::get_dumpable().unwrap();
            assert!(nix::sys::prctl::get_no_new_privs().unwrap());
            println!("became it: uids {uids}, no way back, dumpable {dumpable}, no new privileges");
        }
        "not wholly the account" => {
            println!("{}", process::is_exactly(&nobody()).unwrap_err());
            let (uid, gid) = (nix::unistd::Uid::from_raw(65534), nix::unistd::Gid::from_raw(65534));
            nix::unistd::setgroups(&[gid, nix::unistd::Gid::from_raw(0)]).unwrap();
            nix::unistd::setresgid(gid, gid, gid).unwrap();
            nix::unistd::setresuid(uid, uid, uid).unwrap();
            println!("{}", process::is_exactly(&nobody()).unwrap_err());
        }
        "slow standard input" => {
            let mut read = Vec::new();
            let error = PatientStdin::new(Duration::from_secs(1)).read_to_end(&mut read).unwrap_err();
            println!("after \"{}\": {error}", String::from_utf8_lossy(&read));
        }
        "closed standard input" => {
            let mut read = Vec::new();
            println!("{} bytes", PatientStdin::new(Duration::from_secs(5)).read_to_end(&mut read).unwrap());
        }
        other => panic!("{other}"),
    }
    ExitCode::SUCCESS
}

fn nobody() -> Account {
    Account::named("nobody").unwrap()
}

fn guarded_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("guarded")
}

fn files() {
    let dir = guarded_dir();
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).unwrap();
    set_mode(&dir, 0o755);
    let file = |name: &str, mode: u32, content: &[u8]| {
        let path = dir.join(name);
        fs::write(&path, content).unwrap();
        set_mode(&path, mode);
        path
    };
    let tell = |name: &str, path: &Path| match guarded::read(path, 0) {
        Ok(Some(_)) => println!("{name}: read"),
        Ok(None) => println!("{name}: none"),
        Err(error) => println!("{error}"),
    };
    tell("good", &file("good", 0o640, b"x"));
    tell("missing", &dir.join("missing"));
    let group = file("group", 0o640, b"x");
    std::os::unix::fs::chown(&group, None, Some(1)).unwrap();
    set_mode(&group, 0o660);
    tell("group", &group);
    tell("world", &file("world", 0o646, b"x"));
    let owner = file("owner", 0o644, b"x");
    std::os::unix::fs::chown(&owner, Some(1), None).unwrap();
    tell("owner", &owner);
    std::os::unix::fs::symlink(dir.join("good"), dir.join("link")).unwrap();
    tell("link", &dir.join("link"));
    nix::unistd::mkfifo(&dir.join("fifo"), nix::sys::stat::Mode::from_bits_truncate(0o600)).unwrap();
    tell("fifo", &dir.join("fifo"));
    tell("long", &file("long", 0o600, &[b'x'; 65537]));
    tell("latin", &file("latin", 0o600, b"\xe4"));
    let acl = file("acl", 0o640, b"x");
    setfacl("u:1:rw", &acl);
    tell("acl", &acl);
    let read = file("acl-read", 0o640, b"x");
    setfacl("u:1:r", &read);
    tell("acl-read", &read);
    let open = dir.join("open");
    fs::create_dir(&open).unwrap();
    set_mode(&open, 0o1777);
    fs::write(open.join("inside"), "x").unwrap();
    tell("open", &open.join("inside"));
    let keytab = file("keytab", 0o400, b"x");
    let own = |path: &Path| match guarded::is_own_secret(path, &nobody()) {
        Ok(()) => println!("keytab: fine"),
        Err(error) => println!("{error}"),
    };
    own(&keytab);
    std::os::unix::fs::chown(&keytab, Some(65534), None).unwrap();
    set_mode(&keytab, 0o440);
    own(&keytab);
    set_mode(&keytab, 0o400);
    own(&keytab);
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn setfacl(entry: &str, path: &Path) {
    let status =
        Command::new("/usr/bin/setfacl").args([OsStr::new("-m"), OsStr::new(entry), path.as_os_str()]).status();
    assert!(status.expect("setfacl is missing: install acl").success());
}

fn status(name: &str) -> String {
    let text = fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line.unwrap().trim().to_owned()
}

/// Calls that nix has no safe form of.
mod unsafe_fd {
    #![allow(unsafe_code, reason = "the child is to inherit what a careful program would not leave")]
    use super::{SigHandler, Signal};
    use std::os::fd::AsRawFd;

    pub fn copy(file: &std::fs::File, to: i32) -> bool {
        // SAFETY: `to` is a number that nothing of this process owns.
        unsafe { nix::libc::dup2(file.as_raw_fd(), to) == to }
    }

    pub fn close_stdin() {
        // SAFETY: what follows is an exec.
        unsafe { nix::libc::close(0) };
    }

    pub fn ignore(signal: Signal) {
        // SAFETY: no handler runs.
        unsafe { nix::sys::signal::signal(signal, SigHandler::SigIgn) }.unwrap();
    }
}
