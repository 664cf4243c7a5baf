// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::{Site, flr_in, run};

/// What was changed is gone; the next command begins with a new hub.
#[test]
fn a_hub_begins_anew() {
    let dir = tempfile::tempdir().unwrap();
    let flr = |args: &[&str]| {
        let (code, stdout, stderr) = run(flr_in(dir.path()).args(args), b"");
        assert_eq!(code, 0, "{args:?}: {stderr}");
        (stdout, stderr)
    };
    let list = ["koji", "list-tags", "bash-5.3.0-1.fc43", "--profile", "practice"];
    let (stdout, stderr) = flr(&list);
    assert_eq!(stdout, "bash-5.3.0-1.fc43  f43\n");
    assert!(stderr.contains("is new: it now has 15 packages"), "{stderr}");
    // The practice user needs no words about the login.
    flr(&["koji", "untag-build", "f43", "bash-5.3.0-1.fc43", "--profile", "practice", "--yes"]);
    assert_eq!(flr(&list), (String::new(), String::new()));
    assert_eq!(flr(&["practice", "reset"]), (String::new(), String::new()));
    assert_eq!(flr(&list).0, "bash-5.3.0-1.fc43  f43\n");
}

/// The hub that is served would go on with files that nobody can find any more.
#[test]
fn a_hub_that_is_served_stays() {
    let site = Site::small();
    let served = site.path().join("hub");
    let served = served.to_str().unwrap();
    let reset = || run(flr_in(site.path()).args(["practice", "reset", "--dir", served]), b"");
    let (code, stdout, stderr) = reset();
    let said = format!("flr: the practice hub in {served} is in use\nhint: end what serves it first\n");
    assert_eq!((code, stdout.as_str(), stderr), (75, "", said));
    assert!(site.path().join("hub/hub.sqlite").exists());
}
