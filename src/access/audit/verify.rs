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
mod tests {
    use super::What::*;
    use super::*;
    use crate::access::audit::tests::{Bench, denial, kim};
    use crate::access::audit::{Body, Event, Outcomes, hash};

    /// Ten denials.
    fn ten() -> Bench {
        let bench = Bench::new();
        let log = bench.log();
        (1..=10).for_each(|n| drop(log.append(denial(&format!("number {n}"))).unwrap()));
        bench
    }

    /// The findings after `change` was done to the lines of ten denials.
    fn after(change: impl FnOnce(&mut Vec<String>)) -> Vec<(u64, What)> {
        let bench = ten();
        let mut lines: Vec<_> = bench.text().lines().map(str::to_owned).collect();
        change(&mut lines);
        std::fs::write(bench.path(), lines.join("\n") + "\n").unwrap();
        bench.findings()
    }

    #[test]
    fn what_was_done_to_a_log_shows() {
        assert_eq!(after(|_| {}), []);
        let reworded = |lines: &mut Vec<String>| lines[4] = lines[4].replace("number", "Number");
        assert_eq!(after(reworded), [(6, Chain)]);
        assert_eq!(after(|lines| drop(lines.remove(4))), [(5, Chain), (5, Gap)]);
        assert_eq!(after(|lines| drop(lines.drain(3..6))), [(4, Chain), (4, Gap)]);
        let swapped = after(|lines| lines.swap(4, 5));
        assert_eq!(swapped[..4], [(5, Chain), (5, Gap), (6, Chain), (6, Repeat)], "{swapped:?}");
        let again = after(|lines| lines.push(lines[9].clone()));
        assert_eq!(again, [(11, Chain), (11, Repeat)]);
        assert_eq!(after(|lines| lines[4] = "x".into()), [(5, NotARecord), (6, Chain), (6, Gap)]);
        assert_eq!(after(|lines| lines.insert(4, String::new())), [(5, NotARecord), (6, Chain)]);
        assert_eq!(after(|lines| lines.insert(4, "{\"v\":1,\"se".into())), [(5, Torn), (6, Chain)]);
        let cut = |lines: &mut Vec<String>| lines[9].truncate(200);
        assert_eq!(after(cut), [(10, Torn)]);
        assert_eq!(after(|lines| lines[0] = lines[0].replace(NO_LINE, &hash(b"x")))[0], (1, Chain));
        let account = |lines: &mut Vec<String>| lines[9] = lines[9].replace("\"flr-koji\"", "\"flr-bodhi\"");
        assert_eq!(after(account), [(10, Account)]);
        let older = |lines: &mut Vec<String>| {
            lines[9] = lines[9].replace("\"time\":\"20", "\"time\":\"19");
        };
        assert_eq!(after(older), [(10, Order)]);
        let newline = ten();
        let text = newline.text();
        std::fs::write(newline.path(), text.trim_end()).unwrap();
        assert_eq!(newline.findings(), [(10, Torn)]);
    }

    /// Neither shows in the chain: only what left the host tells.
    #[test]
    fn a_cut_tail_and_a_rewritten_log_show_beside_heads() {
        let bench = ten();
        let text = bench.text();
        let heads: String = text
            .lines()
            .zip(1..)
            .map(|(line, seq)| {
                format!("x flr[1]: audit account=flr-koji seq={seq} hash={} event=deny\n", hash(line.as_bytes()))
            })
            .collect();
        let heads = Heads::read(heads.as_bytes()).unwrap();
        let kinds = |found: Verified| found.findings.iter().map(|f| (f.line, f.kind)).collect::<Vec<_>>();
        let found = bench.verified(Some(&heads));
        assert_eq!((found.heads, found.is_clean()), (10, true));

        let cut: String = text.lines().take(7).map(|line| format!("{line}\n")).collect();
        std::fs::write(bench.path(), &cut).unwrap();
        assert_eq!(bench.findings(), []);
        let found = bench.verified(Some(&heads));
        assert!(found.findings[0].why.starts_with("another host knows records 8 to 10, the last here is 7"));
        assert_eq!(kinds(found), [(7, HeadMissing)]);
        // Grown again to its old length.
        (8..=10).for_each(|n| drop(bench.log().append(denial(&n.to_string())).unwrap()));
        assert_eq!(bench.findings(), []);
        assert_eq!(kinds(bench.verified(Some(&heads))), [(8, HeadDiffers), (9, HeadDiffers), (10, HeadDiffers)]);

        // All of it anew.
        std::fs::write(bench.path(), "").unwrap();
        assert_eq!(kinds(bench.verified(Some(&heads))), [(0, HeadMissing)]);
        (1..=10).for_each(|n| drop(bench.log().append(denial(&n.to_string())).unwrap()));
        assert_eq!(bench.findings(), []);
        assert_eq!(kinds(bench.verified(Some(&heads))).len(), 10);

        // Older files are gone; that is no finding.
        let rest: String = text.lines().skip(4).map(|line| format!("{line}\n")).collect();
        std::fs::write(bench.path(), &rest).unwrap();
        let found = bench.verified(Some(&heads));
        assert_eq!((found.first, found.heads, found.older_heads, found.is_clean()), (Some(5), 6, 4, true));
    }

    #[test]
    fn a_forged_head_hides_nothing_and_is_named() {
        let bench = ten();
        let text = bench.text();
        let line = text.lines().nth(2).unwrap();
        let (right, wrong) = (hash(line.as_bytes()), hash(b"forged"));
        let heads = Heads::read(format!("flr-koji 3 {right}\nflr-koji 3 {wrong}\nflr-koji 99 {wrong}\n").as_bytes());
        let found = bench.verified(Some(&heads.unwrap()));
        let kinds: Vec<_> = found.findings.iter().map(|f| f.kind).collect();
        assert_eq!((kinds, found.heads), (vec![HeadDiffers, HeadMissing], 1));
        assert!(found.findings[0].why.starts_with("heads of record 3 do not agree"));
    }

    #[test]
    fn each_run_must_make_one_story() {
        type With = fn(Body) -> Body;
        fn story(bodies: &[(Event, With)]) -> Vec<(u64, What)> {
            let bench = Bench::new();
            let log = bench.log();
            for (event, with) in bodies {
                let intent = (!matches!(event, Event::Intent | Event::Deny)).then_some(1);
                log.append(with(Body { intent, ..Body::new(*event, kim()) })).unwrap();
            }
            bench.findings()
        }
        fn done(n: u64) -> Option<Outcomes> {
            Some(Outcomes { done: n, ..Outcomes::default() })
        }
        use Event::{Abort, Change, Intent, Plan};
        let (same, three): (With, With) = (|b| b, |b| Body { changes: Some(3), ..b });
        let (one, two): (With, With) = (|b| Body { outcomes: done(1), ..b }, |b| Body { outcomes: done(2), ..b });
        let told: With = |b| Body { outcomes: done(3), ..b };
        let result = Event::Result;
        assert_eq!(story(&[(Intent, same), (Plan, three), (Change, one), (Change, two), (result, told)]), []);
        assert_eq!(story(&[(Intent, same), (Abort, same)]), []);
        assert_eq!(story(&[(Intent, same), (result, same)]), []);
        assert_eq!(story(&[(Intent, same), (Plan, three), (Change, one), (result, told)]), [(4, Disagrees)]);
        assert_eq!(
            story(&[(Intent, same), (Plan, three), (Change, two), (Change, two), (Abort, same)]),
            [(4, Disagrees)]
        );
        assert_eq!(story(&[(Intent, same), (Change, one), (result, one)]), [(2, Disagrees)]);
        assert_eq!(story(&[(Intent, same), (result, same), (Change, one)]), [(3, Disagrees)]);
        assert_eq!(story(&[(Event::Deny, same), (result, same)]), [(2, NoIntent)]);
        assert_eq!(story(&[(Intent, same), (result, |b| Body { intent: None, ..b })]), [(2, NoIntent)]);
        assert_eq!(
            story(&[
                (Intent, same),
                (result, |mut b| {
                    b.caller.uid = 7;
                    b
                })
            ]),
            [(2, Disagrees)]
        );
    }

    #[test]
    fn an_intent_without_a_result_is_found_where_it_stands() {
        let bench = Bench::new();
        let log = bench.log();
        log.append(Body { command: Some("koji block-pkg".into()), ..Body::new(Event::Intent, kim()) }).unwrap();
        let found = bench.verified(None);
        assert_eq!((found.running, found.is_clean()), (1, true));
        let logs = crate::access::audit::logs_in(bench.dir.path()).unwrap();
        let elsewhere = verify(&logs[0], None, None).unwrap();
        assert!(elsewhere.findings[0].why.starts_with("kim was about to do koji block-pkg and no record says"));
        let text = bench.text().replace(&format!("\"pid\":{},", std::process::id()), "\"pid\":4194305,");
        std::fs::write(bench.path(), text).unwrap();
        let found = bench.verified(None);
        assert_eq!((found.findings[0].line, found.findings[0].kind), (1, NoResult));
        assert!(found.findings[0].why.ends_with("its process 4194305 is gone"), "{:?}", found.findings);
    }

    #[test]
    fn a_log_full_of_rubbish_is_read_to_its_end() {
        let bench = Bench::new();
        bench.add(&vec![b'\n'; 3000]);
        bench.add(&vec![0xff; 5 << 20]);
        let found = bench.verified(None);
        assert_eq!((found.findings.len(), found.more, found.records), (1000, 2001, 0));
    }
}
