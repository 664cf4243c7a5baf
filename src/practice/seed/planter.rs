// SPDX-License-Identifier: GPL-3.0-or-later
//! Puts rows into an empty hub, with numbers as high as Fedora's and times in a steady row.

use super::super::fault::Outcome;
use super::cycle::LinkToPlant;
use rusqlite::Connection;
use rusqlite::types::Value as Sql;
use serde_json::json;

/// 2025-02-01 00:00 UTC.
const BEGIN: i64 = 1_738_368_000_000_000;
const FIRST_EVENT: i64 = 40_000_001;
const FIRST_TASK: i64 = 130_000_001;
const FIRST_BUILD: i64 = 2_700_001;
const FIRST_TAG: i64 = 89_001;

/// Somebody who does all this: the first user, an administrator.
pub(super) const GARDENER: i64 = 1;

/// A build to be planted.
#[derive(Debug, Clone)]
pub(super) struct NewBuild<'a> {
    pub package: i64,
    pub name: &'a str,
    pub epoch: Option<i64>,
    pub version: &'a str,
    pub release: &'a str,
    pub state: i64,
    pub owner: i64,
    pub kind: i64,
    /// Instead of the usual one.
    pub source: Option<&'a str>,
}

impl<'a> NewBuild<'a> {
    /// A finished rpm build.
    pub(super) fn of(package: i64, name: &'a str, version: &'a str, release: &'a str) -> Self {
        Self { package, name, epoch: None, version, release, state: 1, owner: GARDENER, kind: 1, source: None }
    }
}

/// Counts events, builds, tasks and tags.
pub(super) struct Planter<'d> {
    db: &'d Connection,
    event: i64,
    time: i64,
    task: i64,
    build: i64,
    tag: i64,
    random: u64,
}

impl<'d> Planter<'d> {
    pub(super) fn new(db: &'d Connection) -> Outcome<Self> {
        let mut planter = Self {
            db,
            event: FIRST_EVENT - 1,
            time: BEGIN,
            task: FIRST_TASK,
            build: FIRST_BUILD,
            tag: FIRST_TAG,
            random: 0x9E37_79B9_7F4A_7C15,
        };
        planter.event()?;
        Ok(planter)
    }

    /// A number below `limit`, the same in every run (splitmix64).
    pub(super) fn random(&mut self, limit: usize) -> usize {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        let limit = u64::try_from(limit.max(1)).unwrap_or(1);
        usize::try_from(z % limit).unwrap_or(0)
    }

    /// A new event, some time after the one before.
    pub(super) fn event(&mut self) -> Outcome<i64> {
        self.event += 1;
        let step = i64::try_from(self.random(400_000_000)).unwrap_or(0);
        self.time += 1_000_000 + step;
        self.db.prepare_cached("INSERT INTO events (id, time) VALUES (?, ?)")?.execute((self.event, self.time))?;
        Ok(self.event)
    }

    pub(super) fn user(&mut self, name: &str) -> Outcome<i64> {
        self.db
            .prepare_cached("INSERT INTO users (name, password) VALUES (?, ?)")?
            .execute((name, format!("{name}-pw")))?;
        let id = self.db.last_insert_rowid();
        self.db
            .prepare_cached("INSERT INTO user_krb_principals (user_id, krb_principal) VALUES (?, ?)")?
            .execute((id, format!("{name}@EXAMPLE.TEST")))?;
        Ok(id)
    }

    pub(super) fn grant(&mut self, user: i64, perm: &str) -> Outcome<()> {
        let event = self.event;
        self.db.execute(
            "INSERT INTO user_perms (user_id, perm_id, create_event, creator_id) \
             SELECT ?, id, ?, ? FROM permissions WHERE name = ?",
            (user, event, GARDENER, perm),
        )?;
        Ok(())
    }

    /// A tag; gaps between the numbers, as where tags come and go.
    pub(super) fn tag(&mut self, name: &str, arches: &str) -> Outcome<i64> {
        let id = self.tag;
        self.tag += 1 + i64::try_from(self.random(9)).unwrap_or(0);
        let event = self.event()?;
        self.db.execute("INSERT INTO tag (id, name) VALUES (?, ?)", (id, name))?;
        self.db.execute(
            "INSERT INTO tag_config (tag_id, arches, locked, create_event, creator_id) VALUES (?, ?, 0, ?, ?)",
            (id, arches, event, GARDENER),
        )?;
        Ok(id)
    }

    /// Locks a tag.
    pub(super) fn lock(&mut self, tag: i64) -> Outcome<()> {
        self.configure(tag, "locked = 1")
    }

    /// Makes tagging into a tag need a permission.
    pub(super) fn protect(&mut self, tag: i64, perm: &str) -> Outcome<()> {
        self.configure(tag, &format!("perm_id = (SELECT id FROM permissions WHERE name = '{perm}')"))
    }

    /// Revokes the configuration and adds a changed one.
    fn configure(&mut self, tag: i64, change: &str) -> Outcome<()> {
        let event = self.event()?;
        self.db.execute(
            "INSERT INTO tag_config (tag_id, arches, perm_id, locked, create_event, revoke_event, creator_id, revoker_id) \
             SELECT tag_id, arches, perm_id, locked, create_event, ?2, creator_id, ?3 FROM tag_config \
             WHERE tag_id = ?1 AND revoke_event IS NULL",
            (tag, event, GARDENER),
        )?;
        self.db.execute(
            &format!("UPDATE tag_config SET {change}, create_event = ?2 WHERE tag_id = ?1 AND revoke_event IS NULL"),
            (tag, event),
        )?;
        Ok(())
    }

    pub(super) fn extra(&mut self, tag: i64, key: &str, value: &serde_json::Value) -> Outcome<()> {
        let event = self.event()?;
        self.db.execute(
            "INSERT INTO tag_extra (tag_id, key, value, create_event, creator_id) VALUES (?, ?, ?, ?, ?)",
            (tag, key, value.to_string(), event, GARDENER),
        )?;
        Ok(())
    }

    /// A plain link to a parent.
    pub(super) fn inherit(&mut self, child: i64, parent: i64, priority: i64) -> Outcome<()> {
        self.link_as(child, parent, priority, (false, false, None))
    }

    /// A link to a parent with its conditions.
    pub(super) fn link(&mut self, child: i64, parent: i64, link: &LinkToPlant) -> Outcome<()> {
        self.link_as(child, parent, link.priority, (link.intransitive, link.noconfig, link.maxdepth))
    }

    fn link_as(
        &mut self,
        child: i64,
        parent: i64,
        priority: i64,
        (intransitive, noconfig, maxdepth): (bool, bool, Option<i64>),
    ) -> Outcome<()> {
        let event = self.event()?;
        self.db.execute(
            "INSERT INTO tag_inheritance (tag_id, parent_id, priority, intransitive, noconfig, maxdepth, pkg_filter, \
             create_event, creator_id) VALUES (?, ?, ?, ?, ?, ?, '', ?, ?)",
            (child, parent, priority, intransitive, noconfig, maxdepth, event, GARDENER),
        )?;
        Ok(())
    }

    pub(super) fn target(&mut self, name: &str, build_tag: i64, dest_tag: i64) -> Outcome<()> {
        let event = self.event()?;
        self.db.execute("INSERT INTO build_target (name) VALUES (?)", [name])?;
        let id = self.db.last_insert_rowid();
        self.db.execute(
            "INSERT INTO build_target_config (build_target_id, build_tag, dest_tag, create_event, creator_id) \
             VALUES (?, ?, ?, ?, ?)",
            (id, build_tag, dest_tag, event, GARDENER),
        )?;
        Ok(())
    }

    /// A group of packages in a tag, part of the event before.
    pub(super) fn group(&mut self, tag: i64, name: &str, packages: &[&str]) -> Outcome<()> {
        self.db.execute("INSERT OR IGNORE INTO groups (name) VALUES (?)", [name])?;
        let group: i64 = self.db.query_row("SELECT id FROM groups WHERE name = ?", [name], |row| row.get(0))?;
        self.db.execute(
            "INSERT INTO group_config (group_id, tag_id, display_name, create_event, creator_id) \
             VALUES (?, ?, ?, ?, ?)",
            (group, tag, name, self.event, GARDENER),
        )?;
        for package in packages {
            self.db.execute(
                "INSERT INTO group_package_listing (group_id, tag_id, package, create_event, creator_id) \
                 VALUES (?, ?, ?, ?, ?)",
                (group, tag, package, self.event, GARDENER),
            )?;
        }
        Ok(())
    }

    /// A repository of elsewhere that a tag draws from, part of the event before.
    pub(super) fn external_repo(&mut self, tag: i64, name: &str, url: &str, priority: i64) -> Outcome<()> {
        self.db.execute("INSERT INTO external_repo (name) VALUES (?)", [name])?;
        let repo = self.db.last_insert_rowid();
        self.db.execute(
            "INSERT INTO external_repo_config (external_repo_id, url, create_event, creator_id) VALUES (?, ?, ?, ?)",
            (repo, url, self.event, GARDENER),
        )?;
        self.db.execute(
            "INSERT INTO tag_external_repos (tag_id, external_repo_id, priority, merge_mode, create_event, creator_id) \
             VALUES (?, ?, ?, 'bare', ?, ?)",
            (tag, repo, priority, self.event, GARDENER),
        )?;
        Ok(())
    }

    pub(super) fn package(&mut self, name: &str) -> Outcome<i64> {
        self.db.prepare_cached("INSERT INTO package (name) VALUES (?)")?.execute([name])?;
        Ok(self.db.last_insert_rowid())
    }

    /// Puts a package on a tag's list; the event is the newest one, or a new one if it is blocked.
    pub(super) fn list(&mut self, tag: i64, package: i64, owner: i64, blocked: bool) -> Outcome<()> {
        let event = self.event()?;
        self.db
            .prepare_cached(
                "INSERT INTO tag_packages (tag_id, package_id, blocked, create_event, creator_id) \
                 VALUES (?, ?, ?, ?, ?)",
            )?
            .execute((tag, package, blocked, event, GARDENER))?;
        self.db
            .prepare_cached(
                "INSERT INTO tag_package_owners (tag_id, package_id, owner, create_event, creator_id) \
                 VALUES (?, ?, ?, ?, ?)",
            )?
            .execute((tag, package, owner, event, GARDENER))?;
        Ok(())
    }

    /// A build with the task that made it.
    pub(super) fn build(&mut self, new: &NewBuild<'_>, target: &str) -> Outcome<i64> {
        let event = self.event()?;
        let id = self.build;
        self.build += 1 + i64::try_from(self.random(14)).unwrap_or(0);
        let task = self.task;
        self.task += 1 + i64::try_from(self.random(70)).unwrap_or(0);
        let took = 60_000_000 + i64::try_from(self.random(3_000_000_000)).unwrap_or(0);
        let done = (new.state != 0).then_some(self.time + took);
        let hash = format!("{:016x}{:016x}{:08x}", self.word(), self.word(), self.event);
        let usual = format!("git+https://src.example.test/rpms/{}.git#{hash}", new.name);
        let source = new.source.unwrap_or(&usual);
        let extra = json!({"source": {"original_url": source}});
        self.db
            .prepare_cached(
                "INSERT INTO build (id, pkg_id, version, release, epoch, state, owner, task_id, btype_id, \
                 create_event, start_time, completion_time, source, extra) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(rusqlite::params![
                id,
                new.package,
                new.version,
                new.release,
                new.epoch,
                new.state,
                new.owner,
                task,
                new.kind,
                event,
                self.time,
                done,
                source,
                extra.to_string()
            ])?;
        // Of builds: in progress, complete, deleted, failed, canceled. Of tasks: open, closed,
        // failed, canceled.
        let (state, result, fault) = match new.state {
            0 => (1, Sql::Null, Sql::Null),
            3 => {
                let fault = json!({"faultCode": 1005, "faultString": "BuildError: error building package (arch x86_64), mock exited with status 1; see build.log for more information"});
                (5, Sql::Null, Sql::Text(fault.to_string()))
            }
            4 => (3, Sql::Null, Sql::Null),
            _ => (2, Sql::Text(id.to_string()), Sql::Null),
        };
        self.db
            .prepare_cached(
                "INSERT INTO task (id, state, create_time, start_time, completion_time, owner, method, \
                 request, result, fault, host_id) VALUES (?, ?, ?, ?, ?, ?, 'build', ?, ?, ?, 1)",
            )?
            .execute(rusqlite::params![
                task,
                state,
                self.time,
                self.time + 4_000_000,
                done,
                new.owner,
                json!([source, target]).to_string(),
                result,
                fault
            ])?;
        Ok(id)
    }

    fn word(&mut self) -> u64 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        self.random
    }

    pub(super) fn put(&mut self, tag: i64, build: i64) -> Outcome<()> {
        self.put_by(tag, build, GARDENER)
    }

    /// Tags a build in somebody's name.
    pub(super) fn put_by(&mut self, tag: i64, build: i64, who: i64) -> Outcome<()> {
        let event = self.event()?;
        self.db
            .prepare_cached("INSERT INTO tag_listing (tag_id, build_id, create_event, creator_id) VALUES (?, ?, ?, ?)")?
            .execute((tag, build, event, who))?;
        Ok(())
    }

    /// Untags a build in somebody's name.
    pub(super) fn take_by(&mut self, tag: i64, build: i64, who: i64) -> Outcome<()> {
        let event = self.event()?;
        self.db
            .prepare_cached(
                "UPDATE tag_listing SET revoke_event = ?, revoker_id = ? \
                 WHERE tag_id = ? AND build_id = ? AND revoke_event IS NULL",
            )?
            .execute((event, who, tag, build))?;
        Ok(())
    }

    /// Removes an entry from a package list.
    pub(super) fn unlist(&mut self, tag: i64, package: i64) -> Outcome<()> {
        let event = self.event()?;
        self.db.execute(
            "UPDATE tag_packages SET revoke_event = ?, revoker_id = ? \
             WHERE tag_id = ? AND package_id = ? AND revoke_event IS NULL",
            (event, GARDENER, tag, package),
        )?;
        Ok(())
    }
}
