use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Declares the limits together with their names, so that none is forgotten.
macro_rules! limits {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// What there was too much of, and whom it was counted for. A *source* is an IPv4 address,
        /// or the /64 of an IPv6 address.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
        )]
        pub enum Limit {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)+
        }

        impl Limit {
            /// Every limit.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its stable name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

limits! {
    /// Messages of a session per second.
    Messages = "messages",
    /// Requests of a session that wait for their answers.
    Requests = "requests",
    /// Sockets from one source.
    SocketsPerSource = "sockets_per_source",
    /// Sockets in all.
    Sockets = "sockets",
    /// Connections from one source that carry no WebSocket. Refused without a word.
    ConnectionsPerSource = "connections_per_source",
    /// Connections in all. Refused without a word.
    Connections = "connections",
    /// Sign-ins from one source.
    SignInsPerSource = "sign_ins_per_source",
    /// Sign-ins of one person.
    SignInsPerPerson = "sign_ins_per_person",
    /// Sign-ins with bad tokens from one source.
    FailedSignInsPerSource = "failed_sign_ins_per_source",
    /// Sign-ins with a wrong password under one login name.
    FailedSignInsPerLogin = "failed_sign_ins_per_login",
    /// Legs set up from one source.
    LegsPerSource = "legs_per_source",
    /// Legs set up by one person.
    LegsPerPerson = "legs_per_person",
    /// Legs open in all.
    Legs = "legs",
    /// Calls begun from one source.
    CallsPerSource = "calls_per_source",
    /// Calls begun by one person.
    CallsPerPerson = "calls_per_person",
    /// Open conversations begun from one source.
    ConversationsPerSource = "conversations_per_source",
    /// Conversations open in all.
    Conversations = "conversations",
    /// Requests over HTTP for sign-in, administration and records from one source.
    AdminPerSource = "admin_per_source",
    /// The same by one person.
    AdminPerPerson = "admin_per_person",
    /// Messages on one chat channel per second.
    ChatMessages = "chat_messages",
    /// Messages on one chat channel that wait for their acknowledgement.
    ChatUnacknowledged = "chat_unacknowledged",
    /// Everything else on one chat channel per second.
    ChatFrames = "chat_frames",
    /// Pages that one chat channel is being read.
    ChatPages = "chat_pages",
    /// What is said on one channel for files, chunks not counted, per second.
    FileRequests = "file_requests",
    /// Demo tokens given to one source.
    DemoTokensPerSource = "demo_tokens_per_source",
}
