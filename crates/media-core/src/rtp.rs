//! What a talker's packet is once it has been received and decrypted (RFC 3550).

use std::sync::Arc;

use crate::{Micros, level::AudioLevel};

/// Who a packet comes from: a number of the caller's choice, equal for equal talkers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TalkerId(pub u64);

/// The coded sound of a packet: cheap to clone, never copied on its way.
pub type Payload = Arc<[u8]>;

/// One packet received from a talker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// The sequence number, extended beyond its 16 bits on the wire ([`Extender`]).
    pub sequence: u64,
    /// The timestamp as it was on the wire, in samples at 48 kHz.
    pub timestamp: u32,
    /// First packet of a talkspurt (RFC 3551, section 4.1).
    pub marker: bool,
    /// How loud the sender says it is, when it says so.
    pub level: Option<AudioLevel>,
    /// One Opus packet.
    pub payload: Payload,
    /// When it was received.
    pub arrival: Micros,
}

/// Extends the 16 bits of a sequence number to one that never wraps (RFC 3550, appendix A.1).
///
/// Each number is taken as the one nearest to the highest seen so far, so reordering across a
/// wrap is understood in both directions.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extender {
    highest: Option<u64>,
}

impl Extender {
    /// The extended number of the next packet received.
    pub fn extend(&mut self, sequence: u16) -> u64 {
        let Some(highest) = self.highest else {
            // Starting one cycle up leaves room for packets older than the first one.
            let first = 0x1_0000 | u64::from(sequence);
            self.highest = Some(first);
            return first;
        };
        let ahead = sequence.wrapping_sub(highest as u16) as i16;
        let extended = highest.saturating_add_signed(i64::from(ahead));
        self.highest = Some(highest.max(extended));
        extended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrap_counts_on() {
        let mut extender = Extender::default();
        let numbers: Vec<u64> = [65_534, 65_535, 0, 1].map(|n| extender.extend(n)).to_vec();
        assert_eq!(numbers, [0x1_fffe, 0x1_ffff, 0x2_0000, 0x2_0001]);
    }

    #[test]
    fn reordering_across_a_wrap_is_understood() {
        let mut extender = Extender::default();
        let numbers: Vec<u64> = [0, 65_535, 1, 65_534].map(|n| extender.extend(n)).to_vec();
        assert_eq!(numbers, [0x1_0000, 0xffff, 0x1_0001, 0xfffe]);
    }
}
