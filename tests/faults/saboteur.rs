// SPDX-License-Identifier: GPL-3.0-or-later
//! An accident at the n-th request that writes, between the road and the hub.

use flr::koji::{Call, SendError, Sent, SessionId, SignedCopy, Writer};
use flr::names::UserName;
use flr::pipeline::{Desk, Writers};
use flr::practice::What;
use std::any::Any;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, SyncSender, sync_channel};

/// What goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum Accident {
    /// It is the n-th change that suffers it, however many go in one request.
    Change(What),
    /// Once, at the hub.
    Once(What),
    /// From then on, whatever is asked, until somebody mends the hub.
    ForGood(What),
    /// It is committed, its answer is lost, and from then on the hub is away.
    LostForGood,
    /// The process dies before it is sent.
    KilledBefore,
    /// The process dies when it is answered.
    KilledAfter,
    /// Somebody presses Ctrl-C.
    Interrupted,
    /// Nothing more can be recorded.
    DiskFull,
}

/// Writers of which the n-th sending, whoever of them sends it, suffers an accident.
pub struct Saboteur<'a> {
    desk: Desk<'a>,
    plan: Arc<Sabotage>,
}

struct Sabotage {
    at: usize,
    what: Option<Accident>,
    sent: AtomicUsize,
    /// Whoever brings the accident about is told, and says when it is.
    begin: Sender<SyncSender<()>>,
}

struct Sabotaged {
    inner: Box<dyn Writer>,
    plan: Arc<Sabotage>,
}

/// The death of a process that is none.
struct Killed;

impl<'a> Saboteur<'a> {
    /// `None`: nothing goes wrong.
    pub fn new(desk: Desk<'a>, accident: Option<(usize, Accident)>, begin: Sender<SyncSender<()>>) -> Self {
        let (at, what) = accident.map_or((0, None), |(at, what)| (at, Some(what)));
        Self { desk, plan: Arc::new(Sabotage { at, what, sent: AtomicUsize::new(0), begin }) }
    }

    /// How many requests were sent that write.
    pub fn sent(&self) -> usize {
        self.plan.sent.load(Ordering::SeqCst)
    }
}

impl Sabotage {
    /// Does what writes, and before it or after it what is to go wrong.
    fn act<T>(&self, write: impl FnOnce() -> T) -> T {
        let now = self.sent.fetch_add(1, Ordering::SeqCst) + 1 == self.at;
        let what = self.what.as_ref().filter(|_| now);
        match what {
            Some(Accident::KilledBefore) => panic_any(Killed),
            None | Some(Accident::Change(_) | Accident::KilledAfter) => {}
            Some(_) => {
                let (done, wait) = sync_channel(0);
                self.begin.send(done).unwrap();
                wait.recv().unwrap();
            }
        }
        let answer = write();
        if what == Some(&Accident::KilledAfter) {
            panic_any(Killed);
        }
        answer
    }
}

impl Writers for Saboteur<'_> {
    fn koji(&self) -> flr::Result<Box<dyn Writer>> {
        let plan = Arc::clone(&self.plan);
        self.desk.koji().map(|inner| Box::new(Sabotaged { inner, plan }) as Box<dyn Writer>)
    }
}

impl Writer for Sabotaged {
    fn user(&self) -> &UserName {
        self.inner.user()
    }

    fn session(&self) -> SessionId {
        self.inner.session()
    }

    fn permissions(&mut self) -> flr::Result<BTreeSet<String>> {
        self.inner.permissions()
    }

    fn send(&mut self, calls: &[Call]) -> Result<Sent, SendError> {
        self.plan.act(|| self.inner.send(calls))
    }

    fn remove_signed_copies(&self, copies: &[SignedCopy]) -> flr::Result<Vec<flr::Result<bool>>> {
        self.plan.act(|| self.inner.remove_signed_copies(copies))
    }

    fn subsession(&mut self) -> flr::Result<Box<dyn Writer>> {
        let plan = Arc::clone(&self.plan);
        self.inner.subsession().map(|inner| Box::new(Sabotaged { inner, plan }) as Box<dyn Writer>)
    }

    fn close_session(&mut self, session: SessionId) -> flr::Result<()> {
        self.inner.close_session(session)
    }

    fn logout(self: Box<Self>) -> flr::Result<()> {
        self.inner.logout()
    }
}

/// What `work` gives; `None` if it was killed: nothing of it happens after that, as after SIGKILL.
pub fn unless_killed<T>(work: impl FnOnce() -> T) -> Option<T> {
    static QUIET: std::sync::Once = std::sync::Once::new();
    QUIET.call_once(|| {
        let others = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !is_death(info.payload()) {
                others(info);
            }
        }));
    });
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => Some(done),
        Err(why) if is_death(&*why) => None,
        Err(why) => std::panic::resume_unwind(why),
    }
}

/// The road's threads say no more of each other.
fn is_death(why: &(dyn Any + Send)) -> bool {
    why.is::<Killed>() || why.downcast_ref::<&str>() == Some(&"a scoped thread panicked")
}
