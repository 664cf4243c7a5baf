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
    assert!(stderr.contains("small, fedora, cycle"), "{stderr}");
}

/// What is planted is what the layouts say, so that a rehearsal begins where they do.
#[test]
fn the_releases_of_a_cycle_are_as_their_layouts_say() {
    let dir = tempfile::tempdir().unwrap();
    let flr = |args: &[&str]| run(flr_in(dir.path()).args(args), b"");
    assert_eq!(flr(&["practice", "seed", "cycle"]).0, 0);
    for (release, phase) in [("f42", "released"), ("f43", "before-activation"), ("eln", "active")] {
        let (code, stdout, stderr) = flr(&["release", "check", release, "--profile", "practice", "--phase", phase]);
        assert_eq!((code, stdout.as_str()), (0, ""), "{stderr}");
    }
}
