//! What a channel wants done, and what it waits for.

use call_core::{ConversationId, FileId, MessageAudience, MessageId};

use super::wire::ChatServerMessage;
use super::{Ask, Query, follow};

/// What is to be done, in this order.
#[derive(Debug, PartialEq)]
pub(super) enum Output {
    /// Send this.
    Frame(ChatServerMessage),
    /// Ask the driver.
    Ask(Ask),
    /// Read this; nothing else is to be read until it is given back.
    Read(Query),
    /// Look for a file that is to be sent; nothing else is to be looked for until it is found.
    Find { conversation: ConversationId, file: FileId, audience: MessageAudience },
    /// Close the channel.
    End,
}

/// A message that waits to be sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ToSend {
    pub(super) conversation: ConversationId,
    pub(super) id: MessageId,
    pub(super) audience: MessageAudience,
    pub(super) text: String,
    pub(super) file: Option<FileId>,
}

/// A page that a client wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PageWanted {
    pub(super) request: u64,
    pub(super) conversation: ConversationId,
    pub(super) before: Option<u64>,
    pub(super) limit: u32,
}

/// A message that had been sent before.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) conversation: ConversationId,
    pub(super) id: MessageId,
    pub(super) number: u64,
}

/// What the history is being read for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Somebody who is behind.
    Behind { conversation: ConversationId, what: follow::Reading, limit: u32 },
    /// A page.
    Page(PageWanted),
    /// The time of a message.
    Known(Known),
}
