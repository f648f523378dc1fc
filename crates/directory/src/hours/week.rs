use std::collections::BTreeMap;

use jiff::civil::Date;

use super::error::HoursError;
use super::span::Span;
use super::zone::Zone;
use crate::limits::MAX_SPANS_PER_DAY;

/// When a team is open: a week that repeats, and the dates on which something else holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    pub(super) zone: Zone,
    /// From Monday, each in order and without overlap.
    pub(super) weekly: [Vec<Span>; 7],
    /// What holds in place of the week's; nothing is closed.
    pub(super) exceptions: BTreeMap<Date, Vec<Span>>,
}

impl Hours {
    /// Never open, until openings are added.
    pub fn never(zone: Zone) -> Self {
        Self { zone, weekly: Default::default(), exceptions: BTreeMap::new() }
    }

    /// The zone its times are meant in.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The openings that begin on the date.
    pub(super) fn spans_on(&self, date: Date) -> &[Span] {
        let day = date.weekday().to_monday_zero_offset() as usize;
        self.exceptions.get(&date).unwrap_or(&self.weekly[day])
    }
}

/// The spans of one day in order.
///
/// # Errors
/// Two of them overlap, or there are too many.
pub(super) fn day(mut spans: Vec<Span>) -> Result<Vec<Span>, HoursError> {
    if spans.len() > MAX_SPANS_PER_DAY {
        return Err(HoursError::TooManySpans);
    }
    spans.sort_unstable();
    let mut pairs = spans.iter().zip(spans.iter().skip(1));
    match pairs.find(|(span, next)| span.overlaps(**next)) {
        Some((span, next)) => Err(HoursError::Overlap(*span, *next)),
        None => Ok(spans),
    }
}

/// Hours as days that each stand for themselves, for who knows of no midnight to be crossed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days {
    /// What is open on each day of the week, from Monday: spans that end by 24:00.
    pub weekly: [Vec<Span>; 7],
    /// What is open on dates that are not like their weekday.
    pub exceptions: BTreeMap<Date, Vec<Span>>,
}

impl Hours {
    /// Cuts every opening at midnight. What lasts from a day into an exception, and from an
    /// exception into a day, is said by an exception.
    pub fn days(&self) -> Days {
        let weekly = std::array::from_fn(|day| {
            let before = &self.weekly[(day + 6) % 7];
            parts(before, &self.weekly[day])
        });
        let mut exceptions = BTreeMap::new();
        let next_days = self.exceptions.keys().filter_map(|date| date.tomorrow().ok());
        for date in self.exceptions.keys().copied().chain(next_days) {
            let before = date.yesterday().map_or(&[][..], |before| self.spans_on(before));
            let open = parts(before, self.spans_on(date));
            let day = date.weekday().to_monday_zero_offset() as usize;
            if open != weekly[day] {
                exceptions.insert(date, open);
            }
        }
        Days { weekly, exceptions }
    }
}

/// What of two days lies in the second.
fn parts(before: &[Span], own: &[Span]) -> Vec<Span> {
    let mornings = before.iter().filter_map(|span| span.after_midnight());
    mornings.chain(own.iter().map(|span| span.before_midnight())).collect()
}
