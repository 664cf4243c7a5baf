// SPDX-License-Identifier: GPL-3.0-or-later
//! What a fresh practice hub holds. The same every time.

mod cycle;
mod fedora;
mod planter;
mod rpms;
mod small;

use super::fault::Outcome;
pub use cycle::{Grounds, LinkToPlant, TagToPlant, TargetToPlant};
use planter::Planter;
use rusqlite::Connection;
use std::str::FromStr;

/// How much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seed {
    /// A dozen packages in two releases.
    Small,
    /// 24,000 packages and builds, three releases.
    Fedora,
}

impl FromStr for Seed {
    type Err = crate::Error;

    fn from_str(text: &str) -> crate::Result<Self> {
        match text {
            "small" => Ok(Seed::Small),
            "fedora" => Ok(Seed::Fedora),
            other => {
                Err(crate::Error::usage(format!("\"{other}\" is not a seed")).hint("the seeds are small and fedora"))
            }
        }
    }
}

/// What was planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeedReport {
    /// Tags.
    pub tags: u64,
    /// Packages.
    pub packages: u64,
    /// Builds.
    pub builds: u64,
}

/// koji's own permissions, and three of Fedora's.
const PERMISSIONS: [(&str, Option<&str>); 12] = [
    ("admin", Some("Full administrator access. Perform all actions.")),
    ("dist-repo", Some("Create a dist-repo.")),
    ("host", Some("Add, remove, enable, disable hosts and channels.")),
    ("image", Some("Start image tasks.")),
    ("repo", Some("Manage repos: newRepo, repoExpire, repoDelete, repoProblem.")),
    ("sign", Some("Import RPM signatures and write signed RPMs.")),
    ("tag", Some("Manage packages in tags: add, block, remove, and clone tags.")),
    ("target", Some("Add, edit, and remove targets.")),
    ("regen-repo", Some("Submit newRepo tasks.")),
    ("autosign", Some("Sign and move builds out of -pending tags.")),
    ("infra", None),
    ("fedora-override", None),
];

/// Users with their permissions.
const USERS: [(&str, &[&str]); 6] = [
    ("admin", &["admin"]),
    ("practice", &["tag"]),
    ("kim", &["tag"]),
    ("nobody", &[]),
    ("releng", &["tag", "target", "sign", "repo"]),
    ("bodhi", &["tag", "autosign"]),
];

/// Permissions of users that come in through Kerberos for the first time.
pub(super) fn grant_by_name(db: &Connection, user: i64, name: &str) -> Outcome<()> {
    let may_tag = name.starts_with("releng") || name.ends_with("-releng");
    if !may_tag {
        return Ok(());
    }
    db.execute(
        "INSERT INTO user_perms (user_id, perm_id, create_event, creator_id) \
         SELECT ?, id, (SELECT max(id) FROM events), 1 FROM permissions WHERE name = 'tag'",
        [user],
    )?;
    Ok(())
}

/// Plants what a size stands for.
pub(super) fn plant(db: &Connection, size: Seed) -> Outcome<SeedReport> {
    match size {
        Seed::Small => with(db, "small", small::plant),
        Seed::Fedora => with(db, "fedora", fedora::plant),
    }
}

/// Plants releases.
pub(super) fn plant_releases(db: &Connection, grounds: &Grounds) -> Outcome<SeedReport> {
    with(db, "cycle", |planter| cycle::plant(planter, grounds))
}

/// Plants what every hub has, and the rest.
fn with(db: &Connection, word: &str, rest: impl FnOnce(&mut Planter<'_>) -> Outcome<()>) -> Outcome<SeedReport> {
    let mut planter = Planter::new(db)?;
    for (name, description) in PERMISSIONS {
        db.execute("INSERT INTO permissions (name, description) VALUES (?, ?)", (name, description))?;
    }
    for (id, kind) in [(1, "rpm"), (2, "maven"), (3, "win"), (4, "image")] {
        db.execute("INSERT INTO btype (id, name) VALUES (?, ?)", (id, kind))?;
    }
    db.execute("INSERT INTO volume (id, name) VALUES (0, 'DEFAULT')", [])?;
    for (name, perms) in USERS {
        let id = planter.user(name)?;
        for perm in perms {
            planter.grant(id, perm)?;
        }
    }
    let blocked = planter.user("blocked_user")?;
    db.execute("UPDATE users SET status = 1 WHERE id = ?", [blocked])?;
    rest(&mut planter)?;
    rpms::plant(db, word)?;
    db.execute("INSERT INTO meta (key, value) VALUES ('seed', ?)", [word])?;
    let count = |table: &str| -> Outcome<u64> {
        let sql = format!("SELECT count(*) FROM {table}");
        let count: i64 = db.query_row(&sql, [], |r| r.get(0))?;
        Ok(count.unsigned_abs())
    };
    Ok(SeedReport { tags: count("tag")?, packages: count("package")?, builds: count("build")? })
}
