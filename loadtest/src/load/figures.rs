//! Figures and the lines that they are printed in: the format of `make bench`.

use std::io::Write as _;
use std::time::Duration;

use serde_json::{Map, Value, json};

/// One figure as one line of JSON: `figure`, `value`, `unit`, and what belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Line(Map<String, Value>);

impl Line {
    /// A number.
    pub fn number(figure: &str, unit: &str, value: f64) -> Self {
        Self::new(figure, json!((value * 1000.0).round() / 1000.0), unit)
    }

    /// A count.
    pub fn count(figure: &str, unit: &str, value: u64) -> Self {
        Self::new(figure, json!(value), unit)
    }

    /// A figure that cannot be had here, with the reason.
    pub fn skipped(figure: &str, unit: &str, why: &str) -> Self {
        Self::new(figure, Value::Null, unit).and("note", json!(format!("skipped: {why}")))
    }

    fn new(figure: &str, value: Value, unit: &str) -> Self {
        let fields = [("figure", json!(figure)), ("value", value), ("unit", json!(unit))];
        Self(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// Adds a field.
    #[must_use]
    pub fn and(mut self, name: &str, value: Value) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }

    /// The value, when it is a number.
    pub fn value(&self) -> Option<f64> {
        self.0["value"].as_f64()
    }

    /// The name.
    pub fn figure(&self) -> &str {
        self.0["figure"].as_str().unwrap_or_default()
    }

    /// Prints it on stdout. Whoever has closed that does not want the rest.
    pub fn print(&self) {
        drop(writeln!(std::io::stdout(), "{}", json!(self.0)));
    }
}

/// Durations of which two percentiles are of interest.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sample(Vec<Duration>);

impl Sample {
    pub(crate) fn add(&mut self, duration: Duration) {
        self.0.push(duration);
    }

    /// The smallest duration that so many of a hundred do not exceed; nothing of nothing.
    pub(crate) fn percentile(&self, of_100: usize) -> Option<Duration> {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (sorted.len() * of_100).div_ceil(100).max(1);
        sorted.get(rank - 1).copied()
    }

    /// A line for p50, one for p95, with the longest and how many there are beside it.
    pub(crate) fn lines(&self, name: &str) -> Vec<Line> {
        let line = |of_100: usize| {
            let figure = format!("{name}_ms_p{of_100}");
            let Some(value) = self.percentile(of_100) else {
                return Line::skipped(&figure, "ms", "there was none");
            };
            let longest = self.percentile(100).unwrap_or_default();
            Line::number(&figure, "ms", ms(value))
                .and("of", json!(self.0.len()))
                .and("longest", json!(ms(longest).round()))
        };
        vec![line(50), line(95)]
    }
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let mut sample = Sample::default();
        assert_eq!(sample.percentile(95), None);
        for ms in [70, 10, 20, 30, 40, 50, 60, 80, 90, 100] {
            sample.add(Duration::from_millis(ms));
        }
        let at = |of_100| sample.percentile(of_100).unwrap().as_millis();
        assert_eq!((at(50), at(95), at(90), at(100)), (50, 100, 90, 100));
    }

    #[test]
    fn a_line_has_the_keys_of_the_benchmarks() {
        let line = Line::number("setup_ms_p50", "ms", 12.345_67).and("of", json!(3));
        assert_eq!(
            json!(line.0),
            json!({"figure": "setup_ms_p50", "value": 12.346, "unit": "ms", "of": 3})
        );
        let skipped = Line::skipped("x", "kB", "no such server");
        assert_eq!((skipped.value(), skipped.figure()), (None, "x"));
    }
}
