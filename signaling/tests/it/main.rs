//! The wire: sessions over channels in virtual time, routes without sockets, one real WebSocket,
//! and the documents.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::wildcard_enum_match_arm, reason = "whatever else arrives fails the test")]

mod chat;
mod documents;
mod files;
mod limits;
mod malformed;
mod mutation;
mod permission;
mod routes;
mod samples;
mod serving;
mod session;
mod socket;
mod support;
mod token;
