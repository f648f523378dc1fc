use super::span::Span;
use super::week::MAX_SPANS_PER_DAY;

/// Why something written is no opening hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// No zone of that name in the time-zone data.
    #[error("`{0}` is no time zone; use a name such as Europe/Berlin")]
    Zone(String),
    /// Not a time of day.
    #[error("`{0}` is no time of day; write it as 09:00, from 00:00 to 24:00")]
    TimeOfDay(String),
    /// Not two times of day.
    #[error("`{0}` is no span; write it as 09:00-17:00, or 22:00-02:00 over midnight")]
    Span(String),
    /// It would be a day or nothing.
    #[error("`{0}` begins when it ends; a whole day is 00:00-24:00")]
    Empty(Span),
    /// Not a day of the week.
    #[error("`{0}` is no day; there are mon, tue, wed, thu, fri, sat and sun")]
    Day(String),
    /// Not of the form of a week's entry.
    #[error("`{0}` is not of the form `mon-fri 09:00-12:30, 13:30-17:00`")]
    Week(String),
    /// Not a date.
    #[error("`{0}` is no date; write it as 2026-12-25, from the year 2000 to 2199")]
    Date(String),
    /// Not of the form of an exception.
    #[error("`{0}` is not of the form `2026-12-25 closed` or `2026-12-24 09:00-12:00`")]
    Exception(String),
    /// Two entries for one date.
    #[error("{0} is there twice")]
    DateTwice(String),
    /// Two spans of one day cover the same time.
    #[error("{0} and {1} overlap")]
    Overlap(Span, Span),
    /// More spans in a day than anybody has.
    #[error("a day has at most {MAX_SPANS_PER_DAY} spans")]
    TooManySpans,
}
