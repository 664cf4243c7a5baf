// SPDX-License-Identifier: GPL-3.0-or-later
//! The process of a privileged run: every step is done for real, in a process started for it that
//! inherits what a hostile caller would leave behind.
//!
//! This program is its own child: with `--as=ROLE` it is one thread, as the real one is when it
//! begins, which the test harness is not. So it has a `main`. A case that needs root is skipped
//! without it, and not where `CI` is `true`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::disallowed_methods)]
#![allow(unsafe_code, reason = "it plants what only C can plant")]

#[path = "process/cases.rs"]
mod cases;
#[path = "process/plant.rs"]
mod plant;
#[path = "process/roles.rs"]
mod roles;

use std::panic::catch_unwind;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
    if let Some(role) = args.first().and_then(|arg| arg.strip_prefix("--as=")) {
        roles::play(role, &args[1..]);
        return ExitCode::SUCCESS;
    }
    if args.iter().any(|arg| arg == "--list") {
        return ExitCode::SUCCESS;
    }
    let root = nix::unistd::Uid::effective().is_root();
    let must = std::env::var_os("CI").is_some_and(|ci| ci == "true");
    let wanted: Vec<_> = args.iter().filter(|arg| !arg.starts_with('-')).collect();
    let (mut passed, mut failed) = (0, Vec::new());
    for case in cases::ALL {
        if !wanted.is_empty() && !wanted.iter().any(|part| case.name.contains(part.as_str())) {
            continue;
        }
        if case.root && !root && !must {
            println!("test {} ... skipped, it needs root", case.name);
            continue;
        }
        let ended = catch_unwind(case.run);
        println!("test {} ... {}", case.name, if ended.is_ok() { "ok" } else { "FAILED" });
        match ended {
            Ok(()) => passed += 1,
            Err(_) => failed.push(case.name),
        }
    }
    let word = if failed.is_empty() { "ok" } else { "FAILED" };
    println!("\ntest result: {word}. {passed} passed; {} failed {}\n", failed.len(), failed.join(", "));
    ExitCode::from(u8::from(!failed.is_empty()))
}
