//! How late a packet is, by its arrival and its timestamp.

use std::time::{Duration, Instant};

use super::voices::Origin;
use crate::peer::Packet;

/// The clock of one stream.
#[derive(Clone, Copy, Debug)]
pub(super) struct Transit {
    pub(super) origin: Origin,
    began: Instant,
    first: u32,
    sequence: u64,
    timestamp: u32,
    /// The shortest way seen, in microseconds relative to the first packet's.
    least_us: i64,
}

impl Transit {
    pub(super) fn new(packet: &Packet, origin: Origin) -> Self {
        Self {
            origin,
            began: packet.at,
            first: packet.timestamp,
            sequence: packet.sequence,
            timestamp: packet.timestamp,
            least_us: 0,
        }
    }

    /// Whether the packet's timestamp does not follow from the ones before.
    pub(super) fn is_broken_by(&self, packet: &Packet) -> bool {
        let frames = packet.sequence as i64 - self.sequence as i64;
        let samples = packet.timestamp.wrapping_sub(self.timestamp) as i32;
        i64::from(samples) != frames * 960
    }

    /// How far behind the fastest packet of the stream this one is.
    pub(super) fn behind(&mut self, packet: &Packet) -> Duration {
        (self.sequence, self.timestamp) = (packet.sequence, packet.timestamp);
        let samples = packet.timestamp.wrapping_sub(self.first) as i32;
        let due_us = i64::from(samples) * 1_000 / 48;
        let way_us = packet.at.saturating_duration_since(self.began).as_micros() as i64 - due_us;
        self.least_us = self.least_us.min(way_us);
        Duration::from_micros((way_us - self.least_us) as u64)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn packet(start: Instant, n: u32, delay_ms: u64, first: u32) -> Packet {
        Packet {
            at: start + Duration::from_millis(20 * u64::from(n) + delay_ms),
            sequence: 65_536 + u64::from(n),
            timestamp: first.wrapping_add(960 * n),
            marker: false,
            payload: Bytes::new(),
        }
    }

    #[test]
    fn the_fastest_packet_is_the_measure_also_when_it_comes_later_and_the_clock_wraps() {
        let start = Instant::now();
        let of = |n, delay_ms| packet(start, n, delay_ms, u32::MAX - 960);
        let mut transit = Transit::new(&of(0, 40), Origin::Clip);
        let behind = |transit: &mut Transit, n, ms| transit.behind(&of(n, ms)).as_millis();
        assert_eq!(behind(&mut transit, 0, 40), 0);
        assert_eq!(behind(&mut transit, 1, 70), 30);
        assert_eq!(behind(&mut transit, 2, 10), 0);
        assert_eq!(behind(&mut transit, 3, 70), 60);
    }

    #[test]
    fn lost_packets_do_not_break_a_stream_and_a_jump_of_its_clock_does() {
        let start = Instant::now();
        let mut transit = Transit::new(&packet(start, 0, 0, 7), Origin::Clip);
        transit.behind(&packet(start, 0, 0, 7));
        assert!(!transit.is_broken_by(&packet(start, 1, 0, 7)));
        assert!(!transit.is_broken_by(&packet(start, 5, 0, 7)));
        assert!(transit.is_broken_by(&packet(start, 1, 0, 8)));
    }
}
