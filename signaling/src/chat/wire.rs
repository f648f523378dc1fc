use std::collections::BTreeMap;
use std::fmt;

use call_core::{
    ContentHash, ConversationId, FileId, Marks, MessageAudience, MessageId, PersonId, Time,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::protocol::{MAX_REQUEST_ID, Text, WireError};

/// What somebody writes. A bound against abuse, which no frame exceeds: how much of it makes sense
/// is call control's to say, as `text_too_long`.
pub type ChatText = Text<16_384>;

/// What a client sends on its chat channel.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ChatClientMessage {
    /// Begins to follow a conversation, or goes on after a cut.
    Follow {
        /// Which.
        conversation: ConversationId,
        /// The number of the last message the client has; null or 0 for the latest ones.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(max = 9_007_199_254_740_991_u64))]
        after: Option<u64>,
    },
    /// Follows it no more.
    Unfollow {
        /// Which.
        conversation: ConversationId,
    },
    /// Writes; answered by `ack` or `refused` with the same id.
    Send {
        /// Where.
        conversation: ConversationId,
        /// The client's own name for it: said again with the same one, it is sent once.
        id: MessageId,
        /// What; plain text. Beside a file it may be absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<ChatText>,
        /// A file that is kept already, as its upload was answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file: Option<FileId>,
        /// For whom.
        #[serde(default)]
        audience: MessageAudience,
    },
    /// Asks for earlier messages.
    Page {
        /// Comes back with the page.
        #[schemars(range(max = 9_007_199_254_740_991_u64))]
        request: u64,
        /// Of which conversation.
        conversation: ConversationId,
        /// Those before this number; null for the latest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(max = 9_007_199_254_740_991_u64))]
        before: Option<u64>,
        /// How many at most.
        #[schemars(range(min = 1, max = 100))]
        limit: u32,
    },
    /// Says how far the person has come. Numbers never go back.
    Mark {
        /// Where.
        conversation: ConversationId,
        /// The last message that has arrived.
        #[schemars(range(max = 9_007_199_254_740_991_u64))]
        delivered: u64,
        /// The last message that was looked at.
        #[schemars(range(max = 9_007_199_254_740_991_u64))]
        read: u64,
    },
    /// Says that the person is writing.
    Typing {
        /// Where.
        conversation: ConversationId,
    },
    /// Asks for a `pong`.
    Ping {},
}

impl ChatClientMessage {
    /// What is wrong with it, if a number is none that every JSON reader can hold, a page's limit
    /// is none, or nothing is sent.
    pub(super) fn problem(&self) -> Option<&'static str> {
        let fits = |number: u64| number <= MAX_REQUEST_ID;
        let in_range = match self {
            Self::Send { text: None, file: None, .. } => {
                return Some("A message has a text or a file.");
            }
            Self::Follow { after, .. } => after.is_none_or(fits),
            Self::Page { request, before, limit, .. } => {
                fits(*request) && before.is_none_or(fits) && (1..=super::PAGE).contains(limit)
            }
            Self::Mark { delivered, read, .. } => fits(*delivered) && fits(*read),
            Self::Unfollow { .. } | Self::Send { .. } | Self::Typing { .. } | Self::Ping {} => true,
        };
        (!in_range).then_some("A number is out of its range.")
    }
}

/// What people write stays out of logs.
impl fmt::Debug for ChatClientMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Follow { .. } => "Follow",
            Self::Unfollow { .. } => "Unfollow",
            Self::Send { .. } => "Send",
            Self::Page { .. } => "Page",
            Self::Mark { .. } => "Mark",
            Self::Typing { .. } => "Typing",
            Self::Ping {} => "Ping",
        })
    }
}

/// What the server sends on a chat channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ChatServerMessage {
    /// The first on every channel.
    Ready {
        /// Whose channel it is.
        person: PersonId,
        /// What the server takes.
        limits: ChatLimits,
    },
    /// The conversation is followed; what is after the cursor comes next.
    Following {
        /// Which.
        conversation: ConversationId,
        /// The number of its last message.
        last: u64,
        /// How far everybody has come.
        marks: BTreeMap<PersonId, Marks>,
    },
    /// A message.
    Message {
        /// Where.
        conversation: ConversationId,
        /// What.
        message: ChatMessage,
    },
    /// What was sent is durable.
    Ack {
        /// Where.
        conversation: ConversationId,
        /// The client's name for it.
        id: MessageId,
        /// Its number.
        number: u64,
        /// When it was recorded.
        at_ms: Time,
    },
    /// What was sent is refused; nothing has changed.
    Refused {
        /// Where.
        conversation: ConversationId,
        /// The client's name for it.
        id: MessageId,
        /// Why.
        error: WireError,
    },
    /// Earlier messages.
    Page {
        /// As it was asked.
        request: u64,
        /// Of which conversation.
        conversation: ConversationId,
        /// In ascending order.
        messages: Vec<ChatMessage>,
        /// Whether there are earlier ones.
        more: bool,
        /// Why there is none.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<WireError>,
    },
    /// Somebody has come further.
    Marked {
        /// Where.
        conversation: ConversationId,
        /// Who.
        person: PersonId,
        /// The last message that has arrived there.
        delivered: u64,
        /// The last message that was looked at.
        read: u64,
    },
    /// Somebody is writing.
    Typing {
        /// Where.
        conversation: ConversationId,
        /// Who.
        person: PersonId,
    },
    /// The conversation is followed no more, or cannot be.
    Unfollowed {
        /// Which.
        conversation: ConversationId,
        /// Why.
        reason: Unfollowed,
    },
    /// Something is wrong that belongs to nothing that was sent.
    Error {
        /// What.
        error: WireError,
    },
    /// The answer to `ping`.
    Pong {},
}

/// What the server takes on a chat channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChatLimits {
    /// The longest text, in characters.
    pub text_chars: u64,
    /// The longest frame, in bytes.
    pub frame_bytes: u64,
    /// Messages that may wait for their acknowledgement.
    pub unacknowledged: u64,
    /// Messages per second over a long time.
    pub messages_per_s: u32,
}

/// A message with its place in the one order of its conversation.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChatMessage {
    /// Its place: 1, 2, 3 and so on, notes between agents included.
    pub number: u64,
    /// What its author's client calls it; null for an automatic one.
    pub id: Option<MessageId>,
    /// Who wrote it; null for an automatic one.
    pub from: Option<Writer>,
    /// For whom.
    pub audience: MessageAudience,
    /// When it was recorded.
    pub at_ms: Time,
    /// What; plain text. Beside a file perhaps nothing.
    pub text: String,
    /// The file it carries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<ChatFile>,
}

/// What is told of a file; what is in it comes over the channel `files`.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChatFile {
    /// Which.
    pub id: FileId,
    /// What to call it: fit to be shown, and to be saved anywhere.
    pub name: String,
    /// What its sender says it is. Of pictures it has been looked at whether it is true.
    pub media_type: String,
    /// Its length.
    pub bytes: u64,
    /// The SHA-256 of what is in it.
    pub sha256: ContentHash,
}

/// Who wrote a message.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Writer {
    /// Who.
    pub person: PersonId,
    /// The name it had.
    pub name: String,
}

/// Why a conversation is followed no more, or cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unfollowed {
    /// The person left it.
    Left,
    /// Another removed the person, or took it over.
    Removed,
    /// The person was lost for longer than its seat is kept.
    Lost,
    /// It is offered to the person no more.
    Rescinded,
    /// It has ended.
    Ended,
    /// The person has no part in it, or there is none.
    NotAParticipant,
    /// The channel follows as many as it may.
    TooMany,
}

/// What people write stays out of logs.
impl fmt::Debug for ChatMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatMessage")
            .field("number", &self.number)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A name stays out of logs.
impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("person", &self.person).finish_non_exhaustive()
    }
}

/// What people call their files stays out of logs.
impl fmt::Debug for ChatFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatFile").field("id", &self.id).finish_non_exhaustive()
    }
}
