use std::time::Duration;

use jiff::civil::Date;

use super::span::Span;
use super::week::Hours;
use crate::time::Time;

/// How far ahead a closing is looked for: further away it is of no use to anybody.
const CLOSING_AHEAD: Duration = Duration::from_hours(14 * 24);

/// Whether a team is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// It is.
    Open {
        /// Until when; nothing when it does not close within two weeks.
        closes_at: Option<Time>,
    },
    /// It is not.
    Closed {
        /// When it opens; nothing when it never does.
        opens_at: Option<Time>,
    },
}

impl Hours {
    /// Whether it is open then, and when that changes.
    pub fn at(&self, now: Time) -> Opening {
        match self.end_of_opening(now) {
            Some(end) => Opening::Open { closes_at: self.closing(now, end) },
            None => Opening::Closed { opens_at: self.next_opening(now) },
        }
    }

    /// Whether it is open then.
    pub fn is_open(&self, now: Time) -> bool {
        self.end_of_opening(now).is_some()
    }

    /// The latest end of those openings that the moment lies in.
    fn end_of_opening(&self, now: Time) -> Option<Time> {
        let today = self.zone.date(now);
        // One that began yesterday may last until today. And where clocks are put back over
        // midnight, tomorrow's may have begun though they show today again.
        let days = [today.yesterday(), Ok(today), today.tomorrow()].into_iter().flatten();
        days.flat_map(|date| self.openings(date))
            .filter(|(start, end)| *start <= now && now < *end)
            .map(|(_, end)| end)
            .max()
    }

    /// Openings that meet are one.
    fn closing(&self, now: Time, end: Time) -> Option<Time> {
        let mut end = end;
        while let Some(later) = self.end_of_opening(end) {
            if later.since(now) > CLOSING_AHEAD {
                return None;
            }
            end = later;
        }
        Some(end)
    }

    /// When it opens next; nothing when it never does.
    pub fn next_opening(&self, now: Time) -> Option<Time> {
        let today = self.zone.date(now);
        let start_on = |date: Date| {
            let starts = self.openings(date).map(|(start, _)| start);
            starts.filter(|start| *start > now).min()
        };
        // An exception may open a day that is closed in every week, at any distance.
        let exceptional = self.exceptions.range(today..).find_map(|(date, _)| start_on(*date));
        let weekly = self.days_ahead(today).find_map(start_on);
        exceptional.into_iter().chain(weekly).min()
    }

    /// As many days as the exceptions could close one after another, and one week.
    fn days_ahead(&self, first: Date) -> impl Iterator<Item = Date> {
        let never = self.weekly.iter().all(Vec::is_empty);
        let days = if never { 0 } else { 7 * (self.exceptions.len() + 1) + 1 };
        std::iter::successors(Some(first), |date| date.tomorrow().ok()).take(days)
    }

    /// The openings that begin on the date, without those the clock skips.
    fn openings(&self, date: Date) -> impl Iterator<Item = (Time, Time)> {
        let moments = move |span: &Span| {
            let start = self.zone.opening(span.begins_on(date)?)?;
            let end = self.zone.closing(span.ends_on(date)?)?;
            (start < end).then_some((start, end))
        };
        self.spans_on(date).iter().filter_map(moments)
    }
}
