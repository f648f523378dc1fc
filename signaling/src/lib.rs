//! Words on the wire and who may say them.
//!
//! A browser opens a WebSocket ([`router`]), and each socket becomes a [`session`]: it says hello
//! with a token ([`auth`]), asks, and is told. A session checks everything that can be checked
//! without knowing any call: shape, size, rate, role and token. What is left goes to the driver as
//! [`ToDriver`], and comes back through the session's [`Outbox`]. The messages themselves are in
//! [`protocol`]; `docs/protocol.md` describes them for those who write clients.
//!
//! What people write to each other passes on data channels, one of which is a [`chat`].
//!
//! Nothing malformed ends a process or another session, and little ends its own: each error is
//! told with a stable code, and only those that say `fatal` close the socket.

mod admin;
mod app;
pub mod auth;
mod backlog;
pub mod chat;
mod convert;
mod counters;
mod demo;
mod door;
mod driver;
pub mod files;
mod health;
mod http_error;
mod limits;
mod origin;
mod outbox;
mod pages;
mod places;
pub mod protocol;
pub mod rest;
mod serve;
pub mod session;
mod session_id;
mod source;
mod transcript;
mod under_way;
mod websocket;

pub use admin::Admin;
pub use app::{AppState, Setup, router};
pub use backlog::Backlog;
pub use counters::{Counters, CountersSnapshot};
pub use demo::{Demo, DemoAgent, DemoTeam};
pub use door::Door;
pub use driver::{Look, Opening, Outline, ToDriver, WireCommand};
pub use limits::{Limits, PLACE_RETRY, Rate};
pub use outbox::Outbox;
pub use serve::{Serving, serve};
pub use session_id::{NotASessionId, SessionId};
pub use source::{NotANetwork, Source, TrustedProxies};
