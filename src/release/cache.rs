// SPDX-License-Identifier: GPL-3.0-or-later
//! What Bodhi said last, kept with its date for when it is away.

use crate::bodhi::Records;
use crate::{Error, Result};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The one version of the file.
const FORMAT: u32 = 1;

/// No cache is longer.
const MOST_BYTES: u64 = 64 << 20;

/// `STATE/releases.json`, one for each Bodhi.
#[derive(Debug, Clone)]
pub struct Cache {
    file: PathBuf,
    /// Whose records they are: another Bodhi's are worth nothing.
    bodhi: String,
    limit: Duration,
    now: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
struct Content {
    format: u32,
    bodhi: String,
    /// UTC, as RFC 3339.
    written: String,
    records: Records,
}

/// What was kept.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The records.
    pub records: Records,
    /// When Bodhi said so.
    pub written: Timestamp,
    /// How long ago that is.
    pub age: Duration,
}

impl Cache {
    /// The cache in `state`, for the Bodhi at `bodhi`, as seen at `now`; older than `limit` it is not used.
    pub fn new(state: &Path, bodhi: &str, limit: Duration, now: Timestamp) -> Self {
        Self { file: state.join("releases.json"), bodhi: bodhi.to_owned(), limit, now }
    }

    /// Keeps what Bodhi said now, in place of what was there.
    pub fn keep(&self, records: &Records) -> Result<()> {
        let content = Content {
            format: FORMAT,
            bodhi: self.bodhi.clone(),
            written: self.now.to_string(),
            records: records.clone(),
        };
        let text = serde_json::to_vec(&content).map_err(|e| Error::failed(format!("cannot keep the releases: {e}")))?;
        self.replace(&text)
            .map_err(|e| Error::failed(format!("cannot keep the releases in {}: {e}", self.file.display())))
    }

    /// Whole or not at all: another process may be reading.
    fn replace(&self, text: &[u8]) -> std::io::Result<()> {
        if let Some(dir) = self.file.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        }
        let new = self.file.with_extension(format!("json.{}", std::process::id()));
        let written =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new).and_then(|mut file| {
                file.write_all(text)?;
                file.sync_all()
            });
        match written.and_then(|()| fs::rename(&new, &self.file)) {
            Ok(()) => Ok(()),
            Err(error) => {
                let _ = fs::remove_file(&new);
                Err(error)
            }
        }
    }

    /// What was kept of this Bodhi, if it is young enough. `Ok(Err(why))`: it cannot be used.
    pub fn kept(&self) -> Result<Kept, String> {
        let shown = self.file.display();
        let mut text = Vec::new();
        let read = fs::File::open(&self.file).and_then(|file| file.take(MOST_BYTES).read_to_end(&mut text));
        match read {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Err("nothing was kept of it".to_owned()),
            Err(error) => return Err(format!("{shown} cannot be read: {error}")),
        }
        let content: Content = serde_json::from_slice(&text).map_err(|error| format!("{shown} is damaged: {error}"))?;
        if content.format != FORMAT {
            return Err(format!("{shown} is of another version of flr"));
        }
        if content.bodhi != self.bodhi {
            return Err(format!("what was kept is of {}", content.bodhi));
        }
        let written: Timestamp = content.written.parse().map_err(|error| format!("{shown} is damaged: {error}"))?;
        // A clock that was set back makes the file one of the future.
        let seconds = u64::try_from(self.now.as_second().saturating_sub(written.as_second())).unwrap_or(0);
        let age = Duration::from_secs(seconds);
        if age > self.limit {
            return Err(format!("what was kept is {} old, and {} is the limit", told(age), told(self.limit)));
        }
        Ok(Kept { records: content.records, written, age })
    }
}

/// An age for people: the largest unit that fits twice, or the next one.
pub(super) fn told(age: Duration) -> String {
    let seconds = age.as_secs();
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bodhi::Unreadable;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    const DAY: Duration = Duration::from_secs(86_400);

    #[test]
    fn young_records_of_the_same_bodhi_are_used() {
        let dir = tempfile::tempdir().unwrap();
        let state = dir.path().join("state");
        let cache = |bodhi: &str, now: &str| Cache::new(&state, bodhi, DAY, at(now));
        let bad = Unreadable { name: "F1".into(), why: "odd".into() };
        let records = Records { releases: vec![], unreadable: vec![bad] };
        let begin = cache("https://a/", "2026-11-26T10:00:00Z");
        assert_eq!(begin.kept().unwrap_err(), "nothing was kept of it");
        begin.keep(&records).unwrap();
        let kept = cache("https://a/", "2026-11-27T10:00:00Z").kept().unwrap();
        assert_eq!((kept.records, kept.age, kept.written), (records, DAY, at("2026-11-26T10:00:00Z")));
        assert_eq!(cache("https://a/", "2026-11-20T10:00:00Z").kept().unwrap().age, Duration::ZERO);
        assert_eq!(
            cache("https://a/", "2026-11-29T10:00:00Z").kept().unwrap_err(),
            "what was kept is 3 days old, and 24 hours is the limit"
        );
        assert_eq!(cache("https://b/", "2026-11-26T10:00:00Z").kept().unwrap_err(), "what was kept is of https://a/");
        let left: Vec<_> = fs::read_dir(&state).unwrap().collect();
        assert_eq!(left.len(), 1);
    }

    #[test]
    fn a_damaged_file_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path(), "https://a/", DAY, at("2026-11-26T10:00:00Z"));
        for text in ["", "{", "[]", "{\"format\":1}", &"[".repeat(300_000)] {
            fs::write(dir.path().join("releases.json"), text).unwrap();
            assert!(cache.kept().unwrap_err().contains("is damaged"), "{}", text.len());
        }
        let other = "{\"format\":2,\"bodhi\":\"\",\"written\":\"2026-11-26T10:00:00Z\",\"records\":{\"releases\":[],\"unreadable\":[]}}";
        fs::write(dir.path().join("releases.json"), other).unwrap();
        assert!(cache.kept().unwrap_err().contains("another version"));
    }

    #[test]
    fn ages_for_people() {
        for (seconds, text) in
            [(1, "1 second"), (119, "119 seconds"), (120, "2 minutes"), (7_200, "2 hours"), (172_800, "2 days")]
        {
            assert_eq!(told(Duration::from_secs(seconds)), text);
        }
    }
}
