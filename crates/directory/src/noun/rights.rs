use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::problem::{ProblemCode, Problems};
use crate::written::{FromWritten, list, parsed};

/// What an agent may do with one team's conversations. No right at all is no membership.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rights {
    /// Is rung, and answers.
    pub answer: bool,
    /// Monitors, and listens in for training.
    pub listen: bool,
    /// Supervises: coaches, barges, takes over, and manages the team. Whoever manages may listen.
    pub manage: bool,
}

/// A word that is no right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no right; there are answer, listen and manage")]
pub struct RightsError(String);

impl Rights {
    /// No right.
    pub const NONE: Self = Self { answer: false, listen: false, manage: false };
    /// The right to answer.
    pub const ANSWER: Self = Self { answer: true, ..Self::NONE };
    /// The right to listen.
    pub const LISTEN: Self = Self { listen: true, ..Self::NONE };
    /// The right to manage.
    pub const MANAGE: Self = Self { manage: true, ..Self::NONE };

    /// Whether conversations may be listened to: by that right, or by managing.
    pub fn may_listen(self) -> bool {
        self.listen || self.manage
    }

    /// Whether there is none.
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// These and the others.
    #[must_use]
    pub fn with(self, others: Self) -> Self {
        Self {
            answer: self.answer || others.answer,
            listen: self.listen || others.listen,
            manage: self.manage || others.manage,
        }
    }

    /// These without the others.
    #[must_use]
    pub fn without(self, others: Self) -> Self {
        Self {
            answer: self.answer && !others.answer,
            listen: self.listen && !others.listen,
            manage: self.manage && !others.manage,
        }
    }

    fn words(self) -> impl Iterator<Item = &'static str> {
        let words = [(self.answer, "answer"), (self.listen, "listen"), (self.manage, "manage")];
        words.into_iter().filter_map(|(has, word)| has.then_some(word))
    }
}

/// `answer,listen`
impl fmt::Display for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().collect::<Vec<_>>().join(","))
    }
}

/// Words with commas between them, as on a command line.
impl FromStr for Rights {
    type Err = RightsError;

    fn from_str(text: &str) -> Result<Self, RightsError> {
        text.split(',').try_fold(Self::NONE, |rights, word| {
            Ok(rights.with(match word.trim() {
                "answer" => Self::ANSWER,
                "listen" => Self::LISTEN,
                "manage" => Self::MANAGE,
                other => return Err(RightsError(other.to_owned())),
            }))
        })
    }
}

/// A list of words.
impl Serialize for Rights {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.words())
    }
}

impl FromWritten for Rights {
    fn read(value: &Value, at: &str, problems: &mut Problems) -> Option<Self> {
        let words = list(value, 3, at, problems)?;
        let mut rights = Self::NONE;
        for (at, word) in words {
            rights = rights.with(parsed(word, &at, problems)?);
        }
        if rights.is_none() {
            let message = "has no right; leave the team out, or name answer, listen or manage";
            problems.add(at, ProblemCode::Invalid, message);
            return None;
        }
        Some(rights)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_round_trip_through_their_words() {
        for text in ["answer", "listen,manage", "answer,listen,manage"] {
            assert_eq!(text.parse::<Rights>().unwrap().to_string(), text);
        }
        assert_eq!("manage, answer".parse::<Rights>().unwrap().to_string(), "answer,manage");
        assert_eq!("".parse::<Rights>(), Err(RightsError(String::new())));
    }

    #[test]
    fn who_manages_may_listen() {
        assert!(Rights::MANAGE.may_listen() && !Rights::ANSWER.may_listen());
        let rights = Rights::MANAGE.with(Rights::ANSWER).without(Rights::MANAGE);
        assert_eq!(rights, Rights::ANSWER);
    }
}
