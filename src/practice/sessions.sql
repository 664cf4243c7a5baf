-- SPDX-License-Identifier: GPL-3.0-or-later
-- Sessions live in a file of their own: koji checks them while another session's long call holds
-- its rows, and SQLite locks a whole file.
CREATE TABLE IF NOT EXISTS sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL, key TEXT NOT NULL, hostip TEXT NOT NULL,
    authtype INTEGER NOT NULL, master INTEGER, start_time INTEGER NOT NULL, update_time INTEGER NOT NULL,
    renew_time INTEGER, exclusive INTEGER NOT NULL DEFAULT 0, expired INTEGER NOT NULL DEFAULT 0,
    closed INTEGER NOT NULL DEFAULT 0, callnum INTEGER);
-- As in koji of today the numbers of sessions are nine digits long.
INSERT INTO sqlite_sequence (name, seq) SELECT 'sessions', 160000000 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'sessions');
CREATE INDEX IF NOT EXISTS sessions_user ON sessions (user_id) WHERE closed = 0;
CREATE INDEX IF NOT EXISTS sessions_master ON sessions (master) WHERE master IS NOT NULL;
