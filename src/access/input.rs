// SPDX-License-Identifier: GPL-3.0-or-later
//! What the caller of a privileged run hands over: arguments and standard input, both within bounds.

use std::ffi::OsString;
use std::io::{self, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread::Builder;
use std::time::{Duration, Instant};

/// Bytes of one argument: four times the longest name.
const MOST_OF_ONE: usize = 1024;
/// Arguments; longer lists come from standard input.
const MOST: usize = 1000;
/// Bytes of all arguments.
const MOST_OF_ALL: usize = 128 << 10;
/// What is read at once.
const PIECE: usize = 64 << 10;

/// The arguments as text. An empty one, one that holds a blank or a control character, one that is
/// not UTF-8 or too long is refused, all of them at once; so are too many. No name needs such a
/// thing, and sudo's own log and rules see words joined by blanks: what looks like one word there
/// must be one here. What is said of them is foreign text.
pub fn words(args: impl IntoIterator<Item = OsString>) -> Result<Vec<String>, Vec<String>> {
    let (mut good, mut bad, mut bytes, mut count) = (Vec::new(), Vec::new(), 0, 0);
    for (place, arg) in args.into_iter().enumerate() {
        count = place;
        bytes += arg.len();
        if place == 0 {
            // The program's own name may be anything; it is not used.
            good.push("flr".to_owned());
            continue;
        }
        let why = match arg.to_str() {
            _ if arg.len() > MOST_OF_ONE => format!("is longer than {MOST_OF_ONE} bytes"),
            None => "is not UTF-8".to_owned(),
            Some("") => {
                bad.push(format!("argument {place} is empty"));
                continue;
            }
            Some(text) if text.chars().any(char::is_control) => "holds control characters".to_owned(),
            Some(text) if text.chars().any(char::is_whitespace) => "holds a blank".to_owned(),
            Some(text) => {
                good.push(text.to_owned());
                continue;
            }
        };
        bad.push(format!("argument {place} {why}: {}", short(&arg.to_string_lossy())));
    }
    if count > MOST {
        bad.insert(0, format!("{count} arguments are more than {MOST}; a list may come from standard input"));
    }
    if bytes > MOST_OF_ALL {
        bad.insert(0, format!("{bytes} bytes of arguments are more than {MOST_OF_ALL}"));
    }
    if bad.is_empty() { Ok(good) } else { Err(bad) }
}

/// The beginning of an argument, in quotes. Foreign text.
pub fn short(text: &str) -> String {
    let head: String = text.chars().take(60).collect();
    let cut = if head.len() < text.len() { "…" } else { "" };
    format!("\"{head}{cut}\"")
}

/// How much may come, and how long all of it may take, counted from the first read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes.
    pub bytes: u64,
    /// The time until the end of it.
    pub time: Duration,
}

/// Standard input, within [`Bounds`]: a read beyond them is an error and not the end of the file.
///
/// Nothing is read, and no thread started, before the first read.
#[derive(Debug)]
pub struct Bounded<S> {
    bounds: Bounds,
    state: State<S>,
    taken: u64,
}

#[derive(Debug)]
enum State<S> {
    Waiting(S),
    Reading { pieces: Receiver<io::Result<Vec<u8>>>, piece: Vec<u8>, at: usize, until: Instant },
    Over,
}

impl Bounded<io::Stdin> {
    /// What the caller has put at descriptor 0.
    pub fn standard_input(bounds: Bounds) -> Self {
        Self::new(io::stdin(), bounds)
    }
}

impl<S: Read + Send + 'static> Bounded<S> {
    /// Of any source.
    pub fn new(source: S, bounds: Bounds) -> Self {
        Self { bounds, state: State::Waiting(source), taken: 0 }
    }

    fn too_late(&self) -> io::Error {
        let seconds = self.bounds.time.as_secs_f32();
        io::Error::new(io::ErrorKind::TimedOut, format!("it did not end within {seconds} seconds"))
    }
}

impl<S: Read + Send + 'static> Read for Bounded<S> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // After an error as well: what comes then is not the rest of it.
        let (pieces, piece, at, until) = match std::mem::replace(&mut self.state, State::Over) {
            State::Waiting(source) => (start(source)?, Vec::new(), 0, Instant::now() + self.bounds.time),
            State::Reading { pieces, piece, at, until } => (pieces, piece, at, until),
            State::Over => return Ok(0),
        };
        let (piece, at) = if at < piece.len() {
            (piece, at)
        } else {
            match pieces.recv_timeout(until.saturating_duration_since(Instant::now())) {
                // Somebody else may keep it coming for ever.
                Ok(_) if Instant::now() > until => return Err(self.too_late()),
                Ok(piece) => (piece?, 0),
                Err(RecvTimeoutError::Timeout) => return Err(self.too_late()),
                Err(RecvTimeoutError::Disconnected) => return Err(io::Error::other("its reader has ended")),
            }
        };
        let count = into.len().min(piece.len() - at);
        into[..count].copy_from_slice(&piece[at..at + count]);
        self.taken += count as u64;
        if self.taken > self.bounds.bytes {
            let most = self.bounds.bytes;
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is longer than {most} bytes")));
        }
        if !piece.is_empty() {
            self.state = State::Reading { pieces, piece, at: at + count, until };
        }
        Ok(count)
    }
}

/// Reads in a thread, which may be left behind. To wait for the descriptor and then read it would
/// not do: the caller can take away in between what had arrived, and a file of his can be on a
/// server that does not answer. An empty piece is the end.
fn start(mut source: impl Read + Send + 'static) -> io::Result<Receiver<io::Result<Vec<u8>>>> {
    let (sender, receiver) = sync_channel(2);
    Builder::new().name("stdin".to_owned()).spawn(move || {
        let mut buffer = vec![0; PIECE];
        loop {
            let piece = match source.read(&mut buffer) {
                Ok(count) => Ok(buffer[..count].to_vec()),
                Err(why) if why.kind() == io::ErrorKind::Interrupted => continue,
                Err(why) => Err(why),
            };
            let last = piece.as_ref().map_or(true, Vec::is_empty);
            if sender.send(piece).is_err() || last {
                return;
            }
        }
    })?;
    Ok(receiver)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::unix::ffi::OsStringExt;

    fn said(args: &[&[u8]]) -> Vec<String> {
        words(args.iter().map(|arg| OsString::from_vec(arg.to_vec()))).unwrap_err()
    }

    #[test]
    fn every_bad_argument_is_named() {
        let long = [b'x'; 1025];
        assert_eq!(
            said(&[b"\xff", b"koji", b"", b"a b", b"c\nd", b"e\xfe", b"f\xc2\xa0g", &long, b"h\x1b[1m", b"\t"]),
            [
                "argument 2 is empty".to_owned(),
                "argument 3 holds a blank: \"a b\"".to_owned(),
                "argument 4 holds control characters: \"c\nd\"".to_owned(),
                "argument 5 is not UTF-8: \"e\u{fffd}\"".to_owned(),
                "argument 6 holds a blank: \"f\u{a0}g\"".to_owned(),
                format!("argument 7 is longer than 1024 bytes: \"{}…\"", "x".repeat(60)),
                "argument 8 holds control characters: \"h\u{1b}[1m\"".to_owned(),
                "argument 9 holds control characters: \"\t\"".to_owned(),
            ]
        );
    }

    #[test]
    fn good_words_pass_as_they_are() {
        let long = "x".repeat(1024);
        let args = ["/tmp/whatever name", "koji", "tag-build", "f43", "gtk+3-3.24~rc1-1.fc43", &long];
        let words = words(args.map(OsString::from)).unwrap();
        assert_eq!(words, ["flr", "koji", "tag-build", "f43", "gtk+3-3.24~rc1-1.fc43", &long]);
        assert_eq!(super::words([]).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn arguments_are_counted() {
        let many = |count: usize, bytes: usize| {
            let args = std::iter::repeat_n(OsString::from("y".repeat(bytes)), count);
            words([OsString::from("flr")].into_iter().chain(args)).map(|words| words.len())
        };
        assert_eq!(many(1000, 10), Ok(1001));
        let too_many = "1001 arguments are more than 1000; a list may come from standard input".to_owned();
        assert_eq!(many(1001, 1), Err(vec![too_many.clone()]));
        assert_eq!(many(131, 1000), Ok(132));
        assert_eq!(many(132, 1000), Err(vec!["132003 bytes of arguments are more than 131072".to_owned()]));
        assert_eq!(many(1001, 200), Err(vec!["200203 bytes of arguments are more than 131072".to_owned(), too_many]));
    }

    fn bounds(bytes: u64, millis: u64) -> Bounds {
        Bounds { bytes, time: Duration::from_millis(millis) }
    }

    fn read(mut bounded: Bounded<impl Read + Send + 'static>) -> Result<Vec<u8>, String> {
        let mut all = Vec::new();
        match bounded.read_to_end(&mut all) {
            Ok(_) => Ok(all),
            Err(why) => Err(why.to_string()),
        }
    }

    #[test]
    fn all_of_it_is_read_up_to_the_last_byte_allowed() {
        for size in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 17] {
            let text: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
            let all = io::Cursor::new(text.clone());
            assert_eq!(read(Bounded::new(all.clone(), bounds(size as u64, 60_000))), Ok(text), "{size}");
            if let Some(less) = size.checked_sub(1) {
                let said = read(Bounded::new(all, bounds(less as u64, 60_000)));
                assert_eq!(said, Err(format!("it is longer than {less} bytes")));
            }
        }
    }

    #[test]
    fn input_that_does_not_come_is_waited_for_so_long_and_no_longer() {
        let (quiet, _open) = io::pipe().unwrap();
        let begun = Instant::now();
        assert_eq!(read(Bounded::new(quiet, bounds(100, 200))), Err("it did not end within 0.2 seconds".to_owned()));
        assert!((200..10_000).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    }

    #[test]
    fn input_that_trickles_for_ever_is_not_read_for_ever() {
        let (slow, mut drops) = io::pipe().unwrap();
        let dripping = std::thread::spawn(move || {
            while drops.write_all(b".").is_ok() {
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        let said = read(Bounded::new(slow, bounds(1 << 20, 300)));
        assert_eq!(said, Err("it did not end within 0.3 seconds".to_owned()));
        // The thread that reads ends with its first word to nobody, and the pipe with it.
        dripping.join().unwrap();
    }

    #[test]
    fn an_endless_source_ends_at_the_bound_and_stays_ended() {
        let mut zeros = Bounded::new(io::repeat(0), bounds(1 << 20, 60_000));
        let said = io::copy(&mut zeros, &mut io::sink()).unwrap_err();
        assert_eq!(said.to_string(), "it is longer than 1048576 bytes");
        assert_eq!(zeros.read(&mut [0; 8]).unwrap(), 0);
    }

    #[test]
    fn a_source_that_breaks_says_so() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("the disk is gone"))
            }
        }
        assert_eq!(read(Bounded::new(Broken, bounds(9, 60_000))), Err("the disk is gone".to_owned()));
    }
}
