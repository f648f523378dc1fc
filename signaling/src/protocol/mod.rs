//! The messages, exactly as `docs/protocol.md` describes them.

mod client;
mod error;
mod limit;
mod parse;
mod schema;
mod server;
mod text;

pub use client::{
    AwayChoice, ClientMessage, Command, Hello, MAX_REQUEST_ID, Request, Resume, StatusChoice,
};
pub use error::{Cause, Fault, WireError};
pub use limit::Limit;
pub use parse::{Parsed, parse};
pub(crate) use parse::{malformed, taken_apart};
pub use schema::schema;
pub use server::{Answer, GoneReason, ServerMessage, Welcome, WelcomeLimits, WelcomePerson};
pub use text::{MAX_SDP_BYTES, Name, Note, Text, TextTooLong};

/// The version of the protocol, in `welcome`.
pub const PROTOCOL_VERSION: u32 = 1;
/// The WebSocket sub-protocol a client has to offer.
pub const SUB_PROTOCOL: &str = "trefoil.v1";
