// SPDX-License-Identifier: GPL-3.0-or-later
//! Thousands of packages.

use super::bodhi::{Bodhi, recorded};
use super::site::Site;
use flr::practice::Seed;
use std::time::Duration;

/// What was rebuilt of as much as Fedora has: 3,000 packages show the shape as well as 24,000.
fn many() -> Site {
    Site::seeded(Duration::from_millis(20), |state| {
        flr::practice::Site::open(state).unwrap().seed(Seed::Fedora).unwrap();
        let hub = rusqlite::Connection::open(state.join("hub.sqlite")).unwrap();
        hub.execute_batch(
            "CREATE TEMP TABLE kept AS SELECT DISTINCT pkg_id AS id FROM build JOIN tag_listing ON build_id = build.id
                 JOIN tag ON tag.id = tag_id WHERE tag.name = 'f43-rebuild';
             CREATE UNIQUE INDEX temp.kept_id ON kept (id);
             DELETE FROM tag_listing WHERE build_id IN (SELECT id FROM build WHERE pkg_id NOT IN (SELECT id FROM kept));
             DELETE FROM tag_packages WHERE package_id NOT IN (SELECT id FROM kept);
             DELETE FROM tag_package_owners WHERE package_id NOT IN (SELECT id FROM kept);
             DELETE FROM build WHERE pkg_id NOT IN (SELECT id FROM kept);",
        )
        .unwrap();
    })
}

/// Two requests for each package before anything began; or all of them in one, whose fault lost everything.
#[test]
fn a_tag_of_many_packages_is_read_in_few_calls() {
    let (site, bodhi) = (many(), Bodhi::with(recorded()));
    let packages = site.flr(["koji", "list-pkgs", "f43"]).lines().len();
    assert_eq!(packages, 3_000);
    for words in [
        "koji list-tagged f43",
        "koji check-latest f43",
        "koji compare-tags f43 f44",
        "koji mass-tag f43-rebuild f43-pending --dry-run",
        "koji rebuild-plan f43 --since 2025-02-01 --bodhi",
        "koji list-unbuilt f43 --since 2026-01-01 --bodhi",
        "koji list-failures f43 --since 2025-02-01 --bodhi",
        "koji list-ftbfs f43 --since 2026-01-01 --bodhi",
    ] {
        let mut command = site.command();
        command.args(words.split(' '));
        if words.ends_with("--bodhi") {
            command.arg(&bodhi.url);
        }
        let before = site.hub.calls().len();
        let ended = site.ended(command, b"");
        assert!(ended.code == 0 || ended.code == 7, "{words}: {}", ended.stderr);
        let requests = &site.hub.calls()[before..];
        let largest = requests.iter().map(|request| request.members.len()).max().unwrap();
        assert!(requests.len() <= packages / 30 && largest <= 500, "{words}: {} requests of {largest}", requests.len());
    }
}

/// A process and a login for each tag; each whole build record sent back as an argument.
#[test]
fn many_changes_are_sent_in_batches() {
    let site = many();
    let ended = site.agreed(["koji", "mass-tag", "f43-rebuild", "f43-pending", "--json"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let done = ended.document()["done"].as_array().unwrap().len();
    let batches: Vec<usize> =
        ended.calls.iter().map(|call| call.matches("tagBuildBypass").count()).filter(|count| *count > 0).collect();
    assert_eq!(batches.iter().sum::<usize>(), done);
    assert!(done > 2_500 && batches.len() <= 60 && batches.iter().all(|count| *count <= 200), "{done}: {batches:?}");
    assert_eq!(ended.calls.iter().filter(|call| *call == "login").count(), 1);
}
