// SPDX-License-Identifier: GPL-3.0-or-later
//! The hub's clock, and times as koji writes them.

use std::time::{SystemTime, UNIX_EPOCH};

/// Microseconds since 1970, UTC.
pub(super) fn now() -> i64 {
    #[allow(clippy::disallowed_methods, reason = "the hub is where the time comes from")]
    let now = SystemTime::now();
    now.duration_since(UNIX_EPOCH).ok().and_then(|d| i64::try_from(d.as_micros()).ok()).unwrap_or(0)
}

/// `2025-06-05 23:38:22.107072+00:00`; as in PostgreSQL's client, no fraction if it is nothing.
pub(super) fn written(micros: i64) -> String {
    use std::fmt::Write as _;
    let seconds = micros.div_euclid(1_000_000);
    let fraction = micros.rem_euclid(1_000_000);
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    let in_day = seconds.rem_euclid(86_400);
    let mut out = String::with_capacity(32);
    let (hour, minute, second) = (in_day / 3600, in_day / 60 % 60, in_day % 60);
    let _ = write!(out, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}");
    if fraction != 0 {
        let _ = write!(out, ".{fraction:06}");
    }
    out.push_str("+00:00");
    out
}

/// Seconds since 1970 as a double, as `date_part('epoch', …)` gives them.
#[allow(clippy::cast_precision_loss, reason = "microseconds of this millennium fit in 53 bits")]
pub(super) fn seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}

/// Reads what koji takes for a time: a number of seconds, or `2025-06-05`, `2025-06-05 23:38:22.1+00:00`.
pub(super) fn read(text: &str) -> Option<i64> {
    let text = text.trim();
    let (day, rest) = text.split_at_checked(10)?;
    let mut parts = day.splitn(3, '-').map(|p| p.parse::<i64>().ok());
    let (year, month, mday) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1..=12).contains(&month) || !(1..=31).contains(&mday) {
        return None;
    }
    let days = days(year, month, mday);
    let rest = rest.trim_start_matches(['T', ' ']);
    let rest = rest.trim_end_matches('Z').trim_end_matches("+00:00");
    if rest.is_empty() {
        return days.checked_mul(86_400_000_000);
    }
    let (clock, fraction) = rest.split_once('.').unwrap_or((rest, "0"));
    let mut parts = clock.splitn(3, ':').map(|p| p.parse::<i64>().ok());
    let hour = parts.next()??;
    let minute = parts.next().unwrap_or(Some(0))?;
    let second = parts.next().unwrap_or(Some(0))?;
    let fraction: String = fraction.chars().chain("000000".chars()).take(6).collect();
    let micros: i64 = fraction.parse().ok()?;
    days.checked_mul(86_400)?
        .checked_add(hour.checked_mul(3600)?)?
        .checked_add(minute.checked_mul(60)?)?
        .checked_add(second)?
        .checked_mul(1_000_000)?
        .checked_add(micros)
}

/// Year, month, day of a day counted from 1970-01-01 (proleptic Gregorian).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// The inverse of [`civil`].
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let march_month = (month + 9) % 12;
    let of_year = (153 * march_month + 2) / 5 + day - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    era * 146_097 + of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_times_as_the_recorded_hub_does() {
        assert_eq!(written(1_749_166_702_107_072), "2025-06-05 23:38:22.107072+00:00");
        assert_eq!(written(0), "1970-01-01 00:00:00+00:00");
        assert_eq!(written(951_782_400_000_000), "2000-02-29 00:00:00+00:00");
        assert!((seconds(1_749_166_702_107_072) - 1_749_166_702.107_072).abs() < 1e-9);
    }

    #[test]
    fn reads_back_what_it_writes() {
        for at in [0, 951_782_400_000_000, 1_749_166_702_107_072, 4_102_444_799_999_999] {
            assert_eq!(read(&written(at)), Some(at));
        }
        assert_eq!(read("2025-09-25 11:50:00"), Some(1_758_801_000_000_000));
        assert_eq!(read("2025-09-25"), Some(1_758_758_400_000_000));
        assert_eq!(read("yesterday"), None);
        assert_eq!(read("2025-13-25"), None);
        assert_eq!(read("žluťoučký kůň"), None);
    }
}
