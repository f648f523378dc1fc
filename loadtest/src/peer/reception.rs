//! What one leg has received: counts, continuity, and on demand the packets themselves.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use bytes::Bytes;

/// One received packet, as a window of listening returns it.
#[derive(Clone, Debug)]
pub struct Packet {
    /// When it left the socket.
    pub at: Instant,
    /// The RTP sequence number, extended past its 16 bits.
    pub sequence: u64,
    /// The RTP timestamp.
    pub timestamp: u32,
    /// The RTP marker bit.
    pub marker: bool,
    /// The Opus packet.
    pub payload: Bytes,
}

/// Counts over the life of a leg. Differences between two of them describe a phase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reception {
    /// Packets received, duplicates not counted.
    pub packets: u64,
    /// Bytes of Opus received.
    pub bytes: u64,
    /// Sequence numbers that never came, as far as known.
    pub lost: u64,
    /// Packets that came twice.
    pub duplicated: u64,
    /// Packets that came after a later one.
    pub reordered: u64,
    /// Neighbours in sequence whose timestamps are not 20 ms apart, but go forward.
    pub timestamp_steps: u64,
    /// Neighbours in sequence whose timestamps stand still or go back: a break no player forgives.
    pub timestamp_regressions: u64,
    /// Times the stream changed its SSRC or payload type.
    pub identity_changes: u64,
    /// RTCP datagrams received: known by their header alone, the stack keeps what is in them.
    pub reports: u64,
    /// The longest time between two arrivals.
    pub longest_gap: Duration,
    /// When the last packet came.
    pub last_at: Option<Instant>,
}

/// The fields of an RTP header that continuity is judged by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    /// The synchronisation source.
    pub ssrc: u32,
    /// The payload type.
    pub payload_type: u8,
    /// The sequence number as sent.
    pub sequence: u16,
    /// The timestamp as sent.
    pub timestamp: u32,
    /// The marker bit.
    pub marker: bool,
}

/// Follows one incoming stream.
#[derive(Debug, Default)]
pub(super) struct Follower {
    counts: Reception,
    newest: Option<Newest>,
    kept: VecDeque<Packet>,
    keep: usize,
}

#[derive(Clone, Copy, Debug)]
struct Newest {
    header: Header,
    sequence: u64,
    /// Bit n: sequence - n has come.
    seen: u64,
}

impl Follower {
    /// Follows a stream and keeps its newest packets.
    pub(super) fn new(keep: usize) -> Self {
        Self { keep, ..Self::default() }
    }

    pub(super) fn counts(&self) -> Reception {
        self.counts
    }

    /// The newest packets, in the order of their arrival.
    pub(super) fn kept(&self) -> Vec<Packet> {
        self.kept.iter().cloned().collect()
    }

    /// The same, and they are kept no longer.
    pub(super) fn drain(&mut self) -> Vec<Packet> {
        self.kept.drain(..).collect()
    }

    pub(super) fn report(&mut self) {
        self.counts.reports += 1;
    }

    pub(super) fn packet(&mut self, at: Instant, header: Header, payload: Bytes) {
        let Some(sequence) = self.place(header) else {
            self.counts.duplicated += 1;
            return;
        };
        if let Some(last) = self.counts.last_at.replace(at) {
            self.counts.longest_gap = self.counts.longest_gap.max(at.duration_since(last));
        }
        self.counts.packets += 1;
        self.counts.bytes += payload.len() as u64;
        if self.keep > 0 {
            if self.kept.len() == self.keep {
                self.kept.pop_front();
            }
            let Header { timestamp, marker, .. } = header;
            self.kept.push_back(Packet { at, sequence, timestamp, marker, payload });
        }
    }

    /// Extends the sequence number and counts what it tells; `None` for a duplicate.
    fn place(&mut self, header: Header) -> Option<u64> {
        let Some(newest) = &mut self.newest else {
            let sequence = (1 << 16) + u64::from(header.sequence);
            self.newest = Some(Newest { header, sequence, seen: 1 });
            return Some(sequence);
        };
        let ahead = i64::from(header.sequence.wrapping_sub(newest.header.sequence) as i16);
        let sequence = newest.sequence.saturating_add_signed(ahead);
        if ahead <= 0 {
            let behind = ahead.unsigned_abs();
            let bit = 1_u64.checked_shl(behind as u32).unwrap_or(0);
            if newest.seen & bit != 0 {
                return None;
            }
            newest.seen |= bit;
            self.counts.reordered += 1;
            self.counts.lost = self.counts.lost.saturating_sub(1);
            return Some(sequence);
        }
        if (newest.header.ssrc, newest.header.payload_type) != (header.ssrc, header.payload_type) {
            self.counts.identity_changes += 1;
        }
        if ahead == 1 {
            match header.timestamp.wrapping_sub(newest.header.timestamp) as i32 {
                960 => {}
                ..=0 => self.counts.timestamp_regressions += 1,
                _ => self.counts.timestamp_steps += 1,
            }
        }
        self.counts.lost += ahead.unsigned_abs() - 1;
        let seen = newest.seen.checked_shl(ahead.unsigned_abs() as u32).unwrap_or(0) | 1;
        *newest = Newest { header, sequence, seen };
        Some(sequence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(sequence: u16, timestamp: u32) -> Header {
        Header { ssrc: 1, payload_type: 111, sequence, timestamp, marker: false }
    }

    fn follow(headers: &[Header]) -> Follower {
        let mut follower = Follower::new(100);
        let start = Instant::now();
        for (index, header) in headers.iter().enumerate() {
            let at = start + Duration::from_millis(20 * index as u64);
            follower.packet(at, *header, Bytes::from_static(b"opus"));
        }
        follower
    }

    #[test]
    fn an_even_stream_has_nothing_to_tell() {
        let headers: Vec<_> =
            (0..50_u16).map(|n| header(65_520_u16.wrapping_add(n), 960 * u32::from(n))).collect();
        let follower = follow(&headers);
        let counts = follower.counts();
        assert_eq!((counts.packets, counts.bytes, counts.lost), (50, 200, 0));
        assert_eq!(counts.timestamp_steps + counts.timestamp_regressions, 0);
        assert_eq!(counts.longest_gap, Duration::from_millis(20));
        let sequences: Vec<_> = follower.kept.iter().map(|packet| packet.sequence).collect();
        assert!(sequences.windows(2).all(|pair| pair[1] == pair[0] + 1));
    }

    #[test]
    fn loss_reordering_and_duplicates_are_told_apart() {
        let counts = follow(&[
            header(10, 0),
            header(12, 1920),
            header(11, 960),
            header(11, 960),
            header(15, 4800),
        ])
        .counts();
        assert_eq!(counts.packets, 4);
        assert_eq!((counts.lost, counts.reordered, counts.duplicated), (2, 1, 1));
    }

    #[test]
    fn breaks_in_the_stream_are_counted() {
        let mut other = header(14, 3000);
        other.ssrc = 2;
        let counts = follow(&[header(11, 0), header(12, 2400), header(13, 2400), other]).counts();
        assert_eq!((counts.timestamp_steps, counts.timestamp_regressions), (2, 1));
        assert_eq!(counts.identity_changes, 1);
    }

    #[test]
    fn only_the_newest_packets_are_kept() {
        let mut follower = Follower::new(3);
        let start = Instant::now();
        for n in 0..5_u16 {
            follower.packet(start, header(n, 960 * u32::from(n)), Bytes::new());
        }
        assert_eq!(follower.kept().len(), 3);
    }
}
