//! One session: a socket that says hello, asks and is told, until one side has had enough.
//!
//! Nothing here knows any kind of socket: frames come from a stream and go into a sink, so that a
//! test can be both.

mod machine;
mod permission;
mod run;

use std::sync::Arc;

use crate::auth::Keys;
use crate::counters::Counters;
use crate::door::Door;
use crate::limits::Limits;

pub use run::run;

/// What a session needs of its surroundings.
#[derive(Debug, Clone)]
pub struct Context {
    /// Where its requests go.
    pub door: Door,
    /// What the server calls itself.
    pub server: Arc<str>,
    /// What its token is checked with.
    pub keys: Keys,
    /// What it may do.
    pub limits: Arc<Limits>,
    /// What it counts in.
    pub counters: Arc<Counters>,
}

/// What arrives on a socket. The end of the stream is the end of the socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incoming {
    /// A text message.
    Text(String),
    /// A binary message.
    Binary,
    /// A sign of life without content.
    Pong,
    /// A message over the limit; nothing can be read after it.
    TooLarge,
    /// Something that is no WebSocket frame, or no UTF-8; nothing can be read after it.
    Broken,
}

/// What is written to a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// A text message.
    Text(String),
    /// Asks for a sign of life.
    Ping,
    /// The end.
    Close {
        /// RFC 6455 section 7.4, or ours from 4000.
        code: u16,
        /// The error's code.
        reason: &'static str,
    },
}
