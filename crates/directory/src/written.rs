//! Reads nouns out of JSON, noting everything that is wrong instead of stopping at the first.

use std::fmt::Display;
use std::str::FromStr;

use serde_json::{Map, Value};

use crate::problem::{ProblemCode, Problems};

/// What can be read from a written value. Says at `at` what is wrong, and gives nothing then.
pub(crate) trait FromWritten: Sized {
    fn read(value: &Value, at: &str, problems: &mut Problems) -> Option<Self>;
}

/// `null` takes a choice back.
impl<T: FromWritten> FromWritten for Option<T> {
    fn read(value: &Value, at: &str, problems: &mut Problems) -> Option<Self> {
        if value.is_null() { Some(None) } else { T::read(value, at, problems).map(Some) }
    }
}

impl FromWritten for bool {
    fn read(value: &Value, at: &str, problems: &mut Problems) -> Option<Self> {
        let flag = value.as_bool();
        if flag.is_none() {
            wrong_type(value, "true or false", at, problems);
        }
        flag
    }
}

/// A text whose type says what it may be.
pub(crate) fn parsed<T: FromStr>(value: &Value, at: &str, problems: &mut Problems) -> Option<T>
where
    T::Err: Display,
{
    let Some(text) = value.as_str() else {
        wrong_type(value, "a text", at, problems);
        return None;
    };
    match text.parse() {
        Ok(parsed) => Some(parsed),
        Err(error) => {
            problems.add(at, ProblemCode::Invalid, error.to_string());
            None
        }
    }
}

/// A whole number within bounds.
pub(crate) fn number(
    value: &Value,
    bounds: std::ops::RangeInclusive<u64>,
    at: &str,
    problems: &mut Problems,
) -> Option<u64> {
    let (low, high) = (bounds.start(), bounds.end());
    let expected = format!("a whole number from {low} to {high}");
    if !value.is_number() {
        wrong_type(value, &expected, at, problems);
        return None;
    }
    let number = value.as_u64().filter(|number| bounds.contains(number));
    if number.is_none() {
        problems.add(at, ProblemCode::Invalid, format!("{value} is not {expected}"));
    }
    number
}

/// The entries of a list, each with its path.
pub(crate) fn list<'a>(
    value: &'a Value,
    max: usize,
    at: &str,
    problems: &mut Problems,
) -> Option<Vec<(String, &'a Value)>> {
    let Some(entries) = value.as_array() else {
        wrong_type(value, "a list", at, problems);
        return None;
    };
    if entries.len() > max {
        let message = format!("has {} entries, at most {max} are possible", entries.len());
        problems.add(at, ProblemCode::TooMany, message);
        return None;
    }
    let entries = entries.iter().enumerate();
    Some(entries.map(|(index, entry)| (format!("{at}[{index}]"), entry)).collect())
}

pub(crate) fn wrong_type(value: &Value, expected: &str, at: &str, problems: &mut Problems) {
    let found = match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a table",
    };
    problems.add(at, ProblemCode::WrongType, format!("is {found}, it has to be {expected}"));
}

/// Types that are one text.
macro_rules! written_as_text {
    ($($type:ty),+ $(,)?) => {$(
        impl crate::written::FromWritten for $type {
            fn read(
                value: &serde_json::Value,
                at: &str,
                problems: &mut crate::problem::Problems,
            ) -> Option<Self> {
                crate::written::parsed(value, at, problems)
            }
        }
    )+};
}
pub(crate) use written_as_text;

written_as_text!(call_core::AgentId, call_core::ChannelId, call_core::TeamId);

/// A table being read: knows which of its keys were asked for.
pub(crate) struct Fields<'a> {
    at: String,
    /// What stands between the table's name and a field's.
    joint: &'static str,
    map: &'a Map<String, Value>,
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// The table, or a problem when it is none.
    pub(crate) fn of(value: &'a Value, at: &str, problems: &mut Problems) -> Option<Self> {
        let Some(map) = value.as_object() else {
            wrong_type(value, "a table", at, problems);
            return None;
        };
        Some(Self { at: at.to_owned(), joint: ".", map, known: Vec::new() })
    }

    /// The path of a field of this table.
    pub(crate) fn path(&self, key: &str) -> String {
        if self.at.is_empty() { key.to_owned() } else { format!("{}{}{key}", self.at, self.joint) }
    }

    /// Calls the table by the id it turned out to have: `team sales: name`, for `team[3].name`.
    pub(crate) fn named(&mut self, name: String) {
        self.at = name;
        self.joint = ": ";
    }

    /// The value as it stands, if it is there.
    pub(crate) fn raw(&mut self, key: &'static str) -> Option<&'a Value> {
        self.known.push(key);
        self.map.get(key)
    }

    /// The field, if it is there and right.
    pub(crate) fn get<T: FromWritten>(
        &mut self,
        key: &'static str,
        problems: &mut Problems,
    ) -> Option<T> {
        let value = self.raw(key)?;
        T::read(value, &self.path(key), problems)
    }

    /// The field, which has to be there.
    pub(crate) fn required<T: FromWritten>(
        &mut self,
        key: &'static str,
        problems: &mut Problems,
    ) -> Option<T> {
        if self.raw(key).is_none() {
            problems.add(self.path(key), ProblemCode::Missing, "is missing");
            return None;
        }
        self.get(key, problems)
    }

    /// Notes every key nobody asked for.
    pub(crate) fn finish(mut self, problems: &mut Problems) {
        self.known.dedup();
        let unknown = self.map.keys().filter(|key| !self.known.contains(&key.as_str()));
        for key in unknown {
            let message = format!("does not exist; there are {}", self.known.join(", "));
            problems.add(self.path(key), ProblemCode::UnknownField, message);
        }
    }
}
