//! Files: the data channel on which what is in the files of chats is carried, one [`run()`] per
//! open channel.
//!
//! What is sent goes to the disk first; a message of the chat names it when it is kept. What is
//! fetched is the file of a message that the person may read. One file goes each way at a time.
//! Who may do what the driver says; where files lie, and all that takes time, is the [`Shelf`]'s.
//!
//! Nothing here knows what a data channel or a file system is.

mod download;
mod limits;
mod machine;
mod parse;
mod run;
#[cfg(test)]
mod tests;
mod upload;
mod wants;
mod wire;

use std::fmt;
use std::future::Future;

use call_core::{ContentHash, ConversationId, FileId, MessageAudience, MessageId};

use crate::protocol::WireError;

pub use limits::{AHEAD_BYTES, CHUNK_BYTES, READ_BYTES, REQUESTS, WRITE_BYTES};
pub use parse::{Parsed, parse};
pub use run::run;
pub use wire::{FileName, FilesClientMessage, FilesLimits, FilesServerMessage, MediaType};

/// What goes over a channel, in both directions.
#[derive(Clone, PartialEq, Eq)]
pub enum Frame {
    /// A message.
    Text(String),
    /// A part of a file.
    Binary(Vec<u8>),
}

/// What is in files stays out of logs.
impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Binary(bytes) => write!(f, "Binary({} bytes)", bytes.len()),
        }
    }
}

/// A file that a client offers, checked as far as can be without knowing anything of its chat.
#[derive(Clone, PartialEq, Eq)]
pub struct Offer {
    /// Where.
    pub conversation: ConversationId,
    /// What its client calls it.
    pub upload: MessageId,
    /// For whom.
    pub audience: MessageAudience,
    /// Its name, as it may be shown and saved anywhere.
    pub name: String,
    /// What it is: one of the types that are taken.
    pub media_type: String,
    /// Its length, which is not 0.
    pub bytes: u64,
    /// Its hash.
    pub sha256: ContentHash,
}

/// What people call their files stays out of logs.
impl fmt::Debug for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { conversation, upload, bytes, .. } = self;
        write!(f, "Offer({conversation}, {upload}, {bytes} bytes)")
    }
}

/// How an upload begins.
#[derive(Debug)]
pub struct Begun<U> {
    /// Which file it becomes.
    pub file: FileId,
    /// From where on it is to be sent.
    pub offset: u64,
    /// What is written to; nothing if the file is kept already.
    pub upload: Option<U>,
}

/// Where files are. Everything takes its time, and may be dropped before it has ended.
pub trait Shelf: Sync {
    /// A file that is being written. Dropped, it can be gone on with.
    type Upload: Send;
    /// A file that is being read.
    type Download: Send;

    /// Begins an upload, if the person may send it.
    fn begin(
        &self,
        offer: &Offer,
    ) -> impl Future<Output = Result<Begun<Self::Upload>, WireError>> + Send;

    /// Writes more of it.
    fn write(
        &self,
        upload: Self::Upload,
        bytes: Vec<u8>,
    ) -> impl Future<Output = Result<Self::Upload, WireError>> + Send;

    /// Keeps it, if it is what was offered and the person still may send it.
    fn keep(
        &self,
        offer: &Offer,
        upload: Self::Upload,
    ) -> impl Future<Output = Result<(), WireError>> + Send;

    /// Deletes what was written of it.
    fn discard(&self, upload: Self::Upload) -> impl Future<Output = ()> + Send;

    /// Finds the file of a message, if the person may read it, to be read from an offset; also its
    /// length.
    fn fetch(
        &self,
        conversation: ConversationId,
        number: u64,
        offset: u64,
    ) -> impl Future<Output = Result<(Self::Download, u64), WireError>> + Send;

    /// Reads more of it, at most [`READ_BYTES`].
    fn read(
        &self,
        download: Self::Download,
    ) -> impl Future<Output = Result<(Self::Download, Vec<u8>), WireError>> + Send;

    /// Something was refused.
    fn refused(&self, error: &WireError);

    /// Whether a file is under way, in either direction.
    fn transfers(&self, under_way: bool);
}
