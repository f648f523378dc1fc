use call_core::{ChannelId, Hours, Medium, TeamId};
use serde::Serialize;
use serde_json::Value;

use super::choice::WhenClosed;
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
    /// Whether anybody gets in by it.
    #[cfg_attr(feature = "schema", schemars(default = "on"))]
    pub enabled: bool,
    /// The priority of those who come in by it; nothing is the team's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u8>,
    /// When it is open; nothing is when the team is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// What happens to callers outside the hours; nothing is what the team says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when_closed: Option<WhenClosed>,
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
        /// Whether anybody gets in by it.
        enabled: bool = "enabled",
        /// The priority of those who come in by it; nothing is the team's.
        priority: Option<u8> = "priority",
        /// When it is open; nothing is when the team is.
        hours: Option<Hours> = "hours",
        /// What happens to callers outside the hours; nothing is what the team says.
        when_closed: Option<WhenClosed> = "when_closed",
        /// What they are told.
        texts: Texts = "texts",
    }
);

/// What a channel is that says nothing about it.
fn on() -> bool {
    true
}

impl Channel {
    /// The teams it leads to, with the field that names each.
    pub fn teams(&self) -> impl Iterator<Item = (&'static str, &TeamId)> {
        let stand_in = self.when_closed.as_ref().and_then(WhenClosed::stand_in);
        let stand_in = stand_in.map(|team| ("when_closed", team));
        std::iter::once(("team", &self.team)).chain(stand_in)
    }

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
        let enabled = fields.get::<bool>("enabled", problems).unwrap_or_else(on);
        let priority = fields.get::<Option<u8>>("priority", problems).flatten();
        let hours = fields.get::<Option<Hours>>("hours", problems).flatten();
        let when_closed = fields.get::<Option<WhenClosed>>("when_closed", problems).flatten();
        let texts = fields.get::<Texts>("texts", problems).unwrap_or_default();
        fields.finish(problems);
        Some(Self {
            id: id?,
            name: name?,
            medium: medium?,
            team: team?,
            enabled,
            priority,
            hours,
            when_closed,
            texts,
        })
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
