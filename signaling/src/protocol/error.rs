use call_core::Refusal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::limit::Limit;
use crate::auth::TokenError;

/// Why something was refused or went wrong: a stable `code`, what belongs to that code, and a
/// sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WireError {
    /// The code and what belongs to it.
    #[serde(flatten)]
    pub cause: Cause,
    /// A sentence for people; programs go by the code.
    pub message: String,
}

/// Who refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Cause {
    /// Call control.
    Refusal(Refusal),
    /// The signalling, the media plane or the store.
    Fault(Fault),
}

/// What can go wrong outside call control.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Fault {
    /// The message is not what it should be.
    #[error("The message is malformed.")]
    Malformed,
    /// The message's `type` is unknown.
    #[error("There is no message of this type.")]
    UnknownType,
    /// The command's `name` is unknown.
    #[error("There is no command of this name.")]
    UnknownCommand,
    /// Messages are text.
    #[error("Binary messages are not supported.")]
    BinaryNotSupported,
    /// The message is longer than `welcome` allows.
    #[error("The message is too large.")]
    TooLarge,
    /// A hello comes first.
    #[error("Say hello first.")]
    NotAuthenticated,
    /// The token cannot be taken.
    #[error("The token is not valid.")]
    TokenInvalid,
    /// The token's time is over.
    #[error("The token has expired.")]
    TokenExpired,
    /// The role or the token does not allow it.
    #[error("Your token does not allow this.")]
    Forbidden,
    /// The sub-protocol was not offered.
    #[error("This server speaks trefoil.v1.")]
    UnsupportedVersion,
    /// Too much of something, in too short a time or at once.
    #[error("{}", too_much(*.limit))]
    RateLimited {
        /// Of what.
        limit: Limit,
        /// When to try again.
        retry_after_ms: u64,
    },
    /// The same person said hello elsewhere.
    #[error("You are connected elsewhere.")]
    Superseded,
    /// The client reads slower than there is news.
    #[error("The connection is too slow.")]
    SlowReader,
    /// Malformed messages, one after another.
    #[error("Too many errors in a row.")]
    TooManyErrors,
    /// Nothing was heard of the client.
    #[error("Nothing was heard for too long.")]
    TimedOut,
    /// The journal could not be written; nothing has changed.
    #[error("The server cannot store anything at the moment.")]
    StorageFailed,
    /// The server has more to do than it can; nothing has changed.
    #[error("The server is overloaded.")]
    Overloaded {
        /// What there is no room for, when that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<Limit>,
        /// When to try again.
        retry_after_ms: u64,
    },
    /// The SDP cannot be read.
    #[error("The SDP is not valid.")]
    SdpInvalid,
    /// The SDP offers no audio that could be used.
    #[error("The SDP offers no audio.")]
    SdpNoAudio,
    /// The SDP names no certificate.
    #[error("The SDP has no fingerprint.")]
    SdpNoFingerprint,
    /// No leg can be made at the moment.
    #[error("No audio is available at the moment.")]
    MediaUnavailable,
    /// The file is larger than this server takes.
    #[error("The file is too large.")]
    FileTooLarge {
        /// The most it takes, in bytes; 0 where it takes none.
        limit: u64,
    },
    /// Files of this type are not taken.
    #[error("Files of this type are not taken here.")]
    FileTypeNotAllowed {
        /// The media types that are.
        allowed: Vec<String>,
    },
    /// There is nothing in the file.
    #[error("There is nothing in this file.")]
    FileEmpty,
    /// The conversation holds as many files, or as much in them, as it may.
    #[error("There are too many files in this chat.")]
    TooManyFiles,
    /// What arrived is not what was announced; it is deleted.
    #[error("The file did not arrive as it was sent.")]
    FileHashWrong,
    /// Another file was offered under this name for the upload.
    #[error("Another file was begun under this upload.")]
    FileDiffers,
    /// It says that it is a picture, and is no such picture; it is deleted.
    #[error("This is no picture of the type it says.")]
    FileTypeWrong,
    /// There is no such file here, or none that the person may read or send.
    #[error("There is no such file.")]
    NoSuchFile,
    /// The message is there, and its file is deleted.
    #[error("This file is not kept any more.")]
    FileGone,
    /// One at a time on each channel.
    #[error("Another transfer is under way.")]
    Busy,
    /// As the client wished.
    #[error("Stopped.")]
    Stopped,
    /// The server stops; it is worth coming back.
    #[error("The server is shutting down.")]
    ShuttingDown,
}

impl Fault {
    /// The close frame's code when this fault ends the session.
    pub const fn close_code(&self) -> u16 {
        match self {
            Self::TokenInvalid | Self::TokenExpired | Self::NotAuthenticated => 4401,
            Self::Superseded => 4409,
            Self::TooLarge => 1009,
            Self::ShuttingDown => 1012,
            Self::StorageFailed | Self::Overloaded { .. } | Self::MediaUnavailable => 1011,
            Self::Malformed
            | Self::UnknownType
            | Self::UnknownCommand
            | Self::BinaryNotSupported
            | Self::Forbidden
            | Self::UnsupportedVersion
            | Self::RateLimited { .. }
            | Self::SlowReader
            | Self::TooManyErrors
            | Self::TimedOut
            | Self::SdpInvalid
            | Self::SdpNoAudio
            | Self::SdpNoFingerprint
            | Self::FileTooLarge { .. }
            | Self::FileTypeNotAllowed { .. }
            | Self::FileEmpty
            | Self::TooManyFiles
            | Self::FileHashWrong
            | Self::FileDiffers
            | Self::FileTypeWrong
            | Self::NoSuchFile
            | Self::FileGone
            | Self::Busy
            | Self::Stopped => 1008,
        }
    }

    /// Its `code` on the wire.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnknownType => "unknown_type",
            Self::UnknownCommand => "unknown_command",
            Self::BinaryNotSupported => "binary_not_supported",
            Self::TooLarge => "too_large",
            Self::NotAuthenticated => "not_authenticated",
            Self::TokenInvalid => "token_invalid",
            Self::TokenExpired => "token_expired",
            Self::Forbidden => "forbidden",
            Self::UnsupportedVersion => "unsupported_version",
            Self::RateLimited { .. } => "rate_limited",
            Self::Superseded => "superseded",
            Self::SlowReader => "slow_reader",
            Self::TooManyErrors => "too_many_errors",
            Self::TimedOut => "timed_out",
            Self::StorageFailed => "storage_failed",
            Self::Overloaded { .. } => "overloaded",
            Self::SdpInvalid => "sdp_invalid",
            Self::SdpNoAudio => "sdp_no_audio",
            Self::SdpNoFingerprint => "sdp_no_fingerprint",
            Self::MediaUnavailable => "media_unavailable",
            Self::FileTooLarge { .. } => "file_too_large",
            Self::FileTypeNotAllowed { .. } => "file_type_not_allowed",
            Self::FileEmpty => "file_empty",
            Self::TooManyFiles => "too_many_files",
            Self::FileHashWrong => "file_hash_wrong",
            Self::FileDiffers => "file_differs",
            Self::FileTypeWrong => "file_type_wrong",
            Self::NoSuchFile => "no_such_file",
            Self::FileGone => "file_gone",
            Self::Busy => "busy",
            Self::Stopped => "stopped",
            Self::ShuttingDown => "shutting_down",
        }
    }

    /// The limit that was in the way, if one was.
    pub const fn limit(&self) -> Option<Limit> {
        match self {
            Self::RateLimited { limit, .. } => Some(*limit),
            Self::Overloaded { limit, .. } => *limit,
            Self::Malformed
            | Self::UnknownType
            | Self::UnknownCommand
            | Self::BinaryNotSupported
            | Self::TooLarge
            | Self::NotAuthenticated
            | Self::TokenInvalid
            | Self::TokenExpired
            | Self::Forbidden
            | Self::UnsupportedVersion
            | Self::Superseded
            | Self::SlowReader
            | Self::TooManyErrors
            | Self::TimedOut
            | Self::StorageFailed
            | Self::SdpInvalid
            | Self::SdpNoAudio
            | Self::SdpNoFingerprint
            | Self::MediaUnavailable
            | Self::FileTooLarge { .. }
            | Self::FileTypeNotAllowed { .. }
            | Self::FileEmpty
            | Self::TooManyFiles
            | Self::FileHashWrong
            | Self::FileDiffers
            | Self::FileTypeWrong
            | Self::NoSuchFile
            | Self::FileGone
            | Self::Busy
            | Self::Stopped
            | Self::ShuttingDown => None,
        }
    }

    /// The error with a sentence of its own.
    pub fn because(self, message: impl Into<String>) -> WireError {
        WireError { cause: Cause::Fault(self), message: message.into() }
    }
}

impl WireError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match &self.cause {
            Cause::Refusal(refusal) => refusal.code(),
            Cause::Fault(fault) => fault.code(),
        }
    }

    /// The limit that was in the way, if one was.
    pub const fn limit(&self) -> Option<Limit> {
        match &self.cause {
            Cause::Refusal(_) => None,
            Cause::Fault(fault) => fault.limit(),
        }
    }

    /// The close frame's code when this error ends the session.
    pub const fn close_code(&self) -> u16 {
        match &self.cause {
            Cause::Refusal(_) => 1008,
            Cause::Fault(fault) => fault.close_code(),
        }
    }
}

/// What there was too much of, for people.
fn too_much(limit: Limit) -> &'static str {
    match limit {
        Limit::Messages | Limit::ChatMessages | Limit::ChatUnacknowledged | Limit::ChatFrames => {
            "Too many messages."
        }
        Limit::Requests | Limit::ChatPages => "Too many requests at once.",
        Limit::SignInsPerSource | Limit::SignInsPerPerson => "Too many sign-ins.",
        Limit::FailedSignInsPerSource | Limit::FailedSignInsPerLogin => "Too many failed sign-ins.",
        Limit::LegsPerSource | Limit::LegsPerPerson | Limit::Legs => "Too many audio connections.",
        Limit::CallsPerSource
        | Limit::CallsPerPerson
        | Limit::ConversationsPerSource
        | Limit::Conversations => "Too many calls.",
        Limit::SocketsPerSource
        | Limit::Sockets
        | Limit::ConnectionsPerSource
        | Limit::Connections => "Too many connections.",
        Limit::AdminPerSource | Limit::AdminPerPerson | Limit::FileRequests => "Too many requests.",
        Limit::DemoTokensPerSource => "Too many demo sign-ins.",
    }
}

impl From<Fault> for WireError {
    fn from(fault: Fault) -> Self {
        let message = fault.to_string();
        Self { cause: Cause::Fault(fault), message }
    }
}

impl From<Refusal> for WireError {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        Self { cause: Cause::Refusal(refusal), message }
    }
}

impl From<TokenError> for WireError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Invalid => Fault::TokenInvalid.into(),
            TokenError::Expired => Fault::TokenExpired.into(),
            TokenError::NotYetValid => Fault::TokenInvalid.because("The token is not valid yet."),
        }
    }
}
