//! The whole server over real sockets, with people on an independent WebRTC stack.
//!
//! Every test opens its own server, in this process or as a process of its own, and its own cast of
//! people. Nothing waits for a fixed time: what is awaited is named, and bounded.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "seeds and measured times belong to a test's report")]

mod administration;
mod announcements;
mod attacker;
mod attacks;
mod bad_datagrams;
mod bad_sdp;
mod bad_websocket;
mod bystanders;
mod cast;
mod channels;
mod chat;
mod chat_page;
mod chatting;
mod counters;
mod crash;
mod directory;
mod ears;
mod files;
mod files_kept;
mod files_page;
mod full_disk;
mod house;
mod http;
mod internal;
mod legs;
mod limits;
mod load;
mod losses;
mod metrics;
mod moved;
mod process;
mod queues;
mod quick_replies;
mod raw;
mod refusals;
mod sessions;
mod stall;
mod supervision;
mod teams;
mod transcript;
mod transfer;

use std::time::Duration;

/// For how long a story waits for what has to come, on a slow machine too.
const PATIENCE: Duration = Duration::from_secs(20);
