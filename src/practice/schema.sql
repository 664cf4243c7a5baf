-- SPDX-License-Identifier: GPL-3.0-or-later
-- The state of a practice hub. As in koji, nothing that has a history is ever changed or deleted:
-- a row holds from its create_event until its revoke_event.
-- Times are microseconds since 1970, UTC.

CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, time INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, password TEXT,
    status INTEGER NOT NULL DEFAULT 0, usertype INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS user_krb_principals (
    user_id INTEGER NOT NULL REFERENCES users(id), krb_principal TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS permissions (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT);
CREATE TABLE IF NOT EXISTS user_perms (
    user_id INTEGER NOT NULL, perm_id INTEGER NOT NULL,
    create_event INTEGER NOT NULL, revoke_event INTEGER, creator_id INTEGER NOT NULL, revoker_id INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS user_perms_active ON user_perms (user_id, perm_id) WHERE revoke_event IS NULL;

CREATE TABLE IF NOT EXISTS tag (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS tag_config (
    tag_id INTEGER NOT NULL, arches TEXT, perm_id INTEGER, locked INTEGER NOT NULL,
    create_event INTEGER NOT NULL, revoke_event INTEGER, creator_id INTEGER NOT NULL, revoker_id INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS tag_config_active ON tag_config (tag_id) WHERE revoke_event IS NULL;
CREATE INDEX IF NOT EXISTS tag_config_tag ON tag_config (tag_id, create_event);
CREATE TABLE IF NOT EXISTS tag_extra (
    tag_id INTEGER NOT NULL, key TEXT NOT NULL, value TEXT,
    create_event INTEGER NOT NULL, revoke_event INTEGER, creator_id INTEGER NOT NULL, revoker_id INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS tag_extra_active ON tag_extra (tag_id, key) WHERE revoke_event IS NULL;
CREATE TABLE IF NOT EXISTS tag_inheritance (
    tag_id INTEGER NOT NULL, parent_id INTEGER NOT NULL, priority INTEGER NOT NULL, maxdepth INTEGER,
    intransitive INTEGER NOT NULL, noconfig INTEGER NOT NULL, pkg_filter TEXT NOT NULL,
    create_event INTEGER NOT NULL, revoke_event INTEGER, creator_id INTEGER NOT NULL, revoker_id INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS tag_inheritance_active ON tag_inheritance (tag_id, priority) WHERE revoke_event IS NULL;
CREATE INDEX IF NOT EXISTS tag_inheritance_parent ON tag_inheritance (parent_id);

CREATE TABLE IF NOT EXISTS package (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS tag_packages (
    package_id INTEGER NOT NULL, tag_id INTEGER NOT NULL, blocked INTEGER NOT NULL, extra_arches TEXT,
    create_event INTEGER NOT NULL, revoke_event INTEGER, creator_id INTEGER NOT NULL, revoker_id INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS tag_packages_active ON tag_packages (tag_id, package_id) WHERE revoke_event IS NULL;
CREATE INDEX IF NOT EXISTS tag_packages_package ON tag_packages (package_id, tag_id);
CREATE TABLE IF NOT EXISTS tag_package_owners (
    package_id INTEGER NOT NULL, tag_id INTEGER NOT NULL, owner INTEGER NOT NULL,
    create_event INTEGER NOT NULL, revoke_event INTEGER, creator_id INTEGER NOT NULL, revoker_id INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS tag_package_owners_active ON tag_package_owners (tag_id, package_id) WHERE revoke_event IS NULL;
CREATE INDEX IF NOT EXISTS tag_package_owners_package ON tag_package_owners (package_id, tag_id);

CREATE TABLE IF NOT EXISTS volume (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS btype (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS build (
    id INTEGER PRIMARY KEY, pkg_id INTEGER NOT NULL, version TEXT NOT NULL, release TEXT NOT NULL, epoch INTEGER,
    state INTEGER NOT NULL, owner INTEGER NOT NULL, task_id INTEGER, volume_id INTEGER NOT NULL DEFAULT 0,
    btype_id INTEGER NOT NULL DEFAULT 1, create_event INTEGER NOT NULL, start_time INTEGER, completion_time INTEGER,
    source TEXT, extra TEXT, UNIQUE (pkg_id, version, release));
CREATE TABLE IF NOT EXISTS tag_listing (
    build_id INTEGER NOT NULL, tag_id INTEGER NOT NULL,
    create_event INTEGER NOT NULL, revoke_event INTEGER, creator_id INTEGER NOT NULL, revoker_id INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS tag_listing_active ON tag_listing (build_id, tag_id) WHERE revoke_event IS NULL;
CREATE INDEX IF NOT EXISTS tag_listing_build ON tag_listing (build_id);
CREATE INDEX IF NOT EXISTS tag_listing_tag ON tag_listing (tag_id, create_event);
CREATE INDEX IF NOT EXISTS tag_listing_revoked ON tag_listing (tag_id, revoke_event);

-- Version, release and epoch of an rpm are its build's.
CREATE TABLE IF NOT EXISTS rpminfo (
    id INTEGER PRIMARY KEY, build_id INTEGER NOT NULL, name TEXT NOT NULL, arch TEXT NOT NULL, size INTEGER NOT NULL,
    on_disk INTEGER NOT NULL DEFAULT 1);
CREATE INDEX IF NOT EXISTS rpminfo_build ON rpminfo (build_id);
CREATE TABLE IF NOT EXISTS rpmsigs (
    rpm_id INTEGER NOT NULL, sigkey TEXT NOT NULL, PRIMARY KEY (rpm_id, sigkey)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS build_target (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS build_target_config (
    build_target_id INTEGER NOT NULL, build_tag INTEGER NOT NULL, dest_tag INTEGER NOT NULL,
    create_event INTEGER NOT NULL, revoke_event INTEGER, creator_id INTEGER NOT NULL, revoker_id INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS build_target_active ON build_target_config (build_target_id) WHERE revoke_event IS NULL;

CREATE TABLE IF NOT EXISTS groups (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS group_config (
    group_id INTEGER NOT NULL, tag_id INTEGER NOT NULL, blocked INTEGER NOT NULL DEFAULT 0,
    exported INTEGER DEFAULT 1, display_name TEXT NOT NULL, is_default INTEGER, uservisible INTEGER DEFAULT 1,
    description TEXT, langonly TEXT, biarchonly INTEGER DEFAULT 0,
    create_event INTEGER NOT NULL, revoke_event INTEGER, creator_id INTEGER NOT NULL, revoker_id INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS group_config_active ON group_config (group_id, tag_id) WHERE revoke_event IS NULL;
CREATE INDEX IF NOT EXISTS group_config_tag ON group_config (tag_id);
CREATE TABLE IF NOT EXISTS group_package_listing (
    group_id INTEGER NOT NULL, tag_id INTEGER NOT NULL, package TEXT NOT NULL, blocked INTEGER NOT NULL DEFAULT 0,
    type TEXT NOT NULL DEFAULT 'mandatory', basearchonly INTEGER, requires TEXT,
    create_event INTEGER NOT NULL, revoke_event INTEGER, creator_id INTEGER NOT NULL, revoker_id INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS group_package_active ON group_package_listing (group_id, tag_id, package)
    WHERE revoke_event IS NULL;
CREATE INDEX IF NOT EXISTS group_package_tag ON group_package_listing (tag_id);

CREATE TABLE IF NOT EXISTS external_repo (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS external_repo_config (
    external_repo_id INTEGER NOT NULL, url TEXT NOT NULL,
    create_event INTEGER NOT NULL, revoke_event INTEGER, creator_id INTEGER NOT NULL, revoker_id INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS external_repo_active ON external_repo_config (external_repo_id)
    WHERE revoke_event IS NULL;
CREATE TABLE IF NOT EXISTS tag_external_repos (
    tag_id INTEGER NOT NULL, external_repo_id INTEGER NOT NULL, priority INTEGER NOT NULL,
    merge_mode TEXT NOT NULL DEFAULT 'koji', arches TEXT,
    create_event INTEGER NOT NULL, revoke_event INTEGER, creator_id INTEGER NOT NULL, revoker_id INTEGER);
CREATE UNIQUE INDEX IF NOT EXISTS tag_external_repos_active ON tag_external_repos (tag_id, external_repo_id)
    WHERE revoke_event IS NULL;
CREATE INDEX IF NOT EXISTS tag_external_repos_tag ON tag_external_repos (tag_id, priority);

CREATE TABLE IF NOT EXISTS task (
    id INTEGER PRIMARY KEY, state INTEGER NOT NULL, create_time INTEGER NOT NULL, start_time INTEGER,
    completion_time INTEGER, channel_id INTEGER NOT NULL DEFAULT 1, host_id INTEGER, parent INTEGER, label TEXT,
    waiting INTEGER, awaited INTEGER, owner INTEGER NOT NULL, method TEXT NOT NULL, arch TEXT NOT NULL DEFAULT 'noarch',
    priority INTEGER NOT NULL DEFAULT 20, weight REAL NOT NULL DEFAULT 1.0, request TEXT NOT NULL, result TEXT, fault TEXT);
CREATE INDEX IF NOT EXISTS task_open ON task (state) WHERE state IN (0, 1, 4);
CREATE INDEX IF NOT EXISTS task_parent ON task (parent) WHERE parent IS NOT NULL;

CREATE TABLE IF NOT EXISTS repo (
    id INTEGER PRIMARY KEY, tag_id INTEGER NOT NULL, create_event INTEGER NOT NULL, begin_event INTEGER,
    creation_time INTEGER NOT NULL, state INTEGER NOT NULL, task_id INTEGER);
CREATE INDEX IF NOT EXISTS repo_tag ON repo (tag_id, create_event);
CREATE TABLE IF NOT EXISTS repo_queue (
    id INTEGER PRIMARY KEY, create_time INTEGER NOT NULL, update_time INTEGER NOT NULL, owner INTEGER NOT NULL,
    priority INTEGER NOT NULL, tag_id INTEGER NOT NULL, at_event INTEGER, min_event INTEGER,
    active INTEGER NOT NULL DEFAULT 1, task_id INTEGER, tries INTEGER NOT NULL DEFAULT 0, repo_id INTEGER);
CREATE INDEX IF NOT EXISTS repo_queue_active ON repo_queue (active) WHERE active;

-- The last committed call number of each session. It is here, and not with the sessions, because
-- it must be committed together with what the call did.
CREATE TABLE IF NOT EXISTS callnum (session_id INTEGER PRIMARY KEY, number INTEGER NOT NULL);
