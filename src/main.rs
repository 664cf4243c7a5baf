// SPDX-License-Identifier: GPL-3.0-or-later
//! The `flr` binary.

fn main() -> std::process::ExitCode {
    flr::cli::main(std::env::args_os())
}
