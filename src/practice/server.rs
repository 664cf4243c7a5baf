// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub on a socket.

use super::builder;
use super::http::Wire;
use super::hub::Hub;
use super::log::{Log, LoggedCall};
use super::misbehave::Misbehaviour;
use super::respond::{Next, respond};
use super::store::{Store, lock};
use crate::koji::profile::{Auth, Profile};
use crate::{Error, Result};
use serde_json::Value;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// Apache closes a connection after this many requests.
const KEPT_ALIVE: u32 = 100;

/// How a hub is served.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen: a loopback address; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The header in which a proxy in front names the user it has authenticated. Whoever can reach
    /// the port can send that header, so it is for hubs whose port nobody else reaches.
    pub trust_remote_user: Option<String>,
    /// A file for the log of requests, one JSON object a line.
    pub log: Option<PathBuf>,
    /// Whether `/control` takes orders.
    pub control: bool,
    /// How long the builder takes for a task.
    pub task_delay: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            trust_remote_user: None,
            log: None,
            control: false,
            task_delay: Duration::from_millis(200),
        }
    }
}

/// What the threads of a server share.
pub(super) struct Shared {
    pub hub: Hub,
    pub log: Log,
    pub options: Options,
    stop: AtomicBool,
    connections: Mutex<Vec<(u64, TcpStream)>>,
    workers: Mutex<Vec<JoinHandle<()>>>,
}

/// A running hub. It ends with [`Server::stop`], or when it is dropped.
pub struct Server {
    shared: Arc<Shared>,
    address: SocketAddr,
    threads: Vec<JoinHandle<()>>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Server({})", self.address)
    }
}

impl Server {
    /// Serves the hub whose state is in `dir`. An address that is not loopback is an error.
    pub fn start(dir: &Path, options: Options) -> Result<Server> {
        if !options.listen.ip().is_loopback() {
            return Err(Error::usage(format!("a practice hub listens on loopback only, not on {}", options.listen))
                .hint("listen on 127.0.0.1 or [::1]"));
        }
        let store = Store::open(dir)?;
        let log = Log::open(options.log.as_deref())?;
        let failed = |e: std::io::Error| Error::failed(format!("cannot listen on {}: {e}", options.listen));
        let listener = TcpListener::bind(options.listen).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let delay = options.task_delay;
        let shared = Arc::new(Shared {
            hub: Hub::new(store),
            log,
            options,
            stop: AtomicBool::new(false),
            connections: Mutex::default(),
            workers: Mutex::default(),
        });
        let accepting = Arc::clone(&shared);
        let building = Arc::clone(&shared);
        let threads = vec![
            std::thread::spawn(move || accept(&accepting, &listener)),
            std::thread::spawn(move || builder::work(&building.hub, delay, &building.stop)),
        ];
        Ok(Server { shared, address, threads })
    }

    /// Where clients find it.
    pub fn url(&self) -> String {
        format!("http://{}/kojihub", self.address)
    }

    /// Where it is and how to log in as its built-in user, for [`crate::koji::Hub`].
    pub fn profile(&self) -> Result<Profile> {
        let url = self.url();
        let server = url.parse();
        Ok(Profile {
            name: "practice".to_owned(),
            server: server.map_err(|e| Error::failed(format!("the practice hub is at {url}: {e}")))?,
            auth: Auth::Password { user: Some(super::USER.to_owned()) },
            serverca: None,
            no_ssl_verify: false,
            timeout: Duration::from_secs(600),
            auth_timeout: Duration::from_secs(60),
            max_retries: 2,
            retry_interval: Duration::from_secs(1),
            poll_interval: Duration::from_secs(1),
            weburl: None,
            topurl: None,
            topdir: self.shared.hub.store.topdir(),
        })
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Ends it: running calls are finished first.
    pub fn stop(mut self) {
        self.end();
    }

    /// Every request so far.
    pub fn calls(&self) -> Vec<LoggedCall> {
        self.shared.log.calls()
    }

    /// Asks for an accident.
    pub fn misbehave(&self, what: Misbehaviour) {
        self.shared.hub.rules.add(what);
    }

    /// The accidents that have not happened yet. A test that ends with some has not tested what it
    /// meant to.
    pub fn pending_rules(&self) -> Vec<Misbehaviour> {
        self.shared.hub.rules.pending()
    }

    /// Runs one call as a user, as another person's change.
    ///
    /// # Errors
    ///
    /// The hub's fault, in its words.
    pub fn run_as(&self, user: &str, method: &str, args: Vec<Value>) -> Result<Value> {
        match self.shared.hub.run_as(user, method, args) {
            Ok(answer) => Ok(answer.to_json()),
            Err(refusal) => Err(Error::failed(format!("{method} as {user}: {refusal}"))),
        }
    }

    fn end(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        // Wakes the accepting thread.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
        self.shared.hub.wake_builder();
        for (_, connection) in lock(&self.shared.connections).iter() {
            let _ = connection.shutdown(Shutdown::Read);
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
        let workers: Vec<_> = lock(&self.shared.workers).drain(..).collect();
        for worker in workers {
            let _ = worker.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

fn accept(shared: &Arc<Shared>, listener: &TcpListener) {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    for stream in listener.incoming() {
        if shared.stop.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else {
            // Out of descriptors, most likely: give others the time to end.
            std::thread::sleep(Duration::from_millis(50));
            continue;
        };
        let Ok(kept) = stream.try_clone() else {
            continue;
        };
        let id = NEXT.fetch_add(1, Ordering::SeqCst);
        lock(&shared.connections).push((id, kept));
        let worker = Arc::clone(shared);
        let thread = std::thread::spawn(move || {
            serve(&worker, stream);
            lock(&worker.connections).retain(|(known, _)| *known != id);
        });
        let mut workers = lock(&shared.workers);
        workers.retain(|thread| !thread.is_finished());
        workers.push(thread);
    }
}

fn serve(shared: &Shared, stream: TcpStream) {
    let Ok(mut wire) = Wire::new(stream) else {
        return;
    };
    for count in 1..=KEPT_ALIVE {
        let Some(request) = wire.request() else {
            return;
        };
        let keep = request.keep_alive && count < KEPT_ALIVE;
        match respond(shared, request) {
            Next::Drop => return,
            Next::Half(answer) => {
                let bytes = answer.bytes();
                let half = bytes.len() - answer.body.len() / 2;
                wire.send(bytes.get(..half).unwrap_or(&bytes));
                return;
            }
            Next::Send(mut answer) => {
                answer.close |= !keep || shared.stop.load(Ordering::SeqCst);
                if !wire.send(&answer.bytes()) || answer.close {
                    return;
                }
            }
        }
    }
}
