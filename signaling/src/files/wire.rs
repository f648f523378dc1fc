use std::fmt;

use call_core::{ContentHash, ConversationId, FileId, MessageAudience, MessageId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::protocol::{MAX_REQUEST_ID, Text, WireError};

/// What a file is called by its sender. A bound against abuse: what of it is kept, the server says.
pub type FileName = Text<1_024>;
/// What a file is said to be.
pub type MediaType = Text<127>;

/// What a client sends as text on its channel for files; a binary frame is a part of the file that
/// it was told to go on with.
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FilesClientMessage {
    /// Offers a file; answered by `go` or `refused` with the same upload.
    Offer {
        /// Where it is to be sent.
        conversation: ConversationId,
        /// The client's own name for it: offered again under the same one, it is the same file.
        upload: MessageId,
        /// For whom.
        #[serde(default)]
        audience: MessageAudience,
        /// What it is called.
        name: FileName,
        /// What it is, such as `image/png`.
        media_type: MediaType,
        /// Its length.
        #[schemars(range(max = 9_007_199_254_740_991_u64))]
        bytes: u64,
        /// The SHA-256 of what is in it.
        sha256: ContentHash,
    },
    /// Sends it no more; what was written of it is deleted. No answer.
    Abort {
        /// Which.
        upload: MessageId,
    },
    /// Asks for the file of a message; answered by `sending` or `unsent`.
    Fetch {
        /// Where.
        conversation: ConversationId,
        /// The message's number.
        #[schemars(range(max = 9_007_199_254_740_991_u64))]
        number: u64,
        /// From where on.
        #[serde(default)]
        #[schemars(range(max = 9_007_199_254_740_991_u64))]
        offset: u64,
    },
    /// Wants no more of what is being sent; answered by `unsent`.
    Stop {},
    /// Asks for a `pong`.
    Ping {},
}

impl FilesClientMessage {
    /// Whether every number is one that every JSON reader can hold.
    pub(super) fn is_in_range(&self) -> bool {
        let fits = |number: u64| number <= MAX_REQUEST_ID;
        match self {
            Self::Offer { bytes, .. } => fits(*bytes),
            Self::Fetch { number, offset, .. } => fits(*number) && fits(*offset),
            Self::Abort { .. } | Self::Stop {} | Self::Ping {} => true,
        }
    }
}

/// What people call their files stays out of logs.
impl fmt::Debug for FilesClientMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Offer { .. } => "Offer",
            Self::Abort { .. } => "Abort",
            Self::Fetch { .. } => "Fetch",
            Self::Stop {} => "Stop",
            Self::Ping {} => "Ping",
        })
    }
}

/// What the server sends as text on a channel for files; a binary frame is a part of the file that
/// it is sending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FilesServerMessage {
    /// The first on every channel.
    Ready {
        /// What the server takes.
        limits: FilesLimits,
    },
    /// The file may be sent.
    Go {
        /// The client's name for it.
        upload: MessageId,
        /// The server's.
        file: FileId,
        /// What it will be called.
        name: String,
        /// From where on: what is before has been written already.
        offset: u64,
    },
    /// More of it has been written.
    Got {
        /// The client's name for it.
        upload: MessageId,
        /// Up to here.
        offset: u64,
    },
    /// All of it is there, is what was offered, and is durable: a message may name it.
    Kept {
        /// The client's name for it.
        upload: MessageId,
        /// The server's.
        file: FileId,
    },
    /// It is not taken, or no further.
    Refused {
        /// The client's name for it.
        upload: MessageId,
        /// Why.
        error: WireError,
    },
    /// The file comes, in binary frames.
    Sending {
        /// As it was asked.
        conversation: ConversationId,
        /// As it was asked.
        number: u64,
        /// As it was asked.
        offset: u64,
        /// The length of the whole file.
        bytes: u64,
    },
    /// All of it has been sent.
    Sent {
        /// As it was asked.
        conversation: ConversationId,
        /// As it was asked.
        number: u64,
    },
    /// Nothing comes of it, or nothing more.
    Unsent {
        /// As it was asked.
        conversation: ConversationId,
        /// As it was asked.
        number: u64,
        /// Why.
        error: WireError,
    },
    /// Something is wrong that belongs to nothing that was asked.
    Error {
        /// What.
        error: WireError,
    },
    /// The answer to `ping`.
    Pong {},
}

/// What the server takes on a channel for files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FilesLimits {
    /// The largest file; 0 where none are taken.
    pub bytes: u64,
    /// The media types that are taken.
    pub types: Vec<String>,
    /// The longest binary frame, in both directions.
    pub chunk_bytes: u64,
    /// How far a client may be ahead of what it was told is written.
    pub ahead_bytes: u64,
}
