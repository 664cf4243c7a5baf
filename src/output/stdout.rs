// SPDX-License-Identifier: GPL-3.0-or-later
//! Standard output: a closed pipe ends it quietly, a full disk is told at the end.

use crate::{Error, Result};
use std::fmt;
use std::io::{self, BufWriter, ErrorKind, Write};

/// Where the result goes. Writing never fails; [`Stdout::finish`] says whether all of it arrived.
pub struct Stdout {
    writer: BufWriter<Box<dyn Write + Send>>,
    broken: Option<io::Error>,
}

impl Stdout {
    /// The standard output of this process.
    pub fn new() -> Self {
        Self::onto(io::stdout())
    }

    /// Writes to something else.
    pub fn onto(writer: impl Write + Send + 'static) -> Self {
        Self { writer: BufWriter::with_capacity(64 * 1024, Box::new(writer)), broken: None }
    }

    /// Writes `line`, which is escaped already, and ends it.
    pub fn line(&mut self, line: impl fmt::Display) {
        self.write(format_args!("{line}\n"));
    }

    /// Writes `text`, which is flr's own, as it is.
    pub fn text(&mut self, text: &str) {
        self.write(format_args!("{text}"));
    }

    /// Hands over what is written so far, for readers that wait for it.
    pub fn flush(&mut self) {
        if self.broken.is_none() {
            self.broken = self.writer.flush().err();
        }
    }

    /// Nobody reads any more, or nothing more can be written: going on is of no use.
    pub fn is_over(&self) -> bool {
        self.broken.is_some()
    }

    /// Everything is written, or the reader has gone away.
    ///
    /// # Errors
    /// It could not be written: the disk is full.
    pub fn finish(mut self) -> Result<()> {
        self.flush();
        match self.broken.take() {
            None => Ok(()),
            Some(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            Some(error) => Err(Error::failed(format!("cannot write the result to standard output: {error}"))),
        }
    }

    fn write(&mut self, text: fmt::Arguments<'_>) {
        if self.broken.is_none() {
            self.broken = self.writer.write_fmt(text).err();
        }
    }
}

impl Default for Stdout {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Stdout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stdout").field("broken", &self.broken).finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    /// Keeps what is written.
    #[derive(Clone, Default)]
    pub struct Caught(Arc<Mutex<Vec<u8>>>);

    impl Caught {
        pub fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Caught {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Fails(ErrorKind);

    impl Write for Fails {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_goes_away_is_no_failure() {
        let mut out = Stdout::onto(Fails(ErrorKind::BrokenPipe));
        out.line("bash-5.2-1.fc43");
        out.flush();
        assert!(out.is_over());
        out.line("more");
        assert_eq!(out.finish(), Ok(()));
    }

    #[test]
    fn a_full_disk_is_told() {
        let mut out = Stdout::onto(Fails(ErrorKind::StorageFull));
        out.line("bash-5.2-1.fc43");
        let said = out.finish().unwrap_err();
        assert_eq!(said.what, "cannot write the result to standard output: no storage space");
    }
}
