//! Opening hours as they are written in a body or a document. What they mean is call control's.

use call_core::{Hours, HoursError, MAX_EXCEPTIONS, MAX_SPANS_PER_DAY, Zone};
use serde_json::Value;

use crate::problem::{ProblemCode, Problems};
use crate::written::{Fields, FromWritten, list, written_as_text, wrong_type};

/// One line per span and day is the most that can be meant.
const MAX_WEEKLY_LINES: usize = 7 * MAX_SPANS_PER_DAY;

written_as_text!(Zone);

impl FromWritten for Hours {
    fn read(value: &Value, at: &str, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(value, at, problems)?;
        let zone = fields.required::<Zone>("zone", problems);
        // The other lines are worth reading also where the zone is wrong.
        let fallback = || "UTC".parse().expect("the data has UTC");
        let mut hours = Self::never(zone.clone().unwrap_or_else(fallback));
        if fields.raw("weekly").is_none() {
            problems.add(fields.path("weekly"), ProblemCode::Missing, "is missing");
        }
        read_lines(&mut fields, "weekly", MAX_WEEKLY_LINES, problems, |line| {
            hours.add_weekly(line)
        });
        read_lines(&mut fields, "exceptions", MAX_EXCEPTIONS, problems, |line| {
            hours.add_exception(line)
        });
        fields.finish(problems);
        zone.map(|_| hours)
    }
}

fn read_lines(
    fields: &mut Fields<'_>,
    key: &'static str,
    max: usize,
    problems: &mut Problems,
    mut add: impl FnMut(&str) -> Result<(), HoursError>,
) {
    let at = fields.path(key);
    let lines = fields.raw(key).and_then(|value| list(value, max, &at, problems));
    for (at, line) in lines.into_iter().flatten() {
        match line.as_str().map(&mut add) {
            Some(Ok(())) => {}
            Some(Err(error)) => problems.add(at, ProblemCode::Invalid, error.to_string()),
            None => wrong_type(line, "a text", &at, problems),
        }
    }
}
