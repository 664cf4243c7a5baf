// SPDX-License-Identifier: GPL-3.0-or-later
//! The two files of a hub's state.

use super::fault::{Outcome, Refusal};
use crate::{Error, Result};
use nix::fcntl::{Flock, FlockArg};
use rusqlite::{Connection, OpenFlags};
use std::fs::{DirBuilder, File};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

const HUB: &str = "hub.sqlite";
const TOPDIR: &str = "topdir";
const SESSIONS: &str = "sessions.sqlite";
/// Held shared by whoever uses the state, and alone by whoever removes it.
const IN_USE: &str = "in-use";

/// How long one process waits for another's write. A long batch takes seconds, not minutes.
const PATIENCE: Duration = Duration::from_secs(120);

/// Connections to the state in a directory, lent out and taken back.
#[derive(Debug)]
pub(super) struct Store {
    dir: PathBuf,
    hub: Mutex<Vec<Connection>>,
    sessions: Mutex<Vec<Connection>>,
    _in_use: Flock<File>,
}

impl Store {
    /// Opens the state in `dir`, making directory (0700) and files if they are missing.
    pub(super) fn open(dir: &Path) -> Result<Self> {
        make_dir(&dir.join(TOPDIR).join("packages"))?;
        let failed =
            |e: rusqlite::Error| Error::failed(format!("cannot open the practice hub in {}: {e}", dir.display()));
        let in_use = hold(dir, FlockArg::LockShared)
            .map_err(|e| Error::failed(format!("cannot open the practice hub in {}: {e}", dir.display())))?;
        let hub = prepare(&dir.join(HUB), include_str!("schema.sql")).map_err(failed)?;
        let sessions = prepare(&dir.join(SESSIONS), include_str!("sessions.sql")).map_err(failed)?;
        let (hub, sessions) = (Mutex::new(vec![hub]), Mutex::new(vec![sessions]));
        Ok(Self { dir: dir.to_owned(), hub, sessions, _in_use: in_use })
    }

    /// Where the hub's files are: signed copies, and nothing else.
    pub(super) fn topdir(&self) -> PathBuf {
        self.dir.join(TOPDIR)
    }

    /// Writes a file below `topdir` that is not there yet; whether it was not.
    pub(super) fn write_copy(&self, path: &Path, text: &str) -> Outcome<bool> {
        let path = self.topdir().join(path);
        let broken = |e: std::io::Error| Refusal::Broken(format!("{}: {e}", path.display()));
        if path.exists() {
            return Ok(false);
        }
        if let Some(dir) = path.parent() {
            std::fs::create_dir_all(dir).map_err(broken)?;
        }
        std::fs::write(&path, text).map_err(broken)?;
        Ok(true)
    }

    /// Removes the state in `dir`, if there is any.
    ///
    /// # Errors
    /// Somebody uses it: what he does from then on would be lost.
    pub(super) fn remove(dir: &Path) -> Result<()> {
        if !dir.exists() {
            return Ok(());
        }
        let _alone = hold(dir, FlockArg::LockExclusiveNonblock).map_err(|e| match e.kind() {
            std::io::ErrorKind::WouldBlock => {
                Error::not_now(format!("the practice hub in {} is in use", dir.display()))
                    .hint("end what serves it first")
            }
            _ => Error::failed(format!("cannot remove the practice hub in {}: {e}", dir.display())),
        })?;
        let topdir = dir.join(TOPDIR);
        match std::fs::remove_dir_all(&topdir) {
            Ok(()) => {}
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(Error::failed(format!("cannot remove {}: {e}", topdir.display()))),
        }
        for base in [HUB, SESSIONS] {
            for suffix in ["", "-wal", "-shm", "-journal"] {
                let file = dir.join(format!("{base}{suffix}"));
                match std::fs::remove_file(&file) {
                    Ok(()) => {}
                    Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                    Err(e) => {
                        return Err(Error::failed(format!("cannot remove {}: {e}", file.display())));
                    }
                }
            }
        }
        Ok(())
    }

    /// Runs `work` with a connection to the hub's data.
    pub(super) fn hub<T>(&self, work: impl FnOnce(&mut Connection) -> Outcome<T>) -> Outcome<T> {
        lend(&self.hub, &self.dir.join(HUB), work)
    }

    /// Runs `work` with a connection to the sessions.
    pub(super) fn sessions<T>(&self, work: impl FnOnce(&mut Connection) -> Outcome<T>) -> Outcome<T> {
        lend(&self.sessions, &self.dir.join(SESSIONS), work)
    }
}

fn hold(dir: &Path, how: FlockArg) -> std::io::Result<Flock<File>> {
    let file = File::options().create(true).append(true).open(dir.join(IN_USE))?;
    Flock::lock(file, how).map_err(|(_, errno)| errno.into())
}

/// Takes a connection out of the pool (or opens one), works with it, and puts it back unless it
/// was left inside a transaction.
fn lend<T>(pool: &Mutex<Vec<Connection>>, file: &Path, work: impl FnOnce(&mut Connection) -> Outcome<T>) -> Outcome<T> {
    let kept = lock(pool).pop();
    let mut connection = match kept {
        Some(connection) => connection,
        None => connect(file)?,
    };
    let result = work(&mut connection);
    if connection.is_autocommit() {
        lock(pool).push(connection);
    }
    result
}

/// A lock that a panicking thread cannot poison for the others: what it guards is only moved in
/// and out whole.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn make_dir(dir: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(|e| Error::failed(format!("cannot make {}: {e}", dir.display())))
}

/// Opens a file and makes its tables if they are missing. Several processes may do so at once, and
/// SQLite does not wait for a file that another one is just turning to write-ahead logging.
fn prepare(file: &Path, schema: &str) -> rusqlite::Result<Connection> {
    let mut tries = 0;
    loop {
        let prepared = connect(file).and_then(|mut connection| {
            let tx = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Deferred)?;
            tx.execute_batch(schema)?;
            tx.commit()?;
            Ok(connection)
        });
        match prepared {
            Err(e) if is_busy(&e) && tries < 250 => {
                tries += 1;
                std::thread::sleep(Duration::from_millis(20));
            }
            prepared => return prepared,
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked))
}

fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(
        file,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    let _ = std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600));
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    // A practice hub may lose its last seconds in a power cut, but never its order.
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.pragma_update(None, "cache_size", -32_000)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}
