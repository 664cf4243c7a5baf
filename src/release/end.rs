// SPDX-License-Identifier: GPL-3.0-or-later
//! Whether a release's recorded end has come.

use crate::bodhi::Record;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// An end that is still to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToCome {
    /// The day that Bodhi records.
    pub end: Date,
    /// The day it is, UTC.
    pub today: Date,
}

/// The end of a release, if it is after the day of `now` (seconds since 1970, UTC); `None` also if Bodhi records no
/// day. On the day itself it has come.
pub fn end_to_come(release: &Record, now: f64) -> Option<ToCome> {
    let end = release.eol.as_deref()?.parse::<Date>().ok()?;
    #[allow(clippy::cast_possible_truncation, reason = "a day is looked for")]
    let today = Timestamp::from_second(now as i64).ok()?.to_zoned(TimeZone::UTC).date();
    (today < end).then_some(ToCome { end, today })
}
