//! The chat channels' figures.

use prometheus_client::registry::Registry;
use signaling::chat::ChatCountersSnapshot;

use super::registry::{counter, counters, gauge};

/// Puts the chat channels' figures, as they are at this moment, on the page.
pub(super) fn register(registry: &mut Registry, chat: &ChatCountersSnapshot) {
    let ChatCountersSnapshot {
        open,
        refusals,
        limits_hit: _with_those_of_the_wire,
        read_after_a_gap,
        slow_readers,
    } = chat;
    registry.register("chat_channels", "Chat channels open", gauge(*open));
    // A rate can be drawn only from a counter that was there before it first rose.
    let usual = ["not_owner", "rate_limited"].map(|code| (code, 0));
    let by_code = usual.into_iter().chain(refusals.iter().map(|(code, count)| (*code, *count)));
    let refused = "Times something was refused on a chat channel, by code";
    registry.register("chat_refusals", refused, counters("code", by_code));
    let gaps = "Times a chat channel was so far behind that it read on from the history";
    registry.register("chat_read_after_a_gap", gaps, counter(*read_after_a_gap));
    let slow = "Chat channels closed because their page took nothing";
    registry.register("chat_slow_readers", slow, counter(*slow_readers));
}
