//! Gate rule 6: by which streams of sound a leg is known, wherever it sends from.

use std::collections::{HashMap, VecDeque};

use super::limits::STREAMS;
use crate::LegId;

/// The header of RTP without anything optional (RFC 3550, section 5.1).
const HEADER: usize = 12;

/// The stream that a datagram is a packet of, by its SSRC; `None` for RTCP and for what is neither.
pub(super) fn stream_of(datagram: &[u8]) -> Option<u32> {
    let header = datagram.first_chunk::<HEADER>()?;
    // RFC 5761, section 4: no payload type of RTP looks like a kind of RTCP.
    let is_rtcp = (64..96).contains(&(header[1] & 0x7f));
    let [.., a, b, c, d] = *header;
    (!is_rtcp).then_some(u32::from_be_bytes([a, b, c, d]))
}

/// Which leg a stream was proved to be of.
///
/// SSRCs are drawn at random by each client and can be read by anybody on the way. So a stream says
/// only whom to ask, and who held one first keeps it: nobody can take it over by using the same.
#[derive(Debug, Default)]
pub(super) struct Streams {
    holders: HashMap<u32, LegId>,
}

impl Streams {
    pub(super) fn holder(&self, stream: u32) -> Option<LegId> {
        self.holders.get(&stream).copied()
    }

    pub(super) fn claim(&mut self, stream: u32, id: LegId) {
        self.holders.entry(stream).or_insert(id);
    }

    pub(super) fn release(&mut self, stream: u32, id: LegId) {
        if self.holder(stream) == Some(id) {
            self.holders.remove(&stream);
        }
    }
}

/// The latest streams that proved to be of one leg.
#[derive(Debug, Default)]
pub(super) struct OwnStreams(VecDeque<u32>);

impl OwnStreams {
    pub(super) fn has(&self, stream: u32) -> bool {
        self.0.contains(&stream)
    }

    /// Adds one; gives back the oldest when there are too many.
    pub(super) fn add(&mut self, stream: u32) -> Option<u32> {
        self.0.push_back(stream);
        if self.0.len() > STREAMS { self.0.pop_front() } else { None }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = u32> {
        self.0.iter().copied()
    }
}
