// SPDX-License-Identifier: GPL-3.0-or-later
//! Numbers and hashes of records as they left the host.

use super::record::is_hash;
use crate::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read};

/// No line of a system log is longer, in bytes.
const LONGEST: u64 = 64 * 1024;

/// What another host knows of the logs: for each account and number, the hashes that were sent.
///
/// Anybody on a host can write to its system log. A head that no record bears out may be forged; one
/// that bears a record out is worth something if it came from flr.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heads(BTreeMap<String, BTreeMap<u64, BTreeSet<String>>>);

impl Heads {
    /// Reads lines of a system log as flr writes them, or `ACCOUNT SEQ HASH`. Other lines are other
    /// programs'.
    ///
    /// # Errors
    /// It cannot be read, or no line of it is a head.
    pub fn read(from: impl Read) -> Result<Self> {
        let mut heads = Self::default();
        let mut from = BufReader::new(from);
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = from.by_ref().take(LONGEST).read_until(b'\n', &mut line);
            match read.map_err(|e| Error::failed(format!("cannot read the heads: {e}")))? {
                0 => break,
                _ => heads.add(&String::from_utf8_lossy(&line)),
            }
        }
        if heads.0.is_empty() {
            return Err(Error::failed("there is no head in the file of heads").hint(
                "it holds lines of the system log, \"… account=NAME seq=N hash=SHA256 …\", or \"NAME N SHA256\"",
            ));
        }
        Ok(heads)
    }

    fn add(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let found = match words[..] {
            [account, seq, hash] if is_hash(hash) => Some((account, seq, hash)),
            _ => words.windows(3).find_map(|three| {
                let account = three[0].strip_prefix("account=")?;
                Some((account, three[1].strip_prefix("seq=")?, three[2].strip_prefix("hash=")?))
            }),
        };
        if let Some((account, seq, hash)) = found
            && let Ok(seq) = seq.parse()
            && is_hash(hash)
        {
            self.0.entry(account.to_owned()).or_default().entry(seq).or_default().insert(hash.to_owned());
        }
    }

    /// Those of one account, by number.
    pub(super) fn of(&self, account: &str) -> Option<&BTreeMap<u64, BTreeSet<String>>> {
        self.0.get(account)
    }

    /// The accounts there are heads of.
    pub fn accounts(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_found_in_what_else_a_system_log_holds() {
        let (a, b) = ("a".repeat(64), "b".repeat(64));
        let text = format!(
            "Nov  1 21:30:06 kojihost sudo[41]: loopabull_block : COMMAND=/usr/bin/flr\n\
             Nov  1 21:30:07 kojihost flr[42]: audit account=flr-koji seq=12 hash={a} event=intent caller=kim\n\
             2026-11-01T21:30:08.1+00:00 kojihost flr[42]: audit account=flr-koji seq=13 hash={b} event=result\r\n\
             flr-bodhi 7 {a}\n\
             flr-koji 12 {b}\n\
             \u{1b}\n\
             account=x seq=-1 hash={a} y\n\
             account=x seq=1 hash=aa y\n"
        );
        let heads = Heads::read(text.as_bytes()).unwrap();
        assert_eq!(heads.accounts().collect::<Vec<_>>(), ["flr-bodhi", "flr-koji"]);
        let koji = heads.of("flr-koji").unwrap();
        assert_eq!(koji[&12], BTreeSet::from([a.clone(), b.clone()]));
        assert_eq!(koji[&13], BTreeSet::from([b]));
        assert_eq!(heads.of("flr-bodhi").unwrap()[&7], BTreeSet::from([a]));
    }

    #[test]
    fn a_file_without_heads_is_refused() {
        for text in [&b""[..], b"nothing\n", &[0xff; 200_000]] {
            assert!(Heads::read(text).is_err());
        }
    }
}
