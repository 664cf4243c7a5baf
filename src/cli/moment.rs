// SPDX-License-Identifier: GPL-3.0-or-later
//! Points in time, as people write them.

use crate::pipeline::timestamp;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::str::FromStr;

/// A point in time; a date is its first moment, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub Timestamp);

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let date = || {
            let date = text.parse::<Date>().ok().filter(|_| text.len() == "2026-11-21".len())?;
            Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp())
        };
        text.parse::<Timestamp>().ok().or_else(date).map(Self).ok_or_else(|| {
            "it is neither a date, 2026-11-21, nor a time with its zone, 2026-11-21T21:30:00Z".to_owned()
        })
    }
}

/// Clocks of two machines may be so far apart, in seconds.
const APART: i64 = 300;

/// A point in time that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Since(pub Timestamp);

impl Since {
    /// In seconds since 1970.
    pub fn seconds(self) -> f64 {
        self.0.as_duration().as_secs_f64()
    }
}

impl FromStr for Since {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Moment(stamp) = text.parse()?;
        // Since a year that is mistyped nothing was built, and nothing failed.
        match stamp.as_second() > timestamp().as_second() + APART {
            true => Err("it is yet to come".to_owned()),
            false => Ok(Self(stamp)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_date_or_a_time() {
        let at = |text: &str| text.parse::<Moment>().unwrap();
        assert_eq!(at("2025-11-21"), at("2025-11-21T00:00:00Z"));
        assert_eq!(at("2025-11-21T21:30:00Z"), at("2025-11-21T22:30:00+01:00"));
        for bad in ["", "yesterday", "2025-13-01", "2025-11-21T21:30:00", "20251121"] {
            assert!(bad.parse::<Moment>().is_err() && bad.parse::<Since>().is_err(), "{bad}");
        }
    }

    #[test]
    fn what_was_since_then_is_over() {
        assert_eq!("2025-11-21".parse::<Since>().map(|Since(at)| Moment(at)), "2025-11-21".parse());
        for future in ["2925-11-21", "2925-11-21T21:30:00Z"] {
            assert_eq!(future.parse::<Since>(), Err("it is yet to come".to_owned()));
            assert!(future.parse::<Moment>().is_ok());
        }
        assert!(timestamp().to_string().parse::<Since>().is_ok());
    }
}
