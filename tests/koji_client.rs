// SPDX-License-Identifier: GPL-3.0-or-later
//! The official koji client against the practice hub: `tests/koji_client/check.py`, run with the
//! virtual environment whose `bin` directory `FLR_KOJI_VENV` names. Without it nothing can be
//! shown; that is a failure where `CI` is `true`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]
#![allow(clippy::disallowed_methods, reason = "a test is told by the environment where its tools are")]
#![cfg(feature = "practice")]

mod hub;

use hub::Hub;
use std::path::{Path, PathBuf};
use std::process::Command;

fn python(name: &str) -> Option<PathBuf> {
    match std::env::var_os("FLR_KOJI_VENV") {
        Some(bin) => Some(Path::new(&bin).join(name)),
        None if std::env::var("CI").is_ok_and(|ci| ci == "true") => {
            panic!("FLR_KOJI_VENV is not set: it names the bin directory of a venv with PyPI's koji")
        }
        None => {
            eprintln!("not shown: FLR_KOJI_VENV is not set");
            None
        }
    }
}

#[test]
fn the_official_client_works() {
    let Some(python) = python("python3") else {
        return;
    };
    let hub = Hub::small();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/koji_client/check.py");
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(&python)
        .arg(&script)
        .arg(hub.server.url())
        .env("HOME", home.path())
        .output()
        .unwrap_or_else(|e| panic!("cannot run {}: {e}", python.display()));
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{errors}");
    // What the client asked for and the hub does not have would have been swallowed by some commands.
    for call in hub.server.calls() {
        assert!(!call.outcome.starts_with("http"), "{call:?}");
    }
}

/// The conformance suite, which must also pass on a real hub: with one who may tag only, and with one
/// who may change targets and sign too.
#[test]
fn the_conformance_suite_passes() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/run");
    for (user, password) in [(flr::practice::USER, flr::practice::PASSWORD), ("releng", "releng-pw")] {
        let hub = Hub::small();
        let output = Command::new("python3")
            .arg(&script)
            .args([&*hub.server.url(), user, password])
            .output()
            .expect("python3 runs");
        let text = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{user}\n{text}\n{errors}");
    }
}
