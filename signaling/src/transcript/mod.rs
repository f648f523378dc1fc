//! What was written in a chat, as a document that can be kept: JSON, plain text or a web page.
//!
//! A document is made a piece at a time: a [`Form`] is begun, given every message, and ended. None
//! of them holds more than the message it writes, so that a long chat costs what a short one does.
//!
//! What people wrote is theirs and may be anything: each form makes sure that no text can pass for
//! a part of the document. JSON and HTML escape it; plain text indents what follows a line break;
//! and what would hide or turn around what stands next to it is replaced where text is shown.

mod clean;
mod clock;
mod html;
mod json;
mod text;

use call_core::{
    Author, Body, ConversationId, FileNote, Medium, Message, MessageAudience, PersonId, TeamId,
    Time,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::auth::Role;
use crate::chat::{Said, Writer};
pub(crate) use clock::{Clock, utc};
pub(crate) use html::POLICY as PAGE_POLICY;
pub(crate) use json::Document;

/// In which form a document is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    #[default]
    Json,
    Text,
    Html,
}

/// Whose copy it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CopyFor {
    /// With the notes that agents leave each other.
    #[default]
    Agents,
    /// What the customer may have: what it was written, and by whom.
    Customer,
}

/// What a document says of its conversation before the first message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Head {
    pub(crate) conversation: ConversationId,
    pub(crate) medium: Medium,
    /// The team whose queue it was last in; none of an internal chat.
    pub(crate) team: Option<TeamId>,
    /// When it began: RFC 3339, in UTC.
    pub(crate) began_at: String,
    /// The same in milliseconds since 1970.
    pub(crate) began_at_ms: Time,
    /// When it ended; null while it goes on.
    pub(crate) ended_at: Option<String>,
    pub(crate) ended_at_ms: Option<Time>,
    /// Whose copy this is: the customer's holds no note, and names only who wrote to it.
    #[serde(rename = "for")]
    pub(crate) copy: CopyFor,
    /// Who is in it.
    pub(crate) people: Vec<Somebody>,
}

/// Somebody in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Somebody {
    pub(crate) id: PersonId,
    pub(crate) name: String,
    pub(crate) role: Role,
}

impl Somebody {
    pub(crate) fn new(id: PersonId, name: String) -> Self {
        let role = match &id {
            PersonId::Agent(_) => Role::Agent,
            PersonId::Customer(_) => Role::Customer,
        };
        Self { id, name, role }
    }
}

/// Writes a document a piece at a time: `begin`, a `message` for each, `end`.
pub(crate) trait Form: Send + Sync {
    fn begin(&mut self) -> String;
    fn message(&mut self, said: &Said) -> String;
    fn end(&mut self) -> String;
}

impl Format {
    /// A document of this form, with moments as this clock shows them.
    pub(crate) fn write(self, head: Head, clock: Clock) -> Box<dyn Form> {
        match self {
            Self::Json => Box::new(json::Json::new(head)),
            Self::Text => Box::new(text::Text::new(head, clock)),
            Self::Html => Box::new(html::Html::new(head, clock)),
        }
    }

    /// What it is as a body.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Text => "text/plain; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
        }
    }

    /// How the name of its file ends.
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Text => "txt",
            Self::Html => "html",
        }
    }
}

/// Who wrote a message, unless it is an automatic one.
pub(crate) fn writer(message: &Message) -> Option<Writer> {
    match &message.author {
        Author::Person { person, name } => {
            Some(Writer { person: person.clone(), name: name.clone() })
        }
        Author::Automatic => None,
    }
}

fn is_note(message: &Message) -> bool {
    match message.audience {
        MessageAudience::Everyone => false,
        MessageAudience::Agents => true,
    }
}

/// The lines of what is written in a message or beside its file.
fn words(body: &Body) -> Vec<String> {
    let none = body.file().is_some() && body.text().is_empty();
    clean::lines(body.text()).filter(|_| !none).collect()
}

/// What is told of a file.
fn told(FileNote { name, media_type, bytes, sha256, .. }: &FileNote) -> String {
    clean::line(&format!("{name} ({media_type}, {bytes} bytes, SHA-256 {sha256})"))
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Agent => "agent",
        Role::Customer => "customer",
    }
}

#[cfg(test)]
mod tests;
