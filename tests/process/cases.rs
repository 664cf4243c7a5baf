// SPDX-License-Identifier: GPL-3.0-or-later
//! What must come out.

use crate::plant;
use nix::libc;
use std::ffi::CString;
use std::fs::{self, File};
use std::io::{Result, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Command, Output, Stdio};

pub struct Case {
    pub name: &'static str,
    pub root: bool,
    pub run: fn(),
}

const fn anybody(name: &'static str, run: fn()) -> Case {
    Case { name, root: false, run }
}

const fn root(name: &'static str, run: fn()) -> Case {
    Case { name, root: true, run }
}

pub const ALL: &[Case] = &[
    anybody("the_environment_is_five_constants", the_environment_is_five_constants),
    anybody("nothing_inherited_is_left", nothing_inherited_is_left),
    anybody("descriptors_are_closed_one_by_one_on_an_old_kernel", descriptors_on_an_old_kernel),
    anybody("closed_streams_are_opened", closed_streams_are_opened),
    anybody("no_other_program_can_be_started", no_other_program_can_be_started),
    anybody("soft_limits_are_raised", soft_limits_are_raised),
    anybody("low_limits_are_refused_all_at_once", low_limits_are_refused_all_at_once),
    anybody("standard_input_of_every_kind", standard_input_of_every_kind),
    root("accounts_are_looked_up", accounts_are_looked_up),
    root("a_second_thread_is_refused", a_second_thread_is_refused),
    root("root_becomes_the_account_for_good", root_becomes_the_account_for_good),
    root("no_capability_survives", no_capability_survives),
    root("some_accounts_are_none_to_run_as", some_accounts_are_none_to_run_as),
    root("only_root_can_drop", only_root_can_drop),
    root("what_is_not_exactly_the_account_is_refused", what_is_not_exactly_the_account),
    root("the_login_is_the_kernels", the_login_is_the_kernels),
];

/// Starts this program in a role; `plant` runs in the child before.
fn play(role: &str, args: &[&str], plant: impl FnMut() -> Result<()> + Send + Sync + 'static) -> String {
    let output = start(role, args, Stdio::null(), plant);
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr).into_owned());
    assert!(output.status.success() && err.is_empty(), "{role} {args:?}: {:?}\n{out}{err}", output.status);
    out
}

fn start(role: &str, args: &[&str], stdin: Stdio, plant: impl FnMut() -> Result<()> + Send + Sync + 'static) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg(format!("--as={role}")).args(args).stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
    unsafe { command.pre_exec(plant) };
    command.spawn().unwrap().wait_with_output().unwrap()
}

/// By no call, of no table of calls.
fn no_other_program_can_be_started() {
    assert_eq!(
        play("program", &[], || Ok(())),
        "before: ran\nfine\nexecve: Operation not permitted (os error 1)\nexecveat: Operation not permitted (os error 1)\n"
    );
}

const CONSTANTS: [&str; 5] =
    ["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=/nonexistent", "KRB5CCNAME=MEMORY:", "TZ=UTC"];

fn the_environment_is_five_constants() {
    let planted = [
        "KRB5CCNAME=FILE:/tmp/mine",
        "no equals sign",
        "=nameless",
        "",
        "LD_PRELOAD=",
        "TZ=:/tmp/zone",
        "TZ=Mars",
        "https_proxy=http://evil:1",
        "KRB5_CONFIG=/tmp/krb5.conf",
        "SSL_CERT_FILE=/tmp/ca.pem",
        "BASH_FUNC_x%%=() { id; }",
        "HOME=/tmp",
        "FLR_SETTINGS=/tmp/flr.toml",
    ];
    let text = |text: &str| CString::new(text).unwrap();
    let program = text(std::env::current_exe().unwrap().to_str().unwrap());
    let args = [text("flr"), text("--as=environment")];
    let entries = planted.map(text);
    let said = play("environment", &[], move || Err(plant::environment(&program, &args, &entries)));
    let before: String = planted.iter().map(|entry| format!("entry {entry}\n")).collect();
    let after: String = CONSTANTS.iter().map(|entry| format!("entry {entry}\n")).collect();
    let childs: String = CONSTANTS.iter().map(|entry| format!("{entry}\n")).collect();
    assert_eq!(said, format!("{before}fine\n{after}{childs}"));
}

const SETTLED: &str = "\
fine
cwd /
umask 0077
descriptors [0, 1, 2]
timers [0, 0, 0]
SigBlk: 0000000000000000
SigIgn: 0000000001001000
NoNewPrivs: 1
slack 50000
parent's end 0
core (0, 0)
dumpable 0
";

fn nothing_inherited_is_left() {
    assert_eq!(play("settle", &[], plant::everything), SETTLED);
    assert_eq!(play("settle", &[], || Ok(())), SETTLED);
}

fn descriptors_on_an_old_kernel() {
    let said = play("settle", &[], || {
        plant::everything()?;
        plant::no_close_range()
    });
    assert_eq!(said, SETTLED);
}

fn closed_streams_are_opened() {
    let dir = tempfile::tempdir().unwrap();
    let report = dir.path().join("report");
    for (closed, expected) in [
        (&["0", "1", "2"][..], "fine\n0 null\n1 null\n2 null\n"),
        (&["0"], "fine\n0 null\n1 as it was\n2 as it was\n"),
        (&["2"], "fine\n0 as it was\n1 as it was\n2 null\n"),
        (&["1"], "fine\n0 as it was\n1 null\n2 as it was\n"),
        (&[], "fine\n0 as it was\n1 as it was\n2 as it was\n"),
    ] {
        let args: Vec<_> = [report.to_str().unwrap()].into_iter().chain(closed.iter().copied()).collect();
        let (pipe, _end) = std::io::pipe().unwrap();
        let output = start("streams", &args, pipe.into(), || Ok(()));
        assert!(output.status.success() && output.stdout.is_empty(), "{output:?}");
        assert_eq!(fs::read_to_string(&report).unwrap(), expected, "{closed:?}");
        assert_eq!(nix::sys::stat::stat(&report).unwrap().st_mode & 0o777, 0o600);
        fs::remove_file(&report).unwrap();
    }
}

fn soft_limits_are_raised() {
    let (files, size) = (libc::RLIMIT_NOFILE.to_string(), libc::RLIMIT_FSIZE.to_string());
    let said = play("limits", &[&files, &size], || {
        plant::limit(libc::RLIMIT_NOFILE, 64, 256)?;
        plant::limit(libc::RLIMIT_FSIZE, 1 << 20, 1 << 30)
    });
    assert_eq!(said, format!("fine\nlimit {files}: (256, 256)\nlimit {size}: (1073741824, 1073741824)\n"));
}

fn low_limits_are_refused_all_at_once() {
    let files = libc::RLIMIT_NOFILE.to_string();
    let said = play("limits", &[&files], || {
        plant::limit(libc::RLIMIT_NOFILE, 255, 255)?;
        plant::limit(libc::RLIMIT_CPU, 60, 3599)?;
        plant::limit(libc::RLIMIT_FSIZE, 1 << 20, (1 << 30) - 1)
    });
    assert_eq!(
        said,
        "6: the caller's limits are too low: 1073741823 bytes of a file (fsize), and 1073741824 are needed; \
         3599 seconds of CPU time (cpu), and 3600 are needed; 255 open files (nofile), and 256 are needed\n\
         hint: raise the hard limits of the caller: limits.conf, or Limit…= of the unit\n\
         limit 7: (255, 255)\n"
    );
    for (which, low, noun) in [
        (libc::RLIMIT_AS, (4 << 30) - 1, "bytes of address space (as), and 4294967296 are needed"),
        (libc::RLIMIT_DATA, (1 << 30) - 1, "bytes of data (data), and 1073741824 are needed"),
        (libc::RLIMIT_STACK, (2 << 20) - 1, "bytes of stack (stack), and 2097152 are needed"),
        (libc::RLIMIT_NPROC, 511, "processes and threads (nproc), and 512 are needed"),
    ] {
        let said = play("limits", &[], move || plant::limit(which, low, low));
        assert!(said.contains(&format!("are too low: {low} {noun}\nhint")), "{said}");
        let said = play("limits", &[], move || plant::limit(which, low + 1, low + 1));
        assert_eq!(said, "fine\n");
    }
}

fn standard_input_of_every_kind() {
    let read = |stdin: Stdio, plant: fn() -> Result<()>| {
        let output = start("stdin", &["100000", "1500"], stdin, plant);
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let nothing = || Ok(());
    let given = |bytes: usize| {
        let (out, mut into) = std::io::pipe().unwrap();
        std::thread::spawn(move || into.write_all(&vec![b'x'; bytes]));
        Stdio::from(out)
    };
    assert_eq!(read(given(100_000), nothing), "100000 bytes\n");
    assert_eq!(read(given(100_001), nothing), "it is longer than 100000 bytes\n");

    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&[b'x'; 77_777]).unwrap();
    assert_eq!(read(File::open(file.path()).unwrap().into(), nothing), "77777 bytes\n");
    file.write_all(&[b'x'; 77_777]).unwrap();
    assert_eq!(read(File::open(file.path()).unwrap().into(), nothing), "it is longer than 100000 bytes\n");

    assert_eq!(read(Stdio::null(), nothing), "0 bytes\n");
    assert_eq!(read(Stdio::null(), || plant::close(0)), "0 bytes\n");
    assert_eq!(read(File::open("/dev/zero").unwrap().into(), nothing), "it is longer than 100000 bytes\n");
    assert_eq!(read(File::open("/").unwrap().into(), nothing), "Is a directory (os error 21)\n");

    let (mut ours, theirs) = UnixStream::pair().unwrap();
    ours.write_all(b"bash-5.3.1-1.fc43\n").unwrap();
    drop(ours);
    assert_eq!(read(OwnedFd::from(theirs).into(), nothing), "18 bytes\n");

    // Nobody writes and nobody closes; somebody who has set his end not to wait says so at once.
    let (quiet, _open) = std::io::pipe().unwrap();
    assert_eq!(read(quiet.into(), nothing), "it did not end within 1.5 seconds\n");
    let (waiting, _open) = UnixStream::pair().unwrap();
    assert_eq!(read(OwnedFd::from(waiting).into(), nothing), "it did not end within 1.5 seconds\n");
}

/// An account database with one service account in a group beside its own.
fn accounts() -> (tempfile::TempDir, impl FnMut() -> Result<()> + Send + Sync + 'static) {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in [
        (
            "passwd",
            "root:x:0:0:root:/root:/bin/sh\n\
             flr-koji:x:61994:61994::/nonexistent:/sbin/nologin\n\
             zero:x:0:61994::/:/bin/sh\n\
             wheel:x:61996:61996::/:/bin/sh\n\
             unset:x:4294967295:61994::/:/bin/sh\n\
             Kim:x:61997:61997::/:/bin/sh\n",
        ),
        ("group", "root:x:0:wheel\nflr-koji:x:61994:\nkeys:x:61995:other,flr-koji\nwheel:x:61996:\nfour:x:4:\n"),
        ("nsswitch.conf", "passwd: files\ngroup: files\n"),
    ] {
        fs::write(dir.path().join(name), text).unwrap();
        assert!(fs::exists(format!("/etc/{name}")).unwrap(), "/etc/{name} must be there to be covered");
    }
    let path = dir.path().to_owned();
    (dir, move || plant::accounts(&path))
}

fn accounts_are_looked_up() {
    let (_dir, plant) = accounts();
    assert_eq!(
        play("look-up", &["flr-koji", "61994", "0", "nobody-here", "61998", "kim", "a\nb", ""], plant),
        "flr-koji: Ok(Some(Account { name: \"flr-koji\", uid: 61994, gid: 61994 }))\n\
         61994: Ok(Some(Account { name: \"flr-koji\", uid: 61994, gid: 61994 }))\n\
         0: Ok(Some(Account { name: \"root\", uid: 0, gid: 0 }))\n\
         nobody-here: Ok(None)\n61998: Ok(None)\nkim: Ok(None)\na\nb: Ok(None)\n: Ok(None)\n"
    );
}

fn a_second_thread_is_refused() {
    let (_dir, plant) = accounts();
    let two = "6: the process has 2 threads where it should have one\n";
    let said = play("threads", &["flr-koji"], plant);
    assert!(said.starts_with(&format!("{two}{two}Uid: 0 0 0 0\nGid: 0 0 0 0\n")), "{said}");
}

const DROPPED: &str = "\
fine
Uid: 61994 61994 61994 61994
Gid: 61994 61994 61994 61994
Groups: 61994 61995
dumpable 0
CapInh: 0000000000000000
CapPrm: 0000000000000000
CapEff: 0000000000000000
CapAmb: 0000000000000000
won []
shadow Err(PermissionDenied)
another thread (61994, 61994)
same login true
";

fn root_becomes_the_account_for_good() {
    let (_dir, plant) = accounts();
    assert_eq!(play("drop", &["flr-koji"], plant), DROPPED);
    // Groups of the caller's own do not come along.
    let (_dir, plant) = accounts();
    assert_eq!(play("drop", &["flr-koji", "group-0"], plant), DROPPED);
}

fn no_capability_survives() {
    for how in [&["inheritable"][..], &["no-fixup"], &["inheritable", "no-fixup"]] {
        let (_dir, plant) = accounts();
        let args: Vec<_> = ["flr-koji"].into_iter().chain(how.iter().copied()).collect();
        assert_eq!(play("drop", &args, plant), DROPPED, "{how:?}");
    }
}

fn some_accounts_are_none_to_run_as() {
    for (name, shown, why) in [
        ("zero", "zero", "user 0, groups 61994"),
        ("wheel", "wheel", "user 61996, groups 0, 61996"),
        ("unset", "unset", "user 4294967295, groups 61994"),
        ("61994:0", "made-up", "user 61994, groups 0"),
        ("61994:4294967295", "made-up", "user 61994, groups 4294967295"),
    ] {
        let (_dir, plant) = accounts();
        let said = play("drop", &[name], plant);
        let error = format!(
            "6: account {shown} is no account to run as: {why}\n\
             hint: give it a number of its own, and take it out of group root\n"
        );
        assert!(said.starts_with(&format!("{error}Uid: 0 0 0 0\n")), "{name}: {said}");
    }
}

fn only_root_can_drop() {
    let (_dir, plant) = accounts();
    let said = play("drop-twice", &["flr-koji"], plant);
    assert_eq!(said, "6: cannot become account flr-koji: not started as root\n");
}

fn what_is_not_exactly_the_account() {
    let users = "61994 61994 61994";
    let groups = "61994 61994 61994";
    for (ids, held, wrong) in [
        (format!("{users} {groups}"), "61994 61995", ""),
        (format!("{users} {groups}"), "61995 61995", ""),
        (format!("{users} {groups}"), "61995 61994 4", "its groups are 4, 61994, 61995 instead of 61994, 61995"),
        (format!("{users} {groups}"), "", "its groups are 61994 instead of 61994, 61995"),
        (format!("0 61994 61994 {groups}"), "61995", "its real user id is 0 instead of 61994"),
        (format!("61994 61994 0 {groups}"), "61995", "its saved user id is 0 instead of 61994"),
        (format!("61994 61996 61994 {groups}"), "61995", "its effective user id is 61996 instead of 61994"),
        (
            format!("{users} 4 61994 0"),
            "61995",
            "its real group id is 4 instead of 61994; its saved group id is 0 instead of 61994",
        ),
        (format!("{users} 61994 4 61994"), "61995", "its effective group id is 4 instead of 61994"),
    ] {
        let (_dir, plant) = accounts();
        let said = play("exactly", &["flr-koji", &ids, held], plant);
        let expected = if wrong.is_empty() {
            "fine\n".to_owned()
        } else {
            format!(
                "6: the process is not account flr-koji and nothing else: {wrong}\n\
                 hint: no -g in the sudo command, no preserve_groups in sudoers\n"
            )
        };
        assert_eq!(said, format!("{expected}dumpable 0\n"), "{ids} with {held}");
    }
}

fn the_login_is_the_kernels() {
    let said = play("login", &["61994"], || Ok(()));
    // A kernel without audit has no such file, and one that has set it once may not set it again.
    match fs::exists("/proc/self/loginuid").unwrap() {
        true if said.starts_with("set: true") => assert_eq!(said, "set: true, login: Some(61994)\nsession: true\n"),
        true => assert!(said.starts_with("set: false"), "{said}"),
        false => assert_eq!(said, "set: false, login: None\nsession: false\n"),
    }
}
