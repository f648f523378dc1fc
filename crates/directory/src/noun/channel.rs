use call_core::{Medium, TeamId};
use serde::Serialize;
use serde_json::Value;

use super::channel_id::ChannelId;
use super::text::{Name, Texts};
use crate::patch::patch;
use crate::problem::{ProblemCode, Problems};
use crate::written::{Fields, FromWritten, wrong_type};

/// A way in, such as a web page's widget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Channel {
    /// Its id, which never changes.
    pub id: ChannelId,
    /// The name people read.
    pub name: Name,
    /// What is spoken or written over it.
    pub medium: Medium,
    /// The team that answers.
    pub team: TeamId,
    /// The priority of those who come in by it; nothing is the team's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u8>,
    /// What they are told, where it is not what the team says.
    #[cfg_attr(feature = "schema", schemars(default))]
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub texts: Texts,
}

patch!(
    /// What is to be different about a channel.
    ChannelPatch of Channel {
        /// The name people read.
        name: Name = "name",
        /// What is spoken or written over it.
        medium: Medium = "medium",
        /// The team that answers.
        team: TeamId = "team",
        /// The priority of those who come in by it; nothing is the team's.
        priority: Option<u8> = "priority",
        /// What they are told.
        texts: Texts = "texts",
    }
);

impl Channel {
    /// Reads a channel from JSON, as in the body of a request: what [`Serialize`] writes.
    ///
    /// # Errors
    /// Everything that is wrong, each with its field.
    pub fn from_json(value: &Value) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        match Self::read(value, "", &mut problems) {
            Some(channel) => problems.none_or(channel),
            None => Err(problems),
        }
    }
}

impl FromWritten for Channel {
    fn read(value: &Value, at: &str, problems: &mut Problems) -> Option<Self> {
        let mut fields = Fields::of(value, at, problems)?;
        let id = fields.required::<ChannelId>("id", problems);
        if let (Some(id), false) = (&id, at.is_empty()) {
            fields.named(format!("channel {id}"));
        }
        let name = fields.required::<Name>("name", problems);
        let medium = fields.required::<Medium>("medium", problems);
        let team = fields.required::<TeamId>("team", problems);
        let priority = fields.get::<Option<u8>>("priority", problems).flatten();
        let texts = fields.get::<Texts>("texts", problems).unwrap_or_default();
        fields.finish(problems);
        Some(Self { id: id?, name: name?, medium: medium?, team: team?, priority, texts })
    }
}

impl FromWritten for Medium {
    fn read(value: &Value, at: &str, problems: &mut Problems) -> Option<Self> {
        match value.as_str() {
            Some("voice") => Some(Self::Voice),
            Some("chat") => Some(Self::Chat),
            Some(other) => {
                let message = format!("`{other}` is none of voice, chat");
                problems.add(at, ProblemCode::Invalid, message);
                None
            }
            None => {
                wrong_type(value, "voice or chat", at, problems);
                None
            }
        }
    }
}
