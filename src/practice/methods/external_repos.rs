// SPDX-License-Identifier: GPL-3.0-or-later
//! Repositories of elsewhere, and which tags draw from them.

use super::super::answer::{Answer, record};
use super::super::call::{Call, at, event_argument};
use super::super::fault::{self, Outcome};
use super::super::python;
use super::super::signatures::Args;
use super::{lookups, options, tag_changes, tasks};
use rusqlite::types::Value as Sql;
use serde_json::Value;

/// koji: `getTagExternalRepos(tag_info=, repo_info=, event=)`: in the order of priorities.
pub(super) fn of_tag(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let event = event_argument(args.get("event"))?;
    let (mut tag, mut repo) = (None, None);
    if args.truthy("tag_info") {
        let info = args.get("tag_info");
        tag = Some(lookups::some_named(call, "tag", info)?.id);
    }
    if args.truthy("repo_info") {
        let info = args.get("repo_info");
        match lookups::named(call, "external_repo", info, false)? {
            Some(found) => repo = Some(found.id),
            None => return fault::generic(format!("No such repo: {}", python::shown(info))),
        }
    }
    let sql = format!(
        "SELECT tag_external_repos.arches, external_repo.id, external_repo.name, merge_mode, priority, tag.id, \
         tag.name, url FROM tag_external_repos JOIN tag ON tag.id = tag_id \
         JOIN external_repo ON external_repo.id = tag_external_repos.external_repo_id \
         JOIN external_repo_config ON external_repo_config.external_repo_id = external_repo.id \
         WHERE {} AND {} AND (?1 IS NULL OR tag.id = ?1) AND (?2 IS NULL OR external_repo.id = ?2) ORDER BY priority",
        at(event, "tag_external_repos"),
        at(event, "external_repo_config")
    );
    let rows = call.rows(&sql, (tag, repo), |row| {
        Ok(record! {
            "arches" => row.get::<_, Option<String>>(0)?, "external_repo_id" => row.get::<_, i64>(1)?,
            "external_repo_name" => row.get::<_, String>(2)?, "merge_mode" => row.get::<_, String>(3)?,
            "priority" => row.get::<_, i64>(4)?, "tag_id" => row.get::<_, i64>(5)?,
            "tag_name" => row.get::<_, String>(6)?, "url" => row.get::<_, String>(7)?,
        })
    })?;
    Ok(rows.into())
}

/// A repository that there is.
struct Repo {
    id: i64,
    name: String,
    answer: Answer,
}

fn repos(call: &Call<'_>, info: &Value, url: Option<&str>, event: Option<i64>) -> Outcome<Vec<Repo>> {
    let only = match info {
        Value::Null => None,
        info => Some(lookups::named(call, "external_repo", info, false)?.map_or(-1, |found| found.id)),
    };
    let sql = format!(
        "SELECT id, name, url FROM external_repo JOIN external_repo_config ON external_repo_id = id \
         WHERE {} AND (?1 IS NULL OR id = ?1) AND (?2 IS NULL OR url = ?2) ORDER BY id",
        at(event, "external_repo_config")
    );
    call.rows(&sql, (only, url), |row| {
        let (id, name, url): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let answer = record! { "id" => id, "name" => name.as_str(), "url" => url };
        Ok(Repo { id, name, answer })
    })
}

fn some_repo(call: &Call<'_>, info: &Value) -> Outcome<Repo> {
    match repos(call, info, None, None)?.pop() {
        Some(repo) => Ok(repo),
        None => fault::generic(format!("No such repo: {}", python::shown(info))),
    }
}

/// koji: `getExternalRepo(info, strict=, event=)`.
pub(super) fn get(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let event = event_argument(args.get("event"))?;
    match repos(call, args.get("info"), None, event)?.pop() {
        Some(repo) => Ok(repo.answer),
        None if args.truthy("strict") => fault::generic(format!("No such repo: {}", python::shown(args.get("info")))),
        None => Ok(Answer::Nil),
    }
}

/// koji: `listExternalRepos(info=, url=, event=, queryOpts=)`.
pub(super) fn list(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let event = event_argument(args.get("event"))?;
    let url = args.text("url").filter(|url| !url.is_empty());
    let found = repos(call, args.get("info"), url, event)?;
    Ok(options::apply(found.into_iter().map(|repo| repo.answer).collect(), args.get("queryOpts")))
}

/// How a tag draws from a repository.
struct Link {
    priority: i64,
    merge_mode: String,
    arches: Option<String>,
}

fn link(call: &Call<'_>, tag: i64, repo: i64) -> Outcome<Option<Link>> {
    let sql = "SELECT priority, merge_mode, arches FROM tag_external_repos \
               WHERE tag_id = ? AND external_repo_id = ? AND revoke_event IS NULL";
    call.row(sql, (tag, repo), |row| Ok(Link { priority: row.get(0)?, merge_mode: row.get(1)?, arches: row.get(2)? }))
}

fn check_mode(mode: &Value) -> Outcome<String> {
    let mode = if mode.is_null() { "koji".to_owned() } else { python::shown(mode) };
    match ["koji", "simple", "bare"].contains(&&*mode) {
        true => Ok(mode),
        false => fault::generic(format!("No such merge mode: {mode}")),
    }
}

fn number(priority: &Value) -> Outcome<i64> {
    match python::int(priority) {
        Some(number) => Ok(number),
        None => tasks::not_a_number(priority),
    }
}

/// koji: `addExternalRepoToTag(tag_info, repo_info, priority, merge_mode=, arches=)`.
pub(super) fn add_to_tag(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    call.assert_perm("tag")?;
    let merge_mode = check_mode(args.get("merge_mode"))?;
    let tag = lookups::some_tag(call, args.get("tag_info"))?;
    let repo = some_repo(call, args.get("repo_info"))?;
    let arches = args.given("arches").map(|arches| tag_changes::check_arches(&python::shown(arches).replace(',', " ")));
    let link = Link { priority: number(args.get("priority"))?, merge_mode, arches: arches.transpose()? };
    add(call, &tag, &repo, &link)?;
    Ok(Answer::Nil)
}

fn add(call: &mut Call<'_>, tag: &lookups::Tag, repo: &Repo, new: &Link) -> Outcome<()> {
    if link(call, tag.id, repo.id)?.is_some() {
        return fault::generic(format!("tag {} already associated with external repo {}", tag.name, repo.name));
    }
    let sql = "SELECT 1 FROM tag_external_repos WHERE tag_id = ? AND priority = ? AND revoke_event IS NULL";
    if call.row(sql, (tag.id, new.priority), |_| Ok(()))?.is_some() {
        let priority = new.priority;
        let text = format!("tag {} already associated with an external repo at priority {priority}", tag.name);
        return fault::generic(text);
    }
    let arches = new.arches.clone().map_or(Sql::Null, Sql::Text);
    call.create(
        "tag_external_repos",
        "tag_id, external_repo_id, priority, merge_mode, arches",
        &[&tag.id, &repo.id, &new.priority, &new.merge_mode, &arches],
    )
}

fn tag_repo_link(call: &Call<'_>, args: &Args) -> Outcome<(lookups::Tag, Repo, Link)> {
    call.assert_perm("tag")?;
    let tag = lookups::some_tag(call, args.get("tag_info"))?;
    let repo = some_repo(call, args.get("repo_info"))?;
    match link(call, tag.id, repo.id)? {
        Some(link) => Ok((tag, repo, link)),
        None => fault::generic(format!("external repo {} not associated with tag {}", repo.name, tag.name)),
    }
}

const THAT: &str = "tag_id = ? AND external_repo_id = ?";

/// koji: `removeExternalRepoFromTag(tag_info, repo_info)`.
pub(super) fn remove_from_tag(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let (tag, repo, _) = tag_repo_link(call, args)?;
    call.revoke("tag_external_repos", THAT, &[&tag.id, &repo.id])?;
    Ok(Answer::Nil)
}

/// koji: `editTagExternalRepo(tag_info, repo_info, priority=, merge_mode=, arches=)` → whether something
/// changed. Nil changes nothing.
pub(super) fn edit_in_tag(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let (tag, repo, now) = tag_repo_link(call, args)?;
    let arches = args.given("arches").map(|arches| tag_changes::check_arches(&python::shown(arches))).transpose()?;
    let new = Link {
        priority: args.given("priority").map_or(Ok(now.priority), number)?,
        merge_mode: args.given("merge_mode").map_or_else(|| now.merge_mode.clone(), python::shown),
        arches: arches.or_else(|| now.arches.clone()),
    };
    if (new.priority, &new.merge_mode, &new.arches) == (now.priority, &now.merge_mode, &now.arches) {
        return Ok(Answer::Bool(false));
    }
    check_mode(&Value::from(new.merge_mode.as_str()))?;
    call.revoke("tag_external_repos", THAT, &[&tag.id, &repo.id])?;
    add(call, &tag, &repo, &new)?;
    Ok(Answer::Bool(true))
}
