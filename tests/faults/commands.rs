// SPDX-License-Identifier: GPL-3.0-or-later
//! Every changing command through every accident, at each of its changes: they are sent one by one.
//!
//! What a command asks for is what its sample words ask for; a new command needs words, and no test.

use crate::case::{Asked, Case, FOR_EVER, Suffers, copied};
use crate::disk::Disk;
use crate::ground::Ground;
use crate::holds::{Holds, differ};
use crate::saboteur::Accident;
use crate::samples::{Place, by_command, is_changing};
use crate::site::LOGIN;
use flr::pipeline::{Outcome, Report, RunRecord, Standing};
use flr::plan::BuildChange;
use flr::practice::What;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// More words, for commands whose sample makes few changes.
const MORE: &[(Place, &str)] = &[
    (Place::Small, "koji tag-build f43-override bash-5.3.1-1.fc43 coreutils-9.7-2.fc43 coreutils-9.7-3.fc43"),
    (Place::Small, "koji move-builds f43-updates-candidate f43-override coreutils-9.7-2.fc43 coreutils-9.7-3.fc43"),
    (Place::Small, "koji block-pkg f43 bash glibc --untag --unblock-in f43-build"),
    (Place::Small, "koji edit-tag f43 --arches x86_64 --perm admin --extra rpm.macro.eln=150 --extra a=b"),
    (Place::Small, "koji clone-tag f43-updates-candidate f43-override --all-builds --prune"),
    (Place::Small, "koji submit-builds f43-candidate {sources}"),
    (
        Place::Small,
        "koji set-compose-tag f43 coreutils-9.7-3.fc43 kernel-6.16.7-1.fc43 bash-5.3.0-1.fc43 coreutils-9.7-2.fc43 {bodhi}",
    ),
    (Place::Small, "koji create-release-tags f43 {bodhi}"),
    (
        Place::Small,
        "koji set-compose-tag f43 coreutils-9.7-3.fc43 bash-5.3.0-1.fc43 coreutils-9.7-2.fc43 kernel-6.16.7-1.fc43 {bodhi}",
    ),
];

/// How many cases there is time for.
const CASES: usize = 240;

fn accidents() -> Vec<Accident> {
    let fault = |code, text: &str| What::Fail { code, text: text.into() };
    let once = [
        What::DropBefore,
        What::DropAfter,
        What::HalfAnswer,
        What::HttpBefore(500),
        What::HttpBefore(502),
        What::HttpAfter(502),
        What::Html,
        What::Expire,
        What::CloseSession,
        What::Twice,
    ];
    let change = [What::Deadlock, fault(1004, "policy violation: not today"), fault(1, "duplicate key value")];
    let for_good = [What::DropBefore, What::HttpBefore(502), What::Offline("planned outage".into())];
    let once = once.map(Accident::Once).into_iter();
    let others = [
        Accident::LostForGood,
        Accident::KilledBefore,
        Accident::KilledAfter,
        Accident::Interrupted,
        Accident::DiskFull,
    ];
    let once = once.chain(change.map(Accident::Change));
    once.chain(for_good.map(Accident::ForGood)).chain(others).collect()
}

/// In which part of a command's life the accident happens.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    Run,
    Resume,
    Undo,
}

/// Words, on a ground, and what comes of them undisturbed.
struct Words {
    text: &'static str,
    ground: &'static Ground,
    asked: Asked,
    /// How many changes go in one request.
    batch: usize,
    changes: usize,
    /// Requests that write.
    sent: usize,
    after: Holds,
    /// After undo, and its exit code.
    back: (Holds, u8),
    back_sent: usize,
}

/// What a command asks for, as it records it when people run it.
fn asked(ground: &Ground, place: Place, text: &str) -> Asked {
    let delay = if place == Place::Slow { FOR_EVER } else { Duration::from_millis(20) };
    let site = copied(ground, delay);
    let ended = ground.flr_at(&site, text, &[&LOGIN[..], &["--yes", "--json"]].concat());
    assert_eq!(ended.code, 0, "{text}: {ended:?}");
    let begin = Case::at(site).last_run().unwrap().begin;
    Asked { command: begin.command, request: begin.request }
}

impl Words {
    fn undisturbed(ground: &'static Ground, text: &'static str, asked: Asked, batch: usize) -> Self {
        let case = Case::at(copied(ground, FOR_EVER));
        let (report, sent) = case.run(&asked, &Suffers::nothing(batch));
        let report = report.unwrap();
        assert_eq!(report.exit_code(), 0, "{text}: {}", report.msg);
        let after = case.holds();
        let (undone, back_sent) = case.undo(&report.run.unwrap(), &Suffers::nothing(batch));
        let back = (case.holds(), undone.unwrap().exit_code());
        Self { text, ground, asked, batch, changes: report.done.len(), sent, after, back, back_sent }
    }

    /// What is left to be done tells what is done. Not so with what leaves no trace.
    fn leaves_a_trace(&self) -> bool {
        !["koji retrigger-signing", "koji wait-repo", "koji write-signed"].contains(&&*self.asked.command)
    }

    /// One accident, and all that has to hold after it.
    fn survive(&self, part: Part, at: usize, accident: &Accident) -> Result<(), String> {
        let small = tempfile::tempdir().unwrap();
        let disk = match accident {
            // Where nobody may mount, the tests of a full disk say so.
            Accident::DiskFull => match Disk::at(small.path(), 1024) {
                None => return Ok(()),
                disk => disk,
            },
            _ => None,
        };
        let case = Case::at(copied(self.ground, FOR_EVER)).recorded_in(small.path());
        let suffers = Suffers { batch: self.batch, accident: Some((at, accident.clone())), disk: disk.as_ref() };
        let ended = match part {
            Part::Run => self.survives_run(case, &suffers),
            Part::Resume => self.survives_resume(case, &suffers),
            Part::Undo => self.survives_undo(case, &suffers),
        };
        ended.map_err(|why| format!("{} | {part:?} {at} of {} {accident:?} | {why}", self.text, self.batch))
    }

    fn survives_run(&self, case: Case, suffers: &Suffers<'_>) -> Result<(), String> {
        let (report, _) = case.run(&self.asked, suffers);
        let case = case.mended(suffers.disk);
        self.ends_well(&case, report)
    }

    /// The first change was refused, and what comes next is an accident.
    fn survives_resume(&self, case: Case, suffers: &Suffers<'_>) -> Result<(), String> {
        let refused = Accident::Change(What::Fail { code: 1004, text: "policy violation: not today".into() });
        let (_, sent) = case.run(&self.asked, &Suffers { batch: 200, accident: Some((1, refused)), disk: None });
        let record = case.last_run().ok_or(format!("no record of {sent} requests"))?;
        let report = case.resume(&record.begin.run, suffers);
        let case = case.mended(suffers.disk);
        self.ends_well(&case, report)
    }

    fn survives_undo(&self, case: Case, suffers: &Suffers<'_>) -> Result<(), String> {
        let (report, _) = case.run(&self.asked, &Suffers::nothing(200));
        let run = report.and_then(|report| report.run).ok_or("it did not run")?;
        let (report, _) = case.undo(&run, suffers);
        let case = case.mended(suffers.disk);
        let said = said(report.as_ref());
        let record = case.last_run().filter(|record| record.begin.run != run).ok_or("no record of the undoing")?;
        case.resume(&record.begin.run, &Suffers::nothing(1));
        told("undone", differ(&case.holds(), &self.back.0), &said)
    }

    /// Resume ends it, and undo takes it back.
    fn ends_well(&self, case: &Case, report: Option<Report>) -> Result<(), String> {
        let said = said(report.as_ref());
        let record = case.last_run().ok_or("there is no record")?;
        self.is_true(case, &record).map_err(|why| format!("record: {why} ({said})"))?;
        let run = record.begin.run;
        if report.is_none_or(|report| report.exit_code() != 0) {
            let resumed = case.resume(&run, &Suffers::nothing(1)).ok_or("resume was killed")?;
            if resumed.exit_code() != 0 || !resumed.notes.is_empty() {
                return Err(format!("resume: {} {:?} after {said}", resumed.msg, resumed.notes));
            }
        }
        told("state", differ(&case.holds(), &self.after), &said)?;
        let state = case.last_run().map_or("gone", |record| record.state());
        if state != "done" {
            return Err(format!("the record says {state} after {said}"));
        }
        let undone = case.undo(&run, &Suffers::nothing(200)).0.ok_or("undo was killed")?;
        let mut wrong = differ(&case.holds(), &self.back.0);
        if undone.exit_code() != self.back.1 {
            wrong.push(undone.msg);
        }
        told("undone", wrong, &said)
    }

    /// What the record says of each step agrees with what a fresh plan says.
    fn is_true(&self, case: &Case, record: &RunRecord) -> Result<(), String> {
        if !self.leaves_a_trace() {
            return Ok(());
        }
        let fresh = case.plan(&self.asked);
        let left: BTreeSet<String> = fresh.steps().iter().map(|step| step.change.to_string()).collect();
        for (step, standing) in record.steps.iter().zip(&record.standing) {
            // To be done again for the sake of what was not done before it.
            let for_order = matches!(step.change.build(), Some(BuildChange::RetagBuild { .. }));
            let text = step.change.to_string();
            match standing {
                Standing::Ended(Outcome::Done | Outcome::Already { .. }) if left.contains(&text) && !for_order => {
                    return Err(format!("{text} is recorded as {standing:?}, and is not so"));
                }
                Standing::NotSent | Standing::Ended(Outcome::Failed { .. } | Outcome::Skipped { .. })
                    if !left.contains(&text) =>
                {
                    return Err(format!("{text} is recorded as {standing:?}, and is so"));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Every command with words, on the grounds they are for.
fn all_words(which: &str) -> Vec<Words> {
    let ground = |place| -> &'static Ground { Box::leak(Box::new(Ground::new(place))) };
    let (small, slow) = (ground(Place::Small), ground(Place::Slow));
    let mut all: Vec<(Place, &'static str)> = MORE.to_vec();
    for (_, (command, samples)) in by_command() {
        all.extend(samples.iter().filter(|_| is_changing(&command)).map(|sample| (sample.place, sample.words)));
    }
    all.retain(|(_, text)| text.contains(which));
    let words = Mutex::new(Vec::new());
    let wrong = together(&all, |&(place, text)| {
        let ground = if place == Place::Slow { slow } else { small };
        let single = Words::undisturbed(ground, text, asked(ground, place, text), 1);
        let whole = (single.changes > 1).then(|| Words::undisturbed(ground, text, single.asked.clone(), 200));
        words.lock().unwrap().extend([single].into_iter().chain(whole));
        Ok(())
    });
    assert_eq!(wrong, Vec::<String>::new());
    words.into_inner().unwrap()
}

fn said(report: Option<&Report>) -> String {
    report.map_or("it was killed".to_owned(), |report| report.msg.clone())
}

fn told(what: &str, wrong: Vec<String>, said: &str) -> Result<(), String> {
    if wrong.is_empty() { Ok(()) } else { Err(format!("{what}: {} after {said}", wrong.join("; "))) }
}

/// The work, done by so many at once: most of it is waiting.
fn together<T: Sync>(work: &[T], each: impl Fn(&T) -> Result<(), String> + Sync) -> Vec<String> {
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while let Some(one) = work.get(next.fetch_add(1, Ordering::SeqCst)) {
                    if let Err(why) = each(one) {
                        wrong.lock().unwrap().push(why);
                    }
                }
            });
        }
    });
    wrong.into_inner().unwrap()
}

impl Words {
    /// All that can happen to it, and when.
    fn cases<'a>(&'a self, accidents: &'a [Accident]) -> impl Iterator<Item = (&'a Self, Part, usize, &'a Accident)> {
        let times = |part, accident: &Accident| match (part, accident) {
            // A build is never sent twice: koji has let both copies run.
            (_, Accident::Once(What::Twice)) if self.asked.command.starts_with("koji submit-build") => 0,
            (Part::Run, Accident::Change(_)) => self.changes,
            (Part::Resume | Part::Undo, Accident::Change(_)) => 0,
            (Part::Run, _) => self.sent,
            // Of what is refused alone, everything is left.
            (Part::Resume, _) => {
                if self.changes > 1 {
                    self.changes
                } else {
                    0
                }
            }
            (Part::Undo, _) => self.back_sent,
        };
        let parts = [Part::Run, Part::Resume, Part::Undo].into_iter();
        let each = parts.flat_map(|part| accidents.iter().map(move |accident| (part, accident)));
        each.flat_map(move |(part, accident)| (1..=times(part, accident)).map(move |at| (self, part, at, accident)))
    }
}

/// Of thousands of cases some hundred, other ones each time. `FLR_ACCIDENTS` may say how many, or a text:
/// all cases of those commands whose words hold it.
#[test]
#[allow(clippy::disallowed_methods, reason = "which cases they are is no matter of flr")]
fn every_accident_at_every_change() {
    let asked = std::env::var("FLR_ACCIDENTS").unwrap_or_else(|_| CASES.to_string());
    let count = asked.parse::<usize>().ok();
    let words = all_words(if count.is_none() { &asked } else { "" });
    let accidents = accidents();
    let mut cases: Vec<_> = words.iter().flat_map(|words| words.cases(&accidents)).collect();
    assert!(cases.len() > 100, "only {} cases were found", cases.len());
    if let Some(count) = count {
        let step = cases.len() / count.max(1) + 1;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let first = usize::try_from(now.subsec_micros()).unwrap() % step;
        cases = cases.into_iter().skip(first).step_by(step).collect();
    }
    let wrong = together(&cases, |(words, part, at, accident)| words.survive(*part, *at, accident));
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
