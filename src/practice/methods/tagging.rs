// SPDX-License-Identifier: GPL-3.0-or-later
//! Tagging, untagging, moving: at once and by tasks.

use super::super::answer::Answer;
use super::super::call::Call;
use super::super::fault::{self, Outcome};
use super::super::python;
use super::super::signatures::Args;
use super::lookups::{self, Build, Tag};
use super::tagged::{self, Query};
use super::{package_changes, packages, tasks};
use serde_json::{Value, json};

/// Tags that anybody may tag into and out of.
const OPEN_TAGS: [&str; 2] = ["-candidate", "-override"];

/// The policy of this hub: releng may do everything, others may move builds between the tags where
/// updates begin. Administrators pass with `force`.
fn policy(call: &Call<'_>, user: i64, tags: &[&Tag], force: bool) -> Outcome<()> {
    let admin = call.user_has_perm(user, "admin")?;
    let open = |tag: &&Tag| OPEN_TAGS.iter().any(|end| tag.name.ends_with(end));
    if admin || call.user_has_perm(user, "tag")? || tags.iter().all(open) {
        return Ok(());
    }
    if force && admin {
        return Ok(());
    }
    fault::not_allowed("policy violation (tag): this user may not tag into or out of this tag")
}

/// The lock and the permission of a tag; an administrator passes with `force`.
fn access(call: &Call<'_>, user: i64, tag: &Tag, force: bool) -> Outcome<()> {
    let reason = if tag.locked {
        "tag is locked".to_owned()
    } else {
        match &tag.perm {
            Some(perm) if !call.user_has_perm(user, perm)? => {
                format!("tag requires {perm} permission")
            }
            _ => return Ok(()),
        }
    };
    if force && call.user_has_perm(user, "admin")? {
        return Ok(());
    }
    fault::not_allowed(reason)
}

fn check_complete(build: &Build) -> Outcome<()> {
    if build.state == 1 {
        return Ok(());
    }
    fault::tag(format!("build {} not complete: state {}", build.nvr, lookups::state_name(build.state)))
}

/// Puts a build into a tag. Already there: fault 1003, or with `force` it becomes the newest, the
/// old row revoked by the same event.
fn put(call: &mut Call<'_>, user: i64, tag: &Tag, build: &Build, force: bool) -> Outcome<()> {
    check_complete(build)?;
    let there = call.row(
        "SELECT 1 FROM tag_listing WHERE build_id = ? AND tag_id = ? AND revoke_event IS NULL",
        (build.id, tag.id),
        |_| Ok(()),
    )?;
    if there.is_some() {
        if !force {
            return fault::tag(format!("build {} already tagged ({})", build.nvr, tag.name));
        }
        take(call, user, tag.id, build.id)?;
    }
    call.create_as(user, "tag_listing", "tag_id, build_id", &[&tag.id, &build.id])
}

fn take(call: &mut Call<'_>, user: i64, tag: i64, build: i64) -> Outcome<usize> {
    call.revoke_as(user, "tag_listing", "build_id = ? AND tag_id = ?", &[&build, &tag])
}

/// koji: `tagBuildBypass(tag, build, force=, notify=)`: looks at policy, lock and state, not at the
/// package list.
pub(super) fn tag_build_bypass(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_perm("tag")?;
    let user = call.user_id()?;
    let tag = lookups::some_tag(call, args.get("tag"))?;
    let build = lookups::some_build(call, args.get("build"))?;
    let force = args.truthy("force");
    policy(call, user, &[&tag], force)?;
    access(call, user, &tag, force)?;
    put(call, user, &tag, &build, force)?;
    Ok(Answer::Nil)
}

/// koji: `untagBuildBypass(tag, build, strict=, force=, notify=)`.
pub(super) fn untag_build_bypass(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_perm("tag")?;
    untag(call, args)
}

/// koji: `untagBuild(tag, build, strict=, force=)`.
pub(super) fn untag_build(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_login()?;
    untag(call, args)
}

fn untag(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let user = call.user_id()?;
    let tag = lookups::some_tag(call, args.get("tag"))?;
    let build = lookups::some_build(call, args.get("build"))?;
    let force = args.truthy("force");
    policy(call, user, &[&tag], force)?;
    access(call, user, &tag, force)?;
    untag_checked(call, user, &tag, &build, args.truthy("strict"))?;
    Ok(Answer::Nil)
}

fn untag_checked(call: &mut Call<'_>, user: i64, tag: &Tag, build: &Build, strict: bool) -> Outcome<()> {
    let count = take(call, user, tag.id, build.id)?;
    if count == 0 && strict {
        return fault::tag(format!("build {} not in tag {}", build.nvr, tag.name));
    }
    Ok(())
}

/// koji: `massTag(tag, builds)`: no lock, no policy, no package list; what is tagged is tagged
/// again; each build has an event of its own; the first bad one undoes all.
pub(super) fn mass_tag(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_perm("tag")?;
    let tag = lookups::some_tag(call, args.get("tag"))?;
    let Value::Array(builds) = args.get("builds") else {
        let text = format!("object of type '{}' has no len()", python::type_name(args.get("builds")));
        return Err(fault::Fault::unexpected("TypeError", &text, &text).into());
    };
    put_all(call, &tag, builds.iter().cloned())?;
    Ok(Answer::Nil)
}

/// Tags builds, oldest first, each by an event of its own; what is tagged is tagged again.
pub(super) fn put_all(call: &mut Call<'_>, tag: &Tag, builds: impl Iterator<Item = Value>) -> Outcome<()> {
    let user = call.user_id()?;
    for build in builds {
        let build = lookups::some_build(call, &build)?;
        put(call, user, tag, &build, true)?;
        call.forget_event();
    }
    Ok(())
}

/// koji: `tagBuild(tag, build, force=, fromtag=)` → task.
pub(super) fn tag_build(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let from = args.given("fromtag").filter(|t| python::truthy(t));
    ask_for_tagging(call, args.get("tag"), args.get("build"), from, args.truthy("force"))
}

/// koji: `moveBuild(tag1, tag2, build, force=)` → task.
pub(super) fn move_build(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    ask_for_tagging(call, args.get("tag2"), args.get("build"), Some(args.get("tag1")), args.truthy("force"))
}

fn ask_for_tagging(
    call: &mut Call<'_>,
    tag: &Value,
    build: &Value,
    from: Option<&Value>,
    force: bool,
) -> Outcome<Answer> {
    call.assert_login()?;
    let user = call.user_id()?;
    let build = lookups::some_build(call, build)?;
    let tag = lookups::some_tag(call, tag)?;
    let from = match from {
        None => None,
        Some(info) => {
            let named = lookups::some_named(call, "tag", info)?;
            Some(lookups::some_tag(call, &Value::from(named.id))?)
        }
    };
    check_complete(&build)?;
    access(call, user, &tag, force)?;
    if let Some(from) = &from {
        access(call, user, from, force)?;
    }
    check_listed(call, user, &tag, &build, &tag.name, force)?;
    let tags: Vec<&Tag> = [Some(&tag), from.as_ref()].into_iter().flatten().collect();
    policy(call, user, &tags, force)?;
    let request = json!([tag.id, build.id, force, from.as_ref().map(|t| t.id)]);
    Ok(Answer::Int(tasks::make(call, "tagBuild", &request, 10, None)?))
}

/// The package must be listed and not blocked; an administrator with `force` puts it on the list.
fn check_listed(call: &mut Call<'_>, user: i64, tag: &Tag, build: &Build, shown: &str, force: bool) -> Outcome<()> {
    let text = match packages::entry(call, tag.id, build.package_id, None)? {
        None => format!("Package {} not in list for {shown}", build.name),
        Some(entry) if entry.blocked => format!("Package {} blocked in {shown}", build.name),
        Some(_) => return Ok(()),
    };
    if force && call.user_has_perm(user, "admin")? {
        return package_changes::force_in(call, tag.id, build.package_id);
    }
    fault::tag(text)
}

/// koji: `moveAllBuilds(tag1, tag2, package, force=)` → one task for each build, each waiting for
/// the one before.
pub(super) fn move_all_builds(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_login()?;
    let user = call.user_id()?;
    let force = args.truthy("force");
    let package = lookups::some_named(call, "package", args.get("package"))?;
    let from = lookups::some_named(call, "tag", args.get("tag1"))?;
    let to = lookups::some_named(call, "tag", args.get("tag2"))?;
    let from = lookups::some_tag(call, &Value::from(from.id))?;
    let to = lookups::some_tag(call, &Value::from(to.id))?;
    let text = match packages::entry(call, to.id, package.id, None)? {
        None => Some("not in list for"),
        Some(entry) if entry.blocked => Some("blocked in"),
        Some(_) => None,
    };
    if let Some(text) = text {
        if !(force && call.has_perm("admin")?) {
            return fault::tag(format!("Package {} {text} tag {}", package.name, to.name));
        }
        package_changes::force_in(call, to.id, package.id)?;
    }
    access(call, user, &from, force)?;
    access(call, user, &to, force)?;
    policy(call, user, &[&from, &to], force)?;
    let query = Query { package: Some(package.name), ..Query::of(from.id, None) };
    let mut made = Vec::new();
    let mut before: Vec<i64> = Vec::new();
    // Oldest first, so that the order stays.
    for build in tagged::read(call, &query)?.iter().rev() {
        let subtask = json!(["tagBuild", [to.id, build.id, force, from.id], {"priority": 15}]);
        let request = json!([before, [subtask]]);
        let id = tasks::make(call, "dependantTask", &request, 20, None)?;
        before = vec![id];
        made.push(id);
    }
    Ok(made.into())
}

/// What a builder does for a `tagBuild` task: all checks again, in the name of the task's owner.
pub(in crate::practice) fn run_task(call: &mut Call<'_>, owner: i64, request: &[Value]) -> Outcome<()> {
    let argument = |at: usize| request.get(at).unwrap_or(&Value::Null);
    let force = python::truthy(argument(2));
    let build = lookups::some_build(call, argument(1))?;
    let tag = lookups::some_tag(call, argument(0))?;
    let from = match argument(3) {
        Value::Null => None,
        from => Some(lookups::some_tag(call, from)?),
    };
    let tags: Vec<&Tag> = [Some(&tag), from.as_ref()].into_iter().flatten().collect();
    policy(call, owner, &tags, force)?;
    // koji words it with what the task holds, and that is the tag's number.
    let shown = tag.id.to_string();
    check_listed(call, owner, &tag, &build, &shown, force)?;
    if let Some(from) = &from {
        access(call, owner, from, force)?;
        untag_checked(call, owner, from, &build, true)?;
    }
    access(call, owner, &tag, force)?;
    put(call, owner, &tag, &build, force)
}
