// SPDX-License-Identifier: GPL-3.0-or-later
//! One file for each operation: the request, what it has to see, and the plan.

pub mod koji;
pub mod release;

use crate::pipeline::{Operation, Planner, UndoRun};
use crate::{Error, Result};

/// The operation that a journal recorded, ready to be planned again.
///
/// # Errors
/// A command this flr does not know, or a request that is not that command's.
pub fn recall(command: &str, request: serde_json::Value) -> Result<Box<dyn Planner>> {
    match command {
        koji::TagBuilds::NAME => read::<koji::TagBuilds>(request),
        koji::UntagBuilds::NAME => read::<koji::UntagBuilds>(request),
        koji::MoveBuilds::NAME => read::<koji::MoveBuilds>(request),
        koji::AddPackages::NAME => read::<koji::AddPackages>(request),
        koji::BlockPackages::NAME => read::<koji::BlockPackages>(request),
        koji::UnblockPackages::NAME => read::<koji::UnblockPackages>(request),
        koji::MassTag::NAME => read::<koji::MassTag>(request),
        koji::LockTag::NAME => read::<koji::LockTag>(request),
        koji::UnlockTag::NAME => read::<koji::UnlockTag>(request),
        koji::EditTag::NAME => read::<koji::EditTag>(request),
        koji::CloneTag::NAME => read::<koji::CloneTag>(request),
        koji::CreateReleaseTags::NAME => read::<koji::CreateReleaseTags>(request),
        koji::CreateSideTarget::NAME => read::<koji::CreateSideTarget>(request),
        koji::RemoveSideTags::NAME => read::<koji::RemoveSideTags>(request),
        koji::ActivateUpdates::NAME => read::<koji::ActivateUpdates>(request),
        koji::RemoveTargets::NAME => read::<koji::RemoveTargets>(request),
        koji::WaitRepo::NAME => read::<koji::WaitRepo>(request),
        koji::RetagLatest::NAME => read::<koji::RetagLatest>(request),
        koji::PruneTag::NAME => read::<koji::PruneTag>(request),
        koji::SetComposeTag::NAME => read::<koji::SetComposeTag>(request),
        koji::SetTarget::NAME => read::<koji::SetTarget>(request),
        koji::SubmitBuild::NAME => read::<koji::SubmitBuild>(request),
        koji::SubmitBuilds::NAME => read::<koji::SubmitBuilds>(request),
        koji::CancelBuilds::NAME => read::<koji::CancelBuilds>(request),
        koji::SwapParent::NAME => read::<koji::SwapParent>(request),
        koji::PruneSigned::NAME => read::<koji::PruneSigned>(request),
        koji::RetriggerSigning::NAME => read::<koji::RetriggerSigning>(request),
        koji::WriteSigned::NAME => read::<koji::WriteSigned>(request),
        koji::SyncOwners::NAME => read::<koji::SyncOwners>(request),
        UndoRun::NAME => read::<UndoRun>(request),
        _ => Err(Error::failed(format!("this flr has no changing command \"{command}\""))),
    }
}

fn read<O: Operation + 'static>(request: serde_json::Value) -> Result<Box<dyn Planner>> {
    let operation: O = serde_json::from_value(request)
        .map_err(|e| Error::failed(format!("the recorded request is not one of {}: {e}", O::NAME)))?;
    Ok(Box::new(operation))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// What journals hold; an old shape must stay readable.
    #[test]
    fn requests_are_recalled_as_they_were_recorded() {
        let builds = json!(["bash-5.3-1.fc43", "bash-5.3-2.fc43"]);
        let source = "git+https://src.example/rpms/bash.git#8bf59b0bf9bc3dfc4928e1323e1129daafe34179";
        let cases = [
            ("koji tag-build", json!({"tag": "f43", "builds": builds})),
            ("koji untag-build", json!({"tag": "f43", "builds": builds})),
            ("koji move-builds", json!({"from": "f43-pending", "to": "f43", "builds": builds})),
            ("koji add-pkg", json!({"tag": "f43", "packages": ["bash", "zsh"], "owner": "kim"})),
            ("koji block-pkg", json!({"tag": "f43", "packages": ["bash"], "untag": true})),
            (
                "koji block-pkg",
                json!({"tag": "epel9", "packages": ["jq"], "untag": false, "unblock_in": "epel9-build"}),
            ),
            ("koji unblock-pkg", json!({"tag": "f43", "packages": ["bash"]})),
            (
                "koji mass-tag",
                json!({"source": "f43-rebuild", "destination": "f43", "also_newer_in": ["f43-updates"],
                "gating": {"of-release": ["f43-updates-candidate"]}}),
            ),
            ("koji lock-tag", json!({"tag": "f43"})),
            ("koji unlock-tag", json!({"tag": "f43"})),
            ("koji retag-latest", json!({"tag": "f43", "builds": builds})),
            ("koji prune-tag", json!({"tag": "f43", "keep": 2, "packages": ["bash"]})),
            ("koji set-compose-tag", json!({"release": "f43", "tag": "f43-compose", "builds": builds})),
            ("koji set-target", json!({"name": "f43", "build_tag": "f43-build", "dest_tag": "f43-updates-candidate"})),
            (
                "koji clone-tag",
                json!({"source": "f43", "destination": "f43-Beta", "event": 7, "builds": "latest", "prune": false}),
            ),
            (
                "koji create-release-tags",
                json!({
                    "release": "f44", "from": "f43", "only": ["infra"], "phase": null, "prune": false,
                    "tags": [{
                        "name": "f44-infra", "part": "infra", "arches": "x86_64", "perm": "autosign", "locked": false,
                        "parents": [{
                            "tag": "f44-build", "priority": 0, "intransitive": false, "noconfig": false, "maxdepth": null,
                        }],
                        "extra": {}, "groups": ["build"],
                        "external_repos": [{"name": "r", "priority": 5, "url": null, "merge_mode": "koji"}],
                        "moves": false,
                    }],
                    "targets": [{
                        "name": "f44-infra", "part": "infra", "build": "f44-infra", "dest": "f44-infra", "moves": false,
                    }],
                    "gone": ["target f44-old"],
                    "copy": {"tag": "f44", "source": "f43"},
                    "groups_from": {"f44-build": "f43-build"},
                }),
            ),
            ("koji create-side-target", json!({"name": "f43-rebuild", "parent": "f43", "build_tag": "f43-build"})),
            (
                "koji remove-sidetags",
                json!({
                    "tags": [],
                    "which": {"base": "f41-build", "owner": null, "older_than": 30, "inactive": null, "empty": false},
                }),
            ),
            (
                "koji wait-repo",
                json!({
                    "tag": "f43-build", "tag_id": 7, "builds": builds, "event": 40, "on_request": true, "request": true,
                }),
            ),
            (
                "koji activate-updates",
                json!({
                    "release": "branched",
                    "turns": [
                        {
                            "what": "parents", "tag": "f44-override",
                            "before": [{
                                "tag": "f44", "priority": 0, "intransitive": false, "noconfig": false, "maxdepth": null,
                            }],
                            "after": [],
                        },
                        {"what": "perm", "tag": "f44", "before": null, "after": "admin"},
                        {"what": "arches", "tag": "f44", "before": "", "after": "x86_64"},
                        {"what": "locked", "tag": "f44", "before": false, "after": true},
                    ],
                }),
            ),
            (
                "koji remove-targets",
                json!({
                    "release": "f41", "own": {"release": "F41", "base": "f41", "tags": []},
                    "others": [{"release": "F45", "base": "f45", "tags": ["rawhide"]}], "keep": ["f41-candidate"],
                }),
            ),
            ("koji retrigger-signing", json!({"builds": builds, "to": "f43-signing-pending"})),
            (
                "koji write-signed",
                json!({"of": {"tag": {"tag": "f43", "inherit": false, "latest": true}}, "key": "31645531"}),
            ),
            ("koji write-signed", json!({"of": {"builds": builds}, "key": "31645531"})),
            (
                "koji submit-build",
                json!({"target": "f43", "source": source, "how": {"background": false, "fail_fast": true, "again": true}}),
            ),
            (
                "koji submit-builds",
                json!({
                    "target": "f43-rebuild", "sources": [source],
                    "how": {"background": true, "fail_fast": true, "again": false},
                    "throttle": {"rate": 60, "queue_depth": null},
                }),
            ),
            ("koji cancel-builds", json!({"targets": ["rawhide"], "owner": null})),
            ("koji swap-parent", json!({"child": "eln", "old": "f43", "new": "f44"})),
            (
                "koji sync-owners",
                json!({
                    "release": "f43", "tag": "f43", "namespace": "rpms", "only": ["bash"], "owners": {"bash": "kim"},
                    "without": {"zsh": "only groups"},
                }),
            ),
            (
                "koji edit-tag",
                json!({
                    "tag": "f43", "perm": {"to": "autosign"}, "arches": "nothing",
                    "extra": {"repo.auto": true}, "remove_extra": ["a"],
                }),
            ),
        ];
        for (command, request) in cases {
            let planner = recall(command, request.clone()).unwrap();
            assert_eq!(planner.command(), command);
            assert_eq!(planner.request().unwrap(), request, "{command}");
        }
    }

    #[test]
    fn what_is_no_request_is_refused() {
        let refused = |command, request| recall(command, request).err().unwrap().what;
        assert_eq!(refused("koji regen-repo", json!({})), "this flr has no changing command \"koji regen-repo\"");
        assert_eq!(
            refused("koji unblock-pkg", json!({"tag": "f43", "packages": [], "force": true})),
            "the recorded request is not one of koji unblock-pkg: unknown field `force`, expected `tag` or `packages`"
        );
        assert!(refused("koji tag-build", json!({"tag": "-f43", "builds": []})).contains("it begins with a dash"));
    }

    #[test]
    fn only_block_pkg_with_untag_looks_again_after_the_work() {
        let repeats = |command, request| recall(command, request).unwrap().repeats();
        let packages = json!(["bash"]);
        for untag in [true, false] {
            let request = json!({"tag": "f43", "packages": packages, "untag": untag});
            assert_eq!(repeats("koji block-pkg", request), untag);
        }
        let request = json!({"tag": "f43", "packages": packages});
        assert!(!repeats("koji unblock-pkg", request));
    }
}
