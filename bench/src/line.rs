//! The lines that come out.

use std::io::Write as _;

use serde_json::{Map, Value, json};

/// One figure.
#[derive(Clone, Debug)]
pub(crate) struct Line(Map<String, Value>);

impl Line {
    /// The median of some samples, which are kept beside it.
    pub(crate) fn median(figure: &str, unit: &str, samples: &[f64]) -> Self {
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        let samples: Vec<f64> = samples.iter().copied().map(round).collect();
        Self::with_value(figure, json!(round(sorted[sorted.len() / 2])), unit)
            .and("samples", json!(samples))
    }

    /// A single number.
    pub(crate) fn single(figure: &str, unit: &str, value: f64) -> Self {
        Self::with_value(figure, json!(round(value)), unit)
    }

    /// A figure that cannot be had here, with the reason.
    pub(crate) fn skipped(figure: &str, unit: &str, why: &str) -> Self {
        Self::with_value(figure, Value::Null, unit).and("note", json!(format!("skipped: {why}")))
    }

    fn with_value(figure: &str, value: Value, unit: &str) -> Self {
        let fields = [("figure", json!(figure)), ("value", value), ("unit", json!(unit))];
        Self(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// Adds a field.
    pub(crate) fn and(mut self, name: &str, value: Value) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }

    /// Prints it.
    pub(crate) fn print(self) {
        say(&Value::Object(self.0).to_string());
    }
}

/// One line on stdout. Whoever has closed it does not want the rest.
pub(crate) fn say(text: &str) {
    drop(writeln!(std::io::stdout(), "{text}"));
}

/// One line on stderr.
pub(crate) fn progress(text: &str) {
    drop(writeln!(std::io::stderr(), "{text}"));
}

/// Three significant digits after the point are more than any of these is good for.
fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
