// SPDX-License-Identifier: GPL-3.0-or-later
//! Groups of packages in tags: what a build root starts with.

use super::super::answer::{Answer, record};
use super::super::call::{Call, at, event_argument};
use super::super::fault::Outcome;
use super::super::signatures::Args;
use super::{inheritance, lookups};

/// A group as one tag has it.
pub(super) struct Group {
    pub id: i64,
    pub blocked: bool,
    pub answer: Answer,
    pub packages: Vec<Package>,
}

/// A package of a group as one tag has it.
pub(super) struct Package {
    pub name: String,
    pub blocked: bool,
    pub answer: Answer,
}

/// koji: `getTagGroups(tag, event=, inherit=, incl_pkgs=, incl_reqs=, incl_blocked=)`. The nearest tag
/// that has a group, or a package in it, counts. A practice hub knows no groups that need groups.
pub(super) fn get(call: &mut Call<'_>, args: &Args) -> Outcome<Answer> {
    let tag = lookups::some_named(call, "tag", args.get("tag"))?.id;
    let event = event_argument(args.get("event"))?;
    let groups = that_count(call, tag, event, args.truthy("inherit"))?;
    let blocked_too = args.truthy("incl_blocked");
    let groups = groups.into_iter().filter(|group| blocked_too || !group.blocked).map(|group| {
        let mut answer = group.answer;
        if args.truthy("incl_pkgs") {
            let packages = group.packages.into_iter().filter(|package| blocked_too || !package.blocked);
            answer.push("packagelist", packages.map(|package| package.answer).collect::<Vec<_>>());
        }
        if args.truthy("incl_reqs") {
            answer.push("grouplist", Answer::List(vec![]));
        }
        answer
    });
    Ok(groups.collect::<Vec<_>>().into())
}

/// All that a tag has, blocked ones too.
pub(super) fn that_count(call: &Call<'_>, tag: i64, event: Option<i64>, inherit: bool) -> Outcome<Vec<Group>> {
    let mut tags = vec![tag];
    if inherit {
        tags.extend(inheritance::order(call, tag, event, false)?.iter().map(|link| link.other));
    }
    let mut groups: Vec<Group> = Vec::new();
    for tag in &tags {
        for group in own(call, *tag, event)? {
            if !groups.iter().any(|known| known.id == group.id) {
                groups.push(group);
            }
        }
    }
    for tag in tags {
        for (id, package) in packages(call, tag, event)? {
            let Some(group) = groups.iter_mut().find(|group| group.id == id && !group.blocked) else {
                continue;
            };
            if !group.packages.iter().any(|known| known.name == package.name) {
                group.packages.push(package);
            }
        }
    }
    Ok(groups)
}

fn own(call: &Call<'_>, tag: i64, event: Option<i64>) -> Outcome<Vec<Group>> {
    let sql = format!(
        "SELECT group_id, name, blocked, exported, display_name, is_default, uservisible, description, langonly, \
         biarchonly FROM group_config JOIN groups ON groups.id = group_id WHERE tag_id = ? AND {} \
         ORDER BY group_config.rowid",
        at(event, "group_config")
    );
    call.rows(&sql, [tag], |row| {
        let (id, blocked): (i64, bool) = (row.get(0)?, row.get(2)?);
        let answer = record! {
            "biarchonly" => row.get::<_, Option<bool>>(9)?, "blocked" => blocked,
            "description" => row.get::<_, Option<String>>(7)?, "display_name" => row.get::<_, String>(4)?,
            "exported" => row.get::<_, Option<bool>>(3)?, "group_id" => id,
            "is_default" => row.get::<_, Option<bool>>(5)?, "langonly" => row.get::<_, Option<String>>(8)?,
            "name" => row.get::<_, String>(1)?, "tag_id" => tag,
            "uservisible" => row.get::<_, Option<bool>>(6)?,
        };
        Ok(Group { id, blocked, answer, packages: Vec::new() })
    })
}

/// The packages with the number of their group.
fn packages(call: &Call<'_>, tag: i64, event: Option<i64>) -> Outcome<Vec<(i64, Package)>> {
    let sql = format!(
        "SELECT group_id, package, blocked, type, basearchonly, requires FROM group_package_listing \
         WHERE tag_id = ? AND {} ORDER BY rowid",
        at(event, "group_package_listing")
    );
    call.rows(&sql, [tag], |row| {
        let (group, name, blocked): (i64, String, bool) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let answer = record! {
            "basearchonly" => row.get::<_, Option<bool>>(4)?, "blocked" => blocked, "group_id" => group,
            "package" => name.as_str(), "requires" => row.get::<_, Option<String>>(5)?, "tag_id" => tag,
            "type" => row.get::<_, String>(3)?,
        };
        Ok((group, Package { name, blocked, answer }))
    })
}
