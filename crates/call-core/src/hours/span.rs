use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime};

use super::error::HoursError;

/// Minutes of a whole day.
const DAY: u16 = 24 * 60;

/// A time on the clock, to the minute, from 00:00 to 24:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// So many minutes after midnight; nothing past 24:00.
    pub fn from_minutes(minutes: u16) -> Option<Self> {
        (minutes <= DAY).then_some(Self(minutes))
    }

    /// As it is shown on that date; 24:00 is the next date's 00:00.
    fn on(self, date: Date) -> Option<DateTime> {
        let (date, minutes) = match self.0 {
            DAY => (date.tomorrow().ok()?, 0),
            minutes => (date, minutes),
        };
        Some(date.at((minutes / 60) as i8, (minutes % 60) as i8, 0, 0))
    }
}

impl FromStr for TimeOfDay {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let number = |digits: &str| {
            let plain = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse::<u16>().ok().filter(|_| plain)
        };
        text.split_once(':')
            .and_then(|(hour, minute)| Some((number(hour)?, number(minute)?)))
            .filter(|(_, minute)| *minute < 60)
            .and_then(|(hour, minute)| Self::from_minutes(hour * 60 + minute))
            .ok_or_else(|| HoursError::TimeOfDay(text.to_owned()))
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// One opening of a day: from its beginning until, and without, its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    from: TimeOfDay,
    until: TimeOfDay,
}

impl Span {
    /// From the one to the other; an end before the beginning is on the next day.
    ///
    /// # Errors
    /// It begins when it ends, or at 24:00.
    pub fn new(from: TimeOfDay, until: TimeOfDay) -> Result<Self, HoursError> {
        let span = Self { from, until };
        if from == until || from.0 == DAY {
            return Err(HoursError::Empty(span));
        }
        Ok(span)
    }

    /// Whether it ends on the next day.
    pub fn is_over_midnight(self) -> bool {
        self.until < self.from
    }

    /// Whether the next one of the same day begins before this one ends.
    pub(super) fn overlaps(self, next: Self) -> bool {
        self.is_over_midnight() || next.from < self.until
    }

    /// What clocks show at its beginning when it begins on that date.
    pub(super) fn begins_on(self, date: Date) -> Option<DateTime> {
        self.from.on(date)
    }

    /// What clocks show at its end when it begins on that date.
    pub(super) fn ends_on(self, date: Date) -> Option<DateTime> {
        let date = if self.is_over_midnight() { date.tomorrow().ok()? } else { date };
        self.until.on(date)
    }
}

impl FromStr for Span {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let (from, until) =
            text.split_once('-').ok_or_else(|| HoursError::Span(text.to_owned()))?;
        Self::new(from.trim().parse()?, until.trim().parse()?)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from, self.until)
    }
}
