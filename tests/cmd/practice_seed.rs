// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::{flr_in, run};

#[test]
fn a_hub_is_filled_once() {
    let dir = tempfile::tempdir().unwrap();
    let seed = || run(flr_in(dir.path()).args(["practice", "seed", "small", "--dir", "hub"]), b"");
    assert_eq!(seed(), (0, "hub: 15 packages, 53 builds, 17 tags\n".to_owned(), String::new()));
    let (code, stdout, stderr) = seed();
    assert_eq!((code, stdout.as_str()), (10, ""));
    assert_eq!(stderr, "flr: the practice hub in hub is seeded already\nhint: reset it first\n");
}

#[test]
fn sizes_are_words() {
    let dir = tempfile::tempdir().unwrap();
    let (code, _, stderr) = run(flr_in(dir.path()).args(["practice", "seed", "medium"]), b"");
    assert_eq!(code, 2);
    assert!(stderr.contains("small, fedora"), "{stderr}");
}
