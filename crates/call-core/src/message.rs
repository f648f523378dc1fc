//! Messages of a chat: what is written, by whom, and for whom.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::file::FileNote;
use crate::id::{IdError, PersonId, check_name};

/// The longest text of a message, in characters: a page of writing.
pub const MAX_MESSAGE_CHARS: usize = 4000;

/// The number that a client gave its message, so that saying it twice is saying it once: letters,
/// digits, dot, underscore and hyphen, as of every name. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(Arc<str>);

impl FromStr for MessageId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        check_name(text)?;
        Ok(Self(text.into()))
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for MessageId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for MessageId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for MessageId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MessageId".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$" })
    }
}

/// For whom a message is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum MessageAudience {
    /// Everybody in the conversation.
    #[default]
    Everyone,
    /// Agents only: a note, which the customer never receives.
    Agents,
}

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// Somebody in the conversation.
    Person {
        /// Who.
        person: PersonId,
        /// The name it had.
        name: String,
    },
    /// A text of the team's or the channel's.
    Automatic,
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Body {
    /// Something written; plain text, at most [`MAX_MESSAGE_CHARS`] characters.
    Text(String),
    /// A file, perhaps with something written beside it, as long as a text at most.
    File(FileNote),
}

impl Body {
    /// What is written in it or beside it.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::File(note) => &note.caption,
        }
    }

    /// The file it carries.
    pub fn file(&self) -> Option<&FileNote> {
        match self {
            Self::Text(_) => None,
            Self::File(note) => Some(note),
        }
    }
}

/// A message with its place in the one order of its conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its number: 1, 2, 3 and so on, notes included.
    pub number: u64,
    /// Who wrote it.
    pub author: Author,
    /// What the author's client calls it; none of an automatic one.
    pub id: Option<MessageId>,
    /// For whom it is.
    pub audience: MessageAudience,
    /// What it says.
    pub body: Body,
}

/// Whether a person may ever read what is written for this audience.
pub fn reads(person: &PersonId, audience: MessageAudience) -> bool {
    match (person, audience) {
        (PersonId::Agent(_), _) | (PersonId::Customer(_), MessageAudience::Everyone) => true,
        (PersonId::Customer(_), MessageAudience::Agents) => false,
    }
}
