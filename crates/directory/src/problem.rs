//! What is wrong with something that was written: a form, a request's body, a document.

use std::fmt;

use serde::Serialize;

use crate::limits::MAX_PROBLEMS;

/// What kind of thing is wrong, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ProblemCode {
    /// It is neither TOML nor JSON, or too large to be read.
    Unreadable,
    /// It has to be there.
    Missing,
    /// There is no such field.
    UnknownField,
    /// Not of the kind it has to be: a number where a text belongs.
    WrongType,
    /// Of the right kind, but nothing that can be meant.
    Invalid,
    /// More than there may be.
    TooMany,
    /// It is there twice.
    Duplicate,
    /// It names a team that does not exist.
    UnknownTeam,
    /// Teams that stand in for each other in a circle.
    StandInCircle,
    /// Nobody would be left to administer.
    LastOwner,
    /// It would remove whoever asks for it.
    TargetIsSelf,
    /// Whoever asks may not.
    NotPermitted,
}

/// One thing that is wrong, where, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// The path to it as written: `agent bob: teams.support`. Empty for the whole.
    pub field: String,
    /// What kind.
    pub code: ProblemCode,
    /// What is wrong and what would be right, for people.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.message)
    }
}

/// Everything that is wrong, in the order in which it was found; at most [`MAX_PROBLEMS`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Notes one; past the bound it is dropped.
    pub(crate) fn add(
        &mut self,
        field: impl Into<String>,
        code: ProblemCode,
        message: impl Into<String>,
    ) {
        if self.0.len() < MAX_PROBLEMS {
            self.0.push(Problem { field: field.into(), code, message: message.into() });
        }
    }

    /// Notes those of others that are wanted after these.
    pub(crate) fn extend(&mut self, others: Self, wanted: impl Fn(ProblemCode) -> bool) {
        let room = MAX_PROBLEMS.saturating_sub(self.0.len());
        self.0.extend(others.0.into_iter().filter(|other| wanted(other.code)).take(room));
    }

    /// One problem alone.
    pub(crate) fn one(code: ProblemCode, message: impl Into<String>) -> Self {
        let mut problems = Self::default();
        problems.add("", code, message);
        problems
    }

    /// The value, if nothing was wrong.
    pub(crate) fn none_or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }

    /// One after another.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.0.iter().enumerate() {
            let newline = if at == 0 { "" } else { "\n" };
            write!(f, "{newline}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
