// SPDX-License-Identifier: GPL-3.0-or-later
//! What a caller leaves behind for the program he starts: done between `fork` and `exec`.

use nix::libc;
use std::ffi::{CStr, CString};
use std::io::{Error, Result};
use std::path::Path;
use std::ptr::{null, null_mut};

fn ok(answer: libc::c_int) -> Result<()> {
    if answer == -1 { Err(Error::last_os_error()) } else { Ok(()) }
}

/// Ignored and blocked signals, running timers, open descriptors, no umask, another directory.
pub fn everything() -> Result<()> {
    for signal in 1..=libc::SIGRTMAX() {
        // The kernel's own call: the C library keeps two to itself. Nobody can ignore KILL and STOP.
        let action = [libc::SIG_IGN, 0, 0, 0];
        unsafe { libc::syscall(libc::SYS_rt_sigaction, signal, action.as_ptr(), null::<usize>(), 8_usize) };
    }
    unsafe {
        let mut all = std::mem::zeroed();
        libc::sigfillset(&mut all);
        ok(libc::sigprocmask(libc::SIG_SETMASK, &all, null_mut()))?;
        let soon = libc::itimerval {
            it_interval: libc::timeval { tv_sec: 0, tv_usec: 0 },
            it_value: libc::timeval { tv_sec: 100, tv_usec: 0 },
        };
        for timer in [libc::ITIMER_REAL, libc::ITIMER_VIRTUAL, libc::ITIMER_PROF] {
            ok(libc::setitimer(timer, &soon, null_mut()))?;
        }
        for number in [3, 50, 200] {
            ok(libc::dup2(2, number))?;
        }
        libc::umask(0);
        ok(libc::chdir(c"/tmp".as_ptr()))?;
        ok(libc::prctl(libc::PR_SET_TIMERSLACK, 4_000_000_000_u64))?;
        ok(libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM))
    }
}

/// A kernel that does not know `close_range`.
pub fn no_close_range() -> Result<()> {
    let step = |code: u32, jt, jf, k| libc::sock_filter { code: code as u16, jt, jf, k };
    let number = u32::try_from(libc::SYS_close_range).map_err(Error::other)?;
    let steps = [
        step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 0, 1, number),
        step(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ERRNO | libc::ENOSYS as u32),
        step(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ALLOW),
    ];
    let program = libc::sock_fprog { len: 4, filter: steps.as_ptr().cast_mut() };
    unsafe {
        ok(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))?;
        ok(libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program))
    }
}

pub fn limit(which: libc::__rlimit_resource_t, soft: u64, hard: u64) -> Result<()> {
    let limit = libc::rlimit { rlim_cur: soft, rlim_max: hard };
    ok(unsafe { libc::setrlimit(which, &limit) })
}

pub fn close(number: libc::c_int) -> Result<()> {
    ok(unsafe { libc::close(number) })
}

/// Becomes this program again, with an environment that no shell would make.
pub fn environment(program: &CStr, args: &[CString], entries: &[CString]) -> Error {
    let pointers = |texts: &[CString]| -> Vec<_> { texts.iter().map(|text| text.as_ptr()).chain([null()]).collect() };
    let (args, entries) = (pointers(args), pointers(entries));
    unsafe { libc::execve(program.as_ptr(), args.as_ptr(), entries.as_ptr()) };
    Error::last_os_error()
}

/// An account database of its own for the process: `dir` has the files that stand for those in /etc.
pub fn accounts(dir: &Path) -> Result<()> {
    let text = |path: &Path| CString::new(path.to_str().unwrap_or_default()).map_err(Error::other);
    unsafe {
        ok(libc::unshare(libc::CLONE_NEWNS))?;
        ok(libc::mount(null(), c"/".as_ptr(), null(), libc::MS_REC | libc::MS_PRIVATE, null()))?;
        for name in ["passwd", "group", "nsswitch.conf"] {
            let (own, system) = (text(&dir.join(name))?, text(&Path::new("/etc").join(name))?);
            ok(libc::mount(own.as_ptr(), system.as_ptr(), null(), libc::MS_BIND, null()))?;
        }
    }
    Ok(())
}
