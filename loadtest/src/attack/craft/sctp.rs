//! SCTP packets (RFC 9260), chunk by chunk, with a right checksum around whatever is in them.

/// Chunk types (RFC 9260, section 3.2; RFC 3758 and RFC 6525 for the last two).
pub mod kind {
    /// Payload.
    pub const DATA: u8 = 0;
    /// The beginning of an association.
    pub const INIT: u8 = 1;
    /// The answer to it.
    pub const INIT_ACK: u8 = 2;
    /// What has been received.
    pub const SACK: u8 = 3;
    /// Are you there?
    pub const HEARTBEAT: u8 = 4;
    /// Yes.
    pub const HEARTBEAT_ACK: u8 = 5;
    /// The end without a goodbye.
    pub const ABORT: u8 = 6;
    /// The cookie brought back.
    pub const COOKIE_ECHO: u8 = 10;
    /// The association stands.
    pub const COOKIE_ACK: u8 = 11;
    /// Streams to be reset (RFC 6525).
    pub const RECONFIG: u8 = 130;
    /// Payload to be skipped (RFC 3758).
    pub const FORWARD_TSN: u8 = 192;
}

/// Flags of a DATA chunk: first and last fragment of a message.
pub const BEGIN: u8 = 2;
/// The last fragment.
pub const END: u8 = 1;
/// Not to be put in order.
pub const UNORDERED: u8 = 4;

/// Payload protocol of the messages that open channels (RFC 8832).
pub const DCEP: u32 = 50;
/// Payload protocol of text.
pub const STRING: u32 = 51;

/// The port of both ends, as in the offer.
const PORT: u16 = 5000;

/// A packet in the making.
#[derive(Clone, Debug)]
pub struct Packet(Vec<u8>);

impl Packet {
    /// A packet for an association, known by its verification tag.
    pub fn tagged(tag: u32) -> Self {
        let mut bytes = Vec::with_capacity(1200);
        bytes.extend(PORT.to_be_bytes());
        bytes.extend(PORT.to_be_bytes());
        bytes.extend(tag.to_be_bytes());
        bytes.extend([0; 4]);
        Self(bytes)
    }

    /// Adds a chunk with a right length.
    #[must_use]
    pub fn chunk(self, kind: u8, flags: u8, value: &[u8]) -> Self {
        let length = value.len() as u16 + 4;
        self.chunk_claiming(kind, flags, length, value)
    }

    /// Adds a chunk that claims to have a length.
    #[must_use]
    pub fn chunk_claiming(mut self, kind: u8, flags: u8, length: u16, value: &[u8]) -> Self {
        self.0.extend([kind, flags]);
        self.0.extend(length.to_be_bytes());
        self.0.extend(value);
        self.0.resize(self.0.len().next_multiple_of(4), 0);
        self
    }

    /// Adds a fragment of a message: `place` is its stream, and the message's number in it.
    #[must_use]
    pub fn data(
        self,
        flags: u8,
        tsn: u32,
        place: (u16, u16),
        protocol: u32,
        payload: &[u8],
    ) -> Self {
        let mut value = Vec::with_capacity(12 + payload.len());
        value.extend(tsn.to_be_bytes());
        value.extend(place.0.to_be_bytes());
        value.extend(place.1.to_be_bytes());
        value.extend(protocol.to_be_bytes());
        value.extend(payload);
        self.chunk(kind::DATA, flags, &value)
    }

    /// The packet with its checksum.
    pub fn bytes(mut self) -> Vec<u8> {
        let sum = crc32c(&self.0);
        self.0[8..12].copy_from_slice(&sum.to_le_bytes());
        self.0
    }
}

/// The chunks of a received packet: type, flags, value. Ends at the first that makes no sense.
pub fn chunks(packet: &[u8]) -> Vec<(u8, u8, &[u8])> {
    let mut rest = packet.get(12..).unwrap_or_default();
    let mut chunks = Vec::new();
    while let [kind, flags, high, low, ..] = *rest {
        let length = usize::from(u16::from_be_bytes([high, low]));
        let Some(value) = rest.get(4..length) else { break };
        chunks.push((kind, flags, value));
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    chunks
}

/// A message that opens a reliable channel (RFC 8832, section 5.1).
pub fn channel_open(label: &str) -> Vec<u8> {
    channel_open_as(0, label.as_bytes())
}

/// A message that opens a channel of any type, with a parameter of 3 where it has one.
pub fn channel_open_as(kind: u8, label: &[u8]) -> Vec<u8> {
    // The first bit says only that frames need no order.
    let parameter = if matches!(kind, 0 | 0x80) { 0 } else { 3 };
    let mut open = vec![3, kind, 0, 0, 0, 0, 0, parameter];
    open.extend((label.len() as u16).to_be_bytes());
    open.extend([0, 0]);
    open.extend(label);
    open
}

/// The checksum of SCTP (RFC 9260, appendix A): CRC-32 with Castagnoli's polynomial.
fn crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (crc >> 8) ^ CRC_TABLE[((crc ^ u32::from(*byte)) & 0xff) as usize]
    })
}

const CRC_TABLE: [u32; 256] = crc_table();

const fn crc_table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut value = index as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { (value >> 1) ^ 0x82f6_3b78 } else { value >> 1 };
            bit += 1;
        }
        table[index] = value;
        index += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_castagnolis() {
        // RFC 3720, appendix B.4: 32 bytes of zeros; and the check value of the catalogue.
        assert_eq!(crc32c(&[0; 32]), 0x8a91_36aa);
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
    }

    #[test]
    fn chunks_are_read_back() {
        let packet = Packet::tagged(7).chunk(kind::HEARTBEAT, 0, &[1, 2, 3]).data(
            BEGIN | END,
            9,
            (1, 0),
            STRING,
            b"hi",
        );
        let bytes = packet.bytes();
        let found = chunks(&bytes);
        assert_eq!(found[0], (kind::HEARTBEAT, 0, &[1, 2, 3][..]));
        assert_eq!((found[1].0, found[1].1), (kind::DATA, BEGIN | END));
        assert_eq!(found[1].2[12..], *b"hi");
    }
}
