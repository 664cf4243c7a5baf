// SPDX-License-Identifier: GPL-3.0-or-later
//! The process of a privileged run, made safe before anything else happens in it.
//!
//! Whoever calls flr through sudo decides what it inherits: variables, descriptors, limits, ignored
//! signals, timers, working directory. Everything here runs once, in the first lines, while there is
//! one thread. Each step either did all it says or returns an error of [`Kind::Unsafe`]; after an
//! error nothing may go on, for the process may be half of one thing and half of another.
//!
//! The order: [`clear_environment`], [`settle`], [`check_limits`], then [`drop_to`] the grant's
//! account where flr was started as root, or [`is_exactly`] it where sudo changed to it.
//!
//! The C library is called directly where nothing safe covers it, so this file has `unsafe`.
#![allow(unsafe_code, reason = "signals, descriptors and capabilities of this very process")]

use super::account::Account;
use crate::error::Kind;
use crate::{Error, Result};
use nix::errno::Errno;
use nix::libc;
use nix::sys::prctl;
use nix::sys::resource::{Resource, getrlimit, rlim_t, setrlimit};
use nix::sys::signal::SigSet;
use nix::sys::stat::{Mode, umask};
use nix::unistd::{self, Gid, Uid};
use std::collections::BTreeSet;
use std::ffi::{CStr, CString, c_int, c_uint};
use std::fmt::Display;
use std::os::fd::{AsRawFd, BorrowedFd, IntoRawFd};
use std::ptr::{null, null_mut};

/// All that a privileged run has of an environment. Kerberos keeps its tickets in memory and finds
/// no settings in a home that does not exist.
const ENVIRONMENT: [(&str, &str); 5] = [
    ("PATH", "/usr/bin:/bin"),
    ("LC_ALL", "C.UTF-8"),
    ("HOME", "/nonexistent"),
    ("KRB5CCNAME", "MEMORY:"),
    ("TZ", "UTC"),
];

/// Nanoseconds by which the kernel may delay a timer: its own default.
const TIMER_SLACK: libc::c_ulong = 50_000;

/// The smallest limits a run can finish under. One that is met half-way would stop it between two
/// changes, which is what somebody who sets a limit for it may want.
const FLOORS: [Floor; 7] = [
    // An append beyond it fails: the audit log of a month, not only what one run adds.
    Floor { resource: Resource::RLIMIT_FSIZE, name: "fsize", noun: "bytes of a file", least: 1 << 30 },
    // The kernel kills at this limit. The largest plans take minutes of CPU time, not an hour.
    Floor { resource: Resource::RLIMIT_CPU, name: "cpu", noun: "seconds of CPU time", least: 3600 },
    // Logs, locks, journal and a connection for each lane, several times over.
    Floor { resource: Resource::RLIMIT_NOFILE, name: "nofile", noun: "open files", least: 256 },
    // Each thread reserves far more than it uses: 64 MiB for its heap alone.
    Floor { resource: Resource::RLIMIT_AS, name: "as", noun: "bytes of address space", least: 4 << 30 },
    // The history of the largest tags, decoded, takes some hundred MiB.
    Floor { resource: Resource::RLIMIT_DATA, name: "data", noun: "bytes of data", least: 1 << 30 },
    // What every other thread has, so that nothing depends on which one does the work.
    Floor { resource: Resource::RLIMIT_STACK, name: "stack", noun: "bytes of stack", least: 2 << 20 },
    // Counts the threads of all runs of the account; forty at once are fine.
    Floor { resource: Resource::RLIMIT_NPROC, name: "nproc", noun: "processes and threads", least: 512 },
    // Not memlock: flr locks no memory. Not core: that is zero.
];

/// The least that a hard limit may be; `name` as in limits.conf.
struct Floor {
    resource: Resource,
    name: &'static str,
    noun: &'static str,
    least: rlim_t,
}

/// The account this process acts as.
pub fn effective_uid() -> u32 {
    Uid::effective().as_raw()
}

/// What this machine is called.
///
/// # Errors
/// It has no name, or one that is not UTF-8.
pub fn host_name() -> Result<String> {
    let name = done("find out what this machine is called", unistd::gethostname())?;
    name.into_string().ok().filter(|name| !name.is_empty()).ok_or_else(|| refused("this machine has no name"))
}

/// All that must come first, in its order: [`clear_environment`], [`settle`], and no other program.
///
/// # Errors
/// One of these cannot be had.
pub fn make_safe() -> Result<()> {
    clear_environment()?;
    settle()?;
    no_other_program()
}

/// Leaves five constants of the environment and nothing else, entries without a `=` included.
///
/// # Errors
/// There is more than one thread.
pub fn clear_environment() -> Result<()> {
    is_single_threaded()?;
    // SAFETY: this is the only thread, and nobody holds a pointer into the environment.
    if unsafe { libc::clearenv() } != 0 {
        return Err(refused("cannot clear the environment"));
    }
    for (name, value) in ENVIRONMENT {
        // SAFETY: this is the only thread.
        unsafe { std::env::set_var(name, value) };
    }
    Ok(())
}

/// Fine, if no second thread runs: what follows changes things that all threads share.
///
/// # Errors
/// There is more than one, or `/proc` does not say.
pub fn is_single_threaded() -> Result<()> {
    match status("Threads")?.as_str() {
        "1" => Ok(()),
        threads => Err(refused(format!("the process has {threads} threads where it should have one"))),
    }
}

/// Frees the process from what it inherited: working directory `/`, umask 077, descriptors 0 to 2
/// open and no others, no timers, no signal blocked, every signal at its default but PIPE and XFSZ
/// (ignored: a write that cannot be done is an error, not the end), no new privileges through any
/// program, no core file, not to be traced.
///
/// # Errors
/// One of these cannot be had.
pub fn settle() -> Result<()> {
    done("change to /", unistd::chdir("/"))?;
    umask(Mode::from_bits_truncate(0o077));
    open_standard_streams()?;
    close_other_descriptors()?;
    stop_timers()?;
    reset_signals()?;
    done("do without new privileges", prctl::set_no_new_privs())?;
    done("forbid core files", setrlimit(Resource::RLIMIT_CORE, 0, 0))?;
    not_dumpable()
}

/// From now on the kernel refuses to start another program in this process or its children: nothing
/// that is found in flr or in a library can be turned into a shell.
fn no_other_program() -> Result<()> {
    #[cfg(target_arch = "x86_64")]
    const NATIVE: u32 = 0xc000_003e;
    #[cfg(target_arch = "aarch64")]
    const NATIVE: u32 = 0xc000_00b7;
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    const NATIVE: u32 = 0;
    if NATIVE == 0 {
        return Ok(());
    }
    // Where `struct seccomp_data` has the call's number and the architecture it was made for.
    const NUMBER: u32 = 0;
    const ARCHITECTURE: u32 = 4;
    let op = |code: u32, jt: u8, jf: u8, k: u32| libc::sock_filter { code: code as u16, jt, jf, k };
    let load = |at| op(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, at);
    let equal = |k, jt, jf| op(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, jt, jf, k);
    let answer = |k| op(libc::BPF_RET | libc::BPF_K, 0, 0, k);
    let mut program = [
        load(ARCHITECTURE),
        // Calls of another architecture have other numbers: none of them is let through.
        equal(NATIVE, 0, 4),
        load(NUMBER),
        // The numbers of x86's second table begin here.
        op(libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K, 2, 0, 0x4000_0000),
        equal(libc::SYS_execve as u32, 1, 0),
        equal(libc::SYS_execveat as u32, 0, 1),
        answer(libc::SECCOMP_RET_ERRNO | libc::EPERM as u32),
        answer(libc::SECCOMP_RET_ALLOW),
    ];
    let filter = libc::sock_fprog { len: program.len() as u16, filter: program.as_mut_ptr() };
    // SAFETY: the filter and its program live until the call is over; the kernel copies them.
    let set = unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const filter) };
    match set {
        0 => Ok(()),
        _ => Err(refused(format!("cannot forbid other programs: {}", std::io::Error::last_os_error()))),
    }
}

/// Raises every limit to its hard one.
///
/// # Errors
/// Hard limits below what a run needs, all of them.
pub fn check_limits() -> Result<()> {
    let mut low = Vec::new();
    for floor in &FLOORS {
        let (soft, hard) = done(format_args!("read the limit {}", floor.name), getrlimit(floor.resource))?;
        if hard < floor.least {
            low.push(format!("{hard} {} ({}), and {} are needed", floor.noun, floor.name, floor.least));
        } else if soft < hard {
            done(format_args!("raise the limit {}", floor.name), setrlimit(floor.resource, hard, hard))?;
        }
    }
    if low.is_empty() {
        return Ok(());
    }
    Err(refused(format!("the caller's limits are too low: {}", low.join("; ")))
        .hint("raise the hard limits of the caller: limits.conf, or Limit…= of the unit"))
}

/// Becomes the account for good: groups, group, user, of the whole process. That there is no way
/// back is tried, not believed.
///
/// # Errors
/// The process does not run as root, the account is root or in its group, or anything at all is not
/// as it should be afterwards: then the process may be half the account's.
pub fn drop_to(account: &Account) -> Result<()> {
    let Account { name, uid, gid } = account;
    is_single_threaded()?;
    if !Uid::effective().is_root() {
        return Err(refused(format!("cannot become account {name}: not started as root")));
    }
    let groups = account.groups()?;
    // The highest number means "leave it as it is" to the kernel.
    if *uid == 0 || *uid == u32::MAX || *gid == u32::MAX || groups.contains(&0) {
        return Err(refused(format!("account {name} is no account to run as: user {uid}, groups {}", list(&groups)))
            .hint("give it a number of its own, and take it out of group root"));
    }
    let become_it = || {
        unistd::setgroups(&groups.iter().copied().map(Gid::from_raw).collect::<Vec<_>>())?;
        let (uid, gid) = (Uid::from_raw(*uid), Gid::from_raw(*gid));
        unistd::setresgid(gid, gid, gid)?;
        unistd::setresuid(uid, uid, uid)
    };
    done(format_args!("become account {name}"), become_it())?;
    is_exactly(account)?;
    let root = (Uid::from_raw(0), Gid::from_raw(0));
    let back = [
        ("setuid", unistd::setuid(root.0)),
        ("seteuid", unistd::seteuid(root.0)),
        ("setgid", unistd::setgid(root.1)),
        ("setegid", unistd::setegid(root.1)),
        ("setgroups", unistd::setgroups(&[root.1])),
    ];
    let open: Vec<_> = back.iter().filter(|(_, tried)| tried.is_ok()).map(|(way, _)| *way).collect();
    if open.is_empty() { Ok(()) } else { Err(refused(format!("there is a way back to root: {}", open.join(", ")))) }
}

/// Fine, if the process is the account and nobody else beside: user and group, real, effective and
/// saved; its groups and no others; no capability, which it gives up first; not dumpable.
///
/// # Errors
/// Everything that differs.
pub fn is_exactly(account: &Account) -> Result<()> {
    give_up_capabilities()?;
    // Any change of user or group has undone it.
    not_dumpable()?;
    let (users, groups) =
        (done("read the user ids", unistd::getresuid())?, done("read the group ids", unistd::getresgid())?);
    let ids = [
        ("real user id", users.real.as_raw(), account.uid),
        ("effective user id", users.effective.as_raw(), account.uid),
        ("saved user id", users.saved.as_raw(), account.uid),
        ("real group id", groups.real.as_raw(), account.gid),
        ("effective group id", groups.effective.as_raw(), account.gid),
        ("saved group id", groups.saved.as_raw(), account.gid),
    ];
    let mut wrong: Vec<_> = ids
        .iter()
        .filter(|(_, is, should)| is != should)
        .map(|(what, is, should)| format!("its {what} is {is} instead of {should}"))
        .collect();
    // The kernel's list may or may not hold the account's own group.
    let held = done("read the groups", unistd::getgroups())?;
    let held: BTreeSet<_> = held.into_iter().map(Gid::as_raw).chain([account.gid]).collect();
    let should = account.groups()?;
    if held != should {
        wrong.push(format!("its groups are {} instead of {}", list(&held), list(&should)));
    }
    for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
        let bits = status(set)?;
        if bits.is_empty() || bits.bytes().any(|digit| digit != b'0') {
            wrong.push(format!("it holds capabilities ({set} {bits})"));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let what = format!("the process is not account {} and nothing else: {}", account.name, wrong.join("; "));
    Err(refused(what).hint("no -g in the sudo command, no preserve_groups in sudoers"))
}

/// The user who logged in, as the kernel keeps it through every `su` and `sudo`; nothing for what
/// nobody logged in for (a daemon, cron without PAM) and where the kernel keeps no such thing.
pub fn login_uid() -> Option<u32> {
    audited("/proc/self/loginuid")
}

/// The kernel's number for that login, likewise.
pub fn session_id() -> Option<u32> {
    audited("/proc/self/sessionid")
}

/// The extended attribute `name` of what is open as `file`, which may be open as a path only.
/// Nothing if it has none or the file system knows no such thing.
///
/// # Errors
/// It cannot be read, or is longer than 64 KiB.
pub(super) fn extended_attribute(file: BorrowedFd<'_>, name: &CStr) -> Result<Option<Vec<u8>>, Errno> {
    // `fgetxattr` takes no descriptor that is open as a path only.
    let path = CString::new(format!("/proc/self/fd/{}", file.as_raw_fd())).map_err(|_| Errno::EINVAL)?;
    let mut value = vec![0_u8; 64 << 10];
    // SAFETY: two strings that end in NUL and a buffer with its own length, all alive for the call.
    let size = unsafe { libc::getxattr(path.as_ptr(), name.as_ptr(), value.as_mut_ptr().cast(), value.len()) };
    match Errno::result(size) {
        Ok(size) => {
            value.truncate(usize::try_from(size).unwrap_or_default());
            Ok(Some(value))
        }
        Err(Errno::ENODATA | Errno::EOPNOTSUPP) => Ok(None),
        Err(errno) => Err(errno),
    }
}

/// Puts `/dev/null` where one of 0 to 2 is closed, so that no file of ours gets that number.
fn open_standard_streams() -> Result<()> {
    for number in 0..=2 {
        // SAFETY: asks for the flags of a number; one that is not open is an error.
        let flags = Errno::result(unsafe { libc::fcntl(number, libc::F_GETFD) });
        if flags != Err(Errno::EBADF) {
            continue;
        }
        let null = std::fs::File::options().read(true).write(true).open("/dev/null");
        // The lowest free number, since the lower ones are open by now. It stays open for good.
        match null.map(IntoRawFd::into_raw_fd) {
            Ok(opened) if opened == number => {}
            Ok(opened) => return Err(refused(format!("/dev/null became descriptor {opened}, not {number}"))),
            Err(why) => return Err(refused(format!("cannot open /dev/null: {why}"))),
        }
    }
    Ok(())
}

fn close_other_descriptors() -> Result<()> {
    let (first, last, flags): (c_uint, c_uint, c_uint) = (3, c_uint::MAX, 0);
    // Not by the library's name for it: older ones have none, and the program would not start.
    // SAFETY: nothing of this program has a descriptor open yet, and the call takes three numbers.
    if unsafe { libc::syscall(libc::SYS_close_range, first, last, flags) } == 0 {
        return Ok(());
    }
    // Linux before 5.9, or a filter that does not know it.
    let cannot = |why: std::io::Error| refused(format!("cannot list the open descriptors: {why}"));
    let mut open = Vec::new();
    for entry in std::fs::read_dir("/proc/self/fd").map_err(cannot)? {
        let number = entry.map_err(cannot)?.file_name().to_str().and_then(|name| name.parse::<c_int>().ok());
        open.extend(number.filter(|number| *number > 2));
    }
    for number in open {
        // The one of the listing is among them and is closed by now; no other error leaves it open.
        // SAFETY: nothing of this program has a descriptor open yet.
        unsafe { libc::close(number) };
    }
    Ok(())
}

/// Timers outlive `exec`; one that the caller has started would end the run when he wants.
fn stop_timers() -> Result<()> {
    let never = libc::timeval { tv_sec: 0, tv_usec: 0 };
    let never = libc::itimerval { it_interval: never, it_value: never };
    for which in [libc::ITIMER_REAL, libc::ITIMER_VIRTUAL, libc::ITIMER_PROF] {
        // SAFETY: `never` is read; null says that the old value is not wanted.
        done("stop inherited timers", Errno::result(unsafe { libc::setitimer(which, &never, null_mut()) }))?;
    }
    // A large slack would stretch every bound on waiting.
    done("set the timer slack", prctl::set_timerslack(TIMER_SLACK))?;
    done("live on without the caller", prctl::set_pdeathsig(None))
}

/// Only *ignored* outlives `exec`, so that is what is reset: the runtime's own handlers (for a stack
/// that overflows) stay.
fn reset_signals() -> Result<()> {
    for signal in 1..=libc::SIGRTMAX() {
        let wanted = if matches!(signal, libc::SIGPIPE | libc::SIGXFSZ) { libc::SIG_IGN } else { libc::SIG_DFL };
        // SAFETY: all zeros is a value of this plain struct.
        let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
        // SAFETY: `action` is written; null says that nothing is to change.
        let asked = Errno::result(unsafe { libc::sigaction(signal, null(), &mut action) });
        if asked == Err(Errno::EINVAL) {
            reset_thread_signal(signal)?;
            continue;
        }
        done(format_args!("ask about signal {signal}"), asked)?;
        if action.sa_sigaction == wanted || (wanted == libc::SIG_DFL && action.sa_sigaction != libc::SIG_IGN) {
            continue;
        }
        // SAFETY: as above.
        action = unsafe { std::mem::zeroed() };
        action.sa_sigaction = wanted;
        // SAFETY: `action` is a whole one with a disposition of the system's, no function of ours.
        let set = Errno::result(unsafe { libc::sigaction(signal, &action, null_mut()) });
        done(format_args!("reset signal {signal}"), set)?;
    }
    done("unblock all signals", SigSet::empty().thread_set_mask())
}

/// The same for the two that the C library keeps for its threads and speaks to nobody about. It sets
/// them when the first thread begins; one that has a handler by now is left alone.
fn reset_thread_signal(signal: c_int) -> Result<()> {
    /// Bytes of the kernel's set of signals.
    const SET: usize = 8;
    // The kernel's own structure, which is smaller; the disposition is its first word.
    let mut action = [0_usize; 8];
    // SAFETY: the kernel writes at most the 32 bytes of its structure into `action`.
    let asked = unsafe { libc::syscall(libc::SYS_rt_sigaction, signal, null::<usize>(), action.as_mut_ptr(), SET) };
    done(format_args!("ask about signal {signal}"), Errno::result(asked))?;
    if action[0] != libc::SIG_IGN {
        return Ok(());
    }
    action = [0; 8];
    // SAFETY: all zeros is the default, and the kernel only reads it.
    let set = unsafe { libc::syscall(libc::SYS_rt_sigaction, signal, action.as_ptr(), null::<usize>(), SET) };
    done(format_args!("reset signal {signal}"), Errno::result(set).map(drop))
}

fn not_dumpable() -> Result<()> {
    done("forbid tracing", prctl::set_dumpable(false))?;
    match prctl::get_dumpable() {
        Ok(false) => Ok(()),
        _ => Err(refused("the process can still be traced")),
    }
}

/// Those that are left when the user changes: inheritable ones always, all of them where a securebit
/// says so or sudo's PAM stack gave some.
fn give_up_capabilities() -> Result<()> {
    /// `__user_cap_header_struct`
    #[repr(C)]
    struct Header {
        version: u32,
        pid: c_int,
    }
    /// `_LINUX_CAPABILITY_VERSION_3`: two words for each of three sets.
    const VERSION_3: u32 = 0x2008_0522;
    let header = Header { version: VERSION_3, pid: 0 };
    let none = [0_u32; 6];
    // SAFETY: the header says version 3, for which the kernel reads 24 bytes: those of `none`.
    let set = unsafe { libc::syscall(libc::SYS_capset, &raw const header, none.as_ptr()) };
    done("give up capabilities", Errno::result(set).map(drop))
}

/// What `/proc` says about this process under `key`.
fn status(key: &str) -> Result<String> {
    let path = "/proc/self/status";
    let text = std::fs::read_to_string(path).map_err(|why| {
        refused(format!("cannot read {path}: {why}")).hint("flr needs /proc to see what its own process is")
    })?;
    let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
    line.map(|value| value.trim().to_owned()).ok_or_else(|| refused(format!("{path} does not say {key}")))
}

fn audited(path: &str) -> Option<u32> {
    let number = std::fs::read_to_string(path).ok()?.trim().parse().ok()?;
    // "Not set", in the kernel's own way.
    (number != u32::MAX).then_some(number)
}

pub(super) fn refused(what: impl Into<String>) -> Error {
    Error::new(Kind::Unsafe, what)
}

pub(super) fn done<T>(what: impl Display, result: nix::Result<T>) -> Result<T> {
    result.map_err(|errno| refused(format!("cannot {what}: {}", errno.desc())))
}

fn list(numbers: &BTreeSet<u32>) -> String {
    numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}
