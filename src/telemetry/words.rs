//! The wire's figures.

use prometheus_client::registry::{Registry, Unit};
use signaling::CountersSnapshot;

use super::registry::{counter, counters, gauge};

/// Puts the wire's figures, as they are at this moment, on the page.
pub(super) fn register(registry: &mut Registry, wire: &CountersSnapshot) {
    let CountersSnapshot {
        sockets_open,
        sockets_refused,
        sessions_open,
        sessions_opened,
        messages_in,
        messages_out,
        bytes_out,
        errors_out,
        limits_hit: _with_those_behind_the_wire,
        slow_readers,
    } = wire;
    registry.register("wire_sockets", "WebSockets open", gauge(*sockets_open));
    registry.register("wire_sessions", "WebSockets that said hello", gauge(*sessions_open));
    let refused = "WebSockets refused by origin, version or bound";
    registry.register("wire_sockets_refused", refused, counter(*sockets_refused));
    let hellos = "Sessions that ever said hello with a good token";
    registry.register("wire_hellos", hellos, counter(*sessions_opened));
    registry.register("wire_messages_in", "Messages received", counter(*messages_in));
    registry.register("wire_messages_out", "Messages sent", counter(*messages_out));
    let bytes = "Length of the messages sent";
    registry.register_with_unit("wire_out", bytes, Unit::Bytes, counter(*bytes_out));
    let by_code = errors_out.iter().map(|(code, count)| (*code, *count));
    let errors = "Messages refused before call control saw them, by code";
    registry.register("wire_errors_out", errors, counters("code", by_code));
    let slow = "Sessions closed for reading too slowly";
    registry.register("wire_slow_readers", slow, counter(*slow_readers));
}
