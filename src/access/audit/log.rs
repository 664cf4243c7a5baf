// SPDX-License-Identifier: GPL-3.0-or-later
//! The log: who may own it, the lock, and the one write of a record.

use super::end::{End, moved_away};
use super::record::{Body, Event, FORMAT, LONGEST, Record, hash};
use super::syslog::{Head, Syslog};
use crate::access::account::Account;
use crate::access::clock;
use crate::error::Kind;
use crate::{Error, Result};
use jiff::Timestamp;
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg, OFlag};
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a lock is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// What became of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// Its number.
    pub seq: u64,
    /// SHA-256 of its line.
    pub hash: String,
    /// Its time.
    pub time: Timestamp,
}

/// The audit log of one service account.
#[derive(Debug)]
pub struct AuditLog {
    path: PathBuf,
    account: Account,
    host: String,
    syslog: Syslog,
    file: Mutex<File>,
    pub(super) patience: Duration,
}

/// The log while nobody else can write it.
#[derive(Debug)]
pub struct Locked<'a> {
    log: &'a AuditLog,
    pub(super) file: &'a File,
    pub(super) end: End,
    heads: Vec<Head>,
}

impl AuditLog {
    /// Opens the log of `account`. Only root's own is made if it is missing.
    ///
    /// # Errors
    /// It is missing, not a file, or others could have written it; or the system log is required and
    /// away. An administrator must act.
    pub fn open(path: &Path, account: Account, syslog: Syslog) -> Result<Self> {
        syslog.check()?;
        let file = match open_checked(path, &account) {
            Err(Trouble::Io(e)) if e.kind() == io::ErrorKind::NotFound && account.uid == 0 => {
                make(path).map_err(|e| unwritable(path, None, &e))?;
                open_checked(path, &account)
            }
            other => other,
        };
        let file = file.map_err(|trouble| trouble.error(path))?;
        let host = nix::unistd::gethostname().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { path: path.to_owned(), account, host, syslog, file: Mutex::new(file), patience: PATIENCE })
    }

    /// Shouts to the system log that `body` could not be recorded here.
    pub fn lost(&self, body: &Body) {
        self.syslog.lost(&self.account.name, body);
    }

    /// Writes one record; when it returns, the record is on disk and the system log has its head.
    ///
    /// # Errors
    /// See [`Locked::append`]. The system log is away and required: the record is on disk, and what
    /// it announces must not happen all the same.
    pub fn append(&self, body: Body) -> Result<Appended> {
        self.with_lock(|locked| locked.append(body))
    }

    /// Does several things while nobody else can write the log. The system log is told afterwards,
    /// so that a slow one holds up nobody else.
    ///
    /// # Errors
    /// The lock was not had in 30 seconds, the end of the log is no record, or what `work` says.
    pub fn with_lock<T>(&self, work: impl FnOnce(&mut Locked<'_>) -> Result<T>) -> Result<T> {
        let deadline = Instant::now() + self.patience;
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let lock = self.lock(&mut file, deadline)?;
        let end = self.end(&file, deadline)?;
        let mut locked = Locked { log: self, file: &file, end, heads: Vec::new() };
        let done = work(&mut locked);
        let heads = locked.heads;
        drop(lock);
        drop(file);
        let told = heads.iter().try_for_each(|head| self.syslog.tell(head));
        let done = done?;
        told.map(|()| done)
    }

    /// Locks what is at the path, not what was there before root moved it away.
    fn lock(&self, file: &mut File, deadline: Instant) -> Result<Flock<File>> {
        loop {
            let lock = lock_until(file, &self.path, deadline)?;
            let there = std::fs::symlink_metadata(&self.path);
            let same = |there: &Metadata| {
                file.metadata().is_ok_and(|held| (held.dev(), held.ino()) == (there.dev(), there.ino()))
            };
            match there {
                Ok(there) if same(&there) => return Ok(lock),
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(unwritable(&self.path, None, &e)),
                _ => drop(lock),
            }
            match open_checked(&self.path, &self.account) {
                Ok(new) => *file = new,
                // Root has not yet put the new one there.
                Err(Trouble::Io(e)) if e.kind() == io::ErrorKind::NotFound && Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(trouble) => return Err(trouble.error(&self.path)),
            }
        }
    }

    /// The end of the log; of one without a record, that of the newest file it was moved to.
    fn end(&self, file: &File, deadline: Instant) -> Result<End> {
        let end = End::of(file).map_err(|why| damaged(&self.path, &why))?;
        if end.seq > 0 {
            return Ok(end);
        }
        let (old, compressed) = moved_away(&self.path).map_err(|e| unwritable(&self.path, None, &e))?;
        let mut newest = End::none();
        for path in &old {
            let opened = OpenOptions::new().read(true).custom_flags(OPEN_FLAGS).open(path);
            let file = opened.map_err(|e| Trouble::Io(e).error(path))?;
            let meta = file.metadata().map_err(|e| Trouble::Io(e).error(path))?;
            owned(&meta, &self.account).map_err(|why| unsafe_setup(path, &why))?;
            // Somebody who began before it was moved may still be writing.
            let _lock = lock_until(&file, path, deadline)?;
            let end = End::of(&file).map_err(|why| damaged(path, &why))?;
            if end.seq > newest.seq {
                newest = End { torn: false, ..end };
            }
        }
        if old.is_empty()
            && let Some(path) = compressed.last()
        {
            let why = format!("is empty, and the one before it, {}, is compressed", path.display());
            return Err(unsafe_setup(&self.path, &why).hint("the newest old log must stay as it is: delaycompress"));
        }
        Ok(end.after(&newest))
    }
}

impl Locked<'_> {
    /// The number that the next record will have.
    pub fn next_seq(&self) -> u64 {
        self.end.seq.saturating_add(1)
    }

    /// Now; never before the newest record, which the host's clock cannot take back.
    pub fn now(&self) -> Timestamp {
        let now = clock::now();
        self.end.time.map_or(now, |newest| newest.max(now))
    }

    /// Writes one record and flushes it to disk.
    ///
    /// # Errors
    /// The disk is full or read-only, or a limit is reached: what the record announces must not
    /// happen. If it tells what has happened already, the kind is that of a run half done.
    pub fn append(&mut self, body: Body) -> Result<Appended> {
        let event = body.event;
        let broken = |e: &io::Error| unwritable(&self.log.path, Some(event), e);
        let now = clock::now();
        let now = now.round(jiff::Unit::Millisecond).unwrap_or(now);
        let time = self.end.time.map_or(now, |newest| newest.max(now));
        let seq = self.end.seq.checked_add(1).ok_or_else(|| broken(&Errno::EOVERFLOW.into()))?;
        let record = Record {
            v: FORMAT,
            seq,
            prev: self.end.hash.clone(),
            time,
            mono: clock::since_boot(),
            // Clocks are slewed a little; that is nobody's doing.
            clock: (now.duration_until(time).as_secs() > 0).then_some(now),
            account: self.log.account.name.clone(),
            host: self.log.host.clone(),
            pid: std::process::id(),
            flr: env!("CARGO_PKG_VERSION").to_owned(),
            body: body.bounded(),
        };
        let line = record.line().map_err(|e| broken(&e.into()))?;
        if line.len() > LONGEST {
            return Err(broken(&Errno::EMSGSIZE.into()));
        }
        let hash = hash(&line);
        if let Err(e) = self.write(&line) {
            // What a failed write has left is found there.
            if let Ok(end) = End::of(self.file) {
                self.end = end.after(&self.end);
            }
            return Err(broken(&e));
        }
        self.end = End { seq, time: Some(time), hash: hash.clone(), torn: false };
        self.heads.push(Head::of(&record, &hash));
        Ok(Appended { seq, hash, time })
    }

    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(line.len() + 2);
        // Closes the torn line, over which the chain goes on.
        bytes.extend(self.end.torn.then_some(b'\n'));
        bytes.extend_from_slice(line);
        bytes.push(b'\n');
        let before = self.file.metadata()?.len();
        let mut file = self.file;
        file.write_all(&bytes).and_then(|()| file.sync_data()).inspect_err(|_| {
            // The append-only attribute forbids it: then the line stays torn.
            let _ = file.set_len(before);
        })
    }
}

const OPEN_FLAGS: i32 =
    OFlag::O_NOFOLLOW.union(OFlag::O_CLOEXEC).union(OFlag::O_NONBLOCK).union(OFlag::O_NOCTTY).bits();

/// Why the log was not opened.
enum Trouble {
    Io(io::Error),
    Unsafe(String),
}

impl Trouble {
    fn error(self, path: &Path) -> Error {
        match self {
            Self::Io(e) if e.kind() == io::ErrorKind::NotFound => {
                unsafe_setup(path, "is missing").hint("flr-operations(7) says how an administrator makes it")
            }
            Self::Io(e) if e.raw_os_error() == Some(Errno::ELOOP as i32) => unsafe_setup(path, "is a symbolic link"),
            Self::Io(e) => unwritable(path, None, &e),
            Self::Unsafe(why) => unsafe_setup(path, &why),
        }
    }
}

fn open_checked(path: &Path, account: &Account) -> Result<File, Trouble> {
    let opened = OpenOptions::new().read(true).append(true).custom_flags(OPEN_FLAGS).open(path);
    let file = opened.map_err(Trouble::Io)?;
    owned(&file.metadata().map_err(Trouble::Io)?, account).map_err(Trouble::Unsafe)?;
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let meta = std::fs::metadata(dir).map_err(Trouble::Io)?;
    let shown = dir.display();
    if meta.uid() != 0 && meta.uid() != account.uid {
        return Err(Trouble::Unsafe(format!("lies in {shown}, which belongs to uid {}", meta.uid())));
    }
    if meta.mode() & 0o002 != 0 || (meta.mode() & 0o020 != 0 && meta.gid() != 0) {
        return Err(Trouble::Unsafe(format!("lies in {shown}, which others than root can write")));
    }
    Ok(file)
}

/// Whether nobody but root and the account can have written it.
fn owned(meta: &Metadata, account: &Account) -> Result<(), String> {
    let name = &account.name;
    if !meta.is_file() {
        return Err("is not a regular file".to_owned());
    }
    if meta.uid() != 0 && meta.uid() != account.uid {
        return Err(format!("belongs to uid {}, neither to root nor to {name}", meta.uid()));
    }
    if meta.mode() & 0o002 != 0 {
        return Err("is writable by everybody".to_owned());
    }
    if meta.mode() & 0o020 != 0 && meta.gid() != account.gid {
        return Err(format!("is writable by group {}, which is not the group of {name}", meta.gid()));
    }
    if meta.nlink() > 1 {
        return Err("has a second name (hard link)".to_owned());
    }
    Ok(())
}

fn make(path: &Path) -> io::Result<()> {
    match OpenOptions::new().append(true).create_new(true).mode(0o600).custom_flags(OPEN_FLAGS).open(path) {
        Ok(file) => file.sync_all()?,
        // Another flr was faster.
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        Err(e) => return Err(e),
    }
    path.parent().map_or(Ok(()), |dir| File::open(dir)?.sync_all())
}

/// The lock on `file`, given back when it is dropped.
fn lock_until(file: &File, path: &Path, deadline: Instant) -> Result<Flock<File>> {
    let mut pause = Duration::from_millis(1);
    let mut copy = file.try_clone().map_err(|e| unwritable(path, None, &e))?;
    loop {
        match Flock::lock(copy, FlockArg::LockExclusiveNonblock) {
            Ok(lock) => return Ok(lock),
            Err((back, Errno::EWOULDBLOCK | Errno::EINTR)) if Instant::now() < deadline => copy = back,
            Err((_, Errno::EWOULDBLOCK | Errno::EINTR)) => {
                return Err(unsafe_setup(path, "is locked by somebody else for too long"));
            }
            Err((_, errno)) => return Err(unwritable(path, None, &errno.into())),
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// `event`: the record that was to be written; `None` before there was one.
fn unwritable(path: &Path, event: Option<Event>, error: &io::Error) -> Error {
    let why = match error.raw_os_error().map(Errno::from_raw) {
        Some(Errno::ENOSPC) => "no space left".to_owned(),
        Some(Errno::EDQUOT) => "the disk quota is used up".to_owned(),
        Some(Errno::EROFS) => "read-only file system".to_owned(),
        Some(Errno::EFBIG) => "the file size limit is reached".to_owned(),
        Some(Errno::EACCES | Errno::EPERM) => "permission denied".to_owned(),
        _ => error.to_string(),
    };
    let (kind, then) = match event {
        Some(event) if event.tells_of_changes() => (Kind::Partial, "what was done is in the run's journal only"),
        _ => (Kind::Unsafe, "nothing was done"),
    };
    Error::new(kind, format!("the audit log {} cannot be written ({why}); {then}", path.display()))
}

fn damaged(path: &Path, why: &str) -> Error {
    unsafe_setup(path, why).hint("see: flr access verify-log")
}

fn unsafe_setup(path: &Path, why: &str) -> Error {
    Error::new(Kind::Unsafe, format!("the audit log {} {why}; nothing was done", path.display()))
}
