// SPDX-License-Identifier: GPL-3.0-or-later
//! All that holds at a hub, by names: numbers of events, and who made what, are no part of it.

use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::Path;

/// By table or tag, what holds in it.
pub type Holds = BTreeMap<String, Vec<String>>;

/// What is numbered as it comes.
const NAMES: &[(&str, &str)] = &[
    ("tag_id", "tag"),
    ("parent_id", "tag"),
    ("build_tag", "tag"),
    ("dest_tag", "tag"),
    ("package_id", "package"),
    ("group_id", "groups"),
    ("external_repo_id", "external_repo"),
    ("build_target_id", "build_target"),
];

/// Reads the tables of the hub in `dir`. `in_order`: the tag whose builds are one list.
pub fn holds(dir: &Path, in_order: &str) -> Holds {
    let hub = Connection::open(dir.join("hub.sqlite")).unwrap();
    let mut holds = Holds::new();
    for table in texts(&hub, "SELECT name FROM sqlite_master WHERE type = 'table'") {
        let columns = texts(&hub, &format!("SELECT name FROM pragma_table_info('{table}')"));
        if columns.iter().any(|column| column == "revoke_event") && table != "tag_listing" {
            let own =
                |column: &&String| !column.ends_with("_event") && !["creator_id", "revoker_id"].contains(&&***column);
            let shown: Vec<String> = columns.iter().filter(own).map(|column| named(column)).collect();
            let mut rows =
                texts(&hub, &format!("SELECT {} FROM {table} t WHERE revoke_event IS NULL", shown.join(" || ' ' || ")));
            rows.sort();
            holds.insert(table, rows);
        }
    }
    // The hub keeps the owner of what is not listed any more.
    let listed = format!(
        "SELECT {} || ' ' || {} || ' ' || owner FROM tag_package_owners t WHERE revoke_event IS NULL AND EXISTS (SELECT 1 FROM
         tag_packages p WHERE p.package_id = t.package_id AND p.tag_id = t.tag_id AND p.revoke_event IS NULL) ORDER BY 1",
        named("tag_id"),
        named("package_id")
    );
    holds.insert("tag_package_owners".into(), texts(&hub, &listed));
    let tagged = "SELECT tag.name || ' ' || package.name || CHAR(10) || version || '-' || release FROM tag_listing t
         JOIN tag ON tag.id = tag_id JOIN build ON build.id = build_id JOIN package ON package.id = pkg_id
         WHERE revoke_event IS NULL ORDER BY t.create_event, build_id";
    for row in texts(&hub, tagged) {
        let (place, build) = row.split_once('\n').unwrap();
        holds.entry(format!("builds of {place}")).or_default().push(build.to_owned());
        if let Some(package) = place.strip_prefix(in_order).and_then(|rest| rest.strip_prefix(' ')) {
            holds.entry(in_order.to_owned()).or_default().push(format!("{package}-{build}"));
        }
    }
    for (what, sql) in [
        ("work", "SELECT request || ' ' || (state = 3) FROM task WHERE method = 'build' ORDER BY 1"),
        ("requests", "SELECT tag.name FROM repo_queue JOIN tag ON tag.id = tag_id WHERE active ORDER BY 1"),
    ] {
        holds.insert(what.into(), texts(&hub, sql));
    }
    let mut files = Vec::new();
    files_below(&dir.join("topdir"), &mut files);
    files.sort();
    holds.insert("files".into(), files);
    holds
}

fn files_below(dir: &Path, files: &mut Vec<String>) {
    for entry in std::fs::read_dir(dir).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, files);
        } else {
            // Hubs of two cases have nothing in common but what is below them.
            let path = path.to_str().unwrap();
            files.push(path.split_once("/topdir/").unwrap().1.to_owned());
        }
    }
}

fn named(column: &str) -> String {
    match NAMES.iter().find(|(known, _)| *known == column) {
        Some((_, table)) => format!("(SELECT name FROM {table} WHERE id = t.{column})"),
        None => format!("COALESCE({column}, '-')"),
    }
}

fn texts(hub: &Connection, sql: &str) -> Vec<String> {
    let mut statement = hub.prepare(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// What is in only one of them.
pub fn differ(is: &Holds, should: &Holds) -> Vec<String> {
    let mut told = Vec::new();
    for place in is.keys().chain(should.keys()).collect::<std::collections::BTreeSet<_>>() {
        let (is, should) = (is.get(place).cloned().unwrap_or_default(), should.get(place).cloned().unwrap_or_default());
        if is != should {
            let more: Vec<_> = is.iter().filter(|row| !should.contains(row)).collect();
            let less: Vec<_> = should.iter().filter(|row| !is.contains(row)).collect();
            if more.is_empty() && less.is_empty() {
                told.push(format!("{place}: {is:?} instead of {should:?}"));
            } else {
                told.push(format!("{place}: too much {more:?}, too little {less:?}"));
            }
        }
    }
    told
}
