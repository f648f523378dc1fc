//! How hours are written: `mon-fri 09:00-17:00`, `2026-12-25 closed`.

use jiff::civil::Date;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::error::HoursError;
use super::span::Span;
#[cfg(feature = "schema")]
use super::week::MAX_EXCEPTIONS;
use super::week::{Hours, day};

/// The days of a week, in order, as they are written.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const CLOSED: &str = "closed";
/// Calendars of other years are not anybody's opening hours.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2199;

impl Hours {
    /// Adds openings to the week, written as `mon-fri 09:00-12:30, 13:30-17:00`.
    ///
    /// # Errors
    /// It cannot be read, or overlaps what is there.
    pub fn add_weekly(&mut self, line: &str) -> Result<(), HoursError> {
        let form = || HoursError::Week(line.to_owned());
        let (days, spans) = line.trim().split_once(' ').ok_or_else(form)?;
        let spans = spans_of(spans)?;
        let mut weekly = self.weekly.clone();
        for index in days_of(days)? {
            weekly[index].extend(&spans);
            weekly[index] = day(std::mem::take(&mut weekly[index]))?;
        }
        self.weekly = weekly;
        Ok(())
    }

    /// Adds an exception, written as `2026-12-25 closed` or `2026-12-24 09:00-12:00`.
    ///
    /// # Errors
    /// It cannot be read, or the date has one.
    pub fn add_exception(&mut self, line: &str) -> Result<(), HoursError> {
        let form = || HoursError::Exception(line.to_owned());
        let (date, spans) = line.trim().split_once(' ').ok_or_else(form)?;
        let date = date_of(date)?;
        let spans = if spans.trim() == CLOSED { Vec::new() } else { day(spans_of(spans)?)? };
        if self.exceptions.contains_key(&date) {
            return Err(HoursError::DateTwice(date.to_string()));
        }
        self.exceptions.insert(date, spans);
        Ok(())
    }

    /// The week, a line for each run of days that are alike.
    pub fn weekly_lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut first = 0;
        while let Some(spans) = self.weekly.get(first) {
            let run = self.weekly[first..].iter().take_while(|other| *other == spans).count();
            let last = first + run - 1;
            let days = match run {
                1 => WEEKDAYS[first].to_owned(),
                _ => format!("{}-{}", WEEKDAYS[first], WEEKDAYS[last]),
            };
            if !spans.is_empty() {
                lines.push(format!("{days} {}", joined(spans)));
            }
            first += run;
        }
        lines
    }

    /// The exceptions, a line for each.
    pub fn exception_lines(&self) -> Vec<String> {
        let line = |(date, spans): (&Date, &Vec<Span>)| match spans.as_slice() {
            [] => format!("{date} {CLOSED}"),
            spans => format!("{date} {}", joined(spans)),
        };
        self.exceptions.iter().map(line).collect()
    }
}

fn joined(spans: &[Span]) -> String {
    spans.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn spans_of(text: &str) -> Result<Vec<Span>, HoursError> {
    text.split(',').map(|span| span.trim().parse()).collect()
}

/// `mon`, `mon,wed`, `mon-fri`, `fri-mon`
fn days_of(text: &str) -> Result<Vec<usize>, HoursError> {
    let index = |word: &str| {
        let found = WEEKDAYS.iter().position(|day| *day == word);
        found.ok_or_else(|| HoursError::Day(word.to_owned()))
    };
    let mut days = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (index(first)?, index(last)?);
        let span = (last + 7 - first) % 7;
        days.extend((0..=span).map(|step| (first + step) % 7));
    }
    Ok(days)
}

fn date_of(text: &str) -> Result<Date, HoursError> {
    let plain = text.len() == "2026-12-25".len();
    let date = text.parse::<Date>().ok().filter(|date| plain && YEARS.contains(&date.year()));
    date.ok_or_else(|| HoursError::Date(text.to_owned()))
}

/// `{ zone = "Europe/Berlin", weekly = [..], exceptions = [..] }`
impl Serialize for Hours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut hours = serializer.serialize_struct("Hours", 3)?;
        hours.serialize_field("zone", &self.zone)?;
        hours.serialize_field("weekly", &self.weekly_lines())?;
        if self.exceptions.is_empty() {
            hours.skip_field("exceptions")?;
        } else {
            hours.serialize_field("exceptions", &self.exception_lines())?;
        }
        hours.end()
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Hours {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Hours".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "object",
            "properties": {
                "zone": { "type": "string", "examples": ["Europe/Berlin"] },
                "weekly": {
                    "type": "array",
                    "items": { "type": "string" },
                    "examples": [["mon-fri 09:00-12:30, 13:30-17:00", "sat 22:00-02:00"]]
                },
                "exceptions": {
                    "type": "array",
                    "items": { "type": "string" },
                    "maxItems": MAX_EXCEPTIONS,
                    "examples": [["2026-12-24 09:00-12:00", "2026-12-25 closed"]]
                }
            },
            "required": ["zone", "weekly"],
            "additionalProperties": false
        })
    }
}
