//! Chat: the data channel on which people write to each other, one [`run()`] per open channel.
//!
//! A channel follows conversations: it gets what was written after a cursor from the history, and
//! from then on what is written. The driver, the only place that decides, is asked with [`Ask`] and
//! tells with [`News`] through the channel's [`Outbox`]; the history is read beside it. What a slow
//! channel misses of the news it reads from the history, so that nobody waits for it and nothing is
//! kept for it.
//!
//! Nothing here knows what a data channel is: frames come from a stream and go into a sink.

mod counters;
mod follow;
mod limits;
mod machine;
mod outbox;
pub(crate) mod pace;
mod page;
mod parse;
mod run;
#[cfg(test)]
mod tests;
mod wants;
mod wire;

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use call_core::{
    Body, ConversationId, FileId, FileNote, Marks, Message, MessageAudience, MessageId, PersonId,
    Time,
};

use crate::protocol::WireError;

pub use counters::{ChatCounters, ChatCountersSnapshot};
pub use limits::{FOLLOWED, FRAME_BYTES, OTHERS, PAGE, PAGES_AT_ONCE, SENDS, UNACKNOWLEDGED};
pub use outbox::{Inlet, Outbox, outbox};
pub use parse::{Parsed, parse};
pub use run::{Line, run};
pub use wire::{
    ChatClientMessage, ChatFile, ChatLimits, ChatMessage, ChatServerMessage, ChatText, Unfollowed,
    Writer,
};

/// One open channel of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineId(pub u64);

/// What arrives on a channel. The end of the stream is the end of the channel.
#[derive(Clone, PartialEq, Eq)]
pub enum Incoming {
    /// A text message.
    Text(String),
    /// Anything else.
    Binary,
}

/// What people write stays out of logs.
impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Binary => f.write_str("Binary"),
        }
    }
}

/// A message as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// When.
    pub at: Time,
    /// What, by whom, and its place.
    pub message: Message,
}

/// What a channel asks the driver.
#[derive(Clone, PartialEq, Eq)]
pub enum Ask {
    /// To be told what is new in a conversation; answered with `Followed` or `Unfollowed`.
    Follow {
        /// Of which.
        conversation: ConversationId,
        /// Which asking this is; comes back with the answer and at the end.
        serial: u64,
    },
    /// To be told no more.
    Unfollow {
        /// Of which.
        conversation: ConversationId,
    },
    /// To have something sent; answered with `Sent`.
    Send {
        /// Where.
        conversation: ConversationId,
        /// What the client calls it.
        id: MessageId,
        /// For whom.
        audience: MessageAudience,
        /// What.
        body: Body,
    },
    /// To have it noted how far the person has come.
    Mark {
        /// Where.
        conversation: ConversationId,
        /// How far.
        marks: Marks,
    },
    /// To tell the others that the person writes.
    Typing {
        /// Where.
        conversation: ConversationId,
    },
    /// Whether the person may read what was written earlier; answered with `MayRead`.
    MayRead {
        /// The client's number for the page.
        request: u64,
        /// Where.
        conversation: ConversationId,
    },
    /// The channel is gone. Nothing follows.
    Closed,
}

/// What people write stays out of logs.
impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Follow { conversation, serial } => write!(f, "Follow({conversation}, {serial})"),
            Self::Unfollow { conversation } => write!(f, "Unfollow({conversation})"),
            Self::Send { conversation, id, .. } => write!(f, "Send({conversation}, {id})"),
            Self::Mark { conversation, marks } => write!(f, "Mark({conversation}, {marks:?})"),
            Self::Typing { conversation } => write!(f, "Typing({conversation})"),
            Self::MayRead { request, conversation } => {
                write!(f, "MayRead({request}, {conversation})")
            }
            Self::Closed => f.write_str("Closed"),
        }
    }
}

/// What the driver tells a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// The channel follows the conversation: everything after `last` comes as `Message`.
    Followed {
        /// Which.
        conversation: ConversationId,
        /// Which asking it was.
        serial: u64,
        /// The number of the last message, which is in the history by now.
        last: u64,
        /// How far everybody has come.
        marks: Vec<(PersonId, Marks)>,
    },
    /// The channel follows the conversation no more, or cannot.
    Unfollowed {
        /// Which.
        conversation: ConversationId,
        /// Which asking it was.
        serial: u64,
        /// Why.
        reason: Unfollowed,
    },
    /// Something was written that the person may read.
    Message {
        /// Where.
        conversation: ConversationId,
        /// What.
        said: Arc<Said>,
    },
    /// Somebody has come further.
    Marked {
        /// Where.
        conversation: ConversationId,
        /// Who.
        person: PersonId,
        /// How far.
        marks: Marks,
    },
    /// Somebody writes.
    Typing {
        /// Where.
        conversation: ConversationId,
        /// Who.
        person: PersonId,
    },
    /// What became of what the person sent.
    Sent {
        /// Where.
        conversation: ConversationId,
        /// What its client calls it.
        id: MessageId,
        /// Its number and, unless it had been sent before, its time; or why it was refused.
        outcome: Result<(u64, Option<Time>), WireError>,
    },
    /// Whether the person may read the conversation.
    MayRead {
        /// As it was asked.
        request: u64,
        /// Which.
        conversation: ConversationId,
        /// Up to which message, or why not.
        upto: Result<u64, WireError>,
    },
    /// Something asked that has no answer was refused.
    Refused {
        /// Why.
        error: WireError,
    },
}

/// What the history is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query {
    /// Of which conversation.
    pub conversation: ConversationId,
    /// Which part of it.
    pub span: Span,
    /// At most so many.
    pub limit: u32,
}

/// A part of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// The first messages after this one.
    After(u64),
    /// The last messages before this one.
    Before(u64),
}

/// The history cannot be read at the moment; why, its keeper has logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the history cannot be read")]
pub struct Unreadable;

/// What was written and is durable, as the channel's person may read it: notes between agents are
/// nothing for customers.
pub trait History {
    /// A part of a conversation, in ascending order; fewer than asked for are all there are.
    fn read(&self, query: Query) -> impl Future<Output = Result<Vec<Said>, Unreadable>> + Send;

    /// A file that the person has had kept there for this audience; its caption is still to come.
    fn file(
        &self,
        conversation: ConversationId,
        file: FileId,
        audience: MessageAudience,
    ) -> impl Future<Output = Result<Option<FileNote>, Unreadable>> + Send;
}
