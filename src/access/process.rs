// SPDX-License-Identifier: GPL-3.0-or-later
//! What privileged mode does to its own process before it does anything else, and how it leaves root
//! for good. The second of the two files with unsafe code.
#![allow(unsafe_code, reason = "environment, signals and descriptors of the process are the C library's")]

use super::door::Login;
use crate::error::Kind;
use crate::{Error, Result};
use nix::libc;
use nix::sys::prctl;
use nix::sys::resource::{Resource, getrlimit, rlim_t, setrlimit};
use nix::sys::signal::{SigSet, SigmaskHow, sigprocmask};
use nix::sys::stat::{Mode, umask};
use nix::unistd::{
    Gid, ResGid, ResUid, Uid, User, getgrouplist, getgroups, getresgid, getresuid, setgroups, setresgid, setresuid,
};
use std::collections::BTreeSet;
use std::ffi::{CStr, CString, OsString};
use std::fmt::Display;

/// An account that holds a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Its number.
    pub uid: u32,
    /// The number of its group.
    pub gid: u32,
}

impl Account {
    /// The account of that name.
    pub fn named(name: &str) -> Result<Self> {
        let found =
            User::from_name(name).map_err(|e| refused(format!("the account {name} cannot be looked up: {e}")))?;
        let user = found.ok_or_else(|| refused(format!("there is no account {name}")))?;
        if user.uid.is_root() {
            return Err(refused(format!("the account {name} is root")));
        }
        Ok(Self { name: user.name, uid: user.uid.as_raw(), gid: user.gid.as_raw() })
    }

    /// Its groups by the account database, its own among them.
    fn groups(&self) -> Result<BTreeSet<u32>> {
        let name = CString::new(self.name.as_str()).map_err(|_| refused("the account's name holds a zero"))?;
        let groups = getgrouplist(&name, Gid::from_raw(self.gid))
            .map_err(|e| refused(format!("the groups of {} cannot be looked up: {e}", self.name)))?;
        Ok(groups.into_iter().map(Gid::as_raw).collect())
    }
}

/// The account this process acts as.
pub fn effective_uid() -> u32 {
    Uid::effective().as_raw()
}

/// The name of an account, if it has one.
pub fn name_of(uid: u32) -> Option<String> {
    User::from_uid(Uid::from_raw(uid)).ok().flatten().map(|user| user.name)
}

/// What this machine is called.
pub fn host_name() -> Result<String> {
    let name = nix::unistd::gethostname().map_err(|e| refused(format!("this machine's name is not known: {e}")))?;
    name.into_string().ok().filter(|name| !name.is_empty()).ok_or_else(|| refused("this machine has no name"))
}

/// Who logged in, as the kernel knows it.
pub fn login() -> Login {
    let number = |path: &str| {
        let text = std::fs::read_to_string(path).ok()?;
        text.trim().parse::<u32>().ok().filter(|number| *number != u32::MAX)
    };
    Login { uid: number("/proc/self/loginuid"), session: number("/proc/self/sessionid") }
}

/// Leaves nothing of what the caller could have set up: environment, directory, mask, descriptors,
/// signals, timers, core dumps. Must come first, while there is one thread.
pub fn make_safe() -> Result<()> {
    one_thread()?;
    clear_environment();
    std::env::set_current_dir("/").map_err(|e| refused(format!("cannot go to /: {e}")))?;
    umask(Mode::from_bits_truncate(0o077));
    close_inherited()?;
    reset_signals()?;
    no_more_rights()?;
    no_other_program()
}

/// The environment may be changed, and ids are changed for the whole process, only by the one thread
/// there is.
fn one_thread() -> Result<()> {
    match status("Threads").as_deref() {
        Some("1") => Ok(()),
        other => Err(refused(format!("this process has {} threads", other.unwrap_or("unknown")))),
    }
}

/// One line of what the kernel says of this process.
fn status(name: &str) -> Option<String> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::trim));
    line.map(str::to_owned)
}

fn clear_environment() {
    // SAFETY: there is one thread (see `one_thread`), and nothing holds a pointer into the
    // environment. `clearenv` also drops what has no '=', which std could not name.
    unsafe {
        libc::clearenv();
    }
    let constants = [
        ("PATH", "/usr/bin:/bin"),
        ("LC_ALL", "C.UTF-8"),
        ("HOME", "/nonexistent"),
        ("KRB5CCNAME", "MEMORY:"),
        ("TZ", "UTC"),
    ];
    for (name, value) in constants {
        // SAFETY: as above.
        unsafe { std::env::set_var(name, value) };
    }
}

fn close_inherited() -> Result<()> {
    // SAFETY: nothing of this process is open beyond the three standard descriptors yet; what is, is
    // somebody else's.
    let closed = unsafe { libc::close_range(3, libc::c_uint::MAX, 0) };
    if closed == 0 {
        return Ok(());
    }
    let listed =
        std::fs::read_dir("/proc/self/fd").map_err(|e| refused(format!("descriptors cannot be listed: {e}")))?;
    let open: Vec<i32> = listed.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    for fd in open.into_iter().filter(|fd| *fd > 2) {
        // SAFETY: as above; the listing's own descriptor is closed already, which is no harm.
        unsafe { libc::close(fd) };
    }
    Ok(())
}

/// Everything to its default, nothing blocked, no timer running. A closed pipe and a full file are
/// errors of the write, not the end of the process.
fn reset_signals() -> Result<()> {
    let failed = |e: &dyn Display| refused(format!("signals cannot be reset: {e}"));
    for signal in 1..=libc::SIGRTMAX() {
        let handler = match signal {
            libc::SIGPIPE | libc::SIGXFSZ => libc::SIG_IGN,
            libc::SIGKILL | libc::SIGSTOP => continue,
            _ => libc::SIG_DFL,
        };
        // SAFETY: the two constants are valid dispositions; signals of the C library's own are
        // refused by it, and stay its own.
        unsafe { libc::signal(signal, handler) };
    }
    sigprocmask(SigmaskHow::SIG_SETMASK, Some(&SigSet::empty()), None).map_err(|e| failed(&e))?;
    // SAFETY: a zeroed value is a timer that is off, and the pointers are valid for the calls.
    unsafe {
        let off: libc::itimerval = std::mem::zeroed();
        for timer in [libc::ITIMER_REAL, libc::ITIMER_VIRTUAL, libc::ITIMER_PROF] {
            libc::setitimer(timer, &off, std::ptr::null_mut());
        }
    }
    Ok(())
}

/// No set-user-id program gives this process more rights, nobody looks into it, it leaves no core.
fn no_more_rights() -> Result<()> {
    prctl::set_no_new_privs().map_err(|e| refused(format!("no_new_privs cannot be set: {e}")))?;
    prctl::set_dumpable(false).map_err(|e| refused(format!("dumpable cannot be switched off: {e}")))?;
    setrlimit(Resource::RLIMIT_CORE, 0, 0).map_err(|e| refused(format!("core dumps cannot be switched off: {e}")))
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
        _ => Err(refused(format!("other programs cannot be forbidden: {}", std::io::Error::last_os_error()))),
    }
}

/// A limit that the caller could have lowered, and what flr needs of it.
const FLOORS: [(Resource, &str, rlim_t, &str); 7] = [
    // Journal, audit log and counters must be writable whatever their size.
    (Resource::RLIMIT_FSIZE, "file size", 1 << 30, "bytes"),
    // A merge of 24,000 builds takes seconds; a run that waits for tasks hardly any.
    (Resource::RLIMIT_CPU, "CPU time", 3600, "seconds"),
    // Log, journal, locks, two connections, the C library's own.
    (Resource::RLIMIT_NOFILE, "open files", 128, "descriptors"),
    // The largest tags are read with less than 100 MiB; threads reserve more than they use.
    (Resource::RLIMIT_AS, "address space", 1 << 30, "bytes"),
    (Resource::RLIMIT_DATA, "data", 512 << 20, "bytes"),
    (Resource::RLIMIT_STACK, "stack", 1 << 20, "bytes"),
    // Lanes, the client's runtime and the signal's thread.
    (Resource::RLIMIT_NPROC, "processes", 32, "threads"),
];

/// Raises what may be raised, and refuses limits that are too low to finish what is begun.
pub fn check_limits() -> Result<()> {
    let mut low = Vec::new();
    for (resource, name, floor, unit) in FLOORS {
        let (soft, hard) =
            getrlimit(resource).map_err(|e| refused(format!("the limit of {name} is not known: {e}")))?;
        if soft < hard {
            // If it cannot be raised, it is looked at as it is.
            let _ = setrlimit(resource, hard, hard);
        }
        let (soft, _) = getrlimit(resource).unwrap_or((soft, hard));
        if soft < floor {
            low.push(format!("{name}: {soft} of at least {floor} {unit}"));
        }
    }
    if low.is_empty() {
        return Ok(());
    }
    Err(refused(format!("limits are too low: {}", low.join(", ")))
        .hint("the caller has lowered them, or limits.conf(5) has"))
}

/// Becomes `account` for good: groups, group and user, for the whole process.
///
/// # Errors
/// [`Kind::Unsafe`]: it is not the account, or there is a way back. Nothing may go on then.
pub fn drop_to(account: &Account) -> Result<()> {
    one_thread()?;
    let failed = |what: &str, e: nix::Error| refused(format!("cannot become {}: {what}: {e}", account.name));
    let (uid, gid) = (Uid::from_raw(account.uid), Gid::from_raw(account.gid));
    let groups: Vec<Gid> = account.groups()?.into_iter().map(Gid::from_raw).collect();
    setgroups(&groups).map_err(|e| failed("setgroups", e))?;
    setresgid(gid, gid, gid).map_err(|e| failed("setresgid", e))?;
    setresuid(uid, uid, uid).map_err(|e| failed("setresuid", e))?;
    is_exactly(account)?;
    no_way_back(account)?;
    // The kernel has set it anew with the ids.
    no_more_rights()
}

/// Whether this process is `account`, wholly: real, effective and saved ids, and no group of anybody
/// else's.
pub fn is_exactly(account: &Account) -> Result<()> {
    let differs = |what: String| refused(format!("this process is not wholly {}: {what}", account.name));
    let (uid, gid) = (Uid::from_raw(account.uid), Gid::from_raw(account.gid));
    let users = getresuid().map_err(|e| differs(e.to_string()))?;
    if users != (ResUid { real: uid, effective: uid, saved: uid }) {
        return Err(differs(format!("its users are {}, {} and {}", users.real, users.effective, users.saved)));
    }
    let own = getresgid().map_err(|e| differs(e.to_string()))?;
    if own != (ResGid { real: gid, effective: gid, saved: gid }) {
        return Err(differs(format!("its groups are {}, {} and {}", own.real, own.effective, own.saved)));
    }
    let held: BTreeSet<u32> =
        getgroups().map_err(|e| differs(e.to_string()))?.into_iter().map(Gid::as_raw).chain([account.gid]).collect();
    let expected = account.groups()?;
    if held != expected {
        let list = |groups: &BTreeSet<u32>| groups.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
        let what = format!("it is in the groups {} instead of {}", list(&held), list(&expected));
        return Err(differs(what).hint("sudo must not preserve the caller's groups (preserve_groups)"));
    }
    Ok(())
}

/// Tries what must fail.
fn no_way_back(account: &Account) -> Result<()> {
    let back = |how: &str| refused(format!("there is a way back from {} to root: {how}", account.name));
    let (root, group) = (Uid::from_raw(0), Gid::from_raw(0));
    if nix::unistd::setuid(root).is_ok() || nix::unistd::seteuid(root).is_ok() {
        return Err(back("setuid"));
    }
    if account.gid != 0 && (nix::unistd::setgid(group).is_ok() || nix::unistd::setegid(group).is_ok()) {
        return Err(back("setgid"));
    }
    for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
        let held = status(set).and_then(|hex| u64::from_str_radix(&hex, 16).ok());
        if held != Some(0) {
            return Err(back(&format!("the capabilities {set}")));
        }
    }
    Ok(())
}

/// So long may one argument be; no name needs as much.
const LONGEST: usize = 1024;
/// So many arguments, and so many bytes in all: more go through standard input.
const MOST: (usize, usize) = (1000, 128 * 1024);

/// The arguments, none of which can be taken for another one: not empty, no blanks, no control
/// characters, UTF-8, bounded. Names everything that is wrong with them at once.
pub fn words(args: Vec<OsString>) -> Result<Vec<String>> {
    let all: usize = args.iter().map(|arg| arg.len()).sum();
    if args.len() > MOST.0 || all > MOST.1 {
        let what = format!("{} arguments of {all} bytes are more than {} of {} bytes", args.len(), MOST.0, MOST.1);
        return Err(Error::usage(what).hint("give - for the list and send it through standard input"));
    }
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for (place, arg) in args.into_iter().enumerate() {
        if place == 0 {
            // The caller chooses it, and it is not used.
            good.push("flr".to_owned());
            continue;
        }
        match arg.into_string() {
            Err(raw) => bad.push(format!("argument {place} is not UTF-8: {}", short(&raw.to_string_lossy()))),
            Ok(text) => match wrong(&text) {
                Some(why) => bad.push(format!("argument {place} {why}: {}", short(&text))),
                None => good.push(text),
            },
        }
    }
    if bad.is_empty() { Ok(good) } else { Err(Error::usage(bad.join("; "))) }
}

fn wrong(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("is empty");
    }
    if text.len() > LONGEST {
        return Some("is too long");
    }
    if text.chars().any(char::is_control) {
        return Some("holds control characters");
    }
    text.chars().any(char::is_whitespace).then_some("holds a blank")
}

fn short(text: &str) -> String {
    let head: String = text.chars().take(60).collect();
    let cut = if head.len() < text.len() { "…" } else { "" };
    format!("\"{head}{cut}\"")
}

/// The extended attribute that holds the access control list of an open file, if it has one.
pub(super) fn access_list(file: &std::fs::File) -> std::io::Result<Option<Vec<u8>>> {
    use std::os::fd::AsRawFd;
    const NAME: &CStr = c"system.posix_acl_access";
    let mut value = vec![0_u8; 4096];
    // SAFETY: descriptor, name and buffer are valid for the call, and the length is the buffer's.
    let length = unsafe { libc::fgetxattr(file.as_raw_fd(), NAME.as_ptr(), value.as_mut_ptr().cast(), value.len()) };
    match usize::try_from(length) {
        Ok(length) => {
            value.truncate(length);
            Ok(Some(value))
        }
        Err(_) => match std::io::Error::last_os_error() {
            e if matches!(e.raw_os_error(), Some(libc::ENODATA | libc::ENOTSUP)) => Ok(None),
            e => Err(e),
        },
    }
}

fn refused(what: impl Display) -> Error {
    Error::new(Kind::Unsafe, format!("refused: {what}"))
}
