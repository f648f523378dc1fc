//! What a channel wants done.

use call_core::ConversationId;

use super::Offer;
use super::wire::FilesServerMessage;

/// What is to be done, in this order. Of what is to be done with an upload each has to be answered
/// before the next is wanted, and so with a download.
#[derive(Debug, PartialEq)]
pub(super) enum Want {
    /// Begin an upload.
    Begin(Offer),
    /// Write this to it.
    Write(Vec<u8>),
    /// Keep it.
    Keep(Offer),
    /// Delete it.
    Discard,
    /// Find the file of a message.
    Fetch { conversation: ConversationId, number: u64, offset: u64 },
    /// Read more of it.
    Read,
    /// Read no more of it, and forget what is being read.
    LetGo,
}

/// What is sent of a file, and about it, in one order.
#[derive(Debug, PartialEq)]
pub(super) enum Data {
    /// About it.
    Message(FilesServerMessage),
    /// A part of it.
    Chunk(Vec<u8>),
}
