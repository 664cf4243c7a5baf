// SPDX-License-Identifier: GPL-3.0-or-later
use crate::site::{Ended, Site};

/// Newest tagging first; what koji hides (blocked, not listed) is not shown; what its people wrote
/// in their names cannot act.
#[test]
fn builds_of_a_tag() {
    let site = Site::small();
    assert_eq!(
        site.flr(["koji", "list-tagged", "f43"]),
        Ended {
            stdout: "\
Fedora-Server-dvd-43-20251101.n.1  f43  admin
zlib-ng-2.2.5-1.fc43               f43  ev\\u{9b}31mil\\u{202e}\\u{a}root
rpm-5.99.92-1.fc43                 f43  jan
python3.14-3.14.0~rc2-1.fc43       f43  maria
perl-5.42.0-1.fc43                 f43  ev\\u{9b}31mil\\u{202e}\\u{a}root
openssl-3.5.1-1.fc43               f43  jan
kernel-6.16.7-1.fc43               f43  maria
gnome-shell-49~beta-1.fc43         f43  ev\\u{9b}31mil\\u{202e}\\u{a}root
glibc-2.42-1.fc43                  f43  jan
firefox-143.0-1.fc43               f43  maria
dnf5-5.2.16.0-1.fc43               f43  ev\\u{9b}31mil\\u{202e}\\u{a}root
coreutils-9.7-1.fc43               f43  jan
bash-5.3.0-1.fc43                  f43  maria
"
            .into(),
            calls: vec!["listTagged".into()],
            ..Ended::default()
        }
    );
}

#[test]
fn inherited_latest_and_one_package() {
    let site = Site::small();
    let ended =
        site.flr(["koji", "list-tagged", "f43-updates", "--inherit", "--latest", "--package", "openssl", "--json"]);
    let line = ended.document();
    for (field, value) in [
        ("nvr", "openssl-3.5.1-1.fc43"),
        ("name", "openssl"),
        ("version", "3.5.1"),
        ("release", "1.fc43"),
        ("tag", "f43"),
        ("owner", "jan"),
    ] {
        assert_eq!(line[field], value, "{field}");
    }
    assert_eq!(line["epoch"], 1);
    let fields: Vec<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["build_id", "epoch", "event", "name", "nvr", "owner", "release", "tag", "version"]);
    assert_eq!(site.flr(["koji", "list-tagged", "f43-updates"]).stdout, "");
}

#[test]
fn images_only() {
    let site = Site::small();
    let ended = site.flr(["koji", "list-tagged", "f43", "--type", "image"]);
    assert_eq!(ended.stdout, "Fedora-Server-dvd-43-20251101.n.1  f43  admin\n");
}

/// What was tagged later was not there yet.
#[test]
fn as_it_was_at_an_event() {
    let site = Site::small();
    let first = site.flr(["koji", "list-tagged", "f43", "--package", "bash", "--json"]).document();
    let event = first["event"].to_string();
    let ended = site.flr(["koji", "list-tagged", "f43", "--event", &event]);
    assert_eq!(ended.stdout, "bash-5.3.0-1.fc43  f43  maria\n");
}

#[test]
fn an_unknown_tag_is_named() {
    let site = Site::small();
    let ended = site.flr(["koji", "list-tagged", "f99"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (10, ""));
    assert!(ended.stderr.contains("f99"), "{}", ended.stderr);
}
