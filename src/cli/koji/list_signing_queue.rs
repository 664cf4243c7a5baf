// SPDX-License-Identifier: GPL-3.0-or-later
use crate::Error;
use crate::access::Dimensions;
use crate::access::table::{Class, Command, CommandOption, Dimension};
use crate::cli::options::Grantable;
use crate::cli::read::{Answers, Asking};
use crate::cli::release::{Sources, note};
use crate::error::Kind;
use crate::names::ReleaseAlias;
use crate::ops::koji::ListSigningQueue;
use crate::ops::koji::list_signing_queue::Waiting;
use crate::output::{Complaint, Rows, complain, human, when};
use crate::pipeline::timestamp;
use serde::Serialize;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// List builds that wait to be signed
///
/// Looks into the signing-pending tag of the release, into those of side tags made from it, and into the
/// other tags of its layout whose permission is autosign and whose name ends in -pending. Without REL, of all
/// releases that are not archived, and of whatever else ends in -signing-pending.
///
/// The columns are tag, build, minutes it has waited, since when (UTC), who put it there. JSON fields: release, tag,
/// build, seconds, since, event, by.
///
/// With --older-than only what has waited longer, and the exit code is 7 if there is any.
#[derive(Debug, clap::Args)]
#[command(after_long_help = examples!(reads, "  flr koji list-signing-queue f43\n  flr koji list-signing-queue --older-than 30m --json"))]
pub struct Args {
    /// The release
    #[arg(value_name = "REL")]
    pub release: Option<ReleaseAlias>,
    /// Only what has waited longer: a number with s, m, h or d
    #[arg(long, value_name = "TIME")]
    pub older_than: Option<Wait>,
}

/// A time to wait, as it was written: `30m`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    text: String,
    time: Duration,
}

impl FromStr for Wait {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is no time like 30m, 2h or 1d");
        let unit = text.chars().last().ok_or_else(wrong)?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            _ => return Err(wrong()),
        };
        let number = text.strip_suffix(unit).unwrap_or_default();
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong());
        }
        let number: u64 = number.parse().map_err(|_| wrong())?;
        let seconds = number.checked_mul(seconds).ok_or_else(wrong)?;
        Ok(Self { text: text.to_owned(), time: Duration::from_secs(seconds) })
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[derive(Serialize)]
struct Line<'a> {
    release: Option<&'a str>,
    tag: &'a str,
    build: &'a str,
    seconds: u64,
    since: String,
    event: u64,
    by: &'a str,
}

impl<'a> From<&'a Waiting> for Line<'a> {
    fn from(waiting: &'a Waiting) -> Self {
        Self {
            release: waiting.release.as_deref(),
            tag: waiting.tag.as_str(),
            build: waiting.nvr.as_str(),
            seconds: waiting.waits.as_secs(),
            since: when::counted(waiting.since),
            event: waiting.event.0,
            by: &waiting.by,
        }
    }
}

impl Grantable for Args {
    const GRANT: Command = Command {
        name: "koji list-signing-queue",
        class: Class::Read,
        does: "look at what waits to be signed, of {releases} or of all",
        dimensions: &[Dimension::Releases],
        effects: &[],
        options: &[CommandOption {
            name: "--older-than",
            does: "only what has waited long",
            dimension: None,
            effects: &[],
        }],
        takes_arguments: true,
    };

    fn dimensions(self) -> anyhow::Result<Dimensions> {
        Ok(ListSigningQueue::about(self.release.as_ref(), self.older_than.is_some()))
    }
}

impl Answers for Args {
    fn answer(self, asking: &mut Asking<'_>) -> anyhow::Result<u8> {
        let sources = Sources::open(asking)?;
        let queue = asking.ask(&ListSigningQueue {
            release: self.release,
            older_than: self.older_than.as_ref().map(|limit| limit.time),
            now: timestamp().as_duration().as_secs_f64(),
            directory: &sources,
            layouts: &sources.layouts,
        })?;
        note(&queue.known);
        let mut rows = Rows::new(asking.out, asking.json, ["tag", "build", "minutes", "since", "by"]);
        for line in queue.waiting.iter().map(Line::from) {
            rows.add(&line, [line.tag, line.build, &(line.seconds / 60).to_string(), &line.since, line.by]);
        }
        rows.end();
        if queue.waiting.is_empty() {
            let longer = self.older_than.as_ref().map_or(String::new(), |limit| format!(" for longer than {limit}"));
            let tags = human::count(queue.tags.len(), "tag");
            complain(Complaint::Note(&format!("nothing waits in {tags}{longer}")));
        }
        match &self.older_than {
            Some(limit) if !queue.waiting.is_empty() => {
                let count = human::count(queue.waiting.len(), "build");
                let what = format!("{count} waiting to be signed for longer than {limit}");
                Err(Error::new(Kind::AnswerIsNo, what).into())
            }
            Some(_) | None => Ok(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_to_wait() {
        for (text, seconds) in [("30m", 1_800), ("0s", 0), ("2h", 7_200), ("1d", 86_400)] {
            assert_eq!(text.parse::<Wait>().unwrap().time, Duration::from_secs(seconds), "{text}");
        }
        for bad in ["", "m", "30", "-1m", "+1m", "1.5h", "30 m", "1w", "99999999999999999999d", "1h30m", "5ä"] {
            assert!(bad.parse::<Wait>().is_err(), "{bad}");
        }
    }
}
