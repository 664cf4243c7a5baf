// SPDX-License-Identifier: GPL-3.0-or-later
//! What the child does and then says about itself, one fact a line.

use flr::access::account::Account;
use flr::access::input::{Bounded, Bounds};
use flr::access::process;
use nix::libc;
use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

unsafe extern "C" {
    static environ: *const *const libc::c_char;
}

pub fn play(role: &str, args: &[String]) {
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    let mut said = String::new();
    match (role, args.as_slice()) {
        ("environment", []) => environment(&mut said),
        ("settle", []) => {
            result(&mut said, process::settle());
            settled(&mut said);
        }
        ("program", []) => {
            let program = || Command::new("/bin/true").status().map_or_else(|e| e.to_string(), |_| "ran".to_owned());
            let _ = writeln!(said, "before: {}", program());
            result(&mut said, process::make_safe());
            let _ = writeln!(said, "execve: {}", program());
            let _ = writeln!(said, "execveat: {}", exec_at("/bin/true"));
        }
        ("streams", [report, closed @ ..]) => return streams(report, closed),
        ("limits", numbers) => {
            result(&mut said, process::check_limits());
            for number in numbers {
                let _ = writeln!(said, "limit {number}: {:?}", limit(number.parse().unwrap()));
            }
        }
        ("threads", [name]) => {
            let _hold = std::thread::spawn(|| std::thread::sleep(Duration::from_secs(60)));
            result(&mut said, process::clear_environment());
            result(&mut said, process::drop_to(&account(name)));
            ids(&mut said);
        }
        ("look-up", names) => {
            for name in names {
                let found = match name.parse() {
                    Ok(uid) => Account::of_uid(uid),
                    Err(_) => Account::named(name),
                };
                let _ = writeln!(said, "{name}: {found:?}");
            }
        }
        ("drop", [name, how @ ..]) => drop(&mut said, &account(name), how),
        ("drop-twice", [name]) => {
            process::drop_to(&account(name)).unwrap();
            result(&mut said, process::drop_to(&account(name)));
        }
        ("exactly", [name, ids, groups]) => exactly(&mut said, &account(name), ids, groups),
        ("login", [uid]) => {
            let set = fs::write("/proc/self/loginuid", uid);
            let _ = writeln!(said, "set: {}, login: {:?}", set.is_ok(), process::login_uid());
            let _ = writeln!(said, "session: {:?}", process::session_id().is_some());
        }
        ("stdin", [bytes, millis]) => {
            let time = Duration::from_millis(millis.parse().unwrap());
            let mut input = Bounded::standard_input(Bounds { bytes: bytes.parse().unwrap(), time });
            let mut all = Vec::new();
            let read = input.read_to_end(&mut all);
            let _ = writeln!(said, "{}", read.map_or_else(|why| why.to_string(), |count| format!("{count} bytes")));
        }
        _ => panic!("no role {role} {args:?}"),
    }
    std::io::stdout().write_all(said.as_bytes()).unwrap();
}

fn result(said: &mut String, result: flr::Result<()>) {
    let _ = match result {
        Ok(()) => writeln!(said, "fine"),
        Err(flr::Error { kind, what, hint }) => {
            writeln!(
                said,
                "{}: {what}{}",
                kind.exit_code(),
                hint.map(|hint| format!("\nhint: {hint}")).unwrap_or_default()
            )
        }
    };
}

/// Comes back only if it is refused.
fn exec_at(path: &str) -> std::io::Error {
    let path = std::ffi::CString::new(path).unwrap();
    let none: [*const libc::c_char; 1] = [std::ptr::null()];
    let args = [path.as_ptr(), std::ptr::null()];
    unsafe { libc::syscall(libc::SYS_execveat, libc::AT_FDCWD, path.as_ptr(), args.as_ptr(), none.as_ptr(), 0) };
    std::io::Error::last_os_error()
}

fn environment(said: &mut String) {
    let entries = |said: &mut String| {
        let mut at = unsafe { environ };
        while !at.is_null() && unsafe { !(*at).is_null() } {
            let entry = unsafe { std::ffi::CStr::from_ptr(*at) };
            let _ = writeln!(said, "entry {}", entry.to_string_lossy());
            at = unsafe { at.add(1) };
        }
    };
    entries(said);
    result(said, process::clear_environment());
    entries(said);
    // What a child would get; nothing of it is kept anywhere else.
    let child = std::process::Command::new("/usr/bin/env").arg0("env").output().unwrap();
    said.push_str(&String::from_utf8_lossy(&child.stdout));
}

fn settled(said: &mut String) {
    let _ = writeln!(said, "cwd {}", std::env::current_dir().unwrap().display());
    let mask = unsafe { libc::umask(0) };
    let _ = writeln!(said, "umask {mask:04o}");
    let listed = fs::read_dir("/proc/self/fd").unwrap().map(|entry| entry.unwrap().file_name());
    let listed: Vec<i32> = listed.map(|name| name.to_str().unwrap().parse().unwrap()).collect();
    let mut open: Vec<_> = listed.into_iter().filter(|fd| unsafe { libc::fcntl(*fd, libc::F_GETFD) } != -1).collect();
    open.sort_unstable();
    let _ = writeln!(said, "descriptors {open:?}");
    let mut left = Vec::new();
    for timer in [libc::ITIMER_REAL, libc::ITIMER_VIRTUAL, libc::ITIMER_PROF] {
        let mut now: libc::itimerval = unsafe { std::mem::zeroed() };
        assert_eq!(unsafe { libc::getitimer(timer, &mut now) }, 0);
        left.push(now.it_value.tv_sec + now.it_value.tv_usec);
    }
    let _ = writeln!(said, "timers {left:?}");
    status(said, &["SigBlk", "SigIgn", "NoNewPrivs"]);
    let mut signal = 0;
    assert_eq!(unsafe { libc::prctl(libc::PR_GET_PDEATHSIG, &raw mut signal) }, 0);
    let _ = writeln!(said, "slack {}", unsafe { libc::prctl(libc::PR_GET_TIMERSLACK) });
    let _ = writeln!(said, "parent's end {signal}");
    let _ = writeln!(said, "core {:?}", limit(libc::RLIMIT_CORE));
    dumpable(said);
}

/// The streams are closed here: the runtime would have opened them before `main`.
fn streams(report: &str, closed: &[&str]) {
    for number in closed {
        assert_eq!(unsafe { libc::close(number.parse().unwrap()) }, 0);
    }
    let mut said = String::new();
    result(&mut said, process::settle());
    for number in 0..3 {
        let target = fs::read_link(format!("/proc/self/fd/{number}")).unwrap();
        let _ = writeln!(said, "{number} {}", if target.to_str() == Some("/dev/null") { "null" } else { "as it was" });
    }
    fs::write(report, said).unwrap();
}

fn drop(said: &mut String, account: &Account, how: &[&str]) {
    let set = |permitted: u64, inheritable: u64| {
        let header = [0x2008_0522_u32, 0];
        let sets = [permitted as u32, permitted as u32, inheritable as u32];
        let high = [permitted, permitted, inheritable].map(|set| (set >> 32) as u32);
        let data = [sets, high].concat();
        assert_eq!(unsafe { libc::syscall(libc::SYS_capset, header.as_ptr(), data.as_ptr()) }, 0);
    };
    for how in how {
        match *how {
            // CAP_CHOWN and CAP_SETUID stay inheritable; ambient ones come from there.
            "inheritable" => {
                let mut text = String::new();
                status(&mut text, &["CapPrm"]);
                set(u64::from_str_radix(text.trim().trim_start_matches("CapPrm: "), 16).unwrap(), 1 | 1 << 7);
                let raised = unsafe { libc::prctl(libc::PR_CAP_AMBIENT, libc::PR_CAP_AMBIENT_RAISE, 0, 0, 0) };
                assert_eq!(raised, 0);
            }
            // SECBIT_NO_SETUID_FIXUP: a change of user takes no capability.
            "no-fixup" => assert_eq!(unsafe { libc::prctl(libc::PR_SET_SECUREBITS, 1 << 2) }, 0),
            "group-0" => assert_eq!(unsafe { libc::setgroups(2, [0, 4].as_ptr()) }, 0),
            how => panic!("{how}"),
        }
    }
    let login = process::login_uid();
    result(said, process::drop_to(account));
    ids(said);
    dumpable(said);
    status(said, &["CapInh", "CapPrm", "CapEff", "CapAmb"]);
    // Every other door, tried by somebody who does not know how it was done.
    let tries = [
        ("setuid", unsafe { libc::setuid(0) }),
        ("setreuid", unsafe { libc::setreuid(u32::MAX, 0) }),
        ("setresuid", unsafe { libc::setresuid(u32::MAX, u32::MAX, 0) }),
        ("setresgid", unsafe { libc::setresgid(u32::MAX, u32::MAX, 0) }),
        ("setgroups", unsafe { libc::setgroups(0, std::ptr::null()) }),
        ("chroot", unsafe { libc::chroot(c"/".as_ptr()) }),
        ("kill", unsafe { libc::kill(1, 0) }),
    ];
    let won: Vec<_> = tries.iter().filter(|(_, answer)| *answer == 0).map(|(name, _)| *name).collect();
    let _ = writeln!(said, "won {won:?}");
    let shadow = fs::read("/etc/shadow").map(|bytes| bytes.len()).map_err(|why| why.kind());
    let _ = writeln!(said, "shadow {shadow:?}");
    let other = std::thread::spawn(|| unsafe { (libc::syscall(libc::SYS_geteuid), libc::syscall(libc::SYS_getegid)) });
    let _ = writeln!(said, "another thread {:?}", other.join().unwrap());
    let _ = writeln!(said, "same login {}", login == process::login_uid());
}

/// Becomes what `ids` says (real, effective, saved user; the same of the group), then looks.
fn exactly(said: &mut String, account: &Account, ids: &str, groups: &str) {
    let numbers = |text: &str| -> Vec<u32> { text.split_whitespace().map(|number| number.parse().unwrap()).collect() };
    let (wanted, groups) = (numbers(ids), numbers(groups));
    unsafe {
        assert_eq!(libc::setgroups(groups.len(), groups.as_ptr()), 0);
        assert_eq!(libc::setresgid(wanted[3], wanted[4], wanted[5]), 0);
        assert_eq!(libc::setresuid(wanted[0], wanted[1], wanted[2]), 0);
    }
    // As a change of user leaves it where `fs.suid_dumpable` is 1.
    assert_eq!(unsafe { libc::prctl(libc::PR_SET_DUMPABLE, 1) }, 0);
    result(said, process::is_exactly(account));
    dumpable(said);
}

fn account(name: &str) -> Account {
    match name.split_once(':') {
        Some((uid, gid)) => {
            Account { name: "made-up".to_owned(), uid: uid.parse().unwrap(), gid: gid.parse().unwrap() }
        }
        None => Account::named(name).unwrap().unwrap(),
    }
}

fn ids(said: &mut String) {
    status(said, &["Uid", "Gid", "Groups"]);
}

fn dumpable(said: &mut String) {
    let _ = writeln!(said, "dumpable {}", unsafe { libc::prctl(libc::PR_GET_DUMPABLE) });
}

fn limit(which: u32) -> (u64, u64) {
    let mut limit = libc::rlimit { rlim_cur: 1, rlim_max: 1 };
    assert_eq!(unsafe { libc::getrlimit(which, &mut limit) }, 0);
    (limit.rlim_cur, limit.rlim_max)
}

fn status(said: &mut String, keys: &[&str]) {
    let text = fs::read_to_string("/proc/self/status").unwrap();
    for key in keys {
        let line = text.lines().find(|line| line.split(':').next() == Some(key)).unwrap();
        let _ = writeln!(said, "{}", line.split_whitespace().collect::<Vec<_>>().join(" "));
    }
}
