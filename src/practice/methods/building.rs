// SPDX-License-Identifier: GPL-3.0-or-later
//! Builds: the task that is made of one, and what the simulated builder makes of the task.
//!
//! What comes of a build is in its commit, so that it can be rehearsed: `dead…` cannot be checked out
//! and leaves a failed task without a build, `bad…` fails in the build, everything else is built.

use super::super::answer::Answer;
use super::super::call::Call;
use super::super::clock;
use super::super::fault::{self, Fault, Outcome};
use super::super::python;
use super::super::signatures::Args;
use super::lookups::{self, Tag};
use super::{packages, tagging, tasks};
use serde_json::{Value, json};

/// koji's `PRIO_DEFAULT`.
const PRIORITY: i64 = 20;

/// koji: `build(src, target, opts=, priority=, channel=)` → task. Any target is taken: whether there is
/// one shows in the task.
pub(super) fn submit(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_login()?;
    let source = args.get("src");
    if !source.is_string() {
        let class = python::type_name(source);
        return fault::parameter(format!(
            "Invalid type for value '{}': <class '{class}'>, expected type <class 'str'>",
            python::shown(source)
        ));
    }
    let more = python::int(args.get("priority")).unwrap_or(0);
    if more < 0 && !call.has_perm("admin")? {
        return fault::not_allowed("only admins may create high-priority tasks");
    }
    let opts = args.given("opts").cloned().unwrap_or_else(|| json!({}));
    let request = json!([source, args.get("target"), opts]);
    Ok(tasks::make(call, "build", &request, PRIORITY.saturating_add(more), None)?.into())
}

/// What a `build` task asks for.
struct Wanted {
    source: String,
    commit: String,
    name: String,
    package: i64,
    dest: Tag,
    scratch: bool,
}

/// koji's `BuildError`, as a task keeps it.
fn failed<T>(text: String) -> Outcome<T> {
    Err(Fault::numbered(1005, text).into())
}

fn wanted(call: &Call<'_>, request: &Value) -> Outcome<Wanted> {
    let source = request.get(0).map(python::shown).unwrap_or_default();
    let target = request.get(1).unwrap_or(&Value::Null);
    let dest = call.row(
        "SELECT dest_tag FROM build_target_config JOIN build_target ON build_target.id = build_target_id \
         WHERE revoke_event IS NULL AND name = ?",
        [target.as_str()],
        |row| row.get::<_, i64>(0),
    )?;
    let Some(dest) = dest else {
        return fault::generic(format!("GenericError: unknown build target: {}", python::shown(target)));
    };
    let dest = lookups::some_tag(call, &Value::from(dest))?;
    let (place, commit) = source.split_once('#').unwrap_or((source.as_str(), ""));
    if commit.starts_with("dead") {
        return failed(format!(
            "BuildError: Error running GIT command \"git fetch origin {commit}\", see checkout.log for details"
        ));
    }
    let path = place.split('?').next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    let name = last.strip_suffix(".git").unwrap_or(last).to_owned();
    let scratch = request.get(2).and_then(|opts| opts.get("scratch")).is_some_and(python::truthy);
    let listed = match lookups::named(call, "package", &Value::from(name.as_str()), false)? {
        Some(package) => packages::entry(call, dest.id, package.id, None)?,
        None => None,
    };
    let (package, text) = match listed {
        Some(entry) if !entry.blocked => (entry.package_id, None),
        Some(entry) => (entry.package_id, Some("is blocked for")),
        None => (0, Some("not in list for")),
    };
    match text {
        Some(text) if !scratch => failed(format!("BuildError: package {name} {text} tag {}", dest.name)),
        _ => Ok(Wanted { commit: commit.to_owned(), source, name, package, dest, scratch }),
    }
}

/// Checks what a task asks for and makes the build, as a builder does once it has the source package.
/// A task that is taken up again has its build already.
pub(in crate::practice) fn begin(call: &mut Call<'_>, task: i64, owner: i64, request: &Value) -> Outcome<()> {
    let wanted = wanted(call, request)?;
    let there = call.row("SELECT 1 FROM build WHERE task_id = ?", [task], |_| Ok(()))?;
    if wanted.scratch || there.is_some() {
        return Ok(());
    }
    let (epoch, version, release) = next(call, &wanted)?;
    let extra = json!({"source": {"original_url": wanted.source}}).to_string();
    let event = call.event()?;
    call.db.execute(
        "INSERT INTO build (pkg_id, version, release, epoch, state, owner, task_id, create_event, start_time, source, extra) \
         VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?)",
        rusqlite::params![wanted.package, version, release, epoch, owner, task, event, clock::now(),
            wanted.source,
            extra
        ],
    )?;
    Ok(())
}

/// The version of the package's newest build, and the next release that is free: the number in front
/// goes up, and the tag's name says the distribution.
fn next(call: &Call<'_>, wanted: &Wanted) -> Outcome<(Option<i64>, String, String)> {
    let newest = call.row(
        "SELECT epoch, version, release FROM build WHERE pkg_id = ? ORDER BY id DESC LIMIT 1",
        [wanted.package],
        |row| Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?)),
    )?;
    let (epoch, version, release) = newest.unwrap_or_else(|| (None, "1".into(), "0".into()));
    let digits: String = release.chars().take_while(char::is_ascii_digit).collect();
    let number: String = wanted.dest.name.chars().skip(1).take_while(char::is_ascii_digit).collect();
    let dist = match wanted.dest.name.starts_with('f') && !number.is_empty() {
        true => format!(".fc{number}"),
        false => String::new(),
    };
    let mut next = digits.parse::<u32>().unwrap_or(0);
    loop {
        next = next.saturating_add(1);
        let release = format!("{next}{dist}");
        let taken = call.row(
            "SELECT 1 FROM build WHERE pkg_id = ? AND version = ? AND release = ?",
            (wanted.package, &version, &release),
            |_| Ok(()),
        )?;
        if taken.is_none() {
            return Ok((epoch, version, release));
        }
    }
}

/// What a build makes: one rpm for each architecture.
const RPMS: &str = "INSERT INTO rpminfo (build_id, name, arch, size) SELECT ?1, ?2, column1, 20000 FROM \
     (VALUES ('src'), ('x86_64'), ('aarch64'), ('ppc64le'), ('s390x'))";

/// None of them is signed; koji keeps a header for the unsigned copy too.
const UNSIGNED: &str = "INSERT INTO rpmsigs (rpm_id, sigkey) SELECT id, '' FROM rpminfo WHERE build_id = ?";

/// Ends the build of a task: complete and in the target's tag, or failed. What it failed of.
pub(in crate::practice) fn end(call: &mut Call<'_>, task: i64, owner: i64, request: &Value) -> Outcome<Option<Fault>> {
    let wanted = wanted(call, request)?;
    let build = call.row("SELECT id FROM build WHERE task_id = ?", [task], |row| row.get::<_, i64>(0))?;
    let failing = wanted.commit.starts_with("bad");
    if let Some(build) = build {
        let state = if failing { 3 } else { 1 };
        call.db
            .execute("UPDATE build SET state = ?, completion_time = ? WHERE id = ?", (state, clock::now(), build))?;
        if !failing {
            call.db.execute(RPMS, (build, &wanted.name))?;
            call.db.execute(UNSIGNED, [build])?;
            tagging::enter(call, owner, &wanted.dest, build)?;
        }
    }
    let text = format!(
        "BuildError: error building package {} (arch x86_64), mock exited with status 1; see build.log for more information",
        wanted.name
    );
    Ok(failing.then(|| Fault::numbered(1005, text)))
}
