// SPDX-License-Identifier: GPL-3.0-or-later
//! What a run did, on disk before and after it does it: one file of JSON lines for each run.
//!
//! A line is written whole and flushed to disk before anything that depends on it happens. The last
//! line of a run that was killed may be torn; it is ignored, and cut off before anything is added.

use super::Outcome;
use crate::koji::SessionId;
use crate::names::{EventId, RunId, TaskId, UserName};
use crate::plan::{LeftOut, Plan, Step, StepId};
use crate::{Error, Result};
use nix::fcntl::{Flock, FlockArg};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// One line of a journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "kebab-case")]
pub enum Record {
    /// The first line: everything that is known before the first write.
    Begin(Box<Begin>),
    /// A session was opened that may write.
    Session {
        /// Its number, for settling; never its key.
        id: SessionId,
        /// Whose it is.
        user: UserName,
    },
    /// These steps are about to be sent in one request.
    Batch {
        /// Over this session.
        session: SessionId,
        /// The steps.
        steps: Vec<StepId>,
    },
    /// The hub made tasks of these steps.
    Tasks {
        /// Step and task.
        tasks: Vec<(StepId, TaskId)>,
    },
    /// What became of these steps.
    Outcomes {
        /// Step and outcome.
        outcomes: Vec<(StepId, Outcome)>,
    },
    /// Steps that were found to be needed while applying (somebody else added to the work).
    More {
        /// They continue the plan's numbers.
        steps: Vec<Step>,
    },
    /// The run is taken up again.
    Resume {
        /// When, UTC.
        time: String,
        /// By whom.
        caller: String,
        /// What will be tried again.
        steps: Vec<StepId>,
        /// What will not, and why.
        dropped: Vec<LeftOut>,
        /// The newest event of the hub before that: what is sent again is later.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<EventId>,
    },
    /// Another run took this one back, as far as it says.
    Undone {
        /// That run.
        by: RunId,
    },
    /// The run ended by itself.
    End {
        /// When, UTC.
        time: String,
        /// The exit code.
        exit: u8,
        /// The sentence of its report.
        msg: String,
    },
}

/// What is known before the first write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Begin {
    /// Version of this format.
    pub v: u32,
    /// The run.
    pub run: RunId,
    /// When, UTC.
    pub time: String,
    /// Who started it.
    pub caller: String,
    /// The version of flr.
    pub flr: String,
    /// The command.
    pub command: String,
    /// The koji profile.
    pub profile: String,
    /// The request, resolved.
    pub request: serde_json::Value,
    /// The plan.
    pub plan: Plan,
    /// Its digest.
    pub plan_sha: String,
    /// The newest event of the hub before the first write: what is ours is later.
    pub since: EventId,
    /// The run that this one takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<RunId>,
}

/// The version of the format that this flr writes and reads.
pub const FORMAT: u32 = 1;

/// A journal that is held open and locked by a live run.
#[derive(Debug)]
pub struct Journal {
    file: Mutex<Flock<File>>,
    path: PathBuf,
}

impl Journal {
    /// Makes the journal of a new run. `Ok(None)`: there is one of that name already.
    ///
    /// # Errors
    /// The disk is full or the directory cannot be written: nothing may be sent.
    pub(super) fn create(path: &Path, begin: Begin) -> Result<Option<Self>> {
        let file = match OpenOptions::new().append(true).create_new(true).mode(0o600).open(path) {
            Ok(file) => file,
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => return Ok(None),
            Err(e) => return Err(unwritable(path, &e)),
        };
        let journal = Self::lock(file, path)?;
        let written = journal.append(&Record::Begin(Box::new(begin))).and_then(|()| sync_directory(path));
        if let Err(error) = written {
            // A run that never began leaves no journal.
            let _ = std::fs::remove_file(path);
            return Err(error);
        }
        Ok(Some(journal))
    }

    /// Opens the journal of an earlier run to add to it.
    ///
    /// # Errors
    /// The run is live, unknown, or its journal cannot be read.
    pub(super) fn reopen(path: &Path) -> Result<Self> {
        let file = OpenOptions::new().read(true).append(true).open(path).map_err(|e| unwritable(path, &e))?;
        let journal = Self::lock(file, path)?;
        journal.cut_torn_line().map_err(|e| unwritable(path, &e))?;
        Ok(journal)
    }

    fn lock(file: File, path: &Path) -> Result<Self> {
        // Somebody who only looks (`flr run list`) holds the lock for a moment.
        let mut locked = Flock::lock(file, FlockArg::LockExclusiveNonblock);
        for _ in 0..10 {
            locked = match locked {
                Err((file, nix::errno::Errno::EWOULDBLOCK)) => {
                    std::thread::sleep(Duration::from_millis(20));
                    Flock::lock(file, FlockArg::LockExclusiveNonblock)
                }
                other => other,
            };
        }
        match locked {
            Ok(file) => Ok(Self { file: Mutex::new(file), path: path.to_owned() }),
            Err((_, nix::errno::Errno::EWOULDBLOCK)) => {
                Err(Error::not_now(format!("run {} is still running", stem(path)))
                    .hint("wait until it has ended, or end it with Ctrl-C where it runs"))
            }
            Err((_, errno)) => Err(unwritable(path, &errno.into())),
        }
    }

    fn cut_torn_line(&self) -> std::io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(0))?;
        let whole = whole_lines(&mut BufReader::new(&mut **file), |_| ())?;
        file.set_len(whole)
    }

    /// Adds one line and flushes it to disk.
    ///
    /// # Errors
    /// The disk is full or broken. What the line says must then not happen, or is not recorded.
    pub(super) fn append(&self, record: &Record) -> Result<()> {
        let mut line =
            serde_json::to_vec(record).map_err(|e| Error::failed(format!("cannot write the journal: {e}")))?;
        line.push(b'\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let before = file.metadata().map(|m| m.len());
        file.write_all(&line).and_then(|()| file.sync_data()).map_err(|e| {
            // Half a line would hide every line after it.
            if let Ok(len) = before {
                let _ = file.set_len(len);
            }
            unwritable(&self.path, &e)
        })
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Error {
    Error::failed(format!("cannot write the journal {}: {error}", path.display()))
        .hint("flr changes nothing that it cannot record; free some space or set XDG_STATE_HOME")
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn sync_directory(path: &Path) -> Result<()> {
    let Some(parent) = path.parent() else {
        return Ok(());
    };
    File::open(parent).and_then(|dir| dir.sync_all()).map_err(|e| unwritable(path, &e))
}

/// Calls `each` with every line that ends in a newline; returns the length of them all.
pub(super) fn whole_lines(from: &mut impl BufRead, mut each: impl FnMut(&[u8])) -> std::io::Result<u64> {
    let (mut line, mut whole) = (Vec::new(), 0);
    while from.read_until(b'\n', &mut line)? > 0 {
        if line.last() != Some(&b'\n') {
            break;
        }
        whole += line.len() as u64;
        each(&line);
        line.clear();
    }
    Ok(whole)
}
