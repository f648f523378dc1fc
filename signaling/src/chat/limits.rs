use std::time::Duration;

use crate::limits::Rate;

/// The longest frame, in both directions.
pub const FRAME_BYTES: usize = 16 * 1024;
/// The longest text as JSON writes it: with who wrote it, where and when, it fits into a frame. A
/// text of 4000 characters is longer only if nearly all of them are the widest there are.
pub(crate) const TEXT_BYTES: usize = FRAME_BYTES - 1024;
/// What a frame tells of a file besides: its name of 200 bytes, hash, id, type and length.
pub(crate) const FILE_BYTES: usize = 640;
/// Messages of one channel that wait for their acknowledgement.
pub const UNACKNOWLEDGED: usize = 64;
/// How often a channel may send: what waited while it was cut at once, and a fast typist's pace.
pub const SENDS: Rate = Rate::per_min(1_200, 64);
/// How often it may say anything else: every conversation followed and marked at once.
pub const OTHERS: Rate = Rate::per_min(1_200, 128);
/// Conversations that one channel follows: several times what an agent takes.
pub const FOLLOWED: usize = 32;
/// Messages that whoever begins to follow is sent of what was before.
pub(crate) const LATEST: u32 = 50;
/// The most messages in one page.
pub const PAGE: u32 = 100;
/// Pages of one channel that are being read.
pub const PAGES_AT_ONCE: usize = 4;
/// Live news that wait for one channel: more than a busy moment makes of all it follows. What does
/// not fit is read from the history.
pub(crate) const WAITING: usize = 256;
/// How often it is passed on that somebody writes.
pub(crate) const TYPING_EVERY: Duration = Duration::from_secs(2);
/// How long a channel may take nothing before it is closed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
