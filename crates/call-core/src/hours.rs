//! Opening hours: when a team's queue takes callers, in its own time zone.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan};

use crate::time::Time;

/// The days of a week, in order, as they are written in a configuration.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const MINUTES_OF_DAY: u16 = 24 * 60;

/// How many days ahead the next opening is looked for: a year, and the day after it.
const DAYS_AHEAD: i64 = 367;

/// What is wrong with opening hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// No such time zone.
    #[error("`{0}` is no time zone of the IANA database, such as `Europe/Berlin`")]
    UnknownZone(String),
    /// Not a day of the week.
    #[error("`{0}` is no day: mon, tue, wed, thu, fri, sat or sun")]
    UnknownDay(String),
    /// Not a date.
    #[error("`{0}` is no date, such as `2026-12-24`")]
    InvalidDate(String),
    /// Not an interval.
    #[error("`{0}` is no interval of a day, such as `09:00-17:30`")]
    InvalidInterval(String),
}

/// An interval of a day, in minutes since its midnight; its end is not part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Interval {
    from: u16,
    to: u16,
}

/// When a queue takes callers.
///
/// A week of intervals in a time zone, and dates on which others hold. What goes on over midnight
/// is two intervals. When clocks change, the hours are those that the wall shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    zone: TimeZone,
    weekly: [Vec<Interval>; 7],
    exceptions: BTreeMap<Date, Vec<Interval>>,
}

impl Hours {
    /// Hours of a time zone of the IANA database, closed until told otherwise.
    ///
    /// # Errors
    /// When there is no such time zone.
    pub fn in_zone(name: &str) -> Result<Self, HoursError> {
        let zone = TimeZoneDatabase::bundled().get(name);
        let zone = zone.map_err(|_| HoursError::UnknownZone(name.to_owned()))?;
        Ok(Self { zone, weekly: Default::default(), exceptions: BTreeMap::new() })
    }

    /// Opens on a day of every week: `mon`, `09:00-17:30`.
    ///
    /// # Errors
    /// When there is no such day, or the interval is none.
    pub fn open_on(mut self, day: &str, interval: &str) -> Result<Self, HoursError> {
        let index = WEEKDAYS.iter().position(|known| *known == day);
        let index = index.ok_or_else(|| HoursError::UnknownDay(day.to_owned()))?;
        self.weekly[index].push(parse_interval(interval)?);
        Ok(self)
    }

    /// Says which hours hold on one date in place of its weekday's; none for a day off.
    ///
    /// # Errors
    /// When the date or an interval is none.
    pub fn except_on(mut self, date: &str, intervals: &[&str]) -> Result<Self, HoursError> {
        let parsed = date.parse().map_err(|_| HoursError::InvalidDate(date.to_owned()))?;
        let intervals: Result<_, _> = intervals.iter().map(|text| parse_interval(text)).collect();
        self.exceptions.insert(parsed, intervals?);
        Ok(self)
    }

    /// Whether callers are taken at this moment.
    pub fn is_open(&self, at: Time) -> bool {
        let local = self.local(at);
        let part = |part: i8| u16::from(part.unsigned_abs());
        let minute = part(local.hour()) * 60 + part(local.minute());
        self.on(local.date()).iter().any(|open| open.from <= minute && minute < open.to)
    }

    /// When they are taken next, if that is within a year.
    pub fn opens_at(&self, after: Time) -> Option<Time> {
        let today = self.local(after).date();
        for ahead in 0..DAYS_AHEAD {
            let date = today.checked_add(ahead.days()).ok()?;
            let starts = self.on(date).iter().filter_map(|open| self.moment(date, open.from));
            if let Some(next) = starts.filter(|start| *start > after).min() {
                return Some(next);
            }
        }
        None
    }

    fn on(&self, date: Date) -> &[Interval] {
        let weekday = date.weekday().to_monday_zero_offset().unsigned_abs();
        self.exceptions.get(&date).unwrap_or(&self.weekly[usize::from(weekday)])
    }

    /// What the wall shows.
    fn local(&self, at: Time) -> DateTime {
        let millis = i64::try_from(at.as_millis()).unwrap_or(i64::MAX);
        let moment = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX);
        self.zone.to_datetime(moment)
    }

    /// When the wall shows this; a minute later when clocks leave it out.
    fn moment(&self, date: Date, minute: u16) -> Option<Time> {
        let midnight = date.at(0, 0, 0, 0);
        let shown = midnight.checked_add(i64::from(minute).minutes()).ok()?;
        let millis = self.zone.to_timestamp(shown).ok()?.as_millisecond();
        u64::try_from(millis).ok().map(Time)
    }
}

fn parse_interval(text: &str) -> Result<Interval, HoursError> {
    let invalid = || HoursError::InvalidInterval(text.to_owned());
    let (from, to) = text.split_once('-').ok_or_else(invalid)?;
    let interval = parse_minute(from).zip(parse_minute(to)).map(|(from, to)| Interval { from, to });
    interval.filter(|open| open.from < open.to).ok_or_else(invalid)
}

/// Minutes since midnight; `24:00` is the end of the day.
fn parse_minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let two_digits = |part: &str| {
        let plain = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u16>().ok().filter(|_| plain)
    };
    let (hour, minute) = (two_digits(hour)?, two_digits(minute)?);
    Some(hour * 60 + minute).filter(|all| minute < 60 && *all <= MINUTES_OF_DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The moment a clock on a wall in Greenwich shows this.
    fn at(text: &str) -> Time {
        Time(text.parse::<Timestamp>().unwrap().as_millisecond().unsigned_abs())
    }

    fn office() -> Hours {
        let hours = Hours::in_zone("Europe/Berlin").unwrap().open_on("mon", "09:00-12:00").unwrap();
        hours.open_on("mon", "13:00-17:30").unwrap().open_on("sun", "22:00-24:00").unwrap()
    }

    #[test]
    fn a_day_has_its_intervals_and_the_end_is_not_part_of_them() {
        // Monday, 5 January 2026; Berlin is an hour ahead.
        for (moment, open) in [
            ("2026-01-05T07:59:59Z", false),
            ("2026-01-05T08:00:00Z", true),
            ("2026-01-05T11:00:00Z", false),
            ("2026-01-05T16:29:59Z", true),
            ("2026-01-05T16:30:00Z", false),
            ("2026-01-06T10:00:00Z", false),
            ("2026-01-04T22:59:59Z", true),
            ("2026-01-04T23:00:00Z", false),
        ] {
            assert_eq!(office().is_open(at(moment)), open, "{moment}");
        }
    }

    #[test]
    fn the_next_opening_is_found_over_lunch_over_the_week_and_over_a_change_of_clocks() {
        let opens = |moment| office().opens_at(at(moment));
        assert_eq!(opens("2026-01-05T11:30:00Z"), Some(at("2026-01-05T12:00:00Z")));
        assert_eq!(opens("2026-01-05T20:00:00Z"), Some(at("2026-01-11T21:00:00Z")));
        // Summer time begins on 29 March 2026.
        assert_eq!(opens("2026-03-29T20:30:00Z"), Some(at("2026-03-30T07:00:00Z")));
    }

    #[test]
    fn an_exception_takes_the_place_of_its_weekday() {
        let hours = office().except_on("2026-01-05", &[]).unwrap();
        let hours = hours.except_on("2026-01-06", &["10:00-11:00"]).unwrap();
        assert!(!hours.is_open(at("2026-01-05T10:00:00Z")));
        assert!(hours.is_open(at("2026-01-06T09:30:00Z")));
        assert_eq!(hours.opens_at(at("2026-01-05T08:00:00Z")), Some(at("2026-01-06T09:00:00Z")));
    }

    #[test]
    fn what_never_opens_says_so() {
        let never = Hours::in_zone("UTC").unwrap();
        assert_eq!(never.opens_at(at("2026-01-05T08:00:00Z")), None);
        assert!(!never.is_open(Time(u64::MAX)));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let hours = || Hours::in_zone("UTC").unwrap();
        let zone = Hours::in_zone("Middle/Earth").unwrap_err();
        assert_eq!(zone, HoursError::UnknownZone("Middle/Earth".into()));
        let day = hours().open_on("someday", "09:00-10:00").unwrap_err();
        assert_eq!(day, HoursError::UnknownDay("someday".into()));
        for text in ["9:00-10:00", "09:00", "10:00-09:00", "09:00-09:00", "09:60-10:00", "a-b"] {
            let interval = hours().open_on("mon", text).unwrap_err();
            assert_eq!(interval, HoursError::InvalidInterval(text.into()));
        }
        let date = hours().except_on("2026-13-01", &[]).unwrap_err();
        assert_eq!(date, HoursError::InvalidDate("2026-13-01".into()));
    }
}
