// SPDX-License-Identifier: GPL-3.0-or-later
//! Repositories of elsewhere that tags draw from.

use super::super::answer::{Answer, record};
use super::super::call::{Call, at, event_argument};
use super::super::fault::{self, Outcome};
use super::super::python;
use super::super::signatures::Args;
use super::lookups;

/// koji: `getTagExternalRepos(tag_info=, repo_info=, event=)`: in the order of priorities.
pub(super) fn of_tag(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let event = event_argument(args.get("event"))?;
    let (mut tag, mut repo) = (None, None);
    if args.truthy("tag_info") {
        let info = args.get("tag_info");
        match lookups::tag(call, info, event)? {
            Some(found) => tag = Some(found.id),
            None => return lookups::no_tag(info),
        }
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
