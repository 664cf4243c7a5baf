// SPDX-License-Identifier: GPL-3.0-or-later
//! Times as flr shows them: ISO 8601, UTC, whole seconds.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// A time that the hub wrote (`2025-06-05 23:38:22.107072+00:00`; old hubs leave the offset away
/// and mean UTC) as `2025-06-05T23:38:22Z`. Text that is no time stays as it is.
pub fn written(text: &str) -> String {
    let stamp = text.parse::<Timestamp>().ok().or_else(|| {
        let local: DateTime = text.parse().ok()?;
        Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp())
    });
    stamp.map_or_else(|| text.to_owned(), shown)
}

/// Seconds since 1970 as `2025-06-05T23:38:22Z`. Seconds that no calendar has stay a number.
pub fn counted(seconds: f64) -> String {
    // The cast saturates, and what is out of range has no timestamp.
    #[allow(clippy::cast_possible_truncation)]
    let whole = seconds.floor() as i64;
    Timestamp::from_second(whole).map_or_else(|_| seconds.to_string(), shown)
}

fn shown(stamp: Timestamp) -> String {
    stamp.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_iso_in_utc() {
        for (given, expected) in [
            ("2025-06-05 23:38:22.107072+00:00", "2025-06-05T23:38:22Z"),
            ("2025-06-05 23:38:22+00:00", "2025-06-05T23:38:22Z"),
            ("2025-06-06 01:38:22+02:00", "2025-06-05T23:38:22Z"),
            ("2012-02-29 00:00:00.5", "2012-02-29T00:00:00Z"),
            ("soon", "soon"),
        ] {
            assert_eq!(written(given), expected, "{given}");
        }
        assert_eq!(counted(1_749_166_702.107), "2025-06-05T23:38:22Z");
        assert_eq!(counted(0.0), "1970-01-01T00:00:00Z");
        assert_eq!(counted(1e300), 1e300.to_string());
    }
}
