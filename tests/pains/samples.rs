// SPDX-License-Identifier: GPL-3.0-or-later
//! Words that do something, for every command about a hub.

use std::collections::BTreeMap;

/// Where the words make sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A hub with one of everything.
    Small,
    /// The same, whose builds take longer than a test.
    Slow,
}

/// One command with words that make sense.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    pub place: Place,
    pub words: &'static str,
    /// The exit code without `--dry-run`: 7 where the answer is no.
    pub code: i32,
    /// What it calls that takes something away, because its name says so.
    pub takes: &'static [&'static str],
}

const fn reads(words: &'static str) -> Sample {
    Sample { place: Place::Small, words, code: 0, takes: &[] }
}

const fn says_no(words: &'static str) -> Sample {
    Sample { code: 7, ..reads(words) }
}

const fn changes(words: &'static str) -> Sample {
    reads(words)
}

const fn takes(words: &'static str, takes: &'static [&'static str]) -> Sample {
    Sample { takes, ..reads(words) }
}

const UNTAGS: &[&str] = &["untagBuildBypass"];

/// No call takes away what lies on the hub's disks.
pub const FILES: &[&str] = &["files"];

/// In curly brackets: what the hub or the home has of its own.
const SAMPLES: &[Sample] = &[
    reads("koji list-tagged f43"),
    reads("koji latest-build f43 bash"),
    reads("koji build-info bash-5.3.0-1.fc43"),
    reads("koji list-tags bash-5.3.0-1.fc43"),
    reads("koji list-pkgs f43"),
    reads("koji list-history f43"),
    reads("koji taginfo f43"),
    reads("koji list-inheritance f43-build"),
    reads("koji list-targets"),
    reads("koji list-sidetags"),
    reads("koji compare-tags f43 f44"),
    says_no("koji check-latest f43-updates-candidate"),
    says_no("koji list-unsigned f43 --key 31645531"),
    reads("koji task-info {task}"),
    reads("koji watch-task {task}"),
    says_no("koji list-retired f43 --retired retired.json {bodhi}"),
    says_no("koji find-block python2.7 f43 {bodhi}"),
    reads("koji list-signing-queue f43 {bodhi}"),
    reads("koji rebuild-plan f43 --since 2025-02-01 --target f43-rebuild {bodhi}"),
    reads("koji list-unbuilt f43 --since 2025-02-01 --target f43-rebuild {bodhi}"),
    reads("koji list-failures f43 --since 2025-01-01 {bodhi}"),
    reads("koji list-ftbfs f43 --since 2026-01-01 {bodhi}"),
    reads("koji rebuild-status f43 --since 2025-01-01 {bodhi}"),
    reads("koji call getTag f43"),
    reads("koji whoami"),
    changes("koji tag-build f43-override bash-5.3.1-1.fc43"),
    takes("koji untag-build f43 bash-5.3.0-1.fc43", UNTAGS),
    takes("koji move-builds f43-updates-candidate f43-override coreutils-9.7-2.fc43", UNTAGS),
    changes("koji add-pkg f43-empty bash --owner kim"),
    changes("koji block-pkg f43 bash"),
    takes("koji block-pkg f43 bash --untag", UNTAGS),
    changes("koji unblock-pkg f43 python2.7"),
    changes("koji mass-tag f43-rebuild f43-pending"),
    changes("koji lock-tag f43"),
    changes("koji unlock-tag f42"),
    changes("koji edit-tag f43 --extra rpm.macro.eln=150"),
    changes("koji clone-tag f43 f43-Beta"),
    changes("koji create-side-target f43-python --parent f43-build"),
    takes("koji remove-sidetags --base f43-build", &["removeSideTag"]),
    changes("koji set-target rawhide --build-tag f44-build --dest-tag f44-updates-candidate"),
    changes("koji swap-parent f43-pending f43 f43-updates"),
    changes("koji retag-latest f43-updates-candidate coreutils-9.7-4.fc43"),
    takes("koji prune-tag f43-updates-candidate", UNTAGS),
    changes("koji retrigger-signing bash-5.3.1-1.fc43"),
    changes("koji write-signed bash-5.3.0-1.fc43 --key 31645531"),
    takes("koji prune-signed bash-5.3.0-1.fc43 --key 31645531", FILES),
    changes("koji submit-build {source} f43-candidate"),
    changes("koji submit-builds f43-candidate {source}"),
    Sample {
        place: Place::Slow,
        ..takes("koji cancel-builds --target f43-candidate --owner practice", &["cancelTask"])
    },
    changes("koji wait-repo f43-build"),
    changes("koji create-release-tags f43 --only infra {bodhi}"),
    changes("koji sync-owners f43 --owners owners.json {bodhi}"),
    changes("koji activate-updates f47 {bodhi}"),
    takes("koji remove-targets f43 {bodhi}", &["deleteBuildTarget"]),
    takes("koji set-compose-tag f43 bash-5.3.0-1.fc43 rpm-5.99.92-1.fc43 {bodhi}", UNTAGS),
    reads("release list {bodhi}"),
    reads("release info f43 {bodhi}"),
    says_no("release check f43 {bodhi}"),
    reads("run list"),
    reads("run show {failed}"),
    takes("run resume {failed}", UNTAGS),
    changes("run undo {failed}"),
];

/// All of them by command. A command without words is named here, and so are words of no command.
pub fn by_command() -> BTreeMap<String, (clap::Command, Vec<Sample>)> {
    let mut all = BTreeMap::new();
    for group in flr::cli::command().get_subcommands() {
        // The others are about files of this machine and call no hub.
        if ["koji", "release", "run"].contains(&group.get_name()) {
            for command in group.get_subcommands() {
                all.insert(format!("{} {}", group.get_name(), command.get_name()), (command.clone(), Vec::new()));
            }
        }
    }
    for sample in SAMPLES {
        let name = sample.words.split(' ').take(2).collect::<Vec<_>>().join(" ");
        let found = all.get_mut(&name).unwrap_or_else(|| panic!("there is no command {name}"));
        found.1.push(*sample);
    }
    let without: Vec<_> = all.iter().filter(|(_, (_, samples))| samples.is_empty()).map(|(name, _)| name).collect();
    assert!(without.is_empty(), "no words for {without:?}");
    assert!(all.len() > 50, "only {} commands were found", all.len());
    all
}

/// Whether the command changes something: only those have the option.
pub fn is_changing(command: &clap::Command) -> bool {
    command.get_arguments().any(|arg| arg.get_id() == "dry_run")
}
