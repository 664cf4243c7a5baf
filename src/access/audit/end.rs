// SPDX-License-Identifier: GPL-3.0-or-later
//! The end of a log, from which the chain goes on.

use super::record::{LONGEST, NO_LINE, Record, hash};
use jiff::Timestamp;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Where the next record is hung on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct End {
    /// `seq` of the last record, 0 if there is none.
    pub(super) seq: u64,
    /// Its time.
    pub(super) time: Option<Timestamp>,
    /// SHA-256 of the last line, whole or torn.
    pub(super) hash: String,
    /// The last line lacks its newline: whoever wrote it was killed, or the disk was full.
    pub(super) torn: bool,
}

impl End {
    /// The beginning of a chain.
    pub(super) fn none() -> Self {
        Self { seq: 0, time: None, hash: NO_LINE.to_owned(), torn: false }
    }

    /// This end of a file; if no record is in it, it goes on from `before`, over what is torn.
    pub(super) fn after(self, before: &Self) -> Self {
        match self {
            Self { seq: 1.., .. } => self,
            Self { torn, hash, .. } if hash == NO_LINE => Self { torn, ..before.clone() },
            Self { torn, hash, .. } => Self { torn, hash, ..before.clone() },
        }
    }

    /// Reads the end of `file`.
    ///
    /// # Errors
    /// It is no record, and not what a write that failed half-way leaves: somebody else wrote there.
    pub(super) fn of(file: &File) -> Result<Self, String> {
        let len = file.metadata().map_err(|e| e.to_string())?.len();
        let mut size = 16 * 1024;
        loop {
            let from = len.saturating_sub(size);
            let bytes = read_from(file, from, len)?;
            match Self::in_bytes(&bytes, from == 0)? {
                Some(end) => return Ok(end),
                None if size > 2 * LONGEST as u64 => return Err("the last line is longer than any record".to_owned()),
                None => size *= 4,
            }
        }
    }

    /// `Ok(None)`: the bytes before these are needed.
    fn in_bytes(bytes: &[u8], whole: bool) -> Result<Option<Self>, String> {
        let at = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let (mut before, tail) = bytes.split_at(at);
        if at == 0 && !whole {
            return Ok(None);
        }
        let torn = !tail.is_empty();
        // A record that lacks nothing but its newline counts.
        if let (true, Ok(record)) = (torn, Record::read(tail)) {
            return Ok(Some(Self { seq: record.seq, time: Some(record.time), hash: hash(tail), torn }));
        }
        let mut last = torn.then(|| hash(tail));
        while let Some(rest) = before.strip_suffix(b"\n") {
            let begins = match rest.iter().rposition(|b| *b == b'\n') {
                Some(at) => at + 1,
                None if whole => 0,
                None => return Ok(None),
            };
            let line = &rest[begins..];
            match Record::read(line) {
                Ok(record) => {
                    let hash = last.unwrap_or_else(|| hash(line));
                    return Ok(Some(Self { seq: record.seq, time: Some(record.time), hash, torn }));
                }
                // Its newline came with a record that was torn as well.
                Err(_) if torn => last = last.or_else(|| Some(hash(line))),
                Err(why) => return Err(format!("the last line is no record ({why})")),
            }
            before = &bytes[..begins];
        }
        Ok(whole.then(|| Self { hash: last.unwrap_or_else(|| NO_LINE.to_owned()), torn, ..Self::none() }))
    }
}

/// The bytes of `file` from `from` to `to`, which may be fewer if it has become shorter.
pub(super) fn read_from(file: &File, from: u64, to: u64) -> Result<Vec<u8>, String> {
    let size = usize::try_from(to.saturating_sub(from)).map_err(|e| e.to_string())?;
    let (mut bytes, mut filled) = (vec![0; size], 0);
    while filled < size {
        match file.read_at(&mut bytes[filled..], from + filled as u64) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e.to_string()),
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

/// The files that `log` was moved to, compressed ones apart.
pub(super) fn moved_away(log: &Path) -> std::io::Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let (mut plain, mut compressed) = (Vec::new(), Vec::new());
    let (Some(dir), Some(name)) = (log.parent(), log.file_name().and_then(|name| name.to_str())) else {
        return Ok((plain, compressed));
    };
    for entry in std::fs::read_dir(if dir.as_os_str().is_empty() { Path::new(".") } else { dir })? {
        let entry = entry?;
        let other = entry.file_name();
        let suffix = other.to_str().and_then(|other| other.strip_prefix(name));
        let Some(suffix) = suffix.and_then(|suffix| suffix.strip_prefix(['.', '-'])) else {
            continue;
        };
        if !suffix.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let packed = [".gz", ".xz", ".bz2", ".zst"].iter().any(|end| suffix.ends_with(end));
        if packed { &mut compressed } else { &mut plain }.push(entry.path());
    }
    plain.sort();
    compressed.sort();
    Ok((plain, compressed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn end(content: &[u8]) -> Result<End, String> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        End::of(&file)
    }

    fn line(seq: u64, filling: usize) -> String {
        let prev = NO_LINE;
        let filling = "x".repeat(filling);
        format!(
            r#"{{"v":1,"seq":{seq},"prev":"{prev}","time":"2026-11-21T21:30:07.250Z","mono":5,"account":"a","pid":1,"event":"deny","caller":{{"uid":1,"name":"kim"}},"later":"{filling}"}}"#
        )
    }

    #[test]
    fn the_end_is_found_wherever_it_lies() {
        assert_eq!(end(b"").unwrap(), End::none());
        for filling in [0, 16_000, 16_384, 70_000, 700_000] {
            let (first, second) = (line(1, filling), line(2, filling));
            let found = end(format!("{first}\n{second}\n").as_bytes()).unwrap();
            assert_eq!((found.seq, found.torn), (2, false), "{filling}");
            assert_eq!(found.hash, hash(second.as_bytes()));
            let found = end(format!("{second}\n").as_bytes()).unwrap();
            assert_eq!(found.hash, hash(second.as_bytes()));
        }
    }

    #[test]
    fn torn_lines_are_chained_over() {
        let (first, second) = (line(1, 0), line(2, 0));
        for torn in [&second[..1], &second[..second.len() - 1], "\0\0\0\0"] {
            let found = end(format!("{first}\n{torn}").as_bytes()).unwrap();
            assert_eq!((found.seq, found.torn, found.hash), (1, true, hash(torn.as_bytes())));
        }
        // Only the newline is missing.
        let found = end(format!("{first}\n{second}").as_bytes()).unwrap();
        assert_eq!((found.seq, found.torn, found.hash), (2, true, hash(second.as_bytes())));
        // Torn twice.
        let found = end(format!("{first}\n{{\"v\n{{\"v\":").as_bytes()).unwrap();
        assert_eq!((found.seq, found.torn, found.hash), (1, true, hash(b"{\"v\":")));
        // The very first was torn.
        let found = end(b"{\"v\"").unwrap();
        assert_eq!((found.seq, found.torn, found.hash), (0, true, hash(b"{\"v\"")));
    }

    #[test]
    fn what_somebody_else_wrote_is_no_end() {
        let first = line(1, 0);
        for wrong in ["\n", "{}\n", "x\n", &first.replacen("\"v\":1", "\"v\":9", 1)] {
            let why = end(format!("{first}\n{wrong}\n").as_bytes()).unwrap_err();
            assert!(why.starts_with("the last line is no record ("), "{why}");
        }
        let mut huge = vec![b'x'; 6 << 20];
        assert_eq!(end(&huge).unwrap_err(), "the last line is longer than any record");
        huge.push(b'\n');
        assert!(end(&huge).is_err());
    }

    #[test]
    fn old_files_are_told_by_name() {
        let dir = tempfile::tempdir().unwrap();
        for name in [
            "a.jsonl",
            "a.jsonl.1",
            "a.jsonl-20261121",
            "a.jsonl.2.gz",
            "a.jsonl.new",
            "a.jsonl~",
            "ba.jsonl.1",
            "a.json",
            "a.jsonl.",
        ] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        let (plain, compressed) = moved_away(&dir.path().join("a.jsonl")).unwrap();
        let names = |paths: Vec<PathBuf>| {
            let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
            paths.iter().map(name).collect::<Vec<_>>()
        };
        assert_eq!(names(plain), ["a.jsonl-20261121", "a.jsonl.1"]);
        assert_eq!(names(compressed), ["a.jsonl.2.gz"]);
    }
}
