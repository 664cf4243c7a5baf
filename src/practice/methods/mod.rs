// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub's methods, by topic.

mod builds;
mod external_repos;
mod group_changes;
mod groups;
mod history;
mod inheritance;
mod login;
pub(super) mod lookups;
mod options;
mod package_changes;
pub(super) mod packages;
mod rpms;
mod sidetags;
mod snapshot;
mod system;
mod tag_changes;
mod tagged;
pub(super) mod tagging;
mod tags;
mod targets;
pub(super) mod tasks;
mod users;

pub(super) use system::VERSION;

use super::answer::Answer;
use super::call::Call;
use super::fault::Outcome;
use super::signatures::Args;

/// What a method may do to the hub's data. Sessions do not count: they have a file of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Read,
    Write,
}

type Run = fn(&mut Call<'_>, &Args) -> Outcome<Answer>;

/// A method of the hub.
#[derive(Debug, Clone, Copy)]
pub(super) struct Method {
    pub kind: Kind,
    pub run: Run,
}

/// Both names of the call that holds other calls.
pub(super) fn is_multicall(name: &str) -> bool {
    name == "multiCall" || name == "system.multicall"
}

/// The method called `name`, if the hub has it.
pub(super) fn find(name: &str) -> Option<Method> {
    reading(name)
        .map(|run| (Kind::Read, run))
        .or_else(|| writing(name).map(|run| (Kind::Write, run)))
        .map(|(kind, run)| Method { kind, run })
}

fn reading(name: &str) -> Option<Run> {
    Some(match name {
        // Dispatched before anything else looks at them.
        "multiCall" | "system.multicall" => system::nothing,
        "getAPIVersion" => system::api_version,
        "getKojiVersion" => system::koji_version,
        "hello" => system::hello,
        "echo" => system::echo,
        "system.listMethods" => system::list_methods,
        "getLastEvent" => system::last_event,
        "getEvent" => system::event,
        "mavenEnabled" | "winEnabled" => system::disabled,
        "count" => options::count,
        "countAndFilterResults" => options::count_and_filter,
        "filterResults" => options::filter,
        "login" => login::login,
        "sslLogin" => login::ssl_login,
        "logout" => login::logout,
        "logoutChild" => login::logout_child,
        "subsession" => login::subsession,
        "exclusiveSession" => login::exclusive,
        "sharedSession" => login::shared,
        "getSessionInfo" => login::session_info,
        "getLoggedInUser" => users::logged_in,
        "getPerms" => users::perms,
        "hasPerm" => users::has_perm,
        "getUserPerms" => users::user_perms,
        "getUser" => users::get,
        "listUsers" => users::list,
        "getAllPerms" => users::all_perms,
        "getTag" => tags::get,
        "getTagID" => tags::get_id,
        "listTags" => tags::list,
        "getBuildConfig" => tags::build_config,
        "tagChangedSinceEvent" => tags::changed_since,
        "getTagGroups" => groups::get,
        "getTagExternalRepos" => external_repos::of_tag,
        "getExternalRepo" => external_repos::get,
        "listExternalRepos" => external_repos::list,
        "getRepo" => tags::no_repo,
        "getInheritanceData" => inheritance::data,
        "getFullInheritance" => inheritance::full,
        "getPackage" => packages::get,
        "getPackageID" => packages::get_id,
        "listPackages" => packages::list,
        "listPackagesSimple" => packages::list_simple,
        "checkTagPackage" => packages::check,
        "getPackageConfig" => packages::config,
        "getBuild" => builds::get,
        "listBuilds" => builds::list,
        "getBuildType" => builds::build_type,
        "listBTypes" => builds::build_types,
        "untaggedBuilds" => builds::untagged,
        "getMavenBuild" => builds::maven,
        "getWinBuild" => builds::win,
        "getImageBuild" => builds::image,
        "getBuildLogs" | "listArchives" | "getChangelogEntries" => builds::no_files,
        "getRPM" => rpms::get,
        "listRPMs" => rpms::list,
        "listBuildRPMs" => rpms::of_build,
        "listTaggedRPMS" => rpms::tagged,
        "queryRPMSigs" => rpms::signatures,
        "listTagged" => tagged::list,
        "getLatestBuilds" => tagged::latest,
        "getBuildTarget" => targets::get,
        "getBuildTargets" => targets::list,
        "listSideTags" => sidetags::list,
        "queryHistory" => history::query,
        "getTaskInfo" => tasks::info_call,
        "getTaskResult" => tasks::result,
        "getTaskChildren" => tasks::children,
        "getTaskDescendents" => tasks::descendents,
        "getTaskRequest" => tasks::request,
        "taskFinished" => tasks::finished,
        "listTasks" => tasks::list,
        "listTaskOutput" => tasks::no_output,
        _ => return None,
    })
}

fn writing(name: &str) -> Option<Run> {
    Some(match name {
        "createTag" => tag_changes::create,
        "editTag2" => tag_changes::edit,
        "snapshotTag" => snapshot::take,
        "deleteTag" => tag_changes::delete,
        "setInheritanceData" => inheritance::set,
        "groupListAdd" => group_changes::add,
        "groupListRemove" => group_changes::remove,
        "groupListBlock" => group_changes::block,
        "groupListUnblock" => group_changes::unblock,
        "groupPackageListAdd" => group_changes::add_package,
        "groupPackageListRemove" => group_changes::remove_package,
        "groupPackageListBlock" => group_changes::block_package,
        "groupPackageListUnblock" => group_changes::unblock_package,
        "addExternalRepoToTag" => external_repos::add_to_tag,
        "editTagExternalRepo" => external_repos::edit_in_tag,
        "removeExternalRepoFromTag" => external_repos::remove_from_tag,
        "createBuildTarget" => targets::create,
        "editBuildTarget" => targets::edit,
        "deleteBuildTarget" => targets::delete,
        "createSideTag" => sidetags::create,
        "removeSideTag" => sidetags::remove,
        "tagBuild" => tagging::tag_build,
        "tagBuildBypass" => tagging::tag_build_bypass,
        "untagBuild" => tagging::untag_build,
        "untagBuildBypass" => tagging::untag_build_bypass,
        "massTag" => tagging::mass_tag,
        "moveBuild" => tagging::move_build,
        "moveAllBuilds" => tagging::move_all_builds,
        "packageListAdd" => package_changes::add,
        "packageListBlock" => package_changes::block,
        "packageListUnblock" => package_changes::unblock,
        "packageListRemove" => package_changes::remove,
        "packageListSetOwner" => package_changes::set_owner,
        "packageListSetArches" => package_changes::set_arches,
        "grantPermission" => users::grant,
        "revokePermission" => users::revoke,
        "writeSignedRPM" => rpms::write_signed,
        "cancelTask" => tasks::cancel,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::signatures;
    use super::*;

    #[test]
    fn every_signature_has_a_method_and_the_other_way_round() {
        for name in signatures::all().keys() {
            assert!(find(name).is_some(), "{name} has no method");
        }
        assert!(find("tagHistory").is_none());
    }
}
