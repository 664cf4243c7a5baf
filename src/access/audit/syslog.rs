// SPDX-License-Identifier: GPL-3.0-or-later
//! Numbers and hashes of records to the system log, from where they leave the host.

use super::record::Record;
use crate::error::Kind;
use crate::{Error, Result};
use jiff::Timestamp;
use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockType, UnixAddr, connect, send, setsockopt, socket, sockopt,
};
use nix::sys::time::{TimeVal, TimeValLike};
use std::fmt::Write as _;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

/// Implementations cut messages near one kilobyte.
const LONGEST: usize = 900;

/// `authpriv.info`: facility 10, severity 6.
const PRIORITY: u8 = 10 * 8 + 6;

/// How long a system log that does not read is waited for.
const PATIENCE_SECONDS: i64 = 2;

/// Whether the system log must hear of every record; where it listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Syslog {
    /// Nothing is done without it.
    Required(PathBuf),
    /// It is told if it is there.
    Wanted(PathBuf),
    /// It is not told.
    Off,
}

impl Syslog {
    /// The socket that every system log of Linux listens on.
    pub const SOCKET: &'static str = "/dev/log";

    /// Whether it listens, where it must.
    pub(super) fn check(&self) -> Result<()> {
        match self {
            Self::Required(path) => dial(path).map(drop).map_err(|errno| {
                away(path, errno, Kind::Unsafe, "nothing was done").hint("start the system log, or see require_syslog")
            }),
            Self::Wanted(_) | Self::Off => Ok(()),
        }
    }

    /// Tells it of a record.
    pub(super) fn tell(&self, head: &Head) -> Result<()> {
        let (path, required) = match self {
            Self::Required(path) => (path, true),
            Self::Wanted(path) => (path, false),
            Self::Off => return Ok(()),
        };
        match dial(path).and_then(|line| line.say(&head.message())) {
            Err(errno) if required && head.tells_of_changes => {
                Err(away(path, errno, Kind::Partial, "what was done is in the audit log"))
            }
            Err(errno) if required => Err(away(path, errno, Kind::Unsafe, "nothing was done")),
            _ => Ok(()),
        }
    }
}

fn away(path: &Path, errno: Errno, kind: Kind, then: &str) -> Error {
    let why = match errno {
        Errno::ENOENT | Errno::ECONNREFUSED => "nobody listens there".to_owned(),
        Errno::EAGAIN => format!("it did not read for {PATIENCE_SECONDS} seconds"),
        errno => errno.desc().to_lowercase(),
    };
    Error::new(kind, format!("the system log at {} cannot be told ({why}); {then}", path.display()))
}

/// A connected socket of the kind that the other end has.
struct Line {
    socket: OwnedFd,
    stream: bool,
}

fn dial(path: &Path) -> Result<Line, Errno> {
    let address = UnixAddr::new(path)?;
    let dial = |kind| {
        let line = socket(AddressFamily::Unix, kind, SockFlag::SOCK_CLOEXEC, None)?;
        setsockopt(&line, sockopt::SendTimeout, &TimeVal::seconds(PATIENCE_SECONDS))?;
        connect(line.as_raw_fd(), &address)?;
        Ok(line)
    };
    match dial(SockType::Datagram) {
        Ok(socket) => Ok(Line { socket, stream: false }),
        Err(Errno::EPROTOTYPE) => dial(SockType::Stream).map(|socket| Line { socket, stream: true }),
        Err(errno) => Err(errno),
    }
}

impl Line {
    fn say(&self, message: &str) -> Result<(), Errno> {
        let mut bytes = message.as_bytes().to_vec();
        if self.stream {
            bytes.push(b'\n');
        }
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            match send(self.socket.as_raw_fd(), rest, MsgFlags::MSG_NOSIGNAL) {
                Ok(sent) => rest = &rest[sent.min(rest.len())..],
                Err(Errno::EINTR) => {}
                Err(errno) => return Err(errno),
            }
        }
        Ok(())
    }
}

/// What the system log hears of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    time: Timestamp,
    pid: u32,
    words: String,
    tells_of_changes: bool,
}

impl Head {
    pub(super) fn of(record: &Record, hash: &str) -> Self {
        let body = &record.body;
        let account = word(&record.account, 64);
        let mut words = format!("account={account} seq={} hash={hash} event={}", record.seq, body.event.as_str());
        let code = body.code.map(|code| code.to_string());
        for (name, value, most) in [
            ("run", body.run.as_ref().map(|run| run.as_str()), 64),
            ("caller", Some(body.caller.name.as_str()), 64),
            ("command", body.command.as_deref(), 64),
            ("outcome", body.outcome.as_deref(), 32),
            ("code", code.as_deref(), 3),
        ] {
            if let Some(value) = value {
                // Writing to a String cannot fail.
                let _ = write!(words, " {name}={}", word(value, most));
            }
        }
        Self { time: record.time, pid: record.pid, words, tells_of_changes: body.event.tells_of_changes() }
    }

    /// The datagram: what the C library's own `syslog` sends.
    fn message(&self) -> String {
        let mut message =
            format!("<{PRIORITY}>{} flr[{}]: audit {}", self.time.strftime("%b %e %H:%M:%S"), self.pid, self.words);
        message.truncate(LONGEST);
        message
    }
}

/// One word in which nothing can be taken for the next: blanks become `_`, what is strange `?`.
fn word(text: &str, most: usize) -> String {
    let safe = |c: char| match c {
        ' ' => '_',
        c if c.is_ascii_alphanumeric() || "_.:/@+-".contains(c) => c,
        _ => '?',
    };
    text.chars().take(most).map(safe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::audit::{Body, Event, FORMAT, NO_LINE, Who};
    use std::io::Read;
    use std::os::unix::net::{UnixDatagram, UnixListener};
    use std::time::{Duration, Instant};

    fn head(event: Event, caller: &str) -> Head {
        let who = Who { uid: 1001, name: caller.into(), ..Who::default() };
        let record = Record {
            v: FORMAT,
            seq: 12,
            prev: NO_LINE.into(),
            time: "2026-11-01T21:30:07.25Z".parse().unwrap(),
            mono: 5,
            clock: None,
            account: "flr-koji".into(),
            host: "kojihost".into(),
            pid: 42,
            flr: "0.1.0".into(),
            body: Body {
                run: Some("20261121-213007-4f1c".parse().unwrap()),
                command: Some("koji block-pkg".into()),
                outcome: Some("done".into()),
                code: Some(0),
                ..Body::new(event, who)
            },
        };
        Head::of(&record, &"ab".repeat(32))
    }

    #[test]
    fn a_datagram_says_the_head() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let receiver = UnixDatagram::bind(&path).unwrap();
        Syslog::Required(path).tell(&head(Event::Result, "kim")).unwrap();
        let mut bytes = [0; 2000];
        let n = receiver.recv(&mut bytes).unwrap();
        let expected = format!(
            "<86>Nov  1 21:30:07 flr[42]: audit account=flr-koji seq=12 hash={} event=result run=20261121-213007-4f1c caller=kim command=koji_block-pkg outcome=done code=0",
            "ab".repeat(32)
        );
        assert_eq!(String::from_utf8_lossy(&bytes[..n]), expected);
    }

    #[test]
    fn a_stream_will_do() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let listener = UnixListener::bind(&path).unwrap();
        Syslog::Required(path).tell(&head(Event::Result, "kim")).unwrap();
        let mut text = String::new();
        listener.accept().unwrap().0.read_to_string(&mut text).unwrap();
        assert!(text.starts_with("<86>Nov  1") && text.ends_with("code=0\n"), "{text}");
    }

    #[test]
    fn hostile_text_is_one_short_word() {
        for caller in ["x seq=99 hash=0", "x\n<86>flr: audit", &"\u{1F389}".repeat(5000), "a=b"] {
            let message = head(Event::Deny, caller).message();
            assert!(message.len() <= LONGEST && message.is_ascii(), "{message}");
            assert_eq!(message.matches("seq=").count(), 1, "{message}");
            assert_eq!(message.matches('=').count(), 9, "{message}");
            assert!(!message.contains('\n'));
        }
    }

    #[test]
    fn nobody_listens() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        for made in [false, true] {
            if made {
                drop(UnixDatagram::bind(&path).unwrap());
            }
            let required = Syslog::Required(path.clone());
            for error in [required.check().unwrap_err(), required.tell(&head(Event::Intent, "kim")).unwrap_err()] {
                assert_eq!(error.kind, Kind::Unsafe);
                let expected = "cannot be told (nobody listens there); nothing was done";
                assert!(error.what.ends_with(expected), "{}", error.what);
            }
            assert_eq!(required.tell(&head(Event::Change, "kim")).unwrap_err().kind, Kind::Partial);
            Syslog::Wanted(path.clone()).check().unwrap();
            Syslog::Wanted(path.clone()).tell(&head(Event::Intent, "kim")).unwrap();
        }
        Syslog::Off.check().unwrap();
        let long = Syslog::Required(PathBuf::from(format!("/{}", "x".repeat(300))));
        assert_eq!(long.check().unwrap_err().kind, Kind::Unsafe);
    }

    #[test]
    fn one_that_does_not_read_is_given_up() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let _deaf = UnixDatagram::bind(&path).unwrap();
        let syslog = Syslog::Required(path);
        let began = Instant::now();
        let error = std::iter::repeat_with(|| syslog.tell(&head(Event::Intent, "kim")))
            .take(10_000)
            .find_map(Result::err)
            .unwrap();
        assert!(error.what.contains("did not read for 2 seconds"), "{}", error.what);
        assert!(began.elapsed() < Duration::from_secs(20));
    }
}
