use std::fmt;
use std::str::FromStr;

use call_core::{AgentId, PersonId, TeamId, Time};
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::text::{ReplyText, Shortcut, Title};
use crate::problem::{ProblemCode, Problems};
use crate::written::{Fields, FromWritten, number, written_as_text};

/// A text agents put into what they write, so that it need not be written each time.
///
/// Never sent by itself: it goes into what an agent is writing, who reads it over and sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QuickReply {
    /// Its id, the server's.
    pub id: QuickReplyId,
    /// Whose it is.
    pub owner: ReplyOwner,
    /// What it says.
    #[serde(flatten)]
    pub words: ReplyWords,
    /// How often it was written: who changes it says which one was read.
    pub version: u64,
    /// When it was written last.
    #[serde(rename = "updated_at_ms")]
    pub updated_at: Time,
    /// Who wrote it last.
    pub updated_by: PersonId,
}

/// What a quick reply says, and how it is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReplyWords {
    /// What lists show.
    pub title: Title,
    /// The text. `{customer}`, `{agent}`, `{team}`, `{conversation}` and `{greeting}` stand for
    /// what they are in the conversation it is put into, `{{` for a brace: the page fills them in.
    pub text: ReplyText,
    /// What finds it at once; one of its owner's has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shortcut: Option<Shortcut>,
}

/// A quick reply that is to be: the body of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReplyDraft {
    /// Whose it is to be; nothing is whoever asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<ReplyOwner>,
    /// What it says.
    #[serde(flatten)]
    pub words: ReplyWords,
}

/// What a quick reply is to say: the body of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReplyEdit {
    /// Of the one that was read: another that was written meanwhile is not written over.
    pub version: u64,
    /// What it says.
    #[serde(flatten)]
    pub words: ReplyWords,
}

/// Which quick reply: `q7`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct QuickReplyId(pub u64);

/// A text that is no such id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no id of a quick reply; they are written as q7")]
pub struct QuickReplyIdError;

/// Whose a quick reply is: `agent:bob` has it for itself, `team:support` for all of the team.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReplyOwner {
    /// An agent's own.
    Agent(AgentId),
    /// A team's.
    Team(TeamId),
}

/// A text that names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("names nobody; write agent:ID or team:ID")]
pub struct ReplyOwnerError;

impl fmt::Display for QuickReplyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "q{}", self.0)
    }
}

impl FromStr for QuickReplyId {
    type Err = QuickReplyIdError;

    fn from_str(text: &str) -> Result<Self, QuickReplyIdError> {
        let digits = text.strip_prefix('q').ok_or(QuickReplyIdError)?;
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        let number = digits.parse().ok().filter(|_| plain);
        number.map(Self).ok_or(QuickReplyIdError)
    }
}

impl Serialize for QuickReplyId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for ReplyOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agent(agent) => write!(f, "agent:{agent}"),
            Self::Team(team) => write!(f, "team:{team}"),
        }
    }
}

impl FromStr for ReplyOwner {
    type Err = ReplyOwnerError;

    fn from_str(text: &str) -> Result<Self, ReplyOwnerError> {
        let (kind, id) = text.split_once(':').ok_or(ReplyOwnerError)?;
        match kind {
            "agent" => id.parse().map(Self::Agent).map_err(|_| ReplyOwnerError),
            "team" => id.parse().map(Self::Team).map_err(|_| ReplyOwnerError),
            _ => Err(ReplyOwnerError),
        }
    }
}

impl Serialize for ReplyOwner {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

written_as_text!(QuickReplyId, ReplyOwner);

impl ReplyWords {
    fn fields(fields: &mut Fields<'_>, problems: &mut Problems) -> Option<Self> {
        let title = fields.required("title", problems);
        let text = fields.required("text", problems);
        let shortcut = fields.get::<Option<Shortcut>>("shortcut", problems).flatten();
        Some(Self { title: title?, text: text?, shortcut })
    }
}

impl ReplyDraft {
    /// Reads one from JSON.
    ///
    /// # Errors
    /// Everything that is wrong, each with its field.
    pub fn from_json(value: &Value) -> Result<Self, Problems> {
        read(value, |fields, problems| {
            let owner = fields.get::<Option<ReplyOwner>>("owner", problems).flatten();
            Some(Self { owner, words: ReplyWords::fields(fields, problems)? })
        })
    }
}

impl ReplyEdit {
    /// Reads one from JSON.
    ///
    /// # Errors
    /// Everything that is wrong, each with its field.
    pub fn from_json(value: &Value) -> Result<Self, Problems> {
        read(value, |fields, problems| {
            let version = fields.required::<Count>("version", problems);
            let words = ReplyWords::fields(fields, problems);
            Some(Self { version: version?.0, words: words? })
        })
    }
}

impl QuickReply {
    /// Reads one from JSON, as it is stored.
    ///
    /// # Errors
    /// Everything that is wrong, each with its field.
    pub fn from_json(value: &Value) -> Result<Self, Problems> {
        read(value, |fields, problems| {
            let id = fields.required("id", problems);
            let owner = fields.required("owner", problems);
            let words = ReplyWords::fields(fields, problems);
            let version = fields.required::<Count>("version", problems);
            let updated_at = fields.required::<Count>("updated_at_ms", problems);
            let updated_by = fields.required::<Writer>("updated_by", problems);
            Some(Self {
                id: id?,
                owner: owner?,
                words: words?,
                version: version?.0,
                updated_at: Time(updated_at?.0),
                updated_by: updated_by?.0,
            })
        })
    }
}

fn read<T>(
    value: &Value,
    fields_of: impl FnOnce(&mut Fields<'_>, &mut Problems) -> Option<T>,
) -> Result<T, Problems> {
    let mut problems = Problems::default();
    let read = Fields::of(value, "", &mut problems).and_then(|mut fields| {
        let read = fields_of(&mut fields, &mut problems);
        fields.finish(&mut problems);
        read
    });
    match read {
        Some(read) => problems.none_or(read),
        None => Err(problems),
    }
}

/// A whole number.
struct Count(u64);

impl FromWritten for Count {
    fn read(value: &Value, at: &str, problems: &mut Problems) -> Option<Self> {
        number(value, 0..=i64::MAX as u64, at, problems).map(Self)
    }
}

/// A person, as in `agent:bob`.
struct Writer(PersonId);

impl FromWritten for Writer {
    fn read(value: &Value, at: &str, problems: &mut Problems) -> Option<Self> {
        let person = serde_json::from_value(value.clone());
        person.map(Self).map_err(|_| problems.add(at, ProblemCode::Invalid, "is nobody")).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_owners_round_trip_through_their_words() {
        for text in ["agent:bob", "team:support"] {
            assert_eq!(text.parse::<ReplyOwner>().unwrap().to_string(), text);
        }
        for text in ["bob", "agent:", "team:a b", "customer:x1", ":", "agent:bob:carol"] {
            assert_eq!(text.parse::<ReplyOwner>(), Err(ReplyOwnerError), "{text}");
        }
        assert_eq!("q7".parse(), Ok(QuickReplyId(7)));
        for text in ["7", "q", "q07", "q-1", "q0", "q99999999999999999999", "c7"] {
            assert_eq!(text.parse::<QuickReplyId>(), Err(QuickReplyIdError), "{text}");
        }
    }
}
