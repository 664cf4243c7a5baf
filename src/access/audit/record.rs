// SPDX-License-Identifier: GPL-3.0-or-later
//! One line of the audit log.

use crate::names::RunId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::ser::Formatter;
use sha2::{Digest, Sha256};
use std::ffi::OsStr;
use std::io::{self, Write};

/// The version of the format that this flr writes and reads.
pub const FORMAT: u32 = 1;

/// What stands for the previous line where there is none.
pub const NO_LINE: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// No record is longer, in bytes: what callers hand in is bounded far below it.
pub(super) const LONGEST: usize = 1 << 20;

/// What a record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// The caller may not do what he asked for.
    Deny,
    /// What was asked for is covered; nothing was connected to yet.
    Intent,
    /// The plan, judged; the counters are reserved.
    Plan,
    /// A batch of changes ended.
    Change,
    /// The run ended by itself.
    Result,
    /// The run was given up.
    Abort,
}

impl Event {
    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::Intent => "intent",
            Self::Plan => "plan",
            Self::Change => "change",
            Self::Result => "result",
            Self::Abort => "abort",
        }
    }

    /// Whether it tells of what has happened already, so that a failure to write it undoes nothing.
    pub const fn tells_of_changes(self) -> bool {
        matches!(self, Self::Change | Self::Result)
    }

    /// Whether no record of the run comes after it.
    pub const fn ends_a_run(self) -> bool {
        matches!(self, Self::Result | Self::Abort)
    }
}

/// Who asks, as far as this machine knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// The number of the account that called.
    pub uid: u32,
    /// Its name in the account database.
    pub name: String,
    /// The login uid that the kernel keeps, where it was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_uid: Option<u32>,
    /// The session id of the process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<u32>,
    /// The kernel's audit session, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audit_session: Option<u32>,
    /// Where the login came from, by the login records. Nothing has verified it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssh_peer_unverified: Option<String>,
}

/// How many changes ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Outcomes {
    /// Made by this run.
    pub done: u64,
    /// Found as asked.
    pub already: u64,
    /// Refused by the service.
    pub failed: u64,
    /// Not tried.
    pub skipped: u64,
    /// Nobody can say yet.
    pub unsettled: u64,
}

impl Outcomes {
    /// Those of two batches.
    pub(in crate::access) fn and(self, other: Self) -> Self {
        Self {
            done: self.done + other.done,
            already: self.already + other.already,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
            unsettled: self.unsettled + other.unsettled,
        }
    }
}

/// What a caller has to say in a record. The log adds what belongs to the chain and to the process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// What it is about.
    pub event: Event,
    /// The run, once it has a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// `seq` of the intent that this record belongs to; absent in the intent itself and in denials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<u64>,
    /// Who asks.
    pub caller: Who,
    /// The command, `koji block-pkg`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The words as they were given, see [`words`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub argv: Vec<String>,
    /// The id of the clause that covers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<String>,
    /// The ticket of the grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// SHA-256 of the grant file as it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_sha: Option<String>,
    /// The digest of the plan, the one that `--dry-run` prints.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_sha: Option<String>,
    /// How many changes are planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<u64>,
    /// How many steps the batch had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<u64>,
    /// How they ended; in a result, how all of the run's did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcomes: Option<Outcomes>,
    /// Who we are at the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// Ids of the tasks, updates and composes that were touched.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// One word about the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// The exit code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<u8>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How long it took, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
    /// Denials that were counted and have no record of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<u64>,
}

impl Body {
    /// A record of `event` about `caller` that says nothing else yet.
    pub fn new(event: Event, caller: Who) -> Self {
        Self {
            event,
            run: None,
            intent: None,
            caller,
            command: None,
            argv: Vec::new(),
            grant: None,
            ticket: None,
            grant_sha: None,
            plan_sha: None,
            changes: None,
            steps: None,
            outcomes: None,
            principal: None,
            targets: Vec::new(),
            outcome: None,
            code: None,
            reason: None,
            ms: None,
            suppressed: None,
        }
    }

    /// With every text cut to a length that is enough for honest ones; cuts are marked.
    pub(super) fn bounded(mut self) -> Self {
        cut(&mut self.caller.name, 256);
        let texts = [
            (&mut self.caller.ssh_peer_unverified, 256),
            (&mut self.command, 128),
            (&mut self.grant, 128),
            (&mut self.ticket, 256),
            (&mut self.grant_sha, 64),
            (&mut self.plan_sha, 64),
            (&mut self.principal, 256),
            (&mut self.outcome, 64),
            (&mut self.reason, 2000),
        ];
        for (text, most) in texts {
            if let Some(text) = text {
                cut(text, most);
            }
        }
        cut_list(&mut self.argv, 64, 256, "words");
        cut_list(&mut self.targets, 256, 64, "targets");
        self
    }
}

/// Arguments as a record holds them: bytes that are not UTF-8 are shown as `\xff`.
pub fn words<'a>(args: impl IntoIterator<Item = &'a OsStr>) -> Vec<String> {
    args.into_iter()
        .map(|arg| {
            let mut text = String::new();
            for chunk in arg.as_encoded_bytes().utf8_chunks() {
                text.push_str(chunk.valid());
                text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
            }
            text
        })
        .collect()
}

fn cut(text: &mut String, most: usize) {
    // Few texts have more bytes than they may have characters.
    if text.len() <= most {
        return;
    }
    let all = text.chars().count();
    if all <= most {
        return;
    }
    let kept = most.saturating_sub(24);
    if let Some((at, _)) = text.char_indices().nth(kept) {
        text.truncate(at);
    }
    text.push_str(&format!("...({} more)", all - kept));
}

fn cut_list(list: &mut Vec<String>, most: usize, longest: usize, noun: &str) {
    if list.len() > most {
        let more = list.len() - (most - 1);
        list.truncate(most - 1);
        list.push(format!("...({more} more {noun})"));
    }
    list.iter_mut().for_each(|text| cut(text, longest));
}

/// One record, as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Version of the format.
    pub v: u32,
    /// One more than the record before.
    pub seq: u64,
    /// SHA-256 of the line before, without its newline.
    pub prev: String,
    /// When, UTC to the millisecond. It never goes back: see `clock`.
    #[serde(with = "stamp")]
    pub time: Timestamp,
    /// Milliseconds since the machine was started.
    pub mono: u64,
    /// What the host's clock said, where that was before `time`: somebody has set it back.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "maybe_stamp")]
    pub clock: Option<Timestamp>,
    /// The account that flr runs as.
    pub account: String,
    /// The host.
    #[serde(default)]
    pub host: String,
    /// The process.
    pub pid: u32,
    /// The version of flr.
    #[serde(default)]
    pub flr: String,
    /// What the caller has to say.
    #[serde(flatten)]
    pub body: Body,
}

impl Record {
    /// The record in `line`, which has no newline. Unknown fields are other versions' business; the
    /// chain's are checked.
    pub fn read(line: &[u8]) -> Result<Self, String> {
        if line.len() > LONGEST {
            return Err(format!("{} bytes are more than any record has", line.len()));
        }
        let record: Self = serde_json::from_slice(line).map_err(|e| e.to_string())?;
        match &record {
            Self { v, .. } if *v != FORMAT => Err(format!("format {v} is not {FORMAT}")),
            Self { seq: 0, .. } => Err("seq is 0".to_owned()),
            Self { prev, .. } if !is_hash(prev) => Err("prev is no SHA-256".to_owned()),
            _ => Ok(record),
        }
    }

    /// The line, ASCII only, without a newline.
    pub(super) fn line(&self) -> serde_json::Result<Vec<u8>> {
        let mut line = Vec::with_capacity(1024);
        self.serialize(&mut serde_json::Serializer::with_formatter(&mut line, Ascii))?;
        Ok(line)
    }
}

/// SHA-256 as 64 hexadecimal digits.
pub fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(super) fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether `text` looks like what [`hash`] makes.
pub(super) fn is_hash(text: &str) -> bool {
    text.len() == NO_LINE.len() && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// A time, UTC to the millisecond, `2026-11-21T21:30:07.250Z`.
pub(super) fn stamped(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

mod stamp {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&super::stamped(*time))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

mod maybe_stamp {
    use jiff::Timestamp;
    use serde::{Deserializer, Serializer};

    pub fn serialize<S: Serializer>(time: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => super::stamp::serialize(time, to),
            None => to.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
        super::stamp::deserialize(from).map(Some)
    }
}

/// Compact JSON in which everything beyond printable ASCII is `\u….`.
struct Ascii;

impl Formatter for Ascii {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, to: &mut W, text: &str) -> io::Result<()> {
        let mut rest = text;
        while let Some((at, other)) = rest.char_indices().find(|(_, c)| !c.is_ascii() || *c == '\u{7f}') {
            to.write_all(&rest.as_bytes()[..at])?;
            for unit in other.encode_utf16(&mut [0; 2]) {
                write!(to, "\\u{unit:04x}")?;
            }
            rest = &rest[at + other.len_utf8()..];
        }
        to.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests;
