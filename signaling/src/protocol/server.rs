use call_core::view::DeskChanges;
use call_core::view::{LegState, OngoingView};
use call_core::{ConversationId, ConversationView, DeskView, Notice, OfferId, PersonId, TeamId};
use schemars::JsonSchema;
use serde::Serialize;

use super::error::WireError;
use crate::auth::Role;
use crate::session_id::SessionId;

/// What the server sends.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The answer to `hello`.
    Welcome(Box<Welcome>),
    /// A request was carried out, and is durable.
    Answer {
        /// The request's.
        id: u64,
        /// What came of it.
        result: Answer,
    },
    /// A request was refused; nothing has changed.
    Refusal {
        /// The request's.
        id: u64,
        /// Why.
        error: WireError,
    },
    /// A conversation as this person may see it, whole.
    View {
        /// Its place in the session's news.
        cursor: u64,
        /// The conversation.
        conversation: Box<ConversationView>,
    },
    /// What an agent sees beside its conversations, whole.
    Desk {
        /// Its place in the session's news.
        cursor: u64,
        /// The desk.
        desk: Box<DeskView>,
    },
    /// What is new at a desk that was shown before.
    DeskChanges {
        /// Its place in the session's news.
        cursor: u64,
        /// What is new.
        changes: Box<DeskChanges>,
    },
    /// Something happened that a view cannot tell.
    Notice {
        /// Its place in the session's news.
        cursor: u64,
        /// What happened.
        notice: Notice,
    },
    /// A conversation is no longer this person's: the page drops it.
    Gone {
        /// Its place in the session's news.
        cursor: u64,
        /// The conversation.
        conversation: ConversationId,
        /// Why.
        reason: GoneReason,
    },
    /// Something is wrong that belongs to no request.
    Error {
        /// What.
        error: WireError,
        /// Whether the socket is closed after it.
        fatal: bool,
    },
    /// The answer to `ping`.
    Pong {},
}

/// Why a conversation is no longer a person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GoneReason {
    /// The person left it.
    Left,
    /// Another agent removed the person.
    Removed,
    /// The person was lost for longer than its seat is kept.
    Lost,
    /// It rings here no longer.
    Rescinded,
    /// It ended a while ago and is forgotten.
    Ended,
}

/// The answer to `hello`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Welcome {
    /// The version of the protocol.
    pub protocol: u32,
    /// The program that speaks.
    pub server: String,
    /// Names the session, for `resume`. Keep it to yourself.
    pub session: SessionId,
    /// Where the session's news stand.
    pub cursor: u64,
    /// Whether the session named in `resume` goes on: what was missed follows.
    pub resumed: bool,
    /// Whether the server has a live leg of this person; when it is down and one is wanted,
    /// `connect_leg` makes it.
    pub leg: LegState,
    /// Who the token says is there.
    pub person: WelcomePerson,
    /// How often to send `ping`.
    pub ping_interval_ms: u64,
    /// What the server takes.
    pub limits: WelcomeLimits,
}

/// Who the token says is there.
#[derive(Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WelcomePerson {
    /// Who.
    pub id: PersonId,
    /// What.
    pub role: Role,
    /// The name others see.
    pub name: String,
    /// The teams whose calls an agent takes.
    pub teams: Vec<TeamId>,
}

/// What the server takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WelcomeLimits {
    /// The longest message, in bytes.
    pub message_bytes: u64,
    /// Messages per second over a long time.
    pub requests_per_s: u32,
}

/// What came of a request.
#[derive(Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Answer {
    /// Of `connect_leg`.
    Leg {
        /// The answer.
        sdp: String,
    },
    /// Of `call`, `call_agent` and `get_next`.
    Call {
        /// The conversation that has begun, or the one taken.
        conversation: ConversationId,
    },
    /// Of `invite`, `transfer`, `invite_listener` and `transfer_on_behalf`.
    Invite {
        /// The offer that rings.
        offer: OfferId,
    },
    /// Of `list_ongoing`.
    Ongoing {
        /// The next of them, in the order in which they began.
        ongoing: Vec<OngoingView>,
        /// Whether there are more after them.
        more: bool,
    },
    /// Of everything else.
    Done {},
}

impl ServerMessage {
    /// The error as a message of its own.
    pub fn error(error: impl Into<WireError>) -> Self {
        Self::Error { error: error.into(), fatal: false }
    }

    /// The refusal of a request.
    pub fn refusal(id: u64, error: impl Into<WireError>) -> Self {
        Self::Refusal { id, error: error.into() }
    }

    /// The request it answers, if it answers one.
    pub const fn answers(&self) -> Option<u64> {
        match self {
            Self::Answer { id, .. } | Self::Refusal { id, .. } => Some(*id),
            Self::Welcome(_)
            | Self::View { .. }
            | Self::Desk { .. }
            | Self::DeskChanges { .. }
            | Self::Notice { .. }
            | Self::Gone { .. }
            | Self::Error { .. }
            | Self::Pong {} => None,
        }
    }

    /// What it refuses with, if it refuses.
    pub(crate) const fn refuses(&self) -> Option<&WireError> {
        match self {
            Self::Refusal { error, .. } | Self::Error { error, .. } => Some(error),
            Self::Welcome(_)
            | Self::Answer { .. }
            | Self::View { .. }
            | Self::Desk { .. }
            | Self::DeskChanges { .. }
            | Self::Notice { .. }
            | Self::Gone { .. }
            | Self::Pong {} => None,
        }
    }
}

/// A name stays out of logs.
impl std::fmt::Debug for WelcomePerson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WelcomePerson").field("id", &self.id).finish_non_exhaustive()
    }
}

/// An SDP holds addresses: it stays out of logs.
impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Leg { .. } => f.write_str("Leg"),
            Self::Call { conversation } => write!(f, "Call({conversation})"),
            Self::Invite { offer } => write!(f, "Invite({offer})"),
            Self::Ongoing { ongoing, .. } => write!(f, "Ongoing({})", ongoing.len()),
            Self::Done {} => f.write_str("Done"),
        }
    }
}
