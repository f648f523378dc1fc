use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use super::wire::ChatServerMessage;
use crate::counters::ByName;
use crate::protocol::WireError;

/// What all chat channels together have done since the server started. Each adds to it itself: the
/// driver does not see what it is not asked.
#[derive(Debug, Default)]
pub struct ChatCounters {
    open: AtomicU64,
    refusals: ByName,
    limits_hit: ByName,
    read_after_a_gap: AtomicU64,
    slow_readers: AtomicU64,
}

/// The counters at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChatCountersSnapshot {
    /// Channels that are open.
    pub open: u64,
    /// Times something was refused on a channel, by code.
    pub refusals: BTreeMap<&'static str, u64>,
    /// Times a limit was in somebody's way, by the limit's name.
    pub limits_hit: BTreeMap<&'static str, u64>,
    /// Times a channel was so far behind that it read on from the history.
    pub read_after_a_gap: u64,
    /// Channels closed because their client took nothing.
    pub slow_readers: u64,
}

impl ChatCounters {
    /// The counters at this moment.
    pub fn snapshot(&self) -> ChatCountersSnapshot {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        ChatCountersSnapshot {
            open: read(&self.open),
            refusals: self.refusals.snapshot(),
            limits_hit: self.limits_hit.snapshot(),
            read_after_a_gap: read(&self.read_after_a_gap),
            slow_readers: read(&self.slow_readers),
        }
    }

    /// A channel is open until this is dropped, however it ends.
    pub(super) fn open(&self) -> Open<'_> {
        self.open.fetch_add(1, Ordering::Relaxed);
        Open(self)
    }

    /// Something is told on a channel.
    pub(super) fn told(&self, message: &ChatServerMessage) {
        if let Some(error) = refusal(message) {
            self.refusals.add(error.code());
            if let Some(limit) = error.limit() {
                self.limits_hit.add(limit.name());
            }
        }
    }

    pub(super) fn missed(&self) {
        self.read_after_a_gap.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn slow_reader(&self) {
        self.slow_readers.fetch_add(1, Ordering::Relaxed);
    }
}

/// An open channel.
pub(super) struct Open<'c>(&'c ChatCounters);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Why something was not done that was asked for.
fn refusal(message: &ChatServerMessage) -> Option<&WireError> {
    match message {
        ChatServerMessage::Refused { error, .. }
        | ChatServerMessage::Page { error: Some(error), .. }
        | ChatServerMessage::Error { error } => Some(error),
        ChatServerMessage::Page { error: None, .. }
        | ChatServerMessage::Ready { .. }
        | ChatServerMessage::Following { .. }
        | ChatServerMessage::Message { .. }
        | ChatServerMessage::Ack { .. }
        | ChatServerMessage::Marked { .. }
        | ChatServerMessage::Typing { .. }
        | ChatServerMessage::Unfollowed { .. }
        | ChatServerMessage::Pong { .. } => None,
    }
}
