// SPDX-License-Identifier: GPL-3.0-or-later
//! Whether a log is what was written.

use super::heads::Heads;
use super::lines::{Line, Lines, LogFiles, unreadable};
use super::record::{NO_LINE, Record};
use super::story::Stories;
use crate::Result;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::IgnoredAny;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// So many findings of one log are named.
const NAMED: usize = 1000;

/// What is wrong with a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A line that flr did not write.
    NotARecord,
    /// A line that was not finished: a crash, or a full disk.
    Torn,
    /// The line before is not the one the record was written after.
    Chain,
    /// Records are missing.
    Gap,
    /// A number comes again.
    Repeat,
    /// A record is older than the one before.
    Order,
    /// The host's clock was behind the newest record.
    ClockSetBack,
    /// A record of another account.
    Account,
    /// A run said what it was about to do, and never how it ended.
    NoResult,
    /// A record of a run that never said what it was about to do.
    NoIntent,
    /// The records of a run do not agree.
    Disagrees,
    /// Another host knows a record that is not there.
    HeadMissing,
    /// Another host knows another record of that number.
    HeadDiffers,
}

impl What {
    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotARecord => "not-a-record",
            Self::Torn => "torn",
            Self::Chain => "chain",
            Self::Gap => "gap",
            Self::Repeat => "repeat",
            Self::Order => "order",
            Self::ClockSetBack => "clock-set-back",
            Self::Account => "account",
            Self::NoResult => "no-result",
            Self::NoIntent => "no-intent",
            Self::Disagrees => "disagrees",
            Self::HeadMissing => "head-missing",
            Self::HeadDiffers => "head-differs",
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The file.
    pub file: String,
    /// The line in it, from 1.
    pub line: u64,
    /// What is wrong.
    pub kind: What,
    /// Why.
    pub why: String,
}

/// What was found in one log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// The account.
    pub account: String,
    /// How many records there are.
    pub records: u64,
    /// The number of the first one; more than 1 if older files are gone.
    pub first: Option<u64>,
    /// The number of the last one.
    pub last: Option<u64>,
    /// SHA-256 of the last line.
    pub hash: Option<String>,
    /// Runs that are still going.
    pub running: u64,
    /// Heads that agree.
    pub heads: u64,
    /// Heads of records that are older than the first one here.
    pub older_heads: u64,
    /// What is wrong, at most 1000.
    pub findings: Vec<Finding>,
    /// How many more findings there are.
    pub more: u64,
}

impl Verified {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    fn add(&mut self, at: &Place, kind: What, why: String) {
        if self.findings.len() < NAMED {
            self.findings.push(Finding { file: at.file.clone(), line: at.line, kind, why });
        } else {
            self.more += 1;
        }
    }
}

/// A line of a file.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) line: u64,
}

/// Verifies one log. `heads`: what another host knows. `host`: this host's name, if the log is of
/// this host, so that runs that are still going can be told from those that were killed.
///
/// # Errors
/// A file cannot be read.
pub fn verify(log: &LogFiles, heads: Option<&Heads>, host: Option<&str>) -> Result<Verified> {
    let none = BTreeMap::new();
    let mut reading = Reading {
        found: Verified { account: log.account.clone(), ..Verified::default() },
        before: None,
        newest: None,
        stories: Stories::default(),
        heads: heads.and_then(|heads| heads.of(&log.account)).unwrap_or(&none),
        met: BTreeSet::new(),
    };
    let mut at = Place { file: log.account.clone(), line: 0 };
    for path in &log.files {
        at = reading.file(path)?;
    }
    reading.end(&at, host);
    Ok(reading.found)
}

struct Reading<'a> {
    found: Verified,
    /// The hash of the line before.
    before: Option<String>,
    newest: Option<Timestamp>,
    stories: Stories,
    heads: &'a BTreeMap<u64, BTreeSet<String>>,
    /// Numbers of heads whose record was met.
    met: BTreeSet<u64>,
}

impl Reading<'_> {
    fn file(&mut self, path: &Path) -> Result<Place> {
        let mut at = Place { file: path.display().to_string(), line: 0 };
        let mut lines = Lines::open(path)?;
        while let Some(line) = lines.next().map_err(|e| unreadable(path, &e))? {
            at.line += 1;
            match Record::read(&line.bytes) {
                Ok(record) => self.record(&at, record, &line),
                Err(why) if is_torn(&line.bytes) => {
                    let then = if line.whole { "; the log goes on after it" } else { "" };
                    self.found.add(&at, What::Torn, format!("the line was not finished ({why}){then}"));
                }
                Err(why) => self.found.add(&at, What::NotARecord, why),
            }
            self.found.hash = Some(line.hash.clone());
            self.before = Some(line.hash);
        }
        Ok(at)
    }

    fn record(&mut self, at: &Place, record: Record, line: &Line) {
        let found = &mut self.found;
        let seq = record.seq;
        if !line.whole {
            found.add(at, What::Torn, "only its newline is missing".to_owned());
        }
        let first = (found.first.is_none() && seq == 1).then(|| NO_LINE.to_owned());
        if let Some(before) = self.before.take().or(first)
            && before != record.prev
        {
            let why = format!("the line before record {seq} is not the one it was written after");
            found.add(at, What::Chain, why);
        }
        match found.last {
            Some(last) if seq <= last => {
                found.add(at, What::Repeat, format!("record {seq} comes after record {last}"));
            }
            Some(last) if seq > last + 1 => {
                let missing = match seq - last {
                    2 => format!("record {} is missing", last + 1),
                    _ => format!("records {} to {} are missing", last + 1, seq - 1),
                };
                found.add(at, What::Gap, missing);
            }
            _ => {}
        }
        if let Some(newest) = self.newest.filter(|newest| record.time < *newest) {
            found.add(at, What::Order, format!("record {seq} is of {}, after one of {newest}", record.time));
        }
        if let Some(clock) = record.clock {
            let why = format!("the host's clock said {clock} when the newest record was of {}", record.time);
            found.add(at, What::ClockSetBack, why);
        }
        if record.account != found.account {
            found.add(at, What::Account, format!("record {seq} is one of {}", record.account));
        }
        if let Some(known) = self.heads.get(&seq) {
            let met = known.contains(&line.hash);
            if !met {
                let why = format!(
                    "another host knows record {seq} as {}: it was rewritten, or that head is forged",
                    joined(known)
                );
                found.add(at, What::HeadDiffers, why);
            } else if known.len() > 1 {
                let why = format!("heads of record {seq} do not agree; one is this record's: {}", joined(known));
                found.add(at, What::HeadDiffers, why);
            }
            if self.met.insert(seq) && met {
                found.heads += 1;
            }
        }
        found.records += 1;
        found.first = Some(found.first.map_or(seq, |first| first.min(seq)));
        found.last = Some(found.last.map_or(seq, |last| last.max(seq)));
        self.newest = Some(self.newest.map_or(record.time, |newest| newest.max(record.time)));
        let first = found.first.unwrap_or(seq);
        self.stories.add(at, record, first, |kind, why| self.found.add(at, kind, why));
    }

    fn end(&mut self, at: &Place, host: Option<&str>) {
        let (first, last) = (self.found.first.unwrap_or(1), self.found.last.unwrap_or(0));
        let mut beyond = None::<(u64, u64)>;
        for seq in self.heads.keys().filter(|seq| !self.met.contains(seq)) {
            match *seq {
                seq if seq < first => self.found.older_heads += 1,
                seq if seq > last => beyond = Some((beyond.map_or(seq, |(from, _)| from), seq)),
                seq => {
                    let why = format!("another host knows record {seq}, which is not there");
                    self.found.add(at, What::HeadMissing, why);
                }
            }
        }
        if let Some((from, to)) = beyond {
            let known = if from == to { format!("record {to}") } else { format!("records {from} to {to}") };
            let why = format!(
                "another host knows {known}, the last here is {last}: the end was cut off, or heads are forged"
            );
            self.found.add(at, What::HeadMissing, why);
        }
        let stories = std::mem::take(&mut self.stories);
        self.found.running = stories.end(host, |at, kind, why| self.found.add(at, kind, why));
    }
}

/// Whether it is what a write leaves that failed half-way: the beginning of a record, or a hole.
fn is_torn(line: &[u8]) -> bool {
    const BEGINS: &[u8] = b"{\"v\":1,\"seq\":";
    let begun = line.iter().zip(BEGINS).all(|(a, b)| a == b);
    let unfinished = || serde_json::from_slice::<IgnoredAny>(line).is_err_and(|e| e.is_eof());
    !line.is_empty() && (line.iter().all(|b| *b == 0) || (begun && unfinished()))
}

fn joined(hashes: &BTreeSet<String>) -> String {
    hashes.iter().map(String::as_str).take(4).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
