use std::fmt;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use crate::limits::MAX_SECONDS;
use crate::problem::Problems;
use crate::written::{FromWritten, number};

/// A span of time an operator chooses, in whole seconds, at most a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Seconds(u32);

impl Seconds {
    /// So many seconds; nothing when it is more than a day.
    pub fn new(seconds: u32) -> Option<Self> {
        (seconds <= MAX_SECONDS).then_some(Self(seconds))
    }

    /// As a span.
    pub fn duration(self) -> Duration {
        Duration::from_secs(self.0.into())
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.0)
    }
}

impl FromWritten for Seconds {
    fn read(value: &Value, at: &str, problems: &mut Problems) -> Option<Self> {
        number(value, 0..=MAX_SECONDS.into(), at, problems).map(|seconds| Self(seconds as u32))
    }
}
