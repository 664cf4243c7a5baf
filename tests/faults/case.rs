// SPDX-License-Identifier: GPL-3.0-or-later
//! A hub of its own for one case, and flr as a library: no process to start, and no second to wait.

use crate::disk::Disk;
use crate::ground::Ground;
use crate::holds::{Holds, holds};
use crate::saboteur::{Accident, Saboteur, unless_killed};
use crate::site::Site;
use flr::access::Access;
use flr::koji::{Hub, Login, Options};
use flr::names::RunId;
use flr::ops::recall;
use flr::pipeline::{Agreed, Desk, Pace, Readers, Report, Road, RunRecord, Stop, Store};
use flr::plan::Plan;
use flr::practice::{self, Misbehaviour, What, When};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::time::Duration;

/// No task of a test ends by itself.
pub const FOR_EVER: Duration = Duration::from_secs(600);

/// A request, as a journal holds it.
#[derive(Clone)]
pub struct Asked {
    pub command: String,
    pub request: Value,
}

/// How a road is walked, and what happens at the n-th request that writes.
#[derive(Clone)]
pub struct Suffers<'a> {
    /// How many changes go in one request.
    pub batch: usize,
    pub accident: Option<(usize, Accident)>,
    /// Where the record is, if that may be full.
    pub disk: Option<&'a Disk>,
}

impl Suffers<'_> {
    pub fn nothing(batch: usize) -> Self {
        Self { batch, accident: None, disk: None }
    }
}

pub struct Case {
    pub site: Site,
    hub: Hub,
    stop: Stop,
    /// Where the record is.
    state: PathBuf,
}

impl Case {
    pub fn at(site: Site) -> Self {
        let mut profile = site.hub.profile().unwrap();
        (profile.retry_interval, profile.max_retries) = (Duration::from_millis(5), 2);
        let stop = Stop::new();
        let options = Options { resend_pause: Duration::from_millis(20), stop: stop.flag(), ..Options::default() };
        let state = site.path().join("state/flr");
        Self { hub: Hub::with(profile, options).unwrap(), site, stop, state }
    }

    /// The record is elsewhere.
    pub fn recorded_in(self, state: &Path) -> Self {
        Self { state: state.to_owned(), ..self }
    }

    pub fn store(&self) -> Store {
        Store::at(&self.state)
    }

    /// The newest run.
    pub fn last_run(&self) -> Option<RunRecord> {
        self.store().list().unwrap().pop().map(Result::unwrap)
    }

    /// What would have to be done now.
    pub fn plan(&self, asked: &Asked) -> Plan {
        let request = recall(&asked.command, asked.request.clone()).unwrap();
        request.observe_and_plan(&Readers { koji: &self.hub }).unwrap()
    }

    /// Walks a road on which an accident happens. The report, if it was not killed, and how many
    /// requests it sent that write.
    fn walk(&self, suffers: &Suffers<'_>, walk: impl FnOnce(&Road<'_>) -> Report + Send) -> (Option<Report>, usize) {
        let Suffers { batch, accident, disk } = suffers.clone();
        let what = accident.clone().map(|(_, what)| what);
        let login = Login { user: Some(practice::USER), password: Some(practice::PASSWORD) };
        let (begin, begun) = channel();
        let saboteur = Saboteur::new(Desk { hub: &self.hub, login }, accident, begin);
        let store = self.store();
        let pause = Duration::from_millis(10);
        let pace = Pace { batch, lanes: 1, settle_pause: pause, task_poll: pause, ..Pace::default() };
        std::thread::scope(|scope| {
            let walker = scope.spawn(move || {
                let report = unless_killed(|| {
                    walk(&Road {
                        readers: Readers { koji: &self.hub },
                        writers: &saboteur,
                        access: &Access::Personal,
                        store: &store,
                        ui: &Agreed,
                        stop: self.stop.clone(),
                        caller: "tester".into(),
                        profile: "koji".into(),
                        pace,
                    })
                });
                (report, saboteur.sent())
            });
            for done in begun {
                self.suffer(what.as_ref().unwrap(), disk);
                done.send(()).unwrap();
            }
            walker.join().unwrap()
        })
    }

    fn suffer(&self, what: &Accident, disk: Option<&Disk>) {
        let misbehave =
            |when, what: &What, times| self.site.hub.misbehave(Misbehaviour::new(when, what.clone()).times(times));
        match what {
            Accident::Once(what) => misbehave(When::Writing(1), what, 1),
            Accident::ForGood(what) => misbehave(When::Request(1), what, 100_000),
            Accident::LostForGood => {
                misbehave(When::Writing(1), &What::DropAfter, 1);
                misbehave(When::Request(2), &What::DropBefore, 100_000);
            }
            Accident::Interrupted => self.stop.set(),
            Accident::DiskFull => disk.unwrap().fill(),
            Accident::Change(_) | Accident::KilledBefore | Accident::KilledAfter => {}
        }
    }

    /// The hub is there again, the disk has room, and flr is called anew.
    pub fn mended(self, disk: Option<&Disk>) -> Self {
        self.site.hub.behave();
        disk.into_iter().for_each(Disk::free);
        Self::at(self.site).recorded_in(&self.state)
    }

    pub fn run(&self, asked: &Asked, suffers: &Suffers<'_>) -> (Option<Report>, usize) {
        if let Some((at, Accident::Change(what))) = &suffers.accident {
            let at = u64::try_from(*at).unwrap();
            self.site.hub.misbehave(Misbehaviour::new(When::Change(at), what.clone()));
        }
        self.walk(suffers, |road| {
            let request = recall(&asked.command, asked.request.clone()).unwrap();
            road.run(&*request, false)
        })
    }

    pub fn resume(&self, run: &RunId, suffers: &Suffers<'_>) -> Option<Report> {
        self.walk(suffers, |road| road.resume(run, false)).0
    }

    pub fn undo(&self, run: &RunId, suffers: &Suffers<'_>) -> (Option<Report>, usize) {
        self.walk(suffers, |road| road.undo(run, false))
    }

    /// All that a command can change.
    pub fn holds(&self) -> Holds {
        holds(&self.site.path().join("hub"), "f43-compose")
    }
}

/// Another hub that holds the same as that of a ground, whose builder takes so long for a task, and another
/// home.
pub fn copied(ground: &Ground, delay: Duration) -> Site {
    let site = Site::seeded(delay, |state| {
        fs::create_dir_all(state).unwrap();
        for file in ["hub.sqlite", "sessions.sqlite"] {
            let from = rusqlite::Connection::open(ground.site.path().join("hub").join(file)).unwrap();
            from.execute("VACUUM INTO ?1", [state.join(file).to_str().unwrap()]).unwrap();
        }
        copy_all(&ground.site.path().join("hub/topdir"), &state.join("topdir"));
    });
    for name in ["owners.json", "retired.json"] {
        fs::copy(ground.site.path().join(name), site.path().join(name)).unwrap();
    }
    copy_all(&ground.site.path().join("state"), &site.path().join("state"));
    site
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).into_iter().flatten() {
        let entry = entry.unwrap();
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_all(&path, &to);
        } else {
            fs::copy(path, to).unwrap();
        }
    }
}
