// SPDX-License-Identifier: GPL-3.0-or-later
//! The journals of all runs, in one directory.

use super::journal::{Begin, FORMAT, Journal, Record, whole_lines};
use super::{Outcome, clock};
use crate::koji::SessionId;
use crate::names::{EventId, RunId, TaskId, UserName};
use crate::plan::{Step, StepId};
use crate::{Error, Result};
use nix::fcntl::{Flock, FlockArg};
use std::collections::BTreeMap;
use std::fs::{DirBuilder, File};
use std::io::BufReader;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The journals of all runs: `STATE/runs/ID.jsonl`, readable by their owner only.
#[derive(Debug, Clone)]
pub struct Store {
    runs: PathBuf,
    /// Only this caller's runs are there.
    only: Option<String>,
}

/// What a journal says.
#[derive(Debug, Clone)]
pub struct RunRecord {
    /// How it began.
    pub begin: Begin,
    /// The plan's steps and those found to be needed later.
    pub steps: Vec<Step>,
    /// Where each step stands.
    pub standing: Vec<Standing>,
    /// What is open was sent after this event.
    pub since: EventId,
    /// Tasks that the hub made of steps.
    pub tasks: BTreeMap<StepId, TaskId>,
    /// The sessions that may have written.
    pub sessions: Vec<(SessionId, UserName)>,
    /// The run that took this one back.
    pub undone_by: Option<RunId>,
    /// When it was taken up again, UTC.
    pub resumed: Vec<String>,
    /// When it ended by itself, with which exit code and sentence; `None`: it is live or was killed.
    pub end: Option<(String, u8, String)>,
    /// A process is at it now.
    pub live: bool,
}

/// Where a step of a run stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It was never sent.
    NotSent,
    /// It was sent, and what became of it is not recorded: the hub may or may not have done it.
    InFlight,
    /// This became of it.
    Ended(Outcome),
}

impl Standing {
    /// Whether the state that was asked for was there when the run last looked.
    pub fn is_reached(&self) -> bool {
        matches!(self, Self::Ended(Outcome::Done | Outcome::Already { .. }))
    }

    /// Whether this run did it, or nobody can say yet.
    pub fn may_have_happened(&self) -> bool {
        self.is_open() || *self == Self::Ended(Outcome::Done)
    }

    /// Whether nobody can say from the record alone.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::InFlight | Self::Ended(Outcome::Unsettled { .. }))
    }
}

impl RunRecord {
    /// One word for people: `running`, `interrupted`, `done`, `failed`, `unsettled`.
    pub fn state(&self) -> &'static str {
        match &self.end {
            _ if self.live => "running",
            None => "interrupted",
            Some((_, 0, _)) => "done",
            Some(_) if self.standing.iter().any(Standing::is_open) => "unsettled",
            Some(_) => "failed",
        }
    }

    /// Whether it ended by itself, and well.
    pub fn is_done(&self) -> bool {
        matches!(self.end, Some((_, 0, _)))
    }

    /// The numbers of the steps whose standing is `which`.
    pub fn steps_that(&self, which: impl Fn(&Standing) -> bool) -> Vec<StepId> {
        self.standing.iter().enumerate().filter(|(_, s)| which(s)).map(|(i, _)| StepId(i)).collect()
    }

    fn add(&mut self, record: Record) {
        let set = |standing: &mut Vec<Standing>, StepId(i): StepId, to: Standing| {
            if let Some(slot) = standing.get_mut(i) {
                *slot = to;
            }
        };
        match record {
            Record::Begin(_) => {}
            Record::Session { id, user } => self.sessions.push((id, user)),
            Record::Batch { steps, .. } => {
                steps.into_iter().for_each(|s| set(&mut self.standing, s, Standing::InFlight))
            }
            Record::Tasks { tasks } => self.tasks.extend(tasks),
            Record::Outcomes { outcomes } => {
                outcomes.into_iter().for_each(|(s, o)| set(&mut self.standing, s, Standing::Ended(o)))
            }
            Record::More { steps } => {
                self.standing.extend(steps.iter().map(|_| Standing::NotSent));
                self.steps.extend(steps);
            }
            Record::Resume { time, since, .. } => {
                self.resumed.push(time);
                self.since = since.unwrap_or(self.since);
                self.end = None;
            }
            Record::Undone { by } => self.undone_by = Some(by),
            Record::End { time, exit, msg } => self.end = Some((time, exit, msg)),
        }
    }
}

impl Store {
    /// The journals under the state directory `state`, which is made when the first run begins.
    pub fn at(state: &Path) -> Self {
        Self { runs: state.join("runs"), only: None }
    }

    /// The same as `caller` may see it: the runs of others are not there.
    #[must_use]
    pub fn only(self, caller: &str) -> Self {
        Self { only: Some(caller.to_owned()), ..self }
    }

    fn is_hidden(&self, record: &RunRecord) -> bool {
        self.only.as_ref().is_some_and(|caller| *caller != record.begin.caller)
    }

    fn path(&self, run: &RunId) -> PathBuf {
        self.runs.join(format!("{run}.jsonl"))
    }

    /// Begins a run: names it and writes its first line. `begin.run` is replaced if it is taken.
    ///
    /// # Errors
    /// The state cannot be written: nothing may be sent.
    pub(super) fn begin(&self, mut begin: Begin) -> Result<(RunId, Journal)> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&self.runs);
        made.map_err(|e| Error::failed(format!("cannot make the state directory {}: {e}", self.runs.display())))?;
        for _ in 1..1000 {
            if let Some(journal) = Journal::create(&self.path(&begin.run), begin.clone())? {
                return Ok((begin.run, journal));
            }
            begin.run = clock::run_id()?;
        }
        Err(Error::failed("cannot find a name for the run that is not taken"))
    }

    /// Takes up an earlier run: its journal, locked, and what it says.
    pub(super) fn reopen(&self, run: &RunId) -> Result<(Journal, RunRecord)> {
        let path = self.existing(run)?;
        // Looked at before it is opened for writing: the run of somebody else is not even locked.
        self.show(run)?;
        let journal = Journal::reopen(&path)?;
        let mut record = begun(&path)?;
        record.live = false;
        Ok((journal, record))
    }

    /// What the journal of `run` says; a live run can be looked at too.
    pub fn show(&self, run: &RunId) -> Result<RunRecord> {
        let record = begun(&self.existing(run)?)?;
        if self.is_hidden(&record) { Err(no_such(run)) } else { Ok(record) }
    }

    /// All runs that began, oldest first. A journal that cannot be read is an error in its place.
    pub fn list(&self) -> Result<Vec<Result<RunRecord>>> {
        let unreadable = |e: std::io::Error| Error::failed(format!("cannot read {}: {e}", self.runs.display()));
        let mut paths = Vec::new();
        if !self.runs.exists() {
            return Ok(Vec::new());
        }
        for entry in std::fs::read_dir(&self.runs).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.extension().is_some_and(|e| e == "jsonl") {
                paths.push(path);
            }
        }
        paths.sort();
        let mut records: Vec<Result<RunRecord>> = paths.iter().filter_map(|path| read(path).transpose()).collect();
        // Whose a journal that cannot be read is, nobody can say.
        records.retain(|record| record.as_ref().map_or(self.only.is_none(), |record| !self.is_hidden(record)));
        Ok(records)
    }

    fn existing(&self, run: &RunId) -> Result<PathBuf> {
        let path = self.path(run);
        if !path.is_file() {
            return Err(no_such(run));
        }
        Ok(path)
    }
}

fn no_such(run: &RunId) -> Error {
    Error::failed(format!("there is no run {run}")).hint("`flr run list` shows the runs")
}

fn begun(path: &Path) -> Result<RunRecord> {
    read(path)?.ok_or_else(|| {
        Error::failed(format!(
            "the journal {} holds no whole line: its run never began, nothing was sent",
            path.display()
        ))
    })
}

/// What a journal says; `None` if flr was killed before its first line was whole, and so before
/// anything was sent.
fn read(path: &Path) -> Result<Option<RunRecord>> {
    let file =
        File::open(path).map_err(|e| Error::failed(format!("cannot read the journal {}: {e}", path.display())))?;
    let live = is_locked(&file);
    let (mut record, mut broken, mut line_no) = (None::<RunRecord>, None, 0);
    let read = whole_lines(&mut BufReader::new(&file), |line| {
        line_no += 1;
        match (serde_json::from_slice::<Record>(line), &mut record) {
            (Ok(Record::Begin(begin)), None) if begin.v == FORMAT => {
                let steps = begin.plan.steps().to_vec();
                record = Some(RunRecord {
                    standing: vec![Standing::NotSent; steps.len()],
                    steps,
                    since: begin.since,
                    begin: *begin,
                    tasks: BTreeMap::new(),
                    sessions: Vec::new(),
                    undone_by: None,
                    resumed: Vec::new(),
                    end: None,
                    live,
                });
            }
            (Ok(more), Some(record)) => record.add(more),
            (Ok(_), None) => {
                broken = broken.take().or(Some((line_no, "it does not begin with a run this flr can read".to_owned())))
            }
            (Err(e), _) => broken = broken.take().or(Some((line_no, e.to_string()))),
        }
    });
    read.map_err(|e| Error::failed(format!("cannot read the journal {}: {e}", path.display())))?;
    match (record, broken) {
        (Some(record), None) => Ok(Some(record)),
        (_, Some((line, why))) => {
            Err(Error::failed(format!("the journal {} is damaged in line {line}: {why}", path.display())))
        }
        (None, None) => Ok(None),
    }
}

/// Whether a process holds the journal. A lock taken for looking is given back at once.
fn is_locked(file: &File) -> bool {
    let Ok(probe) = file.try_clone() else {
        return false;
    };
    match Flock::lock(probe, FlockArg::LockSharedNonblock) {
        Ok(lock) => {
            let _ = lock.unlock();
            false
        }
        Err((_, errno)) => errno == nix::errno::Errno::EWOULDBLOCK,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::BuildId;
    use crate::plan::{BuildChange, BuildRef, Plan};
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;

    fn begin(run: &str) -> Begin {
        let mut plan = Plan::default();
        for nvr in ["a-1-1", "b-1-1", "c-1-1"] {
            let build = BuildRef { nvr: nvr.parse().unwrap(), id: BuildId(1) };
            plan.push(BuildChange::TagBuild { tag: "t".parse().unwrap(), build });
        }
        Begin {
            v: FORMAT,
            run: run.parse().unwrap(),
            time: "2026-11-21T20:00:00Z".into(),
            caller: "kim".into(),
            flr: "0.1.0".into(),
            command: "koji tag-build".into(),
            profile: "practice".into(),
            request: serde_json::json!({}),
            plan_sha: plan.digest(),
            plan,
            since: EventId(7),
            undoes: None,
        }
    }

    fn standing(record: &RunRecord) -> Vec<String> {
        record.standing.iter().map(|s| format!("{s:?}")).collect()
    }

    #[test]
    fn a_journal_says_what_was_sent_and_what_is_not_known() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::at(dir.path());
        assert_eq!(store.list().unwrap().len(), 0);
        assert!(!dir.path().join("runs").exists(), "looking makes nothing");

        let (run, journal) = store.begin(begin("r-1")).unwrap();
        assert_eq!(store.show(&run).unwrap().state(), "running");
        let session = SessionId(5);
        journal.append(&Record::Session { id: session, user: "kim".parse().unwrap() }).unwrap();
        journal.append(&Record::Batch { session, steps: vec![StepId(0), StepId(1)] }).unwrap();
        journal.append(&Record::Outcomes { outcomes: vec![(StepId(0), Outcome::Done)] }).unwrap();
        drop(journal);

        let record = store.show(&run).unwrap();
        assert_eq!(record.state(), "interrupted");
        assert_eq!(standing(&record), ["Ended(Done)", "InFlight", "NotSent"]);
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&dir.path().join("runs")), 0o700);
        assert_eq!(mode(&dir.path().join("runs/r-1.jsonl")), 0o600);
    }

    #[test]
    fn a_torn_line_is_ignored_and_cut_off() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::at(dir.path());
        let (run, journal) = store.begin(begin("r-1")).unwrap();
        drop(journal);
        let path = dir.path().join("runs/r-1.jsonl");
        let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"record\":\"outcomes\",\"outco").unwrap();
        assert_eq!(standing(&store.show(&run).unwrap()), ["NotSent"; 3]);

        let (journal, _) = store.reopen(&run).unwrap();
        journal.append(&Record::Outcomes { outcomes: vec![(StepId(2), Outcome::Done)] }).unwrap();
        assert_eq!(standing(&store.show(&run).unwrap()), ["NotSent", "NotSent", "Ended(Done)"]);
    }

    #[test]
    fn a_run_that_was_killed_while_its_first_line_was_written_never_began() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::at(dir.path());
        drop(store.begin(begin("r-1")).unwrap());
        std::fs::write(dir.path().join("runs/r-0.jsonl"), b"{\"record\":\"begin\",\"v\":1,\"ru").unwrap();
        let listed: Vec<String> = store.list().unwrap().into_iter().map(|r| r.unwrap().begin.run.to_string()).collect();
        assert_eq!(listed, ["r-1"]);
        let what = store.reopen(&"r-0".parse().unwrap()).map(|_| ()).unwrap_err().what;
        assert!(what.ends_with("its run never began, nothing was sent"), "{what}");
    }

    #[test]
    fn a_live_run_cannot_be_taken_up() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::at(dir.path());
        let (run, _journal) = store.begin(begin("r-1")).unwrap();
        let error = store.reopen(&run).map(|_| ()).unwrap_err();
        assert_eq!((error.kind.exit_code(), error.what.as_str()), (75, "run r-1 is still running"));
    }

    #[test]
    fn a_damaged_journal_is_named_with_its_line() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::at(dir.path());
        drop(store.begin(begin("r-1")).unwrap());
        let path = dir.path().join("runs/r-1.jsonl");
        let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"record\":\"surprise\"}\n").unwrap();
        let what = store.show(&"r-1".parse().unwrap()).unwrap_err().what;
        assert!(what.contains("is damaged in line 2"), "{what}");
        assert!(store.list().unwrap().iter().all(Result::is_err));
    }

    #[test]
    fn a_run_that_is_not_there_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::at(dir.path());
        for run in ["a/b", "..", "/tmp/x", "x.jsonl"] {
            assert!(run.parse::<RunId>().is_err(), "{run}");
        }
        let error = store.show(&"r-9".parse().unwrap()).unwrap_err();
        assert_eq!(error.what, "there is no run r-9");
    }

    #[test]
    fn two_runs_of_one_moment_get_two_names() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::at(dir.path());
        let (first, _one) = store.begin(begin("r-1")).unwrap();
        let (second, _two) = store.begin(begin("r-1")).unwrap();
        assert_ne!(first, second);
        assert_eq!(store.list().unwrap().len(), 2);
    }
}
