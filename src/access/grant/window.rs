// SPDX-License-Identifier: GPL-3.0-or-later
//! The hours in which a clause holds, UTC.

use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use std::fmt;
use std::str::FromStr;

/// `Mon-Fri 06:00-18:00`: from the first minute to before the last, on each of these days. An end
/// that is not later than the begin is on the next day; days go on past Sunday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    text: String,
    first: i8,
    last: i8,
    begin: u16,
    end: u16,
}

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

impl Window {
    /// Whether `time` is in it.
    pub fn holds(&self, time: Timestamp) -> bool {
        let now = time.to_zoned(TimeZone::UTC);
        let minute = u16::from(now.hour().unsigned_abs()) * 60 + u16::from(now.minute().unsigned_abs());
        let today = Weekday::to_monday_zero_offset(now.weekday());
        let yesterday = (today + 6) % 7;
        if self.begin < self.end {
            return self.on(today) && (self.begin..self.end).contains(&minute);
        }
        (self.on(today) && minute >= self.begin) || (self.on(yesterday) && minute < self.end)
    }

    fn on(&self, day: i8) -> bool {
        if self.first <= self.last {
            (self.first..=self.last).contains(&day)
        } else {
            day >= self.first || day <= self.last
        }
    }
}

impl FromStr for Window {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is not like \"Mon-Fri 06:00-18:00\" (UTC)");
        let (days, hours) = text.split_once(' ').ok_or_else(wrong)?;
        let day = |name: &str| DAYS.iter().position(|day| *day == name).and_then(|n| i8::try_from(n).ok());
        let (first, last) = days.split_once('-').unwrap_or((days, days));
        let (first, last) = (day(first).ok_or_else(wrong)?, day(last).ok_or_else(wrong)?);
        let (begin, end) = hours.split_once('-').ok_or_else(wrong)?;
        let (begin, end) = (minutes(begin).ok_or_else(wrong)?, minutes(end).ok_or_else(wrong)?);
        if begin == 24 * 60 || begin == end {
            return Err(wrong());
        }
        Ok(Self { text: text.to_owned(), first, last, begin, end })
    }
}

/// `06:00`; the end of a day is `24:00`.
fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse::<u16>().ok()).flatten()
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    (minutes < 60 && hours * 60 + minutes <= 24 * 60).then_some(hours * 60 + minutes)
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_in_utc_and_end_before_their_end() {
        // 2026-11-27 is a Friday.
        let table = [
            ("Mon-Fri 06:00-18:00", "2026-11-27T06:00:00Z", true),
            ("Mon-Fri 06:00-18:00", "2026-11-27T05:59:59Z", false),
            ("Mon-Fri 06:00-18:00", "2026-11-27T17:59:59Z", true),
            ("Mon-Fri 06:00-18:00", "2026-11-27T18:00:00Z", false),
            ("Mon-Fri 06:00-18:00", "2026-11-28T12:00:00Z", false),
            ("Mon-Fri 06:00-18:00", "2026-11-27T04:30:00-02:00", true),
            ("Fri 22:00-04:00", "2026-11-28T03:59:00Z", true),
            ("Fri 22:00-04:00", "2026-11-28T04:00:00Z", false),
            ("Fri 22:00-04:00", "2026-11-27T03:00:00Z", false),
            ("Sat-Mon 00:00-24:00", "2026-11-30T23:59:59Z", true),
            ("Sat-Mon 00:00-24:00", "2026-12-01T00:00:00Z", false),
        ];
        for (window, time, holds) in table {
            let window: Window = window.parse().unwrap();
            assert_eq!(window.holds(time.parse().unwrap()), holds, "{window} at {time}");
        }
    }

    #[test]
    fn what_is_no_window() {
        for bad in [
            "",
            "Mon",
            "06:00-18:00",
            "mon 06:00-18:00",
            "Mon-Fri 6:00-18:00",
            "Mon 06:00-24:01",
            "Mon 06:00-18:60",
            "Mon 06:00-06:00",
            "Mon 24:00-06:00",
            "Mon  06:00-18:00",
            "Mon 06:00-+8:00",
        ] {
            assert!(bad.parse::<Window>().is_err(), "{bad}");
        }
    }
}
