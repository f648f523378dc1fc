use std::time::Duration;

use crate::limits::Rate;

/// The longest binary frame, in both directions: what a data channel carries.
pub const CHUNK_BYTES: usize = 16 * 1024;
/// How far a client may be ahead of what it was told is written. What waits unread of a channel is
/// bounded by 256 KiB; this is less, so that no client loses its channel by being exact.
pub const AHEAD_BYTES: u64 = 192 * 1024;
/// What is written at a time at most: between two of them the client is told how far it is.
pub const WRITE_BYTES: usize = 64 * 1024;
/// What is read at a time of a file that is sent.
pub const READ_BYTES: usize = 64 * 1024;
/// How often anything but a chunk may be said: every picture of a long page at once.
pub const REQUESTS: Rate = Rate::per_min(600, 120);
/// Answers of a channel that wait to be sent. What comes after is not read until they are.
pub(super) const ANSWERS: usize = 32;
/// How long a client may take nothing before its channel is closed.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
