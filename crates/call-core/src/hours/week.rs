use std::collections::BTreeMap;

use jiff::civil::Date;

use super::error::HoursError;
use super::span::Span;
use super::zone::Zone;

/// Spans within one day: more than anybody has.
pub const MAX_SPANS_PER_DAY: usize = 8;
/// Exceptions of one week: more than a year of single days. Whoever reads hours that others wrote
/// keeps to it; it also bounds how far ahead an opening is looked for.
pub const MAX_EXCEPTIONS: usize = 400;

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
